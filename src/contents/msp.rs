//! The keys of a membership service provider of Hyperledger Fabric, held against its certificates: `keystore/*` and
//! `signcerts/*` side by side.
//!
//! Reads those files again, one at a time; whether two belong together is the business of `crate::material`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::scouting::Scouted;
use super::{Contents, Place, names};
use crate::corda::Gap;
use crate::error::Result;
use crate::host::interrupt;
use crate::material::{self, Part, State};
use crate::private_key::Belongs;

/// The most keys and the most certificates of one directory that are held against each other.
const MOST: usize = 16;

/// What came of one key.
enum Fits {
    /// It is that of this certificate.
    Certificate(Vec<u8>),
    /// It is that of none.
    None,
    /// There is nothing to say.
    NotChecked,
}

/// Says of each key whether it belongs to a certificate. One that belongs to none is no good, but for a spare one beside
/// a key that does.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub(super) fn look(contents: &mut Contents, found: &Scouted) -> Result<()> {
    for (directory, keys) in keys(contents) {
        interrupt::check()?;
        let certificates = certificates(contents, found, &directory);
        let fits: Vec<(usize, Fits)> = keys
            .into_iter()
            .take(MOST)
            .map(|key| (key, fit(contents, key, &certificates)))
            .collect();
        let has_one = fits
            .iter()
            .any(|(_, fits)| matches!(fits, Fits::Certificate(_)));
        for (key, fits) in fits {
            say(contents, key, fits, has_one);
        }
    }
    Ok(())
}

/// The numbers of the keys in each `keystore`, by the path of the directory that it is in.
fn keys(contents: &Contents) -> BTreeMap<Vec<u8>, Vec<usize>> {
    let mut all: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for (number, (place, one)) in contents.material.iter().enumerate() {
        let directory = names::parent(place.bytes());
        let is_good = matches!(one.state, State::Good | State::NotChecked(_));
        if names::last(directory) == b"keystore" && one.part == Part::Key && is_good {
            let above = names::parent(directory).to_vec();
            all.entry(above).or_default().push(number);
        }
    }
    all
}

/// What lies in its `signcerts`.
fn certificates(contents: &Contents, found: &Scouted, directory: &[u8]) -> Vec<Place> {
    let mut signcerts = directory.to_vec();
    if !signcerts.is_empty() {
        signcerts.push(b'/');
    }
    signcerts.extend_from_slice(b"signcerts");
    let material = contents.material.iter().map(|(place, _)| place);
    let known = found.known.iter().map(|(place, ..)| place);
    let all: BTreeSet<&Place> = material
        .chain(known)
        .filter(|place| names::parent(place.bytes()) == signcerts)
        .collect();
    all.into_iter().take(MOST).cloned().collect()
}

fn fit(contents: &Contents, key: usize, certificates: &[Place]) -> Fits {
    let read = |place: &Place| {
        let path = place.path(&contents.base);
        contents.ground.fetch(&path, material::MAX_BYTES).ok()
    };
    let Some(key) = contents
        .material
        .get(key)
        .and_then(|(place, _)| read(place))
    else {
        return Fits::NotChecked;
    };
    let mut answer = Fits::NotChecked;
    for place in certificates {
        let belongs = read(place).and_then(|bytes| material::pair(&key, &bytes));
        match belongs {
            Some(Belongs::Yes) => return Fits::Certificate(place.bytes().to_vec()),
            Some(Belongs::No) => answer = Fits::None,
            Some(Belongs::NotChecked(_)) => return Fits::NotChecked,
            None => {}
        }
    }
    answer
}

fn say(contents: &mut Contents, key: usize, fits: Fits, has_one: bool) {
    let Some((place, one)) = contents.material.get_mut(key) else {
        return;
    };
    match fits {
        Fits::Certificate(path) => {
            let name = String::from_utf8_lossy(names::last(&path)).into_owned();
            one.facts.push(("certificate", format!("signcerts/{name}")));
        }
        Fits::None if has_one => contents.gaps.push(Gap {
            code: "spare-key",
            place: (place.path(Path::new(&contents.base)), 0),
            text: "it is that of no certificate in signcerts; another key here is".into(),
            hint: String::new(),
        }),
        Fits::None => {
            let why = "it is not the key of the certificate in signcerts";
            one.state = State::Dead(why.into());
        }
        Fits::NotChecked => {}
    }
}

//! What a node directory holds, and what belongs to it outside: keystores, keys, configuration, databases, gaps.
//!
//! Knows node directories and every reader of foreign formats; no vaults, no carriers, no people. What it tells is
//! public: passwords stay inside as secrets, and keys are looked at and dropped.
//!
//! The directory is walked once. Small files outside of bulk data are told apart by their first bytes; only keystores, key
//! files and configuration are read whole, one at a time.

mod beside;
mod chain;
mod configuration;
mod configured;
mod dead;
mod histories;
mod holding;
mod looks;
mod material;
mod modes;
mod moved;
mod msp;
mod names;
mod opening;
mod outside;
mod parts;
mod passwords;
mod place;
mod remarks;
mod running;
mod scouting;
mod software;
mod starting;
mod stores;
#[cfg(test)]
mod tests;
mod unknown;
mod unlocking;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::corda::{Configuration, Gap, Named};
use crate::error::Result;
use crate::keystore::{Flaw, Keystore};
use crate::material::{Material, Part};
use crate::node::{Directory, Ground, OnTheWay, Survey};
use crate::secret::SecretBytes;

pub use chain::{Chain, chain};
pub use dead::{Dead, Lacks};
pub use histories::NoHistory;
pub use holding::{Holding, Stands};
pub use moved::Moved;
pub use parts::Tally;
pub use passwords::AskPassword;
pub use place::Place;
pub use remarks::{Remark, Weight};
pub use unknown::Unknown;

/// Everything of one node directory.
#[derive(Default)]
pub struct Contents {
    /// Where its files are.
    ground: Ground,
    /// Where the node directory really is.
    pub base: PathBuf,
    /// What software it is of, the surest first.
    pub software: Vec<&'static str>,
    /// Its keystores, in the order of their paths.
    pub stores: Vec<Store>,
    /// Other key material and files with a part to play, likewise.
    pub material: Vec<(Place, Material)>,
    /// Its configuration, where it is one that is read.
    pub configuration: Option<Configuration>,
    /// What the configuration names, and whether it is there.
    pub named: Vec<(Named, Presence)>,
    /// What is missing, not understood, running, or not kept.
    pub gaps: Vec<Gap>,
    /// Small files of no known kind, which the keys scope leaves out.
    pub unknown: Unknown,
    /// What a sealing of the directory would visit, as numbers and short lists.
    pub survey: Survey,
    /// Every file that was given a part, with its bytes.
    parts: BTreeMap<Place, (Part, u64)>,
    /// What of outside belongs to it, and how much that is.
    outside: outside::Outside,
    /// Passwords that opened other key material, and that somebody typed.
    material_passwords: Vec<(Place, SecretBytes)>,
    /// Encrypted keys of kinds that are opened here, which no password opened.
    closed: BTreeSet<Place>,
    /// Encrypted keys on which no password was tried, because enough others were opened.
    untried: BTreeSet<Place>,
}

/// Whether something named is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In the node directory.
    Inside,
    /// Outside of it.
    Outside,
    /// Not there.
    Missing,
    /// It cannot be read: why.
    Unreadable(String),
}

/// A keystore that was found.
pub struct Store {
    /// Where.
    pub place: Place,
    /// What it is: as far as it opened.
    pub read: std::result::Result<Keystore, Flaw>,
    /// The password that opened it, where one did.
    pub password: Option<OpenedBy>,
    /// Passwords that opened keys in it, are not that of the store, and that somebody typed.
    pub key_passwords: Vec<SecretBytes>,
    /// What the password that opened it is, where everybody knows it: "Corda's development password".
    pub well_known: Option<&'static str>,
    /// What it is for: "identity", "TLS", "trust", where the configuration or its name says so.
    pub role: Option<&'static str>,
    /// Its bytes.
    pub bytes: u64,
}

/// Where the password of a store came from.
pub enum OpenedBy {
    /// The configuration: the key that holds it.
    Configuration(String),
    /// A well-known one, which protects nothing: its name for people, "Corda's development password".
    WellKnown(&'static str),
    /// Somebody typed it: it is in no sealed file.
    Typed(SecretBytes),
}

/// Looks through a node directory and what its configuration names. Opens what the passwords of the configuration and
/// well-known ones open, and asks for the others.
///
/// # Errors
/// [`crate::error::Error::Io`] when the directory itself cannot be read, [`crate::error::Error::Interrupted`], and what
/// `ask` answers. Whatever else is wrong is in the answer.
pub fn look(node: &dyn Directory, ask: &mut AskPassword<'_>) -> Result<Contents> {
    look_with(node, (&[], &[]), ask)
}

/// As [`look`], with configuration files that lie elsewhere or are not called as usual, absolute paths, which are read
/// first; and with files and directories outside that somebody wants too, which are looked through as those that the
/// configuration names, and are not among [`Contents::outside`].
///
/// # Errors
/// As [`look`].
pub fn look_with(
    node: &dyn Directory,
    (configurations, wanted): (&[PathBuf], &[PathBuf]),
    ask: &mut AskPassword<'_>,
) -> Result<Contents> {
    let moved = Moved::default();
    look_at(node, (configurations, wanted), &moved, Some(ask))
}

/// As [`look`], where nothing is where its configuration says. All of outside is looked through, named or not.
///
/// # Errors
/// As [`look`].
pub fn look_moved(
    node: &dyn Directory,
    moved: &Moved,
    ask: &mut AskPassword<'_>,
) -> Result<Contents> {
    let all = moved.outside.as_slice();
    look_at(node, (&[], all), moved, Some(ask))
}

/// As [`look_moved`], and nothing is opened that takes a password: [`Contents::stores`] is empty, and no other key is
/// more than recognised. This takes as long as reading what matters, whatever the files are.
///
/// # Errors
/// As [`look`].
pub fn glance_moved(node: &dyn Directory, moved: &Moved) -> Result<Contents> {
    let all = moved.outside.as_slice();
    look_at(node, (&[], all), moved, None)
}

fn look_at(
    node: &dyn Directory,
    (configurations, wanted): (&[PathBuf], &[PathBuf]),
    moved: &Moved,
    mut ask: Option<&mut AskPassword<'_>>,
) -> Result<Contents> {
    let (ground, base) = (node.ground(), node.path().to_owned());
    let at = (&ground, base.as_path());
    let mut found = scouting::Scouted::default();
    let survey = scouting::walk(node, &mut found)?;
    let configuration = configuration::read(&base, configurations, moved, (&ground, &found));
    let named = configuration::presence(at, configuration.as_ref(), &survey);
    let mut outside = outside::find(at, configuration.as_ref(), (&named, &survey), &mut found)?;
    outside.look_at(wanted, at, &mut found)?;
    found.sort();
    let mut contents = Contents {
        ground: ground.clone(),
        base: base.clone(),
        software: software::known(&found, configuration.as_ref(), !configurations.is_empty()),
        configuration,
        named,
        survey,
        outside,
        ..Contents::default()
    };
    running::look(&mut contents, &found);
    if let Some(ask) = &mut ask {
        stores::open(&mut contents, &found, *ask)?;
    }
    material::look(&mut contents, &found, moved, ask)?;
    parts::give(&mut contents, &found);
    let mut unknown = std::mem::take(&mut found.unknown);
    unknown.settle(&contents, &found);
    contents.unknown = unknown;
    contents.gaps.append(&mut found.gaps);
    contents.gaps.extend(holding::gaps(at, moved));
    contents.gather_gaps();
    Ok(contents)
}

impl Contents {
    /// What would be no backup: stores that do not open, keys that are not those of their certificates, files that are
    /// cut short, stores that hold only names of keys elsewhere.
    pub fn dead(&self) -> Vec<Dead> {
        dead::dead(self)
    }

    /// Every password that somebody typed and that opened something, and what it opened: a store, a key in one, other
    /// key material. They are in no sealed file. Stores first; a place may come several times.
    pub fn typed(&self) -> Vec<(Place, &SecretBytes)> {
        let of_stores = self.stores.iter().flat_map(|store| {
            let own = match &store.password {
                Some(OpenedBy::Typed(password)) => Some(password),
                _ => None,
            };
            let all = own.into_iter().chain(&store.key_passwords);
            all.map(|password| (store.place.clone(), password))
        });
        let of_material = self.material_passwords.iter();
        let of_material = of_material.map(|(place, password)| (place.clone(), password));
        of_stores.chain(of_material).collect()
    }

    /// The part of a file in a backup, for the keys scope. `None`: it belongs to no keys scope.
    pub fn part(&self, place: &Place) -> Option<Part> {
        parts::part(self, place)
    }

    /// Whether a file that nobody knows may hold a secret: it is small, and not known to be harmless.
    pub fn may_matter(&self, place: &Place, size: u64) -> bool {
        let path = match place {
            Place::Inside(path) => path,
            Place::Outside(path) => self.outside.own(path),
        };
        names::may_matter(path, size)
    }

    /// Files and directories outside of the node directory that belong to it, each once, none inside another, by their
    /// real places: no link on the way.
    pub fn outside(&self) -> Vec<PathBuf> {
        self.outside.places.clone()
    }

    /// Links outside of the node directory on the way to what belongs to it, in the order of their places.
    pub fn links(&self) -> &[OnTheWay] {
        &self.outside.links
    }
}

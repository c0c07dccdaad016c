//! Key material of other kinds: each file is read on its own, and its password tried where one lies beside it.
//!
//! Knows which files to read; what they are is the business of `crate::material`.

use super::beside;
use super::scouting::Scouted;
use super::{Contents, Place, modes};
use crate::error::Result;
use crate::host::interrupt;
use crate::material::{self, MAX_WORK, Material, Part, State, Work};
use crate::node;

/// How many encrypted keys a look opens: each can take a second and 256 MiB on purpose.
const MOST_OPENED: usize = 8;

/// Looks at every file that was found.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub(super) fn look(contents: &mut Contents, found: &Scouted) -> Result<()> {
    let mut opened = 0;
    let mut work = Work::new(MAX_WORK);
    for seen in &found.material {
        interrupt::check()?;
        let path = seen.place.path(&contents.base);
        let bytes = match node::fetch(&path, material::MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(why) => {
                contents.material.extend(not_read(&seen.place, why));
                continue;
            }
        };
        let Some(mut one) = material::look(seen.place.bytes(), &bytes) else {
            continue;
        };
        if one.state == State::Locked && opened < MOST_OPENED {
            opened += usize::from(beside::unlock(&mut one, &path, &bytes, &mut work));
        }
        if matches!(one.part, Part::Key | Part::Password) {
            contents.gaps.extend(modes::readable(&path, seen.mode));
        }
        contents.material.push((seen.place.clone(), one));
    }
    let large = found
        .large
        .iter()
        .map(|(place, one, _)| (place.clone(), one.clone()));
    contents.material.extend(large);
    contents.material.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(())
}

/// A file whose name says that it matters, and whose content nobody could look at.
fn not_read(place: &Place, why: String) -> Option<(Place, Material)> {
    let (software, pattern) = material::named(place.bytes())?;
    let is_key = matches!(pattern.part, Part::Key | Part::History);
    let one = Material {
        software: pattern.tells.then_some(software.name),
        what: pattern.what.to_owned(),
        part: pattern.part,
        facts: Vec::new(),
        state: State::NotChecked(format!("it was not read: {why}")),
        history: None,
    };
    is_key.then(|| (place.clone(), one))
}

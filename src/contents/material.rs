//! Key material of other kinds: each file is read on its own.
//!
//! Knows which files to read; what they are is the business of `crate::material`.

use super::passwords::AskPassword;
use super::scouting::Scouted;
use super::unlocking::Unlocking;
use super::{Contents, Moved, Place, modes, msp, software};
use crate::error::Result;
use crate::host::interrupt;
use crate::material::{self, Material, Part, State};

/// Looks at every file that was found, opens what is encrypted if there is somebody to `ask`, and holds keys against their
/// certificates.
///
/// # Errors
/// [`crate::error::Error::Interrupted`] and what `ask` answers.
pub(super) fn look(
    contents: &mut Contents,
    found: &Scouted,
    moved: &Moved,
    mut ask: Option<&mut AskPassword<'_>>,
) -> Result<()> {
    let mut unlocking = Unlocking::new(moved);
    for seen in &found.material {
        interrupt::check()?;
        let path = seen.place.path(&contents.base);
        let bytes = match contents.ground.fetch(&path, material::MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(why) => {
                contents.material.extend(not_read(&seen.place, why));
                continue;
            }
        };
        let Some(mut one) = material::look(seen.place.bytes(), &bytes) else {
            continue;
        };
        software::add(contents, (&seen.place, &one), || {
            material::look(b"", &bytes)
        });
        if let Some(ask) = &mut ask {
            unlocking.open(contents, (&seen.place, &mut one, &bytes), *ask)?;
        }
        if matches!(one.part, Part::Key | Part::Password) {
            contents.gaps.extend(modes::readable(&path, seen.mode));
        }
        contents.material.push((seen.place.clone(), one));
    }
    for (place, one, _) in &found.large {
        software::add(contents, (place, one), || None);
    }
    let large = found
        .large
        .iter()
        .map(|(place, one, _)| (place.clone(), one.clone()));
    contents.material.extend(large);
    contents.material.sort_by(|(a, _), (b, _)| a.cmp(b));
    msp::look(contents, found)
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

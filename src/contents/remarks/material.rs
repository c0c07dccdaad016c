//! What is worth knowing of key material that is no keystore and was not looked into.

use super::{Remark, Weight, about};
use crate::contents::{Contents, unlocking};
use crate::material::{Part, State};

/// Adds it. What is dead is said as such.
pub(super) fn remarks(contents: &Contents, all: &mut Vec<Remark>) {
    if let Some(first) = contents.untried.first() {
        let text = match contents.untried.len() {
            1 => format!("was not opened: {}", unlocking::ENOUGH),
            count => format!(
                "{count} encrypted keys, of which this is one, were not opened: {}",
                unlocking::ENOUGH
            ),
        };
        let hint = "try their passwords with the software that they are of";
        let path = first.path(&contents.base);
        about(
            all,
            (Weight::Warning, "material-not-checked"),
            &path,
            text,
            hint,
        );
    }
    for place in contents.archives() {
        let text = "an archive: it may hold keys, and is not looked into".to_owned();
        let hint =
            "--scope keys leaves it out: unpack what the node needs of it, or give --include";
        let path = place.path(&contents.base);
        about(all, (Weight::Warning, "archive-closed"), &path, text, hint);
    }
    let keys = contents.material.iter();
    let keys =
        keys.filter(|(place, one)| one.part == Part::Key && !contents.untried.contains(place));
    for (place, one) in keys {
        let path = place.path(&contents.base);
        match &one.state {
            State::Locked if !contents.closed.contains(place) => {
                let text = format!(
                    "{}: it is carried as it is, and not of a kind that is opened here",
                    one.what
                );
                let hint = "keep its password with the note, and try it with its own software";
                about(all, (Weight::Warning, "material-locked"), &path, text, hint);
            }
            State::NotChecked(why) => {
                let text = format!("{}: not checked: {why}", one.what);
                about(all, (Weight::Note, "material-not-checked"), &path, text, "");
            }
            _ => {}
        }
    }
}

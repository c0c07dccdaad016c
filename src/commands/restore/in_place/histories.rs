//! Two signing histories for one place: how far each goes. One that goes back in time signs twice.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::commands::presented::below;
use crate::commands::restore::outside::Came;
use crate::error::{Error, Result};
use crate::material::{self, History};

/// What to say of two signing histories that differ.
pub(super) fn histories(sealed: &History, there: &History) -> String {
    let (sealed_to, there_to) = (&sealed.shown, &there.shown);
    let what = match (sealed.is_older_than(there), there.is_older_than(sealed)) {
        (Some(true), _) => "a newer one",
        (Some(false), Some(true)) => "an older one",
        _ => "another one",
    };
    format!(
        "a signing history is there, {what}: {there_to}; the sealed one goes to {sealed_to}. A \
         signing history that goes back in time signs twice"
    )
}

/// The signing history in a file, where it is one that is read.
pub(super) fn history(came: &Came, file: &mut File) -> Result<Option<History>> {
    let mut bytes = Vec::new();
    let read = file
        .take(material::MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes);
    read.map_err(Error::io("read", &below(Path::new(""), &came.home)))?;
    let name = came.home.get(1..).unwrap_or_default();
    let small = bytes.len() <= material::MAX_BYTES;
    let found = small.then(|| material::look(name, &bytes)).flatten();
    Ok(found.and_then(|material| material.history))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::Compare;

    #[test]
    fn of_two_signing_histories_both_ends_are_named() {
        let history = |height: u64| History {
            shown: format!("height {height}"),
            order: vec![height],
            compare: Compare::InTurn,
        };
        let text = histories(&history(36), &history(50));
        assert!(
            text.contains("a newer one: height 50") && text.contains("height 36"),
            "{text}"
        );
        assert!(histories(&history(36), &history(9)).contains("an older one"));
        let unread = History {
            shown: "unknown".into(),
            order: Vec::new(),
            compare: Compare::InTurn,
        };
        assert!(histories(&history(36), &unread).contains("another one"));
    }
}

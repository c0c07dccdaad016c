//! What the officer wants of the files.

use std::path::{Path, PathBuf};

use glob::Pattern;

use super::Args;
use crate::commands::presented::lossy;
use crate::error::{Error, Result};

/// What the officer wants of the files.
pub(super) struct Choice {
    pub(super) only: Vec<Pattern>,
    pub(super) preserve: bool,
    pub(super) note_to: Option<PathBuf>,
    /// External files also go to the places where they were.
    pub(super) in_place: bool,
    /// Somebody said on the command line that the old machine is off.
    pub(super) old_machine_off: bool,
}

impl Choice {
    /// # Errors
    /// [`Error::Usage`] for a pattern that is none; [`Error::Exists`] when the note's place is taken.
    pub(super) fn new(args: &Args) -> Result<Self> {
        let pattern = |text: &String| {
            Pattern::new(text).map_err(|error| Error::Usage {
                what: format!("--only {text:?} is not a pattern: {}", error.msg),
                hint: "use * for any text and ? for one character".into(),
            })
        };
        let note_to = args.note_to.as_deref();
        if let Some(path) = note_to.filter(|path| path.symlink_metadata().is_ok()) {
            return Err(Error::Exists(path.to_owned()));
        }
        let only = args.only.iter().map(pattern).collect::<Result<_>>()?;
        Ok(Self {
            only,
            preserve: args.preserve,
            note_to: note_to.map(Path::to_owned),
            in_place: args.in_place,
            old_machine_off: args.old_machine_off,
        })
    }

    /// # Errors
    /// [`Error::Usage`] when the note's place lies in `into`.
    pub(super) fn check_into(&self, into: &Path) -> Result<()> {
        match self.note_to.as_ref().filter(|path| path.starts_with(into)) {
            None => Ok(()),
            Some(path) => Err(Error::Usage {
                what: format!("--note-to {path:?} lies in --into {into:?}"),
                hint: "without --note-to the note goes into DIR/note".into(),
            }),
        }
    }

    /// Whether a salvage brings all that is wanted to where it is wanted.
    pub(super) fn can_salvage(&self) -> bool {
        self.only.is_empty() && self.note_to.is_none()
    }

    pub(super) fn wants(&self, path: &[u8]) -> bool {
        let text = lossy(path);
        self.only.is_empty() || self.only.iter().any(|pattern| pattern.matches(&text))
    }
}

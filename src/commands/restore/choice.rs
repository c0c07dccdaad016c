//! What the officer wants of the files.

use std::path::{Path, PathBuf};

use glob::Pattern;

use crate::commands::presented::lossy;
use crate::error::{Error, Result};

/// What the officer wants of the files.
pub(super) struct Choice {
    pub(super) only: Vec<Pattern>,
    pub(super) preserve: bool,
    pub(super) note_to: Option<PathBuf>,
}

impl Choice {
    /// # Errors
    /// [`Error::Usage`] for a pattern that is none; [`Error::Exists`] when the note's place is taken.
    pub(super) fn new(
        only: &[String],
        preserve: bool,
        note_to: Option<&Path>,
        into: &Path,
    ) -> Result<Self> {
        let pattern = |text: &String| {
            Pattern::new(text).map_err(|error| Error::Usage {
                what: format!("--only {text:?} is not a pattern: {}", error.msg),
                hint: "use * for any text and ? for one character".into(),
            })
        };
        if let Some(path) = note_to.filter(|path| path.starts_with(into)) {
            let what = format!("--note-to {path:?} lies in --into {into:?}");
            return Err(Error::Usage {
                what,
                hint: "without --note-to the note goes into DIR/note".into(),
            });
        }
        if let Some(path) = note_to.filter(|path| path.symlink_metadata().is_ok()) {
            return Err(Error::Exists(path.to_owned()));
        }
        let only = only.iter().map(pattern).collect::<Result<_>>()?;
        Ok(Self {
            only,
            preserve,
            note_to: note_to.map(Path::to_owned),
        })
    }

    pub(super) fn wants(&self, path: &[u8]) -> bool {
        let text = lossy(path);
        self.only.is_empty() || self.only.iter().any(|pattern| pattern.matches(&text))
    }
}

//! What the directory itself shows of a file: hard links, holes, an odd name.
//!
//! Knows nothing of what is in the file.

use std::path::{Path, PathBuf};

use super::Scouted;
use crate::contents::names;
use crate::corda::Gap;
use crate::entry::Entry;
use crate::node::Sight;

/// The most lines of one kind about single files: a forged directory could have a million.
const MOST_SAID: usize = 20;

/// Holes of a file from this size on (bytes) are said: they take room when they come back.
const MIN_HOLES: u64 = 16 << 20;

impl Scouted {
    pub(super) fn gap(&mut self, code: &'static str, path: &Path, text: String, hint: &str) {
        self.gaps.push(Gap {
            code,
            place: (path.to_owned(), 0),
            text,
            hint: hint.to_owned(),
        });
    }

    /// Notes what a copy of the file would not be.
    pub(super) fn shape(&mut self, size: u64, sight: &Sight<'_>, full: impl Fn() -> PathBuf) {
        let [hard, holes, _] = &mut self.said;
        if sight.names() > 1 && *hard < MOST_SAID {
            *hard += 1;
            let text = format!(
                "has {} names (hard links); each comes back as a file of its own",
                sight.names()
            );
            self.gap("hard-link", &full(), text, "");
        } else if size >= MIN_HOLES && sight.stored() < size / 4 && *holes < MOST_SAID {
            *holes += 1;
            let text = format!(
                "is sparse: {size} bytes, of which {} are stored; it comes back at full size",
                sight.stored()
            );
            self.gap("sparse", &full(), text, "");
        }
    }

    /// Notes a name that cannot be read aloud: somebody will type it one day.
    pub(super) fn odd_name(&mut self, entry: &Entry, full: impl Fn() -> PathBuf) {
        let name = names::last(&entry.path);
        let is_plain =
            std::str::from_utf8(name).is_ok_and(|name| !name.chars().any(char::is_control));
        let [_, _, odd] = &mut self.said;
        if !is_plain && *odd < MOST_SAID {
            *odd += 1;
            let text = "its name is not plain text; it is kept as it is".to_owned();
            self.gap("odd-name", &full(), text, "");
        }
    }
}

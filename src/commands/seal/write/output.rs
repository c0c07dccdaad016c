//! The payload on its way: to the vault media that are there, and into memory where paper, or media that come later, get
//! all of it.

use std::io::{self, Write};

use crate::carrier::PayloadFiles;
use crate::commands::paper::{MOST_BYTES, too_large};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::manifest::{PayloadPart, payload_name};
use crate::media::Written;

/// Where a payload is written to.
pub(super) struct Output {
    files: PayloadFiles,
    held: Option<Vec<u8>>,
}

/// A payload that was read back from every medium.
pub(super) struct Finished {
    /// What `vault.json` will say.
    pub(super) facts: Vec<PayloadPart>,
    /// For each medium its files, or why it has none.
    pub(super) folders: Vec<Result<Vec<Written>>>,
    /// All of it, where it was to be held.
    pub(super) held: Option<Vec<u8>>,
}

impl Output {
    /// With `holds`, no more than paper can take is written at all.
    pub(super) fn new(files: PayloadFiles, holds: bool) -> Self {
        let held = holds.then(Vec::new);
        Self { files, held }
    }

    /// Reads back what went to media.
    ///
    /// # Errors
    /// As [`PayloadFiles::read_back`].
    pub(super) fn read_back(self) -> Result<Finished> {
        let finished = self.files.read_back()?;
        let (mut facts, folders) = (finished.facts, finished.folders);
        if let (true, Some(held)) = (facts.is_empty(), &self.held) {
            facts.push(PayloadPart {
                name: payload_name(0, 1),
                bytes: held.len() as u64,
                sha256: Digest::of(held),
            });
        }
        let held = self.held;
        Ok(Finished {
            facts,
            folders,
            held,
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.files.write(bytes)?;
        if let Some(held) = &mut self.held {
            held.extend_from_slice(bytes.get(..count).unwrap_or(bytes));
            if held.len() > MOST_BYTES {
                return Err(Error::into_io(too_large(held.len() as u64, None)));
            }
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

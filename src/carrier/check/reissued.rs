//! The note on a carrier that was made after the sealing: whether it is genuine, and of this very share.

use super::contents::MISSING;
use super::{Checking, Holds};
use crate::error::Result;
use crate::reissue::{self, ReadNote};

impl Checking {
    /// Takes the note, where `SHA256SUMS` lists one. A forged one is damage: without it the carrier would be one of the
    /// sealing, and no README that came later is.
    pub(super) fn reissue(&mut self) -> Result<()> {
        let names = [reissue::FILE, reissue::SIGNATURE_FILE];
        if !names.iter().any(|name| self.is_listed(name)) {
            return Ok(());
        }
        for name in names {
            if !self.is_listed(name) {
                self.damage_once(name, MISSING);
                return Ok(());
            }
        }
        let bytes = self.small(reissue::FILE, reissue::MAX_BYTES)?;
        let signature = self.small(reissue::SIGNATURE_FILE, 4096)?;
        let (Some(bytes), Some(signature)) = (bytes, signature) else {
            return Ok(());
        };
        let Some(manifest) = &self.checked.manifest else {
            return Ok(());
        };
        let read = ReadNote { bytes, signature };
        match read.prove(manifest) {
            Err(flaw) => self.damage_once(reissue::FILE, flaw.to_string()),
            Ok(note) => match &self.checked.holds {
                Holds::Share(number, custodian)
                    if (*number, custodian) == (note.number, &note.custodian) =>
                {
                    self.checked.reissued = Some(note);
                }
                _ => self.damage_once(reissue::FILE, "it is of another share than this one"),
            },
        }
        Ok(())
    }
}

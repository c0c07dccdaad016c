//! Vaults of which an entry says that another one took their place: only what both vaults signed counts.
//!
//! Whoever can write a register can write such an entry, and a vault that is called superseded is the next to be destroyed.
//! Must not know files and people to ask: what is done about an entry that does not hold, others say.

use super::{At, Life, State};
use crate::register::event::Superseded;
use crate::signature::VaultId;
use crate::supersession::{self, Supersession};

/// An entry that a vault was superseded, which proves nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnprovenEnd {
    /// Which vault is said to be superseded.
    pub vault: VaultId,
    /// By which one.
    pub by: VaultId,
    /// The line of the entry.
    pub line: usize,
    /// Why it proves nothing.
    pub flaw: EndFlaw,
}

/// Why it proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndFlaw {
    /// The entry holds no note.
    NoNote,
    /// One of the two vaults is not in the register before it: the note may hold, and cannot be told from here.
    UnknownVault,
    /// The register says other things of the two than the note.
    OtherFacts,
    /// The note does not hold.
    Note(supersession::Flaw),
}

impl State {
    /// Counts it, or keeps why it does not count.
    pub(super) fn supersede(&mut self, at: At, end: &Superseded) {
        let proven = match self.proven_end(end) {
            Ok(proven) => proven,
            Err(flaw) => {
                return self.unproven_ends.push(UnprovenEnd {
                    vault: end.vault,
                    by: end.by,
                    line: at.line,
                    flaw,
                });
            }
        };
        if let Some(vault) = self.vault_mut(end.vault) {
            vault.successor = Some(end.by);
            // What is retired stays so.
            if vault.life != Life::Retired {
                vault.life = Life::Superseded {
                    by: end.by,
                    at: proven.at,
                };
            }
        }
    }

    /// The note, held against the keys that the register has of both vaults.
    fn proven_end(&self, end: &Superseded) -> Result<Supersession, EndFlaw> {
        let read = end.note.as_ref().ok_or(EndFlaw::NoNote)?;
        let (old, new) = self
            .vault(end.vault)
            .zip(self.vault(end.by))
            .ok_or(EndFlaw::UnknownVault)?;
        let note = read.prove(&old.key).map_err(EndFlaw::Note)?;
        let keys = (note.old.public_key, note.new.public_key);
        let is_of = keys == (old.key, new.key);
        let kinds = (note.old.kind, note.new.kind) == (old.kind, new.kind);
        let same =
            |said: Option<_>, known: Option<_>| said.is_none() || known.is_none() || said == known;
        let digests = same(note.new.manifest_sha256, new.manifest_sha256)
            && same(note.old.manifest_sha256, old.manifest_sha256);
        match is_of && kinds && digests {
            true => Ok(note),
            false => Err(EndFlaw::OtherFacts),
        }
    }
}

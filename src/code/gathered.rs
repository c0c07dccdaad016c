//! Texts of codes put together again, from any number of scans, in any order.

use super::{Twin, VaultFiles};
use crate::error::Result;
use crate::share::ReadShare;
use crate::signature::VaultId;

/// What became of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// One of ours, new.
    New,
    /// One of ours that was there before.
    Again,
    /// Not of coldvault: other software's.
    Foreign,
    /// It looks like ours and is not whole, or breaks a rule; says what is wrong, and nothing of the text.
    Bad(String),
    /// Of a later coldvault.
    Newer,
}

/// Everything that was read, of any number of sheets.
#[derive(Default)]
pub struct Gathered {}

/// A share that was read from codes.
pub struct SheetShare {
    /// The share, or why it cannot be read.
    pub share: Result<ReadShare>,
    /// Of which vault, as far as the texts say.
    pub vault: Option<VaultId>,
    /// The codes that were read: of an open share A, B or both.
    pub read: Vec<(Twin, u8)>,
    /// How many numbered codes there are: 1 for an open share.
    pub of: u8,
    /// Where they were read first: what [`Gathered::take`] was told.
    pub from: String,
}

/// How far a vault sheet was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// Too few codes.
    NotEnough,
    /// All of it is there.
    Complete(VaultFiles),
    /// Enough codes, but they do not give what was printed; says why.
    Bad(String),
}

/// A vault sheet that was read.
pub struct SheetVault {
    /// Of which vault.
    pub vault: VaultId,
    /// Which print: the first 5 bytes of the SHA-256 of what all codes carry together.
    pub set: [u8; 5],
    /// The numbers that were read.
    pub read: Vec<u8>,
    /// Codes in all.
    pub total: u8,
    /// Codes that are needed.
    pub needed: u8,
    /// Numbers that were there with two contents.
    pub contradicting: Vec<u8>,
    /// What came of it.
    pub state: VaultState,
    /// Where they were read first.
    pub from: String,
}

impl Gathered {
    /// Takes one text; `from` says where it was read, for people.
    pub fn take(&mut self, _text: &str, _from: &str) -> Taken {
        Taken::Foreign
    }

    /// The shares, in the order in which they were met. Two contents under one number are two shares.
    pub fn shares(&self) -> Vec<SheetShare> {
        Vec::new()
    }

    /// The vault sheets, in the order in which they were met.
    pub fn vaults(&self) -> Vec<SheetVault> {
        Vec::new()
    }
}

//! A vault as codes.

use super::Printed;
use crate::error::{Error, Result};

/// The most codes of one vault sheet.
pub const MOST_CODES: usize = 255;

/// The files of a vault copy that fit onto paper.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VaultFiles {
    /// `vault.json`.
    pub manifest: Vec<u8>,
    /// `vault.json.sig`.
    pub signature: Vec<u8>,
    /// `payload.age`.
    pub payload: Vec<u8>,
}

/// How a vault is laid out on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultSize {
    /// Bytes to be printed: the files joined and compressed.
    pub bytes: usize,
    /// Codes that are needed.
    pub needed: usize,
    /// Codes in all.
    pub codes: usize,
    /// Pages with codes.
    pub pages: usize,
}

/// A vault's codes and what a page says about them.
pub struct VaultCodes {
    /// In the order of their numbers.
    pub codes: Vec<Printed>,
    /// Codes that are needed.
    pub needed: usize,
    /// Codes on each page; the last may have fewer.
    pub per_page: usize,
}

impl VaultFiles {
    /// The codes of a vault sheet, parity and all.
    ///
    /// # Errors
    /// [`Error::Refused`] for a vault too large for paper, saying how large it is and how many pages it would take.
    pub fn codes(&self) -> Result<VaultCodes> {
        Err(Error::SelfTest {
            what: "codes are not there yet",
        })
    }
}

impl VaultSize {
    /// What that many bytes take; more than [`MOST_CODES`] codes do not fit.
    pub fn of(bytes: usize) -> Self {
        Self {
            bytes,
            needed: 0,
            codes: 0,
            pages: 0,
        }
    }

    /// Whether it can be printed.
    pub fn fits(&self) -> bool {
        self.codes <= MOST_CODES
    }
}

/// How many codes of `total` stand on one page.
pub fn on_one_page(total: usize) -> usize {
    total.min(9)
}

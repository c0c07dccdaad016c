//! The codes on sheets: shares and vaults to the texts of QR codes and back.
//!
//! Knows bytes, letters and how many codes stand on a page; no pictures, pages or files. `docs/format.md` spells the
//! texts out.

mod gathered;
mod vault;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::share::ReadShare;

pub use gathered::{Gathered, SheetShare, SheetVault, Taken, VaultState};
pub use vault::{MOST_CODES, VaultCodes, VaultFiles, VaultSize, on_one_page};

/// A share's codes are printed twice, and differ in this letter and so in all their modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// The first.
    A,
    /// The second.
    B,
}

/// How much of a code may be spoilt: ISO/IEC 18004's error correction level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A quarter.
    Q,
    /// Three tenths.
    H,
}

/// One code as it is to be printed.
pub struct Printed {
    /// What stands beside it on the page: "A", "B", "1 A", "17".
    pub name: String,
    /// Digits, capital letters and "/" only: QR's alphanumeric mode.
    pub text: Zeroizing<String>,
    /// The level it is drawn with.
    pub level: Level,
    /// The QR version it is drawn with, 1..=20.
    pub version: u8,
}

/// The codes of a share sheet: A and B of an open share; of a protected one, each of its numbered codes twice.
///
/// # Errors
/// [`Error::Limit`] for a protected share too large for a page.
pub fn of_share(_share: &ReadShare) -> Result<Vec<Printed>> {
    Err(Error::SelfTest {
        what: "codes are not there yet",
    })
}

/// The codes that stand on the same page as this one, itself among them, as a name and how to know their texts; for a
/// scanner that wants to know whether it has read a page in full. `None` for a text that is none of ours.
pub fn codes_of_its_page(_text: &str) -> Option<usize> {
    None
}

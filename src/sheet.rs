//! Sheets: a share or a vault as pages to be printed, as the bytes of a PDF.
//!
//! Knows pages, letters and lines; no files, and not how a page is read again.

use zeroize::Zeroizing;

use crate::code::VaultFiles;
use crate::error::{Error, Result};
use crate::label::Label;
use crate::manifest::Manifest;
use crate::share::ReadShare;
use crate::time::Time;

/// A finished sheet.
pub struct Sheet {
    /// The bytes of the PDF. Of a share sheet they are as secret as the share.
    pub pdf: Zeroizing<Vec<u8>>,
    /// Pages.
    pub pages: usize,
    /// The texts of the codes on it, page for page.
    pub codes: Vec<Vec<Zeroizing<String>>>,
    /// What is printed in every footer: 16 hexadecimal digits.
    pub id: [u8; 8],
}

/// What a share sheet says.
pub struct ShareSheet<'a> {
    /// The share; protected or not.
    pub share: &'a ReadShare,
    /// The vault's label.
    pub label: &'a Label,
    /// When it was sealed.
    pub created: Time,
    /// Whom to call; a line to write on when nobody said it.
    pub contact: Option<&'a str>,
}

/// What a vault sheet says.
pub struct VaultSheet<'a> {
    /// The vault.
    pub files: &'a VaultFiles,
    /// Its proven `vault.json`.
    pub manifest: &'a Manifest,
    /// Whom to call; a line to write on when nobody said it.
    pub contact: Option<&'a str>,
}

impl ShareSheet<'_> {
    /// Draws it: front and back.
    ///
    /// # Errors
    /// [`Error::Limit`] for what does not fit onto a page.
    pub fn draw(&self) -> Result<Sheet> {
        Err(Error::SelfTest {
            what: "sheets are not there yet",
        })
    }
}

impl VaultSheet<'_> {
    /// Draws it: pages of codes, and the recovery recipe last.
    ///
    /// # Errors
    /// [`Error::Refused`] for a vault too large for paper.
    pub fn draw(&self) -> Result<Sheet> {
        Err(Error::SelfTest {
            what: "sheets are not there yet",
        })
    }
}

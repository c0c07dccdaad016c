//! Pictures and PDF pages into the texts of the codes on them, and the proof that a sheet can be read.
//!
//! Pictures come from anybody: everything that looks into them runs in a child process of this program, which can do
//! nothing but read its standard input and write its standard output.

use std::fs::File;
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::sheet::Sheet;

/// What kind of file holds pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A document; of one with a password no page is read.
    Pdf,
    /// A picture.
    Png,
    /// A picture.
    Jpeg,
    /// One picture or several.
    Tiff,
}

/// What was read from one page.
pub struct Page {
    /// From 1.
    pub number: usize,
    /// The text of every QR code on it, whoever made it.
    pub codes: Vec<Zeroizing<String>>,
    /// Why the page could not be looked at, or not in full.
    pub problem: Option<String>,
}

impl Format {
    /// By its first bytes; `None` for anything else.
    pub fn of(_start: &[u8]) -> Option<Self> {
        None
    }
}

/// Why a file that people take for a scan is none: HEIC, WebP, GIF, BMP and others by their first bytes, with what to do.
pub fn not_taken(_start: &[u8]) -> Option<&'static str> {
    None
}

/// Reads every page of a scan.
///
/// # Errors
/// [`Error::Damaged`] for a file that is not what it begins like, or too large to be looked at; [`Error::System`] when
/// the child process could not be started or ended badly.
pub fn read(_path: &Path, _file: File) -> Result<Vec<Page>> {
    Err(Error::SelfTest {
        what: "scans are not there yet",
    })
}

/// Renders a finished sheet, spoils it as printers and scanners do, reads it and compares: every code must be there.
///
/// # Errors
/// [`Error::SelfTest`] when a code does not read back.
pub fn prove(_sheet: &Sheet) -> Result<()> {
    Err(Error::SelfTest {
        what: "scans are not there yet",
    })
}

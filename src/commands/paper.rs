//! A sheet becomes a PDF that can be relied on: first it proves itself, then it gets its name.

use std::path::Path;

use crate::error::Result;
use crate::sheet::Sheet;
use crate::{media, scan};

/// Proves a sheet and writes its PDF, new, for its owner only, read back. What does not prove itself is not written.
///
/// # Errors
/// [`crate::error::Error::SelfTest`] for a sheet that does not read back; what writing answers.
pub(super) fn prepare(sheet: &Sheet, file: &Path) -> Result<()> {
    scan::prove(sheet)?;
    media::put_alone(file, &sheet.pdf).map(drop)
}

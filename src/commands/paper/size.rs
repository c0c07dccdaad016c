//! Whether a vault fits onto paper, and what to leave out when it does not.

use crate::code::{VaultFiles, VaultSize, too_large_for_paper};
use crate::error::{Error, Result};

/// More than the payload of any vault that fits onto paper.
pub(in crate::commands) const MOST_BYTES: usize = 1 << 17;
/// What the other files of a vault take at least on paper.
const OTHER_BYTES: u64 = 2 << 10;

/// Refuses a vault that does not fit; `largest` is the path of the largest file in it.
///
/// # Errors
/// [`Error::Refused`].
pub(in crate::commands) fn fits(files: &VaultFiles, largest: Option<&[u8]>) -> Result<()> {
    let codes = files.codes().map(drop);
    codes.map_err(|error| leave_out(error, largest))
}

/// A vault of which only the size of its payload is known.
pub(in crate::commands) fn too_large(payload: u64, largest: Option<&[u8]>) -> Error {
    let bytes = payload.saturating_add(OTHER_BYTES);
    let size = VaultSize::of(usize::try_from(bytes).unwrap_or(usize::MAX));
    leave_out(too_large_for_paper(size), largest)
}

fn leave_out(error: Error, largest: Option<&[u8]>) -> Error {
    match (error, largest) {
        (Error::Refused { what, hint }, Some(path)) => {
            let path = crate::commands::presented::lossy(path);
            let hint = format!("{hint} (the largest file is {path:?})");
            Error::Refused { what, hint }
        }
        (error, _) => error,
    }
}

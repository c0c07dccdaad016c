//! Who else may read a key file.
//!
//! Knows permission bits. Access lists are not looked at: they are not kept either.

use std::path::Path;

use crate::corda::Gap;

/// Says it of a key file that others than its user may read.
pub(super) fn readable(path: &Path, mode: u32) -> Option<Gap> {
    let who = match mode {
        _ if mode & 0o006 != 0 => "everybody on its machine",
        _ if mode & 0o060 != 0 => "its group",
        _ => return None,
    };
    Some(Gap {
        code: "readable",
        place: (path.to_owned(), 0),
        text: format!("key material that {who} may read (mode {mode:04o})"),
        hint: "chmod 600 it, and see who could have copied it; restored, it is for its user alone"
            .into(),
    })
}

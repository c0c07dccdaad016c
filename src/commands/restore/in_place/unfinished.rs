//! Files in clear that a killed run left beside the places: named, and removed if somebody wants that.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::commands::Session;
use crate::error::{Error, Result};
use crate::node::{self, Left};
use crate::report::Severity;

/// Asks whether to remove what no run is at any more, and names what is unfinished and stays.
///
/// # Errors
/// What listing answers; [`crate::error::Error::Stopped`].
pub(super) fn offer(directory: &Path, session: &mut Session) -> Result<()> {
    for left in node::left_in(directory.as_os_str().as_bytes())? {
        let failed = if left.is_over && session.terminal.leads_on() {
            match remove(&left, session)? {
                Ok(true) => continue,
                Ok(false) => None,
                Err(error) => Some(error),
            }
        } else {
            None
        };
        // Another run may have taken it away meanwhile.
        if left.path.symlink_metadata().is_ok() {
            tell(&left, failed, session);
        }
    }
    Ok(())
}

/// Asks, and removes it: whether that was done, or why it could not be.
fn remove(left: &Left, session: &mut Session) -> Result<Result<bool>> {
    let question = format!(
        "{:?} was left by a restore that was killed; it may hold a file in clear. Remove it?",
        left.path
    );
    if session.terminal.confirm(&question)? != Some(true) {
        return Ok(Ok(false));
    }
    let removed = node::remove_left(&left.path);
    if matches!(removed, Ok(true)) {
        session.terminal.say("Removed.");
    }
    Ok(removed)
}

fn tell(left: &Left, failed: Option<Error>, session: &mut Session) {
    let (what, hint) = match left.is_over {
        true => ("was left by a restore that was killed", "remove it"),
        false => (
            "is unfinished, of a run that was killed or is not at its end",
            "remove it when no other coldvault runs",
        ),
    };
    let mut text = format!("{what}; it may hold a file in clear: {hint}");
    if let Some(error) = failed {
        text += &format!(" (it could not be removed: {error})");
    }
    let subject = format!("{:?}", left.path);
    session.find(Severity::Warning, "left", &subject, &text, hint);
}

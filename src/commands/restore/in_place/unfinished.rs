//! Files in clear that a killed run left beside the places: named, and removed if somebody wants that.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::commands::Session;
use crate::error::Result;
use crate::node::{self, Left};
use crate::report::Severity;

/// Names what is unfinished in a directory, and asks whether to remove what no run is at any more.
///
/// # Errors
/// What listing and removing answer; [`crate::error::Error::Stopped`].
pub(super) fn offer(directory: &Path, session: &mut Session) -> Result<()> {
    for left in node::left_in(directory.as_os_str().as_bytes())? {
        tell(&left, session);
        if !left.is_over || !session.terminal.leads_on() {
            continue;
        }
        let question = format!("Remove {:?}?", left.path);
        if session.terminal.confirm(&question)? == Some(true) && node::remove_left(&left.path)? {
            session.terminal.say("Removed.");
        }
    }
    Ok(())
}

fn tell(left: &Left, session: &mut Session) {
    let (what, hint) = match left.is_over {
        true => ("was left by a restore that was killed", "remove it"),
        false => (
            "is unfinished, of a run that was killed or is not at its end",
            "remove it when no other coldvault runs",
        ),
    };
    let text = format!("{what}; it may hold a file in clear: {hint}");
    let subject = format!("{:?}", left.path);
    session.find(Severity::Warning, "left", &subject, &text, hint);
}

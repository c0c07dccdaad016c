//! The proof after a re-plug: the new medium is taken out, put back and read in full.

use std::path::Path;

use super::Args;
use crate::commands::Session;
use crate::commands::plug::Plugs;
use crate::commands::replug::{Came, Replugging, Waiting};
use crate::error::{Error, Result};
use crate::media::{Medium, NewFolder};
use crate::report::{CarrierLine, Severity, shown};

/// Waits for the new medium to be taken out and put back, and reads it in full.
///
/// # Errors
/// [`Error::Refused`] when it does not come back; [`Error::ReadBack`], [`Error::Io`] when it reads otherwise.
pub(super) fn prove(
    args: &Args,
    to: &Path,
    folder: NewFolder,
    line: &mut CarrierLine,
    session: &mut Session,
) -> Result<()> {
    let waiting = [Waiting {
        name: shown(to),
        holds: line.holds.clone(),
        files: folder.contents(),
        dir: to.to_owned(),
        medium: Medium::at(to),
        folder: folder.park().name().to_owned(),
    }];
    let is_strict = !args.rehearsal
        && !args
            .exceptions
            .iter()
            .any(|given| given.starts_with("devices="));
    let mut replugging = Replugging::new(is_strict);
    let mut plugs = Plugs::new();
    loop {
        match replugging.next(&waiting, &mut plugs, session)? {
            Came::Good(_, dir, how) => {
                line.replugged = Some(true);
                line.read_back = Some(how.as_str());
                line.read = Some(how.as_str());
                if plugs.release(&dir, session) {
                    session.terminal.say("It is unmounted: it may be pulled.");
                }
                return Ok(());
            }
            Came::Bad(_, error) => {
                session
                    .terminal
                    .warn(&format!("it came back and is no good: {error}"));
                let question =
                    "Type again to put it in once more, or stop and copy to another medium:";
                if session.terminal.ask(question)?.as_deref() != Some("again") {
                    let text = "does not count; destroy this medium: it still holds what can be read of it";
                    let hint = "copy to another medium; find this one and destroy it";
                    session.find(Severity::Warning, "left", &format!("{to:?}"), text, hint);
                    return Err(error);
                }
            }
            Came::Missing | Came::Stopped => {
                return Err(Error::Refused {
                    what: "copied, but not read back after a re-plug".into(),
                    hint:
                        "pull the new medium, plug it in again, and check it with: coldvault verify"
                            .into(),
                });
            }
        }
    }
}

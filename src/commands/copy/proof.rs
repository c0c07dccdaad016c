//! The proof after a re-plug: the new medium is taken out, put back and read in full.

use std::path::Path;

use crate::commands::Session;
use crate::commands::plug::Plugs;
use crate::commands::replug::{Came, Replugging, Waiting, Wish, ask_wish};
use crate::error::{Error, Result};
use crate::media::{Medium, NewFolder};
use crate::report::{CarrierLine, Severity, shown};

/// A copy that was written, with nothing of it open any more.
pub(super) struct Fresh(Waiting);

impl Fresh {
    /// The copy in a folder, on the medium that is mounted there now.
    pub(super) fn new(to: &Path, folder: NewFolder, line: &CarrierLine) -> Self {
        Self(Waiting {
            index: 0,
            name: shown(to),
            holds: line.holds.clone(),
            files: folder.contents(),
            dir: to.to_owned(),
            medium: Medium::at(to),
            folder: folder.park().name().to_owned(),
        })
    }

    /// Waits for the new medium to be taken out and put back, and reads it in full.
    ///
    /// # Errors
    /// [`Error::Refused`] when it does not come back; [`Error::ReadBack`], [`Error::Io`] when it reads otherwise.
    pub(super) fn prove(
        self,
        is_strict: bool,
        mut plugs: Plugs,
        line: &mut CarrierLine,
        session: &mut Session,
    ) -> Result<()> {
        let waiting = [self.0];
        let mut replugging = Replugging::new(is_strict);
        loop {
            match replugging.next(&waiting, &mut plugs, session)? {
                Came::Good(_, back) => {
                    back.note(line);
                    if plugs.release(&back.dir, session) {
                        session.terminal.say("It is unmounted: it may be pulled.");
                    }
                    return Ok(());
                }
                Came::Bad(_, error) => {
                    let text = format!("it came back and is no good: {error}");
                    session.terminal.warn(&text);
                    let question =
                        "Type again to put it in once more, or stop and copy to another medium:";
                    if let Wish::Again = ask_wish(question, false, session)? {
                        continue;
                    }
                    // What was read before does not count any more either.
                    (line.replugged, line.read_back, line.read) = (None, None, None);
                    let [lost] = &waiting;
                    let text = "does not count; destroy this medium: it still holds what can be read of it";
                    let hint = "copy to another medium; find this one and destroy it";
                    let subject = format!("{:?}", lost.dir);
                    session.find(Severity::Warning, "left", &subject, text, hint);
                    return Err(error);
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
}

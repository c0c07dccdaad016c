//! What this run has finished, or begun: known afterwards, and taken back when the sealing fails.

use std::path::{Path, PathBuf};

use super::copies::Copy;
use super::sheets::State;
use super::vaults::Begun;
use crate::commands::Session;
use crate::commands::seal::Thing;
use crate::commands::seal::desk::Place;
use crate::media::{NewFolder, Parked};
use crate::report::{CarrierLine, Finding, Severity, shown};

/// A copy that is finished: nothing is open of it.
pub(super) struct Written {
    pub(super) thing: Thing,
    copy: u8,
    pub(super) mark: String,
    pub(super) path: PathBuf,
    pub(super) line: CarrierLine,
    on: On,
}

/// What it is on.
enum On {
    /// A medium that may be out by now.
    Medium(Box<(Parked, Place)>),
    /// Paper, or a PDF for it.
    Paper(State),
}

impl Written {
    /// A folder of a copy that is finished and can go.
    pub(super) fn folder(copy: &Copy, folder: NewFolder, place: Place) -> Self {
        Self {
            thing: copy.thing,
            copy: copy.facts.copy,
            mark: copy.mark.clone(),
            line: copy.line(&folder, &place),
            path: folder.path().to_owned(),
            on: On::Medium(Box::new((folder.park(), place))),
        }
    }

    /// A sheet that counts.
    pub(super) fn sheet(copy: &Copy, file: PathBuf, state: State) -> Self {
        Self {
            thing: copy.thing,
            copy: copy.facts.copy,
            mark: copy.mark.clone(),
            line: CarrierLine {
                role: copy.role_name(),
                path: shown(&file),
                device: "sheet".into(),
                serial: None,
                holds: copy.holds.clone(),
                read_back: Some(state.as_str()),
            },
            path: file,
            on: On::Paper(state),
        }
    }

    /// Whether this is that copy.
    pub(super) fn is(&self, copy: &Copy) -> bool {
        (self.thing, self.copy) == (copy.thing, copy.facts.copy)
    }

    pub(super) fn is_sheet(&self) -> bool {
        matches!(self.on, On::Paper(_))
    }

    /// Whether somebody confirmed that it is on paper.
    pub(super) fn was_printed(&self) -> bool {
        matches!(self.on, On::Paper(State::Confirmed | State::Scanned))
    }

    /// Whether it is the PDF of a share.
    pub(super) fn is_share_sheet(&self) -> bool {
        self.is_sheet() && self.thing != Thing::Vault
    }

    /// The vault before the shares, by number and copy.
    pub(super) fn order(&self) -> (u8, u8) {
        match self.thing {
            Thing::Vault => (0, self.copy),
            Thing::Share(number) => (number, self.copy),
        }
    }
}

impl From<Begun> for Written {
    fn from(begun: Begun) -> Self {
        let path = begun.path();
        Self {
            thing: Thing::Vault,
            copy: 0,
            mark: begun.mark,
            line: CarrierLine {
                role: "vault",
                path: shown(&path),
                device: String::new(),
                serial: None,
                holds: String::new(),
                read_back: None,
            },
            path,
            on: On::Medium(Box::new((begun.folder, begun.place))),
        }
    }
}

/// Removes what this run made, where its medium is still there, and names the rest.
pub(super) fn take_back(written: impl Iterator<Item = Written>, session: &mut Session) {
    for written in written {
        if written.was_printed() {
            say_print(&written.line.holds, "was printed", session);
        }
        let Written { path, on, mark, .. } = written;
        let left = match on {
            On::Medium(medium) => {
                let (folder, place) = *medium;
                match place.is_there().then(|| folder.resume(&place.dir)) {
                    Some(Ok(folder)) => folder.discard(),
                    Some(Err(_)) | None => vec![path],
                }
            }
            On::Paper(_) => {
                let is_gone = std::fs::remove_file(&path).is_ok();
                if is_gone { Vec::new() } else { vec![path] }
            }
        };
        left.iter().for_each(|path| say_left(path, &mark, session));
    }
}

/// What to do with what is left.
const DESTROY: &str = "destroy what is left on every such medium and sheet: enough of it together opens what was sealed";

/// Names something that this run made and cannot remove, by what is written on its medium.
pub(super) fn say_left(path: &Path, mark: &str, session: &mut Session) {
    let subject = format!("{mark:?}, {path:?}");
    let text = "is left of a sealing that was not finished";
    session.find(Severity::Warning, "left", &subject, text, DESTROY);
}

/// Names the pages that are on paper, or may be: "the sheet of share 2 (legal), copy 2 of 2".
pub(super) fn say_print(holds: &str, how: &str, session: &mut Session) {
    let subject = format!("the sheet of {holds}");
    let text = format!("{how} in a sealing that was not finished: destroy the printed pages");
    session.find(Severity::Warning, "left", &subject, &text, DESTROY);
}

/// The finding that a share lies in the PDF of its sheet, of which only the protected one does not open as it is.
pub(in crate::commands) fn in_pdf(holds: &str, subject: String) -> Finding {
    let open = Finding {
        code: "clear-sheet",
        severity: Severity::Warning,
        subject,
        text: format!("the PDF of {holds}: a share, in clear"),
        hint: "destroy it once it is printed, and the printer's memory with it".into(),
    };
    if !holds.ends_with(", protected") {
        return open;
    }
    let text = format!("the PDF of {holds}: a share; its passphrase or key is needed too");
    Finding {
        code: "protected-sheet",
        text,
        ..open
    }
}

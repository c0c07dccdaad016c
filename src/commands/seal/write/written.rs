//! What this run has finished, or begun: known afterwards, and taken back when the sealing fails.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::copies::Copy;
use super::sheets::State;
use super::vaults::Begun;
use crate::commands::Session;
use crate::commands::paper::{self, Pdf};
use crate::commands::seal::Thing;
use crate::commands::seal::desk::{Left, Place};
use crate::error::Error;
use crate::media::{NewFolder, Parked};
use crate::report::{CarrierLine, Severity, shown};
use crate::sheet::{self, Sheet};

/// A copy that is finished: nothing is open of it.
pub(super) struct Written {
    pub(super) thing: Thing,
    copy: u8,
    pub(super) mark: String,
    pub(super) path: PathBuf,
    /// Whether it is a share that needs a passphrase or key too.
    pub(super) is_protected: bool,
    pub(super) line: CarrierLine,
    on: On,
}

/// What it is on.
enum On {
    /// A medium that may be out by now.
    Medium(Box<(Parked, Place)>),
    /// Paper, or a PDF for it.
    Paper(State, Pdf),
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
            is_protected: copy.is_protected,
            on: On::Medium(Box::new((folder.park(), place))),
        }
    }

    /// A sheet that counts.
    pub(super) fn sheet(copy: &Copy, sheet: &Sheet, pdf: Pdf, state: State) -> Self {
        Self {
            thing: copy.thing,
            copy: copy.facts.copy,
            mark: copy.mark.clone(),
            line: CarrierLine {
                role: copy.role_name(),
                path: shown(&pdf.path),
                device: paper::DEVICE.into(),
                serial: Some(sheet::id_text(sheet.id)),
                holds: copy.holds.clone(),
                read_back: Some(state.as_str()),
                replugged: None,
                read: None,
                age: None,
            },
            path: pdf.path.clone(),
            is_protected: copy.is_protected,
            on: On::Paper(state, pdf),
        }
    }

    /// Its folder and its medium, if it is on one.
    pub(super) fn medium(&self) -> Option<(&Parked, &Place)> {
        match &self.on {
            On::Medium(medium) => Some((&medium.0, &medium.1)),
            On::Paper(..) => None,
        }
    }

    /// What it is of, and which copy.
    pub(super) fn name(&self) -> (Thing, u8) {
        (self.thing, self.copy)
    }

    /// Whether this is that copy.
    pub(super) fn is(&self, copy: &Copy) -> bool {
        (self.thing, self.copy) == (copy.thing, copy.facts.copy)
    }

    pub(super) fn is_sheet(&self) -> bool {
        matches!(self.on, On::Paper(..))
    }

    /// Whether somebody confirmed that it is on paper.
    pub(super) fn was_printed(&self) -> bool {
        matches!(self.on, On::Paper(State::Confirmed | State::Scanned, _))
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
                replugged: None,
                read: None,
                age: None,
            },
            path,
            is_protected: false,
            on: On::Medium(Box::new((begun.folder, begun.place))),
        }
    }
}

/// Removes what this run made, where its medium is still there, and names the rest. Answers what is still out.
pub(super) fn take_back(
    written: impl Iterator<Item = Written>,
    session: &mut Session,
) -> Vec<(Thing, u8)> {
    let mut out = Vec::new();
    for written in written {
        let name = written.name();
        if written.was_printed() {
            out.push(name);
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
            On::Paper(_, pdf) => {
                if pdf.remove() {
                    Vec::new()
                } else {
                    vec![path]
                }
            }
        };
        left.iter().for_each(|path| say_left(path, &mark, session));
        out.extend((!left.is_empty()).then_some(name));
    }
    out
}

/// Takes back a folder of a copy that failed. What its medium does not let go is said, and kept in mind for when that
/// medium comes back.
pub(super) fn withdraw(
    folder: NewFolder,
    (copy, place): (&Copy, &Place),
    session: &mut Session,
) -> Option<Left> {
    let (paths, folder) = folder.take_back();
    remember(&paths, folder, (copy, place), session)
}

/// Names what could not be removed of a copy, and keeps it in mind.
pub(super) fn remember(
    paths: &[PathBuf],
    folder: Parked,
    (copy, place): (&Copy, &Place),
    session: &mut Session,
) -> Option<Left> {
    if paths.is_empty() {
        return None;
    }
    paths
        .iter()
        .for_each(|path| say_left(path, &copy.mark, session));
    let subjects = paths.iter().map(|path| subject(path, &copy.mark));
    Some(Left {
        thing: copy.thing,
        folder,
        medium: place.medium.clone(),
        subjects: subjects.collect(),
    })
}

/// What to do with what is left.
const DESTROY: &str = "destroy what is left on every such medium and sheet: enough of it together opens what was sealed";

/// Names something that this run made and cannot remove, by what is written on its medium.
pub(super) fn say_left(path: &Path, mark: &str, session: &mut Session) {
    let subject = subject(path, mark);
    let text = "is left of a sealing that was not finished";
    session.find(Severity::Warning, "left", &subject, text, DESTROY);
}

/// Names a medium that counts no more, and holds all the same what was written onto it.
pub(super) fn say_stays(path: &Path, mark: &str, session: &mut Session) {
    let text =
        "does not count any more; find this medium and destroy it: it still holds what it held";
    let hint = "destroy it as a share or vault copy that is out of use";
    session.find(Severity::Warning, "left", &subject(path, mark), text, hint);
}

fn subject(path: &Path, mark: &str) -> String {
    format!("{mark:?}, {path:?}")
}

/// Names the pages that are on paper, or may be: "the sheet of share 2 (legal), copy 2 of 2".
pub(super) fn say_print(holds: &str, how: &str, session: &mut Session) {
    let subject = format!("the sheet of {holds}");
    let text = format!("{how} in a sealing that was not finished: destroy the printed pages");
    session.find(Severity::Warning, "left", &subject, &text, DESTROY);
}

/// Whether an error says that a medium is bad or gone, and not that the node cannot be read.
pub(super) fn is_about(error: &Error, dir: &Path) -> bool {
    match error {
        Error::Io { path, .. }
        | Error::ReadBack(path)
        | Error::Exists(path)
        | Error::Changed(path) => path.starts_with(dir),
        _ => false,
    }
}

/// Takes a folder back. One that a thread hangs in cannot be, until its medium is pulled.
pub(super) fn discard(
    folder: Arc<NewFolder>,
    at: (&Copy, &Place),
    session: &mut Session,
) -> Option<Left> {
    let path = folder.path().to_owned();
    match Arc::into_inner(folder) {
        Some(folder) => withdraw(folder, at, session),
        None => {
            say_left(&path, &at.0.mark, session);
            None
        }
    }
}

//! The sheet of a share that is made anew: drawn, proven, and a copy once somebody says that it is on paper.

use std::path::{Path, PathBuf};

use super::copies::{Copies, Copy};
use super::made::Anew;
use crate::commands::Session;
use crate::commands::paper::{self, Pdf, Source};
use crate::error::{Error, Result};
use crate::share::ReadShare;
use crate::sheet::{self, ShareSheet, Sheet};
use crate::terminal::is_stop;

/// How far a sheet is a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Its PDF has proven itself.
    Prepared,
    /// Somebody looked at the print.
    Confirmed,
}

impl State {
    /// For the table.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Confirmed => "print confirmed",
        }
    }
}

/// Makes the PDF, and waits until it is on paper, unless it counts before. Answers the sheet's id too.
///
/// # Errors
/// [`Error::SelfTest`] for one that does not read back; [`Error::Stopped`]; [`Error::Io`].
pub(super) fn make(
    (copies, anew): (&Copies, &Anew),
    copy: &Copy,
    file: &Path,
    counts: bool,
    session: &mut Session,
) -> Result<(State, Pdf, String)> {
    let share = ReadShare::from_bytes(anew.share.expose())?;
    let sheet = ShareSheet {
        share: &share,
        label: &anew.manifest.label,
        created: anew.manifest.created,
        contact: copies.contact.as_deref(),
    };
    let line = format!("Drawing and proving the sheet of {} ...", copy.holds);
    session.terminal.say(&line);
    let sheet = sheet.draw()?;
    let pdf = paper::prepare(&sheet, Source::Share(&share), file, session)?;
    let name = copies.name();
    let found = paper::clear_sheet(&pdf.path, &name, copies.is_protected);
    session.report.findings.push(found);
    let id = sheet::id_text(sheet.id);
    if counts {
        return Ok((State::Prepared, pdf, id));
    }
    match confirmed(copy, file, &sheet, session) {
        Ok(()) => Ok((State::Confirmed, pdf, id)),
        Err(error) => {
            if !pdf.remove() {
                let left = PathBuf::from(file);
                let text = format!("{left:?} could not be removed: destroy it, it is a share");
                session.terminal.warn(&text);
            }
            Err(error)
        }
    }
}

fn confirmed(copy: &Copy, file: &Path, sheet: &Sheet, session: &mut Session) -> Result<()> {
    let terminal = &mut session.terminal;
    terminal.say(&format!(
        "{}: the sheet {file:?} has proven itself.",
        copy.holds
    ));
    terminal.say(&format!("Sheet {}", sheet::id_text(sheet.id)));
    terminal.say(&paper::how_to_print(sheet, true));
    let question = format!(
        "{}: type printed when it is on paper and looked at, or stop:",
        copy.holds
    );
    loop {
        let answer = terminal.ask(&question)?.ok_or(Error::Stopped)?;
        match answer.to_lowercase().as_str() {
            "printed" => return Ok(()),
            word if is_stop(word) => return Err(Error::Stopped),
            _ => {}
        }
    }
}

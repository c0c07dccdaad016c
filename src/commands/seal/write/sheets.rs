//! The sheets of a sealing: each is drawn, proves itself, becomes a PDF, and counts once its print was confirmed.

use std::path::{Path, PathBuf};

use super::Writing;
use super::copies::Copy;
use super::printed::{Asked, stopped_at_sheet};
use super::shares::ShareFile;
use super::written::{self, Written};
use crate::commands::paper::{self, Pdf, Source, clear_sheet, prepare};
use crate::commands::seal::{Destination, places};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::Manifest;
use crate::media::Stay;
use crate::share::ReadShare;
use crate::sheet::{ShareSheet, Sheet, VaultSheet};
use crate::terminal::{is_stop, typed_path};

/// How far a sheet is a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Its PDF has proven itself.
    Prepared,
    /// Somebody looked at the print.
    Confirmed,
    /// A scan of the print was read and compared.
    Scanned,
}

impl State {
    /// For the table.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Confirmed => "print confirmed",
            Self::Scanned => "scan of the print read",
        }
    }
}

impl Writing<'_> {
    /// Every share that lies in a PDF, to be destroyed once it is on paper.
    pub(super) fn tell_sheets(&mut self) {
        let sheets = self
            .written
            .iter()
            .filter(|written| written.is_share_sheet());
        let found = sheets
            .map(|written| clear_sheet(&written.path, &written.line.holds, written.is_protected));
        self.session.report.findings.extend(found);
    }

    /// The sheet of one share.
    ///
    /// # Errors
    /// [`Error::SelfTest`] for one that does not read back; [`Error::Refused`] when the officer stops; [`Error::Io`].
    pub(super) fn share_sheet(&mut self, index: usize, file: &ShareFile) -> Result<()> {
        let share = ReadShare::from_bytes(file.bytes.expose())?;
        let sheet = ShareSheet {
            share: &share,
            label: &self.plan.label,
            created: self.session.now,
            contact: self.plan.contact.as_deref(),
        };
        self.sheet(index, &sheet.draw()?, Source::Share(&share))
    }

    /// A sheet of the vault, when every share is a copy already.
    ///
    /// # Errors
    /// As [`Writing::share_sheet`].
    pub(super) fn vault_sheet(&mut self, index: usize, manifest: &Manifest) -> Result<()> {
        let Some(files) = self.paper.take() else {
            return Err(Error::SelfTest {
                what: "the payload for a vault sheet was not kept",
            });
        };
        let sheet = VaultSheet {
            files: &files,
            manifest,
            contact: self.plan.contact.as_deref(),
        };
        let drawn = sheet
            .draw()
            .and_then(|sheet| self.sheet(index, &sheet, Source::Vault(&files)));
        self.paper = Some(files);
        drawn
    }

    /// Makes the PDF, and waits until it is on paper. With a person at the terminal, a file that cannot be written is
    /// given up for another one.
    fn sheet(&mut self, index: usize, sheet: &Sheet, source: Source<'_>) -> Result<()> {
        let Some((holds, mut file)) = self.copies.get(index).and_then(sheet_of) else {
            return Err(NOT_A_SHEET);
        };
        loop {
            interrupt::check()?;
            let line = format!("Drawing and proving the sheet of {holds} ...");
            self.session.terminal.say(&line);
            match prepare(sheet, source, &file, self.session) {
                Err(error) if may_be_elsewhere(&error) && self.session.terminal.leads_on() => {
                    self.session.terminal.warn(&error.to_string());
                }
                made => {
                    let pdf = made?;
                    match self.ask_print(index, &file, sheet, source) {
                        Ok(Asked::Done(state)) => {
                            self.printing = None;
                            return self.printed(index, sheet, pdf, state);
                        }
                        Ok(Asked::Again) => self.remove(&pdf),
                        Err(error) => {
                            self.remove(&pdf);
                            return Err(error);
                        }
                    }
                }
            }
            file = self.another_file(index)?;
        }
    }

    fn printed(&mut self, index: usize, sheet: &Sheet, pdf: Pdf, state: State) -> Result<()> {
        let copy = self.copies.get(index).ok_or(NOT_A_SHEET)?;
        self.written.push(Written::sheet(copy, sheet, pdf, state));
        Ok(())
    }

    /// A PDF that is not used after all.
    fn remove(&mut self, pdf: &Pdf) {
        if !pdf.remove() {
            written::say_left(&pdf.path, paper::DEVICE, self.session);
        }
    }

    /// Asks where the PDF is to go instead.
    fn another_file(&mut self, index: usize) -> Result<PathBuf> {
        loop {
            let question = "Another file for this sheet, not there yet, or stop:";
            let answer = self.session.terminal.ask(question)?;
            let answer = answer.ok_or_else(stopped_at_sheet)?;
            if is_stop(&answer) {
                return Err(stopped_at_sheet());
            }
            match self.check_file(index, &typed_path(&answer)) {
                Ok(file) => return Ok(file),
                Err(error) => self.session.terminal.error(&error),
            }
        }
    }

    fn check_file(&mut self, index: usize, typed: &Path) -> Result<PathBuf> {
        let to = Destination::sheet(typed)?;
        let file = to.file().unwrap_or(typed).to_owned();
        let medium = places::sheets::place(self.plan, &file)?;
        places::sheets::check_odd(self.plan, &file, &medium, self.session)?;
        let is_share = self.copies.get(index).is_some_and(|copy| copy.is_share());
        let near = self.desk.copy_on(&medium);
        let on_disk = (is_share && medium.stay() == Stay::Fixed)
            .then(|| format!("{file:?} would lie on a fixed disk"));
        match near.or(on_disk).filter(|_| self.plan.is_strict("devices")) {
            Some(what) => Err(Error::Refused {
                what,
                hint: "use a folder in memory (/dev/shm), or a medium of its own".into(),
            }),
            None => {
                self.desk.add_paper(medium);
                Ok(file)
            }
        }
    }

    /// Refuses a vault that became too large for its sheet, before any share is written.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(super) fn check_paper(&self) -> Result<()> {
        self.paper
            .as_ref()
            .map_or(Ok(()), |files| paper::fits(files, None))
    }
}

const NOT_A_SHEET: Error = Error::SelfTest {
    what: "a copy is not a sheet",
};

fn sheet_of(copy: &Copy) -> Option<(String, PathBuf)> {
    Some((copy.holds.clone(), copy.sheet()?.to_owned()))
}

/// Whether another file may do: a place that is full, gone or taken.
fn may_be_elsewhere(error: &Error) -> bool {
    matches!(
        error,
        Error::Io { .. } | Error::Exists(_) | Error::ReadBack(_)
    )
}

//! Every copy, one after another: written, read back and checked as `verify` does. Two copies or no success: what was made
//! before one failed is taken back.

use std::path::{Path, PathBuf};

use super::copies::{Copies, Copy};
use super::made::Anew;
use super::sheet::{self, State};
use super::wishes::Wishes;
use crate::carrier::{self, Age, Common};
use crate::commands::onto::{Asking, Beside, Onto};
use crate::commands::paper::{self, Pdf};
use crate::commands::seal::{self, Destination};
use crate::commands::{Session, copy, noting};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::media::{Medium, NewFolder, Parked};
use crate::register::{self, CarrierRef, MediumKind};
use crate::report::{CarrierLine, Severity, shown};

/// A copy that is finished: nothing is open of it.
pub(super) struct Written<'a> {
    pub(super) copy: &'a Copy,
    pub(super) line: CarrierLine,
    pub(super) on: On,
}

/// What it is on.
pub(super) enum On {
    /// A medium that may be out by now.
    Medium {
        place: PathBuf,
        medium: Box<Medium>,
        folder: Parked,
    },
    /// Paper, or a PDF for it.
    Paper(State, Pdf),
}

/// The copies that are being made.
pub(super) struct Writing<'a> {
    copies: &'a Copies,
    anew: &'a Anew,
    wishes: &'a Wishes,
    pub(super) written: Vec<Written<'a>>,
    /// The sheet that somebody was asked to print and has not confirmed.
    pub(super) printing: Option<String>,
    asking: Asking,
}

impl<'a> Writing<'a> {
    pub(super) fn new(copies: &'a Copies, anew: &'a Anew, wishes: &'a Wishes) -> Self {
        Self {
            copies,
            anew,
            wishes,
            written: Vec::new(),
            printing: None,
            asking: Asking::default(),
        }
    }

    /// Makes all of them.
    ///
    /// # Errors
    /// What stopped one; then none counts.
    pub(super) fn all(&mut self, session: &mut Session) -> Result<()> {
        let copies = self.copies;
        for copy in &copies.all {
            interrupt::check()?;
            let written = match copy.to.file() {
                Some(file) => self.sheet(copy, file.to_owned(), session)?,
                None => self.medium(copy, session)?,
            };
            self.written.push(written);
        }
        let lines = self.written.iter().map(|written| written.line.clone());
        session.report.carriers.extend(lines);
        Ok(())
    }

    /// Media that hold a copy already.
    fn beside(&self) -> Vec<Beside> {
        let media = self.written.iter().filter_map(|written| match &written.on {
            On::Medium { medium, .. } => Some(Beside {
                name: format!("the medium of {}", written.copy.holds),
                medium: (**medium).clone(),
            }),
            On::Paper(..) => None,
        });
        media.collect()
    }

    fn medium(&mut self, copy: &'a Copy, session: &mut Session) -> Result<Written<'a>> {
        let mut asking = std::mem::take(&mut self.asking);
        let (copies, anew, wishes) = (self.copies, self.anew, self.wishes);
        let name = copy.facts.role.folder(anew.manifest.public_key.vault_id());
        let mut fits = |to: &Path, session: &mut Session| match to.join(&name).exists() {
            true => Err(Error::Refused {
                what: format!("{to:?} holds a copy of it already"),
                hint: "use another medium: two copies on one are one".into(),
            }),
            false => copies.fit(self.beside(), wishes).check(to, session),
        };
        let to = match &copy.to {
            Destination::At(dir) => dir.clone(),
            _ => {
                let line = format!("{}: the medium with {:?} on it.", copy.holds, copy.mark);
                session.terminal.say(&line);
                asking.to(None, &mut fits, session)?
            }
        };
        let onto = Onto {
            from: None,
            name: &name,
            fill: &|folder, _| fill((copies, anew), copy, folder),
        };
        let (place, folder) = onto.write(to, &mut fits, &mut asking, session)?;
        let medium = Medium::at(&place);
        let line = line(copy, &folder, &medium);
        let folder = folder.park();
        asking.release(session);
        asking.next(&place);
        self.asking = asking;
        Ok(Written {
            copy,
            line,
            on: On::Medium {
                place,
                medium: Box::new(medium),
                folder,
            },
        })
    }

    fn sheet(
        &mut self,
        copy: &'a Copy,
        file: PathBuf,
        session: &mut Session,
    ) -> Result<Written<'a>> {
        let counts = self.wishes.sets_aside("prepared") || !session.terminal.leads_on();
        self.printing = (!counts).then(|| copy.holds.clone());
        let (state, pdf, id) = sheet::make((self.copies, self.anew), copy, &file, counts, session)?;
        self.printing = None;
        let line = CarrierLine {
            role: "share",
            path: shown(&pdf.path),
            device: paper::DEVICE.into(),
            serial: Some(id),
            holds: copy.holds.clone(),
            read_back: Some(state.as_str()),
            replugged: None,
            read: None,
            age: None,
        };
        Ok(Written {
            copy,
            line,
            on: On::Paper(state, pdf),
        })
    }

    /// Removes what was made, where its medium is still there, and names the rest. Answers what is still out.
    pub(super) fn take_back(&mut self, session: &mut Session) -> Vec<register::CarrierLine> {
        let mut out = Vec::new();
        if let Some(holds) = self.printing.take() {
            say_left(
                &format!("the sheet of {holds}"),
                "may have been printed",
                session,
            );
        }
        for written in std::mem::take(&mut self.written) {
            let entry = entry(&written);
            let Written { copy, line, on } = written;
            let left = match on {
                On::Medium {
                    place,
                    medium,
                    folder,
                } => {
                    let now = Medium::at(&place);
                    let is_there = now.is_same_mount(&medium)
                        || !now.is_medium() && now.device == medium.device;
                    match is_there.then(|| folder.resume(&place)) {
                        Some(Ok(folder)) => folder.discard(),
                        Some(Err(_)) | None => vec![PathBuf::from(&line.path)],
                    }
                }
                On::Paper(State::Confirmed, pdf) => {
                    pdf.remove();
                    say_left(
                        &format!("the sheet of {}", copy.holds),
                        "was printed",
                        session,
                    );
                    out.push(entry.clone());
                    Vec::new()
                }
                On::Paper(State::Prepared, pdf) => match pdf.remove() {
                    true => Vec::new(),
                    false => vec![pdf.path.clone()],
                },
            };
            for path in &left {
                say_left(&format!("{:?}, {path:?}", copy.mark), "is left", session);
            }
            out.extend((!left.is_empty()).then_some(entry));
        }
        out
    }
}

/// Names what does not count and is a share all the same.
fn say_left(subject: &str, what: &str, session: &mut Session) {
    let text = format!("{what} of a share that was not made to the end");
    let hint = "find it and destroy it: it is that share, and opens the vault with others";
    session.find(Severity::Warning, "left", subject, &text, hint);
}

/// What the register is told of a copy.
pub(super) fn entry(written: &Written<'_>) -> register::CarrierLine {
    let facts = &written.copy.facts;
    match &written.on {
        On::Medium { medium, .. } => noting::carrier_line(facts, medium),
        // A sheet has no id of its own: it is known by what it is of.
        On::Paper(..) => register::CarrierLine {
            of: facts.of,
            medium: MediumKind::Paper,
            written: Some(facts.written),
            ..register::CarrierLine::bare(CarrierRef {
                carrier_id: None,
                ..noting::carrier_ref(facts)
            })
        },
    }
}

/// Everything that goes into one folder, and whether it is whole then.
fn fill((copies, anew): (&Copies, &Anew), copy: &Copy, folder: &NewFolder) -> Result<()> {
    let common = Common {
        manifest: &anew.signed,
        public_key: anew.manifest.public_key,
        tool: copies.tool.as_ref(),
    };
    carrier::put_share(folder, anew.share.expose())?;
    let texts = (copy.readme.as_slice(), anew.recovery.as_slice());
    carrier::finish_reissued(folder, &common, texts, &anew.note, &copy.facts)?;
    let checked = carrier::check(folder.path(), None)?;
    copy::check_source(&checked, "counted")?;
    match checked.reissued.is_some() {
        true => Ok(()),
        false => Err(Error::SelfTest {
            what: "a copy of a share that was made anew is not known as one",
        }),
    }
}

/// What the table says of a finished copy.
fn line(copy: &Copy, folder: &NewFolder, medium: &Medium) -> CarrierLine {
    let disk = medium.device.disks().first();
    CarrierLine {
        role: "share",
        path: shown(folder.path()),
        device: medium.describe(),
        serial: disk.and_then(|disk| disk.serial.clone()),
        holds: copy.holds.clone(),
        read_back: Some(seal::how(folder)),
        replugged: Some(false),
        read: Some(seal::how(folder)),
        age: Some(Age::seen(copy.facts.written, copy.facts.written)),
    }
}

//! Waits for a print: somebody says that it was printed, or scans of it are read and compared, in any number of answers.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::Writing;
use super::sheets::State;
use crate::carrier;
use crate::code::{Gathered, SheetShare, Taken};
use crate::commands::Session;
use crate::commands::paper::{Source, how_to_print};
use crate::commands::scanned::{Content, look_at};
use crate::commands::seal::Thing;
use crate::error::{Error, Result};
use crate::media;
use crate::scan;
use crate::sheet::{self, Sheet};
use crate::signature::VaultId;
use crate::terminal::{is_stop, typed_path};

/// What came of asking for a print.
pub(super) enum Asked {
    Done(State),
    Again,
}

/// What scans of one print have shown so far.
#[derive(Default)]
struct Seen {
    read: Gathered,
    /// Which of the sheet's codes.
    found: BTreeSet<usize>,
}

/// The text of one code.
type Code = Zeroizing<String>;

impl Writing<'_> {
    /// Asks until the print is there.
    pub(super) fn ask_print(
        &mut self,
        index: usize,
        file: &Path,
        sheet: &Sheet,
        source: Source<'_>,
    ) -> Result<Asked> {
        if self.plan.counts_prepared() {
            return Ok(Asked::Done(State::Prepared));
        }
        let (who, counts) = self.announce_print(index, file, sheet);
        let question = format!(
            "{who}: type printed when it is on paper and looked at,\nor a scan of the print (a file, or a folder of \
             pictures),\nor again for another file, or stop, then press Enter:"
        );
        let mut seen = Seen::default();
        let state = loop {
            let answer = self.session.terminal.ask(&question)?;
            let answer = answer.ok_or_else(stopped_at_sheet)?;
            match answer.to_lowercase().as_str() {
                "printed" => break State::Confirmed,
                "again" => return Ok(Asked::Again),
                word if is_stop(word) => return Err(stopped_at_sheet()),
                "" | "y" | "yes" => {}
                _ => match self.compare(&typed_path(&answer), file, sheet, &mut seen) {
                    Ok(()) if source.is_in(&seen.read) => break State::Scanned,
                    Ok(()) => self.session.terminal.say(
                        "That is not enough of this sheet yet: type the scans of its other pages too.",
                    ),
                    Err(Error::Interrupted) => return Err(Error::Interrupted),
                    Err(error) => self.session.terminal.warn(&error.to_string()),
                },
            }
        };
        self.session.terminal.say(&counts);
        Ok(Asked::Done(state))
    }

    /// Says what to do with the PDF. Answers whose it is, and what will be said once it counts.
    fn announce_print(&mut self, index: usize, file: &Path, sheet: &Sheet) -> (String, String) {
        let copy = self.copies.get(index);
        let thing = copy.map_or(Thing::Vault, |copy| copy.thing);
        self.printing = copy.map(|copy| copy.holds.clone());
        let number = copy.map_or(0, |copy| copy.facts.copy);
        let number = format!("copy {number} of {}", self.plan.destinations(thing).len());
        let name = self.plan.name_of(thing);
        let who = format!("{name}, {number}");
        let terminal = &mut self.session.terminal;
        terminal.say(&format!("{who}: the sheet {file:?} has proven itself."));
        terminal.say(&format!("Sheet {}", sheet::id_text(sheet.id)));
        terminal.say(&how_to_print(sheet, thing != Thing::Vault));
        terminal.say("Print it once more, as often as you like, until it is right.");
        (who, format!("{name}'s sheet, {number}, counts."))
    }

    /// Reads scans of the print: every code of coldvault on them must be one of this sheet.
    fn compare(&mut self, path: &Path, file: &Path, sheet: &Sheet, seen: &mut Seen) -> Result<()> {
        let texts = texts_of(path, file, sheet, self.session)?;
        self.session.warn_of_pages();
        let all: Vec<&str> = sheet.codes.iter().flatten().map(|c| c.as_str()).collect();
        let place = |text: &Code| all.iter().position(|code| *code == text.as_str());
        let others = texts.iter().filter(|text| place(text).is_none());
        if let Some(what) = others.into_iter().find_map(|text| self.whose(text)) {
            let path = path.to_owned();
            return Err(Error::Damaged { path, what });
        }
        for text in &texts {
            seen.found.extend(place(text));
            seen.read.take(text, "the scan");
        }
        let (found, all) = (seen.found.len(), all.len());
        let line = format!("{found} of the {all} codes of this sheet were read by now.");
        self.session.terminal.say(&line);
        Ok(())
    }

    /// What a code is that is not on the sheet; nothing for one of other software.
    fn whose(&self, text: &str) -> Option<String> {
        let mut read = Gathered::default();
        let what = match read.take(text, "the scan") {
            Taken::Foreign => return None,
            Taken::New | Taken::Again => {
                let share = read.shares().first().map(|share| self.whose_share(share));
                let vault = read.vaults().first().map(|vault| vault.vault);
                share.or(vault.map(|vault| self.of_vault(vault, "of a sheet of the vault".into())))
            }
            Taken::Bad(_) | Taken::Newer => None,
        };
        let what = what.map_or(String::new(), |what| format!(", {what},"));
        Some(format!("it holds a code{what} that is not on this sheet"))
    }

    fn whose_share(&self, sheet: &SheetShare) -> String {
        let name = match (&sheet.share, &sheet.custodian) {
            (Ok(share), _) => carrier::share_name(share.facts.number, &share.facts.custodian),
            (Err(_), Some(custodian)) => format!("the share of {custodian}"),
            (Err(_), None) => "another share".into(),
        };
        match sheet.vault {
            Some(vault) => self.of_vault(vault, format!("of {name}")),
            None => format!("of {name}"),
        }
    }

    fn of_vault(&self, vault: VaultId, what: String) -> String {
        match vault == self.public_key.vault_id() {
            true => what,
            false => "of another vault".into(),
        }
    }
}

/// The codes of a scan, or of all pictures in a folder.
fn texts_of(path: &Path, file: &Path, sheet: &Sheet, session: &mut Session) -> Result<Vec<Code>> {
    let is_folder = path.is_dir();
    let scans: Vec<PathBuf> = match is_folder {
        true => look_at(path, session)?.paths,
        false => vec![path.to_owned()],
    };
    let (mut texts, mut any) = (Vec::new(), false);
    for scan in &scans {
        if is_the_pdf(scan, file, sheet)? {
            return Err(Error::Refused {
                what: format!("{scan:?}: this is the PDF, not a scan of the print"),
                hint: "scan or photograph the printed pages".into(),
            });
        }
        if let Content::Scan(opened) = Content::of(scan)? {
            let pages = scan::read(scan, opened)?;
            texts.extend(pages.into_iter().flat_map(|page| page.codes));
            any = true;
        }
    }
    match any {
        true => Ok(texts),
        false => Err(Error::Damaged {
            path: path.to_owned(),
            what: match is_folder {
                true => "no scan is in this folder".into(),
                false => "this is no scan: no picture, and no PDF".into(),
            },
        }),
    }
}

/// Whether it is the file that is to be printed, or a copy of it.
fn is_the_pdf(path: &Path, file: &Path, sheet: &Sheet) -> Result<bool> {
    let opened = media::open_ordinary(path)?;
    let about = opened.metadata().map_err(Error::io("read", path))?;
    let id = |about: &std::fs::Metadata| (about.dev(), about.ino());
    if std::fs::metadata(file).is_ok_and(|made| id(&made) == id(&about)) {
        return Ok(true);
    }
    if about.len() != sheet.pdf.len() as u64 {
        return Ok(false);
    }
    let bytes = all_of(&opened, sheet.pdf.len()).map_err(Error::io("read", path))?;
    Ok(*bytes == *sheet.pdf)
}

/// One byte more than there should be is enough to see a difference.
fn all_of(file: &File, length: usize) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
    file.take(length as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The officer said stop.
pub(super) fn stopped_at_sheet() -> Error {
    Error::Refused {
        what: "stopped at this sheet: the vault is not sealed".into(),
        hint: "destroy the printed pages, then begin again".into(),
    }
}

//! The record of a vault's destruction, as two new files with one name: for machines, and to be printed and signed.

use std::fs;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::commands::noting::TOOL;
use crate::commands::{Session, odd, together};
use crate::destruction::DestructionRecord;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::media;
use crate::register::{Register, VaultState};
use crate::report::shown;
use crate::sheet::DestructionPage;
use crate::signature::VaultId;
use crate::terminal::{is_stop, typed_path};
use crate::words;

use super::Retiring;
use super::people::People;

/// The files of one record.
pub(super) struct Places {
    pub(super) page: PathBuf,
    pub(super) json: PathBuf,
    /// Whether there is a whole record already, so that this one is only for what a run enters besides.
    pub(super) is_for_more: bool,
}

/// Every file that a record at this place would be written to.
pub(super) fn files_of(page: PathBuf) -> [PathBuf; 2] {
    [page.with_extension("json"), page]
}

impl Places {
    pub(super) fn new(page: PathBuf) -> Self {
        let [json, page] = files_of(page);
        Self {
            page,
            json,
            is_for_more: false,
        }
    }

    /// Both, not on a carrier. Whether they are free is not looked at.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that does not end in `.pdf`; [`Error::Refused`] on a carrier.
    pub(super) fn at(page: &Path) -> Result<Self> {
        if page.extension().is_none_or(|ending| ending != "pdf") {
            return Err(Error::Usage {
                what: format!("the record {page:?} does not end in .pdf"),
                hint:
                    "give a new file such as retired-2026.pdf; the same as JSON gets a name like it"
                        .into(),
            });
        }
        let parent = page.parent().filter(|dir| !dir.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let real = fs::canonicalize(parent).map_err(Error::io("read", parent))?;
        let said = (
            "the record",
            "it names people and places",
            "write it to another medium",
        );
        together::check_apart(&real, said, true)?;
        Ok(Self::new(page.to_owned()))
    }

    /// # Errors
    /// [`Error::Exists`] where one of them is there, finished or not.
    pub(super) fn check_free(&self) -> Result<()> {
        media::check_alone(&self.json)?;
        media::check_alone(&self.page)
    }

    /// Asks for it; `None` when none is to be written.
    fn ask(vault: VaultId, session: &mut Session) -> Result<Option<Self>> {
        if !session.terminal.leads_on() {
            return Ok(None);
        }
        loop {
            let question = "New file for the record, to be printed and signed, such as retired-2026.pdf (press Enter: \
                            none is written):";
            let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
            if answer.is_empty() {
                return Ok(None);
            }
            if is_stop(&answer) {
                return Err(Error::Stopped);
            }
            let places = Self::at(&typed_path(&answer));
            match places.and_then(|places| places.settled(vault, session)) {
                Ok(places) => return Ok(Some(places)),
                Err(error) => session.terminal.error(&error),
            }
        }
    }

    /// Writes both, the page last: where that is, the other is. Each is read back.
    fn write(&self, json: &[u8], page: &[u8], session: &mut Session) -> Result<()> {
        odd::warn(self.page.parent().unwrap_or(&self.page), session);
        media::put_alone(&self.json, json)?;
        if let Err(error) = media::put_alone(&self.page, page) {
            // What is left is named where it is met again: its name is taken.
            let _ = fs::remove_file(&self.json);
            return Err(error);
        }
        Ok(())
    }
}

impl Retiring {
    /// Writes the record where one is wanted, and answers the digest of its file. It stands on what the register has, so
    /// it is written before the vault is entered as retired: a register never names a record that is not there.
    ///
    /// # Errors
    /// What asking and writing answer.
    pub(super) fn write_record(
        &self,
        vault: &VaultState,
        people: &People,
        session: &mut Session,
    ) -> Result<Option<Digest>> {
        let asked = match &self.places {
            Some(_) => None,
            None => Places::ask(self.id, session)?,
        };
        let Some(places) = self.places.as_ref().or(asked.as_ref()) else {
            return Ok(None);
        };
        if places.is_for_more && self.entered.is_empty() {
            return Ok(None);
        }
        let stamp = session.stamp();
        let heads = session.register().map(Register::heads);
        let record = DestructionRecord {
            vault: vault.clone(),
            at: stamp.at,
            wall: stamp.wall,
            reason: self.reason.clone(),
            people: people.names(),
            register_head: heads.and_then(|heads| match heads.as_slice() {
                [one] => Some(*one),
                _ => None,
            }),
            tool: TOOL.into(),
        };
        let json = record.to_bytes();
        let digest = Digest::of(&json);
        places.write(&json, &draw(&record, digest, &places.json)?, session)?;
        tell(places, digest, session)?;
        Ok(Some(digest))
    }
}

/// The page of a record that is, or will be, in the file `json`.
pub(super) fn draw(
    record: &DestructionRecord,
    digest: Digest,
    json: &Path,
) -> Result<Zeroizing<Vec<u8>>> {
    let name = json.file_name().unwrap_or_default();
    let page = DestructionPage {
        record,
        digest,
        file: &name.to_string_lossy(),
    };
    page.draw()
}

fn tell(places: &Places, digest: Digest, session: &mut Session) -> Result<()> {
    let mut lines = vec![
        format!("Record: {}", shown(&places.json)),
        format!("Page to print and sign by hand: {}", shown(&places.page)),
        format!("SHA-256 of the record: {}", digest.hex()),
    ];
    let words = words::lines(&digest.0);
    lines.extend(words.iter().map(|line| format!("    {line}")));
    let mut lines = lines.iter();
    lines.try_for_each(|line| session.terminal.result(line))
}

//! What an earlier run left where a record is to go: the record as JSON, without its page.
//!
//! Nothing that is there is replaced. Which of the two it is, only the register says: a record that it names gets its page; of
//! any other one nobody knows whether what it says was entered, so it stays, and the new one gets another name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::commands::Session;
use crate::destruction::DestructionRecord;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json;
use crate::media;
use crate::register::{Event, Register};
use crate::report::shown;
use crate::signature::VaultId;
use crate::time::Time;

use super::record::{Places, draw};

/// More than any record: 16 shares with 255 copies each, and the longest texts.
const MOST: u64 = 64 << 20;
/// So many names are tried for one record.
const NAMES: u8 = 99;

impl Places {
    /// Both files are new, or what lies there is a record of `vault` that an earlier run left without its page: then it is
    /// said what becomes of that, and the place is another one.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Refused`] where the page cannot be made from what is left; as writing it.
    pub(super) fn settled(self, vault: VaultId, session: &mut Session) -> Result<Self> {
        let taken = match self.check_free() {
            Err(error @ Error::Exists(_)) => error,
            other => return other.map(|()| self),
        };
        if self.page.symlink_metadata().is_ok() {
            return Err(taken);
        }
        let record = read(&self.json)?;
        let json = shown(&self.json);
        let Some(record) = record else {
            return match self.json.symlink_metadata() {
                Ok(_) => Err(taken),
                // An unfinished file: a run was killed before the record was whole.
                Err(_) => self.renamed(&format!("{json} was left unfinished"), session),
            };
        };
        let is_of_it = record.object("vault")?.array::<16>("id")? == vault.0;
        if !is_of_it {
            return Err(taken);
        }
        let digest = digest_of(&self.json)?;
        if !session.register().is_some_and(|all| names(all, digest)) {
            let what = format!(
                "{json} is there without its page, and no retirement in the register names it"
            );
            return self.renamed(&what, session);
        }
        let again = again(&record, vault, session.register());
        let again = again.filter(|again| Digest::of(&again.to_bytes()) == digest);
        let again = again.ok_or_else(|| cannot(&json))?;
        media::put_alone(&self.page, &draw(&again, digest, &self.json)?)?;
        session.terminal.say(&format!(
            "{json} is the record that the register names. Its page was missing and is made from it again: {}",
            shown(&self.page)
        ));
        let mut next = self.next_free().ok_or(taken)?;
        next.is_for_more = true;
        Ok(next)
    }

    /// The same under another name, which is said.
    fn renamed(self, what: &str, session: &mut Session) -> Result<Self> {
        let taken = || Error::Exists(self.json.clone());
        let next = self.next_free().ok_or_else(taken)?;
        session.terminal.say(&format!(
            "{what}: it stays as it is. The record of this run is {}",
            shown(&next.page)
        ));
        Ok(next)
    }

    fn next_free(&self) -> Option<Self> {
        let stem = self.page.file_stem()?.to_str()?;
        let mut all = (2..=NAMES).map(|number| {
            let page = self.page.with_file_name(format!("{stem}-{number}.pdf"));
            Self::new(page)
        });
        all.find(|places| places.check_free().is_ok())
    }
}

/// The record, if that is one.
fn read(path: &Path) -> Result<Option<json::Object>> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = bytes(path)?;
    let is_one = bytes.starts_with(b"{\"type\":\"coldvault/destruction/1\",");
    Ok(json::parse(&bytes, usize::MAX).ok().filter(|_| is_one))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    let read = file.take(MOST).read_to_end(&mut bytes);
    read.map_err(Error::io("read", path))?;
    Ok(bytes)
}

fn digest_of(path: &Path) -> Result<Digest> {
    Ok(Digest::of(&bytes(path)?))
}

/// Whether a vault was entered as retired with that record.
fn names(register: &Register, record: Digest) -> bool {
    let mut events = register.entries().filter_map(|one| one.event.as_ref());
    events.any(|event| match event {
        Event::Retired(retired) => retired.certificate_sha256 == Some(record),
        _ => false,
    })
}

/// The record as it was made: what it says of that day itself, and what the register came to under the head that it names.
fn again(
    record: &json::Object,
    vault: VaultId,
    register: Option<&Register>,
) -> Option<DestructionRecord> {
    let head = Digest(record.array("register_head").ok()?);
    let wall = record.optional_text("wall").ok()?;
    let people = record.texts("people").ok()?;
    let reason = record.optional_text("reason").ok()?;
    Some(DestructionRecord {
        vault: register?.state_at(head).vault(vault)?.clone(),
        at: Time::parse(record.text("at").ok()?).ok()?,
        wall: wall.map(Time::parse).transpose().ok()?,
        reason: reason.map(str::to_owned),
        people: people.into_iter().map(str::to_owned).collect(),
        register_head: Some(head),
        tool: record.text("tool").ok()?.to_owned(),
    })
}

fn cannot(json: &str) -> Error {
    Error::Refused {
        what: format!(
            "{json} is the record that the register names, but its page cannot be made from it and this register"
        ),
        hint: "keep it; give another new file for a record of what is known now".into(),
    }
}

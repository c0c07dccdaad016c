//! What the older vault holds, read from its beginning to its end and forgotten: one copy after another until one comes out
//! whole.

use std::io::Read;

use crate::carrier::{PayloadReader, VaultAt};
use crate::ceremony::Ceremony;
use crate::commands::Session;
use crate::commands::judging::is_about_copy;
use crate::commands::seal::Content;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::inventory::{Line, Totals};
use crate::key::VaultKey;
use crate::manifest::Manifest;
use crate::payload::{self, Bounds, CEREMONY, Deliver};
use crate::report::{Severity, shown};
use crate::terminal::{Terminal, size};

/// Bytes read at a time.
const BUFFER: usize = 1 << 18;

/// Whether another copy could help.
pub(super) fn is_about(error: &Error, vaults: &[VaultAt]) -> bool {
    let mut vaults = vaults.iter();
    matches!(error, Error::NoVaultCopy { .. })
        || vaults.any(|vault| is_about_copy(error, vault.place()))
}

/// A copy that came out whole.
pub(super) struct Came {
    /// It, and behind it those that were not read.
    vaults: Vec<VaultAt>,
    totals: Totals,
    ceremony: Ceremony,
}

impl Came {
    /// With the key that opens it once more, to be sealed anew.
    pub(super) fn with(self, key: VaultKey) -> Content {
        Content {
            key,
            vaults: self.vaults,
            totals: self.totals,
            ceremony: self.ceremony,
        }
    }
}

/// Reads the first copy that comes out whole.
///
/// # Errors
/// What is wrong with the only one; [`Error::NoVaultCopy`]; [`Error::Interrupted`].
pub(super) fn read(
    opened: (&VaultKey, &Manifest),
    vaults: &[VaultAt],
    session: &mut Session,
) -> Result<Came> {
    let mut first = None;
    for (index, vault) in vaults.iter().enumerate() {
        match read_one(opened, vault, &mut session.terminal) {
            Ok((totals, ceremony)) => {
                session.terminal.say(&format!(
                    "{}: whole, {} files, {}, all as its inventory says.",
                    shown(vault.place()),
                    totals.files,
                    size(totals.bytes)
                ));
                return Ok(Came {
                    vaults: vaults.iter().skip(index).cloned().collect(),
                    totals,
                    ceremony,
                });
            }
            Err(error) if is_about_copy(&error, vault.place()) => {
                let hint = "set this copy aside; the next one is tried";
                session.find(Severity::Warning, "copy", "", &error.to_string(), hint);
                first.get_or_insert(error);
            }
            Err(other) => return Err(other),
        }
    }
    match (vaults.len(), first) {
        (1, Some(error)) => Err(error),
        (seen, _) => Err(Error::NoVaultCopy { seen }),
    }
}

fn read_one(
    (key, manifest): (&VaultKey, &Manifest),
    vault: &VaultAt,
    terminal: &mut Terminal,
) -> Result<(Totals, Ceremony)> {
    let bounds = Bounds {
        plain_bytes: manifest.plain_bytes,
        members: manifest.members,
    };
    let mut reading = Reading {
        ceremony: None,
        terminal,
        done: 0,
        all: manifest.plain_bytes,
        buffer: vec![0; BUFFER],
    };
    let input = PayloadReader::open(vault, Some(manifest))?;
    let totals = payload::unpack(key, input, vault.place(), bounds, &mut reading)?;
    let ceremony = reading.ceremony.ok_or_else(|| Error::Archive {
        member: format!("{CEREMONY:?}"),
        why: "it is not there, and a vault has it".into(),
    })?;
    Ok((totals, ceremony))
}

/// Keeps `ceremony.json`, and forgets the rest.
struct Reading<'t> {
    ceremony: Option<Ceremony>,
    terminal: &'t mut Terminal,
    done: u64,
    all: u64,
    buffer: Vec<u8>,
}

impl Deliver for Reading<'_> {
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()> {
        let ceremony = Ceremony::from_bytes(bytes).map_err(|error| Error::Archive {
            member: "\"ceremony.json\"".into(),
            why: error.to_string(),
        })?;
        self.ceremony = Some(ceremony);
        Ok(())
    }

    fn directory(&mut self, _: &[u8], _: u32, _: i64) -> Result<()> {
        interrupt::check()
    }

    fn file(&mut self, _: &[u8], _: u32, _: i64, _: u64, content: &mut dyn Read) -> Result<()> {
        loop {
            interrupt::check()?;
            let read = content.read(&mut self.buffer);
            match read.map_err(|error| Error::unwrap_io(error, "read the payload"))? {
                0 => return Ok(()),
                count => {
                    self.done += count as u64;
                    self.terminal.progress("reading", self.done, self.all);
                }
            }
        }
    }

    fn link(&mut self, _: &[u8], _: &[u8], _: i64) -> Result<()> {
        Ok(())
    }

    fn skipped(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }
}

//! Opens a vault with a quorum: one copy after another until one comes out whole, then all files under their final names.

mod after;

use std::path::{Path, PathBuf};

use super::choice::Choice;
use super::deliver::Restoring;
use super::outside::Outside;
use super::target::Unfinished;
use super::watching::Watching;
use super::{danger, salvage};
use crate::carrier::{PayloadReader, VaultAt};
use crate::commands::judging::{bounds, is_about_copy};
use crate::commands::looking::{self, Back};
use crate::commands::starting::{self, Checks};
use crate::commands::{Session, wall_clock};
use crate::error::{Error, Exit, Result};
use crate::key::VaultKey;
use crate::node::Ground;
use crate::payload::{self, Bounds};
use crate::quorum::Judged;
use crate::report::{Severity, shown};
use crate::terminal::size;

/// A vault that a quorum opens, and the unfinished directory for its files.
pub(super) struct Opening {
    key: VaultKey,
    judged: Judged,
    vaults: Vec<VaultAt>,
    unfinished: Unfinished,
}

impl Opening {
    /// Joins the shares. The unfinished directory is there already: making it may ask, and the key does not wait for
    /// an answer.
    ///
    /// # Errors
    /// [`Error::NotEnoughShares`].
    pub(super) fn new(
        mut judged: Judged,
        vaults: Vec<VaultAt>,
        unfinished: Unfinished,
        session: &mut Session,
    ) -> Result<Self> {
        let key = match judged.quorum().and_then(|quorum| quorum.join()) {
            Ok(key) => key,
            Err(error) => {
                unfinished.remove(session);
                return Err(error);
            }
        };
        judged.forget_shares();
        Ok(Self {
            key,
            judged,
            vaults,
            unfinished,
        })
    }

    /// Tries the copies that are there.
    pub(super) fn attempt(
        &mut self,
        salvage: bool,
        choice: &Choice,
        session: &mut Session,
    ) -> Result<Done> {
        let table = OnTable {
            key: &self.key,
            judged: &self.judged,
            vaults: &self.vaults,
        };
        if salvage {
            salvage::run(&table, choice, &self.unfinished, session)
        } else {
            restore(&table, choice, &mut self.unfinished, session)
        }
    }

    /// Gives everything its final name, or takes everything back. Only then come the start-up checks, which open
    /// stores: they may take long, or be stopped, and that must not keep anybody from the files.
    pub(super) fn close(self, outcome: Result<Done>, session: &mut Session) -> Result<Exit> {
        let done = match outcome.and_then(|done| done.publish(&self.unfinished, session)) {
            Ok(done) => done,
            Err(error) => {
                self.unfinished.remove(session);
                return Err(error);
            }
        };
        drop(self.key);
        // Only now: a standard output that fails must not cost the files.
        for line in done.lines {
            session.terminal.result(&line)?;
        }
        let into = self.unfinished.place();
        session
            .terminal
            .result(&format!("The files are in {into:?}"))?;
        after::end(
            (done.in_place.as_ref(), done.checks.as_ref()),
            done.exit,
            into,
            session,
        )
    }

    pub(super) fn judged(&self) -> &Judged {
        &self.judged
    }

    /// Other copies for the next attempt.
    pub(super) fn go_on_with(&mut self, vaults: Vec<VaultAt>) {
        self.vaults = vaults;
    }

    /// Removes what an attempt left, before somebody is kept waiting.
    pub(super) fn empty(&mut self) -> Result<()> {
        self.unfinished.fresh().map(drop)
    }

    /// Whether another vault copy could help.
    pub(super) fn is_about_copies(&self, error: &Error) -> bool {
        matches!(error, Error::NoVaultCopy { .. })
            || self
                .vaults
                .iter()
                .any(|vault| is_about_copy(error, vault.place()))
    }
}

/// A restore that is complete but for its final names.
pub(super) struct Done {
    pub(super) exit: Exit,
    pub(super) lines: Vec<String>,
    pub(super) note: Option<PathBuf>,
    /// What is to go to where it was, too.
    pub(super) in_place: Option<Outside>,
    /// What is to be looked at once it has its final name.
    pub(super) checks: Option<Checks>,
}

impl Done {
    /// Gives everything its final name. If that fails, the note that already has its own is taken back.
    fn publish(self, unfinished: &Unfinished, session: &mut Session) -> Result<Self> {
        let published = unfinished.publish(session);
        if let (Err(_), Some(note)) = (&published, &self.note) {
            // The error that is reported is the one that stopped the restore.
            let _ = std::fs::remove_file(note);
        }
        published.map(|()| self)
    }
}

/// A quorum's key, what was found out about the vault, and the copies to open.
pub(super) struct OnTable<'a> {
    pub(super) key: &'a VaultKey,
    pub(super) judged: &'a Judged,
    pub(super) vaults: &'a [VaultAt],
}

impl OnTable<'_> {
    pub(super) fn bounds(&self) -> Bounds {
        bounds(self.judged)
    }
}

/// Restores from the first copy that comes out whole.
fn restore(
    table: &OnTable<'_>,
    choice: &Choice,
    unfinished: &mut Unfinished,
    session: &mut Session,
) -> Result<Done> {
    let restoring = from_any_copy(table, choice, unfinished, session)?;
    let delivered = restoring.finish(choice, session)?;
    let back = Back::all(unfinished.path(), &delivered.nodes);
    danger::confirm(
        &looking::glance(&Ground::Disk, &back)?,
        table.judged,
        choice,
        session,
    )?;
    let passwords = starting::passwords_of(&delivered.notes, session);
    let into = unfinished.place();
    let note = delivered
        .notes
        .deliver(choice.note_to.as_deref(), session)?;
    let files = match delivered.files {
        1 => "1 file".into(),
        files => format!("{files} files"),
    };
    let mut lines = vec![format!(
        "Restored {files}{}, {}. Everything in the archive agrees with its inventory.",
        delivered.notes.counted(),
        size(delivered.bytes)
    )];
    lines.extend(delivered.notes.lines(into, note.as_deref()));
    lines.extend(delivered.outside_lines(into, choice, session));
    let is_whole = choice.only.is_empty();
    if !is_whole {
        lines.push("With --only no start-up checks are made.".into());
    }
    Ok(Done {
        exit: Exit::Done,
        lines,
        note,
        in_place: choice.in_place.then_some(delivered.outside),
        checks: is_whole.then_some(Checks {
            nodes: delivered.nodes,
            passwords,
            left_out: delivered.left_out,
        }),
    })
}

/// Tries one vault copy after another until one comes out whole.
fn from_any_copy(
    table: &OnTable<'_>,
    choice: &Choice,
    unfinished: &mut Unfinished,
    session: &mut Session,
) -> Result<Restoring> {
    let mut first = None;
    for vault in table.vaults {
        match from_copy(table, vault, choice, unfinished.fresh()?, session) {
            Ok(done) => {
                session
                    .terminal
                    .say(&format!("Opened {}", shown(vault.place())));
                return Ok(done);
            }
            Err(error) if is_about_copy(&error, vault.place()) => {
                let hint = "set this copy aside; the next one is tried";
                session.find(Severity::Warning, "copy", "", &error.to_string(), hint);
                first.get_or_insert(error);
            }
            Err(other) => return Err(other),
        }
    }
    match (table.vaults.len(), first) {
        (1, Some(error)) => Err(error),
        (seen, _) => Err(Error::NoVaultCopy { seen }),
    }
}

fn from_copy(
    table: &OnTable<'_>,
    vault: &VaultAt,
    choice: &Choice,
    into: &Path,
    session: &mut Session,
) -> Result<Restoring> {
    let manifest = table.judged.manifest.as_ref();
    let input = PayloadReader::open(vault, manifest)?;
    let all = manifest.map_or(0, |manifest| manifest.plain_bytes);
    let mut restoring = Restoring::new(into)?;
    let mut watching = Watching {
        restoring: &mut restoring,
        choice,
        terminal: &mut session.terminal,
        done: 0,
        all,
        wall_clock: None,
    };
    payload::unpack(
        table.key,
        input,
        vault.place(),
        table.bounds(),
        &mut watching,
    )?;
    if let Some(wall) = watching.wall_clock {
        wall_clock::tell_restored(wall, session);
    }
    Ok(restoring)
}

//! Notes that a vault was superseded: looked for beside carriers, proven, and said of the vault that is used.
//!
//! A superseded vault opens what it always opened, and a note never chooses. One that does not hold is named and not
//! believed: somebody may want people to destroy the vault that counts.

use std::path::{Path, PathBuf};

use crate::carrier::{self, printable};
use crate::commands::Session;
use crate::error::Result;
use crate::register::{Event, Life, Register, Superseded};
use crate::report::{Severity, shown};
use crate::signature::PublicKey;
use crate::supersession::{Flaw, ReadSupersession, Supersession};

/// The most notes that are kept of all places together.
const MOST: usize = 256;
const FORGED: &str = "destroy nothing because of it; tell the security office who brought it";

/// Notes that were seen in this run, not proven.
pub(in crate::commands) type Seen = Vec<(PathBuf, ReadSupersession)>;

impl Session {
    /// Looks for notes at a place. What cannot be read there is none: the carriers beside it say what is wrong.
    pub(super) fn look_for_notes(&mut self, place: &Path) {
        for folder in carrier::find_notes(place).unwrap_or_default() {
            let is_new = !self.noting.seen.iter().any(|(known, _)| *known == folder);
            let has_room = is_new && self.noting.seen.len() < MOST;
            if let (Ok(Some(read)), true) = (carrier::read_note(&folder), has_room) {
                self.noting.seen.push((folder, read));
            }
        }
    }

    /// Says whether the vault with this key, which is proven, was superseded, or took the place of another one: by the notes
    /// that were seen, and by the register where one is open.
    pub(super) fn tell_superseded(&mut self, key: &PublicKey) {
        let mut said: Vec<(PublicKey, PublicKey)> = Vec::new();
        for (folder, read) in std::mem::take(&mut self.noting.seen) {
            match read.prove(key) {
                Err(flaw) => self.tell_flaw(&folder, &read, key, &flaw),
                Ok(note) => {
                    let pair = (note.old.public_key, note.new.public_key);
                    if !said.contains(&pair) {
                        said.push(pair);
                        self.tell_one(&note, key);
                    }
                }
            }
            self.noting.seen.push((folder, read));
        }
        if said.iter().all(|(old, _)| old != key) {
            self.tell_by_register(key);
        }
    }

    /// The vaults whose place the one with this key took, by notes that were seen and that both signed.
    pub(super) fn predecessors(&self, key: &PublicKey) -> Vec<PublicKey> {
        let proven = self.noting.seen.iter();
        let proven = proven.filter_map(|(_, read)| read.prove(key).ok());
        let newer = proven.filter(|note| note.new.public_key == *key);
        newer.map(|note| note.old.public_key).collect()
    }

    /// What the register is told of the notes that were seen: of those that hold, both vaults of which are `known`. What it
    /// was told before is not told again.
    pub(super) fn ends_of(&self, known: &[PublicKey]) -> Vec<Event> {
        let state = self.register().map(Register::state).unwrap_or_default();
        let is_new = |note: &Supersession| {
            let old = state.vault(note.old.public_key.vault_id());
            !old.is_some_and(|vault| matches!(vault.life, Life::Superseded { .. } | Life::Retired))
        };
        let mut ends: Vec<Event> = Vec::new();
        for (_, read) in &self.noting.seen {
            let proven = known.iter().find_map(|key| read.prove(key).ok());
            let proven = proven.filter(|note| known.contains(&note.old.public_key));
            let proven = proven.filter(|note| known.contains(&note.new.public_key));
            let Some(note) = proven.filter(is_new) else {
                continue;
            };
            let end = Event::Superseded(Superseded {
                vault: note.old.public_key.vault_id(),
                by: note.new.public_key.vault_id(),
                at: note.at,
                note: Some(read.clone()),
            });
            if !ends.contains(&end) {
                ends.push(end);
            }
        }
        ends
    }

    fn tell_one(&mut self, note: &Supersession, key: &PublicKey) {
        let (old, new) = (&note.old, &note.new);
        let (by, since) = (new.public_key.vault_id(), note.at.date());
        let why = note.reason.as_deref().map(printable);
        let why = why.map_or(String::new(), |why| format!(" ({why})"));
        if old.public_key == *key {
            return self.find_superseded(&format!("{by} ({}) on {since}{why}", new.label));
        }
        let text = format!(
            "This vault took the place of vault {} on {since}{why}: both signed it.",
            old.public_key.vault_id()
        );
        self.terminal.say(&text);
    }

    fn tell_by_register(&mut self, key: &PublicKey) {
        let state = self.register().map(Register::state);
        let vault = state.as_ref().and_then(|state| state.vault(key.vault_id()));
        let life = vault
            .filter(|vault| vault.key == *key)
            .map(|vault| vault.life);
        if let Some(Life::Superseded { by, at }) = life {
            self.find_superseded(&format!("{by} on {}, by the register", at.date()));
        }
    }

    fn find_superseded(&mut self, by: &str) {
        let text = format!("this vault was superseded by vault {by}; it opens what it opened");
        let hint =
            "use the carriers of the newer one, unless it is the older content that is wanted";
        self.find(Severity::Warning, "superseded", "", &text, hint);
    }

    /// Names a note that speaks of this vault and does not hold.
    fn tell_flaw(&mut self, folder: &Path, read: &ReadSupersession, key: &PublicKey, flaw: &Flaw) {
        let speaks_of =
            |note: Supersession| [note.old.public_key, note.new.public_key].contains(key);
        let is_about = read.claims().map_or(true, speaks_of);
        if is_about && *flaw != Flaw::OtherVault {
            let text = format!("a note that a vault was superseded does not hold: {flaw}");
            let subject = format!("{folder:?}");
            let severity = Severity::Warning;
            self.find(severity, "supersession-unproven", &subject, &text, FORGED);
        }
    }
}

/// Shows the note in a folder, and answers whether it holds: by the keys that it names itself.
///
/// # Errors
/// What standard output answers; [`crate::error::Error::Io`].
pub(super) fn show(folder: &Path, session: &mut Session) -> Result<bool> {
    session.terminal.result(&shown(folder))?;
    let Some(read) = carrier::read_note(folder)? else {
        // It says nothing, and what lies beside it is as whole as it was.
        session.find_unfinished(folder, "remove it; the register has the note");
        return Ok(true);
    };
    let flaw = match proven(folder, &read) {
        Ok(note) => {
            for line in lines(&note) {
                session.terminal.result(&format!("    {line}"))?;
            }
            return Ok(true);
        }
        Err(flaw) => flaw,
    };
    let text = format!("a note that a vault was superseded does not hold: {flaw}");
    let subject = format!("{folder:?}");
    let severity = Severity::Error;
    session.find(severity, "supersession-unproven", &subject, &text, FORGED);
    Ok(false)
}

fn proven(folder: &Path, read: &ReadSupersession) -> std::result::Result<Supersession, Flaw> {
    let note = read.prove(&read.claims()?.old.public_key)?;
    match carrier::note_keys_agree(folder, &note) {
        true => Ok(note),
        false => Err(Flaw::Content("the keys beside it are others".into())),
    }
}

fn lines(note: &Supersession) -> Vec<String> {
    let vault = |side: &crate::supersession::Side| {
        let id = side.public_key.vault_id();
        format!(
            "{id} ({}, {})",
            side.label,
            side.kind.as_str().to_uppercase()
        )
    };
    let reason = note.reason.as_deref().map(printable);
    let reason = reason.map(|reason| format!("reason   {reason}"));
    let mut all = vec![
        format!("vault    {}", vault(&note.old)),
        format!("was superseded on {} by", note.at.date()),
        format!("vault    {}", vault(&note.new)),
    ];
    all.extend(reason);
    all.push("checked  both vaults signed it: compare their ids with the paper".into());
    all
}

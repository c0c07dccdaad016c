//! Key material of other software than the Java world's: recognised by its bytes first and its name second, checked where
//! it can be.
//!
//! The software is data: a table of names, needs and dangers. Knows no files and no directories; a path is only a name
//! here. Nothing secret leaves this module: facts are public.

mod beginning;
mod cometbft;
mod curves;
mod der;
mod ed25519;
mod ethereum;
mod file;
mod history;
mod pem;
mod sqlite;
mod substrate;
mod table;
mod tessera;
mod whole;
mod xrp;

use crate::json::read_foreign;
use crate::secret::SecretBytes;
use crate::stretching::{ALWAYS, GoOn};
use file::File;

pub use history::{Highest, History, Order};
pub use pem::pair;

/// The most bytes of a file that is looked at whole.
pub const MAX_BYTES: usize = 4 << 20;

/// A kind of node software.
#[derive(Clone, Copy, Debug)]
pub struct Software {
    /// Its name: "CometBFT".
    pub name: &'static str,
    /// The files that tell or hold something.
    pub files: &'static [Pattern],
    /// What else it takes to be this node again, in a sentence; may be empty.
    pub needs: &'static str,
    /// Why two running copies, or an old signing history, cost money, in a sentence; empty when they do not.
    pub danger: &'static str,
}

/// A file of some software.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// The end of its path in whole components, with `*` for any letters of one: "config/priv_validator_key.json".
    pub glob: &'static str,
    /// What it is, for people: "validator key".
    pub what: &'static str,
    /// Its part in a backup.
    pub part: Part,
    /// Whether its content is read here: then a file of this name with other content is no good.
    pub is_read: bool,
    /// Whether the name alone tells the software; false for names such as `key`.
    pub tells: bool,
}

/// What a file is to whoever wants to be this node again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Key material.
    Key,
    /// The password of key material.
    Password,
    /// Configuration and public data without which the keys are of no use.
    Needed,
    /// What was signed so far: it must never go back in time.
    History,
    /// A database; may hold keys.
    Database,
    /// An archive of files; may hold keys, and is not looked into.
    Archive,
    /// Not kept: locks, process ids, sockets.
    Volatile,
    /// Anything else that is worth a line.
    Other,
}

/// What was found in one file.
#[derive(Clone, Debug)]
pub struct Material {
    /// The software, where it is known.
    pub software: Option<&'static str>,
    /// What it is: "EIP-2335 keystore", "private key, PEM".
    pub what: String,
    /// Its part in a backup.
    pub part: Part,
    /// Public facts, name and value: address, public key, height, slot.
    pub facts: Vec<(&'static str, String)>,
    /// Whether it is any good.
    pub state: State,
    /// For a signing history, how far it goes.
    pub history: Option<History>,
}

/// Whether key material is any good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// What can be checked without a password holds.
    Good,
    /// It is encrypted; its password is needed to know more.
    Locked,
    /// It is no key, or not the one it says it is: why.
    Dead(String),
    /// It could not be checked here: why.
    NotChecked(String),
}

/// How much work trying passwords may take together: blocks of scrypt, n times r times p, or rounds of PBKDF2; and who is
/// asked whether to go on. A derivation with scrypt goes on to its end, which takes some seconds at most.
pub struct Work<'g> {
    left: u64,
    go_on: &'g GoOn<'g>,
}

impl Work<'static> {
    /// That much, without anybody who could stop it.
    pub fn new(blocks: u64) -> Self {
        Self::asking(blocks, ALWAYS)
    }
}

impl<'g> Work<'g> {
    /// That much, as long as `go_on` answers true.
    pub fn asking(blocks: u64, go_on: &'g GoOn<'g>) -> Self {
        Self {
            left: blocks,
            go_on,
        }
    }

    /// Spends work. `None` when there is less left, or it was stopped.
    fn take(&mut self, blocks: u64) -> Option<()> {
        self.left = self.left.checked_sub(blocks)?;
        (self.go_on)().then_some(())
    }
}

/// Thirty-two times what the usual parameters of scrypt take, about half a minute.
pub const MAX_WORK: u64 = 1 << 26;

/// Every kind of software that is known.
pub fn software() -> &'static [Software] {
    &table::SOFTWARE
}

/// The pattern that a path fits best, raw bytes with `/`, relative to the node directory. Fast: for every file of a node.
pub fn named(path: &[u8]) -> Option<(&'static Software, &'static Pattern)> {
    table::named(path)
}

/// What a file is, by its path and whole content. `None` when it is nothing of interest.
pub fn look(path: &[u8], bytes: &[u8]) -> Option<Material> {
    if bytes.len() > MAX_BYTES {
        return look_at_beginning(path, bytes, bytes.len() as u64);
    }
    let file = File::new(path, bytes);
    let found = file.recognise();
    match (named(path), found) {
        (Some((software, pattern)), Some(found)) => {
            let found = found.named(software, pattern);
            Some(
                found
                    .if_whole(Some(pattern), bytes, bytes.len() as u64)
                    .with_size(bytes.len() as u64),
            )
        }
        (Some((software, pattern)), None) => Some(file.by_name(software, pattern)),
        (None, found) => found.map(|found| found.if_whole(None, bytes, bytes.len() as u64)),
    }
}

/// What a file of `size` bytes is that is too large to be looked at whole, by its path and its first bytes: 4 KiB are
/// enough.
pub fn look_at_beginning(path: &[u8], first: &[u8], size: u64) -> Option<Material> {
    let found = beginning::recognise(path, first);
    let Some((software, pattern)) = named(path) else {
        return found.map(|found| found.if_whole(None, first, size));
    };
    let found = found.unwrap_or_else(|| {
        let why = format!("it is larger than the {MAX_BYTES} bytes that are looked at");
        let state = match pattern.part {
            Part::Key | Part::History if size > 0 => State::NotChecked(why),
            _ => State::Good,
        };
        Material::new(pattern.what, pattern.part).state(state)
    });
    let found = found.named(software, pattern);
    Some(found.if_whole(Some(pattern), first, size).with_size(size))
}

/// Whether a file's first bytes alone tell what it is, a database or an archive. Fast: for every file of a node.
pub fn is_told_by_beginning(path: &[u8], first: &[u8]) -> bool {
    beginning::recognise(path, first).is_some()
}

/// What encrypted key material is once `password` (UTF-8 text) is known: good, still locked because it is another one's
/// password, dead, or not checked. `None` when it is not of a kind that is opened here, or when of the `work` that several
/// files and passwords have together too little is left, or when it was stopped.
pub fn unlock_within(bytes: &[u8], password: &SecretBytes, work: &mut Work<'_>) -> Option<State> {
    let document = read_foreign(bytes, MAX_BYTES).ok()?;
    ethereum::unlock(&document.value, password, work)
}

/// Whether encrypted key material is of a kind that [`unlock_within`] opens, with parameters that it takes. No password is tried.
pub fn can_unlock(bytes: &[u8]) -> bool {
    let document = read_foreign(bytes, MAX_BYTES);
    document.is_ok_and(|document| ethereum::can_unlock(&document.value))
}

impl Material {
    fn new(what: impl Into<String>, part: Part) -> Self {
        Self {
            software: None,
            what: what.into(),
            part,
            facts: Vec::new(),
            state: State::Good,
            history: None,
        }
    }

    fn of(mut self, software: &'static str) -> Self {
        self.software = Some(software);
        self
    }

    fn state(mut self, state: State) -> Self {
        self.state = state;
        self
    }

    fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// Adds what the name says to what the content says. Content counts more: names lie.
    fn named(mut self, software: &Software, pattern: &Pattern) -> Self {
        let is_any_client = self.software == Some(table::VALIDATOR)
            && table::VALIDATOR_CLIENTS.contains(&software.name);
        let is_telling = pattern.tells || pattern.part == self.part || self.part == Part::Database;
        if is_any_client || self.software.is_none() && is_telling {
            self.software = Some(software.name);
        }
        // A database by its bytes, and what is in it by its name: a wallet, a signing history.
        if self.part == Part::Database && pattern.part != Part::Database {
            self.what = format!("{}, {}", pattern.what, self.what);
            self.part = pattern.part;
        }
        let is_kept = matches!(
            pattern.part,
            Part::Key | Part::Password | Part::Needed | Part::History
        );
        if self.part == Part::Archive && is_kept {
            self.part = pattern.part;
        }
        self
    }

    /// Says of a history that is not read how large it is.
    fn with_size(mut self, size: u64) -> Self {
        if self.part == Part::History && self.history.is_none() {
            self.history = Some(match self.state {
                State::Dead(_) => {
                    History::in_turn("how far it has signed cannot be read".into(), Vec::new())
                }
                _ => History::not_read(size),
            });
        }
        self
    }
}

#[cfg(test)]
mod tests;

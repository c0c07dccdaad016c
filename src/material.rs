//! Key material of other software than the Java world's: recognised by its bytes first and its name second, checked where
//! it can be.
//!
//! The software is data: a table of names, needs and dangers. Knows no files and no directories; a path is only a name
//! here. Nothing secret leaves this module: facts are public.

mod beginning;
mod cometbft;
mod curves;
mod ethereum;
mod pem;
mod table;

use crate::json::{Document, read_foreign};
use crate::secret::SecretBytes;

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

/// How far a signing history goes. Higher is later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// For people: "height 36, round 0, step 3".
    pub shown: String,
    /// To compare two of the same file; of several validators, the highest. Empty when it cannot be read.
    pub order: Vec<u64>,
    /// How its numbers are compared.
    pub compare: Compare,
}

/// How the numbers of two histories are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Most significant first: height, round, step.
    InTurn,
    /// Each for itself, where none decides for the others: slot and epoch. One lower number makes a history older.
    Each,
}

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
        (Some((software, pattern)), Some(found)) => Some(found.named(software, pattern)),
        (Some((software, pattern)), None) => Some(file.by_name(software, pattern)),
        (None, found) => found,
    }
}

/// What a file of `size` bytes is that is too large to be looked at whole, by its path and its first bytes: 4 KiB are
/// enough.
pub fn look_at_beginning(path: &[u8], first: &[u8], size: u64) -> Option<Material> {
    let found = beginning::recognise(first);
    let Some((software, pattern)) = named(path) else {
        return found;
    };
    let found = found.unwrap_or_else(|| {
        let why = format!("it is larger than the {MAX_BYTES} bytes that are looked at");
        let state = match pattern.part {
            Part::Key | Part::History if size > 0 => State::NotChecked(why),
            _ => State::Good,
        };
        Material::new(pattern.what, pattern.part).state(state)
    });
    Some(found.named(software, pattern))
}

/// What encrypted key material is once `password` (UTF-8 text) is known: good, still locked because it is another one's
/// password, dead, or not checked. `None` when it is not of a kind that is opened here.
pub fn unlock(bytes: &[u8], password: &SecretBytes) -> Option<State> {
    let document = read_foreign(bytes, MAX_BYTES).ok()?;
    ethereum::unlock(&document.value, password)
}

/// Whether a password (UTF-8 text) opens encrypted key material: `None` when it is not of a kind that is opened here, or
/// its parameters are out of bounds. [`unlock`] says more.
pub fn opens(bytes: &[u8], password: &SecretBytes) -> Option<bool> {
    match unlock(bytes, password)? {
        State::Good | State::Dead(_) => Some(true),
        State::Locked => Some(false),
        State::NotChecked(_) => None,
    }
}

impl History {
    /// Whether it goes less far than `other`, which is one of the same file. `None` when one of them cannot be read.
    pub fn is_older_than(&self, other: &Self) -> Option<bool> {
        let (mine, others) = (&self.order, &other.order);
        if mine.is_empty() || mine.len() != others.len() {
            return None;
        }
        Some(match self.compare {
            Compare::InTurn => mine < others,
            Compare::Each => mine.iter().zip(others).any(|(mine, other)| mine < other),
        })
    }
}

/// A file that is looked at.
struct File<'f> {
    path: &'f [u8],
    bytes: &'f [u8],
}

impl<'f> File<'f> {
    fn new(path: &'f [u8], bytes: &'f [u8]) -> Self {
        Self { path, bytes }
    }

    /// The last component of its path.
    fn name(&self) -> &'f [u8] {
        let mut names = self.path.rsplit(|letter| *letter == b'/');
        names.next().unwrap_or_default()
    }

    /// Whether it begins as an array, an object or a string in JSON does.
    fn looks_like_json(&self) -> bool {
        let text = self
            .bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(self.bytes);
        matches!(text.trim_ascii_start().first(), Some(b'{' | b'[' | b'"'))
    }

    /// What its content says.
    fn recognise(&self) -> Option<Material> {
        if let Some(found) = beginning::recognise(self.bytes) {
            return Some(found);
        }
        if !self.looks_like_json() {
            return pem::recognise(self).or_else(|| ethereum::node_key(self));
        }
        let document = read_foreign(self.bytes, MAX_BYTES).ok()?;
        let found = self.recognise_json(&document)?;
        Some(match document.has_member_twice {
            true => found.fact("note", "a member occurs twice; the last one counts"),
            false => found,
        })
    }

    fn recognise_json(&self, document: &Document) -> Option<Material> {
        let value = &document.value;
        cometbft::recognise(value).or_else(|| ethereum::recognise(value))
    }

    /// What its name says of it, where its content says nothing.
    fn by_name(&self, software: &Software, pattern: &Pattern) -> Material {
        let is_key = matches!(pattern.part, Part::Key | Part::History);
        let state = match self.flaw(pattern) {
            Some(why) if is_key || pattern.is_read => State::Dead(why),
            _ if is_key => State::NotChecked("coldvault does not read this format".into()),
            _ => State::Good,
        };
        Material::new(pattern.what, pattern.part)
            .state(state)
            .named(software, pattern)
    }

    /// What is wrong with it, if its content is not that of its name.
    fn flaw(&self, pattern: &Pattern) -> Option<String> {
        if self.bytes.is_empty() {
            return Some("it is empty".into());
        }
        if self.bytes.iter().all(|byte| *byte == 0) {
            return Some("it holds only zeros".into());
        }
        if !pattern.is_read {
            return None;
        }
        let is_json = self.looks_like_json() || pattern.glob.ends_with(".json");
        match read_foreign(self.bytes, MAX_BYTES) {
            Err(error) if is_json => Some(format!("it is cut short or damaged: {error}")),
            _ => Some(format!("its content is not that of a {}", pattern.what)),
        }
    }
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
        let is_telling = pattern.tells || pattern.part == self.part;
        if is_any_client || self.software.is_none() && is_telling {
            self.software = Some(software.name);
        }
        self
    }
}

#[cfg(test)]
mod tests;

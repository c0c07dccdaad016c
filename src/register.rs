//! The register: what became of vaults, copies, custodians, checks and drills, as entries that name the ones before them
//! by their digests.
//!
//! Knows the format of `register.json`, and no files and nobody to ask. No key material is in it, but it names people and
//! places: it never lies on a carrier of a share.
//!
//! An entry is a line of the file, and its digest is that of the line's bytes, so that `sed` and `sha256sum` find an edit
//! too. What was read is never written anew: the bytes are kept. The entries that none names are the heads; whoever has a
//! head on paper can tell that nothing before it was changed. Without one a register is consistent, and no more is known.

mod event;
mod kinds;
mod line;
mod order;
mod reading;
mod state;

use std::collections::{HashMap, HashSet};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::signature::VaultId;
use crate::time::Time;
use crate::words;

pub use event::{
    CarrierLine, CarrierRef, CertificateLine, Challenged, Checked, Claimed, Copied, CustodianMove,
    Destroyed, Drilled, Event, ExceptionLine, Found, OfCarrier, Policy, Receipted, Reissued,
    Retired, Sealing, ShareLine, Superseded, Told, VaultFacts,
};
pub use kinds::{Action, Cause, Condition, DrillKind, Interval, MediumKind, Outcome, Role};
pub use line::{Entry, MAX_ENTRY_BYTES, Stamp};
pub use state::{
    Belief, CarrierState, Challenge, Conflict, CustodianState, Destruction, DrillState, EndFlaw,
    Flaw, Life, Retirement, ShareState, Standing, State, Stray, Unproven, UnprovenEnd, VaultState,
};

/// The file's usual name.
pub const FILE: &str = "register.json";
/// The most bytes of the file.
pub const MAX_BYTES: usize = 64 << 20;
/// The most entries.
pub const MAX_ENTRIES: usize = 100_000;
/// The exact bytes that the file begins with, of this version.
pub const PREFIX: &[u8] = b"{\"type\":\"coldvault/register/1\"";
/// What the file begins and ends with.
const START: &str = "{\"type\":\"coldvault/register/1\",\"entries\":[\n";
const END: &str = "]}\n";
/// The line of the first entry.
const FIRST_LINE: usize = 2;

/// A register: entries in the order of the file, each below those it names.
#[derive(Clone, Default)]
pub struct Register {
    entries: Vec<Entry>,
    /// Where each stands: registers are long, and each entry of one is looked for in the other.
    places: HashMap<Digest, usize>,
}

/// Where a head that somebody wrote down stands in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// It is there, and so is everything before it, unchanged.
    HeldBy {
        /// Entries that it stands on.
        before: usize,
        /// Entries that stand on it.
        after: usize,
        /// Entries that know nothing of it, nor it of them.
        beside: usize,
    },
    /// No entry has this digest.
    NotHere,
}

impl Register {
    /// A register without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Register`] with the line and what is wrong there; [`Error::Newer`] for an entry of a later format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        reading::entries(bytes).map(Self::of)
    }

    fn of(entries: Vec<Entry>) -> Self {
        let places = (0..).zip(&entries).map(|(at, entry)| (entry.digest, at));
        Self {
            places: places.collect(),
            entries,
        }
    }

    /// The bytes of the file: those that were read, and what was added.
    pub fn to_bytes(&self) -> Vec<u8> {
        let size = self.entries.iter().map(|entry| entry.raw().len() + 2);
        let mut bytes = Vec::with_capacity(size.sum::<usize>() + START.len() + END.len());
        bytes.extend_from_slice(START.as_bytes());
        for (place, entry) in self.entries.iter().enumerate() {
            if place > 0 {
                bytes.extend_from_slice(b",\n");
            }
            bytes.extend_from_slice(entry.raw());
        }
        if !self.entries.is_empty() {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(END.as_bytes());
        bytes
    }

    /// The entries that none names, in the order of their digests. More than one: it went on separately.
    pub fn heads(&self) -> Vec<Digest> {
        let named: HashSet<&Digest> = self
            .entries
            .iter()
            .flat_map(|entry| &entry.parents)
            .collect();
        let all = self.entries.iter().map(|entry| entry.digest);
        let mut heads: Vec<Digest> = all.filter(|digest| !named.contains(digest)).collect();
        heads.sort_unstable();
        heads
    }

    /// Adds an entry that names all heads, and answers its digest: the new head, and the only one. Of more heads than an
    /// entry may name, some are merged first.
    ///
    /// # Errors
    /// [`Error::Limit`] when the entry or the register would be longer than it may be; nothing is added then.
    pub fn add(&mut self, stamp: &Stamp, event: &Event) -> Result<Digest> {
        let line = self.entries.len() + FIRST_LINE;
        let (heads, mut new) = order::few_heads(self.heads(), stamp, line)?;
        let entry = Entry::new(&heads, stamp, event, line + new.len())?;
        let digest = entry.digest;
        new.push(entry);
        let size = self.entries.iter().chain(&new);
        let size = size.map(|entry| entry.raw().len() + 2);
        let bytes = size.sum::<usize>() + START.len() + END.len();
        if self.entries.len() + new.len() > MAX_ENTRIES || bytes > MAX_BYTES {
            return Err(Error::Limit {
                what: "entries of the register".into(),
                limit: MAX_ENTRIES as u64,
            });
        }
        for entry in new {
            self.places.insert(entry.digest, self.entries.len());
            self.entries.push(entry);
        }
        Ok(digest)
    }

    /// Holds a head that somebody wrote down against what is here.
    pub fn against(&self, head: Digest) -> Against {
        if self.entry(head).is_none() {
            return Against::NotHere;
        }
        let before = order::before(&self.entries, head).len();
        let after = order::after(&self.entries, head).len();
        let others = self.entries.len().saturating_sub(1);
        Against::HeldBy {
            before,
            after,
            beside: others.saturating_sub(before).saturating_sub(after),
        }
    }

    /// All entries of both, each once, in an order that does not depend on which is merged into which.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        let (known, new) = (&self.places, other.entries.into_iter());
        self.entries
            .extend(new.filter(|entry| !known.contains_key(&entry.digest)));
        let places = order::places(&self.entries);
        let sorted = places
            .into_iter()
            .filter_map(|place| self.entries.get(place).cloned());
        let numbered = (FIRST_LINE..)
            .zip(sorted)
            .map(|(line, entry)| entry.at_line(line));
        Self::of(numbered.collect())
    }

    /// The entries, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The entries that are newer than what was done at `when`, after this head was read: those that stand on the head,
    /// whatever their clocks say, and, of those that know nothing of it, the ones that claim a later time.
    pub fn entries_since(&self, head: Option<Digest>, when: Time) -> impl Iterator<Item = &Entry> {
        let known = head.filter(|head| self.entry(*head).is_some());
        let sets = known.map(|head| {
            let before = order::before(&self.entries, head);
            (head, before, order::after(&self.entries, head))
        });
        self.entries.iter().filter(move |entry| match &sets {
            Some((_, _, after)) if after.contains(&entry.digest) => true,
            Some((head, before, _)) if *head == entry.digest || before.contains(&entry.digest) => {
                false
            }
            _ => entry.stamp.when() > when,
        })
    }

    /// The entry of that digest.
    pub fn entry(&self, digest: Digest) -> Option<&Entry> {
        self.entries.get(*self.places.get(&digest)?)
    }

    /// Whether any entry brought this vault in: the state has it then.
    pub fn knows(&self, vault: VaultId) -> bool {
        let brought = |event: &Event| match event {
            Event::Begun(facts) => Some(facts.public_key),
            Event::Sealed(of) | Event::BrokenOff(of) => Some(of.vault.public_key),
            Event::Found(of) => Some(of.seen.vault.public_key),
            _ => None,
        };
        let events = self.entries.iter().filter_map(|one| one.event.as_ref());
        let mut keys = events.filter_map(brought);
        keys.any(|key| key.vault_id() == vault)
    }

    /// What the entries come to, the same in whatever order registers were merged.
    pub fn state(&self) -> State {
        self.state_as_of(None)
    }

    /// The same as on a day: what claims to have been done after it does not count as done.
    pub fn state_on(&self, day: Time) -> State {
        self.state_as_of(Some(day))
    }

    /// What that entry and those that it stands on come to, whatever was entered or merged since.
    pub fn state_at(&self, head: Digest) -> State {
        let before = order::before(&self.entries, head);
        let is_of_it = |entry: &&Entry| entry.digest == head || before.contains(&entry.digest);
        let entries = self.entries.iter().filter(is_of_it).cloned();
        Self::of(entries.collect()).state()
    }

    fn state_as_of(&self, day: Option<Time>) -> State {
        let places = order::places(&self.entries);
        let sorted: Vec<&Entry> = places
            .into_iter()
            .filter_map(|i| self.entries.get(i))
            .collect();
        state::of(&sorted, day)
    }
}

/// The 32 words of a head, eight lines of four.
pub fn head_lines(head: Digest) -> Vec<String> {
    words::lines(&head.0)
}

/// A head as a person typed it: 64 hexadecimal digits or 32 words, with blanks or dashes between them.
///
/// # Errors
/// [`Error::Usage`] that says what is wrong with it, without repeating it.
pub fn head_from_text(text: &str) -> Result<Digest> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let is_digits = plain.chars().all(|c| c.is_ascii_hexdigit());
    if is_digits || plain.contains(|c: char| c.is_ascii_digit()) {
        let digest = Digest::from_hex(&plain.to_ascii_lowercase());
        return digest
            .ok_or_else(|| head_usage("what was given is not 64 hexadecimal digits".into()));
    }
    let bytes = words::bytes(text)?;
    let count = bytes.len();
    let bytes: std::result::Result<[u8; 32], _> = bytes.try_into();
    bytes
        .map(Digest)
        .map_err(|_| head_usage(format!("{count} words were given; a head has 32")))
}

fn head_usage(what: String) -> Error {
    Error::Usage {
        what,
        hint: "give the head as it is printed: 64 digits, or 32 words in quotes".into(),
    }
}

#[cfg(test)]
mod tests;

//! The part of each file in a backup, and how much each scope takes.
//!
//! Knows what was found; decides for the keys scope. A file that nobody has given a part belongs to no keys scope.

use super::configuration::inside;
use super::scouting::Scouted;
use super::{Contents, Place, Presence, Store};
use crate::corda::What;
use crate::keystore::Flaw;
use crate::material::{self, Part};
use crate::node::There;

/// Files and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files.
    pub files: u64,
    /// The bytes in them.
    pub bytes: u64,
}

impl Tally {
    fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// Gives every file that was found its part. Later ones count more: what opened as a keystore is one, whatever its name
/// or place says.
pub(super) fn give(contents: &mut Contents, found: &Scouted) {
    let mut parts = std::mem::take(&mut contents.parts);
    for (place, part, bytes) in &found.known {
        parts.insert(place.clone(), (*part, *bytes));
    }
    let sizes = found.material.iter().map(|seen| (&seen.place, seen.size));
    let large = found.large.iter().map(|(place, _, size)| (place, *size));
    let sizes: std::collections::BTreeMap<&Place, u64> = sizes.chain(large).collect();
    for (place, one) in &contents.material {
        let bytes = sizes.get(place).copied().unwrap_or_default();
        parts.insert(place.clone(), (one.part, bytes));
    }
    let configured = contents.configuration.as_ref();
    let files = configured.map_or(&[][..], |configuration| &configuration.files);
    let named = contents.named.iter().filter_map(|(named, presence)| {
        let is_there = matches!(presence, Presence::Inside | Presence::Outside);
        Some((&named.path, part_of(named.what).filter(|_| is_there)?))
    });
    for (path, part) in files.iter().map(|file| (file, Part::Needed)).chain(named) {
        let there = contents.ground.there(path);
        if let (Some(place), There::File { size, .. }) = (contents.place(path), there) {
            // What was looked at is known better.
            parts.entry(place).or_insert((part, size));
        }
    }
    for store in &contents.stores {
        parts.insert(store.place.clone(), (of_store(store), store.bytes));
    }
    contents.parts = parts;
}

fn part_of(what: What) -> Option<Part> {
    match what {
        What::Keystore | What::KeyFile => Some(Part::Key),
        What::TrustStore | What::File | What::Configuration => Some(Part::Needed),
        What::Database => Some(Part::Database),
        What::Directory => None,
    }
}

/// A store with keys, or one that may have some, is key material; one with certificates only is needed.
fn of_store(store: &Store) -> Part {
    let has_keys = match &store.read {
        Ok(read) if read.is_listed => read
            .entries
            .iter()
            .any(|entry| super::dead::with_key(entry).is_some()),
        Ok(_) | Err(Flaw::Password | Flaw::Damaged(_)) => store.role != Some("trust"),
        // A text file with a keystore's name.
        Err(Flaw::NotOpened(_)) => store.role != Some("trust"),
    };
    match has_keys {
        true => Part::Key,
        false => Part::Needed,
    }
}

/// The part of one file.
pub(super) fn part(contents: &Contents, place: &Place) -> Option<Part> {
    if let Some((part, _)) = contents.parts.get(place) {
        return Some(*part);
    }
    // What was not opened, because it lies among bulk data or could not be: its name may still say something.
    material::named(place.bytes())
        .filter(|(_, pattern)| pattern.tells || pattern.part == Part::Volatile)
        .map(|(_, pattern)| pattern.part)
}

impl Contents {
    /// The place of a path: as a walk of the node directory meets it, or its real one outside.
    pub(super) fn place(&self, path: &std::path::Path) -> Option<Place> {
        use std::os::unix::ffi::OsStrExt;
        match inside((&self.ground, &self.base), path, &self.survey) {
            Some(path) => Some(Place::Inside(path.as_os_str().as_bytes().to_vec())),
            None => self.ground.resolved(path).map(Place::Outside),
        }
    }

    /// What the scope `keys` would take: key material, passwords, what they are of no use without, signing history.
    pub fn keys_scope(&self) -> Tally {
        let mut tally = Tally::default();
        for (part, bytes) in self.parts.values() {
            if matches!(
                part,
                Part::Key | Part::Password | Part::Needed | Part::History
            ) {
                tally.add(*bytes);
            }
        }
        tally
    }

    /// What the scope `node` would take: everything in the node directory but locks, and what belongs to it outside.
    pub fn node_scope(&self) -> Tally {
        let is_left_out = |(place, (part, _)): &(&Place, &(Part, u64))| {
            matches!(place, Place::Inside(_)) && *part == Part::Volatile
        };
        let mut left_out = Tally::default();
        for (_, (_, bytes)) in self.parts.iter().filter(is_left_out) {
            left_out.add(*bytes);
        }
        Tally {
            files: (self.survey.files + self.outside.files).saturating_sub(left_out.files),
            bytes: (self.survey.bytes + self.outside.bytes).saturating_sub(left_out.bytes),
        }
    }

    /// Databases in it that may hold keys, which the keys scope leaves out.
    pub fn databases(&self) -> Vec<&Place> {
        self.of_part(Part::Database)
    }

    /// Archives in it that may hold keys and are not looked into, which the keys scope leaves out.
    pub fn archives(&self) -> Vec<&Place> {
        self.of_part(Part::Archive)
    }

    fn of_part(&self, wanted: Part) -> Vec<&Place> {
        let all = self.parts.iter().filter(|(_, (part, _))| *part == wanted);
        all.map(|(place, _)| place).collect()
    }
}

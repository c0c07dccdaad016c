//! What a walk would visit, as numbers and short lists.
//!
//! Knows entries and how to ask whether a file may be read; opens nothing.

use rustix::fs::{Access, AtFlags, accessat};

use super::walk::{Ahead, Place, Visitor};
use super::{Entry, Kind, Why};
use crate::error::{Error, Result};

/// What there is below a node directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Directories, without the node directory itself.
    pub directories: u64,
    /// Regular files, those behind links to the outside included.
    pub files: u64,
    /// The bytes in them.
    pub bytes: u64,
    /// Symbolic links that stay links.
    pub links: u64,
    /// The largest file and its bytes.
    pub largest: Option<(Vec<u8>, u64)>,
    /// Files and directories that come from outside: path, and the text of the link.
    pub outside: Listed<(Vec<u8>, Vec<u8>), 1000>,
    /// What is named but not kept: path, reason, and the text if it is a link.
    pub skipped: Listed<(Vec<u8>, Why, Option<Vec<u8>>), 1000>,
    /// Files and directories that cannot be read.
    pub unreadable: Listed<Vec<u8>, 20>,
}

/// The first `MOST` of many, and how many there were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T, const MOST: usize> {
    /// The first ones.
    pub first: Vec<T>,
    /// All of them, listed or not.
    pub count: u64,
}

impl<T, const MOST: usize> Default for Listed<T, MOST> {
    fn default() -> Self {
        let first = Vec::new();
        Self { first, count: 0 }
    }
}

impl<T, const MOST: usize> Listed<T, MOST> {
    /// Counts one more, and keeps it if there is room.
    pub(super) fn add(&mut self, one: T) {
        self.count += 1;
        if self.first.len() < MOST {
            self.first.push(one);
        }
    }

    /// Takes over another list.
    fn extend(&mut self, other: Self) {
        let unlisted = other.count - other.first.len() as u64;
        other.first.into_iter().for_each(|one| self.add(one));
        self.count += unlisted;
    }
}

impl Survey {
    /// Counts what another survey counted too.
    pub fn add(&mut self, other: Self) {
        self.directories += other.directories;
        self.files += other.files;
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.links += other.links;
        let most = self.largest.as_ref().map_or(0, |(_, most)| *most);
        if other.largest.as_ref().is_some_and(|(_, size)| *size > most) {
            self.largest = other.largest;
        }
        self.outside.extend(other.outside);
        self.skipped.extend(other.skipped);
        self.unreadable.extend(other.unreadable);
    }

    /// Counts one entry, and keeps what of it goes on a list.
    pub(super) fn count(&mut self, entry: Entry) {
        match &entry.kind {
            Kind::File { size } => self.file(&entry.path, *size),
            Kind::Directory if entry.path.is_empty() => {}
            Kind::Directory => self.directories += 1,
            Kind::Link { .. } => {
                self.links += 1;
                return;
            }
            // Somebody chose that, and knows it.
            Kind::Skipped { why } if why.is_choice() => return,
            Kind::Skipped { why } => {
                self.skipped.add((entry.path, *why, entry.outside));
                return;
            }
        }
        if let Some(text) = entry.outside {
            self.outside.add((entry.path, text));
        }
    }

    fn file(&mut self, path: &[u8], size: u64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(size);
        if self.largest.as_ref().is_none_or(|(_, most)| size > *most) {
            self.largest = Some((path.to_vec(), size));
        }
    }
}

/// Whether a file can be read, as far as that is known without opening it.
fn is_readable(place: &Place<'_>) -> bool {
    is_plainly_readable(place)
        || accessat(place.dir, place.name, Access::READ_OK, AtFlags::EACCESS).is_ok()
}

/// Whether it was read already, or its owner may read it and this process is that user: then nobody else need be asked,
/// which saves a system call for nearly every file.
fn is_plainly_readable(place: &Place<'_>) -> bool {
    place.first.is_some() || place.is_ours && place.seen.st_mode & 0o400 != 0
}

impl Visitor for Survey {
    fn entry(&mut self, entry: Entry, place: Option<Place<'_>>) -> Result<()> {
        if place.is_some_and(|place| !is_readable(&place)) {
            self.unreadable.add(entry.path.clone());
        }
        self.count(entry);
        Ok(())
    }

    fn failed(&mut self, path: &[u8], _error: Error) -> Result<()> {
        self.unreadable.add(path.to_vec());
        Ok(())
    }

    fn ahead(&self, _: &[u8]) -> Ahead {
        Ahead::Facts
    }
}

/// Hands every entry on and opens nothing.
pub(super) struct Entries<'e> {
    pub(super) visit: &'e mut dyn FnMut(Entry) -> Result<()>,
}

impl Visitor for Entries<'_> {
    fn entry(&mut self, entry: Entry, _: Option<Place<'_>>) -> Result<()> {
        (self.visit)(entry)
    }

    fn failed(&mut self, _: &[u8], _: Error) -> Result<()> {
        Ok(())
    }

    fn ahead(&self, _: &[u8]) -> Ahead {
        Ahead::Facts
    }
}

//! A directory tree in memory: names, modes, sizes, links, and the content of those files that somebody wanted held.
//!
//! Answers about a path what the system would answer if the tree lay on a disk. Knows nothing of what files mean, and
//! nothing of this machine's disks; whoever fills it decides what is held.

mod finding;
mod grown;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::path::{plain, split};
use super::survey::Listed;

pub(super) use grown::Grown;

/// The root of the file system.
const TOP: u32 = 0;
/// The most files without room that are remembered by name.
const MOST_NAMED: usize = 20;
/// The most things in one tree: as many as one walk visits.
const MOST: u64 = super::MOST_ENTRIES + 100_000;

/// What is held of a file.
pub enum Held {
    /// All of it.
    Whole(Zeroizing<Vec<u8>>),
    /// Its first bytes.
    First(Zeroizing<Vec<u8>>),
    /// Nothing: neither its name nor its first bytes say anything. They read as if there were none.
    Plain,
    /// Nothing, and it may matter: there was no room.
    NoRoom,
}

/// A tree of directories in memory, at an absolute path where nothing else is.
pub struct Tree {
    things: Vec<Thing>,
    root: PathBuf,
    /// The directory at `root`.
    base: u32,
    /// The directory that the last thing came into.
    last: (Vec<u8>, u32),
    without_room: Listed<PathBuf, MOST_NAMED>,
}

struct Thing {
    mode: u32,
    mtime: i64,
    what: What,
}

enum What {
    Directory(BTreeMap<Box<[u8]>, u32>),
    File { size: u64, held: Held },
    Link(Box<[u8]>),
}

impl Thing {
    fn directory(mode: u32, mtime: i64) -> Self {
        let what = What::Directory(BTreeMap::new());
        Self { mode, mtime, what }
    }
}

impl Tree {
    /// An empty directory at `root`: absolute, without `.`, `..` and links.
    pub fn new(root: &Path) -> Self {
        let mut tree = Self {
            things: vec![Thing::directory(0o755, 0)],
            root: root.to_owned(),
            base: TOP,
            last: (Vec::new(), TOP),
            without_room: Listed::default(),
        };
        let names = root.as_os_str().as_bytes().split(|byte| *byte == b'/');
        for name in names.filter(|name| !name.is_empty()) {
            let directory = Thing::directory(0o700, 0);
            // A new directory below an empty one has no other of its name.
            tree.base = tree.put(tree.base, name, directory).unwrap_or(tree.base);
        }
        tree.last = (Vec::new(), tree.base);
        tree
    }

    /// Adds a directory at `path` below the root. One that is there gets its mode and time.
    ///
    /// # Errors
    /// Why it cannot be there, in words.
    pub fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<(), &'static str> {
        match self.beneath(path) {
            Some(id) if path.is_empty() || self.is_directory(id) => {
                if let Some(thing) = self.things.get_mut(id as usize) {
                    (thing.mode, thing.mtime) = (mode, mtime);
                }
                Ok(())
            }
            _ => self.add(path, Thing::directory(mode, mtime)),
        }
    }

    /// Adds a file of `size` bytes at `path` below the root, and what is held of it.
    ///
    /// # Errors
    /// As [`Tree::directory`].
    pub fn file(
        &mut self,
        path: &[u8],
        (mode, mtime): (u32, i64),
        size: u64,
        held: Held,
    ) -> Result<(), &'static str> {
        if matches!(held, Held::NoRoom) {
            let name = std::ffi::OsStr::from_bytes(path);
            self.without_room.add(self.root.join(name));
        }
        let what = What::File { size, held };
        self.add(path, Thing { mode, mtime, what })
    }

    /// Adds a symbolic link.
    ///
    /// # Errors
    /// As [`Tree::directory`].
    pub fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<(), &'static str> {
        let what = What::Link(target.into());
        let mode = 0o777;
        self.add(path, Thing { mode, mtime, what })
    }

    /// Files that may matter and for whose content there was no room: the first ones, and how many there are.
    pub fn without_room(&self) -> (&[PathBuf], u64) {
        (&self.without_room.first, self.without_room.count)
    }

    fn add(&mut self, path: &[u8], thing: Thing) -> Result<(), &'static str> {
        plain(path)?;
        if self.things.len() as u64 >= MOST {
            return Err("there are more files and directories than any vault has");
        }
        let (above, name) = split(path);
        if self.last.0 != above {
            let id = self.beneath(above).filter(|id| self.is_directory(*id));
            self.last = (above.to_vec(), id.ok_or("it lies in no directory")?);
        }
        self.put(self.last.1, name, thing).map(drop)
    }

    fn put(&mut self, above: u32, name: &[u8], thing: Thing) -> Result<u32, &'static str> {
        let id = u32::try_from(self.things.len()).map_err(|_| "there are too many files")?;
        match self.things.get_mut(above as usize).map(|at| &mut at.what) {
            Some(What::Directory(names)) if !names.contains_key(name) => {
                names.insert(name.into(), id);
            }
            Some(What::Directory(_)) => return Err("it is there twice"),
            _ => return Err("it lies in no directory"),
        }
        self.things.push(thing);
        Ok(id)
    }

    /// What lies at a path below the root, through no link.
    fn beneath(&self, path: &[u8]) -> Option<u32> {
        let mut at = self.base;
        for name in path
            .split(|byte| *byte == b'/')
            .filter(|_| !path.is_empty())
        {
            let What::Directory(names) = &self.thing(at)?.what else {
                return None;
            };
            at = *names.get(name)?;
        }
        Some(at)
    }

    fn thing(&self, id: u32) -> Option<&Thing> {
        self.things.get(id as usize)
    }

    fn is_directory(&self, id: u32) -> bool {
        self.thing(id)
            .is_some_and(|thing| matches!(thing.what, What::Directory(_)))
    }
}

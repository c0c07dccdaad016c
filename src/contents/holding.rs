//! What of a node directory that goes by is held in memory, so that it can be looked at as if it lay on a disk.
//!
//! Decides by a file's name, size and first bytes what a look would read: the rules are those of `scouting`. What an
//! include of a configuration may name is known only later, so small files are held too while there is room for them.
//! A file that is not held is never passed over: whoever reads it is told so, and what found no room is a gap.

#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zeroize::Zeroizing;

use super::looks::{self, Looks, looks};
use super::{Moved, beside, names, scouting};
use crate::corda::Gap;
use crate::error::{Error, Result};
use crate::material::{self, Part};
use crate::node::{Ground, Held, Tree};
use crate::{hocon, keystore};

/// The most bytes of content that are held.
const MOST: u64 = 256 << 20;
/// The most bytes of small files that nothing speaks for, and of one of them.
const MOST_PERHAPS: u64 = 8 << 20;
const SMALL: u64 = 64 << 10;
/// The most bytes of small files that may hold the password of a key. A key whose password is not held stays closed, and
/// that is said.
const MOST_PASSWORDS: u64 = 8 << 20;

/// A directory tree in memory, while it is filled.
pub struct Holding {
    tree: Tree,
    root: PathBuf,
    left: u64,
    left_perhaps: u64,
    left_passwords: u64,
}

/// Where a file stands.
pub struct Stands<'p> {
    /// The path below the root of the tree.
    pub path: &'p [u8],
    /// The path in its node directory; `None` for what lay outside of all of them.
    pub inside: Option<&'p [u8]>,
    /// Its permissions.
    pub mode: u32,
    /// Its last change, in seconds since 1970.
    pub mtime: i64,
    /// Its bytes.
    pub size: u64,
}

/// What a look would read of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Whole,
    First,
    /// All of it, by which some key may be opened.
    Password,
    /// All of it, where something names it that has not been read yet; else so many bytes, which look like all of it.
    Perhaps {
        glimpse: u64,
    },
}

impl Holding {
    /// An empty tree at `root`: absolute, without `.` and `..`.
    pub fn new(root: &Path) -> Self {
        Self::within(root, (MOST, MOST_PERHAPS))
    }

    /// With room for so many bytes, and for so many of small files that nothing speaks for.
    pub(super) fn within(root: &Path, (left, left_perhaps): (u64, u64)) -> Self {
        Self {
            tree: Tree::new(root),
            root: root.to_owned(),
            left,
            left_perhaps,
            left_passwords: MOST_PASSWORDS,
        }
    }

    /// A directory.
    ///
    /// # Errors
    /// [`Error::Archive`] where none can be, as for everything that is added.
    pub fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        let added = self.tree.directory(path, mode, mtime);
        added.map_err(|why| refused(path, why))
    }

    /// A symbolic link.
    ///
    /// # Errors
    /// As [`Holding::directory`].
    pub fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        let added = self.tree.link(path, target, mtime);
        added.map_err(|why| refused(path, why))
    }

    /// A file, of whose content as much is read as is held; never more than a keystore may have.
    ///
    /// # Errors
    /// As [`Holding::directory`], and what reading answers.
    pub fn file(&mut self, stands: &Stands<'_>, content: &mut dyn Read) -> Result<()> {
        let mut coming = Coming {
            content,
            size: stands.size,
            bytes: Zeroizing::default(),
        };
        let held = self.held(stands, &mut coming)?;
        let (path, facts) = (stands.path, (stands.mode, stands.mtime));
        let added = self.tree.file(path, facts, stands.size, held);
        added.map_err(|why| refused(path, why))
    }

    /// The tree, to be looked at.
    pub fn finish(self) -> Ground {
        Ground::Memory(Rc::new(self.tree))
    }

    fn held(&mut self, stands: &Stands<'_>, coming: &mut Coming<'_>) -> Result<Held> {
        let wish = self.wish(stands, coming)?;
        let first = stands.size.min(scouting::FIRST as u64);
        let is_bulk = || names::is_bulk(names::parent(stands.inside.unwrap_or(stands.path)));
        match wish {
            Wish::Perhaps { .. }
                if stands.size <= SMALL.min(self.left_perhaps)
                    && !is_bulk()
                    && self.takes(stands.size) =>
            {
                self.left_perhaps -= stands.size;
                coming.take(stands.size).map(Held::Whole)
            }
            Wish::Perhaps { glimpse: 0 } => Ok(Held::Plain),
            Wish::Perhaps { glimpse } if self.takes(glimpse) => {
                coming.take(glimpse).map(Held::First)
            }
            Wish::Password if self.takes(stands.size) => {
                self.left_passwords = self.left_passwords.saturating_sub(stands.size);
                coming.take(stands.size).map(Held::Whole)
            }
            Wish::Whole if self.takes(stands.size) => coming.take(stands.size).map(Held::Whole),
            Wish::First if self.takes(first) => coming.take(first).map(Held::First),
            _ => Ok(Held::NoRoom),
        }
    }

    fn takes(&mut self, bytes: u64) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    /// What a look would read of the file: see `scouting::judge`, which goes by the same signs in the same order.
    fn wish(&self, stands: &Stands<'_>, coming: &mut Coming<'_>) -> Result<Wish> {
        let place = self.place(stands);
        let (path, size) = (place.as_slice(), stands.size);
        let up_to = |most: usize| match size <= most as u64 {
            true => Wish::Whole,
            false => Wish::First,
        };
        let pattern = material::named(path).map(|(_, pattern)| pattern);
        if size == 0 || pattern.is_some_and(|pattern| pattern.part == Part::Volatile) {
            return Ok(up_to(scouting::FIRST));
        }
        let first = coming.read(scouting::FIRST as u64)?;
        if keystore::recognise(first).is_some() || names::is_store(path) {
            return Ok(up_to(keystore::MAX_BYTES));
        }
        if names::is_configuration(path) {
            return Ok(up_to(hocon::MAX_BYTES));
        }
        let most = self.left_passwords.min(beside::MAX_BYTES as u64);
        if size <= most && beside::may_be_one(path, size) {
            return Ok(Wish::Password);
        }
        let room = looks::room(first, size).max(first.len());
        let first = coming.read(room as u64)?;
        let looks = looks(first, size);
        let letter = first.iter().position(|byte| !byte.is_ascii_whitespace());
        let glimpse = letter.filter(|_| looks == Looks::LikeJson);
        let perhaps = Wish::Perhaps {
            glimpse: glimpse.map_or(0, |at| at as u64 + 1),
        };
        if let Some(pattern) = pattern {
            let is_plain = matches!(pattern.part, Part::Needed | Part::Other | Part::Password);
            return Ok(match () {
                () if pattern.part == Part::Database => Wish::First,
                () if is_plain && !pattern.is_read && looks != Looks::LikeAKey => perhaps,
                () => up_to(material::MAX_BYTES),
            });
        }
        if material::is_told_by_beginning(path, first) {
            return Ok(Wish::First);
        }
        let is_small = size <= material::MAX_BYTES as u64;
        Ok(match looks {
            Looks::LikeAKey if is_small => Wish::Whole,
            Looks::LikeJson if is_small && material::look(path, coming.read(size)?).is_some() => {
                Wish::Whole
            }
            _ => perhaps,
        })
    }

    /// The path by which a look calls the file: relative in a node directory, absolute outside.
    fn place(&self, stands: &Stands<'_>) -> Vec<u8> {
        match stands.inside {
            Some(path) => path.to_vec(),
            None => {
                let whole = self.root.join(OsStr::from_bytes(stands.path));
                whole.as_os_str().as_bytes().to_vec()
            }
        }
    }
}

/// A file that goes by, and what was read of it.
struct Coming<'c> {
    content: &'c mut dyn Read,
    size: u64,
    bytes: Zeroizing<Vec<u8>>,
}

impl Coming<'_> {
    /// Reads on until so many bytes are there, or the file ends.
    fn read(&mut self, most: u64) -> Result<&[u8]> {
        let more = most.min(self.size).saturating_sub(self.bytes.len() as u64);
        if let Ok(room @ 1..) = usize::try_from(more) {
            self.bytes.reserve_exact(room);
            let read = (&mut *self.content).take(more).read_to_end(&mut self.bytes);
            read.map_err(|error| Error::unwrap_io(error, "read the payload"))?;
        }
        Ok(&self.bytes)
    }

    /// The first so many bytes.
    fn take(&mut self, most: u64) -> Result<Zeroizing<Vec<u8>>> {
        self.read(most)?;
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        bytes.shrink_to_fit();
        Ok(bytes)
    }
}

/// What found no room, of this node directory and of what lay outside of it.
pub(super) fn gaps((ground, base): (&Ground, &Path), moved: &Moved) -> Vec<Gap> {
    let (first, count) = ground.without_room();
    let is_own = |path: &&PathBuf| {
        let outside = moved.outside.as_deref();
        path.starts_with(base) || outside.is_some_and(|outside| path.starts_with(outside))
    };
    let gap = |path: &Path, text: String| Gap {
        code: "no-room",
        place: (path.to_owned(), 0),
        text,
        hint: "restore it, and look at the directory with coldvault inspect".into(),
    };
    let mut gaps: Vec<Gap> = first
        .iter()
        .filter(is_own)
        .map(|path| {
            gap(
                path,
                "was not looked at: there was no room for it in memory".into(),
            )
        })
        .collect();
    let more = count.saturating_sub(first.len() as u64);
    if more > 0 {
        let text = format!("{more} more files were not looked at: no room in memory");
        gaps.push(gap(base, text));
    }
    gaps
}

fn refused(path: &[u8], why: &str) -> Error {
    Error::Archive {
        member: format!("{:?}", String::from_utf8_lossy(path)),
        why: why.to_owned(),
    }
}

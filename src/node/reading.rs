//! The content of one file, and the proof that it stood still while it was read.
//!
//! Knows open files and their times; nothing of where the bytes go.
//!
//! The proof is as fine as the file system's clock: a write of the same length within one tick of the last one before
//! the walk leaves no trace. That is why the operator is told to stop the node.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::fs::{Advice, AtFlags, FileType, Mode, OFlags, Stat, fadvise, fstat, openat, statat};
use rustix::io::{Errno, read};

use super::walk::{Place, Visitor};
use super::{Entry, Kind, Visit, io as failed};
use crate::error::{Error, Result};

/// Files from this size on (bytes) are announced to the kernel as read from front to end.
const LARGE: u64 = 1 << 20;

/// The content of one file: yields exactly as many bytes as its entry says, or an error.
#[derive(Debug)]
pub struct Reading {
    file: File,
    path: PathBuf,
    before: Stat,
    left: u64,
    skipped: bool,
    /// What went wrong, whatever the reader made of it.
    broken: Option<Error>,
}

impl Reading {
    /// Says that this file's content is not wanted. Without this, leaving bytes unread is an error.
    pub fn skip(&mut self) {
        self.skipped = true;
    }

    /// Opens the file at `place`, if it is still the one that was seen there.
    fn open(place: &Place<'_>) -> Result<Self> {
        // A pipe put in the file's place must not make the open wait.
        let mut flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        flags.set(OFlags::NOFOLLOW, !place.through_link);
        let path = (place.path)();
        let file = match openat(place.dir, place.name, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::LOOP) => return Err(Error::Changed(path)),
            Err(errno) => return Err(failed("read", &path)(errno)),
        };
        let before = fstat(&file).map_err(failed("read", &path))?;
        if !same_file(&before, place.seen) || !is_regular(&before) {
            return Err(Error::Changed(path));
        }
        let left = size(&before);
        if left >= LARGE {
            // Only advice: a file system without it is no worse.
            let _ = fadvise(&file, 0, None, Advice::Sequential);
        }
        Ok(Self {
            file: file.into(),
            path,
            before,
            left,
            skipped: false,
            broken: None,
        })
    }

    /// Checks, after the visit, that the whole file was read and is what it was before.
    fn check(mut self, visited: Result<()>, place: &Place<'_>) -> Result<()> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        visited?;
        if self.skipped {
            return Ok(());
        }
        if self.left > 0 || self.has_grown() || !self.is_unchanged(place) {
            return Err(Error::Changed(self.path));
        }
        Ok(())
    }

    fn has_grown(&mut self) -> bool {
        !matches!(self.file.read(&mut [0]), Ok(0))
    }

    /// Looks at the name again, not only at the open file: another file may have been put in its place.
    fn is_unchanged(&self, place: &Place<'_>) -> bool {
        let mut flags = AtFlags::empty();
        flags.set(AtFlags::SYMLINK_NOFOLLOW, !place.through_link);
        let Ok(after) = statat(place.dir, place.name, flags) else {
            return false;
        };
        let times = |s: &Stat| (s.st_mtime, s.st_mtime_nsec, s.st_ctime, s.st_ctime_nsec);
        same_file(&after, &self.before)
            && after.st_size == self.before.st_size
            && times(&after) == times(&self.before)
    }
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let Some(wanted) = buffer.get_mut(..most).filter(|wanted| !wanted.is_empty()) else {
            return Ok(0);
        };
        match self.file.read(wanted) {
            Ok(0) => {
                self.broken = Some(Error::Changed(self.path.clone()));
                Err(io::Error::other(Error::Changed(self.path.clone())))
            }
            Ok(count) => {
                self.left = self.left.saturating_sub(count as u64);
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let again = error.raw_os_error().map(io::Error::from_raw_os_error);
                self.broken = Some(Error::io("read", &self.path)(error));
                Err(again.unwrap_or_else(|| io::ErrorKind::Other.into()))
            }
        }
    }
}

/// Hands every entry on, files with their content.
pub(super) struct Contents<'c, 'v> {
    pub(super) visit: &'c mut Visit<'v>,
}

impl Visitor for Contents<'_, '_> {
    fn entry(&mut self, mut entry: Entry, place: Option<Place<'_>>) -> Result<()> {
        let Some(place) = place else {
            return (self.visit)(entry, None);
        };
        let mut reading = Reading::open(&place)?;
        let kind = Kind::File { size: reading.left };
        entry = super::entry(&entry.path, &reading.before, kind, entry.outside);
        let visited = (self.visit)(entry, Some(&mut reading));
        reading.check(visited, &place)
    }

    fn failed(&mut self, _path: &[u8], error: Error) -> Result<()> {
        Err(error)
    }
}

/// A file's size in bytes.
pub(super) fn size(seen: &Stat) -> u64 {
    u64::try_from(seen.st_size).unwrap_or(0)
}

/// Reads into `room` until it is full or the file ends; answers how much that was.
pub(super) fn fill(file: &OwnedFd, room: &mut [u8]) -> std::result::Result<usize, Errno> {
    let mut filled = 0;
    while let Some(rest) = room.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read(file, rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(filled)
}

pub(super) fn is_regular(seen: &Stat) -> bool {
    FileType::from_raw_mode(seen.st_mode) == FileType::RegularFile
}

fn same_file(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

//! Puts single things at the absolute places where they were.
//!
//! Knows absolute paths and open directories; nothing of vaults. No link on the way is followed and nothing is replaced:
//! what is there stays. A file appears under its name whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, fstat, mkdirat, openat, readlinkat, statat, symlinkat,
    unlinkat,
};
use rustix::io::Errno;

use super::absolute::{Way, absolute, below_root, ends, open_to_list, root, shown, step, walk};
use super::left;
use super::path::split;
use super::target::{set, times};
use crate::error::{Error, Result};
use crate::media::rename_new;

/// The most names that are tried for one unfinished file.
const MOST_TRIES: u32 = 10_000;

/// What stands at an absolute place now.
#[derive(Debug)]
pub enum Standing {
    /// Nothing, and nothing is in the way.
    Nothing,
    /// A directory.
    Directory,
    /// A regular file, open for reading.
    File(File),
    /// A symbolic link, and where it leads.
    Link(Vec<u8>),
    /// A socket, a pipe or a device.
    Special,
    /// This, on the way, is a link or no directory.
    Barred(PathBuf),
}

/// Looks at an absolute place, `/` and plain components, without following any link.
///
/// # Errors
/// [`Error::Refused`] for a path that is none; [`Error::Io`].
pub fn standing(home: &[u8]) -> Result<Standing> {
    let below = below_root(home)?;
    let (directory, name) = split(below);
    let parent = match walk(directory)? {
        Way::There(parent) => parent,
        Way::Missing => return Ok(Standing::Nothing),
        Way::Barred(at) => return Ok(Standing::Barred(at)),
    };
    let failed = |doing| super::io(doing, shown(home));
    let seen = match statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(seen) => seen,
        Err(Errno::NOENT) => return Ok(Standing::Nothing),
        Err(errno) => return Err(failed("look at")(errno)),
    };
    match FileType::from_raw_mode(seen.st_mode) {
        FileType::Directory => Ok(Standing::Directory),
        FileType::Symlink => {
            let target = readlinkat(&parent, name, Vec::new()).map_err(failed("read"))?;
            Ok(Standing::Link(target.into_bytes()))
        }
        FileType::RegularFile => {
            // A pipe put in its place meanwhile must not make the open wait.
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
            let opened = openat(&parent, name, flags | OFlags::CLOEXEC, Mode::empty());
            let file = File::from(opened.map_err(failed("read"))?);
            let kind = fstat(&file).map_err(failed("read"))?.st_mode;
            match FileType::from_raw_mode(kind) {
                FileType::RegularFile => Ok(Standing::File(file)),
                _ => Err(Error::Changed(shown(home).to_owned())),
            }
        }
        _ => Ok(Standing::Special),
    }
}

/// Things that are being put where they were.
#[derive(Debug, Default)]
pub struct Homes {
    /// Directories that had to be made, with the mode and time that they get at the end.
    made: BTreeMap<Vec<u8>, Option<(u32, i64)>>,
    /// Directories in which something new is, to be flushed.
    touched: BTreeSet<Vec<u8>>,
    not_kept: u64,
    /// An unfinished file that could not be removed.
    left: Option<PathBuf>,
}

impl Homes {
    /// Makes a directory and those above it, each only where it is missing. One that is made gets `mode` and `mtime` at
    /// the end; until then, and those above it for good, only its owner may enter it.
    ///
    /// # Errors
    /// [`Error::Refused`] when something is in the way; [`Error::Io`].
    pub fn directory(&mut self, home: &[u8], mode: u32, mtime: i64) -> Result<()> {
        let below = below_root(home)?;
        self.enter(below)?;
        if let Some(made) = self.made.get_mut(below) {
            *made = Some((mode, mtime));
        }
        Ok(())
    }

    /// Puts a file where nothing is: under an unfinished name beside it, filled by `fill`, flushed, then renamed.
    ///
    /// # Errors
    /// [`Error::Exists`] when something is there; [`Error::Refused`] when something is in the way; [`Error::Io`]; what
    /// `fill` answers. Then nothing of it is left, or [`Homes::left`] is it.
    pub fn file(
        &mut self,
        home: &[u8],
        mode: u32,
        mtime: i64,
        fill: impl FnOnce(&mut File) -> Result<()>,
    ) -> Result<()> {
        let (directory, name) = split(below_root(home)?);
        let parent = self.enter(directory)?;
        let path = shown(home);
        let (unfinished, mut file) = create(&parent, path)?;
        let done = fill(&mut file).and_then(|()| {
            let kept = set(&file, mode, mtime).map_err(Error::io("set the time of", path))?;
            self.not_kept += u64::from(!kept);
            file.sync_all().map_err(Error::io("flush", path))?;
            match rename_new(&parent, unfinished.as_bytes(), name) {
                Ok(()) => Ok(()),
                Err(Errno::EXIST) => Err(Error::Exists(path.to_owned())),
                Err(errno) => Err(super::io("rename", path)(errno)),
            }
        });
        if done.is_err() {
            // The error that is reported is the one that stopped it.
            match unlinkat(&parent, unfinished.as_bytes(), AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(_) => self.left = Some(path.with_file_name(unfinished)),
            }
        }
        self.touched.insert(directory.to_vec());
        done
    }

    /// Makes a symbolic link where nothing is.
    ///
    /// # Errors
    /// As [`Homes::file`].
    pub fn link(&mut self, home: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        let (directory, name) = split(below_root(home)?);
        let parent = self.enter(directory)?;
        match symlinkat(target, &parent, name) {
            Ok(()) => {}
            Err(Errno::EXIST) => return Err(Error::Exists(shown(home).to_owned())),
            Err(errno) => return Err(super::io("create", shown(home))(errno)),
        }
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        let kept = rustix::fs::utimensat(&parent, name, &times(mtime), flags);
        self.not_kept += u64::from(kept.is_err());
        self.touched.insert(directory.to_vec());
        Ok(())
    }

    /// What is left of a file that could not be put, because it could not be removed either.
    pub fn left(&self) -> Option<&Path> {
        self.left.as_deref()
    }

    /// Gives the directories that were made their modes and times, and flushes. Answers how many things have not the
    /// mode and time given.
    ///
    /// # Errors
    /// [`Error::Io`]: the first, when everything has been tried.
    pub fn finish(mut self) -> Result<u64> {
        // A directory comes before what is in it, so backwards the deepest come first.
        let mut first = Ok(());
        for (below, wanted) in self.made.iter().rev() {
            match set_made(&absolute(below), *wanted) {
                Ok(kept) => self.not_kept += u64::from(!kept),
                Err(error) => first = first.and(Err(error)),
            }
        }
        for below in &self.touched {
            first = first.and(flush(&absolute(below), File::sync_all));
        }
        first.map(|()| self.not_kept)
    }

    /// Opens a directory, and makes what is missing on the way.
    fn enter(&mut self, below: &[u8]) -> Result<OwnedFd> {
        let mut at = root()?;
        for end in ends(below) {
            let path = below.get(..end).unwrap_or_default();
            let (above, name) = split(path);
            let whole = absolute(path);
            let next = match step(&at, name) {
                Err(Errno::NOENT) => {
                    match mkdirat(&at, name, Mode::RWXU) {
                        Ok(()) => drop(self.made.insert(path.to_vec(), None)),
                        Err(Errno::EXIST) => {}
                        Err(errno) => return Err(super::io("create", shown(&whole))(errno)),
                    }
                    self.touched.insert(above.to_vec());
                    step(&at, name)
                }
                answer => answer,
            };
            at = next.map_err(|errno| match errno {
                Errno::NOTDIR | Errno::LOOP => barred(shown(&whole)),
                errno => super::io("open", shown(&whole))(errno),
            })?;
        }
        Ok(at)
    }
}

/// Gives a directory that was made its mode and time, and flushes it. Answers whether it has them.
fn set_made(path: &[u8], wanted: Option<(u32, i64)>) -> Result<bool> {
    let open = open_to_list(path)?;
    let kept = match wanted {
        Some((mode, mtime)) => {
            set(&open, mode, mtime).map_err(Error::io("set the mode and time of", shown(path)))?
        }
        None => true,
    };
    open.sync_all().map_err(Error::io("flush", shown(path)))?;
    Ok(kept)
}

/// Brings the names in a directory to the medium.
fn flush(path: &[u8], sync: impl Fn(&File) -> std::io::Result<()>) -> Result<()> {
    let Ok(open) = open_to_list(path) else {
        // One that may be written to and not read cannot be flushed alone.
        rustix::fs::sync();
        return Ok(());
    };
    match sync(&open) {
        // The driver flushes no directory alone.
        Err(error) if error.raw_os_error() == Some(Errno::INVAL.raw_os_error()) => {
            rustix::fs::sync();
            Ok(())
        }
        answer => answer.map_err(Error::io("flush", shown(path))),
    }
}

/// A new file beside the final name, for its owner only.
fn create(parent: &OwnedFd, path: &Path) -> Result<(String, File)> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    for number in 0..MOST_TRIES {
        let name = left::name(number);
        match openat(parent, name.as_bytes(), flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => {
                left::mark(&file);
                return Ok((name, file.into()));
            }
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(super::io("create", path)(errno)),
        }
    }
    Err(super::io("create", path)(Errno::EXIST))
}

fn barred(at: &Path) -> Error {
    Error::Refused {
        what: format!("{at:?} is a link or no directory, and is in the way"),
        hint: "links are not followed: make a directory there, or restore without --in-place"
            .into(),
    }
}

#[cfg(test)]
mod tests;

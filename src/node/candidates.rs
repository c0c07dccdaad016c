//! Files that are written before anybody knows where they belong, or whether they belong anywhere.
//!
//! Knows one folder in a [`Target`] and numbers. A candidate is given its place by a rename, so that it is never copied.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
use rustix::fs::{mkdir, mkdirat, openat, renameat, renameat_with, statat, unlinkat};
use rustix::io::Errno;

use super::target::{Target, set};
use crate::error::{Error, Result};

/// The folder in the target. What a killed run leaves in it has no names.
const FOLDER: &[u8] = b"UNFINISHED";

/// The folder with the candidates of one [`Target`].
#[derive(Debug)]
pub struct Candidates {
    folder: OwnedFd,
    path: PathBuf,
}

impl Target {
    /// Makes the directory `dir`, which only its owner may enter, and takes it.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Io`].
    pub fn create_new(dir: &Path) -> Result<Self> {
        mkdir(dir, Mode::RWXU).map_err(|errno| match errno {
            Errno::EXIST => Error::Exists(dir.to_owned()),
            errno => super::io("create", dir)(errno),
        })?;
        Self::create(dir)
    }

    /// Makes the folder for candidates. The inverse is [`Target::end_candidates`].
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Archive`] when something of its name is there.
    pub fn begin_candidates(&mut self) -> Result<Candidates> {
        self.make(FOLDER, |parent, name| mkdirat(parent, name, Mode::RWXU))?;
        let path = self.full(FOLDER);
        let opened = self.below.open(FOLDER, OFlags::RDONLY);
        let folder = opened.map_err(super::io("open", &path))?;
        Ok(Candidates { folder, path })
    }

    /// Removes the folder. Every candidate has to be taken or removed by now.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn end_candidates(&mut self, candidates: Candidates) -> Result<()> {
        let Candidates { path, .. } = candidates;
        unlinkat(&self.below.root, FOLDER, AtFlags::REMOVEDIR).map_err(super::io("remove", &path))
    }

    /// Makes the candidate `number` the new file `path`, with mode and time. After an error it is still a candidate.
    ///
    /// # Errors
    /// [`Error::Archive`] when `path` is not plain, is taken, or leads through something that is no directory;
    /// [`Error::Io`].
    pub fn take(
        &mut self,
        candidates: &Candidates,
        number: u64,
        path: &[u8],
        mode: u32,
        mtime: i64,
    ) -> Result<()> {
        let (name, full) = (number.to_string(), candidates.full(number));
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = openat(&candidates.folder, &*name, flags, Mode::empty());
        let file = File::from(opened.map_err(super::io("open", &full))?);
        let kept = set(&file, mode, mtime).map_err(Error::io("set the time of", &full))?;
        self.make(path, |parent, new| {
            rename_new(&candidates.folder, name.as_bytes(), parent, new)
        })?;
        if !kept {
            self.done.not_kept.add(path.to_vec());
        }
        Ok(())
    }
}

impl Candidates {
    /// Makes the new, empty candidate `number`, which only its owner may read.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn create(&self, number: u64) -> Result<File> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let made = openat(&self.folder, &*number.to_string(), flags, mode);
        let full = self.full(number);
        made.map(File::from).map_err(super::io("create", &full))
    }

    /// Removes the candidate `number`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(&self, number: u64) -> Result<()> {
        let full = self.full(number);
        unlinkat(&self.folder, &*number.to_string(), AtFlags::empty())
            .map_err(super::io("remove", &full))
    }

    /// Where candidate `number` is, for messages.
    pub fn full(&self, number: u64) -> PathBuf {
        self.path.join(number.to_string())
    }
}

/// Renames to a name that is not taken. Not every file system can do that in one step; the directory is ours alone.
fn rename_new(from: &OwnedFd, old: &[u8], to: &OwnedFd, new: &[u8]) -> rustix::io::Result<()> {
    match renameat_with(from, old, to, new, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            match statat(to, new, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(_) => Err(Errno::EXIST),
                Err(Errno::NOENT) => renameat(from, old, to, new),
                Err(errno) => Err(errno),
            }
        }
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    #[test]
    fn a_candidate_becomes_a_file_with_its_mode_and_time_or_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let into = dir.path().join("new");
        let mut target = Target::create_new(&into).unwrap();
        let candidates = target.begin_candidates().unwrap();
        target.directory(b"d", 0o700, 7).unwrap();
        for number in 0..3 {
            let mut file = candidates.create(number).unwrap();
            file.write_all(b"content").unwrap();
        }
        assert!(candidates.create(1).is_err());
        target.take(&candidates, 0, b"d/\xff", 0o440, 5).unwrap();
        candidates.remove(1).unwrap();
        // Taken, not plain, without its directory: it stays a candidate.
        for bad in [&b"d/\xff"[..], b"../x", b"d//x", b"no/x", b"d", b""] {
            let answer = target.take(&candidates, 2, bad, 0o600, 5);
            assert!(matches!(answer, Err(Error::Archive { .. })), "{answer:?}");
        }
        candidates.remove(2).unwrap();
        target.end_candidates(candidates).unwrap();
        target.finish().unwrap();
        let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"d/\xff");
        let about = fs::metadata(into.join(name)).unwrap();
        assert_eq!((about.mode() & 0o7777, about.mtime()), (0o440, 5));
        assert_eq!(fs::read_dir(&into).unwrap().count(), 1);
    }

    #[test]
    fn a_link_put_in_the_way_leads_nowhere() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut target = Target::create(dir.path()).unwrap();
        let candidates = target.begin_candidates().unwrap();
        candidates.create(0).unwrap();
        symlink(other.path(), dir.path().join("out")).unwrap();
        symlink("nowhere", dir.path().join("taken")).unwrap();
        for bad in [&b"out/x"[..], b"taken"] {
            let answer = target.take(&candidates, 0, bad, 0o600, 5);
            assert!(matches!(answer, Err(Error::Archive { .. })), "{answer:?}");
        }
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_existing_directory_is_not_taken_for_a_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let taken = Target::create_new(dir.path());
        assert!(matches!(taken, Err(Error::Exists(_))), "{taken:?}");
    }

    #[test]
    fn a_name_that_is_taken_stays_what_it_is() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "a").unwrap();
        fs::write(dir.path().join("b"), "b").unwrap();
        let open: OwnedFd = File::open(dir.path()).unwrap().into();
        assert_eq!(rename_new(&open, b"a", &open, b"b"), Err(Errno::EXIST));
        assert_eq!(rename_new(&open, b"a", &open, b"c"), Ok(()));
        assert_eq!(fs::read(dir.path().join("b")).unwrap(), b"b");
    }
}

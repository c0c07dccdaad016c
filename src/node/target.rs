//! Writes entries below one directory: the way back of a walk.
//!
//! Knows one open directory and what is to be made in it. Nothing in an entry, and no link put into the directory
//! while it works, makes it write anywhere else, replace anything, or set a setuid bit.
//!
//! Directories get their mode and time, and links are made, in [`Target::finish`]: files are put into the one, and
//! nothing must be put through the other. Until then both are kept in memory, at most 256 MiB.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, Timespec, Timestamps, mkdirat, openat, symlinkat};
use rustix::io::Errno;

use super::beneath::Beneath;
use super::names::each;
use super::path::{join, plain, split, stays_inside};
use super::survey::Listed;
use crate::error::{Error, Result};

/// The most memory for directories and links that wait for the end: 1,000,000 of them with paths of 200 bytes.
const MOST_PENDING: usize = 256 << 20;

/// A directory that entries are written into.
#[derive(Debug)]
pub struct Target {
    pub(super) below: Beneath,
    path: PathBuf,
    /// The directory used last: many small files in one directory do not each need the way there.
    parent: Option<(Vec<u8>, OwnedFd)>,
    has_base: bool,
    directories: Vec<Pending>,
    links: Vec<Pending>,
    pending_bytes: usize,
    pub(super) done: Finished,
}

/// A directory or link that waits for the end. `target` is empty for a directory.
#[derive(Debug)]
struct Pending {
    path: Box<[u8]>,
    target: Box<[u8]>,
    mode: u32,
    mtime: i64,
}

/// What the target's file system could not hold. FAT, for one, has neither modes nor links.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// Directories and links whose mode or time is not the one given.
    pub not_kept: Listed<Vec<u8>, 20>,
    /// Links that could not be made.
    pub no_links: Listed<Vec<u8>, 20>,
}

impl Target {
    /// Takes the existing, empty directory `dir`. It stays this one directory, whatever `dir` leads to later.
    pub fn create(dir: &Path) -> Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let root = rustix::fs::open(dir, flags, Mode::empty()).map_err(super::io("open", dir))?;
        let mut empty = true;
        let look = |_: &[u8]| {
            empty = false;
            Ok(false)
        };
        each(&root, look).map_err(super::io("read", dir))?;
        if !empty {
            return Err(Error::NotEmpty(dir.to_owned()));
        }
        let below = Beneath {
            root,
            openat2: true,
        };
        Ok(Self {
            below,
            path: dir.to_owned(),
            parent: None,
            has_base: false,
            directories: Vec::new(),
            links: Vec::new(),
            pending_bytes: 0,
            done: Finished::default(),
        })
    }

    /// Makes a directory. It gets `mode` and `mtime` at the end; until then only its owner may enter it.
    /// The empty path stands for the target itself, and may also be given once.
    pub fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        if path.is_empty() {
            if std::mem::replace(&mut self.has_base, true) {
                return Err(refused(path, "it appears twice"));
            }
        } else {
            self.make(path, |parent, name| mkdirat(parent, name, Mode::RWXU))?;
        }
        let pending = self.pending(path, &[], mode, mtime)?;
        self.directories.push(pending);
        Ok(())
    }

    /// Makes a new, empty file that only its owner may read, for the caller to write into and then to [`set`].
    pub fn create_file(&mut self, path: &[u8]) -> Result<File> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open =
            |parent: &OwnedFd, name: &[u8]| openat(parent, name, flags, Mode::RUSR | Mode::WUSR);
        self.make(path, open).map(File::from)
    }

    /// Takes note of a symbolic link, to be made at the end. Refuses one that leads outside.
    pub fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        plain(path).map_err(|why| refused(path, why))?;
        if !stays_inside(split(path).0, target) {
            return Err(refused(path, "it is a link that leads outside"));
        }
        let pending = self.pending(path, target, 0, mtime)?;
        self.links.push(pending);
        Ok(())
    }

    /// Makes the links, gives the directories their modes and times, and flushes everything to the device: one
    /// flush of the whole file system instead of one per file.
    pub fn finish(mut self) -> Result<Finished> {
        for link in std::mem::take(&mut self.links) {
            self.make_link(&link)?;
        }
        // Parents come before their content, so backwards the deepest come first.
        for directory in std::mem::take(&mut self.directories).iter().rev() {
            self.set_directory(directory)?;
        }
        rustix::fs::syncfs(&self.below.root).map_err(super::io("flush", &self.path))?;
        Ok(self.done)
    }

    fn make_link(&mut self, link: &Pending) -> Result<()> {
        let make = |parent: &OwnedFd, name: &[u8]| match symlinkat(&*link.target, parent, name) {
            Err(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(None),
            Err(errno) => Err(errno),
            Ok(()) => {
                let times = times(link.mtime);
                let set = rustix::fs::utimensat(parent, name, &times, AtFlags::SYMLINK_NOFOLLOW);
                Ok(Some(set.is_ok()))
            }
        };
        match self.make(&link.path, make)? {
            None => self.done.no_links.add(link.path.to_vec()),
            Some(false) => self.done.not_kept.add(link.path.to_vec()),
            Some(true) => {}
        }
        Ok(())
    }

    fn set_directory(&mut self, directory: &Pending) -> Result<()> {
        let Pending {
            path, mode, mtime, ..
        } = directory;
        let opened = self.below.open(path, OFlags::RDONLY);
        let opened = opened.map_err(|errno| self.no_parent(path, path, errno))?;
        let kept = set(&opened.into(), *mode, *mtime);
        if !kept.map_err(Error::io("set the mode and time of", &self.full(path)))? {
            self.done.not_kept.add(path.to_vec());
        }
        Ok(())
    }

    /// Makes one new thing with `with`, which gets the directory it belongs into and its name there.
    pub(super) fn make<T>(
        &mut self,
        path: &[u8],
        with: impl FnOnce(&OwnedFd, &[u8]) -> rustix::io::Result<T>,
    ) -> Result<T> {
        plain(path).map_err(|why| refused(path, why))?;
        let (directory, name) = split(path);
        let parent = match self.parent.take() {
            Some((known, parent)) if known == directory => parent,
            _ => {
                let opened = self.below.open(directory, OFlags::PATH);
                opened.map_err(|errno| self.no_parent(path, directory, errno))?
            }
        };
        let made = with(&parent, name);
        let is_other = matches!(made, Err(Errno::EXIST)) && !has_exactly(&parent, name);
        self.parent = Some((directory.to_vec(), parent));
        match made {
            Ok(made) => Ok(made),
            Err(Errno::EXIST) if is_other => Err(self.same_name(path)),
            Err(Errno::EXIST) => Err(refused(path, "it appears twice")),
            Err(errno) => Err(super::io("create", &self.full(path))(errno)),
        }
    }

    /// Something is there that this name leads to, and that has another one: FAT and its like take capital letters for
    /// small ones, and leave out dots at the end.
    fn same_name(&self, path: &[u8]) -> Error {
        let name = self.full(path);
        Error::Refused {
            what: format!(
                "the file system at {:?} takes {name:?} for another file that was restored before it",
                self.path
            ),
            hint: "restore to a file system that tells such names apart: ext4, xfs, or /dev/shm in memory".into(),
        }
    }

    fn pending(&mut self, path: &[u8], target: &[u8], mode: u32, mtime: i64) -> Result<Pending> {
        self.pending_bytes += path.len() + target.len() + size_of::<Pending>();
        if self.pending_bytes > MOST_PENDING {
            let what = "bytes of memory for the paths of directories and links".into();
            let limit = MOST_PENDING as u64;
            return Err(Error::Limit { what, limit });
        }
        let (path, target) = (path.into(), target.into());
        Ok(Pending {
            path,
            target,
            mode,
            mtime,
        })
    }

    /// Why the directory that `path` belongs into could not be opened.
    fn no_parent(&self, path: &[u8], directory: &[u8], errno: Errno) -> Error {
        match errno {
            Errno::NOENT => refused(path, "its directory does not come before it"),
            Errno::LOOP | Errno::NOTDIR | Errno::XDEV => refused(
                path,
                "its way leads through something that is not a directory",
            ),
            _ => super::io("open", &self.full(directory))(errno),
        }
    }

    pub(super) fn full(&self, path: &[u8]) -> PathBuf {
        let whole = join(
            std::os::unix::ffi::OsStrExt::as_bytes(self.path.as_os_str()),
            path,
        );
        PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(whole))
    }
}

/// Whether a directory has an entry of this very name. What cannot be read counts as having it.
fn has_exactly(directory: &OwnedFd, name: &[u8]) -> bool {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut has = false;
    let opened = openat(directory, ".", flags, Mode::empty());
    let read = opened.and_then(|directory| {
        each(&directory, |entry| {
            has |= entry == name;
            Ok(!has)
        })
    });
    has || read.is_err()
}

/// The mode that something restored gets. Without `preserve` it is for its owner only, whatever it was before;
/// setuid, setgid and sticky bits never come back.
pub fn restore_mode(stored: u32, preserve: bool) -> u32 {
    stored & if preserve { 0o777 } else { 0o700 }
}

/// Gives an open file or directory its mode and its time in whole seconds. False if the file system does not hold
/// them: it may refuse, or (as FAT does) accept and keep something else.
pub fn set(file: &File, mode: u32, mtime: i64) -> io::Result<bool> {
    let mode = mode & 0o777;
    tolerate(rustix::fs::fchmod(file, Mode::from_raw_mode(mode)))?;
    tolerate(rustix::fs::futimens(file, &times(mtime)))?;
    let now = rustix::fs::fstat(file)?;
    Ok(now.st_mode & 0o7777 == mode && now.st_mtime == mtime)
}

fn tolerate(answer: rustix::io::Result<()>) -> rustix::io::Result<()> {
    match answer {
        Err(Errno::PERM | Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS) => Ok(()),
        answer => answer,
    }
}

pub(super) fn times(mtime: i64) -> Timestamps {
    let time = Timespec {
        tv_sec: mtime,
        tv_nsec: 0,
    };
    Timestamps {
        last_access: time,
        last_modification: time,
    }
}

fn refused(path: &[u8], why: &str) -> Error {
    let shown: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(path);
    Error::Archive {
        member: format!("{shown:?}"),
        why: why.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn target() -> (tempfile::TempDir, Target) {
        let dir = tempfile::tempdir().unwrap();
        let target = Target::create(dir.path()).unwrap();
        (dir, target)
    }

    fn is_refused<T>(answer: Result<T>) -> bool {
        matches!(answer, Err(Error::Archive { .. }))
    }

    #[test]
    fn paths_that_are_not_plain_are_refused() {
        let (dir, mut target) = target();
        target.directory(b"a", 0o700, 0).unwrap();
        for bad in [
            b"..".as_slice(),
            b"../x",
            b"a/../../x",
            b"a/..",
            b"/x",
            b"/",
            b"./x",
            b"a//x",
            b"a/",
            b"x\0y",
            &[b'x'; 256],
            &b"a/".repeat(2100),
        ] {
            assert!(is_refused(target.create_file(bad)), "{bad:?}");
            assert!(is_refused(target.directory(bad, 0o700, 0)), "{bad:?}");
            assert!(is_refused(target.link(bad, b"x", 0)), "{bad:?}");
        }
        assert!(is_refused(target.create_file(b"")));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(!dir.path().with_file_name("x").exists());
    }

    #[test]
    fn nothing_is_made_twice() {
        let (dir, mut target) = target();
        target.directory(b"d", 0o700, 0).unwrap();
        target.directory(b"", 0o700, 0).unwrap();
        target
            .create_file(b"d/f")
            .unwrap()
            .write_all(b"first")
            .unwrap();
        for again in [b"d".as_slice(), b"d/f", b""] {
            assert!(is_refused(target.directory(again, 0o700, 0)));
            assert!(is_refused(target.create_file(again)));
        }
        target.link(b"d/f", b"x", 0).unwrap();
        assert!(is_refused(target.finish()));
        assert_eq!(fs::read(dir.path().join("d/f")).unwrap(), b"first");
    }

    #[test]
    fn a_directory_comes_before_its_content_or_not_at_all() {
        let (_dir, mut target) = target();
        assert!(is_refused(target.create_file(b"no/f")));
        assert!(is_refused(target.directory(b"no/d", 0o700, 0)));
        target.create_file(b"f").unwrap();
        assert!(is_refused(target.create_file(b"f/x")));
        target.link(b"l", b"f", 0).unwrap();
        assert!(is_refused(target.create_file(b"l/x")));
    }

    #[test]
    fn a_link_put_in_the_way_is_not_written_through() {
        for openat2 in [true, false] {
            let other = tempfile::tempdir().unwrap();
            let (dir, mut target) = target();
            target.below.openat2 = openat2;
            target.directory(b"d", 0o700, 0).unwrap();
            target.directory(b"d/e", 0o700, 0).unwrap();
            target.create_file(b"d/e/1").unwrap();
            fs::create_dir(other.path().join("e")).unwrap();
            fs::rename(dir.path().join("d"), dir.path().join("moved")).unwrap();
            symlink(other.path(), dir.path().join("d")).unwrap();
            assert!(is_refused(target.create_file(b"d/2")));
            assert!(is_refused(target.create_file(b"d/e/2")));
            assert!(is_refused(target.directory(b"d/g", 0o700, 0)));
            symlink(other.path().join("file"), dir.path().join("f")).unwrap();
            assert!(is_refused(target.create_file(b"f")));
            assert!(is_refused(target.finish()));
            assert_eq!(fs::read_dir(other.path().join("e")).unwrap().count(), 0);
            assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_link_that_leads_outside_is_refused() {
        let (_dir, mut target) = target();
        target.directory(b"d", 0o700, 0).unwrap();
        for bad in [
            b"/etc/passwd".as_slice(),
            b"..",
            b"../..",
            b"../../x",
            b"x/../../..",
            b"",
            b"a\0",
        ] {
            assert!(is_refused(target.link(b"l", bad, 0)), "{bad:?}");
        }
        assert!(is_refused(target.link(b"d/l", b"../../x", 0)));
        target.link(b"d/l", b"../x", 0).unwrap();
    }

    #[test]
    fn links_are_made_at_the_end_with_their_time() {
        let (dir, mut target) = target();
        target.directory(b"d", 0o755, 5).unwrap();
        target.link(b"d/l", b"../f", -7).unwrap();
        assert!(!dir.path().join("d/l").is_symlink());
        assert_eq!(target.finish().unwrap(), Finished::default());
        assert_eq!(
            fs::read_link(dir.path().join("d/l")).unwrap(),
            Path::new("../f")
        );
        assert_eq!(
            dir.path().join("d/l").symlink_metadata().unwrap().mtime(),
            -7
        );
        assert_eq!(dir.path().join("d").metadata().unwrap().mtime(), 5);
    }

    #[test]
    fn setuid_setgid_and_sticky_bits_are_dropped() {
        assert_eq!(restore_mode(0o7777, true), 0o777);
        assert_eq!(restore_mode(0o7777, false), 0o700);
        assert_eq!(restore_mode(0o640, false), 0o600);
        let (dir, mut target) = target();
        target.directory(b"d", 0o7755, -1).unwrap();
        let file = target.create_file(b"f").unwrap();
        assert_eq!(file.metadata().unwrap().mode() & 0o7777, 0o600);
        assert!(set(&file, 0o6755, -1).unwrap());
        target.finish().unwrap();
        for name in ["d", "f"] {
            let seen = dir.path().join(name).metadata().unwrap();
            assert_eq!((seen.mode() & 0o7777, seen.mtime()), (0o755, -1));
        }
    }

    #[test]
    fn directories_that_forbid_writing_are_filled_first() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let into = dir.path().join("into");
        fs::create_dir(&into).unwrap();
        std::os::unix::fs::chown(&into, Some(65534), None).ok();
        crate::node::tests::as_nobody(|| {
            let mut target = Target::create(&into).unwrap();
            target.directory(b"", 0o500, 0).unwrap();
            target.directory(b"d", 0o500, 0).unwrap();
            target.directory(b"d/e", 0, 0).unwrap();
            target.create_file(b"d/e/f").unwrap();
            target.create_file(b"d/f").unwrap();
            target.finish().unwrap();
            let mode = |name| fs::metadata(into.join(name)).unwrap().mode() & 0o7777;
            assert_eq!((mode(""), mode("d"), mode("d/e")), (0o500, 0o500, 0));
            crate::node::remove_tree(&into.join("d")).unwrap_err();
            fs::set_permissions(&into, fs::Permissions::from_mode(0o700)).unwrap();
            crate::node::remove_tree(&into.join("d")).unwrap();
        });
    }

    #[test]
    fn a_path_of_4096_bytes_can_be_written() {
        for openat2 in [true, false] {
            let (dir, mut target) = target();
            target.below.openat2 = openat2;
            let mut path = Vec::new();
            for _ in 0..2047 {
                path = join(&path, b"d");
                target.directory(&path, 0o700, 0).unwrap();
            }
            path = join(&path, b"fff");
            assert_eq!(path.len(), 4097);
            assert!(is_refused(target.create_file(&path)));
            path.pop();
            target.create_file(&path).unwrap();
            target.finish().unwrap();
            crate::node::remove_tree(&dir.path().join("d")).unwrap();
        }
    }

    #[test]
    fn a_directory_with_anything_in_it_is_no_target() {
        let (dir, mut target) = target();
        target.create_file(b".hidden").unwrap();
        assert!(matches!(
            Target::create(dir.path()),
            Err(Error::NotEmpty(_))
        ));
        assert!(matches!(
            Target::create(&dir.path().join("no")),
            Err(Error::Io { .. })
        ));
        let link = tempfile::tempdir().unwrap();
        symlink(dir.path(), link.path().join("l")).unwrap();
        assert!(matches!(
            Target::create(&link.path().join("l")),
            Err(Error::Io { .. })
        ));
    }

    #[test]
    fn memory_for_what_waits_has_a_limit() {
        let (_dir, mut target) = target();
        target.pending_bytes = MOST_PENDING - 10;
        assert!(matches!(
            target.link(b"l", b"x", 0),
            Err(Error::Limit { .. })
        ));
    }
}

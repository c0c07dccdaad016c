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
use super::names::each;
use super::path::split;
use super::target::{set, times};
use crate::error::{Error, Result};
use crate::media::rename_new;

/// What the names of unfinished things begin with.
pub const UNFINISHED: &str = ".coldvault-unfinished-";
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

/// Unfinished files that a killed run left in a directory.
///
/// # Errors
/// [`Error::Io`].
pub fn left_in(directory: &[u8]) -> Result<Vec<PathBuf>> {
    let Way::There(_) = walk(below_root(directory)?)? else {
        return Ok(Vec::new());
    };
    let mut left = Vec::new();
    let Ok(open) = open_to_list(directory) else {
        // Who may not list it did not leave anything there.
        return Ok(left);
    };
    each(&open.into(), |name| {
        if name.starts_with(UNFINISHED.as_bytes()) {
            left.push(shown(directory).join(shown(name)));
        }
        Ok(true)
    })
    .map_err(super::io("list", shown(directory)))?;
    Ok(left)
}

/// Things that are being put where they were.
#[derive(Debug, Default)]
pub struct Homes {
    /// Directories that had to be made, with the mode and time that they get at the end.
    made: BTreeMap<Vec<u8>, Option<(u32, i64)>>,
    /// Directories in which something new is, to be flushed.
    touched: BTreeSet<Vec<u8>>,
    not_kept: u64,
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
    /// `fill` answers. Then nothing of it is left.
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
            let _ = unlinkat(&parent, unfinished.as_bytes(), AtFlags::empty());
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

    /// Gives the directories that were made their modes and times, and flushes. Answers how many things have not the
    /// mode and time given.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<u64> {
        // A directory comes before what is in it, so backwards the deepest come first.
        for (below, wanted) in self.made.iter().rev() {
            let path = absolute(below);
            let open = open_to_list(&path)?;
            if let Some((mode, mtime)) = wanted {
                let kept = set(&open, *mode, *mtime);
                let kept = kept.map_err(Error::io("set the mode and time of", shown(&path)))?;
                self.not_kept += u64::from(!kept);
            }
            open.sync_all().map_err(Error::io("flush", shown(&path)))?;
        }
        for below in &self.touched {
            // One that may be written to and not read cannot be flushed alone.
            match open_to_list(&absolute(below)) {
                Ok(open) => drop(open.sync_all()),
                Err(_) => rustix::fs::sync(),
            }
        }
        Ok(self.not_kept)
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

/// A new file beside the final name, for its owner only.
fn create(parent: &OwnedFd, path: &Path) -> Result<(String, File)> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    for number in 0..MOST_TRIES {
        let name = format!("{UNFINISHED}{}-{number}", std::process::id());
        match openat(parent, name.as_bytes(), flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => return Ok((name, file.into())),
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
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, symlink};

    fn bytes(path: &Path) -> Vec<u8> {
        path.as_os_str().as_bytes().to_vec()
    }

    /// A directory without links in its path.
    fn scene() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(dir.path()).unwrap();
        (dir, real)
    }

    fn put(homes: &mut Homes, path: &Path, content: &[u8]) -> Result<()> {
        homes.file(&bytes(path), 0o640, 1_770_000_000, |file| {
            file.write_all(content).map_err(Error::io("write", path))
        })
    }

    #[test]
    fn a_file_comes_to_its_place_with_the_directories_that_are_missing() {
        let (_dir, top) = scene();
        let mut homes = Homes::default();
        homes.directory(&bytes(&top.join("a/b")), 0o500, 5).unwrap();
        put(&mut homes, &top.join("a/b/f"), b"content").unwrap();
        homes.link(&bytes(&top.join("a/l")), b"b/f", 7).unwrap();
        assert_eq!(homes.finish().unwrap(), 0);
        let about = |name: &str| fs::symlink_metadata(top.join(name)).unwrap();
        assert_eq!(fs::read(top.join("a/l")).unwrap(), b"content");
        assert_eq!(about("a/b/f").mode() & 0o7777, 0o640);
        assert_eq!(about("a/b/f").mtime(), 1_770_000_000);
        assert_eq!(
            (about("a/b").mode() & 0o7777, about("a/b").mtime()),
            (0o500, 5)
        );
        assert_eq!(about("a").mode() & 0o7777, 0o700);
        fs::set_permissions(
            top.join("a/b"),
            std::os::unix::fs::PermissionsExt::from_mode(0o700),
        )
        .unwrap();
        assert_eq!(fs::read_dir(top.join("a/b")).unwrap().count(), 1);
    }

    #[test]
    fn nothing_is_replaced_whatever_is_there() {
        let (_dir, top) = scene();
        fs::write(top.join("file"), "old").unwrap();
        symlink("nowhere", top.join("link")).unwrap();
        fs::create_dir(top.join("directory")).unwrap();
        for name in ["file", "link", "directory"] {
            let mut homes = Homes::default();
            let taken = put(&mut homes, &top.join(name), b"new");
            assert!(matches!(taken, Err(Error::Exists(_))), "{name}: {taken:?}");
            let taken = homes.link(&bytes(&top.join(name)), b"x", 0);
            assert!(matches!(taken, Err(Error::Exists(_))), "{name}: {taken:?}");
        }
        assert_eq!(fs::read(top.join("file")).unwrap(), b"old");
        assert_eq!(fs::read_dir(&top).unwrap().count(), 3);
    }

    #[test]
    fn a_directory_that_is_there_keeps_its_mode() {
        let (_dir, top) = scene();
        let before = fs::metadata(&top).unwrap();
        let mut homes = Homes::default();
        homes.directory(&bytes(&top), 0o711, 9).unwrap();
        homes.finish().unwrap();
        let after = fs::metadata(&top).unwrap();
        assert_eq!(
            (after.mode(), after.mtime()),
            (before.mode(), before.mtime())
        );
    }

    #[test]
    fn a_link_on_the_way_is_named_and_not_followed() {
        let ((_dir, top), (_other, elsewhere)) = (scene(), scene());
        symlink(&elsewhere, top.join("way")).unwrap();
        fs::write(elsewhere.join("f"), "theirs").unwrap();
        let home = bytes(&top.join("way/f"));
        match standing(&home).unwrap() {
            Standing::Barred(at) => assert_eq!(at, top.join("way")),
            other => panic!("{other:?}"),
        }
        let mut homes = Homes::default();
        let refused = put(&mut homes, &top.join("way/new/f"), b"x");
        assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
        assert!(
            homes
                .directory(&bytes(&top.join("way/d")), 0o700, 0)
                .is_err()
        );
        assert!(homes.link(&bytes(&top.join("way/l")), b"x", 0).is_err());
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
    }

    #[test]
    fn what_stands_somewhere_is_told_apart() {
        let (_dir, top) = scene();
        fs::write(top.join("file"), "old").unwrap();
        symlink("nowhere", top.join("link")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, top.join("pipe"), Mode::RUSR).unwrap();
        let at = |name: &str| standing(&bytes(&top.join(name))).unwrap();
        assert!(matches!(at("file"), Standing::File(_)));
        assert!(matches!(at("link"), Standing::Link(target) if target == b"nowhere"));
        assert!(matches!(at("pipe"), Standing::Special));
        assert!(matches!(at("none"), Standing::Nothing));
        assert!(matches!(at("none/deep"), Standing::Nothing));
        assert!(matches!(at("file/deep"), Standing::Barred(_)));
        assert!(matches!(
            standing(&bytes(&top)).unwrap(),
            Standing::Directory
        ));
        for bad in [&b"relative"[..], b"/a/../b", b"/a//b", b""] {
            assert!(
                matches!(standing(bad), Err(Error::Refused { .. })),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_file_that_cannot_be_filled_leaves_nothing_and_what_a_kill_left_is_found() {
        let (_dir, top) = scene();
        let mut homes = Homes::default();
        let stopped = homes.file(&bytes(&top.join("f")), 0o600, 0, |_| {
            Err(Error::Interrupted)
        });
        assert!(matches!(stopped, Err(Error::Interrupted)));
        assert_eq!(fs::read_dir(&top).unwrap().count(), 0);
        fs::write(top.join(".coldvault-unfinished-1-0"), "half").unwrap();
        let left = left_in(&bytes(&top)).unwrap();
        assert_eq!(left, [top.join(".coldvault-unfinished-1-0")]);
        assert!(left_in(&bytes(&top.join("none"))).unwrap().is_empty());
    }
}

//! Reads a folder on somebody's medium. Everything in it may be hostile: links, devices, endless files and listings.
//!
//! Opens ordinary files only, by plain names only, inside the folder only, and never takes a stated size for true.
//!
//! "Not there" is believed only while the medium is: after a stick was pulled, drivers answer "not found" for files
//! that exist, and list its folders as empty.

use std::ffi::CStr;
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::file::Proven;
use super::folder::open_dir;
use super::readback::ReadBack;
use super::{readback, safe_name};
use crate::digest::Digest;
use crate::error::{Error, Result};

/// A folder on a medium, opened for reading.
#[derive(Debug)]
pub struct OpenFolder {
    dir: File,
    path: PathBuf,
    presence: Presence,
}

/// What lies in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Names, sorted.
    pub names: Vec<String>,
    /// Names that are not UTF-8, with `\x..` for what is not ASCII: to be shown, not to be opened.
    pub odd: Vec<String>,
    /// Whether there is more than was asked for.
    pub more: bool,
}

impl OpenFolder {
    /// Opens a folder. Its path may lead through symbolic links but must not end in one.
    ///
    /// Errors: [`Error::Io`].
    pub fn open(path: &Path) -> Result<Self> {
        // without a "/" at the end, which would make the system follow a last link after all
        let path: PathBuf = path.components().collect();
        let dir =
            open_dir(rustix::fs::CWD, &path, OFlags::NOFOLLOW).map_err(Error::io("open", &path))?;
        let presence = Presence::of_number(&dir.metadata().map_err(Error::io("open", &path))?);
        Ok(Self {
            dir,
            path,
            presence,
        })
    }

    /// The folder's path, as it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads a whole small file; `None` when it is not there.
    ///
    /// Errors: [`Error::Damaged`] when it is larger than `max_bytes`, no ordinary file, or the name is not
    /// [`safe_name`]; [`Error::Io`].
    pub fn read_small(&self, name: &str, max_bytes: usize) -> Result<Option<Vec<u8>>> {
        let Some((file, _)) = self.open_file(name)? else {
            return Ok(None);
        };
        let path = self.path.join(name);
        let mut bytes = Vec::new();
        // `take` hides the file, so that the buffer grows with what is really read
        let most = (max_bytes as u64).saturating_add(1);
        file.take(most)
            .read_to_end(&mut bytes)
            .map_err(Error::io("read", &path))?;
        if bytes.len() > max_bytes {
            return Err(Error::Damaged {
                path,
                what: format!("larger than the {max_bytes} bytes it may have"),
            });
        }
        Ok(Some(bytes))
    }

    /// Opens a file for reading, with the size that its file system states; `None` when it is not there.
    ///
    /// Errors: [`Error::Damaged`] when it is no ordinary file, or the name is not [`safe_name`]; [`Error::Io`].
    pub fn open_file(&self, name: &str) -> Result<Option<(File, u64)>> {
        let path = self.path.join(name);
        if !safe_name(name) {
            let what = format!("names a file {name:?}, which coldvault never writes");
            return Err(Error::Damaged {
                path: self.path.clone(),
                what,
            });
        }
        // looked at before it is opened: opening a device can do things
        match rustix::fs::statat(&self.dir, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(about) => ordinary(
                FileType::from_raw_mode(about.st_mode) == FileType::RegularFile,
                &path,
            )?,
            Err(Errno::NOENT) => return self.presence.check(&path).map(|()| None),
            Err(errno) => return Err(Error::io("read", &path)(errno.into())),
        }
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&self.dir, name, flags, Mode::empty());
        let file = File::from(opened.map_err(|errno| Error::io("read", &path)(errno.into()))?);
        let about = file.metadata().map_err(Error::io("read", &path))?;
        ordinary(about.is_file(), &path)?;
        Ok(Some((file, about.len())))
    }

    /// Digests a file as its device has it, past what this machine remembers; `None` when it is not `bytes` long. `file`
    /// is what [`OpenFolder::open_file`] gave. `step` hears how many bytes were read so far and may stop it.
    ///
    /// Errors: [`Error::Io`]; what `step` answers.
    pub fn digest(
        &self,
        name: &str,
        (file, bytes): (&File, u64),
        step: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<(Option<Digest>, ReadBack)> {
        let path = self.path.join(name);
        let target = readback::Target {
            dir: &self.dir,
            name,
            path: &path,
        };
        readback::digest(&target, file, bytes, step)
    }

    /// Reads files past what this machine remembers, and holds them against what was written. Answers the weakest way in
    /// which one was read.
    ///
    /// Errors: [`Error::ReadBack`] for the first that is another one or is not there; [`Error::Io`]; what `step` answers.
    pub fn prove(
        &self,
        files: &[Proven],
        step: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<ReadBack> {
        let mut weakest = ReadBack::Direct;
        for file in files {
            let other = || Error::ReadBack(self.path.join(&file.name));
            let (opened, _) = self.open_file(&file.name)?.ok_or_else(other)?;
            let (digest, how) = self.digest(&file.name, (&opened, file.bytes), step)?;
            if digest != Some(file.digest) {
                return Err(other());
            }
            weakest = weakest.max(how);
        }
        Ok(weakest)
    }

    /// Drops what this machine remembers of a file, so that it is read from its device next. What is not there, or
    /// cannot be dropped, is left to whoever reads it.
    pub fn forget(&self, name: &str) {
        if let Ok(Some((file, _))) = self.open_file(name) {
            let _ = readback::drop_cached(&file);
        }
    }

    /// Lists at most `max` names.
    ///
    /// Errors: [`Error::Io`].
    pub fn names(&self, max: usize) -> Result<Listing> {
        let listing =
            list(&self.dir, max).map_err(|errno| Error::io("list", &self.path)(errno.into()))?;
        if listing.names.is_empty() && listing.odd.is_empty() {
            self.presence.check(&self.path)?;
        }
        Ok(listing)
    }
}

/// Opens a file that a person named, wherever it is, but only an ordinary one: a pipe would wait for ever.
///
/// Errors: [`Error::Usage`] for a pipe; [`Error::Damaged`] for anything else than a file; [`Error::Io`].
pub fn open_ordinary(path: &Path) -> Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    let file = File::from(opened.map_err(|errno| Error::io("read", path)(errno.into()))?);
    let about = file.metadata().map_err(Error::io("read", path))?;
    if about.file_type().is_fifo() {
        return Err(Error::Usage {
            what: format!("{path:?} is a pipe, as <(...) makes one, and no file"),
            hint:
                "put what comes through it into a file, in memory as /dev/shm/FILE, and give that"
                    .into(),
        });
    }
    ordinary(about.is_file(), path)?;
    Ok(file)
}

/// A whole file that a person named, of at most so many bytes.
///
/// # Errors
/// As [`open_ordinary`]; [`Error::Limit`] for a longer one; [`Error::Io`].
pub fn read_ordinary(path: &Path, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open_ordinary(path)?;
    let read = file.take(most as u64 + 1).read_to_end(&mut bytes);
    read.map_err(Error::io("read", path))?;
    match bytes.len() > most {
        false => Ok(bytes),
        true => Err(Error::Limit {
            what: format!("bytes of {path:?}"),
            limit: most as u64,
        }),
    }
}

fn ordinary(is_file: bool, path: &Path) -> Result<()> {
    if is_file {
        return Ok(());
    }
    Err(Error::Damaged {
        path: path.to_owned(),
        what: "not an ordinary file".into(),
    })
}

fn list(dir: &File, max: usize) -> rustix::io::Result<Listing> {
    let mut listing = Listing::default();
    for entry in Dir::read_from(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        if listing.names.len() + listing.odd.len() >= max {
            listing.more = true;
            break;
        }
        listing.add(name);
    }
    listing.names.sort();
    listing.odd.sort();
    Ok(listing)
}

impl Listing {
    fn add(&mut self, name: &CStr) {
        match name.to_str() {
            Ok(name) => self.names.push(name.to_owned()),
            Err(_) => self.odd.push(name.to_bytes().escape_ascii().to_string()),
        }
    }
}

/// Whether the device below a file system is still plugged in.
#[derive(Debug)]
pub(super) struct Presence {
    /// The kernel's entry for the device; `None` for file systems that have none of their own (tmpfs, btrfs, FUSE).
    entry: Option<PathBuf>,
}

impl Presence {
    /// Notes the device of a file or folder just opened.
    pub(super) fn of_number(about: &Metadata) -> Self {
        let (major, minor) = (
            rustix::fs::major(about.dev()),
            rustix::fs::minor(about.dev()),
        );
        Self::of_entry(PathBuf::from(format!("/sys/dev/block/{major}:{minor}")))
    }

    fn of_entry(entry: PathBuf) -> Self {
        Self {
            entry: entry.exists().then_some(entry),
        }
    }

    /// An error about `path` if the device was there and is no more.
    pub(super) fn check(&self, path: &Path) -> Result<()> {
        match &self.entry {
            Some(entry) if !entry.exists() => Err(Error::io("read", path)(Errno::NODEV.into())),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    fn folder() -> (tempfile::TempDir, OpenFolder) {
        let dir = tempfile::tempdir().unwrap();
        let open = OpenFolder::open(dir.path()).unwrap();
        (dir, open)
    }

    #[test]
    fn a_small_file_is_read_whole_and_an_absent_one_is_none() {
        let (dir, open) = folder();
        fs::write(dir.path().join("a"), "12345").unwrap();
        fs::write(dir.path().join("empty"), "").unwrap();
        assert_eq!(open.read_small("a", 5).unwrap().unwrap(), b"12345");
        assert_eq!(open.read_small("empty", 0).unwrap().unwrap(), b"");
        assert_eq!(open.read_small("b", 5).unwrap(), None);
        let (_, size) = open.open_file("a").unwrap().unwrap();
        assert_eq!(size, 5);
    }

    #[test]
    fn a_file_above_its_limit_is_refused_by_name_however_large_it_says_it_is() {
        let (dir, open) = folder();
        fs::write(dir.path().join("a"), "123456").unwrap();
        let huge = File::create(dir.path().join("huge")).unwrap();
        huge.set_len(1 << 40).unwrap();
        for name in ["a", "huge"] {
            let error = open.read_small(name, 5).unwrap_err();
            assert!(
                matches!(&error, Error::Damaged { path, .. } if *path == dir.path().join(name)),
                "{error}"
            );
        }
    }

    #[test]
    fn links_folders_fifos_and_devices_are_not_files() {
        let (dir, open) = folder();
        fs::write(dir.path().join("real"), "x").unwrap();
        symlink("real", dir.path().join("link")).unwrap();
        symlink("nowhere", dir.path().join("dangling")).unwrap();
        fs::create_dir(dir.path().join("folder")).unwrap();
        rustix::fs::mkfifoat(&open.dir, "fifo", Mode::RUSR).unwrap();
        std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
        for name in ["link", "dangling", "folder", "fifo", "socket"] {
            let error = open.read_small(name, 100).unwrap_err();
            assert!(
                error.to_string().contains("not an ordinary file"),
                "{name}: {error}"
            );
        }
        let dev = OpenFolder::open(Path::new("/dev")).unwrap();
        assert!(matches!(dev.open_file("zero"), Err(Error::Damaged { .. })));
    }

    #[test]
    fn a_name_never_leads_out_of_the_folder() {
        let (dir, open) = folder();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("sub/a"), "x").unwrap();
        for name in ["sub/a", "../a", "/etc/passwd", "..", "a\0b", ""] {
            let error = open.open_file(name).unwrap_err();
            assert!(
                matches!(&error, Error::Damaged { path, .. } if path == dir.path()),
                "{name:?}: {error}"
            );
        }
    }

    #[test]
    fn a_folder_behind_a_link_is_not_opened() {
        let (dir, _) = folder();
        fs::create_dir(dir.path().join("real")).unwrap();
        symlink("real", dir.path().join("link")).unwrap();
        for path in ["link", "link/", "link/."] {
            let error = OpenFolder::open(&dir.path().join(path)).unwrap_err();
            assert!(
                error.to_string().contains("not a directory"),
                "{path}: {error}"
            );
        }
        assert!(OpenFolder::open(&dir.path().join("real/")).is_ok());
    }

    #[test]
    fn a_listing_is_sorted_stops_at_its_limit_and_sets_odd_names_apart() {
        let (dir, open) = folder();
        for name in ["b", "a", "c"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        fs::write(dir.path().join(OsStr::from_bytes(b"x\xff\x1b")), "").unwrap();
        let whole = open.names(4).unwrap();
        assert_eq!(
            (whole.names, whole.more),
            (vec!["a".to_string(), "b".into(), "c".into()], false)
        );
        assert_eq!(whole.odd, [r"x\xff\x1b"]);
        let part = open.names(3).unwrap();
        assert_eq!((part.names.len() + part.odd.len(), part.more), (3, true));
        // a second listing starts from the beginning
        assert_eq!(open.names(100).unwrap().names.len(), 3);
    }

    #[test]
    fn an_empty_answer_is_not_believed_once_the_device_is_gone() {
        let (dir, mut open) = folder();
        let device = tempfile::NamedTempFile::new().unwrap();
        open.presence = Presence::of_entry(device.path().to_owned());
        assert_eq!(open.read_small("a", 1).unwrap(), None);
        assert_eq!(open.names(1).unwrap(), Listing::default());
        drop(device);
        assert!(matches!(open.read_small("a", 1), Err(Error::Io { .. })));
        assert!(matches!(open.names(1), Err(Error::Io { .. })));
        // a device that never had an entry says nothing
        open.presence = Presence::of_entry(dir.path().join("none"));
        assert_eq!(open.names(1).unwrap(), Listing::default());
    }
}

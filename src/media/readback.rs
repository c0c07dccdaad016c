//! Reads a file from its device and not from memory.
//!
//! A read right after a write is answered from the page cache, also when the stick stored garbage or is smaller than
//! it says. So the cached pages are dropped, and the file is then read past the cache where its file system can.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Advice, Mode, OFlags};
use rustix::io::Errno;

use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};

/// Bytes per read: a multiple of every device's block, and large enough for a stick's full speed.
const CHUNK: usize = 1 << 20;
/// Memory and offsets of direct reads are multiples of this: the largest block of any common device.
const ALIGN: usize = 4096;
/// The file-system type of FUSE, `FUSE_SUPER_MAGIC` of linux/magic.h ("fuseblk" too).
const FUSE: u64 = 0x6573_5546;
/// That of btrfs, `BTRFS_SUPER_MAGIC` of linux/magic.h: it lies on block devices, under a number of its own.
const BTRFS: u64 = 0x9123_683e;

/// How a file was read back, the surest way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadBack {
    /// From the device, past the page cache (`O_DIRECT`).
    Direct,
    /// After its pages were dropped from the page cache.
    Dropped,
    /// Through a driver outside the kernel (FUSE), which may have answered from a cache of its own: weaker.
    Driver,
    /// From a file system that lies on no block device: memory, a network, an overlay.
    NoDevice,
}

impl ReadBack {
    /// For tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "from the device",
            Self::Dropped => "cache dropped",
            Self::Driver => "through a driver",
            Self::NoDevice => "not from a device",
        }
    }
}

/// A file to be read back.
pub(super) struct Target<'a> {
    pub(super) dir: &'a File,
    /// Its name in `dir`.
    pub(super) name: &'a str,
    /// Its full path, for errors.
    pub(super) path: &'a Path,
}

/// Returns the digest of a file as its device has it, or `None` when it is not `bytes` long, and how it was read.
/// `writer` is the open file, flushed.
pub(super) fn digest(
    target: &Target<'_>,
    writer: &File,
    bytes: u64,
    step: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<(Option<Digest>, ReadBack)> {
    let weaker = weaker(writer).map_err(Error::io("read back", target.path))?;
    // also before a direct read: some file systems quietly answer one from the cache (ext4 with data=journal)
    drop_cached(writer).map_err(Error::io("read back", target.path))?;
    let (file, how) = match open(target, OFlags::DIRECT) {
        Ok(file) => (file, ReadBack::Direct),
        Err(Errno::INVAL | Errno::OPNOTSUPP) => (open_cached(target)?, ReadBack::Dropped),
        Err(errno) => return Err(Error::io("read back", target.path)(errno.into())),
    };
    let how = how.max(weaker);
    match read_all(&file, bytes, step) {
        // opened, but this driver cannot read so (or not this file's last block)
        Err(Stop::Read(error))
            if error.kind() == ErrorKind::InvalidInput && how != ReadBack::Dropped =>
        {
            drop_cached(writer).map_err(Error::io("read back", target.path))?;
            let again = read_all(&open_cached(target)?, bytes, step);
            let how = ReadBack::Dropped.max(weaker);
            Ok((again.map_err(|stop| stop.at(target.path))?, how))
        }
        answer => Ok((answer.map_err(|stop| stop.at(target.path))?, how)),
    }
}

fn open(target: &Target<'_>, more: OFlags) -> rustix::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | more;
    Ok(rustix::fs::openat(target.dir, target.name, flags, Mode::empty())?.into())
}

fn open_cached(target: &Target<'_>) -> Result<File> {
    open(target, OFlags::empty()).map_err(|errno| Error::io("read back", target.path)(errno.into()))
}

/// Drops a flushed file's pages from the page cache. A `len` of `None` means to the end.
pub(super) fn drop_cached(file: &File) -> io::Result<()> {
    Ok(rustix::fs::fadvise(file, 0, None, Advice::DontNeed)?)
}

/// The surest way in which a file of this file system can be read. A read past the page cache is answered by tmpfs, by
/// overlays and over networks as well (Linux 6.6 and newer), from whatever they have.
fn weaker(file: &File) -> io::Result<ReadBack> {
    // the field's type differs between machines; the value fits all of them
    let kind = rustix::fs::fstatfs(file)?.f_type as u64;
    let has_number = rustix::fs::major(file.metadata()?.dev()) != 0;
    Ok(match kind {
        FUSE => ReadBack::Driver,
        BTRFS => ReadBack::Direct,
        _ if has_number => ReadBack::Direct,
        _ => ReadBack::NoDevice,
    })
}

/// Why reading ended early.
enum Stop {
    Read(io::Error),
    Caller(Error),
}

impl Stop {
    fn at(self, path: &Path) -> Error {
        match self {
            Self::Read(error) => Error::io("read back", path)(error),
            Self::Caller(error) => error,
        }
    }
}

/// Digests a file that should be `bytes` long; `None` if it is longer or shorter.
fn read_all(
    mut file: &File,
    bytes: u64,
    step: &mut dyn FnMut(u64) -> Result<()>,
) -> std::result::Result<Option<Digest>, Stop> {
    let about = file.metadata().map_err(Stop::Read)?;
    if !about.is_file() || about.len() != bytes {
        return Ok(None);
    }
    let mut buffer = AlignedBuffer::new();
    let mut hasher = Hasher::new();
    let mut total = 0;
    // stops at the length, not at an empty read: past an odd end some drivers call a direct read misaligned
    while total < bytes {
        let count = match file.read(buffer.bytes()) {
            Ok(0) => return Ok(None),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Stop::Read(error)),
        };
        hasher.update(buffer.bytes().get(..count).unwrap_or_default());
        total += count as u64;
        step(total).map_err(Stop::Caller)?;
    }
    Ok((total == bytes).then(|| hasher.finish()))
}

/// [`CHUNK`] bytes that begin at a multiple of [`ALIGN`], as direct reads need it.
struct AlignedBuffer {
    room: Vec<u8>,
    start: usize,
}

impl AlignedBuffer {
    fn new() -> Self {
        let room = vec![0; CHUNK + ALIGN];
        let start = room.as_ptr().align_offset(ALIGN);
        Self { room, start }
    }

    /// The aligned bytes. (None at all if the address could not be worked out: then the read-back fails.)
    fn bytes(&mut self) -> &mut [u8] {
        let end = self.start.saturating_add(CHUNK);
        self.room.get_mut(self.start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Flushed, NewFolder};
    use super::*;
    use std::fs;
    use std::io::{Seek, SeekFrom, Write};
    use std::path::PathBuf;
    use std::process::Command;

    fn flushed(parent: &Path, bytes: &[u8]) -> (Flushed, PathBuf) {
        let folder = NewFolder::create(parent, "thing").unwrap();
        let mut file = folder.new_file("a").unwrap();
        file.append(bytes).unwrap();
        (file.sync().unwrap(), folder.path().join("a.unfinished"))
    }

    fn is_refused(flushed: Flushed, path: &Path) -> bool {
        matches!(flushed.read_back(), Err(Error::ReadBack(at)) if at == path)
    }

    #[test]
    fn a_file_that_is_not_what_was_written_is_refused() {
        let good = [5; 5000];
        let one_bit: Vec<u8> = [&good[..4999], &[4]].concat();
        let longer = [5; 5001];
        for bad in [&one_bit[..], &good[..4999], &longer[..], b""] {
            let parent = tempfile::tempdir().unwrap();
            let (flushed, path) = flushed(parent.path(), &good);
            fs::write(&path, bad).unwrap();
            assert!(is_refused(flushed, &path), "{} bytes", bad.len());
        }
    }

    #[test]
    fn a_file_replaced_by_a_link_or_gone_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let (flushed, path) = flushed(parent.path(), b"x");
        fs::rename(&path, path.with_extension("moved")).unwrap();
        std::os::unix::fs::symlink(path.with_extension("moved"), &path).unwrap();
        assert!(matches!(flushed.read_back(), Err(Error::Io { .. })));
    }

    #[test]
    fn every_length_around_a_block_is_read_back_both_ways() {
        for length in [
            0,
            1,
            511,
            512,
            513,
            4095,
            4096,
            4097,
            CHUNK - 1,
            CHUNK,
            CHUNK + 1,
        ] {
            let parent = tempfile::tempdir().unwrap();
            let bytes = vec![9; length];
            let (flushed, path) = flushed(parent.path(), &bytes);
            let mut hasher = Hasher::new();
            hasher.update(&bytes);
            let file = File::open(&path).unwrap();
            drop_cached(&file).unwrap();
            let cached = read_all(&file, length as u64, &mut |_| Ok(()));
            assert!(
                cached.is_ok_and(|digest| digest == Some(hasher.finish())),
                "{length}"
            );
            let written = flushed.read_back().unwrap();
            assert_eq!(written.proven().bytes, length as u64);
        }
    }

    #[test]
    fn a_buffer_begins_at_a_block_and_is_one_chunk() {
        let mut buffer = AlignedBuffer::new();
        assert_eq!(
            (
                buffer.bytes().as_ptr() as usize % ALIGN,
                buffer.bytes().len()
            ),
            (0, CHUNK)
        );
    }

    /// An ext4 file system in a file, mounted, and unmounted whatever happens.
    struct Medium {
        dir: tempfile::TempDir,
    }

    impl Medium {
        fn new() -> Option<Self> {
            let medium = Self {
                dir: tempfile::tempdir().unwrap(),
            };
            File::create(medium.image())
                .unwrap()
                .set_len(16 << 20)
                .unwrap();
            fs::create_dir(medium.mount()).unwrap();
            let run = |command: &mut Command| {
                command.output().is_ok_and(|output| output.status.success())
            };
            let made = run(Command::new("mkfs.ext4").arg("-q").arg(medium.image()));
            let mounted = made
                && run(Command::new("mount")
                    .args(["-o", "loop"])
                    .args([medium.image(), medium.mount()]));
            mounted.then_some(medium)
        }

        fn image(&self) -> PathBuf {
            self.dir.path().join("image")
        }

        fn mount(&self) -> PathBuf {
            self.dir.path().join("mount")
        }

        /// Changes one byte of `bytes` on the medium itself, below the file system and its page cache.
        fn damage(&self, bytes: &[u8]) {
            let image = fs::read(self.image()).unwrap();
            let place = image
                .windows(bytes.len())
                .position(|window| window == bytes)
                .unwrap();
            let mut file = File::options().write(true).open(self.image()).unwrap();
            file.seek(SeekFrom::Start(place as u64)).unwrap();
            file.write_all(b"X").unwrap();
            file.sync_all().unwrap();
        }
    }

    impl Drop for Medium {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(self.mount()).output();
        }
    }

    const TEXT: &[u8] = b"what the program wrote and a bad stick does not keep";

    #[test]
    fn damage_on_the_medium_is_seen_although_the_page_cache_has_the_right_bytes() {
        let Some(medium) = Medium::new() else {
            crate::tests::skipped(
                crate::tests::Need::Root,
                "a loop mount needs root and mkfs.ext4",
            );
            return;
        };
        let (flushed, path) = flushed(&medium.mount(), TEXT);
        medium.damage(TEXT);
        assert_eq!(
            fs::read(&path).unwrap(),
            TEXT,
            "the page cache still has it"
        );
        assert!(is_refused(flushed, &path));
    }

    #[test]
    fn dropping_cached_pages_shows_damage_where_direct_reads_are_not_possible() {
        let Some(medium) = Medium::new() else {
            crate::tests::skipped(
                crate::tests::Need::Root,
                "a loop mount needs root and mkfs.ext4",
            );
            return;
        };
        let (_flushed, path) = flushed(&medium.mount(), TEXT);
        medium.damage(TEXT);
        let file = File::open(&path).unwrap();
        assert_eq!(
            fs::read(&path).unwrap(),
            TEXT,
            "the page cache still has it"
        );
        drop_cached(&file).unwrap();
        assert_ne!(fs::read(&path).unwrap(), TEXT);
    }

    #[test]
    fn what_lies_in_memory_is_never_said_to_come_from_a_device() {
        let Ok(parent) = tempfile::tempdir_in("/dev/shm") else {
            crate::tests::skipped(crate::tests::Need::Root, "there is no /dev/shm to write to");
            return;
        };
        let about = rustix::fs::statfs(parent.path()).unwrap();
        assert_eq!(about.f_type as u64, 0x0102_1994, "it is a tmpfs");
        let (flushed, _) = flushed(parent.path(), TEXT);
        let how = flushed.read_back().unwrap().proven().how;
        assert_eq!(how, ReadBack::NoDevice);
    }

    #[test]
    fn a_whole_file_on_a_disk_is_read_back_directly() {
        let Some(medium) = Medium::new() else {
            crate::tests::skipped(
                crate::tests::Need::Root,
                "a loop mount needs root and mkfs.ext4",
            );
            return;
        };
        let (flushed, _) = flushed(&medium.mount(), TEXT);
        assert_eq!(flushed.read_back().unwrap().proven().how, ReadBack::Direct);
    }
}

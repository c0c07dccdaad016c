//! What lies at a path, anywhere: whether it is there, its bytes if it is small, and whether a program holds it.
//!
//! Knows the system's names, files and locks; nothing of what they are for. Follows links, and never waits for a pipe.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, Stat, StatFs, fstat, major, minor, open, stat};
use rustix::io::Errno;
use rustix::process::{Flock, FlockOffsetType, FlockType, fcntl_getlk};
use zeroize::Zeroizing;

use super::follow::canonical;
use super::reading::{is_regular, size};

/// File systems whose files the kernel makes up when they are read (`linux/magic.h`).
const MADE_UP: [u64; 13] = [
    0x9fa0,      // proc
    0x6265_6572, // sysfs
    0x0027_e0eb, // cgroup
    0x6367_7270, // cgroup2
    0x6462_6720, // debugfs
    0x7472_6163, // tracefs
    0x7363_6673, // securityfs
    0x1cd1,      // devpts
    0xcafe_4a11, // bpf
    0x6265_6570, // configfs
    0xde5e_81e4, // efivarfs
    0x6165_676c, // pstore
    0xf97c_ff8c, // selinuxfs
];

/// Whether what lies at a path is no file of anybody: the kernel makes it up, or it is a device.
pub(super) fn is_made_up(path: &Path) -> bool {
    let system = rustix::fs::statfs(path);
    path.starts_with("/dev") || system.is_ok_and(|system| is_of_kernel(&system))
}

/// Whether something open is of such a file system.
pub(super) fn is_made_up_here(at: &OwnedFd) -> bool {
    rustix::fs::fstatfs(at).is_ok_and(|system| is_of_kernel(&system))
}

fn is_of_kernel(system: &StatFs) -> bool {
    MADE_UP.contains(&(system.f_type as u64 & 0xffff_ffff))
}

/// What lies at a path, links followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum There {
    /// A regular file.
    File {
        /// Bytes.
        size: u64,
        /// `st_mode & 0o7777`.
        mode: u32,
    },
    /// A directory.
    Directory,
    /// A pipe, a socket or a device.
    Special,
    /// Nothing.
    Nothing,
    /// It cannot be looked at: the system's words.
    Hidden(String),
}

/// Looks what lies at `path`, without opening it.
pub fn there(path: &Path) -> There {
    let seen = match stat(path) {
        Ok(seen) => seen,
        Err(Errno::NOENT | Errno::NOTDIR) => return There::Nothing,
        Err(errno) => return There::Hidden(errno_text(errno)),
    };
    match FileType::from_raw_mode(seen.st_mode) {
        FileType::RegularFile => There::File {
            size: size(&seen),
            mode: seen.st_mode & 0o7777,
        },
        FileType::Directory => There::Directory,
        _ => There::Special,
    }
}

/// Where a path really leads, links resolved; `None` when it leads nowhere.
pub fn resolved(path: &Path) -> Option<PathBuf> {
    let at = open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let bytes = canonical(&at).ok()?;
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

/// Reads a file of at most `most` bytes.
///
/// # Errors
/// Why not, in words.
pub fn fetch(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    let (file, seen) = open_regular(path)?;
    let length = usize::try_from(size(&seen)).unwrap_or(usize::MAX);
    if length > most {
        return Err(format!("it has more than {most} bytes"));
    }
    // One byte more than there is, so that growth shows.
    let bytes = read(file, length + 1)?;
    if bytes.len() > length {
        return Err("it grew while it was read".into());
    }
    Ok(bytes)
}

/// Reads the first bytes of a file, at most `most`.
///
/// # Errors
/// Why not, in words.
pub fn beginning(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    read(open_regular(path)?.0, most)
}

/// Reads at most `most` bytes, into memory that is never moved.
fn read(mut file: File, most: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut bytes = Zeroizing::new(vec![0; most]);
    let mut filled = 0;
    while let Some(room) = bytes.get_mut(filled..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// The name of the program that holds a lock on `path`, "process 4711", where one does and that can be seen from here.
pub(super) fn holder(path: &Path) -> Option<String> {
    let (file, seen) = open_regular(path).ok()?;
    let wanted = Flock {
        start: 0,
        length: 0,
        pid: None,
        typ: FlockType::WriteLock,
        offset_type: FlockOffsetType::Set,
    };
    match fcntl_getlk(&file, &wanted) {
        Ok(Some(held)) => Some(held.pid.map_or_else(
            || "another program".into(),
            |pid| format!("process {}", pid.as_raw_nonzero()),
        )),
        _ => listed_holder(&seen),
    }
}

/// The other kind of lock (`flock`) cannot be asked for without taking it; the kernel lists them.
fn listed_holder(seen: &Stat) -> Option<String> {
    let locks = fetch_special("/proc/locks", 1 << 20)?;
    let (major, minor) = (major(seen.st_dev), minor(seen.st_dev));
    let wanted = format!("{major:02x}:{minor:02x}:{}", seen.st_ino);
    // "1: FLOCK  ADVISORY  WRITE 4711 08:01:12345 0 EOF"
    locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let at = fields.iter().position(|field| *field == wanted)?;
        let pid = at.checked_sub(1).and_then(|before| fields.get(before))?;
        Some(format!("process {pid}"))
    })
}

/// Whether the process with this number runs here and is a Java program.
pub(super) fn is_java(pid: u32) -> bool {
    fetch_special(&format!("/proc/{pid}/comm"), 64).is_some_and(|name| name.trim() == "java")
}

/// A file of the kernel, whose size says nothing.
fn fetch_special(path: &str, most: u64) -> Option<String> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(most).read_to_string(&mut text).ok()?;
    Some(text)
}

fn open_regular(path: &Path) -> Result<(File, Stat), String> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    // Opening a device can do something; a pipe or device is told apart before and after.
    if let Some(why) = why_no_file(there(path)) {
        return Err(why);
    }
    let file = open(path, flags, Mode::empty()).map_err(errno_text)?;
    let seen = fstat(&file).map_err(errno_text)?;
    if !is_regular(&seen) {
        return Err("it is neither a file nor a directory".into());
    }
    Ok((file.into(), seen))
}

/// Why what lies somewhere is no file to be read, if it is none.
pub(super) fn why_no_file(there: There) -> Option<String> {
    match there {
        There::File { .. } => None,
        There::Nothing => Some("it is not there".into()),
        There::Directory => Some("it is a directory".into()),
        There::Special => Some("it is neither a file nor a directory".into()),
        There::Hidden(why) => Some(why),
    }
}

pub(super) fn errno_text(errno: Errno) -> String {
    std::io::Error::from(errno).to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_fetched_whole_and_never_more_than_was_allowed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        fs::write(&path, "12345").unwrap();
        symlink("f", dir.path().join("l")).unwrap();
        assert_eq!(*fetch(&path, 5).unwrap(), b"12345");
        assert_eq!(*fetch(&dir.path().join("l"), 5).unwrap(), b"12345");
        assert!(fetch(&path, 4).unwrap_err().contains("more than 4"));
        assert!(fetch(dir.path(), 4).unwrap_err().contains("directory"));
        let gone = dir.path().join("gone");
        assert_eq!(fetch(&gone, 4).unwrap_err(), "it is not there");
    }

    #[test]
    fn pipes_and_devices_are_told_apart_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("p");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .unwrap();
        assert_eq!(there(&pipe), There::Special);
        assert!(fetch(&pipe, 10).is_err());
        assert_eq!(there(Path::new("/dev/null")), There::Special);
        assert!(fetch(Path::new("/dev/zero"), 10).is_err());
        assert_eq!(there(&dir.path().join("x")), There::Nothing);
    }

    #[test]
    fn a_link_resolves_to_the_place_itself() {
        let dir = tempfile::tempdir().unwrap();
        let real = resolved(dir.path()).unwrap();
        fs::write(real.join("f"), "").unwrap();
        symlink("../f", real.join("l")).unwrap();
        assert_eq!(resolved(&real.join("l")), None);
        fs::remove_file(real.join("l")).unwrap();
        symlink("f", real.join("l")).unwrap();
        assert_eq!(resolved(&real.join("x/../l")), None);
        assert_eq!(resolved(&real.join("l")), Some(real.join("f")));
    }

    #[test]
    fn a_lock_of_either_kind_is_seen_while_it_is_held() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("process-id");
        fs::write(&path, "1").unwrap();
        assert_eq!(holder(&path), None);
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        // As `flock(1)` and most databases do; the kernel may not list it inside a container.
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).unwrap();
        let listed = fetch_special("/proc/locks", 1 << 20).is_some_and(|text| !text.is_empty());
        if listed {
            assert!(holder(&path).is_some());
        }
        rustix::fs::flock(&file, rustix::fs::FlockOperation::Unlock).unwrap();
        assert_eq!(holder(&path), None);
    }
}

//! What a killed run left beside the places to which it put single things, and whether it may be removed.
//!
//! Knows names, locks and process ids; not what is in the files. Nothing is removed that somebody may still be writing.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, FlockOperation, Mode, OFlags, Stat, flock, fstat, openat, statat, unlinkat,
};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::absolute::{Way, below_root, open_to_list, shown, walk};
use super::names::each;
use crate::error::{Error, Result};

/// What the names of unfinished things begin with.
pub const UNFINISHED: &str = ".coldvault-unfinished-";

/// Something unfinished that a run left, or is still at.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    /// Where it is: absolute.
    pub path: PathBuf,
    /// Whether it is a file of a run that has ended for certain.
    pub is_over: bool,
}

/// The name of the unfinished file `number` of this process.
pub(super) fn name(number: u32) -> String {
    format!("{UNFINISHED}{}-{number}", std::process::id())
}

/// Marks a new file as one that is being written, for as long as it is open.
pub(super) fn mark(file: impl AsFd) {
    // Where a file system has no locks, the process id in the name has to do.
    let _ = flock(file, FlockOperation::NonBlockingLockExclusive);
}

/// What is unfinished in a directory.
///
/// # Errors
/// [`Error::Io`].
pub fn left_in(directory: &[u8]) -> Result<Vec<Left>> {
    let Way::There(at) = walk(below_root(directory)?)? else {
        return Ok(Vec::new());
    };
    let mut left = Vec::new();
    let Ok(open) = open_to_list(directory) else {
        // Who may not list it did not leave anything there.
        return Ok(left);
    };
    each(&open.into(), |name| {
        if name.starts_with(UNFINISHED.as_bytes()) {
            left.push(Left {
                path: shown(directory).join(shown(name)),
                is_over: over(&at, name).is_some(),
            });
        }
        Ok(true)
    })
    .map_err(super::io("list", shown(directory)))?;
    Ok(left)
}

/// Removes what a run left in `directory` that has ended. Answers whether it was one.
///
/// # Errors
/// [`Error::Io`].
pub fn remove_left(path: &Path) -> Result<bool> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let (directory, name) = super::path::split(below_root(bytes)?);
    let Way::There(at) = walk(directory)? else {
        return Ok(false);
    };
    let Some((_open, seen)) = over(&at, name) else {
        return Ok(false);
    };
    let again = statat(&at, name, AtFlags::SYMLINK_NOFOLLOW).map_err(super::io("remove", path))?;
    if (again.st_dev, again.st_ino) != (seen.st_dev, seen.st_ino) {
        return Err(Error::Changed(path.to_owned()));
    }
    unlinkat(&at, name, AtFlags::empty()).map_err(super::io("remove", path))?;
    Ok(true)
}

/// The file of a run that has ended, open and locked.
fn over(at: &OwnedFd, name: &[u8]) -> Option<(File, Stat)> {
    if is_running(process(name)?) {
        return None;
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let open = openat(at, name, flags | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let seen = fstat(&open).ok()?;
    if FileType::from_raw_mode(seen.st_mode) != FileType::RegularFile {
        return None;
    }
    // A process of another container may write it, under a number that says nothing here.
    let answer = flock(&open, FlockOperation::NonBlockingLockExclusive);
    says_over(answer).then(|| (open.into(), seen))
}

/// Whether the answer of a lock says that nobody writes the file: it was given, or the file system has none.
fn says_over(answer: rustix::io::Result<()>) -> bool {
    matches!(answer, Ok(()) | Err(Errno::NOTSUP | Errno::NOSYS))
}

/// Which process wrote a file of this name, if it is one of [`name`].
fn process(name: &[u8]) -> Option<Pid> {
    let name = std::str::from_utf8(name).ok()?;
    let (process, number) = name.strip_prefix(UNFINISHED)?.split_once('-')?;
    number.parse::<u32>().ok()?;
    Pid::from_raw(process.parse().ok().filter(|process| *process > 0)?)
}

/// Whether it may be at work. This process looks before it writes: a file with its number is not its own.
fn is_running(process: Pid) -> bool {
    let is_this = process.as_raw_nonzero().get().unsigned_abs() == std::process::id();
    !is_this && test_kill_process(process) != Err(Errno::SRCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;

    /// No process has it: Linux gives none above 4,194,304.
    const NOBODY: u32 = 4_194_305;

    fn bytes(path: &Path) -> Vec<u8> {
        path.as_os_str().as_bytes().to_vec()
    }

    #[test]
    fn a_lock_that_fails_for_another_reason_does_not_say_that_nobody_writes() {
        assert!(says_over(Ok(())));
        for errno in [Errno::NOTSUP, Errno::NOSYS] {
            assert!(says_over(Err(errno)), "{errno}");
        }
        for errno in [Errno::WOULDBLOCK, Errno::BADF, Errno::NOLCK, Errno::INTR] {
            assert!(!says_over(Err(errno)), "{errno}");
        }
    }

    #[test]
    fn only_a_file_of_a_process_that_is_gone_is_over_and_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        let parent = std::os::unix::process::parent_id();
        let named = |rest: &str| top.join(format!("{UNFINISHED}{rest}"));
        let (gone, own) = (format!("{NOBODY}-0"), format!("{}-3", std::process::id()));
        let running = format!("{parent}-0");
        let held = format!("{NOBODY}-1");
        for name in [
            &gone, &own, &running, &held, "0-0", "-1-0", "x-0", "1a2b3c4d",
        ] {
            fs::write(named(name), "half").unwrap();
        }
        fs::create_dir(named(&format!("{NOBODY}-2"))).unwrap();
        std::os::unix::fs::symlink(named(&gone), named(&format!("{NOBODY}-4"))).unwrap();
        fs::write(top.join("other"), "").unwrap();
        let writing = File::open(named(&held)).unwrap();
        mark(&writing);
        let left = left_in(&bytes(&top)).unwrap();
        assert_eq!(left.len(), 10);
        let mut over: Vec<PathBuf> = left
            .into_iter()
            .filter(|one| one.is_over)
            .map(|one| one.path)
            .collect();
        over.sort();
        let mut wanted = [named(&gone), named(&own)];
        wanted.sort();
        assert_eq!(over, wanted);
        for path in [named(&held), named(&running), top.join("other")] {
            assert!(!remove_left(&path).unwrap() && path.exists(), "{path:?}");
        }
        drop(writing);
        for path in [named(&gone), named(&own), named(&held)] {
            assert!(remove_left(&path).unwrap() && !path.exists(), "{path:?}");
        }
        assert!(left_in(&bytes(&top.join("none"))).unwrap().is_empty());
    }
}

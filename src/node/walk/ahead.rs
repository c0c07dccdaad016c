//! What is looked up of the next files of a directory before their turn: many at once, by several threads.
//!
//! Knows an open directory and names in it. The order in which files are visited is not its business: it answers in the
//! order in which it was asked.
//!
//! A system call for each of 100,000 files is where the time of a walk goes. What is found here may be old by the time
//! it is visited, by as much as a block of files takes: enough to count and to tell what a file is, and not enough to
//! say that it stood still, for which a reading looks itself.

use std::num::NonZeroUsize;
use std::os::fd::OwnedFd;
use std::sync::LazyLock;
use std::thread;

use rustix::fs::{AtFlags, Mode, OFlags, Stat, fstat, openat, statat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::node::reading::{fill, is_regular, size};

/// The most bytes of a file's beginning that are read ahead.
const BEGINNING: usize = 4096;
/// How many files are looked up at once: at most 2 MiB of their beginnings are in memory.
const BLOCK: usize = 512;
/// With fewer files, another thread costs more than it saves.
const FEW: usize = 64;
/// More threads wait for one another in the kernel.
const MOST_THREADS: usize = 4;

/// What is looked up of the files in a directory before their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::node) enum Ahead {
    /// Nothing: each in its turn.
    Nothing,
    /// What the system says about each.
    Facts,
    /// That, and the first bytes of each that has at most so many.
    Beginnings(u64),
}

/// What was found under a name.
pub(super) struct Found {
    pub(super) seen: Result<Stat, Errno>,
    /// The first bytes of a regular file, where they were wanted and could be read; all bytes of a small one. They may be
    /// those of a key.
    pub(super) first: Option<Zeroizing<Vec<u8>>>,
}

impl Found {
    /// What the system says about a name.
    pub(super) fn at(dir: &OwnedFd, name: &[u8]) -> Self {
        Self {
            seen: statat(dir, name, AtFlags::SYMLINK_NOFOLLOW),
            first: None,
        }
    }

    /// Its first bytes, where they were read.
    pub(super) fn beginning(&self) -> Option<&[u8]> {
        self.first.as_ref().map(|first| first.as_slice())
    }

    /// Likewise, with the first bytes if it is a regular file of at most `most`: through one way to the file instead of
    /// two. What is none, or cannot be opened, is only looked at.
    fn with_beginning(dir: &OwnedFd, name: &[u8], most: u64, buffer: &mut [u8]) -> Self {
        // A pipe put in the file's place must not make the open wait.
        let flags = OFlags::RDONLY
            .union(OFlags::NOFOLLOW)
            .union(OFlags::NONBLOCK)
            .union(OFlags::NOCTTY)
            .union(OFlags::CLOEXEC);
        let opened = openat(dir, name, flags, Mode::empty());
        let opened = opened.and_then(|file| Ok((fstat(&file)?, file)));
        let Ok((seen, file)) = opened else {
            return Self::at(dir, name);
        };
        let size = size(&seen);
        if !is_regular(&seen) || size > most {
            return Self {
                seen: Ok(seen),
                first: None,
            };
        }
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(wanted);
        let room = buffer.get_mut(..wanted).unwrap_or_default();
        // Whoever asks for bytes that could not be read tries again, and gets the error.
        let filled = fill(&file, room).ok();
        let first = filled.and_then(|filled| buffer.get(..filled));
        Self {
            seen: Ok(seen),
            first: first.map(|first| Zeroizing::new(first.to_vec())),
        }
    }
}

/// How many threads there are for a walk.
static THREADS: LazyLock<usize> = LazyLock::new(|| {
    let here = thread::available_parallelism();
    here.map_or(1, NonZeroUsize::get).min(MOST_THREADS)
});

/// Looks up the first of `names`, as many as are done at once, in their order.
pub(super) fn look(
    dir: &OwnedFd,
    ahead: Ahead,
    names: &mut dyn Iterator<Item = &[u8]>,
) -> Vec<Found> {
    let names: Vec<&[u8]> = names.take(BLOCK).collect();
    match names.len() < FEW || *THREADS < 2 {
        true => each(dir, ahead, &names),
        false => shared(dir, ahead, &names, *THREADS),
    }
}

/// The same by several threads, each with its part of the names.
fn shared(dir: &OwnedFd, ahead: Ahead, names: &[&[u8]], threads: usize) -> Vec<Found> {
    let mut parts = names.chunks(names.len().div_ceil(threads));
    let own = parts.next().unwrap_or_default();
    thread::scope(|scope| {
        let others: Vec<_> = parts
            .map(|part| {
                let work = move || each(dir, ahead, part);
                (part, thread::Builder::new().spawn_scoped(scope, work))
            })
            .collect();
        let mut found = each(dir, ahead, own);
        for (part, thread) in others {
            let done = thread.ok().and_then(|thread| thread.join().ok());
            // Without another thread it takes longer.
            found.extend(done.unwrap_or_else(|| each(dir, ahead, part)));
        }
        found
    })
}

fn each(dir: &OwnedFd, ahead: Ahead, names: &[&[u8]]) -> Vec<Found> {
    // They may be those of a key.
    let mut buffer = Zeroizing::new([0; BEGINNING]);
    let look = |name: &&[u8]| match ahead {
        Ahead::Nothing | Ahead::Facts => Found::at(dir, name),
        Ahead::Beginnings(most) => Found::with_beginning(dir, name, most, buffer.as_mut_slice()),
    };
    names.iter().map(look).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::symlink;

    use super::*;

    fn open(dir: &std::path::Path) -> OwnedFd {
        File::open(dir).unwrap().into()
    }

    #[test]
    fn several_threads_find_what_one_finds_and_in_the_same_order() {
        let dir = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..BLOCK + 5)
            .map(|number| format!("{number:04}"))
            .collect();
        for (number, name) in names.iter().enumerate() {
            fs::write(dir.path().join(name), vec![b'x'; number]).unwrap();
        }
        let at = open(dir.path());
        let mut answers = Vec::new();
        for threads in [1, 2, 3, 64] {
            let names: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
            let found = shared(&at, Ahead::Beginnings(300), &names, threads).into_iter();
            let found = found.map(|one| {
                let first = one.first.map(|first| first.to_vec());
                (one.seen.unwrap().st_size, first)
            });
            answers.push(found.collect::<Vec<_>>());
        }
        let wanted = (0..BLOCK + 5).map(|number| {
            let first = (number <= 300).then(|| vec![b'x'; number]);
            (number as i64, first)
        });
        assert_eq!(answers[0], wanted.collect::<Vec<_>>());
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }

    #[test]
    fn only_regular_files_give_their_first_bytes_and_everything_is_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("large"), vec![7; 10_000]).unwrap();
        fs::create_dir(dir.path().join("dir")).unwrap();
        symlink("large", dir.path().join("link")).unwrap();
        let at = open(dir.path());
        rustix::fs::mkfifoat(&at, "pipe", Mode::RUSR | Mode::WUSR).unwrap();
        let names = ["large", "dir", "link", "pipe", "gone"];
        let names = &mut names.iter().map(|name| name.as_bytes());
        let found = look(&at, Ahead::Beginnings(u64::MAX), names);
        let firsts: Vec<usize> = found
            .iter()
            .map(|one| one.first.as_ref().map_or(0, |first| first.len()))
            .collect();
        assert_eq!(firsts, [BEGINNING, 0, 0, 0, 0]);
        let kinds = found.iter().map(|one| {
            let seen = one.seen.as_ref().ok()?;
            Some(rustix::fs::FileType::from_raw_mode(seen.st_mode))
        });
        use rustix::fs::FileType::{Directory, Fifo, RegularFile, Symlink};
        let wanted = [RegularFile, Directory, Symlink, Fifo].map(Some);
        assert_eq!(kinds.collect::<Vec<_>>(), [&wanted[..], &[None]].concat());
    }
}

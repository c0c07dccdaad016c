//! The folder that a salvage fills: what could be proven under the names in the archive, and apart from it what could not.
//!
//! Knows a [`Target`] and what a salvage says; no keys, no copies. The folder is named so that nobody takes it for a whole
//! restore, and what is unproven lies in a folder of its own in it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::error::{Error, Result};
use crate::node::{Candidates, Finished, Target, restore_mode};
use crate::payload::SalvageDeliver;

/// The folder's name.
pub const INCOMPLETE: &str = "INCOMPLETE";
/// The folder in it for what is unproven.
pub const UNPROVEN: &str = "UNPROVEN";
/// How many files of one name are kept as unproven, in `UNPROVEN`, `UNPROVEN-2`, ...
const MOST_OF_A_NAME: usize = 20;

/// A folder named [`INCOMPLETE`] that is being filled.
#[derive(Debug)]
pub struct Incomplete {
    target: Target,
    candidates: Candidates,
    /// Every directory made, listed or not: a file may come although its directory was lost.
    made: HashSet<Vec<u8>>,
    preserve: bool,
}

impl Incomplete {
    /// Makes the folder in `dir`. Without `preserve`, what comes into it is for its owner only.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Io`].
    pub fn create(dir: &Path, preserve: bool) -> Result<Self> {
        let mut target = Target::create_new(&dir.join(INCOMPLETE))?;
        let candidates = target.begin_candidates()?;
        Ok(Self {
            target,
            candidates,
            made: HashSet::new(),
            preserve,
        })
    }

    /// Makes the links, sets modes and times, and flushes everything. Answers what this file system could not hold.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<Finished> {
        self.target.end_candidates(self.candidates)?;
        self.target.finish()
    }

    /// Makes the directories above `path` that nobody listed.
    fn make_parents(&mut self, path: &[u8], mtime: i64) -> Result<()> {
        let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for (end, _) in ends {
            let parent = path.get(..end).unwrap_or_default();
            if !self.made.contains(parent) {
                possible(self.target.directory(parent, 0o700, mtime), parent)?;
                self.made.insert(parent.to_vec());
            }
        }
        Ok(())
    }

    fn take(&mut self, candidate: u64, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        self.make_parents(path, mtime)?;
        let mode = restore_mode(mode, self.preserve);
        let taken = self
            .target
            .take(&self.candidates, candidate, path, mode, mtime);
        possible(taken, path)
    }
}

impl SalvageDeliver for Incomplete {
    fn begin(&mut self, candidate: u64) -> Result<Box<dyn Write + '_>> {
        let file = self.candidates.create(candidate)?;
        let path = self.candidates.full(candidate);
        Ok(Box::new(Named { file, path }))
    }

    fn discard(&mut self, candidate: u64) -> Result<()> {
        self.candidates.remove(candidate)
    }

    fn keep(&mut self, candidate: u64, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        self.take(candidate, path, mode, mtime)
    }

    fn unproven(&mut self, candidate: u64, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        let mut outcome = Ok(());
        for number in 1..=MOST_OF_A_NAME {
            let folder = match number {
                1 => UNPROVEN.to_owned(),
                _ => format!("{UNPROVEN}-{number}"),
            };
            let path = [folder.as_bytes(), b"/", path].concat();
            outcome = self.take(candidate, &path, mode, mtime);
            if !matches!(outcome, Err(Error::Archive { .. })) {
                break;
            }
        }
        outcome
    }

    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        if self.made.contains(path) {
            return Ok(());
        }
        self.make_parents(path, mtime)?;
        let mode = restore_mode(mode, self.preserve);
        possible(self.target.directory(path, mode, mtime), path)?;
        self.made.insert(path.to_vec());
        Ok(())
    }

    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        self.make_parents(path, mtime)?;
        self.target.link(path, target, mtime)
    }
}

/// A name that this file system does not take concerns one file, and is no reason to give up the others.
fn possible<T>(answer: Result<T>, path: &[u8]) -> Result<T> {
    answer.map_err(|error| {
        let errno = match &error {
            Error::Io { error, .. } => Errno::from_io_error(error),
            _ => None,
        };
        match errno {
            Some(Errno::INVAL | Errno::NAMETOOLONG | Errno::ILSEQ) => Error::Archive {
                member: format!("{:?}", String::from_utf8_lossy(path)),
                why: "this file system does not take its name".into(),
            },
            _ => error,
        }
    })
}

/// A file that can say where it is when writing fails.
struct Named {
    file: File,
    path: PathBuf,
}

impl Write for Named {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        written.map_err(|error| Error::io("write", &self.path)(error).into_io())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Cursor;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;
    use crate::cipher::HEADER_BYTES;
    use crate::entry::{Entry, EntryKind};
    use crate::key::VaultKey;
    use crate::payload::{Bounds, PayloadWriter, Root, Salvaged, salvage};

    /// `d` with `a` and `b` of 300,000 bytes each, a link to outside and one to inside; and where the bytes of b begin.
    fn sealed(key: &VaultKey) -> Vec<u8> {
        let mut writer = PayloadWriter::new(key, Vec::new()).unwrap();
        let mut add = |path: &str, kind, mode, content: &[u8]| {
            let entry = Entry {
                path: path.into(),
                kind,
                mode,
                mtime: 1_770_000_000,
                outside: None,
            };
            let content = &mut &*content;
            let file = matches!(entry.kind, EntryKind::File { .. });
            let content = file.then_some(content as &mut dyn io::Read);
            writer.add(Root::Node(0), &entry, content).unwrap();
        };
        add("", EntryKind::Directory, 0o755, b"");
        add("d", EntryKind::Directory, 0o550, b"");
        for name in ["d/a", "d/b"] {
            let content = noise(name.as_bytes()[2]);
            let size = content.len() as u64;
            add(name, EntryKind::File { size }, 0o4644, &content);
        }
        for (name, target) in [("d/l", "a"), ("d/out", "../../../../etc/passwd")] {
            let target = target.into();
            add(name, EntryKind::Link { target }, 0o777, b"");
        }
        writer.finish().unwrap().0
    }

    fn noise(seed: u8) -> Vec<u8> {
        let mut state = u64::from(seed);
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 3) as u8
        };
        (0..300_000).map(|_| next()).collect()
    }

    fn salvaged(copies: &[Vec<u8>], key: &VaultKey, into: &Path, preserve: bool) -> Salvaged {
        let mut incomplete = Incomplete::create(into, preserve).unwrap();
        let copies = copies.iter().map(Cursor::new).collect();
        let bounds = Bounds {
            plain_bytes: 1 << 20,
            members: 100,
        };
        let name = Path::new("payload.age");
        let done = salvage(key, copies, None, name, bounds, &mut incomplete).unwrap();
        assert_eq!(incomplete.finish().unwrap(), Finished::default());
        done
    }

    /// Damages the encrypted chunk `index`.
    fn damage(bytes: &mut [u8], index: usize) {
        bytes[HEADER_BYTES + 16 + index * 65_552] ^= 1;
    }

    #[test]
    fn what_two_damaged_copies_prove_comes_back_as_it_was_in_a_folder_that_says_what_it_is() {
        let (key, dir) = (VaultKey::draw().unwrap(), tempfile::tempdir().unwrap());
        let whole = sealed(&key);
        let (mut a, mut b) = (whole.clone(), whole);
        damage(&mut a, 2);
        damage(&mut b, 5);
        b[..40].fill(0);
        let done = salvaged(&[a, b], &key, dir.path(), true);
        assert_eq!((done.kept, done.unproven.count), (2, 0));
        // The link to outside is not made, and says so.
        assert_eq!(done.lost.first, [b"node/0/d/out".to_vec()]);
        let folder = dir.path().join("INCOMPLETE");
        let node = folder.join("node/0");
        for name in [b'a', b'b'] {
            let path = node.join("d").join(char::from(name).to_string());
            assert!(fs::read(&path).unwrap() == noise(name));
            let about = fs::metadata(&path).unwrap();
            assert_eq!(about.mode() & 0o7777, 0o644);
            assert_eq!(about.mtime(), 1_770_000_000);
        }
        assert_eq!(fs::metadata(node.join("d")).unwrap().mode() & 0o777, 0o550);
        assert_eq!(fs::read_link(node.join("d/l")).unwrap(), Path::new("a"));
        let names: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        fs::set_permissions(node.join("d"), fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn what_nothing_vouches_for_lies_apart_and_is_for_its_owner_only() {
        let (key, dir) = (VaultKey::draw().unwrap(), tempfile::tempdir().unwrap());
        let mut cut = sealed(&key);
        cut.truncate(400_000);
        let done = salvaged(&[cut], &key, dir.path(), false);
        assert_eq!((done.kept, done.unproven.count), (0, 1));
        let folder = dir.path().join("INCOMPLETE");
        let path = folder.join("UNPROVEN/node/0/d/a");
        assert!(fs::read(&path).unwrap() == noise(b'a'));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o7777, 0o700);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    fn candidate(incomplete: &mut Incomplete, number: u64, content: &[u8]) {
        let mut output = incomplete.begin(number).unwrap();
        output.write_all(content).unwrap();
    }

    #[test]
    fn several_unproven_files_of_one_name_are_all_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut incomplete = Incomplete::create(dir.path(), false).unwrap();
        for number in 0..3 {
            candidate(&mut incomplete, number, &[number as u8]);
            incomplete.unproven(number, b"node/0/x", 0o600, 5).unwrap();
        }
        incomplete.finish().unwrap();
        for (number, folder) in ["UNPROVEN", "UNPROVEN-2", "UNPROVEN-3"].iter().enumerate() {
            let path = dir.path().join(INCOMPLETE).join(folder).join("node/0/x");
            assert_eq!(fs::read(path).unwrap(), [number as u8]);
        }
    }

    #[test]
    fn nothing_comes_under_a_path_that_is_not_plain_or_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let mut incomplete = Incomplete::create(dir.path(), true).unwrap();
        candidate(&mut incomplete, 0, b"first");
        incomplete.keep(0, b"node/0/x", 0o600, 5).unwrap();
        candidate(&mut incomplete, 1, b"second");
        let long = [&b"node/"[..], &[b'n'; 256]].concat();
        for bad in [
            &b"../x"[..],
            b"/x",
            b"node/../../x",
            b"node/0/x",
            b"node/0/x/y",
            b"node//x",
            b"",
            &long,
        ] {
            let kept = incomplete.keep(1, bad, 0o600, 5);
            assert!(matches!(kept, Err(Error::Archive { .. })), "{kept:?}");
            let made = incomplete.link(bad, b"../../../x", 5);
            assert!(matches!(made, Err(Error::Archive { .. })), "{made:?}");
            if bad != b"node/0/x" {
                let unproven = incomplete.directory(bad, 0o700, 5);
                assert!(unproven.is_err() || bad.is_empty(), "{bad:?}");
            }
        }
        incomplete.discard(1).unwrap();
        incomplete.finish().unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        let kept = dir.path().join("INCOMPLETE/node/0/x");
        assert_eq!(fs::read(kept).unwrap(), b"first");
    }

    #[test]
    fn what_an_earlier_salvage_left_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        Incomplete::create(dir.path(), false).unwrap();
        let again = Incomplete::create(dir.path(), false);
        assert!(matches!(again, Err(Error::Exists(_))));
    }
}

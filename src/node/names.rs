//! The names in one directory, sorted by their bytes.
//!
//! Knows how to list an open directory, and nothing of what the names stand for.

use std::os::fd::OwnedFd;

use rustix::fs::{FileType, RawDir};
use rustix::io::Errno;

use super::MOST_ENTRIES;

/// Bytes that one call for names may bring.
const LISTING: usize = 32 << 10;

/// The names in one directory, handed out one by one. Compact, since a directory may hold a million.
#[derive(Debug)]
pub(super) struct Names {
    /// All names, one behind the other.
    bytes: Vec<u8>,
    /// Where each is, the one to be handed out next at the end.
    places: Vec<Name>,
}

#[derive(Clone, Copy, Debug)]
struct Name {
    start: u32,
    length: u16,
    /// Whether the file system says that it is one of a regular file.
    is_file: bool,
}

impl Name {
    fn of(self, bytes: &[u8]) -> &[u8] {
        let start = self.start as usize;
        bytes
            .get(start..start + usize::from(self.length))
            .unwrap_or_default()
    }
}

impl Names {
    /// Reads the names in `directory`, without `.` and `..`.
    pub(super) fn list(directory: &OwnedFd) -> Result<Self, Errno> {
        let (mut bytes, mut places) = (Vec::new(), Vec::new());
        each_of_kind(directory, |name, kind| {
            if places.len() as u64 > MOST_ENTRIES {
                return Ok(false);
            }
            places.push(Name {
                start: u32::try_from(bytes.len()).map_err(|_| Errno::OVERFLOW)?,
                length: u16::try_from(name.len()).map_err(|_| Errno::NAMETOOLONG)?,
                is_file: kind == FileType::RegularFile,
            });
            bytes.extend_from_slice(name);
            Ok(true)
        })?;
        places.sort_unstable_by(|a, b| b.of(&bytes).cmp(a.of(&bytes)));
        Ok(Self { bytes, places })
    }

    /// The next name, if one is left.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        let name = self.places.pop()?;
        Some(name.of(&self.bytes))
    }

    /// The next names, up to the first that is not one of a regular file, as far as the file system says so. They stay
    /// to be handed out.
    pub(super) fn files(&self) -> impl Iterator<Item = &[u8]> {
        let next = self.places.iter().rev();
        let files = next.take_while(|name| name.is_file);
        files.map(|name| name.of(&self.bytes))
    }
}

/// Calls `with` for each name in `directory`, from where its listing stands, until it answers false.
pub(super) fn each(
    directory: &OwnedFd,
    mut with: impl FnMut(&[u8]) -> Result<bool, Errno>,
) -> Result<(), Errno> {
    each_of_kind(directory, |name, _| with(name))
}

/// Likewise, with what the file system says a name is one of; it may say that it does not know.
fn each_of_kind(
    directory: &OwnedFd,
    mut with: impl FnMut(&[u8], FileType) -> Result<bool, Errno>,
) -> Result<(), Errno> {
    let mut buffer = Vec::with_capacity(LISTING);
    let mut listing = RawDir::new(directory, buffer.spare_capacity_mut());
    while let Some(found) = listing.next() {
        let found = found?;
        let name = found.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        // A forged file system could name a way out; the kernel refuses it since 5.4, we do in any case.
        if name.is_empty() || name.contains(&b'/') {
            return Err(Errno::IO);
        }
        if !with(name, found.file_type())? {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};

    #[test]
    fn a_thousand_names_come_in_the_order_of_their_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let mut wanted: Vec<String> = (0..1000).map(|n| format!("file {n}")).collect();
        for name in &wanted {
            fs::write(dir.path().join(name), "").unwrap();
        }
        wanted.sort();
        let mut names = Names::list(&File::open(dir.path()).unwrap().into()).unwrap();
        for name in &wanted {
            assert_eq!(names.next(), Some(name.as_bytes()));
        }
        assert_eq!(names.next(), None);
    }

    #[test]
    fn the_files_to_come_are_those_up_to_the_next_thing_that_is_none() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a", "b", "d"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        fs::create_dir(dir.path().join("c")).unwrap();
        let mut names = Names::list(&File::open(dir.path()).unwrap().into()).unwrap();
        for wanted in [&["a", "b"][..], &["b"], &[], &["d"], &[]] {
            // A file system that does not say what its names are gives none.
            let files: Vec<&[u8]> = names.files().collect();
            let wanted: Vec<&[u8]> = wanted.iter().map(|name| name.as_bytes()).collect();
            assert!(files == wanted || files.is_empty(), "{files:?}");
            names.next();
        }
    }
}

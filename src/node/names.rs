//! The names in one directory, sorted by their bytes.
//!
//! Knows how to list an open directory, and nothing of what the names stand for.

use std::os::fd::OwnedFd;

use rustix::fs::RawDir;
use rustix::io::Errno;

use super::MOST_ENTRIES;

/// Bytes that one call for names may bring.
const LISTING: usize = 32 << 10;

/// The names in one directory, handed out one by one. Compact, since a directory may hold a million.
#[derive(Debug)]
pub(super) struct Names {
    /// All names, each with a zero byte behind it.
    bytes: Vec<u8>,
    /// Where each begins, the one to be handed out next at the end.
    starts: Vec<u32>,
}

impl Names {
    /// Reads the names in `directory`, without `.` and `..`.
    pub(super) fn list(directory: &OwnedFd) -> Result<Self, Errno> {
        let (mut bytes, mut starts) = (Vec::new(), Vec::new());
        each(directory, |name| {
            if starts.len() as u64 > MOST_ENTRIES {
                return Ok(false);
            }
            starts.push(u32::try_from(bytes.len()).map_err(|_| Errno::OVERFLOW)?);
            bytes.extend_from_slice(name);
            bytes.push(0);
            Ok(true)
        })?;
        starts.sort_unstable_by(|a, b| name_at(&bytes, *b).cmp(name_at(&bytes, *a)));
        Ok(Self { bytes, starts })
    }

    /// The next name, if one is left.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        let start = self.starts.pop()?;
        Some(name_at(&self.bytes, start))
    }
}

fn name_at(bytes: &[u8], start: u32) -> &[u8] {
    let rest = bytes.get(start as usize..).unwrap_or_default();
    rest.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Calls `with` for each name in `directory`, from where its listing stands, until it answers false.
pub(super) fn each(
    directory: &OwnedFd,
    mut with: impl FnMut(&[u8]) -> Result<bool, Errno>,
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
        if !with(name)? {
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
}

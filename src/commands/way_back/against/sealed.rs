//! The files of an inventory, as far as a live node is held against them: 24 bytes each, however long their names are.
//!
//! A name and a content stand as hashes under a key that is drawn for this run, so nobody can make two the same, and by
//! chance it is less likely than a fault of the memory. Reads live files to their ends; writes nothing.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use crate::digest::{Digest, HashReader};
use crate::entry::Why;
use crate::error::Result;
use crate::host::interrupt;
use crate::inventory::{Line, LineKind};
use crate::material::{self, Part};
use crate::payload::EXTERNAL;

/// The files of an inventory.
#[derive(Default)]
pub(in crate::commands::way_back) struct Sealed {
    by: RandomState,
    /// In node directories; by the hash of their names once the last one is there.
    files: Vec<One>,
    /// Names of those that hold keys: these are told one by one.
    keys: BTreeMap<u64, Box<[u8]>>,
    /// What lay outside of node directories: few, and looked for where they were.
    pub(super) outside: BTreeMap<Vec<u8>, Outside>,
    /// What was not kept, on purpose or not: nothing of it is new.
    left_out: Vec<u64>,
}

struct One {
    name: u64,
    content: u64,
    /// The low half of its size: most files that changed need not be read.
    size: u32,
    /// Which node directory it is of.
    node: u16,
    is_met: bool,
}

/// A file that lay outside.
pub(super) struct Outside {
    content: u64,
    size: u32,
    pub(super) is_key: bool,
}

impl Sealed {
    /// Takes one line.
    pub(in crate::commands::way_back) fn add(&mut self, line: &Line) {
        match &line.kind {
            LineKind::File { size, sha256 } => {
                let is_key = line.what.as_deref().is_some_and(tells_of_key);
                let is_key = is_key || is_named_as_key(&line.path);
                let content = self.content(*size, sha256);
                self.file(&line.path, (low(*size), content), is_key);
            }
            LineKind::Skipped { why } if *why != Why::Dangling => {
                self.left_out.push(self.name(&line.path));
            }
            _ => {}
        }
    }

    fn file(&mut self, path: &[u8], (size, content): (u32, u64), is_key: bool) {
        let mut parts = path.splitn(3, |byte| *byte == b'/');
        if parts.next() == Some(EXTERNAL.as_bytes()) {
            let one = Outside {
                content,
                size,
                is_key,
            };
            self.outside.insert(path.to_vec(), one);
            return;
        }
        let number = parts.next().and_then(|text| std::str::from_utf8(text).ok());
        let Some(node) = number.and_then(|text| text.parse().ok()) else {
            return;
        };
        let name = self.name(path);
        if is_key {
            self.keys.insert(name, path.into());
        }
        self.files.push(One {
            name,
            content,
            size,
            node,
            is_met: false,
        });
    }

    /// Every line is there: from now on names are found, and none of this node directory was met.
    pub(super) fn begin(&mut self, node: usize) {
        self.files.sort_unstable_by_key(|one| one.name);
        self.left_out.sort_unstable();
        let own = self
            .files
            .iter_mut()
            .filter(|one| usize::from(one.node) == node);
        own.for_each(|one| one.is_met = false);
    }

    /// Meets a live file: whether it has the bytes that were sealed, and whether it held keys; `None` where it was not
    /// sealed.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`].
    pub(super) fn meet(&mut self, place: &[u8], live: &Path, size: u64) -> Result<Option<Met>> {
        let name = self.name(place);
        let Ok(at) = self.files.binary_search_by_key(&name, |one| one.name) else {
            return Ok(None);
        };
        let Some(one) = self.files.get_mut(at) else {
            return Ok(None);
        };
        one.is_met = true;
        let wanted = (one.size, one.content);
        Ok(Some(Met {
            is_same: self.is_same(live, size, wanted)?,
            is_key: self.keys.contains_key(&name),
        }))
    }

    /// Those of a node directory that were not met: the path in the archive of those that held keys.
    pub(super) fn gone(&self, node: usize) -> impl Iterator<Item = Option<&[u8]>> {
        let own = self.files.iter();
        let own = own.filter(move |one| usize::from(one.node) == node && !one.is_met);
        own.map(|one| self.keys.get(&one.name).map(|path| &**path))
    }

    /// Whether what lay outside has the bytes that were sealed.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`].
    pub(super) fn is_as_it_was(&self, live: &Path, size: u64, one: &Outside) -> Result<bool> {
        self.is_same(live, size, (one.size, one.content))
    }

    /// Whether it was left out when the vault was sealed, or a directory that it lies in.
    pub(super) fn leaves_out(&self, path: &[u8]) -> bool {
        let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let ends = slashes.map(|(end, _)| end).chain([path.len()]);
        let mut above = ends.filter_map(|end| path.get(..end));
        above.any(|above| self.left_out.binary_search(&self.name(above)).is_ok())
    }

    fn name(&self, path: &[u8]) -> u64 {
        self.by.hash_one(path)
    }

    fn content(&self, size: u64, sha256: &Digest) -> u64 {
        self.by.hash_one((size, sha256.0))
    }

    /// Whether a live file has the bytes that were sealed. One that cannot be read has not.
    fn is_same(&self, path: &Path, size: u64, (wanted, content): (u32, u64)) -> Result<bool> {
        if low(size) != wanted {
            return Ok(false);
        }
        let read = digest(path)?;
        Ok(read.is_some_and(|(size, sha256)| self.content(size, &sha256) == content))
    }
}

/// A live file that was sealed.
pub(super) struct Met {
    pub(super) is_same: bool,
    pub(super) is_key: bool,
}

fn low(size: u64) -> u32 {
    u32::try_from(size & u64::from(u32::MAX)).unwrap_or_default()
}

/// Whether the inventory's word for a file says that keys are in it.
fn tells_of_key(what: &str) -> bool {
    let what = what.to_ascii_lowercase();
    what.contains("key") && !what.contains("certificate")
}

pub(super) fn is_named_as_key(path: &[u8]) -> bool {
    let of = |part: Part| matches!(part, Part::Key | Part::History | Part::Password);
    // What lies in a node directory is called by its path in it.
    let below = path.splitn(3, |byte| *byte == b'/').nth(2);
    material::named(below.unwrap_or(path)).is_some_and(|(_, pattern)| of(pattern.part))
}

/// Bytes and digest of a live file; `None` of one that cannot be read.
fn digest(path: &Path) -> Result<Option<(u64, Digest)>> {
    let Ok(file) = open(path) else {
        return Ok(None);
    };
    let mut content = HashReader::new(file);
    let mut buffer = vec![0; 1 << 18];
    loop {
        interrupt::check()?;
        match std::io::Read::read(&mut content, &mut buffer) {
            Ok(0) => break,
            Ok(_) => {}
            Err(_) => return Ok(None),
        }
    }
    let (_, read, sha256) = content.into_parts();
    Ok(Some((read, sha256)))
}

fn open(path: &Path) -> std::io::Result<File> {
    // A pipe put in the file's place must not make the open wait.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn add(sealed: &mut Sealed, path: &str, kind: LineKind) {
        sealed.add(&Line {
            path: path.into(),
            kind,
            mode: 0o600,
            mtime: 0,
            what: None,
            outside: None,
        });
    }

    fn file(content: &[u8]) -> LineKind {
        LineKind::File {
            size: content.len() as u64,
            sha256: Digest::of(content),
        }
    }

    #[test]
    fn what_is_met_is_known_by_name_and_content_and_the_rest_of_its_node_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let live = dir.path().join("live");
        fs::write(&live, b"as it was").unwrap();
        let mut sealed = Sealed::default();
        add(&mut sealed, "node/0/a", file(b"as it was"));
        add(&mut sealed, "node/0/b", file(b"as it wasn't"));
        add(&mut sealed, "node/0/c", file(b"as it wax"));
        add(
            &mut sealed,
            "node/0/certificates/nodekeystore.jks",
            file(b"key"),
        );
        add(&mut sealed, "node/1/a", file(b"of another node"));
        add(&mut sealed, "external/0/opt/a.jks", file(b"as it was"));
        sealed.begin(0);
        let mut meet = |place: &str| {
            let met = sealed.meet(place.as_bytes(), &live, 9).unwrap();
            met.map(|met| met.is_same)
        };
        assert_eq!(meet("node/0/a"), Some(true));
        assert_eq!(meet("node/0/b"), Some(false));
        assert_eq!(meet("node/0/c"), Some(false));
        assert_eq!(meet("node/0/never-sealed"), None);
        let gone: Vec<_> = sealed.gone(0).collect();
        assert_eq!(gone, [Some(&b"node/0/certificates/nodekeystore.jks"[..])]);
        assert_eq!(sealed.gone(1).count(), 1);
        let outside = sealed.outside.get(&b"external/0/opt/a.jks"[..]).unwrap();
        assert!(sealed.is_as_it_was(&live, 9, outside).unwrap());
        sealed.begin(0);
        assert_eq!(sealed.gone(0).count(), 4);
    }

    #[test]
    fn what_was_left_out_stands_for_all_that_lies_in_it() {
        let mut sealed = Sealed::default();
        let skipped = |why| LineKind::Skipped { why };
        add(&mut sealed, "node/0/logs", skipped(Why::Excluded));
        add(&mut sealed, "node/0/process-id", skipped(Why::Volatile));
        add(&mut sealed, "node/0/link", skipped(Why::Dangling));
        sealed.begin(0);
        for (path, is_left) in [
            ("node/0/logs/2026/a.log", true),
            ("node/0/logs", true),
            ("node/0/logs-2", false),
            ("node/0/process-id", true),
            ("node/0/link", false),
        ] {
            assert_eq!(sealed.leaves_out(path.as_bytes()), is_left, "{path}");
        }
    }
}

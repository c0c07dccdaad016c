//! The files of an inventory, as far as a live node is held against them.
//!
//! Reads live files to their ends; writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use crate::digest::{Digest, HashReader};
use crate::entry::Why;
use crate::error::Result;
use crate::host::interrupt;
use crate::inventory::{Line, LineKind};
use crate::material::{self, Part};

/// The files of an inventory.
#[derive(Default)]
pub(in crate::commands::way_back) struct Sealed {
    pub(super) files: BTreeMap<Vec<u8>, One>,
    /// What was not kept, on purpose or not: nothing of it is new.
    left_out: BTreeSet<Vec<u8>>,
}

pub(super) struct One {
    size: u64,
    sha256: Digest,
    pub(super) is_key: bool,
}

impl Sealed {
    /// Takes one line.
    pub(in crate::commands::way_back) fn add(&mut self, line: &Line) {
        match &line.kind {
            LineKind::File { size, sha256 } => {
                let is_key = line.what.as_deref().is_some_and(tells_of_key);
                let one = One {
                    size: *size,
                    sha256: *sha256,
                    is_key: is_key || is_named_as_key(&line.path),
                };
                self.files.insert(line.path.clone(), one);
            }
            LineKind::Skipped { why } if *why != Why::Dangling => {
                self.left_out.insert(line.path.clone());
            }
            _ => {}
        }
    }

    /// Whether it was left out when the vault was sealed, or a directory that it lies in.
    pub(super) fn leaves_out(&self, path: &[u8]) -> bool {
        let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let ends = slashes.map(|(end, _)| end).chain([path.len()]);
        let mut above = ends.filter_map(|end| path.get(..end));
        above.any(|above| self.left_out.contains(above))
    }
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

/// Whether a live file has the bytes that were sealed. One that cannot be read has not.
pub(super) fn is_same(path: &Path, size: u64, one: &One) -> Result<bool> {
    if size != one.size {
        return Ok(false);
    }
    let Ok(file) = open(path) else {
        return Ok(false);
    };
    let mut content = HashReader::new(file);
    let mut buffer = vec![0; 1 << 18];
    loop {
        interrupt::check()?;
        match std::io::Read::read(&mut content, &mut buffer) {
            Ok(0) => break,
            Ok(_) => {}
            Err(_) => return Ok(false),
        }
    }
    let (_, read, sha256) = content.into_parts();
    Ok(read == one.size && sha256 == one.sha256)
}

fn open(path: &Path) -> std::io::Result<File> {
    // A pipe put in the file's place must not make the open wait.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags).open(path)
}

//! Compares two trees: every byte, permission, time and link target.

use std::io::Read;
use std::path::Path;

use crate::digest::{Digest, HashReader};
use crate::entry::{Entry, EntryKind};
use crate::error::{Error, Result};
use crate::node::Node;

/// What two trees have in common: everything.
#[derive(Default)]
pub(super) struct Same {
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) directories: u64,
    pub(super) links: u64,
}

/// Compares the trees at `a` and `b`, but for the files of `a` that a sealing leaves out by rule.
///
/// # Errors
/// [`Error::Damaged`] naming the first thing that differs; [`Error::Io`].
pub(super) fn trees(a: &Path, b: &Path, left_out: &[&str]) -> Result<Same> {
    let (mut before, after) = (listed(a)?, listed(b)?);
    before.retain(|(entry, _)| !left_out.iter().any(|name| name.as_bytes() == entry.path));
    let mut same = Same::default();
    let longest = before.len().max(after.len());
    for place in 0..longest {
        match (before.get(place), after.get(place)) {
            (Some(one), Some(other)) if one == other => same.add(&one.0),
            (Some((entry, _)), _) | (None, Some((entry, _))) => return Err(differs(b, entry)),
            (None, None) => {}
        }
    }
    Ok(same)
}

impl Same {
    fn add(&mut self, entry: &Entry) {
        match entry.kind {
            EntryKind::Directory => self.directories += 1,
            EntryKind::File { size } => {
                self.files += 1;
                self.bytes += size;
            }
            EntryKind::Link { .. } => self.links += 1,
            EntryKind::Skipped { .. } => {}
        }
    }
}

/// All entries in order, each file with its digest.
fn listed(path: &Path) -> Result<Vec<(Entry, Option<Digest>)>> {
    let mut entries = Vec::new();
    Node::open(path, true)?.read(&mut |entry, content| {
        let digest = content.map(|content| digest(content, path)).transpose()?;
        entries.push((entry, digest));
        Ok(())
    })?;
    Ok(entries)
}

fn digest(content: &mut dyn Read, path: &Path) -> Result<Digest> {
    let mut content = HashReader::new(content);
    std::io::copy(&mut content, &mut std::io::sink()).map_err(Error::io("read", path))?;
    Ok(content.into_parts().2)
}

fn differs(root: &Path, entry: &Entry) -> Error {
    let path = crate::commands::presented::below(root, &entry.path);
    Error::Damaged {
        path,
        what: "is not as it was before it was sealed".into(),
    }
}

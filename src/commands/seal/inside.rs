//! What the register is told of what goes into a vault: the certificates, and when a key was changed last. Public facts,
//! no names of files without a key.

use std::fs;
use std::os::unix::fs::MetadataExt;

use super::Plan;
use super::taking::Taken;
use crate::contents::{Contents, Place, Store};
use crate::keystore::{Entry, Holds};
use crate::material::Part;
use crate::register::CertificateLine;
use crate::time::Time;

/// The most bytes that certificates take in an entry, counted roughly; those that run out first are kept.
const MOST_BYTES: usize = 96 << 10;
/// The most letters of a path or a name.
const MOST_LETTERS: usize = 200;

/// Public facts of what is sealed.
#[derive(Default)]
pub(super) struct Inside {
    /// Those that run out first.
    pub(super) certificates: Vec<CertificateLine>,
    /// How many are not among them.
    pub(super) left_out: u64,
    /// The newest time of a file with a key in it.
    pub(super) changed: Option<Time>,
}

impl Inside {
    /// Looks at what is taken.
    pub(super) fn of(plan: &Plan, contents: &[Contents], taken: &[Taken]) -> Self {
        let mut inside = Self::default();
        let mut all = Vec::new();
        for ((contents, taken), name) in contents.iter().zip(taken).zip(plan.restore_names()) {
            let node = shown(&name);
            for store in contents
                .stores
                .iter()
                .filter(|store| taken.takes(plan, &store.place))
            {
                let keys: Vec<&Entry> = keys(store).collect();
                if !keys.is_empty() {
                    inside.touch(contents, &store.place);
                }
                all.extend(keys.into_iter().filter_map(|key| line(key, &node, store)));
            }
            let material = contents.material.iter();
            let keys = material.filter(|(_, material)| material.part == Part::Key);
            for (place, _) in keys.filter(|(place, _)| taken.takes(plan, place)) {
                inside.touch(contents, place);
            }
        }
        all.sort_by(|a, b| (a.not_after, &a.node, &a.store).cmp(&(b.not_after, &b.node, &b.store)));
        let mut room = MOST_BYTES;
        for line in all {
            let bytes = 120 + line.node.len() + line.store.len() + line.subject.len();
            match room.checked_sub(bytes) {
                Some(rest) if inside.left_out == 0 => {
                    room = rest;
                    inside.certificates.push(line);
                }
                _ => inside.left_out += 1,
            }
        }
        inside
    }

    fn touch(&mut self, contents: &Contents, place: &Place) {
        let about = fs::metadata(place.path(&contents.base)).ok();
        let changed = about.map(|about| Time::from_unix(about.mtime()));
        self.changed = self.changed.max(changed);
    }
}

fn keys(store: &Store) -> impl Iterator<Item = &Entry> {
    let entries = store.read.iter().flat_map(|read| &read.entries);
    entries.filter(|entry| matches!(entry.holds, Holds::PrivateKey(_)))
}

/// The certificate of a key that ends first, of its own and those above it.
fn line(key: &Entry, node: &str, store: &Store) -> Option<CertificateLine> {
    let certificates = key.chain.iter().flatten();
    let first = certificates.min_by_key(|certificate| certificate.not_after)?;
    Some(CertificateLine {
        node: node.to_owned(),
        store: shown(store.place.bytes()),
        subject: first.subject.chars().take(MOST_LETTERS).collect(),
        not_after: first.not_after,
    })
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .take(MOST_LETTERS)
        .collect()
}

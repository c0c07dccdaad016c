//! The order of entries that went on separately: those that others name first, then by time, then by digest. It comes
//! out the same whatever order they were read in. And how many ends come to be few.
//!
//! Knows digests and times, and nothing of what entries say.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::event::Event;
use super::line::{Entry, MAX_PARENTS, Stamp};
use crate::digest::Digest;
use crate::error::Result;
use crate::time::Time;

/// The heads that the next entry names, not more than it may, and the merges that are needed for that; the first of these
/// stands in `line`.
///
/// # Errors
/// As [`Entry::new`].
pub(super) fn few_heads(
    mut heads: Vec<Digest>,
    stamp: &Stamp,
    line: usize,
) -> Result<(Vec<Digest>, Vec<Entry>)> {
    let mut merges = Vec::new();
    while heads.len() > MAX_PARENTS {
        let mut fewer = Vec::new();
        for some in heads.chunks(MAX_PARENTS) {
            let merge = Entry::new(some, stamp, &Event::Merged, line + merges.len())?;
            fewer.push(merge.digest);
            merges.push(merge);
        }
        fewer.sort_unstable();
        heads = fewer;
    }
    Ok((heads, merges))
}

/// The places of `entries` in that order. Each entry's parents are among them.
pub(super) fn places(entries: &[Entry]) -> Vec<usize> {
    let place: HashMap<Digest, usize> = (0..).zip(entries).map(|(i, e)| (e.digest, i)).collect();
    let mut waits: Vec<usize> = vec![0; entries.len()];
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); entries.len()];
    for (child, entry) in entries.iter().enumerate() {
        let parents = entry.parents.iter().filter_map(|parent| place.get(parent));
        for parent in parents {
            if let (Some(list), Some(count)) = (children.get_mut(*parent), waits.get_mut(child)) {
                list.push(child);
                *count += 1;
            }
        }
    }
    let key = |place: usize| {
        entries
            .get(place)
            .map(|entry| (entry.stamp.when(), entry.digest))
    };
    let ready = |place: usize| key(place).map(|(when, digest)| Reverse((when, digest, place)));
    let free = waits.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut heap: BinaryHeap<Reverse<(Time, Digest, usize)>> =
        free.filter_map(|(place, _)| ready(place)).collect();
    let mut order = Vec::with_capacity(entries.len());
    while let Some(Reverse((_, _, place))) = heap.pop() {
        order.push(place);
        for child in children.get(place).into_iter().flatten() {
            if let Some(count) = waits.get_mut(*child) {
                *count = count.saturating_sub(1);
                heap.extend((*count == 0).then(|| ready(*child)).flatten());
            }
        }
    }
    order
}

/// All entries that `head` stands on, without itself.
pub(super) fn before(entries: &[Entry], head: Digest) -> HashSet<Digest> {
    // Parents stand above their children, so one way up sees all.
    let mut found = HashSet::from([head]);
    for entry in entries.iter().rev() {
        if found.contains(&entry.digest) {
            found.extend(&entry.parents);
        }
    }
    found.remove(&head);
    found
}

/// All entries that stand on `head`, without itself.
pub(super) fn after(entries: &[Entry], head: Digest) -> HashSet<Digest> {
    let mut found = HashSet::from([head]);
    for entry in entries {
        if entry.parents.iter().any(|parent| found.contains(parent)) {
            found.insert(entry.digest);
        }
    }
    found.remove(&head);
    found
}

//! Members that are found become candidates, parts of the inventory settle them.

use std::collections::BTreeSet;

use super::super::Bounds;
use super::super::unpack::is_place;
use super::settle::{Candidate, Pool};
use super::{SalvageDeliver, Salvaged};
use crate::archive::{Found, Fragment, Fragments, Member, MemberKind, Piece, is_name};
use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};
use crate::inventory::{self, Line, LineKind};

/// The longest name that Linux gives a file, in bytes.
const NAME_BYTES: usize = 255;
/// The most memory for what is not settled yet: a million files with names of 250 bytes, and a line for each.
const MOST_PENDING: usize = 1 << 30;
/// What one candidate or line takes besides its names.
const OVERHEAD: usize = 256;

/// A part of the inventory, found behind a hole.
struct Held {
    index: usize,
    digest: Digest,
    lines: Vec<Line>,
}

/// Everything found up to now.
pub(super) struct Gathering<'a> {
    pub(super) deliver: &'a mut dyn SalvageDeliver,
    pub(super) pool: Pool,
    pub(super) outcome: Salvaged,
    bounds: Bounds,
    /// Candidates begun, and their bytes.
    begun: u64,
    bytes: u64,
    pending: usize,
    held: Vec<Held>,
    /// The parts that were settled.
    settled: BTreeSet<usize>,
    /// The inventory's last member, while no other member came after it, and whether it is certain.
    total: Option<(Vec<u8>, bool)>,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(deliver: &'a mut dyn SalvageDeliver, bounds: Bounds) -> Self {
        Self {
            deliver,
            pool: Pool::default(),
            outcome: Salvaged::default(),
            bounds,
            begun: 0,
            bytes: 0,
            pending: 0,
            held: Vec::new(),
            settled: BTreeSet::new(),
            total: None,
        }
    }

    /// Takes every member.
    pub(super) fn all<S>(&mut self, archive: &mut Fragments<S>) -> Result<()>
    where
        S: FnMut() -> Result<Option<Piece>>,
    {
        while let Some(Found { member, unbroken }) = archive.next()? {
            self.total = None;
            let MemberKind::File { size } = member.kind else {
                continue;
            };
            if member.path == inventory::TOTAL.as_bytes() {
                let bytes = read(archive, size, inventory::MAX_TOTAL_BYTES)?;
                self.total = bytes.map(|bytes| (bytes, unbroken));
            } else if let Some(index) = inventory::part_index(&member.path) {
                if let Some(bytes) = read(archive, size, inventory::MAX_PART_BYTES)? {
                    self.part(index, &bytes, unbroken)?;
                }
            } else if can_be(&member.path, &member.kind) {
                self.candidate(member, size, archive)?;
            }
        }
        Ok(())
    }

    fn part(&mut self, index: usize, bytes: &[u8], unbroken: bool) -> Result<()> {
        let Ok(mut lines) = inventory::read_part(bytes) else {
            return Ok(());
        };
        if unbroken {
            self.settled.insert(index);
            return self.settle(lines, true);
        }
        lines.retain(|line| !matches!(line.kind, LineKind::Skipped { .. }));
        for line in &mut lines {
            (line.what, line.outside) = (None, None);
            let target = match &line.kind {
                LineKind::Link { target } => target.len(),
                _ => 0,
            };
            self.remember(line.path.len() + target)?;
        }
        let digest = Digest::of(bytes);
        self.held.push(Held {
            index,
            digest,
            lines,
        });
        Ok(())
    }

    /// Delivers a file under a number, and remembers what could prove it.
    fn candidate<S>(&mut self, member: Member, size: u64, archive: &mut Fragments<S>) -> Result<()>
    where
        S: FnMut() -> Result<Option<Piece>>,
    {
        let bytes = self.bytes.saturating_add(size);
        if self.begun >= self.bounds.members || bytes > self.bounds.plain_bytes {
            return Ok(());
        }
        self.remember(member.path.len())?;
        let id = self.begun;
        self.begun += 1;
        let Some(sha256) = copy(archive, self.deliver, id)? else {
            return self.deliver.discard(id);
        };
        self.bytes = bytes;
        let Member {
            path, mode, mtime, ..
        } = member;
        let candidate = Candidate {
            id,
            mode,
            mtime,
            size,
            sha256,
        };
        self.pool.add(path, candidate);
        Ok(())
    }

    /// Refuses to hold too much.
    fn remember(&mut self, name: usize) -> Result<()> {
        if self.pool.is_empty() && self.held.is_empty() {
            self.pending = 0;
        }
        self.pending += name + OVERHEAD;
        if self.pending > MOST_PENDING {
            let what = "bytes of memory for the names of files that are not proven yet".into();
            let limit = MOST_PENDING as u64;
            return Err(Error::Limit { what, limit });
        }
        Ok(())
    }

    /// Settles everything that is left. `sure_end`: whether what was found last was certainly the archive's end.
    pub(super) fn finish(mut self, sure_end: bool) -> Result<Salvaged> {
        let total = self.total.take().filter(|(_, sure)| *sure || sure_end);
        let total = total.and_then(|(bytes, _)| inventory::read_total(&bytes).ok());
        let held = std::mem::take(&mut self.held);
        if let Some((totals, parts)) = total {
            self.outcome.sealed = Some(totals);
            // Others are parts of another archive's inventory.
            let ours = |held: &Held| parts.get(held.index) == Some(&held.digest);
            for part in held.into_iter().filter(ours) {
                if self.settled.insert(part.index) {
                    self.settle(part.lines, true)?;
                }
            }
            self.outcome.all_listed = self.settled.len() == parts.len();
        } else {
            for part in held {
                self.settle(part.lines, false)?;
            }
        }
        self.settle_rest()?;
        Ok(self.outcome)
    }
}

/// Whether something may be delivered there at all, by its name and place.
pub(super) fn can_be(path: &[u8], kind: &MemberKind) -> bool {
    let mut names = path.split(|byte| *byte == b'/');
    is_place(path, kind) && is_name(path) && names.all(|name| name.len() <= NAME_BYTES)
}

/// The same question of a line in the inventory.
pub(super) fn can_be_line(line: &Line) -> bool {
    let kind = match line.kind {
        LineKind::Directory => MemberKind::Directory,
        LineKind::File { size, .. } => MemberKind::File { size },
        LineKind::Link { .. } | LineKind::Skipped { .. } => MemberKind::Link { target: Vec::new() },
    };
    can_be(&line.path, &kind)
}

/// The content of the current member, if it is whole and not larger than `most`.
fn read<S>(archive: &mut Fragments<S>, size: u64, most: usize) -> Result<Option<Vec<u8>>>
where
    S: FnMut() -> Result<Option<Piece>>,
{
    if size > most as u64 {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    loop {
        match archive.content()? {
            Fragment::Bytes(part) => bytes.extend_from_slice(part),
            Fragment::Whole => return Ok(Some(bytes)),
            Fragment::Cut => return Ok(None),
        }
    }
}

/// Writes the content of the current member, and answers its digest if it is whole.
fn copy<S>(
    archive: &mut Fragments<S>,
    deliver: &mut dyn SalvageDeliver,
    id: u64,
) -> Result<Option<Digest>>
where
    S: FnMut() -> Result<Option<Piece>>,
{
    let writing = |error| Error::unwrap_io(error, "write what was salvaged");
    let mut output = deliver.begin(id)?;
    let mut hasher = Hasher::new();
    loop {
        match archive.content()? {
            Fragment::Bytes(part) => {
                hasher.update(part);
                output.write_all(part).map_err(writing)?;
            }
            Fragment::Whole => break,
            Fragment::Cut => return Ok(None),
        }
    }
    output.flush().map_err(writing)?;
    Ok(Some(hasher.finish()))
}

//! What still comes out of a payload when every copy of it is damaged.
//!
//! Copies are joined chunk by chunk; around what is lost in all of them, whole frames are decompressed and whole members
//! found. Each of them is only a candidate: a file that was sealed may itself be an archive, an older vault's even, and
//! after a hole its members look like ours. So nothing counts before the inventory names it with its digest, and the
//! inventory counts only where the archive was whole up to it, or where its last member, at the very end, vouches for it.
//!
//! Knows no file system: candidates go to a [`SalvageDeliver`], which is told later what became of each.

mod gather;
mod settle;

use std::io::{Read, Seek, Write};
use std::path::Path;

use super::Bounds;
use crate::archive::{self, Fragments};
use crate::cipher::Chunks;
use crate::error::{Error, Result};
use crate::frames::{FRAME, Frames, Packed};
use crate::inventory::Totals;
use crate::key::VaultKey;
use gather::Gathering;

/// The most names that a [`Names`] holds.
const MOST_NAMES: usize = 1000;

/// Takes what is salvaged.
///
/// Every candidate that was begun ends in exactly one of `discard`, `keep` and `unproven`, often much later. When one of
/// the last two answers [`Error::Archive`], the path cannot be had there; it counts as lost, and `discard` follows. The
/// same answer to `directory` and `link` is taken note of. Any other error ends the salvage.
pub trait SalvageDeliver {
    /// A place for the content of candidate number `candidate`, a file whose name is not settled yet.
    ///
    /// # Errors
    /// Whatever stops the delivery, as for all of these.
    fn begin(&mut self, candidate: u64) -> Result<Box<dyn Write + '_>>;

    /// The candidate is of no use: cut short, or not what was sealed.
    ///
    /// # Errors
    /// See above.
    fn discard(&mut self, candidate: u64) -> Result<()>;

    /// The candidate is the file `path`, byte for byte as it was sealed. Directories that were listed came before.
    ///
    /// # Errors
    /// See above.
    fn keep(&mut self, candidate: u64, path: &[u8], mode: u32, mtime: i64) -> Result<()>;

    /// The candidate came out whole as `path`, and each of its bytes was sealed with this key; but the part of the
    /// inventory that could say that it belongs there is lost. The same path may come more than once.
    ///
    /// # Errors
    /// See above.
    fn unproven(&mut self, candidate: u64, path: &[u8], mode: u32, mtime: i64) -> Result<()>;

    /// A directory of the inventory.
    ///
    /// # Errors
    /// See above.
    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()>;

    /// A symbolic link of the inventory.
    ///
    /// # Errors
    /// See above.
    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()>;
}

/// Paths in the archive: the first 1000, and how many there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The first ones: raw bytes.
    pub first: Vec<Vec<u8>>,
    /// All of them, listed or not.
    pub count: u64,
}

impl Names {
    fn add(&mut self, path: &[u8]) {
        self.count += 1;
        if self.first.len() < MOST_NAMES {
            self.first.push(path.to_vec());
        }
    }
}

/// What became of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Files delivered as they were sealed.
    pub kept: u64,
    /// Their bytes.
    pub kept_bytes: u64,
    /// What the inventory names and was not delivered. What a lost part of the inventory names is not among it.
    pub lost: Names,
    /// Files delivered as unproven.
    pub unproven: Names,
    /// What was sealed, when the inventory's last member was found and is certain.
    pub sealed: Option<Totals>,
    /// Whether every part of the inventory was found, so that `lost` says all there is to say.
    pub all_listed: bool,
    /// Chunks that no copy proved. Those of the padding cost nothing.
    pub chunks_lost: u64,
    /// The bytes in them, compressed.
    pub bytes_lost: u64,
}

impl Salvaged {
    /// Whether nothing that was sealed is missing: everything was listed and delivered.
    pub fn is_complete(&self) -> bool {
        self.all_listed && self.lost.count == 0 && self.unproven.count == 0
    }
}

/// Delivers what can be had of the payload that `copies` are damaged copies of.
///
/// `length` is the encrypted payload's, where a genuine `vault.json` gives it. A read error of a copy is damage, unless it
/// carries [`Error::Interrupted`]. Holds about 20 MiB, and what is not settled yet: names and digests, at most 1 GiB.
///
/// # Errors
/// [`Error::Payload`] for `name` when `key` opens no header that the copies give together; [`Error::Interrupted`];
/// [`Error::Limit`]; what `deliver` answers.
pub fn salvage<R: Read + Seek>(
    key: &VaultKey,
    copies: Vec<R>,
    length: Option<u64>,
    name: &Path,
    bounds: Bounds,
    deliver: &mut dyn SalvageDeliver,
) -> Result<Salvaged> {
    let opened = Chunks::new(key, copies, length).map_err(reading)?;
    let mut joining = Joining {
        chunks: opened.ok_or_else(|| Error::Payload {
            path: name.to_owned(),
        })?,
        next: 0,
        ended: length.is_some(),
        found_last: false,
        chunks_lost: 0,
        bytes_lost: 0,
    };
    let mut gathering = Gathering::new(deliver, bounds);
    let sure_end = gather(&mut joining, bounds, &mut gathering)?;
    let salvaged = gathering.finish(sure_end)?;
    Ok(Salvaged {
        chunks_lost: joining.chunks_lost,
        bytes_lost: joining.bytes_lost,
        ..salvaged
    })
}

/// Leads everything that the copies give through frames and archive. Answers whether what came last was certainly the end.
fn gather<R: Read + Seek>(
    joining: &mut Joining<'_, R>,
    bounds: Bounds,
    gathering: &mut Gathering<'_>,
) -> Result<bool> {
    // False frames can hold more than was sealed; with no bound at all one could be made to go on for ever.
    let mut room = bounds
        .plain_bytes
        .saturating_mul(2)
        .saturating_add(16 * FRAME as u64);
    let mut frames = Frames::new(|| joining.packed());
    let mut archive = Fragments::new(|| {
        let piece = frames.next()?.filter(|_| room > 0);
        let piece = piece.map(|piece| archive::Piece {
            bytes: piece.bytes,
            follows: piece.follows,
        });
        room = room.saturating_sub(piece.as_ref().map_or(0, |piece| piece.bytes.len() as u64));
        Ok(piece)
    });
    gathering.all(&mut archive)?;
    let only_zeros = archive.only_zeros_followed();
    drop(archive);
    Ok(only_zeros && frames.ended())
}

/// The compressed stream, joined from all copies.
struct Joining<'k, R> {
    chunks: Chunks<'k, R>,
    next: u64,
    /// Whether it is known where the stream ends.
    ended: bool,
    found_last: bool,
    chunks_lost: u64,
    bytes_lost: u64,
}

impl<R: Read + Seek> Joining<'_, R> {
    fn packed(&mut self) -> Result<Packed> {
        let index = self.next;
        if self.found_last || index >= self.chunks.count() {
            let proven = self.ended || self.found_last;
            return Ok(Packed::End { proven });
        }
        self.next += 1;
        if let Some(chunk) = self.chunks.read(index).map_err(reading)? {
            self.found_last = chunk.last;
            return Ok(Packed::Bytes(chunk.plain));
        }
        let lost = self.chunks.plain_bytes(index);
        self.chunks_lost += 1;
        self.bytes_lost = self.bytes_lost.saturating_add(lost);
        Ok(Packed::Hole(lost))
    }
}

fn reading(error: std::io::Error) -> Error {
    Error::unwrap_io(error, "read the payload")
}

#[cfg(test)]
mod tests;

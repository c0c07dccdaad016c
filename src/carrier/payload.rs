//! The payload's files on carriers: written to several folders at once in parts of at most 2 GiB, and read back.
//!
//! Each folder has a thread of its own, so that a medium is as fast as it is and not as slow as the slowest: see `lane`.

mod lane;
mod read;
mod seek;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::{PayloadPart, payload_name};
use crate::media::{NewFolder, OpenFolder, UNFINISHED, Written};

use lane::{BLOCK, Filled, Lane, Sent, Shared};
pub use read::PayloadReader;
pub use seek::SeekPayload;

/// The most bytes in one part: FAT cannot hold more than 4 GiB less one byte in a file.
pub(super) const PART: u64 = 2 << 30;
/// The most parts that are looked for.
const MAX_PARTS: usize = 1024;
/// How long a medium may hold up the others before they go on without waiting for it.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long nothing may move on the media that are given up until those that did not let go of their files are left: a slow
/// stick needs this long for what it has to flush.
const LETTING_GO: Duration = Duration::from_secs(20);

/// The unfinished payload files in one or more folders, all written together.
pub struct PayloadFiles {
    lanes: Vec<Lane>,
    shared: Arc<Shared>,
    /// Whether it goes on without a medium that failed, as long as there is another.
    may_lose: bool,
    /// What is handed over together.
    block: Vec<u8>,
    hasher: Hasher,
    /// Bytes of each part but the last.
    part: u64,
    /// Bytes of the current part.
    filled: u64,
    /// Digests and lengths of the parts that ended.
    ended: Vec<PayloadPart>,
}

/// A payload that was read back.
pub struct FinishedPayload {
    /// What `vault.json` will say of each part.
    pub facts: Vec<PayloadPart>,
    /// For each folder its files, under their unfinished names, or why there are none.
    pub folders: Vec<Result<Vec<Written>>>,
}

impl PayloadFiles {
    /// Begins the payload in each of `folders`. With `may_lose` one that fails is left behind, as long as there is another.
    ///
    /// # Errors
    /// [`Error::System`] when a thread cannot be started.
    pub fn create(folders: Vec<Arc<NewFolder>>, may_lose: bool) -> Result<Self> {
        Self::with_part_size(folders, may_lose, PART)
    }

    fn with_part_size(folders: Vec<Arc<NewFolder>>, may_lose: bool, part: u64) -> Result<Self> {
        let shared = Arc::new(Shared::new(&folders, part));
        let lanes = folders.into_iter().enumerate();
        let lanes = lanes.map(|(index, folder)| Lane::start(index, folder, &shared));
        Ok(Self {
            lanes: lanes.collect::<Result<_>>()?,
            shared,
            may_lose,
            block: Vec::with_capacity(BLOCK),
            hasher: Hasher::new(),
            part,
            filled: 0,
            ended: Vec::new(),
        })
    }

    fn append(&mut self, bytes: &[u8]) -> Result<usize> {
        interrupt::check()?;
        if self.filled == self.part {
            self.end_part()?;
        }
        let room = self.part - self.filled;
        let room = usize::try_from(room).map_or(BLOCK, |room| room.min(BLOCK));
        let count = bytes.len().min(room).min(BLOCK - self.block.len());
        let now = bytes.get(..count).unwrap_or(bytes);
        self.hasher.update(now);
        self.block.extend_from_slice(now);
        self.filled += count as u64;
        if self.block.len() == BLOCK {
            self.hand_over()?;
        }
        Ok(count)
    }

    /// Ends the current part. All are numbered while nobody knows whether there will be a second.
    fn end_part(&mut self) -> Result<()> {
        self.hand_over()?;
        let sha256 = std::mem::take(&mut self.hasher).finish();
        self.ended.push(PayloadPart {
            name: payload_name(self.ended.len(), 2),
            bytes: std::mem::take(&mut self.filled),
            sha256,
        });
        self.shared.end_part(sha256);
        Ok(())
    }

    /// Gives the block to each lane that keeps up. One that holds up the others goes on by itself from then on.
    fn hand_over(&mut self) -> Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        let hash = self.hasher.clone();
        let block = Arc::new(Filled { bytes, hash });
        let since = Instant::now();
        let mut waiting: Vec<usize> = (0..self.lanes.len()).collect();
        let mut has_one = self.lanes.is_empty();
        loop {
            let mut full = Vec::new();
            for index in waiting {
                let Some(lane) = self.lanes.get_mut(index) else {
                    continue;
                };
                match lane.send(&block) {
                    Sent::Taken => has_one = true,
                    Sent::Full => full.push(index),
                    Sent::Behind => {}
                    Sent::Ended => self.lost(index)?,
                }
            }
            waiting = full;
            if waiting.is_empty() {
                break;
            }
            if has_one && since.elapsed() > PATIENCE {
                let lanes = self.lanes.iter_mut().enumerate();
                let slow = lanes.filter(|(index, _)| waiting.contains(index));
                slow.for_each(|(_, lane)| lane.detach());
                break;
            }
            interrupt::check()?;
            self.shared.wait();
        }
        match has_one {
            true => Ok(()),
            false => Err(self.first_error()),
        }
    }

    /// A lane ended early: it failed.
    fn lost(&mut self, index: usize) -> Result<()> {
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.join();
        }
        match self.may_lose {
            true => Ok(()),
            false => Err(self.first_error()),
        }
    }

    fn first_error(&mut self) -> Error {
        self.shared.stop();
        let errors = self.lanes.iter_mut().filter_map(Lane::take_error);
        // who only waited for another one has the least to say
        let rank = |error: &Error| match error {
            Error::Stopped => 2,
            Error::NoSource(_) => 1,
            _ => 0,
        };
        let first = errors.min_by_key(rank);
        first
            .filter(|error| rank(error) < 2)
            .unwrap_or(Error::SelfTest {
                what: "no medium takes the payload, and none says why",
            })
    }

    /// Flushes everything and reads it back from each carrier, all carriers at once.
    ///
    /// # Errors
    /// What the first one failed with, when all did, or when none may be lost: [`Error::ReadBack`] naming the file that is
    /// not what was written; [`Error::Io`].
    pub fn read_back(mut self) -> Result<FinishedPayload> {
        if !self.lanes.is_empty() {
            self.end_part()?;
        }
        self.shared
            .end(self.ended.iter().map(|part| part.bytes).sum());
        self.lanes.iter_mut().for_each(Lane::detach);
        while !self.lanes.iter().all(Lane::is_finished) {
            interrupt::check()?;
            if !self.may_lose && self.lanes.iter_mut().any(Lane::has_failed) {
                return Err(self.first_error());
            }
            self.shared.wait();
        }
        self.lanes.iter_mut().for_each(Lane::join);
        let good = self.lanes.iter().filter(|lane| lane.is_good()).count();
        let is_enough = match self.may_lose {
            true => good > 0,
            false => good == self.lanes.len(),
        };
        if !is_enough && !self.lanes.is_empty() {
            return Err(self.first_error());
        }
        let count = self.ended.len();
        let mut facts = std::mem::take(&mut self.ended);
        for (index, part) in facts.iter_mut().enumerate() {
            part.name = payload_name(index, count);
        }
        let folders = self.lanes.iter_mut().map(Lane::take).collect();
        Ok(FinishedPayload { facts, folders })
    }
}

impl Write for PayloadFiles {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes).map_err(Error::into_io)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for PayloadFiles {
    /// The threads let go of their folders, so that what was begun can be taken back. One that hangs in the kernel is left.
    fn drop(&mut self) {
        self.shared.stop();
        self.lanes.iter_mut().for_each(Lane::detach);
        let (mut since, mut moves) = (Instant::now(), self.shared.moves());
        while !self.lanes.iter().all(Lane::is_finished) && since.elapsed() < LETTING_GO {
            self.shared.wait();
            let now = self.shared.moves();
            if now != moves {
                (since, moves) = (Instant::now(), now);
            }
        }
        let ended = self.lanes.iter_mut().filter(|lane| lane.is_finished());
        ended.for_each(Lane::join);
    }
}

/// Whether a folder has a payload, finished or not.
pub(super) fn is_there(folder: &OpenFolder) -> bool {
    let there = |name: &str| folder.open_file(name).is_ok_and(|file| file.is_some());
    [payload_name(0, 1), payload_name(0, 2)]
        .iter()
        .any(|name| there(name) || there(&format!("{name}{UNFINISHED}")))
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::Damaged {
        path: path.to_owned(),
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests;

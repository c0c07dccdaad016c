//! What a lane's thread does: writes the parts of the payload to one folder, flushes them, and reads them back.

use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::{BLOCK, Block, FLUSHED, Shared, State, TURN};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::payload_name;
use crate::media::{Flushed, NewFile, NewFolder, OpenFolder, UNFINISHED, Written};

/// The other end: what writes one medium.
pub(super) struct Writer {
    index: usize,
    folder: Arc<NewFolder>,
    shared: Arc<Shared>,
    open: Option<NewFile>,
    flushed: Vec<Flushed>,
    /// Of the whole stream.
    bytes: u64,
    /// The hash of the current part.
    hash: Hasher,
    /// Whether bytes of the current part came from another medium.
    is_borrowed: bool,
}

/// Where the next bytes are.
enum Next {
    /// In the file of another lane, up to here.
    With(usize, u64),
    /// There are none.
    Nothing,
}

impl Writer {
    pub(super) fn new(index: usize, folder: Arc<NewFolder>, shared: Arc<Shared>) -> Self {
        Self {
            index,
            folder,
            shared,
            open: None,
            flushed: Vec::new(),
            bytes: 0,
            hash: Hasher::new(),
            is_borrowed: false,
        }
    }

    /// Writes all, and reads it back.
    ///
    /// # Errors
    /// [`Error::ReadBack`] naming the file that is not what was written; [`Error::Io`]; [`Error::NoSource`] when it was behind and the media
    /// that were ahead failed; [`Error::Stopped`] when all was given up.
    pub(super) fn run(mut self, blocks: &Receiver<Block>) -> Result<Vec<Written>> {
        let (index, shared) = (self.index, Arc::clone(&self.shared));
        let done = self.write_all(blocks).and_then(|()| self.read_back());
        if done.is_err() {
            shared.note(index, None);
        }
        shared.moved.notify_all();
        done
    }

    fn write_all(&mut self, blocks: &Receiver<Block>) -> Result<()> {
        // also where not a single byte comes, and so that a medium that takes nothing is known early
        self.open_part()?;
        while let Ok(block) = blocks.recv() {
            self.append(&block.bytes, |_| block.hash.clone())?;
        }
        let mut buffer = Vec::new();
        while let Next::With(lane, up_to) = self.next()? {
            match self.read_from(lane, up_to, &mut buffer) {
                Ok(()) => {}
                // not this medium's failure: on with another one
                Err(_) => {
                    self.shared.state().no_source.push(lane);
                    continue;
                }
            }
            let add = |mut hash: Hasher| {
                hash.update(&buffer);
                hash
            };
            self.append(&buffer, add)?;
            self.is_borrowed = true;
        }
        self.end_part()
    }

    /// Waits until there is more, or nothing comes any more.
    fn next(&self) -> Result<Next> {
        loop {
            interrupt::check()?;
            let mut state = self.shared.state();
            if state.is_stopped {
                return Err(Error::Stopped);
            }
            state.waiting.retain(|lane| *lane != self.index);
            let best = sources(&state).max_by_key(|(_, bytes)| *bytes);
            match best {
                Some((lane, bytes)) if bytes > self.bytes => return Ok(Next::With(lane, bytes)),
                _ if state.total == Some(self.bytes) => return Ok(Next::Nothing),
                _ => {}
            }
            state.waiting.push(self.index);
            let may_come = sources(&state).any(|(lane, _)| !state.waiting.contains(&lane));
            if state.total.is_some() && !may_come {
                return Err(self.no_source());
            }
            drop(self.shared.moved.wait_timeout(state, TURN));
        }
    }

    fn no_source(&self) -> Error {
        Error::NoSource(self.folder.path().to_owned())
    }

    /// A block from the file of a lane that is ahead, within one part.
    fn read_from(&self, lane: usize, up_to: u64, buffer: &mut Vec<u8>) -> Result<()> {
        let (part, at) = (self.bytes / self.shared.part, self.bytes % self.shared.part);
        let most = (up_to - self.bytes).min(self.shared.part - at);
        let most = most.min(BLOCK as u64);
        let folder = self.shared.folders.get(lane).cloned().unwrap_or_default();
        let name = format!("{}{UNFINISHED}", name_of(part));
        let path = folder.join(&name);
        let opened = OpenFolder::open(&folder)?.open_file(&name)?;
        let missing = || Error::io("read", &path)(ErrorKind::NotFound.into());
        let (mut file, _) = opened.ok_or_else(missing)?;
        buffer.clear();
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.take(most).read_to_end(buffer))
            .map_err(Error::io("read", &path))?;
        match buffer.len() as u64 == most {
            true => Ok(()),
            false => Err(Error::Changed(path)),
        }
    }

    /// Writes bytes that lie within one part, and takes over its hash.
    fn append(&mut self, bytes: &[u8], hash: impl FnOnce(Hasher) -> Hasher) -> Result<()> {
        interrupt::check()?;
        self.shared.step()?;
        #[cfg(test)]
        self.shared.hold_up(self.index);
        if self.bytes > 0 && self.bytes.is_multiple_of(self.shared.part) {
            self.end_part()?;
            self.open_part()?;
        }
        let Some(file) = &mut self.open else {
            return Err(Error::SelfTest {
                what: "a part of the payload is not open",
            });
        };
        file.append(bytes)?;
        self.hash = hash(std::mem::take(&mut self.hash));
        let before = self.bytes / FLUSHED;
        self.bytes += bytes.len() as u64;
        if self.bytes / FLUSHED > before {
            file.flush_so_far()?;
        }
        self.shared.note(self.index, Some(self.bytes));
        Ok(())
    }

    fn open_part(&mut self) -> Result<()> {
        let name = name_of(self.flushed.len() as u64);
        self.open = Some(self.folder.new_twin(&name)?);
        Ok(())
    }

    fn end_part(&mut self) -> Result<()> {
        let Some(file) = self.open.take() else {
            return Ok(());
        };
        let digest = self.shared.state().digests.get(self.flushed.len()).copied();
        let digest = digest.ok_or(Error::SelfTest {
            what: "a part of the payload ended without its digest",
        })?;
        let hash = std::mem::take(&mut self.hash).finish();
        if std::mem::take(&mut self.is_borrowed) && hash != digest {
            // the source gave other bytes than it got
            return Err(self.no_source());
        }
        self.flushed.push(file.sync_twin(digest)?);
        self.shared.step()
    }

    fn read_back(self) -> Result<Vec<Written>> {
        let shared = Arc::clone(&self.shared);
        let step = &mut |_: u64| interrupt::check().and_then(|()| shared.step());
        let files = self.flushed.into_iter();
        files.map(|file| file.read_back_with(step)).collect()
    }
}

/// What each lane that did not fail and can be read from has written.
fn sources(state: &State) -> impl Iterator<Item = (usize, u64)> {
    let all = state.written.iter().enumerate();
    all.filter_map(|(lane, bytes)| bytes.map(|bytes| (lane, bytes)))
        .filter(|(lane, _)| !state.no_source.contains(lane))
}

/// A part's name while nobody knows whether there will be a second.
fn name_of(part: u64) -> String {
    payload_name(usize::try_from(part).unwrap_or(usize::MAX), 2)
}

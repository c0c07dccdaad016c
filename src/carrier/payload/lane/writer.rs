//! What a lane's thread does: writes the parts of the payload to one folder, flushes them, and reads them back.

use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::{BLOCK, Block, FLUSHED, Shared, TURN};
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
        }
    }

    /// Writes all, and reads it back.
    ///
    /// # Errors
    /// [`Error::ReadBack`] naming the file that is not what was written; [`Error::Io`]; [`Error::Stopped`] when all was given up.
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
            self.append(&block)?;
        }
        let mut buffer = Vec::new();
        while let Next::With(lane, up_to) = self.next()? {
            self.read_from(lane, up_to, &mut buffer)?;
            self.append(&buffer)?;
        }
        self.end_part()
    }

    /// Waits until there is more, or nothing comes any more.
    fn next(&self) -> Result<Next> {
        loop {
            interrupt::check()?;
            let state = self.shared.state();
            if state.is_stopped {
                return Err(Error::Stopped);
            }
            let ahead = state.written.iter().enumerate();
            let ahead = ahead.filter_map(|(lane, bytes)| bytes.map(|bytes| (lane, bytes)));
            let best = ahead.max_by_key(|(_, bytes)| *bytes);
            match best {
                Some((lane, bytes)) if bytes > self.bytes => return Ok(Next::With(lane, bytes)),
                _ if state.total == Some(self.bytes) => return Ok(Next::Nothing),
                _ => drop(self.shared.moved.wait_timeout(state, TURN)),
            }
        }
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

    /// Writes bytes that lie within one part.
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        interrupt::check()?;
        if self.shared.state().is_stopped {
            return Err(Error::Stopped);
        }
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
        self.flushed.push(file.sync_twin(digest)?);
        Ok(())
    }

    fn read_back(self) -> Result<Vec<Written>> {
        let step = &mut |_: u64| interrupt::check();
        let files = self.flushed.into_iter();
        files.map(|file| file.read_back_with(step)).collect()
    }
}

/// A part's name while nobody knows whether there will be a second.
fn name_of(part: u64) -> String {
    payload_name(usize::try_from(part).unwrap_or(usize::MAX), 2)
}

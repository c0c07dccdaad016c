//! The payload's files on carriers: written to several folders at once in parts of at most 2 GiB, and read back.

mod read;
mod seek;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::manifest::{PayloadPart, payload_name};
use crate::media::{Flushed, NewFile, NewFolder, OpenFolder, UNFINISHED, Written};

pub use read::PayloadReader;
pub use seek::SeekPayload;

/// The most bytes in one part: FAT cannot hold more than 4 GiB less one byte in a file.
pub(super) const PART: u64 = 2 << 30;
/// The most parts that are looked for.
const MAX_PARTS: usize = 1024;

/// The unfinished payload files in one or more folders, all written together.
pub struct PayloadFiles {
    folders: Vec<Arc<NewFolder>>,
    open: Vec<NewFile>,
    flushed: Vec<Vec<Flushed>>,
    hasher: Hasher,
    part: u64,
    room: u64,
    index: usize,
}

/// A part that was read back in every folder and still has its unfinished name.
pub struct FinishedPart {
    /// What `vault.json` will say.
    pub facts: PayloadPart,
    /// The files, one for each folder.
    pub files: Vec<Written>,
}

impl PayloadFiles {
    /// Begins the payload in each of `folders`.
    ///
    /// # Errors
    /// What creating the files answers.
    pub fn create(folders: Vec<Arc<NewFolder>>) -> Result<Self> {
        Self::with_part_size(folders, PART)
    }

    fn with_part_size(folders: Vec<Arc<NewFolder>>, part: u64) -> Result<Self> {
        let mut files = Self {
            folders,
            open: Vec::new(),
            flushed: Vec::new(),
            hasher: Hasher::new(),
            part,
            room: part,
            index: 0,
        };
        files.next_part()?;
        Ok(files)
    }

    /// Ends the current part and begins another. All are numbered while nobody knows whether there will be a second.
    fn next_part(&mut self) -> Result<()> {
        self.end_part()?;
        let name = payload_name(self.index, 2);
        self.open = self
            .folders
            .iter()
            .map(|folder| folder.new_twin(&name))
            .collect::<Result<_>>()?;
        (self.room, self.index) = (self.part, self.index + 1);
        Ok(())
    }

    fn end_part(&mut self) -> Result<()> {
        if !self.open.is_empty() {
            let digest = std::mem::take(&mut self.hasher).finish();
            let flushed = self
                .open
                .drain(..)
                .map(|file| file.sync_twin(digest))
                .collect::<Result<_>>()?;
            self.flushed.push(flushed);
        }
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<usize> {
        crate::host::interrupt::check()?;
        if self.room == 0 {
            self.next_part()?;
        }
        let count = usize::try_from(self.room).map_or(bytes.len(), |room| room.min(bytes.len()));
        let now = bytes.get(..count).unwrap_or(bytes);
        self.hasher.update(now);
        for file in &mut self.open {
            file.append(now)?;
        }
        self.room -= count as u64;
        Ok(count)
    }

    /// Flushes everything and reads it back from each carrier, all carriers at once.
    ///
    /// # Errors
    /// [`Error::ReadBack`] naming the file that is not what was written; [`Error::Io`].
    pub fn read_back(mut self) -> Result<Vec<FinishedPart>> {
        self.end_part()?;
        let count = self.flushed.len();
        let mut per_folder: Vec<Vec<Flushed>> = self.folders.iter().map(|_| Vec::new()).collect();
        for part in self.flushed.drain(..) {
            per_folder
                .iter_mut()
                .zip(part)
                .for_each(|(folder, file)| folder.push(file));
        }
        let mut checked = read_back_together(per_folder)?;
        let mut parts = Vec::new();
        for index in 0..count {
            let files: Vec<Written> = checked
                .iter_mut()
                .filter_map(|folder| folder.next())
                .collect();
            let Some(first) = files.first().map(Written::proven) else {
                continue;
            };
            let facts = PayloadPart {
                name: payload_name(index, count),
                bytes: first.bytes,
                sha256: first.digest,
            };
            parts.push(FinishedPart { facts, files });
        }
        Ok(parts)
    }
}

/// Reads several carriers back at the same time, each at its own speed.
fn read_back_together(folders: Vec<Vec<Flushed>>) -> Result<Vec<std::vec::IntoIter<Written>>> {
    let read = |files: Vec<Flushed>| {
        let step = &mut |_: u64| crate::host::interrupt::check();
        files
            .into_iter()
            .map(|file| file.read_back_with(step))
            .collect::<Result<Vec<_>>>()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = folders
            .into_iter()
            .map(|files| scope.spawn(move || read(files)))
            .collect();
        let died = |_| {
            Err(Error::SelfTest {
                what: "a thread that read back a carrier ended",
            })
        };
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(died).map(Vec::into_iter))
            .collect()
    })
}

impl Write for PayloadFiles {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes).map_err(Error::into_io)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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

//! The payload's files on carriers: written to several folders at once in parts of at most 2 GiB, and read back.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};
use crate::manifest::{Manifest, PayloadPart, payload_name};
use crate::media::{Flushed, NewFile, NewFolder, OpenFolder, UNFINISHED, Written};

/// The most bytes in one part: FAT cannot hold more than 4 GiB less one byte in a file.
const PART: u64 = 2 << 30;
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

/// Reads the payload of one folder, part after part. With a genuine `vault.json` each part proves itself at its end,
/// before the last byte of the stream is believed.
pub struct PayloadReader {
    parts: std::vec::IntoIter<OpenPart>,
    current: Option<OpenPart>,
}

struct OpenPart {
    path: PathBuf,
    file: File,
    hasher: Hasher,
    rest: u64,
    expected: Option<Digest>,
}

impl PayloadReader {
    /// Opens all parts of the payload in `folder`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a part is missing or of another length than `vault.json` says; [`Error::Io`].
    pub fn open(folder: &Path, manifest: Option<&Manifest>) -> Result<Self> {
        let folder = OpenFolder::open(folder)?;
        let parts = match manifest {
            Some(manifest) => manifest
                .payload
                .iter()
                .map(|part| open_known(&folder, part))
                .collect::<Result<Vec<_>>>()?,
            None => open_all(&folder)?,
        };
        if parts.is_empty() {
            let what = "there is no payload in it".to_owned();
            return Err(Error::Damaged {
                path: folder.path().to_owned(),
                what,
            });
        }
        Ok(Self {
            parts: parts.into_iter(),
            current: None,
        })
    }

    fn read_part(&mut self, buffer: &mut [u8]) -> Result<usize> {
        crate::host::interrupt::check()?;
        loop {
            let part = match self.current.as_mut() {
                Some(part) => part,
                None => match self.parts.next() {
                    Some(part) => self.current.insert(part),
                    None => return Ok(0),
                },
            };
            match part.read(buffer)? {
                0 => self.current = None,
                count => return Ok(count),
            }
        }
    }
}

impl OpenPart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let most = usize::try_from(self.rest)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(room) = buffer.get_mut(..most) else {
            return Ok(0);
        };
        let count = self
            .file
            .read(room)
            .map_err(Error::io("read", &self.path))?;
        if self.expected.is_some() {
            self.hasher.update(room.get(..count).unwrap_or_default());
        }
        self.rest -= count as u64;
        if count == 0 && most > 0 {
            return Err(damaged(&self.path, "it became shorter while it was read"));
        }
        if self.rest == 0 {
            self.prove()?;
        }
        Ok(count)
    }

    /// At the end of a part: its digest must be the signed one.
    fn prove(&mut self) -> Result<()> {
        match self.expected.take() {
            Some(expected) if std::mem::take(&mut self.hasher).finish() != expected => {
                Err(damaged(
                    &self.path,
                    "it is damaged: its digest is not the one in vault.json",
                ))
            }
            _ => Ok(()),
        }
    }
}

impl Read for PayloadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_part(buffer).map_err(Error::into_io)
    }
}

/// Whether a folder has a payload, finished or not.
pub(super) fn is_there(folder: &OpenFolder) -> bool {
    let there = |name: &str| folder.open_file(name).is_ok_and(|file| file.is_some());
    [payload_name(0, 1), payload_name(0, 2)]
        .iter()
        .any(|name| there(name) || there(&format!("{name}{UNFINISHED}")))
}

fn open_known(folder: &OpenFolder, part: &PayloadPart) -> Result<OpenPart> {
    let path = folder.path().join(&part.name);
    let (file, bytes) = folder
        .open_file(&part.name)?
        .ok_or_else(|| damaged(&path, "it is missing"))?;
    if bytes != part.bytes {
        return Err(damaged(
            &path,
            &format!("it has {bytes} bytes instead of {}", part.bytes),
        ));
    }
    Ok(OpenPart {
        path,
        file,
        hasher: Hasher::new(),
        rest: bytes,
        expected: Some(part.sha256),
    })
}

/// Without vault.json: one file, or as many numbered ones as there are.
fn open_all(folder: &OpenFolder) -> Result<Vec<OpenPart>> {
    let open = |name: String| -> Result<Option<OpenPart>> {
        let path = folder.path().join(&name);
        let opened = folder.open_file(&name)?;
        Ok(opened.map(|(file, rest)| OpenPart {
            path,
            file,
            hasher: Hasher::new(),
            rest,
            expected: None,
        }))
    };
    if let Some(only) = open(payload_name(0, 1))? {
        return Ok(vec![only]);
    }
    (0..MAX_PARTS)
        .map(|index| open(payload_name(index, 2)))
        .take_while(|part| !matches!(part, Ok(None)))
        .filter_map(Result::transpose)
        .collect()
}

/// The payload of one folder as one file in which one can go to any place, for salvaging. Damage is allowed.
pub struct SeekPayload {
    /// Each part with its length; a part that cannot be opened is a gap as long as it was.
    parts: Vec<(Option<File>, u64)>,
    place: u64,
    length: u64,
}

impl SeekPayload {
    /// Opens whatever is there of the payload in `folder`. Where `vault.json` gives the lengths, a part that is too short
    /// or missing leaves a gap instead of moving the others.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Damaged`] when nothing is there.
    pub fn open(folder: &Path, manifest: Option<&Manifest>) -> Result<Self> {
        let open = OpenFolder::open(folder)?;
        let parts: Vec<(Option<File>, u64)> = match manifest {
            Some(manifest) => {
                let opened = |name: &str| Some(open.open_file(name).ok()??.0);
                let one = |part: &PayloadPart| (opened(&part.name), part.bytes);
                manifest.payload.iter().map(one).collect()
            }
            None => open_all(&open)?
                .into_iter()
                .map(|part| (Some(part.file), part.rest))
                .collect(),
        };
        if parts.iter().all(|(file, _)| file.is_none()) {
            return Err(damaged(folder, "there is no payload in it"));
        }
        let length = parts
            .iter()
            .fold(0u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
        Ok(Self {
            parts,
            place: 0,
            length,
        })
    }

    /// The length, gaps included.
    pub fn length(&self) -> u64 {
        self.length
    }
}

impl Read for SeekPayload {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        crate::host::interrupt::check().map_err(Error::into_io)?;
        let mut start = 0;
        for (file, bytes) in &mut self.parts {
            let inside = self
                .place
                .checked_sub(start)
                .filter(|inside| inside < bytes);
            start += *bytes;
            let Some(inside) = inside else { continue };
            let most = usize::try_from(*bytes - inside)
                .unwrap_or(usize::MAX)
                .min(buffer.len());
            let room = buffer.get_mut(..most).unwrap_or_default();
            let mut count = 0;
            if let Some(file) = file {
                file.seek(SeekFrom::Start(inside))?;
                count = file.read(room)?;
            }
            if count == 0 {
                // A gap: zeros keep every other chunk in its place, and no chunk of zeros proves itself.
                room.fill(0);
                count = room.len();
            }
            self.place += count as u64;
            return Ok(count);
        }
        Ok(0)
    }
}

impl Seek for SeekPayload {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.place.checked_add_signed(offset),
        };
        self.place = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.place)
    }
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::Damaged {
        path: path.to_owned(),
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_short_part_is_a_gap_of_zeros_and_moves_no_other() {
        let file = |content: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(content).unwrap();
            Some(file)
        };
        let parts = vec![
            (file(b"0123456789"), 10),
            (None, 3),
            (file(b"ab"), 4),
            (file(b"end"), 3),
        ];
        let mut payload = SeekPayload {
            parts,
            place: 0,
            length: 20,
        };
        let mut bytes = Vec::new();
        payload.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"0123456789\0\0\0ab\0\0end");
        for place in 0..22 {
            payload.seek(SeekFrom::Start(place as u64)).unwrap();
            let mut rest = Vec::new();
            payload.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, bytes[place.min(20)..]);
        }
        assert_eq!(payload.seek(SeekFrom::End(-3)).unwrap(), 17);
        assert!(payload.seek(SeekFrom::Current(-18)).is_err());
    }
}

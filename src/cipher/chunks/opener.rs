//! Makes age open one chunk at a time, whatever the other chunks are like.
//!
//! Knows age's stream reader, which wants to read from the beginning, proves the last chunk before it goes anywhere, and
//! is of no use after a failure. None of that suits damaged copies, so it is given one chunk at a time, from memory.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use age::stream::StreamReader;

use super::super::{CHUNK, identity};
use super::Chunk;
use crate::key::VaultKey;

/// Opens chunks under one header and nonce.
pub(super) struct Opener<'k> {
    key: &'k VaultKey,
    /// Header and nonce.
    start: Vec<u8>,
    slot: Slot,
    /// None after a failure: age's reader is of no use then.
    reader: Option<StreamReader<Slot>>,
}

impl<'k> Opener<'k> {
    /// `None` when `key` does not open the header.
    pub(super) fn new(key: &'k VaultKey, header: &[u8], nonce: &[u8]) -> Option<Self> {
        let mut opener = Self {
            key,
            start: [header, nonce].concat(),
            slot: Slot::default(),
            reader: None,
        };
        opener.reader = Some(opener.begin()?);
        Some(opener)
    }

    fn begin(&mut self) -> Option<StreamReader<Slot>> {
        self.slot = Slot::default();
        self.slot.put(&self.start);
        let identity = identity(self.key);
        let decryptor = age::Decryptor::new(self.slot.clone()).ok()?;
        decryptor
            .decrypt(std::iter::once(&identity as &dyn age::Identity))
            .ok()
    }

    pub(super) fn open(&mut self, index: u64, sealed: &[u8]) -> Option<Chunk> {
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.begin()?,
        };
        self.slot.put(sealed);
        let chunk = read_chunk(&mut reader, index)?;
        self.reader = Some(reader);
        Some(chunk)
    }
}

/// Reads the chunk that lies in the slot as chunk `index`.
fn read_chunk(reader: &mut StreamReader<Slot>, index: u64) -> Option<Chunk> {
    let place = index.checked_mul(CHUNK)?;
    let mut plain = Vec::with_capacity(CHUNK as usize);
    // Going right to a chunk's beginning, age would first want the last chunk proven, which may be lost.
    reader.seek(SeekFrom::Start(place + 1)).ok()?;
    reader.seek(SeekFrom::Start(place)).ok()?;
    reader.take(CHUNK).read_to_end(&mut plain).ok()?;
    // With nothing left in the slot, this is the end only if the chunk said so.
    let last = matches!(reader.read(&mut [0]), Ok(0));
    Some(Chunk { plain, last })
}

/// What age reads from: the one piece that was put in last, at whatever place it is asked for.
#[derive(Clone, Default)]
struct Slot(Rc<RefCell<Piece>>);

#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    used: usize,
    place: u64,
}

impl Slot {
    fn put(&self, bytes: &[u8]) {
        let mut piece = self.0.borrow_mut();
        piece.bytes.clear();
        piece.bytes.extend_from_slice(bytes);
        piece.used = 0;
    }
}

impl Read for Slot {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut piece = self.0.borrow_mut();
        let count = piece
            .bytes
            .get(piece.used..)
            .unwrap_or_default()
            .read(buffer)?;
        piece.used += count;
        piece.place += count as u64;
        Ok(count)
    }
}

impl Seek for Slot {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut piece = self.0.borrow_mut();
        match to {
            SeekFrom::Start(place) => piece.place = place,
            SeekFrom::Current(0) => {}
            SeekFrom::Current(_) | SeekFrom::End(_) => {
                return Err(io::ErrorKind::Unsupported.into());
            }
        }
        Ok(piece.place)
    }
}

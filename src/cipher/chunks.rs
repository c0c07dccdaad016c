//! Opens single chunks out of several damaged copies of one payload.
//!
//! Knows where age's header, nonce and chunks lie. A chunk that opens proves its bytes, its place and whether it is the
//! last one, so chunks of different copies can be joined and no others can be made to look like them. The header and the
//! nonce are equal in all copies; where one copy's are damaged, another's are taken, field by field.

mod opener;

use std::io::{self, Read, Seek, SeekFrom};

use super::{CHUNK, HEADER_BYTES, WORK, is_header};
use crate::error::Error;
use crate::key::VaultKey;
use opener::Opener;

/// The nonce between the header and the first chunk.
const NONCE: usize = 16;
/// Where the first chunk begins.
const START: u64 = (HEADER_BYTES + NONCE) as u64;
/// The proof at the end of each chunk.
const TAG: u64 = 16;
/// Bytes of an encrypted chunk.
const SEALED: u64 = CHUNK + TAG;
/// Different values of one field of the header that are tried. Each combination costs one scrypt of 2^10.
const MOST_VALUES: usize = 6;

/// A chunk that proved itself.
pub struct Chunk {
    /// Its plain bytes: [`CHUNK`] of them, or fewer in the last one.
    pub plain: Vec<u8>,
    /// Whether the payload ends with it.
    pub last: bool,
}

/// Copies of one payload, as damaged as they are, read chunk by chunk in any order.
pub struct Chunks<'k, R> {
    copies: Vec<R>,
    /// Where the payload may end: where it is known to, or where the copies do.
    ends: Vec<u64>,
    openers: Vec<Opener<'k>>,
    /// The copy that is tried first: the one that gave the last chunk.
    first: usize,
}

impl<'k, R: Read + Seek> Chunks<'k, R> {
    /// Puts a header together from those of `copies`. `length` is the payload's, where it is known; a copy may be shorter
    /// or longer. `None` when `key` opens no header that the copies give.
    ///
    /// # Errors
    /// Only [`Error::Interrupted`], carried by what a copy answers; everything else that it answers is damage.
    pub fn new(
        key: &'k VaultKey,
        mut copies: Vec<R>,
        length: Option<u64>,
    ) -> io::Result<Option<Self>> {
        let starts = copies
            .iter_mut()
            .map(|copy| read_at(copy, 0, START))
            .collect::<io::Result<Vec<_>>>()?;
        let ends = match length {
            Some(length) => vec![length],
            None => distinct(
                copies
                    .iter_mut()
                    .filter_map(|c| c.seek(SeekFrom::End(0)).ok()),
            ),
        };
        let header =
            headers(&starts).find(|header| Opener::new(key, header, &[0; NONCE]).is_some());
        let Some(header) = header else {
            return Ok(None);
        };
        // Which nonce is right shows only when a chunk opens.
        let openers = values(&starts, HEADER_BYTES, NONCE)
            .iter()
            .filter_map(|nonce| Opener::new(key, &header, nonce))
            .collect();
        Ok(Some(Self {
            copies,
            ends,
            openers,
            first: 0,
        }))
    }

    /// How many chunks there are, or may be when the payload's length is not known.
    pub fn count(&self) -> u64 {
        let longest = self.ends.iter().max().copied().unwrap_or(0);
        longest.saturating_sub(START).div_ceil(SEALED)
    }

    /// The plain bytes that chunk `index` has, when the payload is as long as is known or as its longest copy.
    pub fn plain_bytes(&self, index: u64) -> u64 {
        let longest = self.sizes(index).into_iter().max().unwrap_or(0);
        longest.saturating_sub(TAG)
    }

    /// Chunk `index` from whichever copy proves it; `None` when none does.
    ///
    /// # Errors
    /// As for [`Chunks::new`].
    pub fn read(&mut self, index: u64) -> io::Result<Option<Chunk>> {
        let sizes = self.sizes(index);
        let order =
            std::iter::once(self.first).chain((0..self.copies.len()).filter(|i| *i != self.first));
        for number in order.collect::<Vec<_>>() {
            let Some(copy) = self.copies.get_mut(number) else {
                continue;
            };
            let sealed = read_at(
                copy,
                START.saturating_add(index.saturating_mul(SEALED)),
                SEALED,
            )?;
            if let Some(chunk) = self.open(index, &sealed, &sizes) {
                self.first = number;
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    /// The lengths that encrypted chunk `index` may have. A full chunk at a copy's end is not the last one for that:
    /// whether it is stands in its proof.
    fn sizes(&self, index: u64) -> Vec<u64> {
        let Some(at) = index
            .checked_mul(SEALED)
            .and_then(|at| at.checked_add(START))
        else {
            return Vec::new();
        };
        let sizes = self
            .ends
            .iter()
            .map(|end| end.saturating_sub(at).min(SEALED));
        distinct(sizes.filter(|size| *size > TAG))
    }

    fn open(&mut self, index: u64, sealed: &[u8], sizes: &[u64]) -> Option<Chunk> {
        // What is missing is often read as zeros, and zeros prove nothing: no need to try.
        if sealed.iter().all(|byte| *byte == 0) {
            return None;
        }
        let parts = sizes
            .iter()
            .filter_map(|size| sealed.get(..usize::try_from(*size).ok()?));
        for part in parts {
            for number in 0..self.openers.len() {
                let opener = self.openers.get_mut(number)?;
                if let Some(chunk) = opener.open(index, part) {
                    let right = self.openers.swap_remove(number);
                    self.openers = vec![right];
                    return Some(chunk);
                }
            }
        }
        None
    }
}

/// Every header that the fields of `starts` make: the text around the fields is always the same.
fn headers(starts: &[Vec<u8>]) -> impl Iterator<Item = Vec<u8>> {
    let salts = values(starts, 32, 22);
    let bodies = values(starts, 58, 43);
    let macs = values(starts, 106, 43);
    let work = WORK.to_string().into_bytes();
    let mut all = Vec::new();
    for salt in &salts {
        for body in &bodies {
            for mac in &macs {
                all.push(
                    [
                        &b"age-encryption.org/v1\n-> scrypt "[..],
                        salt,
                        b" ",
                        &work,
                        b"\n",
                        body,
                        b"\n--- ",
                        mac,
                        b"\n",
                    ]
                    .concat(),
                );
            }
        }
    }
    all.into_iter().filter(|header| is_header(header))
}

/// The different values of the field of `length` bytes at `at`.
fn values(starts: &[Vec<u8>], at: usize, length: usize) -> Vec<Vec<u8>> {
    let found = starts.iter().filter_map(|start| start.get(at..at + length));
    let mut values = distinct(found.map(<[u8]>::to_vec));
    values.truncate(MOST_VALUES);
    values
}

/// The values without repetitions, in their order.
fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for one in all {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

/// Up to `length` bytes at `at`; what cannot be read is not there.
fn read_at(copy: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    let read = copy
        .seek(SeekFrom::Start(at))
        .and_then(|_| copy.take(length).read_to_end(&mut bytes));
    match read {
        Err(error) if is_interrupt(&error) => Err(error),
        _ => Ok(bytes),
    }
}

fn is_interrupt(error: &io::Error) -> bool {
    let ours = error.get_ref().and_then(|error| error.downcast_ref());
    matches!(ours, Some(Error::Interrupted))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::super::Encrypting;
    use super::*;

    fn sealed(key: &VaultKey, plain: &[u8]) -> Vec<u8> {
        let mut writer = Encrypting::new(key, Vec::new()).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    /// Where chunk `index` begins.
    fn at(index: usize) -> usize {
        HEADER_BYTES + NONCE + index * SEALED as usize
    }

    fn chunks<'k>(
        key: &'k VaultKey,
        copies: &[Vec<u8>],
        length: Option<usize>,
    ) -> Option<Chunks<'k, Cursor<Vec<u8>>>> {
        let copies = copies.iter().cloned().map(Cursor::new).collect();
        Chunks::new(key, copies, length.map(|length| length as u64)).unwrap()
    }

    /// The length of each chunk, negative for the last, 0 for a lost one.
    fn lengths(chunks: &mut Chunks<'_, Cursor<Vec<u8>>>, order: &[u64]) -> Vec<i64> {
        let length = |chunk: Chunk| {
            let length = chunk.plain.len() as i64;
            assert!(chunk.plain.iter().all(|byte| *byte == 9));
            if chunk.last { -length } else { length }
        };
        let mut read = |index: &u64| chunks.read(*index).unwrap().map_or(0, length);
        order.iter().map(&mut read).collect()
    }

    #[test]
    fn single_chunks_open_although_another_is_damaged() {
        let key = VaultKey::draw().unwrap();
        let whole = sealed(&key, &[9; 200_000]);
        for damaged in 0..4 {
            let mut bytes = whole.clone();
            bytes[at(damaged) + 3000] ^= 1;
            let mut chunks = chunks(&key, &[bytes], None).unwrap();
            assert_eq!(chunks.count(), 4);
            for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 1, 3, 3]] {
                let expected: Vec<i64> = order
                    .iter()
                    .map(|index| match index {
                        index if *index == damaged as u64 => 0,
                        3 => -3392,
                        _ => 65_536,
                    })
                    .collect();
                assert_eq!(
                    lengths(&mut chunks, &order),
                    expected,
                    "{damaged} {order:?}"
                );
            }
        }
    }

    #[test]
    fn a_chunk_comes_from_whichever_copy_proves_it() {
        let key = VaultKey::draw().unwrap();
        let (mut a, mut b) = (sealed(&key, &[9; 200_000]), Vec::new());
        b.clone_from(&a);
        a[at(0)] ^= 1;
        a[at(3)] ^= 1;
        b[at(1)] ^= 1;
        b[at(2)..at(3)].fill(0);
        let mut chunks = chunks(&key, &[a, b], None).unwrap();
        let expected = [65_536, 65_536, 65_536, -3392];
        assert_eq!(lengths(&mut chunks, &[0, 1, 2, 3]), expected);
    }

    #[test]
    fn a_chunk_at_another_place_or_of_another_payload_proves_nothing() {
        let key = VaultKey::draw().unwrap();
        let whole = sealed(&key, &[9; 200_000]);
        let mut moved = whole.clone();
        moved.copy_within(at(1)..at(2), at(0));
        assert_eq!(
            lengths(&mut chunks(&key, &[moved], None).unwrap(), &[0]),
            [0]
        );
        let mut mixed = whole.clone();
        mixed[at(1)..].copy_from_slice(&sealed(&key, &[9; 200_000])[at(1)..]);
        let mut mixed = chunks(&key, &[mixed], None).unwrap();
        assert_eq!(lengths(&mut mixed, &[0, 1, 2, 3]), [65_536, 0, 0, 0]);
    }

    #[test]
    fn a_copy_cut_short_gives_what_is_before_the_cut_and_no_chunk_of_it_looks_last() {
        let key = VaultKey::draw().unwrap();
        for plain in [200_000, 3 * CHUNK as usize] {
            let whole = sealed(&key, &vec![9; plain]);
            for length in [None, Some(whole.len())] {
                let cut = whole[..at(2)].to_vec();
                let mut short = chunks(&key, std::slice::from_ref(&cut), length).unwrap();
                assert_eq!(lengths(&mut short, &[0, 1, 2]), [65_536, 65_536, 0]);
                let cut = [whole[..at(1) + 100].to_vec(), whole[..at(2) + 16].to_vec()];
                let mut short = chunks(&key, &cut, length).unwrap();
                assert_eq!(lengths(&mut short, &[0, 1, 2]), [65_536, 65_536, 0]);
            }
        }
    }

    #[test]
    fn a_full_last_chunk_says_that_it_is_the_last() {
        let key = VaultKey::draw().unwrap();
        let whole = sealed(&key, &[9; 2 * CHUNK as usize]);
        let mut chunks = chunks(&key, &[whole], None).unwrap();
        assert_eq!(chunks.count(), 2);
        assert_eq!(lengths(&mut chunks, &[1, 0, 1]), [-65_536, 65_536, -65_536]);
    }

    #[test]
    fn what_was_appended_to_a_copy_hides_no_chunk_when_the_length_or_another_copy_is_known() {
        let key = VaultKey::draw().unwrap();
        let whole = sealed(&key, &[9; 70_000]);
        let longer = [&whole[..], &[7; 100]].concat();
        let mut known = chunks(&key, std::slice::from_ref(&longer), Some(whole.len())).unwrap();
        assert_eq!(lengths(&mut known, &[0, 1]), [65_536, -4464]);
        let mut other = whole;
        other[at(1)] ^= 1;
        let mut joined = chunks(&key, &[longer, other], None).unwrap();
        assert_eq!(lengths(&mut joined, &[0, 1]), [65_536, -4464]);
    }

    #[test]
    fn header_and_nonce_are_put_together_from_what_each_copy_has() {
        let key = VaultKey::draw().unwrap();
        let whole = sealed(&key, &[9; 1000]);
        // Magic, salt, work, body, MAC, nonce.
        for (in_a, in_b) in [
            (5, 40),
            (40, 60),
            (55, 110),
            (110, 155),
            (155, 5),
            (149, 150),
        ] {
            let (mut a, mut b) = (whole.clone(), whole.clone());
            a[in_a] ^= 0x04;
            b[in_b] ^= 0x04;
            let mut chunks = chunks(&key, &[a, b], None).unwrap();
            assert_eq!(lengths(&mut chunks, &[0]), [-1000], "{in_a} {in_b}");
        }
        let mut gone = whole.clone();
        gone[..at(0)].fill(0);
        assert!(chunks(&key, &[gone.clone()], None).is_none());
        assert!(chunks(&key, &[whole[..at(0) - 1].to_vec()], None).is_some());
        let mut chunks = chunks(&key, &[gone, whole[..at(0)].to_vec()], Some(whole.len())).unwrap();
        assert_eq!(lengths(&mut chunks, &[0]), [-1000]);
    }

    #[test]
    fn nothing_opens_with_another_key_or_without_copies() {
        let key = VaultKey::draw().unwrap();
        let whole = sealed(&key, &[9; 1000]);
        assert!(chunks(&VaultKey::draw().unwrap(), &[whole], None).is_none());
        assert!(chunks(&key, &[], None).is_none());
        assert!(chunks(&key, &[Vec::new()], None).is_none());
    }

    /// Answers `error` from byte `from` on.
    struct Failing(Cursor<Vec<u8>>, u64, fn() -> io::Error);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let left = self.1.saturating_sub(self.0.position());
            match (&mut self.0).take(left).read(buffer)? {
                0 => Err(self.2()),
                count => Ok(count),
            }
        }
    }

    impl Seek for Failing {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn what_the_medium_cannot_read_is_damage_but_an_interrupt_stops() {
        let key = VaultKey::draw().unwrap();
        let whole = Cursor::new(sealed(&key, &[9; 200_000]));
        let bad: fn() -> io::Error = || io::Error::other("bad sector");
        let failing = Failing(whole.clone(), at(1) as u64 + 9, bad);
        let mut chunks = Chunks::new(&key, vec![failing], None).unwrap().unwrap();
        assert!(chunks.read(0).unwrap().is_some());
        assert!(chunks.read(1).unwrap().is_none());
        let stop: fn() -> io::Error = || Error::Interrupted.into_io();
        let failing = Failing(whole, at(1) as u64, stop);
        let mut chunks = Chunks::new(&key, vec![failing], None).unwrap().unwrap();
        assert!(chunks.read(0).unwrap().is_some());
        assert!(chunks.read(1).is_err());
    }
}

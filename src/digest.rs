//! SHA-256 as a type of its own, and a reader that hashes what passes through it.
//!
//! Knows `ring`'s digest and nothing else: no files, no formats, no keys.

use std::fmt;
use std::io::{self, Read};

use data_encoding::HEXLOWER;
use ring::digest::{Context, SHA256};

/// A SHA-256 digest (FIPS 180-4): 32 bytes, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        hasher.finish()
    }

    /// 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// The inverse of [`Digest::hex`]; `None` unless it is exactly 64 lower-case digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// Whether SHA-256 gives the answer of FIPS 180-4 for "abc".
pub fn known_answer() -> bool {
    Digest::of(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
}

/// SHA-256 over bytes that come one after another.
#[derive(Clone)]
pub struct Hasher(Context);

impl Hasher {
    /// An empty message.
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// Appends `bytes` to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of the message.
    pub fn finish(self) -> Digest {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.0.finish().as_ref());
        Digest(digest)
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

/// A reader that hashes and counts what is read through it.
pub struct HashReader<R> {
    inner: R,
    hasher: Hasher,
    bytes: u64,
}

impl<R: Read> HashReader<R> {
    /// Hashes what is read from `inner` from now on.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: Hasher::new(),
            bytes: 0,
        }
    }

    /// The reader, the number of bytes read, and their digest.
    pub fn into_parts(self) -> (R, u64, Digest) {
        (self.inner, self.bytes, self.hasher.finish())
    }
}

impl<R: Read> Read for HashReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_abc_is_the_one_in_fips_180() {
        let digest = Digest::of(b"abc");
        assert_eq!(
            digest.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(Digest::from_hex(&digest.hex()), Some(digest));
    }

    #[test]
    fn upper_case_short_and_long_hexadecimal_is_not_a_digest() {
        let hex = Digest::of(b"").hex();
        assert_eq!(Digest::from_hex(&hex.to_uppercase()), None);
        assert_eq!(Digest::from_hex(&hex[..62]), None);
        assert_eq!(Digest::from_hex(&format!("{hex}00")), None);
    }

    #[test]
    fn what_passes_through_a_reader_is_hashed_and_counted() {
        let mut reader = HashReader::new(&b"abc"[..]);
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        let (_, bytes, digest) = reader.into_parts();
        assert_eq!((read.as_slice(), bytes), (&b"abc"[..], 3));
        assert_eq!(digest, Digest::of(b"abc"));
    }
}

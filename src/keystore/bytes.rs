//! Big-endian numbers and texts as Java's `DataOutputStream` writes them.
//!
//! Lends out the bytes of its input; what a length says must be there.

use super::Flaw;
use crate::time::Time;

/// Reads one thing after another.
pub(super) struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn left(&self) -> usize {
        self.all.len().saturating_sub(self.at)
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], Flaw> {
        let end = self.at.saturating_add(len);
        let Some(bytes) = self.all.get(self.at..end) else {
            let what = "the file is cut short or damaged: bytes are missing at its end";
            return Err(Flaw::Damaged(what.into()));
        };
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let bytes = self.take(N)?;
        bytes
            .try_into()
            .map_err(|_| Flaw::Damaged("it is cut short".into()))
    }

    pub(super) fn byte(&mut self) -> Result<u8, Flaw> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Flaw> {
        self.array().map(u32::from_be_bytes)
    }

    /// A point in time in milliseconds since 1970.
    pub(super) fn time(&mut self) -> Result<Time, Flaw> {
        let milliseconds = i64::from_be_bytes(self.array()?);
        Ok(Time::from_unix(milliseconds.div_euclid(1000)))
    }

    /// Bytes with their length in four bytes before them.
    pub(super) fn counted(&mut self) -> Result<&'a [u8], Flaw> {
        let len = self.u32()?;
        self.take(usize::try_from(len).unwrap_or(usize::MAX))
    }

    /// A text with its length in two bytes before it, in modified UTF-8 (`DataInput.readUTF`).
    pub(super) fn text(&mut self) -> Result<String, Flaw> {
        let len = u16::from_be_bytes(self.array()?);
        let bytes = self.take(usize::from(len))?;
        modified_utf8(bytes).ok_or_else(|| Flaw::Damaged("a name in it is no text".into()))
    }
}

/// Decodes UTF-16 units of one to three bytes each; NUL has two.
fn modified_utf8(bytes: &[u8]) -> Option<String> {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let (more, bits) = match first {
            0x00..=0x7f => (0, first & 0x7f),
            0xc0..=0xdf => (1, first & 0x1f),
            0xe0..=0xef => (2, first & 0x0f),
            _ => return None,
        };
        let (tail, after) = after.split_at_checked(more)?;
        let mut unit = u16::from(bits);
        for byte in tail {
            if byte & 0xc0 != 0x80 {
                return None;
            }
            unit = unit << 6 | u16::from(byte & 0x3f);
        }
        units.push(unit);
        rest = after;
    }
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_java_writes_them() {
        // From `DataOutputStream.writeUTF`: NUL in two bytes, a sign beyond 16 bits as two of three bytes.
        for (bytes, text) in [
            (&b"\x00\x03abc"[..], "abc"),
            (b"\x00\x02\xc0\x80", "\0"),
            (b"\x00\x02\xc3\xa4", "\u{e4}"),
            (b"\x00\x06\xed\xa0\xbd\xed\xb4\x91", "\u{1f511}"),
        ] {
            assert_eq!(Bytes::new(bytes).text().unwrap_or_default(), text);
        }
        for bytes in [
            &b"\x00\x01\xff"[..],
            b"\x00\x01\xc3",
            b"\x00\x02\xc3a",
            b"\x00\x09a",
        ] {
            assert!(Bytes::new(bytes).text().is_err());
        }
    }
}

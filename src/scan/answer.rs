//! What the child says, as bytes: short records, each with a kind and a length.
//!
//! The reading side trusts nothing: a picture may have taken the child over. So faults are numbers and never words, and
//! everything has a bound.

use std::fmt;
use std::io::{self, Write};

use zeroize::{Zeroize, Zeroizing};

/// Bytes of one record: no QR code holds more than 7089 characters, none of which takes more than 4 bytes.
const MAX_RECORD: usize = 32 * 1024;
/// Bytes of a reason.
const MAX_REASON: usize = 300;
/// Kind and length.
const HEAD: usize = 5;

/// What is wrong with a file or a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Not a picture or document that we know.
    Unknown,
    /// Nothing can be made of it.
    Damaged,
    /// It ends early; what is there was looked at.
    CutShort,
    /// It has a password.
    Password,
    /// So many dots wide and high.
    TooLarge(u32, u32),
    /// So many pages; those at the front were looked at.
    TooManyPages(u32),
    /// More bytes than are taken.
    TooManyBytes,
    /// Not all was tried.
    OutOfTime,
    /// Stored in a way that is not read: a compression, a colour model.
    Unusual,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => write!(f, "it is no PDF and no PNG, JPEG or TIFF picture"),
            Self::Damaged => write!(f, "it is damaged: nothing can be made of it"),
            Self::CutShort => write!(f, "it is cut short or damaged; what is there was read"),
            Self::Password => write!(
                f,
                "it needs a password: print it to a new PDF that has none"
            ),
            Self::TooLarge(width, height) => write!(
                f,
                "it is {width} x {height} dots, more than the {} million that are looked at: \
                 scan at 300 dpi",
                super::MAX_DOTS / 1_000_000
            ),
            Self::TooManyPages(pages) => write!(
                f,
                "it has {pages} pages, and {} are looked at: split it",
                super::MAX_PAGES
            ),
            Self::TooManyBytes => write!(
                f,
                "it has more than the {} MiB that are looked at: split it",
                super::MAX_BYTES >> 20
            ),
            Self::OutOfTime => write!(f, "not every way to read it was tried: it takes too long"),
            Self::Unusual => write!(
                f,
                "it is stored in a way that is not read: save it as PNG or JPEG"
            ),
        }
    }
}

/// One thing that the child says.
pub(super) enum Record {
    /// It works without its sandbox, and why: the system's words, said before anything of the input is read.
    Unguarded(String),
    /// A page begins; from 1.
    Page(u32),
    /// The text of a code on this page.
    Code(Zeroizing<String>),
    /// Something is wrong with this page, or before the first, with the file.
    Flaw(Flaw),
    /// All is said.
    End,
}

impl Record {
    fn parts(&self) -> (u8, Zeroizing<Vec<u8>>) {
        let (kind, body) = match self {
            Self::Unguarded(why) => (b'u', plain(why)),
            Self::Page(number) => (b'p', number.to_le_bytes().to_vec()),
            Self::Code(text) => (b'c', text.as_bytes().to_vec()),
            Self::Flaw(flaw) => (b'f', flaw.numbers().map(u32::to_le_bytes).concat()),
            Self::End => (b'e', Vec::new()),
        };
        (kind, Zeroizing::new(body))
    }

    /// Writes it.
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let (kind, body) = self.parts();
        let length = u32::try_from(body.len()).map_err(io::Error::other)?;
        to.write_all(&[kind])?;
        to.write_all(&length.to_le_bytes())?;
        to.write_all(&body)?;
        to.flush()
    }

    fn read(kind: u8, body: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(*body.get(at..)?.first_chunk()?));
        match kind {
            b'u' if plain(std::str::from_utf8(body).ok()?) == body => {
                Some(Self::Unguarded(String::from_utf8(body.to_vec()).ok()?))
            }
            b'e' if body.is_empty() => Some(Self::End),
            b'p' if body.len() == 4 => Some(Self::Page(number(0)?)),
            b'c' => {
                let text = std::str::from_utf8(body).ok()?;
                Some(Self::Code(Zeroizing::new(text.to_owned())))
            }
            b'f' if body.len() == 12 => {
                let flaw = Flaw::of([number(0)?, number(4)?, number(8)?]);
                flaw.map(Self::Flaw)
            }
            _ => None,
        }
    }
}

/// What may be shown on a terminal, whoever says it.
fn plain(why: &str) -> Vec<u8> {
    let harmless = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    why.bytes().filter(harmless).take(MAX_REASON).collect()
}

impl Flaw {
    fn numbers(self) -> [u32; 3] {
        match self {
            Self::Unknown => [0, 0, 0],
            Self::Damaged => [1, 0, 0],
            Self::CutShort => [2, 0, 0],
            Self::Password => [3, 0, 0],
            Self::TooLarge(width, height) => [4, width, height],
            Self::TooManyPages(pages) => [5, pages, 0],
            Self::TooManyBytes => [6, 0, 0],
            Self::OutOfTime => [7, 0, 0],
            Self::Unusual => [8, 0, 0],
        }
    }

    fn of(numbers: [u32; 3]) -> Option<Self> {
        match numbers {
            [0, 0, 0] => Some(Self::Unknown),
            [1, 0, 0] => Some(Self::Damaged),
            [2, 0, 0] => Some(Self::CutShort),
            [3, 0, 0] => Some(Self::Password),
            [4, width, height] => Some(Self::TooLarge(width, height)),
            [5, pages, 0] => Some(Self::TooManyPages(pages)),
            [6, 0, 0] => Some(Self::TooManyBytes),
            [7, 0, 0] => Some(Self::OutOfTime),
            [8, 0, 0] => Some(Self::Unusual),
            _ => None,
        }
    }
}

/// Bytes as they come in, until they are a record.
#[derive(Default)]
pub(super) struct Incoming {
    bytes: Vec<u8>,
}

/// The child says what no child of ours says.
#[derive(Debug)]
pub(super) struct Nonsense;

impl Incoming {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        // A vector that grows leaves its old bytes to the allocator, which wipes them.
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>, Nonsense> {
        let Some((&kind, rest)) = self.bytes.split_first() else {
            return Ok(None);
        };
        let Some(length) = rest.first_chunk() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > MAX_RECORD {
            return Err(Nonsense);
        }
        let Some(body) = self.bytes.get(HEAD..HEAD + length) else {
            return Ok(None);
        };
        let record = Record::read(kind, body).ok_or(Nonsense)?;
        self.bytes.drain(..HEAD + length);
        Ok(Some(record))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes_of(records: &[Record]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for record in records {
            record.write(&mut bytes).unwrap();
        }
        bytes
    }

    #[test]
    fn every_record_comes_through_a_byte_at_a_time() {
        let flaws = [
            Flaw::Unknown,
            Flaw::Damaged,
            Flaw::CutShort,
            Flaw::Password,
            Flaw::TooLarge(30_000, 29_999),
            Flaw::TooManyPages(501),
            Flaw::TooManyBytes,
            Flaw::OutOfTime,
            Flaw::Unusual,
        ];
        let mut records = vec![
            Record::Unguarded("it gives none (os error 38)".into()),
            Record::Page(7),
            Record::Code(Zeroizing::new("CV1/x".into())),
        ];
        records.extend(flaws.map(Record::Flaw));
        records.push(Record::End);
        let bytes = bytes_of(&records);
        let mut incoming = Incoming::default();
        let mut again = Vec::new();
        for byte in &bytes {
            incoming.take(&[*byte]);
            again.extend(incoming.next().unwrap());
        }
        assert_eq!(again.len(), records.len());
        assert_eq!(bytes_of(&again), bytes);
    }

    #[test]
    fn what_no_child_of_ours_says_is_nonsense() {
        let head = |kind: u8, length: u32| [&[kind][..], &length.to_le_bytes()].concat();
        for bytes in [
            head(b'c', u32::MAX),
            head(b'c', MAX_RECORD as u32 + 1),
            head(b'x', 0),
            head(b'p', 0),
            [head(b'u', 1), vec![0x1b]].concat(),
            [head(b'u', 301), vec![b'x'; 301]].concat(),
            [head(b'e', 1), vec![0]].concat(),
            [head(b'c', 1), vec![0xff]].concat(),
            [head(b'f', 12), vec![9; 12]].concat(),
        ] {
            let mut incoming = Incoming::default();
            incoming.take(&bytes);
            assert!(incoming.next().is_err(), "{bytes:?}");
        }
    }
}

//! Values of ASN.1 as other software encodes them: DER, and BER with its indefinite lengths and strings in pieces.
//!
//! Knows tags, lengths and content (X.690, section 8); not what they mean. Lenient where nothing hangs on it: Corda writes
//! parameters where standards forbid them, and numbers of algorithms that fit in no machine word. Lends the bytes of its
//! input out, because they may be a secret; only a string in pieces is copied, and the copy is wiped. A length is a claim
//! until its bytes are there.

mod header;

use std::ops::Deref;

use zeroize::Zeroizing;

use header::{Header, indefinite};

/// INTEGER.
pub const INTEGER: u8 = 0x02;
/// BIT STRING.
pub const BIT_STRING: u8 = 0x03;
/// OCTET STRING.
pub const OCTET_STRING: u8 = 0x04;
/// NULL.
pub const NULL: u8 = 0x05;
/// OBJECT IDENTIFIER.
pub const OID: u8 = 0x06;
/// SEQUENCE.
pub const SEQUENCE: u8 = 0x30;
/// SET.
pub const SET: u8 = 0x31;

/// The most bytes of an OBJECT IDENTIFIER; those that exist have up to 20.
const MAX_OID: usize = 64;

/// Why bytes are no value: in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl From<Malformed> for String {
    fn from(malformed: Malformed) -> Self {
        malformed.0.to_owned()
    }
}

/// The tag of a constructed value `[number]`, numbers up to 30.
pub const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One value.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    /// Class, form and number in one byte; numbers above 30 do not occur where coldvault reads.
    pub tag: u8,
    /// What it holds.
    pub content: &'a [u8],
    /// All of it, with tag and length.
    pub whole: &'a [u8],
}

/// The bytes of a string; they may be a secret.
pub enum Octets<'a> {
    /// They stood in one piece.
    Whole(&'a [u8]),
    /// They stood in pieces: a copy, which is wiped.
    Joined(Zeroizing<Vec<u8>>),
}

impl Deref for Octets<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Joined(bytes) => bytes,
        }
    }
}

impl<'a> Value<'a> {
    /// Reads its content as values.
    pub fn inside(&self) -> Reader<'a> {
        Reader::new(self.content)
    }

    /// The bytes of a string that is there in one piece or in several (X.690, section 8.7).
    ///
    /// # Errors
    /// When the pieces are none.
    pub fn octets(&self) -> Result<Octets<'a>, Malformed> {
        if self.tag & 0x20 == 0 {
            return Ok(Octets::Whole(self.content));
        }
        let mut pieces = self.inside();
        let mut joined = Zeroizing::new(Vec::with_capacity(self.content.len()));
        while !pieces.is_empty() {
            joined.extend_from_slice(pieces.take(OCTET_STRING)?.content);
        }
        Ok(Octets::Joined(joined))
    }

    /// An INTEGER that is not negative, big-endian without leading zeros.
    ///
    /// # Errors
    /// When it is negative or has no bytes.
    pub fn unsigned(&self) -> Result<&'a [u8], Malformed> {
        match self.content.first() {
            None => Err(Malformed("a number has no bytes")),
            Some(first) if first & 0x80 != 0 => Err(Malformed("a number is negative")),
            Some(_) => Ok(without_zeros(self.content)),
        }
    }

    /// An INTEGER between 0 and 2^32 - 1.
    ///
    /// # Errors
    /// When it is any other.
    pub fn small(&self) -> Result<u32, Malformed> {
        let digits = self.unsigned()?;
        if digits.len() > 4 {
            return Err(Malformed("a number is too large"));
        }
        Ok(digits
            .iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    }

    /// The bytes of a BIT STRING of whole bytes.
    ///
    /// # Errors
    /// When it has bits left over.
    pub fn bits(&self) -> Result<&'a [u8], Malformed> {
        match self.content.split_first() {
            Some((0, bits)) => Ok(bits),
            _ => Err(Malformed("a string of bits is not of whole bytes")),
        }
    }

    /// An OBJECT IDENTIFIER with its arcs in decimal: "1.2.840.113549.1.1.1" (X.690, section 8.19).
    ///
    /// # Errors
    /// When it is none, or an arc does not fit in 127 bits.
    pub fn oid(&self) -> Result<String, Malformed> {
        const WRONG: Malformed = Malformed("the number of an algorithm or attribute is no number");
        let last = self.content.last().ok_or(WRONG)?;
        if last & 0x80 != 0 || self.content.len() > MAX_OID {
            return Err(WRONG);
        }
        let mut text = String::new();
        let mut arc = 0u128;
        for byte in self.content {
            if arc >> 120 != 0 {
                return Err(WRONG);
            }
            arc = arc << 7 | u128::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if text.is_empty() {
                let first = (arc / 40).min(2);
                text = format!("{first}.{}", arc - first * 40);
            } else {
                text.push_str(&format!(".{arc}"));
            }
            arc = 0;
        }
        Ok(text)
    }
}

/// Big-endian digits without those zeros that change nothing.
pub fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.get(zeros..).unwrap_or_default()
}

/// Reads values one after another.
#[derive(Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The values that these bytes are.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether all was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What was not read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The tag of the next value.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next value, whatever it is.
    ///
    /// # Errors
    /// When there is none, or its bytes are not all there.
    pub fn next_value(&mut self) -> Result<Value<'a>, Malformed> {
        let header = Header::read(self.rest)?;
        let body = self.rest.get(header.bytes..).unwrap_or_default();
        let (len, end) = match header.len {
            Some(len) => (len, 0),
            None => (indefinite(body)?, 2),
        };
        let (Some(content), Some(whole)) = (
            body.get(..len),
            self.rest.get(..header.bytes.saturating_add(len + end)),
        ) else {
            return Err(CUT_SHORT);
        };
        self.rest = self.rest.get(whole.len()..).unwrap_or_default();
        let tag = header.tag;
        Ok(Value {
            tag,
            content,
            whole,
        })
    }

    /// The next value, which must have this tag.
    ///
    /// # Errors
    /// When it has not, or is not all there.
    pub fn take(&mut self, tag: u8) -> Result<Value<'a>, Malformed> {
        let value = self.next_value()?;
        if value.tag != tag {
            return Err(UNEXPECTED);
        }
        Ok(value)
    }

    /// Steps over the tag and the length of the next value, which must have this tag, whether or not its bytes are all
    /// there: for the beginning of a file.
    ///
    /// # Errors
    /// When it has another tag, or its length is not all there.
    pub fn step_into(&mut self, tag: u8) -> Result<(), Malformed> {
        let header = Header::read(self.rest)?;
        if header.tag != tag {
            return Err(UNEXPECTED);
        }
        self.rest = self.rest.get(header.bytes..).unwrap_or_default();
        Ok(())
    }

    /// The next value if it has this tag.
    ///
    /// # Errors
    /// When it is not all there.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Value<'a>>, Malformed> {
        match self.peek() {
            Some(next) if next == tag => self.next_value().map(Some),
            _ => Ok(None),
        }
    }

    /// Into the SEQUENCE that comes next.
    ///
    /// # Errors
    /// When it is none, or is not all there.
    pub fn sequence(&mut self) -> Result<Self, Malformed> {
        Ok(self.take(SEQUENCE)?.inside())
    }

    /// The OBJECT IDENTIFIER that comes next: "2.5.4.3".
    ///
    /// # Errors
    /// When it is none.
    pub fn oid(&mut self) -> Result<String, Malformed> {
        self.take(OID)?.oid()
    }

    /// Holds that nothing is left.
    ///
    /// # Errors
    /// When something is.
    pub fn finish(&self) -> Result<(), Malformed> {
        match self.is_empty() {
            true => Ok(()),
            false => Err(Malformed("there is more than belongs there")),
        }
    }
}

const CUT_SHORT: Malformed = Malformed("it is cut short");
const UNEXPECTED: Malformed = Malformed("a value is not of the kind that belongs there");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_algorithms_are_written_as_everybody_writes_them() {
        // From `openssl asn1parse -genstr OID:...`; the last is Corda's composite key, whose arc takes 125 bits.
        for (hex, text) in [
            ("06032b6570", "1.3.101.112"),
            ("06082a8648ce3d030107", "1.2.840.10045.3.1.7"),
            ("0603550403", "2.5.4.3"),
            ("06028837", "2.999"),
            ("060100", "0.0"),
            (
                "061369ada2af89d5b8e2aff38d93ac9de6969bd05a",
                "2.25.30086077608615255153862931087626791002",
            ),
        ] {
            let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
            assert_eq!(Reader::new(&bytes).oid().unwrap(), text);
        }
    }

    #[test]
    fn a_number_that_ends_in_the_middle_is_none() {
        for bytes in [&b"\x06\x00"[..], b"\x06\x01\x80", b"\x06\x02\x2a\x86"] {
            assert!(Reader::new(bytes).oid().is_err());
        }
        let mut endless = vec![6, 21, 0x2a];
        endless.extend([0xff; 19]);
        endless.push(0x7f);
        assert!(Reader::new(&endless).oid().is_err());
    }

    #[test]
    fn a_length_whose_bytes_are_not_there_is_cut_short() {
        for bytes in [
            &b""[..],
            b"\x04",
            b"\x04\x01",
            b"\x04\x82\x01",
            b"\x04\x84\xff\xff\xff\xff",
            b"\x04\x88\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x04\xff",
            b"\x30\x80",
            b"\x30\x80\x04\x01a\x00",
        ] {
            let read = Reader::new(bytes).next_value();
            assert_eq!(read.err(), Some(CUT_SHORT), "{bytes:02x?}");
        }
    }

    #[test]
    fn a_value_of_indefinite_length_is_read_like_the_same_value_of_a_definite_one() {
        let bytes = b"\x24\x80\x04\x02ab\x24\x80\x00\x00\x00\x00\x05\x00";
        let mut reader = Reader::new(bytes);
        let value = reader.next_value().unwrap();
        assert_eq!(value.whole.len(), 12);
        assert!(value.octets().is_err());
        assert_eq!(reader.next_value().unwrap().tag, NULL);
        let bytes = b"\x24\x80\x04\x02ab\x04\x01c\x00\x00";
        let value = Reader::new(bytes).next_value().unwrap();
        assert_eq!(value.octets().unwrap().as_ref(), b"abc");
    }

    #[test]
    fn a_million_values_in_each_other_are_refused() {
        let bytes = [0x30, 0x80].repeat(1_000_000);
        let read = Reader::new(&bytes).next_value();
        assert_eq!(
            read.err(),
            Some(Malformed("too many values lie in each other"))
        );
    }

    #[test]
    fn numbers_keep_to_their_bounds() {
        let number = |bytes: &[u8]| Reader::new(bytes).take(INTEGER).unwrap().small();
        assert_eq!(number(b"\x02\x01\x07"), Ok(7));
        assert_eq!(number(b"\x02\x05\x00\xff\xff\xff\xff"), Ok(u32::MAX));
        assert!(number(b"\x02\x05\x01\x00\x00\x00\x00").is_err());
        assert!(number(b"\x02\x01\x80").is_err());
        assert!(number(b"\x02\x00").is_err());
    }
}

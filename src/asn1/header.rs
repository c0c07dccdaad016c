//! Tags and lengths (X.690, section 8.1), and where a value ends that does not say how long it is.

use super::{CUT_SHORT, Malformed, without_zeros};

/// How deep values of indefinite length may lie in each other.
const MAX_DEPTH: usize = 32;

/// Tag and length of a value.
pub(super) struct Header {
    pub(super) tag: u8,
    /// `None` for a length that only an end mark tells.
    pub(super) len: Option<usize>,
    /// How many bytes it takes itself.
    pub(super) bytes: usize,
}

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (Some(tag), Some(first)) = (bytes.first(), bytes.get(1)) else {
            return Err(CUT_SHORT);
        };
        if tag & 0x1f == 0x1f {
            return Err(Malformed("a tag is of more than one byte"));
        }
        let (len, more) = match *first {
            short @ 0..=0x7f => (Some(usize::from(short)), 0),
            0x80 if tag & 0x20 == 0 => return Err(Malformed("a value has no length")),
            0x80 => (None, 0),
            long => {
                let more = usize::from(long & 0x7f);
                let digits = bytes.get(2..2 + more).ok_or(CUT_SHORT)?;
                (Some(long_length(digits)?), more)
            }
        };
        Ok(Self {
            tag: *tag,
            len,
            bytes: 2 + more,
        })
    }
}

fn long_length(digits: &[u8]) -> Result<usize, Malformed> {
    let digits = without_zeros(digits);
    if digits.len() > 4 {
        return Err(CUT_SHORT);
    }
    let len = digits
        .iter()
        .fold(0u64, |sum, digit| sum << 8 | u64::from(*digit));
    usize::try_from(len).map_err(|_| CUT_SHORT)
}

/// How long the content of a value is that ends with an end mark (X.690, section 8.1.5).
pub(super) fn indefinite(body: &[u8]) -> Result<usize, Malformed> {
    let (mut at, mut depth) = (0usize, 1usize);
    loop {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(&[0, 0]) {
            depth -= 1;
            if depth == 0 {
                return Ok(at);
            }
            at += 2;
            continue;
        }
        let header = Header::read(rest)?;
        match header.len {
            Some(len) => at = at.saturating_add(header.bytes).saturating_add(len),
            None if depth == MAX_DEPTH => {
                return Err(Malformed("too many values lie in each other"));
            }
            None => {
                depth += 1;
                at += header.bytes;
            }
        }
    }
}

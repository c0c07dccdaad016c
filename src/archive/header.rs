//! One ustar header block and the fields in it.
//!
//! Knows POSIX.1-2024, pax, "ustar Interchange Format". The layout comes from the `tar` crate; the numbers are read
//! here, because that crate takes more forms of them than POSIX has.

use tar::{EntryType, Header};

/// Longest name or link target that the header itself holds.
const NAME_FIELD: usize = 100;
/// First number that the eleven octal digits of size and time do not hold.
pub(super) const OCTAL_END: u64 = 1 << 33;

/// Type flags. No others are accepted.
pub(super) const FILE: u8 = b'0';
pub(super) const LINK: u8 = b'2';
pub(super) const DIRECTORY: u8 = b'5';
/// An extended header: its content is pax records for the member that follows.
pub(super) const EXTENDED: u8 = b'x';

/// What a header says, before pax records change it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) kind: u8,
    pub(super) name: Vec<u8>,
    pub(super) target: Vec<u8>,
    pub(super) mode: u32,
    pub(super) size: u64,
    pub(super) mtime: u64,
}

/// Whether a name or link target can stand in the header as it is. Otherwise it needs a pax record.
pub(super) fn holds(text: &[u8]) -> bool {
    text.len() <= NAME_FIELD && text.is_ascii()
}

/// Makes the header block. What does not fit is cut short or, for numbers, 0: the caller writes pax records for it.
pub(super) fn encode(fields: &Fields) -> Header {
    let fits = |number: u64| if number < OCTAL_END { number } else { 0 };
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::new(fields.kind));
    header.set_mode(fields.mode & 0o7777);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(fits(fields.size));
    header.set_mtime(fits(fields.mtime));
    fill(&mut header.as_old_mut().name, &fields.name);
    fill(&mut header.as_old_mut().linkname, &fields.target);
    if let Some(ustar) = header.as_ustar_mut() {
        ustar.dev_major = *b"0000000\0";
        ustar.dev_minor = *b"0000000\0";
    }
    header.set_cksum();
    header
}

/// Reads a header block that is not all zeros.
pub(super) fn decode(header: &Header) -> Result<Fields, String> {
    if octal(&header.as_old().cksum) != Some(checksum(header)) {
        return Err("the header's checksum is wrong".into());
    }
    let Some(ustar) = header.as_ustar() else {
        return Err("not a POSIX tar header".into());
    };
    let [kind] = ustar.typeflag;
    if ![FILE, LINK, DIRECTORY, EXTENDED].contains(&kind) {
        let kind = char::from(kind);
        return Err(format!("members of type {kind:?} are not allowed"));
    }
    // A name in two parts is for tools without pax; two readers could join it differently.
    let unused = ustar.prefix.iter().chain(&ustar.pad);
    if unused.copied().any(|byte| byte != 0) {
        return Err("the header has a name prefix or something after it".into());
    }
    let number = |field: &[u8], name: &str| octal(field).ok_or(format!("the {name} is malformed"));
    let mode = number(&ustar.mode, "mode")?;
    Ok(Fields {
        kind,
        name: text(&ustar.name).ok_or("the name is malformed")?,
        target: text(&ustar.linkname).ok_or("the link target is malformed")?,
        mode: u32::try_from(mode)
            .ok()
            .filter(|mode| *mode <= 0o7777)
            .ok_or("the mode is malformed")?,
        size: number(&ustar.size, "size")?,
        mtime: number(&ustar.mtime, "time")?,
    })
}

/// The bytes of a name field up to its end, for messages about a header that could not be read.
pub(super) fn raw_name(header: &Header) -> &[u8] {
    let mut parts = header.as_old().name.split(|byte| *byte == 0);
    parts.next().unwrap_or_default()
}

/// Puts text into a field, cut to its length; what pax records carry instead is marked with `_`.
fn fill(field: &mut [u8], text: &[u8]) {
    for (slot, byte) in field.iter_mut().zip(text) {
        *slot = if byte.is_ascii() { *byte } else { b'_' };
    }
}

/// The inverse of [`fill`]: the field up to its zeros. Nothing may hide behind them.
fn text(field: &[u8]) -> Option<Vec<u8>> {
    let mut parts = field.splitn(2, |byte| *byte == 0);
    let text = parts.next().unwrap_or_default();
    let rest = parts.next().unwrap_or_default();
    rest.iter().all(|byte| *byte == 0).then(|| text.to_vec())
}

/// Octal digits, then at least one zero or space up to the field's end. GNU's binary numbers are refused.
fn octal(field: &[u8]) -> Option<u64> {
    let end = field
        .iter()
        .position(|byte| !(b'0'..=b'7').contains(byte))?;
    let (digits, rest) = field.split_at_checked(end)?;
    if digits.is_empty() || rest.iter().any(|byte| ![0, b' '].contains(byte)) {
        return None;
    }
    let add = |sum: u64, digit: &u8| sum * 8 + u64::from(digit - b'0');
    Some(digits.iter().fold(0, add))
}

/// The sum of all bytes of the block, the checksum's own counted as spaces.
fn checksum(header: &Header) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let field = &header.as_old().cksum;
    sum(header.as_bytes()) - sum(field) + field.len() as u64 * u64::from(b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Fields {
        Fields {
            kind: FILE,
            name: b"node/0/a".to_vec(),
            mode: 0o4755,
            size: OCTAL_END - 1,
            mtime: 1_772_355_600,
            ..Fields::default()
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let link = Fields {
            kind: LINK,
            target: vec![b't'; 100],
            name: vec![b'n'; 100],
            ..Fields::default()
        };
        for fields in [sample(), link] {
            assert_eq!(decode(&encode(&fields)), Ok(fields));
        }
    }

    #[test]
    fn the_block_is_what_posix_says_byte_for_byte() {
        let header = encode(&sample());
        let bytes = header.as_bytes();
        assert_eq!(&bytes[..9], b"node/0/a\0");
        assert_eq!(&bytes[100..108], b"0004755\0");
        assert_eq!(&bytes[108..124], b"0000000\x000000000\0");
        assert_eq!(&bytes[124..136], b"77777777777\0");
        assert_eq!(&bytes[136..148], b"15151000020\0");
        assert_eq!(bytes[156], b'0');
        assert_eq!(&bytes[257..265], b"ustar\x0000");
        assert!(bytes[265..329].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn numbers_are_octal_digits_with_an_end_and_nothing_else() {
        assert_eq!(octal(b"0000644\0"), Some(0o644));
        assert_eq!(octal(b"012345\0 "), Some(0o12345));
        assert_eq!(octal(b"7\0\0\0"), Some(7));
        let refused: [&[u8]; 9] = [
            b"",
            b"\0\0\0\0",
            b"    ",
            b" 644\0",
            b"0000644",
            b"648\0",
            b"64\x004",
            b"-644\0",
            b"\x80\0\0\0\0\0\0\x01",
        ];
        for field in refused {
            assert_eq!(octal(field), None, "{}", field.escape_ascii());
        }
    }
}

//! What a file may be by its first bytes: worth being read whole, or not.
//!
//! Knows how keys begin; says nothing of what they are.

/// The most bytes of a JSON file that no name speaks for.
const MAX_PLAIN_JSON: u64 = 512 << 10;
/// The most bytes of a file that is searched for a key, whatever it is called.
const MAX_SMALL: u64 = 64 << 10;

/// What the first bytes of a file look like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// A key that is no keystore: PEM, DER, hexadecimal digits. Or a certificate: in DER they begin alike.
    LikeAKey,
    /// JSON, which may hold one.
    LikeJson,
    Otherwise,
}

/// Tells it by the first bytes of a file of `size` bytes.
pub(super) fn looks(first: &[u8], size: u64) -> Looks {
    const BEGINNINGS: [&[u8]; 4] = [
        b"-----BEGIN ",
        b"Bag Attributes",
        b"PuTTY-User-Key-File",
        b"---- BEGIN SSH2",
    ];
    let text = first.trim_ascii_start();
    let is_key = BEGINNINGS
        .iter()
        .any(|beginning| first.starts_with(beginning))
        || is_der(first, size)
        || has_header(first)
        || (64..=68).contains(&size) && is_hex(text);
    match text.first() {
        _ if is_key => Looks::LikeAKey,
        Some(b'{' | b'[' | b'"') if size <= MAX_PLAIN_JSON => Looks::LikeJson,
        _ => Looks::Otherwise,
    }
}

/// How many bytes of a text have to be read to know whether it holds a key; 0 where the first ones say enough.
pub(super) fn room(first: &[u8], size: u64) -> usize {
    let is_more = size > first.len() as u64 && size <= MAX_SMALL;
    match is_more && !first.contains(&0) && looks(first, size) == Looks::Otherwise {
        true => usize::try_from(size).unwrap_or_default(),
        false => 0,
    }
}

/// Whether they begin a DER structure that fills the file: nobody knows by its name what it is.
fn is_der(first: &[u8], size: u64) -> bool {
    let length = match first {
        [0x30, length @ 0..=0x7f, ..] => u64::from(*length) + 2,
        [0x30, 0x81, length, ..] => u64::from(*length) + 3,
        [0x30, 0x82, high, low, ..] => u64::from(u16::from_be_bytes([*high, *low])) + 4,
        _ => return false,
    };
    length == size && size <= MAX_SMALL
}

/// Whether a block of PEM begins anywhere in them.
fn has_header(text: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    // Of five strokes in a row one stands at each fifth place: few places have to be looked at.
    let mut strokes = (0..text.len())
        .step_by(5)
        .filter(|at| text.get(*at) == Some(&b'-'));
    strokes.any(|at| {
        let end = text.len().min(at + BEGIN.len());
        let near = text.get(at.saturating_sub(4)..end).unwrap_or_default();
        near.windows(BEGIN.len()).any(|part| part == BEGIN)
    })
}

fn is_hex(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_pem_is_found_at_any_place() {
        for before in 0..12 {
            let text = [&vec![b'#'; before][..], b"-----BEGIN X"].concat();
            assert!(looks(&text, 5000) == Looks::LikeAKey, "{before}");
        }
        assert!(looks(b"# ----- BEGIN", 13) == Looks::Otherwise);
        let text = [b'#'; 4096];
        assert_eq!(room(&text, 5000), 5000);
        assert_eq!(room(&text, 4096), 0, "all of it is there");
        assert_eq!(room(&text, 1 << 20), 0, "too large");
        assert_eq!(room(&[0; 4096], 5000), 0, "no text");
    }

    #[test]
    fn keys_are_told_by_how_they_begin_and_how_long_they_are() {
        let pkcs8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5];
        assert!(looks(&pkcs8, 48) == Looks::LikeAKey);
        assert!(looks(&pkcs8, 49) == Looks::Otherwise, "of another length");
        assert!(looks(b"-----BEGIN PRIVATE KEY-----", 200) == Looks::LikeAKey);
        let hex = [b'a'; 64];
        assert!(looks(&hex, 64) == Looks::LikeAKey);
        assert!(looks(&hex, 70) == Looks::Otherwise, "longer than it looks");
        assert!(looks(&[b'g'; 64], 64) == Looks::Otherwise);
        assert!(looks(b" {\"crypto\":", 500) == Looks::LikeJson);
        assert!(
            looks(b"{", 70_900) == Looks::LikeJson,
            "with blanks behind it"
        );
        assert!(looks(b"{", 1 << 20) == Looks::Otherwise, "too large");
        assert!(looks(b"", 0) == Looks::Otherwise);
    }
}

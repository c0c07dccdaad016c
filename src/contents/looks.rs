//! What a file may be by its first bytes: worth being read whole, or not.
//!
//! Knows how keys begin; says nothing of what they are.

/// The most bytes of a JSON file that no name speaks for.
const MAX_PLAIN_JSON: u64 = 64 << 10;

/// What the first bytes of a file look like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// A key that is no keystore: PEM, DER, hexadecimal digits.
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
        || is_der_key(first, size)
        || (64..=68).contains(&size) && is_hex(text);
    match text.first() {
        _ if is_key => Looks::LikeAKey,
        Some(b'{' | b'[' | b'"') if size <= MAX_PLAIN_JSON => Looks::LikeJson,
        _ => Looks::Otherwise,
    }
}

/// Whether they begin a DER structure that fills the file and begins as keys do: PKCS#8, encrypted PKCS#8, SEC 1, PKCS#1.
fn is_der_key(first: &[u8], size: u64) -> bool {
    let (length, body) = match first {
        [0x30, length @ 0..=0x7f, body @ ..] => (u64::from(*length) + 2, body),
        [0x30, 0x81, length, body @ ..] => (u64::from(*length) + 3, body),
        [0x30, 0x82, high, low, body @ ..] => {
            (u64::from(u16::from_be_bytes([*high, *low])) + 4, body)
        }
        _ => return false,
    };
    let is_plain = matches!(body, [2, 1, 0 | 1, ..]);
    // PBES1 and PBES2 (RFC 8018) begin with the arc of PKCS#5.
    let is_encrypted = body
        .windows(8)
        .take(8)
        .any(|part| part == [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05]);
    length == size && (is_plain || is_encrypted)
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
        assert!(looks(b"{", 1 << 20) == Looks::Otherwise, "too large");
        assert!(looks(b"", 0) == Looks::Otherwise);
    }
}

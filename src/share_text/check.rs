//! What the check bytes of a share text cover, and which group of a line is wrong.
//!
//! Knows the two words (of the header, of a line), and nothing of letters. A line's word begins with the header and
//! the line's number, which are not in the line: so a line of another share, or at another place, does not check.

use zeroize::Zeroizing;

use super::reed_solomon::{self, CHECK};
use super::{HEADER_BYTES, LINE_BYTES, Wrong};

/// Pairs of the line's word that stand for the header.
const HEADER_PAIRS: usize = HEADER_BYTES / 2;

/// Returns the check bytes of a header.
pub(super) fn of_header(header: &[u8; HEADER_BYTES]) -> Zeroizing<[u8; CHECK]> {
    reed_solomon::check(header)
}

/// Proves the header with its check bytes, as they were read.
///
/// # Errors
/// [`Wrong::Check`] with the line, and the group where all that is wrong lies in one.
pub(super) fn prove_header(word: &[u8]) -> Result<(), Wrong> {
    if reed_solomon::is_whole(word) {
        return Ok(());
    }
    let place = reed_solomon::wrong_pair(word).and_then(|pair| u8::try_from(pair).ok());
    Err(Wrong::Check {
        line: place.map(|pair| pair / 4),
        group: place.map(|pair| pair % 4 + 1),
    })
}

/// Returns the check bytes of the `data` in line `number`.
pub(super) fn of_line(
    header: &[u8; HEADER_BYTES],
    number: u8,
    data: &[u8],
) -> Zeroizing<[u8; CHECK]> {
    reed_solomon::check(&line_word(header, number, data))
}

/// Proves line `number` from its data and check bytes, as they were read.
///
/// # Errors
/// [`Wrong::OtherShare`], or [`Wrong::Check`] with the group where all that is wrong lies in one.
pub(super) fn prove_line(
    header: &[u8; HEADER_BYTES],
    number: u8,
    bytes: &[u8],
) -> Result<(), Wrong> {
    let word = line_word(header, number, bytes);
    if reed_solomon::is_whole(&word) {
        return Ok(());
    }
    let pair = reed_solomon::wrong_pair(&word);
    if pair.is_some_and(|pair| pair < HEADER_PAIRS) {
        return Err(Wrong::OtherShare { line: number });
    }
    // the pair after the header is the line's number: group 0, its first letter
    let group = pair.and_then(|pair| u8::try_from(pair - HEADER_PAIRS).ok());
    Err(Wrong::Check {
        line: Some(number),
        group,
    })
}

/// The header, a zero and the line's number (so that pairs stay pairs), then what stands in the line.
fn line_word(header: &[u8; HEADER_BYTES], number: u8, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut word = Zeroizing::new(Vec::with_capacity(HEADER_BYTES + 2 + LINE_BYTES + CHECK));
    word.extend_from_slice(header);
    word.extend_from_slice(&[0, number]);
    word.extend_from_slice(bytes);
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: [u8; HEADER_BYTES] = *b"12345678901234567890";

    fn line(number: u8) -> Vec<u8> {
        [
            b"ABCDEFGH".as_slice(),
            of_line(&HEADER, number, b"ABCDEFGH").as_slice(),
        ]
        .concat()
    }

    #[test]
    fn a_line_proves_itself_at_its_own_place_only() {
        assert_eq!(prove_line(&HEADER, 4, &line(4)), Ok(()));
        let elsewhere = Err(Wrong::Check {
            line: Some(5),
            group: Some(0),
        });
        assert_eq!(prove_line(&HEADER, 5, &line(4)), elsewhere);
    }

    #[test]
    fn a_line_of_another_number_or_quorum_is_named_as_such() {
        for place in [18, 19] {
            let mut other = HEADER;
            other[place] ^= 7;
            let answer = prove_line(&other, 4, &line(4));
            assert_eq!(answer, Err(Wrong::OtherShare { line: 4 }));
        }
    }

    #[test]
    fn errors_in_two_groups_are_blamed_on_the_line_only() {
        let mut bytes = line(6);
        bytes[1] ^= 1;
        bytes[2] ^= 1;
        let answer = prove_line(&HEADER, 6, &bytes);
        let whole_line = Err(Wrong::Check {
            line: Some(6),
            group: None,
        });
        assert_eq!(answer, whole_line);
    }
}

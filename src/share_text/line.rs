//! One line of letters <-> its number and bytes.
//!
//! Knows the alphabet, the first letter and how long a line is; nothing of checks, and nothing of what the bytes mean.

use zeroize::Zeroizing;

use super::{DATA_LINES, HEADER_LINES, TEXT_LIMIT, Wrong};

/// A nibble each, 0 to 15. They sit on the same key on every Latin keyboard layout, and none looks like another.
const ALPHABET: &[u8; 16] = b"bcdefghjknprstvx";

/// Letters in a line of the header: its first letter and 4 groups of 4.
const HEADER_LETTERS: usize = 17;

/// Letters in a line of the share: its first letter, 4 groups and 2 groups of check.
const DATA_LETTERS: usize = 25;

/// A line as it was read: well-formed, nothing proven.
pub(super) struct Line {
    /// 0..=2 in the header, 3..=6 in the share.
    pub(super) number: u8,
    /// 8 bytes in the header, 12 in the share.
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// Returns the letter that line `number` begins with, `None` if there is no such line.
pub fn letter(number: u8) -> Option<char> {
    is_line(&number).then(|| letter_of(number))
}

fn is_line(number: &u8) -> bool {
    HEADER_LINES.contains(number) || DATA_LINES.contains(number)
}

/// Appends a line: its letter, then groups of two bytes, with a wider gap before data and check.
pub(super) fn write(text: &mut String, number: u8, data: &[u8], check: &[u8]) {
    text.push(letter_of(number));
    write_groups(text, data);
    write_groups(text, check);
}

fn write_groups(text: &mut String, bytes: &[u8]) {
    let mut gap = "  ";
    for group in bytes.chunks(2) {
        text.push_str(gap);
        gap = " ";
        for byte in group {
            text.push(letter_of(byte >> 4));
            text.push(letter_of(byte & 15));
        }
    }
}

/// Reads every line of a text. The three lines of the header may stand in one. Blank lines and `#` lines are left out.
pub(super) fn read_all(text: &str) -> Result<Vec<Line>, Wrong> {
    if text.len() > TEXT_LIMIT {
        return Err(Wrong::TooLong);
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !is_comment(line)) {
        let nibbles = nibbles(line)?;
        let length = match nibbles.len() {
            all if all == HEADER_LINES.len() * HEADER_LETTERS => HEADER_LETTERS,
            length => length.max(1),
        };
        for part in nibbles.chunks(length) {
            lines.push(from_nibbles(part)?);
        }
    }
    Ok(lines)
}

/// Reads one line, wherever it was broken.
pub(super) fn read(line: &str) -> Result<Line, Wrong> {
    if line.len() > TEXT_LIMIT {
        return Err(Wrong::TooLong);
    }
    from_nibbles(&nibbles(line)?)
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

fn from_nibbles(nibbles: &[u8]) -> Result<Line, Wrong> {
    let letters = nibbles.len();
    let line = nibbles.first().copied().filter(is_line);
    let (number, rest) = match (letters, nibbles.split_first()) {
        (HEADER_LETTERS | DATA_LETTERS, Some((number, rest))) => (*number, rest),
        _ => return Err(Wrong::Length { line, letters }),
    };
    let numbers = match letters {
        HEADER_LETTERS => HEADER_LINES,
        _ => DATA_LINES,
    };
    if !numbers.contains(&number) {
        let (line, group) = (None, Some(0));
        return Err(Wrong::Check { line, group });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(letters / 2));
    bytes.extend(rest.chunks(2).map(join));
    Ok(Line { number, bytes })
}

/// Two nibbles to a byte.
fn join(pair: &[u8]) -> u8 {
    pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)
}

fn letter_of(nibble: u8) -> char {
    let letter = ALPHABET.get(usize::from(nibble)).copied();
    char::from(letter.unwrap_or(b'?'))
}

fn nibble_of(character: char) -> Option<u8> {
    let lower = character.to_ascii_lowercase();
    let place = ALPHABET.iter().position(|l| char::from(*l) == lower)?;
    u8::try_from(place).ok()
}

/// The nibbles of a line, without what may stand between them.
fn nibbles(line: &str) -> Result<Zeroizing<Vec<u8>>, Wrong> {
    // the right size at once: a Vec that grows leaves its old contents behind
    let mut nibbles = Zeroizing::new(Vec::with_capacity(line.len()));
    for (character, position) in line.chars().zip(1..) {
        if character.is_whitespace() || character == '-' || character == '.' {
            continue;
        }
        let nibble = nibble_of(character).ok_or_else(|| Wrong::Letters {
            line: nibbles.first().copied().filter(is_line),
            position,
        })?;
        nibbles.push(nibble);
    }
    Ok(nibbles)
}

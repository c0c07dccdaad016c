//! Letters of HOCON: blanks, comments, quoted texts, keys and bare words. A place in the text and the number of its line.
//!
//! Every search ends at the end of the line or within a bound, and what it did not find is not looked for there again: the
//! time that a file takes grows with its length alone.

use std::cell::Cell;

use zeroize::Zeroizing;

/// How far `}` is looked for behind `${` and `{{`.
const MAX_SUBSTITUTION: usize = 1_024;

/// A place in a text.
pub(super) struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    /// Where the line ends, once it was looked for: a long line is not searched again for each of its words.
    end: Cell<Option<usize>>,
    /// The line of the place, from 1.
    pub(super) line: u32,
    /// No `"""` stands behind this place: looked for once, not for every line again.
    no_triple: bool,
    /// No `}` stands between here and this place, and no `}}` between here and the other.
    no_brace: usize,
    no_braces: usize,
}

/// A quoted text, and what is wrong with it.
pub(super) struct Quoted {
    /// What stands in it.
    pub(super) text: Zeroizing<Vec<u8>>,
    /// Why it is only half understood.
    pub(super) wrong: Option<&'static str>,
}

impl<'t> Scanner<'t> {
    /// At the start of `text`.
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            end: Cell::new(None),
            line: 1,
            no_triple: false,
            no_brace: 0,
            no_braces: 0,
        }
    }

    /// What stands from here on.
    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Whether `word` comes next.
    pub(super) fn sees(&self, word: &[u8]) -> bool {
        self.rest().starts_with(word)
    }

    /// Goes on by `count` bytes.
    pub(super) fn advance(&mut self, count: usize) {
        let passed = self.rest().get(..count).unwrap_or(self.rest());
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(lines as u32);
        self.at += passed.len();
    }

    /// Goes to the very end.
    pub(super) fn finish(&mut self) {
        self.at = self.text.len();
    }

    /// The rest of the line, without its end.
    pub(super) fn rest_of_line(&self) -> &'t [u8] {
        let end = self.end.get().filter(|end| *end >= self.at);
        let end = end.unwrap_or_else(|| {
            let rest = self.rest();
            let end = rest.iter().position(|byte| *byte == b'\n');
            self.at + end.unwrap_or(rest.len())
        });
        self.end.set(Some(end));
        self.text.get(self.at..end).unwrap_or_default()
    }

    /// The width of a blank that comes next, or 0. Blanks of HOCON are all of Unicode's, and the mark that begins files.
    fn blank(&self) -> usize {
        let rest = self.rest();
        match rest {
            [b' ' | b'\t' | b'\r' | 0x0B | 0x0C | 0x1C..=0x1F, ..] => 1,
            [0xC2, 0xA0, ..] => 2,
            [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..] => 3,
            [0xE2, 0x81, 0x9F, ..] | [0xE3, 0x80, 0x80, ..] | [0xEF, 0xBB, 0xBF, ..] => 3,
            [0xE1, 0x9A, 0x80, ..] => 3,
            _ => 0,
        }
    }

    /// Passes blanks, and tells what they were: they count between two pieces of a value.
    pub(super) fn blanks(&mut self) -> &'t [u8] {
        let start = self.at;
        loop {
            match self.blank() {
                0 => break,
                width => self.at += width,
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Whether a comment comes next.
    pub(super) fn sees_comment(&self) -> bool {
        self.sees(b"#") || self.sees(b"//")
    }

    /// Passes blanks, comments and ends of lines; whether there was an end of line.
    pub(super) fn blanks_and_lines(&mut self) -> bool {
        let mut was_line = false;
        loop {
            self.blanks();
            if self.sees_comment() {
                self.at += self.rest_of_line().len();
            } else if self.sees(b"\n") {
                self.advance(1);
                was_line = true;
            } else {
                return was_line;
            }
        }
    }

    /// Reads the quoted text that begins here, or the rest of the line where its end is missing.
    pub(super) fn quoted(&mut self) -> Quoted {
        if self.sees(b"\"\"\"") && !self.no_triple {
            if let Some(quoted) = self.triple() {
                return quoted;
            }
            self.no_triple = true;
        }
        self.advance(1);
        let line = self.rest_of_line();
        let (mut wrong, mut at) = (None, 0);
        let mut text = Zeroizing::new(Vec::with_capacity(length(line)));
        while let Some(byte) = line.get(at) {
            match byte {
                b'"' => {
                    self.advance(at + 1);
                    return Quoted { text, wrong };
                }
                b'\\' => {
                    let (width, is_known) = escape(line.get(at..).unwrap_or_default(), &mut text);
                    at += width;
                    if !is_known {
                        wrong = Some("an escape that HOCON does not know");
                    }
                }
                byte => {
                    text.push(*byte);
                    at += 1;
                }
            }
        }
        self.advance(line.len());
        Quoted {
            text: unclosed(&text),
            wrong: Some("a quote is not closed"),
        }
    }

    /// The text in `"""`: as it stands; quotes in front of its end belong to it.
    fn triple(&mut self) -> Option<Quoted> {
        let inside = self.rest().get(3..)?;
        let close = inside.windows(3).position(|three| three == b"\"\"\"")?;
        let more = inside.get(close + 3..)?;
        let more = more.iter().take_while(|byte| **byte == b'"').count();
        let text = inside.get(..close + more)?.to_vec();
        self.advance(3 + close + more + 3);
        Some(Quoted {
            text: Zeroizing::new(text),
            wrong: None,
        })
    }

    /// Reads `${path}`: the path and whether it may be missing. `None`, and no step, where it has no end.
    pub(super) fn substitution(&mut self) -> Option<(String, bool)> {
        let line = self.rest_of_line();
        let within = line.get(2..)?;
        let within = within.get(..MAX_SUBSTITUTION).unwrap_or(within);
        let known = self.no_brace.saturating_sub(self.at + 2).min(within.len());
        let behind = within.get(known..)?;
        let Some(end) = behind.iter().position(|byte| *byte == b'}') else {
            self.no_brace = self.at + 2 + within.len();
            return None;
        };
        let end = known + end;
        let path = within.get(..end)?;
        let optional = path.starts_with(b"?");
        let path = path.get(usize::from(optional)..)?;
        self.advance(2 + end + 1);
        let path = String::from_utf8_lossy(path);
        let parts = path.split('"').map(str::trim);
        Some((parts.collect(), optional))
    }

    /// Reads `{{ anything }}`, as it stands. `None`, and no step, where it has no end in the line.
    pub(super) fn template(&mut self) -> Option<&'t [u8]> {
        let line = self.rest_of_line();
        let within = line.get(..MAX_SUBSTITUTION).unwrap_or(line);
        let known = self.no_braces.saturating_sub(self.at).min(within.len());
        let behind = within.get(known..)?;
        let Some(end) = behind.windows(2).position(|two| two == b"}}") else {
            // The last byte may be the first of two.
            self.no_braces = (self.at + within.len()).saturating_sub(1);
            return None;
        };
        let end = known + end;
        let text = within.get(..end + 2)?;
        self.advance(text.len());
        Some(text)
    }
}

/// How long a text in quotes is at most: to the next quote that no `\` hides, or to the end of the line.
fn length(line: &[u8]) -> usize {
    let mut is_hidden = false;
    let end = line.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_hidden;
        is_hidden = *byte == b'\\' && !is_hidden;
        is_end
    });
    end.unwrap_or(line.len())
}

/// A text whose end is missing, to the end of its line, without a comma or a curly quote at its very end. A comment behind
/// it cannot be told from the text: it stays a part of it.
fn unclosed(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut text = text.trim_ascii_end();
    for end in [&b","[..], "\u{201c}".as_bytes(), "\u{201d}".as_bytes()] {
        text = text.strip_suffix(end).unwrap_or(text).trim_ascii_end();
    }
    Zeroizing::new(text.to_vec())
}

/// Reads an escape; its width, and whether it is one.
fn escape(from: &[u8], text: &mut Vec<u8>) -> (usize, bool) {
    let plain = match from.get(1) {
        Some(b'"') => b'"',
        Some(b'\\') => b'\\',
        Some(b'/') => b'/',
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'u') => return unicode(from, text),
        _ => {
            text.push(b'\\');
            return (1, false);
        }
    };
    text.push(plain);
    (2, true)
}

/// Reads `\uXXXX`, two of them for a letter beyond the first 65,536 (RFC 8259, section 7).
fn unicode(from: &[u8], text: &mut Vec<u8>) -> (usize, bool) {
    let unit = |from: &[u8]| {
        let digits = from.strip_prefix(b"\\u")?.get(..4)?;
        let digits = std::str::from_utf8(digits).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    let second = from.get(6..).and_then(unit);
    let units = unit(from).into_iter().chain(second);
    let mut units = char::decode_utf16(units);
    match units.next() {
        Some(Ok(letter)) => {
            let mut buffer = [0; 4];
            text.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
            (if letter.len_utf16() == 2 { 12 } else { 6 }, true)
        }
        _ => {
            text.push(b'\\');
            (1, false)
        }
    }
}

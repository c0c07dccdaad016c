//! Values of HOCON: pieces of text, quoted and bare, and substitutions, up to the end of the value or a bracket.

use zeroize::Zeroizing;

use super::super::Piece;
use super::{Reader, Stands};

impl Reader<'_> {
    /// Reads a value of the present key, whose last `added` parts end with it.
    pub(super) fn value(&mut self, added: usize, stands: Stands) {
        let line = self.scanner.line;
        let mut pieces = Vec::new();
        loop {
            let blanks = self.scanner.blanks();
            let opens = match self.scanner.peek() {
                None | Some(b'\n' | b',' | b'}' | b']') => None,
                _ if self.scanner.sees_comment() => None,
                Some(open @ (b'{' | b'[')) if !self.scanner.sees(b"{{") => Some(open),
                Some(_) => {
                    if !pieces.is_empty() {
                        push_text(&mut pieces, blanks);
                    }
                    self.piece(&mut pieces);
                    continue;
                }
            };
            let is_more = stands == Stands::Behind || !pieces.is_empty();
            let only_text = !pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Substitution(..)));
            if opens.is_some() && !pieces.is_empty() && only_text {
                self.note(line, "text and a bracket in one value");
            }
            if stands == Stands::Behind && !pieces.is_empty() {
                let part = self.next_more();
                self.key.push(part);
                self.emit(pieces, line);
                self.key.pop();
            } else if opens.is_none() || !pieces.is_empty() {
                self.emit(pieces, line);
            }
            return match opens {
                Some(b'{') => self.open(b'}', added, is_more),
                Some(_) => self.open(b']', added, is_more),
                None => self.drop_parts(added),
            };
        }
    }

    /// Reads one piece of a value.
    fn piece(&mut self, pieces: &mut Vec<Piece>) {
        let line = self.scanner.line;
        match self.scanner.rest() {
            [b'"', ..] => {
                let quoted = self.scanner.quoted();
                if let Some(wrong) = quoted.wrong {
                    self.note(line, wrong);
                }
                push_text(pieces, &quoted.text);
            }
            [b'$', b'{', ..] => match self.scanner.substitution() {
                Some((path, optional)) => pieces.push(Piece::Substitution(path, optional)),
                None => self.odd(pieces, 2, "a ${ is not closed"),
            },
            [b'{', b'{', ..] => match self.scanner.template() {
                Some(text) => {
                    self.note(line, "a place in a template that was not filled in");
                    push_text(pieces, text);
                }
                None => self.odd(pieces, 2, "two braces that are no object"),
            },
            _ => self.bare(pieces),
        }
    }

    /// Takes bytes as text that are none, and says so.
    fn odd(&mut self, pieces: &mut Vec<Piece>, width: usize, why: &str) {
        self.note_here(why);
        push_text(pieces, self.scanner.rest().get(..width).unwrap_or_default());
        self.scanner.advance(width);
    }

    /// Reads text without quotes, up to what cannot be part of it.
    fn bare(&mut self, pieces: &mut Vec<Piece>) {
        let rest = self.scanner.rest_of_line();
        let mut end = 0;
        while let Some(byte) = rest.get(end) {
            let before = end.checked_sub(1).and_then(|at| rest.get(at));
            let behind = rest.get(end..).unwrap_or_default();
            let is_comment = behind.starts_with(b"//") && before != Some(&b':');
            if b" \t\r\n,{}[]\"#".contains(byte) || is_comment || behind.starts_with(b"${") {
                break;
            }
            end += 1;
        }
        // What stops it at once, such as a `}` without its `{`, is never the first byte here.
        let text = rest.get(..end.max(1)).unwrap_or(rest);
        if text
            .iter()
            .any(|byte| b":=+`^?!@*&\\$".contains(byte) || *byte < b' ')
        {
            self.note_here("a letter in a value that needs quotes");
        }
        let curly = |text: &[u8]| {
            let text = std::str::from_utf8(text).ok()?;
            let inner = text.strip_prefix(['\u{201c}', '\u{201d}'])?;
            let inner = inner
                .strip_suffix(['\u{201c}', '\u{201d}'])
                .unwrap_or(inner);
            Some(inner.len())
        };
        let inner = match curly(text) {
            Some(len) => {
                self.note_here("curly quotes, which are part of the text");
                text.get(3..3 + len).unwrap_or(text)
            }
            None => text,
        };
        if std::str::from_utf8(text).is_err() {
            self.note_here("bytes that are not UTF-8");
        }
        push_text(pieces, inner);
        self.scanner.advance(text.len());
    }
}

/// Adds text to a value: to the piece before, where that is text. A vector that grows leaves its contents behind; the
/// allocator of the program wipes them.
fn push_text(pieces: &mut Vec<Piece>, text: &[u8]) {
    match pieces.last_mut() {
        Some(Piece::Text(before)) => before.extend_from_slice(text),
        Some(_) if text.is_empty() => {}
        _ => pieces.push(Piece::Text(Zeroizing::new(text.to_vec()))),
    }
}

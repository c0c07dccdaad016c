//! Keys and includes, and the way past what is not understood.

use super::super::scanner::Scanner;
use super::super::{Include, MAX_DEPTH};
use super::{Frame, MAX_KEY, Reader};

impl Reader<'_> {
    /// Reads a key, part by part. `None` when there is none; the place is then somewhere behind its letters.
    pub(super) fn read_key(&mut self) -> Option<Vec<String>> {
        let (mut parts, mut part) = (Vec::new(), Vec::new());
        // A part in quotes may be empty or begin and end with blanks.
        let mut is_quoted = false;
        loop {
            match self.scanner.rest() {
                [b'"', ..] => {
                    let quoted = self.scanner.quoted();
                    if quoted.wrong.is_some() {
                        return None;
                    }
                    part.extend_from_slice(&quoted.text);
                    is_quoted = true;
                }
                [b'.', ..] => {
                    self.scanner.advance(1);
                    parts.push(key_part(&part, is_quoted)?);
                    part.clear();
                    is_quoted = false;
                }
                []
                | [
                    b'\n' | b'=' | b':' | b'{' | b'}' | b'[' | b']' | b',' | b'#' | b'$',
                    ..,
                ]
                | [b'+', b'=', ..]
                | [b'/', b'/', ..] => break,
                [byte, ..] if part.len() <= MAX_KEY => {
                    part.push(*byte);
                    self.scanner.advance(1);
                }
                _ => return None,
            }
        }
        parts.push(key_part(&part, is_quoted)?);
        let is_short = parts.len() <= MAX_DEPTH;
        is_short.then_some(parts)
    }

    /// Reads an include, if one begins here: `include "f"`, `include required(file("f"))` and the like. A key that only
    /// begins with the word is none.
    pub(super) fn include(&mut self) -> bool {
        let line = self.scanner.rest_of_line();
        let Some(mut rest) = line.strip_prefix(b"include") else {
            return false;
        };
        if !rest.first().is_some_and(|byte| b" \t\"".contains(byte)) {
            return false;
        }
        let (mut required, mut is_file, mut open) = (false, true, 0);
        for word in [&b"required("[..], b"file(", b"url(", b"classpath("] {
            rest = rest.trim_ascii_start();
            if let Some(inside) = rest.strip_prefix(word) {
                rest = inside;
                open += 1;
                required |= word == b"required(";
                is_file &= word == b"required(" || word == b"file(";
            }
        }
        let rest = rest.trim_ascii_start();
        if rest.first() != Some(&b'"') {
            return false;
        }
        let before = line.len() - rest.len();
        let mut inside = Scanner::new(rest);
        let name = inside.quoted();
        let mut end = inside.rest();
        while let (Some(b')'), 1..) = (end.trim_ascii_start().first(), open) {
            end = end.trim_ascii_start().get(1..).unwrap_or_default();
            open -= 1;
        }
        if name.wrong.is_some() || open > 0 {
            self.note_here("an include without its end");
        }
        let what = String::from_utf8_lossy(&name.text).into_owned();
        let is_url = is_file && what.contains("://");
        self.found.includes.push(Include {
            what,
            is_file: is_file && !is_url,
            required,
            line: self.scanner.line,
            below: self.key.clone(),
            after: self.found.settings.len(),
        });
        self.scanner.advance(before + rest.len() - end.len());
        true
    }

    /// Lists the line as not understood and passes the rest of it. Its brackets still count, so that what follows stands
    /// in the right object.
    pub(super) fn give_up(&mut self, why: &str) {
        self.note_here(why);
        while let Some(byte) = self.scanner.peek() {
            match byte {
                b'\n' => return,
                b'"' => drop(self.scanner.quoted()),
                b'{' | b'[' => self.open_unknown(byte),
                b'}' | b']' => self.close(byte),
                _ if self.scanner.sees_comment() => {
                    let end = self.scanner.rest_of_line().len();
                    self.scanner.advance(end);
                }
                _ => self.scanner.advance(1),
            }
        }
    }

    /// A bracket in a line that is not understood: what stands in it is read below a key "?".
    fn open_unknown(&mut self, open: u8) {
        if self.frames.len() >= MAX_DEPTH {
            return self.pass_block();
        }
        self.scanner.advance(1);
        let is_list = open == b'[';
        self.key.push("?".into());
        self.frames.push(Frame {
            close: if is_list { b']' } else { b'}' },
            added: 1,
            next: is_list.then_some(0),
            is_more: false,
            is_unknown: true,
            line: self.scanner.line,
        });
    }

    /// Passes an object or list that stands too deep, with all that is in it.
    pub(super) fn pass_block(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.scanner.peek() {
            match byte {
                b'"' => drop(self.scanner.quoted()),
                _ if self.scanner.sees_comment() => {
                    let end = self.scanner.rest_of_line().len();
                    self.scanner.advance(end);
                }
                _ => {
                    match byte {
                        b'{' | b'[' => open += 1,
                        b'}' | b']' => open -= 1,
                        _ => {}
                    }
                    self.note_here("more than 64 brackets deep");
                    self.scanner.advance(1);
                }
            }
            if open == 0 {
                return;
            }
        }
    }
}

/// A part of a key. Blanks around it do not count, unless they stand in quotes.
fn key_part(part: &[u8], is_quoted: bool) -> Option<String> {
    let text = String::from_utf8_lossy(part);
    let text = if is_quoted { &text } else { text.trim() };
    let text = text.trim_end_matches(|letter: char| is_quoted && letter.is_whitespace());
    let is_there = is_quoted || !text.is_empty();
    (is_there && text.len() <= MAX_KEY).then(|| text.to_owned())
}

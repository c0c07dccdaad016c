//! The structure of HOCON: objects, lists, keys and values, without recursion, and on to the next line after a mistake.
//!
//! Knows the words of the scanner; no meaning of any key.

mod passing;
mod value;

use super::scanner::Scanner;
use super::{Hocon, MAX_DEPTH, MAX_NOT_UNDERSTOOD, MAX_SETTINGS, Piece, Setting, Value};

/// The most bytes of one part of a key.
const MAX_KEY: usize = 1_024;
/// The most bytes of all keys together: each setting carries the whole of its own.
const MAX_KEYS: usize = 16 << 20;

/// An object or list that is being read.
struct Frame {
    /// Its closing bracket.
    close: u8,
    /// How many parts it added to the key.
    added: usize,
    /// The index of the next element. `None` in an object.
    next: Option<usize>,
    /// Whether its elements are added to another list.
    is_more: bool,
    /// Whether it stands in a line that is not understood: nothing is added to it later.
    is_unknown: bool,
    /// The line that it begins in.
    line: u32,
}

/// How a value stands to the ones of the same key before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Instead,
    Behind,
}

/// Reads one file.
pub(super) struct Reader<'t> {
    scanner: Scanner<'t>,
    key: Vec<String>,
    frames: Vec<Frame>,
    found: Hocon,
    /// Bytes of all keys so far.
    key_bytes: usize,
    /// Elements that were added to lists so far.
    more: usize,
    /// The key of an object or list that was closed just now: another one may follow and belong to it.
    closed: Option<Vec<String>>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            scanner: Scanner::new(text),
            key: Vec::new(),
            frames: Vec::new(),
            found: Hocon::default(),
            key_bytes: 0,
            more: 0,
            closed: None,
        }
    }

    /// Reads to the end.
    pub(super) fn read(mut self) -> Hocon {
        loop {
            if self.scanner.blanks_and_lines() {
                self.closed = None;
            }
            match self.scanner.peek() {
                None => break,
                Some(b',') => {
                    self.closed = None;
                    self.scanner.advance(1);
                }
                Some(close @ (b'}' | b']')) => self.close(close),
                Some(next) => self.item(next),
            }
        }
        for frame in std::mem::take(&mut self.frames) {
            self.note(frame.line, "a bracket is not closed");
        }
        self.found.not_understood.sort_by_key(|(line, _)| *line);
        self.found
    }

    /// Reads what stands in an object or list.
    fn item(&mut self, next: u8) {
        if let Some(key) = self.closed.take()
            && matches!(next, b'{' | b'[' | b'$')
        {
            let added = key.len().saturating_sub(self.key.len());
            self.key = key;
            self.value(added, Stands::Behind);
            return;
        }
        self.close_forgotten_lists();
        let index = self.frames.last_mut().and_then(|frame| {
            let index = frame.next.as_mut()?;
            *index += 1;
            Some((*index - 1, frame.is_more))
        });
        match index {
            Some((index, is_more)) => {
                let part = if is_more {
                    self.next_more()
                } else {
                    index.to_string()
                };
                self.key.push(part);
                self.value(1, Stands::Instead);
            }
            None => self.member(next),
        }
    }

    /// Closes lists in front of a line that can only be a member of an object.
    fn close_forgotten_lists(&mut self) {
        let line = self.scanner.line;
        while let Some(frame) = self.frames.last() {
            if frame.next.is_none() || frame.line == line || !self.sees_member() {
                return;
            }
            let (added, line) = (frame.added, frame.line);
            self.frames.pop();
            self.drop_parts(added);
            self.note(line, "a bracket is not closed");
        }
    }

    fn next_more(&mut self) -> String {
        self.more += 1;
        format!("+{}", self.more - 1)
    }

    /// Reads a key with its value, an include, or the brace around the whole file.
    fn member(&mut self, next: u8) {
        let is_first = self.found.settings.is_empty() && self.frames.is_empty();
        match next {
            b'{' if is_first => return self.open(b'}', 0, false),
            b'[' if is_first => {
                self.note_here("a list where keys should stand");
                return self.open(b']', 0, false);
            }
            _ => {}
        }
        if self.include() {
            return;
        }
        let Some(parts) = self.read_key() else {
            return self.give_up("no key that could be read");
        };
        self.scanner.blanks();
        let stands = match self.scanner.rest() {
            [b'=' | b':', ..] => Stands::Instead,
            [b'+', b'=', ..] => Stands::Behind,
            [b'{', ..] => Stands::Instead,
            _ => return self.give_up("no =, : or { behind the key"),
        };
        let separator = match self.scanner.peek() {
            Some(b'{') => 0,
            Some(b'+') => 2,
            _ => 1,
        };
        self.scanner.advance(separator);
        let mut added = parts.len();
        self.key.extend(parts);
        if stands == Stands::Behind {
            let part = self.next_more();
            self.key.push(part);
            added += 1;
        }
        self.first_of_value(added);
    }

    /// Goes to the value behind a separator, which may stand in a later line.
    fn first_of_value(&mut self, added: usize) {
        let line = self.scanner.line;
        let is_later = self.scanner.blanks_and_lines();
        let is_missing = matches!(self.scanner.peek(), None | Some(b'}' | b']' | b','));
        if is_missing || is_later && self.sees_member() {
            self.note(line, "no value behind the key");
            self.drop_parts(added);
        } else {
            self.value(added, Stands::Instead);
        }
    }

    /// Whether the line looks like a key with its value.
    fn sees_member(&self) -> bool {
        let line = self.scanner.rest_of_line();
        let line = line.get(..MAX_KEY).unwrap_or(line);
        let end = line.iter().position(|byte| b"={\"[".contains(byte));
        end.is_some_and(|end| end > 0 && matches!(line.get(end), Some(b'=' | b'{')))
    }

    fn emit(&mut self, pieces: Vec<Piece>, line: u32) {
        if self.found.settings.len() >= MAX_SETTINGS || !self.has_room() {
            return self.end(line);
        }
        self.found.settings.push(Setting {
            key: self.key.clone(),
            value: Value { pieces },
            line,
        });
    }

    /// Counts the present key, which is kept once more. False when all are longer than those of any file.
    fn has_room(&mut self) -> bool {
        self.key_bytes += self.key.iter().map(|part| part.len() + 24).sum::<usize>();
        self.key_bytes <= MAX_KEYS
    }

    /// Reads nothing more.
    fn end(&mut self, line: u32) {
        self.found.ends_at.get_or_insert(line);
        self.scanner.finish();
    }

    /// Begins an object or list, at its bracket.
    fn open(&mut self, close: u8, added: usize, is_more: bool) {
        let line = self.scanner.line;
        if self.frames.len() >= MAX_DEPTH {
            self.drop_parts(added);
            return self.pass_block();
        }
        self.scanner.advance(1);
        if added > 0 && (close == b'}' || !is_more) {
            let piece = if close == b'}' {
                Piece::Object
            } else {
                Piece::List
            };
            self.emit(vec![piece], line);
        }
        self.frames.push(Frame {
            close,
            added,
            next: (close == b']').then_some(0),
            is_more,
            is_unknown: false,
            line,
        });
    }

    /// Ends an object or list; brackets in between that were not closed end with it.
    fn close(&mut self, close: u8) {
        self.scanner.advance(1);
        self.closed = None;
        let is_open = self.frames.iter().any(|frame| frame.close == close);
        if !is_open {
            return self.note_here("a closing bracket that closes nothing");
        }
        while let Some(frame) = self.frames.pop() {
            let is_it = frame.close == close;
            if is_it && frame.added > 0 && !frame.is_unknown {
                if !self.has_room() {
                    self.end(self.scanner.line);
                }
                self.closed = Some(self.key.clone());
            }
            self.drop_parts(frame.added);
            if is_it {
                return;
            }
            self.note(frame.line, "a bracket is not closed");
        }
    }

    fn drop_parts(&mut self, count: usize) {
        self.key.truncate(self.key.len().saturating_sub(count));
    }

    fn note_here(&mut self, why: &str) {
        self.note(self.scanner.line, why);
    }

    /// Lists a line, once.
    fn note(&mut self, line: u32, why: &str) {
        let list = &mut self.found.not_understood;
        if list.iter().rev().take(8).any(|(noted, _)| *noted == line) {
            return;
        }
        match list.len() {
            count if count < MAX_NOT_UNDERSTOOD => list.push((line, why.into())),
            MAX_NOT_UNDERSTOOD => list.push((line, "and more lines behind this one".into())),
            _ => {}
        }
    }
}

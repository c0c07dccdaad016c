//! Questions on `/dev/tty`: answered with a line, with a hidden line, or by something that happens meanwhile.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};

use rustix::process::getpgrp;
use rustix::termios::{QueueSelector, tcflush, tcgetpgrp};
use zeroize::Zeroizing;

use super::hidden::{Hidden, pass_ctrl_c_on, read_hidden};
use super::wrap::wrapped;
use super::{Terminal, columns};
use crate::error::{Error, Result};
use crate::host::{input, interrupt};
use crate::secret::SecretBytes;

/// The longest line with its end, in bytes, that a terminal passes on. It cuts longer ones without a word.
const MAX_LINE: usize = 4096;

const TOO_LONG: &str = "That line is longer than a terminal passes on. Type a shorter one.";

/// What the key sends where it is a letter like any other.
pub(super) const CTRL_C: u8 = 3;

/// How a waiting question ended.
pub enum Answer<T> {
    /// With a line, trimmed; empty when only Enter was pressed.
    Typed(String),
    /// With something that happened meanwhile.
    Noticed(T),
}

impl Terminal {
    /// Whether there is a person to ask: a terminal of this process, whatever standard input and output are, and the
    /// process not in its background.
    pub fn can_ask(&self) -> bool {
        self.open().is_some()
    }

    /// Asks a question that is answered with a visible line; the answer is trimmed. `None` without a terminal.
    ///
    /// # Errors
    /// [`Error::Interrupted`] for Ctrl-C and for the end of the input; [`Error::System`].
    pub fn ask(&mut self, question: &str) -> Result<Option<String>> {
        let answer = self.ask_or_notice(question, &mut || None::<()>)?;
        Ok(answer.map(|answer| match answer {
            Answer::Typed(line) => line,
            Answer::Noticed(()) => String::new(),
        }))
    }

    /// Hides what is typed until the answer is dropped, from one hidden question to the next: for lines that belong
    /// together and may be pasted together. `None` without a terminal, and when it is hidden already.
    ///
    /// # Errors
    /// As [`Terminal::ask`].
    pub fn hide(&mut self) -> Result<Option<Hidden>> {
        self.open().map_or(Ok(None), |tty| Hidden::begin(&tty))
    }

    /// Asks a question whose answer is not shown while it is typed: UTF-8 as typed, without control characters and the
    /// line end. `None` without a terminal. May be empty: the caller refuses that.
    ///
    /// # Errors
    /// As [`Terminal::ask`].
    pub fn ask_hidden(&mut self, question: &str) -> Result<Option<SecretBytes>> {
        self.clear();
        let Some(tty) = self.open() else {
            return Ok(None);
        };
        loop {
            // Before the question, because its answer may come at once.
            let hidden = Hidden::begin(&tty)?;
            let asked = write!(&tty, "{} ", wrapped(question, columns(&tty) - 1)).map_err(failed);
            let answer = asked.and_then(|()| read_hidden(&tty));
            drop(hidden);
            let _ = writeln!(&tty);
            match answer? {
                Some(secret) => return Ok(Some(secret)),
                None => writeln!(&tty, "{TOO_LONG}").map_err(failed)?,
            }
        }
    }

    /// Asks a question and watches for something else at the same time: `look` is asked several times a second, and
    /// ends the question as soon as it answers. `None` without a terminal.
    ///
    /// # Errors
    /// As [`Terminal::ask`].
    pub fn ask_or_notice<T>(
        &mut self,
        question: &str,
        look: &mut dyn FnMut() -> Option<T>,
    ) -> Result<Option<Answer<T>>> {
        self.clear();
        let Some(tty) = self.open() else {
            return Ok(None);
        };
        loop {
            write!(&tty, "{} ", wrapped(question, columns(&tty) - 1)).map_err(failed)?;
            match read_line(&tty, look)? {
                Line::Typed(bytes) => {
                    let line = String::from_utf8_lossy(&bytes).trim().to_owned();
                    return Ok(Some(Answer::Typed(line)));
                }
                Line::TooLong => writeln!(&tty, "{TOO_LONG}").map_err(failed)?,
                Line::Noticed(what) => {
                    // What was half typed is no part of the next answer.
                    let _ = tcflush(&tty, QueueSelector::IFlush);
                    let _ = writeln!(&tty);
                    return Ok(Some(Answer::Noticed(what)));
                }
            }
        }
    }

    fn open(&self) -> Option<File> {
        let mut how = OpenOptions::new();
        let tty = how.read(true).write(true).open("/dev/tty").ok()?;
        // From the background a question would stop the whole process, unseen.
        let in_front = tcgetpgrp(&tty).is_ok_and(|group| group == getpgrp());
        (in_front && !self.silent).then_some(tty)
    }
}

pub(super) enum Line<T> {
    /// Without its end.
    Typed(Zeroizing<Vec<u8>>),
    TooLong,
    Noticed(T),
}

pub(super) fn failed(error: io::Error) -> Error {
    Error::System {
        doing: "ask on the terminal",
        error,
    }
}

/// Reads a line in short steps, because Ctrl-C only sets a flag.
pub(super) fn read_line<T>(tty: &File, look: &mut dyn FnMut() -> Option<T>) -> Result<Line<T>> {
    let mut line = Zeroizing::new(vec![0; MAX_LINE]);
    let mut length = 0;
    loop {
        interrupt::check()?;
        if let Some(what) = look() {
            return Ok(Line::Noticed(what));
        }
        if !input::is_ready(tty, failed)? {
            continue;
        }
        let count = match (&*tty).read(line.get_mut(length..).unwrap_or_default()) {
            Ok(count) => count,
            Err(error) if is_passing(error.kind()) => continue,
            Err(error) => return interrupt::check().and(Err(failed(error))),
        };
        length += count;
        let last = line.get(..length).and_then(|line| line.last());
        match (last, count) {
            (Some(&CTRL_C), 1..) => {
                pass_ctrl_c_on();
                return Err(Error::Interrupted);
            }
            (None, _) => return Err(Error::Interrupted),
            (Some(b'\n' | b'\r'), _) => return Ok(typed(line, length - 1)),
            (Some(_), 0) => return Ok(typed(line, length)),
            (Some(_), _) => {}
        }
    }
}

/// Another try may do.
fn is_passing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Interrupted | ErrorKind::WouldBlock)
}

fn typed<T>(mut line: Zeroizing<Vec<u8>>, length: usize) -> Line<T> {
    if length + 1 >= MAX_LINE {
        return Line::TooLong;
    }
    line.truncate(length);
    Line::Typed(line)
}

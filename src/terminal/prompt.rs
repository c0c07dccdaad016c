//! Questions on `/dev/tty`: answered with a line, with a hidden line, or by something that happens meanwhile.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::Terminal;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::secret::SecretBytes;

/// The longest line that is taken, in bytes: what a terminal passes on at once.
const MAX_LINE: usize = 4096;

/// How a waiting question ended.
pub enum Answer<T> {
    /// With a line, trimmed; empty when only Enter was pressed.
    Typed(String),
    /// With something that happened meanwhile.
    Noticed(T),
}

impl Terminal {
    /// Whether there is a person to ask: a terminal of this process, whatever standard input and output are.
    pub fn can_ask(&self) -> bool {
        !self.silent && open().is_some()
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

    /// Asks a question whose answer is not shown while it is typed: the bytes as typed, without the line end. `None`
    /// without a terminal. May be empty: the caller refuses that.
    ///
    /// # Errors
    /// As [`Terminal::ask`].
    pub fn ask_hidden(&mut self, question: &str) -> Result<Option<SecretBytes>> {
        self.clear();
        let Some(tty) = open() else { return Ok(None) };
        let shown = tcgetattr(&tty).map_err(|errno| failed(errno.into()))?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&tty, OptionalActions::Flush, &hidden).map_err(|errno| failed(errno.into()))?;
        let line = write!(&tty, "{question} ")
            .map_err(failed)
            .and_then(|()| read_line(&tty, &mut || None::<()>));
        let _ = tcsetattr(&tty, OptionalActions::Now, &shown);
        let _ = writeln!(&tty);
        match line? {
            Line::Typed(bytes) => Ok(Some(SecretBytes::copied(&bytes))),
            Line::Noticed(()) => Ok(None),
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
        if self.silent {
            return Ok(None);
        }
        let Some(tty) = open() else { return Ok(None) };
        write!(&tty, "{question} ").map_err(failed)?;
        match read_line(&tty, look)? {
            Line::Typed(bytes) => Ok(Some(Answer::Typed(
                String::from_utf8_lossy(&bytes).trim().to_owned(),
            ))),
            Line::Noticed(what) => {
                let _ = writeln!(&tty);
                Ok(Some(Answer::Noticed(what)))
            }
        }
    }
}

enum Line<T> {
    Typed(Zeroizing<Vec<u8>>),
    Noticed(T),
}

fn open() -> Option<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/tty")
        .ok()
}

fn failed(error: io::Error) -> Error {
    Error::System {
        doing: "ask on the terminal",
        error,
    }
}

/// Reads a line in short steps, because Ctrl-C only sets a flag.
fn read_line<T>(tty: &File, look: &mut dyn FnMut() -> Option<T>) -> Result<Line<T>> {
    let step = Timespec {
        tv_sec: 0,
        tv_nsec: 200_000_000,
    };
    loop {
        interrupt::check()?;
        if let Some(what) = look() {
            return Ok(Line::Noticed(what));
        }
        match poll(&mut [PollFd::new(tty, PollFlags::IN)], Some(&step)) {
            Ok(0) | Err(Errno::INTR) => continue,
            Ok(_) => {}
            Err(errno) => return Err(failed(errno.into())),
        }
        let mut line = Zeroizing::new(vec![0; MAX_LINE]);
        let count = (&*tty).read(&mut line).map_err(failed)?;
        if count == 0 {
            return Err(Error::Interrupted);
        }
        line.truncate(count);
        while line
            .last()
            .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
        {
            line.pop();
        }
        return Ok(Line::Typed(line));
    }
}

//! A terminal that shows nothing of what is typed, and a line that is read meanwhile.
//!
//! It is never left like that. Keys that end or stop a process are letters as long as it lasts, since nobody sets the
//! terminal right after Ctrl-\ or Ctrl-Z; and signals wait. Only what cannot be caught (kill -9, kill -STOP) leaves it.

use std::fs::File;
use std::io::{self, Read};

use rpassword::ConfigBuilder;
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush,
    tcgetattr, tcsetattr,
};
use zeroize::{Zeroize, Zeroizing};

use super::prompt::{CTRL_C, Line, failed, read_line};
use crate::error::{Error, Result};
use crate::host::interrupt::{self, Held};
use crate::secret::SecretBytes;

/// As long as this lives, what is typed is not shown.
///
/// What was typed before it began, or before it ended and nobody read, is gone: it would be shown, or taken for the
/// answer to another question.
pub struct Hidden {
    tty: File,
    shown: Termios,
    _held: Held,
}

impl Hidden {
    /// Hides; `None` when it is hidden already, so that lines that were pasted together stay together.
    pub(super) fn begin(tty: &File) -> Result<Option<Self>> {
        let shown = tcgetattr(tty).map_err(|errno| failed(errno.into()))?;
        if !shown.local_modes.contains(LocalModes::ECHO) {
            return Ok(None);
        }
        let held = interrupt::hold();
        interrupt::check()?;
        let mut hidden = shown.clone();
        let off = LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG;
        hidden.local_modes.remove(off);
        hidden.local_modes.insert(LocalModes::ICANON);
        // Ctrl-S would stop the question itself, and with it the look for Ctrl-C.
        hidden.input_modes.remove(InputModes::IXON);
        hidden.input_modes.insert(InputModes::ICRNL);
        // So Ctrl-C, a letter now, still ends a line at once.
        hidden.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        let this = Self {
            tty: tty.try_clone().map_err(failed)?,
            shown,
            _held: held,
        };
        // Before it is hidden, never after: whoever sees that nothing is shown any more may type, and loses nothing.
        let _ = tcflush(tty, QueueSelector::IFlush);
        tcsetattr(tty, OptionalActions::Now, &hidden).map_err(|errno| failed(errno.into()))?;
        Ok(Some(this))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // If the terminal is gone there is nothing to set right.
        let _ = tcflush(&self.tty, QueueSelector::IFlush);
        let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.shown);
    }
}

/// A typed line without its end; `None` when it was longer than a terminal passes on.
pub(super) fn read_hidden(tty: &File) -> Result<Option<SecretBytes>> {
    let reader = OneLine {
        tty: tty.try_clone().map_err(failed)?,
        line: None,
        at: 0,
    };
    let config = ConfigBuilder::new()
        .password_feedback_hide()
        .input_reader(reader)
        .output_discard()
        .build();
    match rpassword::read_password_with_config(config) {
        Ok(mut typed) => {
            let secret = SecretBytes::copied(typed.as_bytes());
            typed.zeroize();
            Ok(Some(secret))
        }
        Err(error) => match error.downcast::<Stopped>() {
            Ok(Stopped::TooLong) => Ok(None),
            Ok(Stopped::By(error)) => Err(error),
            Err(error) => Err(failed(error)),
        },
    }
}

/// Passes Ctrl-C on, as the terminal would have: to everything that was started with this program.
pub(super) fn pass_ctrl_c_on() {
    let _ = kill_current_process_group(Signal::INT);
}

/// Why there is no line.
#[derive(Debug)]
enum Stopped {
    TooLong,
    By(Error),
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no line was typed")
    }
}

impl std::error::Error for Stopped {}

/// A reader that ends behind one line. An end of the input before it is an error: `rpassword` would answer with an
/// empty line.
struct OneLine {
    tty: File,
    line: Option<Zeroizing<Vec<u8>>>,
    at: usize,
}

impl Read for OneLine {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.line.is_none() {
            self.line = Some(match read_line(&self.tty, &mut || None::<()>) {
                Ok(Line::Typed(line)) => line,
                Ok(Line::TooLong | Line::Noticed(())) => {
                    return Err(io::Error::other(Stopped::TooLong));
                }
                Err(error) => return Err(io::Error::other(Stopped::By(error))),
            });
        }
        let line = self.line.as_ref().map_or(&[][..], |line| line.as_slice());
        let count = line.get(self.at..).unwrap_or_default().read(into)?;
        self.at += count;
        Ok(count)
    }
}

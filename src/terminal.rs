//! Talks to the person at the table: the only place that does.
//!
//! Rules: talk, progress and warnings go to standard error, results to standard output, so that results can be piped.
//! Meaning is never carried by colour. A standard output that is closed is an error, never a panic. Text from a carrier
//! comes in escaped: that is the callers' business. Questions name the keys to press and are asked on `/dev/tty`.

mod hidden;
mod prompt;
mod typed;
mod waiting;
mod wrap;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::termios::tcgetwinsize;

pub use hidden::Hidden;
pub use prompt::Answer;
pub use typed::{is_stop, typed_path};
pub use waiting::Waiting;

pub use wrap::wrapped;

use crate::error::{Error, Result};

/// How often the progress line changes.
const PROGRESS: Duration = Duration::from_millis(200);

/// The screen, or what stands in for it.
pub struct Terminal {
    json: bool,
    silent: bool,
    watched: bool,
    last: Option<Instant>,
    began: Instant,
    started: Instant,
    drawn: bool,
}

impl Terminal {
    /// With `json`, only the one object goes to standard output.
    pub fn new(json: bool) -> Self {
        Self {
            json,
            silent: false,
            watched: io::stderr().is_terminal(),
            last: None,
            began: Instant::now(),
            started: Instant::now(),
            drawn: false,
        }
    }

    /// Nobody listens: for a command that runs inside another one, which tells its outcome in its own words.
    pub fn silent() -> Self {
        Self {
            silent: true,
            ..Self::new(false)
        }
    }

    /// How long it has been there.
    pub fn age(&self) -> Duration {
        self.began.elapsed()
    }

    /// A line of talk.
    pub fn say(&mut self, line: &str) {
        if self.silent {
            return;
        }
        self.clear();
        let line = match self.watched {
            true => wrapped(line, columns(io::stderr())),
            false => line.to_owned(),
        };
        // If standard error is gone there is nobody to tell.
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// A warning.
    pub fn warn(&mut self, line: &str) {
        self.say(&format!("coldvault: warning: {line}"));
    }

    /// A line of result.
    ///
    /// # Errors
    /// [`Error::System`] when standard output does not take it.
    pub fn result(&mut self, line: &str) -> Result<()> {
        self.clear();
        if self.json || self.silent {
            return Ok(());
        }
        match io::stdout().is_terminal() {
            true => write_out(&format!("{}\n", wrapped(line, columns(io::stdout())))),
            false => write_out(&format!("{line}\n")),
        }
    }

    /// The JSON object, when it was asked for.
    ///
    /// # Errors
    /// [`Error::System`] when standard output does not take it.
    pub fn json(&mut self, object: &str) -> Result<()> {
        self.clear();
        if self.json { write_out(object) } else { Ok(()) }
    }

    /// Whether standard output is to be one JSON object.
    pub fn gives_json(&self) -> bool {
        self.json
    }

    /// Whether standard output takes bytes that are no text: it is led somewhere else, and not asked to be one object.
    pub fn streams(&self) -> bool {
        !self.json && !self.silent && !io::stdout().is_terminal()
    }

    /// Writes bytes to standard output.
    ///
    /// # Errors
    /// [`Error::System`] when standard output does not take them.
    pub fn stream(&mut self, bytes: &[u8]) -> Result<()> {
        self.clear();
        // past the buffer of the standard library, which would keep some of it
        let out = io::stdout().as_fd().try_clone_to_owned().map(File::from);
        let written = out.and_then(|mut out| out.write_all(bytes));
        written.map_err(not_written)
    }

    /// Something that is wrong, of several, and what to do now unless that was just `said`.
    pub fn fault(&mut self, line: &str, hint: &str, said: bool) {
        self.say(&format!("coldvault: error: {line}"));
        if !said && !hint.is_empty() {
            self.say(&format!("coldvault: hint: {hint}"));
        }
    }

    /// An error and its hint.
    pub fn error(&mut self, error: &Error) {
        self.say(&format!("coldvault: error: {error}"));
        self.say(&format!("coldvault: hint: {}", error.hint()));
    }

    /// Shows how far a long work is, with its rate and the time left, when somebody is watching.
    pub fn progress(&mut self, doing: &str, done: u64, all: u64) {
        let now = Instant::now();
        if self.json
            || self.silent
            || !self.watched
            || self.last.is_some_and(|last| now - last < PROGRESS)
        {
            return;
        }
        if self.last.is_none() {
            self.started = now;
        }
        self.last = Some(now);
        let line = progress_line(doing, done, all, now - self.started);
        self.drawn = true;
        let width = width();
        let _ = write!(io::stderr(), "\r{line:<width$.width$}");
        let _ = io::stderr().flush();
    }

    /// Ends a progress line.
    fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = write!(io::stderr(), "\r{:1$}\r", "", width());
        }
        self.last = None;
    }

    /// Whether a command may ask for what its options leave open: somebody sits there and looks. A script that keeps what
    /// is said from the terminal is not kept waiting, nor is one that reads JSON.
    pub fn leads_on(&self) -> bool {
        // what is said before a question goes there: without it nobody knows what is asked about
        io::stderr().is_terminal() && !self.json && self.can_ask()
    }

    /// Asks a yes-or-no question on the terminal; `None` when there is no terminal to ask on.
    ///
    /// # Errors
    /// [`Error::Stopped`] when the person types that; [`Error::Interrupted`]; [`Error::System`] when the terminal
    /// answers with an error.
    pub fn confirm(&mut self, question: &str) -> Result<Option<bool>> {
        let question = format!("{question} Type y or n, then press Enter:");
        loop {
            let Some(answer) = self.ask(&question)? else {
                return Ok(None);
            };
            match answer.to_lowercase().as_str() {
                "y" | "yes" => return Ok(Some(true)),
                "n" | "no" => return Ok(Some(false)),
                word if is_stop(word) => return Err(Error::Stopped),
                _ => self.say("Type y or n, or `stop` to stop."),
            }
        }
    }
}

/// Columns for a line that is written over; one less than there are, because the last one wraps on some terminals.
fn width() -> usize {
    columns(io::stderr()).min(80) - 1
}

/// How wide a terminal is: 80 where it does not say.
fn columns(of: impl AsFd) -> usize {
    match tcgetwinsize(of).map_or(0, |size| size.ws_col) {
        columns @ 2.. => usize::from(columns),
        _ => 80,
    }
}

fn write_out(text: &str) -> Result<()> {
    let mut out = io::stdout();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(not_written)
}

fn not_written(error: io::Error) -> Error {
    Error::System {
        doing: "write to standard output",
        error,
    }
}

/// "sealing  45 %  320 MB/s  0:12 left".
fn progress_line(doing: &str, done: u64, all: u64, elapsed: Duration) -> String {
    let percent = if all == 0 {
        100
    } else {
        (u128::from(done.min(all)) * 100 / u128::from(all)) as u64
    };
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let left = if rate > 0.0 {
        (all.saturating_sub(done) as f64 / rate) as u64
    } else {
        0
    };
    format!(
        "{doing}  {percent} %  {:.0} MB/s  {}:{:02} left",
        rate / 1e6,
        left / 60,
        left % 60
    )
}

/// Bytes for people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_how_much_how_fast_and_how_long() {
        let line = progress_line(
            "sealing",
            500_000_000,
            1_000_000_000,
            Duration::from_secs(5),
        );
        assert_eq!(line, "sealing  50 %  100 MB/s  0:05 left");
    }

    #[test]
    fn sizes_are_said_in_units_that_people_use() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(4_096), "4.1 kB");
        assert_eq!(size(2 << 30), "2.1 GB");
    }
}

//! The machine as its kernel's files tell it: what was looked at, what was found, how much it matters, and what to do.
//!
//! Knows files of /proc, /sys, /dev, /etc and /var, or of a test's tree, and nothing of vaults. Everything here can be
//! read by an ordinary user; what cannot is said to be not known, and nothing is worse than a warning for that. Text that
//! others chose (interfaces, queues, the kernel's command line) is cut and escaped as it is read.

mod clock;
mod kernel;
mod memory;
mod network;
mod printers;
mod radios;

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

pub use clock::{Offset, WallClock, cannot_be_right, first_released, released};

use super::{Missing, fence};
use crate::listing;
use crate::time::Time;

/// The most bytes that are read of one file.
const MAX_FILE: u64 = 1 << 20;
/// The most entries of one directory that are looked at.
const MAX_ENTRIES: usize = 256;
/// The longest name that is shown, in characters.
const MAX_NAME: usize = 48;
/// The most names that are listed in one finding.
const MAX_LISTED: usize = 6;

/// What a finding means for a ceremony.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Ok,
    /// Not as it should be, or not known.
    Warn,
    /// No secret should be made on this machine.
    Stop,
}

impl State {
    /// "ok", "warn" or "stop".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Stop => "stop",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// A short stable name: "network".
    pub name: &'static str,
    /// What it means.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do; empty where there is nothing to do.
    pub remedy: String,
}

impl Check {
    /// As it should be.
    pub fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, State::Ok, found, "")
    }

    /// Not as it should be.
    pub fn warn(name: &'static str, found: impl Into<String>, remedy: &str) -> Self {
        Self::new(name, State::Warn, found, remedy)
    }

    /// A reason to make no secret here.
    pub fn stop(name: &'static str, found: impl Into<String>, remedy: &str) -> Self {
        Self::new(name, State::Stop, found, remedy)
    }

    /// It could not be found out.
    pub fn unknown(name: &'static str, why: impl std::fmt::Display, remedy: &str) -> Self {
        Self::warn(name, format!("not known: {why}"), remedy)
    }

    fn new(name: &'static str, state: State, found: impl Into<String>, remedy: &str) -> Self {
        Self {
            name,
            state,
            found: found.into(),
            remedy: remedy.to_owned(),
        }
    }
}

/// Where the machine's files are: this one's, or a test's.
#[derive(Clone, Debug)]
pub struct Machine {
    /// procfs.
    pub proc: PathBuf,
    /// sysfs.
    pub sys: PathBuf,
    /// Device nodes.
    pub dev: PathBuf,
    /// Configuration.
    pub etc: PathBuf,
    /// What services keep.
    pub var: PathBuf,
}

impl Default for Machine {
    fn default() -> Self {
        Self::under(Path::new("/"))
    }
}

impl Machine {
    /// The machine whose files lie below `root`.
    pub fn under(root: &Path) -> Self {
        Self {
            proc: root.join("proc"),
            sys: root.join("sys"),
            dev: root.join("dev"),
            etc: root.join("etc"),
            var: root.join("var"),
        }
    }

    /// Looks at everything that can be seen from here, in the order in which it matters.
    ///
    /// `wall` is what a wall clock showed, and how far it was from the machine's at that moment: this may be minutes later.
    /// `missing` and `sockets` are what this process found out about itself when it began: protections that it did not
    /// get, and connections that it inherited.
    pub fn checks(
        &self,
        now: Time,
        wall: Option<(WallClock, Offset)>,
        missing: &[Missing],
        sockets: &[i32],
    ) -> Vec<Check> {
        vec![
            self.network(),
            self.cards(),
            self.radios(),
            self.swap(),
            self.hibernation(),
            self.memory_locks(),
            self.core_dumps(),
            self.ptrace(),
            self.debugger(),
            self.random(),
            clock::clock(now, wall),
            self.hardware_clock(now),
            self.printers(),
            self.seccomp(),
            kernel::landlock(fence::version()),
            kernel::protections(missing),
            kernel::sockets(sockets),
            self.user(),
        ]
    }

    /// A value of `/proc/self/status`, by its name.
    fn status(&self, name: &str) -> Result<String, String> {
        let path = self.proc.join("self/status");
        let text = read(&path)?.ok_or_else(|| said(&path, ErrorKind::NotFound.into()))?;
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let value = value.ok_or_else(|| format!("{} has no {name}", path.display()))?;
        Ok(value.trim().to_owned())
    }
}

/// A file's text, at most [`MAX_FILE`] of it; nothing where there is no such file. Never waits.
fn read(path: &Path) -> Result<Option<String>, String> {
    match try_read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(said(path, error)),
    }
}

fn try_read(path: &Path) -> io::Result<Vec<u8>> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(libc::O_NONBLOCK);
    let mut bytes = Vec::new();
    let file = options.open(path)?;
    file.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The names in a directory, sorted, at most [`MAX_ENTRIES`]; none where there is no such directory.
fn names(path: &Path) -> Result<Vec<OsString>, String> {
    let entries = match listing::list(path) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(said(path, error)),
    };
    let names = entries.take(MAX_ENTRIES).flatten();
    let mut names: Vec<OsString> = names.map(|entry| entry.file_name()).collect();
    names.sort();
    Ok(names)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn said(path: &Path, error: io::Error) -> String {
    format!("{} cannot be read: {}", path.display(), error.kind())
}

/// A text that somebody else chose, fit to be shown.
fn shown(text: &str) -> String {
    let text = text.trim().chars().flat_map(char::escape_default);
    text.take(MAX_NAME).collect()
}

/// Names for a sentence: the first few, and how many more there are.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let first: Vec<&str> = names.iter().take(MAX_LISTED).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(MAX_LISTED);
    match more {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
pub(crate) mod tests;

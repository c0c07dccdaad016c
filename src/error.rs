//! Everything that can stop a command, as facts.
//!
//! Knows only plain values (paths, numbers, the system's answer), so that every other module may use it.
//! The words for a person, and what that person can do now, are in `error/text.rs`.

mod text;

use std::io;
use std::path::{Path, PathBuf};

/// What stopped a command. `Display` is one line saying what is wrong; [`Error::hint`] says what to do now.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The command line does not make sense, or something needed is missing from it.
    Usage {
        /// What is wrong or missing.
        what: String,
        /// What to give instead.
        hint: String,
    },
    /// A label or a custodian's name cannot be used.
    BadLabel {
        /// The text as it was given.
        label: String,
        /// The rule it breaks.
        why: &'static str,
    },
    /// Two names that a person could take for one another.
    SameLabel {
        /// The one given first.
        first: String,
        /// The one given later.
        second: String,
    },
    /// `k` or `n` is out of range.
    BadThreshold {
        /// Shares needed.
        k: usize,
        /// Shares made.
        n: usize,
        /// The rule it breaks.
        why: &'static str,
    },
    /// Fewer good shares than the vault needs.
    NotEnoughShares {
        /// Good shares read.
        have: usize,
        /// Shares needed; `None` when no share read says it.
        need: Option<usize>,
    },
    /// A file is not what it was when it was sealed, or not what it claims to be.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What about it is wrong.
        what: String,
    },
    /// A text from outside is not the JSON that coldvault writes.
    Json {
        /// What is wrong with it, without its content.
        why: String,
    },
    /// What was read from codes on a sheet is not what coldvault prints.
    Code {
        /// What is wrong with it, without its content.
        why: String,
    },
    /// A register is not as it was written.
    Register {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there, without its content.
        what: String,
    },
    /// Made by a later coldvault.
    Newer {
        /// The file or structure.
        what: String,
        /// The version or feature it needs.
        needs: String,
    },
    /// The shares on the table belong to more than one vault.
    TwoVaults {
        /// Their ids, as hexadecimal digits and words.
        ids: Vec<String>,
    },
    /// The shares do not open the vault that was expected.
    NotExpected {
        /// What the officer expected.
        expected: String,
        /// What the shares name.
        found: String,
    },
    /// Production and rehearsal material on one table.
    MixedKinds {
        /// The vaults, each with its kind.
        ids: Vec<String>,
    },
    /// Rehearsal material where production is the rule, or the reverse.
    WrongKind {
        /// "production" or "rehearsal": what was found.
        found: &'static str,
    },
    /// The archive inside the payload breaks a rule of the format.
    Archive {
        /// The member, escaped.
        member: String,
        /// The rule it breaks.
        why: String,
    },
    /// The payload does not open: damaged, cut short, or not of this key. One text, whatever the cause.
    Payload {
        /// The file or folder.
        path: PathBuf,
    },
    /// A sheet of which too little was read.
    Incomplete {
        /// Which, how far it was read, and what is missing.
        what: String,
    },
    /// No copy of the vault could be used.
    NoVaultCopy {
        /// How many were looked at.
        seen: usize,
    },
    /// A place where something new is to be written is taken.
    Exists(PathBuf),
    /// A directory that must be empty is not.
    NotEmpty(PathBuf),
    /// What an earlier, killed run left behind.
    Leftover(PathBuf),
    /// A rule of the vault refuses it.
    Refused {
        /// What is refused and why.
        what: String,
        /// What would be allowed.
        hint: String,
    },
    /// More than the format allows.
    Limit {
        /// What there is too much of.
        what: String,
        /// The most that is allowed.
        limit: u64,
    },
    /// A file was changed while it was read.
    Changed(PathBuf),
    /// What was read back is not what was written.
    ReadBack(PathBuf),
    /// The rest of what belongs into this folder was on other media, and none of them gives it any more.
    NoSource(PathBuf),
    /// The system could not do something with a file.
    Io {
        /// "read", "write", "flush", "create", ...
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's answer.
        error: io::Error,
    },
    /// The system could not do something that concerns no file.
    System {
        /// What was tried.
        doing: &'static str,
        /// The system's answer.
        error: io::Error,
    },
    /// Ctrl-C.
    Interrupted,
    /// The person at the table ended it at a question.
    Stopped,
    /// The same, after something was entered that stays.
    StoppedAfter {
        /// What was done until then.
        what: String,
        /// How to go on.
        hint: String,
    },
    /// The person at the table says that the words on the screen are not those on the paper.
    WrongWords,
    /// A check of the program itself failed: a defect or broken hardware, never the input.
    SelfTest {
        /// The check.
        what: &'static str,
    },
}

/// How a command ended, for scripts. First cause wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    Done = 0,
    /// It did not work, and none of the others fits.
    Failed = 1,
    /// The command line does not make sense.
    Usage = 2,
    /// Not enough good shares.
    Shares = 3,
    /// Damaged, forged, edited or mixed material.
    Material = 4,
    /// Refused by a rule.
    Refused = 5,
    /// A carrier or the system failed.
    System = 6,
    /// `status`: something is due. `retire`: something is still out.
    Due = 10,
    /// `status`: something is overdue, or was never done.
    Overdue = 11,
    /// Something failed, or was found, and is open.
    Open = 12,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Error {
    /// The exit status that this error stands for.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. }
            | Self::BadLabel { .. }
            | Self::SameLabel { .. }
            | Self::BadThreshold { .. } => Exit::Usage,
            Self::NotEnoughShares { .. } => Exit::Shares,
            Self::Damaged { .. }
            | Self::Json { .. }
            | Self::Code { .. }
            | Self::Register { .. }
            | Self::Newer { .. }
            | Self::TwoVaults { .. }
            | Self::NotExpected { .. }
            | Self::MixedKinds { .. }
            | Self::Archive { .. }
            | Self::Payload { .. }
            | Self::NoVaultCopy { .. }
            | Self::Incomplete { .. }
            | Self::WrongWords => Exit::Material,
            Self::WrongKind { .. }
            | Self::Exists(_)
            | Self::NotEmpty(_)
            | Self::Leftover(_)
            | Self::Refused { .. }
            | Self::Limit { .. } => Exit::Refused,
            Self::ReadBack(_) | Self::Io { .. } | Self::System { .. } => Exit::System,
            Self::NoSource(_) => Exit::System,
            Self::Changed(_) | Self::SelfTest { .. } => Exit::Failed,
            Self::Interrupted | Self::Stopped | Self::StoppedAfter { .. } => Exit::Interrupted,
        }
    }

    /// An I/O error with the file it happened on; for `map_err(Error::io("read", path))`.
    pub fn io<'p>(doing: &'static str, path: &'p Path) -> impl FnOnce(io::Error) -> Self + use<'p> {
        move |error| Self::Io {
            doing,
            path: path.to_owned(),
            error,
        }
    }

    /// A text from outside that is not the JSON that coldvault writes; `why` repeats nothing of it.
    pub fn json(why: impl Into<String>) -> Self {
        Self::Json { why: why.into() }
    }

    /// What was read from codes is not what coldvault prints; `why` repeats nothing of it.
    pub fn misread(why: impl Into<String>) -> Self {
        Self::Code { why: why.into() }
    }

    /// Carries this error through an interface that only knows [`io::Error`]; [`Error::unwrap_io`] takes it out again.
    pub fn into_io(self) -> io::Error {
        io::Error::other(self)
    }

    /// The error that was carried, or what the system said while `doing`.
    pub fn unwrap_io(error: io::Error, doing: &'static str) -> Self {
        error
            .downcast::<Self>()
            .unwrap_or_else(|error| Self::System { doing, error })
    }
}

impl std::error::Error for Error {}

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

//! The words for each error: one line that says what is wrong, and one that says what to do now.
//!
//! Paths, labels and anything else from outside are printed with `{:?}`: a name on a stick can hold terminal escapes.

use std::fmt;
use std::io::ErrorKind;

use super::Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { what, .. } | Self::Refused { what, .. } | Self::Incomplete { what } => {
                write!(f, "{what}")
            }
            Self::BadLabel { label, why } => write!(f, "{label:?} cannot be used as a name: {why}"),
            Self::SameLabel { first, second } => write!(
                f,
                "{first:?} and {second:?} are, or look like, the same name"
            ),
            Self::BadThreshold { k, n, why } => {
                write!(f, "{k} of {n} shares is not possible: {why}")
            }
            Self::NotEnoughShares { have, need } => f.write_str(&too_few(*have, *need)),
            Self::Damaged { path, what } => write!(f, "{path:?}: {what}"),
            Self::Json { why } => write!(f, "not the JSON that coldvault writes: {why}"),
            Self::Code { why } => write!(f, "not what coldvault prints as codes: {why}"),
            Self::Register { line, what } => write!(f, "the register, line {line}: {what}"),
            Self::Newer { what, needs } => write!(
                f,
                "{what} needs {needs}, which this coldvault does not have"
            ),
            Self::TwoVaults { ids } => tell(f, "the shares name more than one vault", ids),
            Self::NotExpected { expected, found } => {
                write!(f, "expected vault {expected}, but the shares name {found}")
            }
            Self::MixedKinds { ids } => tell(f, "production and rehearsal material are mixed", ids),
            Self::WrongKind { found } => write!(f, "this is {found} material"),
            Self::Archive { member, why } => write!(
                f,
                "the archive in the payload is refused at {member}: {why}"
            ),
            Self::Payload { path } => write!(
                f,
                "{path:?} does not open: damaged, cut short, or of another vault"
            ),
            Self::NoVaultCopy { seen: 0 } => write!(f, "no vault copy was given"),
            Self::NoVaultCopy { seen } => {
                write!(f, "none of the {seen} vault copies given can be used")
            }
            Self::Exists(path) => write!(f, "{path:?} already exists"),
            Self::NotEmpty(path) => write!(f, "the destination {path:?} is not empty"),
            Self::Leftover(path) => write!(f, "{path:?} is left over from a run that was killed"),
            Self::Limit { what, limit } => write!(f, "{what}: more than the limit of {limit}"),
            Self::Changed(path) => write!(f, "{path:?} changed while it was read"),
            Self::ReadBack(path) => write!(f, "{path:?} {NOT_WRITTEN}"),
            Self::NoSource(path) => write!(f, "{path:?} {NO_REST}"),
            Self::Io { doing, path, error } => {
                write!(f, "cannot {doing} {path:?}: {}", reason(error))
            }
            Self::System { doing, error } => write!(f, "cannot {doing}: {}", reason(error)),
            Self::Interrupted => write!(f, "stopped by Ctrl-C"),
            Self::Stopped => write!(f, "stopped, as you asked"),
            Self::StoppedAfter { what, .. } => write!(f, "stopped, as you asked: {what}"),
            Self::WrongWords => write!(
                f,
                "this is not the vault on the paper: the words do not agree"
            ),
            Self::SelfTest { what } => write!(f, "self-test failed: {what}"),
        }
    }
}

fn too_few(have: usize, need: Option<usize>) -> String {
    let have = good_shares(have);
    need.map_or_else(
        || format!("{have} read, and more are needed"),
        |need| format!("{have} read, {need} needed"),
    )
}

fn tell(f: &mut fmt::Formatter<'_>, what: &str, ids: &[String]) -> fmt::Result {
    write!(f, "{what}: {}", ids.join("; "))
}

fn good_shares(count: usize) -> String {
    match count {
        0 => "no good share".into(),
        1 => "1 good share".into(),
        _ => format!("{count} good shares"),
    }
}

/// The system's answer in plain words, without Rust's "(os error 28)".
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "not found (or its medium is gone)".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::StorageFull => "no space left".into(),
        ErrorKind::ReadOnlyFilesystem => "it is on a read-only file system".into(),
        ErrorKind::NotADirectory => "not a directory".into(),
        ErrorKind::IsADirectory => "it is a directory".into(),
        _ => {
            let text = error.to_string();
            text.split(" (os error")
                .next()
                .unwrap_or(&text)
                .to_lowercase()
        }
    }
}

impl Error {
    /// A short stable name for `--json`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::BadLabel { .. } => "bad-label",
            Self::SameLabel { .. } => "same-label",
            Self::BadThreshold { .. } => "bad-threshold",
            Self::NotEnoughShares { .. } => "not-enough-shares",
            Self::Damaged { .. } => "damaged",
            Self::Json { .. } => "json",
            Self::Code { .. } => "code",
            Self::Register { .. } => "register",
            Self::Newer { .. } => "newer",
            Self::TwoVaults { .. } => "two-vaults",
            Self::NotExpected { .. } => "not-expected",
            Self::MixedKinds { .. } => "mixed-kinds",
            Self::WrongKind { .. } => "wrong-kind",
            Self::Archive { .. } => "archive",
            Self::Payload { .. } => "payload",
            Self::Incomplete { .. } => "incomplete",
            Self::NoVaultCopy { .. } => "no-vault-copy",
            Self::Exists(_) => "exists",
            Self::NotEmpty(_) => "not-empty",
            Self::Leftover(_) => "leftover",
            Self::Refused { .. } => "refused",
            Self::Limit { .. } => "limit",
            Self::Changed(_) => "changed",
            Self::ReadBack(_) => "read-back",
            Self::NoSource(_) => "no-source",
            Self::Io { .. } => "io",
            Self::System { .. } => "system",
            Self::Interrupted => "interrupted",
            Self::Stopped | Self::StoppedAfter { .. } => "stopped",
            Self::WrongWords => "wrong-words",
            Self::SelfTest { .. } => "self-test",
        }
    }
}

impl Error {
    /// What the person at the table can do now.
    pub fn hint(&self) -> String {
        match self {
            Self::Usage { hint, .. } | Self::Refused { hint, .. } => hint.clone(),
            Self::BadLabel { .. } => {
                "use 1 to 48 bytes of ordinary letters, digits and spaces".into()
            }
            Self::SameLabel { .. } => {
                "give each custodian a name that nobody can take for another".into()
            }
            Self::BadThreshold { .. } => "choose 2 <= k < n <= 32, for example 3 of 5".into(),
            Self::NotEnoughShares { .. } => {
                "give the share of another custodian with --from, or the other copy of one that was set aside".into()
            }
            Self::Damaged { .. } => "set this carrier aside and use another copy".into(),
            Self::Json { .. } => "use another copy of this file".into(),
            Self::Code { .. } => {
                "scan the sheet once more, or its other codes; a share can be typed too".into()
            }
            Self::Register { .. } => ANOTHER_REGISTER.into(),
            Self::Newer { .. } => {
                "use the coldvault version named there, or follow RECOVERY.txt on the carrier"
                    .into()
            }
            Self::TwoVaults { .. } => {
                "compare with the paper, then say which one with --expect".into()
            }
            Self::NotExpected { .. } => {
                "compare both with the paper: a mistyped digit looks like this too".into()
            }
            Self::MixedKinds { .. } => "take the carriers marked REHEARSAL off the table".into(),
            Self::WrongKind { found } => other_kind(found).into(),
            Self::Archive { .. } => {
                "nothing was restored; use another copy, and tell who sealed it".into()
            }
            Self::Payload { .. } => {
                "use another vault copy; if all are damaged, try --salvage".into()
            }
            Self::Incomplete { .. } => "scan what is missing again, and give all scans".into(),
            Self::NoVaultCopy { seen: 0 } => {
                "add --from PATH of a medium with a folder coldvault-<id>-vault".into()
            }
            Self::NoVaultCopy { .. } => {
                "give another vault copy with --from; if all are damaged, try --salvage".into()
            }
            Self::Exists(_) => "choose a new place; nothing is ever overwritten".into(),
            Self::NotEmpty(_) => {
                "choose an empty or new directory; nothing is ever overwritten".into()
            }
            Self::Leftover(_) => {
                "check that nobody is restoring there now, then remove it and start again".into()
            }
            Self::Limit { .. } => "split it into several vaults".into(),
            Self::Changed(_) => {
                "something else wrote there: stop it (a node, another program), then start again"
                    .into()
            }
            Self::ReadBack(_) | Self::NoSource(_) => medium_hint(self).into(),
            Self::Io { error, .. } => io_hint(error.kind()).into(),
            Self::System { .. } => "see docs/usage.md, section \"the machine\"".into(),
            Self::Interrupted => {
                "nothing half-written looks finished; start again when ready".into()
            }
            Self::StoppedAfter { hint, .. } => hint.clone(),
            Self::Stopped => "nothing was written; start again when everything is there".into(),
            Self::WrongWords => WRONG_WORDS.into(),
            Self::SelfTest { .. } => {
                "do not use this machine or this program for a ceremony".into()
            }
        }
    }
}

const ANOTHER_REGISTER: &str = "use another copy of it, or the one before; if there is none: coldvault register rebuild --register FILE --from PATH";
const WRONG_WORDS: &str =
    "nothing was opened; set these carriers aside and bring those of the vault on the paper";
const NOT_WRITTEN: &str = "reads back differently from what was written";
const NO_REST: &str = "cannot be completed: the rest was on another medium, which failed";

fn medium_hint(error: &Error) -> &'static str {
    match error {
        Error::NoSource(_) => {
            "nothing is wrong with this medium: start again with another one for the one that failed"
        }
        _ => "do not trust this medium: start again with another one",
    }
}

fn io_hint(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "check the path, and that the medium is plugged in and mounted",
        ErrorKind::PermissionDenied => {
            "run as a user who may; a fresh ext4 medium belongs to root: sudo chown \"$USER\" PATH"
        }
        ErrorKind::StorageFull => "make room there, or use a larger medium",
        ErrorKind::ReadOnlyFilesystem => "check the write-protect switch, or use another medium",
        ErrorKind::NotADirectory => "give a directory",
        ErrorKind::IsADirectory => "give a file",
        _ => "try again with another medium or port",
    }
}

/// What to do where production and rehearsal were taken for one another.
fn other_kind(found: &str) -> &'static str {
    match found {
        "production" => "leave --rehearsal out, if you mean the production vault",
        _ => "add --rehearsal if this is a rehearsal",
    }
}

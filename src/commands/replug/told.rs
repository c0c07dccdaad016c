//! Whether a medium was out: what the kernel tells of it, and what the officer has to be asked.
//!
//! Knows nothing of what lies on it.

use super::Waiting;
use crate::commands::Session;
use crate::error::{Error, Result};

/// What is known of a medium that is there again, or still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Out,
    Not,
    /// The officer has to be asked.
    Unknown,
}

impl Told {
    /// By the kernel's numbers of its pluggings, if it has them. A mere remount is no re-plug, and what was not even
    /// unmounted was certainly not out. Where it is not strict, directories may stand for media.
    pub(super) fn of(was_replugged: Option<bool>, is_same_mount: bool, is_strict: bool) -> Self {
        match was_replugged {
            Some(true) => Self::Out,
            Some(false) if is_strict => Self::Not,
            None if is_strict && is_same_mount => Self::Not,
            Some(false) | None => Self::Unknown,
        }
    }
}

/// What the officer says of one medium that the kernel does not tell it of.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`].
pub(super) fn was_out(one: &Waiting, session: &mut Session) -> Result<bool> {
    let question = format!(
        "This kernel does not tell whether {:?} was taken out, or only unmounted.\nWas it pulled and put in again?",
        one.name
    );
    Ok(confirm(&question, session)? == Some(true))
}

/// Yes or no; whoever stops says no.
///
/// # Errors
/// As [`was_out`].
pub(super) fn confirm(question: &str, session: &mut Session) -> Result<Option<bool>> {
    match session.terminal.confirm(question) {
        Err(Error::Stopped) => Ok(Some(false)),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remount_is_no_replug_where_the_kernel_does_not_tell() {
        for (was_replugged, is_same_mount, told) in [
            (Some(true), false, Told::Out),
            (Some(false), false, Told::Not),
            (None, true, Told::Not),
            (None, false, Told::Unknown),
        ] {
            let strict = Told::of(was_replugged, is_same_mount, true);
            assert_eq!(strict, told, "{was_replugged:?} {is_same_mount}");
        }
        assert_eq!(Told::of(None, true, false), Told::Unknown, "a directory");
        assert_eq!(Told::of(Some(true), false, false), Told::Out);
    }
}

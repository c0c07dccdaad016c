//! Whether a medium is the one that was written, and was out: what this machine tells of it, and what the officer has to be
//! asked.
//!
//! Knows nothing of what lies on it.

use super::Waiting;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::media::{Medium, Returned};

/// What is known of a medium that is there again, or still. Where it is not strict, directories may stand for media; what
/// the kernel knows of a medium is not asked for in either case.
pub(super) fn told(now: &Medium, before: &Medium, is_strict: bool) -> Returned {
    match !is_strict && now.stands_in(before) {
        true => Returned::Unknown("a directory stands for it".into()),
        false => now.returned(before),
    }
}

/// What the officer says of one medium that this machine does not tell it of.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`].
pub(super) fn was_out(one: &Waiting, why: &str, session: &mut Session) -> Result<bool> {
    let question = format!(
        "Whether this is {:?}, taken out and put back, cannot be told here:\n{why}.\nIs it that medium, and was it pulled and put in again?",
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
    fn a_directory_stands_for_a_medium_only_where_that_was_allowed() {
        let dir = tempfile::tempdir().unwrap();
        let medium = Medium::at(dir.path());
        let lax = told(&medium, &medium, false);
        assert!(matches!(lax, Returned::Unknown(_)), "{lax:?}");
        let strict = told(&medium, &medium, true);
        assert!(
            matches!(strict, Returned::Not | Returned::Unknown(_)),
            "{strict:?}"
        );
    }
}

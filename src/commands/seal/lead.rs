//! `seal` with a person at the terminal, who is asked for what the options would have said.

use crate::commands::Session;
use crate::error::{Error, Exit, Result};

/// Asks for what a sealing needs: node directories, label, custodians, threshold, and where the copies go.
///
/// # Errors
/// Whatever stopped it.
pub(in crate::commands) fn lead(_session: &mut Session) -> Result<Exit> {
    Err(Error::Usage {
        what: "a sealing needs its options".into(),
        hint: "see coldvault seal --help".into(),
    })
}

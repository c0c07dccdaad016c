//! D3, D4 and D5: the whole way back, in memory.

use crate::commands::Session;
use crate::error::{Error, Exit, Result};

use super::Args;
use super::report::Reporting;

/// Leads it.
///
/// # Errors
/// Whatever stopped it.
pub(super) fn run(_: &Args, _: Reporting, _: &mut Session) -> Result<Exit> {
    Err(Error::SelfTest {
        what: "the drill engine is in the making",
    })
}

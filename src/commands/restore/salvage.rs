//! `restore --salvage`: placeholder.
use super::{OnTable, Unfinished};
use crate::commands::Session;
use crate::error::{Error, Exit, Result};
pub(super) fn run(_: &OnTable<'_>, _: &Unfinished, _: &mut Session) -> Result<Exit> {
    Err(Error::Interrupted)
}

//! What comes when all files have their final names: those from outside to their places, then the start-up checks.
//!
//! Takes nothing back, whatever fails.

use std::path::Path;

use super::super::in_place;
use super::super::outside::Outside;
use crate::commands::Session;
use crate::commands::starting::Checks;
use crate::error::{Error, Exit, Result};

/// Does both, the checks also where nothing could be put in place, unless somebody stopped that. Answers how the command
/// ends.
///
/// # Errors
/// What putting in place and the checks answer, the first of them; [`Error::Io`] from the standard output.
pub(super) fn end(
    (outside, checks): (Option<&Outside>, Option<&Checks>),
    exit: Exit,
    into: &Path,
    session: &mut Session,
) -> Result<Exit> {
    let placed = match outside.map(|outside| in_place::put(into, outside, session)) {
        Some(Err(stop @ (Error::Interrupted | Error::Stopped))) => return Err(stop),
        Some(answer) => answer,
        None => Ok(Vec::new()),
    };
    for line in placed.iter().flatten() {
        session.terminal.result(line)?;
    }
    match checks.map_or(Ok(Some(Vec::new())), |checks| checks.make(into, session)) {
        Ok(Some(lines)) => {
            for line in lines {
                session.terminal.result(&line)?;
            }
            placed.map(|_| exit)
        }
        Ok(None) => placed.map(|_| Exit::Interrupted),
        Err(error) => placed.and(Err(error)),
    }
}

//! The places that a share check or a copy check reads, one after another: those of the options, then media that are
//! plugged in and what people type, until there are no more.
//!
//! Knows places and how a person ends it; what is read there is its callers' business.

use std::path::Path;

use crate::commands::Session;
use crate::commands::insert::Inserting;
use crate::error::{Error, Result};
use crate::report::shown;
use crate::terminal::{Answer, typed_path};

use super::Args;
use super::report::Reporting;

/// What is asked for, in a question, and whose medium it lies on.
pub(super) struct Wanted {
    pub(super) what: &'static str,
    pub(super) medium: &'static str,
}

const NOTHING: &str = "Nothing was given yet: type `stop` to end without a drill.";

/// What comes next.
pub(super) enum Next<'p> {
    /// Somebody is asked for a place.
    Asked,
    /// This place is to be read.
    At(&'p Path),
}

/// Every place to be read. `takes` answers whether anything was given by it: where nothing was, there is no drill to end.
///
/// # Errors
/// What `takes` answers for a place of the options; [`Error::Stopped`].
pub(super) fn each_place(
    args: &Args,
    wanted: &Wanted,
    session: &mut Session,
    takes: &mut dyn FnMut(Next<'_>, &mut Session) -> Result<bool>,
) -> Result<()> {
    for place in &args.way.from {
        takes(Next::At(place), session)?;
    }
    let mut is_any = !args.way.from.is_empty();
    if !session.terminal.leads_on() {
        return Ok(());
    }
    let Wanted { what, medium } = wanted;
    let begin = format!(
        "Insert the medium of {medium} and mount it; it is noticed. Or type the directory where it is, or \
         the path of a scan of its sheet. `stop` offers to end it here with what was checked by then. At \
         the questions after that, of bags and of what is to be mended, `stop` leaves nothing: no report \
         and no entry."
    );
    session.terminal.say(&begin);
    let mut inserting = Inserting::new();
    let question = format!("Directory or scan of {what} (press Enter: that was all):");
    loop {
        is_any |= takes(Next::Asked, session)?;
        let (places, is_noticed) = match inserting.next(&question, session)? {
            Answer::Typed(text) if text.is_empty() && is_any => return Ok(()),
            Answer::Typed(text) if text.is_empty() => {
                session.terminal.say(NOTHING);
                continue;
            }
            Answer::Typed(text) => (vec![typed_path(&text)], false),
            Answer::Noticed(places) => (places, true),
        };
        for place in places {
            match takes(Next::At(&place), session) {
                Err(error @ (Error::Interrupted | Error::Stopped)) => return Err(error),
                Err(error) => session.terminal.error(&error),
                Ok(is_one) => is_any |= is_one,
            }
            let place_shown = shown(&place);
            let line = match (inserting.release(&place, session), is_noticed) {
                (true, _) => format!("Unmounted {place_shown}. You may remove it now."),
                (false, true) => format!("You may remove the medium at {place_shown} now."),
                (false, false) => continue,
            };
            session.terminal.say(&line);
        }
    }
}

/// Asks whether what was stopped ends as what it is, with `so_far` checked. Where nothing is kept of it, nobody is asked.
///
/// # Errors
/// [`Error::Stopped`] for `stop` once more; [`Error::Interrupted`].
pub(super) fn ends_here(
    so_far: &str,
    reporting: &Reporting,
    session: &mut Session,
) -> Result<bool> {
    if !reporting.is_written() && session.register().is_none() {
        return Ok(false);
    }
    let line = format!(
        "Stopped. {so_far} That counts: it can be reported and entered as what it is. Otherwise nothing is \
         left of it."
    );
    session.terminal.say(&line);
    let question = "End it here with what was checked?";
    Ok(session.terminal.confirm(question)? == Some(true))
}

//! One carrier after another, as `verify` sees it.

use crate::commands::insert::{Inserted, Inserting, say_what_is_there};
use crate::commands::{Session, verify};
use crate::error::{Error, Exit, Result};

const TEXT: [&str; 3] = [
    "Any carrier can be checked alone; no secret is shown. Insert a medium and mount",
    "it; it is noticed. Or type the path of a directory, a scan or a share file, or",
    "press Enter to look for it. `done` when there is no more.",
];

/// Checks until there is no more. Answers the first that was not in order.
///
/// # Errors
/// [`Error::Stopped`], [`Error::Interrupted`]; [`Error::System`] when the terminal fails.
pub(super) fn run(session: &mut Session) -> Result<Exit> {
    let mut inserting = Inserting::new();
    let mut first = Exit::Done;
    let mut checked = 0;
    TEXT.iter().for_each(|line| session.terminal.say(line));
    loop {
        let places = match inserting.ask("Next carrier:", &["done"], session) {
            Ok(Inserted::Word(_)) => return Ok(first),
            Ok(Inserted::Places(places)) => places,
            Err(Error::Stopped) if checked > 0 => {
                stopped(checked, session);
                return Ok(first);
            }
            Err(error) => return Err(error),
        };
        for place in places {
            let found = match verify::run(&verify::Args::of(&place), session) {
                Ok(exit) => {
                    checked += 1;
                    exit
                }
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => {
                    session.terminal.error(&error);
                    say_what_is_there(&place, session);
                    error.exit()
                }
            };
            if first == Exit::Done {
                first = found;
            }
        }
    }
}

/// What was checked stays checked.
fn stopped(checked: u32, session: &mut Session) {
    let carriers = if checked == 1 { "carrier" } else { "carriers" };
    let line = format!("stopped; {checked} {carriers} checked");
    session.terminal.say(&line);
}

//! `drill`: the whole way back in memory, and what it comes to.

use crate::commands::Session;
use crate::commands::way_back;
use crate::error::{Exit, Result};

/// Arguments of `drill`.
#[derive(clap::Args, Default)]
pub struct Args {
    #[command(flatten)]
    pub(super) way: way_back::Args,
}

/// Drills.
///
/// # Errors
/// Whatever stopped it.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let drilled = way_back::go(&args.way, session, &mut |_, _, _| Ok(()))?;
    let (answer, exit) = match drilled.found {
        0 => (
            "The drill passed: nothing is to be mended.".to_owned(),
            Exit::Done,
        ),
        1 => (
            "The drill found 1 thing to be mended: it is named above.".to_owned(),
            Exit::Open,
        ),
        found => {
            let text =
                format!("The drill found {found} things to be mended: they are named above.");
            (text, Exit::Open)
        }
    };
    session.terminal.result(&answer)?;
    session
        .terminal
        .result("Nothing was written in clear, and nothing of it is left in memory.")?;
    if session.terminal.leads_on() {
        let question = "Put every medium and sheet back where it came from, then press Enter:";
        session.terminal.ask(question)?;
    }
    Ok(exit)
}

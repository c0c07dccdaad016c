//! `drill`: the whole way back in memory, and what it comes to.

use crate::commands::Session;
use crate::commands::way_back;
use crate::drill::{Phase, ShareUse, duration};
use crate::error::{Exit, Result};

/// Arguments of `drill`.
#[derive(clap::Args, Default)]
pub struct Args {
    #[command(flatten)]
    pub(super) way: way_back::WayArgs,
}

/// Drills.
///
/// # Errors
/// Whatever stopped it.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let drilled = way_back::go(&args.way, session, &mut |_, _, _| Ok(()))?;
    for share in &drilled.shares {
        session.terminal.say(&how_it_came(share));
    }
    session.terminal.say(&times(&drilled.phases));
    let exit = conclude(drilled.found, session)?;
    session
        .terminal
        .result("Nothing was written in clear, and nothing of it is left in memory.")?;
    if session.terminal.leads_on() {
        let question = "Put every medium and sheet back where it came from, then press Enter:";
        session.terminal.ask(question)?;
    }
    Ok(exit)
}

/// The last word on it.
fn conclude(found: u64, session: &mut Session) -> Result<Exit> {
    let text = match found {
        0 => {
            let text = "The drill passed: nothing is to be mended.";
            return session.terminal.result(text).map(|()| Exit::Done);
        }
        1 => "the drill found 1 thing to be mended: it is named above".to_owned(),
        found => format!("the drill found {found} things to be mended: they are named above"),
    };
    let hint = "mend them and drill again; a damaged copy is made anew from a whole one";
    session.terminal.fault(&text, hint, false);
    Ok(Exit::Open)
}

/// "Share 2 (audit) came by code B, after 2 attempts and 3 lines mistyped, in 41 s: good."
fn how_it_came(share: &ShareUse) -> String {
    let mut line = match (share.number, &share.custodian) {
        (Some(number), Some(custodian)) => format!("Share {number} ({custodian})"),
        (Some(number), None) => format!("Share {number}"),
        _ => "A share".to_owned(),
    };
    line.push_str(&format!(" came by {}", share.channel));
    if share.attempts > 1 {
        line.push_str(&format!(", after {} attempts", share.attempts));
    }
    match share.mistyped {
        0 => {}
        1 => line.push_str(", 1 line mistyped"),
        lines => line.push_str(&format!(", {lines} lines mistyped")),
    }
    line.push_str(&format!(
        ", in {}: {}.",
        duration(share.seconds),
        share.state
    ));
    line
}

fn times(phases: &[Phase]) -> String {
    let phases = phases.iter();
    let each = phases.map(|phase| format!("{} {}", phase.name, duration(phase.seconds)));
    format!("Times: {}.", each.collect::<Vec<_>>().join(", "))
}

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

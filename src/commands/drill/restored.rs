//! D3, D4 and D5: the whole way back in memory, and its report, signed while the vault's identity is there.

use crate::commands::Session;
use crate::commands::way_back::{self, Drilled};
use crate::drill::{DrillKind, Outcome, Phase, ShareUse, duration};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;

use super::done::Done;
use super::report::Reporting;
use super::{Args, exit};

/// Leads it.
///
/// # Errors
/// Whatever stopped it; [`Error::WrongKind`] for a rehearsal with real material.
pub(super) fn run(args: &Args, reporting: Reporting, session: &mut Session) -> Result<Exit> {
    let wanted = reporting.options.kind;
    let mut reporting = Some(reporting);
    let mut outcome = Outcome::Fail;
    let drilled = way_back::go(&args.way, session, &mut |drilled, identity, session| {
        let kind = kind_of(wanted, drilled)?;
        for share in &drilled.shares {
            session.terminal.say(&how_it_came(share));
        }
        session.terminal.say(&times(&drilled.phases));
        if let Some(reporting) = reporting.take() {
            outcome = reporting.finish(kind, done(drilled), Some(identity), session)?;
        }
        Ok(())
    })?;
    let text = "Nothing was written in clear, and nothing of it is left in memory.";
    session.terminal.result(text)?;
    if session.terminal.leads_on() {
        let question = "Put every medium and sheet back where it came from, then press Enter:";
        session.terminal.ask(question)?;
    }
    Ok(match drilled.found {
        0 => exit(outcome),
        _ => Exit::Open,
    })
}

/// A whole restore of rehearsal material is a rehearsal, whatever it is called.
fn kind_of(wanted: Option<DrillKind>, drilled: &Drilled) -> Result<DrillKind> {
    let vault = drilled.vault.as_ref();
    match (vault.map(|vault| vault.kind), wanted) {
        (Some(Kind::Rehearsal), Some(DrillKind::D5)) => Ok(DrillKind::D5),
        (Some(Kind::Rehearsal), _) => Ok(DrillKind::D3),
        (_, Some(DrillKind::D3)) => Err(Error::WrongKind {
            found: Kind::Production.as_str(),
        }),
        (_, wanted) => Ok(wanted.unwrap_or(DrillKind::D4)),
    }
}

fn done(drilled: &Drilled) -> Done {
    Done {
        vault: drilled.vault.clone(),
        shares: drilled.shares.clone(),
        carriers: drilled.carriers.clone(),
        files: Some(drilled.files),
        stores: drilled.stores.clone(),
        startup: drilled.startup.clone(),
        staleness: drilled.staleness,
        phases: drilled.phases.clone(),
        answers: Vec::new(),
        disposal: "all of it was in memory only and is wiped; nothing was written in clear".into(),
    }
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

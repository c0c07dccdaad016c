//! D3, D4 and D5: the whole way back in memory, and its report, signed while the vault's identity is there.

use crate::commands::Session;
use crate::commands::way_back::{self, Drilled};
use crate::drill::{DrillKind, Outcome};
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

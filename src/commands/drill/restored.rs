//! D3, D4 and D5: the whole way back in memory, and its report, signed while the vault's identity is there.

use crate::commands::Session;
use crate::commands::way_back::{self, Drilled};
use crate::drill::{self, DrillKind, Outcome, Phase, ShareUse, VaultFacts, duration};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;
use crate::register::VaultState;

use super::done::Done;
use super::report::Reporting;
use super::{Args, entering, exit};

/// Leads it.
///
/// # Errors
/// Whatever stopped it; [`Error::WrongKind`] for a rehearsal with real material. What fails is reported first.
pub(super) fn run(args: &Args, reporting: Reporting, session: &mut Session) -> Result<Exit> {
    let wanted = reporting.options.kind;
    let mut reporting = Some(reporting);
    let mut outcome = Outcome::Fail;
    let drilled = way_back::go(&args.way, session, &mut |drilled, identity, session| {
        let kind = kind_of(wanted, args.way.rehearsal, drilled)?;
        for share in &drilled.shares {
            session.terminal.say(&how_it_came(share));
        }
        session.terminal.say(&times(&drilled.phases));
        if let Some(reporting) = reporting.take() {
            let mut done = done(drilled, identity.is_some());
            if done.vault.is_none() {
                done.vault = unread(args, kind, session)?;
            }
            outcome = reporting.finish(kind, done, identity, session)?;
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
fn kind_of(wanted: Option<DrillKind>, is_rehearsal: bool, drilled: &Drilled) -> Result<DrillKind> {
    let vault = drilled.vault.as_ref();
    match (vault.map(|vault| vault.kind), wanted) {
        (Some(Kind::Rehearsal), Some(DrillKind::D5)) => Ok(DrillKind::D5),
        (Some(Kind::Rehearsal), _) => Ok(DrillKind::D3),
        (Some(_), Some(DrillKind::D3)) => Err(Error::WrongKind {
            found: Kind::Production.as_str(),
        }),
        (None, None) if is_rehearsal => Ok(DrillKind::D3),
        (_, wanted) => Ok(wanted.unwrap_or(DrillKind::D4)),
    }
}

/// The vault that is meant, where nothing that was given says it.
fn unread(args: &Args, kind: DrillKind, session: &Session) -> Result<Option<VaultFacts>> {
    let vault = entering::vault(args.expected()?, session);
    let is_of_kind = |vault: &VaultState| {
        kind == DrillKind::D5 || (vault.kind == Kind::Rehearsal) == (kind == DrillKind::D3)
    };
    Ok(vault.filter(is_of_kind).as_ref().map(entering::facts))
}

fn done(drilled: &Drilled, is_opened: bool) -> Done {
    let disposal = match is_opened {
        true => "all of it was in memory only and is wiped; nothing was written in clear",
        false => "the shares were too few: nothing was opened or written in clear",
    };
    Done {
        vault: drilled.vault.clone(),
        shares: drilled.shares.clone(),
        carriers: drilled.carriers.clone(),
        joined: Some(drilled.joined.clone()),
        files: drilled.files,
        stores: drilled.stores.clone(),
        startup: drilled.startup.clone(),
        staleness: drilled.staleness,
        phases: drilled.phases.clone(),
        answers: vec![drill::vault_words(drilled.is_compared)],
        disposal: disposal.into(),
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

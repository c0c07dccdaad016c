//! D1 in several sittings: whose share was proven on another day, by the register.
//!
//! Knows what was proven, and when. What a person said over the phone, or a report that nobody signed, is no proof.

use crate::commands::Session;
use crate::drill::{self, Criterion, DrillKind, DrillReport};
use crate::register::{DrillState, Interval, Outcome, ShareState, VaultState};
use crate::time::Time;

const HINT: &str = "the sittings of a share check count together in a register: --register FILE";

/// Whether every custodian came, today or within the interval.
pub(super) fn every_custodian(report: &DrillReport, session: &mut Session) -> Criterion {
    let here = drill::proven_shares(report);
    let others = others(report, &here, session);
    let n = match &others {
        Some(others) => here.len() + others.len(),
        None => report.vault.as_ref().map_or(0, |vault| vault.n.into()),
    };
    let criterion = drill::every_custodian(here.len(), n, others.as_deref());
    if session.register().is_none() && criterion.met == Some(false) {
        session.terminal.say(&format!("coldvault: hint: {HINT}"));
    }
    criterion
}

/// Whose shares were not proven here, and when each was; `None` where no register has the vault.
fn others(
    report: &DrillReport,
    here: &[u8],
    session: &Session,
) -> Option<Vec<(String, Option<Time>)>> {
    let today = report.clock.ended();
    let id = report.vault.as_ref()?.public_key.vault_id();
    let register = session.register()?;
    let state = register.state_on(today);
    let vault = state.vault(id)?;
    let months = state.policy.months(Interval::D1);
    let months = months.unwrap_or(Interval::D1.default_months());
    let since = failed(vault, &state.drills);
    let is_good = |proven: &Time| {
        let in_time = today.days_since(proven.plus_months(months)) <= 0;
        in_time && since.is_none_or(|since| *proven >= since)
    };
    let others = vault.shares.iter();
    let others = others.filter(|share| !here.contains(&share.number));
    let one = |share: &ShareState| (called(share), share.proven.filter(is_good));
    Some(others.map(one).collect())
}

/// The day of the last share check that failed: what was proven before it does not answer for it.
fn failed(vault: &VaultState, drills: &[DrillState]) -> Option<Time> {
    let is_it = |one: &&DrillState| {
        (one.vault, one.kind, one.outcome) == (Some(vault.id), DrillKind::D1, Outcome::Fail)
    };
    drills.iter().filter(is_it).map(|one| one.at).max()
}

fn called(share: &ShareState) -> String {
    match &share.custodian {
        Some(custodian) => custodian.clone(),
        None => format!("share {}", share.number),
    }
}

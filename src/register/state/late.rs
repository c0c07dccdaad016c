//! A drill that was entered days after it, from its report: it counts from its own day, and takes nothing back that was
//! heard since. Must not know reports: whether one is proven was asked when it was entered.

use super::{At, DrillState, State};
use crate::register::event::{CarrierLine, Drilled};
use crate::register::kinds::{DrillKind, Outcome};
use crate::time::Time;

/// Whether other things may have been entered between a drill and its entry: so much time lies between, or one of the
/// drills that are entered `before` does.
pub(super) fn is_late(when: Time, drilled: &Drilled, before: &[DrillState]) -> bool {
    let is_between = |other: &DrillState| other.at > drilled.checked && other.at <= when;
    when.full_days_since(drilled.checked) >= 1 || before.iter().any(is_between)
}

fn is_newer(known: Option<Time>, when: Time) -> bool {
    known.is_some_and(|known| known > when)
}

impl State {
    /// Puts it among the drills by its day, and counts what it read where nothing newer is known.
    pub(super) fn drill_late(&mut self, at: At, state: DrillState, drilled: &Drilled) {
        let when = drilled.checked;
        // Behind the last one that is not later: one whose clock was ahead, and after which others were entered, does not
        // hold it back.
        let before = self.drills.iter().rposition(|other| other.at <= when);
        let place = before.map_or(0, |before| before + 1);
        self.drills.insert(place, DrillState { at: when, ..state });
        if at.is_to_come(when) || matches!(drilled.kind, DrillKind::D0 | DrillKind::D6) {
            return;
        }
        if drilled.said {
            return self.claim_in_drill(when, drilled);
        }
        let Some(vault) = drilled.vault.and_then(|id| self.vault_mut(id)) else {
            return;
        };
        let has_opened = drilled.kind.needs_quorum() && drilled.outcome != Outcome::Fail;
        let is_in = |number: u8| drilled.shares.contains(&number);
        for share in vault.shares.iter_mut().filter(|one| is_in(one.number)) {
            if !is_newer(share.proven, when) {
                share.proven = Some(when);
                share.late_in = at.place;
            }
            if has_opened && !is_newer(share.drilled, when) {
                share.drilled = Some(when);
            }
        }
        for carrier in &drilled.carriers {
            let medium = CarrierLine::bare(carrier.clone()).medium;
            let Some(found) = vault.carrier_mut(carrier, medium) else {
                continue;
            };
            if !is_newer(found.drilled, when) {
                found.drilled = Some(when);
            }
            let failed = found.failed.as_ref().map(|(at, _)| *at);
            if !is_newer(found.checked, when) && !is_newer(failed, when) {
                (found.checked, found.failed) = (Some(when), None);
                found.to_come = false;
            }
        }
    }
}

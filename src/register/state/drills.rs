//! Drills: what each was, and what it proved. Must not know reports, how a drill is judged, and when the next one is due.

use super::{At, State, late};
use crate::digest::Digest;
use crate::register::event::Drilled;
use crate::register::kinds::{DrillKind, Outcome};
use crate::signature::VaultId;
use crate::time::Time;

/// One drill.
#[derive(Clone, Debug)]
pub struct DrillState {
    /// Of which vault.
    pub vault: Option<VaultId>,
    /// As in its report.
    pub drill_id: [u8; 16],
    /// Which kind.
    pub kind: DrillKind,
    /// When.
    pub at: Time,
    /// How it ended.
    pub outcome: Outcome,
    /// Findings that are open.
    pub open: u64,
    /// The shares that were proven in it.
    pub shares: Vec<u8>,
    /// When the next one is due.
    pub next: Option<Time>,
    /// Of the report's bytes; none where no report was written.
    pub report_sha256: Option<Digest>,
    /// Whether it answered a challenge.
    pub challenge: bool,
    /// Whether only some of the shares were given, and nothing else was wrong: one sitting of several.
    pub partial: bool,
    /// Whether all of it is what an unsigned report says, which was entered later: its shares are not proven, and its
    /// copies not checked.
    pub said: bool,
}

impl State {
    pub(super) fn drill(&mut self, at: At, drilled: &Drilled) {
        let state = DrillState {
            vault: drilled.vault,
            drill_id: drilled.drill_id,
            kind: drilled.kind,
            at: at.when,
            outcome: drilled.outcome,
            open: drilled.findings_open,
            shares: drilled.shares.clone(),
            next: drilled.next,
            report_sha256: drilled.report_sha256,
            challenge: drilled.challenge,
            partial: drilled.partial,
            said: drilled.said,
        };
        if late::is_late(at.when, drilled, &self.drills) {
            return self.drill_late(at, state, drilled);
        }
        self.drills.push(state);
        // One that failed is known before its day; what it proved is not.
        match at.is_to_come(at.when) {
            true => {}
            false if drilled.said => self.claim_in_drill(at.when, drilled),
            false => self.use_in_drill(at, drilled),
        }
    }
}

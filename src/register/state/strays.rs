//! Shares that were presented, were not good, and lay on no carrier that the register knows.
//!
//! Whoever forges a share chooses its number and its copy: what is not known and proves nothing becomes no copy of the
//! vault, which people would be sent to look for, but stays an event. Must not know files and people to ask.

use super::VaultState;
use crate::register::event::{CarrierRef, Checked};
use crate::register::kinds::{Condition, Role};
use crate::time::Time;

/// A share that was presented and is none of the copies that the register knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// What it says of itself.
    pub carrier: CarrierRef,
    /// When it was last presented.
    pub at: Time,
    /// What was found.
    pub what: String,
}

impl VaultState {
    /// Keeps a failed check of a share whose carrier nobody entered; `false` where it is another check.
    pub(super) fn is_stray(&mut self, when: Time, checked: &Checked) -> bool {
        let line = &checked.carrier;
        let is_share = matches!(line.carrier.role, Role::Share(_));
        let is_good = checked.outcome == Condition::Whole;
        if is_good || !is_share || self.carrier_mut(&line.carrier, line.medium).is_some() {
            return false;
        }
        let what = checked.what.clone();
        self.strays.retain(|one| one.carrier != line.carrier);
        self.strays.push(Stray {
            carrier: line.carrier.clone(),
            at: when,
            what: what.unwrap_or_else(|| checked.outcome.as_str().to_owned()),
        });
        true
    }

    /// What was entered later, in the order of the register, was a copy all the same: what was found of it counts where
    /// no newer check says otherwise.
    pub(super) fn settle_strays(&mut self) {
        for stray in std::mem::take(&mut self.strays) {
            let mut known = self.carriers.iter_mut();
            match known.find(|known| known.is(&stray.carrier)) {
                None => self.strays.push(stray),
                Some(known) if known.failed.is_none() && known.checked < Some(stray.at) => {
                    known.failed = Some((stray.at, stray.what));
                }
                Some(_) => {}
            }
        }
    }
}

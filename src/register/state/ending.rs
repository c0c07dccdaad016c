//! The end of copies and of vaults: what was destroyed, how, and who saw it.

use super::{CarrierState, Life, State};
use crate::digest::Digest;
use crate::register::event::{CarrierLine, Destroyed, Retired};
use crate::register::kinds::MediumKind;
use crate::time::Time;

/// What is said of a copy that was destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destruction {
    /// When.
    pub when: Time,
    /// Why.
    pub reason: String,
    /// How, where that is said.
    pub how: Option<String>,
    /// Who saw it; none where an entry of an earlier coldvault says nothing of that.
    pub people: Vec<String>,
}

/// What is said of a vault that is not needed any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// Since when.
    pub when: Time,
    /// Why.
    pub reason: Option<String>,
    /// Who says so.
    pub people: Vec<String>,
    /// Of the record of its destruction.
    pub certificate_sha256: Option<Digest>,
}

impl State {
    /// The first entry that says so counts: what is destroyed is not destroyed again. A copy that nobody ever entered, such
    /// as one of a sealing that was killed, is known from then on as one that is gone.
    pub(super) fn destroy(&mut self, when: Time, destroyed: &Destroyed) {
        let of = &destroyed.told.of;
        let Some(vault) = self.vault_mut(of.vault) else {
            return;
        };
        let is_new = vault.carrier(&of.carrier, MediumKind::Paper).is_none();
        if is_new && of.carrier.carrier_id.is_none() && of.carrier.copy.is_some() {
            let line = CarrierLine::bare(of.carrier.clone());
            vault.carriers.push(CarrierState::new(&line, when));
        }
        let Destroyed { how, people, .. } = destroyed.clone();
        self.tell(&destroyed.told, |carrier, reason| {
            carrier.destroyed = true;
            // What is said of one copy says more than what is said of all at once.
            if std::mem::take(&mut carrier.by_reissue) {
                carrier.destruction = None;
            }
            carrier.destruction.get_or_insert(Destruction {
                when,
                reason,
                how,
                people,
            });
        });
    }

    /// The last entry says which record is the newest; it is retired since the first.
    pub(super) fn retire(&mut self, when: Time, retired: &Retired) {
        let Some(vault) = self.vault_mut(retired.vault) else {
            return;
        };
        vault.life = Life::Retired;
        let before = vault.retirement.take();
        vault.retirement = Some(Retirement {
            when: before.map_or(when, |before| before.when),
            reason: retired.reason.clone(),
            people: retired.people.clone(),
            certificate_sha256: retired.certificate_sha256,
        });
    }
}

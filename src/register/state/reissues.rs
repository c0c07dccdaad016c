//! Shares that were made anew at their numbers: whose they are then, and what became of the copies before.

use super::{At, CarrierState, Destruction, State};
use crate::register::event::Reissued;
use crate::register::kinds::{Cause, MediumKind, Role};
use crate::time::Time;

impl CarrierState {
    /// It went before the share was made anew, as the entry of that says of all copies; what was said of this one stays.
    fn end_with(&mut self, when: Time, event: &Reissued) {
        if std::mem::replace(&mut self.destroyed, true) {
            return;
        }
        let reason = event.reason.as_deref();
        self.by_reissue = true;
        self.destruction = Some(Destruction {
            when,
            reason: reason.unwrap_or(Cause::Destroyed.as_str()).to_owned(),
            how: None,
            people: event.witness.iter().cloned().collect(),
        });
    }
}

impl State {
    /// From now on those carriers may be out. They are void until an entry says that they were made.
    pub(super) fn begin_reissue(&mut self, at: At, event: &Reissued) {
        let to_come = at.is_to_come(at.when);
        let Some(vault) = self.vault_mut(event.vault) else {
            return;
        };
        for line in &event.carriers {
            let is_known = vault.carrier_mut(&line.carrier, line.medium).is_some();
            if is_known || vault.contradicts(&line.carrier) {
                continue;
            }
            vault.carriers.push(CarrierState {
                to_come,
                void: Some(at.when),
                keeper: event.to.clone(),
                unfinished: true,
                prepared: line.medium == MediumKind::Paper,
                ..CarrierState::new(line, at.when)
            });
        }
    }

    /// The copies before are void from then on; they still open the vault. Only evidence that they are gone makes them
    /// destroyed. Of a day to come nothing good is taken over.
    pub(super) fn reissue(&mut self, at: At, event: &Reissued) {
        let (when, to_come) = (at.when, at.is_to_come(at.when));
        self.not_yet += usize::from(to_come);
        let Some(vault) = self.vault_mut(event.vault) else {
            return;
        };
        let mut shares = vault.shares.iter_mut();
        let Some(share) = shares.find(|share| share.number == event.number) else {
            return;
        };
        share.reissues.push(when);
        share.claimed = None;
        if event.cause.is_some_and(Cause::exposes) {
            let first = |known: Option<Time>| known.map_or(when, |known| known.min(when));
            share.lost = Some(first(share.lost));
            share.exposed = Some(first(share.exposed));
        }
        let keeper = share.custodian.clone().or_else(|| event.from.clone());
        if let Some(to) = &event.to {
            let before = share.custodian.replace(to.clone());
            let mut former: Vec<String> = before.into_iter().chain(event.from.clone()).collect();
            former.retain(|name| name != to && !share.former.contains(name));
            former.dedup();
            share.former.extend(former);
        }
        let role = Role::Share(event.number);
        let is_new = |known: &CarrierState| {
            let mut new = event.carriers.iter();
            new.any(|line| known.is(&line.carrier))
        };
        let before = vault.carriers.iter_mut();
        let is_end = event.cause == Some(Cause::Destroyed) && !to_come;
        for carrier in before.filter(|known| known.role == role && !is_new(known)) {
            if carrier.void.is_none() {
                (carrier.void, carrier.keeper) = (Some(when), keeper.clone());
            }
            // What is said of the copies before is not said of those that nobody knew to be made.
            if is_end && !carrier.unfinished {
                carrier.end_with(when, event);
            }
        }
        for line in &event.carriers {
            match vault.carrier_mut(&line.carrier, line.medium) {
                Some(known) => {
                    known.learn(line);
                    if std::mem::take(&mut known.unfinished) {
                        (known.void, known.keeper, known.to_come) = (None, None, to_come);
                    }
                }
                None => vault.carriers.push(CarrierState {
                    to_come,
                    ..CarrierState::new(line, when)
                }),
            }
        }
        if !to_come && !event.carriers.is_empty() {
            self.prove_share((when, at.place), event.vault, event.number);
        }
        event.to.iter().for_each(|name| self.meet(when, name));
    }
}

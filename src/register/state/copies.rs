//! Copies: which entries speak of the same one, and what became of it.

use super::{At, CarrierState, State, VaultState};
use crate::register::event::{CarrierLine, CarrierRef, Checked, Copied, Drilled, OfCarrier, Told};
use crate::register::kinds::{Condition, DrillKind, MediumKind, Outcome, Role};
use crate::time::Time;

impl CarrierState {
    pub(super) fn new(line: &CarrierLine, when: Time) -> Self {
        Self {
            carrier_id: line.carrier.carrier_id,
            role: line.carrier.role,
            copy: line.carrier.copy.unwrap_or(0),
            of: line.of,
            medium: line.medium,
            serial: line.serial.clone(),
            written: line.written.unwrap_or(when),
            checked: None,
            failed: None,
            drilled: None,
            claimed: None,
            site: None,
            bag: None,
            prepared: false,
            to_come: false,
            destroyed: false,
            destruction: None,
            by_reissue: false,
            void: None,
            keeper: None,
            unfinished: false,
        }
    }

    /// Whether it is a copy to rely on: neither destroyed nor void.
    pub fn counts(&self) -> bool {
        !self.destroyed && self.void.is_none()
    }

    /// Takes over what a later entry knows and this one did not.
    pub(super) fn learn(&mut self, line: &CarrierLine) {
        if self.medium == MediumKind::Unknown {
            self.medium = line.medium;
        }
        if self.serial.is_none() {
            self.serial.clone_from(&line.serial);
        }
        if self.of == 0 {
            self.of = line.of;
        }
    }

    pub(super) fn is(&self, carrier: &CarrierRef) -> bool {
        match carrier.carrier_id {
            Some(id) => self.carrier_id == Some(id) && !self.contradicts(carrier),
            None => {
                self.carrier_id.is_none()
                    && self.role == carrier.role
                    && carrier.copy.unwrap_or(0) == self.copy
            }
        }
    }

    /// Whether it is said to be of something else, or another copy, than the carrier of this id was entered as: ids are
    /// random, so one of the two was written over.
    pub fn contradicts(&self, carrier: &CarrierRef) -> bool {
        let copy = carrier.copy.filter(|copy| *copy > 0 && self.copy > 0);
        let is_other = self.role != carrier.role || copy.is_some_and(|copy| copy != self.copy);
        carrier.carrier_id.is_some() && self.carrier_id == carrier.carrier_id && is_other
    }

    fn good(&mut self, when: Time) {
        self.checked = Some(when);
        self.failed = None;
        self.to_come = false;
    }
}

impl VaultState {
    /// The copy that an entry or a drill speaks of: by its id, or a sheet by what it is of. A `medium` of paper that does
    /// not say which copy it is can only be the one sheet, where there is one.
    pub fn carrier(&self, carrier: &CarrierRef, medium: MediumKind) -> Option<&CarrierState> {
        self.carriers.get(self.named(carrier, medium)?)
    }

    /// Where the same stands in the list.
    fn named(&self, carrier: &CarrierRef, medium: MediumKind) -> Option<usize> {
        let mut carriers = self.carriers.iter();
        let exact = carriers.position(|known| known.is(carrier));
        exact.or_else(|| self.only_sheet(carrier, medium))
    }

    /// What was read from paper does not say which copy it is: of one sheet it can only be that. A file that does not say
    /// where it was is of no copy.
    fn only_sheet(&self, carrier: &CarrierRef, medium: MediumKind) -> Option<usize> {
        if (carrier.carrier_id, carrier.copy, medium) != (None, None, MediumKind::Paper) {
            return None;
        }
        let of_it = |known: &CarrierState| {
            let is_sheet = known.carrier_id.is_none() && known.medium == MediumKind::Paper;
            is_sheet && known.role == carrier.role
        };
        let all = self.carriers.iter().enumerate();
        let mut sheets = all.filter(|(_, known)| of_it(known));
        let only = sheets.next();
        let only = only.filter(|_| sheets.next().is_none());
        only.map(|(place, _)| place)
    }

    pub(super) fn carrier_mut(
        &mut self,
        carrier: &CarrierRef,
        medium: MediumKind,
    ) -> Option<&mut CarrierState> {
        // A medium without an id is another thing than the sheet of the same copy.
        let same = |known: &&mut CarrierState| {
            known.is(carrier)
                && (carrier.carrier_id.is_some()
                    || medium == MediumKind::Unknown
                    || known.medium == MediumKind::Unknown
                    || known.medium == medium)
        };
        match (carrier.carrier_id, carrier.copy) {
            (None, None) => {
                let place = self.only_sheet(carrier, medium)?;
                self.carriers.get_mut(place)
            }
            _ => self.carriers.iter_mut().find(same),
        }
    }

    /// Copies of a share that was about to be made anew, of which no entry says that they were made or destroyed.
    pub fn unfinished(&self, number: u8) -> impl Iterator<Item = &CarrierState> {
        let is_out = |carrier: &&CarrierState| carrier.unfinished && !carrier.destroyed;
        let of_it = move |carrier: &&CarrierState| carrier.role == Role::Share(number);
        self.carriers.iter().filter(is_out).filter(of_it)
    }

    /// Whether the register has that id as another copy, or of something else: nothing is known of such a carrier.
    pub fn contradicts(&self, carrier: &CarrierRef) -> bool {
        self.carriers.iter().any(|known| known.contradicts(carrier))
    }

    /// The copy, which is entered if nothing was known of it.
    fn carrier_or_new(&mut self, line: &CarrierLine, when: Time) -> Option<&mut CarrierState> {
        if self.carrier_mut(&line.carrier, line.medium).is_none() {
            // A typed share has no copy number: it is a share that was proven, and no copy.
            let known = line.carrier.carrier_id.is_some() || line.carrier.copy.is_some();
            if !known || self.contradicts(&line.carrier) {
                return None;
            }
            self.carriers.push(CarrierState::new(line, when));
        }
        let found = self.carrier_mut(&line.carrier, line.medium)?;
        found.learn(line);
        Some(found)
    }
}

impl State {
    pub(super) fn check(&mut self, at: At, checked: &Checked) {
        let when = at.when;
        let Some(vault) = self.vault_mut(checked.vault) else {
            return;
        };
        if vault.is_stray(when, checked) {
            return;
        }
        if let Some(carrier) = vault.carrier_or_new(&checked.carrier, when) {
            match checked.outcome {
                Condition::Whole => carrier.good(when),
                Condition::Damaged | Condition::Unreadable => {
                    let word = checked.outcome.as_str().to_owned();
                    carrier.failed = Some((when, checked.what.clone().unwrap_or(word)));
                }
            }
        }
        if let Role::Share(number) = checked.carrier.carrier.role
            && checked.outcome == Condition::Whole
            && checked.secret_proven == Some(true)
        {
            self.prove_share((when, at.place), checked.vault, number);
        }
    }

    /// A copy of a day to come is one to look for, and none to rely on before somebody read it.
    pub(super) fn copy(&mut self, at: At, copied: &Copied) {
        let to_come = at.is_to_come(at.when);
        self.not_yet += usize::from(to_come);
        let Some(vault) = self.vault_mut(copied.vault) else {
            return;
        };
        let line = &copied.carrier;
        let is_new = vault.carrier_mut(&line.carrier, line.medium).is_none();
        if let Some(carrier) = vault.carrier_or_new(line, at.when) {
            carrier.to_come |= to_come && is_new;
        }
    }

    pub(super) fn print(&mut self, when: Time, of: &OfCarrier, prepared: bool) {
        let line = CarrierLine {
            medium: MediumKind::Paper,
            ..CarrierLine::bare(of.carrier.clone())
        };
        let Some(vault) = self.vault_mut(of.vault) else {
            return;
        };
        let known = vault.carrier_mut(&of.carrier, MediumKind::Paper).is_some();
        if let Some(carrier) = vault.carrier_or_new(&line, when) {
            // Drawn once more, a sheet that is paper already stays so.
            carrier.prepared = prepared && (!known || carrier.prepared);
        }
    }

    pub(super) fn tell(&mut self, told: &Told, set: impl FnOnce(&mut CarrierState, String)) {
        let Some(vault) = self.vault_mut(told.of.vault) else {
            return;
        };
        // A person names a copy that is known: a sheet whose number nobody knows, too. What has neither an id nor a number
        // and lies in a bag or at a place is a sheet.
        let place = vault.named(&told.of.carrier, MediumKind::Paper);
        if let Some(found) = place.and_then(|place| vault.carriers.get_mut(place)) {
            set(found, told.text.clone());
        }
    }

    /// What a report says that nobody signed: of shares and copies that are known, and nothing is proven by it.
    pub(super) fn claim_in_drill(&mut self, when: Time, drilled: &Drilled) {
        let Some(vault) = drilled.vault.and_then(|id| self.vault_mut(id)) else {
            return;
        };
        let newer = |known: Option<Time>| known.max(Some(when));
        for share in &mut vault.shares {
            if drilled.shares.contains(&share.number) {
                share.claimed = newer(share.claimed);
            }
        }
        for carrier in &drilled.carriers {
            let place = vault.named(carrier, MediumKind::Paper);
            if let Some(found) = place.and_then(|place| vault.carriers.get_mut(place)) {
                found.claimed = newer(found.claimed);
            }
        }
    }

    pub(super) fn use_in_drill(&mut self, at: At, drilled: &Drilled) {
        let when = at.when;
        let Some(id) = drilled.vault else { return };
        // Of a drill that only looked at bags, or talked, nothing was read.
        if matches!(drilled.kind, DrillKind::D0 | DrillKind::D6) {
            return;
        }
        for number in &drilled.shares {
            self.prove_share((when, at.place), id, *number);
            if drilled.kind.needs_quorum() && drilled.outcome != Outcome::Fail {
                self.open_with_share(when, id, *number);
            }
        }
        for carrier in &drilled.carriers {
            let Some(vault) = self.vault_mut(id) else {
                return;
            };
            let line = CarrierLine::bare(carrier.clone());
            if let Some(found) = vault.carrier_or_new(&line, when) {
                found.good(when);
                found.drilled = Some(when);
            }
        }
    }
}

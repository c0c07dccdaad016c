//! What a register is told of a drill from its report alone, days after it: what it had not heard of since.
//!
//! Like is held against like: that a copy was put somewhere says nothing of whether it is whole.

use crate::digest::Digest;
use crate::drill::{CarrierUse, DrillKind, DrillReport, OF_ANOTHER_VAULT};
use crate::register::{CarrierRef, Checked, Condition, Drilled, Event, Register, Told};
use crate::signature::VaultId;
use crate::time::Time;

use super::entering::{self, Beside};

/// The entries of a report that is proven. It does not say which of several good shares were joined: by the order of the
/// report it is those that came first. One that nobody signed is a claim: it proves no share and checks no copy.
pub(in crate::commands) fn late(
    report: &DrillReport,
    digest: Digest,
    is_signed: bool,
    register: &Register,
    now: Time,
) -> Vec<Event> {
    let beside = Beside {
        digest: Some(digest),
        is_signed,
        joined: joined(report),
    };
    let mut drilled = entering::drilled(report, &beside);
    drilled.said = !is_signed;
    let Some(vault) = &report.vault else {
        return vec![Event::Drilled(drilled)];
    };
    let id = vault.public_key.vault_id();
    let ended = report.clock.ended();
    let since = Since {
        vault: id,
        ended,
        events: register
            .entries_since(report.register_head, ended)
            .filter_map(|entry| Some((entry.stamp.when(), entry.event.as_ref()?)))
            .collect(),
    };
    drilled
        .carriers
        .retain(|carrier| !since.found_damaged(carrier));
    if !is_signed {
        let sheets = entering::sheets_read(id, report).into_iter();
        drilled.carriers.extend(sheets.filter_map(sheet));
    }
    let mut events = vec![Event::Drilled(drilled)];
    // Entries of a check have no day but their own: later than that they would claim too much.
    if is_signed && now.full_days_since(ended) < 1 {
        events.extend(entering::proven(id, report, &beside));
        let sheets = entering::sheets_read(id, report).into_iter();
        events.extend(sheets.filter(|sheet| !since.has_looked_at_sheet(sheet)));
    }
    let own = report
        .carriers
        .iter()
        .filter(|one| one.outcome != OF_ANOTHER_VAULT);
    let found = own.flat_map(|one| of_carrier(id, one));
    events.extend(found.filter(|event| !since.overtakes(event)));
    events
}

/// Which sheet was read.
fn sheet(read: Event) -> Option<CarrierRef> {
    match read {
        Event::Checked(checked) => Some(checked.carrier.carrier),
        _ => None,
    }
}

fn of_carrier(vault: VaultId, one: &CarrierUse) -> impl Iterator<Item = Event> {
    let failed = entering::failed(vault, one);
    failed.into_iter().chain(entering::bagged(vault, one))
}

/// As many as the vault needs, where it was opened.
fn joined(report: &DrillReport) -> Option<Vec<u8>> {
    if !report.kind.needs_quorum() {
        return None;
    }
    let need = report
        .vault
        .as_ref()
        .map_or(0, |vault| usize::from(vault.k));
    let mut numbers: Vec<u8> = Vec::new();
    let good = report.shares.iter().filter(|one| one.state == "good");
    for number in good.filter_map(|one| one.number) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let is_enough = numbers.len() >= need;
    numbers.truncate(if is_enough { need } else { 0 });
    Some(numbers)
}

/// What the register heard after the drill.
struct Since<'r> {
    vault: VaultId,
    ended: Time,
    /// Each with the time that its entry claims.
    events: Vec<(Time, &'r Event)>,
}

impl Since<'_> {
    /// Whether it heard the same thing of the same copy anew, or that the copy is no more.
    fn overtakes(&self, event: &Event) -> bool {
        match event {
            Event::Checked(checked) => {
                let carrier = &checked.carrier.carrier;
                self.is_destroyed(carrier)
                    || self
                        .checks()
                        .any(|one| is_same(&one.carrier.carrier, carrier))
                    || self.has_read(carrier)
            }
            Event::Bagged(told) => {
                let carrier = &told.of.carrier;
                let is_newer = |event: &Event| matches!(event, Event::Bagged(other) if self.is_of(other, carrier));
                self.is_destroyed(carrier) || self.events.iter().any(|(_, one)| is_newer(one))
            }
            _ => false,
        }
    }

    /// Whether a sheet that the drill read was looked at anew. What was read from paper does not say which copy it is, so
    /// any sheet of the same share counts.
    fn has_looked_at_sheet(&self, sheet: &Event) -> bool {
        let Event::Checked(sheet) = sheet else {
            return false;
        };
        let role = sheet.carrier.carrier.role;
        self.checks().any(|one| {
            let carrier = &one.carrier.carrier;
            carrier.carrier_id.is_none() && carrier.role == role
        })
    }

    fn found_damaged(&self, carrier: &CarrierRef) -> bool {
        self.checks()
            .any(|one| one.outcome != Condition::Whole && is_same(&one.carrier.carrier, carrier))
    }

    fn checks(&self) -> impl Iterator<Item = &Checked> {
        self.events.iter().filter_map(|(_, event)| match event {
            Event::Checked(checked) if checked.vault == self.vault => Some(checked),
            _ => None,
        })
    }

    /// Whether a newer drill read it whole. One that was entered late itself is as old as it says.
    fn has_read(&self, carrier: &CarrierRef) -> bool {
        let is_newer = |when: Time, drilled: &Drilled| {
            when.full_days_since(drilled.checked) < 1 || drilled.checked > self.ended
        };
        let has_read = |drilled: &Drilled| {
            drilled.vault == Some(self.vault)
                && !drilled.said
                && !matches!(drilled.kind, DrillKind::D0 | DrillKind::D6)
                && drilled.carriers.iter().any(|one| is_same(one, carrier))
        };
        self.events.iter().any(|(when, event)| {
            matches!(event, Event::Drilled(one) if is_newer(*when, one) && has_read(one))
        })
    }

    fn is_destroyed(&self, carrier: &CarrierRef) -> bool {
        let is = |event: &Event| matches!(event, Event::Destroyed(one) if self.is_of(&one.told, carrier));
        self.events.iter().any(|(_, event)| is(event))
    }

    fn is_of(&self, told: &Told, carrier: &CarrierRef) -> bool {
        told.of.vault == self.vault && is_same(&told.of.carrier, carrier)
    }
}

/// As the register tells copies apart: by the id of the medium, and where there is none by the number of the copy.
fn is_same(one: &CarrierRef, other: &CarrierRef) -> bool {
    one.role == other.role
        && one.carrier_id == other.carrier_id
        && (one.carrier_id.is_some() || one.copy.unwrap_or(0) == other.copy.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::drill::tests::{bare, restored};
    use crate::drill::{Outcome, ShareUse};
    use crate::register::{CarrierLine, MediumKind, OfCarrier, Role, Stamp};

    const ENDED: &str = "2026-11-23T11:02:00Z";
    const LATER: &str = "2026-11-25T09:00:00Z";

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn copy(copy: u8) -> CarrierRef {
        CarrierRef {
            carrier_id: None,
            role: Role::Vault,
            copy: Some(copy),
        }
    }

    /// A drill that found vault copy 1 damaged and put it into another bag; copy 2 is whole.
    fn report() -> DrillReport {
        let mut report = bare(DrillKind::D2);
        let read = |copy, outcome: &str| CarrierUse {
            role: "vault".into(),
            copy: Some(copy),
            outcome: outcome.into(),
            ..CarrierUse::default()
        };
        let mut first = read(1, "damaged");
        first.bag_new = Some("B-7".into());
        report.carriers = vec![first, read(2, "whole")];
        report
    }

    fn vault() -> VaultId {
        report().vault.unwrap().public_key.vault_id()
    }

    fn check(vault: VaultId, carrier: CarrierRef, outcome: Condition) -> Event {
        Event::Checked(Checked {
            vault,
            carrier: CarrierLine::bare(carrier),
            outcome,
            replugged: None,
            secret_proven: None,
            what: None,
        })
    }

    fn told(copy_number: u8) -> Told {
        let (vault, carrier) = (vault(), copy(copy_number));
        Told {
            of: OfCarrier { vault, carrier },
            text: "Bern".into(),
        }
    }

    /// What is entered of the report, where the register has one entry before it and heard these since.
    fn entered(report: &DrillReport, since: &[(&str, Event)], now: &str) -> Vec<Event> {
        let mut register = Register::new();
        let mut add = |at: &str, event: &Event| {
            let stamp = Stamp {
                at: time(at),
                wall: None,
                by: None,
                tool: "test".into(),
            };
            register.add(&stamp, event).unwrap()
        };
        // Of a clock that was a year ahead: it is older all the same.
        let before = check(vault(), copy(1), Condition::Whole);
        let head = add("2027-11-01T00:00:00Z", &before);
        for (at, event) in since {
            add(at, event);
        }
        let mut report = report.clone();
        report.register_head = Some(head);
        let digest = Digest::of(b"report");
        late(&report, digest, true, &register, time(now))
    }

    /// Whether the damage is entered, and whether the bag is.
    fn damage_and_bag(event: Event) -> (bool, bool) {
        let events = entered(&report(), &[(LATER, event)], LATER);
        let is_damage = |event: &Event| matches!(event, Event::Checked(one) if one.outcome == Condition::Damaged);
        let has_bag = events.iter().any(|one| matches!(one, Event::Bagged(_)));
        (events.iter().any(is_damage), has_bag)
    }

    #[test]
    fn damage_and_a_bag_are_overtaken_by_what_says_the_same_thing_anew_and_by_nothing_else() {
        let other = VaultId([7; 16]);
        let whole = |vault, carrier| check(vault, carrier, Condition::Whole);
        for (event, expected) in [
            (Event::Merged, (true, true)),
            (Event::Placed(told(1)), (true, true)),
            (Event::Bagged(told(1)), (true, false)),
            (Event::Bagged(told(2)), (true, true)),
            (Event::Destroyed(told(1).into()), (false, false)),
            (Event::Destroyed(told(2).into()), (true, true)),
            (whole(vault(), copy(1)), (false, true)),
            (whole(vault(), copy(2)), (true, true)),
            (whole(other, copy(1)), (true, true)),
        ] {
            assert_eq!(damage_and_bag(event.clone()), expected, "{event:?}");
        }
    }

    #[test]
    fn a_newer_drill_that_read_the_copy_whole_overtakes_damage_and_an_older_one_does_not() {
        let (first, second) = (report(), report());
        let beside = Beside {
            digest: None,
            is_signed: false,
            joined: None,
        };
        let drilled = |kind, checked, copies: &[u8]| {
            let mut drilled = entering::drilled(&second, &beside);
            drilled.carriers = copies.iter().map(|number| copy(*number)).collect();
            (drilled.kind, drilled.checked) = (kind, time(checked));
            Event::Drilled(drilled)
        };
        assert_eq!(first.outcome, second.outcome);
        for (event, expected) in [
            (drilled(DrillKind::D2, LATER, &[1]), false),
            (drilled(DrillKind::D2, LATER, &[2]), true),
            (drilled(DrillKind::D0, LATER, &[1]), true),
            (drilled(DrillKind::D2, "2026-11-20T00:00:00Z", &[1]), true),
        ] {
            assert_eq!(damage_and_bag(event.clone()).0, expected, "{event:?}");
        }
    }

    #[test]
    fn what_stands_on_the_head_is_newer_and_what_stands_before_it_is_not_whatever_the_clocks_say() {
        let early = "2020-01-01T00:00:00Z";
        let healed = check(vault(), copy(1), Condition::Whole);
        let count = |since: &[(&str, Event)]| entered(&report(), since, LATER).len();
        assert_eq!(count(&[]), 3);
        assert_eq!(count(&[(early, healed)]), 2);
    }

    #[test]
    fn a_copy_that_was_found_damaged_since_is_not_whole_by_an_older_drill() {
        let damaged = check(vault(), copy(2), Condition::Damaged);
        for (since, expected) in [(vec![], 1), (vec![(ENDED, damaged)], 0)] {
            let events = entered(&report(), &since, ENDED);
            let Event::Drilled(drilled) = &events[0] else {
                panic!("{events:?}");
            };
            assert_eq!(drilled.carriers.len(), expected);
        }
    }

    /// Numbers of the shares by which an entry proves one, or a sheet.
    fn roles(events: &[Event], is: impl Fn(&Checked) -> bool) -> Vec<Role> {
        let roles = events.iter().filter_map(|event| match event {
            Event::Checked(one) if is(one) => Some(one.carrier.carrier.role),
            _ => None,
        });
        roles.collect()
    }

    /// Three good shares of two that are needed, of which the last came from a sheet.
    fn opened() -> DrillReport {
        let mut report = bare(DrillKind::D4);
        let share = |number, channel: &str| ShareUse {
            number: Some(number),
            state: "good".into(),
            channel: channel.into(),
            ..restored().shares[0].clone()
        };
        report.shares = vec![share(1, "file"), share(2, "file"), share(3, "code")];
        report.outcome = Outcome::Fail;
        report
    }

    #[test]
    fn what_was_proven_and_read_from_paper_is_entered_on_the_day_of_the_drill_alone() {
        let is_sheet = |one: &Checked| one.carrier.medium == MediumKind::Paper;
        let is_proof = |one: &Checked| one.secret_proven == Some(true);
        let three = [Role::Share(3)];
        let same_day = entered(&opened(), &[], ENDED);
        assert_eq!(roles(&same_day, is_sheet), three);
        assert_eq!(roles(&same_day, is_proof), three);
        assert_eq!(entered(&opened(), &[], LATER).len(), 1);
        let sheet = CarrierRef {
            carrier_id: None,
            role: Role::Share(3),
            copy: Some(1),
        };
        let torn = check(vault(), sheet, Condition::Damaged);
        let since = entered(&opened(), &[(ENDED, torn)], ENDED);
        assert_eq!(roles(&since, is_sheet), []);
    }

    #[test]
    fn a_report_that_nobody_signed_is_a_claim_and_proves_no_share_and_no_sheet() {
        let mut alone = opened();
        alone.kind = DrillKind::D1;
        for report in [opened(), alone] {
            let (digest, now) = (Digest::of(b"report"), time(ENDED));
            for is_signed in [false, true] {
                let events = late(&report, digest, is_signed, &Register::new(), now);
                let Event::Drilled(drilled) = &events[0] else {
                    panic!("{events:?}");
                };
                assert_eq!(drilled.said, !is_signed);
                let sheets = drilled.carriers.iter();
                let sheets = sheets.filter(|one| one.role == Role::Share(3)).count();
                assert_eq!(
                    (sheets, events.len() == 1),
                    match is_signed {
                        true => (0, false),
                        false => (1, true),
                    }
                );
            }
        }
    }
}

//! What a register is told of a drill from its report alone, days after it: what it had not heard of since.

use crate::digest::Digest;
use crate::drill::{CarrierUse, DrillReport, OF_ANOTHER_VAULT};
use crate::register::{CarrierRef, Event, Register};
use crate::signature::VaultId;
use crate::time::Time;

use super::entering::{self, Beside};

/// The entries of a report that is proven. It does not say which of several good shares were joined: by the order of the
/// report it is those that came first.
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
    let mut events = vec![Event::Drilled(entering::drilled(report, &beside))];
    let Some(vault) = &report.vault else {
        return events;
    };
    let id = vault.public_key.vault_id();
    let since = report.clock.ended();
    // Entries of a check have no day but their own: later than that they would claim too much.
    if now.full_days_since(since) < 1 {
        events.extend(entering::proven(id, report, &beside));
    }
    let own = report
        .carriers
        .iter()
        .filter(|one| one.outcome != OF_ANOTHER_VAULT);
    for event in own.flat_map(|one| of_carrier(id, one)) {
        if !is_overtaken(&event, since, register) {
            events.push(event);
        }
    }
    events
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

/// Whether the register heard something newer of the same carrier.
fn is_overtaken(event: &Event, since: Time, register: &Register) -> bool {
    let Some(carrier) = carrier_of(event) else {
        return false;
    };
    let is_newer = |other: &Event| carrier_of(other) == Some(carrier);
    register
        .entries()
        .any(|entry| entry.stamp.when() > since && entry.event.as_ref().is_some_and(is_newer))
}

fn carrier_of(event: &Event) -> Option<&CarrierRef> {
    match event {
        Event::Checked(checked) => Some(&checked.carrier.carrier),
        Event::Bagged(told) | Event::Placed(told) | Event::Destroyed(told) => {
            Some(&told.of.carrier)
        }
        _ => None,
    }
}

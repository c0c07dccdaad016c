//! What is wanted where the vault is not opened: seals and places, shares alone, copies alone.

use super::{carriers, counted, must, wanted};
use crate::drill::{CarrierUse, Criterion, DrillReport, OF_ANOTHER_VAULT};

/// D0: every carrier is where it should be, in its bag, whole to look at.
pub(super) fn seals(report: &DrillReport) -> Vec<Criterion> {
    [carriers::looked_at(report), carriers::each(report)].concat()
}

/// D1: every share of the vault is proven alone.
pub(super) fn shares(report: &DrillReport) -> Vec<Criterion> {
    let given = report.shares.len();
    let unproven = report
        .shares
        .iter()
        .filter(|share| !is_proven(&share.state));
    let unproven = unproven.count();
    let own = vec![
        must(shares_given(given - unproven, given)),
        wanted(
            "tries",
            "each was read at the first or second try",
            tries(report),
            few_tries(report),
        ),
    ];
    let bags = vec![carriers::renumbered(report)];
    [own, carriers::each(report), bags].concat()
}

/// "3 of 3", or that none was.
pub(super) fn shares_given(good: usize, given: usize) -> Criterion {
    let text = "every share that was given is proven";
    match given {
        0 => wanted("shares given", text, "none was given".into(), Some(false)),
        _ => counted("shares given", text, good, given),
    }
}

/// D2: every vault copy is read in full.
pub(super) fn copies(report: &DrillReport) -> Vec<Criterion> {
    let own = vec![must(vault_copies(report))];
    [own, carriers::each(report)].concat()
}

/// Every vault copy that was presented is whole. One that was presented twice counts once, as the worst that was found.
pub(super) fn vault_copies(report: &DrillReport) -> Criterion {
    let mut copies: Vec<(&CarrierUse, bool)> = Vec::new();
    for one in report.carriers.iter().filter(|one| one.role == "vault") {
        let is_whole = one.outcome == "whole";
        match copies.iter_mut().find(|(known, _)| is_same(known, one)) {
            Some((_, whole)) => *whole &= is_whole,
            None => copies.push((one, is_whole)),
        }
    }
    let whole = copies.iter().filter(|(_, is_whole)| *is_whole).count();
    let text = "every copy presented is whole, read in full";
    match copies.is_empty() {
        // where the shares were too few it fails by that, and the copies may be whole
        true => {
            let met = (!report.kind.needs_quorum()).then_some(false);
            wanted(super::PRESENTED, text, "none was tried".into(), met)
        }
        false => counted(super::PRESENTED, text, whole, copies.len()),
    }
}

/// Whether both are one carrier, or one a copy of the other. A sheet says nothing of which copy it is: several of one
/// vault are one, as in a register.
fn is_same(one: &CarrierUse, other: &CarrierUse) -> bool {
    let is_paper = |one: &CarrierUse| one.device == PAPER && one.outcome != OF_ANOTHER_VAULT;
    match (one.carrier_id, other.carrier_id) {
        (None, None) => is_paper(one) && is_paper(other),
        (one, other) => one == other,
    }
}

/// What a report calls the device of a sheet.
const PAPER: &str = "sheet";

/// Numbers of the shares whose secret part was proven, each once: one with another name on it opens the vault as well.
pub(super) fn good_numbers(report: &DrillReport) -> Vec<u8> {
    let is_genuine = |state: &str| is_proven(state) || state == "relabelled";
    let proven = report.shares.iter().filter(|one| is_genuine(&one.state));
    let mut numbers: Vec<u8> = proven.filter_map(|one| one.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// A second copy of a share is as genuine as the first.
pub(super) fn is_proven(state: &str) -> bool {
    matches!(state, "good" | "duplicate")
}

/// Whether none took more than two; not judged where nobody counted.
pub(super) fn few_tries(report: &DrillReport) -> Option<bool> {
    match most_tries(report) {
        0 => None,
        most => Some(most <= 2),
    }
}

fn most_tries(report: &DrillReport) -> u64 {
    let tries = report.shares.iter().map(|share| share.attempts);
    tries.max().unwrap_or(0)
}

pub(super) fn tries(report: &DrillReport) -> String {
    match most_tries(report) {
        0 => "not counted".into(),
        1 => "the first".into(),
        most => format!("{most} at most"),
    }
}

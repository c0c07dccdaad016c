//! What is wanted where the vault is not opened: seals and places, shares alone, copies alone.

use super::{carriers, counted, must, wanted};
use crate::drill::{CarrierUse, Criterion, DrillReport};

/// D0: every carrier is where it should be, in its bag, whole to look at.
pub(super) fn seals(report: &DrillReport) -> Vec<Criterion> {
    [carriers::looked_at(report), carriers::each(report)].concat()
}

/// D1: every share of the vault is proven alone.
pub(super) fn shares(report: &DrillReport) -> Vec<Criterion> {
    let good = good_numbers(report);
    let given = report.shares.len();
    let unproven = report
        .shares
        .iter()
        .filter(|share| !is_proven(&share.state));
    let unproven = unproven.count();
    let all = report.vault.as_ref().map_or(0, |vault| vault.n.into());
    let own = vec![
        must(counted(
            "shares given",
            "every share that was given is proven",
            given - unproven,
            given,
        )),
        wanted(
            "every custodian",
            "every share of the vault was given",
            format!("{} of {all}", good.len()),
            Some(all > 0 && good.len() == all),
        ),
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

/// D2: every vault copy is read in full.
pub(super) fn copies(report: &DrillReport) -> Vec<Criterion> {
    let own = vec![must(vault_copies(report))];
    [own, carriers::each(report)].concat()
}

/// Every vault copy that was presented is whole.
pub(super) fn vault_copies(report: &DrillReport) -> Criterion {
    let copies = report.carriers.iter().filter(|one| one.role == "vault");
    let copies: Vec<&CarrierUse> = copies.collect();
    let whole = copies.iter().filter(|one| one.outcome == "whole").count();
    counted(
        super::COPIES,
        "every copy presented is whole, read in full",
        whole,
        copies.len(),
    )
}

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

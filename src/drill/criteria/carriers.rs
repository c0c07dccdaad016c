//! What is wanted of every carrier that is taken out of its bag, or looked at in it.

use super::{must, wanted};
use crate::drill::{CarrierUse, Criterion, DrillKind, DrillReport, NO_BAG, OF_ANOTHER_VAULT};

/// Place, seal, condition and bag of each, as far as people said them.
pub(super) fn each(report: &DrillReport) -> Vec<Criterion> {
    let all = own(report);
    let which_bag = match all.iter().any(|one| one.bag_found.is_some()) {
        true => "nothing says which bag it had gone into",
        false => NOT_SAID,
    };
    let one = |name, text, nothing, is_good: fn(&CarrierUse) -> Option<bool>| {
        said(name, text, nothing, &all, is_good)
    };
    vec![
        place(report, &all),
        one(
            "seal",
            "each seal is intact",
            NOT_SAID,
            CarrierUse::is_sealed,
        ),
        one(
            "condition",
            "each is in good condition",
            NOT_SAID,
            CarrierUse::is_sound,
        ),
        one(
            "bag numbers",
            "each is in the bag that it had gone into",
            which_bag,
            CarrierUse::is_in_its_bag,
        ),
    ]
}

/// That a carrier is in its place is as people say it; where no register says which place that is, nothing shows that it is
/// the right one.
fn place(report: &DrillReport, all: &[&CarrierUse]) -> Criterion {
    let nothing = match report.kind {
        DrillKind::D0 => "nobody said it: --seen with yes or no does",
        _ => NOT_SAID,
    };
    let is_there = |one: &CarrierUse| one.placed_as_registered;
    let text = "each is where it should be";
    let criterion = said("place", text, nothing, all, is_there);
    let unregistered = all
        .iter()
        .filter(|one| is_there(one) == Some(true) && !one.place_registered);
    match unregistered.count() {
        0 => criterion,
        count => Criterion {
            found: format!("{}; of {count} no register says where", criterion.found),
            met: criterion.met.filter(|met| !met),
            ..criterion
        },
    }
}

/// D0: how many were looked at, and that nobody can have had one without it being known.
pub(super) fn looked_at(report: &DrillReport) -> Vec<Criterion> {
    let all = own(report);
    let (seen, unseen): (Vec<&CarrierUse>, _) = all.iter().partition(|one| one.was_seen());
    let mut found = format!("{} of {}", seen.len(), all.len());
    if !seen.is_empty() && !unseen.is_empty() {
        let names: Vec<String> = unseen.iter().map(|one| one.called()).collect();
        found.push_str(&format!("; not {}", names.join("; ")));
    }
    let opened = seen.iter().filter(|one| one.may_have_been_opened());
    let opened: Vec<&&CarrierUse> = opened.collect();
    let explained = opened.iter().filter(|one| one.explained.is_some()).count();
    let is_said = |one: &&CarrierUse| one.seal.is_some() || one.is_in_its_bag().is_some();
    let is_known = seen.iter().any(is_said);
    vec![
        must(wanted(
            "any carrier",
            "at least one carrier was looked at",
            seen.len().to_string(),
            Some(!seen.is_empty()),
        )),
        every_carrier(report, found, &all, unseen.len()),
        must(wanted(
            "explained",
            "every broken seal and every other bag is explained",
            match opened.len() {
                0 if is_known => "nothing to explain".into(),
                0 => NOT_SAID.into(),
                all => format!("{explained} of {all}"),
            },
            is_known.then_some(explained == opened.len()),
        )),
    ]
}

/// Only a register says how many there are; of a D0 the vault is known from it and from nothing else.
fn every_carrier(
    report: &DrillReport,
    found: String,
    all: &[&CarrierUse],
    unseen: usize,
) -> Criterion {
    let is_known = report.vault.is_some();
    match (is_known, unseen) {
        (false, 0) => wanted(
            super::CARRIERS,
            "each carrier of the register was looked at",
            format!("{}; how many there are is not known", all.len()),
            None,
        ),
        _ => wanted(
            super::CARRIERS,
            "every carrier was looked at",
            found,
            Some(!all.is_empty() && unseen == 0),
        ),
    }
}

/// A bag that was opened needs a new one with another number, which no other has. Of a carrier of which nobody said a
/// number, nothing is known.
pub(super) fn renumbered(report: &DrillReport) -> Criterion {
    let all = own(report).into_iter();
    let is_bagged = |one: &&CarrierUse| one.bag_found.as_deref() != Some(NO_BAG);
    let opened = all.filter(|one| one.was_opened()).filter(is_bagged);
    let opened: Vec<&CarrierUse> = opened.collect();
    let with = |new: &Option<String>| opened.iter().filter(|one| one.bag_new == *new).count();
    let answers = opened.iter().map(|one| {
        let is_said = one.bag_found.is_some() || one.bag_new.is_some();
        is_said.then(|| one.is_renumbered() && with(&one.bag_new) == 1)
    });
    let answers: Vec<Option<bool>> = answers.collect();
    let text = "every bag that was opened is closed under a new number";
    weighed("bags", text, NOT_SAID, &answers)
}

const NOT_SAID: &str = "not said";

/// Of a carrier of another vault nothing is wanted.
fn own(report: &DrillReport) -> Vec<&CarrierUse> {
    let all = report.carriers.iter();
    all.filter(|one| one.outcome != OF_ANOTHER_VAULT).collect()
}

/// What people said of each carrier.
fn said(
    name: &str,
    text: &str,
    nothing: &str,
    all: &[&CarrierUse],
    is_good: fn(&CarrierUse) -> Option<bool>,
) -> Criterion {
    let answers: Vec<Option<bool>> = all.iter().map(|one| is_good(one)).collect();
    weighed(name, text, nothing, &answers)
}

/// Not met by one that was said to be wrong; met where every one was said to be right. Of how many nobody spoke is named
/// ("2 of 3 said; nothing of 3"), and is no proof of anything.
fn weighed(name: &str, text: &str, nothing: &str, answers: &[Option<bool>]) -> Criterion {
    let told: Vec<bool> = answers.iter().copied().flatten().collect();
    let good = told.iter().filter(|good| **good).count();
    let found = match (told.len(), answers.len() - told.len()) {
        (0, _) => nothing.to_owned(),
        (all, 0) => format!("{good} of {all}"),
        (all, silent) => format!("{good} of {all} said; nothing of {silent}"),
    };
    let met = match (good == told.len(), good == answers.len()) {
        (false, _) => Some(false),
        (true, all) => (all && !told.is_empty()).then_some(true),
    };
    wanted(name, text, found, met)
}

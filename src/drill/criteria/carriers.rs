//! What is wanted of every carrier that is taken out of its bag, or looked at in it.

use super::{must, wanted};
use crate::drill::{CarrierUse, Criterion, DrillKind, DrillReport, NO_BAG, OF_ANOTHER_VAULT};

/// Place, seal, condition and bag of each, as far as people said them.
pub(super) fn each(report: &DrillReport) -> Vec<Criterion> {
    let all = own(report);
    let is_said = |said: fn(&CarrierUse) -> bool| all.iter().any(|one| said(one));
    let is_placed = is_said(|one| one.placed_as_registered.is_some());
    let where_to = match (is_placed, report.kind) {
        (true, DrillKind::D0) => "no register says where that is: register place enters it",
        (true, _) => "no register says where that is",
        (false, DrillKind::D0) => "nobody said it: --seen with yes or no does",
        (false, _) => NOT_SAID,
    };
    let which_bag = match is_said(|one| one.bag_found.is_some()) {
        true => "nothing says which bag it had gone into",
        false => NOT_SAID,
    };
    let one = |name, text, nothing, is_good: fn(&CarrierUse) -> Option<bool>| {
        said(name, text, nothing, &all, is_good)
    };
    vec![
        one(
            "place",
            "each is where the register says",
            where_to,
            CarrierUse::is_in_its_place,
        ),
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

/// A bag that was opened needs a new one with another number, which no other has. All that were opened count, once
/// anybody said a number.
pub(super) fn renumbered(report: &DrillReport) -> Criterion {
    let all = own(report).into_iter();
    let is_bagged = |one: &&CarrierUse| one.bag_found.as_deref() != Some(NO_BAG);
    let opened = all.filter(|one| one.was_opened()).filter(is_bagged);
    let opened: Vec<&CarrierUse> = opened.collect();
    let is_said = |one: &&CarrierUse| one.bag_found.is_some() || one.bag_new.is_some();
    let with = |new: &Option<String>| opened.iter().filter(|one| one.bag_new == *new).count();
    let is_new = |one: &&&CarrierUse| one.is_renumbered() && with(&one.bag_new) == 1;
    let good = opened.iter().filter(is_new).count();
    let is_judged = opened.iter().any(is_said);
    wanted(
        "bags",
        "every bag that was opened is closed under a new number",
        match is_judged {
            true => format!("{good} of {}", opened.len()),
            false => NOT_SAID.into(),
        },
        is_judged.then_some(good == opened.len()),
    )
}

const NOT_SAID: &str = "not said";

/// Of a carrier of another vault nothing is wanted.
fn own(report: &DrillReport) -> Vec<&CarrierUse> {
    let all = report.carriers.iter();
    all.filter(|one| one.outcome != OF_ANOTHER_VAULT).collect()
}

/// What people said of every carrier; not judged where they left one out and nothing was wrong with the others.
fn said(
    name: &str,
    text: &str,
    nothing: &str,
    all: &[&CarrierUse],
    is_good: fn(&CarrierUse) -> Option<bool>,
) -> Criterion {
    let answers: Vec<bool> = all.iter().filter_map(|one| is_good(one)).collect();
    let good = answers.iter().filter(|good| **good).count();
    let met = match (good < answers.len(), answers.len() == all.len()) {
        (true, _) => Some(false),
        (false, true) => (!all.is_empty()).then_some(true),
        (false, false) => None,
    };
    let found = match answers.len() {
        0 => nothing.to_owned(),
        _ => format!("{good} of {}", all.len()),
    };
    wanted(name, text, found, met)
}

//! Bags from one report to the next: a carrier is found in the bag that it went into, or somebody had it in between.
//!
//! Numbers of bags are what people said. That they follow one another is what an auditor can hold against the bags.

use super::{CarrierUse, DrillReport};

/// How the bags of one report follow those of the reports before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bags<'a> {
    /// Carriers that were found in the bag that they had gone into.
    pub followed: usize,
    /// Those that were found in another one.
    pub breaks: Vec<BagBreak<'a>>,
}

/// A carrier that was found in another bag than it had gone into.
#[derive(Debug, PartialEq, Eq)]
pub struct BagBreak<'a> {
    /// As it was found.
    pub carrier: &'a CarrierUse,
    /// The number of the bag that it had gone into.
    pub went_into: &'a str,
    /// The number of the bag that it was found in.
    pub found: &'a str,
    /// The report that says what it had gone into.
    pub by: &'a DrillReport,
}

/// Holds the bags of `now` against those of the reports before it, the last one first. A carrier that none of them has,
/// or that the last one to have it left without a number, is neither followed nor broken.
pub fn bags<'a>(now: &'a DrillReport, before: &[&'a DrillReport]) -> Bags<'a> {
    let mut bags = Bags::default();
    for carrier in &now.carriers {
        let Some(found) = carrier.bag_found.as_deref() else {
            continue;
        };
        let last = before.iter().find_map(|by| Some((*by, last(by, carrier)?)));
        let Some((by, Some(went_into))) = last.map(|(by, one)| (by, closed_in(by, one))) else {
            continue;
        };
        match went_into == found {
            true => bags.followed += 1,
            false => bags.breaks.push(BagBreak {
                carrier,
                went_into,
                found,
                by,
            }),
        }
    }
    bags
}

/// The number of the bag that a carrier had gone into by the end of a drill; `None` where its report does not say it.
pub fn went_into<'a>(by: &'a DrillReport, carrier: &CarrierUse) -> Option<&'a str> {
    closed_in(by, last(by, carrier)?)
}

/// The same carrier in a report, where that says anything of its bags.
fn last<'a>(by: &'a DrillReport, carrier: &CarrierUse) -> Option<&'a CarrierUse> {
    let mut all = by.carriers.iter();
    all.find(|one| is_same(one, carrier) && (one.bag_found.is_some() || one.bag_new.is_some()))
}

/// Of a sheet nothing says which copy it is, so two of them may be two sheets.
fn is_same(one: &CarrierUse, other: &CarrierUse) -> bool {
    match (one.carrier_id, other.carrier_id) {
        (Some(one), Some(other)) => one == other,
        _ => {
            one.copy.is_some()
                && (&one.role, one.number, one.copy) == (&other.role, other.number, other.copy)
        }
    }
}

/// A bag that was only looked at is still the one; one that was opened is not.
fn closed_in<'a>(by: &DrillReport, one: &'a CarrierUse) -> Option<&'a str> {
    let kept = one.bag_found.as_deref();
    let kept = kept.filter(|_| by.kind == super::DrillKind::D0);
    one.bag_new.as_deref().or(kept)
}

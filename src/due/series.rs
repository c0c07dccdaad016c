//! The vaults of one label, one after another: which is the newest, which were verified, and which may go.
//!
//! Knows what a register comes to. What a carrier claims of its own place in a series is not known here, and counts nothing;
//! nor does a vault that was only found, whatever it claims.

use super::standing_in::{Followers, KEPT, may_go, verified};
use super::{Item, Now, Standing, What};
use crate::kind::Kind;
use crate::label::looks_like;
use crate::register::{Life, State, VaultState};
use crate::time::Time;

/// A vault of a series.
#[derive(Clone, Copy)]
pub struct Generation<'a> {
    /// The vault.
    pub vault: &'a VaultState,
    /// When a copy of it that is still there was last read whole, by a check or a drill.
    pub verified: Option<Time>,
    /// Whether the register has the vault that it says it follows, and believes both; where it follows none, it begins the
    /// series.
    pub is_linked: bool,
    /// Newer vaults of the series that are believed and were verified.
    pub newer: usize,
    /// Whether it may be retired without its words.
    pub may_go: bool,
}

impl Generation<'_> {
    /// Whether fewer than two newer ones were verified, and this one was.
    pub fn is_one_of_the_last(&self) -> bool {
        self.verified.is_some() && self.newer < KEPT
    }
}

/// The vaults of `kind`, and of `label` or one that people take for it, that are in use, or in whose place another one is,
/// by the register: the newest first, and below all of them those that were only found.
pub fn series<'a>(state: &'a State, label: &str, kind: Kind) -> Vec<Generation<'a>> {
    let is_of_it = |vault: &&VaultState| {
        let is_sealed = matches!(vault.life, Life::Live | Life::Superseded { .. });
        is_sealed && vault.kind == kind && looks_like(&vault.label, label)
    };
    let mut vaults: Vec<&VaultState> = state.vaults.iter().filter(is_of_it).collect();
    vaults.sort_by_key(|vault| {
        let age = (vault.generation, vault.created, vault.id);
        std::cmp::Reverse((vault.is_believed(), age))
    });
    let followers = Followers::of(state);
    let mut newer = 0;
    let generation = |vault: &'a VaultState| {
        let one = Generation {
            vault,
            verified: verified(vault),
            is_linked: is_linked(state, vault),
            newer,
            may_go: may_go(vault, state, &followers),
        };
        newer += usize::from(one.verified.is_some() && vault.is_believed());
        one
    };
    vaults.into_iter().map(generation).collect()
}

/// The series of a register that have more than one vault, each the newest first.
pub fn all_series(state: &State) -> Vec<Vec<Generation<'_>>> {
    let mut seen: Vec<(&str, Kind)> = Vec::new();
    for vault in &state.vaults {
        let is_it = |(label, kind): &(&str, Kind)| {
            *kind == vault.kind && (*label == vault.label || looks_like(label, &vault.label))
        };
        if !seen.iter().any(is_it) {
            seen.push((vault.label.as_str(), vault.kind));
        }
    }
    let all = seen.into_iter();
    let all = all.map(|(label, kind)| series(state, label, kind));
    all.filter(|series| series.len() > 1).collect()
}

/// What is said of one of them: that it is the newest, that it is kept, or that it may be retired.
pub fn standing_of(series: &[Generation<'_>], place: usize) -> String {
    let Some(one) = series.get(place) else {
        return String::new();
    };
    if !one.vault.is_believed() {
        return "only found: nobody compared it; it counts nothing".to_owned();
    }
    let seen = match one.verified {
        Some(day) => format!("verified {}", day.date()),
        None => "never verified".to_owned(),
    };
    let link = match one.is_linked {
        true => "",
        false => ", after a vault that is not in the register, or was only found",
    };
    let is_superseded = matches!(one.vault.life, Life::Superseded { .. });
    let first = match place {
        0 => "the newest, ",
        _ if is_superseded => "superseded, ",
        _ => "",
    };
    let may = match (one.may_go, is_superseded) {
        (true, true) => "; another one stands in its place: it may be retired",
        (true, false) => "; two newer ones are verified: it may be retired",
        (false, true) => "; kept: the one in its place is not verified and complete",
        (false, false) if place == 0 || one.verified.is_none() => "",
        (false, false) if one.is_one_of_the_last() => "; kept: one of the last two verified",
        (false, false) => "; kept: no two that follow it are verified and complete",
    };
    format!("{first}{seen}{link}{may}")
}

/// One item for each series of production vaults: which is the newest, which may be retired.
pub(super) fn of_register(now: &Now<'_>, items: &mut Vec<Item>) {
    for series in all_series(now.state) {
        let Some(first) = series.first() else {
            continue;
        };
        if first.vault.kind != Kind::Production {
            continue;
        }
        items.push(Item {
            what: What::Series,
            vault: Some(first.vault.id),
            subject: String::new(),
            name: first.vault.label.clone(),
            standing: Standing::Good,
            since: Some(first.vault.created),
            by: None,
            why: why(&series),
        });
    }
}

/// "3 generations, the newest is 3 (vault 1a2b3c4d); may be retired: 1 (vault 5e6f7a8b)".
fn why(series: &[Generation<'_>]) -> String {
    let name = |one: &Generation<'_>| {
        let id = one.vault.id.hex();
        let id = id.get(..8).unwrap_or(&id).to_owned();
        format!("{} (vault {id})", one.vault.generation)
    };
    let names = |all: &[&Generation<'_>]| -> String {
        let all = all.iter().map(|one| name(one));
        all.collect::<Vec<_>>().join(", ")
    };
    let (own, found): (Vec<&Generation<'_>>, Vec<_>) =
        series.iter().partition(|one| one.vault.is_believed());
    let going: Vec<&Generation<'_>> = own.iter().filter(|one| one.may_go).copied().collect();
    let verified = own.iter().filter(|one| one.verified.is_some()).count();
    let going = match (going.is_empty(), verified) {
        (false, _) => format!("may be retired: {}", names(&going)),
        (true, 0..KEPT) => format!(
            "none may be retired: {verified} of them verified, and the last {KEPT} verified ones are kept"
        ),
        (true, _) => format!("none may be retired: the last {KEPT} verified ones are kept"),
    };
    let own = match own.as_slice() {
        [] => "no generation".to_owned(),
        [one] => format!("1 generation, {}", name(one)),
        [newest, ..] => format!(
            "{} generations, the newest is {}; {going}",
            own.len(),
            name(newest)
        ),
    };
    match found.is_empty() {
        true => own,
        false => format!(
            "{own}; only found, nobody compared it, and it counts nothing: {}",
            names(&found)
        ),
    }
}

fn is_linked(state: &State, vault: &VaultState) -> bool {
    let mut all = state.vaults.iter();
    let mut is_known = |key| all.any(|other| other.key == key && other.is_believed());
    vault.is_believed() && vault.previous.is_none_or(&mut is_known)
}

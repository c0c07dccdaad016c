//! The vaults of one label, one after another: which is the newest, which were verified, and which may go.
//!
//! Knows what a register comes to. What a carrier claims of its own place in a series is not known here, and counts nothing.

use super::shares::{Margin, is_whole};
use super::{Item, Now, Standing, What};
use crate::kind::Kind;
use crate::register::{Life, Role, State, VaultState};
use crate::time::Time;

/// So many verified vaults of a series are kept, whatever is older.
const KEPT: usize = 2;
/// So many whole copies a vault begins with.
const COPIES: usize = 2;

/// A vault of a series.
#[derive(Clone, Copy)]
pub struct Generation<'a> {
    /// The vault.
    pub vault: &'a VaultState,
    /// When a copy of it that is still there was last read whole, by a check or a drill.
    pub verified: Option<Time>,
    /// Whether the register has the vault that it says it follows; where it follows none, it begins the series.
    pub is_linked: bool,
    /// Whether enough newer ones were verified.
    pub may_go: bool,
}

/// The vaults of `label` and `kind` that are in use, or in whose place another one is, by the register: the newest first.
pub fn series<'a>(state: &'a State, label: &str, kind: Kind) -> Vec<Generation<'a>> {
    let is_of_it = |vault: &&VaultState| {
        let is_sealed = matches!(vault.life, Life::Live | Life::Superseded { .. });
        is_sealed && vault.label == label && vault.kind == kind
    };
    let mut vaults: Vec<&VaultState> = state.vaults.iter().filter(is_of_it).collect();
    vaults.sort_by_key(|vault| std::cmp::Reverse((vault.generation, vault.created, vault.id)));
    let mut newer = 0;
    let generation = |vault: &'a VaultState| {
        let verified = verified(vault);
        let may_go = newer >= KEPT;
        newer += usize::from(verified.is_some());
        Generation {
            vault,
            verified,
            is_linked: is_linked(state, vault),
            may_go,
        }
    };
    vaults.into_iter().map(generation).collect()
}

/// The series of a register that have more than one vault, each the newest first.
pub fn all_series(state: &State) -> Vec<Vec<Generation<'_>>> {
    let mut seen: Vec<(&str, Kind)> = Vec::new();
    for vault in &state.vaults {
        let name = (vault.label.as_str(), vault.kind);
        if !seen.contains(&name) {
            seen.push(name);
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
    let seen = match one.verified {
        Some(day) => format!("verified {}", day.date()),
        None => "never verified".to_owned(),
    };
    let link = match one.is_linked {
        true => "",
        false => ", after a vault that is not in the register",
    };
    let first = match (place, one.vault.life) {
        (0, _) => "the newest, ",
        (_, Life::Superseded { .. }) => "superseded, ",
        _ => "",
    };
    let may = match (one.may_go, one.verified) {
        (true, _) => "; two newer ones are verified: it may be retired",
        (false, Some(_)) if place > 0 => "; kept: one of the last two verified",
        (false, _) => "",
    };
    format!("{first}{seen}{link}{may}")
}

/// One item for each series of production vaults: which is the newest, which may be retired.
pub(super) fn of_register(now: &Now<'_>, items: &mut Vec<Item>) {
    for series in all_series(now.state) {
        let Some(newest) = series.first() else {
            continue;
        };
        if newest.vault.kind != Kind::Production {
            continue;
        }
        let name = |one: &Generation<'_>| {
            let id = one.vault.id.hex();
            let id = id.get(..8).unwrap_or(&id).to_owned();
            format!("{} (vault {id})", one.vault.generation)
        };
        let going: Vec<String> = series.iter().filter(|one| one.may_go).map(name).collect();
        let verified = series.iter().filter(|one| one.verified.is_some()).count();
        let going = match (going.is_empty(), verified) {
            (false, _) => format!("may be retired: {}", going.join(", ")),
            (true, 0..KEPT) => format!(
                "none may be retired: {verified} of them verified, and the last {KEPT} verified ones are kept"
            ),
            (true, _) => format!("none may be retired: the last {KEPT} verified ones are kept"),
        };
        items.push(Item {
            what: What::Series,
            vault: Some(newest.vault.id),
            subject: String::new(),
            name: newest.vault.label.clone(),
            standing: Standing::Good,
            since: Some(newest.vault.created),
            by: None,
            why: format!(
                "{} generations, the newest is {}; {going}",
                series.len(),
                name(newest)
            ),
        });
    }
}

/// When a vault copy that is there, and of which nothing bad is known, was last read whole.
pub fn verified(vault: &VaultState) -> Option<Time> {
    let copies = vault.carriers.iter();
    let whole = copies.filter(|copy| copy.role == Role::Vault && is_whole(copy));
    whole
        .filter_map(|copy| copy.checked.max(copy.drilled))
        .max()
}

fn is_linked(state: &State, vault: &VaultState) -> bool {
    let is_known = |key| state.vaults.iter().any(|other| other.key == key);
    vault.previous.is_none_or(is_known)
}

/// How many vault copies are there of which nothing bad is known: two carriers with one number are one, since whoever
/// copies a carrier can give it another id.
pub fn whole_vault_copies(vault: &VaultState) -> usize {
    let copies = vault.carriers.iter();
    let whole = copies.filter(|copy| copy.role == Role::Vault && is_whole(copy));
    let mut numbers: Vec<u8> = whole.map(|copy| copy.copy).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// Whether a vault can stand for the one whose place it took: in use, with as many whole copies as a sealing makes, a
/// whole copy of every share, and people who can bring as many shares as open it.
pub fn stands_in(vault: &VaultState, state: &State) -> bool {
    let has_share = |number: u8| {
        let mut copies = vault.carriers.iter();
        copies.any(|copy| copy.role == Role::Share(number) && is_whole(copy))
    };
    let is_whole = whole_vault_copies(vault) >= COPIES && (1..=vault.n).all(has_share);
    vault.life == Life::Live && is_whole && Margin::of(vault, state).spare().is_some()
}

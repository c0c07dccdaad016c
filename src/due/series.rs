//! The vaults of one label, one after another: which is the newest, which were verified, and which may go.
//!
//! Knows what a register comes to. What a carrier claims of its own place in a series is not known here, and counts nothing.

use super::shares::is_whole;
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

/// How many vault copies are there of which nothing bad is known.
pub fn whole_vault_copies(vault: &VaultState) -> usize {
    let copies = vault.carriers.iter();
    copies
        .filter(|copy| copy.role == Role::Vault && is_whole(copy))
        .count()
}

/// Whether a vault can stand for the one whose place it took: in use, with as many whole copies as a sealing makes, and a
/// whole copy of every share.
pub fn stands_in(vault: &VaultState) -> bool {
    let has_share = |number: u8| {
        let mut copies = vault.carriers.iter();
        copies.any(|copy| copy.role == Role::Share(number) && is_whole(copy))
    };
    vault.life == Life::Live && whole_vault_copies(vault) >= COPIES && (1..=vault.n).all(has_share)
}

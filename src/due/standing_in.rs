//! Which vaults another one stands in for, so that they may go without their words.
//!
//! One meaning for all who ask: `status` and `inspect` say it, and `retire` acts on it. Knows what a register comes to; only
//! vaults that are believed to be the office's own stand in for any.

use std::collections::{HashMap, HashSet};

use super::shares::{Margin, is_whole};
use crate::label::looks_like;
use crate::register::{Life, Role, State, VaultState};
use crate::signature::{PublicKey, VaultId};
use crate::time::Time;

/// So many verified vaults of a series are kept, whatever is older.
pub(super) const KEPT: usize = 2;
/// So many whole copies a vault begins with.
const COPIES: usize = 2;

/// How many vaults that stand in for older ones, and were verified, follow each vault of a register.
pub struct Followers(HashMap<VaultId, usize>);

impl Followers {
    /// By what each vault says it follows: a chain that breaks off, or goes through a vault that is only found, counts to
    /// there.
    pub fn of(state: &State) -> Self {
        let believed = state.vaults.iter().filter(|vault| vault.is_believed());
        let by_key: HashMap<PublicKey, &VaultState> =
            believed.map(|vault| (vault.key, vault)).collect();
        let mut counts = HashMap::new();
        let counted = |vault: &&VaultState| stands_in(vault, state) && verified(vault).is_some();
        for newer in state.vaults.iter().filter(counted) {
            let mut seen = HashSet::from([newer.id]);
            let mut at = newer;
            while let Some(before) = at.previous.and_then(|key| by_key.get(&key).copied()) {
                // One that follows itself follows nobody.
                if !seen.insert(before.id) {
                    break;
                }
                if before.kind == newer.kind && looks_like(&before.label, &newer.label) {
                    *counts.entry(before.id).or_insert(0) += 1;
                }
                at = before;
            }
        }
        Self(counts)
    }

    /// Of one vault.
    pub fn count(&self, vault: &VaultState) -> usize {
        self.0.get(&vault.id).copied().unwrap_or(0)
    }
}

/// Whether a vault may be retired without its words: another one that was verified stands in its place, or, in a series,
/// two of those that follow it were verified and stand in for it.
pub fn may_go(vault: &VaultState, state: &State, followers: &Followers) -> bool {
    match vault.life {
        Life::Superseded { .. } => {
            let last = last_successor(vault, state);
            last.is_some_and(|new| takes_its_place(vault, new, state) && verified(new).is_some())
        }
        Life::Live => vault.is_believed() && followers.count(vault) >= KEPT,
        Life::Unfinished | Life::Retired => false,
    }
}

/// The last of the vaults that took the place of one another, from `vault` on; `None` where none did, or where the register
/// does not have it. In a circle, which nobody honest signs, it is one of the circle.
pub fn last_successor<'s>(vault: &VaultState, state: &'s State) -> Option<&'s VaultState> {
    let mut last = state.vault(vault.successor?)?;
    let mut seen = HashSet::from([vault.id]);
    while let Some(next) = last.successor
        && seen.insert(last.id)
    {
        last = state.vault(next)?;
    }
    Some(last)
}

/// Whether `new` is another vault of the same kind that stands in for `vault`.
pub fn takes_its_place(vault: &VaultState, new: &VaultState, state: &State) -> bool {
    new.kind == vault.kind && new.id != vault.id && stands_in(new, state)
}

/// When a vault copy that is there, and of which nothing bad is known, was last read whole.
pub fn verified(vault: &VaultState) -> Option<Time> {
    let copies = vault.carriers.iter();
    let whole = copies.filter(|copy| copy.role == Role::Vault && is_whole(copy));
    whole
        .filter_map(|copy| copy.checked.max(copy.drilled))
        .max()
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

/// Whether a vault can stand for the one whose place it took: believed, in use, with as many whole copies as a sealing makes, a
/// whole copy of every share, and people who can bring as many shares as open it.
pub fn stands_in(vault: &VaultState, state: &State) -> bool {
    let has_share = |number: u8| {
        let mut copies = vault.carriers.iter();
        copies.any(|copy| copy.role == Role::Share(number) && is_whole(copy))
    };
    let is_whole = whole_vault_copies(vault) >= COPIES && (1..=vault.n).all(has_share);
    vault.is_believed()
        && vault.life == Life::Live
        && is_whole
        && Margin::of(vault, state).spare().is_some()
}

//! What is due, from what a register comes to and one day: plain values, no files, no clock, no people.
//!
//! Intervals are those of the policy in the register, and where it is silent those of the drill ladder. Every date in a
//! register is a claim, and so is the day it is held against: nothing here ever decides whether a vault may be opened.

mod copies;
mod custody;
mod drills;
mod item;
mod life;
mod outside;
mod series;
mod several;
mod shares;
mod standing_in;
mod suggest;
mod term;
mod void;

use crate::kind::Kind;
use crate::label::looks_like;
use crate::register::{Life, State, VaultState};
use crate::time::Time;

pub use item::{Item, Standing, Tally, What};
pub use life::{Outstanding, never_seen};
pub use outside::{calendar, table};
pub use series::{Generation, all_series, series, standing_of};
pub use shares::{Gone, Margin, NewShares, new_shares};
pub use standing_in::{
    Followers, last_successor, may_go, stands_in, takes_its_place, verified, whole_vault_copies,
};
pub use suggest::{Suggestion, suggest};
pub use void::{VoidCopy, void_copies};

/// Within so many days a drill that failed is done again (ceremony.md, section 4.2), and what a seal check left out is
/// looked at.
pub const REPEAT: u16 = 30;

/// Everything that was, is or will be due, the worst first, as on the day of `as_of`.
///
/// Production vaults only: rehearsal material is worth nothing. What is in order is listed too, but of certificates only
/// the one that comes first; media of one day are one item that names them all.
pub fn due(state: &State, as_of: Time) -> Vec<Item> {
    let now = Now { state, as_of };
    let production = |vault: &&VaultState| vault.kind == Kind::Production;
    let vaults: Vec<&VaultState> = state.vaults.iter().filter(production).collect();
    let live = |vault: &&VaultState| matches!(vault.life, Life::Live);
    let mut items = Vec::new();
    for vault in vaults.iter().copied() {
        match live(&vault) {
            true => {
                drills::of_vault(vault, &now, &mut items);
                copies::of_vault(vault, &now, &mut items);
                custody::of_vault(vault, &now, &mut items);
                void::of_vault(vault, &now, &mut items);
                several::of_vault(vault, &now, &mut items);
            }
            false => life::of_vault(vault, &now, &mut items),
        }
    }
    if let Some(first) = vaults
        .iter()
        .copied()
        .filter(live)
        .map(|vault| vault.created)
        .min()
    {
        drills::of_register(first, &now, &mut items);
        items.extend(switched_off(state));
    }
    series::of_register(&now, &mut items);
    items.sort_by_key(Item::rank);
    items
}

/// The intervals of which the policy says that they never end: who reads that all is in order has to know it.
fn switched_off(state: &State) -> Option<Item> {
    let off = state.policy.set().filter(|(_, months)| months.is_none());
    let off: Vec<&str> = off.map(|(interval, _)| interval.as_str()).collect();
    (!off.is_empty()).then(|| Item {
        what: What::Off,
        vault: None,
        subject: off.join(" "),
        name: "switched off by policy".into(),
        standing: Standing::Good,
        since: None,
        by: None,
        why: off.join(", "),
    })
}

/// What everything is held against.
struct Now<'a> {
    state: &'a State,
    as_of: Time,
}

impl Now<'_> {
    /// How a vault is called: by its label, and by the beginning of its id where several have that label.
    fn name(&self, vault: &VaultState) -> String {
        let namesakes = self
            .state
            .vaults
            .iter()
            .filter(|other| looks_like(&other.label, &vault.label));
        match namesakes.count() {
            0 | 1 => vault.label.clone(),
            _ => {
                let id = vault.id.hex();
                format!("{} ({})", vault.label, id.get(..8).unwrap_or(&id))
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;

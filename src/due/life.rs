//! Vaults that are not used any more, or never were: whether what is left of them could still be opened.
//!
//! A vault is dead once fewer shares than it needs are left, or no copy of its payload is.

use super::{Item, Now, Standing, What};
use crate::register::{CarrierState, Life, Role, VaultState};

/// A vault that is not live.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let what = match vault.life {
        Life::Live => return,
        Life::Unfinished => "its sealing was never finished".to_owned(),
        Life::Superseded { at, .. } => format!("another vault took its place on {}", at.date()),
        Life::Retired => "retired".to_owned(),
    };
    let left = (1..=vault.n)
        .filter(|number| is_left(vault, Role::Share(*number)))
        .count();
    let (k, n) = (usize::from(vault.k), vault.n);
    let (standing, why) = match (left < k, is_left(vault, Role::Vault)) {
        (true, _) => (
            Standing::Good,
            format!("dead: {left} of {n} shares outstanding, {k} needed"),
        ),
        (_, false) => (Standing::Good, "dead: no vault copy is left".to_owned()),
        _ => (
            Standing::Due(0),
            format!("not dead: {left} of {n} shares outstanding, {k} open it"),
        ),
    };
    items.push(Item {
        what: What::Outstanding,
        vault: Some(vault.id),
        subject: String::new(),
        name: now.name(vault),
        standing,
        since: None,
        by: None,
        why: format!("{what}; {why}"),
    });
}

/// Whether a copy may still be out: one is known, or fewer are known to be destroyed than there were.
fn is_left(vault: &VaultState, role: Role) -> bool {
    let copies = || {
        vault
            .carriers
            .iter()
            .filter(move |carrier| carrier.role == role)
    };
    let made = copies().map(|carrier| carrier.of).max().unwrap_or(1).max(1);
    // Of one that is the only one nobody needs to say which it is.
    let is_only = |carrier: &CarrierState| made == 1 && carrier.copy == 0;
    let is_destroyed = |number: u8| {
        let mut all = copies();
        all.any(|carrier: &CarrierState| {
            carrier.destroyed && (carrier.copy == number || is_only(carrier))
        })
    };
    copies().any(|carrier| !carrier.destroyed) || !(1..=made).all(is_destroyed)
}

//! Vaults that are not used any more, or never were: whether what is left of them could still be opened.
//!
//! A vault is dead once fewer shares than it needs are left, or no copy of its payload is.

use super::{Item, Now, Standing, What};
use crate::kind::Kind;
use crate::label;
use crate::register::{CarrierState, Life, Role, VaultState};

/// So many copies of everything a production vault is made with, where no copy says how many there are.
const LEAST: u8 = 2;

/// What of a vault may still be out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outstanding {
    /// Shares of which a copy may be out.
    pub shares: usize,
    /// Shares that were made.
    pub made: u8,
    /// Shares that open it.
    pub needed: u8,
    /// Whether a copy of its payload may be out.
    pub has_vault_copy: bool,
}

impl Outstanding {
    /// Of `vault`, by what the register knows of its copies.
    pub fn of(vault: &VaultState) -> Self {
        let is_out = |number: &u8| is_left(vault, Role::Share(*number));
        Self {
            shares: (1..=vault.n).filter(is_out).count(),
            made: vault.n,
            needed: vault.k,
            has_vault_copy: is_left(vault, Role::Vault),
        }
    }

    /// The same, when only those copies count as destroyed of which two different people said so.
    pub fn witnessed(vault: &VaultState) -> Self {
        let mut vault = vault.clone();
        for carrier in &mut vault.carriers {
            let said = carrier.destruction.as_ref();
            let people = said.map_or(0, |end| label::people(&end.people));
            carrier.destroyed &= people >= 2;
        }
        Self::of(&vault)
    }

    /// Whether nothing that is left can be opened by anybody.
    pub fn is_dead(self) -> bool {
        self.shares < usize::from(self.needed) || !self.has_vault_copy
    }

    /// "not dead: 5 of 5 shares outstanding, 3 open it".
    pub fn words(self) -> String {
        let (left, n, k) = (self.shares, self.made, self.needed);
        match (left < usize::from(k), self.has_vault_copy) {
            (true, _) => format!("dead: {left} of {n} shares outstanding, {k} needed"),
            (_, false) => "dead: no vault copy is left".to_owned(),
            _ => format!("not dead: {left} of {n} shares outstanding, {k} open it"),
        }
    }
}

/// A vault that is not live.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let what = match vault.life {
        Life::Live => return,
        Life::Unfinished => "its sealing was never finished".to_owned(),
        Life::Superseded { at, .. } => format!("another vault took its place on {}", at.date()),
        Life::Retired => "retired".to_owned(),
    };
    let left = Outstanding::of(vault);
    let standing = match left.is_dead() {
        true => Standing::Good,
        false => Standing::Due(0),
    };
    // Carriers may say more than a register that could not be written at the end.
    let look = match (vault.life, left.is_dead()) {
        (Life::Unfinished, false) => {
            "; look at its carriers first: if all are whole, coldvault register rebuild enters it"
        }
        _ => "",
    };
    items.push(Item {
        what: What::Outstanding,
        vault: Some(vault.id),
        subject: String::new(),
        name: now.name(vault),
        standing,
        since: None,
        by: None,
        why: format!("{what}{look}; {}", left.words()),
    });
}

/// The copies that must have been made, were never entered, and may be anywhere: what they are of, and their numbers.
pub fn never_seen(vault: &VaultState) -> Vec<(Role, u8)> {
    let shares = (1..=vault.n).map(Role::Share);
    let roles = std::iter::once(Role::Vault).chain(shares);
    let of_role = |role: Role| {
        let made = (1..=made(vault, role)).filter(move |number| !is_known(vault, role, *number));
        made.map(move |number| (role, number))
    };
    roles.flat_map(of_role).collect()
}

fn of_role(vault: &VaultState, role: Role) -> impl Iterator<Item = &CarrierState> {
    let carriers = vault.carriers.iter();
    carriers.filter(move |carrier| carrier.role == role)
}

/// How many copies there were: as any of them says it, and where none does as many as a sealing makes. That nothing is known
/// does not tell that nothing is there.
fn made(vault: &VaultState, role: Role) -> u8 {
    let said = of_role(vault, role).map(|carrier| carrier.of).max();
    let least = match vault.kind {
        Kind::Production => LEAST,
        Kind::Rehearsal => 1,
    };
    said.filter(|made| *made > 0).unwrap_or(least)
}

fn is_known(vault: &VaultState, role: Role, number: u8) -> bool {
    // Of one that is the only one nobody needs to say which it is.
    let is_only = |carrier: &CarrierState| made(vault, role) == 1 && carrier.copy == 0;
    let is = |carrier: &CarrierState| carrier.copy == number || is_only(carrier);
    of_role(vault, role).any(is)
}

/// Whether a copy may still be out: one is known, or fewer are known to be destroyed than there were.
fn is_left(vault: &VaultState, role: Role) -> bool {
    let is_out = of_role(vault, role).any(|carrier| !carrier.destroyed);
    is_out || !(1..=made(vault, role)).all(|number| is_known(vault, role, number))
}

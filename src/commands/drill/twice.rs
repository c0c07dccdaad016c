//! Vault copies that were given: each once, and of those that the register has, which were not given.
//!
//! Knows carriers as a report has them, and not how they were read.

use crate::commands::{Session, paper};
use crate::drill::{self, CarrierUse, Criterion, VaultFacts};
use crate::due::never_seen;
use crate::register::{CarrierState, MediumKind, Role, VaultState};
use crate::report::Severity;

use super::entering;

/// Says which vault copies are the same one again, or copied from it: they prove nothing more.
pub(super) fn say(carriers: &[CarrierUse], session: &mut Session) {
    for one in again(carriers) {
        let text = "the same copy, or a copy of it: it was given before and counts once";
        let hint = "bring the other copies themselves; a copy of files is none that was registered";
        session.find(Severity::Warning, "same-copy", &one.called(), text, hint);
    }
}

/// Vault copies with the id of one before them.
fn again(carriers: &[CarrierUse]) -> Vec<&CarrierUse> {
    let is_again = |(place, one): &(usize, &CarrierUse)| {
        let mut before = carriers.iter().take(*place);
        let is_same =
            |known: &CarrierUse| known.role == "vault" && known.carrier_id == one.carrier_id;
        one.role == "vault" && one.carrier_id.is_some() && before.any(is_same)
    };
    let all = carriers.iter().enumerate();
    all.filter(is_again).map(|(_, one)| one).collect()
}

/// Whether every vault copy that the register has, and that is not destroyed, was read whole. One that was made by what
/// the others say, and that nobody entered, was not.
pub(super) fn every_copy(
    vault: Option<&VaultFacts>,
    carriers: &[CarrierUse],
    session: &Session,
) -> Criterion {
    let id = vault.map(|vault| vault.public_key.vault_id());
    let vault = id.and_then(|id| entering::vault(Some(id), session));
    let again = again(carriers).len();
    let Some(vault) = vault else {
        return drill::every_copy(carriers.len().saturating_sub(again), None);
    };
    let there = vault.carriers.iter();
    let there = there.filter(|one| one.role == Role::Vault && !one.destroyed);
    let there: Vec<&CarrierState> = there.collect();
    let unread = there.iter().filter(|known| {
        let is_it = |one: &CarrierUse| one.outcome == "whole" && is(one, known);
        !carriers.iter().any(is_it)
    });
    let mut unread: Vec<String> = unread.map(|one| entering::known(one).called()).collect();
    let all = made(&vault);
    let never = never_seen(&vault).into_iter();
    let never = never.filter(|(role, _)| *role == Role::Vault);
    let never: Vec<String> = never
        .map(|(_, copy)| format!("copy {copy} of {all}, which was never seen by this register"))
        .collect();
    let known = there.len() + never.len();
    unread.extend(never);
    drill::every_copy(carriers.len(), Some((known, &unread)))
}

/// How many vault copies were made, as far as any of them says it.
fn made(vault: &VaultState) -> u8 {
    let copies = vault.carriers.iter().filter(|one| one.role == Role::Vault);
    copies.map(|one| one.of).max().unwrap_or(1)
}

/// Of a sheet nothing says which copy it is.
fn is(one: &CarrierUse, known: &CarrierState) -> bool {
    match (one.carrier_id, known.carrier_id) {
        (None, None) => one.device == paper::DEVICE && known.medium == MediumKind::Paper,
        (Some(one), Some(known)) => one == known,
        (Some(_), None) => one.copy == Some(known.copy) && known.medium != MediumKind::Paper,
        (None, Some(_)) => false,
    }
}

//! Which vault a sealing follows in the series of its label: the newest one that the register has, or one that is shown.
//!
//! What `vault.json` says of that is a claim for ever, and nothing is opened by it.

use std::path::Path;

use super::{Plan, Previous};
use crate::carrier;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::register::{Life, Register, State, VaultState};
use crate::signature::VaultId;

/// Nobody seals so often: a carrier that claims more was made to end a series.
const MOST: u64 = 1_000_000;

/// Fills in which vault the plan follows. With `asks` a person may say that it begins a series of its own.
///
/// # Errors
/// [`Error::Usage`], [`Error::Refused`] for a vault that it cannot follow; [`Error::Stopped`]; what reading it answers.
pub(super) fn fill(
    plan: &mut Plan,
    shown: Option<&Path>,
    asks: bool,
    session: &mut Session,
) -> Result<()> {
    let state = session.register().map(Register::state);
    let newest = state.as_ref().and_then(|state| newest(plan, state));
    if let Some(path) = shown {
        let manifest = of_carrier(path)?;
        fits(plan, &manifest, newest)?;
        let (id, number) = (manifest.public_key.vault_id(), manifest.generation);
        let line = format!("It follows vault {id}, generation {number} by its own word: a claim.");
        session.terminal.say(&line);
        plan.previous = Some(Previous {
            generation: number,
            key: manifest.public_key,
        });
        return Ok(());
    }
    let Some(newest) = newest else {
        return Ok(());
    };
    within(newest.generation, newest.id)?;
    let (label, next) = (&plan.label, newest.generation.saturating_add(1));
    let line = format!(
        "The register has {:?}, generation {}: vault {}, sealed {}.",
        label.as_str(),
        newest.generation,
        newest.id,
        newest.created.date()
    );
    session.terminal.say(&line);
    let question = format!("Does this vault go on that series, as generation {next}?");
    if asks && session.terminal.confirm(&question)? == Some(false) {
        let line = "It begins a series of its own, as generation 1.";
        session.terminal.say(line);
        return Ok(());
    }
    let line = format!("This vault goes on that series as generation {next}.");
    session.terminal.say(&line);
    plan.previous = Some(Previous {
        generation: newest.generation,
        key: newest.key,
    });
    Ok(())
}

/// The newest vault of that label and kind that was sealed, where one of them is in use.
fn newest<'s>(plan: &Plan, state: &'s State) -> Option<&'s VaultState> {
    let of_it = |vault: &&VaultState| {
        vault.label == plan.label.as_str()
            && vault.kind == plan.kind
            && vault.life != Life::Unfinished
    };
    let all = || state.vaults.iter().filter(of_it);
    let is_used = all().any(|vault| vault.life == Life::Live);
    let newest = all().max_by_key(|vault| (vault.generation, vault.created, vault.id));
    newest.filter(|_| is_used)
}

/// The one vault whose carriers are there, held against the key that it names itself.
fn of_carrier(path: &Path) -> Result<Manifest> {
    let unfit = |what: &str| Error::Usage {
        what: format!("--previous {path:?}: {what}"),
        hint: "give a carrier of the vault before, and of no other".into(),
    };
    let mut found: Option<Manifest> = None;
    for folder in carrier::find(path)?.paths {
        let read = carrier::read(&folder)?;
        let manifest = read.manifest.as_ref();
        let key = manifest.and_then(|manifest| manifest.claimed_key());
        let proven = manifest.zip(key).map(|(read, key)| read.prove(&key));
        let Some(Ok(manifest)) = proven else {
            return Err(unfit("it holds a vault.json that is not genuine, or none"));
        };
        if found.is_some_and(|other| other.public_key != manifest.public_key) {
            return Err(unfit("it holds carriers of more than one vault"));
        }
        found = Some(manifest);
    }
    found.ok_or_else(|| unfit("it holds no vault.json"))
}

/// # Errors
/// [`Error::Usage`] for a vault of another series; [`Error::Refused`] for one that is not the newest that the register has.
fn fits(plan: &Plan, shown: &Manifest, newest: Option<&VaultState>) -> Result<()> {
    let id = shown.public_key.vault_id();
    within(shown.generation, id)?;
    if (&shown.label, shown.kind) != (&plan.label, plan.kind) {
        return Err(Error::Usage {
            what: format!(
                "--previous: vault {id} is {:?} ({}), and this one is to be {:?} ({})",
                shown.label.as_str(),
                shown.kind.as_str(),
                plan.label.as_str(),
                plan.kind.as_str()
            ),
            hint: "a series has one label and one kind: give the same, or leave --previous out"
                .into(),
        });
    }
    match newest.filter(|newest| newest.id != id) {
        None => Ok(()),
        Some(newest) => Err(Error::Refused {
            what: format!(
                "--previous: the newest vault of this label in the register is {}, not {id}",
                newest.id
            ),
            hint: "leave --previous out: the register says which is the newest".into(),
        }),
    }
}

/// # Errors
/// [`Error::Refused`].
fn within(generation: u64, id: VaultId) -> Result<()> {
    match generation < MOST {
        true => Ok(()),
        false => Err(Error::Refused {
            what: format!("vault {id} claims generation {generation}, which no series reaches"),
            hint: "leave it out, and find out who made it".into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sealing_follows_a_number_that_no_series_reaches() {
        let id = VaultId([7; 16]);
        assert!(within(1, id).is_ok() && within(MOST - 1, id).is_ok());
        for claimed in [MOST, u64::from(u32::MAX), u64::MAX] {
            assert!(matches!(within(claimed, id), Err(Error::Refused { .. })));
        }
    }
}

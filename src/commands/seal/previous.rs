//! Which vault a sealing follows in the series of its label: the newest one that the register has, or one that is shown.
//!
//! What `vault.json` says of that is a claim for ever, and nothing is opened by it.

use std::path::Path;

use super::{Plan, Previous};
use crate::carrier;
use crate::commands::Session;
use crate::commands::register::hint_of_found;
use crate::error::{Error, Result};
use crate::label::{Label, looks_like};
use crate::manifest::Manifest;
use crate::register::{Life, Register, State, VaultState};
use crate::report::Severity;
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
    if let Some(state) = &state {
        other_spelling(plan, state, asks, session)?;
        say_not_followed(plan, state, session);
    }
    let newest = state.as_ref().and_then(|state| newest(plan, state));
    if let Some(path) = shown {
        return follow(plan, (path, state.as_ref(), newest), session);
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

/// Follows the vault of a carrier that is shown.
fn follow(
    plan: &mut Plan,
    (path, state, newest): (&Path, Option<&State>, Option<&VaultState>),
    session: &mut Session,
) -> Result<()> {
    let manifest = of_carrier(path)?;
    fits(plan, &manifest, newest)?;
    let (id, number) = (manifest.public_key.vault_id(), manifest.generation);
    let known = state.and_then(|state| state.vault(id));
    if known.is_some_and(|vault| !vault.is_believed()) {
        return Err(Error::Refused {
            what: format!(
                "--previous: the register has only found vault {id}: nobody compared it with its paper"
            ),
            hint: hint_of_found(session.register_path().unwrap_or(Path::new("FILE"))),
        });
    }
    let line = format!("It follows vault {id}, generation {number} by its own word: a claim.");
    session.terminal.say(&line);
    plan.previous = Some(Previous {
        generation: number,
        key: manifest.public_key,
    });
    Ok(())
}

/// The newest vault of that label and kind that was sealed, where one of them is in use: of those that are believed.
fn newest<'s>(plan: &Plan, state: &'s State) -> Option<&'s VaultState> {
    let of_it = |vault: &&VaultState| {
        vault.label == plan.label.as_str() && is_of_series(vault, plan) && vault.is_believed()
    };
    let all = || state.vaults.iter().filter(of_it);
    let is_used = all().any(|vault| vault.life == Life::Live);
    let newest = all().max_by_key(|vault| (vault.generation, vault.created, vault.id));
    newest.filter(|_| is_used)
}

/// Whether people take its label for that of the plan, and it was sealed.
fn is_of_series(vault: &VaultState, plan: &Plan) -> bool {
    let is_one = vault.kind == plan.kind && vault.life != Life::Unfinished;
    is_one && looks_like(&vault.label, plan.label.as_str())
}

/// Labels that people take for the one of the plan, in the order they were first sealed: each is said, and a person is asked
/// about one after the other until one is meant.
///
/// # Errors
/// [`Error::Stopped`], [`Error::Interrupted`]; a label of the register that is none.
fn other_spelling(plan: &mut Plan, state: &State, asks: bool, session: &mut Session) -> Result<()> {
    let known = spellings(plan, state);
    let own = plan.label.to_string();
    if known.contains(&own.as_str()) {
        return Ok(());
    }
    for label in &known {
        let text = format!(
            "the register has a vault {label:?}, and this one is to be {own:?}: people take one for the other"
        );
        let hint = "give the label as the register has it, or one that nobody takes for it";
        session.find(Severity::Warning, "namesake", "", &text, hint);
    }
    for label in known.into_iter().filter(|_| asks) {
        let question = format!("Is this a vault of the series {label:?}?");
        if session.terminal.confirm(&question)? == Some(true) {
            plan.label = Label::stored(label)?;
            break;
        }
    }
    Ok(())
}

/// Each label of vaults that people take for the one of the plan, once: of those that are believed.
fn spellings<'s>(plan: &Plan, state: &'s State) -> Vec<&'s str> {
    let mut all: Vec<&str> = Vec::new();
    for vault in &state.vaults {
        let label = vault.label.as_str();
        if is_of_series(vault, plan) && vault.is_believed() && !all.contains(&label) {
            all.push(label);
        }
    }
    all
}

/// Says which vaults of the label it does not follow: whoever made a carrier chose their numbers.
fn say_not_followed(plan: &Plan, state: &State, session: &mut Session) {
    let all = state
        .vaults
        .iter()
        .filter(|vault| is_of_series(vault, plan));
    for vault in all.filter(|vault| !vault.is_believed()) {
        let text = format!(
            "the register has only found vault {} of this label, which claims generation {}: nobody compared it with its \
             paper, and this vault does not follow it",
            vault.id, vault.generation
        );
        let hint = hint_of_found(session.register_path().unwrap_or(Path::new("FILE")));
        session.find(Severity::Warning, "only-found", "", &text, &hint);
        session.terminal.say(&format!("coldvault: hint: {hint}"));
    }
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

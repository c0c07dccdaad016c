//! Which vault of the register is meant.

use crate::commands::Session;
use crate::commands::noting;
use crate::error::{Error, Result};
use crate::label::Label;
use crate::register::{Life, State, VaultState};
use crate::signature::VaultId;
use crate::terminal::{is_stop, wrapped};

use super::Args;
use super::list::{self, WIDTH};

/// The one of that id or those words, or else the only one of that label that is not retired. Of several of one label a
/// person chooses, or none is chosen: no number that a vault gives itself says which may be destroyed.
///
/// # Errors
/// [`Error::Usage`]; [`Error::Stopped`].
pub(super) fn vault<'s>(
    args: &Args,
    state: &'s State,
    session: &mut Session,
) -> Result<&'s VaultState> {
    let given = args.vault.as_str();
    let by_id = VaultId::parse(given).ok().and_then(|id| state.vault(id));
    if let Some(found) = by_id {
        return Ok(found);
    }
    let label = Label::new(given).map_or(String::new(), |label| label.to_string());
    let labelled = state.vaults.iter().filter(|vault| vault.label == label);
    let labelled: Vec<&VaultState> = labelled.collect();
    let mut used = labelled.clone();
    used.retain(|vault| vault.life != Life::Retired);
    match (used.as_slice(), labelled.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one),
        (_, []) => Err(Error::Usage {
            what: format!("the register has no vault {given:?}"),
            hint: "see which it has: coldvault register show --register FILE".into(),
        }),
        ([], all) | (all, _) => match session.terminal.leads_on() {
            true => choose(given, all, state, session),
            false => Err(several(args, all, state)),
        },
    }
}

fn choose<'s>(
    label: &str,
    all: &[&'s VaultState],
    state: &State,
    session: &mut Session,
) -> Result<&'s VaultState> {
    session.terminal.say(&format!(
        "Vaults of the register that are called {label:?}:"
    ));
    for (number, vault) in (1..).zip(all) {
        let line = format!("{number}: {}", described(vault, state));
        session.terminal.say(&wrapped(&line, WIDTH));
    }
    loop {
        let question = "Which one is to be destroyed? Type its number (stop: none):";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        let number: Option<usize> = answer.parse().ok();
        let place = number.and_then(|number| number.checked_sub(1));
        if let Some(vault) = place.and_then(|place| all.get(place)) {
            return Ok(vault);
        }
    }
}

fn several(args: &Args, all: &[&VaultState], state: &State) -> Error {
    let each: Vec<String> = all.iter().map(|vault| described(vault, state)).collect();
    let register = noting::word(&args.file);
    Error::Usage {
        what: format!(
            "{} vaults of the register are called {:?}: {}",
            all.len(),
            args.vault,
            each.join("; ")
        ),
        hint: format!("say which is meant, by its id: coldvault retire ID --register {register}"),
    }
}

/// "0123... (generation 1, sealed 2026-11-23): vault 4567... took its place on 2026-11-24; superseded, never verified".
fn described(vault: &VaultState, state: &State) -> String {
    let (id, generation) = (vault.id, vault.generation);
    let place = list::place(vault, state).map_or(String::new(), |place| format!(" ({place})"));
    format!(
        "{id}, generation {generation}, sealed {}: {}{place}",
        vault.created.date(),
        list::life(vault)
    )
}

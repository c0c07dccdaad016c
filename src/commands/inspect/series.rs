//! Which vaults of a series lie on a medium: which is the newest, and which may go.
//!
//! What a carrier says of its own place in a series is a claim. Only the register makes a generation of it: a vault that it
//! does not have is named, and neither counts nor makes another one old.

use std::path::Path;

use crate::carrier::printable;
use crate::commands::Session;
use crate::commands::noting::read_register;
use crate::due::{Generation, series, standing_of};
use crate::error::Result;
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::register::{Life, State, VaultState};
use crate::report::Severity;
use crate::terminal::wrapped;

/// Columns of a line.
const WIDTH: usize = 80;

/// Lists them, where there is more than one or a register says more.
///
/// # Errors
/// What reading the register answers; [`crate::error::Error::System`] when standard output does not take it.
pub(super) fn show(
    manifests: &[Manifest],
    register: Option<&Path>,
    session: &mut Session,
) -> Result<()> {
    let state = register.map(read_register).transpose()?;
    let state = state.map(|register| register.state_on(session.clock()));
    let mut seen: Vec<(&str, Kind)> = Vec::new();
    for manifest in manifests {
        let name = (manifest.label.as_str(), manifest.kind);
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let all = vaults(manifests, name);
        match &state {
            Some(state) => of_register(state, &all, name, session)?,
            None => claims(&all, name, session)?,
        }
    }
    Ok(())
}

/// The vaults of that name, each once, the highest claim first.
fn vaults<'m>(manifests: &'m [Manifest], (label, kind): (&str, Kind)) -> Vec<&'m Manifest> {
    let of_it = manifests
        .iter()
        .filter(|one| one.label.as_str() == label && one.kind == kind);
    let mut all: Vec<&Manifest> = of_it.collect();
    all.sort_by_key(|one| {
        let id = one.public_key.vault_id();
        std::cmp::Reverse((one.generation, one.created, id))
    });
    all.dedup_by_key(|one| one.public_key);
    all
}

fn title((label, kind): (&str, Kind), what: &str) -> String {
    let kind = kind.as_str().to_uppercase();
    format!("Series {} ({kind}), {what}:", printable(label))
}

/// Without a register nothing is said but what they claim.
fn claims(all: &[&Manifest], name: (&str, Kind), session: &mut Session) -> Result<()> {
    if all.len() < 2 {
        return Ok(());
    }
    session
        .terminal
        .result(&title(name, "as the carriers say it"))?;
    for one in all {
        session
            .terminal
            .result(&format!("  claims {}", facts(one)))?;
        let day = one.created.date();
        session.terminal.result(&format!("    sealed {day}"))?;
    }
    session.terminal.result(
        "  Which is the newest, and which may be retired, only the register says:\n    --register FILE",
    )
}

fn facts(one: &Manifest) -> String {
    let id = one.public_key.vault_id();
    format!("generation {}: vault {id}", one.generation)
}

fn of_register(
    state: &State,
    all: &[&Manifest],
    name: (&str, Kind),
    session: &mut Session,
) -> Result<()> {
    let known = series(state, name.0, name.1);
    session.terminal.result(&title(name, "by the register"))?;
    for one in all {
        let id = one.public_key.vault_id();
        let place = known.iter().position(|each| each.vault.id == id);
        let text = match (place, state.vault(id).map(|vault| vault.life)) {
            (Some(place), _) => standing_of(&known, place),
            (None, Some(Life::Retired)) => "retired: destroy what this is".to_owned(),
            (None, Some(_)) => "its sealing was never finished: it is no generation".to_owned(),
            (None, None) => match vouched_for(one, state, session) {
                Some(old) => format!(
                    "not in the register; it took the place of vault {}, which is there: both signed it. \
                         Enter it: coldvault register rebuild",
                    old.id
                ),
                None => {
                    stranger(one, state, session);
                    continue;
                }
            },
        };
        session.terminal.result(&format!("  {}", facts(one)))?;
        let line = format!("    sealed {}; {text}", one.created.date());
        session.terminal.result(&wrapped(&line, WIDTH))?;
    }
    let is_here = |newest: &&Generation<'_>| {
        let id = newest.vault.id;
        all.iter().any(|one| one.public_key.vault_id() == id)
    };
    let newest = known.first().filter(|newest| newest.vault.is_believed());
    let elsewhere = newest.filter(|newest| !is_here(newest));
    let line = elsewhere.map(|newest| {
        let (number, id) = (newest.vault.generation, newest.vault.id);
        format!("  The newest is not on this medium: generation {number}\n    vault {id}")
    });
    line.map_or(Ok(()), |line| session.terminal.result(&line))
}

/// The vault of the register whose place it took, where a note on the medium says so and both signed it: no stranger has the
/// signature of a vault that is believed.
fn vouched_for<'s>(one: &Manifest, state: &'s State, session: &Session) -> Option<&'s VaultState> {
    let older = session.predecessors(&one.public_key);
    let mut believed = state.vaults.iter().filter(|vault| vault.is_believed());
    believed.find(|vault| older.contains(&vault.key))
}

/// One that claims a place in a series, and that the register does not have.
fn stranger(one: &Manifest, state: &State, session: &mut Session) {
    let id = one.public_key.vault_id();
    let is_known = |key| {
        state
            .vaults
            .iter()
            .any(|vault| vault.key == key && vault.is_believed())
    };
    let after = match one.previous {
        Some(key) if is_known(key) => ", and nothing shows that the vault before it signed that",
        _ => "",
    };
    let text = format!(
        "claims generation {}, but vault {id} is not in the register{after}: it counts nothing, and makes no other \
         vault old",
        one.generation
    );
    let hint = "if it is yours, enter it from its carriers: coldvault register rebuild; if not, keep it apart";
    session.find(Severity::Warning, "claims-generation", "", &text, hint);
}

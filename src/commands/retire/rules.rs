//! What may be destroyed: nothing whose loss would be the loss of what is in it, unless the vault's words are typed.

use crate::commands::Session;
use crate::due::{
    Followers, Outstanding, last_successor, may_go, series, takes_its_place, verified,
    whole_vault_copies,
};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::register::{Life, State, VaultState};
use crate::signature::VaultId;
use crate::terminal::is_stop;

use super::Args;

/// # Errors
/// [`Error::WrongKind`] where production material is called rehearsal material.
pub(super) fn check_kind(vault: &VaultState, is_rehearsal: bool) -> Result<()> {
    match is_rehearsal && vault.kind == Kind::Production {
        true => Err(Error::WrongKind {
            found: "production",
        }),
        false => Ok(()),
    }
}

/// Whether carriers of this vault may be destroyed. Where what is in it would be lost its words are needed: from the
/// options, or typed.
///
/// # Errors
/// [`Error::Refused`] without the words; [`Error::NotExpected`] for those of another vault; [`Error::Usage`];
/// [`Error::Stopped`].
pub(super) fn permit(
    args: &Args,
    vault: &VaultState,
    state: &State,
    session: &mut Session,
) -> Result<()> {
    let given = args.expect.as_deref().map(words).transpose()?;
    if let Some(other) = given.filter(|given| *given != vault.id) {
        return Err(Error::NotExpected {
            expected: other.to_string(),
            found: vault.id.to_string(),
        });
    }
    let Some(why) = loss(vault, state).filter(|_| !args.rehearsal) else {
        return Ok(());
    };
    if args.is_final && given.is_some() {
        session
            .terminal
            .warn(&format!("{why}. Its words were given."));
        return Ok(());
    }
    if !session.terminal.leads_on() {
        let practice = match vault.kind {
            Kind::Rehearsal => "; it is rehearsal material: --rehearsal says that it may go",
            Kind::Production => "",
        };
        return Err(Error::Refused {
            what: why,
            hint: format!(
                "if it is to be lost: --final --expect \"its 16 words, from the paper\"{practice}"
            ),
        });
    }
    session.terminal.warn(&format!("{why}."));
    ask(vault, session)
}

/// What would be lost with this vault; `None` where another one stands in its place, and where nothing of it opens any more.
///
/// Only what the register has counts: a vault that lies on a medium and calls itself newer stands in nobody's place. What one
/// person alone calls destroyed may be there.
fn loss(vault: &VaultState, state: &State) -> Option<String> {
    let is_retired = vault.life == Life::Retired;
    if Outstanding::witnessed(vault).is_dead() || is_retired && Outstanding::of(vault).is_dead() {
        return None;
    }
    let lost = "what is in it is lost with it";
    match vault.life {
        Life::Superseded { by, .. } => {
            let last = last_successor(vault, state);
            let by = last.map_or(by, |last| last.id);
            weakness(vault, last, state)
                .map(|what| format!("vault {by} took its place, but {what}: {lost}"))
        }
        // What `status` says may be retired.
        Life::Live if may_go(vault, state, &Followers::of(state)) => None,
        Life::Live if Outstanding::of(vault).is_dead() => Some(format!(
            "this vault is in use, no other one took its place, and only one person says that what would open it was \
             destroyed: {lost}"
        )),
        Life::Live => Some(format!(
            "this vault is in use and no other one took its place{}: {lost}",
            place_in_series(vault, state)
        )),
        Life::Unfinished if whole_vault_copies(vault) == 0 => match vault.kind {
            Kind::Rehearsal => None,
            Kind::Production => Some(format!(
                "the sealing of this vault never ended by the register, which does not tell that no copy of it is there \
                 and opens: {lost}"
            )),
        },
        Life::Unfinished => Some(format!(
            "the sealing of this vault never ended, but there is a vault copy, which may be the last good one: {lost}"
        )),
        Life::Retired => Some(format!(
            "this vault was retired, and copies of it were found since: {lost}"
        )),
    }
}

/// What else speaks for keeping a vault that is in use, where it is one of a series.
fn place_in_series(vault: &VaultState, state: &State) -> &'static str {
    if !vault.is_believed() {
        return "; it was only found, and nobody compared it with its paper";
    }
    let all = series(state, &vault.label, vault.kind);
    let own = all.iter().filter(|one| one.vault.is_believed());
    let own: Vec<_> = own.collect();
    let place = own.iter().find(|one| one.vault.id == vault.id);
    match place.filter(|_| own.len() > 1) {
        None => "",
        Some(one) if one.is_one_of_the_last() => {
            "; it is one of the last two verified ones of its series, which are kept"
        }
        Some(_) => "; no two that follow it in its series were verified and are complete",
    }
}

/// Why the last one that took the place of `vault` does not stand in for it; `None` where it does.
fn weakness(vault: &VaultState, new: Option<&VaultState>, state: &State) -> Option<&'static str> {
    let Some(new) = new else {
        return Some("is not in the register");
    };
    if !new.is_believed() {
        return Some(
            "was only found, and nobody compared it with its paper (coldvault register rebuild with --expect)",
        );
    }
    if !takes_its_place(vault, new, state) {
        return Some(
            "by the register that has not two whole vault copies, all its shares and people who can bring enough of them",
        );
    }
    // Of what was never read again nobody knows that it can be.
    match verified(new) {
        Some(_) => None,
        None => Some(
            "no vault copy of that was read again since (coldvault verify with --register, or a drill)",
        ),
    }
}

/// The words, and no digits: those are on every screen, and copied without a look at the paper.
fn words(text: &str) -> Result<VaultId> {
    let is_digits = text.chars().any(|c| c.is_ascii_digit());
    match (is_digits, VaultId::parse(text)) {
        (false, Ok(id)) => Ok(id),
        (true, _) => Err(Error::Usage {
            what: "--expect: these are digits".into(),
            hint: "give the 16 words, from the paper, in quotes, as one argument".into(),
        }),
        (false, Err(error)) => Err(Error::Usage {
            what: format!("--expect: {error}"),
            hint: format!("{}; in quotes, as one argument", error.hint()),
        }),
    }
}

fn ask(vault: &VaultState, session: &mut Session) -> Result<()> {
    let question =
        "To go on, type the 16 words of this vault from the paper (press Enter to stop):";
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if answer.is_empty() || is_stop(&answer) {
            return Err(Error::Stopped);
        }
        match words(&answer) {
            Ok(id) if id == vault.id => return Ok(()),
            Ok(_) => session
                .terminal
                .say("These are the words of another vault."),
            Err(error) => session.terminal.error(&error),
        }
    }
}

#[cfg(test)]
mod tests;

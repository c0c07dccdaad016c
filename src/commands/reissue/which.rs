//! Which share is meant, and whether it may be made anew for that person.

use std::collections::BTreeSet;

use super::Args;
use super::before;
use super::wishes::Wishes;
use crate::carrier;
use crate::commands::{Session, seal};
use crate::due::void_copies;
use crate::error::{Error, Result};
use crate::label::{Label, confusable};
use crate::quorum::{Judged, State};
use crate::register::{Register, VaultState};
use crate::report::Severity;
use crate::signature::VaultId;
use crate::terminal::is_stop;

/// The most shares that any vault has.
const MOST: u8 = 32;

/// The number of the share that is named; asked for where it is not.
///
/// # Errors
/// [`Error::Usage`] for a name that the register does not know; [`Error::Stopped`].
pub(super) fn number(args: &Args, expect: Option<VaultId>, session: &mut Session) -> Result<u8> {
    if let Some(given) = &args.share {
        return named(given, expect, session);
    }
    loop {
        let question = "Which share is to be made anew? Its number, or whose it is:";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        match named(&answer, expect, session) {
            Ok(number) => return Ok(number),
            Err(error) => session.terminal.error(&error),
        }
    }
}

fn named(given: &str, expect: Option<VaultId>, session: &Session) -> Result<u8> {
    match given.trim().parse::<u64>() {
        Ok(number) => {
            let state = session.register().map(Register::state);
            let vault = expect.and_then(|id| state.as_ref()?.vault(id).map(|vault| vault.n));
            match u8::try_from(number) {
                Ok(number) if number > 0 && number <= vault.unwrap_or(MOST) => Ok(number),
                _ => Err(never_made(number, vault)),
            }
        }
        Err(_) => by_name(given.trim(), expect, session),
    }
}

/// By the register; a name that keeps shares of several numbers is no answer.
fn by_name(name: &str, expect: Option<VaultId>, session: &Session) -> Result<u8> {
    let usage = |what: String| Error::Usage {
        what,
        hint: "give its number: it stands on each of its carriers and sheets".into(),
    };
    let Some(state) = session.register().map(Register::state) else {
        let what = format!("no register is kept: it cannot be told which share {name:?} keeps");
        return Err(usage(what));
    };
    let vaults = state.vaults.iter();
    let vaults = vaults.filter(|vault| expect.is_none_or(|expect| expect == vault.id));
    let shares = vaults.flat_map(|vault| &vault.shares);
    let theirs = shares.filter(|share| share.custodian.as_deref() == Some(name));
    let numbers: BTreeSet<u8> = theirs.map(|share| share.number).collect();
    let mut numbers = numbers.into_iter();
    match (numbers.next(), numbers.next()) {
        (Some(number), None) => Ok(number),
        (None, _) => Err(usage(format!("the register knows no share of {name:?}"))),
        (Some(_), Some(_)) => Err(usage(format!("{name:?} keeps shares of several numbers"))),
    }
}

/// A number beyond those that were dealt.
fn never_made(number: u64, of: Option<u8>) -> Error {
    let of = of.map_or(String::new(), |n| format!(": this vault has {n}"));
    Error::Refused {
        what: format!(
            "there is no share {number}{of}, and no further one can be made from a split"
        ),
        hint: "seal anew, with a new key, for more or other custodians".into(),
    }
}

/// Whether the vault on the table has that share, as far as it is known by now.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check_number(judged: &Judged, number: u8) -> Result<()> {
    let n = judged.manifest.as_ref().map(crate::manifest::Manifest::n);
    match n.filter(|n| number > *n) {
        Some(n) => Err(never_made(number.into(), Some(n))),
        None => Ok(()),
    }
}

/// Whether by the register the vault has that share, and the person keeps no other one.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check_entered(
    (vault, number): (VaultId, u8),
    name: &Label,
    session: &Session,
) -> Result<()> {
    let state = session.register().map(Register::state);
    let Some(vault) = state.as_ref().and_then(|state| state.vault(vault)) else {
        return Ok(());
    };
    if number > vault.n {
        return Err(never_made(number.into(), Some(vault.n)));
    }
    let entered = vault.shares.iter().filter_map(|share| {
        let name = Label::stored(share.custodian.as_deref()?).ok()?;
        Some((share.number, name))
    });
    check_alone(entered, number, name)?;
    check_void(vault, number, name)
}

/// Whether the vault on the table has that share, the person may keep it, and nobody claimed its loss before.
///
/// # Errors
/// [`Error::Refused`]; [`Error::Stopped`].
pub(super) fn check(
    judged: &Judged,
    number: u8,
    name: &Label,
    wishes: &Wishes,
    session: &mut Session,
) -> Result<()> {
    check_number(judged, number)?;
    let id = judged.public_key.vault_id();
    let state = session.register().map(Register::state);
    let vault = state.as_ref().and_then(|state| state.vault(id));
    if session.register().is_some() {
        session.knows(id);
    }
    check_entered((id, number), name, session)?;
    check_alone(on_the_table(judged), number, name)?;
    seal::may_keep(name, session)?;
    let share = vault.and_then(|vault| {
        let mut shares = vault.shares.iter();
        shares.find(|share| share.number == number)
    });
    match before::said(judged, number, vault.zip(share)) {
        Some(what) => check_first(number, &what, wishes, session),
        None => Ok(()),
    }
}

/// The good shares that are here, and whose they are.
fn on_the_table(judged: &Judged) -> impl Iterator<Item = (u8, Label)> {
    let is_good = |state: &State| matches!(state, State::Good | State::Duplicate);
    let there = judged.verdicts.iter();
    let there = there.filter(move |one| is_good(&one.state));
    there.filter_map(|one| Some((one.number?, one.custodian.clone()?)))
}

/// One person, one share.
fn check_alone(kept: impl Iterator<Item = (u8, Label)>, number: u8, name: &Label) -> Result<()> {
    let mut others = kept.filter(|(other, _)| *other != number);
    let same = others.find(|(_, other)| other == name || confusable(other, name));
    match same {
        None => Ok(()),
        Some((other, keeper)) => Err(Error::Refused {
            what: format!(
                "{} is kept already, and nobody keeps two",
                carrier::share_name(other, &keeper)
            ),
            hint: "name somebody else".into(),
        }),
    }
}

/// Nor a share and void copies of another one: each is still that share.
fn check_void(vault: &VaultState, number: u8, name: &Label) -> Result<()> {
    for share in vault.shares.iter().filter(|share| share.number != number) {
        let (other, mut copies) = (share.number, void_copies(vault, share));
        copies.retain(|copy| copy.keepers.iter().any(|keeper| is_called(name, keeper)));
        if copies.is_empty() {
            continue;
        }
        let numbers: Vec<String> = copies.iter().map(|one| one.copy.to_string()).collect();
        let (copies, are, them) = match numbers.as_slice() {
            [_] => ("copy", "is", "it"),
            _ => ("copies", "are", "them"),
        };
        let each: Vec<String> = numbers
            .iter()
            .map(|copy| format!("\"share {other}/{copy}\""))
            .collect();
        return Err(Error::Refused {
            what: format!(
                "{copies} {} of share {other} {are} void, not destroyed, and with {name} by the register: nobody keeps two shares",
                numbers.join(", ")
            ),
            hint: format!(
                "destroy {them} and enter it (coldvault register destroyed {} --reason TEXT), or choose somebody else",
                each.join(" ")
            ),
        });
    }
    Ok(())
}

/// Whether a name in the register is that person's.
fn is_called(name: &Label, known: &str) -> bool {
    Label::stored(known).is_ok_and(|known| known == *name || confusable(&known, name))
}

/// A second loss of one share: somebody may be collecting copies of it.
fn check_first(number: u8, what: &str, wishes: &Wishes, session: &mut Session) -> Result<()> {
    let subject = format!("share {number}");
    let text =
        format!("{what}: whoever says a second time that it is gone may be collecting copies");
    let hint = "find out where the copies before are; a vault with a new key ends the doubt";
    session.find(Severity::Warning, "reissued-before", &subject, &text, hint);
    if wishes.again {
        return Ok(());
    }
    if !session.terminal.leads_on() {
        return Err(Error::Refused {
            what: format!("{subject} {what}"),
            hint: "find out where the copies before are; to make it all the same, say --again"
                .into(),
        });
    }
    loop {
        let question = "Type again to make it once more all the same, or stop:";
        match session.terminal.ask(question)?.as_deref() {
            Some("again") => return Ok(()),
            Some(word) if is_stop(word) => return Err(Error::Stopped),
            Some(_) => {}
            None => return Err(Error::Stopped),
        }
    }
}

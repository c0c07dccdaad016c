//! Who keeps the share from now on, on which carriers, and what protects it.

use std::path::Path;

use super::Args;
use super::wishes::Wishes;
use crate::cipher::Protection;
use crate::commands::Session;
use crate::commands::seal::{self, Custodian, Destination, Protect};
use crate::commands::unlock::Unlocking;
use crate::error::{Error, Result};
use crate::label::Label;
use crate::register::Register;
use crate::terminal::is_stop;

/// The most copies that are made at once.
const MAX_COPIES: usize = 8;

/// What `--to` says: whose it is and where it goes; nothing where it is to be asked.
///
/// # Errors
/// [`Error::Usage`].
pub(super) fn typed(args: &Args) -> Result<Option<Custodian>> {
    let mut found: Option<Custodian> = None;
    for given in &args.to {
        let (name, to) = name_and_place(given)?;
        match &mut found {
            Some(known) if known.name != name => {
                return Err(Error::Usage {
                    what: format!("--to names {} and {name}", known.name),
                    hint: "one share has one custodian: give the same name each time".into(),
                });
            }
            Some(known) => known.to.push(to),
            None => {
                found = Some(Custodian {
                    name,
                    to: vec![to],
                    protect: None,
                });
            }
        }
    }
    if let (Some(given), Some(custodian)) = (&args.protect, &mut found) {
        seal::protect_custodian(given, std::slice::from_mut(custodian))?;
    }
    match (&args.protect, &found) {
        (Some(_), None) => Err(Error::Usage {
            what: "--protect names whose share it is, and --to does not".into(),
            hint: "give --to NAME=DIR too".into(),
        }),
        _ => Ok(found),
    }
}

/// `NAME=DIR` or `NAME=sheet:FILE`.
///
/// # Errors
/// [`Error::Usage`].
pub(in crate::commands) fn name_and_place(given: &str) -> Result<(Label, Destination)> {
    let parts = given.split_once('=').filter(|(_, place)| !place.is_empty());
    let (name, place) = parts.ok_or_else(|| Error::Usage {
        what: format!("--to {given:?} does not say who keeps it and where it goes"),
        hint: "write it as --to NAME=DIR, for example --to legal=/media/A, or --to NAME=sheet:FILE.pdf"
            .into(),
    })?;
    Ok((Label::new(name)?, Destination::parse(Path::new(place))?))
}

/// The same, with what was not typed: two copies or no success.
///
/// # Errors
/// [`Error::Refused`] for too few copies, or a sheet that nobody can confirm; [`Error::Stopped`].
pub(super) fn complete(
    typed: Option<Custodian>,
    number: u8,
    wishes: &Wishes,
    session: &mut Session,
) -> Result<Custodian> {
    let leads = session.terminal.leads_on();
    let mut custodian = match typed {
        Some(custodian) => custodian,
        None => ask(number, session)?,
    };
    seal::may_keep(&custodian.name, session)?;
    if leads {
        let length = custodian.to.len().max(2);
        custodian.to.resize(length, Destination::Asked);
    }
    if custodian.to.len() < 2 {
        return Err(Error::Refused {
            what: "at least two copies of everything are needed: this would be 1 of 2".into(),
            hint: "name a medium for each copy with --to NAME=DIR, or a printed sheet with --to NAME=sheet:FILE.pdf"
                .into(),
        });
    }
    if custodian.to.len() > MAX_COPIES {
        return Err(Error::Limit {
            what: "copies of a share".into(),
            limit: MAX_COPIES as u64,
        });
    }
    for (place, to) in custodian.to.iter().enumerate() {
        let is_same = |other: &Destination| *to != Destination::Asked && other == to;
        if custodian.to.iter().take(place).any(is_same) {
            return Err(Error::Refused {
                what: "two copies would go to one place".into(),
                hint: "give each copy a medium or a file of its own".into(),
            });
        }
    }
    let prints = custodian.to.iter().any(|to| to.file().is_some());
    match prints && !leads && !wishes.practises && !wishes.sets_aside("prepared") {
        true => Err(Error::Refused {
            what: "a sheet is a copy once its print was confirmed, and there is no terminal for that"
                .into(),
            hint: "run it on a terminal, or let prepared sheets count with --exception prepared=REASON"
                .into(),
        }),
        false => Ok(custodian),
    }
}

/// Asks who keeps it; Enter is for whoever kept it before, where the register knows that.
fn ask(number: u8, session: &mut Session) -> Result<Custodian> {
    let before = keeper(number, session);
    let question = match &before {
        Some(before) => format!("Who keeps share {number} from now on (press Enter: {before}):"),
        None => format!("Who keeps share {number} from now on:"),
    };
    loop {
        let answer = session.terminal.ask(&question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        let name = match (&before, answer.is_empty()) {
            (Some(before), true) => Label::new(before),
            _ => Label::new(&answer),
        };
        match name {
            Ok(name) => {
                return Ok(Custodian {
                    name,
                    to: Vec::new(),
                    protect: None,
                });
            }
            Err(error) => session.terminal.error(&error),
        }
    }
}

/// Who kept it, where the register knows one vault with that share only.
fn keeper(number: u8, session: &Session) -> Option<String> {
    let state = session.register().map(Register::state)?;
    let [vault] = state.vaults.as_slice() else {
        return None;
    };
    let mut shares = vault.shares.iter();
    let share = shares.find(|share| share.number == number)?;
    share.custodian.clone()
}

/// What protects it, where a descriptor gives the passphrase; nothing where it is still to be asked.
///
/// # Errors
/// [`Error::Usage`] where nobody can be asked for it.
pub(super) fn early(
    custodian: &Custodian,
    number: u8,
    unlocking: &mut Unlocking,
    session: &mut Session,
) -> Result<Option<Option<Protection>>> {
    let asks = matches!(custodian.protect, Some(Protect::Passphrase));
    match unlocking.lines() {
        Some(lines) if asks => {
            let of = (custodian, usize::from(number));
            seal::choose_protection(of, Some(lines), session).map(Some)
        }
        None if asks && !session.terminal.can_ask() => Err(Error::Usage {
            what: format!(
                "there is no terminal to ask for the passphrase of {}",
                custodian.name
            ),
            hint: "run it on a terminal, or give it as the first line of --secret-fd N".into(),
        }),
        _ => Ok(None),
    }
}

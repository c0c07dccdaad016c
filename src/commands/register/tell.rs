//! What only a person knows: a note, when things fall due, where carriers are kept.

use super::{FileArgs, OfVault, entered};
use crate::commands::Session;
use crate::commands::noting::{self, Begins, Site};
use crate::error::{Error, Exit, Result};
use crate::register::{Event, Interval, OfCarrier, Policy, Told};

/// Enters a note.
///
/// # Errors
/// As [`Session::note`].
pub(super) fn note(file: &FileArgs, text: &str, session: &mut Session) -> Result<Exit> {
    let text = noting::text("the note", text)?;
    file.open(Begins::Never, session)?;
    session.note(&[Event::Noted(text)])?;
    entered("the note", session)
}

/// Enters when things fall due.
///
/// # Errors
/// [`Error::Usage`]; as [`Session::note`].
pub(super) fn policy(file: &FileArgs, set: &[String], session: &mut Session) -> Result<Exit> {
    let mut policy = Policy::default();
    for given in set {
        let (interval, months) = interval(given).ok_or_else(|| Error::Usage {
            what: format!("{given:?} is no interval"),
            hint: format!(
                "write for example D4=12 or refresh=off; the names are {}",
                names()
            ),
        })?;
        policy = policy.with(interval, months);
    }
    let said: Vec<String> = policy
        .set()
        .map(|(interval, months)| said(interval, months))
        .collect();
    file.open(Begins::Never, session)?;
    session.note(&[Event::Policy(policy)])?;
    entered(&said.join(", "), session)
}

fn interval(given: &str) -> Option<(Interval, Option<u16>)> {
    let (name, months) = given.split_once('=')?;
    let months = match months {
        "off" => None,
        months => Some(
            months
                .parse()
                .ok()
                .filter(|months| (1..=1200).contains(months))?,
        ),
    };
    Some((Interval::parse(name)?, months))
}

fn names() -> String {
    let names: Vec<&str> = Interval::ALL
        .iter()
        .map(|interval| interval.as_str())
        .collect();
    names.join(", ")
}

/// "D4 every 12 months".
pub(super) fn said(interval: Interval, months: Option<u16>) -> String {
    let name = interval.as_str();
    match months {
        None => format!("{name} never"),
        Some(1) => format!("{name} every month"),
        Some(months) => format!("{name} every {months} months"),
    }
}

/// Enters where carriers are kept.
///
/// # Errors
/// [`Error::Usage`] for a carrier that the register does not know; as [`Session::note`].
pub(super) fn place(
    file: &FileArgs,
    vault: &OfVault,
    places: &[String],
    session: &mut Session,
) -> Result<Exit> {
    let sites = places.iter().map(|given| Site::parse(given));
    let sites = sites.collect::<Result<Vec<Site>>>()?;
    let state = file.open(Begins::Never, session)?.state();
    let vault = vault.of(&state)?;
    let (mut events, mut said) = (Vec::new(), Vec::new());
    for site in sites {
        let found = site.which.of(vault);
        if found.is_empty() {
            return Err(Error::Usage {
                what: format!("the register knows no carrier {}", site.which),
                hint: "see which it knows: coldvault register show".into(),
            });
        }
        for carrier in found {
            said.push(format!("{} is at {}", carrier.name(), site.place));
            let of = OfCarrier {
                vault: vault.id,
                carrier,
            };
            let text = site.place.clone();
            events.push(Event::Placed(Told { of, text }));
        }
    }
    session.note(&events)?;
    entered(&said.join("; "), session)
}

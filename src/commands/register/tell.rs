//! What only a person knows: a note, and when things fall due.

use super::{FileArgs, entered};
use crate::commands::Session;
use crate::commands::noting::{self, Begins};
use crate::error::{Error, Exit, Result};
use crate::register::{Event, Interval, Policy};

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

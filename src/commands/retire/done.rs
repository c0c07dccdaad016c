//! A carrier that was destroyed, as the options or a person at the table say it.

use crate::commands::Session;
use crate::commands::noting::{self, Which};
use crate::commands::register::known_or_made;
use crate::error::{Error, Result};
use crate::register::{
    CarrierRef, CarrierState, Destroyed, Event, MediumKind, OfCarrier, Told, VaultState,
};
use crate::signature::VaultId;

use super::people::People;

/// One carrier, and how it was destroyed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) carrier: CarrierRef,
    pub(super) how: String,
}

impl Done {
    /// What is entered of it.
    pub(super) fn event(&self, vault: VaultId, reason: &str, people: &People) -> Event {
        let of = OfCarrier {
            vault,
            carrier: self.carrier.clone(),
        };
        let text = reason.to_owned();
        Event::Destroyed(Destroyed {
            told: Told { of, text },
            how: Some(self.how.clone()),
            people: people.names(),
        })
    }

    /// How people call it.
    pub(super) fn name(&self) -> String {
        self.carrier.name()
    }

    /// What is said of it once it is entered: of a copy that nobody ever saw not that it was destroyed.
    pub(super) fn said(&self, vault: &VaultState) -> String {
        said(&self.carrier, vault)
    }
}

/// "share 2, copy 1 was destroyed".
pub(super) fn said(carrier: &CarrierRef, vault: &VaultState) -> String {
    let what = match vault.carrier(carrier, MediumKind::Paper) {
        Some(_) => "was destroyed",
        None => "was never entered and is out no more",
    };
    format!("{} {what}", carrier.name())
}

/// Reads `--done`, all of it, before anything is entered. A carrier that is named twice is entered once, and one that was
/// entered before, as by a run that was stopped, is left out and said.
///
/// # Errors
/// [`Error::Usage`] for what names no carrier that is still out.
pub(super) fn read(
    given: &[String],
    vault: &VaultState,
    session: &mut Session,
) -> Result<Vec<Done>> {
    let mut all: Vec<Done> = Vec::new();
    for text in given {
        let (which, how) = text.split_once('=').ok_or_else(|| usage(text))?;
        let which = Which::parse(which.trim()).ok_or_else(|| usage(text))?;
        let how = noting::text("--done", how)?;
        let meant = meant(&which, vault)?;
        if meant.is_empty() {
            let line = format!("{which} was entered as destroyed before: it stays so.");
            session.terminal.say(&line);
        }
        for carrier in meant {
            if all.iter().all(|one| one.carrier != carrier) {
                let how = how.clone();
                all.push(Done { carrier, how });
            }
        }
    }
    Ok(all)
}

/// The carriers that are meant: those that are known, or else a copy that must be there and that nobody entered. None
/// where all that are meant are destroyed already.
fn meant(which: &Which, vault: &VaultState) -> Result<Vec<CarrierRef>> {
    let known = known_or_made(which, vault);
    if known.is_err() && is_gone(which, vault) {
        return Ok(Vec::new());
    }
    known
}

fn is_gone(which: &Which, vault: &VaultState) -> bool {
    // Two of one name are not gone with one of them.
    let is_of = |carrier: &&CarrierState| match which {
        Which::Id(id) => carrier.carrier_id == Some(*id),
        Which::Of(role, copy) => {
            carrier.role == *role && copy.is_none_or(|copy| carrier.copy == copy)
        }
        Which::At(_) => false,
    };
    let mut named = vault.carriers.iter().filter(is_of).peekable();
    named.peek().is_some() && named.all(|carrier| carrier.destroyed)
}

fn usage(given: &str) -> Error {
    Error::Usage {
        what: format!("{given:?} does not say which carrier was destroyed, and how"),
        hint: "write for example \"vault 1=wiped and broken\" or \"share 2/1=shredded\"".into(),
    }
}

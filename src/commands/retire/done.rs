//! A carrier that was destroyed, as the options or a person at the table say it.

use crate::commands::noting::{self, Which};
use crate::commands::register::known_carriers;
use crate::due::never_seen;
use crate::error::{Error, Result};
use crate::register::{CarrierRef, Destroyed, Event, OfCarrier, Told, VaultState};
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
}

/// Reads `--done`, all of it, before anything is entered. A carrier that is named twice is entered once.
///
/// # Errors
/// [`Error::Usage`] for what names no carrier that is still out.
pub(super) fn read(given: &[String], vault: &VaultState) -> Result<Vec<Done>> {
    let mut all: Vec<Done> = Vec::new();
    for text in given {
        let (which, how) = text.split_once('=').ok_or_else(|| usage(text))?;
        let which = Which::parse(which.trim()).ok_or_else(|| usage(text))?;
        let how = noting::text("--done", how)?;
        for carrier in meant(&which, vault)? {
            if all.iter().all(|one| one.carrier != carrier) {
                let how = how.clone();
                all.push(Done { carrier, how });
            }
        }
    }
    Ok(all)
}

/// The carriers that are meant: those that are known, or else a copy that must be there and that nobody entered.
fn meant(which: &Which, vault: &VaultState) -> Result<Vec<CarrierRef>> {
    let known = known_carriers(which, vault);
    let (Which::Of(role, Some(copy)), Err(_)) = (which, &known) else {
        return known;
    };
    match never_seen(vault).contains(&(*role, *copy)) {
        true => Ok(vec![CarrierRef {
            carrier_id: None,
            role: *role,
            copy: Some(*copy),
        }]),
        false => known,
    }
}

fn usage(given: &str) -> Error {
    Error::Usage {
        what: format!("{given:?} does not say which carrier was destroyed, and how"),
        hint: "write for example \"vault 1=wiped and broken\" or \"share 2/1=shredded\"".into(),
    }
}

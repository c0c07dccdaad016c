//! Carriers as a report has them, from what was found by reading them in full.

use std::path::Path;

use crate::carrier::{self, Checked, Holds};
use crate::commands::Session;
use crate::commands::noting::carrier_ref;
use crate::commands::register::{check_keys_agree, is_as_entered};
use crate::commands::verify::holds;
use crate::drill::{CarrierUse, OF_ANOTHER_VAULT};
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::media::Medium;
use crate::report::Severity;
use crate::signature::VaultId;

const ASIDE: &str = "set this carrier aside and use another copy";

/// A carrier that was read, how it is called in a report, and what is known of it.
pub(super) struct Read {
    pub(super) of: CarrierUse,
    /// Its proven `vault.json`, of the vault that is expected.
    pub(super) manifest: Option<Manifest>,
}

/// Reads every carrier at a place in full, and says what each is.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::Io`] when the place is not there.
pub(super) fn read_all(
    place: &Path,
    expect: Option<VaultId>,
    session: &mut Session,
) -> Result<Vec<Read>> {
    let folders = carrier::find(place)?.paths;
    let folders = folders.into_iter().filter(|path| path.is_dir());
    let mut all = Vec::new();
    for path in folders {
        all.push(read(&path, expect, session)?);
    }
    Ok(all)
}

fn read(path: &Path, expect: Option<VaultId>, session: &mut Session) -> Result<Read> {
    let begun = session.terminal.age();
    let outcome = carrier::check(path, expect);
    let seconds = (session.terminal.age() - begun).as_secs();
    let checked = match outcome {
        Ok(checked) => checked,
        Err(error @ Error::Interrupted) => return Err(error),
        Err(error) => {
            problem(path, &error.to_string(), session);
            let of = CarrierUse {
                role: "unknown".into(),
                outcome: "unreadable".into(),
                seconds,
                ..on(path)
            };
            let manifest = None;
            return Ok(Read { of, manifest });
        }
    };
    for one in checked.problems.iter().filter(|one| one.is_damage) {
        problem(&one.path, &one.what, session);
    }
    if checked.other_vault.is_some() {
        problem(
            path,
            "it is of another vault than the one expected",
            session,
        );
    }
    let (outcome, said) = match (checked.other_vault, checked.is_whole()) {
        (Some(_), _) => (OF_ANOTHER_VAULT, "OF ANOTHER VAULT"),
        (None, true) => ("whole", "whole"),
        (None, false) => ("damaged", "NOT WHOLE"),
    };
    let mut of = CarrierUse {
        seconds,
        bytes: checked.bytes,
        outcome: outcome.into(),
        ..described(&checked)
    };
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    if let (Some(vault), Some(facts)) = (vault, &checked.facts)
        && !is_as_entered(vault, &carrier_ref(facts), path, session)
    {
        // which copy it is nobody knows
        (of.carrier_id, of.copy) = (None, None);
    }
    let line = format!("{}: {said}", holds(&checked));
    session.terminal.result(&line)?;
    let line = crate::commands::verify::line(path, &checked, session.now);
    session.report.carriers.push(line);
    let is_meant = checked.other_vault.is_none();
    let manifest = checked.manifest.filter(|_| is_meant);
    if let Some(manifest) = &manifest {
        check_keys_agree(manifest, session);
    }
    Ok(Read { of, manifest })
}

fn problem(path: &Path, text: &str, session: &mut Session) {
    session.find(
        Severity::Error,
        "carrier",
        &format!("{path:?}"),
        text,
        ASIDE,
    );
}

/// What it holds, as far as that is known.
fn described(checked: &Checked) -> CarrierUse {
    let facts = checked.facts.as_ref();
    let number = match checked.holds {
        Holds::Share(number, _) => Some(number),
        Holds::Vault | Holds::Nothing => None,
    };
    CarrierUse {
        carrier_id: facts.map(|facts| facts.carrier_id),
        role: match checked.holds {
            Holds::Vault => "vault",
            Holds::Share(..) => "share",
            Holds::Nothing => "unknown",
        }
        .into(),
        number,
        // what was made from sheets is no numbered copy
        copy: facts.map(|facts| facts.copy).filter(|copy| *copy > 0),
        written: facts.map(|facts| facts.written),
        ..on(&checked.path)
    }
}

/// The medium that it lies on.
fn on(path: &Path) -> CarrierUse {
    let medium = Medium::at(path);
    let disk = medium.device.disks().first();
    CarrierUse {
        device: medium.describe(),
        serial: disk.and_then(|disk| disk.serial.clone()),
        ..CarrierUse::default()
    }
}

//! The public facts of a carrier.

use std::path::Path;

use crate::carrier::{self, Age, CarrierFacts, ReadCarrier};
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::media::Medium;
use crate::report::{CarrierLine, VaultLine, shown};
use crate::terminal::size;
use crate::time::Time;

/// Which copy it is, and how old.
fn show_facts(facts: &CarrierFacts, session: &mut Session) -> Result<()> {
    let copy = match facts.made_by == carrier::SCAN {
        true => "made from sheets".to_owned(),
        false => format!("{} of {}", facts.copy, facts.of),
    };
    session.terminal.result(&format!("  copy     {copy}"))?;
    let age = Age::seen(facts.written, session.now);
    for (begin, line) in ["age", ""].iter().zip(age.lines()) {
        session.terminal.result(&format!("  {begin:<9}{line}"))?;
    }
    Ok(())
}

/// For the report: what it says it is. Nothing of it was checked.
fn line(path: &Path, read: &ReadCarrier, facts: Option<&CarrierFacts>, now: Time) -> CarrierLine {
    let medium = Medium::at(path);
    let (role, holds) = match &read.share {
        Some(Ok(share)) => {
            let share = &share.facts;
            ("share", carrier::share_name(share.number, &share.custodian))
        }
        Some(Err(_)) => ("share", "a share that cannot be read".to_owned()),
        None => ("vault", "vault".to_owned()),
    };
    let copy = facts.map_or(String::new(), |facts| {
        match facts.made_by == carrier::SCAN {
            true => ", made from sheets".to_owned(),
            false => format!(", copy {} of {}", facts.copy, facts.of),
        }
    });
    CarrierLine {
        role,
        path: shown(path),
        device: medium.describe(),
        serial: medium
            .device
            .disks()
            .first()
            .and_then(|disk| disk.serial.clone()),
        holds: format!("{holds}{copy}"),
        read_back: None,
        replugged: None,
        read: None,
        age: facts.map(|facts| Age::seen(facts.written, now)),
    }
}

/// Shows what a carrier says of itself, and answers its `vault.json`.
pub(super) fn one_carrier(path: &Path, session: &mut Session) -> Result<Manifest> {
    let read = carrier::read(path)?;
    session.terminal.result(&format!("{path:?}"))?;
    for line in holds(&read) {
        session.terminal.result(&format!("  {line}"))?;
    }
    let facts = carrier::read_facts(path);
    session
        .report
        .carriers
        .push(line(path, &read, facts.as_ref(), session.now));
    let manifest = proven(path, &read)?;
    for line in carrier::describe(&manifest) {
        session.terminal.result(&format!("  {line}"))?;
    }
    let parts = manifest.payload.len();
    let payload = format!(
        "  payload  {} in {parts} {}, at most {} members",
        size(manifest.payload_bytes()),
        if parts == 1 { "file" } else { "files" },
        manifest.members
    );
    session.terminal.result(&payload)?;
    if let Some(facts) = &facts {
        show_facts(facts, session)?;
    }
    session
        .terminal
        .result("  This is what it says of itself. Check it with: coldvault verify")?;
    session.report.vault = Some(VaultLine::of(&manifest));
    session.tell_superseded(&manifest.public_key);
    if !read.is_finished {
        session.find_unfinished(path, "use another copy");
    }
    Ok(manifest)
}

/// Which share, how it is protected, and whether there is a vault copy.
fn holds(read: &ReadCarrier) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(Ok(share)) = &read.share {
        let facts = &share.facts;
        let name = carrier::share_name(facts.number, &facts.custodian);
        lines.push(format!("holds    {name} of {}", facts.n));
        let lock = share.lock();
        lines.extend(lock.map(|lock| format!("         protected: {} opens it", lock.needs())));
    }
    lines.extend(read.has_payload.then(|| "holds    a vault copy".to_owned()));
    lines
}

/// The `vault.json`, held against the key that it names itself.
fn proven(path: &Path, read: &ReadCarrier) -> Result<Manifest> {
    let says_nothing = || Error::Damaged {
        path: path.to_owned(),
        what: "it holds no vault.json that can be read".into(),
    };
    let manifest = read.manifest.as_ref().ok_or_else(says_nothing)?;
    let key = manifest.claimed_key().ok_or_else(says_nothing)?;
    manifest.prove(&key).map_err(|flaw| Error::Damaged {
        path: path.join(crate::manifest::FILE),
        what: flaw.to_string(),
    })
}

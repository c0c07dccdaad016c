//! D2, the copy check: every vault copy is read in full. Nothing is decrypted.

use std::path::Path;

use crate::carrier::{PaperVault, VaultAt};
use crate::commands::judging::vault_facts;
use crate::commands::presented;
use crate::commands::{Session, paper};
use crate::drill::{self, CarrierUse, DrillKind, OF_ANOTHER_VAULT, Outcome, Phase, VaultFacts};
use crate::error::{Error, Exit, Result};
use crate::manifest::Manifest;
use crate::report::{Severity, VaultLine};
use crate::signature::VaultId;

use super::carriers::Read;
use super::done::Done;
use super::giving::{Next, Wanted, each_place, ends_here};
use super::meant::Meant;
use super::report::Reporting;
use super::{Args, carriers, entering, exit, once, twice};

/// Why a sheet is not one that is wanted.
const NOT_MEANT: &str = "it is of another vault than the one expected";

/// Leads it.
///
/// # Errors
/// Whatever stopped it.
pub(super) fn run(args: &Args, reporting: Reporting, session: &mut Session) -> Result<Exit> {
    let expect = args.expected()?;
    session.warn_of_machine();
    let mut meant = Meant::of(expect, &reporting, session);
    let mut read = Vec::new();
    let begun = session.terminal.age();
    let wanted = Wanted {
        what: "a vault copy",
        medium: "a vault copy",
    };
    let all = each_place(args, &wanted, session, &mut |next, session| {
        let Next::At(path) = next else {
            return Ok(false);
        };
        let copies = take(path, args, &mut meant, &reporting, session)?;
        say_again(&copies, &read, session);
        let is_any = !copies.is_empty();
        read.extend(copies);
        Ok(is_any)
    });
    match all {
        Err(Error::Stopped) if !read.is_empty() => {
            let so_far = format!("Vault copies that were read: {}.", distinct(&read));
            if !ends_here(&so_far, &reporting, session)? {
                return Err(Error::Stopped);
            }
        }
        all => all?,
    }
    let vault = facts(&read, meant.id(), session);
    let carriers: Vec<CarrierUse> = read.iter().map(as_vault).collect();
    twice::say(&carriers, session);
    let every = twice::every_copy(vault.as_ref(), &carriers, session);
    let done = Done {
        vault,
        phases: vec![Phase {
            name: "checked".into(),
            seconds: (session.terminal.age() - begun).as_secs(),
        }],
        disposal: "nothing was opened or written in clear".into(),
        carriers,
        answers: vec![drill::vault_words(expect.map(|_| true)), every],
        ..Done::default()
    };
    let outcome = reporting.finish(DrillKind::D2, done, None, session)?;
    Ok(match outcome {
        Outcome::Fail => Exit::Material,
        outcome => exit(outcome),
    })
}

/// Says of copies that they were read before.
fn say_again(copies: &[Read], before: &[Read], session: &mut Session) {
    let is_again = |one: &&Read| before.iter().any(|known| is_same(known, one));
    for one in copies.iter().filter(is_again) {
        let name = one.of.called();
        let text = format!("This copy was read before: {name}. It counts once.");
        session.terminal.say(&text);
    }
}

fn is_same(one: &Read, other: &Read) -> bool {
    once::is_same(&as_vault(one), &as_vault(other))
}

/// How many copies they are, each counted once.
fn distinct(read: &[Read]) -> usize {
    let is_new = |(place, one): &(usize, &Read)| {
        let mut before = read.iter().take(*place);
        !before.any(|known| is_same(known, one))
    };
    read.iter().enumerate().filter(is_new).count()
}

/// Reads every vault copy at a place. Where people can give another one, a copy of another vault does not stay.
fn take(
    path: &Path,
    args: &Args,
    meant: &mut Meant,
    reporting: &Reporting,
    session: &mut Session,
) -> Result<Vec<Read>> {
    let found = match path.is_dir() {
        true => carriers::read_all(path, meant.id(), session)?,
        false => sheet(path, meant.id(), session)?,
    };
    let copies = found.into_iter().filter(|one| one.of.role != "share");
    let mut copies: Vec<Read> = copies.collect();
    if copies.is_empty() {
        nothing(path, session);
    }
    let manifests = copies.iter().filter_map(|one| one.manifest.as_ref());
    manifests
        .map(|manifest| manifest.kind)
        .try_for_each(|kind| args.check_kind(kind))?;
    let vaults: Vec<VaultId> = copies.iter().filter_map(vault_of).collect();
    meant.sees(&vaults, reporting, session)?;
    for one in &mut copies {
        set_aside(one, path, meant, session);
    }
    let all = copies.len();
    if meant.is_asked() {
        copies.retain(|one| one.of.outcome != OF_ANOTHER_VAULT);
    }
    if copies.len() < all {
        meant.asks_for_another(session);
    }
    Ok(copies)
}

fn nothing(path: &Path, session: &mut Session) {
    let subject = format!("{path:?}");
    let hint = "check the path and the medium";
    session.find(
        Severity::Warning,
        "nothing",
        &subject,
        "holds no vault copy",
        hint,
    );
}

/// The vault that its proven `vault.json` is of.
fn vault_of(read: &Read) -> Option<VaultId> {
    let manifest = read.manifest.as_ref()?;
    Some(manifest.public_key.vault_id())
}

/// One of another vault than the one that turned out to be meant while its place was read.
fn set_aside(one: &mut Read, path: &Path, meant: &Meant, session: &mut Session) {
    if vault_of(one).is_some_and(|id| Some(id) != meant.id()) {
        problem(path, NOT_MEANT, session);
        one.of.outcome = OF_ANOTHER_VAULT.into();
        one.manifest = None;
    }
}

/// The vault that the copies are of; where none says it, the one that is meant, as the register knows it.
fn facts(read: &[Read], meant: Option<VaultId>, session: &mut Session) -> Option<VaultFacts> {
    let Some(first) = read.iter().find_map(|one| one.manifest.as_ref()) else {
        let meant = meant.and_then(|id| entering::vault(Some(id), session));
        return meant.as_ref().map(entering::facts);
    };
    session.report.vault = Some(VaultLine::of(first));
    Some(vault_facts(first, None))
}

/// What cannot be told was presented as a vault copy.
fn as_vault(read: &Read) -> CarrierUse {
    CarrierUse {
        role: "vault".into(),
        ..read.of.clone()
    }
}

/// A vault sheet from its scan: whole when its codes give the vault and its signature holds.
fn sheet(path: &Path, expect: Option<VaultId>, session: &mut Session) -> Result<Vec<Read>> {
    let begun = session.terminal.age();
    let presented = presented::gather(&[path.to_owned()], session)?;
    let seconds = (session.terminal.age() - begun).as_secs();
    let mut read = Vec::new();
    for vault in &presented.vaults {
        let VaultAt::Paper(vault) = vault else {
            continue;
        };
        let manifest = proven(vault, expect);
        if let Err(why) = &manifest {
            problem(path, why, session);
        }
        let outcome = match &manifest {
            Ok(_) => "whole",
            Err(why) if why == NOT_MEANT => OF_ANOTHER_VAULT,
            Err(_) => "damaged",
        };
        read.push(on_paper(outcome, manifest.ok(), seconds));
    }
    if let Some(what) = presented.paper.broken_vault() {
        problem(path, &what, session);
        read.push(on_paper("damaged", None, seconds));
    }
    Ok(read)
}

/// Its `vault.json`, signed by the key that it names, and of the vault that is expected; or why not.
fn proven(vault: &PaperVault, expect: Option<VaultId>) -> std::result::Result<Manifest, String> {
    let key = vault.read_manifest().claimed_key();
    let id = key.ok_or("vault.json names no public key")?.vault_id();
    if expect.is_some_and(|expected| expected != id) {
        return Err(NOT_MEANT.into());
    }
    vault.files.prove(id).map_err(|error| error.to_string())
}

fn on_paper(outcome: &str, manifest: Option<Manifest>, seconds: u64) -> Read {
    let bytes = manifest.as_ref().map_or(0, Manifest::payload_bytes);
    let of = CarrierUse {
        role: "vault".into(),
        device: paper::DEVICE.into(),
        bytes,
        seconds,
        outcome: outcome.into(),
        ..CarrierUse::default()
    };
    Read { of, manifest }
}

fn problem(path: &Path, text: &str, session: &mut Session) {
    session.find(
        Severity::Error,
        "carrier",
        &format!("{path:?}"),
        text,
        paper::ASIDE,
    );
}

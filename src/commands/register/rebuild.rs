//! A register begun anew from the carriers that are there, and what it cannot know then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::anchor::plural;
use super::newcomers::Newcomers;
use super::{FileArgs, coldvault, entered};
use crate::carrier::{self, Checked, Holds};
use crate::commands::Session;
use crate::commands::noting::{self, Begins, carrier_line, facts_of, share_lines};
use crate::commands::scan::{Sheets, Thing, What};
use crate::commands::scanned::look_at;
use crate::error::{Error, Exit, Result};
use crate::label::Label;
use crate::manifest::Manifest;
use crate::media::Medium;
use crate::register::{
    self, CarrierLine, CarrierRef, Condition, Event, Found, MediumKind, Role, Sealing, VaultFacts,
};
use crate::report::Severity;
use crate::signature::PublicKey;

/// What carriers showed of one vault.
struct FoundVault {
    sealing: Sealing,
    checks: Vec<Event>,
}

/// Checks every carrier and enters what it shows.
///
/// # Errors
/// [`Error::Usage`] when nothing whole was there; as [`Newcomers::compare`] and [`Session::note`].
pub(super) fn rebuild(
    file: &FileArgs,
    from: &[PathBuf],
    expect: &[String],
    session: &mut Session,
) -> Result<Exit> {
    let mut newcomers = Newcomers::of(expect, file.open(Begins::New, session)?.state())?;
    session.warn_of_machine();
    let mut vaults = BTreeMap::new();
    let (mut whole, mut files) = (Vec::new(), Vec::new());
    for place in from {
        session.look_for_notes(place);
        for path in look_at(place, session)?.paths {
            match path.is_dir() {
                true => whole.extend(look(&path, &mut vaults, session)?.then_some(path)),
                false => files.push(path),
            }
        }
    }
    if !files.is_empty() {
        // A share's sheet has no vault.json on it: a carrier lends it.
        whole.extend(files);
        let mut sheets = Sheets::read(&whole, session)?;
        for thing in sheets.things(session) {
            take_sheet(&thing, &mut vaults);
        }
    }
    if vaults.is_empty() {
        return Err(Error::Usage {
            what: "no carrier there is whole: nothing was entered".into(),
            hint: "give carriers of the vault with --from, or scans of its sheets; coldvault verify says what is wrong \
                   with one"
                .into(),
        });
    }
    let mut known: Vec<PublicKey> = vaults.keys().copied().collect();
    let state = session.register().map(register::Register::state);
    known.extend(
        state
            .iter()
            .flat_map(|state| &state.vaults)
            .map(|vault| vault.key),
    );
    let mut events = Vec::new();
    let mut said = Vec::new();
    for FoundVault { sealing, checks } in vaults.into_values() {
        let id = sealing.vault.public_key.vault_id();
        let is_compared = newcomers.compare(&sealing.vault, session)?;
        let carriers = plural(sealing.carriers.len(), "carrier", "carriers");
        said.push(format!("vault {id} with {carriers}"));
        unknown(&sealing, file, session);
        events.push(Event::Found(Found {
            seen: sealing,
            is_compared,
        }));
        events.extend(checks);
    }
    events.extend(session.ends_of(&known));
    session.note(&events)?;
    entered(&said.join("; "), session)
}

/// Whether the carrier is whole.
fn look(
    path: &Path,
    vaults: &mut BTreeMap<PublicKey, FoundVault>,
    session: &mut Session,
) -> Result<bool> {
    session.terminal.say(&format!("Reading {path:?} ..."));
    let checked = carrier::check(path, None)?;
    let (Some(manifest), Some(facts), true) =
        (&checked.manifest, &checked.facts, checked.is_whole())
    else {
        let text = "not whole: it is not entered";
        let hint = "coldvault verify says what is wrong with it";
        session.find(
            Severity::Warning,
            "carrier",
            &format!("{path:?}"),
            text,
            hint,
        );
        return Ok(false);
    };
    let found = FoundVault::of(manifest, bytes_of(path).as_deref(), vaults);
    if let Holds::Share(number, custodian) = &checked.holds {
        found.is_kept_by(*number, custodian);
    }
    let line = carrier_line(facts, &Medium::at(path));
    let is_new = |known: &CarrierLine| known.carrier != line.carrier;
    if found.sealing.carriers.iter().all(is_new) {
        found.checks.extend(check_of(&checked, manifest.public_key));
        found.sealing.carriers.push(line);
    }
    Ok(true)
}

impl FoundVault {
    /// The one of this `vault.json`, which is proven; what is public of its shares is in it.
    fn of<'v>(
        manifest: &Manifest,
        bytes: Option<&[u8]>,
        vaults: &'v mut BTreeMap<PublicKey, Self>,
    ) -> &'v mut Self {
        vaults.entry(manifest.public_key).or_insert_with(|| Self {
            sealing: Sealing {
                shares: share_lines(manifest, |_| None),
                ..empty(facts_of(manifest, bytes))
            },
            checks: Vec::new(),
        })
    }

    fn is_kept_by(&mut self, number: u8, custodian: &Label) {
        let shares = self.sealing.shares.iter_mut();
        for share in shares.filter(|share| share.number == number) {
            share.custodian = Some(custodian.to_string());
        }
    }
}

/// A sheet that is whole. It does not say which copy it is, and several scans of it are one.
fn take_sheet(thing: &Thing, vaults: &mut BTreeMap<PublicKey, FoundVault>) {
    let found = FoundVault::of(&thing.manifest, Some(&thing.read.bytes), vaults);
    let (role, secret_proven) = match &thing.what {
        What::Vault(_) => (Role::Vault, None),
        What::Share(share) => {
            found.is_kept_by(share.facts.number, &share.facts.custodian);
            let number = share.facts.number;
            (Role::Share(number), Some(share.closed().is_none()))
        }
    };
    let carrier = CarrierLine {
        medium: MediumKind::Paper,
        ..CarrierLine::bare(CarrierRef {
            carrier_id: None,
            role,
            copy: None,
        })
    };
    let is_new = |known: &CarrierLine| known.carrier != carrier.carrier;
    if !found.sealing.carriers.iter().all(is_new) {
        return;
    }
    found.checks.push(Event::Checked(register::Checked {
        vault: thing.manifest.public_key.vault_id(),
        carrier: carrier.clone(),
        outcome: Condition::Whole,
        replugged: None,
        secret_proven,
        what: None,
    }));
    found.sealing.carriers.push(carrier);
}

fn check_of(checked: &Checked, key: PublicKey) -> Option<Event> {
    noting::checked(checked, key.vault_id()).map(Event::Checked)
}

fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    Some(carrier::read(path).ok()?.manifest?.bytes)
}

/// What is known of a vault of which nothing was seen yet.
pub(super) fn empty(vault: VaultFacts) -> Sealing {
    Sealing {
        vault,
        shares: Vec::new(),
        carriers: Vec::new(),
        certificates: Vec::new(),
        certificates_left_out: 0,
        node_changed: None,
        exceptions: Vec::new(),
    }
}

/// Says what carriers do not tell.
fn unknown(sealing: &Sealing, file: &FileArgs, session: &mut Session) {
    let unnamed = sealing
        .shares
        .iter()
        .filter(|share| share.custodian.is_none());
    let unnamed: Vec<String> = unnamed.map(|share| share.number.to_string()).collect();
    let mut text = "not known from carriers: sites, earlier checks and drills, sheets and copies that were not presented, \
                    the certificates inside"
        .to_owned();
    if !unnamed.is_empty() {
        text.push_str(&match unnamed.as_slice() {
            [one] => format!("; whose share {one} is"),
            several => format!("; whose shares {} are", several.join(", ")),
        });
    }
    let subject = format!("vault {}", sealing.vault.public_key.vault_id());
    let hint = format!(
        "present the other carriers too; say sites with: {}",
        coldvault("place CARRIER=PLACE", file)
    );
    session.find(Severity::Warning, "rebuilt", &subject, &text, &hint);
}

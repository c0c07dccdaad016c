//! A drill and the register: what it says before, and what it is told afterwards.

mod counted;

use std::path::Path;

use crate::commands::Session;
use crate::commands::noting::{register_command, word};
use crate::digest::Digest;
use crate::drill::{self, CarrierUse, DrillKind, DrillReport, OF_ANOTHER_VAULT, VaultFacts};
use crate::error::Result;
use crate::register::{
    CarrierLine, CarrierRef, CarrierState, Checked, Condition, Drilled, Event, Interval, Life,
    MediumKind, OfCarrier, Register, Role, Told, VaultState,
};
use crate::report::{Severity, shown};
use crate::signature::VaultId;

use counted::{is_read_whole, is_sitting, medium, sheets};

/// What a drill found of a copy that is not whole.
const FOUND: &str = "found in a drill";

/// The one head of the register as it is now; `None` where none is kept, or it went on separately.
pub(super) fn head(session: &Session) -> Option<Digest> {
    let heads = session.register()?.heads();
    match heads.as_slice() {
        [head] => Some(*head),
        _ => None,
    }
}

/// Months until the next drill of this kind, by the register's policy or the usual one: `None` where the policy says that
/// none is due.
pub(super) fn interval(kind: DrillKind, session: &Session) -> Option<u16> {
    let policy = session.register().map(|register| register.state().policy);
    policy.unwrap_or_default().months(Interval::of_drill(kind))
}

/// The vault that is meant where no carrier says it: the expected one, or the only one that is live.
pub(super) fn vault(expect: Option<VaultId>, session: &Session) -> Option<VaultState> {
    let state = session.register().map(Register::state)?;
    if let Some(expected) = expect {
        return state.vault(expected).cloned();
    }
    let live = state.vaults.iter().filter(|one| one.life == Life::Live);
    let live: Vec<&VaultState> = live.collect();
    match live.as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}

/// What a report says of a vault that the register knows.
pub(super) fn facts(vault: &VaultState) -> VaultFacts {
    VaultFacts {
        public_key: vault.key,
        label: Some(vault.label.clone()),
        kind: vault.kind,
        k: vault.k,
        n: vault.n,
        created: Some(vault.created),
        manifest_sha256: vault.manifest_sha256,
    }
}

/// A carrier that the register knows, before anybody looked at it.
pub(super) fn known(carrier: &CarrierState) -> CarrierUse {
    let (role, number) = match carrier.role {
        Role::Vault => ("vault", None),
        Role::Share(number) => ("share", Some(number)),
    };
    CarrierUse {
        carrier_id: carrier.carrier_id,
        role: role.into(),
        number,
        copy: Some(carrier.copy).filter(|copy| *copy > 0),
        device: carrier.medium.as_str().into(),
        serial: carrier.serial.clone(),
        outcome: "not read".into(),
        ..CarrierUse::default()
    }
}

/// What the register knows of a carrier; `None` where it does not have it, or it cannot be told which it is.
pub(super) fn state<'v>(one: &CarrierUse, vault: &'v VaultState) -> Option<&'v CarrierState> {
    vault.carrier(&reference(one)?, medium(one))
}

/// What an entry has and a report has not.
pub(super) struct Beside {
    /// Of the report's bytes, where one was written.
    pub(super) digest: Option<Digest>,
    /// Whether the vault's identity signed it.
    pub(super) is_signed: bool,
    /// Numbers of the shares that were joined; `None` where none were to be.
    pub(super) joined: Option<Vec<u8>>,
}

/// Enters a drill that is over and whose report, if there is to be one, is written.
///
/// # Errors
/// What writing the register answers.
pub(super) fn enter(report: &DrillReport, beside: &Beside, session: &mut Session) -> Result<()> {
    let id = report
        .vault
        .as_ref()
        .map(|vault| vault.public_key.vault_id());
    if session.register().is_none() || id.is_some_and(|id| !session.knows(id)) {
        return Ok(());
    }
    if id.is_none() && report.kind != DrillKind::D6 {
        let text = "The drill is not entered in the register: nothing says of which vault it was.";
        session.terminal.say(text);
        return Ok(());
    }
    let mut events = vec![Event::Drilled(drilled(report, beside))];
    if let Some(id) = id {
        events.extend(proven(id, report, beside));
        let own = report
            .carriers
            .iter()
            .filter(|one| one.outcome != OF_ANOTHER_VAULT);
        events.extend(own.clone().filter_map(|one| failed(id, one)));
        events.extend(sheets_read(id, report));
        events.extend(own.filter_map(|one| bagged(id, one)));
    }
    session.note(&events)?;
    match id {
        Some(id) => session.note_sites(id),
        None => Ok(()),
    }
}

/// Says that a drill that is over is not in the register, and how it still comes into it.
pub(super) fn say_not_entered(report: Option<&Path>, session: &mut Session) {
    let path = session.register_path().map(Path::to_owned);
    let path = path.unwrap_or_default();
    let register = shown(&path);
    let hint = match report {
        Some(report) => format!(
            "once it can be written: {} {}",
            register_command("add-report", &path),
            word(report)
        ),
        None => "no report was written: enter in words what it came to, with coldvault register \
                 note, and do it again with --report"
            .into(),
    };
    let text = "this drill is missing from the register";
    session.find(Severity::Error, "drill-not-entered", &register, text, &hint);
}

/// Shares that were proven and not joined, because enough others were. Which copy it was is not said: only the share on
/// it was read.
pub(super) fn proven(vault: VaultId, report: &DrillReport, beside: &Beside) -> Vec<Event> {
    let Some(joined) = &beside.joined else {
        return Vec::new();
    };
    let mut numbers = good_shares(report);
    numbers.retain(|number| !joined.contains(number));
    let event = |number| {
        let carrier = CarrierRef {
            carrier_id: None,
            role: Role::Share(number),
            copy: None,
        };
        Event::Checked(Checked {
            vault,
            carrier: CarrierLine::bare(carrier),
            outcome: Condition::Whole,
            replugged: None,
            secret_proven: Some(true),
            what: None,
        })
    };
    numbers.into_iter().map(event).collect()
}

/// The sheets that were read whole, of a drill that reads at all.
pub(super) fn sheets_read(vault: VaultId, report: &DrillReport) -> Vec<Event> {
    match report.kind {
        DrillKind::D0 | DrillKind::D6 => Vec::new(),
        _ => sheets(vault, report),
    }
}

/// Numbers of those that were proven, each once.
pub(super) fn good_shares(report: &DrillReport) -> Vec<u8> {
    let good = report.shares.iter().filter(|one| one.state == "good");
    let mut numbers: Vec<u8> = good.filter_map(|one| one.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

pub(super) fn drilled(report: &DrillReport, beside: &Beside) -> Drilled {
    let joined = beside.joined.clone();
    let whole = report.carriers.iter().filter(|one| is_read_whole(one));
    let open = report.findings.iter().filter(|one| one.is_open()).count();
    Drilled {
        vault: report
            .vault
            .as_ref()
            .map(|vault| vault.public_key.vault_id()),
        drill_id: report.drill_id,
        kind: report.kind,
        outcome: report.outcome,
        report_sha256: beside.digest,
        shares: joined.unwrap_or_else(|| good_shares(report)),
        carriers: whole.filter_map(reference).collect(),
        checked: report.clock.ended(),
        next: report.next,
        findings_open: open as u64,
        challenge: report.challenge.is_some() && beside.is_signed,
        partial: is_sitting(report),
        said: false,
    }
}

/// How entries name a carrier; `None` where it cannot be told what it is of.
fn reference(one: &CarrierUse) -> Option<CarrierRef> {
    let role = match (one.role.as_str(), one.number) {
        ("vault", _) => Role::Vault,
        ("share", Some(number)) => Role::Share(number),
        _ => return None,
    };
    Some(CarrierRef {
        carrier_id: one.carrier_id,
        role,
        copy: one.copy,
    })
}

pub(super) fn failed(vault: VaultId, one: &CarrierUse) -> Option<Event> {
    let outcome = match one.outcome.as_str() {
        "damaged" => Condition::Damaged,
        "unreadable" => Condition::Unreadable,
        _ => return None,
    };
    if one.carrier_id.is_none() && one.copy.is_none() {
        return None;
    }
    Some(Event::Checked(Checked {
        vault,
        carrier: CarrierLine::bare(reference(one)?),
        outcome,
        replugged: None,
        secret_proven: None,
        what: Some(FOUND.into()),
    }))
}

pub(super) fn bagged(vault: VaultId, one: &CarrierUse) -> Option<Event> {
    let carrier = reference(one)?;
    let text = drill::new_bag(one.bag_new.as_deref()?)?;
    // Without an id and a number only a sheet can be told, where it is the only one.
    let is_told = carrier.carrier_id.is_some() || carrier.copy.is_some();
    if !is_told && medium(one) != MediumKind::Paper {
        return None;
    }
    let of = OfCarrier { vault, carrier };
    Some(Event::Bagged(Told { of, text }))
}

//! What entries say of carriers and vaults, from what was written or read.

use crate::carrier::{self, CarrierFacts, Checked, Holds};
use crate::digest::Digest;
use crate::manifest::Manifest;
use crate::media::Medium;
use crate::register::{
    self, CarrierLine, CarrierRef, Condition, MediumKind, Role, ShareLine, VaultFacts,
};
use crate::signature::VaultId;

/// What a copy is of.
pub(in crate::commands) fn role(role: carrier::Role) -> Role {
    match role {
        carrier::Role::Vault => Role::Vault,
        carrier::Role::Share(number) => Role::Share(number),
    }
}

/// Which carrier `carrier.json` names.
pub(in crate::commands) fn carrier_ref(facts: &CarrierFacts) -> CarrierRef {
    CarrierRef {
        carrier_id: Some(facts.carrier_id),
        role: role(facts.role),
        copy: Some(facts.copy),
    }
}

/// A carrier and the medium that it lies on.
pub(in crate::commands) fn carrier_line(facts: &CarrierFacts, medium: &Medium) -> CarrierLine {
    CarrierLine {
        of: facts.of,
        written: Some(facts.written),
        ..medium_line(carrier_ref(facts), medium)
    }
}

/// A carrier of which no more is known than the medium that it lies on.
pub(in crate::commands) fn medium_line(carrier: CarrierRef, medium: &Medium) -> CarrierLine {
    let disk = medium.device.disks().first();
    CarrierLine {
        medium: match medium.is_medium() {
            true => MediumKind::Removable,
            false => MediumKind::Unknown,
        },
        serial: disk.and_then(|disk| disk.serial.clone()),
        model: disk.and_then(|disk| disk.model.clone()),
        file_system: Some(medium.kind.clone()).filter(|kind| !kind.is_empty()),
        ..CarrierLine::bare(carrier)
    }
}

/// The public facts of a vault. `bytes` are those of its `vault.json`.
pub(in crate::commands) fn facts_of(manifest: &Manifest, bytes: Option<&[u8]>) -> VaultFacts {
    VaultFacts {
        public_key: manifest.public_key,
        label: manifest.label.to_string(),
        kind: manifest.kind,
        k: manifest.k,
        n: manifest.n(),
        created: manifest.created,
        generation: manifest.generation,
        previous: manifest.previous,
        manifest_sha256: bytes.map(Digest::of),
    }
}

/// Its shares. `custodian` says whose each is, where that is known.
pub(in crate::commands) fn share_lines(
    manifest: &Manifest,
    custodian: impl Fn(u8) -> Option<String>,
) -> Vec<ShareLine> {
    let shares = manifest.shares.iter().map(|share| ShareLine {
        number: share.number,
        custodian: custodian(share.number),
        commitment: share.commitment,
        check_key: share.check_key,
    });
    shares.collect()
}

/// What is entered of a copy of a vault that was checked; `None` when it cannot be told what it is of.
pub(in crate::commands) fn checked(checked: &Checked, vault: VaultId) -> Option<register::Checked> {
    let held = match &checked.holds {
        Holds::Vault => Some(Role::Vault),
        Holds::Share(number, _) => Some(Role::Share(*number)),
        Holds::Nothing => None,
    };
    let facts = checked.facts.as_ref();
    let medium = Medium::at(&checked.path);
    // What it holds is proven, what carrier.json says of it is a claim.
    let carrier = match (facts, held) {
        (Some(facts), Some(held)) if role(facts.role) == held => carrier_line(facts, &medium),
        (Some(facts), None) => carrier_line(facts, &medium),
        (_, Some(role)) => {
            let bare = CarrierRef {
                carrier_id: facts.map(|facts| facts.carrier_id),
                role,
                copy: None,
            };
            medium_line(bare, &medium)
        }
        (None, None) => return None,
    };
    let whole = checked.is_whole();
    let first = checked.problems.iter().find(|problem| problem.is_damage);
    let is_share = matches!(carrier.carrier.role, Role::Share(_));
    Some(register::Checked {
        vault,
        carrier,
        outcome: match whole {
            true => Condition::Whole,
            false => Condition::Damaged,
        },
        replugged: None,
        secret_proven: is_share.then_some(whole && checked.closed.is_none()),
        what: first.map(short).filter(|_| !whole),
    })
}

/// What is wrong with one file: its name, not where the medium was mounted.
fn short(problem: &carrier::Problem) -> String {
    let name = problem.path.file_name().unwrap_or_default();
    let text = format!("{}: {}", name.to_string_lossy(), problem.what);
    text.chars().take(200).collect()
}

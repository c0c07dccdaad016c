//! What a validator of Ethereum signed: the interchange format of EIP-3076, Teku's own
//! files, and the databases of Lighthouse and Nimbus.

use super::super::sqlite::Database;
use super::super::table::VALIDATOR;
use super::super::{Compare, File, History, Material, Part, State};
use super::shown_hex;
use crate::json::Foreign;

/// How many validators are told one by one.
const MAX_TOLD: usize = 20;

/// What one validator signed.
#[derive(Default)]
struct Signed {
    blocks: usize,
    attestations: usize,
    slot: Option<u64>,
    epoch: Option<u64>,
}

/// An interchange file (EIP-3076).
pub(super) fn interchange(value: &Foreign) -> Option<Material> {
    let metadata = value.get("metadata")?;
    let version = metadata.get("interchange_format_version")?;
    let material = Material::new("signing history, EIP-3076", Part::History).of(VALIDATOR);
    let version = version
        .unsigned()
        .map_or("unknown".into(), |version| version.to_string());
    let material = material.fact("version", version);
    let material = match shown_hex(metadata, "genesis_validators_root") {
        Some(root) => material.fact("genesis validators root", root),
        None => material,
    };
    let Some(data) = value.get("data").and_then(Foreign::list) else {
        return Some(material.state(State::Dead("it has no list of validators".into())));
    };
    let read = |entry| Some((shown_hex(entry, "pubkey")?, signed(entry)?));
    let Some(validators) = data.iter().map(read).collect::<Option<Vec<_>>>() else {
        let why = "an entry of it is not what EIP-3076 wants";
        return Some(material.state(State::Dead(why.into())));
    };
    Some(told(material, &validators))
}

/// The numbers of one entry. `None` when it is malformed.
fn signed(entry: &Foreign) -> Option<Signed> {
    let blocks = entry.get("signed_blocks")?.list()?;
    let attestations = entry.get("signed_attestations")?.list()?;
    Some(Signed {
        blocks: blocks.len(),
        attestations: attestations.len(),
        slot: highest(blocks, "slot")?,
        epoch: highest(attestations, "target_epoch")?,
    })
}

/// The highest number of that name, if there is any. `None` when one is no number.
fn highest(items: &[Foreign], name: &str) -> Option<Option<u64>> {
    let numbers = items.iter().map(|item| item.get(name)?.unsigned());
    let numbers = numbers.collect::<Option<Vec<u64>>>()?;
    Some(numbers.into_iter().max())
}

fn told(mut material: Material, validators: &[(String, Signed)]) -> Material {
    material = material.fact("validators", validators.len().to_string());
    for (key, signed) in validators.iter().take(MAX_TOLD) {
        let or_none = |number: Option<u64>| number.map_or("none".into(), |n| n.to_string());
        let text = format!(
            "{key}: {} block(s), highest slot {}; {} attestation(s), highest target epoch {}",
            signed.blocks,
            or_none(signed.slot),
            signed.attestations,
            or_none(signed.epoch),
        );
        material = material.fact("validator", text);
    }
    let slot = validators
        .iter()
        .filter_map(|(_, signed)| signed.slot)
        .max();
    let epoch = validators
        .iter()
        .filter_map(|(_, signed)| signed.epoch)
        .max();
    material.history = Some(slots_and_epochs(slot, epoch));
    material
}

/// Teku's `slashprotection/<public key>.yml` (`ValidatorSigningRecord`).
pub(super) fn teku(file: &File<'_>) -> Option<Material> {
    const SLOT: &str = "lastSignedBlockSlot";
    const EPOCH: &str = "lastSignedAttestationTargetEpoch";
    if !file.name().ends_with(b".yml") && !file.name().ends_with(b".yaml") {
        return None;
    }
    let text = std::str::from_utf8(file.bytes).ok()?;
    let value = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
    };
    let (slot, epoch) = (value(SLOT), value(EPOCH));
    if slot.is_none() && epoch.is_none() {
        return None;
    }
    let mut material = Material::new("signing history", Part::History).of("Teku");
    let number = |text: Option<&str>| match text.map(|text| text.trim().trim_matches('"')) {
        None | Some("null" | "") => Ok(None),
        Some(digits) => digits.parse::<u64>().map(Some),
    };
    let (Ok(slot), Ok(epoch)) = (number(slot), number(epoch)) else {
        let why = "its slot and epoch are not whole numbers";
        return Some(material.state(State::Dead(why.into())));
    };
    for (name, number) in [("slot", slot), ("target epoch", epoch)] {
        if let Some(number) = number {
            material = material.fact(name, number.to_string());
        }
    }
    material.history = Some(slots_and_epochs(slot, epoch));
    Some(material)
}

/// `slashing_protection.sqlite` of Lighthouse and `slashing_protection.sqlite3` of Nimbus: both have these two tables.
/// `None` when it is another database.
pub(in super::super) fn database(bytes: &[u8]) -> Option<Material> {
    let database = Database::read(bytes)?;
    let (blocks, slot) = database.highest("signed_blocks", "slot")?;
    let (attestations, epoch) = database.highest("signed_attestations", "target_epoch")?;
    let mut material = Material::new("signing history, SQLite", Part::History)
        .of(VALIDATOR)
        .fact("blocks", blocks.to_string())
        .fact("attestations", attestations.to_string());
    if database.has_log {
        material = material.fact(
            "note",
            "its newest entries may be in the -wal file beside it",
        );
    }
    material.history = Some(slots_and_epochs(slot, epoch));
    Some(material)
}

/// A history of blocks and attestations.
fn slots_and_epochs(slot: Option<u64>, epoch: Option<u64>) -> History {
    let (slot, epoch) = (slot.unwrap_or(0), epoch.unwrap_or(0));
    History {
        shown: format!("slot {slot}, target epoch {epoch}"),
        order: vec![slot, epoch],
        compare: Compare::Each,
    }
}

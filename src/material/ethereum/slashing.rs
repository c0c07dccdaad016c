//! What a validator of Ethereum signed: the interchange format of EIP-3076, Teku's own
//! files, and the databases of Lighthouse and Nimbus.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;

use super::super::sqlite::{Cell, Database};
use super::super::table::VALIDATOR;
use super::super::{File, Highest, History, Material, Order, Part, State};
use super::shown_hex;
use crate::json::Foreign;

/// How many validators are told one by one.
const MAX_TOLD: usize = 20;

/// What one validator signed.
#[derive(Default)]
struct Signed {
    blocks: usize,
    attestations: usize,
    highest: Highest,
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
    if validators.is_empty() {
        let why = "it names no validator, so that nobody knows what was signed";
        return Some(material.state(State::NotChecked(why.into())));
    }
    Some(told(material, &validators))
}

/// The numbers of one entry. `None` when it is malformed.
fn signed(entry: &Foreign) -> Option<Signed> {
    let blocks = entry.get("signed_blocks")?.list()?;
    let attestations = entry.get("signed_attestations")?.list()?;
    Some(Signed {
        blocks: blocks.len(),
        attestations: attestations.len(),
        highest: Highest {
            slot: highest(blocks, "slot")?,
            source: highest(attestations, "source_epoch")?,
            target: highest(attestations, "target_epoch")?,
        },
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
            or_none(signed.highest.slot),
            signed.attestations,
            or_none(signed.highest.target),
        );
        material = material.fact("validator", text);
    }
    let mut all = BTreeMap::new();
    for (key, signed) in validators {
        add(&mut all, key.clone(), signed.highest);
    }
    material.history = Some(history(all));
    material
}

/// A validator may be there more than once.
fn add(all: &mut BTreeMap<String, Highest>, key: String, signed: Highest) {
    let known = all.entry(key).or_default();
    *known = known.or_higher(signed);
}

/// Teku's `slashprotection/<public key>.yml` (`ValidatorSigningRecord`).
pub(super) fn teku(file: &File<'_>) -> Option<Material> {
    const SLOT: &str = "lastSignedBlockSlot";
    const SOURCE: &str = "lastSignedAttestationSourceEpoch";
    const TARGET: &str = "lastSignedAttestationTargetEpoch";
    if !file.name().ends_with(b".yml") && !file.name().ends_with(b".yaml") {
        return None;
    }
    let text = std::str::from_utf8(file.bytes).ok()?;
    let value = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
    };
    let [slot, source, target] = [SLOT, SOURCE, TARGET].map(value);
    if slot.is_none() && target.is_none() {
        return None;
    }
    let mut material = Material::new("signing history", Part::History).of("Teku");
    let number = |text: Option<&str>| match text.map(|text| text.trim().trim_matches('"')) {
        None | Some("null" | "") => Ok(None),
        Some(digits) => digits.parse::<u64>().map(Some),
    };
    let (Ok(slot), Ok(source), Ok(target)) = (number(slot), number(source), number(target)) else {
        let why = "its slot and epochs are not whole numbers";
        return Some(material.state(State::Dead(why.into())));
    };
    for (name, number) in [
        ("slot", slot),
        ("source epoch", source),
        ("target epoch", target),
    ] {
        if let Some(number) = number {
            material = material.fact(name, number.to_string());
        }
    }
    let signed = Highest {
        slot,
        source,
        target,
    };
    material.history = Some(history(BTreeMap::from([(String::new(), signed)])));
    Some(material)
}

/// `slashing_protection.sqlite` of Lighthouse and `slashing_protection.sqlite3` of Nimbus: both have these three tables.
/// `None` when it is another database.
pub(in super::super) fn database(bytes: &[u8]) -> Option<Material> {
    let database = Database::read(bytes)?;
    let (all, blocks, attestations) = of_tables(&database)?;
    let mut material = Material::new("signing history, SQLite", Part::History)
        .of(VALIDATOR)
        .fact("validators", all.len().to_string())
        .fact("blocks", blocks.to_string())
        .fact("attestations", attestations.to_string());
    if database.has_log {
        material = material.fact(
            "note",
            "its newest entries may be in the -wal file beside it",
        );
    }
    if all.is_empty() {
        let why = "it names no validator, so that nobody knows what was signed";
        material = material.state(State::NotChecked(why.into()));
    }
    material.history = Some(history(all));
    Some(material)
}

/// What each validator signed, and how many blocks and attestations there are.
fn of_tables(database: &Database<'_>) -> Option<(BTreeMap<String, Highest>, usize, usize)> {
    let (mut keys, mut all) = (BTreeMap::new(), BTreeMap::new());
    // The number of a validator is that of its row; the column `id` is only another name for it.
    database.each("validators", &["public_key"], |row| {
        if let Some(key) = row.cells.first().and_then(key_text) {
            keys.insert(row.number, key);
        }
    })?;
    for key in keys.values() {
        add(&mut all, key.clone(), Highest::default());
    }
    let (mut blocks, mut attestations) = (0, 0);
    database.each("signed_blocks", &["validator_id", "slot"], |row| {
        blocks += 1;
        if let [validator, slot] = row.cells.as_slice() {
            let slot = number(slot);
            let signed = Highest {
                slot,
                ..Highest::default()
            };
            add(&mut all, name(&keys, validator), signed);
        }
    })?;
    let columns = ["validator_id", "source_epoch", "target_epoch"];
    database.each("signed_attestations", &columns, |row| {
        attestations += 1;
        if let [validator, source, target] = row.cells.as_slice() {
            let signed = Highest {
                slot: None,
                source: number(source),
                target: number(target),
            };
            add(&mut all, name(&keys, validator), signed);
        }
    })?;
    Some((all, blocks, attestations))
}

/// A public key as digits: Lighthouse keeps a text, Nimbus bytes.
fn key_text(cell: &Cell<'_>) -> Option<String> {
    /// Bytes of a public key on BLS12-381.
    const KEY: usize = 48;
    match cell {
        Cell::Text(text) if text.len() <= 2 * KEY + 2 => Some(text.to_ascii_lowercase()),
        Cell::Bytes(bytes) if bytes.len() <= KEY => Some(format!("0x{}", HEXLOWER.encode(bytes))),
        _ => None,
    }
}

/// The public key of the validator that a row speaks of, or its number where the key is not there.
fn name(keys: &BTreeMap<u64, String>, validator: &Cell<'_>) -> String {
    let Some(number) = number(validator) else {
        return String::new();
    };
    let key = keys.get(&number).cloned();
    key.unwrap_or_else(|| number.to_string())
}

fn number(cell: &Cell<'_>) -> Option<u64> {
    match cell {
        Cell::Number(number) => Some(*number),
        _ => None,
    }
}

/// A history of blocks and attestations; of several validators, the highest numbers are shown.
fn history(all: BTreeMap<String, Highest>) -> History {
    let signed = all.values().copied();
    let highest = signed.reduce(Highest::or_higher).unwrap_or_default();
    let shown = |what: &str, number: Option<u64>| match number {
        Some(number) => format!("{what} {number}"),
        None => format!("no {what}"),
    };
    let mut shown = [
        shown("slot", highest.slot),
        shown("target epoch", highest.target),
    ]
    .join(", ");
    if all.len() > 1 {
        shown.push_str(&format!(" (highest of {} validators)", all.len()));
    }
    History {
        shown,
        order: Order::Each(all),
    }
}

//! The record of a vault's destruction: what was destroyed, how, when and who saw it, and what is still out.
//!
//! Knows what a register comes to, and JSON; no files, nobody to ask, and not how it looks on paper.

use data_encoding::HEXLOWER;

use crate::digest::Digest;
use crate::due::{Outstanding, never_seen};
use crate::json::{Object, Value};
use crate::register::{CarrierState, Life, MediumKind, Role, VaultState};
use crate::time::Time;

/// The type of the file.
const TYPE: &str = "coldvault/destruction/1";

/// What is known of a vault's end when the record is written.
pub struct DestructionRecord {
    /// The vault, as the register has it.
    pub vault: VaultState,
    /// When the record was made: a claim.
    pub at: Time,
    /// What a clock on the wall showed, where somebody read one.
    pub wall: Option<Time>,
    /// Why the vault is given up.
    pub reason: Option<String>,
    /// Who destroyed, and who saw it.
    pub people: Vec<String>,
    /// The head of the register under which everything here stands.
    pub register_head: Option<Digest>,
    /// With which program.
    pub tool: String,
}

impl DestructionRecord {
    /// What may still be out.
    pub fn outstanding(&self) -> Outstanding {
        Outstanding::of(&self.vault)
    }

    /// The copies that were destroyed.
    pub fn destroyed(&self) -> impl Iterator<Item = &CarrierState> {
        self.vault.carriers.iter().filter(|one| one.destroyed)
    }

    /// The copies that are known and were not destroyed.
    pub fn left(&self) -> impl Iterator<Item = &CarrierState> {
        self.vault.carriers.iter().filter(|one| !one.destroyed)
    }

    /// The copies that nobody entered: what they are of, and their numbers.
    pub fn never_seen(&self) -> Vec<(Role, u8)> {
        never_seen(&self.vault)
    }

    /// The bytes of the file. Equal records have equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let left = self.outstanding();
        let destroyed = self.destroyed().map(|one| self.write_destroyed(one).into());
        let kept = self.left().map(|one| self.write_carrier(one).into());
        let unseen = self.never_seen();
        let unseen = unseen.into_iter().map(|(role, copy)| {
            let object = of_role(Object::new(), role);
            object.with("copy", u64::from(copy)).into()
        });
        let object = Object::new()
            .with("type", TYPE)
            .with("vault", self.write_vault())
            .with("dead", left.is_dead())
            .with("shares_outstanding", left.shares as u64)
            .with("shares_needed", u64::from(left.needed))
            .with("vault_copy_outstanding", left.has_vault_copy)
            .with("at", self.at.to_string())
            .with("wall", or_null(self.wall.map(|wall| wall.to_string())))
            .with("reason", or_null(self.reason.clone()))
            .with("people", texts(&self.people))
            .with("destroyed", destroyed.collect::<Vec<Value>>())
            .with("outstanding", kept.collect::<Vec<Value>>())
            .with("never_seen", unseen.collect::<Vec<Value>>())
            .with(
                "register_head",
                or_null(self.register_head.map(|head| head.hex())),
            )
            .with("tool", self.tool.as_str());
        object.to_pretty().into_bytes()
    }

    fn write_vault(&self) -> Object {
        let vault = &self.vault;
        let (by, since) = match vault.life {
            Life::Superseded { by, at } => (Some(by.hex()), Some(at.to_string())),
            _ => (None, None),
        };
        let sum = vault.manifest_sha256.map(|sum| sum.hex());
        Object::new()
            .with("id", vault.id.hex())
            .with("public_key", vault.key.hex())
            .with("label", vault.label.as_str())
            .with("kind", vault.kind.as_str())
            .with("k", u64::from(vault.k))
            .with("n", u64::from(vault.n))
            .with("created", vault.created.to_string())
            .with("generation", vault.generation)
            .with("manifest_sha256", or_null(sum))
            .with("superseded_by", or_null(by))
            .with("superseded_since", or_null(since))
    }

    fn write_carrier(&self, carrier: &CarrierState) -> Object {
        let id = carrier.carrier_id.map(|id| HEXLOWER.encode(&id));
        let whose = keeper(carrier, &self.vault).map(str::to_owned);
        let void = carrier.void.map(|since| since.to_string());
        let copy = Some(carrier.copy).filter(|copy| *copy > 0);
        of_role(Object::new().with("carrier_id", or_null(id)), carrier.role)
            .with("copy", or_null(copy.map(u64::from)))
            .with("of", u64::from(carrier.of))
            .with("medium", carrier.medium.as_str())
            .with("serial", or_null(carrier.serial.clone()))
            .with("custodian", or_null(whose))
            .with("site", or_null(carrier.site.clone()))
            .with("bag", or_null(carrier.bag.clone()))
            .with("void", or_null(void))
    }

    fn write_destroyed(&self, carrier: &CarrierState) -> Object {
        let object = self.write_carrier(carrier);
        let Some(said) = &carrier.destruction else {
            return object;
        };
        object
            .with("when", said.when.to_string())
            .with("how", or_null(said.how.clone()))
            .with("reason", said.reason.as_str())
            .with("people", texts(&said.people))
            .with("by_reissue", carrier.by_reissue)
    }
}

/// Who has a copy of a share: the custodian, and of a void one whoever had it when the share was made anew.
pub fn keeper<'a>(carrier: &'a CarrierState, vault: &'a VaultState) -> Option<&'a str> {
    if carrier.void.is_some() {
        return carrier.keeper.as_deref();
    }
    let number = carrier.role.number()?;
    let share = vault.shares.iter().find(|share| share.number == number)?;
    share.custodian.as_deref()
}

/// What a copy lies on, in a word for people.
pub fn medium_word(carrier: &CarrierState) -> &'static str {
    match (carrier.medium, carrier.prepared) {
        (MediumKind::Paper, true) => "sheet in a file",
        (MediumKind::Paper, false) => "sheet of paper",
        (MediumKind::Removable, _) => "medium",
        (MediumKind::Unknown, _) => "not known on what",
    }
}

/// "vault, copy 1 of 2", "share 2, copy 1 of 2", "share 2, copy 1 of 2, VOID since 2026-11-23".
pub fn copy_name(carrier: &CarrierState) -> String {
    let void = carrier.void.map_or(String::new(), |since| {
        format!(", VOID since {}", since.date())
    });
    match (carrier.copy, carrier.of) {
        (0, _) => format!("{}{void}", carrier.role),
        (copy, 0) => format!("{}, copy {copy}{void}", carrier.role),
        (copy, of) => format!("{}, copy {copy} of {of}{void}", carrier.role),
    }
}

fn of_role(object: Object, role: Role) -> Object {
    object
        .with("role", role.as_str())
        .with("number", or_null(role.number().map(u64::from)))
}

fn texts(all: &[String]) -> Vec<Value> {
    all.iter().map(|one| Value::from(one.as_str())).collect()
}

fn or_null<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or(Value::Null, Into::into)
}

#[cfg(test)]
pub(crate) mod tests;

//! What an entry says of drills, of when things fall due, and of the end of shares and vaults.
//!
//! Knows JSON and plain values.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;

use super::carrier::{CarrierRef, read_used, write_used};
use super::fields::{
    digest, optional, optional_boolean, optional_time, optional_vault_id, or_null, time,
    time_or_null, vault_id, word,
};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{Object, Value};
use crate::register::kinds::{DrillKind, Interval, Outcome};
use crate::signature::{SIGNATURE_BYTES, VaultId};
use crate::supersession::ReadSupersession;
use crate::time::Time;

/// The member with what is only said of a drill.
const SAID: &str = "said";

/// A drill that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drilled {
    /// Of which vault; none for a table-top.
    pub vault: Option<VaultId>,
    /// Random, as in its report.
    pub drill_id: [u8; 16],
    /// Which kind.
    pub kind: DrillKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Of the report's bytes; none where no report was written.
    pub report_sha256: Option<Digest>,
    /// The shares that were proven in it.
    pub shares: Vec<u8>,
    /// The copies that were read whole in it.
    pub carriers: Vec<CarrierRef>,
    /// When, by the clock of that machine.
    pub checked: Time,
    /// When the next one is due.
    pub next: Option<Time>,
    /// Findings that are open.
    pub findings_open: u64,
    /// Whether it answered a challenge: without one its time is a claim.
    pub challenge: bool,
    /// Whether only some of the shares were given, and nothing else was wrong: one sitting of several.
    pub partial: bool,
    /// Whether it was entered from a report that nobody signed: `shares` and `carriers` are then what that says, and
    /// nothing is proven.
    pub said: bool,
}

impl Drilled {
    pub(super) fn write(&self, object: Object) -> Object {
        let report = self.report_sha256;
        let object = object
            .with("vault_id", or_null(self.vault.map(|id| id.hex())))
            .with("drill_id", HEXLOWER.encode(&self.drill_id))
            .with("kind", self.kind.as_str())
            .with("outcome", self.outcome.as_str())
            .with("report_sha256", or_null(report.map(|digest| digest.hex())));
        // What is only said stands apart, so that who does not know of it counts none of it.
        let object = match self.said {
            true => write_used(object, &[], &[]).with(
                SAID,
                write_used(Object::new(), &self.shares, &self.carriers),
            ),
            false => write_used(object, &self.shares, &self.carriers),
        };
        let object = object
            .with("checked", self.checked.to_string())
            .with("next", time_or_null(self.next))
            .with("findings_open", self.findings_open)
            .with("challenge", self.challenge);
        match self.partial {
            true => object.with("partial", true),
            false => object,
        }
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        let said = optional(object, SAID, || object.object(SAID))?;
        let (shares, carriers) = read_used(said.unwrap_or(object))?;
        Ok(Self {
            vault: optional_vault_id(object, "vault_id")?,
            drill_id: object.array("drill_id")?,
            kind: word(object, "kind", DrillKind::parse)?,
            outcome: word(object, "outcome", Outcome::parse)?,
            report_sha256: optional(object, "report_sha256", || digest(object, "report_sha256"))?,
            shares,
            carriers,
            checked: time(object, "checked")?,
            next: optional_time(object, "next")?,
            findings_open: object.unsigned("findings_open")?,
            challenge: object.boolean("challenge")?,
            partial: optional_boolean(object, "partial")?.unwrap_or(false),
            said: said.is_some(),
        })
    }
}

/// Months after which things fall due; `None` is never.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    set: BTreeMap<Interval, Option<u16>>,
}

impl Policy {
    /// The same, with `interval` set.
    #[must_use]
    pub fn with(mut self, interval: Interval, months: Option<u16>) -> Self {
        self.set.insert(interval, months);
        self
    }

    /// The months after which `interval` is over, or `None` where it is switched off.
    pub fn months(&self, interval: Interval) -> Option<u16> {
        let default = Some(interval.default_months());
        self.set.get(&interval).copied().unwrap_or(default)
    }

    /// What was set, and not left as it is by default.
    pub fn set(&self) -> impl Iterator<Item = (Interval, Option<u16>)> {
        self.set
            .iter()
            .map(|(interval, months)| (*interval, *months))
    }

    /// Takes over what a later entry sets.
    pub(crate) fn update(&mut self, later: &Self) {
        self.set.extend(later.set());
    }

    pub(super) fn write(&self, object: Object) -> Object {
        let intervals = self
            .set()
            .fold(Object::new(), |object, (interval, months)| {
                object.with(interval.as_str(), or_null(months.map(u64::from)))
            });
        object.with("intervals", intervals)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        let intervals = object.object("intervals")?;
        let mut policy = Self::default();
        for (name, value) in intervals.members() {
            // An interval of a later coldvault is kept in the entry's bytes, and is no error.
            let Some(interval) = Interval::parse(name) else {
                continue;
            };
            let months = optional(intervals, name, || match value {
                Value::Integer(months) => u16::try_from(*months)
                    .map_err(|_| Error::json("intervals hold a number out of range")),
                _ => Err(Error::json("intervals hold something else than numbers")),
            })?;
            policy.set.insert(interval, months);
        }
        Ok(policy)
    }
}

/// A vault took the place of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superseded {
    /// The older one.
    pub vault: VaultId,
    /// The newer one.
    pub by: VaultId,
    /// Since when.
    pub at: Time,
    /// What both vaults signed. Without it the entry is a claim.
    pub note: Option<ReadSupersession>,
}

impl Superseded {
    pub(super) fn write(&self, object: Object) -> Object {
        let object = object
            .with("vault_id", self.vault.hex())
            .with("by_vault_id", self.by.hex())
            .with("since", self.at.to_string());
        match &self.note {
            None => object,
            Some(note) => object
                .with("note", String::from_utf8_lossy(&note.bytes).as_ref())
                .with("old_signature", HEXLOWER.encode(&note.old_signature))
                .with("new_signature", HEXLOWER.encode(&note.new_signature)),
        }
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            by: vault_id(object, "by_vault_id")?,
            at: time(object, "since")?,
            note: optional(object, "note", || signed_note(object))?,
        })
    }
}

/// The note as both vaults signed it. Whether it holds is not looked at.
fn signed_note(object: &Object) -> Result<ReadSupersession> {
    Ok(ReadSupersession {
        bytes: object.text("note")?.as_bytes().to_vec(),
        old_signature: object.hex("old_signature", SIGNATURE_BYTES)?,
        new_signature: object.hex("new_signature", SIGNATURE_BYTES)?,
    })
}

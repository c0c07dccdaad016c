//! What an entry says of a copy that was checked, made, printed, or put somewhere.
//!
//! Knows JSON and plain values.

use super::carrier::{CarrierLine, CarrierRef};
use super::fields::{optional_boolean, optional_text, or_null, text_or_null, vault_id, word};
use crate::error::Result;
use crate::json::Object;
use crate::register::kinds::Condition;
use crate::signature::VaultId;

/// A copy was read in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Of which vault.
    pub vault: VaultId,
    /// The copy, and what it lies on.
    pub carrier: CarrierLine,
    /// What it was found to be.
    pub outcome: Condition,
    /// Whether the medium was pulled and plugged in again first.
    pub replugged: Option<bool>,
    /// Of a share: whether its secret part was opened and proven. `None` for a vault copy.
    pub secret_proven: Option<bool>,
    /// The first thing that is wrong.
    pub what: Option<String>,
}

impl Checked {
    pub(super) fn write(&self, object: Object) -> Object {
        object
            .with("vault_id", self.vault.hex())
            .with("carrier", self.carrier.to_json())
            .with("outcome", self.outcome.as_str())
            .with("replugged", or_null(self.replugged))
            .with("secret_proven", or_null(self.secret_proven))
            .with("what", text_or_null(self.what.as_ref()))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            carrier: CarrierLine::from_json(object.object("carrier")?)?,
            outcome: word(object, "outcome", Condition::parse)?,
            replugged: optional_boolean(object, "replugged")?,
            secret_proven: optional_boolean(object, "secret_proven")?,
            what: optional_text(object, "what")?,
        })
    }
}

/// One more copy was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Of which vault.
    pub vault: VaultId,
    /// The copy it was made from.
    pub from: CarrierRef,
    /// The new copy.
    pub carrier: CarrierLine,
}

impl Copied {
    pub(super) fn write(&self, object: Object) -> Object {
        object
            .with("vault_id", self.vault.hex())
            .with("from", self.from.to_json())
            .with("carrier", self.carrier.to_json())
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            from: CarrierRef::from_json(object.object("from")?)?,
            carrier: CarrierLine::from_json(object.object("carrier")?)?,
        })
    }
}

/// One copy, of which an entry says no more than that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfCarrier {
    /// Of which vault.
    pub vault: VaultId,
    /// Which copy.
    pub carrier: CarrierRef,
}

impl OfCarrier {
    pub(super) fn write(&self, object: Object) -> Object {
        object
            .with("vault_id", self.vault.hex())
            .with("carrier", self.carrier.to_json())
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            carrier: CarrierRef::from_json(object.object("carrier")?)?,
        })
    }
}

/// One copy, and one text about it: its site, its bag, why it was destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which copy.
    pub of: OfCarrier,
    /// What is said.
    pub text: String,
}

impl Told {
    pub(super) fn write(&self, object: Object, member: &str) -> Object {
        self.of.write(object).with(member, self.text.as_str())
    }

    pub(super) fn read(object: &Object, member: &str) -> Result<Self> {
        Ok(Self {
            of: OfCarrier::read(object)?,
            text: object.text(member)?.to_owned(),
        })
    }
}

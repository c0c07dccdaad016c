//! What an entry says of a share that was made anew: for whom, why, and on which carriers.
//!
//! Knows JSON and plain values.

use super::carrier::CarrierLine;
use super::fields::{list, number, optional, optional_name, optional_text, vault_id, word};
use crate::error::Result;
use crate::json::Object;
use crate::register::kinds::Cause;
use crate::signature::VaultId;

/// A share was made anew at its number, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reissued {
    /// Of which vault.
    pub vault: VaultId,
    /// Of which share.
    pub number: u8,
    /// Who kept it before, where that is known.
    pub from: Option<String>,
    /// Who keeps it from now on.
    pub to: Option<String>,
    /// Why.
    pub cause: Option<Cause>,
    /// What was said besides.
    pub reason: Option<String>,
    /// Who watched it.
    pub witness: Option<String>,
    /// The carriers that were made, or are about to be.
    pub carriers: Vec<CarrierLine>,
}

impl Reissued {
    /// One of which no more is known than which share it was.
    pub fn bare(vault: VaultId, number: u8) -> Self {
        Self {
            vault,
            number,
            from: None,
            to: None,
            cause: None,
            reason: None,
            witness: None,
            carriers: Vec::new(),
        }
    }

    pub(super) fn write(&self, object: Object) -> Object {
        let texts = [
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
            ("cause", self.cause.map(Cause::as_str)),
            ("reason", self.reason.as_deref()),
            ("witness", self.witness.as_deref()),
        ];
        let mut object = object
            .with("vault_id", self.vault.hex())
            .with("number", number(self.number));
        for (name, text) in texts {
            object = match text {
                Some(text) => object.with(name, text),
                None => object,
            };
        }
        match self.carriers.is_empty() {
            true => object,
            false => object.with("carriers", list(&self.carriers, CarrierLine::to_json)),
        }
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        let carriers = optional(object, "carriers", || {
            object.each("carriers", CarrierLine::from_json)
        })?;
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            number: object.byte("number")?,
            from: optional_name(object, "from")?,
            to: optional_name(object, "to")?,
            cause: optional(object, "cause", || word(object, "cause", Cause::parse))?,
            reason: optional_text(object, "reason")?,
            witness: optional_text(object, "witness")?,
            carriers: carriers.unwrap_or_default(),
        })
    }
}

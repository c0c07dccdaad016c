//! What an entry says of the end: of a copy that was destroyed, and of a vault that is not needed any more.
//!
//! Knows JSON and plain values.

use super::check::Told;
use super::fields::{names, optional_digest, optional_names, optional_text, vault_id};
use crate::digest::Digest;
use crate::error::Result;
use crate::json::Object;
use crate::signature::VaultId;

/// A copy was destroyed. Entries of an earlier coldvault say no more than the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destroyed {
    /// Which copy, and why.
    pub told: Told,
    /// How: shredded, burnt, wiped and broken.
    pub how: Option<String>,
    /// Who saw it.
    pub people: Vec<String>,
}

impl From<Told> for Destroyed {
    fn from(told: Told) -> Self {
        Self {
            told,
            how: None,
            people: Vec::new(),
        }
    }
}

impl Destroyed {
    pub(super) fn write(&self, object: Object) -> Object {
        let object = self.told.write(object, "reason");
        let object = match &self.how {
            Some(how) => object.with("how", how.as_str()),
            None => object,
        };
        names(object, "people", &self.people)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            told: Told::read(object, "reason")?,
            how: optional_text(object, "how")?,
            people: optional_names(object, "people")?,
        })
    }
}

/// A vault is not needed any more, and nothing that is left of it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// Which.
    pub vault: VaultId,
    /// Why.
    pub reason: Option<String>,
    /// Who says so.
    pub people: Vec<String>,
    /// Of the bytes of the record of its destruction, where one was written.
    pub certificate_sha256: Option<Digest>,
}

impl From<VaultId> for Retired {
    fn from(vault: VaultId) -> Self {
        Self {
            vault,
            reason: None,
            people: Vec::new(),
            certificate_sha256: None,
        }
    }
}

impl Retired {
    pub(super) fn write(&self, object: Object) -> Object {
        let object = object.with("vault_id", self.vault.hex());
        let object = match &self.reason {
            Some(reason) => object.with("reason", reason.as_str()),
            None => object,
        };
        let object = names(object, "people", &self.people);
        match self.certificate_sha256 {
            Some(sum) => object.with("certificate_sha256", sum.hex()),
            None => object,
        }
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            reason: optional_text(object, "reason")?,
            people: optional_names(object, "people")?,
            certificate_sha256: optional_digest(object, "certificate_sha256")?,
        })
    }
}

//! What an entry says of custodians: their coming and going, and the checks they made alone.
//!
//! Knows JSON and plain values.

use super::fields::{
    byte_list, list, name, number, numbers, optional_name, optional_text, optional_time,
    text_or_null, time_or_null, vault_id, word,
};
use crate::error::Result;
use crate::json::Object;
use crate::register::kinds::Action;
use crate::signature::VaultId;
use crate::time::Time;

/// What happened to a custodian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodianMove {
    /// Who.
    pub name: String,
    /// What.
    pub action: Action,
    /// Where the share is kept.
    pub site: Option<String>,
    /// What the person does.
    pub role: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Since when.
    pub since: Option<Time>,
}

impl CustodianMove {
    pub(super) fn write(&self, object: Object) -> Object {
        object
            .with("name", self.name.as_str())
            .with("action", self.action.as_str())
            .with("site", text_or_null(self.site.as_ref()))
            .with("role", text_or_null(self.role.as_ref()))
            .with("note", text_or_null(self.note.as_ref()))
            .with("since", time_or_null(self.since))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            name: name(object, "name")?,
            action: word(object, "action", Action::parse)?,
            site: optional_text(object, "site")?,
            role: optional_text(object, "role")?,
            note: optional_text(object, "note")?,
            since: optional_time(object, "since")?,
        })
    }
}

/// The office drew words for custodians to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenged {
    /// The words, in lower case with one blank between them.
    pub challenge: String,
    /// For one custodian only.
    pub for_whom: Option<String>,
    /// The shares that they are for, by their vaults; none where an earlier coldvault drew them, which did not say it.
    pub shares: Vec<(VaultId, Vec<u8>)>,
}

impl Challenged {
    pub(super) fn write(&self, object: Object) -> Object {
        let object = object
            .with("challenge", self.challenge.as_str())
            .with("for", text_or_null(self.for_whom.as_ref()));
        let of_vault = |(vault, numbers_of): &(VaultId, Vec<u8>)| {
            Object::new()
                .with("vault_id", vault.hex())
                .with("numbers", numbers(numbers_of))
        };
        match self.shares.is_empty() {
            true => object,
            false => object.with("shares", list(&self.shares, of_vault)),
        }
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            challenge: object.text("challenge")?.to_owned(),
            for_whom: optional_name(object, "for")?,
            shares: match object.get("shares") {
                None => Vec::new(),
                Some(_) => object.each("shares", |object| {
                    Ok((vault_id(object, "vault_id")?, byte_list(object, "numbers")?))
                })?,
            },
        })
    }
}

/// A custodian's receipt, proven against the check key of the share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipted {
    /// Of which vault.
    pub vault: VaultId,
    /// Of which share.
    pub number: u8,
    /// The words that were signed.
    pub challenge: String,
    /// The receipt, whole: message and signature.
    pub receipt: String,
}

impl Receipted {
    pub(super) fn write(&self, object: Object) -> Object {
        object
            .with("vault_id", self.vault.hex())
            .with("number", number(self.number))
            .with("challenge", self.challenge.as_str())
            .with("receipt", self.receipt.as_str())
            .with("proven", true)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            number: object.byte("number")?,
            challenge: object.text("challenge")?.to_owned(),
            receipt: object.text("receipt")?.to_owned(),
        })
    }
}

/// A custodian said over the phone that the share is whole: a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Of which vault.
    pub vault: VaultId,
    /// Of which share.
    pub number: u8,
    /// The words that were read out.
    pub words: String,
    /// The challenge they answer.
    pub challenge: Option<String>,
}

impl Claimed {
    pub(super) fn write(&self, object: Object) -> Object {
        object
            .with("vault_id", self.vault.hex())
            .with("number", number(self.number))
            .with("words", self.words.as_str())
            .with("challenge", text_or_null(self.challenge.as_ref()))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: vault_id(object, "vault_id")?,
            number: object.byte("number")?,
            words: object.text("words")?.to_owned(),
            challenge: optional_text(object, "challenge")?,
        })
    }
}

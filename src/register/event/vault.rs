//! What an entry says of a vault when it is sealed or found: its public facts, its shares, its carriers, the
//! certificates inside.
//!
//! Knows JSON and plain values; no key material is in any of it.

use super::carrier::CarrierLine;
use super::fields::{
    digest, key, list, name, number, optional, optional_boolean, optional_digest, optional_name,
    optional_time, or_null, text_or_null, time, time_or_null, word,
};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::Object;
use crate::kind::Kind;
use crate::signature::PublicKey;
use crate::time::Time;

/// The member that is only there where it is true.
const COMPARED: &str = "compared";

/// The public facts of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultFacts {
    /// Of its identity.
    pub public_key: PublicKey,
    /// What the officer called it.
    pub label: String,
    /// Production or rehearsal.
    pub kind: Kind,
    /// Shares needed.
    pub k: u8,
    /// Shares made.
    pub n: u8,
    /// When, by the clock of that machine.
    pub created: Time,
    /// The place in the series of its label.
    pub generation: u64,
    /// The public key of the vault before it.
    pub previous: Option<PublicKey>,
    /// Of `vault.json`, once there is one.
    pub manifest_sha256: Option<Digest>,
}

impl VaultFacts {
    pub(super) fn to_json(&self) -> Object {
        Object::new()
            .with("id", self.public_key.vault_id().hex())
            .with("public_key", self.public_key.hex())
            .with("label", self.label.as_str())
            .with("kind", self.kind.as_str())
            .with("k", number(self.k))
            .with("n", number(self.n))
            .with("created", self.created.to_string())
            .with("generation", self.generation)
            .with("previous", or_null(self.previous.map(|key| key.hex())))
            .with(
                "manifest_sha256",
                or_null(self.manifest_sha256.map(|sum| sum.hex())),
            )
    }

    pub(super) fn from_json(object: &Object) -> Result<Self> {
        let facts = Self {
            public_key: key(object, "public_key")?,
            label: name(object, "label")?,
            kind: word(object, "kind", Kind::parse)?,
            k: object.byte("k")?,
            n: object.byte("n")?,
            created: time(object, "created")?,
            generation: object.unsigned("generation")?,
            previous: optional(object, "previous", || key(object, "previous"))?,
            manifest_sha256: optional_digest(object, "manifest_sha256")?,
        };
        if facts.public_key.vault_id().hex() != object.text("id")? {
            return Err(Error::json("id is not that of the public key"));
        }
        match facts.k >= 1 && facts.k <= facts.n && facts.n <= 32 {
            true => Ok(facts),
            false => Err(Error::json("k and n are out of range")),
        }
    }
}

/// What is public about one share, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareLine {
    /// 1 to n.
    pub number: u8,
    /// Whose, where that is known.
    pub custodian: Option<String>,
    /// Proves the share alone.
    pub commitment: Digest,
    /// With its other half the custodian signs that the share is there.
    pub check_key: PublicKey,
}

impl ShareLine {
    fn to_json(&self) -> Object {
        Object::new()
            .with("number", number(self.number))
            .with("custodian", text_or_null(self.custodian.as_ref()))
            .with("commitment", self.commitment.hex())
            .with("check_key", self.check_key.hex())
    }

    fn from_json(object: &Object) -> Result<Self> {
        Ok(Self {
            number: object.byte("number")?,
            custodian: optional_name(object, "custodian")?,
            commitment: digest(object, "commitment")?,
            check_key: key(object, "check_key")?,
        })
    }
}

/// A certificate inside the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateLine {
    /// The name under which its node is restored.
    pub node: String,
    /// Its keystore, or its own file.
    pub store: String,
    /// Whom it is for.
    pub subject: String,
    /// When it runs out.
    pub not_after: Time,
}

impl CertificateLine {
    fn to_json(&self) -> Object {
        Object::new()
            .with("node", self.node.as_str())
            .with("store", self.store.as_str())
            .with("subject", self.subject.as_str())
            .with("not_after", self.not_after.to_string())
    }

    fn from_json(object: &Object) -> Result<Self> {
        Ok(Self {
            node: object.text("node")?.to_owned(),
            store: object.text("store")?.to_owned(),
            subject: object.text("subject")?.to_owned(),
            not_after: time(object, "not_after")?,
        })
    }
}

/// A rule that was set aside at the sealing, and the reason given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionLine {
    /// The rule's name.
    pub rule: String,
    /// The reason.
    pub reason: String,
}

impl ExceptionLine {
    fn to_json(&self) -> Object {
        Object::new()
            .with("rule", self.rule.as_str())
            .with("reason", self.reason.as_str())
    }

    fn from_json(object: &Object) -> Result<Self> {
        Ok(Self {
            rule: object.text("rule")?.to_owned(),
            reason: object.text("reason")?.to_owned(),
        })
    }
}

/// A vault with all that is known of it: as it was sealed, as far as a sealing came, or as its carriers show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealing {
    /// Its facts.
    pub vault: VaultFacts,
    /// Its shares.
    pub shares: Vec<ShareLine>,
    /// The copies that were written.
    pub carriers: Vec<CarrierLine>,
    /// The certificates inside, those that run out first.
    pub certificates: Vec<CertificateLine>,
    /// Certificates inside that are not listed: there were too many.
    pub certificates_left_out: u64,
    /// The newest time of a file with a key in it.
    pub node_changed: Option<Time>,
    /// Rules that were set aside.
    pub exceptions: Vec<ExceptionLine>,
}

impl Sealing {
    pub(super) fn write(&self, object: Object) -> Object {
        object
            .with("vault", self.vault.to_json())
            .with("shares", list(&self.shares, ShareLine::to_json))
            .with("carriers", list(&self.carriers, CarrierLine::to_json))
            .with(
                "certificates",
                list(&self.certificates, CertificateLine::to_json),
            )
            .with("certificates_left_out", self.certificates_left_out)
            .with("node_changed", time_or_null(self.node_changed))
            .with("exceptions", list(&self.exceptions, ExceptionLine::to_json))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            vault: VaultFacts::from_json(object.object("vault")?)?,
            shares: object.each("shares", ShareLine::from_json)?,
            carriers: object.each("carriers", CarrierLine::from_json)?,
            certificates: object.each("certificates", CertificateLine::from_json)?,
            certificates_left_out: object.unsigned("certificates_left_out")?,
            node_changed: optional_time(object, "node_changed")?,
            exceptions: object.each("exceptions", ExceptionLine::from_json)?,
        })
    }
}

/// A vault that its carriers showed. Whoever makes a carrier makes such a vault: it is believed once people, or the
/// program for them, held it against its paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What they showed.
    pub seen: Sealing,
    /// Whether it was compared with its paper. Older entries do not say it.
    pub is_compared: bool,
}

impl From<Sealing> for Found {
    fn from(seen: Sealing) -> Self {
        Self {
            seen,
            is_compared: false,
        }
    }
}

impl Found {
    pub(super) fn write(&self, object: Object) -> Object {
        let object = self.seen.write(object);
        match self.is_compared {
            true => object.with(COMPARED, true),
            false => object,
        }
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            seen: Sealing::read(object)?,
            is_compared: optional_boolean(object, COMPARED)?.unwrap_or(false),
        })
    }
}

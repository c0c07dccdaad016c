//! What a report says of what came back: files, keystores, start-up checks, and how old it was.

use super::member::{self, list, text_or_null, time_or_null};
use crate::digest::Digest;
use crate::error::Result;
use crate::json::Object;
use crate::time::Time;

/// The files that came back: counted, never listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// How many the inventory has.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How many came back as the inventory says.
    pub matched: u64,
}

impl Files {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("count", self.count)
            .with("bytes", self.bytes)
            .with("matched", self.matched)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            count: object.unsigned("count")?,
            bytes: object.unsigned("bytes")?,
            matched: object.unsigned("matched")?,
        })
    }
}

/// A keystore or key file that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreUse {
    /// The node directory's name.
    pub node: String,
    /// Its path in that.
    pub store: String,
    /// What it is: "JKS", "PKCS#12", ...
    pub kind: String,
    /// Whose password opened it; `None` when none did.
    pub opened_by: Option<String>,
    /// Private keys in it.
    pub keys: u64,
    /// Those that belong to their certificate, or to the public key beside them.
    pub matched: u64,
    /// The certificates of its keys.
    pub certificates: Vec<CertificateUse>,
}

impl StoreUse {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("node", self.node.as_str())
            .with("store", self.store.as_str())
            .with("type", self.kind.as_str())
            .with("opened_by", text_or_null(self.opened_by.as_ref()))
            .with("keys", self.keys)
            .with("matched", self.matched)
            .with(
                "certificates",
                list(&self.certificates, CertificateUse::write),
            )
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            node: member::text(object, "node")?,
            store: member::text(object, "store")?,
            kind: member::text(object, "type")?,
            opened_by: member::optional_text(object, "opened_by")?,
            keys: object.unsigned("keys")?,
            matched: object.unsigned("matched")?,
            certificates: object.each("certificates", CertificateUse::read)?,
        })
    }
}

/// A certificate: public as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateUse {
    /// Whose.
    pub subject: String,
    /// Its fingerprint.
    pub sha256: Digest,
    /// When it runs out.
    pub not_after: Time,
    /// Days from the drill until then; negative when it has.
    pub days: i64,
}

impl CertificateUse {
    fn write(&self) -> Object {
        Object::new()
            .with("subject", self.subject.as_str())
            .with("sha256", self.sha256.hex())
            .with("not_after", self.not_after.to_string())
            .with("days", self.days)
    }

    fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            subject: member::text(object, "subject")?,
            sha256: member::digest(object, "sha256")?,
            not_after: member::time(object, "not_after")?,
            days: object.integer("days")?,
        })
    }
}

/// A check that a node makes when it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartupUse {
    /// The node directory's name.
    pub node: String,
    /// What it checks.
    pub check: String,
    /// "passed", "warned", "failed" or "not done".
    pub outcome: String,
    /// What the node says, or why it was not done.
    pub text: String,
}

impl StartupUse {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("node", self.node.as_str())
            .with("check", self.check.as_str())
            .with("outcome", self.outcome.as_str())
            .with("text", self.text.as_str())
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            node: member::text(object, "node")?,
            check: member::text(object, "check")?,
            outcome: member::text(object, "outcome")?,
            text: member::text(object, "text")?,
        })
    }
}

/// How far the vault is behind the live node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staleness {
    /// When it was sealed: a claim.
    pub sealed: Time,
    /// The newest change of the live node.
    pub node_changed: Option<Time>,
    /// Days from the sealing to the newest change: what would be lost.
    pub days: i64,
    /// Files with another content than the vault's.
    pub changed: u64,
    /// Files that the vault has not.
    pub new: u64,
    /// Files that only the vault has.
    pub gone: u64,
    /// Those of all these that hold keys.
    pub key_material_changed: u64,
}

impl Staleness {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("sealed", self.sealed.to_string())
            .with("node_changed", time_or_null(self.node_changed))
            .with("days", self.days)
            .with("changed", self.changed)
            .with("new", self.new)
            .with("gone", self.gone)
            .with("key_material_changed", self.key_material_changed)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            sealed: member::time(object, "sealed")?,
            node_changed: member::optional(object, "node_changed", member::time)?,
            days: object.integer("days")?,
            changed: object.unsigned("changed")?,
            new: object.unsigned("new")?,
            gone: object.unsigned("gone")?,
            key_material_changed: object.unsigned("key_material_changed")?,
        })
    }
}

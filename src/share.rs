//! A share: one Shamir point bound to its vault, kind, threshold, number and custodian, to bytes and back.
//!
//! Knows JSON, signatures and age files; no media. What was read is a [`ReadShare`]; only a proof makes a [`Share`] of it.

mod flaw;
mod read;
mod record;
mod secret_part;

use zeroize::Zeroizing;

use crate::cipher::Protected;
use crate::digest::{Digest, Hasher};
use crate::json::Object;
use crate::kind::Kind;
use crate::label::Label;
use crate::manifest::ShareFacts;
use crate::secret::SecretBytes;
use crate::shamir::Point;
use crate::signature::{Identity, PublicKey, SIGNATURE_BYTES};

pub use flaw::{Closed, Flaw};
pub use read::ReadShare;

/// The file's name on a carrier.
pub const FILE: &str = "share.json";
/// The most bytes a share file may have.
pub const MAX_BYTES: usize = 4096;
const TYPE: &str = "coldvault/share/1";
/// What is signed begins with this, and so can never be taken for a vault.json.
const SIGNED: &[u8] = b"coldvault/share/1\0";
/// What a commitment hashes begins with this.
const COMMITTED: &[u8] = b"coldvault/commitment/1\0";
/// The HKDF info of the key that signs a custodian's solo check.
const CHECK_INFO: &str = "coldvault/share-check/1";

/// Everything a share says in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Of the vault.
    pub public_key: PublicKey,
    /// Production or rehearsal.
    pub kind: Kind,
    /// Shares needed.
    pub k: u8,
    /// Shares made.
    pub n: u8,
    /// This share's number, x.
    pub number: u8,
    /// Whose it is.
    pub custodian: Label,
}

impl Facts {
    /// What is signed: everything above and the commitment, and nothing secret.
    fn message(&self, commitment: &Digest) -> Vec<u8> {
        let name = self.custodian.as_str().as_bytes();
        let mut message = SIGNED.to_vec();
        message.extend_from_slice(&self.public_key.0);
        message.extend_from_slice(&[self.kind.byte(), self.k, self.n, self.number]);
        message.extend_from_slice(&(name.len() as u16).to_be_bytes());
        message.extend_from_slice(name);
        message.extend_from_slice(&commitment.0);
        message
    }

    fn commitment(&self, y: &SecretBytes) -> Digest {
        commitment(
            &self.public_key,
            self.kind,
            [self.k, self.n, self.number],
            y,
        )
    }
}

/// The commitment of a share: SHA-256 over `coldvault/commitment/1`, a zero byte, public key, kind, k, n, number and y.
pub fn commitment(
    public_key: &PublicKey,
    kind: Kind,
    [k, n, number]: [u8; 3],
    y: &SecretBytes,
) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(COMMITTED);
    hasher.update(&public_key.0);
    hasher.update(&[kind.byte(), k, n, number]);
    hasher.update(y.expose());
    hasher.finish()
}

/// A share that has been proven: by its commitment in a genuine vault.json, or by its signature.
pub struct Share {
    /// What it says in the clear.
    pub facts: Facts,
    /// Its point.
    pub point: Point,
    signature: [u8; SIGNATURE_BYTES],
}

impl Share {
    /// Binds `point` to its vault and custodian, signed by the vault's identity.
    pub fn bind(facts: Facts, y: SecretBytes, identity: &Identity) -> Self {
        let signature = identity.sign(&facts.message(&facts.commitment(&y)));
        let point = Point {
            number: facts.number,
            y,
        };
        Self {
            facts,
            point,
            signature,
        }
    }

    /// What `vault.json` says about it.
    pub fn public_facts(&self) -> ShareFacts {
        ShareFacts {
            number: self.facts.number,
            commitment: self.facts.commitment(&self.point.y),
            check_key: self.check_identity().public_key(),
        }
    }

    /// What signs that the share is there; its public half is the check key in `vault.json`.
    pub fn check_identity(&self) -> Identity {
        Identity::derive(&self.point.y, CHECK_INFO)
    }

    /// The bytes of the share file.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let y = Zeroizing::new(hex(self.point.y.expose()));
        file(&self.facts, &self.signature, |object| {
            object.with("y", y.as_str())
        })
    }

    /// The bytes of the share file with y inside an age file. What a verifier needs stays outside.
    pub fn to_protected_bytes(&self, y: &Protected) -> Zeroizing<Vec<u8>> {
        let commitment = self.facts.commitment(&self.point.y);
        file(&self.facts, &self.signature, |object| {
            secret_part::closed(object, y, &commitment)
        })
    }
}

fn file(
    facts: &Facts,
    signature: &[u8; SIGNATURE_BYTES],
    secret_part: impl FnOnce(Object) -> Object,
) -> Zeroizing<Vec<u8>> {
    let object = Object::new()
        .with("type", TYPE)
        .with("format", 1u64)
        .with("vault_id", facts.public_key.vault_id().hex())
        .with("public_key", facts.public_key.hex())
        .with("kind", facts.kind.as_str())
        .with("k", u64::from(facts.k))
        .with("n", u64::from(facts.n))
        .with("number", u64::from(facts.number))
        .with("custodian", facts.custodian.as_str());
    let text = secret_part(object)
        .with("signature", hex(signature))
        .to_pretty();
    Zeroizing::new(text.into_bytes())
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests;

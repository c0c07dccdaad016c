//! A share: one Shamir point bound to its vault, kind, threshold, number and custodian, to bytes and back.
//!
//! Knows JSON and signatures; no files. What was read is a [`ReadShare`]; only a proof makes a [`Share`] of it.

mod flaw;

use zeroize::Zeroizing;

use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};
use crate::json::{self, Object};
use crate::key::KEY_BYTES;
use crate::kind::Kind;
use crate::label::Label;
use crate::manifest::{Manifest, ShareFacts};
use crate::secret::SecretBytes;
use crate::shamir::{self, Point};
use crate::signature::{Identity, PublicKey, SIGNATURE_BYTES};

pub use flaw::Flaw;

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
            check_key: Identity::derive(&self.point.y, CHECK_INFO).public_key(),
        }
    }

    /// The bytes of the share file.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        let facts = &self.facts;
        let text = Object::new()
            .with("type", TYPE)
            .with("format", 1u64)
            .with("vault_id", facts.public_key.vault_id().hex())
            .with("public_key", facts.public_key.hex())
            .with("kind", facts.kind.as_str())
            .with("k", u64::from(facts.k))
            .with("n", u64::from(facts.n))
            .with("number", u64::from(facts.number))
            .with("custodian", facts.custodian.as_str())
            .with("y", hex(self.point.y.expose()))
            .with("signature", hex(&self.signature))
            .to_pretty();
        Zeroizing::new(text.into_bytes())
    }
}

/// A share as it was read from a file. Nothing in it may be believed yet.
pub struct ReadShare {
    /// What it claims.
    pub facts: Facts,
    y: SecretBytes,
    signature: [u8; SIGNATURE_BYTES],
}

impl ReadShare {
    /// The inverse of [`Share::to_bytes`].
    ///
    /// # Errors
    /// [`Error::Json`] for what coldvault does not write; [`Error::Newer`] for a later version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let object = json::parse(bytes, MAX_BYTES)?;
        check_version(&object)?;
        let facts = facts_from_json(&object)?;
        let y = Zeroizing::new(object.hex("y", KEY_BYTES)?);
        Ok(Self {
            facts,
            y: SecretBytes::copied(&y),
            signature: object.array("signature")?,
        })
    }

    /// The same once more, for another judgement; its secret part is copied into locked memory of its own.
    pub fn again(&self) -> Self {
        Self {
            facts: self.facts.clone(),
            y: SecretBytes::copied(self.y.expose()),
            signature: self.signature,
        }
    }

    /// Whether the vault's identity signed this very share, custodian's name and all.
    pub fn is_signed(&self) -> bool {
        self.facts.public_key.verifies(
            &self.facts.message(&self.facts.commitment(&self.y)),
            &self.signature,
        )
    }

    /// Whether a genuine `vault.json` commits to this very secret part under this number.
    pub fn is_committed(&self, manifest: &Manifest) -> bool {
        self.flaw_against(manifest).is_none()
    }

    /// Proves it against a genuine `vault.json`, or by its own signature where there is none.
    ///
    /// # Errors
    /// The [`Flaw`], with the share given back so that it can be named.
    pub fn prove(self, manifest: Option<&Manifest>) -> std::result::Result<Share, (Flaw, Facts)> {
        let flaw = match manifest {
            Some(manifest) => self.flaw_against(manifest),
            None => (!self.is_signed()).then_some(Flaw::Unsigned),
        };
        match flaw {
            Some(flaw) => Err((flaw, self.facts)),
            None => Ok(self.proven()),
        }
    }

    fn proven(self) -> Share {
        let point = Point {
            number: self.facts.number,
            y: self.y,
        };
        Share {
            facts: self.facts,
            point,
            signature: self.signature,
        }
    }

    fn flaw_against(&self, manifest: &Manifest) -> Option<Flaw> {
        let facts = &self.facts;
        if facts.public_key != manifest.public_key {
            return Some(Flaw::OtherVault(facts.public_key.vault_id()));
        }
        let edited = [
            (facts.kind == manifest.kind, "kind"),
            (facts.k == manifest.k, "threshold"),
            (facts.n == manifest.n(), "number of shares"),
        ];
        if let Some((_, what)) = edited.iter().find(|(same, _)| !same) {
            return Some(Flaw::Edited(what));
        }
        let issued = manifest.share(facts.number).map(|share| share.commitment);
        (issued != Some(facts.commitment(&self.y))).then_some(Flaw::Forged)
    }
}

fn check_version(object: &Object) -> Result<()> {
    let name = object.text("type")?;
    if name != TYPE {
        let later = name.starts_with("coldvault/share/");
        let needs: String = name.chars().take(40).collect();
        return Err(if later {
            newer(&format!("type {needs:?}"))
        } else {
            Error::json("it is not a share")
        });
    }
    match object.unsigned("format")? {
        1 if object.get("protected").is_some() => Err(newer("protected shares")),
        1 => Ok(()),
        other => Err(newer(&format!("format {other}"))),
    }
}

fn facts_from_json(object: &Object) -> Result<Facts> {
    let facts = Facts {
        public_key: PublicKey(object.array("public_key")?),
        kind: Kind::parse(object.text("kind")?)
            .ok_or_else(|| Error::json("\"kind\" is not a kind"))?,
        k: object.byte("k")?,
        n: object.byte("n")?,
        number: object.byte("number")?,
        custodian: Label::stored(object.text("custodian")?)?,
    };
    shamir::check_threshold(usize::from(facts.k), usize::from(facts.n))
        .map_err(|e| Error::json(e.to_string()))?;
    if facts.number == 0 || facts.number > facts.n {
        return Err(Error::json(format!(
            "share number {} does not exist in {} shares",
            facts.number, facts.n
        )));
    }
    if object.text("vault_id")? != facts.public_key.vault_id().hex() {
        return Err(Error::json("\"vault_id\" is not the public key's"));
    }
    Ok(facts)
}

fn newer(needs: &str) -> Error {
    Error::Newer {
        what: "this share".into(),
        needs: needs.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity::derive(
            &SecretBytes::copied(&[3; 32]),
            "coldvault/identity/1/production",
        )
    }

    fn share() -> Share {
        let facts = Facts {
            public_key: identity().public_key(),
            kind: Kind::Production,
            k: 3,
            n: 5,
            number: 2,
            custodian: Label::new("legal").unwrap(),
        };
        Share::bind(facts, SecretBytes::copied(&[8; 32]), &identity())
    }

    #[test]
    fn a_share_gives_its_facts_and_point_back() {
        let read = ReadShare::from_bytes(&share().to_bytes()).unwrap();
        assert!(read.is_signed());
        let Ok(proven) = read.prove(None) else {
            panic!("signed")
        };
        assert_eq!(proven.facts, share().facts);
        assert!(proven.point.y.same(&share().point.y));
    }

    #[test]
    fn every_changed_byte_of_a_share_file_is_noticed() {
        let bytes = share().to_bytes();
        for place in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[place] ^= 1;
            let noticed = ReadShare::from_bytes(&changed).map_or(true, |read| !read.is_signed());
            let white_space =
                bytes[place].is_ascii_whitespace() && changed[place].is_ascii_whitespace();
            assert!(noticed || white_space, "byte {place}");
        }
    }

    #[test]
    fn number_zero_and_thresholds_out_of_range_are_refused_when_read() {
        let text = String::from_utf8(share().to_bytes().to_vec()).unwrap();
        for (from, to) in [
            ("\"number\": 2", "\"number\": 0"),
            ("\"number\": 2", "\"number\": 6"),
            ("\"k\": 3", "\"k\": 1"),
            ("\"k\": 3", "\"k\": 6"),
            ("\"n\": 5", "\"n\": 33"),
        ] {
            let read = ReadShare::from_bytes(text.replacen(from, to, 1).as_bytes());
            assert!(matches!(read, Err(Error::Json { .. })), "{to}");
        }
    }

    #[test]
    fn a_later_share_format_is_named_and_not_read() {
        let text = String::from_utf8(share().to_bytes().to_vec()).unwrap();
        for (from, to) in [("share/1", "share/2"), ("\"format\": 1", "\"format\": 2")] {
            let read = ReadShare::from_bytes(text.replacen(from, to, 1).as_bytes());
            assert!(matches!(read, Err(Error::Newer { .. })), "{to}");
        }
    }

    #[test]
    fn the_check_key_is_not_the_identity_and_depends_on_the_secret_part() {
        let facts = share().public_facts();
        assert_ne!(facts.check_key, identity().public_key());
        assert_eq!(facts.number, 2);
    }
}

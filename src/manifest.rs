//! `vault.json`: the public, signed facts of a vault, to bytes and back.
//!
//! Knows JSON and signatures, and no files or people: whoever finds a carrier must not learn from it who holds the
//! others. What was read is a [`ReadManifest`]; only a signature by the right identity makes a [`Manifest`] of it.

mod fields;

use crate::digest::Digest;
use crate::kind::Kind;
use crate::label::Label;
use crate::signature::{Identity, PublicKey, SIGNATURE_BYTES};
use crate::time::Time;

pub use fields::payload_name;

/// The file's name on a carrier.
pub const FILE: &str = "vault.json";
/// The raw Ed25519 signature over the bytes of [`FILE`].
pub const SIGNATURE_FILE: &str = "vault.json.sig";
/// The public key in PEM, so that stock `openssl` can verify the signature.
pub const KEY_FILE: &str = "vault.pub";
/// The most bytes `vault.json` may have.
pub const MAX_BYTES: usize = 256 * 1024;
/// The exact bytes a vault.json begins with; a verifier looks at them first.
pub const PREFIX: &[u8] = b"{\"type\":\"coldvault/vault/1\",";

/// The public facts of one vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Of the vault's identity; everything else is signed by its other half.
    pub public_key: PublicKey,
    /// What a reader must know beyond the first version, each once.
    pub requires: Vec<Feature>,
    /// Production or rehearsal.
    pub kind: Kind,
    /// What the officer called it.
    pub label: Label,
    /// When it was sealed, by the clock of that machine.
    pub created: Time,
    /// Name and version of the program that sealed it.
    pub tool: String,
    /// Shares needed.
    pub k: u8,
    /// One entry per share, number 1 first.
    pub shares: Vec<ShareFacts>,
    /// The payload's parts, in order.
    pub payload: Vec<PayloadPart>,
    /// An upper bound of the plain archive in bytes, rounded up as the payload's length is.
    pub plain_bytes: u64,
    /// An upper bound of the archive's members, rounded up likewise.
    pub members: u64,
    /// The place in the series of its label: a claim.
    pub generation: u64,
    /// The public key of the vault before it in the series: a claim.
    pub previous: Option<PublicKey>,
    /// The SHA-256 of each file on the carriers that is fixed at sealing.
    pub files: Vec<FixedFile>,
}

/// Something that a reader must know to read a vault. An older one says the name and stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// The archive holds files from outside of the node directories.
    External,
    /// The inventory says what was left out on purpose.
    LeftOut,
}

impl Feature {
    /// Its name in `vault.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::LeftOut => "left-out",
        }
    }

    /// The inverse of [`Feature::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::External, Self::LeftOut]
            .into_iter()
            .find(|feature| feature.as_str() == text)
    }
}

/// What is public about one share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareFacts {
    /// 1 to n.
    pub number: u8,
    /// Proves the share alone and reveals nothing: y is 256 random bits.
    pub commitment: Digest,
    /// With its other half the custodian signs that the share is there.
    pub check_key: PublicKey,
}

/// One file of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadPart {
    /// `payload.age`, or `payload.age.000` and so on.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
}

/// A file that is fixed at sealing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedFile {
    /// Which carriers it is on.
    pub on: Carrier,
    /// Its name.
    pub name: String,
    /// Its digest.
    pub sha256: Digest,
}

/// Which carriers a fixed file is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// All of them.
    All,
    /// One vault copy.
    Vault {
        /// Its copy number.
        copy: u8,
    },
    /// One share copy.
    Share {
        /// The share's number.
        number: u8,
        /// Its copy number.
        copy: u8,
    },
}

impl Manifest {
    /// Shares made.
    pub fn n(&self) -> u8 {
        self.shares.len() as u8
    }

    /// The facts of share `number`.
    pub fn share(&self, number: u8) -> Option<&ShareFacts> {
        self.shares.iter().find(|share| share.number == number)
    }

    /// The length of the whole payload.
    pub fn payload_bytes(&self) -> u64 {
        self.payload
            .iter()
            .fold(0, |sum, part| sum.saturating_add(part.bytes))
    }

    /// The bytes of `vault.json` and of its signature.
    pub fn sign(&self, identity: &Identity) -> ReadManifest {
        let bytes = fields::to_bytes(self);
        let signature = identity.sign(&bytes).to_vec();
        ReadManifest { bytes, signature }
    }
}

/// A `vault.json` with its signature, as it was read. Nothing in it may be believed yet.
#[derive(Clone)]
pub struct ReadManifest {
    /// The bytes of [`FILE`].
    pub bytes: Vec<u8>,
    /// The bytes of [`SIGNATURE_FILE`].
    pub signature: Vec<u8>,
}

/// Why a `vault.json` is not believed.
#[derive(Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The signature is not by this identity over these bytes.
    Signature,
    /// It is not what coldvault writes.
    Content(String),
    /// A later coldvault made it: what it needs.
    Newer(String),
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Signature => write!(
                f,
                "edited or damaged: the vault's signature on it does not hold"
            ),
            Self::Content(why) => write!(f, "it is not a vault.json as coldvault writes it: {why}"),
            Self::Newer(needs) => {
                write!(
                    f,
                    "it needs {needs}, which this coldvault does not have: use the version that made it"
                )
            }
        }
    }
}

impl ReadManifest {
    /// Whether the first bytes say that this is a vault.json of this version.
    pub fn has_prefix(&self) -> bool {
        self.bytes.starts_with(PREFIX)
    }

    /// Proves that the identity behind `public_key` signed it, and reads it. The signature is checked before a single
    /// member is looked at.
    ///
    /// # Errors
    /// The [`Flaw`] found first.
    pub fn prove(&self, public_key: &PublicKey) -> Result<Manifest, Flaw> {
        if !self.has_prefix() {
            return Err(fields::other_type(&self.bytes));
        }
        if self.signature.len() != SIGNATURE_BYTES
            || !public_key.verifies(&self.bytes, &self.signature)
        {
            return Err(Flaw::Signature);
        }
        let manifest = fields::from_bytes(&self.bytes)?;
        if manifest.public_key != *public_key {
            return Err(Flaw::Content(
                "it names another public key than the one that signed it".into(),
            ));
        }
        Ok(manifest)
    }

    /// The public key it names, believed by nobody yet.
    pub fn claimed_key(&self) -> Option<PublicKey> {
        fields::claimed_key(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretBytes;

    fn identity() -> Identity {
        Identity::derive(
            &SecretBytes::copied(&[3; 32]),
            "coldvault/identity/1/rehearsal",
        )
    }

    fn manifest() -> Manifest {
        let key = identity().public_key();
        let share = |number| ShareFacts {
            number,
            commitment: Digest::of(&[number]),
            check_key: key,
        };
        Manifest {
            public_key: key,
            requires: vec![Feature::External, Feature::LeftOut],
            kind: Kind::Rehearsal,
            label: Label::new("Bank A – Zürich").unwrap(),
            created: Time::from_unix(1_770_000_000),
            tool: "coldvault 0.1.0".into(),
            k: 3,
            shares: (1..=5).map(share).collect(),
            payload: vec![PayloadPart {
                name: "payload.age".into(),
                bytes: 4096,
                sha256: Digest::of(b"p"),
            }],
            plain_bytes: 10_240,
            members: 7,
            generation: 1,
            previous: None,
            files: vec![
                FixedFile {
                    on: Carrier::All,
                    name: "RECOVERY.txt".into(),
                    sha256: Digest::of(b"r"),
                },
                FixedFile {
                    on: Carrier::Vault { copy: 1 },
                    name: "README.txt".into(),
                    sha256: Digest::of(b"v"),
                },
                FixedFile {
                    on: Carrier::Share { number: 2, copy: 1 },
                    name: "README.txt".into(),
                    sha256: Digest::of(b"s"),
                },
            ],
        }
    }

    #[test]
    fn a_signed_manifest_gives_its_facts_back() {
        let read = manifest().sign(&identity());
        assert!(read.bytes.starts_with(PREFIX));
        assert_eq!(read.prove(&identity().public_key()), Ok(manifest()));
        assert_eq!(read.claimed_key(), Some(identity().public_key()));
    }

    #[test]
    fn every_changed_byte_of_manifest_and_signature_is_noticed() {
        let read = manifest().sign(&identity());
        for place in 0..read.bytes.len() {
            let mut changed = read.clone();
            changed.bytes[place] ^= 1;
            assert!(
                changed.prove(&identity().public_key()).is_err(),
                "byte {place}"
            );
        }
        for place in 0..read.signature.len() {
            let mut changed = read.clone();
            changed.signature[place] ^= 1;
            assert_eq!(
                changed.prove(&identity().public_key()),
                Err(Flaw::Signature),
                "byte {place}"
            );
        }
    }

    #[test]
    fn a_manifest_signed_by_another_identity_is_not_believed() {
        let other = Identity::derive(&SecretBytes::copied(&[4; 32]), "x");
        assert_eq!(
            manifest().sign(&other).prove(&identity().public_key()),
            Err(Flaw::Signature)
        );
        let flaw = manifest().sign(&other).prove(&other.public_key());
        assert!(
            matches!(flaw, Err(Flaw::Content(_))),
            "the key inside is not the one that signed"
        );
    }

    fn edited(from: &str, to: &str) -> Result<Manifest, Flaw> {
        let bytes = manifest().sign(&identity()).bytes;
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(from), "{from}");
        let bytes = text.replacen(from, to, 1).into_bytes();
        let signature = identity().sign(&bytes).to_vec();
        ReadManifest { bytes, signature }.prove(&identity().public_key())
    }

    #[test]
    fn later_formats_and_unknown_required_features_are_named() {
        assert_eq!(
            edited("\"format\": 1", "\"format\": 2"),
            Err(Flaw::Newer("format 2".into()))
        );
        let feature = edited("\"external\"", "\"paper-2\"");
        assert_eq!(feature, Err(Flaw::Newer("the feature \"paper-2\"".into())));
        assert_eq!(
            edited("vault/1\"", "vault/2\""),
            Err(Flaw::Newer("type \"coldvault/vault/2\"".into()))
        );
    }

    #[test]
    fn members_that_are_not_known_are_ignored() {
        assert_eq!(
            edited("\"format\": 1", "\"format\": 1, \"colour\": \"blue\""),
            Ok(manifest())
        );
    }

    #[test]
    fn facts_out_of_range_are_refused_although_they_are_signed() {
        for (from, to) in [
            ("\"k\": 3", "\"k\": 1"),
            ("\"k\": 3", "\"k\": 6"),
            ("\"n\": 5", "\"n\": 4"),
            ("\"number\": 2", "\"number\": 3"),
            ("\"kind\": \"rehearsal\"", "\"kind\": \"test\""),
            ("\"name\": \"payload.age\"", "\"name\": \"../payload.age\""),
            (
                "\"plain_bytes\": 10240",
                "\"plain_bytes\": 9007199254740992",
            ),
            ("\"cipher\": \"", "\"cipher\": \"x"),
        ] {
            assert!(
                matches!(edited(from, to), Err(Flaw::Content(_) | Flaw::Newer(_))),
                "{to}"
            );
        }
    }
}

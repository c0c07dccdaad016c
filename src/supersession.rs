//! The note that one vault took the place of another one, signed by the identities of both.
//!
//! Knows the format and signatures, and no files and nobody to ask. Only whoever had a quorum of the older vault and made
//! the newer one can write it. What was read is a [`ReadSupersession`]; only both signatures, held against the key of a
//! vault that is known otherwise, make a [`Supersession`] of it.

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object, Value};
use crate::kind::Kind;
use crate::label::{self, Label};
use crate::signature::{Identity, PublicKey, SIGNATURE_BYTES};
use crate::time::Time;

/// The file's name on a carrier.
pub const FILE: &str = "supersede.json";
/// The raw Ed25519 signature of the older vault's identity over the bytes of [`FILE`].
pub const OLD_SIGNATURE_FILE: &str = "supersede.json.old.sig";
/// The same of the newer vault's identity.
pub const NEW_SIGNATURE_FILE: &str = "supersede.json.new.sig";
/// The older vault's public key in PEM, so that stock `openssl` can verify its signature.
pub const OLD_KEY_FILE: &str = "old.pub";
/// The newer vault's.
pub const NEW_KEY_FILE: &str = "new.pub";
/// The most bytes of the file.
pub const MAX_BYTES: usize = 8192;
/// The exact bytes that it begins with; a verifier looks at them first.
pub const PREFIX: &[u8] = b"{\"type\":\"coldvault/supersede/1\",";
const TYPE: &str = "coldvault/supersede/1";

/// One of the two vaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Of its identity.
    pub public_key: PublicKey,
    /// Production or rehearsal.
    pub kind: Kind,
    /// What the officer called it.
    pub label: Label,
    /// Of its `vault.json`, where that was at hand.
    pub manifest_sha256: Option<Digest>,
}

/// That one vault took the place of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supersession {
    /// The vault that is to be destroyed. It opens what it always opened.
    pub old: Side,
    /// The vault that counts from then on.
    pub new: Side,
    /// When it was signed, by the clock of that machine: before the newer vault's shares were written.
    pub at: Time,
    /// Why, in one line, if somebody said it.
    pub reason: Option<String>,
    /// Name and version of the program.
    pub tool: String,
}

impl Supersession {
    /// The bytes of the file, and the signatures of both vaults over them.
    pub fn sign(&self, old: &Identity, new: &Identity) -> ReadSupersession {
        let bytes = Object::new()
            .with("type", TYPE)
            .with("old", self.old.to_json())
            .with("new", self.new.to_json())
            .with("at", self.at.to_string())
            .with(
                "reason",
                self.reason.as_deref().map_or(Value::Null, Value::from),
            )
            .with("tool", self.tool.as_str())
            .to_line()
            .into_bytes();
        ReadSupersession {
            old_signature: old.sign(&bytes).to_vec(),
            new_signature: new.sign(&bytes).to_vec(),
            bytes,
        }
    }
}

/// A note with its signatures, as it was read. Nothing in it may be believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSupersession {
    /// The bytes of [`FILE`].
    pub bytes: Vec<u8>,
    /// The bytes of [`OLD_SIGNATURE_FILE`].
    pub old_signature: Vec<u8>,
    /// The bytes of [`NEW_SIGNATURE_FILE`].
    pub new_signature: Vec<u8>,
}

/// Why a note is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is not what coldvault writes.
    Content(String),
    /// It names other vaults than the one it was held against.
    OtherVault,
    /// The older vault did not sign it.
    OldSignature,
    /// The newer vault did not sign it.
    NewSignature,
    /// It is of one vault, and not of two.
    OneVault,
    /// A rehearsal does not take the place of a production vault, nor the reverse.
    Kinds,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Content(why) => write!(f, "it is no note as coldvault writes it: {why}"),
            Self::OtherVault => f.write_str("it is of other vaults"),
            Self::OldSignature => f.write_str("the older vault did not sign it"),
            Self::NewSignature => f.write_str("the newer vault did not sign it"),
            Self::OneVault => f.write_str("it names one vault twice"),
            Self::Kinds => f.write_str("one vault is a rehearsal and the other is not"),
        }
    }
}

impl ReadSupersession {
    /// Takes it for genuine, if both vaults signed it and `known`, the key of a vault that is known otherwise, is one of the
    /// two.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn prove(&self, known: &PublicKey) -> std::result::Result<Supersession, Flaw> {
        let note = self.claims()?;
        if note.old.public_key == note.new.public_key {
            return Err(Flaw::OneVault);
        }
        if ![note.old.public_key, note.new.public_key].contains(known) {
            return Err(Flaw::OtherVault);
        }
        if !note
            .old
            .public_key
            .verifies(&self.bytes, &self.old_signature)
        {
            return Err(Flaw::OldSignature);
        }
        if !note
            .new
            .public_key
            .verifies(&self.bytes, &self.new_signature)
        {
            return Err(Flaw::NewSignature);
        }
        match note.old.kind == note.new.kind {
            true => Ok(note),
            false => Err(Flaw::Kinds),
        }
    }

    /// What it claims: good for saying what it is that is not believed, and for nothing else.
    ///
    /// # Errors
    /// [`Flaw::Content`].
    pub fn claims(&self) -> std::result::Result<Supersession, Flaw> {
        if !self.bytes.starts_with(PREFIX) {
            return Err(Flaw::Content("it is not of this version".into()));
        }
        if [&self.old_signature, &self.new_signature]
            .iter()
            .any(|signature| signature.len() != SIGNATURE_BYTES)
        {
            return Err(Flaw::Content("a signature has 64 bytes".into()));
        }
        let claims = json::parse(&self.bytes, MAX_BYTES).and_then(|object| claims(&object));
        claims.map_err(|error| Flaw::Content(error.to_string()))
    }
}

fn claims(object: &Object) -> Result<Supersession> {
    let reason = object.optional_text("reason")?.map(label::line).transpose();
    Ok(Supersession {
        old: Side::from_json(object.object("old")?)?,
        new: Side::from_json(object.object("new")?)?,
        at: Time::parse(object.text("at")?)?,
        reason: reason.map_err(Error::json)?,
        tool: object.text("tool")?.to_owned(),
    })
}

impl Side {
    fn to_json(&self) -> Object {
        let digest = self.manifest_sha256.map(|digest| digest.hex());
        Object::new()
            .with("public_key", self.public_key.hex())
            .with("vault_id", self.public_key.vault_id().hex())
            .with("kind", self.kind.as_str())
            .with("label", self.label.as_str())
            .with("manifest_sha256", digest.map_or(Value::Null, Value::from))
    }

    fn from_json(object: &Object) -> Result<Self> {
        let side = Self {
            public_key: PublicKey(object.array("public_key")?),
            kind: Kind::parse(object.text("kind")?)
                .ok_or_else(|| Error::json("\"kind\" is not a kind"))?,
            label: Label::stored(object.text("label")?)?,
            manifest_sha256: match object.optional_text("manifest_sha256")? {
                None => None,
                Some(hex) => Some(
                    Digest::from_hex(hex)
                        .ok_or_else(|| Error::json("\"manifest_sha256\" is no digest"))?,
                ),
            },
        };
        match object.text("vault_id")? == side.public_key.vault_id().hex() {
            true => Ok(side),
            false => Err(Error::json("vault_id is not that of the public key")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretBytes;

    fn identity(seed: u8) -> Identity {
        Identity::derive(&SecretBytes::copied(&[seed; 32]), "test")
    }

    fn side(seed: u8, kind: Kind) -> Side {
        Side {
            public_key: identity(seed).public_key(),
            kind,
            label: Label::new("Bank A node").unwrap(),
            manifest_sha256: (seed == 2).then(|| Digest::of(b"vault.json")),
        }
    }

    fn note() -> Supersession {
        Supersession {
            old: side(1, Kind::Production),
            new: side(2, Kind::Production),
            at: Time::from_unix(1_770_000_000),
            reason: Some("audit left".into()),
            tool: "coldvault 0.1.0".into(),
        }
    }

    fn keys() -> [PublicKey; 2] {
        [1, 2].map(|seed| identity(seed).public_key())
    }

    #[test]
    fn a_note_that_both_vaults_signed_is_proven_by_the_key_of_either() {
        let read = note().sign(&identity(1), &identity(2));
        assert!(read.bytes.starts_with(PREFIX));
        for key in keys() {
            assert_eq!(read.prove(&key), Ok(note()));
        }
        let other = identity(3).public_key();
        assert_eq!(read.prove(&other), Err(Flaw::OtherVault));
    }

    #[test]
    fn a_note_that_only_one_of_them_signed_is_not_proven() {
        let [old, new] = [1, 2].map(identity);
        let by_old = note().sign(&old, &old);
        let by_new = note().sign(&new, &new);
        let swapped = note().sign(&new, &old);
        for key in keys() {
            assert_eq!(by_old.prove(&key), Err(Flaw::NewSignature));
            assert_eq!(by_new.prove(&key), Err(Flaw::OldSignature));
            assert_eq!(swapped.prove(&key), Err(Flaw::OldSignature));
        }
        let mut missing = note().sign(&old, &new);
        missing.old_signature.clear();
        assert!(matches!(missing.prove(&keys()[0]), Err(Flaw::Content(_))));
    }

    #[test]
    fn a_vault_does_not_take_its_own_place_nor_a_rehearsal_that_of_a_real_one() {
        let mut own = note();
        own.new = own.old.clone();
        let read = own.sign(&identity(1), &identity(1));
        assert_eq!(read.prove(&keys()[0]), Err(Flaw::OneVault));
        let mut mixed = note();
        mixed.new.kind = Kind::Rehearsal;
        let read = mixed.sign(&identity(1), &identity(2));
        assert_eq!(read.prove(&keys()[0]), Err(Flaw::Kinds));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let good = note().sign(&identity(1), &identity(2));
        let proven = |read: &ReadSupersession| keys().iter().any(|key| read.prove(key).is_ok());
        for place in 0..good.bytes.len() {
            let mut read = good.clone();
            read.bytes[place] ^= 1;
            assert!(!proven(&read), "byte {place}");
        }
        for place in 0..SIGNATURE_BYTES {
            let (mut old, mut new) = (good.clone(), good.clone());
            old.old_signature[place] ^= 1;
            new.new_signature[place] ^= 1;
            assert!(!proven(&old) && !proven(&new), "byte {place}");
        }
    }

    #[test]
    fn what_coldvault_does_not_write_is_no_note() {
        let good = note().sign(&identity(1), &identity(2));
        let text = String::from_utf8(good.bytes.clone()).unwrap();
        for bad in [
            String::new(),
            text.replace("supersede/1", "supersede/2"),
            format!(" {text}"),
            text.replace(&keys()[0].vault_id().hex(), &"0".repeat(32)),
            text.replace("audit left", r"audit\nleft"),
            format!("{text}{}", " ".repeat(MAX_BYTES)),
        ] {
            let read = ReadSupersession {
                bytes: bad.clone().into_bytes(),
                ..good.clone()
            };
            assert!(matches!(read.claims(), Err(Flaw::Content(_))), "{bad}");
        }
    }
}

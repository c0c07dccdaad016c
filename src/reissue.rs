//! A reissue note: the vault's identity says that a share was made anew at its number, for whom, and on which copies.
//!
//! Knows JSON and signatures, and no files or people: no former custodian stands in it. `vault.json` has signed what was on
//! the carriers of the sealing; for those that are made later this note does. What was read is a [`ReadNote`]; only a proof
//! against a genuine `vault.json` makes a [`Note`] of it.

use std::fmt;

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object, Value};
use crate::label::Label;
use crate::manifest::Manifest;
use crate::signature::{Identity, PublicKey};
use crate::time::Time;

/// The file's name on a carrier.
pub const FILE: &str = "reissue.json";
/// The raw Ed25519 signature over the bytes of [`FILE`].
pub const SIGNATURE_FILE: &str = "reissue.json.sig";
/// The exact bytes that a note begins with; a verifier looks at them first.
pub const PREFIX: &[u8] = b"{\"type\":\"coldvault/reissue/1\",";
const TYPE: &str = "coldvault/reissue/1";
/// The most bytes of a note.
pub const MAX_BYTES: usize = 8192;
/// The most copies that one note names.
const MAX_COPIES: usize = 32;

/// What a quorum signed when it made a share anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Of the vault's identity.
    pub public_key: PublicKey,
    /// The share's number.
    pub number: u8,
    /// Whose it is from now on.
    pub custodian: Label,
    /// Of the share: the one that `vault.json` says.
    pub commitment: Digest,
    /// When, by the clock of that machine.
    pub made: Time,
    /// The copies on media that were made.
    pub copies: Vec<NoteCopy>,
    /// Name and version of the program.
    pub tool: String,
}

/// One copy that a note vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteCopy {
    /// Its number.
    pub copy: u8,
    /// Of its README.
    pub readme_sha256: Digest,
}

impl Note {
    /// The bytes of the note, signed.
    pub fn sign(&self, identity: &Identity) -> ReadNote {
        let copies = self.copies.iter().map(|copy| {
            let object = Object::new()
                .with("copy", u64::from(copy.copy))
                .with("readme_sha256", copy.readme_sha256.hex());
            Value::from(object)
        });
        let bytes = Object::new()
            .with("type", TYPE)
            .with("public_key", self.public_key.hex())
            .with("number", u64::from(self.number))
            .with("custodian", self.custodian.as_str())
            .with("commitment", self.commitment.hex())
            .with("made", self.made.to_string())
            .with("copies", copies.collect::<Vec<Value>>())
            .with("tool", self.tool.as_str())
            .to_line()
            .into_bytes();
        let signature = identity.sign(&bytes).to_vec();
        ReadNote { bytes, signature }
    }

    /// The README of that copy; `None` for a copy that this note does not name.
    pub fn readme(&self, copy: u8) -> Option<Digest> {
        let mut copies = self.copies.iter();
        let found = copies.find(|known| known.copy == copy);
        found.map(|known| known.readme_sha256)
    }
}

/// A note as it was read. Nothing in it may be believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadNote {
    /// The bytes of the file, which are what is signed.
    pub bytes: Vec<u8>,
    /// The bytes of the signature file.
    pub signature: Vec<u8>,
}

/// Why a note proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It does not begin as one.
    NotOne,
    /// Its signature is not by the vault's identity.
    Unsigned,
    /// It is signed, and cannot be read.
    Unreadable(String),
    /// It names another vault.
    OtherVault,
    /// `vault.json` says something else of that share.
    OtherShare,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne => f.write_str("it is no reissue note of this version"),
            Self::Unsigned => f.write_str("it is forged or edited: this vault did not sign it"),
            Self::Unreadable(why) => write!(f, "it cannot be read: {why}"),
            Self::OtherVault => f.write_str("it is of another vault"),
            Self::OtherShare => f.write_str("it is of a share that vault.json does not have"),
        }
    }
}

impl ReadNote {
    /// The note, if the identity of the vault signed it and it speaks of one of its shares.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn prove(&self, manifest: &Manifest) -> std::result::Result<Note, Flaw> {
        if !self.bytes.starts_with(PREFIX) {
            return Err(Flaw::NotOne);
        }
        if !manifest.public_key.verifies(&self.bytes, &self.signature) {
            return Err(Flaw::Unsigned);
        }
        let note = read(&self.bytes).map_err(|error| Flaw::Unreadable(error.to_string()))?;
        if note.public_key != manifest.public_key {
            return Err(Flaw::OtherVault);
        }
        match manifest.share(note.number) {
            Some(share) if share.commitment == note.commitment => Ok(note),
            _ => Err(Flaw::OtherShare),
        }
    }
}

fn read(bytes: &[u8]) -> Result<Note> {
    let object = json::parse(bytes, MAX_BYTES)?;
    let copies = object.each("copies", |copy| {
        Ok(NoteCopy {
            copy: copy.byte("copy")?,
            readme_sha256: Digest(copy.array("readme_sha256")?),
        })
    })?;
    if copies.len() > MAX_COPIES {
        return Err(Error::json("it names more copies than there can be"));
    }
    let twice = |(place, one): (usize, &NoteCopy)| {
        let mut before = copies.iter().take(place);
        before.any(|other| other.copy == one.copy)
    };
    if copies.iter().enumerate().any(twice) {
        return Err(Error::json("it names one copy twice"));
    }
    Ok(Note {
        public_key: PublicKey(object.array("public_key")?),
        number: object.byte("number")?,
        custodian: Label::stored(object.text("custodian")?)?,
        commitment: Digest(object.array("commitment")?),
        made: Time::parse(object.text("made")?)?,
        copies,
        tool: object.text("tool")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::manifest::ShareFacts;
    use crate::secret::SecretBytes;

    fn identity(seed: u8) -> Identity {
        Identity::derive(&SecretBytes::copied(&[seed; 32]), "test")
    }

    fn manifest() -> Manifest {
        let share = |number| ShareFacts {
            number,
            commitment: Digest([number; 32]),
            check_key: identity(100 + number).public_key(),
        };
        Manifest {
            public_key: identity(1).public_key(),
            requires: Vec::new(),
            kind: Kind::Production,
            label: Label::new("Bank A").unwrap(),
            created: Time::from_unix(1_770_000_000),
            tool: "coldvault".into(),
            k: 2,
            shares: (1..=3).map(share).collect(),
            payload: Vec::new(),
            plain_bytes: 0,
            members: 0,
            generation: 1,
            previous: None,
            files: Vec::new(),
        }
    }

    fn note() -> Note {
        Note {
            public_key: identity(1).public_key(),
            number: 2,
            custodian: Label::new("Anna B\u{e4}r").unwrap(),
            commitment: Digest([2; 32]),
            made: Time::from_unix(1_780_000_000),
            copies: vec![
                NoteCopy {
                    copy: 3,
                    readme_sha256: Digest([7; 32]),
                },
                NoteCopy {
                    copy: 4,
                    readme_sha256: Digest([8; 32]),
                },
            ],
            tool: "coldvault 0.1.0".into(),
        }
    }

    #[test]
    fn a_note_reads_back_and_vouches_for_the_copies_it_names_and_no_others() {
        let read = note().sign(&identity(1));
        assert!(read.bytes.starts_with(PREFIX));
        let proven = read.prove(&manifest()).unwrap();
        assert_eq!(proven, note());
        assert_eq!(proven.readme(4), Some(Digest([8; 32])));
        assert_eq!(proven.readme(1), None);
    }

    #[test]
    fn a_note_of_another_signer_vault_share_or_version_proves_nothing() {
        let flaw = |note: &Note, seed| note.sign(&identity(seed)).prove(&manifest()).err();
        assert_eq!(flaw(&note(), 2), Some(Flaw::Unsigned));
        let other = Note {
            public_key: identity(2).public_key(),
            ..note()
        };
        assert_eq!(flaw(&other, 1), Some(Flaw::OtherVault));
        for (number, commitment) in [(3, 2), (2, 3), (4, 4), (0, 2)] {
            let other = Note {
                number,
                commitment: Digest([commitment; 32]),
                ..note()
            };
            assert_eq!(flaw(&other, 1), Some(Flaw::OtherShare), "{number}");
        }
        let mut edited = note().sign(&identity(1));
        let place = edited.bytes.len() - 3;
        edited.bytes[place] ^= 1;
        assert_eq!(edited.prove(&manifest()), Err(Flaw::Unsigned));
        // what the identity signed as something else is no note
        let text = b"{\"type\":\"coldvault/vault/1\",\"number\":2}".to_vec();
        let signature = identity(1).sign(&text).to_vec();
        let other = ReadNote {
            bytes: text,
            signature,
        };
        assert_eq!(other.prove(&manifest()), Err(Flaw::NotOne));
    }

    #[test]
    fn a_note_that_names_a_copy_twice_is_refused() {
        let mut twice = note();
        twice.copies[1].copy = 3;
        let flaw = twice.sign(&identity(1)).prove(&manifest());
        assert!(matches!(flaw, Err(Flaw::Unreadable(_))), "{flaw:?}");
    }
}

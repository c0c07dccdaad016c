//! A share as it was read: open or closed, and what is wrong with it.

use super::secret_part::SecretPart;
use super::{Closed, Facts, Flaw, MAX_BYTES, Share, TYPE, file};
use zeroize::Zeroizing;

use crate::cipher::{Lock, Protected};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object};
use crate::kind::Kind;
use crate::label::Label;
use crate::manifest::Manifest;
use crate::secret::SecretBytes;
use crate::shamir::{self, Point};
use crate::signature::{PublicKey, SIGNATURE_BYTES};

/// A share as it was read from a file, open or closed. Nothing in it may be believed yet.
pub struct ReadShare {
    /// What it claims.
    pub facts: Facts,
    pub(super) secret: SecretPart,
    pub(super) signature: [u8; SIGNATURE_BYTES],
}

impl ReadShare {
    /// The inverse of [`Share::to_bytes`] and of [`Share::to_protected_bytes`].
    ///
    /// # Errors
    /// [`Error::Json`] for what coldvault does not write; [`Error::Newer`] for a later version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let object = json::parse(bytes, MAX_BYTES)?;
        check_version(&object)?;
        Ok(Self {
            facts: facts_from_json(&object)?,
            secret: SecretPart::from_json(&object)?,
            signature: object.array("signature")?,
        })
    }

    /// The bytes of the share file: of an open one those of [`Share::to_bytes`], of a closed one those of
    /// [`Share::to_protected_bytes`].
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        file(&self.facts, &self.signature, |object| {
            self.secret.put_into(object)
        })
    }

    /// The same once more, for another judgement; its secret part is copied into locked memory of its own.
    pub fn again(&self) -> Self {
        Self {
            facts: self.facts.clone(),
            secret: self.secret.again(),
            signature: self.signature,
        }
    }

    /// Whether the vault's identity signed this very share, custodian's name and all. Of a closed one: its public part.
    pub fn is_signed(&self) -> bool {
        let message = self.facts.message(&self.commitment());
        self.facts.public_key.verifies(&message, &self.signature)
    }

    fn commitment(&self) -> Digest {
        match &self.secret {
            SecretPart::Open(y) => self.facts.commitment(y),
            SecretPart::Closed { commitment, .. } => *commitment,
        }
    }

    /// The age file around its secret part, while it is closed.
    pub fn protected(&self) -> Option<&Protected> {
        match &self.secret {
            SecretPart::Open(_) => None,
            SecretPart::Closed { protected, .. } => Some(protected),
        }
    }

    /// What opens it, while it is closed.
    pub fn lock(&self) -> Option<Lock> {
        self.protected().map(Protected::lock)
    }

    /// How far opening it got, while it is closed.
    pub fn closed(&self) -> Option<Closed> {
        match &self.secret {
            SecretPart::Open(_) => None,
            SecretPart::Closed { left, .. } => Some(*left),
        }
    }

    /// Puts the secret part into its place. Whether it is the right one is what [`ReadShare::is_signed`] says then.
    pub fn open(&mut self, y: SecretBytes) {
        self.secret = SecretPart::Open(y);
    }

    /// Says why a closed share stays closed.
    pub fn leave_closed(&mut self, why: Closed) {
        if let SecretPart::Closed { left, .. } = &mut self.secret {
            *left = why;
        }
    }

    /// Whether a genuine `vault.json` commits to this very secret part under this number. A closed one proves none.
    pub fn is_committed(&self, manifest: &Manifest) -> bool {
        self.closed().is_none() && self.flaw_against(manifest).is_none()
    }

    /// What is wrong with what can be seen of it: against a genuine `vault.json`, or by its own signature where there is
    /// none. A closed one must be signed in any case: it proves nothing else.
    pub fn flaw(&self, manifest: Option<&Manifest>) -> Option<Flaw> {
        let unsigned = || (!self.is_signed()).then_some(Flaw::Unsigned);
        match manifest {
            None => unsigned(),
            Some(manifest) if self.closed().is_some() => {
                self.flaw_against(manifest).or_else(unsigned)
            }
            Some(manifest) => self.flaw_against(manifest),
        }
    }

    /// Proves it as [`ReadShare::flaw`] does. A closed one cannot be.
    ///
    /// # Errors
    /// The [`Flaw`], with the share's facts given back so that it can be named.
    pub fn prove(self, manifest: Option<&Manifest>) -> std::result::Result<Share, (Flaw, Facts)> {
        match (self.flaw(manifest), self.secret) {
            (Some(flaw), _) => Err((flaw, self.facts)),
            (
                None,
                SecretPart::Closed {
                    protected, left, ..
                },
            ) => Err((Flaw::Closed(left, protected.lock()), self.facts)),
            (None, SecretPart::Open(y)) => Ok(Share {
                point: Point {
                    number: self.facts.number,
                    y,
                },
                facts: self.facts,
                signature: self.signature,
            }),
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
        (issued != Some(self.commitment())).then_some(Flaw::Forged)
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
    check_numbers(&facts).map_err(Error::json)?;
    if object.text("vault_id")? != facts.public_key.vault_id().hex() {
        return Err(Error::json("\"vault_id\" is not the public key's"));
    }
    Ok(facts)
}

/// Says which of k, n and number cannot be.
pub(super) fn check_numbers(facts: &Facts) -> std::result::Result<(), String> {
    shamir::check_threshold(usize::from(facts.k), usize::from(facts.n))
        .map_err(|e| e.to_string())?;
    if facts.number == 0 || facts.number > facts.n {
        return Err(format!(
            "share number {} does not exist in {} shares",
            facts.number, facts.n
        ));
    }
    Ok(())
}

pub(super) fn newer(needs: &str) -> Error {
    Error::Newer {
        what: "this share".into(),
        needs: needs.to_owned(),
    }
}

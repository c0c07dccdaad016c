//! What a carrier says it is: vault.json, the share and carrier.json, each against the other.

use super::{Checking, Holds};
use crate::carrier::{CARRIER, CarrierFacts, MAX_CARRIER_BYTES, Role, payload};
use crate::error::{Error, Result};
use crate::manifest::{self, ReadManifest};
use crate::share::{self, Facts, ReadShare};
use crate::signature::{PublicKey, VaultId};

/// The bytes of a signature (RFC 8032, section 5.1.6).
const SIGNATURE: usize = 64;
/// The most bytes that are read of the signature, and of `vault.pub`.
const MAX_SIGNATURE: usize = 4096;
/// What is said of a file that is not there.
pub(super) const MISSING: &str = "it is missing";

impl Checking {
    /// `vault.json` against its signature and its own public key, and both against `vault.pub`.
    pub(super) fn manifest(&mut self, expect: Option<VaultId>) -> Result<()> {
        let bytes = self.small(manifest::FILE, manifest::MAX_BYTES)?;
        let mut signature = self.small(manifest::SIGNATURE_FILE, MAX_SIGNATURE)?;
        if signature
            .take_if(|bytes| bytes.len() != SIGNATURE)
            .is_some()
        {
            self.damage(manifest::SIGNATURE_FILE, "it is not a signature");
        }
        let read = bytes.zip(signature);
        let read = read.map(|(bytes, signature)| ReadManifest { bytes, signature });
        let key = self.key_of(read.as_ref())?;
        let Some(read) = read else {
            return Ok(());
        };
        let id = key.map(|key| key.vault_id());
        self.checked.other_vault = id.filter(|id| expect.is_some_and(|expected| expected != *id));
        match key.map(|key| (key, read.prove(&key))) {
            None => self.damage(manifest::FILE, "it names no public key"),
            Some((_, Ok(manifest))) => self.checked.manifest = Some(manifest),
            Some((_, Err(flaw))) => self.damage(manifest::FILE, flaw.to_string()),
        }
        Ok(())
    }

    /// A small file that every carrier has; `None`, and named, where it is missing or no such file.
    pub(super) fn small(&mut self, name: &str, most: usize) -> Result<Option<Vec<u8>>> {
        match self.folder.read_small(name, most) {
            Ok(None) => self.damage(name, MISSING),
            Err(Error::Damaged { what, .. }) => self.damage(name, what),
            other => return other,
        }
        Ok(None)
    }

    /// The key that vault.json names, which `vault.pub` must name too.
    fn key_of(&mut self, read: Option<&ReadManifest>) -> Result<Option<PublicKey>> {
        let pem = self.small(manifest::KEY_FILE, MAX_SIGNATURE)?;
        let key = pem.as_deref().and_then(PublicKey::from_pem);
        let claimed = read.and_then(ReadManifest::claimed_key);
        if key.is_none() && pem.is_some() {
            self.damage(
                manifest::KEY_FILE,
                "it is not a public key as coldvault writes it",
            );
        } else if key.is_some() && claimed.is_some() && key != claimed {
            self.damage(
                manifest::KEY_FILE,
                "it is not the key that vault.json names",
            );
        }
        Ok(claimed.or(key))
    }

    pub(super) fn share(&mut self) -> Result<()> {
        let bytes = match self.folder.read_small(share::FILE, share::MAX_BYTES) {
            Ok(None) => {
                if payload::is_there(&self.folder) {
                    self.checked.holds = Holds::Vault;
                }
                return Ok(());
            }
            Ok(Some(bytes)) => bytes,
            Err(Error::Damaged { what, .. }) => {
                self.damage(share::FILE, what);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match ReadShare::from_bytes(&bytes) {
            Err(error) => self.damage(share::FILE, error.to_string()),
            Ok(share) => {
                let Facts {
                    number, custodian, ..
                } = share.facts.clone();
                self.checked.holds = Holds::Share(number, custodian);
                match share.flaw(self.checked.manifest.as_ref()) {
                    Some(flaw) => self.damage(share::FILE, flaw.to_string()),
                    None if !share.is_signed() => {
                        self.damage(share::FILE, "the custodian's name on it was altered")
                    }
                    None => self.checked.closed = Some(share).filter(|s| s.closed().is_some()),
                }
            }
        }
        Ok(())
    }

    pub(super) fn facts(&mut self) -> Result<()> {
        let Some(bytes) = self.small(CARRIER, MAX_CARRIER_BYTES)? else {
            return Ok(());
        };
        match CarrierFacts::from_bytes(&bytes) {
            Ok(facts) if !self.agrees(&facts) => {
                self.damage(CARRIER, "it describes another carrier than this one")
            }
            Ok(facts) => self.checked.facts = Some(facts),
            Err(error) => self.damage(CARRIER, error.to_string()),
        }
        Ok(())
    }

    fn agrees(&self, facts: &CarrierFacts) -> bool {
        match (&self.checked.holds, facts.role) {
            (Holds::Share(number, _), Role::Share(claimed)) => *number == claimed,
            (Holds::Vault, Role::Vault) | (Holds::Nothing, _) => true,
            _ => false,
        }
    }

    /// What it is: by what is in it; where that cannot be read, by what it says of itself.
    pub(super) fn role(&self) -> Option<Role> {
        match &self.checked.holds {
            Holds::Vault => Some(Role::Vault),
            Holds::Share(number, _) => Some(Role::Share(*number)),
            Holds::Nothing => self.checked.facts.as_ref().map(|facts| facts.role),
        }
    }
}

//! What a carrier says it is: vault.json, the share and carrier.json, each against the other.

use super::{Checking, Holds};
use crate::carrier::{CARRIER, CarrierFacts, MAX_CARRIER_BYTES, Role, payload, read_manifest};
use crate::error::{Error, Result};
use crate::manifest::{self, ReadManifest};
use crate::share::{self, Facts, ReadShare};
use crate::signature::{PublicKey, VaultId};

impl Checking {
    /// `vault.json` against its signature and its own public key, and both against `vault.pub`.
    pub(super) fn manifest(&mut self, expect: Option<VaultId>) -> Result<()> {
        let Some(read) = read_manifest(&self.folder)? else {
            self.damage(
                manifest::FILE,
                "it or its signature is missing or too large",
            );
            return Ok(());
        };
        let key = self.key_of(&read)?;
        let id = key.map(|key| key.vault_id());
        self.checked.other_vault = id.filter(|id| expect.is_some_and(|expected| expected != *id));
        match key.map(|key| (key, read.prove(&key))) {
            None => self.damage(manifest::FILE, "it names no public key"),
            Some((_, Ok(manifest))) => self.checked.manifest = Some(manifest),
            Some((_, Err(flaw))) => self.damage(manifest::FILE, flaw.to_string()),
        }
        Ok(())
    }

    /// The key that vault.json names, which `vault.pub` must name too.
    fn key_of(&mut self, read: &ReadManifest) -> Result<Option<PublicKey>> {
        let pem = self.folder.read_small(manifest::KEY_FILE, 4096)?;
        let key = pem.as_deref().and_then(PublicKey::from_pem);
        let claimed = read.claimed_key();
        if key.is_none() {
            self.damage(
                manifest::KEY_FILE,
                "it is missing or not a public key as coldvault writes it",
            );
        } else if claimed.is_some() && key != claimed {
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
        let read = self.folder.read_small(CARRIER, MAX_CARRIER_BYTES);
        match read.and_then(|bytes| bytes.as_deref().map(CarrierFacts::from_bytes).transpose()) {
            Ok(Some(facts)) if !self.agrees(&facts) => {
                self.damage(CARRIER, "it describes another carrier than this one")
            }
            Ok(Some(facts)) => self.checked.facts = Some(facts),
            Ok(None) => self.damage(CARRIER, "it is missing"),
            Err(error @ Error::Io { .. }) => return Err(error),
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
}

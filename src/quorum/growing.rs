//! A table that grows: judged after each medium, and cleared of what belongs to another vault.

use super::{State, Table, Verdict};
use crate::kind::Kind;
use crate::manifest::ReadManifest;
use crate::share::Flaw;
use crate::signature::VaultId;

impl Table {
    /// Everything on the table once more, for one judgement of many. Secrets are copied into locked memory of their own.
    ///
    /// There is one way to judge, and it takes the table away: what is said between two media and what opens the vault
    /// cannot come apart.
    pub fn again(&self) -> Self {
        let shares = self.shares.iter();
        let bare = self.bare.iter();
        Self {
            manifests: self.manifests.clone(),
            shares: shares.map(|(at, s)| (at.clone(), s.again())).collect(),
            bare: bare.map(|(at, s)| (at.clone(), s.again())).collect(),
            verdicts: self.verdicts.clone(),
        }
    }

    /// Every vault that a proven share, a genuine `vault.json` or a typed header names, in that order.
    pub fn vaults(&self) -> Vec<(VaultId, Kind)> {
        let signed = self
            .all_named()
            .into_iter()
            .map(|n| (n.key.vault_id(), n.kind));
        let genuine = |read: &ReadManifest| {
            let key = read.claimed_key()?;
            let manifest = read.prove(&key).ok()?;
            Some((key.vault_id(), manifest.kind))
        };
        let written = self.manifests.iter().filter_map(genuine);
        let typed = self.bare.iter().map(|(_, share)| share.says());
        let mut vaults: Vec<(VaultId, Kind)> = Vec::new();
        for (id, kind) in signed.chain(written).chain(typed) {
            if vaults.iter().all(|(known, _)| *known != id) {
                vaults.push((id, kind));
            }
        }
        vaults
    }

    /// Takes the shares of every vault but this one off the table. Answers the verdicts on them, which every later
    /// judgement repeats.
    pub fn keep_only(&mut self, id: VaultId) -> Vec<Verdict> {
        let mut others = Vec::new();
        for (from, share) in std::mem::take(&mut self.shares) {
            let found = share.facts.public_key.vault_id();
            if found == id {
                self.shares.push((from, share));
                continue;
            }
            others.push(Verdict {
                from,
                number: Some(share.facts.number),
                custodian: Some(share.facts.custodian.clone()),
                state: State::SetAside(Flaw::OtherVault(found).to_string()),
            });
        }
        for (from, share) in std::mem::take(&mut self.bare) {
            let (found, number) = (share.vault_id(), Some(share.number()));
            if found == id {
                self.bare.push((from, share));
                continue;
            }
            others.push(Verdict {
                from,
                number,
                custodian: None,
                state: State::SetAside(Flaw::OtherVault(found).to_string()),
            });
        }
        self.verdicts.extend(others.iter().cloned());
        others
    }
}

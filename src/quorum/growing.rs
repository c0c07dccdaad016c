//! A table that grows: judged after each medium, and cleared of what belongs to another vault.

use super::{State, Table, Verdict};
use crate::kind::Kind;
use crate::manifest::ReadManifest;
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

    /// Takes shares that are proven to be of another vault than this one off the table, as if they had not come; typed ones
    /// by what they say. What nothing proves stays: it may be a damaged one of this vault. Answers the verdicts on them.
    pub fn take_strangers(&mut self, id: VaultId) -> Vec<Verdict> {
        let mut stay = Vec::new();
        for (from, share) in std::mem::take(&mut self.shares) {
            let is_other = share.facts.public_key.vault_id() != id && self.names_its_vault(&share);
            match is_other {
                true => self.shares.push((from, share)),
                false => stay.push((from, share)),
            }
        }
        let before = self.verdicts.len();
        let others = self.keep_only(id);
        self.verdicts.truncate(before);
        self.shares = stay;
        others
    }

    /// Takes the shares of one vault off the table, typed ones by what they say; `why` is what is said of them besides.
    /// Answers the verdicts on them, which every later judgement repeats.
    pub fn take_vault(&mut self, id: VaultId, why: Option<&str>) -> Vec<Verdict> {
        self.keep(&|found| found != id, why)
    }

    /// Takes every `vault.json` that says it is of this vault off the table.
    pub fn forget_manifests(&mut self, id: VaultId) {
        let is_of = |read: &ReadManifest| read.claimed_key().map(|key| key.vault_id()) == Some(id);
        self.manifests.retain(|read| !is_of(read));
    }

    /// Takes the shares of every vault but this one off the table. Answers the verdicts on them, which every later
    /// judgement repeats.
    pub fn keep_only(&mut self, id: VaultId) -> Vec<Verdict> {
        self.keep(&|found| found == id, None)
    }

    fn keep(&mut self, stays: &dyn Fn(VaultId) -> bool, why: Option<&str>) -> Vec<Verdict> {
        let (known, mut others) = (self.known(), Vec::new());
        let said = |found: VaultId, kind: Kind| {
            let other = known.other(found, kind);
            State::OtherVault(why.map_or(other.clone(), |why| format!("{other}; {why}")))
        };
        for (from, share) in std::mem::take(&mut self.shares) {
            let found = share.facts.public_key.vault_id();
            if stays(found) {
                self.shares.push((from, share));
                continue;
            }
            others.push(Verdict {
                from,
                number: Some(share.facts.number),
                custodian: Some(share.facts.custodian.clone()),
                state: said(found, share.facts.kind),
            });
        }
        for (from, share) in std::mem::take(&mut self.bare) {
            let ((found, kind), number) = (share.says(), Some(share.number()));
            if stays(found) {
                self.bare.push((from, share));
                continue;
            }
            others.push(Verdict {
                from,
                number,
                custodian: None,
                state: said(found, kind),
            });
        }
        self.verdicts.extend(others.iter().cloned());
        others
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::label::Label;
    use crate::secret::SecretBytes;
    use crate::share::{Facts, ReadShare, Share};
    use crate::signature::Identity;

    /// A signed share of the vault that `seed` stands for.
    fn share(seed: u8, number: u8) -> ReadShare {
        let secret = SecretBytes::copied(&[seed; 32]);
        let identity = Identity::derive(&secret, "coldvault/identity/1/production");
        let facts = Facts {
            public_key: identity.public_key(),
            kind: Kind::Production,
            k: 2,
            n: 3,
            number,
            custodian: Label::new("legal").unwrap(),
        };
        let share = Share::bind(facts, SecretBytes::copied(&[number; 32]), &identity);
        ReadShare::from_bytes(&share.to_bytes()).unwrap()
    }

    fn table() -> Table {
        let mut table = Table::default();
        table.add_share("a".into(), share(3, 1));
        table.add_share("foreign".into(), share(4, 1));
        table.add_share("b".into(), share(3, 2));
        table
    }

    #[test]
    fn a_table_of_two_vaults_names_both_and_keeps_the_one_that_is_meant() {
        let mut table = table();
        let vaults = table.vaults();
        assert_eq!(vaults.len(), 2);
        let (meant, other) = (vaults[0].0, vaults[1].0);
        let others = table.keep_only(meant);
        assert_eq!(others.len(), 1);
        assert_eq!(others[0].from, Path::new("foreign"));
        assert!(others[0].to_string().contains(&other.hex()));
        assert_eq!(table.vaults(), [vaults[0]]);
        let judged = table.judge(None, &mut Vec::new()).ok().unwrap();
        assert_eq!((judged.have(), judged.verdicts.len()), (2, 3));
    }

    #[test]
    fn a_vault_that_is_taken_off_leaves_verdicts_that_say_why() {
        let mut table = table();
        let vaults = table.vaults();
        let (meant, other) = (vaults[0].0, vaults[1].0);
        let taken = table.take_vault(other, Some("a real one is wanted"));
        assert_eq!(taken.len(), 1);
        let said = taken[0].to_string();
        assert!(said.contains(&other.hex()) && said.ends_with("; a real one is wanted"));
        assert_eq!(table.vaults(), [vaults[0]]);
        let judged = table.judge(Some(meant), &mut Vec::new()).ok().unwrap();
        assert_eq!((judged.have(), judged.verdicts.len()), (2, 3));
    }

    #[test]
    fn a_stranger_goes_as_if_it_had_not_come_and_what_nothing_proves_stays() {
        let mut table = table();
        let meant = table.vaults()[0].0;
        let mut forged = share(5, 3);
        forged.facts.custodian = Label::new("mallory").unwrap();
        table.add_share("forged".into(), forged);
        let others = table.take_strangers(meant);
        assert_eq!(others.len(), 1);
        assert_eq!(others[0].from, Path::new("foreign"));
        let judged = table.judge(Some(meant), &mut Vec::new()).ok().unwrap();
        let from: Vec<_> = judged.verdicts.iter().map(|one| &one.from).collect();
        assert_eq!(judged.have(), 2);
        assert_eq!(from, [Path::new("a"), Path::new("b"), Path::new("forged")]);
    }

    #[test]
    fn a_judgement_of_the_table_once_more_is_the_same_judgement() {
        let mut table = table();
        let meant = table.vaults()[0].0;
        table.keep_only(meant);
        let said = |table: Table| {
            let judged = table.judge(None, &mut Vec::new()).ok().unwrap();
            let lines = judged.verdicts.iter().map(ToString::to_string);
            lines.collect::<Vec<_>>()
        };
        assert_eq!(said(table.again()), said(table.again()));
        assert_eq!(said(table.again()), said(table));
    }

    #[test]
    fn a_share_that_nothing_proves_names_no_vault() {
        let mut table = Table::default();
        let mut forged = share(3, 1);
        forged.facts.custodian = Label::new("mallory").unwrap();
        table.add_share("forged".into(), forged);
        assert!(table.vaults().is_empty());
    }
}

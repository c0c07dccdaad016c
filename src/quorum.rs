//! From whatever shares lie on the table to the vault key: each share is proven before it is combined.
//!
//! Knows shares and manifests; no files beyond the names they came from, no people beyond the names in the shares.
//! [`Table`] takes anything; [`Table::judge`] says of each share what it is; only a [`Quorum`] gives a key, and only
//! after the key has proven itself against the public key.

mod bare;
mod verdict;

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::key::VaultKey;
use crate::kind::Kind;
use crate::manifest::{Manifest, ReadManifest};
use crate::secret::SecretBytes;
use crate::shamir::{self, Point};
use crate::share::{Facts, Flaw, ReadShare, Share};
use crate::signature::{PublicKey, VaultId};

pub use bare::BareShare;
pub use verdict::{State, Verdict};

/// The most shares looked at in one restore: 32 shares with many copies each.
pub const MAX_SHARES: usize = 1024;

/// Everything that was read, in any order, possibly twice, possibly foreign.
#[derive(Default)]
pub struct Table {
    manifests: Vec<ReadManifest>,
    shares: Vec<(PathBuf, ReadShare)>,
    bare: Vec<(PathBuf, BareShare)>,
    verdicts: Vec<Verdict>,
}

impl Table {
    /// Adds a `vault.json`, whoever wrote it. The same bytes count once.
    pub fn add_manifest(&mut self, manifest: ReadManifest) {
        let known = |other: &ReadManifest| {
            other.bytes == manifest.bytes && other.signature == manifest.signature
        };
        if !self.manifests.iter().any(known) {
            self.manifests.push(manifest);
        }
    }

    /// Adds a share file.
    pub fn add_share(&mut self, from: PathBuf, share: ReadShare) {
        if self.shares.len() + self.bare.len() < MAX_SHARES {
            self.shares.push((from, share));
        }
    }

    /// Adds a share that carries no signature: typed lines.
    pub fn add_bare(&mut self, from: PathBuf, share: BareShare) {
        if self.shares.len() + self.bare.len() < MAX_SHARES {
            self.bare.push((from, share));
        }
    }

    /// Adds a share file that could not even be read.
    pub fn add_unreadable(&mut self, from: PathBuf, why: String) {
        self.verdicts.push(Verdict {
            from,
            number: None,
            custodian: None,
            state: State::SetAside(why),
        });
    }

    /// Says of every share what it is, and finds the one vault that the good ones name.
    ///
    /// # Errors
    /// [`Error::TwoVaults`] or [`Error::MixedKinds`] when good shares name more than one vault and `expect` does not
    /// choose; [`Error::NotExpected`] when none names the expected one; [`Error::NotEnoughShares`] when none is good.
    pub fn judge(mut self, expect: Option<VaultId>) -> Result<Judged> {
        let key = self.vault_named(expect)?;
        let Some(key) = key else {
            return bare::judge(self.bare, self.verdicts, expect);
        };
        let manifest = self.manifests.iter().find_map(|read| read.prove(&key).ok());
        let mut judged = Judged::new(key, manifest, self.verdicts);
        for (from, share) in self.shares.drain(..) {
            judged.take(from, share);
        }
        for (from, share) in self.bare.drain(..) {
            judged.take_bare(from, share);
        }
        Ok(judged)
    }

    /// The public key of the one vault that proven shares name. A damaged or invented key names no vault.
    fn vault_named(&self, expect: Option<VaultId>) -> Result<Option<PublicKey>> {
        let mut named: Vec<(PublicKey, Kind)> = Vec::new();
        let bare = self
            .bare
            .iter()
            .filter_map(|(_, share)| self.manifest_of(share).map(|m| (m.public_key, m.kind)));
        let signed = self
            .shares
            .iter()
            .filter(|(_, share)| self.names_its_vault(share));
        for name in signed
            .map(|(_, share)| (share.facts.public_key, share.facts.kind))
            .chain(bare)
        {
            if !named.contains(&name) {
                named.push(name);
            }
        }
        if let Some(expected) = expect {
            return choose(&named, expected)
                .map(|key| key.or_else(|| self.expected_manifest(expected)));
        }
        match named.as_slice() {
            [] => Ok(None),
            [(key, _)] => Ok(Some(*key)),
            [(_, first), others @ ..] if others.iter().any(|(_, kind)| kind != first) => {
                Err(Error::MixedKinds)
            }
            several => Err(Error::TwoVaults {
                ids: several.iter().map(|(key, _)| shown(key)).collect(),
            }),
        }
    }

    /// A share names a vault when the vault's identity signed it, or committed to it.
    fn names_its_vault(&self, share: &ReadShare) -> bool {
        let committed = |read: &ReadManifest| {
            read.prove(&share.facts.public_key)
                .is_ok_and(|m| share.is_committed(&m))
        };
        share.is_signed() || self.manifests.iter().any(committed)
    }

    /// The genuine manifest that proves a bare share.
    fn manifest_of(&self, share: &BareShare) -> Option<Manifest> {
        let of = |read: &ReadManifest| read.claimed_key().and_then(|key| read.prove(&key).ok());
        self.manifests
            .iter()
            .filter_map(of)
            .find(|manifest| share.is_committed(manifest))
    }

    /// With no share naming it, the expected id still finds its manifest, so that damaged shares can be named.
    fn expected_manifest(&self, expected: VaultId) -> Option<PublicKey> {
        let keys = self.manifests.iter().filter_map(ReadManifest::claimed_key);
        keys.filter(|key| key.vault_id() == expected)
            .find(|key| self.manifests.iter().any(|m| m.prove(key).is_ok()))
    }
}

/// The key among `named` that has the id `expected`.
fn choose(named: &[(PublicKey, Kind)], expected: VaultId) -> Result<Option<PublicKey>> {
    let found = named
        .iter()
        .find(|(key, _)| key.vault_id() == expected)
        .map(|(key, _)| *key);
    match (found, named.first()) {
        (None, Some((other, _))) => Err(Error::NotExpected {
            expected: expected.to_string(),
            found: other.vault_id().to_string(),
        }),
        (found, _) => Ok(found),
    }
}

fn shown(key: &PublicKey) -> String {
    format!(
        "{} ({})",
        key.vault_id(),
        key.vault_id().word_lines().join(" ")
    )
}

/// What is known after every share was looked at.
pub struct Judged {
    /// Of the vault that the shares name.
    pub public_key: PublicKey,
    /// Its genuine `vault.json`, if one was given.
    pub manifest: Option<Manifest>,
    /// One line for each share that was presented.
    pub verdicts: Vec<Verdict>,
    good: Vec<Share>,
    bare: Vec<Point>,
    need: Option<u8>,
    bare_kind: Option<Kind>,
}

impl Judged {
    fn new(public_key: PublicKey, manifest: Option<Manifest>, verdicts: Vec<Verdict>) -> Self {
        let need = manifest.as_ref().map(|manifest| manifest.k);
        Self {
            public_key,
            manifest,
            verdicts,
            good: Vec::new(),
            bare: Vec::new(),
            need,
            bare_kind: None,
        }
    }

    /// Different good shares so far.
    pub fn have(&self) -> usize {
        self.good.len() + self.bare.len()
    }

    /// Shares needed, once a good one or `vault.json` has said it.
    pub fn need(&self) -> Option<usize> {
        self.need.map(usize::from)
    }

    /// Whether a quorum is there.
    pub fn is_enough(&self) -> bool {
        self.need().is_some_and(|need| self.have() >= need)
    }

    fn take(&mut self, from: PathBuf, share: ReadShare) {
        let facts = share.facts.clone();
        if facts.public_key != self.public_key {
            let flaw = Flaw::OtherVault(facts.public_key.vault_id());
            return self.verdict(from, &facts, State::SetAside(flaw.to_string()));
        }
        let signed = share.is_signed();
        match share.prove(self.manifest.as_ref()) {
            Err((flaw, facts)) => self.verdict(from, &facts, State::SetAside(flaw.to_string())),
            Ok(share) if self.numbers().contains(&share.facts.number) => {
                self.verdict(from, &share.facts, State::Duplicate);
            }
            Ok(share) => {
                self.need = Some(share.facts.k);
                let state = if signed {
                    State::Good
                } else {
                    State::GoodButRelabelled
                };
                self.verdict(from, &share.facts, state);
                self.good.push(share);
            }
        }
    }

    fn take_bare(&mut self, from: PathBuf, share: BareShare) {
        let number = share.number();
        let state = match &self.manifest {
            _ if share.vault_id() != self.public_key.vault_id() => {
                State::SetAside(Flaw::OtherVault(share.vault_id()).to_string())
            }
            Some(manifest) if !share.is_committed(manifest) => {
                State::SetAside(Flaw::Forged.to_string())
            }
            None => State::SetAside(
                "a typed share cannot be proven without vault.json among signed shares".into(),
            ),
            Some(_) if self.numbers().contains(&number) => State::Duplicate,
            Some(_) => {
                self.bare.push(share.into_point());
                State::Good
            }
        };
        self.verdicts.push(Verdict {
            from,
            number: Some(number),
            custodian: None,
            state,
        });
    }

    fn numbers(&self) -> Vec<u8> {
        self.good
            .iter()
            .map(|share| share.facts.number)
            .chain(self.bare.iter().map(|point| point.number))
            .collect()
    }

    fn verdict(&mut self, from: PathBuf, facts: &Facts, state: State) {
        let custodian = Some(facts.custodian.clone());
        self.verdicts.push(Verdict {
            from,
            number: Some(facts.number),
            custodian,
            state,
        });
    }

    /// The kind that the good shares or `vault.json` say.
    pub fn kind(&self) -> Option<Kind> {
        let signed = self.good.first().map(|share| share.facts.kind);
        self.manifest
            .as_ref()
            .map(|manifest| manifest.kind)
            .or(signed)
            .or(self.bare_kind)
    }

    /// Exactly `k` different proven shares, and their number `n`.
    ///
    /// # Errors
    /// [`Error::NotEnoughShares`].
    pub fn quorum(&self) -> Result<Quorum<'_>> {
        let missing = Error::NotEnoughShares {
            have: self.have(),
            need: self.need(),
        };
        let (Some(need), Some(kind), true) = (self.need(), self.kind(), self.is_enough()) else {
            return Err(missing);
        };
        let points = self
            .good
            .iter()
            .map(|share| &share.point)
            .chain(&self.bare)
            .take(need)
            .collect();
        Ok(Quorum {
            public_key: self.public_key,
            kind,
            points,
        })
    }
}

/// Exactly `k` different proven points of one vault. Only [`Judged::quorum`] makes one.
pub struct Quorum<'a> {
    public_key: PublicKey,
    kind: Kind,
    points: Vec<&'a Point>,
}

impl Quorum<'_> {
    /// The vault key, proven to be the one whose identity signed the vault.
    ///
    /// # Errors
    /// [`Error::SelfTest`] when the proven shares give another key: a defect, never the input.
    pub fn join(&self) -> Result<VaultKey> {
        key_of(&self.points, self.kind, |key| key == self.public_key).ok_or(Error::SelfTest {
            what: "proven shares did not give the vault's key",
        })
    }
}

/// Joins `points` and keeps the key only when the public key of its identity is `wanted`.
fn key_of(points: &[&Point], kind: Kind, wanted: impl Fn(PublicKey) -> bool) -> Option<VaultKey> {
    let secret: SecretBytes = shamir::join(points).ok()?;
    let key = VaultKey::from_secret(secret)?;
    wanted(key.identity(kind).public_key()).then_some(key)
}

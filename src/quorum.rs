//! From whatever shares lie on the table to the vault key: each share is proven before it is combined.
//!
//! Knows shares and manifests; no files beyond the names they came from, no people beyond the names in the shares.
//! [`Table`] takes anything; [`Table::judge`] says of each share what it is; only a [`Quorum`] gives a key, and only
//! after the key has proven itself against the public key.

mod about;
mod bare;
mod growing;
mod judged;
mod verdict;
mod waiting;

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::key::VaultKey;
use crate::kind::Kind;
use crate::manifest::{self, Manifest, ReadManifest};
use crate::secret::SecretBytes;
use crate::shamir::{self, Point};
use crate::share::{Flaw, ReadShare};
use crate::signature::{PublicKey, VaultId};

pub use bare::BareShare;
pub use judged::{Judged, Quorum};
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
    /// choose; [`Error::NotExpected`] when none names the expected one; [`Error::NotEnoughShares`] when none is good;
    /// [`Error::Newer`] when that vault was made by a later coldvault.
    ///
    /// On an error, `verdicts` holds what was found out about each share all the same.
    pub fn judge(mut self, expect: Option<VaultId>, verdicts: &mut Vec<Verdict>) -> Result<Judged> {
        verdicts.append(&mut self.verdicts);
        let key = self.vault_named(expect)?;
        let Some(key) = key else {
            verdicts.extend(
                self.shares
                    .drain(..)
                    .map(|(from, share)| unproven(from, &share)),
            );
            let known = self.known();
            let judged = bare::judge(self.bare, verdicts, expect, &known)?;
            return genuine(&self.manifests, &judged.public_key).map(|_| judged);
        };
        let manifest = genuine(&self.manifests, &key)?;
        let known = self.known();
        let mut judged = Judged::new(key, manifest, std::mem::take(verdicts));
        let mut manifests = self.manifests.iter();
        judged.signed = manifests.find(|read| read.prove(&key).is_ok()).cloned();
        for (from, share) in self.shares.drain(..) {
            judged.take(from, share, &known);
        }
        for (from, share) in self.bare.drain(..) {
            judged.take_bare(from, share, &known);
        }
        judged.settle(&known);
        Ok(judged)
    }

    /// The public key of the one vault that proven shares name. A damaged or invented key names no vault.
    fn vault_named(&self, expect: Option<VaultId>) -> Result<Option<PublicKey>> {
        let named = self.all_named();
        if let Some(expected) = expect {
            return choose(&named, expected)
                .map(|key| key.or_else(|| self.expected_manifest(expected)));
        }
        match named.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.key)),
            [first, others @ ..] if others.iter().any(|other| other.kind != first.kind) => {
                Err(Error::MixedKinds {
                    ids: self.shown(&named),
                })
            }
            several => Err(Error::TwoVaults {
                ids: self.shown(several),
            }),
        }
    }

    /// Id, words, what is known of it, and the shares that name it.
    fn shown(&self, named: &[Named]) -> Vec<String> {
        let known = self.known();
        let shown = |named: &Named| {
            let id = named.key.vault_id();
            let (words, about) = (id.word_lines().join(" "), known.described(id, named.kind));
            format!("{id} ({words}; {about}) by {:?}", named.from)
        };
        named.iter().map(shown).collect()
    }

    /// Every vault that a proven share names, and where those shares are.
    fn all_named(&self) -> Vec<Named> {
        let signed = self
            .shares
            .iter()
            .filter(|(_, share)| self.names_its_vault(share))
            .map(|(from, share)| (share.facts.public_key, share.facts.kind, from));
        let bare = self.bare.iter().filter_map(|(from, share)| {
            let manifest = self.manifest_of(share)?;
            Some((manifest.public_key, manifest.kind, from))
        });
        let mut named: Vec<Named> = Vec::new();
        for (key, kind, from) in signed.chain(bare) {
            match named.iter_mut().find(|known| known.key == key) {
                Some(known) => known.from.push(from.clone()),
                None => named.push(Named {
                    key,
                    kind,
                    from: vec![from.clone()],
                }),
            }
        }
        named
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

/// The `vault.json` that `key` signed, if one was given. A damaged or invented one is none, and stops nobody.
///
/// # Errors
/// [`Error::Newer`] when what `key` signed is of a later coldvault: what it asks for must not be left out in silence.
fn genuine(manifests: &[ReadManifest], key: &PublicKey) -> Result<Option<Manifest>> {
    let mut newer = None;
    for read in manifests {
        match read.prove(key) {
            Ok(manifest) => return Ok(Some(manifest)),
            Err(manifest::Flaw::Newer(needs)) if key.verifies(&read.bytes, &read.signature) => {
                newer.get_or_insert(needs);
            }
            Err(_) => {}
        }
    }
    newer.map_or(Ok(None), |needs| {
        let what = manifest::FILE.to_owned();
        Err(Error::Newer { what, needs })
    })
}

/// The verdict on a share that no identity signed, and no vault.json commits to.
fn unproven(from: PathBuf, share: &ReadShare) -> Verdict {
    Verdict {
        from,
        number: Some(share.facts.number),
        custodian: Some(share.facts.custodian.clone()),
        state: State::SetAside(Flaw::Unsigned.to_string()),
    }
}

/// A vault that shares on the table name.
struct Named {
    key: PublicKey,
    kind: Kind,
    from: Vec<PathBuf>,
}

/// The key among `named` that has the id `expected`.
fn choose(named: &[Named], expected: VaultId) -> Result<Option<PublicKey>> {
    let found = named
        .iter()
        .find(|named| named.key.vault_id() == expected)
        .map(|named| named.key);
    match (found, named.first()) {
        (None, Some(other)) => Err(Error::NotExpected {
            expected: expected.to_string(),
            found: other.key.vault_id().to_string(),
        }),
        (found, _) => Ok(found),
    }
}

/// Joins `points` and keeps the key only when the public key of its identity is `wanted`.
fn key_of(points: &[&Point], kind: Kind, wanted: impl Fn(PublicKey) -> bool) -> Option<VaultKey> {
    let secret: SecretBytes = shamir::join(points).ok()?;
    let key = VaultKey::from_secret(secret)?;
    wanted(key.identity(kind).public_key()).then_some(key)
}

//! Shares without a signature: typed lines that say vault id, kind, threshold and number, and nothing that proves them.
//!
//! With a genuine vault.json the commitment proves them. Without one, subsets of k are tried until the key's public key
//! hashes to the id they carry; that is bounded.

use std::path::PathBuf;

use super::{Judged, State, Verdict, key_of};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::secret::SecretBytes;
use crate::shamir::{self, Point};
use crate::share;
use crate::share_text::Header;
use crate::signature::VaultId;

/// The most subsets that are tried.
const MAX_SUBSETS: usize = 20_000;

/// A share as typed: its header and its point.
pub struct BareShare {
    header: Header,
    point: Point,
}

impl BareShare {
    /// A share that was typed.
    pub fn new(header: Header, y: SecretBytes) -> Self {
        Self {
            header,
            point: Point {
                number: header.number,
                y,
            },
        }
    }

    pub(super) fn number(&self) -> u8 {
        self.point.number
    }

    pub(super) fn vault_id(&self) -> VaultId {
        VaultId(self.header.vault_id)
    }

    pub(super) fn into_point(self) -> Point {
        self.point
    }

    fn kind(&self) -> Kind {
        if self.header.production {
            Kind::Production
        } else {
            Kind::Rehearsal
        }
    }

    /// Whether `manifest` committed to this very share.
    pub(super) fn is_committed(&self, manifest: &Manifest) -> bool {
        let numbers = [self.header.threshold, manifest.n(), self.number()];
        let found = share::commitment(&manifest.public_key, self.kind(), numbers, &self.point.y);
        self.vault_id() == manifest.public_key.vault_id()
            && self.header.threshold == manifest.k
            && manifest
                .share(self.number())
                .is_some_and(|share| share.commitment == found)
    }
}

/// Finds `k` of the bare shares whose key has the id that they carry.
pub(super) fn judge(
    shares: Vec<(PathBuf, BareShare)>,
    mut verdicts: Vec<Verdict>,
    expect: Option<VaultId>,
) -> Result<Judged> {
    let missing = |have| Error::NotEnoughShares { have, need: None };
    let Some((_, first)) = shares.first() else {
        return Err(missing(0));
    };
    let (id, kind, k) = (
        expect.unwrap_or(first.vault_id()),
        first.kind(),
        usize::from(first.header.threshold),
    );
    let alike = |share: &BareShare| {
        share.vault_id() == id && share.kind() == kind && usize::from(share.header.threshold) == k
    };
    if expect.is_none() && shares.iter().any(|(_, share)| share.vault_id() != id) {
        return Err(two_vaults(&shares));
    }
    let candidates: Vec<usize> = (0..shares.len())
        .filter(|i| shares.get(*i).is_some_and(|(_, s)| alike(s)))
        .collect();
    let found = shamir::subsets(candidates.len(), k)
        .take(MAX_SUBSETS)
        .find_map(|subset| {
            let places: Vec<usize> = subset
                .iter()
                .filter_map(|i| candidates.get(*i).copied())
                .collect();
            let chosen: Vec<&Point> = places
                .iter()
                .filter_map(|i| shares.get(*i))
                .map(|(_, share)| &share.point)
                .collect();
            let key = key_of(&chosen, kind, |key| key.vault_id() == id)?;
            Some((key.identity(kind).public_key(), places))
        });
    let Some((public_key, places)) = found else {
        return Err(Error::NotEnoughShares {
            have: 0,
            need: Some(k),
        });
    };
    let mut judged = Judged::new(public_key, None, Vec::new());
    (judged.need, judged.bare_kind) = (Some(k as u8), Some(kind));
    for (place, (from, share)) in shares.into_iter().enumerate() {
        let number = Some(share.number());
        let state = if places.contains(&place) {
            judged.bare.push(share.into_point());
            State::Good
        } else {
            State::SetAside("it was not needed to find the key, and nothing proves it".into())
        };
        verdicts.push(Verdict {
            from,
            number,
            custodian: None,
            state,
        });
    }
    judged.verdicts = verdicts;
    Ok(judged)
}

fn two_vaults(shares: &[(PathBuf, BareShare)]) -> Error {
    let mut ids: Vec<String> = shares
        .iter()
        .map(|(_, share)| share.vault_id().hex())
        .collect();
    ids.sort();
    ids.dedup();
    Error::TwoVaults { ids }
}

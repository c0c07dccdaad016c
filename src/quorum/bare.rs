//! Shares without a signature: typed lines that say vault id, kind, threshold and number, and nothing that proves them.
//!
//! With a genuine vault.json the commitment proves them. Without one, subsets of k are tried until the key's public key
//! hashes to the id they carry; that is bounded.

use std::path::PathBuf;

use super::about::Known;
use super::{Judged, State, Verdict, key_of};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::secret::SecretBytes;
use crate::shamir::{self, Point};
use crate::share;
use crate::share_text::Header;
use crate::signature::{PublicKey, VaultId};

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

    /// The same once more, for another judgement; its point is copied into locked memory of its own.
    pub(super) fn again(&self) -> Self {
        Self::new(self.header, SecretBytes::copied(self.point.y.expose()))
    }

    /// What it says of itself, proven by nothing.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether both say that they are the same share of the same vault.
    pub fn is_named_as(&self, other: &Self) -> bool {
        self.header == other.header
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

    /// The point, proven by nothing.
    pub(super) fn point(&self) -> &Point {
        &self.point
    }

    /// The vault and the kind that it says.
    pub(super) fn says(&self) -> (VaultId, Kind) {
        (self.vault_id(), self.header.kind())
    }

    /// The kind and threshold that it says.
    fn claim(&self) -> Claim {
        (self.header.kind(), usize::from(self.header.threshold))
    }

    /// Whether `manifest` committed to this very share.
    pub(super) fn is_committed(&self, manifest: &Manifest) -> bool {
        let numbers = [self.header.threshold, manifest.n(), self.number()];
        let kind = self.header.kind();
        let found = share::commitment(&manifest.public_key, kind, numbers, &self.point.y);
        self.vault_id() == manifest.public_key.vault_id()
            && self.header.threshold == manifest.k
            && manifest
                .share(self.number())
                .is_some_and(|share| share.commitment == found)
    }
}

/// Finds, among bare shares alone, `k` whose key has the id that they carry.
///
/// # Errors
/// [`Error::NotEnoughShares`]; [`Error::TwoVaults`] when they carry more than one id and `expect` does not choose.
pub(super) fn judge(
    shares: Vec<(PathBuf, BareShare)>,
    verdicts: &mut Vec<Verdict>,
    expect: Option<VaultId>,
    known: &Known,
) -> Result<Judged> {
    let Some((_, first)) = shares.first() else {
        return Err(Error::NotEnoughShares {
            have: 0,
            need: None,
        });
    };
    let id = expect.unwrap_or(first.vault_id());
    if expect.is_none() && shares.iter().any(|(_, share)| share.vault_id() != id) {
        return Err(two_vaults(&shares));
    }
    let claims = claims(&shares, id);
    let found = claims
        .iter()
        .find_map(|claim| find_claimed(&shares, id, *claim));
    let Some((public_key, places, (kind, k))) = found else {
        let need = claims.first().map(|(_, k)| *k);
        verdicts.extend(shares.into_iter().map(|(from, share)| Verdict {
            from,
            number: Some(share.number()),
            custodian: None,
            state: State::SetAside("nothing proves it, and the key was not found with it".into()),
        }));
        return Err(Error::NotEnoughShares { have: 0, need });
    };
    let mut judged = Judged::new(public_key, None, std::mem::take(verdicts));
    (judged.need, judged.bare_kind) = (u8::try_from(k).ok(), Some(kind));
    judged.take_together(shares, &places, known);
    Ok(judged)
}

/// A kind and a threshold.
type Claim = (Kind, usize);

/// What the shares of this vault say, each once: one with an edited threshold or kind must not decide what is tried.
fn claims(shares: &[(PathBuf, BareShare)], id: VaultId) -> Vec<Claim> {
    let shares = shares.iter().filter(|(_, share)| share.vault_id() == id);
    let mut claims: Vec<Claim> = shares.map(|(_, share)| share.claim()).collect();
    claims.sort_by_key(|(kind, k)| (kind.byte(), *k));
    claims.dedup();
    claims
}

/// Among the shares that claim the same, `k` whose key has the id.
fn find_claimed(
    shares: &[(PathBuf, BareShare)],
    id: VaultId,
    claim: Claim,
) -> Option<(PublicKey, Vec<usize>, Claim)> {
    let points: Vec<&Point> = shares.iter().map(|(_, share)| &share.point).collect();
    let alike = |(_, (_, share)): &(usize, &(PathBuf, BareShare))| {
        share.vault_id() == id && share.claim() == claim
    };
    let all = shares.iter().enumerate().filter(alike);
    let places: Vec<usize> = all.map(|(place, _)| place).collect();
    let (kind, k) = claim;
    let (key, places) = find_quorum(&points, &places, k, kind, |key| key.vault_id() == id)?;
    Some((key, places, claim))
}

/// The first subset of `k` of the points at `places` whose key has the public key that is wanted, and that public key.
pub(super) fn find_quorum(
    points: &[&Point],
    places: &[usize],
    k: usize,
    kind: Kind,
    wanted: impl Fn(PublicKey) -> bool,
) -> Option<(PublicKey, Vec<usize>)> {
    shamir::subsets(places.len(), k)
        .take(MAX_SUBSETS)
        .find_map(|subset| {
            let places: Vec<usize> = subset
                .iter()
                .filter_map(|i| places.get(*i).copied())
                .collect();
            let chosen: Vec<&Point> = places
                .iter()
                .filter_map(|i| points.get(*i).copied())
                .collect();
            let key = key_of(&chosen, kind, &wanted)?;
            Some((key.identity(kind).public_key(), places))
        })
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

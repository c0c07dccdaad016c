//! What is known after every share was looked at, and the quorum that comes of it.

mod others;

use std::path::PathBuf;

use super::about::Known;
use super::bare::{BareShare, find_quorum};
use super::{State, Verdict, key_of};
use crate::error::{Error, Result};
use crate::key::VaultKey;
use crate::kind::Kind;
use crate::manifest::{Manifest, ReadManifest};
use crate::shamir::{self, Point};
use crate::share::{Facts, Flaw, ReadShare, Share};
use crate::signature::PublicKey;

/// What is known after every share was looked at.
pub struct Judged {
    /// Of the vault that the shares name.
    pub public_key: PublicKey,
    /// Its genuine `vault.json`, if one was given.
    pub manifest: Option<Manifest>,
    /// The bytes of that `vault.json`.
    pub signed: Option<ReadManifest>,
    /// One line for each share that was presented.
    pub verdicts: Vec<Verdict>,
    good: Vec<Share>,
    bare: Vec<Point>,
    /// Typed shares of this vault that nothing proves on their own.
    loose: Vec<(PathBuf, BareShare)>,
    pub(super) need: Option<u8>,
    pub(super) bare_kind: Option<Kind>,
}

impl Judged {
    pub(super) fn new(
        public_key: PublicKey,
        manifest: Option<Manifest>,
        verdicts: Vec<Verdict>,
    ) -> Self {
        let need = manifest.as_ref().map(|manifest| manifest.k);
        Self {
            public_key,
            manifest,
            signed: None,
            verdicts,
            good: Vec::new(),
            bare: Vec::new(),
            loose: Vec::new(),
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

    pub(super) fn take(&mut self, from: PathBuf, share: ReadShare, known: &Known) {
        let facts = share.facts.clone();
        if facts.public_key != self.public_key {
            let why = known.other(facts.public_key.vault_id(), facts.kind);
            return self.verdict(from, &facts, State::OtherVault(why));
        }
        let signed = share.is_signed();
        match share.prove(self.manifest.as_ref()) {
            Err((Flaw::Closed(..), facts)) if self.numbers().contains(&facts.number) => {
                self.verdict(from, &facts, State::Duplicate);
            }
            Err((flaw @ Flaw::Closed(..), facts)) => {
                // It is signed, so what it says is so.
                self.need.get_or_insert(facts.k);
                self.verdict(from, &facts, State::NotOpened(flaw));
            }
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

    pub(super) fn take_bare(&mut self, from: PathBuf, share: BareShare, known: &Known) {
        let number = share.number();
        let state = match &self.manifest {
            _ if share.vault_id() != self.public_key.vault_id() => {
                let (id, kind) = share.says();
                State::OtherVault(known.other(id, kind))
            }
            None => return self.loose.push((from, share)),
            Some(manifest) if !share.is_committed(manifest) => {
                State::SetAside(Flaw::Forged.to_string())
            }
            Some(_) if self.numbers().contains(&number) => State::Duplicate,
            Some(_) => {
                self.bare.push(share.into_point());
                State::Good
            }
        };
        self.verdict_on_bare(from, number, state);
    }

    /// Without vault.json typed shares prove themselves together: as part of a quorum whose key is the vault's.
    pub(super) fn settle(&mut self, known: &Known) {
        let loose = std::mem::take(&mut self.loose);
        let found = self.quorum_with(&loose);
        self.take_together(loose, &found, known);
    }

    /// Which of the loose shares make a quorum together with the good ones.
    fn quorum_with(&self, loose: &[(PathBuf, BareShare)]) -> Vec<usize> {
        let (Some(k), Some(kind)) = (self.need(), self.kind()) else {
            return Vec::new();
        };
        let good = self.good.iter().map(|share| &share.point);
        let all: Vec<&Point> = good
            .chain(loose.iter().map(|(_, share)| share.point()))
            .collect();
        let places: Vec<usize> = (0..all.len()).collect();
        let found = find_quorum(&all, &places, k, kind, |key| key == self.public_key);
        let first = self.good.len();
        found.map_or_else(Vec::new, |(_, chosen)| {
            chosen
                .iter()
                .filter_map(|place| place.checked_sub(first))
                .collect()
        })
    }

    /// Takes the typed shares that were proven together, and those that the quorum then proves.
    pub(super) fn take_together(
        &mut self,
        shares: Vec<(PathBuf, BareShare)>,
        good: &[usize],
        known: &Known,
    ) {
        let mut others = Vec::new();
        for (place, (from, share)) in shares.into_iter().enumerate() {
            if good.contains(&place) {
                let number = share.number();
                self.bare.push(share.into_point());
                self.verdict_on_bare(from, number, State::Good);
            } else {
                others.push((from, share));
            }
        }
        for (from, share) in others {
            let (number, state) = (share.number(), self.beside_quorum(&share, known));
            if state == State::Good {
                self.bare.push(share.into_point());
            }
            self.verdict_on_bare(from, number, state);
        }
    }

    /// What a typed share is that was not needed to find the key: a quorum gives every other point of its vault.
    fn beside_quorum(&self, share: &BareShare, known: &Known) -> State {
        if share.vault_id() != self.public_key.vault_id() {
            let (id, kind) = share.says();
            return State::OtherVault(known.other(id, kind));
        }
        let Ok(Quorum { points, .. }) = self.quorum() else {
            let why = "nothing proves it without vault.json, and the key was not found with it";
            return State::SetAside(why.into());
        };
        let (number, y) = (share.number(), &share.point().y);
        let genuine = match points.iter().find(|point| point.number == number) {
            Some(known) => known.y.same(y),
            None => shamir::interpolate(&points, number).is_ok_and(|point| point.same(y)),
        };
        match (genuine, self.numbers().contains(&number)) {
            (false, _) => State::SetAside(Flaw::Forged.to_string()),
            (true, true) => State::Duplicate,
            (true, false) => State::Good,
        }
    }

    fn verdict_on_bare(&mut self, from: PathBuf, number: u8, state: State) {
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

    /// Lets go of the secret points of all shares, once they were joined.
    pub fn forget_shares(&mut self) {
        self.good.clear();
        self.bare.clear();
    }

    /// Numbers of the shares that [`Judged::quorum`] joins; none where they are not enough.
    pub fn joined(&self) -> Vec<u8> {
        let need = self.need().filter(|_| self.is_enough()).unwrap_or(0);
        self.numbers().into_iter().take(need).collect()
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

//! Words that were drawn, and receipts over them: each is held against the share's check key before it counts.
//!
//! Whoever can write a register can write an entry that says "proven". What a receipt proves is that the share was there
//! after its words were drawn: it counts as of that day, and not as of the day on which it was entered. Must not know
//! files, people to ask and intervals: what is still good, and what is done about a receipt that is not, others say.

use super::{At, ShareState, State};
use crate::receipt::ReadReceipt;
use crate::register::event::{Challenged, Receipted};
use crate::signature::VaultId;
use crate::time::Time;

/// Words that custodians are to sign.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// The words.
    pub text: String,
    /// For one custodian only.
    pub for_whom: Option<String>,
    /// The shares that they are for, by their vaults; none where that is not known.
    pub shares: Vec<(VaultId, Vec<u8>)>,
    /// When they were drawn.
    pub at: Time,
    /// Which entry that is, counted in their order.
    pub drawn_in: usize,
}

/// A receipt in the register that proves nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unproven {
    /// Of which vault it is said to be.
    pub vault: VaultId,
    /// Of which share.
    pub number: u8,
    /// The line of its entry.
    pub line: usize,
    /// Why not.
    pub flaw: Flaw,
}

/// Why a receipt proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The register has no check key of that share: it may hold, and cannot be told from here.
    NoKey,
    /// It is not signed with that share, or says something else than its entry.
    NotSigned,
    /// The words were never drawn here before it: nobody knows since when they were known.
    UnknownWords,
    /// The words were drawn for other shares.
    OtherShare,
    /// The words were drawn more than once: they were known before, and a receipt over them may be as old as that.
    DrawnTwice,
}

impl Challenge {
    /// Whether the words were drawn for this share, which that custodian keeps.
    pub fn is_for(&self, vault: VaultId, number: u8, custodian: Option<&str>) -> bool {
        let has = |(of, numbers): &(VaultId, Vec<u8>)| *of == vault && numbers.contains(&number);
        let is_named = self.shares.is_empty() || self.shares.iter().any(has);
        is_named && (self.for_whom.is_none() || self.for_whom.as_deref() == custodian)
    }
}

impl State {
    pub(super) fn challenge(&mut self, at: At, drawn: &Challenged) {
        self.challenges.push(Challenge {
            text: drawn.challenge.clone(),
            for_whom: drawn.for_whom.clone(),
            shares: drawn.shares.clone(),
            at: at.when,
            drawn_in: at.place,
        });
    }

    /// The drawing of these words. Nobody draws the same by chance: who wrote them in once more wants an old receipt to
    /// count anew.
    ///
    /// # Errors
    /// [`Flaw::UnknownWords`]; [`Flaw::DrawnTwice`].
    pub fn drawn(&self, words: &str) -> Result<&Challenge, Flaw> {
        let mut drawn = self.challenges.iter().filter(|one| one.text == words);
        let first = drawn.next().ok_or(Flaw::UnknownWords)?;
        match drawn.next() {
            None => Ok(first),
            Some(_) => Err(Flaw::DrawnTwice),
        }
    }

    /// The newest words for a share, in the order of the register: a clock that was ahead does not make words the newest,
    /// and neither does drawing them twice.
    pub fn newest_words(
        &self,
        vault: VaultId,
        number: u8,
        custodian: Option<&str>,
    ) -> Option<&Challenge> {
        let mut drawn = self.challenges.iter().rev();
        drawn.find(|one| one.is_for(vault, number, custodian) && self.drawn(&one.text).is_ok())
    }

    /// Counts a receipt, or keeps why it does not count.
    pub(super) fn receipt(&mut self, at: At, receipt: &Receipted) {
        let (vault, number) = (receipt.vault, receipt.number);
        match self.drawn_for(receipt) {
            Ok(drawn) => {
                let proof = (drawn.at, drawn.drawn_in);
                match at.is_to_come(drawn.at) {
                    true => self.not_yet += 1,
                    false => self.prove_share(proof, vault, number),
                }
            }
            Err(flaw) => self.unproven.push(Unproven {
                vault,
                number,
                line: at.line,
                flaw,
            }),
        }
    }

    /// The words that a receipt answers, if it is proven.
    fn drawn_for(&self, receipt: &Receipted) -> Result<&Challenge, Flaw> {
        let (id, number) = (receipt.vault, receipt.number);
        let vault = self.vault(id).ok_or(Flaw::NoKey)?;
        let mut shares = vault.shares.iter();
        let share: &ShareState = shares
            .find(|share| share.number == number)
            .ok_or(Flaw::NotSigned)?;
        let read =
            ReadReceipt::from_bytes(receipt.receipt.as_bytes()).map_err(|_| Flaw::NotSigned)?;
        let claims = &read.claims;
        let is_it = claims.public_key == vault.key
            && claims.number == number
            && claims.challenge == receipt.challenge;
        let key = share.check_key.ok_or(match is_it {
            true => Flaw::NoKey,
            false => Flaw::NotSigned,
        })?;
        if !is_it || !read.is_signed(&key) {
            return Err(Flaw::NotSigned);
        }
        let drawn = self.drawn(&receipt.challenge)?;
        match drawn.is_for(id, number, share.custodian.as_deref()) {
            true => Ok(drawn),
            false => Err(Flaw::OtherShare),
        }
    }
}

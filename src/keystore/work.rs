//! How much work opening keystores may take, and whether to go on with it.
//!
//! Knows numbers; what a round is, and whoever wants it to stop, are the business of others.

use super::{Flaw, MAX_WORK};
use crate::stretching::{ALWAYS, GoOn};

/// The most rounds of one derivation.
const MAX_ROUNDS: u32 = 10_000_000;

/// How many rounds take as long as a byte of a private key: RSA of 4,096 bits has 2,400 bytes, and signs in the time of
/// some 10,000 rounds.
const KEY_ROUNDS: u64 = 4;

/// How many rounds of key derivation are left to spend, for one store or several, and who is asked whether to go on.
///
/// One that was stopped opens nothing more, and says so of what it was given as of something too dear: whoever stops it
/// has to look, behind each opening, whether they did.
pub struct Work<'g> {
    left: u64,
    go_on: &'g GoOn<'g>,
    was_short: bool,
}

impl Work<'static> {
    /// That many rounds, without anybody who could stop it.
    pub fn new(rounds: u64) -> Self {
        Self::asking(rounds, ALWAYS)
    }
}

impl<'g> Work<'g> {
    /// That many rounds, as long as `go_on` answers true.
    pub fn asking(rounds: u64, go_on: &'g GoOn<'g>) -> Self {
        Self {
            left: rounds,
            go_on,
            was_short: false,
        }
    }

    /// How many rounds are not spent.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Whether something was refused that would be done where more is left.
    pub fn was_short(&self) -> bool {
        self.was_short
    }

    /// Lets `with` spend at most `most` of it.
    pub fn share<T>(&mut self, most: u64, with: impl FnOnce(&mut Work<'_>) -> T) -> T {
        let most = most.min(self.left);
        let mut share = Work::asking(most, self.go_on);
        let answer = with(&mut share);
        self.left = self.left.saturating_sub(most.saturating_sub(share.left));
        self.was_short |= share.was_short;
        answer
    }

    /// Counts rounds as not spent that came to nothing, and are going to be spent once more.
    pub fn give_back(&mut self, rounds: u64) {
        self.left = self.left.saturating_add(rounds);
    }

    /// What one store may take of it.
    pub(super) fn of_one_store<T>(&mut self, with: impl FnOnce(&mut Work<'_>) -> T) -> T {
        self.share(MAX_WORK, with)
    }

    /// Who is asked whether to go on.
    pub(super) fn go_on(&self) -> &'g GoOn<'g> {
        self.go_on
    }

    /// Spends rounds.
    ///
    /// # Errors
    /// [`Flaw::NotOpened`] when they are more than one derivation or the whole store may take.
    pub(super) fn take(&mut self, rounds: u32) -> Result<(), Flaw> {
        let too_much = || {
            Flaw::NotOpened(format!(
                "its password is stretched {rounds} times, and that is too much work here"
            ))
        };
        if rounds > MAX_ROUNDS {
            return Err(too_much());
        }
        let left = self.left.checked_sub(u64::from(rounds));
        self.was_short |= left.is_none();
        self.left = left.ok_or_else(too_much)?;
        Ok(())
    }

    /// Spends what it takes to look at a private key of so many bytes: to see that its numbers fit, and to sign with it.
    /// False when that is not left.
    pub(super) fn take_key(&mut self, bytes: usize) -> bool {
        let rounds = u64::try_from(bytes).unwrap_or(u64::MAX);
        let left = self.left.checked_sub(rounds.saturating_mul(KEY_ROUNDS));
        self.was_short |= left.is_none();
        self.left = left.unwrap_or(self.left);
        left.is_some() && (self.go_on)()
    }
}

/// What is said of a store whose opening was stopped.
pub(super) fn stopped() -> Flaw {
    Flaw::NotOpened("it was stopped".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_paid_from_the_whole_and_never_more_than_the_whole_has() {
        let mut work = Work::new(100);
        assert!(work.share(30, |share| share.take(30)).is_ok());
        assert_eq!((work.left(), work.was_short()), (70, false));
        assert!(work.share(30, |share| share.take(31)).is_err());
        assert_eq!((work.left(), work.was_short()), (70, true));
        assert!(work.share(u64::MAX, |share| share.take(71)).is_err());
        assert!(work.share(u64::MAX, |share| share.take(70)).is_ok());
        assert_eq!(work.left(), 0);
    }

    #[test]
    fn one_derivation_beyond_all_bounds_is_refused_whatever_is_left_and_is_not_for_want_of_work() {
        let mut work = Work::new(u64::MAX);
        assert!(work.take(MAX_ROUNDS + 1).is_err());
        assert!(!work.was_short());
        assert!(work.take(MAX_ROUNDS).is_ok());
    }
}

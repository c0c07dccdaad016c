//! A share from the others: exactly `k` proven points of one vault give the point at every other number.

use super::{Judged, Quorum};
use crate::error::{Error, Result};
use crate::secret::SecretBytes;
use crate::shamir::{self, Point};

impl Judged {
    /// Different good shares besides that of a number.
    pub fn others(&self, number: u8) -> usize {
        let mut numbers = self.numbers();
        numbers.retain(|other| *other != number);
        numbers.len()
    }

    /// Whether a quorum is there without that share.
    pub fn is_enough_without(&self, number: u8) -> bool {
        self.need().is_some_and(|need| self.others(number) >= need)
    }

    /// Exactly `k` different proven shares, none of that number.
    ///
    /// # Errors
    /// [`Error::NotEnoughShares`].
    pub fn quorum_without(&self, number: u8) -> Result<Quorum<'_>> {
        let (Some(need), Some(kind), true) =
            (self.need(), self.kind(), self.is_enough_without(number))
        else {
            return Err(Error::NotEnoughShares {
                have: self.others(number),
                need: self.need(),
            });
        };
        let good = self.good.iter().map(|share| &share.point);
        let other = |point: &&Point| point.number != number;
        let points = good.chain(&self.bare).filter(other).take(need).collect();
        Ok(Quorum {
            public_key: self.public_key,
            kind,
            points,
        })
    }
}

impl Quorum<'_> {
    /// The point of another number: the very one that was dealt.
    ///
    /// # Errors
    /// [`Error::SelfTest`] for a number that is among the points, or 0.
    pub fn point(&self, number: u8) -> Result<SecretBytes> {
        match number {
            0 => Err(Error::SelfTest {
                what: "a share was asked for at the number of the key",
            }),
            _ => shamir::interpolate(&self.points, number),
        }
    }
}

//! One custodian's turn: the bag is looked at while it is closed, and only then the carrier in it is asked for.
//!
//! Knows what was said of a bag; what is asked about it is its callers' business.

use super::{Lead, Meets};
use crate::commands::Session;
use crate::drill::CarrierUse;
use crate::error::Result;

/// A bag as it was seen before it was opened, as far as anybody said it.
#[derive(Clone, Debug, Default)]
pub(in crate::commands) struct Bag {
    /// Its number.
    pub(in crate::commands) found: Option<String>,
    /// Its seal.
    pub(in crate::commands) seal: Option<String>,
}

/// What came of looking at a bag.
pub(in crate::commands) enum Turn {
    /// It may be opened.
    Opens(Bag),
    /// It stays closed, and what is in it is set aside.
    StaysClosed(Box<CarrierUse>),
}

impl Bag {
    /// The same of a carrier that was here before: what was said of it then stays.
    pub(in crate::commands) fn adds_to(self, carrier: &mut CarrierUse) {
        if carrier.bag_found.is_none() {
            carrier.bag_found = self.found;
        }
        if carrier.seal.is_none() {
            carrier.seal = self.seal;
        }
    }

    /// Says it of the carrier that was in it.
    pub(in crate::commands) fn enter(self, carrier: &mut CarrierUse) {
        (carrier.bag_found, carrier.seal) = (self.found, self.seal);
    }
}

impl Lead {
    /// Asks for bags until one may be opened. One that was asked for, and of which nothing came yet, is not asked for again.
    ///
    /// # Errors
    /// What asking answers.
    pub(super) fn turn(&mut self, meets: &mut dyn Meets, session: &mut Session) -> Result<()> {
        while self.trail.bag.is_none() {
            match meets.bag(session)? {
                Turn::Opens(bag) => self.trail.bag = Some(bag),
                Turn::StaysClosed(carrier) => self.trail.aside.push(*carrier),
            }
        }
        Ok(())
    }
}

//! Small files that nobody knows: the keys scope leaves them out, and one of them may be a password.
//!
//! Knows places and sizes; what they are is for a person to say.

use super::scouting::Scouted;
use super::{Contents, Place, names};
use crate::material::{Material, Part, State};

/// The most places that are kept until it is known which of them matter.
const MOST_KEPT: usize = 10_000;
/// The most that are named one by one.
const MOST_NAMED: usize = 20;

/// Small files of no known kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// The first ones, in the order of their paths.
    pub first: Vec<Place>,
    /// How many there are besides.
    pub more: u64,
}

impl Unknown {
    /// The most that are named one by one, here and by whoever leaves them out.
    pub const MOST_NAMED: usize = MOST_NAMED;

    /// Takes one, if it is small and not known to be harmless.
    pub(super) fn add(&mut self, place: Place, size: u64) {
        if !names::may_matter(place.bytes(), size) {
            return;
        }
        match self.first.len() < MOST_KEPT {
            true => self.first.push(place),
            false => self.more += 1,
        }
    }

    /// Without what was given a part, in order, as many as are named.
    pub(super) fn settle(&mut self, contents: &Contents, found: &Scouted) {
        let looked_at = found.material.iter();
        looked_at.for_each(|seen| self.add(seen.place.clone(), seen.size));
        self.first.retain(|place| contents.part(place).is_none());
        self.first.sort();
        self.first.dedup();
        let most = self.first.len().min(MOST_NAMED);
        self.more += (self.first.len() - most) as u64;
        self.first.truncate(most);
    }
}

/// A file whose name says that it holds a password.
pub(super) fn password() -> Material {
    Material {
        software: None,
        what: "password or seed, by its name".into(),
        part: Part::Password,
        facts: Vec::new(),
        state: State::Good,
        history: None,
    }
}

//! Small files that nobody knows: the keys scope leaves them out, and one of them may be a password.
//!
//! Knows places and sizes; what they are is for a person to say.

use super::scouting::Scouted;
use super::{Contents, Place};
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

    /// Takes one.
    pub(super) fn add(&mut self, place: Place) {
        match self.first.len() < MOST_KEPT {
            true => self.first.push(place),
            false => self.more += 1,
        }
    }

    /// Without what was given a part, in order, as many as are named.
    pub(super) fn settle(&mut self, contents: &Contents, found: &Scouted) {
        // First, so that there is room for what is unknown and was looked at.
        self.first.retain(|place| contents.part(place).is_none());
        let looked_at = found.material.iter();
        let unknown = looked_at.filter(|seen| {
            contents.part(&seen.place).is_none() && contents.may_matter(&seen.place, seen.size)
        });
        unknown.for_each(|seen| self.add(seen.place.clone()));
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

#[cfg(test)]
mod tests {
    use super::super::scouting::Seen;
    use super::*;

    #[test]
    fn of_too_many_to_keep_no_file_with_a_part_is_counted() {
        let place = |name: String| Place::Inside(name.into_bytes());
        let (mut contents, mut found) = (Contents::default(), Scouted::default());
        let mut unknown = Unknown::default();
        for at in 0..MOST_KEPT {
            unknown.add(place(format!("unknown{at:05}")));
        }
        for at in 0..8 {
            let seen = Seen {
                place: place(format!("looked-at{at}")),
                size: 9,
                mode: 0,
            };
            if at > 0 {
                contents.parts.insert(seen.place.clone(), (Part::Key, 9));
            }
            found.material.push(seen);
        }
        unknown.settle(&contents, &found);
        let named = unknown.first.len();
        assert_eq!(named as u64 + unknown.more, MOST_KEPT as u64 + 1);
    }
}

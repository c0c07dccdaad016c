//! What belongs together under one set name: numbered contents, some of them perhaps twice and not the same.
//!
//! Knows numbers and bytes. Which of two contents is right is what the digest over all says, and then whoever reads it.

use std::collections::BTreeMap;

use super::super::text::{Piece, short_digest};
use super::super::{Origin, Twin};
use crate::erasure::{self, Part};
use crate::error::Result;
use crate::signature::VaultId;

/// The most contents that are kept under one number.
const MOST_CONTENTS: usize = 4;

/// What all of a set say alike.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) vault: VaultId,
    pub(super) of: u8,
    pub(super) needed: u8,
    pub(super) set: [u8; 5],
    /// Bytes of each part of a vault; pieces of a share need not be equally long.
    len: Option<usize>,
}

/// Everything with one head.
pub(super) struct Set {
    pub(super) head: Head,
    pub(super) from: Origin,
    numbers: BTreeMap<u8, Vec<Content>>,
}

struct Content {
    data: Vec<u8>,
    twins: Vec<Twin>,
}

/// What became of a piece.
pub(super) enum Kept {
    New,
    Again,
    TooMany,
}

impl Head {
    pub(super) fn of(piece: &Piece, twin: Option<Twin>) -> Self {
        Self {
            vault: piece.vault,
            of: piece.of,
            needed: piece.needed,
            set: piece.set,
            len: twin.is_none().then_some(piece.data.len()),
        }
    }
}

impl Set {
    pub(super) fn new(head: Head, from: &Origin) -> Self {
        Self {
            head,
            from: from.clone(),
            numbers: BTreeMap::new(),
        }
    }

    /// Keeps a piece with this head. Parts of a vault have no twins.
    pub(super) fn keep(&mut self, piece: Piece, twin: Option<Twin>) -> Kept {
        let contents = self.numbers.entry(piece.number).or_default();
        let known = contents.iter().position(|known| known.data == piece.data);
        let Some(known) = known.and_then(|known| contents.get_mut(known)) else {
            if contents.len() >= MOST_CONTENTS {
                return Kept::TooMany;
            }
            contents.push(Content {
                data: piece.data,
                twins: twin.into_iter().collect(),
            });
            return Kept::New;
        };
        match twin {
            Some(twin) if !known.twins.contains(&twin) => known.twins.push(twin),
            _ => return Kept::Again,
        }
        Kept::New
    }

    /// The numbers that were read.
    pub(super) fn read(&self) -> Vec<u8> {
        self.numbers.keys().copied().collect()
    }

    /// The codes that were read, where each is printed twice.
    pub(super) fn twins(&self) -> Vec<(Twin, u8)> {
        let mut read = Vec::new();
        for (number, contents) in &self.numbers {
            for twin in [Twin::A, Twin::B] {
                if contents.iter().any(|content| content.twins.contains(&twin)) {
                    read.push((twin, *number));
                }
            }
        }
        read
    }

    /// The numbers that were there with two contents.
    pub(super) fn contradicting(&self) -> Vec<u8> {
        let several = self
            .numbers
            .iter()
            .filter(|(_, contents)| contents.len() > 1);
        several.map(|(number, _)| *number).collect()
    }

    pub(super) fn is_enough(&self) -> bool {
        self.numbers.len() >= usize::from(self.head.needed)
    }

    /// The content of a number that has one alone.
    pub(super) fn only(&self, number: u8) -> Option<&[u8]> {
        match self.numbers.get(&number)?.as_slice() {
            [only] => Some(&only.data),
            _ => None,
        }
    }

    /// Puts parts together with `join` in one way after another, until what comes out has the set's digest and `read`
    /// makes something of it. `None` when no way gives the digest.
    ///
    /// # Errors
    /// What `read` said first, when it never made anything.
    pub(super) fn joined<T>(
        &self,
        join: fn(&[Part<'_>], u8) -> Option<Vec<u8>>,
        read: impl Fn(&[u8]) -> Result<T>,
        tries: &mut usize,
    ) -> Option<Result<T>> {
        let mut refused = None;
        for (way, parts) in self.ways().enumerate() {
            if parts.len() < usize::from(self.head.needed) {
                continue;
            }
            // The first is for nothing: other sheets may have used up all tries.
            match tries.checked_sub(usize::from(way > 0)) {
                Some(left) => *tries = left,
                None => break,
            }
            let whole = join(&parts, self.head.needed);
            let whole = whole.filter(|whole| short_digest(whole) == self.head.set);
            match whole.map(|whole| read(&whole)) {
                Some(Ok(made)) => return Some(Ok(made)),
                Some(Err(error)) => refused = refused.or(Some(Err(error))),
                None => {}
            }
        }
        refused
    }

    /// The ways in which the set may be put together, the most likely ones first: what nothing contradicts; the same
    /// without one part, which somebody may have forged; then the contradicting ones too, in all combinations.
    fn ways(&self) -> impl Iterator<Item = Vec<Part<'_>>> {
        let sure: Vec<Part<'_>> = self
            .numbers
            .keys()
            .filter_map(|number| Some((*number, self.only(*number)?)))
            .collect();
        let needed = usize::from(self.head.needed);
        let spare = sure.len() > needed;
        let doubted = if spare { needed } else { 0 };
        let without_one = {
            let sure = sure.clone();
            (0..doubted).map(move |place| {
                let mut rest = sure.clone();
                rest.remove(place);
                rest
            })
        };
        let first = std::iter::once(sure.clone());
        first.chain(without_one).chain(self.combinations(sure))
    }

    /// `sure`, and of each contradicting number one content or none.
    fn combinations<'a>(&'a self, sure: Vec<Part<'a>>) -> impl Iterator<Item = Vec<Part<'a>>> {
        let several: Vec<(u8, &[Content])> = self
            .numbers
            .iter()
            .filter(|(_, contents)| contents.len() > 1)
            .map(|(number, contents)| (*number, contents.as_slice()))
            .collect();
        // One number counts through all of them: as digits, each with its own base. How far is bounded by the tries, and
        // here for the ways that have too few parts to be one.
        let ways = several.iter().fold(1_usize, |ways, (_, contents)| {
            ways.saturating_mul(contents.len() + 1)
        });
        (0..ways.min(super::MOST_WAYS)).map(move |way| {
            let mut parts = sure.clone();
            let mut rest = way;
            for (number, contents) in &several {
                let digit = rest % (contents.len() + 1);
                rest /= contents.len() + 1;
                parts.extend(
                    contents
                        .get(digit)
                        .map(|content| (*number, content.data.as_slice())),
                );
            }
            parts
        })
    }
}

/// Parts of a vault to what they were cut from.
pub(super) fn by_parity(parts: &[Part<'_>], needed: u8) -> Option<Vec<u8>> {
    erasure::recover(parts, needed).map(|parts| parts.concat())
}

/// Pieces of a share to what they were cut from.
pub(super) fn in_a_row(parts: &[Part<'_>], needed: u8) -> Option<Vec<u8>> {
    let mut parts = parts.to_vec();
    parts.sort_unstable_by_key(|(number, _)| *number);
    let is_whole = parts.iter().map(|(number, _)| *number).eq(1..=needed);
    is_whole.then(|| {
        parts
            .iter()
            .flat_map(|(_, data)| data.iter().copied())
            .collect()
    })
}

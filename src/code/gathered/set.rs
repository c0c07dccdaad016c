//! What belongs together under one set name: numbered contents, some of them perhaps twice and not the same.
//!
//! Knows numbers and bytes. Which of two contents is right is what the digest over all says, and then whoever reads it.

mod ways;

use std::collections::BTreeMap;

use super::super::text::{Piece, short_digest};
use super::super::{Origin, Twin};
use crate::erasure::{self, Part};
use crate::error::Result;
use crate::signature::VaultId;
pub(super) use ways::file_of;

/// The most contents that are kept under one number: of each source, and of all.
const MOST_OF_SOURCE: usize = 8;
const MOST_CONTENTS: usize = 64;
/// The most sources that are told apart; later ones count as one.
const MOST_SOURCES: usize = 64;

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
    /// Where contents came from, as people are told.
    sources: Vec<String>,
}

struct Content {
    data: Vec<u8>,
    twins: Vec<Twin>,
    /// Places in the sources of the set.
    sources: Vec<usize>,
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
            sources: Vec::new(),
        }
    }

    /// Keeps a piece with this head that was read at `from`. Parts of a vault have no twins.
    pub(super) fn keep(&mut self, piece: Piece, twin: Option<Twin>, from: &str) -> Kept {
        let source = self.source(from);
        let contents = self.numbers.entry(piece.number).or_default();
        if let Some(known) = contents.iter_mut().find(|known| known.data == piece.data) {
            if !known.sources.contains(&source) {
                known.sources.push(source);
            }
            return match twin {
                Some(twin) if !known.twins.contains(&twin) => {
                    known.twins.push(twin);
                    Kept::New
                }
                _ => Kept::Again,
            };
        }
        let of_source = contents.iter().filter(|known| known.is_of(source)).count();
        if of_source >= MOST_OF_SOURCE || contents.len() >= MOST_CONTENTS {
            return Kept::TooMany;
        }
        contents.push(Content {
            data: piece.data,
            twins: twin.into_iter().collect(),
            sources: vec![source],
        });
        Kept::New
    }

    fn source(&mut self, from: &str) -> usize {
        if let Some(known) = self.sources.iter().position(|known| known == from) {
            return known;
        }
        if self.sources.len() < MOST_SOURCES {
            self.sources.push(from.to_owned());
        }
        self.sources.len() - 1
    }

    /// Numbers and places of the contents that are not what `whole` was cut into.
    pub(super) fn not_of(&self, whole: &[u8]) -> Vec<(u8, String)> {
        let Some(len) = self.head.len.filter(|len| *len > 0) else {
            return Vec::new();
        };
        let mut parts: Vec<Vec<u8>> = whole.chunks(len).map(<[u8]>::to_vec).collect();
        let data: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let Some(parity) = erasure::parity(&data, self.head.of) else {
            return Vec::new();
        };
        parts.extend(parity);
        let mut forged = Vec::new();
        for (number, contents) in &self.numbers {
            let genuine = parts.get(usize::from(*number).saturating_sub(1));
            let others = contents
                .iter()
                .filter(|content| Some(&content.data) != genuine);
            for source in others.flat_map(|content| &content.sources) {
                forged.extend(
                    self.sources
                        .get(*source)
                        .map(|from| (*number, from.clone())),
                );
            }
        }
        forged
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

    /// How much is kept.
    pub(super) fn bytes(&self) -> usize {
        let contents = self.numbers.values().flatten();
        contents.map(|content| content.data.len()).sum()
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
        let mut tried = 0;
        for parts in self.ways() {
            if parts.len() < usize::from(self.head.needed) {
                continue;
            }
            // The first are for nothing: other sheets may have used up all tries.
            tried += 1;
            match tries.checked_sub(usize::from(tried > super::OWN_TRIES)) {
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

impl Content {
    fn is_of(&self, source: usize) -> bool {
        self.sources.contains(&source)
    }
}

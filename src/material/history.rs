//! How far a signing history goes, and which of two goes less far. Knows numbers only, not where they stand.

use std::collections::BTreeMap;

/// How far a signing history goes. Higher is later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// For people: "height 36, round 0, step 3".
    pub shown: String,
    /// To compare two of the same file.
    pub order: Order,
}

/// The numbers of a history, and how those of two are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Most significant first: height, round, step.
    InTurn(Vec<u64>),
    /// Each number of each validator for itself, where none decides for the others. One lower number makes a history
    /// older. The name is the validator's public key, or empty where a file has only one.
    Each(BTreeMap<String, Highest>),
    /// They are not read.
    NotRead,
}

/// The highest numbers that a validator of Ethereum signed; `None` where it signed none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Highest {
    /// Slot of a block.
    pub slot: Option<u64>,
    /// Source epoch of an attestation.
    pub source: Option<u64>,
    /// Target epoch of an attestation.
    pub target: Option<u64>,
}

impl History {
    /// One whose numbers stand most significant first.
    pub(super) fn in_turn(shown: String, order: Vec<u64>) -> Self {
        Self {
            shown,
            order: Order::InTurn(order),
        }
    }

    /// One that is there and not read.
    pub(super) fn not_read(size: u64) -> Self {
        Self {
            shown: format!("{size} bytes, not read here"),
            order: Order::NotRead,
        }
    }

    /// Whether it goes less far than `other`, which is one of the same file. `None` when one of them cannot be read.
    pub fn is_older_than(&self, other: &Self) -> Option<bool> {
        match (&self.order, &other.order) {
            (Order::InTurn(mine), Order::InTurn(others)) if mine.len() == others.len() => {
                Some(mine < others)
            }
            (Order::Each(mine), Order::Each(others)) => {
                let is_lower = |(key, others): (&String, &Highest)| {
                    let mine = mine.get(key).copied().unwrap_or_default();
                    mine.is_lower_than(*others)
                };
                Some(others.iter().any(is_lower))
            }
            _ => None,
        }
    }
}

impl Highest {
    /// Whether one of its numbers is: none is lower than any.
    fn is_lower_than(self, other: Self) -> bool {
        self.slot < other.slot || self.source < other.source || self.target < other.target
    }

    /// The higher of each two.
    pub(super) fn or_higher(self, other: Self) -> Self {
        Self {
            slot: self.slot.max(other.slot),
            source: self.source.max(other.source),
            target: self.target.max(other.target),
        }
    }
}

//! What entries say differently of one vault though it cannot have changed: a vault has one `vault.json` for ever.
//!
//! Whoever can write a register can write that a share has another check key, and prove receipts with its other half. The
//! first entry counts, and every one that says something else is kept here.

use super::VaultState;
use crate::register::event::{ShareLine, VaultFacts};
use crate::signature::VaultId;

/// An entry that contradicts an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Of which vault.
    pub vault: VaultId,
    /// Of which share, where its check key is another one.
    pub share: Option<u8>,
    /// What is another one.
    pub what: &'static str,
    /// The line of the later entry.
    pub line: usize,
}

impl VaultState {
    /// What of these facts is not as it was entered first.
    pub(super) fn other_facts(&self, facts: &VaultFacts, line: usize) -> Vec<Conflict> {
        let all = [
            ("label", self.label != facts.label),
            ("kind", self.kind != facts.kind),
            ("number of shares needed", self.k != facts.k),
            ("number of shares", self.n != facts.n),
            ("date", self.created != facts.created),
        ];
        let others = all.into_iter().filter(|(_, is_other)| *is_other);
        let conflict = |(what, _)| Conflict {
            vault: self.id,
            share: None,
            what,
            line,
        };
        others.map(conflict).collect()
    }

    /// Learns a share's check key; the answer is the conflict, where another one is known.
    pub(super) fn learn_key(&mut self, share: &ShareLine, line: usize) -> Option<Conflict> {
        let mut shares = self.shares.iter_mut();
        let known = shares.find(|known| known.number == share.number)?;
        let first = *known.check_key.get_or_insert(share.check_key);
        (first != share.check_key).then_some(Conflict {
            vault: self.id,
            share: Some(share.number),
            what: "check key",
            line,
        })
    }
}

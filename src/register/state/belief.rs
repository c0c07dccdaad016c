//! How each vault of a register came to be believed to be the office's own.
//!
//! Anybody can make a vault of any label, with any number, that claims to follow any other one; its carriers get into the
//! register like those of a real one. So what was only found counts in no series, stands in nobody's place, and makes no
//! other vault old.

use super::{State, VaultState};
use crate::signature::VaultId;

/// How a vault came to be believed, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Belief {
    /// Its carriers were found, and nobody compared it with its paper: it may be anybody's.
    OnlyFound,
    /// Compared with its paper when its carriers were found; or it and a vault that is believed signed that one took the
    /// place of the other.
    Compared,
    /// Sealed with this register.
    SealedHere,
}

impl VaultState {
    /// Whether it is believed to be the office's own.
    pub fn is_believed(&self) -> bool {
        self.belief > Belief::OnlyFound
    }
}

impl State {
    /// Of two vaults that signed that one took the other's place both are believed, where one is: no stranger has the
    /// signature of either. It goes on along a whole chain of them, whatever was entered first.
    pub(super) fn believe_by_signatures(&mut self) {
        let pairs = self.vaults.iter();
        let pairs: Vec<(VaultId, VaultId)> = pairs
            .filter_map(|old| Some((old.id, old.successor?)))
            .collect();
        let is_believed = |state: &Self, id| state.vault(id).is_some_and(VaultState::is_believed);
        // Each round believes one more at least, or ends it.
        for _ in 0..pairs.len() {
            let before = self.vaults.iter().filter(|one| one.is_believed()).count();
            for (old, new) in &pairs {
                if is_believed(self, *old) || is_believed(self, *new) {
                    self.believe(*old);
                    self.believe(*new);
                }
            }
            if self.vaults.iter().filter(|one| one.is_believed()).count() == before {
                break;
            }
        }
    }

    fn believe(&mut self, id: VaultId) {
        if let Some(vault) = self.vault_mut(id) {
            vault.belief = vault.belief.max(Belief::Compared);
        }
    }
}

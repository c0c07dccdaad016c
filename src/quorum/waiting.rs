//! Protected shares on the table that are still closed, and whether opening one is of any use.

use std::path::Path;

use super::Table;
use crate::manifest::Manifest;
use crate::share::{Closed, ReadShare};
use crate::signature::{PublicKey, VaultId};

impl Table {
    /// Every copy of the next share that is to be opened, in the order in which they were read; `None` when there is
    /// none, or when enough good shares are open.
    ///
    /// Only shares of the one vault that is to be opened, that its identity signed, and that nobody gave up yet: the
    /// next answer is another one as soon as each copy was opened or [left closed](ReadShare::leave_closed).
    pub fn to_open(&mut self, expect: Option<VaultId>) -> Option<Vec<(&Path, &mut ReadShare)>> {
        let key = self.vault_named(expect).ok()??;
        let manifest = super::genuine(&self.manifests, &key).ok()?;
        let open = self.open_numbers(&key, manifest.as_ref());
        let waits = |share: &ReadShare| {
            share.closed() == Some(Closed::NotNeeded)
                && share.facts.public_key == key
                && !open.contains(&share.facts.number)
                && share.flaw(manifest.as_ref()).is_none()
        };
        let first = self.shares.iter().find(|(_, share)| waits(share))?;
        let (number, k) = (first.1.facts.number, first.1.facts.k);
        if open.len() >= usize::from(k) {
            return None;
        }
        let copies = self
            .shares
            .iter_mut()
            .filter(|(_, share)| share.facts.number == number && waits(share));
        Some(
            copies
                .map(|(from, share)| (from.as_path(), share))
                .collect(),
        )
    }

    /// The numbers of the open shares that are proven.
    fn open_numbers(&self, key: &PublicKey, manifest: Option<&Manifest>) -> Vec<u8> {
        let proven = self.shares.iter().filter(|(_, share)| {
            share.facts.public_key == *key
                && share.closed().is_none()
                && share.flaw(manifest).is_none()
        });
        let typed = self
            .bare
            .iter()
            .filter(|(_, share)| manifest.is_some_and(|manifest| share.is_committed(manifest)));
        let mut numbers: Vec<u8> = proven
            .map(|(_, share)| share.facts.number)
            .chain(typed.map(|(_, share)| share.number()))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

//! Custodians: whether they can come, and whose shares are out of their hands.

use std::collections::HashSet;

use super::{CustodianState, Standing, State};
use crate::register::event::CustodianMove;
use crate::register::kinds::Action;
use crate::time::Time;

impl State {
    /// A custodian that a sealing names.
    pub(super) fn meet(&mut self, when: Time, name: &str) {
        if self.custodian(name).is_none() {
            self.custodians.push(CustodianState {
                name: name.to_owned(),
                standing: Standing::Here,
                site: None,
                since: when,
            });
        }
    }

    pub(super) fn custodian_moves(&mut self, when: Time, moved: &CustodianMove) {
        self.meet(when, &moved.name);
        let since = moved.since.unwrap_or(when);
        let found = self.custodians.iter_mut().find(|c| c.name == moved.name);
        let Some(custodian) = found else { return };
        custodian.standing = match moved.action {
            Action::Add | Action::Reachable => Standing::Here,
            Action::Move => custodian.standing,
            Action::Leave => Standing::Left {
                since,
                returned: false,
            },
            Action::Unreachable => Standing::Unreachable { since },
            Action::Returned => Standing::Left {
                since: match custodian.standing {
                    Standing::Left { since, .. } => since,
                    _ => since,
                },
                returned: true,
            },
        };
        if moved.site.is_some() {
            custodian.site.clone_from(&moved.site);
        }
        if moved.action != Action::Move {
            custodian.since = since;
        }
    }

    /// Marks the shares of those who left and gave nothing back.
    pub(super) fn expose(&mut self) {
        let gone = |custodian: &&CustodianState| {
            matches!(
                custodian.standing,
                Standing::Left {
                    returned: false,
                    ..
                }
            )
        };
        let gone: HashSet<String> = self
            .custodians
            .iter()
            .filter(gone)
            .map(|c| c.name.clone())
            .collect();
        let shares = self.vaults.iter_mut().flat_map(|vault| &mut vault.shares);
        for share in shares {
            share.exposed = share
                .custodian
                .as_ref()
                .is_some_and(|name| gone.contains(name));
        }
    }
}

//! Custodians: whether they can come, and whose shares are out of their hands.

use std::collections::HashMap;

use super::{ShareState, State};
use crate::register::event::CustodianMove;
use crate::register::kinds::{Action, Role};
use crate::signature::VaultId;
use crate::time::Time;

/// One custodian.
#[derive(Clone, Debug)]
pub struct CustodianState {
    /// Who.
    pub name: String,
    /// Whether the person can come.
    pub standing: Standing,
    /// Where the share is kept.
    pub site: Option<String>,
    /// Since when the person is known, or stands so.
    pub since: Time,
}

/// Whether a custodian can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Can come.
    Here,
    /// Left.
    Left {
        /// Since when.
        since: Time,
        /// Whether the share was given back.
        returned: bool,
    },
    /// Cannot be reached.
    Unreachable {
        /// Since when.
        since: Time,
    },
}

impl ShareState {
    /// Marks it as out of hand. What is out stays out since the first day.
    fn expose(&mut self, since: Time) {
        self.exposed = Some(self.exposed.map_or(since, |first| first.min(since)));
    }
}

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
        let before = custodian.standing;
        custodian.standing = match moved.action {
            Action::Add | Action::Reachable => Standing::Here,
            Action::Move | Action::Suspect | Action::Cleared => before,
            Action::Leave => Standing::Left {
                since,
                returned: false,
            },
            // Who left and cannot be reached has left all the same.
            Action::Unreachable => match before {
                Standing::Left { .. } => before,
                _ => Standing::Unreachable { since },
            },
            Action::Returned => Standing::Left {
                since: match before {
                    Standing::Left { since, .. } => since,
                    _ => since,
                },
                returned: true,
            },
        };
        if moved.site.is_some() {
            custodian.site.clone_from(&moved.site);
        }
        if custodian.standing != before || moved.action == Action::Add {
            custodian.since = since;
        }
        match moved.action {
            Action::Leave => self.of(&moved.name).for_each(|share| share.expose(since)),
            Action::Suspect => self.of(&moved.name).for_each(|share| {
                share.expose(since);
                share.suspected = true;
            }),
            // What somebody may have copied is not safe because the paper came back.
            Action::Returned => self.of(&moved.name).for_each(|share| {
                let known = share.exposed.filter(|_| share.suspected);
                share.exposed = known.or(share.lost);
            }),
            Action::Cleared => self.clear(&moved.name),
            Action::Add | Action::Move | Action::Unreachable | Action::Reachable => {}
        }
    }

    /// The shares of that custodian.
    fn of(&mut self, name: &str) -> impl Iterator<Item = &mut ShareState> {
        let shares = self.vaults.iter_mut().flat_map(|vault| {
            let copies = &vault.carriers;
            vault.shares.iter_mut().map(move |share| (share, copies))
        });
        // Who kept it before it was made anew may have the void copies still, and so may whoever it was begun for.
        let shares = shares.filter(move |(share, copies)| {
            let role = Role::Share(share.number);
            let out = copies
                .iter()
                .filter(|one| one.role == role && !one.destroyed);
            let kept = share.custodian.iter().chain(&share.former);
            kept.chain(out.filter_map(|one| one.keeper.as_ref()))
                .any(|kept| kept == name)
        });
        shares.map(|(share, _)| share)
    }

    /// Nobody else knows the shares of that custodian. Who left with them has them all the same.
    fn clear(&mut self, name: &str) {
        let standing = self.custodian(name).map(|custodian| custodian.standing);
        let left = match standing {
            Some(Standing::Left {
                since,
                returned: false,
            }) => Some(since),
            _ => None,
        };
        for share in self.of(name) {
            share.suspected = false;
            share.lost = None;
            share.exposed = left;
        }
    }

    /// Marks what those who are gone keep of a vault that became known afterwards.
    pub(super) fn expose_kept(&mut self, id: VaultId) {
        let gone: HashMap<String, Time> = self
            .custodians
            .iter()
            .filter_map(|custodian| match custodian.standing {
                Standing::Left {
                    since,
                    returned: false,
                } => Some((custodian.name.clone(), since)),
                _ => None,
            })
            .collect();
        let shares = self.vault_mut(id).map(|vault| &mut vault.shares);
        for share in shares.into_iter().flatten() {
            let since = share.custodian.as_ref().and_then(|name| gone.get(name));
            share.exposed = share.exposed.or(since.copied());
        }
    }
}

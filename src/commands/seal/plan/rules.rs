//! Which rules hold for a plan, and which were set aside with a reason.

use std::path::PathBuf;

use super::{Custodian, Destination, Plan, Thing};
use crate::error::{Error, Result};
use crate::kind::Kind;

/// What the exception for one custodian's share beside the vault begins with.
const TOGETHER: &str = "together:";

impl Plan {
    /// Everything that copies are made of: the vault, then share 1, 2, ...
    pub fn things(&self) -> Vec<Thing> {
        let shares = (1..)
            .zip(&self.custodians)
            .map(|(number, _)| Thing::Share(number));
        std::iter::once(Thing::Vault).chain(shares).collect()
    }

    /// Where the copies of a thing go, copy 1 first.
    pub fn destinations(&self, thing: Thing) -> &[Destination] {
        match thing {
            Thing::Vault => &self.vault_to,
            Thing::Share(_) => self.custodian(thing).map_or(&[], |custodian| &custodian.to),
        }
    }

    /// The custodian of a share.
    pub fn custodian(&self, thing: Thing) -> Option<&Custodian> {
        match thing {
            Thing::Vault => None,
            Thing::Share(number) => self.custodians.get(usize::from(number).wrapping_sub(1)),
        }
    }

    /// "the vault", or the custodian's name.
    pub fn name_of(&self, thing: Thing) -> &str {
        self.custodian(thing)
            .map_or("the vault", |custodian| custodian.name.as_str())
    }

    /// "vault copy 1", "legal's share, copy 2".
    pub fn copy_name(&self, thing: Thing, copy: usize) -> String {
        match thing {
            Thing::Vault => format!("vault copy {copy}"),
            Thing::Share(_) => format!("{}'s share, copy {copy}", self.name_of(thing)),
        }
    }

    /// Whether shares that may not lie with the vault go to the same place.
    pub fn is_passage(&self, to: &Destination) -> bool {
        let shares = (1..)
            .zip(&self.custodians)
            .map(|(number, _)| Thing::Share(number));
        let mut others = shares.filter(|share| !self.may_lie_together(Thing::Vault, *share));
        others.any(|share| self.destinations(share).contains(to))
    }

    /// Whether more than one copy names this place, so that media are swapped there.
    pub fn is_swapped(&self, to: &Destination) -> bool {
        let all = self.things();
        let same = all.iter().flat_map(|thing| self.destinations(*thing));
        same.filter(|other| *other == to).count() > 1
    }

    /// Whether media will be asked for: some are not named, or several copies name one place.
    pub fn brings_media(&self) -> bool {
        let mut places: Vec<(&PathBuf, Thing)> = Vec::new();
        self.things().into_iter().any(|thing| {
            self.destinations(thing).iter().any(|to| match to {
                Destination::Asked => true,
                Destination::At(dir) => {
                    let taken = places.iter().any(|(place, other)| {
                        *place == dir && !self.may_lie_together(thing, *other)
                    });
                    places.push((dir, thing));
                    taken
                }
            })
        })
    }

    /// Whether `rule` holds: in production, and not set aside.
    pub fn is_strict(&self, rule: &str) -> bool {
        self.kind == Kind::Production
            && !self
                .exceptions
                .iter()
                .any(|exception| exception.rule == rule)
    }

    /// Whether a copy of `a` and a copy of `b` may lie on one carrier: anything in a rehearsal, but never two copies of
    /// one thing; in production a share and the vault, where a reason was given for that custodian.
    pub fn may_lie_together(&self, a: Thing, b: Thing) -> bool {
        a != b && (self.kind == Kind::Rehearsal || self.is_together(a, b))
    }

    /// Whether one of the two is the vault and the other a share with a `together` exception.
    pub fn is_together(&self, a: Thing, b: Thing) -> bool {
        let ((Thing::Vault, share) | (share, Thing::Vault)) = (a, b) else {
            return false;
        };
        self.custodian(share).is_some_and(|custodian| {
            let rule = format!("{TOGETHER}{}", custodian.name);
            self.exceptions
                .iter()
                .any(|exception| exception.rule == rule)
        })
    }

    /// `together:NAME` names a custodian.
    pub(super) fn check_exceptions(&self) -> Result<()> {
        for exception in &self.exceptions {
            let Some(name) = exception.rule.strip_prefix(TOGETHER) else {
                continue;
            };
            if !self
                .custodians
                .iter()
                .any(|custodian| custodian.name.as_str() == name)
            {
                return Err(Error::Usage {
                    what: format!("--exception {TOGETHER}{name} names nobody who is a custodian"),
                    hint: "write it as --exception together:NAME=REASON".into(),
                });
            }
        }
        Ok(())
    }
}

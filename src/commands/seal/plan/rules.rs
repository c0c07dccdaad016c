//! Which rules hold for a plan, and which were set aside with a reason.

use super::{Custodian, Destination, Plan, PlannedCopy, Thing};
use crate::ceremony::Scope;
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

    /// Every copy in the order in which they are written: vault copies that are there from the beginning, every share,
    /// and at last the vault copies that are made from the first.
    pub fn copies(&self) -> Vec<PlannedCopy<'_>> {
        let things = self.things();
        let all = things.iter().flat_map(|thing| {
            let numbered = (1..).zip(self.destinations(*thing));
            numbered.map(|(copy, to)| PlannedCopy {
                thing: *thing,
                copy,
                to,
                is_last: self.is_last(*thing, copy, to),
            })
        });
        let mut all: Vec<PlannedCopy<'_>> = all.collect();
        all.sort_by_key(|copy| copy.is_last);
        all
    }

    /// A further vault copy whose medium cannot be there from the beginning, or would be in the way of shares.
    fn is_last(&self, thing: Thing, copy: u8, to: &Destination) -> bool {
        if to.file().is_some() {
            return thing == Thing::Vault;
        }
        let earlier = usize::from(copy).saturating_sub(1);
        let among_vaults = self.vault_to.iter().take(earlier).any(|other| other == to);
        let things = self.things();
        let apart =
            |share: &&Thing| **share != thing && !self.may_lie_together(Thing::Vault, **share);
        let mut shares = things.iter().filter(apart);
        let among_shares = shares.any(|share| self.destinations(*share).contains(to));
        thing == Thing::Vault
            && copy > 1
            && (*to == Destination::Asked || among_vaults || among_shares)
    }

    /// Whether another copy, that may not lie beside this one, goes to the same place: then media are swapped there.
    pub fn is_swapped(&self, copy: &PlannedCopy<'_>) -> bool {
        let same = |other: &PlannedCopy<'_>| (other.thing, other.copy) == (copy.thing, copy.copy);
        let mut others = self.copies().into_iter().filter(|other| !same(other));
        others.any(|other| other.to == copy.to && !self.may_lie_together(other.thing, copy.thing))
    }

    /// Whether media will be asked for: some are not named, or are swapped.
    pub fn brings_media(&self) -> bool {
        let copies = self.copies();
        copies
            .iter()
            .any(|copy| *copy.to == Destination::Asked || self.is_swapped(copy))
    }

    /// Whether `rule` holds: in production, and not set aside.
    pub fn is_strict(&self, rule: &str) -> bool {
        self.kind == Kind::Production
            && !self
                .exceptions
                .iter()
                .any(|exception| exception.rule == rule)
    }

    /// Whether a copy of `a` and a copy of `b` may lie on one carrier, but never two copies of one thing: a share and the
    /// vault, where a reason was given for that custodian; anything in a rehearsal with nobody there who could swap media.
    pub fn may_lie_together(&self, a: Thing, b: Thing) -> bool {
        let is_loose = self.kind == Kind::Rehearsal && !self.can_swap;
        a != b && (is_loose || self.is_together(a, b))
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

    /// A vault on paper takes keys only.
    pub(super) fn check_scope(&self) -> Result<()> {
        match self.prints_vault() && self.scope != Scope::Keys {
            false => Ok(()),
            true => Err(Error::Usage {
                what: "a vault on paper holds keys, not whole node directories".into(),
                hint: "add --scope keys: it takes keys, passwords, configuration and signing history; or give the \
                       vault media only"
                    .into(),
            }),
        }
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

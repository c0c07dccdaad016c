//! People and places: who is gone and keeps a share, how many shares can be brought, and what lies together.

use std::collections::{BTreeMap, BTreeSet};

use super::shares::{Gone, Margin, custodian, new_shares};
use super::term::{NOTICE, standing};
use super::{Item, Now, Standing, What};
use crate::register::{CarrierState, Role, ShareState, VaultState};

/// Everything about the people and places of one vault.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let of = Of { vault, now };
    items.extend(vault.shares.iter().filter_map(|share| of.gone(share)));
    items.extend(of.exposed());
    items.extend(of.margin());
    items.extend(of.sites());
}

struct Of<'a> {
    vault: &'a VaultState,
    now: &'a Now<'a>,
}

impl Of<'_> {
    fn item(&self, what: What, subject: &str, standing: Standing, why: String) -> Item {
        let label = self.now.name(self.vault);
        let name = match subject.is_empty() {
            true => label,
            false => format!("{label}, {subject}"),
        };
        Item {
            what,
            vault: Some(self.vault.id),
            subject: subject.to_owned(),
            name,
            standing,
            since: None,
            by: None,
            why,
        }
    }

    /// Somebody is gone and keeps a share, or kept it.
    fn gone(&self, share: &ShareState) -> Option<Item> {
        let new = new_shares(share, self.now.state)?;
        let name = share.custodian.as_ref()?;
        let since = new.since.date();
        let what = match new.why {
            Gone::GaveItBack => format!("left {since}, gave it back"),
            Gone::WithIt => format!("left {since} with it"),
            Gone::Known => format!("suspected since {since}"),
            Gone::NotReached => format!("not reached since {since}"),
            Gone::Lost => format!("a copy is lost, or its bag was open, since {since}"),
        };
        let subject = format!("share {}", share.number);
        let standing = standing(new.by, self.now.as_of, false, NOTICE);
        let why = format!("{what}; new shares by {}", new.by.date());
        let item = self.item(What::Custodian, &subject, standing, why);
        Some(Item {
            name: format!("{} ({name})", item.name),
            since: Some(new.since),
            by: Some(new.by),
            ..item
        })
    }

    fn count(&self) -> Margin {
        Margin::of(self.vault, self.now.state)
    }

    fn exposed(&self) -> Option<Item> {
        let (count, k) = (self.count().exposed, usize::from(self.vault.k));
        (count >= k).then(|| {
            let why = format!(
                "{count} shares are exposed and {k} are enough: the keys inside are compromised, replace them"
            );
            self.item(What::Exposed, "", Standing::Failed, why)
        })
    }

    fn margin(&self) -> Option<Item> {
        if self.vault.shares.is_empty() {
            return None;
        }
        let margin = self.count();
        let standing = match margin.spare() {
            Some(0) => Standing::Due(0),
            Some(_) => Standing::Good,
            None => Standing::Failed,
        };
        let exposed = match margin.exposed {
            0 => String::new(),
            count => format!("; exposed {count} of {} needed", margin.needed),
        };
        Some(self.item(What::Margin, "", standing, margin.words() + &exposed))
    }

    /// One place must not hold enough to open the vault, nor all that is left of it.
    fn sites(&self) -> Vec<Item> {
        let mut places: BTreeMap<&str, (BTreeSet<u8>, usize)> = BTreeMap::new();
        let there = |carrier: &&CarrierState| !carrier.destroyed && !carrier.prepared;
        let live: Vec<&CarrierState> = self.vault.carriers.iter().filter(there).collect();
        for carrier in live.iter().copied() {
            let Some(site) = carrier.site.as_deref().or(self.kept_by(carrier.role)) else {
                continue;
            };
            let (shares, vaults) = places.entry(site).or_default();
            match carrier.role {
                Role::Share(number) => drop(shares.insert(number)),
                Role::Vault => *vaults += 1,
            }
        }
        let all = live
            .iter()
            .filter(|carrier| carrier.role == Role::Vault)
            .count();
        let said = places.iter().flat_map(|(site, (shares, vaults))| {
            let (count, k) = (shares.len(), usize::from(self.vault.k));
            let opens = (count >= k).then(|| match vaults {
                0 => format!("{site} holds {count} shares, {k} are enough to open it"),
                _ => format!("{site} holds {count} shares and a vault copy: it opens there alone"),
            });
            let burns = (*vaults == all && all > 1)
                .then(|| format!("{site} holds all {all} vault copies: one fire takes them"));
            opens.into_iter().chain(burns)
        });
        // A place is not named where names do not go.
        let numbered = (1..).zip(said);
        let item = |(number, why)| Item {
            name: self.now.name(self.vault),
            ..self.item(
                What::Site,
                &format!("place {number}"),
                Standing::Due(0),
                why,
            )
        };
        numbered.map(item).collect()
    }

    /// A share that was not placed is where its custodian keeps things.
    fn kept_by(&self, role: Role) -> Option<&str> {
        let number = role.number()?;
        let share = self
            .vault
            .shares
            .iter()
            .find(|share| share.number == number)?;
        custodian(share, self.now.state)?.site.as_deref()
    }
}

//! People and places: who is gone and keeps a share, how many shares can be brought, and what lies together.

use std::collections::{BTreeMap, BTreeSet};

use super::term::{NOTICE, standing};
use super::{Item, Now, Standing, What};
use crate::register::{
    CarrierState, CustodianState, Role, ShareState, Standing as Custody, State, VaultState,
};

/// Days until there are new shares, after a custodian who gave the share back left, or cannot be reached.
const FRIENDLY: u16 = 30;
/// The same where the share was not given back.
const EXPOSED: u16 = 7;

/// Everything about the people and places of one vault.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let of = Of { vault, now };
    items.extend(vault.shares.iter().filter_map(|share| of.gone(share)));
    items.extend(of.exposed());
    items.extend(of.margin());
    items.extend(of.sites());
}

/// Whether the custodian of a share can be asked for it. Somebody the register knows nothing of can.
pub(super) fn can_come(state: &State, share: &ShareState) -> bool {
    let custodian = share
        .custodian
        .as_ref()
        .and_then(|name| state.custodian(name));
    custodian.is_none_or(|custodian| matches!(custodian.standing, Custody::Here))
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

    /// The custodian of a share, where the register knows somebody of that name.
    fn custodian(&self, share: &ShareState) -> Option<&CustodianState> {
        self.now.state.custodian(share.custodian.as_ref()?)
    }

    /// Somebody is gone and keeps a share, or kept it.
    fn gone(&self, share: &ShareState) -> Option<Item> {
        let custodian = self.custodian(share)?;
        let name = &custodian.name;
        let (since, days, what) = match custodian.standing {
            Custody::Here => return None,
            Custody::Left {
                since,
                returned: true,
            } => (
                since,
                FRIENDLY,
                format!("left {}, gave it back", since.date()),
            ),
            Custody::Left {
                since,
                returned: false,
            } => (since, EXPOSED, format!("left {} with it", since.date())),
            Custody::Unreachable { since } => (
                since,
                FRIENDLY,
                format!("not reached since {}", since.date()),
            ),
        };
        let by = since.plus_days(days);
        let subject = format!("share {}", share.number);
        let standing = standing(by, self.now.as_of, false, NOTICE);
        let why = format!("{what}; new shares by {}", by.date());
        let item = self.item(What::Custodian, &subject, standing, why);
        Some(Item {
            name: format!("{} ({name})", item.name),
            since: Some(since),
            by: Some(by),
            ..item
        })
    }

    fn count_exposed(&self) -> usize {
        self.vault
            .shares
            .iter()
            .filter(|share| share.exposed)
            .count()
    }

    fn exposed(&self) -> Option<Item> {
        let (count, k) = (self.count_exposed(), usize::from(self.vault.k));
        (count >= k).then(|| {
            let why = format!(
                "{count} shares are exposed and {k} are enough: the keys inside are compromised, replace them"
            );
            self.item(What::Exposed, "", Standing::Failed, why)
        })
    }

    fn margin(&self) -> Option<Item> {
        let can = |share: &&ShareState| self.can_be_brought(share);
        let can = self.vault.shares.iter().filter(can).count();
        let k = usize::from(self.vault.k);
        if self.vault.shares.is_empty() {
            return None;
        }
        let (standing, why) = match can.checked_sub(k) {
            Some(0) => (
                Standing::Due(0),
                format!("{can} reachable, {k} needed: none to spare"),
            ),
            Some(more) => (
                Standing::Good,
                format!("{more} reachable beyond the {k} needed"),
            ),
            None => (
                Standing::Failed,
                format!("{can} reachable, {k} needed: it cannot be opened"),
            ),
        };
        let exposed = match self.count_exposed() {
            0 => String::new(),
            count => format!("; exposed {count} of {k} needed"),
        };
        Some(self.item(What::Margin, "", standing, why + &exposed))
    }

    /// Somebody can be asked, and one copy at least is not known to be bad.
    fn can_be_brought(&self, share: &ShareState) -> bool {
        let copies = self.vault.carriers.iter();
        let mut copies = copies
            .filter(|carrier| carrier.role == Role::Share(share.number))
            .peekable();
        let whole = copies.peek().is_none()
            || copies
                .any(|carrier| !carrier.destroyed && !carrier.prepared && carrier.failed.is_none());
        // What was given back lies with the office.
        let given_back = |custodian: &CustodianState| {
            matches!(custodian.standing, Custody::Left { returned: true, .. })
        };
        whole && (can_come(self.now.state, share) || self.custodian(share).is_some_and(given_back))
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
        self.custodian(share)?.site.as_deref()
    }
}

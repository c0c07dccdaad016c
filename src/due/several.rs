//! People who can bring more than one share of a vault: the share that they keep, and void copies of another one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Item, Now, Standing, What, void_copies};
use crate::register::VaultState;

/// Of each such person an item: fewer people open the vault than its number says.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let k = usize::from(vault.k);
    let people = shares_of_people(vault).into_iter();
    let several = people.filter(|(_, shares)| shares.len() > 1);
    // A person is not named where names do not go.
    items.extend((1..).zip(several).map(|(place, (name, shares))| {
        let alone = shares.len() >= k;
        let numbers: Vec<String> = shares.iter().map(u8::to_string).collect();
        let ends = match alone {
            true => format!("{k} open it: {name} can do it alone"),
            false => format!("{} of the {k} needed", shares.len()),
        };
        Item {
            what: What::Several,
            vault: Some(vault.id),
            subject: format!("person {place}"),
            name: now.name(vault),
            standing: match alone {
                true => Standing::Failed,
                false => Standing::Due(0),
            },
            since: None,
            by: None,
            why: format!(
                "{name} can bring shares {}, void copies counted: {ends}",
                numbers.join(" and ")
            ),
        }
    }));
}

/// The numbers of the shares that each person keeps, or has void copies of.
fn shares_of_people(vault: &VaultState) -> BTreeMap<&str, BTreeSet<u8>> {
    let mut people: BTreeMap<&str, BTreeSet<u8>> = BTreeMap::new();
    for share in &vault.shares {
        let void = void_copies(vault, share).into_iter();
        let void = void.flat_map(|copy| copy.keepers);
        for name in share.custodian.as_deref().into_iter().chain(void) {
            people.entry(name).or_default().insert(share.number);
        }
    }
    people
}

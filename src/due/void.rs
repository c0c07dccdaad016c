//! Copies of a share that was made anew: void, and each still opens the vault with others until it is destroyed.

use super::{Item, Now, Standing, What};
use crate::register::{CarrierState, Role, ShareState, VaultState};

/// Of each share the void copies that are out.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let found = vault
        .shares
        .iter()
        .filter_map(|share| of_share(vault, share, now));
    items.extend(found);
}

fn of_share(vault: &VaultState, share: &ShareState, now: &Now<'_>) -> Option<Item> {
    let is_out = |carrier: &&CarrierState| {
        let is_void = carrier.void.is_some() && !carrier.destroyed && !carrier.prepared;
        is_void && carrier.role == Role::Share(share.number)
    };
    let out: Vec<&CarrierState> = vault.carriers.iter().filter(is_out).collect();
    let since = out.iter().filter_map(|carrier| carrier.void).min()?;
    let copies = match out.len() {
        1 => "1 copy is".to_owned(),
        several => format!("{several} copies are"),
    };
    let subject = format!("share {}", share.number);
    Some(Item {
        what: What::Void,
        vault: Some(vault.id),
        name: format!("{}, {subject}", now.name(vault)),
        subject,
        standing: Standing::Due(0),
        since: Some(since),
        by: None,
        why: format!(
            "{copies} void since {} and not destroyed: each is still that share",
            since.date()
        ),
    })
}

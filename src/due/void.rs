//! Copies of a share that was made anew: void, and each still opens the vault with others until it is destroyed.

use super::{Item, Now, Standing, What};
use crate::register::{CarrierState, Role, ShareState, VaultState};

/// Of each share the void copies that are out.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    for share in &vault.shares {
        items.extend(of_share(vault, share, now));
        items.extend(unfinished(vault, share, now));
    }
}

/// Copies of a share that was about to be made anew, of which no entry says that they were made.
fn unfinished(vault: &VaultState, share: &ShareState, now: &Now<'_>) -> Option<Item> {
    let out: Vec<&CarrierState> = vault.unfinished(share.number).collect();
    let since = out.iter().filter_map(|carrier| carrier.void).min()?;
    let numbers: Vec<String> = out.iter().map(|one| one.copy.to_string()).collect();
    let copies = match numbers.as_slice() {
        [one] => format!("copy {one}"),
        several => format!("copies {}", several.join(", ")),
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
            "a reissue was begun on {} and never entered as ended: {copies} may be out, each is that share",
            since.date()
        ),
    })
}

fn of_share(vault: &VaultState, share: &ShareState, now: &Now<'_>) -> Option<Item> {
    let is_out = |carrier: &&CarrierState| {
        let is_void = carrier.void.is_some() && !carrier.destroyed && !carrier.prepared;
        is_void && !carrier.unfinished && carrier.role == Role::Share(share.number)
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

//! Copies of a share that was made anew: void, and each still opens the vault with others until it is destroyed.

use super::life::never_seen;
use super::{Item, Now, Standing, What};
use crate::register::{CarrierState, Role, ShareState, VaultState};

/// A void copy that may be out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidCopy<'a> {
    /// Its number.
    pub copy: u8,
    /// Who may have it.
    pub keepers: Vec<&'a str>,
    /// Where it is, by the register.
    pub site: Option<&'a str>,
    /// Whether the register has it; if not, only its neighbours say that it was made.
    pub entered: bool,
}

/// The void copies of a share that may be out: those that the register has, and those that nobody entered.
pub fn void_copies<'a>(vault: &'a VaultState, share: &'a ShareState) -> Vec<VoidCopy<'a>> {
    let role = Role::Share(share.number);
    let is_out = |one: &&CarrierState| one.role == role && one.void.is_some() && !one.destroyed;
    let entered = vault.carriers.iter().filter(is_out).map(|one| VoidCopy {
        copy: one.copy,
        keepers: one.keeper.iter().map(String::as_str).collect(),
        site: one.site.as_deref(),
        entered: true,
    });
    let mut found: Vec<VoidCopy<'_>> = entered.collect();
    if !share.reissues.is_empty() {
        let unseen = never_seen(vault).into_iter();
        let unseen = unseen.filter(|(of, _)| *of == role);
        found.extend(unseen.map(|(_, copy)| VoidCopy {
            copy,
            keepers: before(share),
            site: None,
            entered: false,
        }));
    }
    found.sort_by_key(|one| one.copy);
    found
}

/// Who kept the share before it was made anew: of a share that never changed hands whoever keeps it.
fn before(share: &ShareState) -> Vec<&str> {
    match share.former.is_empty() {
        true => share.custodian.iter().map(String::as_str).collect(),
        false => share.former.iter().map(String::as_str).collect(),
    }
}

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

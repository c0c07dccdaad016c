//! What is worth knowing of the certificates in a keystore, against a clock.

use super::{Remark, Weight, about};
use crate::certificate::Certificate;
use crate::contents::{Chain, Contents, Store, chain};
use crate::keystore::{Entry, Holds};
use crate::time::Time;

/// The root of every Corda development network, whose key is public (corda/corda 4.12, `cordadevcakeys.jks`).
const DEV_ROOT: &str = "2034b7a3ff76d12c15f521af17411db5b26c5a75c86dcde1b0937e1103e3f3f4";

/// Days before a certificate ends that are said loudly, and that are said at all.
const SOON: i64 = 30;
const IN_SIGHT: i64 = 90;

/// Adds it.
pub(super) fn remarks(contents: &Contents, store: &Store, now: Time, all: &mut Vec<Remark>) {
    let Ok(read) = &store.read else {
        return;
    };
    let path = store.place.path(&contents.base);
    let certificates = || {
        read.entries
            .iter()
            .flat_map(|entry| entry.chain.iter().flatten())
    };
    if certificates().any(|certificate| certificate.sha256.hex() == DEV_ROOT) {
        let text = "Corda development certificates: the keys of their root are public. This is no production node";
        let hint = "do not hold a ceremony for it: use --rehearsal";
        about(
            all,
            (Weight::Warning, "development"),
            &path,
            text.into(),
            hint,
        );
    }
    for entry in &read.entries {
        dates(entry, now, &path, all);
        if let Holds::PrivateKey(_) = entry.holds {
            of_chain(contents, store, entry, &path, all);
        }
    }
}

/// The end of the entry's own certificate, and of one in its chain that ends before.
fn dates(entry: &Entry, now: Time, path: &std::path::Path, all: &mut Vec<Remark>) {
    let all_read = entry.chain.iter().flatten();
    let Some(first) = all_read.min_by_key(|certificate| certificate.not_after) else {
        return;
    };
    let days = first.days_left(now);
    let (weight, code, when) = match days {
        ..0 => (Weight::Warning, "expired", "has expired"),
        0..=SOON => (Weight::Warning, "expires", "expires soon"),
        _ if days <= IN_SIGHT => (Weight::Note, "expires", "expires before long"),
        _ => return not_yet(entry, now, path, all),
    };
    let date = first.not_after.date();
    let text = format!(
        "{:?}: the certificate of {:?} {when}: {date}",
        entry.alias, first.subject
    );
    about(
        all,
        (weight, code),
        path,
        text,
        "renew it; the key goes into the vault all the same",
    );
}

fn not_yet(entry: &Entry, now: Time, path: &std::path::Path, all: &mut Vec<Remark>) {
    let early = entry
        .chain
        .iter()
        .flatten()
        .find(|certificate| certificate.not_before > now);
    if let Some(early) = early {
        let date = early.not_before.date();
        let text = format!("{:?}: a certificate holds only from {date} on", entry.alias);
        about(
            all,
            (Weight::Warning, "expires"),
            path,
            text,
            "look at the clock of this machine",
        );
    }
}

fn of_chain(
    contents: &Contents,
    store: &Store,
    entry: &Entry,
    path: &std::path::Path,
    all: &mut Vec<Remark>,
) {
    let alias = &entry.alias;
    let (weight, text) = match chain(entry) {
        Chain::Complete(_) | Chain::NotChecked(_) if is_untrusted(contents, store, entry) => (
            Weight::Warning,
            format!("{alias:?}: its chain ends with a root that is not in the trust store"),
        ),
        Chain::Complete(_) => return,
        // Closed, nobody can see them.
        Chain::None if store.password.is_none() => return,
        Chain::None => (Weight::Warning, format!("{alias:?} has no certificate")),
        Chain::Broken(why) => (
            Weight::Warning,
            format!("{alias:?}: its chain is not complete: {why}"),
        ),
        Chain::NotChecked(why) => (
            Weight::Note,
            format!("{alias:?}: its chain was not checked: {why}"),
        ),
    };
    about(
        all,
        (weight, "chain"),
        path,
        text,
        "compare it with another copy of the node",
    );
}

/// Only the node's own two stores have to lead to its trust store.
fn is_untrusted(contents: &Contents, store: &Store, entry: &Entry) -> bool {
    let last: Option<&Certificate> = entry.chain.iter().flatten().last();
    matches!(store.role, Some("identity" | "TLS"))
        && last.is_some_and(|last| contents.is_trusted(last) == Some(false))
}

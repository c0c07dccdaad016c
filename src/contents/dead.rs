//! What would be no backup, and why.
//!
//! Knows what was read; judges no dates. What is carried and not opened is not dead, nor is a trust store whose password
//! nobody knows: it holds no secret.

use super::{Contents, Dead, Store};
use crate::keystore::{Entry, Flaw, Holds, Key, Keystore};
use crate::material::{Part, State};
use crate::private_key::Belongs;

/// Everything of a node directory that would be no backup, stores first.
pub(super) fn dead(contents: &Contents) -> Vec<Dead> {
    let stores = contents.stores.iter().filter_map(|store| {
        Some(Dead {
            place: store.place.clone(),
            why: of_store(store)?,
        })
    });
    let material = contents.material.iter().filter_map(|(place, found)| {
        let State::Dead(why) = &found.state else {
            return None;
        };
        let is_worth_it = matches!(found.part, Part::Key | Part::History);
        is_worth_it.then(|| Dead {
            place: place.clone(),
            why: format!("{}: {why}", found.what),
        })
    });
    stores.chain(material).collect()
}

/// Why a store would be no backup, if it would be none.
pub(super) fn of_store(store: &Store) -> Option<String> {
    let is_trust = store.role == Some("trust");
    match &store.read {
        Err(Flaw::NotOpened(_)) => None,
        Err(Flaw::Damaged(why)) => Some(why.clone()),
        Err(Flaw::Password) if is_trust => None,
        Err(Flaw::Password) => Some(NO_PASSWORD.into()),
        Ok(read) if !read.is_listed => {
            (!is_trust && is_opened_here(read)).then(|| NO_PASSWORD.into())
        }
        Ok(read) if read.entries.is_empty() => Some("it holds nothing".into()),
        Ok(read) => of_entries(read),
    }
}

const NO_PASSWORD: &str = "no password that is known opens it";

fn is_opened_here(read: &Keystore) -> bool {
    use crate::keystore::Format;
    matches!(read.format, Format::Jks | Format::Pkcs12)
}

fn of_entries(read: &Keystore) -> Option<String> {
    let keys: Vec<(&Entry, &Key)> = read.entries.iter().filter_map(with_key).collect();
    if !keys.is_empty() && keys.iter().all(|(_, key)| matches!(key, Key::HsmAlias(_))) {
        return Some(
            "it holds no key, only the names of keys in a hardware security module".into(),
        );
    }
    let whys: Vec<String> = keys
        .iter()
        .filter_map(|(entry, key)| of_key(entry, key))
        .collect();
    (!whys.is_empty()).then(|| whys.join("; "))
}

/// The entry and the key in it, if it has one.
pub(super) fn with_key(entry: &Entry) -> Option<(&Entry, &Key)> {
    match &entry.holds {
        Holds::PrivateKey(key) | Holds::SecretKey(key) => Some((entry, key)),
        Holds::Certificate => None,
    }
}

fn of_key(entry: &Entry, key: &Key) -> Option<String> {
    let alias = &entry.alias;
    match key {
        Key::Open {
            belongs: Belongs::No,
            ..
        } => Some(format!("the key {alias:?} is not that of its certificate")),
        Key::Closed | Key::WrongPassword => {
            Some(format!("no password that is known opens the key {alias:?}"))
        }
        Key::Damaged(why) => Some(format!("the key {alias:?} is damaged: {why}")),
        Key::Open { .. } | Key::HsmAlias(_) | Key::NotOpened(_) => None,
    }
}

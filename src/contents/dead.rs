//! What would be no backup, and why.
//!
//! Knows what was read; judges no dates. What is carried and not opened is not dead, nor is a trust store whose password
//! nobody knows: it holds no secret.

use super::configuration::is_same;
use super::{Contents, Place, Store, names};
use crate::corda::What;
use crate::hocon;
use crate::keystore::{Entry, Flaw, Holds, Key, Keystore};
use crate::material::{Part, State};
use crate::node::There;
use crate::private_key::Belongs;

/// Something that would be no backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    /// Where.
    pub place: Place,
    /// What it would take.
    pub lacks: Lacks,
    /// Why, in words.
    pub why: String,
}

/// What something would take to be a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// The password that opens it.
    Password,
    /// The keys themselves: they are in a hardware security module.
    Keys,
    /// A signing history that can be read: a node must never start without it.
    History,
    /// Bytes that are those of what it should be.
    GoodBytes,
    /// The file itself: it is not there.
    File,
}

/// Everything of a node directory that would be no backup, stores first.
pub(super) fn dead(contents: &Contents) -> Vec<Dead> {
    let stores = contents.stores.iter().filter_map(|store| {
        let (lacks, why) = of_store(contents, store)?;
        Some(Dead {
            place: store.place.clone(),
            lacks,
            why,
        })
    });
    let material = contents.material.iter().filter_map(|(place, found)| {
        let (lacks, why) = match &found.state {
            State::Dead(why) if found.part == Part::History => (Lacks::History, why.as_str()),
            State::Dead(why) => (Lacks::GoodBytes, why.as_str()),
            State::Locked if contents.closed.contains(place) => (Lacks::Password, NO_PASSWORD),
            _ => return None,
        };
        let is_worth_it = matches!(found.part, Part::Key | Part::History);
        is_worth_it.then(|| Dead {
            place: place.clone(),
            lacks,
            why: format!("{}: {why}", found.what),
        })
    });
    stores.chain(material).chain(too_large(contents)).collect()
}

/// Configuration that is too large to be read: nothing of what it names outside is known.
fn too_large(contents: &Contents) -> Vec<Dead> {
    let is_too_large = |place: &Place| {
        let there = contents.ground.there(&place.path(&contents.base));
        matches!(there, There::File { size, .. } if size > hocon::MAX_BYTES as u64)
    };
    let all = names::CONFIGURATIONS.map(|name| Place::Inside(name.to_vec()));
    let dead = all.into_iter().filter(is_too_large).map(|place| Dead {
        place,
        lacks: Lacks::GoodBytes,
        why: format!(
            "configuration of more than {} MiB is not read: what it names outside is not known",
            hocon::MAX_BYTES >> 20
        ),
    });
    dead.collect()
}

impl Contents {
    /// Whether a node looks for its own keys in the store: by what it is for, or because the configuration names it.
    fn is_needed(&self, store: &Store) -> bool {
        let path = store.place.path(&self.base);
        let configured = self.configuration.as_ref();
        let named = configured.map_or(&[][..], |configuration| &configuration.named);
        matches!(store.role, Some("identity" | "TLS"))
            || named.iter().any(|named| {
                named.what == What::Keystore && is_same(&self.ground, &named.path, &path)
            })
    }
}

/// What a store lacks, and why it would be no backup, if it would be none.
fn of_store(contents: &Contents, store: &Store) -> Option<(Lacks, String)> {
    let is_trust = store.role == Some("trust");
    let is_closed = match &store.read {
        Err(flaw) => *flaw == Flaw::Password,
        Ok(read) => !read.is_proven,
    };
    if is_trust && is_closed && contents.is_misconfigured(store) {
        let why = "the password that the configuration gives does not open it";
        return Some((Lacks::Password, why.into()));
    }
    let no_password = || (Lacks::Password, NO_PASSWORD.to_owned());
    match &store.read {
        Err(Flaw::NotOpened(why)) => contents
            .is_needed(store)
            .then(|| (Lacks::GoodBytes, why.clone())),
        Err(Flaw::Damaged(why)) => Some((Lacks::GoodBytes, why.clone())),
        Err(Flaw::Password) if is_trust => None,
        Err(Flaw::Password) => Some(no_password()),
        Ok(read) if !read.is_listed => (!is_trust && is_opened_here(read)).then(no_password),
        Ok(read) if read.entries.is_empty() => Some((Lacks::GoodBytes, "it holds nothing".into())),
        Ok(read) => of_entries(read),
    }
}

const NO_PASSWORD: &str = "no password that is known opens it";

fn is_opened_here(read: &Keystore) -> bool {
    use crate::keystore::Format;
    matches!(read.format, Format::Jks | Format::Pkcs12)
}

fn of_entries(read: &Keystore) -> Option<(Lacks, String)> {
    let keys: Vec<(&Entry, &Key)> = read.entries.iter().filter_map(with_key).collect();
    if !keys.is_empty() && keys.iter().all(|(_, key)| matches!(key, Key::HsmAlias(_))) {
        let why = "it holds no key, only the names of keys in a hardware security module";
        return Some((Lacks::Keys, why.into()));
    }
    let whys: Vec<String> = keys
        .iter()
        .filter_map(|(entry, key)| of_key(entry, key))
        .collect();
    let is_closed = |key: &Key| matches!(key, Key::Closed | Key::WrongPassword);
    let lacks = match keys.iter().any(|(_, key)| is_closed(key)) {
        true => Lacks::Password,
        false => Lacks::GoodBytes,
    };
    (!whys.is_empty()).then(|| (lacks, whys.join("; ")))
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

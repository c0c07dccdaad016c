//! The passwords of a configuration that open stores, and the stores that each is for.
//!
//! A password that opens no store (of a database, of a user) is not of interest here: it is sealed with the file.

use std::path::PathBuf;

use super::reading::{Reading, Software, is_in_clear, parent};
use super::settings::Item;
use super::table;
use super::{Password, What};
use crate::secret::SecretBytes;

/// Corda's own (`corda-reference.conf`): what a node takes where its file says nothing.
const DEFAULTS: [(&str, &str); 2] = [
    ("keyStorePassword", "cordacadevpass"),
    ("trustStorePassword", "trustpass"),
];
/// The stores of a node that `keyStorePassword` is for; the wrapping store too (`BCCryptoService`).
const NODE_STORES: [&str; 3] = [
    "certificates/nodekeystore.jks",
    "certificates/sslkeystore.jks",
    "certificates/wrappingkeystore.pkcs12",
];

/// The most passwords of one file that are looked at: each open one holds a page of locked memory.
const MAX_PASSWORDS: usize = 1_000;
/// The most comparisons of passwords with paths.
const MAX_WORK: usize = 4_000_000;

/// Adds the passwords of the main file.
pub(super) fn collect(reading: &mut Reading, items: &[Item]) {
    add_all(reading, items, 0);
    if reading.software == Software::Other {
        return;
    }
    for (key, text) in DEFAULTS {
        let lower = key.to_ascii_lowercase();
        if items.iter().any(|item| table::name(&item.key) == lower) {
            continue;
        }
        let stores = stores(reading, items, key, 0);
        reading.found.passwords.push(Password {
            key: key.into(),
            line: 0,
            text: SecretBytes::copied(text.as_bytes()),
            is_default: true,
            stores,
        });
    }
}

/// Adds those of a file of second-level configuration, whose paths are the named ones from `first` on.
pub(super) fn collect_second(reading: &mut Reading, items: &[Item], first: usize) {
    add_all(reading, items, first);
}

fn add_all(reading: &mut Reading, items: &[Item], first: usize) {
    // Each is compared with every path and every name.
    let most = MAX_WORK / (reading.keys.len() + items.len() + 1);
    let most = most.min(MAX_PASSWORDS);
    let mut secrets = items.iter().filter(|item| table::is_secret(&item.key));
    for item in secrets.by_ref().take(most) {
        let Ok(text) = &item.text else { continue };
        let stores = stores(reading, items, &item.key, first);
        let Some(text) = clear(text).filter(|_| !stores.is_empty()) else {
            continue;
        };
        reading.found.passwords.push(Password {
            key: table::shown(&item.key),
            line: item.line,
            text: SecretBytes::copied(text),
            is_default: false,
            stores,
        });
    }
    if let Some(item) = secrets.next() {
        let text = "more passwords than are looked at: from here on, which stores they are for is not known";
        let hint = "give them when asked";
        reading.gap("too-much", (&item.file, item.line), text.into(), hint);
    }
    for (key, line, password, stores) in std::mem::take(&mut reading.address_passwords)
        .into_iter()
        .take(MAX_PASSWORDS)
    {
        reading.found.passwords.push(Password {
            key,
            line,
            text: SecretBytes::copied(password.as_bytes()),
            is_default: false,
            stores,
        });
    }
}

/// The password itself. `None` when it is obfuscated.
fn clear(text: &[u8]) -> Option<&[u8]> {
    if is_in_clear(text) {
        let inner = text.strip_prefix(b"<encrypt{")?;
        return inner.strip_suffix(b"}>");
    }
    let is_obfuscated = text.starts_with(b"<{") && text.ends_with(b"}>");
    (!is_obfuscated).then_some(text)
}

/// The stores that a password is for.
fn stores(reading: &Reading, items: &[Item], key: &str, first: usize) -> Vec<PathBuf> {
    let last = table::last(key);
    let above = parent(key);
    let trust = |what| what == What::TrustStore;
    let keys = |what| matches!(what, What::Keystore | What::KeyFile);
    let any = |what| trust(what) || keys(what);
    let named = |wanted: &dyn Fn(What) -> bool, is_place: &dyn Fn(&str) -> bool| -> Vec<PathBuf> {
        let all = reading.found.named.iter().zip(&reading.keys).skip(first);
        let fit = all.filter(|(named, key)| wanted(named.what) && is_place(key));
        fit.map(|(named, _)| named.path.clone()).collect()
    };
    let beside = |key: &str| parent(key) == above;
    let below =
        |key: &str| parent(parent(key)) == above && table::name(parent(key)).ends_with("keystore");
    let mut stores = match last.as_str() {
        "keystorepassword" | "keystoreprivatekeypassword" => named(&keys, &beside),
        "truststorepassword" => named(&trust, &beside),
        "certificatesstorepassword" => named(&trust, &beside),
        "keypassword" => [named(&keys, &beside), named(&keys, &below)].concat(),
        "defaultpassword" => named(&any, &|_| true),
        "password" if table::last(above) == "key" => included_in(reading, items, above),
        _ => named(&any, &beside),
    };
    if above.is_empty() && reading.software == Software::Node && first == 0 {
        let more: &[&str] = match last.as_str() {
            "keystorepassword" => &NODE_STORES,
            "truststorepassword" => &["certificates/truststore.jks"],
            _ => &[],
        };
        stores.extend(more.iter().map(|store| reading.base.join(store)));
    }
    stores.sort();
    stores.dedup();
    stores
}

/// The PKI tool of the network manager: `certificates.NAME.key.includeIn = [STORE]` and `keyStores.STORE.file`.
fn included_in(reading: &Reading, items: &[Item], above: &str) -> Vec<PathBuf> {
    let list = format!("{above}.includeIn.");
    let names = items.iter().filter(|item| item.key.starts_with(&list));
    let names = names.filter_map(|item| item.text.as_ref().ok());
    let names = names.map(|name| String::from_utf8_lossy(name).into_owned());
    let all = names.flat_map(|name| {
        let end = format!(".{name}.file");
        let all = reading.found.named.iter().zip(&reading.keys);
        let fit = all.filter(move |(_, key)| key.ends_with(&end));
        fit.map(|(named, _)| named.path.clone()).collect::<Vec<_>>()
    });
    all.collect()
}

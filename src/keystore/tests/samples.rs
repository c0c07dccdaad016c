//! The real keystores of others give what `EXPECTED.json` says, which keytool and an independent reader agreed on.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::*;

fn password(expected: &Value, key: &str) -> Option<SecretBytes> {
    expected[key].as_str().map(secret)
}

fn opened_as_expected(bytes: &[u8], expected: &Value) -> Keystore {
    let store = password(expected, "store_password").unwrap();
    let key = password(expected, "key_password");
    let others: Vec<&SecretBytes> = key.iter().collect();
    match open(bytes, &store, &others) {
        Ok(store) => store,
        Err(flaw) => panic!("{flaw:?}"),
    }
}

/// "Sun May 15 18:51:01 UTC 2016" as 2016-05-15T18:51:01Z.
fn date(java: &str) -> String {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let words: Vec<&str> = java.split_whitespace().collect();
    let month = MONTHS.find(words[1]).unwrap() / 3 + 1;
    format!("{}-{month:02}-{:0>2}T{}Z", words[5], words[2], words[3])
}

fn check_certificates(name: &str, entry: &Entry, expected: &Value) {
    let all = expected["certs"].as_array().unwrap();
    assert_eq!(entry.chain.len(), all.len(), "{name} {}", entry.alias);
    for (read, expected) in entry.chain.iter().zip(all) {
        let read = read.as_ref().unwrap();
        let (from, until) = expected["valid"]
            .as_str()
            .unwrap()
            .split_once(" until: ")
            .unwrap();
        assert_eq!(read.subject, expected["subject"].as_str().unwrap());
        assert_eq!(read.sha256.hex(), expected["sha256"].as_str().unwrap());
        assert_eq!(read.not_before.to_string(), date(from));
        assert_eq!(read.not_after.to_string(), date(until));
        // "256-bit EC (secp256r1) key", "1024-bit RSA key (weak)"
        let key = expected["key"].as_str().unwrap();
        let curve = key
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'));
        let algorithm = match (key.contains("RSA"), curve) {
            (true, _) => format!("RSA {} bits", key.split_once('-').unwrap().0),
            (false, Some((curve, _))) => format!("EC {curve}"),
            _ => panic!("{key}"),
        };
        assert_eq!(read.algorithm, algorithm);
    }
}

fn check_chain(name: &str, entry: &Entry) {
    for pair in entry.chain.windows(2) {
        let (Ok(below), Ok(above)) = (&pair[0], &pair[1]) else {
            panic!("{name}");
        };
        // Three certificates of one name are no chain: pyjks made them by hand.
        if below.issuer == above.subject {
            assert_eq!(
                below.signed_by(above),
                crate::certificate::Signed::Yes,
                "{name}"
            );
        }
    }
}

fn check_entry(name: &str, entry: &Entry, expected: &Value, format: Format) {
    check_certificates(name, entry, expected);
    check_chain(name, entry);
    let is_key = expected["type"] == "PrivateKeyEntry";
    match &entry.holds {
        Holds::Certificate => assert!(!is_key, "{name}"),
        Holds::PrivateKey(key) => {
            assert!(is_key, "{name}");
            match key {
                Key::Open { algorithm, belongs } => {
                    if let Some(Ok(certificate)) = entry.chain.first() {
                        assert_eq!(*algorithm, certificate.algorithm);
                        assert_eq!(*belongs, Belongs::Yes, "{name} {}", entry.alias);
                    }
                }
                Key::NotOpened(_) if format == Format::Jceks => {}
                other => panic!("{name} {}: {other:?}", entry.alias),
            }
        }
        Holds::SecretKey(_) => panic!("{name}"),
    }
}

#[test]
fn real_keystores_give_what_keytool_says() {
    let Some(folder) = samples() else { return };
    let expected = fs::read(folder.join("EXPECTED.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_slice(&expected).unwrap();
    let mut stores = 0;
    for (name, expected) in &expected {
        let Some(format) = expected["real_format"].as_str() else {
            continue;
        };
        let bytes = fs::read(folder.join(name)).unwrap();
        let store = opened_as_expected(&bytes, expected);
        assert_eq!(
            format!("{:?}", store.format).to_uppercase(),
            format,
            "{name}"
        );
        assert_eq!(store.trailing, 0, "{name}");
        assert!(store.is_listed, "{name}");
        let all = expected["keytool_entries"].as_array().unwrap();
        for expected in all {
            let alias = expected["alias"].as_str().unwrap();
            let entry = store.entries.iter().find(|entry| entry.alias == alias);
            let entry = entry.unwrap_or_else(|| panic!("{name}: no {alias}"));
            if name == "pkcs12/rustcrypto-example.pfx" {
                // `keytool -list -v` breaks off at its name; `keytool -list` shows this.
                let own = entry.chain[0].as_ref().unwrap().sha256.hex();
                assert!(own.starts_with("2774218a5f61916056"), "{own}");
                continue;
            }
            check_entry(name, entry, expected, store.format);
        }
        if store.format != Format::Pkcs12 {
            assert_eq!(store.entries.len(), all.len(), "{name}");
            assert!(store.is_proven, "{name}");
        }
        let wrong = open(&bytes, &secret("not the password"), &[]);
        assert!(matches!(wrong, Err(Flaw::Password)), "{name}");
        stores += 1;
    }
    assert!(stores >= 30, "{stores}");
}

#[test]
fn without_a_password_jks_shows_its_names() {
    let Some(folder) = samples() else { return };
    let expected = fs::read(folder.join("EXPECTED.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_slice(&expected).unwrap();
    for (name, expected) in &expected {
        let Some(view) = expected["no_password_view"].as_array() else {
            continue;
        };
        let store = list(&fs::read(folder.join(name)).unwrap()).ok().unwrap();
        assert_eq!(store.entries.len(), view.len(), "{name}");
        assert!(store.is_listed && !store.is_proven);
        for (entry, view) in store.entries.iter().zip(view) {
            assert_eq!(entry.alias, view["alias"].as_str().unwrap());
            assert_eq!(entry.chain.len() as u64, view["chain"].as_u64().unwrap());
            let is_key = entry.holds == Holds::PrivateKey(Key::Closed)
                || matches!(entry.holds, Holds::PrivateKey(Key::NotOpened(_)));
            assert_eq!(is_key, view["tag"] == 1, "{name}");
        }
    }
}

#[test]
fn the_stores_of_made_nodes_open_and_hsm_names_are_known_for_what_they_are() {
    let Some(folder) = samples() else { return };
    let mut keys = 0;
    for node in ["bank", "devmode", "hsm", "notary", "wrapped"] {
        let folder = folder.join("made").join(node);
        let truth = fs::read(folder.join("TRUTH.json")).unwrap();
        let truth: Value = serde_json::from_slice(&truth).unwrap();
        let key = password(&truth["passwords"], "keyStorePassword").unwrap();
        let trust = password(&truth["passwords"], "trustStorePassword").unwrap();
        for (file, aliases) in truth["aliases"].as_object().unwrap() {
            let bytes = fs::read(folder.join(file)).unwrap();
            let password = if file.contains("trust") { &trust } else { &key };
            let store = open(&bytes, password, &[]).ok().unwrap();
            assert!(store.is_proven && store.is_listed);
            let aliases = aliases.as_object().unwrap();
            assert_eq!(store.entries.len(), aliases.len(), "{node}/{file}");
            for entry in &store.entries {
                let is_hsm = node == "hsm" && file == "nodekeystore.jks";
                check_chain(node, entry);
                match &entry.holds {
                    Holds::Certificate => assert_eq!(aliases[&entry.alias], "trustedCertEntry"),
                    Holds::PrivateKey(Key::HsmAlias(alias)) => {
                        assert!(is_hsm && *alias == entry.alias);
                    }
                    Holds::PrivateKey(Key::Open { belongs, .. }) => {
                        assert!(!is_hsm);
                        assert_eq!(*belongs, Belongs::Yes);
                        keys += 1;
                    }
                    Holds::SecretKey(Key::Open { algorithm, .. }) => {
                        assert_eq!(algorithm, "AES 256 bits");
                    }
                    other => panic!("{node}/{file}: {other:?}"),
                }
                if let Some(Ok(own)) = entry.chain.first() {
                    assert!(
                        own.role.is_some()
                            || own.signed_by_itself() == crate::certificate::Signed::Yes,
                        "{node}/{file} {}",
                        own.subject
                    );
                }
            }
        }
    }
    assert!(keys >= 12, "{keys}");
}

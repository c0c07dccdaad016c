//! Stores that keytool, openssl and Java made for us (`tests/fixtures/make-keystores`), and some made here.

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};

use super::*;
use crate::certificate::{Role, Signed};

fn entry<'a>(store: &'a Keystore, alias: &str) -> &'a Entry {
    let found = store.entries.iter().find(|entry| entry.alias == alias);
    found.unwrap_or_else(|| panic!("no {alias}"))
}

fn algorithm<'a>(store: &'a Keystore, alias: &str) -> &'a str {
    match entry(store, alias).holds.key() {
        Some(Key::Open { algorithm, belongs }) => {
            assert_eq!(*belongs, Belongs::Yes, "{alias}");
            algorithm
        }
        other => panic!("{alias}: {other:?}"),
    }
}

#[test]
fn the_same_store_is_the_same_in_every_format() {
    for (name, format) in [
        ("node.jks", Format::Jks),
        ("modern.p12", Format::Pkcs12),
        ("legacy.p12", Format::Pkcs12),
        ("certificates-in-clear.p12", Format::Pkcs12),
    ] {
        let bytes = fixture(name);
        assert_eq!(recognise(&bytes[..64]), Some(format), "{name}");
        let store = opened(&bytes);
        assert!(
            store.is_proven && store.is_listed && store.trailing == 0,
            "{name}"
        );
        assert_eq!(store.entries.len(), 3, "{name}");
        assert_eq!(algorithm(&store, "node"), "EC secp256r1");
        assert_eq!(algorithm(&store, "identity"), "Ed25519");
        assert_eq!(entry(&store, "cordarootca").holds, Holds::Certificate);
        let [Ok(node), Ok(root)] = entry(&store, "node").chain.as_slice() else {
            panic!("{name}");
        };
        assert_eq!(node.subject, "O=Sample Bank, L=Zurich, C=CH");
        assert_eq!(node.issuer, "CN=Sample Root, O=\"Sample, Zone\", C=CH");
        assert_eq!(node.role, Some(Role::NodeCa));
        assert_eq!(
            (node.signed_by(root), root.signed_by(root)),
            (Signed::Yes, Signed::Yes)
        );
        assert_eq!(root.signed_by(node), Signed::No);
        assert!(root.is_root() && !node.is_root());
        assert!(
            store
                .entries
                .iter()
                .all(|entry| entry.created.is_some() || entry.alias == "cordarootca")
        );
    }
}

#[test]
fn without_its_password_a_store_shows_what_stands_in_clear() {
    let store = list(&fixture("node.jks")).ok().unwrap();
    assert!(store.is_listed && !store.is_proven);
    assert_eq!(entry(&store, "node").chain.len(), 2);
    assert_eq!(entry(&store, "node").holds, Holds::PrivateKey(Key::Closed));
    // Java hides the certificates and shows the names of keys.
    let store = list(&fixture("modern.p12")).ok().unwrap();
    assert!(!store.is_listed && !store.is_proven);
    assert_eq!(entry(&store, "node").holds, Holds::PrivateKey(Key::Closed));
    assert!(entry(&store, "node").chain.is_empty());
    let store = list(&fixture("certificates-in-clear.p12")).ok().unwrap();
    assert!(store.is_listed);
    assert_eq!(
        (store.entries.len(), entry(&store, "node").chain.len()),
        (3, 2)
    );
}

#[test]
fn a_key_may_have_a_password_of_its_own() {
    let bytes = fixture("two-passwords.jks");
    let store = opened(&bytes);
    assert!(store.is_proven);
    assert_eq!(
        entry(&store, "apart").holds,
        Holds::PrivateKey(Key::WrongPassword)
    );
    let (first, other) = (secret(PASSWORD), secret("key-sample-only"));
    let store = open(&bytes, &first, &[&secret("neither"), &other])
        .ok()
        .unwrap();
    assert_eq!(algorithm(&store, "apart"), "EC secp256r1");
    // The password of a key is not that of the store.
    assert!(matches!(
        open(&bytes, &other, &[&first]),
        Err(Flaw::Damaged(_))
    ));
}

#[test]
fn openssl_and_its_older_ciphers_are_opened() {
    for name in [
        "aes.p12",
        "old-ciphers.p12",
        "rc2-40.p12",
        "in-clear.p12",
        "no-check.p12",
    ] {
        let bytes = fixture(name);
        let store = opened(&bytes);
        assert_eq!(store.is_proven, name != "no-check.p12", "{name}");
        assert_eq!(store.entries.len(), 1);
        assert_eq!(algorithm(&store, "sample"), "EC secp256r1", "{name}");
        assert!(
            matches!(open(&bytes, &secret("no"), &[]), Err(Flaw::Password)),
            "{name}"
        );
    }
    assert!(list(&fixture("in-clear.p12")).ok().unwrap().is_listed);
}

#[test]
fn an_empty_password_and_one_of_any_signs_open() {
    let empty = fixture("empty-password.p12");
    let store = open(&empty, &secret(""), &[]).ok().unwrap();
    assert!(store.is_proven);
    assert_eq!(algorithm(&store, "sample"), "EC secp256r1");
    let signs = fixture("non-ascii.p12");
    let store = open(&signs, &secret("Z\u{fc}rich\u{1f511}"), &[])
        .ok()
        .unwrap();
    assert_eq!(algorithm(&store, "sample"), "EC secp256r1");
    assert!(matches!(
        open(&signs, &secret(""), &[]),
        Err(Flaw::Password)
    ));
    let no_text = SecretBytes::copied(b"\xff\xfe");
    assert!(matches!(open(&signs, &no_text, &[]), Err(Flaw::Password)));
}

#[test]
fn a_secret_key_is_opened_and_named() {
    let store = opened(&fixture("secret.p12"));
    let Holds::SecretKey(Key::Open { algorithm, .. }) = &entry(&store, "wrapping").holds else {
        panic!();
    };
    assert_eq!(algorithm, "AES 256 bits");
    assert!(entry(&store, "wrapping").chain.is_empty());
}

#[test]
fn jceks_is_proven_and_its_keys_are_carried() {
    let store = opened(&fixture("sample.jceks"));
    assert!(store.is_proven);
    for entry in &store.entries {
        assert!(matches!(entry.holds.key(), Some(Key::NotOpened(_))));
    }
    assert!(!store.entries.is_empty());
    assert_eq!(store.is_listed, store.entries.len() == 2);
}

#[test]
fn a_key_that_is_not_that_of_its_certificate_is_found_out() {
    for name in ["mismatch.jks", "mismatch.p12"] {
        let store = opened(&fixture(name));
        assert!(store.is_proven);
        let Holds::PrivateKey(Key::Open { belongs, .. }) = &entry(&store, "node").holds else {
            panic!("{name}");
        };
        assert_eq!(*belongs, Belongs::No, "{name}");
    }
}

#[test]
fn the_name_of_a_key_in_a_module_is_no_key() {
    let store = opened(&fixture("hsm.jks"));
    let alias = Key::HsmAlias("hsm-node".into());
    assert_eq!(entry(&store, "node").holds, Holds::PrivateKey(alias));
}

/// A JKS of trusted certificates of this version.
fn jks(version: u32, entries: &[(&[u8], &[u8])], kind: &str) -> Vec<u8> {
    let counted = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes(), bytes].concat();
    let mut out = [0xfeed_feed, version, entries.len() as u32]
        .map(u32::to_be_bytes)
        .concat();
    for (alias, der) in entries {
        out.extend(2u32.to_be_bytes());
        out.extend(counted(alias));
        out.extend((-1i64).to_be_bytes());
        if version == 2 {
            out.extend(counted(kind.as_bytes()));
        }
        out.extend((der.len() as u32).to_be_bytes());
        out.extend(*der);
    }
    let mut digest = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    PASSWORD.bytes().for_each(|byte| digest.update(&[0, byte]));
    digest.update(b"Mighty Aphrodite");
    digest.update(&out);
    out.extend(digest.finish().as_ref());
    out
}

#[test]
fn the_first_version_of_jks_and_two_entries_of_one_name_are_kept() {
    let store = opened(&fixture("node.jks"));
    let root = entry(&store, "cordarootca").chain[0].as_ref().unwrap();
    for version in [1, 2] {
        let entries = [
            (&b"a"[..], &root.der[..]),
            (b"a", &root.der),
            (b"\xc3\x84\xc0\x80", b"none"),
        ];
        let store = opened(&jks(version, &entries, "X.509"));
        assert!(store.is_proven && store.is_listed);
        let aliases: Vec<_> = store
            .entries
            .iter()
            .map(|entry| entry.alias.as_str())
            .collect();
        assert_eq!(aliases, ["a", "a", "\u{c4}\0"]);
        assert!(store.entries[1].chain[0].is_ok() && store.entries[2].chain[0].is_err());
        assert_eq!(store.entries[0].created, Some(Time::from_unix(-1)));
    }
    let other = opened(&jks(2, &[(b"a", b"der")], "X.400\u{1b}"));
    assert!(
        other.entries[0].chain[0]
            .as_ref()
            .is_err_and(|why| why.contains("\\u{1b}"))
    );
}

#[test]
fn more_parts_than_any_store_has_are_refused_before_they_are_kept() {
    let many = vec![(&b"a"[..], &b""[..]); MAX_PARTS / 2 + 1];
    let store = list(&jks(2, &many, "X.509"));
    assert!(matches!(store, Err(Flaw::NotOpened(_))));
}

#[test]
fn bouncy_castles_stores_are_known_listed_and_proven() {
    let Some(folder) = samples() else { return };
    let read = |name: &str| std::fs::read(folder.join("bks").join(name)).unwrap();
    for (name, password, entries) in [
        ("pyjks-christmas.bksv1", "12345678", 6),
        ("pyjks-christmas.bksv2", "12345678", 6),
        ("pyjks-custom_entry_passwords.bksv2", "store_password", 3),
        ("pyjks-empty.bksv2", "", 0),
    ] {
        let bytes = read(name);
        assert_eq!(
            recognise(&bytes[..bytes.len().min(64)]),
            Some(Format::Bks),
            "{name}"
        );
        let store = list(&bytes).ok().unwrap();
        assert!(store.is_listed && !store.is_proven);
        assert_eq!(store.entries.len(), entries, "{name}");
        let store = open(&bytes, &secret(password), &[]).ok();
        assert!(store.is_some_and(|store| store.is_proven), "{name}");
        assert!(matches!(
            open(&bytes, &secret("no"), &[]),
            Err(Flaw::Password)
        ));
    }
    for name in ["pyjks-christmas.uber", "pyjks-empty.uber"] {
        let bytes = read(name);
        assert_eq!(recognise(&bytes[..64]), Some(Format::Uber), "{name}");
        assert!(!list(&bytes).ok().unwrap().is_listed);
        assert!(matches!(
            open(&bytes, &secret("12345678"), &[]),
            Err(Flaw::NotOpened(_))
        ));
    }
}

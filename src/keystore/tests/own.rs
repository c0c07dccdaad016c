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
        assert_eq!(node.signed_by_itself(), Signed::No);
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
    let plain = jks_with("", 2, &[(b"a", b"der")], "X.509");
    assert!(open(&plain, &secret(""), &[]).is_ok_and(|store| store.is_proven));
    for bytes in [signs, empty, plain] {
        assert!(matches!(open(&bytes, &no_text, &[]), Err(Flaw::Password)));
    }
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
    // Java wrote the secret key first: only Java knows where it ends, and that "pair" stands behind it.
    let bytes = fixture("sample.jceks");
    for store in [opened(&bytes), list(&bytes).ok().unwrap()] {
        let [wrapping] = store.entries.as_slice() else {
            panic!("{}", store.entries.len());
        };
        assert_eq!(wrapping.alias, "wrapping");
        let Holds::SecretKey(Key::NotOpened(why)) = &wrapping.holds else {
            panic!("{:?}", wrapping.holds);
        };
        assert!(why.contains("JCEKS"), "{why}");
        assert!(!store.is_listed && store.trailing == 0);
    }
    let store = opened(&bytes);
    assert!(store.is_open && store.is_proven);
    let store = list(&bytes).ok().unwrap();
    assert!(!store.is_open && !store.is_proven);
}

#[test]
fn jceks_without_secret_keys_is_listed_whole() {
    let sealed = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() - 20);
        bytes[..4].copy_from_slice(&[0xce; 4]);
        let digest = jks_digest(PASSWORD, &bytes);
        [bytes, digest].concat()
    };
    let store = opened(&sealed(fixture("node.jks")));
    assert_eq!(store.format, Format::Jceks);
    assert!(store.is_listed && store.is_open && store.is_proven);
    let mut held: Vec<_> = store
        .entries
        .iter()
        .map(|entry| (entry.alias.as_str(), &entry.holds))
        .collect();
    held.sort_by_key(|(alias, _)| *alias);
    let [
        ("cordarootca", Holds::Certificate),
        (identity, first),
        (node, second),
    ] = held.as_slice()
    else {
        panic!("{held:?}");
    };
    assert_eq!((*identity, *node), ("identity", "node"));
    for key in [first, second] {
        assert!(
            matches!(key, Holds::PrivateKey(Key::NotOpened(_))),
            "{key:?}"
        );
    }
    assert_eq!(entry(&store, "node").chain.len(), 2);
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

/// The parts of a PKCS#12: its content, and the check behind it.
fn pfx(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut parts = Reader::new(bytes).sequence().unwrap();
    parts.next_value().unwrap();
    let mut content = parts.sequence().unwrap();
    content.oid().unwrap();
    let mut inside = content.next_value().unwrap().inside();
    let content = inside.next_value().unwrap().content.to_vec();
    (content, parts.next_value().unwrap().whole.to_vec())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = (content.len() as u16).to_be_bytes();
    [&[tag, 0x82][..], &len, content].concat()
}

#[test]
fn a_store_in_pieces_of_indefinite_length_is_the_same_store() {
    for name in ["modern.p12", "in-clear.p12"] {
        let (content, check) = pfx(&fixture(name));
        let (left, right) = content.split_at(content.len() / 3);
        let ber = [
            b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80".to_vec(),
            der(4, left),
            der(4, right),
            vec![0; 6],
            check,
            vec![0; 2],
            b"behind".to_vec(),
        ]
        .concat();
        assert_eq!(recognise(&ber[..64]), Some(Format::Pkcs12));
        let (same, other) = (opened(&fixture(name)), opened(&ber));
        assert!(other.is_proven && other.trailing == 6);
        assert_eq!(same.entries.len(), other.entries.len());
        for (same, other) in same.entries.iter().zip(&other.entries) {
            assert!(same.alias == other.alias && same.holds == other.holds);
            assert_eq!(same.chain.len(), other.chain.len());
        }
    }
}

/// A store with a check of RFC 9579: PBKDF2 with HMAC-SHA-256, 2,048 rounds, and HMAC-SHA-256.
fn with_pbmac1(content: &[u8], len: u8) -> Vec<u8> {
    const HMAC: &[u8] = b"\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x09\x05\x00";
    let mut key = vec![0; usize::from(len)];
    let rounds = std::num::NonZeroU32::new(2048).unwrap();
    ring::pbkdf2::derive(
        ring::pbkdf2::PBKDF2_HMAC_SHA256,
        rounds,
        b"saltsalt",
        PASSWORD.as_bytes(),
        &mut key,
    );
    let mac = ring::hmac::sign(
        &ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key),
        content,
    );
    let derivation = [
        b"\x04\x08saltsalt\x02\x02\x08\x00\x02\x01",
        &[len][..],
        HMAC,
    ]
    .concat();
    let derivation = [
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c".to_vec(),
        der(0x30, &derivation),
    ]
    .concat();
    let parameters = [der(0x30, &derivation), HMAC.to_vec()].concat();
    let algorithm = [
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e".to_vec(),
        der(0x30, &parameters),
    ]
    .concat();
    let digest = [der(0x30, &algorithm), der(4, mac.as_ref())].concat();
    let check = [der(0x30, &digest), b"\x04\x01s\x02\x01\x01".to_vec()].concat();
    let data = [
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01".to_vec(),
        der(0xa0, &der(4, content)),
    ]
    .concat();
    der(
        0x30,
        &[
            b"\x02\x01\x03".to_vec(),
            der(0x30, &data),
            der(0x30, &check),
        ]
        .concat(),
    )
}

#[test]
fn the_check_of_rfc_9579_is_checked() {
    let (content, _) = pfx(&fixture("in-clear.p12"));
    let mut bytes = with_pbmac1(&content, 32);
    let store = opened(&bytes);
    assert!(store.is_proven);
    assert_eq!(algorithm(&store, "sample"), "EC secp256r1");
    assert!(matches!(
        open(&bytes, &secret("no"), &[]),
        Err(Flaw::Password)
    ));
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    assert!(!open(&bytes, &secret(PASSWORD), &[]).is_ok_and(|store| store.is_proven));
}

#[test]
fn a_check_with_a_key_that_is_short_or_none_at_all_proves_nothing() {
    let (content, _) = pfx(&fixture("in-clear.p12"));
    for len in [0, 1, 19] {
        for password in [PASSWORD, "no"] {
            let store = open(&with_pbmac1(&content, len), &secret(password), &[]);
            let Err(Flaw::Damaged(why)) = store else {
                panic!("{len} {password}");
            };
            assert!(why.contains(&format!("a key of {len} bytes")), "{why}");
        }
    }
    assert!(opened(&with_pbmac1(&content, 20)).is_proven);
}

/// A JKS of trusted certificates of this version.
fn jks(version: u32, entries: &[(&[u8], &[u8])], kind: &str) -> Vec<u8> {
    jks_with(PASSWORD, version, entries, kind)
}

fn jks_with(password: &str, version: u32, entries: &[(&[u8], &[u8])], kind: &str) -> Vec<u8> {
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
    let digest = jks_digest(password, &out);
    [out, digest].concat()
}

fn jks_digest(password: &str, content: &[u8]) -> Vec<u8> {
    let mut digest = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    password.bytes().for_each(|byte| digest.update(&[0, byte]));
    digest.update(b"Mighty Aphrodite");
    digest.update(content);
    digest.finish().as_ref().to_vec()
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
fn a_store_that_bouncy_castle_wrote_is_listed_as_what_it_was_made_of() {
    for (name, is_proven) in [("node.bks", true), ("node-v1.bks", false)] {
        let bytes = fixture(name);
        assert_eq!(recognise(&bytes[..64]), Some(Format::Bks), "{name}");
        let store = opened(&bytes);
        assert!(store.is_listed && store.is_open, "{name}");
        assert_eq!((store.is_proven, store.trailing), (is_proven, 0), "{name}");
        assert_eq!(store.entries.len(), 3, "{name}");
        for (alias, chain) in [("node", 2), ("identity", 1)] {
            let entry = entry(&store, alias);
            assert!(
                matches!(&entry.holds, Holds::PrivateKey(Key::NotOpened(_))),
                "{name}: {alias}"
            );
            assert_eq!(entry.chain.len(), chain, "{name}: {alias}");
            let first = entry.chain[0].as_ref().unwrap();
            assert_eq!(first.subject, "O=Sample Bank, L=Zurich, C=CH");
        }
        assert_eq!(entry(&store, "cordarootca").holds, Holds::Certificate);
        assert!(list(&bytes).ok().is_some_and(|store| !store.is_open));
        let other = open(&bytes, &secret("another"), &[]);
        assert!(matches!(other, Err(Flaw::Password)), "{name}");
        // The check is over everything from the first entry to the last.
        let mut changed = bytes.clone();
        let at = bytes.windows(4).position(|part| part == b"node").unwrap();
        changed[at] ^= 1;
        let changed = open(&changed, &secret(PASSWORD), &[]);
        assert!(matches!(changed, Err(Flaw::Password)), "{name}");
    }
    let bytes = fixture("node.uber");
    assert_eq!(recognise(&bytes[..64]), Some(Format::Uber));
    assert!(list(&bytes).ok().is_some_and(|store| !store.is_listed));
    let store = open(&bytes, &secret(PASSWORD), &[]);
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
        let store = open(&bytes, &secret(password), &[]).ok().unwrap();
        assert!(store.is_open, "{name}");
        // The first version's check is of 16 bits.
        assert_eq!(store.is_proven, name.ends_with("v2"), "{name}");
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

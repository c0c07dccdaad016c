//! Ethereum keystores: the vectors of their specifications, and parameters out of bounds.

use super::{found, why};
use crate::material::{Part, State, Work, can_unlock, unlock, unlock_within};
use crate::secret::SecretBytes;

/// EIP-2335's password: "testpassword" in letters of mathematics and a key, which NFKD turns into plain letters.
pub(super) const PASSWORD: &str = "\u{1d531}\u{1d522}\u{1d530}\u{1d531}\u{1d52d}\u{1d51e}\u{1d530}\u{1d530}\u{1d534}\u{1d52c}\u{1d52f}\u{1d521}\u{1f511}";

/// The vector of the Web3 Secret Storage Definition.
pub(super) const V3_PBKDF2: &str = r#"{"crypto":{"cipher":"aes-128-ctr",
"cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
"kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
"salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
"address":"008aeeda4d805471df9b2a5b0f38a0c3bcba786b","id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;

/// The other vector: its parameters break RFC 7914 (r=1 allows n below 65536).
const V3_SCRYPT: &str = r#"{"crypto":{"cipher":"aes-128-ctr",
"cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
"ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
"kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,
"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
"mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;

/// The vector of EIP-2335 with PBKDF2.
pub(super) const EIP2335_PBKDF2: &str = r#"{"crypto":{"kdf":{"function":"pbkdf2","params":{"dklen":32,"c":262144,
"prf":"hmac-sha256","salt":"d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"},"message":""},
"checksum":{"function":"sha256","params":{},
"message":"8a9f5d9912ed7e75ea794bc5a89bca5f193721d30868ade6f73043c6ea6febf1"},
"cipher":{"function":"aes-128-ctr","params":{"iv":"264daa3f303d7259501c93d997d84fe6"},
"message":"cee03fde2af33149775b7223e7845e4fb2c8ae1792e5f99fe9ecf474cc8c16ad"}},
"description":"TOPSECRET","pubkey":"9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae4040902382ae2910c15e2b420d07",
"path":"m/12381/60/0/0","uuid":"64625def-3331-4eea-ab6f-782f3ed16a83","version":4}"#;

fn with(text: &str, password: &str) -> Option<State> {
    unlock(text.as_bytes(), &SecretBytes::copied(password.as_bytes()))
}

#[test]
fn the_vectors_of_the_specifications_open() {
    assert_eq!(with(V3_PBKDF2, "testpassword"), Some(State::Good));
    assert_eq!(with(V3_PBKDF2, "testpasswore"), Some(State::Locked));
    for password in [PASSWORD, "testpassword\u{7f}\u{1f511}\n"] {
        let opened = with(EIP2335_PBKDF2, password);
        assert!(
            matches!(&opened, Some(State::NotChecked(why)) if why.starts_with("it opens")),
            "{opened:?}"
        );
    }
    assert_eq!(with(EIP2335_PBKDF2, "testpassword"), Some(State::Locked));
    assert!(can_unlock(V3_PBKDF2.as_bytes()) && can_unlock(EIP2335_PBKDF2.as_bytes()));
    assert!(!can_unlock(V3_SCRYPT.as_bytes()) && !can_unlock(b"{}"));
}

#[test]
fn a_key_that_is_not_of_the_address_it_names_is_dead() {
    let other = V3_PBKDF2.replace("008aeeda", "008aeedb");
    let state = with(&other, "testpassword");
    assert!(
        matches!(&state, Some(State::Dead(why)) if why.contains("address")),
        "{state:?}"
    );
    let nameless = V3_PBKDF2.replace("\"address\"", "\"x\"");
    assert_eq!(with(&nameless, "testpassword"), Some(State::Good));
}

#[test]
fn parameters_out_of_bounds_are_not_tried() {
    let shows = |text: &str, said: &str| {
        for state in [
            found("a.json", text).state,
            with(text, "testpassword").unwrap(),
        ] {
            assert!(
                matches!(&state, State::NotChecked(why) if why.contains(said)),
                "{state:?}"
            );
        }
    };
    shows(V3_SCRYPT, "RFC 7914");
    let scrypt = |n: &str, r: &str, p: &str| {
        V3_SCRYPT
            .replace("\"n\":262144", &format!("\"n\":{n}"))
            .replace("\"r\":1", &format!("\"r\":{r}"))
            .replace("\"p\":8", &format!("\"p\":{p}"))
    };
    shows(&scrypt("1048576", "8", "1"), "ask too much");
    shows(
        &scrypt("18446744073709551615", "18446744073709551615", "1"),
        "ask too much",
    );
    shows(&scrypt("262144", "8", "1000"), "ask too much");
    shows(&scrypt("2", "1", "16777216"), "ask too much");
    shows(&scrypt("3", "8", "1"), "RFC 7914");
    shows(&scrypt("0", "8", "1"), "RFC 7914");
    shows(&scrypt("2", "0", "1"), "RFC 7914");
    shows(&scrypt("2", "8", "0"), "RFC 7914");
    shows(
        &V3_PBKDF2.replace("262144", "4000000000"),
        "too many rounds",
    );
    shows(
        &V3_PBKDF2.replace("\"dklen\":32", "\"dklen\":64"),
        "32 bytes",
    );
    shows(&V3_PBKDF2.replace("hmac-sha256", "hmac-sha1"), "PBKDF2");
    shows(&V3_PBKDF2.replace("aes-128-ctr", "aes-128-cbc"), "cipher");
    shows(
        &V3_PBKDF2.replace("\"version\":3", "\"version\":1"),
        "version",
    );
    assert_eq!(
        found("a.json", scrypt("262144", "8", "1")).state,
        State::Locked
    );
}

/// An EIP-2335 keystore of one round, which the empty password opens.
fn holding(secret: &[u8]) -> String {
    use aes::Aes128;
    use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
    let (mut derived, mut message) = ([0; 32], secret.to_vec());
    let once = std::num::NonZeroU32::MIN;
    let kind = ring::pbkdf2::PBKDF2_HMAC_SHA256;
    ring::pbkdf2::derive(kind, once, &[7; 32], b"", &mut derived);
    let (key, check) = derived.split_at(16);
    ctr::Ctr128BE::<Aes128>::new_from_slices(key, &[8; 16])
        .unwrap()
        .apply_keystream(&mut message);
    let sum = crate::digest::Digest::of(&[check, &message].concat());
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    format!(
        r#"{{"crypto":{{"kdf":{{"function":"pbkdf2","params":{{"dklen":32,"c":1,"prf":"hmac-sha256","salt":"{}"}}}},
        "checksum":{{"function":"sha256","message":"{}"}},"cipher":{{"function":"aes-128-ctr",
        "params":{{"iv":"{}"}},"message":"{}"}}}},"version":4}}"#,
        hex(&[7; 32]),
        sum.hex(),
        hex(&[8; 16]),
        hex(&message)
    )
}

#[test]
fn what_a_validator_keystore_holds_must_be_a_key() {
    let wallet = |keys: &str| format!(r#"{{"validating_private_keys":[{keys}]}}"#).into_bytes();
    for (secret, is_key) in [
        (vec![1; 32], true),
        (wallet(r#""AAAA""#), true),
        (wallet(""), false),
        (vec![0; 32], false),
        (vec![1; 31], false),
        (vec![1; 33], false),
        (b"{}".to_vec(), false),
    ] {
        let state = with(&holding(&secret), "").unwrap();
        match is_key {
            true => assert!(matches!(state, State::NotChecked(_)), "{state:?}"),
            false => assert!(matches!(state, State::Dead(_)), "{state:?}"),
        }
    }
    assert_eq!(with(&holding(&[1; 32]), "x"), Some(State::Locked));
}

#[test]
fn passwords_are_tried_only_while_work_is_left() {
    let password = SecretBytes::copied(b"testpassword");
    let mut work = Work::new(2 * 262_144 + 1);
    for expected in [Some(State::Good), Some(State::Good), None] {
        let state = unlock_within(V3_PBKDF2.as_bytes(), &password, &mut work);
        assert_eq!(state, expected);
    }
    // n times r times p of the usual parameters.
    let usual = V3_SCRYPT
        .replace("\"r\":1", "\"r\":8")
        .replace("\"p\":8", "\"p\":1");
    let mut work = Work::new(262_144 * 8 - 1);
    assert_eq!(unlock_within(usual.as_bytes(), &password, &mut work), None);
}

#[test]
fn a_password_is_not_tried_to_its_end_once_it_was_stopped() {
    let asked = std::cell::Cell::new(0);
    let go_on = || {
        asked.set(asked.get() + 1);
        // When it is paid, and then on the way.
        asked.get() < 3
    };
    let mut work = Work::asking(u64::MAX, &go_on);
    let password = SecretBytes::copied(b"testpassword");
    let state = unlock_within(V3_PBKDF2.as_bytes(), &password, &mut work);
    assert_eq!(state, None);
    assert!(asked.get() >= 3);
}

#[test]
fn a_keystore_without_one_of_its_parts_is_dead() {
    for (part, other, said) in [
        ("\"ciphertext\"", "\"x\"", "no ciphertext"),
        (
            "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
            "",
            "ciphertext",
        ),
        ("6087dab2", "60", "iv has a wrong length"),
        ("517ead92", "zz", "mac is not hexadecimal"),
        ("\"salt\"", "\"x\"", "no salt"),
        ("262144", "0", "no rounds"),
        ("262144", "-1", "no c"),
        ("262144", "1.5", "no c"),
    ] {
        let text = V3_PBKDF2.replace(part, other);
        let found = found("a.json", text);
        assert!(why(&found).contains(said), "{part}: {found:?}");
    }
}

#[test]
fn the_client_of_a_validator_key_is_told_by_its_place() {
    for (path, software) in [
        ("validators/0xaa/voting-keystore.json", "Lighthouse"),
        ("direct/accounts/all-accounts.keystore.json", "Prysm"),
        ("validators/0xaa/keystore.json", "Nimbus"),
        ("anywhere.json", "Ethereum validator"),
        // A validator's key among accounts is a validator's key.
        ("keystore/UTC--2026--00", "Ethereum validator"),
    ] {
        let found = found(path, EIP2335_PBKDF2);
        assert_eq!(
            (found.software, found.part),
            (Some(software), Part::Key),
            "{path}"
        );
    }
}

#[test]
fn free_text_of_a_keystore_is_not_repeated() {
    let hostile = EIP2335_PBKDF2
        .replace("m/12381/60/0/0", "\\u001b[31m")
        .replace("64625def", "<script>");
    let said = format!("{:?}", found("a.json", hostile));
    assert!(!said.contains("TOPSECRET") && !said.contains("1b[31m") && !said.contains("script"));
}

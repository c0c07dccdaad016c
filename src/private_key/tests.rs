//! Keys that openssl and ssh-keygen made (`tests/fixtures/make-keystores`).

use super::pem::Block;
use super::*;
use crate::certificate::{Certificate, Signed};

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keystores");
    std::fs::read(folder.join(name)).unwrap()
}

fn key(name: &str) -> PrivateKey {
    match pem::read(&fixture(name)).pop() {
        Some(Block::Key(key)) => key,
        Some(Block::Damaged { why, .. }) => panic!("{name}: {why}"),
        _ => panic!("{name}"),
    }
}

fn certificate(name: &str) -> Certificate {
    match pem::read(&fixture(name)).pop() {
        Some(Block::Certificate(der)) => Certificate::read(&der).unwrap(),
        _ => panic!("{name}"),
    }
}

const KINDS: [(&str, &str); 7] = [
    ("p256", "EC secp256r1"),
    ("p384", "EC secp384r1"),
    ("p521", "EC secp521r1"),
    ("secp256k1", "EC secp256k1"),
    ("ed25519", "Ed25519"),
    ("rsa2048", "RSA 2048 bits"),
    ("rsa1024", "RSA 1024 bits"),
];

#[test]
fn each_key_belongs_to_its_own_certificate_and_to_no_other() {
    for (name, algorithm) in KINDS {
        let key = key(&format!("{name}.key"));
        assert_eq!(key.algorithm, algorithm);
        for (other, other_algorithm) in KINDS {
            let certificate = certificate(&format!("{other}.crt"));
            assert_eq!(certificate.algorithm, other_algorithm);
            let belongs = key.belongs_to(&certificate.public_key);
            match (name, other) {
                ("p521", "p521") => assert!(matches!(belongs, Belongs::NotChecked(_))),
                _ if name == other => assert_eq!(belongs, Belongs::Yes, "{name}"),
                _ => assert_eq!(belongs, Belongs::No, "{name} {other}"),
            }
        }
    }
}

#[test]
fn the_public_key_is_that_of_the_certificate() {
    for (name, _) in KINDS {
        let computed = key(&format!("{name}.key")).public_key();
        let certificate = certificate(&format!("{name}.crt"));
        // A point that is not proven to be that of the number is not given out for it.
        let expected = (name != "p521").then_some(certificate.public_key);
        assert_eq!(computed, expected, "{name}");
    }
}

#[test]
fn certificates_prove_that_they_signed_themselves_and_a_changed_one_does_not() {
    for (name, _) in KINDS {
        let own = certificate(&format!("{name}.crt"));
        let mut other = own.clone();
        *other.der.last_mut().unwrap() ^= 1;
        match name {
            "p521" => assert!(matches!(own.signed_by(&own), Signed::NotChecked(_))),
            _ => {
                assert_eq!(own.signed_by(&own), Signed::Yes, "{name}");
                assert_eq!(other.signed_by(&own), Signed::No, "{name}");
            }
        }
    }
}

#[test]
fn the_older_forms_hold_the_same_keys() {
    for (name, same) in [("sec1.key", "p256.crt"), ("pkcs1.key", "rsa2048.crt")] {
        let belongs = key(name).belongs_to(&certificate(same).public_key);
        assert_eq!(belongs, Belongs::Yes, "{name}");
    }
}

#[test]
fn keys_of_openssh_belong_to_the_public_keys_that_ssh_keygen_writes() {
    for (name, algorithm) in [
        ("ssh_ed25519", "Ed25519"),
        ("ssh_ecdsa", "EC secp256r1"),
        ("ssh_rsa", "RSA 3072 bits"),
    ] {
        let key = key(name);
        assert_eq!(key.algorithm, algorithm);
        // ssh-keygen writes no Ed25519 key in this form.
        if name != "ssh_ed25519" {
            let Some(Block::PublicKey(public)) = pem::read(&fixture(&format!("{name}.spki"))).pop()
            else {
                panic!("{name}");
            };
            assert_eq!(key.belongs_to(&public), Belongs::Yes, "{name}");
            assert_eq!(key.public_key(), Some(public), "{name}");
        }
    }
}

#[test]
fn encrypted_keys_are_locked_and_not_damaged() {
    for name in ["encrypted.key", "encrypted-sec1.key", "ssh_locked"] {
        let blocks = pem::read(&fixture(name));
        assert!(matches!(blocks.last(), Some(Block::Locked(_))), "{name}");
    }
}

#[test]
fn a_text_of_several_blocks_gives_each_of_them() {
    let mut text = b"Bag Attributes\n  friendlyName: x\n".to_vec();
    text.extend(fixture("p256.key"));
    text.extend(b"junk\r\n");
    text.extend(fixture("p256.crt"));
    text.extend(fixture("p384.crt"));
    text.extend(b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n");
    text.extend(b"-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n");
    let blocks = pem::read(&text);
    assert!(matches!(
        blocks.as_slice(),
        [
            Block::Key(_),
            Block::Certificate(_),
            Block::Certificate(_),
            Block::Other(_),
            Block::Damaged { .. }
        ]
    ));
    assert!(pem::is_pem(&text) && !pem::is_pem(b"no\n-----END X-----\n"));
}

#[test]
fn what_is_wrong_with_a_block_is_said_without_its_content() {
    for (body, why) in [
        ("", "it is cut short"),
        ("!!!!", "it is no base64 text"),
        ("MC4CAQAw", "it is cut short"),
        ("BAA=", "a value is not of the kind that belongs there"),
    ] {
        let text = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        let Some(Block::Damaged { why: told, .. }) = pem::read(text.as_bytes()).pop() else {
            panic!("{body}");
        };
        assert_eq!(told, why, "{body}");
    }
}

fn der(name: &str) -> Vec<u8> {
    let text = String::from_utf8(fixture(name)).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    data_encoding::BASE64.decode(body.as_bytes()).unwrap()
}

#[test]
fn a_key_cut_or_changed_anywhere_never_makes_it_panic_nor_belongs_while_it_differs() {
    let public = certificate("secp256k1.crt").public_key;
    let mut bytes = der("secp256k1.key");
    for len in 0..bytes.len() {
        assert!(PrivateKey::from_pkcs8(&bytes[..len]).is_err(), "{len}");
    }
    let number = bytes.windows(2).position(|two| two == [4, 32]).unwrap() + 2;
    for at in 0..bytes.len() {
        bytes[at] ^= 1;
        if let Ok(Found::Key(key)) = PrivateKey::from_pkcs8(&bytes) {
            let is_number = (number..number + 32).contains(&at);
            assert!(
                !is_number || key.belongs_to(&public) != Belongs::Yes,
                "{at}"
            );
        }
        bytes[at] ^= 1;
    }
}

#[test]
fn numbers_of_rsa_that_do_not_fit_each_other_are_found_out() {
    for name in ["rsa1024.key", "rsa2048.key"] {
        let mut bytes = der(name);
        // Inside of the modulus, and inside of the first prime, which lies behind the middle.
        for at in [60, bytes.len() / 2 + bytes.len() / 24] {
            bytes[at] ^= 4;
            assert_eq!(
                PrivateKey::from_pkcs8(&bytes).err().as_deref(),
                Some("its numbers do not fit each other"),
                "{name} {at}"
            );
            bytes[at] ^= 4;
        }
    }
}

#[test]
fn a_bit_flipped_in_any_number_of_an_rsa_key_never_belongs() {
    for (name, step) in [("rsa1024", 1), ("rsa2048", 11)] {
        let public = certificate(&format!("{name}.crt")).public_key;
        let mut bytes = der(&format!("{name}.key"));
        let belongs = |bytes: &[u8]| match PrivateKey::from_pkcs8(bytes) {
            Ok(Found::Key(key)) => key.belongs_to(&public),
            _ => Belongs::No,
        };
        assert_eq!(belongs(&bytes), Belongs::Yes);
        // Behind the modulus, of which other tests know, come e, d, p, q, dP, dQ and qInv, to the end.
        for at in (bytes.len() / 4..bytes.len()).step_by(step) {
            bytes[at] ^= 1 << (at % 8);
            assert_ne!(belongs(&bytes), Belongs::Yes, "{name} {at}");
            bytes[at] ^= 1 << (at % 8);
        }
    }
}

#[test]
fn a_bit_flipped_in_any_number_of_an_rsa_key_of_openssh_makes_it_no_key() {
    let text = fixture("ssh_rsa");
    let lines: Vec<&[u8]> = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.starts_with(b"-"))
        .collect();
    let mut bytes = data_encoding::BASE64.decode(&lines.concat()).unwrap();
    assert!(matches!(openssh::read(&bytes), Ok(Some(Found::Key(_)))));
    let inside = bytes
        .windows(7)
        .rposition(|word| word == b"ssh-rsa")
        .unwrap()
        + 7;
    // The comment "sample" and the padding come last.
    for at in (inside..bytes.len() - 20).step_by(61) {
        bytes[at] ^= 1;
        assert!(openssh::read(&bytes).is_err(), "{at}");
        bytes[at] ^= 1;
    }
}

/// An OpenSSH key without a password: what is public of it, and what is private.
fn openssh_key(public: &[&[u8]], private: &[&[u8]]) -> Vec<u8> {
    let string = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
    let strings = |all: &[&[u8]]| all.iter().flat_map(|one| string(one)).collect::<Vec<u8>>();
    [
        b"openssh-key-v1\0".to_vec(),
        strings(&[b"none", b"none", b""]),
        1_u32.to_be_bytes().to_vec(),
        string(&strings(public)),
        string(&[vec![7; 8], strings(private)].concat()),
    ]
    .concat()
}

#[test]
fn a_key_of_openssh_that_stays_in_a_token_is_no_key() {
    for kind in [
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    ] {
        let kind = kind.as_bytes();
        let bytes = openssh_key(
            &[kind, &[1; 32], b"ssh:"],
            &[kind, &[1; 32], b"ssh:", b"handle"],
        );
        let Ok(Some(Found::HsmAlias(name))) = openssh::read(&bytes) else {
            panic!("{kind:?}");
        };
        assert_eq!(name.as_bytes(), kind);
    }
}

#[test]
fn the_curve_of_a_key_of_openssh_is_that_of_its_kind() {
    let one = [&[0; 47][..], &[1]].concat();
    for (kind, curve, is_right) in [
        ("ecdsa-sha2-nistp521", "nistp521", true),
        ("ecdsa-sha2-nistp521", "nistp256", false),
        ("ecdsa-sha2-nistp256", "nistp521", false),
        ("ecdsa-sha2-nistp384", "nistp999", false),
    ] {
        let (kind, curve) = (kind.as_bytes(), curve.as_bytes());
        let bytes = openssh_key(&[kind, curve, &[3]], &[kind, curve, &[3], &one]);
        assert_eq!(
            openssh::read(&bytes).is_ok(),
            is_right,
            "{kind:?} {curve:?}"
        );
    }
    let bytes = openssh_key(&[b"ssh-dss"], &[b"ssh-rsa"]);
    assert!(openssh::read(&bytes).is_err());
}

#[test]
fn a_block_without_its_end_does_not_hide_the_next_one() {
    let whole = String::from_utf8(fixture("p256.key")).unwrap();
    let (cut, _) = whole.split_once("-----END").unwrap();
    let blocks = pem::read(format!("{cut}{whole}").as_bytes());
    assert!(matches!(
        blocks.as_slice(),
        [Block::Damaged { why, .. }, Block::Key(_)] if why == "it is cut short"
    ));
    let other = format!("{cut}-----END CERTIFICATE-----\n{whole}");
    let blocks = pem::read(other.as_bytes());
    assert!(matches!(
        blocks.as_slice(),
        [Block::Damaged { why, .. }, Block::Key(_)] if why.contains("last line")
    ));
}

fn secp256k1(number: &[u8]) -> Result<PrivateKey, String> {
    ec::from_number(Curve::Secp256k1, number, None)
}

#[test]
fn zero_and_the_order_of_the_curve_are_no_keys() {
    assert!(secp256k1(&[0; 32]).is_err());
    assert!(secp256k1(&[0xff; 32]).is_err());
    assert!(secp256k1(&[1; 33]).is_err());
    assert!(PrivateKey::from_ed25519_seed(&[1; 31]).is_err());
    // The generator of the curve (SEC 2, section 2.4.1).
    let one = [[0; 31].as_slice(), &[1]].concat();
    let public = secp256k1(&one).unwrap().public_key().unwrap();
    let hex = data_encoding::HEXLOWER.encode(&public);
    assert!(hex.contains("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
}

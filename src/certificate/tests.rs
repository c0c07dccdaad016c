//! Certificates that openssl made, and the parts that are odd.

use super::*;
use crate::private_key::pem::{self, Block};

fn der(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keystores");
    let text = std::fs::read(folder.join(name)).unwrap();
    match pem::read(&text).pop() {
        Some(Block::Certificate(der)) => der,
        _ => panic!("{name}"),
    }
}

#[test]
fn a_certificate_says_what_openssl_says_of_it() {
    // From `openssl x509 -noout -subject -dates -fingerprint -sha256`.
    let read = Certificate::read(&der("p384.crt")).unwrap();
    assert_eq!(read.subject, "CN=p384, O=Sample Bank, C=CH");
    assert_eq!(read.issuer, read.subject);
    assert_eq!(read.algorithm, "EC secp384r1");
    assert_eq!(read.role, None);
    assert_eq!(read.signed_by_itself(), Signed::Yes);
    let now = read.not_before;
    assert_eq!(read.days_left(now), 6500);
    assert_eq!(
        read.days_left(Time::from_unix(read.not_after.unix() + 1)),
        -1
    );
}

#[test]
fn a_certificate_cut_or_changed_anywhere_never_makes_it_panic() {
    let mut bytes = der("p256.crt");
    let whole = Certificate::read(&bytes).unwrap();
    for len in 0..bytes.len() {
        assert!(Certificate::read(&bytes[..len]).is_err(), "{len}");
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            if let Ok(read) = Certificate::read(&bytes) {
                assert_ne!(read.sha256, whole.sha256);
                let is_signed = at >= 4 && read.signed_by(&whole) == Signed::Yes;
                // The algorithm behind what is signed has parameters that nobody checks: Corda writes others there.
                assert!(!is_signed || bytes.len() - at < 90, "{at} {bit}");
            }
            bytes[at] ^= 1 << bit;
        }
    }
}

#[test]
fn a_signature_that_is_not_checked_makes_no_root() {
    let read = Certificate::read(&der("p521.crt")).unwrap();
    assert!(matches!(read.signed_by_itself(), Signed::NotChecked(_)));
}

#[test]
fn small_letters_and_capitals_make_no_other_name() {
    let mut read = Certificate::read(&der("p256.crt")).unwrap();
    read.issuer = read.issuer.to_uppercase();
    assert_eq!(read.signed_by_itself(), Signed::Yes);
    assert_eq!(
        compared_name("O=Z\u{dc}RICH"),
        compared_name("O=z\u{fc}rich")
    );
}

#[test]
fn dates_of_both_kinds_are_read_and_others_refused() {
    for (tag, text, read) in [
        (0x17, "491231235959Z", Some("2049-12-31T23:59:59Z")),
        (0x17, "500101000000Z", Some("1950-01-01T00:00:00Z")),
        (0x17, "2601020304Z", Some("2026-01-02T03:04:00Z")),
        (0x18, "20720922080553Z", Some("2072-09-22T08:05:53Z")),
        (0x18, "99991231235959Z", Some("9999-12-31T23:59:59Z")),
        (0x17, "260231000000Z", None),
        (0x17, "26010203040506Z", None),
        (0x17, "260102030405+0100", None),
        (0x18, "2026-102030405Z", None),
        (0x17, "", None),
        (0x04, "260102030405Z", None),
    ] {
        let bytes = [&[tag, text.len() as u8], text.as_bytes()].concat();
        let time = time(&mut Reader::new(&bytes)).ok();
        assert_eq!(time.map(|time| time.to_string()).as_deref(), read, "{text}");
    }
}

#[test]
fn what_is_no_certificate_says_why() {
    assert_eq!(Certificate::read(b"").unwrap_err(), "it is cut short");
    assert!(
        Certificate::read(&vec![0x30; MAX_BYTES + 1])
            .unwrap_err()
            .contains("65537 bytes")
    );
    assert!(Certificate::read(b"\x30\x00").is_err());
}

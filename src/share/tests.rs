use super::*;
use crate::cipher::{Lock, Passphrase, Protection};
use crate::error::Error;

const PASSPHRASE: &[u8] = b"correct horse battery";

fn identity() -> Identity {
    Identity::derive(
        &SecretBytes::copied(&[3; 32]),
        "coldvault/identity/1/production",
    )
}

fn share() -> Share {
    let facts = Facts {
        public_key: identity().public_key(),
        kind: Kind::Production,
        k: 3,
        n: 5,
        number: 2,
        custodian: Label::new("legal").unwrap(),
    };
    Share::bind(facts, SecretBytes::copied(&[8; 32]), &identity())
}

#[test]
fn a_share_gives_its_facts_and_point_back() {
    let read = ReadShare::from_bytes(&share().to_bytes()).unwrap();
    assert!(read.is_signed());
    let Ok(proven) = read.prove(None) else {
        panic!("signed")
    };
    assert_eq!(proven.facts, share().facts);
    assert!(proven.point.y.same(&share().point.y));
}

#[test]
fn every_changed_byte_of_a_share_file_is_noticed() {
    let bytes = share().to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1;
        let noticed = ReadShare::from_bytes(&changed).map_or(true, |read| !read.is_signed());
        let white_space =
            bytes[place].is_ascii_whitespace() && changed[place].is_ascii_whitespace();
        assert!(noticed || white_space, "byte {place}");
    }
}

#[test]
fn number_zero_and_thresholds_out_of_range_are_refused_when_read() {
    let text = String::from_utf8(share().to_bytes().to_vec()).unwrap();
    for (from, to) in [
        ("\"number\": 2", "\"number\": 0"),
        ("\"number\": 2", "\"number\": 6"),
        ("\"k\": 3", "\"k\": 1"),
        ("\"k\": 3", "\"k\": 6"),
        ("\"n\": 5", "\"n\": 33"),
    ] {
        let read = ReadShare::from_bytes(text.replacen(from, to, 1).as_bytes());
        assert!(matches!(read, Err(Error::Json { .. })), "{to}");
    }
}

#[test]
fn a_later_share_format_is_named_and_not_read() {
    let text = String::from_utf8(share().to_bytes().to_vec()).unwrap();
    for (from, to) in [("share/1", "share/2"), ("\"format\": 1", "\"format\": 2")] {
        let read = ReadShare::from_bytes(text.replacen(from, to, 1).as_bytes());
        assert!(matches!(read, Err(Error::Newer { .. })), "{to}");
    }
}

#[test]
fn the_check_key_is_not_the_identity_and_depends_on_the_secret_part() {
    let facts = share().public_facts();
    assert_ne!(facts.check_key, identity().public_key());
    assert_eq!(facts.number, 2);
}

fn protected() -> (Share, Protected) {
    let passphrase = Passphrase::chosen(SecretBytes::copied(PASSPHRASE)).unwrap();
    let share = share();
    let protected = Protected::seal(&share.point.y, &Protection::Passphrase(passphrase)).unwrap();
    (share, protected)
}

#[test]
fn a_protected_share_shows_whose_it_is_and_that_it_is_genuine_while_it_is_closed() {
    let (share, protected) = protected();
    let bytes = share.to_protected_bytes(&protected);
    assert!(bytes.len() < MAX_BYTES / 2, "{}", bytes.len());
    let read = ReadShare::from_bytes(&bytes).unwrap();
    assert_eq!(read.facts, share.facts);
    assert!(read.is_signed() && read.flaw(None).is_none());
    let Err((flaw, _)) = read.prove(None) else {
        panic!("a closed share was proven")
    };
    assert_eq!(flaw, Flaw::Closed(Closed::NotNeeded, Lock::Passphrase));
}

#[test]
fn a_protected_share_that_was_opened_is_a_share_like_any_other() {
    let (share, protected) = protected();
    let mut read = ReadShare::from_bytes(&share.to_protected_bytes(&protected)).unwrap();
    let typed = Passphrase::typed(SecretBytes::copied(PASSPHRASE));
    let y = read.protected().unwrap().open(&typed).unwrap();
    read.open(y);
    let Ok(proven) = read.prove(None) else {
        panic!("signed")
    };
    assert!(proven.point.y.same(&share.point.y));
    assert_eq!(*proven.to_bytes(), *share.to_bytes());
}

#[test]
fn a_protected_share_with_another_secret_part_in_it_is_forged() {
    let (share, protected) = protected();
    let mut read = ReadShare::from_bytes(&share.to_protected_bytes(&protected)).unwrap();
    read.open(SecretBytes::copied(&[9; 32]));
    assert!(!read.is_signed() && read.prove(None).is_err());
}

#[test]
fn every_changed_byte_outside_the_age_file_of_a_protected_share_is_noticed() {
    let (share, protected) = protected();
    let bytes = share.to_protected_bytes(&protected);
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let inside = text.find("-----BEGIN").unwrap()..text.find("END AGE").unwrap();
    for place in (0..bytes.len()).filter(|place| !inside.contains(place)) {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1;
        let noticed = ReadShare::from_bytes(&changed)
            .map_or(true, |read| !read.is_signed() || read.closed().is_none());
        let white_space =
            bytes[place].is_ascii_whitespace() && changed[place].is_ascii_whitespace();
        assert!(noticed || white_space, "byte {place}");
    }
}

#[test]
fn a_share_with_its_secret_part_twice_or_without_a_commitment_is_refused() {
    let (share, protected) = protected();
    let text = String::from_utf8(share.to_protected_bytes(&protected).to_vec()).unwrap();
    let both = text.replacen("\"protected\"", "\"y\": \"00\", \"protected\"", 1);
    let bare = text.replacen("\"commitment\"", "\"commitments\"", 1);
    for text in [both, bare] {
        let read = ReadShare::from_bytes(text.as_bytes());
        assert!(matches!(read, Err(Error::Json { .. })));
    }
}

#[test]
fn a_share_that_was_read_gives_its_file_back_byte_for_byte() {
    let (share, protected) = protected();
    for bytes in [share.to_bytes(), share.to_protected_bytes(&protected)] {
        let read = ReadShare::from_bytes(&bytes).unwrap();
        assert_eq!(read.to_bytes().as_slice(), bytes.as_slice());
    }
}

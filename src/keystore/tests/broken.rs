//! Broken keystores are named with what is wrong, and never taken for whole.

use std::fs;

use proptest::prelude::*;

use super::*;

fn told(bytes: &[u8], password: &str) -> String {
    match open_within(bytes, &secret(password), &[], 100_000) {
        Ok(store) => format!(
            "proven {}, {} behind its end",
            store.is_proven, store.trailing
        ),
        Err(flaw) => format!("{flaw:?}"),
    }
}

#[test]
fn each_broken_sample_is_named_with_what_is_wrong() {
    let Some(folder) = samples() else { return };
    let folder = folder.join("made/broken");
    for (name, wrong) in [
        (
            "cert-len-7fffffff",
            "Damaged(\"entry 1 of 2: the file is cut short or damaged: bytes are missing at its end\")",
        ),
        (
            "count-ffffffff",
            "Damaged(\"entry 3 of 4294967295: it is of kind 487695855, which does not exist\")",
        ),
        (
            "flipped-bit",
            "Damaged(\"it was changed after it was written: its password opens a key, and its check does not fit\")",
        ),
        ("trailing-garbage", "proven true, 17 behind its end"),
        (
            "truncated",
            "Damaged(\"entry 1 of 2: the file is cut short or damaged: bytes are missing at its end\")",
        ),
        ("zero", "Damaged(\"it is empty\")"),
    ] {
        let bytes = fs::read(folder.join(format!("{name}.jks"))).unwrap();
        assert_eq!(told(&bytes, "Str0ng-keystore-pw"), wrong, "{name}");
    }
}

#[test]
fn a_store_cut_anywhere_is_damaged_or_unknown_and_never_proven() {
    for name in ["small.jks", "small.p12", "sample.jceks", "in-clear.p12"] {
        let whole = fixture(name);
        for len in 0..whole.len() {
            let cut = &whole[..len];
            let password = secret(PASSWORD);
            match open_within(cut, &password, &[], 1000) {
                Ok(_) => panic!("{name} cut at {len}"),
                Err(Flaw::Damaged(_)) => {}
                // The object at the end of JCEKS has no length: the end of what is left is taken for the check.
                Err(Flaw::Password) => assert_eq!(name, "sample.jceks"),
                Err(other) => panic!("{name} cut at {len}: {other:?}"),
            }
            assert!(list(cut).is_err() || name == "sample.jceks");
        }
    }
}

#[test]
fn a_store_with_one_bit_changed_anywhere_is_never_proven() {
    for name in ["small.jks", "small.p12", "sample.jceks"] {
        let mut bytes = fixture(name);
        let password = secret(PASSWORD);
        assert!(opened(&bytes).is_proven);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                if let Ok(store) = open_within(&bytes, &password, &[], 20_000) {
                    assert!(!store.is_proven, "{name}: byte {at}, bit {bit}");
                }
                let _ = list(&bytes);
                bytes[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn a_store_changed_inside_whose_password_is_right_is_damaged_and_not_of_another_password() {
    for name in ["small.jks", "small.p12", "modern.p12"] {
        let mut bytes = fixture(name);
        // The last byte of the check, or of what is behind it.
        let at = match name {
            "small.jks" => bytes.len() - 1,
            _ => {
                bytes
                    .windows(3)
                    .rposition(|tail| tail[0] == 4 && tail[1] == 32)
                    .unwrap()
                    + 5
            }
        };
        bytes[at] ^= 1;
        let Err(Flaw::Damaged(why)) = open(&bytes, &secret(PASSWORD), &[]) else {
            panic!("{name}");
        };
        assert!(
            why.starts_with("it was changed after it was written"),
            "{why}"
        );
        let other = open(&bytes, &secret("another"), &[]);
        assert!(matches!(other, Err(Flaw::Password)), "{name}");
    }
}

#[test]
fn a_file_that_is_no_keystore_is_not_taken_for_one() {
    for bytes in [
        &b""[..],
        b"\xfe\xed\xfe",
        b"\0\0\0\x01",
        b"\0\0\0\x02\0\0\0\x14",
        b"-----BEGIN CERTIFICATE-----",
        b"PK\x03\x04",
        b"\x30\x82\x01\x00\x02\x01\x00\x30",
        b"0123456789abcdef0123456789abcdef0123456789abcdef",
        b"SQLite format 3\0 and so on, and so on, and so on, and so on",
        &[0; 64],
        &[0xff; 64],
    ] {
        assert_eq!(recognise(bytes), None, "{bytes:02x?}");
    }
    let certificate = fixture("p256.crt");
    assert_eq!(recognise(&certificate), None);
    assert!(matches!(list(b"neither"), Err(Flaw::Damaged(_))));
}

#[test]
fn a_store_that_asks_for_too_much_work_is_not_opened() {
    // The count of the check of `small.p12` is its last value.
    let mut bytes = fixture("small.p12");
    let (start, count) = bytes.split_last_chunk_mut::<3>().unwrap();
    assert_eq!(*count, [2, 1, 10]);
    let before = start.len();
    // 2,130,706,432 rounds; the lengths around it grow by three.
    bytes.truncate(before);
    bytes.extend([2, 4, 0x7f, 0, 0, 0]);
    bytes[3] += 3;
    let mac = bytes
        .windows(4)
        .rposition(|four| four[0] == 0x30 && four[2] == 0x30 && four[3] == 0x31);
    bytes[mac.unwrap() + 1] += 3;
    let Err(Flaw::NotOpened(why)) = open(&bytes, &secret(PASSWORD), &[]) else {
        panic!("{}", told(&bytes, PASSWORD));
    };
    assert!(why.contains("2130706432 times"), "{why}");
}

#[test]
fn an_opening_is_stopped_in_the_middle_of_a_derivation() {
    // `small.p12` has a check with the derivation of PKCS#12, `modern.p12` with PBKDF2 behind it.
    for bytes in [dear(10_000_000), fixture("modern.p12")] {
        let asked = std::cell::Cell::new(0);
        let go_on = || {
            asked.set(asked.get() + 1);
            false
        };
        let mut work = Work::asking(MAX_WORK, &go_on);
        let opened = open_from(&bytes, &secret(PASSWORD), &[], &mut work);
        let is_dear = work.left() < MAX_WORK - 9_000_000;
        match opened {
            Err(Flaw::NotOpened(why)) if is_dear => assert!(why.contains("stopped"), "{why}"),
            // Too small to be asked about on the way: its keys are not looked at.
            Ok(store) if !is_dear => {
                let keys = store.entries.iter().filter_map(|entry| entry.holds.key());
                assert!(keys.clone().count() > 0);
                assert!(!keys.clone().any(|key| matches!(key, Key::Open { .. })));
            }
            other => panic!("{:?}", other.err()),
        }
        assert!(asked.get() > 0);
        assert!(!is_dear || asked.get() == 1);
    }
}

#[test]
fn a_store_that_no_more_work_is_left_for_is_told_from_one_that_nothing_opens() {
    let mut work = Work::new(50_000);
    let dear = dear(40_000);
    let first = open_from(&dear, &secret("x"), &[], &mut work);
    assert!(matches!(first, Err(Flaw::Password)));
    assert!(!work.was_short());
    let second = open_from(&dear, &secret("x"), &[], &mut work);
    assert!(matches!(second, Err(Flaw::NotOpened(why)) if why.contains("40000 times")));
    assert!(work.was_short());
    assert_eq!(work.left(), 10_000);
}

#[test]
fn keys_beyond_the_work_of_a_store_are_not_looked_at_and_said() {
    for name in ["node.jks", "in-clear.p12"] {
        let bytes = fixture(name);
        let looked_at = |work| match open_within(&bytes, &secret(PASSWORD), &[], work) {
            Ok(store) => {
                let keys = store.entries.iter().filter_map(|entry| entry.holds.key());
                keys.filter(|key| matches!(key, Key::Open { .. })).count()
            }
            Err(flaw) => panic!("{name}: {flaw:?}"),
        };
        // The check of the PKCS#12 takes 2,048 rounds.
        let check = if name == "node.jks" { 0 } else { 2048 };
        assert_eq!(looked_at(check), 0, "{name}");
        assert!(looked_at(MAX_WORK) > 0, "{name}");
    }
}

proptest! {
    #[test]
    fn no_bytes_behind_a_true_beginning_make_it_panic(
        start in prop::sample::select(vec![
            b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01".to_vec(),
            b"\xce\xce\xce\xce\0\0\0\x02\0\0\0\x02".to_vec(),
            b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80".to_vec(),
            b"\0\0\0\x02\0\0\0\x1401234567890123456789\0\0\0\x09\x01\0\x01a".to_vec(),
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [start, rest].concat();
        let _ = list(&bytes);
        let store = open_within(&bytes, &secret(PASSWORD), &[], 1000);
        prop_assert!(!store.is_ok_and(|store| store.is_proven));
    }
}

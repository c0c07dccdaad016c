use std::collections::BTreeSet;

use super::*;
use crate::cipher::{Protected, Protection, Recipient};
use crate::digest::Digest;
use crate::kind::Kind;
use crate::label::Label;
use crate::manifest::{Manifest, PayloadPart, ShareFacts};
use crate::secret::SecretBytes;
use crate::share::{Facts, Share};
use crate::signature::Identity;
use crate::time::Time;

pub(super) fn identity(first: u8) -> Identity {
    let secret = SecretBytes::copied(&[first; 32]);
    Identity::derive(&secret, "coldvault/identity/1/production")
}

/// Bytes that do not compress.
pub(super) fn noise(len: usize, seed: u8) -> Vec<u8> {
    let blocks = (0..len.div_ceil(32)).map(|i| Digest::of(format!("{seed} {i}").as_bytes()).0);
    blocks.flatten().take(len).collect()
}

/// The files of a vault with a payload of so many bytes.
pub(super) fn vault(first: u8, payload: usize) -> VaultFiles {
    let identity = identity(first);
    let payload = noise(payload, first);
    let share = |number| ShareFacts {
        number,
        commitment: Digest::of(&[number]),
        check_key: identity.public_key(),
    };
    let manifest = Manifest {
        public_key: identity.public_key(),
        requires: Vec::new(),
        kind: Kind::Production,
        label: Label::new("Bank A").unwrap(),
        created: Time::from_unix(1_770_000_000),
        tool: "coldvault 0.1.0".into(),
        k: 3,
        shares: (1..=5).map(share).collect(),
        payload: vec![PayloadPart {
            name: "payload.age".into(),
            bytes: payload.len() as u64,
            sha256: Digest::of(&payload),
        }],
        plain_bytes: 10_240,
        members: 7,
        generation: 1,
        previous: None,
        files: Vec::new(),
    };
    let read = manifest.sign(&identity);
    VaultFiles {
        manifest: read.bytes,
        signature: read.signature,
        payload,
    }
}

pub(super) fn share(first: u8, number: u8, custodian: &str) -> Share {
    let facts = Facts {
        public_key: identity(first).public_key(),
        kind: Kind::Production,
        k: 3,
        n: 5,
        number,
        custodian: Label::new(custodian).unwrap(),
    };
    Share::bind(facts, SecretBytes::copied(&[number; 32]), &identity(first))
}

pub(super) fn open(first: u8, number: u8, custodian: &str) -> ReadShare {
    ReadShare::from_bytes(&share(first, number, custodian).to_bytes()).unwrap()
}

pub(super) fn protected(first: u8, number: u8, custodian: &str) -> ReadShare {
    let key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    let key = Protection::Recipient(Recipient::parse(key).unwrap());
    let share = share(first, number, custodian);
    let closed = Protected::seal(&share.point.y, &key).unwrap();
    ReadShare::from_bytes(&share.to_protected_bytes(&closed)).unwrap()
}

/// The texts of codes.
pub(super) fn written(codes: &[Printed]) -> Vec<String> {
    codes.iter().map(|code| code.text.to_string()).collect()
}

fn names(codes: &[Printed]) -> Vec<&str> {
    codes.iter().map(|code| code.name.as_str()).collect()
}

#[test]
fn an_open_share_is_two_codes_that_fit_and_differ_in_two_fields() {
    for custodian in ["a", &"n".repeat(48)] {
        let codes = of_share(&open(1, 2, custodian)).unwrap();
        assert_eq!(names(&codes), ["A", "B"]);
        for code in &codes {
            assert_eq!(code.level, Level::H);
            assert!(code.version <= 15);
        }
        let [a, b] = written(&codes).try_into().unwrap();
        let differ = a.split('/').zip(b.split('/')).map(|(a, b)| a != b);
        assert!(differ.eq([false, false, true, false, true]));
        assert!(a.starts_with("CV1/S/A/") && b.starts_with("CV1/S/B/"));
    }
}

#[test]
fn a_protected_share_is_numbered_codes_twice() {
    let codes = of_share(&protected(1, 2, "legal")).unwrap();
    assert_eq!(names(&codes), ["1 A", "2 A", "1 B", "2 B"]);
    let id = identity(1).public_key().vault_id().hex().to_uppercase();
    assert!(codes[3].text.starts_with(&format!("CV1/P/B/{id}/002/002/")));
    assert!(
        codes
            .iter()
            .all(|code| code.version <= 20 && code.level == Level::Q)
    );
}

#[test]
fn codes_have_letters_of_the_alphanumeric_mode_alone_and_the_version_holds_them() {
    let mut all = of_share(&open(1, 2, "legal")).unwrap();
    all.extend(of_share(&protected(1, 2, "legal")).unwrap());
    all.extend(vault(1, 3000).codes().unwrap().codes);
    all.extend(vault(1, 30_000).codes().unwrap().codes);
    for code in &all {
        let is_plain =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'/';
        assert!(code.text.bytes().all(is_plain));
        let smallest = layout::smallest_version(code.level, code.text.len()).unwrap();
        assert!(smallest <= code.version, "{}", code.name);
    }
}

#[test]
fn the_codes_of_a_page_are_counted_from_any_of_them() {
    let count = |code: &Printed| page_of(&code.text).unwrap().codes;
    let shares = of_share(&open(1, 2, "legal")).unwrap();
    assert!(shares.iter().all(|code| count(code) == 2));
    let closed = of_share(&protected(1, 2, "legal")).unwrap();
    assert!(closed.iter().all(|code| count(code) == 4));
    let mut sheets = (500..5000)
        .step_by(190)
        .map(|size| vault(1, size).codes().unwrap());
    let uneven = |sheet: &VaultCodes| !sheet.codes.len().is_multiple_of(sheet.per_page);
    let vault = sheets.find(uneven).unwrap();
    let total = vault.codes.len();
    let last = total % vault.per_page;
    for (place, code) in vault.codes.iter().enumerate() {
        let wanted = if place < total - last {
            vault.per_page
        } else {
            last
        };
        assert_eq!(count(code), wanted, "{place}");
    }
    for text in [
        "",
        "https://example.com",
        &shares[0].text[1..],
        &shares[0].text[..90],
    ] {
        assert_eq!(page_of(text), None);
    }
    let line = format!("QR-Code:{}", shares[0].text.to_lowercase());
    assert_eq!(page_of(&line), page_of(&shares[0].text));
}

#[test]
fn codes_of_one_page_have_one_key_and_no_other_page_has_it() {
    let keys = |codes: &[Printed]| -> BTreeSet<_> {
        let each = codes.iter().map(|code| page_of(&code.text).unwrap().key);
        each.collect()
    };
    let pages = [
        keys(&of_share(&open(1, 2, "legal")).unwrap()),
        keys(&of_share(&open(1, 3, "legal")).unwrap()),
        keys(&of_share(&protected(1, 2, "legal")).unwrap()),
        keys(&of_share(&protected(1, 3, "legal")).unwrap()),
    ];
    assert!(pages.iter().all(|keys| keys.len() == 1));
    assert_eq!(pages.iter().flatten().collect::<BTreeSet<_>>().len(), 4);
    let vault = vault(1, 5000).codes().unwrap();
    let sheets = vault.codes.chunks(vault.per_page).map(keys);
    let sheets: Vec<BTreeSet<_>> = sheets.collect();
    assert!(sheets.len() > 1 && sheets.iter().all(|keys| keys.len() == 1));
    assert_eq!(keys(&vault.codes).len(), sheets.len());
}

#[test]
fn a_vault_too_large_for_paper_is_refused_with_its_size_and_what_to_do() {
    for payload in [77_000, 600_000, 5_000_000] {
        let Err(error) = vault(1, payload).codes() else {
            panic!("{payload}")
        };
        assert!(matches!(error, Error::Refused { .. }));
        let said = error.to_string();
        assert!(said.contains("pages") && said.contains("75437"), "{said}");
        assert!(error.hint().contains("without databases"));
    }
    let most = vault(1, 73_000).codes().unwrap();
    assert!(most.codes.len() <= MOST_CODES);
}

#[test]
fn the_container_is_what_stock_tools_take_apart() {
    let files = vault(1, 3000);
    let codes = files.codes().unwrap();
    let parts = codes.codes.iter().take(codes.needed).map(|code| {
        let Ok(Text::Part(part)) = Text::parse(&code.text) else {
            panic!("a part")
        };
        part.data
    });
    let container = parts.collect::<Vec<_>>().concat();
    assert_eq!(container.len() % 190, 0);
    assert_eq!(VaultFiles::unpack(&container).unwrap(), files);
    let tool = |program: &str, arguments: &[&str], input: &[u8]| {
        use std::io::Write;
        use std::process::{Command, Stdio};
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            crate::tests::skipped(
                crate::tests::Need::Tool,
                &format!("{program} is not installed"),
            );
            return None;
        };
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        Some(output.stdout)
    };
    let Some(archive) = tool("zstd", &["-dc"], &container) else {
        return;
    };
    let Some(payload) = tool("tar", &["-xO", "payload.age"], &archive) else {
        return;
    };
    assert_eq!(payload, files.payload);
}

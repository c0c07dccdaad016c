use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::cipher::{Passphrase, Protection};
use crate::code::{Level, VaultCodes};
use crate::digest::Digest;
use crate::kind::Kind;
use crate::manifest::PayloadPart;
use crate::secret::SecretBytes;
use crate::share::{Facts, Share};
use crate::signature::Identity;
use crate::tests::{Need, skipped};

/// What a sheet is asked to print.
struct Sample {
    kind: Kind,
    label: Label,
    custodian: Label,
    contact: Option<&'static str>,
}

/// The one in the reference pictures.
fn sample() -> Sample {
    Sample {
        kind: Kind::Rehearsal,
        label: Label::new("Bank A, settlement node").unwrap(),
        custodian: Label::new("operations").unwrap(),
        contact: Some("Security office, +41 44 555 01 70, P.O. Box 12, 8022 Zurich"),
    }
}

fn created() -> Time {
    Time::parse("2026-11-22T20:00:00Z").unwrap()
}

impl Sample {
    fn identity(&self) -> Identity {
        Identity::derive(
            &SecretBytes::copied(&[7; 32]),
            &format!("coldvault/identity/1/{}", self.kind.as_str()),
        )
    }

    fn bound(&self) -> Share {
        let facts = Facts {
            public_key: self.identity().public_key(),
            kind: self.kind,
            k: 3,
            n: 5,
            number: 2,
            custodian: self.custodian.clone(),
        };
        let y: Vec<u8> = (0..32).map(|i| i * 7 + 3).collect();
        Share::bind(facts, SecretBytes::copied(&y), &self.identity())
    }

    fn open(&self) -> ReadShare {
        ReadShare::from_bytes(&self.bound().to_bytes()).unwrap()
    }

    fn share_sheet<'a>(&'a self, share: &'a ReadShare) -> ShareSheet<'a> {
        ShareSheet {
            share,
            label: &self.label,
            created: created(),
            contact: self.contact,
        }
    }
}

impl Sample {
    fn protected(&self) -> ReadShare {
        let passphrase = SecretBytes::copied(b"correct horse battery");
        let with = Protection::Passphrase(Passphrase::chosen(passphrase).unwrap());
        let share = self.bound();
        let y = crate::cipher::Protected::seal(&share.point.y, &with).unwrap();
        ReadShare::from_bytes(&share.to_protected_bytes(&y)).unwrap()
    }

    fn manifest(&self) -> Manifest {
        let share = self.bound();
        let mut shares = Vec::new();
        for number in 1..=5 {
            shares.push(crate::manifest::ShareFacts {
                number,
                ..share.public_facts()
            });
        }
        Manifest {
            public_key: self.identity().public_key(),
            kind: self.kind,
            label: self.label.clone(),
            created: created(),
            tool: "coldvault 0.1.0".into(),
            k: 3,
            shares,
            payload: vec![PayloadPart {
                name: "payload.age".into(),
                bytes: PAYLOAD as u64,
                sha256: Digest([5; 32]),
            }],
            plain_bytes: 20_000,
            members: 20,
            generation: 1,
            previous: None,
            files: Vec::new(),
        }
    }
}

/// Bytes of a keys-only vault's payload.
const PAYLOAD: usize = 6 * 1024;

/// Letters that do not compress, the same every time.
fn noise(length: usize, seed: u32) -> String {
    let letters: Vec<char> = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".chars().collect();
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        letters[(state >> 27) as usize]
    };
    (0..length).map(|_| next()).collect()
}

fn printed(name: &str, head: &str, length: usize, level: Level, version: u8) -> Printed {
    let seed = name.bytes().fold(7, |sum, byte| sum * 31 + u32::from(byte));
    let text = format!("{head}{}", noise(length - head.len(), seed));
    Printed {
        name: name.to_owned(),
        text: Zeroizing::new(text),
        level,
        version,
    }
}

fn open_codes() -> Vec<Printed> {
    ["A", "B"]
        .map(|twin| printed(twin, &format!("CV1/S/{twin}/"), 313, Level::H, 15))
        .into()
}

fn protected_codes(count: usize) -> Vec<Printed> {
    let numbers = 1..=count / 2;
    let names = numbers.flat_map(|n| ["A", "B"].map(|twin| format!("{n} {twin}")));
    names
        .map(|name| printed(&name, "CV1/P/", 700, Level::Q, 20))
        .collect()
}

fn vault_codes(count: usize, per_page: usize) -> VaultCodes {
    let codes = (1..=count).map(|n| printed(&n.to_string(), "CV1/V/", 700, Level::Q, 20));
    VaultCodes {
        codes: codes.collect(),
        needed: count * 3 / 4,
        per_page,
    }
}

#[test]
#[ignore = "writes the sample sheets into the directory COLDVAULT_SHEETS_OUT"]
fn the_sample_sheets() {
    let out = std::env::var_os("COLDVAULT_SHEETS_OUT").expect("COLDVAULT_SHEETS_OUT is not set");
    let sample = sample();
    let share = sample.open();
    let write =
        |name: &str, sheet: Sheet| fs::write(Path::new(&out).join(name), &*sheet.pdf).unwrap();
    let sheet = sample.share_sheet(&share);
    write("share-sheet.pdf", sheet.draw_with(&open_codes()).unwrap());
    let share = sample.protected();
    let sheet = sample.share_sheet(&share);
    write(
        "protected-2.pdf",
        sheet.draw_with(&protected_codes(2)).unwrap(),
    );
    write(
        "protected-4.pdf",
        sheet.draw_with(&protected_codes(4)).unwrap(),
    );
    let manifest = sample.manifest();
    let files = VaultFiles::default();
    let sheet = VaultSheet {
        files: &files,
        manifest: &manifest,
        contact: sample.contact,
    };
    write(
        "vault-sheet.pdf",
        sheet.draw_with(&vault_codes(36, 9)).unwrap(),
    );
}

mod layout;
mod tools;

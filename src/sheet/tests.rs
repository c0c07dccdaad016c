use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use super::*;
use crate::cipher::{Passphrase, Protected, Protection};
use crate::code::{Level, Twin};
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
    /// Its age file is made once: stretching the passphrase takes long.
    fn protected(&self) -> ReadShare {
        static SEALED: OnceLock<String> = OnceLock::new();
        let share = self.bound();
        let sealed = SEALED.get_or_init(|| {
            let passphrase = SecretBytes::copied(b"correct horse battery");
            let with = Protection::Passphrase(Passphrase::chosen(passphrase).unwrap());
            let y = Protected::seal(&share.point.y, &with).unwrap();
            y.text().to_owned()
        });
        let y = Protected::parse(sealed).unwrap();
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
            requires: Vec::new(),
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

/// Bytes that do not compress, the same every time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

impl Sample {
    /// A vault whose payload has so many bytes.
    fn files(&self, payload: usize) -> (VaultFiles, Manifest) {
        let payload = noise(payload);
        let mut manifest = self.manifest();
        manifest.payload = vec![PayloadPart {
            name: "payload.age".into(),
            bytes: payload.len() as u64,
            sha256: Digest::of(&payload),
        }];
        let signed = manifest.sign(&self.identity());
        let files = VaultFiles {
            manifest: signed.bytes,
            signature: signed.signature,
            payload,
        };
        (files, manifest)
    }

    fn vault_sheet(&self, payload: usize) -> Sheet {
        let (files, manifest) = self.files(payload);
        let sheet = VaultSheet {
            files: &files,
            manifest: &manifest,
            contact: self.contact,
        };
        sheet.draw().unwrap()
    }
}

/// Another text for another name.
fn printed(name: &str, twin: Option<Twin>, length: usize, level: Level, version: u8) -> Printed {
    let begin = name
        .bytes()
        .fold(0, |sum, byte| 5 * sum + usize::from(byte));
    let noise = noise(begin + length).into_iter().skip(begin);
    let letters = noise.map(|byte| char::from(b'A' + byte % 26));
    Printed {
        name: name.to_owned(),
        twin,
        text: Zeroizing::new(letters.collect()),
        level,
        version,
    }
}

/// Codes of a protected share of so many pieces, as large as they get.
fn pieces(count: usize) -> Vec<Printed> {
    let twins = [Twin::A, Twin::B].into_iter();
    let all = twins.flat_map(|twin| (1..=count).map(move |n| (n, twin)));
    all.map(|(n, twin)| printed(&format!("{n} {twin}"), Some(twin), 702, Level::Q, 20))
        .collect()
}

#[test]
#[ignore = "writes sample sheets into the directory COLDVAULT_SHEETS_OUT: see docs/paper.md"]
fn the_sample_sheets() {
    let out = std::env::var_os("COLDVAULT_SHEETS_OUT").expect("COLDVAULT_SHEETS_OUT is not set");
    let sample = sample();
    let write = |name: &str, sheet: Sheet| {
        fs::write(Path::new(&out).join(name), &*sheet.pdf).unwrap();
    };
    let share = sample.open();
    write(
        "share-sheet.pdf",
        sample.share_sheet(&share).draw().unwrap(),
    );
    write("vault-sheet.pdf", sample.vault_sheet(PAYLOAD));
    write("small-vault-sheet.pdf", sample.vault_sheet(200));
    let share = sample.protected();
    let sheet = sample.share_sheet(&share);
    write("protected-share-sheet.pdf", sheet.draw().unwrap());
    for count in 1..=3 {
        let name = format!("protected-{count}.pdf");
        write(&name, sheet.draw_with(&pieces(count)).unwrap());
    }
}

#[test]
#[ignore = "a measurement, for a release build: cargo test --release --lib how_long -- --ignored --nocapture"]
fn how_long_a_set_of_sheets_takes() {
    let sample = sample();
    let (files, manifest) = sample.files(PAYLOAD);
    let share = sample.open();
    let clock = std::time::Instant::now();
    for _ in 0..5 {
        sample.share_sheet(&share).draw().unwrap();
    }
    let shares = clock.elapsed();
    let codes = files.codes().unwrap();
    let cut = clock.elapsed();
    qr::draw_all(&codes.codes).unwrap();
    let drawn = clock.elapsed();
    let sheet = VaultSheet {
        files: &files,
        manifest: &manifest,
        contact: None,
    };
    sheet.draw_with(&codes).unwrap();
    let vault = clock.elapsed() - drawn + (cut - shares);
    eprintln!("5 share sheets {shares:?}; vault sheet {vault:?}");
    eprintln!(
        "of that: codes cut {:?}, codes drawn {:?}",
        cut - shares,
        drawn - cut
    );
    eprintln!("the set: {:?}", shares + vault);
}

mod destruction;
mod layout;
mod report;
mod tools;

//! Checking drill reports: for an auditor who has the report, `vault.pub` and the paper, and nothing else.

use std::fs;
use std::path::Path;
use std::process::Command;

use coldvault::digest::Digest;
use coldvault::drill::{DrillKind, DrillReport, Outcome, Previous};
use coldvault::key::VaultKey;
use coldvault::kind::Kind;
use coldvault::secret::SecretBytes;
use coldvault::signature::Identity;
use tempfile::TempDir;

use crate::support::{Ran, run, skipped};

/// The vault of the vector: its key is for everyone to know.
fn identity() -> Identity {
    let secret: Vec<u8> = (0..32_u8).map(|i| 0x11_u8.wrapping_add(7 * i)).collect();
    let key = VaultKey::from_secret(SecretBytes::copied(&secret)).unwrap();
    key.identity(Kind::Production)
}

fn stranger() -> Identity {
    let key = VaultKey::from_secret(SecretBytes::copied(&[5; 32])).unwrap();
    key.identity(Kind::Production)
}

/// The report of the vector.
fn report() -> DrillReport {
    let vector = include_str!("../vectors/primitive-drill-report.txt");
    let (_, rest) = vector.split_once("--- report.json\n").unwrap();
    let text = rest.split("---").next().unwrap().replace('\n', "");
    let bytes = data_encoding::BASE64.decode(text.as_bytes()).unwrap();
    DrillReport::from_bytes(&bytes).unwrap()
}

struct Filed(TempDir);

impl Filed {
    /// The report as it was filed: itself, its signature, the key.
    fn new() -> Self {
        let filed = Self(tempfile::tempdir().unwrap());
        filed.file("drill.json", &report());
        filed.put("vault.pub", identity().public_key().to_pem().as_bytes());
        filed
    }

    fn file(&self, name: &str, report: &DrillReport) {
        let bytes = report.to_bytes();
        self.put(&format!("{name}.sig"), &identity().sign(&bytes));
        self.put(name, &bytes);
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.dir().join(name), bytes).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.dir().join(name)).unwrap();
    }

    fn dir(&self) -> &Path {
        self.0.path()
    }

    fn verify(&self, words: &str) -> Ran {
        let words = format!("verify {words}");
        run(self.dir(), &words.split_whitespace().collect::<Vec<_>>())
    }
}

#[test]
fn a_signed_report_says_by_which_vault_over_which_challenge_and_what_that_proves() {
    let filed = Filed::new();
    let id = identity().public_key().vault_id();
    let words = id.word_lines()[0].clone();
    filed
        .verify("drill.json")
        .exits(0)
        .says("D4, real restore")
        .says("outcome  PASS WITH FINDINGS")
        .says("the vault key was there after this was given: \"tissue leprosy fallout\"")
        .says("it proves possession of the key, not that a quorum met")
        .says(&format!("consistent with vault {words} ...: compare"))
        .does_not_say("signed by vault");
    filed
        .verify(&format!("drill.json --expect {}", id.hex()))
        .exits(0)
        .says("genuine: it is the vault that was expected")
        .says(&format!(
            "drill report: signed by vault {words} ..., genuine"
        ))
        .does_not_say("compare");
}

/// What stays on the screen is the verdict.
#[track_caller]
fn ends_with(ran: &Ran, text: &str) {
    let last = ran.out.lines().last().unwrap_or_default();
    assert!(last.contains(text), "{text:?} is not the end of {ran}");
}

#[test]
fn a_report_of_another_vault_than_the_expected_one_says_so_at_the_end() {
    let filed = Filed::new();
    let other = stranger().public_key().vault_id().hex();
    let ran = filed
        .verify(&format!("drill.json --expect {other}"))
        .exits(4)
        .says("and you expected");
    ends_with(
        &ran,
        "but NOT of the vault that was expected: do not rely on it",
    );
    let check = DrillReport {
        kind: DrillKind::D1,
        ..report()
    };
    filed.put("check.json", &check.to_bytes());
    let ran = filed
        .verify(&format!("check.json --expect {other}"))
        .exits(4);
    ends_with(&ran, "not signed, and NOT of the vault that was expected");
    let ran = filed
        .verify(&format!("drill.json check.json --expect {other}"))
        .exits(4);
    ends_with(&ran, "2 drill reports: 2 NOT TO BE RELIED ON");
    // The key alone.
    let id = identity().public_key().vault_id().hex();
    let ran = filed
        .verify(&format!("vault.pub --expect {other}"))
        .exits(4);
    ends_with(&ran, "public key of a vault: NOT the one that was expected");
    let ran = filed.verify(&format!("vault.pub --expect {id}")).exits(0);
    ends_with(&ran, "public key of a vault: genuine");
}

/// Scenario 13 of ceremony.md, section 8: one edited byte is found and located.
#[test]
fn an_edited_byte_is_found_on_every_line_and_the_line_is_named() {
    let filed = Filed::new();
    let bytes = report().to_bytes();
    let mut begins = 0;
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        let mut edited = bytes.clone();
        edited[begins + line.len() / 2] ^= 1;
        begins += line.len();
        filed.put("drill.json", &edited);
        let ran = filed.verify("drill.json").exits(4);
        let ran = ran.says("drill report: EDITED");
        match number {
            1..=26 => ran.says(&format!("line {number} (")).says("on line 27"),
            27 => ran.says("line 27 (\"sections\")"),
            _ => ran.says("line 28, behind the line"),
        };
    }
    assert_eq!(bytes.split_inclusive(|byte| *byte == b'\n').count(), 28);
}

#[test]
fn a_digest_that_was_edited_is_named_by_its_own_line_and_not_by_the_line_that_it_is_of() {
    let filed = Filed::new();
    let text = String::from_utf8(report().to_bytes()).unwrap();
    let (before, digests) = text.split_once("\"sections\":").unwrap();
    for (from, to) in [('0', "1"), ('a', "b"), ('7', "8")] {
        let at = digests.find("\"scenario\":\"").unwrap() + "\"scenario\":\"".len();
        let at = at + digests[at..].find(from).unwrap();
        let mut edited = digests.to_owned();
        edited.replace_range(at..=at, to);
        filed.put(
            "drill.json",
            format!("{before}\"sections\":{edited}").as_bytes(),
        );
        filed
            .verify("drill.json")
            .exits(4)
            .says("line 27 (\"sections\"), with the digest of \"scenario\", was changed")
            .does_not_say("line 4");
    }
}

#[test]
fn a_report_made_anew_with_all_its_digests_is_told_by_the_signature() {
    let filed = Filed::new();
    let forged = DrillReport {
        outcome: Outcome::Pass,
        ..report()
    };
    filed.put("drill.json", &forged.to_bytes());
    filed
        .verify("drill.json")
        .exits(4)
        .says("its signature is not that of this vault")
        .says("its outcome is not what its own criteria and findings come to")
        .says("NOT PROVEN");
}

#[test]
fn a_report_without_signature_or_key_is_not_proven_and_the_key_may_come_from_elsewhere() {
    let filed = Filed::new();
    filed.remove("vault.pub");
    filed
        .verify("drill.json")
        .exits(4)
        .says("there is no vault.pub");
    fs::create_dir(filed.dir().join("paper")).unwrap();
    filed.put(
        "paper/vault.pub",
        identity().public_key().to_pem().as_bytes(),
    );
    filed
        .verify("drill.json paper/vault.pub")
        .exits(0)
        .says("public key of a vault: compare")
        .says("drill report: signed by vault")
        .says(", of which a key was given");
    filed.put(
        "paper/vault.pub",
        stranger().public_key().to_pem().as_bytes(),
    );
    filed
        .verify("paper/vault.pub drill.json")
        .exits(4)
        .says("NOT PROVEN");
    filed.remove("drill.json.sig");
    filed
        .verify("drill.json")
        .exits(4)
        .says("its signature is not beside it");
}

#[test]
fn a_report_that_names_another_vault_than_its_signer_is_not_proven() {
    let filed = Filed::new();
    let bytes = report().to_bytes();
    filed.put("drill.json.sig", &stranger().sign(&bytes));
    filed.put("vault.pub", stranger().public_key().to_pem().as_bytes());
    filed
        .verify("drill.json")
        .exits(4)
        .says("it is signed by another vault than it names");
}

/// Whoever writes a report can write a key beside it.
#[test]
fn a_key_beside_a_report_vouches_for_nothing_and_another_one_than_was_used_is_said() {
    let filed = Filed::new();
    let json = filed.verify("drill.json --json").exits(0);
    assert!(
        json.out
            .replace(": ", ":")
            .contains("\"standing\":\"consistent\"")
    );
    fs::create_dir(filed.dir().join("paper")).unwrap();
    filed.put(
        "paper/vault.pub",
        identity().public_key().to_pem().as_bytes(),
    );
    filed.put("vault.pub", stranger().public_key().to_pem().as_bytes());
    let json = filed.verify("drill.json paper/vault.pub --json").exits(0);
    assert!(
        json.out
            .replace(": ", ":")
            .contains("\"standing\":\"signed\"")
    );
    filed
        .verify("drill.json paper/vault.pub")
        .exits(0)
        .says("the vault.pub beside it is the key of another vault");
}

#[test]
fn a_drill_without_a_quorum_is_not_signed_and_that_is_said() {
    let filed = Filed::new();
    let check = DrillReport {
        kind: DrillKind::D1,
        ..report()
    };
    filed.put("check.json", &check.to_bytes());
    filed
        .verify("check.json")
        .exits(0)
        .says("no quorum took part, so no vault signed it")
        .says("drill report: not signed; every line agrees with its digest");
}

#[test]
fn a_report_without_a_challenge_proves_no_time() {
    let filed = Filed::new();
    let report = DrillReport {
        challenge: None,
        ..report()
    };
    filed.file("drill.json", &report);
    filed
        .verify("drill.json")
        .exits(0)
        .says("time not proven: no challenge was given")
        .does_not_say("was there after");
}

#[test]
fn the_report_before_it_is_the_one_named_or_is_said_to_be_another() {
    let filed = Filed::new();
    let first = report();
    let second = DrillReport {
        drill_id: [2; 16],
        previous: Some(Previous {
            report_sha256: Digest::of(&first.to_bytes()),
            drill_id: first.drill_id,
            date: first.clock.ended(),
            days: 10,
            overdue_days: 0,
        }),
        ..report()
    };
    filed.file("second.json", &second);
    filed
        .verify("second.json drill.json")
        .exits(0)
        .says("the report before it is given and is the one named");
    filed
        .verify("second.json")
        .exits(0)
        .says("give that one too, to check that it is the one");
    filed.put("drill.json.sig", &stranger().sign(&first.to_bytes()));
    let ran = filed
        .verify("second.json drill.json")
        .exits(4)
        .says("is the one named, but is NOT PROVEN")
        .says("but the report before it is NOT PROVEN: do not rely on it");
    ends_with(&ran, "2 drill reports: 2 NOT TO BE RELIED ON");
    filed.remove("drill.json.sig");
    filed
        .verify("second.json drill.json")
        .exits(4)
        .says("is the one named, but is NOT PROVEN");
    let changed = DrillReport {
        site: None,
        ..first
    };
    filed.file("drill.json", &changed);
    filed
        .verify("second.json drill.json")
        .exits(4)
        .says("is NOT the one named");
}

#[test]
fn stock_openssl_and_sed_check_a_report_without_coldvault() {
    let filed = Filed::new();
    let script = "openssl pkeyutl -verify -pubin -inkey vault.pub -rawin -in drill.json -sigfile \
                  drill.json.sig && sed -n 7p drill.json | sha256sum";
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(filed.dir())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() && Command::new("openssl").arg("version").output().is_err() {
        return skipped("COLDVAULT_REQUIRE_TOOLS", "there is no openssl");
    }
    assert!(
        said.contains("Signature Verified Successfully"),
        "{output:?}"
    );
    let bytes = report().to_bytes();
    let line = bytes.split_inclusive(|byte| *byte == b'\n').nth(6).unwrap();
    let digest = Digest::of(line).hex();
    assert!(said.contains(&digest), "{said}");
    assert!(String::from_utf8(bytes).unwrap().contains(&digest));
}

use data_encoding::HEXLOWER;

use super::*;
use crate::error::Error;
use crate::kind::Kind;
use crate::secret::SecretBytes;
use crate::signature::Identity;
use crate::tests::{Need, skipped};

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn identity() -> Identity {
    Identity::derive(
        &SecretBytes::copied(&[7; 32]),
        "coldvault/identity/1/production",
    )
}

fn share(number: u8, state: &str) -> ShareUse {
    ShareUse {
        number: Some(number),
        custodian: Some("legal".into()),
        copy: Some(1),
        channel: "code A".into(),
        attempts: 1,
        mistyped: 0,
        seconds: 9,
        state: state.into(),
        reason: None,
    }
}

fn vault_copy(copy: u8, outcome: &str) -> CarrierUse {
    CarrierUse {
        carrier_id: Some([copy; 16]),
        role: "vault".into(),
        copy: Some(copy),
        device: "removable medium".into(),
        serial: Some("S1".into()),
        written: Some(time("2026-01-01T00:00:00Z")),
        bytes: 1_000,
        seconds: 2,
        outcome: outcome.into(),
        bag_found: Some("1001".into()),
        bag_new: Some(format!("{}", 1001 + u32::from(copy))),
        bag_expected: Some("1001".into()),
        seal: Some("intact".into()),
        condition: Some("good".into()),
        placed_as_registered: Some(true),
        place_registered: true,
        ..CarrierUse::default()
    }
}

fn store() -> StoreUse {
    StoreUse {
        node: "node".into(),
        store: "certificates/nodekeystore.jks".into(),
        kind: "JKS".into(),
        opened_by: Some("the configuration".into()),
        keys: 1,
        matched: 1,
        certificates: vec![CertificateUse {
            subject: "CN=Node".into(),
            sha256: Digest::of(b"certificate"),
            not_after: time("2030-01-01T00:00:00Z"),
            days: 1_100,
        }],
    }
}

/// A real restore that went well; names that JSON must escape are in it.
pub(crate) fn restored() -> DrillReport {
    let mut report = bare(DrillKind::D4);
    report.shares = vec![share(1, "good"), share(3, "good"), share(3, "duplicate")];
    report.carriers = vec![vault_copy(1, "whole"), vault_copy(2, "whole")];
    report.files = Some(Files {
        count: 7,
        bytes: 9_000,
        matched: 7,
    });
    report.stores = vec![store()];
    report.startup = vec![StartupUse {
        node: "node".into(),
        check: "nodekeystore".into(),
        outcome: "passed".into(),
        text: "opens".into(),
    }];
    report.staleness = Some(Staleness {
        sealed: time("2026-01-01T00:00:00Z"),
        node_changed: Some(time("2026-02-01T00:00:00Z")),
        days: 31,
        changed: 2,
        new: 1,
        gone: 0,
        key_material_changed: 0,
    });
    report.findings = vec![Finding {
        severity: Severity::Note,
        code: "age".into(),
        subject: "vault copy 1".into(),
        text: "written a year ago".into(),
        owner: Some("ops".into()),
        due: Some(time("2027-01-01T00:00:00Z")),
        closed: false,
    }];
    report.earlier_findings = vec![Earlier {
        text: "a bag was torn".into(),
        closed: Some(true),
    }];
    finished(report)
}

pub(crate) fn bare(kind: DrillKind) -> DrillReport {
    DrillReport {
        drill_id: [9; 16],
        kind,
        scenario: "the \"server room\" burnt\nlast night \u{1b}[31m".into(),
        announced: Some(false),
        vault: Some(VaultFacts {
            public_key: identity().public_key(),
            label: Some("Bank A".into()),
            kind: Kind::Production,
            k: 2,
            n: 3,
            created: Some(time("2026-01-01T00:00:00Z")),
            manifest_sha256: Some(Digest::of(b"vault.json")),
        }),
        challenge: Some("tissue leprosy".into()),
        previous: Some(Previous {
            report_sha256: Digest::of(b"before"),
            drill_id: [8; 16],
            date: time("2025-11-20T00:00:00Z"),
            days: 368,
            overdue_days: 3,
        }),
        register_head: Some(Digest::of(b"head")),
        clock: Clock {
            begin: time("2026-11-23T10:00:00Z"),
            end: time("2026-11-23T11:00:00Z"),
            wall: Some(time("2026-11-23T11:02:00Z")),
            monotonic_seconds: 3_600,
        },
        site: Some("Zürich".into()),
        people: vec![Person {
            name: "Ada".into(),
            role: Some("officer".into()),
        }],
        machine: Machine {
            tool: "coldvault 0.1.0".into(),
            program_sha256: None,
            system: "Linux".into(),
            checks: vec![MachineCheck {
                name: "swap".into(),
                state: "good".into(),
                found: "none".into(),
            }],
        },
        shares: Vec::new(),
        carriers: Vec::new(),
        files: None,
        stores: Vec::new(),
        startup: Vec::new(),
        staleness: None,
        phases: [("quorum", 1_200), ("opened", 60)]
            .map(|(name, seconds)| Phase {
                name: name.into(),
                seconds,
            })
            .into(),
        criteria: Vec::new(),
        findings: Vec::new(),
        earlier_findings: Vec::new(),
        disposal: "nothing was written in clear".into(),
        outcome: Outcome::Pass,
        next: Some(time("2027-11-23T00:00:00Z")),
    }
}

fn finished(mut report: DrillReport) -> DrillReport {
    report.findings.extend(wrong(&report));
    report.criteria = criteria(&report, &[Target::parse("RTO=4h").unwrap()]);
    let missed = missed(&report.criteria, &report.findings);
    report.findings.extend(missed);
    report.outcome = judge(&report.criteria, &report.findings);
    report
}

fn criterion<'r>(report: &'r DrillReport, name: &str) -> &'r Criterion {
    let mut criteria = report.criteria.iter();
    criteria.find(|one| one.name == name).unwrap()
}

#[test]
fn a_report_comes_back_from_its_bytes_full_or_nearly_empty() {
    let mut little = bare(DrillKind::D6);
    (little.vault, little.challenge, little.previous) = (None, None, None);
    (little.register_head, little.site, little.announced) = (None, None, None);
    little.clock.wall = None;
    little.people.clear();
    for report in [restored(), little] {
        let bytes = report.to_bytes();
        assert!(bytes.starts_with(PREFIX));
        assert_eq!(DrillReport::from_bytes(&bytes).unwrap(), report);
    }
}

#[test]
fn each_member_is_a_line_and_its_digest_is_that_of_the_line() {
    let bytes = restored().to_bytes();
    let text = std::str::from_utf8(&bytes).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 28);
    assert!(lines[1].starts_with("\"drill_id\":\"") && lines[1].ends_with("\",\n"));
    let last = lines[26];
    assert!(last.starts_with("\"sections\":{\"type\":\""), "{last}");
    for line in &lines[..26] {
        let name = line.trim_start_matches('{').split('"').nth(1).unwrap();
        let wanted = format!("\"{name}\":\"{}\"", Digest::of(line.as_bytes()).hex());
        assert!(last.contains(&wanted), "{wanted} is not in {last}");
    }
}

/// Scenario 13 of ceremony.md, section 8: one edited byte is found and located.
#[test]
fn every_edited_byte_is_found_and_its_line_named() {
    let bytes = restored().to_bytes();
    let key = identity().public_key();
    let signature = identity().sign(&bytes);
    let mut line = 1;
    for at in 0..bytes.len() {
        let mut edited = bytes.clone();
        edited[at] ^= 1;
        let Standing::Edited(places) = examine(&edited, Some(&signature), Some(&key)) else {
            panic!("byte {at} on line {line}");
        };
        assert!(DrillReport::from_bytes(&edited).is_err(), "byte {at}");
        match line {
            1..=26 => assert!(
                matches!(&places[..], [Place::Line { number, .. }] if *number == line),
                "byte {at} on line {line}: {places:?}"
            ),
            27 => assert!(
                matches!(
                    &places[..],
                    [Place::Sections {
                        number: Some(27),
                        ..
                    }]
                ),
                "byte {at}: {places:?}"
            ),
            _ => assert_eq!(places, [Place::End { number: 28 }]),
        }
        line += usize::from(bytes[at] == b'\n');
    }
}

#[test]
fn stock_openssl_says_the_same_of_the_signature() {
    let dir = tempfile::tempdir().unwrap();
    let report = restored().to_bytes();
    let put = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
    put("report.json", &report);
    put("report.json.sig", &identity().sign(&report));
    put("vault.pub", identity().public_key().to_pem().as_bytes());
    let verifies = || {
        let words = "pkeyutl -verify -pubin -inkey vault.pub -rawin -in report.json -sigfile \
                     report.json.sig";
        let mut openssl = std::process::Command::new("openssl");
        let output = openssl
            .args(words.split_whitespace())
            .current_dir(dir.path());
        output.output().map(|output| output.status.success())
    };
    let Ok(verified) = verifies() else {
        return skipped(Need::Tool, "there is no openssl");
    };
    assert!(verified);
    let mut edited = report;
    edited[100] ^= 1;
    put("report.json", &edited);
    assert!(!verifies().unwrap());
}

#[test]
fn a_line_that_is_gone_doubled_or_moved_is_found() {
    let bytes = restored().to_bytes();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for at in 0..lines.len() - 1 {
        let mut gone = lines.clone();
        gone.remove(at);
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at]);
        let mut swapped = lines.clone();
        swapped.swap(at, at + 1);
        for edited in [gone, doubled, swapped] {
            let edited = edited.concat();
            assert!(!edits(&edited).is_empty(), "line {}", at + 1);
            assert!(DrillReport::from_bytes(&edited).is_err());
        }
    }
}

#[test]
fn an_edit_with_its_digests_made_anew_is_told_by_the_signature() {
    let report = restored();
    let signature = identity().sign(&report.to_bytes());
    let key = identity().public_key();
    let forged = DrillReport {
        site: Some("elsewhere".into()),
        ..report.clone()
    };
    let bytes = forged.to_bytes();
    assert_eq!(
        examine(&bytes, Some(&signature), Some(&key)),
        Standing::NotByKey
    );
    let genuine = report.to_bytes();
    assert_eq!(
        examine(&genuine, Some(&signature), Some(&key)),
        Standing::Signed
    );
    assert_eq!(examine(&genuine, None, Some(&key)), Standing::Unsigned);
    assert_eq!(examine(&genuine, Some(&signature), None), Standing::NoKey);
}

#[test]
fn members_of_a_later_coldvault_are_taken_and_a_later_format_is_not() {
    let object = crate::json::parse(&restored().to_bytes(), MAX_BYTES).unwrap();
    let mut later = crate::json::Object::new();
    for (name, value) in object.members() {
        if !matches!(name, "type" | "sections") {
            let line = format!("{{{}}}", crate::json::Object::new().to_members().join(","));
            assert_eq!(line, "{}");
            later = later.with(name, again(value));
        }
    }
    let bytes = lines::write(&later.with("weather", "rain"));
    assert_eq!(DrillReport::from_bytes(&bytes).unwrap(), restored());
    let text = String::from_utf8(restored().to_bytes()).unwrap();
    let newer = text.replacen("coldvault/drill/1", "coldvault/drill/2", 1);
    assert!(matches!(
        DrillReport::from_bytes(newer.as_bytes()),
        Err(Error::Newer { .. })
    ));
}

/// A copy, which values have no other way to.
fn again(value: &crate::json::Value) -> crate::json::Value {
    use crate::json::Value;
    match value {
        Value::Null => Value::Null,
        Value::Bool(one) => Value::Bool(*one),
        Value::Integer(one) => Value::Integer(*one),
        Value::Text(one) => Value::Text(one.clone()),
        Value::List(all) => Value::List(all.iter().map(again).collect()),
        Value::Object(all) => Value::Object(
            all.members()
                .fold(crate::json::Object::new(), |object, (name, value)| {
                    object.with(name, again(value))
                }),
        ),
    }
}

#[test]
fn a_vault_id_that_is_not_that_of_the_key_is_refused() {
    let bytes = String::from_utf8(restored().to_bytes()).unwrap();
    let id = identity().public_key().vault_id();
    let object = bytes.replacen(&id.hex(), &HEXLOWER.encode(&[3; 16]), 1);
    // with its digest made anew
    let line = object.lines().find(|l| l.starts_with("\"vault\"")).unwrap();
    let old = bytes.lines().find(|l| l.starts_with("\"vault\"")).unwrap();
    let digest = |line: &str| Digest::of(format!("{line}\n").as_bytes()).hex();
    let forged = object.replacen(&digest(old), &digest(line), 1);
    assert_eq!(edits(forged.as_bytes()), []);
    let refused = DrillReport::from_bytes(forged.as_bytes());
    assert!(refused.unwrap_err().to_string().contains("vault.id"));
}

#[test]
fn a_drill_in_which_all_was_as_wanted_passes() {
    let report = restored();
    let missed = |one: &&Criterion| one.met != Some(true);
    let missed: Vec<&Criterion> = report.criteria.iter().filter(missed).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!(report.outcome, Outcome::Pass);
    assert!(report.is_consistent());
}

#[test]
fn without_a_quorum_the_files_or_the_keystores_a_drill_fails() {
    type Change = fn(&mut DrillReport);
    let changes: [(&str, Change); 5] = [
        ("quorum", |r| r.shares[0].state = "set aside".into()),
        ("files", |r| r.files = None),
        ("files", |r| r.files.as_mut().unwrap().matched = 6),
        ("keystores", |r| r.stores[0].opened_by = None),
        ("keys", |r| r.stores[0].matched = 0),
    ];
    for (name, change) in changes {
        let mut report = restored();
        change(&mut report);
        let report = finished(report);
        assert_eq!(criterion(&report, name).met, Some(false), "{name}");
        assert_eq!(report.outcome, Outcome::Fail, "{name}");
    }
}

#[test]
fn what_is_to_be_mended_is_a_pass_with_findings() {
    type Change = fn(&mut DrillReport);
    let changes: [(&str, Change); 8] = [
        ("tries", |r| r.shares[1].attempts = 3),
        ("shares given", |r| r.shares[2].state = "set aside".into()),
        ("vault copies", |r| r.carriers[1].outcome = "damaged".into()),
        ("start-up", |r| r.startup[0].outcome = "failed".into()),
        ("live keys", |r| {
            r.staleness.as_mut().unwrap().key_material_changed = 1;
        }),
        ("bags", |r| r.carriers[0].bag_new = Some("1001".into())),
        ("RTO", |r| r.phases[0].seconds = 5 * 60 * 60),
        ("earlier findings", |r| {
            r.earlier_findings[0].closed = Some(false);
        }),
    ];
    for (name, change) in changes {
        let mut report = restored();
        change(&mut report);
        let report = finished(report);
        assert_eq!(criterion(&report, name).met, Some(false), "{name}");
        assert_eq!(report.outcome, Outcome::Findings, "{name}");
    }
    let mut report = restored();
    report.findings[0].severity = Severity::Warning;
    assert_eq!(finished(report.clone()).outcome, Outcome::Findings);
    report.findings[0].closed = true;
    assert_eq!(finished(report).outcome, Outcome::Pass);
}

#[test]
fn a_vault_copy_that_is_given_twice_counts_once_and_as_the_worst_that_was_found() {
    for kind in [DrillKind::D2, DrillKind::D4] {
        let mut report = restored();
        report.kind = kind;
        let copies = |outcomes: &[&str]| {
            let copies = outcomes.iter().map(|outcome| vault_copy(1, outcome));
            copies.collect::<Vec<_>>()
        };
        let found = |report: &DrillReport| {
            let all = criteria(report, &[]);
            let one = all.into_iter().find(|one| one.name == "vault copies");
            one.map(|one| (one.found, one.met)).unwrap()
        };
        report.carriers = copies(&["whole", "whole", "whole"]);
        assert_eq!(found(&report), ("1 of 1".into(), Some(true)));
        report.carriers = copies(&["whole", "damaged"]);
        assert_eq!(found(&report), ("0 of 1".into(), Some(false)));
        report.carriers.push(vault_copy(2, "whole"));
        assert_eq!(found(&report), ("1 of 2".into(), Some(false)));
        // Several scans of the sheet are one sheet; what could not be read at all is each its own.
        for (device, all) in [("sheet", "1 of 1"), ("removable medium", "2 of 2")] {
            report.carriers = copies(&["whole", "whole"]);
            for one in &mut report.carriers {
                (one.carrier_id, one.copy, one.device) = (None, None, device.into());
            }
            assert_eq!(found(&report), (all.into(), Some(true)), "{device}");
        }
    }
}

#[test]
fn what_was_not_looked_at_neither_passes_nor_fails() {
    let mut report = restored();
    report.staleness = None;
    report.startup.clear();
    for carrier in &mut report.carriers {
        (carrier.bag_found, carrier.bag_new) = (None, None);
        (carrier.seal, carrier.condition) = (None, None);
        carrier.placed_as_registered = None;
    }
    report.criteria.clear();
    let mut report = finished(report);
    report.criteria.push(vault_words(None));
    for name in [
        "live keys",
        "start-up",
        "place",
        "seal",
        "condition",
        "bag numbers",
        "bags",
        "vault words",
    ] {
        assert_eq!(criterion(&report, name).met, None, "{name}");
    }
    assert_eq!(report.outcome, Outcome::Pass);
}

#[test]
fn what_nobody_said_to_be_mended_is_open_and_its_finding_says_since_when() {
    let mut report = restored();
    report.earlier_findings[0].closed = None;
    report.findings.clear();
    report.criteria.clear();
    let report = finished(report);
    let earlier = criterion(&report, EARLIER).clone();
    assert_eq!(earlier.met, Some(false));
    assert_eq!(earlier.found, "0 of 1 closed; nobody said it of 1");
    assert_eq!(report.outcome, Outcome::Findings);
    let found = Finding {
        severity: Severity::Warning,
        code: "seal".into(),
        subject: "vault copy 1".into(),
        text: "torn".into(),
        owner: Some("ops".into()),
        due: None,
        closed: false,
    };
    let criteria = [earlier];
    assert_eq!(missed(&criteria, std::slice::from_ref(&found)).len(), 1);
    let carried = found.carried(time("2026-11-20T10:00:00Z"));
    let said = "vault copy 1: torn (open since 2026-11-20)";
    assert_eq!(carried.line(), said);
    assert_eq!((&carried.code, &carried.owner), (&found.code, &found.owner));
    let again = carried.carried(time("2026-12-20T10:00:00Z"));
    assert_eq!(again.line(), said, "the first day stays");
    assert_eq!(missed(&criteria, &[again]), []);
}

#[test]
fn custodians_who_came_on_another_day_are_named_with_it_and_those_who_did_not() {
    let day = |text: &str| Some(time(text));
    let who = |name: &str, on: Option<Time>| (name.to_owned(), on);
    let of = |here, others: Option<&[(String, Option<Time>)]>| {
        let one = every_custodian(here, 3, others);
        (one.found, one.met)
    };
    let ops = who("ops", day("2026-11-20T10:00:00Z"));
    let both = [who("legal", None), ops.clone()];
    assert_eq!(
        of(2, Some(std::slice::from_ref(&ops))),
        ("2 of 3 here; ops checked on 2026-11-20".into(), Some(true))
    );
    assert_eq!(
        of(1, Some(&both)),
        (
            "1 of 3 here; ops checked on 2026-11-20; not legal".into(),
            Some(false)
        )
    );
    assert_eq!(of(3, None), ("3 of 3".into(), Some(true)));
    assert_eq!(of(2, None).1, Some(false));
}

#[test]
fn where_no_copy_was_tried_that_is_said_and_it_is_no_criterion_that_is_missed() {
    let mut report = restored();
    (report.carriers, report.files) = (Vec::new(), None);
    report.criteria.clear();
    let report = finished(report);
    let copies = criterion(&report, "vault copies");
    assert_eq!(
        (copies.found.as_str(), copies.met),
        ("none was tried", None)
    );
    assert_eq!(criterion(&report, "files").found, "no copy was tried");
}

#[test]
fn the_worst_case_takes_paper_and_no_share_too_many() {
    let mut report = restored();
    report.kind = DrillKind::D5;
    for carrier in &mut report.carriers {
        carrier.device = "sheet".into();
    }
    let report = finished(report);
    assert_eq!(report.outcome, Outcome::Pass, "{:?}", report.criteria);
    let mut media = report.clone();
    media.shares[0].channel = "medium".into();
    assert_eq!(criterion(&finished(media), "paper only").met, Some(false));
    let mut many = report;
    many.shares.push(share(2, "good"));
    assert_eq!(
        criterion(&finished(many), "exactly enough").met,
        Some(false)
    );
}

#[test]
fn a_share_check_wants_every_share_and_a_copy_check_every_copy() {
    let mut report = bare(DrillKind::D1);
    report.shares = [1, 2, 3].map(|number| share(number, "good")).into();
    assert_eq!(finished(report.clone()).outcome, Outcome::Pass);
    let mut forged = report.clone();
    forged.shares[1].state = "set aside".into();
    assert_eq!(finished(forged).outcome, Outcome::Fail);
    report.shares.pop();
    assert_eq!(finished(report).outcome, Outcome::Pass);
    let mut copies = bare(DrillKind::D2);
    assert_eq!(finished(copies.clone()).outcome, Outcome::Fail, "none");
    copies.carriers = vec![vault_copy(1, "whole")];
    assert_eq!(finished(copies.clone()).outcome, Outcome::Pass);
    copies.carriers.push(vault_copy(2, "unreadable"));
    assert_eq!(finished(copies).outcome, Outcome::Fail);
}

type Spoil = fn(&mut CarrierUse);

/// What a report says of a broken seal, another bag, a torn carrier, and one that was elsewhere.
const WRONG: [(&str, &str, Spoil); 4] = [
    ("seal", "seal", |one| one.seal = Some("broken".into())),
    ("bag numbers", "bag", |one| {
        one.bag_found = Some("77".into())
    }),
    ("condition", "condition", |one| {
        one.condition = Some("torn".into());
    }),
    ("place", "place", |one| {
        one.placed_as_registered = Some(false)
    }),
];

#[test]
fn what_people_saw_of_a_carrier_is_judged_in_every_kind_that_has_carriers() {
    for kind in [
        DrillKind::D0,
        DrillKind::D1,
        DrillKind::D2,
        DrillKind::D3,
        DrillKind::D4,
        DrillKind::D5,
    ] {
        let mut good = restored();
        (good.kind, good.findings) = (kind, Vec::new());
        if kind == DrillKind::D1 {
            good.shares = [1, 2, 3].map(|number| share(number, "good")).into();
        }
        if kind == DrillKind::D5 {
            good.carriers.iter_mut().for_each(|one| {
                one.device = "sheet".into();
            });
        }
        let passed = finished(good.clone());
        assert_eq!(
            passed.outcome,
            Outcome::Pass,
            "{kind:?}: {:?}",
            passed.criteria
        );
        for (name, code, spoil) in WRONG {
            for explained in [None, Some("opened by Bo".to_owned())] {
                let mut report = good.clone();
                spoil(&mut report.carriers[0]);
                report.carriers[0].explained.clone_from(&explained);
                let report = finished(report);
                let about = format!("{kind:?}, {name}, {explained:?}");
                assert_eq!(criterion(&report, name).met, Some(false), "{about}");
                let found: Vec<&Finding> = report.findings.iter().collect();
                assert!(
                    matches!(found[..], [one] if one.code == code),
                    "{about}: {found:?}"
                );
                // Of a look at seals it is all that was to be found out.
                let fails = kind == DrillKind::D0
                    && explained.is_none()
                    && matches!(name, "seal" | "bag numbers");
                let outcome = if fails {
                    Outcome::Fail
                } else {
                    Outcome::Findings
                };
                assert_eq!(report.outcome, outcome, "{about}");
            }
        }
    }
}

#[test]
fn a_seal_check_counts_what_nobody_looked_at_and_never_calls_met_what_nothing_says() {
    let mut report = bare(DrillKind::D0);
    report.carriers = vec![vault_copy(1, "not read"), vault_copy(2, "not read")];
    let alone = |one: &mut CarrierUse| {
        (one.bag_expected, one.place_registered) = (None, false);
    };
    report.carriers.iter_mut().for_each(alone);
    let unknown = finished(report.clone());
    assert_eq!(criterion(&unknown, "bag numbers").met, None);
    let place = criterion(&unknown, "place");
    let found = "2 of 2; of 2 no register says where";
    assert_eq!((place.met, place.found.as_str()), (None, found));
    assert_eq!(unknown.outcome, Outcome::Pass);
    let unseen = CarrierUse {
        role: "share".into(),
        number: Some(2),
        ..CarrierUse::default()
    };
    report.carriers.push(unseen.clone());
    let some = finished(report.clone());
    assert_eq!(some.outcome, Outcome::Findings);
    assert_eq!(criterion(&some, "carriers").found, "2 of 3; not share 2");
    let seal = criterion(&some, "seal");
    let found = "2 of 2 said; nothing of 1";
    assert_eq!((seal.met, seal.found.as_str()), (None, found));
    let mut wrong = report.clone();
    wrong.carriers[1].placed_as_registered = Some(false);
    let wrong = finished(wrong);
    let place = criterion(&wrong, "place");
    let found = "1 of 2 said; nothing of 1; of 1 no register says where";
    assert_eq!((place.met, place.found.as_str()), (Some(false), found));
    let [named] = &some.findings[..] else {
        panic!("{:?}", some.findings);
    };
    assert!(named.text.contains("share 2") && named.is_of_criterion());
    report.carriers = vec![unseen];
    assert_eq!(
        finished(report).outcome,
        Outcome::Fail,
        "nothing was looked at"
    );
}

#[test]
fn of_opened_bags_counts_what_was_said_and_how_many_nobody_spoke_of() {
    for kind in [DrillKind::D1, DrillKind::D3, DrillKind::D4, DrillKind::D5] {
        let mut report = restored();
        report.kind = kind;
        let bags = |report: &DrillReport| {
            let report = finished(report.clone());
            let found = criterion(&report, "bags");
            (found.found.clone(), found.met)
        };
        assert_eq!(bags(&report), ("2 of 2".into(), Some(true)), "{kind:?}");
        let new = report.carriers[1].bag_new.clone();
        report.carriers[1].bag_new = report.carriers[0].bag_new.clone();
        assert_eq!(bags(&report), ("0 of 2".into(), Some(false)), "one number");
        report.carriers[1].bag_new = Some("none".into());
        assert_eq!(bags(&report), ("1 of 2".into(), Some(false)), "no number");
        report.carriers[1].bag_new = new;
        let unsaid = |one: &mut CarrierUse| (one.bag_found, one.bag_new) = (None, None);
        unsaid(&mut report.carriers[1]);
        let found = "1 of 1 said; nothing of 1".to_owned();
        assert_eq!(bags(&report), (found, None), "{kind:?}");
        report.carriers[1].bag_found = Some(NO_BAG.into());
        assert_eq!(bags(&report), ("1 of 1".into(), Some(true)), "{kind:?}");
        report.carriers.iter_mut().for_each(unsaid);
        assert_eq!(bags(&report), ("not said".into(), None), "{kind:?}");
        report.carriers[0].bag_found = Some("1001".into());
        report.carriers[0].outcome = OF_ANOTHER_VAULT.into();
        assert_eq!(bags(&report).1, None, "another vault's");
    }
}

#[test]
fn what_is_not_met_is_found_once_in_detail_or_in_its_own_words() {
    let mut report = restored();
    report.findings.clear();
    report.phases[0].seconds = 5 * 60 * 60;
    report.carriers[0].seal = Some("broken".into());
    report.carriers[1].outcome = "damaged".into();
    let report = finished(report);
    let found = report.findings.iter();
    let found: Vec<(&str, &str)> = found
        .map(|one| (one.code.as_str(), one.subject.as_str()))
        .collect();
    let wanted = [
        ("seal", "vault copy 1"),
        ("criterion", "vault copies"),
        ("criterion", "RTO"),
    ];
    assert_eq!(found, wanted);
    assert_eq!(missed(&report.criteria, &report.findings), []);
    let mut mended = report.findings.clone();
    mended[2].closed = true;
    assert_eq!(missed(&report.criteria, &mended).len(), 1);
    assert_eq!(
        report.findings[1].text,
        "1 of 2 (every copy presented is whole, read in full)"
    );
}

#[test]
fn a_damaged_carrier_of_a_share_does_not_hide_that_a_vault_copy_is_damaged() {
    let mut report = restored();
    report.carriers[1].outcome = "damaged".into();
    let all = criteria(&report, &[]);
    let missed_with = |subject: &str| {
        let mut one = restored().findings[0].clone();
        one.severity = Severity::Error;
        (one.code, one.subject, one.closed) = ("carrier".into(), subject.into(), false);
        let missed = missed(&all, &[one]);
        missed.iter().any(|one| one.subject == "vault copies")
    };
    assert!(missed_with(
        "\"/media/legal/coldvault-00ff-share-3/share.json\""
    ));
    assert!(!missed_with(
        "\"/media/a-share-b/coldvault-00ff-vault/payload.age\""
    ));
    assert!(!missed_with("\"vault.pdf\""));
}

#[test]
fn words_that_do_not_agree_fail_a_drill_and_words_that_nobody_compared_do_not() {
    let with = |agree| judge(&[vault_words(agree)], &[]);
    assert_eq!(with(Some(true)), Outcome::Pass);
    assert_eq!(with(None), Outcome::Pass);
    assert_eq!(with(Some(false)), Outcome::Fail);
}

#[test]
fn members_that_came_later_stand_only_where_they_say_something() {
    let mut report = restored();
    for one in &mut report.carriers {
        (one.bag_expected, one.place_registered) = (None, false);
    }
    let text = String::from_utf8(report.to_bytes()).unwrap();
    for name in ["bag_expected", "place_registered", "explained"] {
        assert!(!text.contains(name), "{name}");
    }
    report.carriers[0].explained = Some("opened by Bo".into());
    assert_eq!(DrillReport::from_bytes(&report.to_bytes()).unwrap(), report);
}

#[test]
fn a_bag_is_the_one_that_the_last_report_to_have_the_carrier_names() {
    let with = |kind, found: Option<&str>, new: Option<&str>| {
        let mut report = bare(kind);
        let mut carrier = vault_copy(1, "whole");
        carrier.bag_found = found.map(str::to_owned);
        carrier.bag_new = new.map(str::to_owned);
        report.carriers = vec![carrier];
        report
    };
    let now = with(DrillKind::D4, Some("B"), Some("C"));
    let other = {
        let mut other = with(DrillKind::D4, Some("X"), Some("Y"));
        other.carriers[0].carrier_id = Some([9; 16]);
        other
    };
    let unsaid = with(DrillKind::D2, None, None);
    let into_b = with(DrillKind::D4, Some("A"), Some("B"));
    let into_a = with(DrillKind::D4, Some("Z"), Some("A"));
    let seen_in_b = with(DrillKind::D0, Some("B"), None);
    let left_open = with(DrillKind::D4, Some("A"), None);
    for (before, followed, broken) in [
        (vec![], 0, None),
        (vec![&other], 0, None),
        (vec![&into_b], 1, None),
        (vec![&unsaid, &into_b, &into_a], 1, None),
        (vec![&into_a, &into_b], 0, Some("A")),
        (vec![&seen_in_b, &into_a], 1, None),
        (vec![&left_open, &into_a], 0, None),
    ] {
        let bags = bags(&now, &before);
        let breaks: Vec<_> = bags.breaks.iter().map(|one| one.went_into).collect();
        assert_eq!(
            (bags.followed, breaks),
            (followed, broken.into_iter().collect())
        );
    }
}

#[test]
fn of_two_sheets_without_ids_nothing_is_said_of_bags() {
    let mut report = bare(DrillKind::D4);
    report.carriers = vec![vault_copy(1, "whole")];
    (report.carriers[0].carrier_id, report.carriers[0].copy) = (None, None);
    let mut before = report.clone();
    before.carriers[0].bag_new = Some("other".into());
    assert_eq!(bags(&report, &[&before]), Bags::default());
    report.carriers[0].copy = Some(1);
    before.carriers[0].copy = Some(1);
    assert_eq!(bags(&report, &[&before]).breaks.len(), 1);
}

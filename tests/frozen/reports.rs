//! A drill report and its signature, whole.

use coldvault::digest::Digest;
use coldvault::drill::{
    CarrierUse, Clock, Criterion, DrillKind, DrillReport, Earlier, Files, Finding, Machine,
    MachineCheck, Outcome, Person, Phase, Previous, Severity, ShareUse, Staleness, StartupUse,
    StoreUse, VaultFacts,
};
use coldvault::drill::{CertificateUse, SIGNATURE_ENDING};
use coldvault::kind::Kind;
use coldvault::manifest;
use coldvault::time::Time;

use super::case::Case;
use super::primitives::{hex, known, primitive, vault_key};

/// A real restore of which everything is said.
pub(crate) fn reports() -> Vec<Case> {
    let identity = vault_key().identity(Kind::Production);
    let bytes = report().to_bytes();
    let mut case = primitive(
        "primitive-drill-report",
        "a drill report, its lines and its signature",
    )
    .say("key", &hex(vault_key().secret().expose()))
    .say("kind", Kind::Production.as_str())
    .say("sha256", &Digest::of(&bytes).hex());
    let name = "report.json";
    let files = &mut case.vector.files;
    files.insert(
        format!("{name}{SIGNATURE_ENDING}"),
        identity.sign(&bytes).to_vec(),
    );
    files.insert(name.into(), bytes);
    let key = identity.public_key().to_pem();
    files.insert(manifest::KEY_FILE.into(), key.into_bytes());
    vec![case]
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn id(first: u8) -> [u8; 16] {
    std::array::from_fn(|i| known(first)[i])
}

fn report() -> DrillReport {
    DrillReport {
        drill_id: id(0x21),
        kind: DrillKind::D4,
        scenario: "the machine room burnt; \"nothing\" is left".into(),
        announced: Some(false),
        vault: Some(VaultFacts {
            public_key: vault_key().identity(Kind::Production).public_key(),
            label: Some("Zürich".into()),
            kind: Kind::Production,
            k: 2,
            n: 3,
            created: Some(time("2026-11-22T20:00:00Z")),
            manifest_sha256: Some(Digest(known(0x31))),
        }),
        challenge: Some("tissue leprosy fallout".into()),
        previous: Some(Previous {
            report_sha256: Digest(known(0x41)),
            drill_id: id(0x51),
            date: time("2026-11-25T12:00:00Z"),
            days: 365,
            overdue_days: 0,
        }),
        register_head: Some(Digest(known(0x61))),
        clock: Clock {
            begin: time("2027-11-25T09:00:00Z"),
            end: time("2027-11-25T10:30:00Z"),
            wall: Some(time("2027-11-25T10:31:00Z")),
            monotonic_seconds: 5_400,
        },
        site: Some("second site".into()),
        people: vec![Person {
            name: "A. Lead".into(),
            role: Some("officer".into()),
        }],
        machine: Machine {
            tool: "coldvault 0.1.0".into(),
            program_sha256: Some(Digest(known(0x71))),
            system: "Linux".into(),
            checks: vec![MachineCheck {
                name: "swap".into(),
                state: "good".into(),
                found: "there is none".into(),
            }],
        },
        shares: vec![share(1, "medium"), share(3, "code B")],
        carriers: vec![carrier()],
        files: Some(Files {
            count: 12,
            bytes: 34_567,
            matched: 12,
        }),
        stores: vec![store()],
        startup: vec![StartupUse {
            node: "node".into(),
            check: "keystore".into(),
            outcome: "passed".into(),
            text: "opens".into(),
        }],
        staleness: Some(Staleness {
            sealed: time("2026-11-22T20:00:00Z"),
            node_changed: Some(time("2027-01-01T00:00:00Z")),
            days: 39,
            changed: 3,
            new: 1,
            gone: 0,
            key_material_changed: 0,
        }),
        phases: vec![Phase {
            name: "quorum".into(),
            seconds: 4_200,
        }],
        criteria: vec![Criterion {
            name: "files".into(),
            wanted: "every file is the one in the inventory".into(),
            found: "12 of 12".into(),
            met: Some(true),
            must: true,
        }],
        findings: vec![Finding {
            severity: Severity::Warning,
            code: "bag".into(),
            subject: "share 1".into(),
            text: "its bag was torn".into(),
            owner: Some("custodian 1".into()),
            due: Some(time("2027-12-24T00:00:00Z")),
            closed: false,
        }],
        earlier_findings: vec![Earlier {
            text: "one sheet was wet".into(),
            closed: Some(true),
        }],
        disposal: "nothing was written in clear".into(),
        outcome: Outcome::Findings,
        next: Some(time("2028-11-25T00:00:00Z")),
    }
}

fn share(number: u8, channel: &str) -> ShareUse {
    ShareUse {
        number: Some(number),
        custodian: Some(format!("custodian {number}")),
        copy: Some(1),
        channel: channel.into(),
        attempts: 2,
        mistyped: 1,
        seconds: 40,
        state: "good".into(),
        reason: None,
    }
}

fn carrier() -> CarrierUse {
    CarrierUse {
        carrier_id: Some(id(0x81)),
        role: "vault".into(),
        number: None,
        copy: Some(2),
        device: "removable medium".into(),
        serial: Some("4C530001".into()),
        written: Some(time("2026-11-22T20:10:00Z")),
        bytes: 40_960,
        seconds: 3,
        outcome: "whole".into(),
        bag_found: Some("A1001".into()),
        bag_new: Some("A1002".into()),
        seal: Some("intact".into()),
        condition: Some("good".into()),
        placed_as_registered: Some(true),
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
            subject: "CN=Node, O=Bank A".into(),
            sha256: Digest(known(0x91)),
            not_after: time("2030-01-01T00:00:00Z"),
            days: 768,
        }],
    }
}

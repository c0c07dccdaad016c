//! A register with an entry of each kind, one of a later coldvault among them, and a receipt.

use coldvault::digest::Digest;
use coldvault::kind::Kind;
use coldvault::receipt::{ReadReceipt, Receipt};
use coldvault::register::{
    Action, CarrierLine, CarrierRef, CertificateLine, Challenged, Checked, Claimed, Condition,
    Copied, CustodianMove, DrillKind, Drilled, Event, ExceptionLine, Interval, MediumKind,
    OfCarrier, Outcome, Policy, Receipted, Register, Reissued, Role, Sealing, ShareLine, Stamp,
    Superseded, Told, VaultFacts,
};
use coldvault::secret::SecretBytes;
use coldvault::signature::{Identity, PublicKey};
use coldvault::time::Time;
use coldvault::words;

use super::case::Case;
use super::primitives::primitive;

const CHECK_INFO: &str = "coldvault/share-check/1";

pub(crate) fn primitives() -> Vec<Case> {
    vec![register(), receipt()]
}

fn identity(seed: u8) -> Identity {
    Identity::derive(&SecretBytes::copied(&[seed; 32]), CHECK_INFO)
}

fn key(seed: u8) -> PublicKey {
    identity(seed).public_key()
}

fn time(day: i64) -> Time {
    Time::from_unix(1_770_000_000 + day * 86_400)
}

fn signed() -> String {
    Receipt {
        public_key: key(1),
        number: 2,
        challenge: words::words(&[10, 20, 30, 40, 50, 60, 70, 80]).join(" "),
        at: time(3),
        tool: "coldvault 0.1.0".into(),
    }
    .sign(&identity(102))
}

fn receipt() -> Case {
    let text = signed();
    let read = ReadReceipt::from_bytes(text.as_bytes()).unwrap();
    primitive(
        "primitive-receipt",
        "a receipt; it holds against the check key, and not against the other one",
    )
    .say("check-key", &key(102).hex())
    .say("other-key", &key(101).hex())
    .say("number", "2")
    .say("challenge", &read.claims.challenge)
    .say("phone-code", &read.phone_code())
    .file("receipt.txt", text.as_bytes())
}

fn facts() -> VaultFacts {
    VaultFacts {
        public_key: key(1),
        label: "Bank A – Zürich".into(),
        kind: Kind::Rehearsal,
        k: 2,
        n: 3,
        created: time(0),
        generation: 1,
        previous: None,
        manifest_sha256: Some(Digest::of(b"vault.json")),
    }
}

fn of(id: Option<u8>, role: Role, copy: u8) -> CarrierRef {
    CarrierRef {
        carrier_id: id.map(|id| [id; 16]),
        role,
        copy: Some(copy),
    }
}

fn line(id: u8, role: Role, copy: u8) -> CarrierLine {
    CarrierLine {
        carrier: of(Some(id), role, copy),
        of: 2,
        medium: MediumKind::Removable,
        serial: Some(format!("SN-{id}")),
        model: Some("Stick 3.0".into()),
        file_system: Some("vfat".into()),
        written: Some(time(0)),
    }
}

fn sealing() -> Sealing {
    let share = |number: u8, name: &str| ShareLine {
        number,
        custodian: Some(name.into()),
        commitment: Digest::of(&[number]),
        check_key: key(100 + number),
    };
    let paper = CarrierLine {
        medium: MediumKind::Paper,
        ..CarrierLine::bare(of(None, Role::Share(2), 2))
    };
    Sealing {
        vault: facts(),
        shares: vec![share(1, "legal"), share(2, "audit"), share(3, "ops")],
        carriers: vec![line(1, Role::Vault, 1), line(2, Role::Share(2), 1), paper],
        certificates: vec![CertificateLine {
            node: "node".into(),
            store: "certificates/nodekeystore.jks".into(),
            subject: "O=Bank A, L=Zürich, C=CH".into(),
            not_after: time(700),
        }],
        certificates_left_out: 0,
        node_changed: Some(time(-9)),
        exceptions: vec![ExceptionLine {
            rule: "host".into(),
            reason: "exercise \"12\"".into(),
        }],
    }
}

fn told(text: &str) -> Told {
    Told {
        of: of_share(),
        text: text.into(),
    }
}

fn of_share() -> OfCarrier {
    OfCarrier {
        vault: key(1).vault_id(),
        carrier: of(Some(2), Role::Share(2), 1),
    }
}

/// One of each, in an order in which they could happen.
fn events() -> Vec<Event> {
    let vault = key(1).vault_id();
    let challenge = ReadReceipt::from_bytes(signed().as_bytes())
        .unwrap()
        .claims
        .challenge;
    vec![
        Event::Begun(facts()),
        Event::BrokenOff(Sealing {
            carriers: Vec::new(),
            ..sealing()
        }),
        Event::Sealed(sealing()),
        Event::Found(sealing().into()),
        Event::Checked(Checked {
            vault,
            carrier: line(2, Role::Share(2), 1),
            outcome: Condition::Whole,
            replugged: Some(true),
            secret_proven: Some(true),
            what: None,
        }),
        Event::Checked(Checked {
            vault,
            carrier: line(1, Role::Vault, 1),
            outcome: Condition::Damaged,
            replugged: None,
            secret_proven: None,
            what: Some("payload.age: changed".into()),
        }),
        Event::Copied(Copied {
            vault,
            from: of(Some(1), Role::Vault, 1),
            carrier: line(9, Role::Vault, 1),
        }),
        Event::Printed(of_share()),
        Event::Confirmed(of_share()),
        Event::Placed(told("bank, box 12")),
        Event::Bagged(told("A-1001")),
        Event::Challenged(Challenged {
            challenge: challenge.clone(),
            for_whom: None,
            shares: Vec::new(),
        }),
        Event::Receipt(Receipted {
            vault,
            number: 2,
            challenge: challenge.clone(),
            receipt: signed(),
        }),
        Event::Claimed(Claimed {
            vault,
            number: 3,
            words: "aardvark adroitness absurd adviser".into(),
            challenge: Some(challenge),
        }),
        Event::Drilled(Drilled {
            vault: Some(vault),
            drill_id: [7; 16],
            kind: DrillKind::D4,
            outcome: Outcome::Findings,
            report_sha256: Some(Digest::of(b"report")),
            shares: vec![1, 3],
            carriers: vec![of(Some(9), Role::Vault, 1)],
            checked: time(20),
            next: Some(time(380)),
            findings_open: 1,
            challenge: true,
            partial: false,
            said: false,
        }),
        Event::Custodian(CustodianMove {
            name: "audit".into(),
            action: Action::Leave,
            site: Some("Bern".into()),
            role: None,
            note: None,
            since: Some(time(25)),
        }),
        Event::Policy(
            Policy::default()
                .with(Interval::D4, Some(6))
                .with(Interval::Refresh, None),
        ),
        Event::Destroyed(told("worn").into()),
        Event::Noted("moved to the new safe".into()),
        Event::Reissued(Reissued::bare(vault, 2)),
        Event::Superseded(Superseded {
            vault,
            by: key(2).vault_id(),
            at: time(30),
            note: None,
        }),
        Event::Retired(vault.into()),
    ]
}

fn register() -> Case {
    let mut register = Register::new();
    let stamp = |day: i64, wall: Option<i64>| Stamp {
        at: time(day),
        wall: wall.map(time),
        by: Some("office".into()),
        tool: "coldvault 0.1.0".into(),
    };
    for (day, event) in (0..).zip(events()) {
        register.add(&stamp(day, None), &event).unwrap();
    }
    register = later(&register);
    let mut other = register.clone();
    let apart = Event::Noted("on the machine of the branch".into());
    other.add(&stamp(-5000, Some(41)), &apart).unwrap();
    register
        .add(&stamp(40, None), &Event::Noted("in the office".into()))
        .unwrap();
    let mut register = register.merge(other);
    register.add(&stamp(50, None), &Event::Merged).unwrap();
    let case = primitive(
        "primitive-register",
        "a register with an entry of each kind, one of a later coldvault, and two that went on separately; the digest \
         and the event of each line, in their order; the last digest is the head",
    );
    let case = register.entries().fold(case, |case, entry| {
        let known = if entry.event.is_some() {
            ""
        } else {
            " not known"
        };
        case.say(
            "entry",
            &format!("{} {}{known}", entry.digest.hex(), entry.word),
        )
    });
    let head = register.heads()[0];
    case.say("head", &words::words(&head.0).join(" "))
        .file("register.json", &register.to_bytes())
}

/// With an entry of an event that is not known yet.
fn later(register: &Register) -> Register {
    let text = String::from_utf8(register.to_bytes()).unwrap();
    let head = register.heads()[0].hex();
    let entry = format!(
        "{{\"type\":\"coldvault/entry/1\",\"parents\":[\"{head}\"],\"at\":\"2040-01-01T00:00:00Z\",\"wall\":null,\
         \"by\":null,\"tool\":\"coldvault 9.0.0\",\"event\":\"rotated\", \"to\": {{\"n\":5}}}}"
    );
    let body = text.strip_suffix("\n]}\n").unwrap();
    Register::from_bytes(format!("{body},\n{entry}\n]}}\n").as_bytes()).unwrap()
}

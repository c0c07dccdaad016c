//! `status`: what is due, from a register and a day. Two years of a vault are told to a register by the library, because
//! nobody can wait for them.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use coldvault::digest::Digest;
use coldvault::register::{
    Action, CarrierLine, CarrierRef, Checked, Claimed, Condition, CustodianMove, DrillKind,
    Drilled, Event, MediumKind, OfCarrier, Outcome, Register, Role, Sealing, ShareLine, Stamp,
    Told, VaultFacts,
};
use coldvault::signature::VaultId;
use coldvault::time::Time;
use serde_json::Value;

use crate::pty::Pty;
use crate::scene::{CUSTODIANS, EXCEPTIONS, Scene, production, sealed};
use crate::support::{Ran, TOOLS, run, skipped};

const DAY: &str = "2027-03-01";

fn day(text: &str) -> Time {
    Time::parse_day(text).unwrap()
}

/// A register in the making.
struct Book {
    register: Register,
    vault: VaultId,
}

impl Book {
    /// Begun with the real facts of the vault in `scene`, as if it had been sealed on this day.
    fn of(scene: &Scene, sealed: &str) -> Self {
        let manifest = scene.manifest();
        let share = |share: &coldvault::manifest::ShareFacts| ShareLine {
            number: share.number,
            custodian: Some(CUSTODIANS[usize::from(share.number) - 1].to_owned()),
            commitment: share.commitment,
            check_key: share.check_key,
        };
        let roles = [Role::Vault, Role::Share(1), Role::Share(2), Role::Share(3)];
        let both = roles
            .into_iter()
            .flat_map(|role| [line(role, 1), line(role, 2)]);
        let facts = VaultFacts {
            public_key: manifest.public_key,
            label: manifest.label.as_str().to_owned(),
            kind: manifest.kind,
            k: manifest.k,
            n: manifest.n(),
            created: day(sealed),
            generation: 1,
            previous: None,
            manifest_sha256: None,
        };
        let mut book = Self {
            register: Register::new(),
            vault: manifest.public_key.vault_id(),
        };
        let sealing = Sealing {
            vault: facts,
            shares: manifest.shares.iter().map(share).collect(),
            carriers: both
                .map(|line| CarrierLine {
                    written: Some(day(sealed)),
                    ..line
                })
                .collect(),
            certificates: Vec::new(),
            certificates_left_out: 0,
            node_changed: None,
            exceptions: Vec::new(),
        };
        book.on(sealed, &Event::Sealed(sealing));
        book
    }

    fn on(&mut self, day_of_it: &str, event: &Event) -> &mut Self {
        let stamp = Stamp {
            at: day(day_of_it),
            wall: None,
            by: Some("officer".into()),
            tool: "coldvault test".into(),
        };
        self.register.add(&stamp, event).unwrap();
        self
    }

    fn checks(&mut self, at: &str, role: Role, copy: u8, outcome: Condition) -> &mut Self {
        let checked = Checked {
            vault: self.vault,
            carrier: line(role, copy),
            outcome,
            replugged: Some(true),
            secret_proven: role.number().map(|_| true),
            what: (outcome == Condition::Damaged).then(|| "payload.age was changed".into()),
        };
        self.on(at, &Event::Checked(checked))
    }

    fn drills(&mut self, at: &str, kind: DrillKind, outcome: Outcome, open: u64) -> &mut Self {
        let drilled = Drilled {
            vault: (kind != DrillKind::D6).then_some(self.vault),
            drill_id: [7; 16],
            kind,
            outcome,
            report_sha256: Some(Digest::of(b"report")),
            shares: Vec::new(),
            carriers: Vec::new(),
            checked: day(at),
            next: None,
            findings_open: open,
            challenge: true,
            partial: false,
            said: false,
        };
        self.on(at, &Event::Drilled(drilled))
    }

    fn is_kept_by(&self, scene: &Scene) {
        fs::write(scene.at("register.json"), self.register.to_bytes()).unwrap();
    }
}

fn reference(role: Role, copy: u8) -> CarrierRef {
    CarrierRef {
        carrier_id: Some([16 * role.number().unwrap_or(0) + copy; 16]),
        role,
        copy: Some(copy),
    }
}

fn line(role: Role, copy: u8) -> CarrierLine {
    CarrierLine {
        of: 2,
        medium: MediumKind::Removable,
        ..CarrierLine::bare(reference(role, copy))
    }
}

/// A vault of 2025-11-30 that was half looked after; on 2027-03-01 its restore is 61 days late.
fn neglected(scene: &Scene) -> Book {
    let mut book = Book::of(scene, "2025-11-30");
    let claimed = Claimed {
        vault: book.vault,
        number: 3,
        words: "aardvark adroitness".into(),
        challenge: None,
    };
    let placed = Told {
        of: OfCarrier {
            vault: book.vault,
            carrier: reference(Role::Vault, 1),
        },
        text: "Kassenraum Zurich".into(),
    };
    book.drills("2025-12-30", DrillKind::D4, Outcome::Pass, 0)
        .on("2026-01-02", &Event::Placed(placed))
        .checks("2026-06-10", Role::Share(1), 1, Condition::Whole)
        .on("2026-08-01", &Event::Claimed(claimed))
        .drills("2026-08-15", DrillKind::D0, Outcome::Pass, 0)
        .checks("2026-08-20", Role::Vault, 1, Condition::Whole)
        .drills("2026-09-01", DrillKind::D6, Outcome::Pass, 0);
    book.is_kept_by(scene);
    book
}

fn status(scene: &Scene, more: &str) -> Ran {
    let words = format!("status --register register.json --as-of {DAY} {more}");
    run(scene.dir(), &words.split_whitespace().collect::<Vec<_>>())
}

/// Ends with this status. Its lines are the advice: it gives no hint.
#[track_caller]
fn ends(mut ran: Ran, exit: i32) -> Ran {
    assert_eq!(ran.status, Some(exit), "{ran}");
    if ran.out.contains(" in order.") {
        let is_narrow = |line: &str| line.chars().count() <= 80;
        assert!(ran.out.lines().all(is_narrow), "{ran}");
    }
    // What goes on under its own beginning is one line.
    ran.out = ran.out.replace(&format!("\n{:18}", ""), " ");
    ran
}

/// What comes first in a line, in the order of lines; of lines that go on, the first.
fn urgencies(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .filter(|line| line.contains("Bank-A") || line.contains(": "));
    let first = lines.filter_map(|line| line.get(..18));
    let first = first
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty());
    first.collect()
}

#[test]
fn scenario_12_an_overdue_drill_is_said_first_in_words_and_restore_still_works() {
    let scene = production();
    neglected(&scene);
    let Some(mut pty) = Pty::start(scene.dir(), &["status", "--as-of", DAY]) else {
        return;
    };
    pty.expect("Register file:").types("register.json");
    let ran = ends(pty.ends(), 11);
    ran.says("OVERDUE 61 days   Bank-A, D4 restore drill: last 2025-12-30, due 2026-12-30")
        .says("NEVER, 91 days    Bank-A, share 2 (audit): never proven, due 2026-11-30")
        .says("NEVER, 91 days    Bank-A, share 3 (ops): never proven, due 2026-11-30;")
        .says("due 2026-11-30; claimed\n                  2026-08-01, not proven")
        .says("OVERDUE 9 days    Bank-A, vault copy 1: last read 2026-08-20, due 2027-02-20")
        .says("OVERDUE 91 days   Bank-A, D1 share checks: 1 of 3 checked, shares 2, 3 not")
        .says("NEVER, 275 days   Bank-A, share 1 copy 2, share 2 copy 1, share 2 copy 2,")
        .says("ok                Bank-A, share 1 (legal): proven 2026-06-10, due 2027-06-10")
        .says("ok                Bank-A: 1 reachable beyond the 2 needed");
    let ran = ends(status(&scene, ""), 11);
    let ran = ran
        .says("D1 share checks: 1 of 3 checked, shares 2, 3 not, due 2026-11-30")
        .says("share 3 copy 2, vault copy 2: never read, due 2026-05-30")
        .says("share 3 copy 2: 8 media of 2025-11-30, replace by 2030-11-30");
    let order = urgencies(&ran.out);
    let of = |word: &str| {
        order
            .iter()
            .position(|said| said.starts_with(word))
            .unwrap()
    };
    assert_eq!(order[0], "NEVER, 275 days", "{ran}");
    assert!(
        of("NEVER, 91") < of("OVERDUE 61") && of("OVERDUE 61") < of("OVERDUE 9 "),
        "{ran}"
    );
    assert!(of("OVERDUE 9 ") < of("ok"), "{ran}");
    let last = "8 overdue, 7 in order. Next: 2027-06-10, Bank-A, share 1 (legal).";
    assert!(ran.out.ends_with(&format!("{last}\n")), "{ran}");
    for form in ["--ics", "--csv"] {
        let ran = ends(status(&scene, form), 11);
        holds_only_ids_and_roles(&ran.out);
    }
    // On the worst day nobody asks when the last drill was.
    let id = scene.id();
    let words = format!("restore --from v1 --from legal1 --from ops1 --into out --expect {id}");
    scene.run(&words).exits(0).does_not_say("OVERDUE");
    scene.is_restored("out");
}

#[track_caller]
fn holds_only_ids_and_roles(text: &str) {
    for name in [
        "legal",
        "audit",
        "ops",
        "Bank",
        "Zurich",
        "Kassenraum",
        "officer",
    ] {
        assert!(!text.contains(name), "{name}: {text}");
    }
    assert!(text.is_ascii());
}

#[test]
fn the_exit_status_is_the_worst_thing_that_is_due() {
    let scene = sealed();
    let as_of = |book: &Book, day: &str| {
        book.is_kept_by(&scene);
        let ran = run(
            scene.dir(),
            &["status", "--register", "register.json", "--as-of", day],
        );
        ran.status.unwrap()
    };
    // Practice material asks for nothing, however old.
    let mut book = Book::of(&scene, "2025-11-30");
    assert_eq!(as_of(&book, "2039-01-01"), 0);
    let real = production();
    book = Book::of(&real, "2025-11-30");
    assert_eq!(as_of(&book, "2025-12-01"), 0);
    assert_eq!(as_of(&book, "2026-05-01"), 10);
    assert_eq!(as_of(&book, "2026-06-01"), 11);
    book.checks("2025-12-05", Role::Share(2), 1, Condition::Damaged);
    assert_eq!(as_of(&book, "2025-12-06"), 12);
    book.checks("2025-12-07", Role::Share(2), 1, Condition::Whole);
    assert_eq!(as_of(&book, "2025-12-08"), 0);
    book.drills("2025-12-09", DrillKind::D4, Outcome::Findings, 1);
    assert_eq!(as_of(&book, "2025-12-10"), 12);
    book.drills("2025-12-11", DrillKind::D4, Outcome::Pass, 0);
    assert_eq!(as_of(&book, "2025-12-12"), 0);
    let left = CustodianMove {
        name: "audit".into(),
        action: Action::Leave,
        site: None,
        role: None,
        note: None,
        since: None,
    };
    book.on("2025-12-12", &Event::Custodian(left));
    assert_eq!(as_of(&book, "2025-12-19"), 10);
    assert_eq!(as_of(&book, "2025-12-20"), 11);
}

#[test]
fn the_clock_is_a_claim_and_a_day_before_the_newest_entry_is_said() {
    let scene = production();
    neglected(&scene);
    let ran = run(scene.dir(), &["status", "--register", "register.json"]);
    ran.says("by this machine's clock: a claim.");
    status(&scene, "").says("As of 2027-03-01, the day that was asked for.");
    let words = [
        "status",
        "--register",
        "register.json",
        "--as-of",
        "2026-08-31",
    ];
    let ran = run(scene.dir(), &words);
    ran.says("2026-08-31 is before the newest entry of the register, which is of 2026-09-01");
    let words = [
        "status",
        "--register",
        "register.json",
        "--as-of",
        "2026-09-01",
    ];
    run(scene.dir(), &words).does_not_say("before the newest");
}

#[test]
fn what_cannot_be_asked_for_is_refused_with_what_to_do() {
    let scene = production();
    neglected(&scene);
    scene
        .run("status --as-of 2027-03-01")
        .exits(2)
        .says("--register FILE is missing");
    for day in ["01.03.2027", "2027-02-29", "tomorrow", ""] {
        let words = ["status", "--register", "register.json", "--as-of", day];
        run(scene.dir(), &words).exits(2).says("YYYY-MM-DD");
    }
    scene
        .run("status --register gone.json")
        .exits(6)
        .says("not found");
    scene
        .run("status --register v1")
        .exits(2)
        .says("cannot be a register");
    scene.put("other.json", b"{}\n");
    scene.run("status --register other.json").exits(4);
    scene
        .run("status --register register.json --ics --csv")
        .exits(2);
    scene
        .run("--json status --register register.json --ics")
        .exits(2);
    let bytes = fs::read_to_string(scene.at("register.json")).unwrap();
    scene.put(
        "edited.json",
        bytes.replacen("\"number\":3", "\"number\":2", 1).as_bytes(),
    );
    scene
        .run("status --register edited.json")
        .exits(4)
        .says("line");
}

#[test]
fn the_json_object_lists_what_is_due_with_names_for_the_office() {
    let scene = production();
    neglected(&scene);
    let ran = ends(status(&scene, "--json"), 11);
    let object: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&object["exit"], &object["as_of"]),
        (&Value::from(11), &Value::from(DAY))
    );
    let due = object["due"].as_array().unwrap();
    let drill = due.iter().find(|item| item["subject"] == "D4").unwrap();
    assert_eq!(drill["what"], "drill");
    assert_eq!(
        (&drill["state"], &drill["days"]),
        (&Value::from("overdue"), &Value::from(61))
    );
    assert_eq!(
        (&drill["since"], &drill["by"]),
        (&"2025-12-30".into(), &"2026-12-30".into())
    );
    assert_eq!(drill["vault"], scene.id());
    assert!(
        due.iter()
            .any(|item| item["name"] == "Bank-A, share 2 (audit)")
    );
}

/// Reads a calendar by the letter of RFC 5545, and a table by that of RFC 4180; says what it found.
const READER: &str = r#"
import csv, io, re, sys
form, text = sys.argv[1], sys.stdin.buffer.read()

def need(holds, why):
    if not holds:
        sys.exit(why)

need(text.endswith(b"\r\n"), "the last line does not end")
need(b"\n" not in text.replace(b"\r\n", b"") and b"\r" not in text.replace(b"\r\n", b""), "a bare line end")
if form == "csv":
    rows = list(csv.reader(io.StringIO(text.decode("ascii"), newline=""), strict=True))
    need(len({len(row) for row in rows}) == 1, "rows of different lengths")
    need(rows[0] == ["what", "vault", "subject", "state", "days", "since", "by"], "other headings")
    for row in rows[1:]:
        need(re.fullmatch("|[0-9a-f]{32}", row[1]), "no vault id: %r" % row)
        need(row[3] in ("failed", "overdue", "never", "due", "ok"), "no state: %r" % row)
        need(re.fullmatch("[0-9]*", row[4]), "no days: %r" % row)
        need(all(re.fullmatch(r"|\d{4}-\d\d-\d\d", day) for day in row[5:]), "no day: %r" % row)
    print("%d rows" % (len(rows) - 1))
    sys.exit(0)
lines = text[:-2].split(b"\r\n")
need(all(len(line) <= 75 for line in lines), "a line is longer than 75 octets")       # 3.1
unfolded = []
for line in lines:
    if line[:1] in (b" ", b"\t"):
        need(unfolded, "the first line is folded")
        unfolded[-1] += line[1:]
    else:
        unfolded.append(line)
content = []
for line in unfolded:
    match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^;:\",]+)*):(.*)", line.decode("ascii"))
    need(match, "no content line: %r" % line)
    content.append(match.groups())
need(content[0] == ("BEGIN", "", "VCALENDAR") and content[-1] == ("END", "", "VCALENDAR"), "no calendar")
body, events, now = content[1:-1], [], None
for name, parameters, value in body:
    if (name, value) == ("BEGIN", "VEVENT"):
        need(now is None, "an event in an event")
        now = {}
    elif (name, value) == ("END", "VEVENT"):
        events.append(now)
        now = None
    elif now is None:
        need(not events and name in ("VERSION", "PRODID"), "a property outside: " + name)
    else:
        need(name not in now, "twice: " + name)
        now[name] = (parameters, value)
need([name for name, _, _ in body[:2]] == ["VERSION", "PRODID"] and body[0][2] == "2.0", "3.6")
for event in events:
    need(set(event) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "TRANSP"}, "properties: %r" % event)
    need(re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"][1]), "3.8.7.2")
    need(event["DTSTART"][0] == ";VALUE=DATE" and re.fullmatch(r"\d{8}", event["DTSTART"][1]), "3.3.4")
    for name in ("SUMMARY", "DESCRIPTION"):
        plain = re.sub(r"\\[\\;,nN]", "", event[name][1])
        need(not re.search(r"[\\;,\"]", plain.replace('"', "")), "3.3.11: " + event[name][1])
    need(event["TRANSP"][1] == "TRANSPARENT", "3.8.2.7")
uids = [event["UID"][1] for event in events]
need(len(set(uids)) == len(uids), "a UID twice")
print("%d events %s" % (len(events), " ".join(sorted(uids))))
"#;

/// What the strict reader says of it.
fn read_strictly(form: &str, text: &str) -> Option<String> {
    let started = Command::new("python3")
        .args(["-c", READER, form])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut reader) = started else {
        skipped(TOOLS, "there is no python3");
        return None;
    };
    // What is no calendar may be refused before it is read.
    let _ = reader.stdin.take().unwrap().write_all(text.as_bytes());
    let output = reader.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}\n{text}",
        String::from_utf8_lossy(&said)
    );
    Some(String::from_utf8(said).unwrap())
}

#[test]
fn a_strict_reader_takes_the_calendar_and_the_table() {
    let scene = production();
    let mut book = neglected(&scene);
    let csv = status(&scene, "--csv").out;
    let Some(said) = read_strictly("csv", &csv) else {
        return;
    };
    assert_eq!(said, "20 rows\n");
    let ics = status(&scene, "--ics").out;
    let events = read_strictly("ics", &ics).unwrap();
    assert!(events.starts_with("19 events "), "{events}");
    // Asked again after a drill, the same things have the same names: a calendar moves them.
    book.drills("2027-02-20", DrillKind::D4, Outcome::Pass, 0);
    book.is_kept_by(&scene);
    let later = status(&scene, "--ics").out;
    assert_ne!(later, ics);
    assert_eq!(read_strictly("ics", &later).unwrap(), events);
    assert_eq!(
        status(&scene, "--ics").out,
        later,
        "nothing in it is of the moment"
    );
}

#[test]
fn a_register_that_the_commands_wrote_is_in_order_until_a_copy_fails_or_somebody_leaves() {
    let scene = Scene::new();
    let sealed = format!("{EXCEPTIONS} --register register.json --site v1=Safe-A");
    scene.seal(&sealed).exits(0);
    let today = scene.manifest().created;
    let at = |days: u16| {
        let day = today.plus_days(days).date();
        let words = ["status", "--register", "register.json", "--as-of", &day];
        run(scene.dir(), &words)
    };
    let ran = ends(at(0), 0);
    ran.says("Bank-A, share 3 (ops): never proven, due ")
        .says("1 reachable beyond the 2 needed");
    ends(at(170), 10).says("vault copy 1, vault copy 2: never read, due ");
    scene.run("verify v1 --register register.json").exits(0);
    scene.damage("v2", "payload.age");
    scene.run("verify v2 --register register.json").exits(4);
    let ran = ends(at(1), 12);
    ran.says("FAILED            Bank-A, vault copy 2: its check failed on ")
        .says("Bank-A, vault copy 1: last read ");
    scene
        .run("custodian leave audit --register register.json")
        .exits(0);
    ends(at(1), 12)
        .says("DUE in 6 days     Bank-A, share 2 (audit): left ")
        .says("with it; new shares by ")
        .says("2 reachable, 2 needed: none to spare; exposed 1 of 2 needed");
    // Nothing of it keeps anybody from the files.
    let words = "restore --from v1 --from audit1 --from ops1 --into out";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

use super::*;
use crate::kind::Kind;
use crate::receipt::Receipt;
use crate::secret::SecretBytes;
use crate::signature::{Identity, PublicKey, VaultId};
use crate::time::Time;
use proptest::prelude::*;

fn identity(seed: u8) -> Identity {
    Identity::derive(&SecretBytes::copied(&[seed; 32]), "test")
}

fn key(seed: u8) -> PublicKey {
    identity(seed).public_key()
}

fn time(day: i64) -> Time {
    Time::from_unix(1_700_000_000 + day * 86_400)
}

fn stamp(day: i64) -> Stamp {
    Stamp {
        at: time(day),
        wall: None,
        by: Some("Ms Keller".into()),
        tool: "coldvault 0.1.0".into(),
    }
}

fn facts(seed: u8) -> VaultFacts {
    VaultFacts {
        public_key: key(seed),
        label: "Bank A – Zürich".into(),
        kind: Kind::Production,
        k: 2,
        n: 3,
        created: time(0),
        generation: 1,
        previous: None,
        manifest_sha256: Some(Digest::of(b"vault.json")),
    }
}

fn carrier(id: u8, role: Role, copy: u8) -> CarrierLine {
    CarrierLine {
        carrier: CarrierRef {
            carrier_id: Some([id; 16]),
            role,
            copy: Some(copy),
        },
        of: 2,
        medium: MediumKind::Removable,
        serial: Some(format!("S{id}")),
        model: None,
        file_system: Some("vfat".into()),
        written: Some(time(0)),
    }
}

fn sheet(role: Role, copy: u8) -> CarrierRef {
    CarrierRef {
        carrier_id: None,
        role,
        copy: Some(copy),
    }
}

fn sealing(seed: u8) -> Sealing {
    let share = |number: u8, name: &str| ShareLine {
        number,
        custodian: Some(name.into()),
        commitment: Digest::of(&[number]),
        check_key: key(100 + number),
    };
    Sealing {
        vault: facts(seed),
        shares: vec![share(1, "legal"), share(2, "ops"), share(3, "cto")],
        carriers: vec![
            carrier(1, Role::Vault, 1),
            carrier(2, Role::Vault, 2),
            carrier(3, Role::Share(1), 1),
        ],
        certificates: vec![CertificateLine {
            node: "node".into(),
            store: "certificates/sslkeystore.jks".into(),
            subject: "O=Bank A, L=Zürich, C=CH".into(),
            not_after: time(700),
        }],
        certificates_left_out: 0,
        node_changed: Some(time(-20)),
        exceptions: vec![ExceptionLine {
            rule: "host".into(),
            reason: "exercise \"12\"".into(),
        }],
    }
}

fn checked(seed: u8, carrier: CarrierLine, outcome: Condition) -> Event {
    Event::Checked(Checked {
        vault: key(seed).vault_id(),
        carrier,
        outcome,
        replugged: Some(true),
        secret_proven: Some(true),
        what: (outcome != Condition::Whole).then(|| "share.json changed".into()),
    })
}

fn told(role: Role, id: u8, text: &str) -> Told {
    Told {
        of: OfCarrier {
            vault: key(1).vault_id(),
            carrier: carrier(id, role, id).carrier,
        },
        text: text.into(),
    }
}

fn moved(name: &str, action: Action) -> Event {
    Event::Custodian(CustodianMove {
        name: name.into(),
        action,
        site: None,
        role: None,
        note: None,
        since: None,
    })
}

fn drilled(kind: DrillKind, shares: &[u8]) -> Event {
    Event::Drilled(Drilled {
        vault: Some(key(1).vault_id()),
        drill_id: [9; 16],
        kind,
        outcome: Outcome::Findings,
        report_sha256: Some(Digest::of(b"report")),
        shares: shares.to_vec(),
        carriers: vec![carrier(1, Role::Vault, 1).carrier],
        checked: time(40),
        next: Some(time(400)),
        findings_open: 2,
        challenge: true,
        partial: false,
        said: false,
    })
}

/// A drill that is only said to have been held, by a report that nobody signed.
fn said(kind: DrillKind, shares: &[u8]) -> Event {
    match drilled(kind, shares) {
        Event::Drilled(drilled) => Event::Drilled(Drilled {
            said: true,
            ..drilled
        }),
        other => other,
    }
}

#[test]
fn what_a_drill_is_only_said_to_have_read_comes_back_apart_from_what_was_proven() {
    let claim = said(DrillKind::D1, &[1, 2]);
    let register = register_of(&[Event::Sealed(sealing(1)), claim.clone()]);
    let text = text_of(&register);
    let line = text.lines().find(|line| line.contains("drilled")).unwrap();
    assert!(
        line.contains("\"shares\":[],\"carriers\":[],\"said\":{\"shares\":[1,2],"),
        "{line}"
    );
    let again = read(text.as_bytes());
    let last = again.entries().last().unwrap().event.clone();
    assert_eq!(last, Some(claim));
    let state = again.state();
    let vault = &state.vaults[0];
    assert!(
        vault
            .shares
            .iter()
            .all(|one| one.proven.or(one.drilled).is_none())
    );
    let claimed = vault.shares.iter().filter(|one| one.claimed.is_some());
    assert_eq!(claimed.count(), 2);
    let is_read = |one: &CarrierState| one.checked.or(one.drilled).is_some();
    assert!(!vault.carriers.iter().any(is_read));
    let claimed = vault.carriers.iter().filter(|one| one.claimed.is_some());
    assert_eq!(claimed.count(), 1);
}

/// A receipt of the first vault's share of that number, signed with that key.
fn receipted(number: u8, challenge: &str, signer: u8) -> Event {
    let receipt = Receipt {
        public_key: key(1),
        number,
        challenge: challenge.into(),
        at: time(900),
        tool: "coldvault 0.1.0".into(),
    };
    Event::Receipt(Receipted {
        vault: key(1).vault_id(),
        number,
        challenge: challenge.into(),
        receipt: receipt.sign(&identity(signer)),
    })
}

fn drawn(challenge: &str, shares: &[u8]) -> Event {
    let vault = key(1).vault_id();
    let shares = (!shares.is_empty()).then(|| (vault, shares.to_vec()));
    Event::Challenged(Challenged {
        challenge: challenge.into(),
        for_whom: None,
        shares: shares.into_iter().collect(),
    })
}

/// One of each event.
fn all_events() -> Vec<Event> {
    let id = key(1).vault_id();
    let of = OfCarrier {
        vault: id,
        carrier: sheet(Role::Share(2), 2),
    };
    vec![
        Event::Begun(facts(1)),
        Event::Sealed(sealing(1)),
        Event::Found(sealing(1).into()),
        Event::BrokenOff(sealing(1)),
        checked(1, carrier(3, Role::Share(1), 1), Condition::Whole),
        checked(1, carrier(1, Role::Vault, 1), Condition::Damaged),
        Event::Copied(Copied {
            vault: id,
            from: carrier(3, Role::Share(1), 1).carrier,
            carrier: carrier(7, Role::Share(1), 1),
        }),
        Event::Printed(of.clone()),
        Event::Confirmed(of),
        Event::Placed(told(Role::Vault, 1, "safe, Bern")),
        Event::Bagged(told(Role::Vault, 1, "A-1001")),
        Event::Challenged(Challenged {
            challenge: "aardvark adroitness".into(),
            for_whom: Some("ops".into()),
            shares: vec![(id, vec![2])],
        }),
        receipted(2, "aardvark adroitness", 102),
        Event::Claimed(Claimed {
            vault: id,
            number: 3,
            words: "aardvark adroitness absurd adviser".into(),
            challenge: None,
        }),
        drilled(DrillKind::D4, &[1, 2]),
        moved("ops", Action::Leave),
        Event::Policy(
            Policy::default()
                .with(Interval::D4, Some(6))
                .with(Interval::D6, None),
        ),
        Event::Destroyed(told(Role::Vault, 2, "worn").into()),
        Event::Merged,
        Event::Noted("moved house \u{202e}".into()),
        Event::Reissued(Reissued {
            cause: Some(Cause::HandedOver),
            reason: Some("moved house".into()),
            witness: Some("audit".into()),
            ..Reissued::bare(id, 2)
        }),
        Event::Reissuing(Reissued {
            to: Some("board".into()),
            ..Reissued::bare(id, 2)
        }),
        Event::Superseded(Superseded {
            vault: id,
            by: key(2).vault_id(),
            at: time(90),
            note: None,
        }),
        Event::Retired(VaultId([7; 16]).into()),
    ]
}

fn register_of(events: &[Event]) -> Register {
    let mut register = Register::new();
    for (day, event) in (0..).zip(events) {
        register.add(&stamp(day), event).unwrap();
    }
    register
}

fn read(bytes: &[u8]) -> Register {
    Register::from_bytes(bytes).unwrap_or_else(|error| panic!("{error}"))
}

fn text_of(register: &Register) -> String {
    String::from_utf8(register.to_bytes()).unwrap()
}

/// What becomes of bytes that somebody holds a head against: refused, or another head, or the same entries.
fn is_noticed(bytes: &[u8], head: Digest, before: usize) -> bool {
    match Register::from_bytes(bytes) {
        Err(_) => true,
        Ok(read) => {
            !matches!(read.against(head), Against::HeldBy { before: held, .. } if held == before)
        }
    }
}

#[test]
fn every_event_comes_back_as_it_was_entered() {
    let events = all_events();
    let register = register_of(&events);
    let bytes = register.to_bytes();
    let back = read(&bytes);
    assert_eq!(back.to_bytes(), bytes);
    let found: Vec<Event> = back
        .entries()
        .map(|entry| entry.event.clone().unwrap())
        .collect();
    assert_eq!(found, events);
    let words: HashSet<&str> = events.iter().map(Event::word).collect();
    assert_eq!(
        words.len(),
        23,
        "one of each kind of event stands in the sample"
    );
    assert_eq!(back.entries().next().unwrap().stamp, stamp(0));
}

#[test]
fn an_empty_register_is_three_lines_short_and_comes_back() {
    let bytes = Register::new().to_bytes();
    assert_eq!(
        bytes,
        b"{\"type\":\"coldvault/register/1\",\"entries\":[\n]}\n"
    );
    assert_eq!(read(&bytes).heads(), []);
}

#[test]
fn a_register_is_valid_json_with_an_entry_a_line() {
    let text = text_of(&register_of(&all_events()));
    crate::json::parse(text.as_bytes(), MAX_BYTES).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), all_events().len() + 2);
    for line in &lines[1..lines.len() - 1] {
        assert!(
            line.starts_with("{\"type\":\"coldvault/entry/1\",\"parents\":["),
            "{line}"
        );
    }
}

#[test]
fn an_entry_is_named_by_the_digest_of_its_line_alone() {
    let register = register_of(&all_events());
    let text = text_of(&register);
    for entry in register.entries() {
        let line = text.lines().nth(entry.line - 1).unwrap();
        let line = line.strip_suffix(',').unwrap_or(line);
        assert_eq!(Digest::of(line.as_bytes()), entry.digest);
        assert_eq!(entry.raw(), line.as_bytes());
    }
}

#[test]
fn every_changed_byte_is_found_against_the_head() {
    let register = register_of(&all_events());
    let (bytes, head) = (register.to_bytes(), register.heads()[0]);
    let before = all_events().len() - 1;
    assert!(!is_noticed(&bytes, head, before), "unchanged, it is held");
    for place in 0..bytes.len() {
        for bit in [1, 0x20] {
            let mut changed = bytes.clone();
            changed[place] ^= bit;
            assert!(is_noticed(&changed, head, before), "byte {place}");
        }
    }
}

#[test]
fn every_byte_that_was_taken_out_or_put_in_is_found_against_the_head() {
    let register = register_of(&all_events()[..6]);
    let (bytes, head) = (register.to_bytes(), register.heads()[0]);
    for place in 0..bytes.len() {
        let (front, back) = bytes.split_at(place);
        let less = [front, &back[1..]].concat();
        let more = [front, b" ", back].concat();
        assert!(is_noticed(&less, head, 5), "without byte {place}");
        assert!(is_noticed(&more, head, 5), "a blank at {place}");
    }
}

/// The entries of a register as lines, put together again.
fn from_lines(lines: &[String]) -> Vec<u8> {
    let body = match lines {
        [] => String::new(),
        _ => format!("{}\n", lines.join(",\n")),
    };
    format!("{START}{body}{END}").into_bytes()
}

fn entry_lines(register: &Register) -> Vec<String> {
    let line = |entry: &Entry| String::from_utf8(entry.raw().to_vec()).unwrap();
    register.entries().map(line).collect()
}

#[test]
fn every_line_removed_doubled_or_swapped_is_found_and_named() {
    let register = register_of(&all_events());
    let (lines, head) = (entry_lines(&register), register.heads()[0]);
    let before = lines.len() - 1;
    assert_eq!(from_lines(&lines), register.to_bytes());
    for place in 0..lines.len() {
        let mut removed = lines.clone();
        removed.remove(place);
        assert!(
            is_noticed(&from_lines(&removed), head, before),
            "without line {}",
            place + 2
        );
        let mut doubled = lines.clone();
        doubled.insert(place, lines[place].clone());
        let error = Register::from_bytes(&from_lines(&doubled))
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("the same entry as in line"), "{error}");
        for other in 0..place {
            let mut swapped = lines.clone();
            swapped.swap(place, other);
            let error = Register::from_bytes(&from_lines(&swapped)).err().unwrap();
            assert!(matches!(error, Error::Register { .. }), "{error}");
        }
    }
}

#[test]
fn an_edited_entry_is_named_with_the_one_that_knew_it() {
    let register = register_of(&all_events());
    let mut lines = entry_lines(&register);
    lines[5] = lines[5].replace("share.json changed", "share.json is fine");
    let error = Register::from_bytes(&from_lines(&lines)).err().unwrap();
    let text = error.to_string();
    assert!(
        text.starts_with("the register, line 8: it names an entry ("),
        "{text}"
    );
    assert!(text.contains("line 7 was changed, or line 8 was"), "{text}");
}

#[test]
fn an_edited_last_entry_is_seen_only_with_the_head() {
    let register = register_of(&all_events());
    let mut lines = entry_lines(&register);
    let last = lines.last_mut().unwrap();
    *last = last.replace("\"by\":\"Ms Keller\"", "\"by\":\"Mr Muller\"");
    let changed = read(&from_lines(&lines));
    assert_eq!(changed.against(register.heads()[0]), Against::NotHere);
}

#[test]
fn entries_after_the_head_and_beside_it_are_counted() {
    let events = all_events();
    let mut register = register_of(&events[..4]);
    let head = register.heads()[0];
    let mut other = register.clone();
    register.add(&stamp(10), &events[4]).unwrap();
    register.add(&stamp(11), &events[5]).unwrap();
    other
        .add(&stamp(12), &Event::Noted("apart".into()))
        .unwrap();
    let apart = other.heads()[0];
    let merged = register.merge(other);
    let counts = |before, after, beside| Against::HeldBy {
        before,
        after,
        beside,
    };
    assert_eq!(merged.against(head), counts(3, 3, 0));
    assert_eq!(merged.against(apart), counts(4, 0, 2));
    assert_eq!(merged.against(Digest::of(b"x")), Against::NotHere);
}

#[test]
fn text_around_and_between_the_entries_is_refused() {
    let good = text_of(&register_of(&all_events()[..3]));
    for (from, to) in [
        ("{\"type\"", " {\"type\""),
        ("coldvault/register/1", "coldvault/register/2"),
        (",\n", "\n"),
        (",\n", ",,\n"),
        (",\n", ", \n"),
        (",\n", "\n,"),
        ("\n", "\r\n"),
        (END, "]}"),
        (END, "]}\n\n"),
        ("]}\n", "],\"more\":1}\n"),
        (
            "{\"type\":\"coldvault/entry/1\"",
            "[1],{\"type\":\"coldvault/entry/1\"",
        ),
    ] {
        let at = match from {
            END => good.rfind(from).unwrap(),
            _ => good.find(from).unwrap(),
        };
        let changed = format!("{}{to}{}", &good[..at], &good[at + from.len()..]);
        assert!(Register::from_bytes(changed.as_bytes()).is_err(), "{to:?}");
    }
}

#[test]
fn members_that_do_not_belong_to_an_event_are_refused_with_the_line() {
    let good = entry_lines(&register_of(&all_events()));
    for (place, from, to) in [
        (0, "\"kind\":\"production\"", "\"kind\":\"test\""),
        (0, "\"k\":2", "\"k\":4"),
        (0, "\"label\":\"Bank", "\"label\":\"\u{202e}Bank"),
        (0, "\"parents\":[]", "\"parents\":[\"00\"]"),
        (1, "\"of\":2", "\"of\":300"),
        (4, "\"outcome\":\"whole\"", "\"outcome\":\"fine\""),
        (4, "\"event\":\"checked\",", ""),
        (14, "\"shares\":[1,2]", "\"shares\":[1,\"2\"]"),
        (16, "\"D4\":6", "\"D4\":70000"),
    ] {
        let mut lines = good.clone();
        lines[place] = lines[place].replacen(from, to, 1);
        assert_ne!(lines[place], good[place], "{from}");
        let error = Register::from_bytes(&from_lines(&lines)).err().unwrap();
        assert!(
            matches!(error, Error::Register { line, .. } if line == place + 2),
            "{to}: {error}"
        );
    }
}

#[test]
fn events_and_members_of_a_later_coldvault_are_kept_byte_for_byte() {
    let mut register = register_of(&all_events()[..2]);
    let head = register.heads()[0].hex();
    let later = format!(
        "{{\"type\":\"coldvault/entry/1\",\"parents\":[\"{head}\"],\"at\":\"2040-01-01T00:00:00Z\",\"wall\":null,\
         \"by\":null,\"tool\":\"coldvault 9\",\"event\":\"teleported\",  \"where\":{{\"z\":[1]}} }}"
    );
    let mut lines = entry_lines(&register);
    lines.push(later.clone());
    register = read(&from_lines(&lines));
    let entry = register.entries().last().unwrap();
    assert_eq!(
        (entry.event.as_ref(), entry.word.as_str()),
        (None, "teleported")
    );
    register.add(&stamp(9), &Event::Merged).unwrap();
    let back = read(&register.to_bytes());
    assert_eq!(back.entries().nth(2).unwrap().raw(), later.as_bytes());
    assert_eq!(back.state().unknown, 1);
    let more = text_of(&register).replacen("\"n\":3", "\"n\":3,\"colour\":\"blue\"", 1);
    let first = more
        .lines()
        .nth(1)
        .unwrap()
        .trim_end_matches(',')
        .to_owned();
    assert!(
        Register::from_bytes(&from_lines(&[first])).is_ok(),
        "unknown members are no error"
    );
}

#[test]
fn an_entry_of_a_later_format_names_what_it_needs() {
    let text = text_of(&register_of(&all_events()[..1])).replace("entry/1", "entry/2");
    let error = Register::from_bytes(text.as_bytes()).err().unwrap();
    assert!(matches!(error, Error::Newer { .. }), "{error}");
}

#[test]
fn more_than_one_head_means_that_it_went_on_separately() {
    let events = all_events();
    let base = register_of(&events[..3]);
    let (mut one, mut two) = (base.clone(), base);
    one.add(&stamp(5), &events[4]).unwrap();
    two.add(&stamp(6), &events[5]).unwrap();
    let mut merged = one.merge(two);
    assert_eq!(merged.heads().len(), 2);
    let digest = merged.add(&stamp(7), &Event::Merged).unwrap();
    assert_eq!(merged.heads(), [digest]);
    assert_eq!(merged.entry(digest).unwrap().parents.len(), 2);
    read(&merged.to_bytes());
}

/// Two registers that went on separately from a part of the sample, with clocks that do not agree.
#[test]
fn a_register_with_more_heads_than_an_entry_may_name_goes_on() {
    let mut all = Register::new();
    for number in 0..70 {
        let mut one = Register::new();
        one.add(
            &stamp(number),
            &Event::Noted(format!("of its own {number}")),
        )
        .unwrap();
        all = all.merge(one);
    }
    let heads = all.heads();
    assert_eq!(heads.len(), 70);
    let mut read = Register::from_bytes(&all.to_bytes()).unwrap();
    let head = read.add(&stamp(99), &Event::Merged).unwrap();
    assert_eq!(read.heads(), [head]);
    let again = Register::from_bytes(&read.to_bytes()).unwrap();
    assert_eq!(again.heads(), [head]);
    for one in heads {
        let Against::HeldBy { after, .. } = again.against(one) else {
            panic!("an old head is lost");
        };
        assert!(after > 0);
    }
    let lines: Vec<usize> = read.entries().map(|entry| entry.line).collect();
    assert_eq!(lines, (2..read.entries().count() + 2).collect::<Vec<_>>());
}

#[test]
fn an_entry_is_found_by_its_digest_after_every_change() {
    let (left, right) = separate();
    let mut both = left.merge(right);
    both.add(&stamp(50), &Event::Merged).unwrap();
    let read = Register::from_bytes(&both.to_bytes()).unwrap();
    for register in [&both, &read] {
        for entry in register.entries() {
            let found = register.entry(entry.digest).unwrap();
            assert_eq!(found.line, entry.line);
        }
    }
    assert!(both.entry(Digest::of(b"another")).is_none());
}

fn separate() -> (Register, Register) {
    let events = all_events();
    let mut one = register_of(&events[..2]);
    let mut two = one.clone();
    for (day, event) in (50..).zip(&events[4..12]) {
        one.add(&stamp(day), event).unwrap();
    }
    for (day, event) in (-400..).step_by(100).zip(&events[12..20]) {
        two.add(&stamp(day), event).unwrap();
    }
    (one, two)
}

#[test]
fn merging_is_the_same_both_ways_and_twice() {
    let (one, two) = separate();
    let merged = one.clone().merge(two.clone());
    assert_eq!(merged.to_bytes(), two.clone().merge(one.clone()).to_bytes());
    assert_eq!(
        merged.to_bytes(),
        merged.clone().merge(one).merge(two).to_bytes()
    );
    assert_eq!(merged.entries().count(), 18);
    read(&merged.to_bytes());
}

#[test]
fn the_state_does_not_depend_on_the_order_of_the_file() {
    let (one, two) = separate();
    let merged = one.clone().merge(two.clone());
    // The same entries, the others' first.
    let known: HashSet<Digest> = two.entries().map(|entry| entry.digest).collect();
    let others = one.entries().filter(|entry| !known.contains(&entry.digest));
    let line = |entry: &Entry| String::from_utf8(entry.raw().to_vec()).unwrap();
    let lines: Vec<String> = two.entries().chain(others).map(line).collect();
    let other = read(&from_lines(&lines));
    assert_ne!(other.to_bytes(), merged.to_bytes());
    assert_eq!(
        format!("{:?}", other.state()),
        format!("{:?}", merged.state())
    );
}

#[test]
fn a_head_is_typed_as_digits_or_as_words() {
    let head = Digest::of(b"head");
    let lines = head_lines(head);
    assert_eq!(lines.len(), 8);
    assert!(
        lines
            .iter()
            .all(|line| line.len() <= 60 && line.split(' ').count() == 4)
    );
    assert_eq!(head_from_text(&lines.join("\n")).unwrap(), head);
    assert_eq!(head_from_text(&head.hex().to_uppercase()).unwrap(), head);
    for wrong in ["", "aardvark", "abcdef", "12", &lines[..7].join(" ")] {
        let error = head_from_text(wrong).unwrap_err();
        assert!(matches!(error, Error::Usage { .. }), "{wrong}: {error}");
    }
}

#[test]
fn an_entry_that_is_too_long_is_not_added() {
    let mut register = Register::new();
    let long = Event::Noted("x".repeat(60_000));
    assert!(register.add(&stamp(0), &long).is_ok());
    let mut sealing = sealing(1);
    sealing.certificates = vec![sealing.certificates[0].clone(); 4000];
    let error = register
        .add(&stamp(1), &Event::Sealed(sealing))
        .unwrap_err();
    assert!(matches!(error, Error::Limit { .. }));
    assert_eq!(register.entries().count(), 1);
}

mod what_entries_come_to {
    use super::*;
    use crate::label::Label;
    use crate::supersession::{Flaw as NoteFlaw, Side, Supersession};

    fn state(events: &[Event]) -> State {
        read(&register_of(events).to_bytes()).state()
    }

    fn one_vault(events: &[Event]) -> VaultState {
        let state = state(events);
        assert_eq!(state.vaults.len(), 1);
        state.vaults.into_iter().next().unwrap()
    }

    #[test]
    fn a_vault_with_only_its_beginning_is_unfinished() {
        let vault = one_vault(&[Event::Begun(facts(1))]);
        assert_eq!((vault.life, vault.shares.len()), (Life::Unfinished, 3));
        let vault = one_vault(&[Event::Begun(facts(1)), Event::BrokenOff(sealing(1))]);
        assert_eq!((vault.life, vault.carriers.len()), (Life::Unfinished, 3));
    }

    #[test]
    fn a_sealed_or_found_vault_is_live_until_it_ends() {
        for event in [Event::Sealed(sealing(1)), Event::Found(sealing(1).into())] {
            let vault = one_vault(&[Event::Begun(facts(1)), event.clone()]);
            assert_eq!(vault.life, Life::Live);
            assert_eq!(vault.shares[1].custodian.as_deref(), Some("ops"));
            assert_eq!(vault.certificates.len(), 1);
        }
        let retired = [
            Event::Sealed(sealing(1)),
            Event::Retired(key(1).vault_id().into()),
        ];
        assert_eq!(one_vault(&retired).life, Life::Retired);
    }

    fn side(seed: u8) -> Side {
        Side {
            public_key: key(seed),
            kind: facts(seed).kind,
            label: Label::new("Bank A node").unwrap(),
            manifest_sha256: None,
        }
    }

    /// That vault 11 took the place of vault 10, as their identities sign it.
    fn end(old: u8, new: u8) -> Superseded {
        end_of((10, 11), (old, new))
    }

    fn end_of(vaults: (u8, u8), (old, new): (u8, u8)) -> Superseded {
        let note = Supersession {
            old: side(vaults.0),
            new: side(vaults.1),
            at: time(3),
            reason: None,
            tool: "coldvault".into(),
        };
        Superseded {
            vault: key(vaults.0).vault_id(),
            by: key(vaults.1).vault_id(),
            at: time(9),
            note: Some(note.sign(&identity(old), &identity(new))),
        }
    }

    fn signer(seed: u8) -> Event {
        Event::Sealed(sealing(seed))
    }

    fn life_of_ten(events: &[Event]) -> (Life, Vec<EndFlaw>) {
        let state = register_of(events).state();
        let life = state.vault(key(10).vault_id()).unwrap().life;
        let flaws = state.unproven_ends.into_iter().map(|end| end.flaw);
        (life, flaws.collect())
    }

    #[test]
    fn a_vault_is_believed_by_its_sealing_its_paper_or_the_signature_of_another_one() {
        let found = |is_compared| {
            Event::Found(Found {
                seen: sealing(1),
                is_compared,
            })
        };
        let belief = |events: &[Event]| one_vault(events).belief;
        assert_eq!(belief(&[Event::Begun(facts(1))]), Belief::SealedHere);
        assert_eq!(belief(&[found(false), found(false)]), Belief::OnlyFound);
        assert_eq!(belief(&[found(false), found(true)]), Belief::Compared);
        assert_eq!(belief(&[found(true), found(false)]), Belief::Compared);
        assert_eq!(
            belief(&[found(false), Event::Sealed(sealing(1))]),
            Belief::SealedHere
        );
        let line = |event: Event| {
            let register = register_of(&[event]);
            let entry = register.entries().next().unwrap();
            String::from_utf8(entry.raw().to_vec()).unwrap()
        };
        assert!(line(found(true)).contains("\"compared\":true"));
        assert!(!line(found(false)).contains("compared"));
    }

    #[test]
    fn along_a_chain_that_all_signed_one_that_is_believed_is_enough() {
        let beliefs = |compared: u8| -> Vec<bool> {
            let mut events: Vec<Event> = [10, 11, 12]
                .map(|seed| {
                    Event::Found(Found {
                        seen: sealing(seed),
                        is_compared: seed == compared,
                    })
                })
                .into();
            for pair in [(10, 11), (11, 12)] {
                events.push(Event::Superseded(end_of(pair, pair)));
            }
            let state = state(&events);
            assert!(state.unproven_ends.is_empty());
            state.vaults.iter().map(VaultState::is_believed).collect()
        };
        assert_eq!(beliefs(0), [false; 3]);
        for one in [10, 11, 12] {
            assert_eq!(beliefs(one), [true; 3], "{one}");
        }
    }

    #[test]
    fn a_vault_is_superseded_by_what_both_vaults_signed_and_stays_retired() {
        let by = key(11).vault_id();
        let sealed = [signer(10), signer(11), Event::Superseded(end(10, 11))];
        let superseded = Life::Superseded { by, at: time(3) };
        assert_eq!(life_of_ten(&sealed), (superseded, vec![]));
        let read = Register::from_bytes(&register_of(&sealed).to_bytes()).unwrap();
        assert!(read.state().unproven_ends.is_empty());
        let id = key(10).vault_id();
        let retired = [&sealed[..2], &[Event::Retired(id.into())], &sealed[2..]].concat();
        assert_eq!(life_of_ten(&retired).0, Life::Retired);
    }

    #[test]
    fn an_entry_that_a_vault_was_superseded_counts_only_if_its_note_holds() {
        let mut none = end(10, 11);
        none.note = None;
        let mut other = end(10, 11);
        other.by = key(12).vault_id();
        let cases = [
            (none, EndFlaw::NoNote),
            (end(11, 11), EndFlaw::Note(NoteFlaw::OldSignature)),
            (end(10, 10), EndFlaw::Note(NoteFlaw::NewSignature)),
            (other, EndFlaw::OtherFacts),
        ];
        for (end, flaw) in cases {
            let events = [signer(10), signer(11), signer(12), Event::Superseded(end)];
            assert_eq!(life_of_ten(&events), (Life::Live, vec![flaw]));
        }
        let alone = [signer(10), Event::Superseded(end(10, 11))];
        assert_eq!(
            life_of_ten(&alone),
            (Life::Live, vec![EndFlaw::UnknownVault])
        );
    }

    #[test]
    fn a_sealed_copy_was_never_checked_until_it_is_read_again() {
        let copy = carrier(3, Role::Share(1), 1);
        let sealed = Event::Sealed(sealing(1));
        let vault = one_vault(std::slice::from_ref(&sealed));
        assert_eq!(
            vault
                .carrier(&copy.carrier, MediumKind::Unknown)
                .unwrap()
                .checked,
            None
        );
        let good = checked(1, copy.clone(), Condition::Whole);
        let vault = one_vault(&[sealed, good]);
        assert_eq!(
            vault
                .carrier(&copy.carrier, MediumKind::Unknown)
                .unwrap()
                .checked,
            Some(time(1))
        );
        assert_eq!(vault.shares[0].proven, Some(time(1)));
    }

    #[test]
    fn a_damaged_copy_stays_so_until_it_is_found_whole() {
        let copy = carrier(1, Role::Vault, 1);
        let damaged = checked(1, copy.clone(), Condition::Damaged);
        let good = checked(1, copy.clone(), Condition::Whole);
        let events = [Event::Sealed(sealing(1)), good.clone(), damaged, good];
        let after = |count: usize| {
            let vault = one_vault(&events[..count]);
            let carrier = vault
                .carrier(&copy.carrier, MediumKind::Unknown)
                .unwrap()
                .clone();
            (carrier.checked, carrier.failed)
        };
        let failed = Some((time(2), "share.json changed".to_owned()));
        assert_eq!(after(3), (Some(time(1)), failed));
        assert_eq!(after(4), (Some(time(3)), None));
    }

    #[test]
    fn a_share_that_was_not_opened_is_not_proven() {
        let Event::Checked(mut closed) =
            checked(1, carrier(3, Role::Share(1), 1), Condition::Whole)
        else {
            unreachable!()
        };
        closed.secret_proven = Some(false);
        let vault = one_vault(&[Event::Sealed(sealing(1)), Event::Checked(closed)]);
        assert_eq!(vault.shares[0].proven, None);
    }

    #[test]
    fn a_copy_that_no_sealing_named_is_known_once_it_was_seen() {
        let new = carrier(9, Role::Share(2), 1);
        let vault = one_vault(&[
            Event::Sealed(sealing(1)),
            checked(1, new.clone(), Condition::Whole),
        ]);
        assert_eq!(vault.carriers.len(), 4);
        assert_eq!(
            vault
                .carrier(&new.carrier, MediumKind::Unknown)
                .unwrap()
                .serial
                .as_deref(),
            Some("S9")
        );
        let typed = CarrierLine::bare(CarrierRef {
            carrier_id: None,
            role: Role::Share(3),
            copy: None,
        });
        let vault = one_vault(&[
            Event::Sealed(sealing(1)),
            checked(1, typed, Condition::Whole),
        ]);
        assert_eq!(vault.carriers.len(), 3, "a typed share is no copy");
        assert_eq!(vault.shares[2].proven, Some(time(1)));
    }

    #[test]
    fn a_scan_is_of_the_only_sheet_there_is_and_of_none_where_there_are_two() {
        let sheets = |count: u8, medium| {
            let mut sealing = sealing(1);
            let sheet = |copy| CarrierLine {
                medium: MediumKind::Paper,
                ..CarrierLine::bare(sheet(Role::Share(2), copy))
            };
            sealing.carriers.extend((1..=count).map(sheet));
            let scan = CarrierRef {
                carrier_id: None,
                role: Role::Share(2),
                copy: None,
            };
            let seen = CarrierLine {
                medium,
                ..CarrierLine::bare(scan)
            };
            let seen = checked(1, seen, Condition::Whole);
            let vault = one_vault(&[Event::Sealed(sealing), seen]);
            let carriers = vault.carriers.iter();
            assert_eq!(vault.shares[1].proven, Some(time(1)));
            carriers.filter(|carrier| carrier.checked.is_some()).count()
        };
        let scans = [0, 1, 2].map(|count| sheets(count, MediumKind::Paper));
        assert_eq!(scans, [0, 1, 0]);
        // A share file that was copied somewhere proves the share and no sheet.
        let files = [0, 1, 2].map(|count| sheets(count, MediumKind::Unknown));
        assert_eq!(files, [0, 0, 0]);
    }

    #[test]
    fn what_was_entered_later_counts_even_if_an_earlier_clock_was_years_ahead() {
        let copy = carrier(3, Role::Share(1), 1);
        let mut events = [
            Event::Sealed(sealing(1)),
            drilled(DrillKind::D2, &[]),
            checked(1, copy.clone(), Condition::Whole),
        ];
        let mut register = Register::new();
        register.add(&stamp(0), &events[0]).unwrap();
        // A drill and its entry are of one clock.
        if let Event::Drilled(drilled) = &mut events[1] {
            drilled.checked = time(4000);
        }
        for event in &events[1..] {
            register.add(&stamp(4000), event).unwrap();
        }
        let ahead = register.clone();
        if let Event::Drilled(drilled) = &mut events[1] {
            drilled.drill_id = [1; 16];
            drilled.checked = time(10);
            drilled.outcome = Outcome::Pass;
        }
        for event in &events[1..] {
            register.add(&stamp(10), event).unwrap();
        }
        // Somebody else had only the beginning: merging does not bring the old claim back.
        for register in [register.clone(), ahead.merge(register)] {
            let state = register.state();
            let days: Vec<_> = state.drills.iter().map(|drill| drill.at).collect();
            assert_eq!(days, [time(4000), time(10)]);
            assert_eq!(state.drills[1].outcome, Outcome::Pass);
            let vault = &state.vaults[0];
            let known = vault.carrier(&copy.carrier, MediumKind::Unknown).unwrap();
            assert_eq!(known.checked, Some(time(10)));
            assert_eq!(vault.shares[0].proven, Some(time(10)));
        }
    }

    #[test]
    fn a_sheet_is_prepared_until_it_is_confirmed_as_paper() {
        let of = OfCarrier {
            vault: key(1).vault_id(),
            carrier: sheet(Role::Share(2), 2),
        };
        let events = [
            Event::Sealed(sealing(1)),
            Event::Printed(of.clone()),
            Event::Confirmed(of.clone()),
            Event::Printed(of.clone()),
        ];
        let prepared = |count: usize| {
            let vault = one_vault(&events[..count]);
            let carrier = vault.carrier(&of.carrier, MediumKind::Unknown).unwrap();
            assert_eq!(carrier.medium, MediumKind::Paper);
            carrier.prepared
        };
        assert_eq!([2, 3, 4].map(prepared), [true, false, false]);
    }

    #[test]
    fn place_bag_and_end_belong_to_one_copy() {
        let vault = one_vault(&[
            Event::Sealed(sealing(1)),
            Event::Placed(told(Role::Vault, 1, "Bern")),
            Event::Placed(told(Role::Vault, 1, "Basel")),
            Event::Bagged(told(Role::Vault, 1, "A-1")),
            Event::Destroyed(told(Role::Vault, 2, "worn").into()),
        ]);
        let first = vault.carriers.first().unwrap();
        assert_eq!(
            (first.site.as_deref(), first.bag.as_deref()),
            (Some("Basel"), Some("A-1"))
        );
        assert_eq!(vault.carriers.iter().filter(|c| c.destroyed).count(), 1);
    }

    #[test]
    fn who_leaves_without_giving_the_share_back_exposes_it() {
        let sealed = Event::Sealed(sealing(1));
        let events = [
            sealed,
            moved("ops", Action::Leave),
            moved("ops", Action::Returned),
        ];
        let exposed = |count: usize| {
            let vault = one_vault(&events[..count]);
            vault
                .shares
                .iter()
                .map(|share| share.exposed.is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(exposed(1), [false, false, false]);
        assert_eq!(exposed(2), [false, true, false]);
        assert_eq!(exposed(3), [false, false, false]);
        let state = state(&events);
        let left = Standing::Left {
            since: time(1),
            returned: true,
        };
        assert_eq!(state.custodian("ops").unwrap().standing, left);
        assert_eq!(state.custodian("cto").unwrap().standing, Standing::Here);
    }

    #[test]
    fn a_share_that_is_out_stays_exposed_until_it_is_given_back() {
        for follows in [
            Action::Unreachable,
            Action::Reachable,
            Action::Add,
            Action::Move,
        ] {
            let events = [
                Event::Sealed(sealing(1)),
                moved("ops", Action::Leave),
                moved("ops", follows),
                Event::Found(sealing(1).into()),
                moved("ops", Action::Returned),
            ];
            let exposed = |count: usize| one_vault(&events[..count]).shares[1].exposed;
            assert_eq!(exposed(3), Some(time(1)), "{follows:?}");
            assert_eq!(exposed(4), Some(time(1)), "{follows:?}");
            assert_eq!(exposed(5), None, "{follows:?}");
        }
        // The vault became known only after its custodian had left.
        let events = [
            Event::Sealed(sealing(2)),
            moved("ops", Action::Leave),
            Event::Found(sealing(1).into()),
            moved("ops", Action::Add),
        ];
        let state = state(&events);
        let found = state.vault(key(1).vault_id()).unwrap();
        assert_eq!(found.shares[1].exposed, Some(time(1)));
        assert_eq!(state.custodian("ops").unwrap().standing, Standing::Here);
    }

    /// Share 2 with two copies, then made anew for `to` on copies 3 and 4.
    fn made_anew(to: &str, cause: Option<Cause>) -> [Event; 2] {
        let mut sealed = sealing(1);
        let two = [
            carrier(21, Role::Share(2), 1),
            carrier(22, Role::Share(2), 2),
        ];
        sealed.carriers.extend(two);
        let anew = Reissued {
            from: Some("ops".into()),
            to: Some(to.into()),
            cause,
            carriers: vec![
                carrier(23, Role::Share(2), 3),
                carrier(24, Role::Share(2), 4),
            ],
            ..Reissued::bare(key(1).vault_id(), 2)
        };
        [Event::Sealed(sealed), Event::Reissued(anew)]
    }

    #[test]
    fn carriers_of_a_share_that_is_about_to_be_made_anew_are_void_until_an_entry_says_they_are_made()
     {
        let [sealed, made] = made_anew("board", Some(Cause::Destroyed));
        let Event::Reissued(anew) = made.clone() else {
            panic!();
        };
        let begun = Event::Reissuing(anew.clone());
        let vault = one_vault(&[sealed.clone(), begun.clone()]);
        let (live, stray) = ((false, false), (true, false));
        let facts = |vault: &VaultState| {
            let copies = copies_of_two(vault).into_iter();
            copies
                .map(|(_, void, gone)| (void, gone))
                .collect::<Vec<_>>()
        };
        assert_eq!(facts(&vault), [live, live, stray, stray]);
        assert!(vault.shares[1].reissues.is_empty());
        // a check does not make one of them a copy to rely on
        let read = checked(1, carrier(23, Role::Share(2), 3), Condition::Whole);
        let vault = one_vault(&[sealed.clone(), begun.clone(), read]);
        assert_eq!(facts(&vault), [live, live, stray, stray]);
        let vault = one_vault(&[sealed.clone(), begun.clone(), made]);
        assert_eq!(facts(&vault), [(true, true), (true, true), live, live]);
        // another one does not say that those were destroyed
        let other = Event::Reissued(Reissued {
            carriers: vec![carrier(25, Role::Share(2), 5)],
            ..anew
        });
        let vault = one_vault(&[sealed, begun, other]);
        assert_eq!(
            facts(&vault),
            [(true, true), (true, true), stray, stray, live]
        );
    }

    /// Copy, void, destroyed of each copy of share 2.
    fn copies_of_two(vault: &VaultState) -> Vec<(u8, bool, bool)> {
        let copies = vault.carriers.iter();
        let of_two = copies.filter(|known| known.role == Role::Share(2));
        let facts = |known: &CarrierState| (known.copy, known.void.is_some(), known.destroyed);
        of_two.map(facts).collect()
    }

    #[test]
    fn a_share_made_anew_voids_the_copies_before_and_only_evidence_destroys_them() {
        for (cause, destroyed, exposed) in [
            (Cause::Destroyed, true, false),
            (Cause::Lost, false, true),
            (Cause::Bag, false, true),
            (Cause::HandedOver, false, false),
        ] {
            let vault = one_vault(&made_anew("board", Some(cause)));
            let wanted = [
                (1, true, destroyed),
                (2, true, destroyed),
                (3, false, false),
                (4, false, false),
            ];
            assert_eq!(copies_of_two(&vault), wanted, "{cause:?}");
            let share = &vault.shares[1];
            assert_eq!(share.custodian.as_deref(), Some("board"));
            assert_eq!(share.former, ["ops"]);
            assert_eq!(share.reissues, [time(1)]);
            assert_eq!(share.exposed.is_some(), exposed, "{cause:?}");
        }
        let same = one_vault(&made_anew("ops", None));
        assert!(same.shares[1].former.is_empty());
    }

    #[test]
    fn who_kept_a_share_before_exposes_it_and_what_was_lost_stays_so_when_a_person_gives_it_back() {
        let events = |cause| {
            let [sealed, anew] = made_anew("board", cause);
            [
                sealed,
                anew,
                moved("ops", Action::Leave),
                moved("ops", Action::Returned),
            ]
        };
        let handed = events(Some(Cause::HandedOver));
        let exposed = |events: &[Event]| one_vault(events).shares[1].exposed;
        assert_eq!(exposed(&handed[..2]), None);
        assert_eq!(exposed(&handed[..3]), Some(time(2)));
        assert_eq!(exposed(&handed), None);
        let lost = events(Some(Cause::Lost));
        assert_eq!(exposed(&lost), Some(time(1)));
    }

    #[test]
    fn a_share_made_anew_on_a_day_to_come_destroys_nothing_and_is_no_copy_yet() {
        let register = register_of(&made_anew("board", Some(Cause::Destroyed)));
        let state = register.state_on(time(0));
        let vault = &state.vaults[0];
        let gone = vault.carriers.iter().filter(|known| known.destroyed);
        assert_eq!((gone.count(), state.not_yet), (0, 1));
        let new = vault.carriers.iter().filter(|known| known.copy > 2);
        assert!(new.clone().count() == 2 && new.clone().all(|known| known.to_come));
        assert_eq!(vault.shares[1].proven, None);
    }

    #[test]
    fn an_unfinished_vault_is_not_in_use_because_its_shares_were_found() {
        let mut shares = sealing(1);
        shares
            .carriers
            .retain(|line| line.carrier.role != Role::Vault);
        let events = [
            Event::Begun(facts(1)),
            Event::Found(shares.clone().into()),
            Event::Found(sealing(1).into()),
        ];
        let life = |events: &[Event]| one_vault(events).life;
        assert_eq!(life(&events[..2]), Life::Unfinished);
        assert_eq!(life(&events), Life::Live);
        assert_eq!(life(&[Event::Found(shares.into())]), Life::Live);
    }

    #[test]
    fn a_drill_proves_its_shares_and_reads_its_copies() {
        let vault = one_vault(&[Event::Sealed(sealing(1)), drilled(DrillKind::D4, &[1, 3])]);
        let proven: Vec<_> = vault.shares.iter().map(|s| (s.proven, s.drilled)).collect();
        let when = Some(time(1));
        assert_eq!(proven, [(when, when), (None, None), (when, when)]);
        assert_eq!(vault.carriers[0].checked, when);
        assert_eq!(vault.carriers[0].drilled, when);
        let vault = one_vault(&[Event::Sealed(sealing(1)), drilled(DrillKind::D1, &[1])]);
        assert_eq!(
            (vault.shares[0].proven, vault.shares[0].drilled),
            (when, None)
        );
        let vault = one_vault(&[Event::Sealed(sealing(1)), drilled(DrillKind::D0, &[1])]);
        assert_eq!(
            (vault.shares[0].proven, vault.carriers[0].checked),
            (None, None)
        );
    }

    #[test]
    fn a_claim_is_not_a_proof_and_a_receipt_is_one_as_of_the_day_its_words_were_drawn() {
        let events = all_events();
        let vault = one_vault(&[
            events[1].clone(),
            events[11].clone(),
            events[13].clone(),
            events[12].clone(),
        ]);
        assert_eq!(
            (vault.shares[1].proven, vault.shares[1].claimed),
            (Some(time(1)), None)
        );
        assert_eq!(
            (vault.shares[2].proven, vault.shares[2].claimed),
            (None, Some(time(2)))
        );
    }

    #[test]
    fn a_receipt_of_older_words_does_not_take_a_newer_proof_away() {
        let copy = carrier(3, Role::Share(1), 1);
        let events = [
            Event::Sealed(sealing(1)),
            drawn("old words", &[]),
            checked(1, copy, Condition::Whole),
            receipted(1, "old words", 101),
            drawn("new words", &[]),
            receipted(1, "new words", 101),
        ];
        let proven = |count: usize| one_vault(&events[..count]).shares[0].proven;
        assert_eq!(
            [3, 4, 6].map(proven),
            [Some(time(2)), Some(time(2)), Some(time(4))]
        );
    }

    #[test]
    fn an_old_receipt_is_not_made_fresh_by_drawing_its_words_once_more() {
        let receipt = receipted(1, "old words", 101);
        let state = state(&[
            Event::Sealed(sealing(1)),
            drawn("old words", &[]),
            receipt.clone(),
            drawn("old words", &[]),
            receipt,
        ]);
        assert_eq!(state.vaults[0].shares[0].proven, Some(time(1)));
        let flaws: Vec<_> = state
            .unproven
            .iter()
            .map(|one| (one.line, one.flaw))
            .collect();
        assert_eq!(flaws, [(6, Flaw::DrawnTwice)]);
    }

    #[test]
    fn a_receipt_that_is_not_proven_from_the_register_alone_is_named_and_not_counted() {
        let sealed = Event::Sealed(sealing(1));
        let for_three = drawn("words", &[3]);
        let for_all = drawn("words", &[]);
        let Event::Receipt(mut other_words) = receipted(2, "words", 102) else {
            unreachable!()
        };
        other_words.challenge = "others".into();
        let receipt = receipted(2, "words", 102);
        for (events, flaw) in [
            (
                vec![sealed.clone(), for_all.clone(), receipted(2, "words", 103)],
                Flaw::NotSigned,
            ),
            (
                vec![
                    sealed.clone(),
                    drawn("others", &[]),
                    Event::Receipt(other_words),
                ],
                Flaw::NotSigned,
            ),
            (vec![sealed.clone(), receipt.clone()], Flaw::UnknownWords),
            (
                vec![sealed.clone(), receipt.clone(), for_all.clone()],
                Flaw::UnknownWords,
            ),
            (vec![sealed, for_three, receipt.clone()], Flaw::OtherShare),
            (vec![Event::Begun(facts(1)), for_all, receipt], Flaw::NoKey),
        ] {
            let state = state(&events);
            let found: Vec<Flaw> = state.unproven.iter().map(|one| one.flaw).collect();
            assert_eq!(found, [flaw]);
            let line = &state.unproven[0].line;
            let is_receipt = matches!(events[line - 2], Event::Receipt(_));
            assert!(is_receipt, "{flaw:?}: line {line}");
            assert_eq!(state.vaults[0].shares[1].proven, None, "{flaw:?}");
        }
    }

    #[test]
    fn a_vault_has_the_check_keys_it_was_entered_with_first_and_every_other_is_a_conflict() {
        let mut forged = sealing(1);
        forged.shares[0].check_key = key(50);
        forged.vault.label = "Bank B".into();
        let state = state(&[
            Event::Begun(facts(1)),
            Event::Sealed(sealing(1)),
            Event::Found(sealing(1).into()),
            Event::Found(forged.into()),
        ]);
        let share = &state.vaults[0].shares[0];
        assert_eq!(share.check_key, Some(key(101)));
        let found: Vec<_> = state
            .conflicts
            .iter()
            .map(|one| (one.share, one.line))
            .collect();
        assert_eq!(found, [(None, 5), (Some(1), 5)]);
    }

    /// The day is that of a question, and each entry says its own: what has not come is not done, what went wrong did.
    #[test]
    fn what_claims_a_day_that_has_not_come_is_not_done_before_it_and_hides_nothing_older() {
        let share = carrier(3, Role::Share(1), 1);
        let copy = carrier(1, Role::Vault, 1);
        let mut register = register_of(&[
            Event::Sealed(sealing(1)),
            checked(1, share.clone(), Condition::Whole),
            checked(1, copy.clone(), Condition::Whole),
        ]);
        // A drill and its entry are of one clock.
        let Event::Drilled(mut drill) = drilled(DrillKind::D4, &[1, 2]) else {
            unreachable!()
        };
        drill.checked = time(5000);
        for event in [
            checked(1, share, Condition::Whole),
            Event::Drilled(drill),
            checked(1, copy.clone(), Condition::Damaged),
            moved("ops", Action::Leave),
            drawn("words of a clock that is ahead", &[]),
        ] {
            register.add(&stamp(5000), &event).unwrap();
        }
        let receipt = receipted(3, "words of a clock that is ahead", 103);
        register.add(&stamp(20), &receipt).unwrap();
        let on = register.state_on(time(20));
        let vault = &on.vaults[0];
        let proven: Vec<_> = vault.shares.iter().map(|share| share.proven).collect();
        assert_eq!(proven, [Some(time(1)), None, None]);
        assert!(on.drills.is_empty() && on.unproven.is_empty());
        assert_eq!((on.not_yet, on.newest), (3, Some(time(5000))));
        let known = vault.carrier(&copy.carrier, MediumKind::Unknown).unwrap();
        assert!(known.checked == Some(time(2)) && known.failed.is_some());
        assert!(vault.shares[1].exposed.is_some());
        for later in [register.state_on(time(5000)), register.state()] {
            let shares = &later.vaults[0].shares;
            let proven: Vec<_> = shares.iter().map(|share| share.proven).collect();
            assert_eq!(proven, [Some(time(5000)); 3]);
            assert_eq!((later.not_yet, later.drills.len()), (0, 1));
        }
    }

    #[test]
    fn what_is_told_of_a_scan_is_told_of_the_only_sheet_there_is_and_of_none_where_there_are_two() {
        let bags = |count: u8| {
            let mut sealing = sealing(1);
            let line = |copy| CarrierLine {
                medium: MediumKind::Paper,
                ..CarrierLine::bare(sheet(Role::Share(2), copy))
            };
            sealing.carriers.extend((1..=count).map(line));
            let scan = CarrierRef {
                carrier_id: None,
                role: Role::Share(2),
                copy: None,
            };
            let told = Told {
                of: OfCarrier {
                    vault: key(1).vault_id(),
                    carrier: scan.clone(),
                },
                text: "S2".into(),
            };
            let vault = one_vault(&[Event::Sealed(sealing), Event::Bagged(told)]);
            let named = vault.carrier(&scan, MediumKind::Paper);
            assert_eq!(named.is_some(), count == 1);
            // A share in a file is on no sheet.
            assert!(vault.carrier(&scan, MediumKind::Unknown).is_none());
            let carriers = vault.carriers.iter();
            carriers.filter(|one| one.bag.is_some()).count()
        };
        assert_eq!([0, 1, 2].map(bags), [0, 1, 0]);
    }

    #[test]
    fn a_drill_that_was_entered_late_is_held_back_by_no_clock_that_was_ahead() {
        let drill = |id: u8, day: i64| {
            let Event::Drilled(mut one) = drilled(DrillKind::D4, &[]) else {
                unreachable!()
            };
            (one.drill_id, one.checked) = ([id; 16], time(day));
            Event::Drilled(one)
        };
        let mut register = register_of(&[Event::Sealed(sealing(1))]);
        for (entered, id, day) in [(4000, 1, 4000), (20, 2, 20), (60, 3, 30), (61, 4, 10)] {
            register.add(&stamp(entered), &drill(id, day)).unwrap();
        }
        let drills = register.state().drills;
        let ids: Vec<_> = drills.iter().map(|one| one.drill_id[0]).collect();
        assert_eq!(ids, [4, 1, 2, 3]);
    }

    #[test]
    fn a_receipt_of_older_words_does_not_take_the_proof_of_a_late_drill_away() {
        let copy = carrier(3, Role::Share(1), 1);
        let mut register = register_of(&[Event::Sealed(sealing(1)), drawn("words", &[])]);
        let proven = |register: &Register| register.state().vaults[0].shares[0].proven;
        // Done on day 40.
        let late = drilled(DrillKind::D1, &[1]);
        register.add(&stamp(90), &late).unwrap();
        assert_eq!(proven(&register), Some(time(40)));
        let receipt = receipted(1, "words", 101);
        register.add(&stamp(91), &receipt).unwrap();
        assert_eq!(proven(&register), Some(time(40)));
        // What was entered after it counts, even if a clock was ahead at the drill.
        let check = checked(1, copy, Condition::Whole);
        register.add(&stamp(30), &check).unwrap();
        assert_eq!(proven(&register), Some(time(30)));
    }

    #[test]
    fn a_person_and_a_copy_of_a_day_to_come_are_not_here_yet() {
        let copy = carrier(9, Role::Vault, 3);
        let copied = Event::Copied(Copied {
            vault: key(1).vault_id(),
            carrier: copy.clone(),
            from: carrier(1, Role::Vault, 1).carrier,
        });
        let mut register = register_of(&[Event::Sealed(sealing(1)), moved("ops", Action::Leave)]);
        for event in [moved("ops", Action::Add), copied] {
            register.add(&stamp(5000), &event).unwrap();
        }
        let on = |day| register.state_on(time(day));
        let to_come = |state: &State| {
            let known = state.vaults[0].carrier(&copy.carrier, MediumKind::Unknown);
            known.unwrap().to_come
        };
        let (before, then) = (on(20), on(5000));
        let standing = before.custodian("ops").unwrap().standing;
        assert!(matches!(standing, Standing::Left { .. }));
        assert_eq!((before.not_yet, to_come(&before)), (2, true));
        assert_eq!(then.custodian("ops").unwrap().standing, Standing::Here);
        assert_eq!((then.not_yet, to_come(&then)), (0, false));
        let check = checked(1, copy.clone(), Condition::Whole);
        register.add(&stamp(20), &check).unwrap();
        assert!(!to_come(&register.state_on(time(20))), "somebody read it");
    }

    #[test]
    fn a_register_knows_the_vaults_that_its_state_has() {
        for event in all_events() {
            let register = register_of(&[event]);
            for vault in [key(1), key(2)].map(|key| key.vault_id()) {
                let has = register.state().vault(vault).is_some();
                assert_eq!(register.knows(vault), has);
            }
        }
    }

    #[test]
    fn a_drill_of_this_morning_that_is_entered_tonight_does_not_undo_the_one_of_noon() {
        let at = |day: i64, seconds: i64, outcome: Outcome| {
            let Event::Drilled(drilled) = drilled(DrillKind::D4, &[1, 2]) else {
                unreachable!()
            };
            Event::Drilled(Drilled {
                outcome,
                checked: Time::from_unix(time(day).unix() + seconds),
                ..drilled
            })
        };
        let mut register = register_of(&[Event::Sealed(sealing(1))]);
        let noon = at(40, 0, Outcome::Fail);
        let damaged = checked(1, carrier(1, Role::Vault, 1), Condition::Damaged);
        for event in [noon, damaged, at(40, -30, Outcome::Pass)] {
            register.add(&stamp(40), &event).unwrap();
        }
        let state = register.state();
        let outcomes: Vec<Outcome> = state.drills.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Pass, Outcome::Fail]);
        assert!(state.vaults[0].carriers[0].failed.is_some());
    }

    #[test]
    fn a_policy_changes_what_it_names_and_leaves_the_rest() {
        let first = Policy::default()
            .with(Interval::D4, Some(6))
            .with(Interval::D6, None);
        let later = Policy::default().with(Interval::D4, Some(3));
        let state = state(&[Event::Policy(first), Event::Policy(later)]);
        assert_eq!(state.policy.months(Interval::D4), Some(3));
        assert_eq!(state.policy.months(Interval::D6), None);
        assert_eq!(state.policy.months(Interval::MediaReplace), Some(60));
    }

    #[test]
    fn the_clock_on_the_wall_is_believed_before_the_machine_s() {
        let mut register = Register::new();
        let wrong = Stamp {
            at: Time::from_unix(946_684_800),
            wall: Some(time(5)),
            ..stamp(0)
        };
        register.add(&wrong, &Event::Sealed(sealing(1))).unwrap();
        let state = register.state();
        assert_eq!(state.newest, Some(time(5)));
        assert_eq!(state.custodian("ops").unwrap().since, time(5));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn cut_and_changed_registers_never_panic_and_never_hold_the_head(
        cut in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let register = register_of(&all_events());
        let (mut bytes, head) = (register.to_bytes(), register.heads()[0]);
        let before = all_events().len() - 1;
        let at = place.index(bytes.len());
        let same = bytes[at] == byte;
        bytes[at] = byte;
        prop_assert!(same || is_noticed(&bytes, head, before));
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(Register::from_bytes(&bytes).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Register::from_bytes(&bytes);
        let framed = [START.as_bytes(), &bytes, END.as_bytes()].concat();
        let _ = Register::from_bytes(&framed);
    }

    #[test]
    fn registers_that_went_on_anyhow_merge_the_same_both_ways(
        steps in prop::collection::vec((any::<bool>(), 0_usize..22, -500_i64..500), 1..25),
    ) {
        let events = all_events();
        let (mut one, mut two) = (Register::new(), Register::new());
        for (first, event, day) in steps {
            let register = if first { &mut one } else { &mut two };
            register.add(&stamp(day), &events[event]).unwrap();
            if day % 7 == 0 {
                one = one.merge(two.clone());
            }
        }
        let merged = one.clone().merge(two.clone());
        prop_assert_eq!(merged.to_bytes(), two.merge(one).to_bytes());
        prop_assert!(Register::from_bytes(&merged.to_bytes()).is_ok());
    }
}

/// That a copy was destroyed, with all that is said of it.
fn destroyed(role: Role, copy: u8, how: &str) -> Event {
    Event::Destroyed(Destroyed {
        how: Some(how.into()),
        people: vec!["Ada".into(), "Ben Zoë".into()],
        ..told(role, copy, "retired").into()
    })
}

fn only_vault(events: &[Event]) -> VaultState {
    register_of(events).state().vaults[0].clone()
}

#[test]
fn the_end_of_copies_and_of_a_vault_comes_back_with_how_and_who() {
    let retired = Event::Retired(Retired {
        reason: Some("moved".into()),
        people: vec!["Ada".into(), "Ben".into()],
        certificate_sha256: Some(Digest::of(b"record")),
        ..key(1).vault_id().into()
    });
    let events = [
        Event::Sealed(sealing(1)),
        destroyed(Role::Vault, 2, "shredded"),
        destroyed(Role::Vault, 2, "once more"),
        retired.clone(),
    ];
    let register = register_of(&events);
    let again = Register::from_bytes(&register.to_bytes()).unwrap();
    let read: Vec<_> = again
        .entries()
        .filter_map(|one| one.event.clone())
        .collect();
    assert_eq!(read, events);
    let vault = only_vault(&events);
    let gone: Vec<_> = vault.carriers.iter().filter(|one| one.destroyed).collect();
    assert_eq!(gone.len(), 1);
    let said = gone[0].destruction.as_ref().unwrap();
    // What is destroyed is not destroyed again.
    assert_eq!(said.how.as_deref(), Some("shredded"));
    assert_eq!((said.people.len(), said.reason.as_str()), (2, "retired"));
    let end = vault.retirement.as_ref().unwrap();
    assert_eq!(end.certificate_sha256, Some(Digest::of(b"record")));
    assert_eq!(
        (vault.life, end.reason.as_deref()),
        (Life::Retired, Some("moved"))
    );
    // Entries without the new members are written as they always were.
    let plain = register_of(&[Event::Destroyed(told(Role::Vault, 2, "worn").into())]);
    let text = String::from_utf8(plain.to_bytes()).unwrap();
    assert!(text.contains("\"reason\":\"worn\"}"), "{text}");
}

#[test]
fn a_copy_that_was_never_entered_is_known_once_it_is_said_to_be_gone_and_a_medium_is_not() {
    let unseen = |role, copy| {
        let carrier = sheet(role, copy);
        let vault = key(1).vault_id();
        let of = OfCarrier { vault, carrier };
        let text = "never written".to_owned();
        Event::Destroyed(Told { of, text }.into())
    };
    let begun = [Event::Begun(facts(1)), unseen(Role::Share(1), 1)];
    let vault = only_vault(&begun);
    assert_eq!(vault.carriers.len(), 1);
    assert!(vault.carriers[0].destroyed && vault.carriers[0].role == Role::Share(1));
    // A medium of that number is another thing: it stays out.
    let sealed = [Event::Sealed(sealing(1)), unseen(Role::Vault, 1)];
    let vault = only_vault(&sealed);
    let with_id = vault
        .carriers
        .iter()
        .find(|one| one.carrier_id.is_some() && one.role == Role::Vault && one.copy == 1);
    assert!(with_id.is_none_or(|one| !one.destroyed));
}

#[test]
fn a_forged_share_on_a_carrier_that_nobody_entered_is_an_event_and_no_copy() {
    let forged = carrier(9, Role::Share(2), 1);
    let known = carrier(3, Role::Share(1), 1);
    let bad = |line: &CarrierLine| checked(1, line.clone(), Condition::Damaged);
    let begun = Event::Sealed(sealing(1));
    let vault = only_vault(&[begun.clone(), bad(&forged), bad(&forged), bad(&known)]);
    assert_eq!(vault.carriers.len(), 3);
    let failed = vault.carriers.iter().filter(|one| one.failed.is_some());
    let failed: Vec<_> = failed.map(|one| one.carrier_id).collect();
    assert_eq!(failed, [Some([3; 16])]);
    // Presented twice, it is one: as of the last time.
    let strays: Vec<_> = vault
        .strays
        .iter()
        .map(|one| (&one.carrier, one.at))
        .collect();
    assert_eq!(strays, [(&forged.carrier, time(2))]);
    // One that is entered only later was a copy: what was found of it is not forgotten.
    let mut later = sealing(1);
    later.carriers = vec![forged.clone()];
    let found = [begun, bad(&forged), Event::Found(later.into())];
    let vault = only_vault(&found);
    let new = vault
        .carriers
        .iter()
        .find(|one| one.carrier_id == Some([9; 16]));
    assert!(new.unwrap().failed.is_some() && vault.strays.is_empty());
    let whole = checked(1, forged, Condition::Whole);
    let vault = only_vault(&[&found[..], &[whole]].concat());
    assert!(vault.carriers.iter().all(|one| one.failed.is_none()));
}

#[test]
fn what_two_people_say_of_a_copy_replaces_what_a_reissue_said_of_all_at_once() {
    let sealed = Event::Sealed(sealing(1));
    let reissued = Event::Reissued(Reissued {
        from: Some("legal".into()),
        to: Some("risk".into()),
        cause: Some(Cause::Destroyed),
        reason: Some("burnt".into()),
        witness: Some("notary".into()),
        ..Reissued::bare(key(1).vault_id(), 1)
    });
    let first = only_vault(&[sealed.clone(), reissued.clone()]);
    let gone = |vault: &VaultState| {
        let mut copies = vault.carriers.iter();
        copies.find(|one| one.destroyed).unwrap().clone()
    };
    let one = gone(&first);
    let said = one.destruction.unwrap();
    assert!(one.by_reissue && one.void.is_some());
    assert_eq!((said.reason.as_str(), said.people.len()), ("burnt", 1));
    // Whoever keeps the share from now on never had that copy.
    let before = only_vault(std::slice::from_ref(&sealed)).shares[0]
        .custodian
        .clone();
    assert_eq!(one.keeper, before.or(Some("legal".into())));
    let carrier = CarrierRef {
        carrier_id: one.carrier_id,
        role: one.role,
        copy: Some(one.copy),
    };
    let vault = key(1).vault_id();
    let of = OfCarrier { vault, carrier };
    let text = "retired".to_owned();
    let two = Event::Destroyed(Destroyed {
        how: Some("shredded".into()),
        people: vec!["Ada".into(), "Ben Zoë".into()],
        ..Told { of, text }.into()
    });
    let again = gone(&only_vault(&[sealed, reissued, two]));
    assert!(!again.by_reissue);
    assert_eq!(again.destruction.unwrap().people.len(), 2);
}

use super::*;
use crate::digest::Digest;
use crate::register::{
    Belief, CarrierState, CertificateLine, CustodianState, DrillKind, DrillState, Interval,
    MediumKind, Outcome, Role, ShareState, Standing as Custody,
};
use crate::secret::SecretBytes;
use crate::signature::{Identity, VaultId};

/// The day on which the vault of most tests was sealed.
const SEALED: &str = "2026-01-10";

fn day(text: &str) -> Time {
    Time::parse_day(text).unwrap()
}

fn carrier(role: Role, copy: u8, medium: MediumKind) -> CarrierState {
    let mut id = [copy; 16];
    id[0] = role.number().unwrap_or(0);
    CarrierState {
        carrier_id: (medium == MediumKind::Removable).then_some(id),
        role,
        copy,
        of: 2,
        medium,
        serial: None,
        written: day(SEALED),
        checked: None,
        failed: None,
        drilled: None,
        claimed: None,
        site: None,
        bag: None,
        prepared: false,
        to_come: false,
        destroyed: false,
        destruction: None,
        by_reissue: false,
        void: None,
        keeper: None,
        unfinished: false,
    }
}

/// A live production vault of k of n: two vault copies and two copies of each share, all on sticks.
pub(crate) fn vault(k: u8, n: u8) -> VaultState {
    let secret = SecretBytes::copied(&[n; 32]);
    let key = Identity::derive(&secret, "coldvault/identity/1/production").public_key();
    let share = |number| ShareState {
        number,
        custodian: Some(format!("custodian {number}")),
        check_key: None,
        proven: None,
        proven_in: 0,
        late_in: 0,
        claimed: None,
        drilled: None,
        exposed: None,
        suspected: false,
        lost: None,
        reissues: Vec::new(),
        former: Vec::new(),
    };
    let roles = std::iter::once(Role::Vault).chain((1..=n).map(Role::Share));
    let both = roles.flat_map(|role| [1, 2].map(|copy| carrier(role, copy, MediumKind::Removable)));
    VaultState {
        id: key.vault_id(),
        key,
        label: "Bank-A".into(),
        kind: Kind::Production,
        k,
        n,
        created: day(SEALED),
        generation: 1,
        manifest_sha256: None,
        belief: Belief::SealedHere,
        life: Life::Live,
        successor: None,
        shares: (1..=n).map(share).collect(),
        carriers: both.collect(),
        strays: Vec::new(),
        certificates: Vec::new(),
        certificates_left_out: 0,
        node_changed: None,
        previous: None,
        retirement: None,
    }
}

fn custodian(number: u8, standing: Custody) -> CustodianState {
    CustodianState {
        name: format!("custodian {number}"),
        standing,
        site: None,
        since: day(SEALED),
    }
}

fn drill(vault: Option<VaultId>, kind: DrillKind, at: &str, outcome: Outcome) -> DrillState {
    DrillState {
        vault,
        drill_id: [1; 16],
        kind,
        at: day(at),
        outcome,
        open: 0,
        shares: Vec::new(),
        next: None,
        report_sha256: Some(Digest::of(b"")),
        challenge: false,
        partial: false,
        said: false,
    }
}

pub(crate) fn state(vaults: Vec<VaultState>) -> State {
    State {
        vaults,
        ..State::default()
    }
}

/// What is said of a thing, as "OVERDUE 61 days, 2027-01-01"; all of them where there are several.
fn said(state: &State, as_of: &str, what: What, subject: &str) -> Vec<String> {
    let items = due(state, day(as_of));
    let is_about = |item: &&Item| {
        let mut subjects = item.subject.split(", ");
        item.what == what && subjects.any(|one| one == subject)
    };
    let found = items.iter().filter(is_about);
    let line = |item: &Item| {
        let by = item.by.map_or("no day".to_owned(), Time::date);
        format!("{}, {by}", item.standing.words())
    };
    found.map(line).collect()
}

/// The line about a thing, for the office.
fn line(state: &State, as_of: &str, what: What, subject: &str) -> String {
    let items = due(state, day(as_of));
    let found = items
        .iter()
        .find(|item| item.what == what && item.subject == subject);
    found.map_or("nothing".to_owned(), Item::line)
}

#[test]
fn on_the_day_of_the_sealing_everything_is_in_order_and_has_its_day() {
    let state = state(vec![vault(3, 5)]);
    let items = due(&state, day(SEALED));
    assert_eq!(
        Tally::of(&items),
        Tally {
            good: items.len(),
            ..Tally::default()
        }
    );
    let on = |what, subject| said(&state, SEALED, what, subject);
    for (what, subject, by) in [
        (What::Drill(DrillKind::D0), "D0", "2026-07-10"),
        (What::Drill(DrillKind::D3), "D3", "2027-01-10"),
        (What::Drill(DrillKind::D4), "D4", "2027-01-10"),
        (What::Drill(DrillKind::D5), "D5", "2028-01-10"),
        (What::Drill(DrillKind::D6), "D6", "2027-01-10"),
        (What::Drill(DrillKind::D1), "D1", "2027-01-10"),
        (What::ShareCheck, "share 5", "2027-01-10"),
        (What::CopyCheck, "vault copy 2", "2026-07-10"),
        (What::Refresh, "all shares", "2028-01-10"),
        (What::Margin, "", "no day"),
    ] {
        assert_eq!(on(what, subject), [format!("ok, {by}")], "{what:?}");
    }
    // Twelve media that are to be replaced on one day are one line that names them all; each copy is read for itself.
    assert_eq!(items.len(), 4 + 2 + 5 + (2 + 10) + 1 + 1 + 1);
    let media = items.iter().filter(|item| item.what == What::Replace);
    let media: Vec<&Item> = media.collect();
    let named = media[0].subject.split(", ").collect::<Vec<_>>();
    assert_eq!((media.len(), named.len()), (1, 12));
    assert!(named.contains(&"vault copy 2") && named.contains(&"share 5 copy 1"));
    assert_eq!(
        media[0].why,
        "12 media of 2026-01-10, replace by 2031-01-10"
    );
    let beyond = "Bank-A: 2 reachable beyond the 3 needed";
    assert_eq!(line(&state, SEALED, What::Margin, ""), beyond);
}

#[test]
fn what_was_never_done_is_said_so_and_what_was_done_counts_from_then() {
    let mut vault = vault(3, 5);
    let id = vault.id;
    vault.shares[0].proven = Some(day("2026-06-30"));
    vault.carriers[0].checked = Some(day("2026-06-30"));
    let mut state = state(vec![vault]);
    let at = |state: &State, what, subject| said(state, "2027-03-12", what, subject);
    assert_eq!(at(&state, What::ShareCheck, "share 1"), ["ok, 2027-06-30"]);
    assert_eq!(
        at(&state, What::ShareCheck, "share 2"),
        ["NEVER, 61 days, 2027-01-10"]
    );
    assert_eq!(
        at(&state, What::CopyCheck, "vault copy 1"),
        ["OVERDUE 72 days, 2026-12-30"]
    );
    assert_eq!(
        at(&state, What::CopyCheck, "vault copy 2"),
        ["NEVER, 245 days, 2026-07-10"]
    );
    assert_eq!(
        at(&state, What::Drill(DrillKind::D0), "D0"),
        ["NEVER, 245 days, 2026-07-10"]
    );
    state.drills = vec![
        drill(Some(id), DrillKind::D0, "2026-07-01", Outcome::Pass),
        drill(Some(id), DrillKind::D4, "2026-03-01", Outcome::Pass),
        drill(None, DrillKind::D6, "2026-03-20", Outcome::Findings),
        // Of another vault: practice for this one, and no proof of it.
        drill(
            Some(VaultId([9; 16])),
            DrillKind::D3,
            "2026-09-01",
            Outcome::Pass,
        ),
        drill(
            Some(VaultId([9; 16])),
            DrillKind::D5,
            "2027-01-01",
            Outcome::Pass,
        ),
    ];
    for (kind, expected) in [
        (DrillKind::D0, "ok, 2027-07-01"),
        (DrillKind::D3, "ok, 2027-09-01"),
        (DrillKind::D4, "OVERDUE 11 days, 2027-03-01"),
        (DrillKind::D5, "ok, 2028-01-10"),
        (DrillKind::D6, "DUE in 8 days, 2027-03-20"),
    ] {
        assert_eq!(
            at(&state, What::Drill(kind), kind.as_str()),
            [expected],
            "{kind:?}"
        );
    }
    // From paper with exactly k is harder: it is a restore too.
    state
        .drills
        .push(drill(Some(id), DrillKind::D5, "2027-02-01", Outcome::Pass));
    assert_eq!(
        at(&state, What::Drill(DrillKind::D4), "D4"),
        ["ok, 2028-02-01"]
    );
    // The report may say an earlier day, and no later one.
    state.drills[5].next = Some(day("2027-04-01"));
    assert_eq!(
        at(&state, What::Drill(DrillKind::D5), "D5"),
        ["DUE in 20 days, 2027-04-01"]
    );
    state.drills[5].next = Some(day("2039-04-01"));
    assert_eq!(
        at(&state, What::Drill(DrillKind::D5), "D5"),
        ["ok, 2029-02-01"]
    );
}

#[test]
fn a_share_that_was_claimed_over_the_phone_is_not_proven() {
    let mut vault = vault(3, 5);
    vault.shares[1].claimed = Some(day("2027-01-05"));
    let state = state(vec![vault]);
    let text = line(&state, "2027-02-01", What::ShareCheck, "share 2");
    assert_eq!(
        text,
        "Bank-A, share 2 (custodian 2): never proven, due 2027-01-10; \
          claimed 2027-01-05, not proven"
    );
    let at = said(&state, "2027-02-01", What::ShareCheck, "share 2");
    assert_eq!(at, ["NEVER, 22 days, 2027-01-10"]);
}

#[test]
fn paper_is_read_once_a_year_and_never_replaced_for_its_age() {
    let mut vault = vault(2, 3);
    vault.carriers.retain(|carrier| carrier.role != Role::Vault);
    vault
        .carriers
        .push(carrier(Role::Vault, 1, MediumKind::Paper));
    vault
        .carriers
        .push(carrier(Role::Vault, 2, MediumKind::Unknown));
    let mut state = state(vec![vault]);
    let at = |state: &State, what, subject| said(state, "2032-01-10", what, subject);
    assert_eq!(
        at(&state, What::CopyCheck, "vault copy 1"),
        ["NEVER, 1826 days, 2027-01-10"]
    );
    assert_eq!(
        at(&state, What::CopyCheck, "vault copy 2"),
        ["NEVER, 2010 days, 2026-07-10"]
    );
    assert!(at(&state, What::Replace, "vault copy 1").is_empty());
    assert_eq!(
        at(&state, What::Replace, "vault copy 2"),
        ["OVERDUE 365 days, 2031-01-10"]
    );
    // A PDF that nobody has printed is no copy.
    let paper = state.vaults[0].carriers.len() - 2;
    state.vaults[0].carriers[paper].prepared = true;
    assert!(at(&state, What::CopyCheck, "vault copy 1").is_empty());
    assert_eq!(at(&state, What::Paper, "vault copy 1"), ["DUE now, no day"]);
}

#[test]
fn the_policy_moves_every_day_and_off_is_off() {
    let mut state = state(vec![vault(2, 3)]);
    for (interval, what, subject) in [
        (Interval::D0, What::Drill(DrillKind::D0), "D0"),
        (Interval::D1, What::ShareCheck, "share 1"),
        (Interval::D2, What::CopyCheck, "vault copy 1"),
        (Interval::MediaCheck, What::CopyCheck, "vault copy 1"),
        (Interval::D3, What::Drill(DrillKind::D3), "D3"),
        (Interval::D4, What::Drill(DrillKind::D4), "D4"),
        (Interval::D5, What::Drill(DrillKind::D5), "D5"),
        (Interval::D6, What::Drill(DrillKind::D6), "D6"),
        (Interval::MediaReplace, What::Replace, "vault copy 1"),
        (Interval::Refresh, What::Refresh, "all shares"),
    ] {
        let before = state.policy.clone();
        state.policy = before.clone().with(interval, Some(3));
        assert_eq!(
            said(&state, SEALED, what, subject),
            ["ok, 2026-04-10"],
            "{interval:?}"
        );
        state.policy = before.clone().with(interval, None);
        let off = said(&state, SEALED, what, subject);
        // A copy is read by a drill of all copies, too: the other interval is left.
        let other = matches!(interval, Interval::D2 | Interval::MediaCheck);
        assert_eq!(off.len(), usize::from(other), "{interval:?}");
        state.policy = before;
    }
}

#[test]
fn a_failed_check_stays_until_a_good_one_or_the_end_of_the_copy() {
    let mut state = state(vec![vault(2, 3)]);
    let failed = (day("2026-05-05"), "payload.age was changed".to_owned());
    state.vaults[0].carriers[1].failed = Some(failed.clone());
    let copy = |state: &State| said(state, "2026-06-01", What::FailedCheck, "vault copy 2");
    assert_eq!(copy(&state), ["FAILED, no day"]);
    assert!(said(&state, "2026-06-01", What::CopyCheck, "vault copy 2").is_empty());
    let text = line(&state, "2026-06-01", What::FailedCheck, "vault copy 2");
    let expected = "its check failed on 2026-05-05: payload.age was changed";
    assert_eq!(text, format!("Bank-A, vault copy 2: {expected}"));
    assert_eq!(due(&state, day("2026-06-01"))[0].what, What::FailedCheck);
    state.vaults[0].carriers[1].destroyed = true;
    assert!(copy(&state).is_empty());
}

#[test]
fn a_drill_that_failed_is_repeated_and_findings_stay_open_until_the_next_one() {
    let vault = vault(2, 3);
    let id = vault.id;
    let mut state = state(vec![vault]);
    state.drills = vec![drill(Some(id), DrillKind::D4, "2026-05-05", Outcome::Fail)];
    let open = |state: &State| said(state, "2026-05-20", What::Findings(DrillKind::D4), "D4");
    assert_eq!(open(&state), ["FAILED, 2026-06-04"]);
    // One that failed proves nothing: the drill is due as if it had not been, and nobody says that it never was.
    let drilled = said(&state, "2027-01-11", What::Drill(DrillKind::D4), "D4");
    assert_eq!(drilled, ["OVERDUE 1 day, 2027-01-10"]);
    let text = line(&state, "2027-01-11", What::Drill(DrillKind::D4), "D4");
    assert!(
        text.ends_with("done 2026-05-05, and not passed yet, due 2027-01-10"),
        "{text}"
    );
    let mut again = drill(Some(id), DrillKind::D4, "2026-05-10", Outcome::Findings);
    again.open = 2;
    state.drills.push(again);
    assert_eq!(open(&state), ["FAILED, no day"]);
    let text = line(&state, "2026-05-20", What::Findings(DrillKind::D4), "D4");
    assert!(
        text.ends_with("2 findings of 2026-05-10 are open"),
        "{text}"
    );
    state
        .drills
        .push(drill(Some(id), DrillKind::D4, "2026-05-15", Outcome::Pass));
    assert!(open(&state).is_empty());
    // The last one of the register counts, and not the one whose clock was ahead.
    let mut ahead = drill(Some(id), DrillKind::D4, "2036-05-15", Outcome::Fail);
    ahead.open = 3;
    let passed = state.drills.len() - 1;
    state.drills.insert(passed, ahead);
    assert!(open(&state).is_empty());
    // Share and copy checks, and table-tops, may leave something open, too.
    for (kind, vault) in [
        (DrillKind::D1, Some(id)),
        (DrillKind::D2, Some(id)),
        (DrillKind::D6, None),
    ] {
        let mut left = drill(vault, kind, "2026-05-16", Outcome::Findings);
        left.open = 1;
        state.drills.push(left);
        let found = said(&state, "2026-05-20", What::Findings(kind), kind.as_str());
        assert_eq!(found, ["FAILED, no day"], "{kind:?}");
    }
}

#[test]
fn what_an_unsigned_report_says_is_a_claim_and_answers_for_no_check_that_failed() {
    let vault = vault(2, 3);
    let id = vault.id;
    for (kind, expected) in [
        (DrillKind::D2, &["FAILED, 2026-06-04"][..]),
        (DrillKind::D1, &["FAILED, 2026-06-04"]),
        (DrillKind::D0, &[]),
    ] {
        let mut state = state(vec![vault.clone()]);
        let claim = DrillState {
            said: true,
            shares: vec![1, 2, 3],
            ..drill(Some(id), kind, "2026-05-10", Outcome::Pass)
        };
        let failed = drill(Some(id), kind, "2026-05-05", Outcome::Fail);
        state.drills = vec![failed, claim.clone()];
        let open = said(&state, "2026-05-20", What::Findings(kind), kind.as_str());
        assert_eq!(open, expected, "{kind:?}");
        // What it says was found is open all the same.
        let found = DrillState {
            outcome: Outcome::Findings,
            open: 1,
            ..claim
        };
        state.drills = vec![found];
        let open = said(&state, "2026-05-20", What::Findings(kind), kind.as_str());
        assert_eq!(open, ["FAILED, no day"], "{kind:?}");
    }
    let mut state = state(vec![vault]);
    state.vaults[0].carriers[1].claimed = Some(day("2026-05-10"));
    let text = line(&state, "2026-05-20", What::CopyCheck, "vault copy 2");
    assert!(
        text.ends_with("; said to be whole 2026-05-10, not proven"),
        "{text}"
    );
}

#[test]
fn a_share_check_in_several_sittings_is_one_once_every_share_was_in_it() {
    let vault = vault(2, 3);
    let id = vault.id;
    let mut state = state(vec![vault]);
    let d1 = |at: &str, shares: &[u8], outcome, partial| DrillState {
        shares: shares.to_vec(),
        partial,
        open: u64::from(outcome != Outcome::Pass),
        ..drill(Some(id), DrillKind::D1, at, outcome)
    };
    let prove = |state: &mut State, shares: &[u8], at: &str| {
        for number in shares {
            state.vaults[0].shares[usize::from(*number) - 1].proven = Some(day(at));
        }
    };
    let open = |state: &State| said(state, "2026-08-01", What::Findings(DrillKind::D1), "D1");
    let checked = |state: &State, at| {
        let text = line(state, at, What::Drill(DrillKind::D1), "D1");
        text.replace("Bank-A, D1 share checks: ", "")
    };
    assert_eq!(
        checked(&state, "2026-08-01"),
        "0 of 3 checked, due 2027-01-10"
    );
    // One sitting with two custodians, in which nothing was wrong, leaves nothing open.
    state
        .drills
        .push(d1("2026-06-01", &[1, 3], Outcome::Findings, true));
    prove(&mut state, &[1, 3], "2026-06-01");
    assert!(open(&state).is_empty());
    assert_eq!(
        checked(&state, "2026-08-01"),
        "2 of 3 checked, share 2 not, due 2027-01-10"
    );
    // The other one, by a receipt.
    prove(&mut state, &[2], "2026-07-01");
    assert_eq!(
        checked(&state, "2026-08-01"),
        "3 of 3 checked, due 2027-06-01"
    );
    assert_eq!(
        said(&state, "2027-06-03", What::Drill(DrillKind::D1), "D1"),
        ["OVERDUE 2 days, 2027-06-01"]
    );
    assert_eq!(
        checked(&state, "2027-06-03"),
        "1 of 3 checked, shares 1, 3 not, due 2027-06-01"
    );
    // One that failed is answered by sittings only once every share was in one of them.
    state
        .drills
        .push(d1("2026-07-02", &[1], Outcome::Fail, false));
    assert_eq!(open(&state), ["FAILED, 2026-08-01"]);
    for (at, shares, is_open) in [
        ("2026-07-03", [1, 3], true),
        ("2026-07-04", [1, 1], true),
        ("2026-07-05", [2, 2], false),
    ] {
        state.drills.push(d1(at, &shares, Outcome::Findings, true));
        assert_eq!(!open(&state).is_empty(), is_open, "{at}");
    }
}

#[test]
fn what_was_sealed_on_a_day_that_has_not_come_is_due_now_until_it_is_done() {
    let mut vault = vault(2, 3);
    vault.created = day("2036-01-01");
    for carrier in &mut vault.carriers {
        carrier.written = vault.created;
    }
    vault.shares[0].proven = Some(day("2027-01-01"));
    let state = state(vec![vault]);
    let at = |what, subject| said(&state, "2027-02-01", what, subject);
    for (what, subject) in [
        (What::Drill(DrillKind::D0), "D0"),
        (What::Drill(DrillKind::D4), "D4"),
        (What::Drill(DrillKind::D6), "D6"),
        (What::ShareCheck, "share 2"),
        (What::CopyCheck, "vault copy 1"),
        (What::Replace, "vault copy 1"),
        (What::Refresh, "all shares"),
    ] {
        assert_eq!(at(what, subject), ["DUE now, 2027-02-01"], "{what:?}");
    }
    assert_eq!(at(What::ShareCheck, "share 1"), ["ok, 2028-01-01"]);
}

#[test]
fn a_certificate_is_due_90_days_before_it_ends_and_the_first_one_is_named() {
    let mut vault = vault(2, 3);
    let ends = |store: &str, not_after| CertificateLine {
        node: "node".into(),
        store: store.into(),
        subject: "O=Bank A, L=Zurich, C=CH".into(),
        not_after: day(not_after),
    };
    vault.certificates = vec![ends("a.jks", "2027-06-01"), ends("b.jks", "2027-05-01")];
    let state = state(vec![vault]);
    let at = |as_of, number| {
        said(
            &state,
            as_of,
            What::Certificate,
            &format!("certificate {number}"),
        )
    };
    assert_eq!(at("2027-01-30", 2), ["ok, 2027-05-01"]);
    assert!(
        at("2027-01-30", 1).is_empty(),
        "only the first one that ends"
    );
    assert_eq!(at("2027-01-31", 2), ["DUE in 90 days, 2027-05-01"]);
    assert_eq!(at("2027-05-31", 2), ["OVERDUE 30 days, 2027-05-01"]);
    assert_eq!(at("2027-05-31", 1), ["DUE in 1 day, 2027-06-01"]);
    let text = line(&state, "2027-05-31", What::Certificate, "certificate 2");
    assert_eq!(text, "Bank-A, certificate 2 (node b.jks): ended 2027-05-01");
}

#[test]
fn who_left_or_cannot_be_reached_makes_new_shares_due_and_lowers_the_margin() {
    let since = day("2026-05-01");
    let left = |returned| Custody::Left { since, returned };
    for (standing, by) in [
        (left(true), "2026-05-31"),
        (left(false), "2026-05-08"),
        (Custody::Unreachable { since }, "2026-05-31"),
    ] {
        let mut state = state(vec![vault(3, 5)]);
        state.custodians = (1..=5)
            .map(|number| custodian(number, Custody::Here))
            .collect();
        state.custodians[1].standing = standing;
        state.vaults[0].shares[1].exposed = (standing == left(false)).then_some(since);
        let at = said(&state, "2026-06-10", What::Custodian, "share 2");
        let days = day("2026-06-10").days_since(day(by));
        assert_eq!(at, [format!("OVERDUE {days} days, {by}")], "{standing:?}");
        let exposed = standing == left(false);
        let margin = line(&state, "2026-06-10", What::Margin, "");
        // What was given back lies with the office.
        let more = if standing == left(true) { 2 } else { 1 };
        let beyond = format!("Bank-A: {more} reachable beyond the 3 needed");
        let expected = match exposed {
            true => format!("{beyond}; exposed 1 of 3 needed"),
            false => beyond,
        };
        assert_eq!(margin, expected);
        let text = line(&state, "2026-06-10", What::Custodian, "share 2");
        assert!(text.ends_with(&format!("; new shares by {by}")), "{text}");
        assert_eq!(text.contains("left 2026-05-01 with it"), exposed, "{text}");
    }
}

#[test]
fn the_margin_says_when_none_is_to_spare_and_when_the_vault_cannot_be_opened() {
    let mut state = state(vec![vault(3, 5)]);
    let gone = Custody::Unreachable {
        since: day("2026-05-01"),
    };
    state.custodians = vec![custodian(1, gone)];
    let at = |state: &State| said(state, "2026-05-02", What::Margin, "");
    assert_eq!(at(&state), ["ok, no day"]);
    // Both copies of share 4 are gone: one is destroyed, one failed its check.
    for copy in &mut state.vaults[0].carriers {
        let is_four = copy.role == Role::Share(4);
        copy.destroyed = is_four && copy.copy == 1;
        copy.failed = (is_four && copy.copy == 2).then(|| (day("2026-05-01"), "unreadable".into()));
    }
    assert_eq!(at(&state), ["DUE now, no day"]);
    let text = line(&state, "2026-05-02", What::Margin, "");
    assert_eq!(text, "Bank-A: 3 reachable, 3 needed: none to spare");
    state.custodians.push(custodian(5, gone));
    assert_eq!(at(&state), ["FAILED, no day"]);
    let text = line(&state, "2026-05-02", What::Margin, "");
    assert_eq!(text, "Bank-A: 2 reachable, 3 needed: it cannot be opened");
}

#[test]
fn who_left_with_a_share_has_left_with_it_whatever_standing_follows() {
    let mut state = state(vec![vault(3, 5)]);
    state.vaults[0].shares[1].exposed = Some(day("2026-05-01"));
    for standing in [
        Custody::Here,
        Custody::Unreachable {
            since: day("2026-06-01"),
        },
    ] {
        state.custodians = vec![custodian(2, standing)];
        let text = line(&state, "2026-06-10", What::Custodian, "share 2");
        let expected = "left 2026-05-01 with it; new shares by 2026-05-08";
        assert!(text.ends_with(expected), "{text}");
    }
}

#[test]
fn void_copies_are_due_until_they_are_destroyed_and_no_copies_to_rely_on() {
    let mut state = state(vec![vault(3, 5)]);
    let is_two = |copy: &&mut CarrierState| copy.role == Role::Share(2);
    for copy in state.vaults[0].carriers.iter_mut().filter(is_two) {
        copy.void = Some(day("2026-05-01"));
    }
    let at = |state: &State| line(state, "2026-05-02", What::Void, "share 2");
    assert_eq!(
        at(&state),
        "Bank-A, share 2: 2 copies are void since 2026-05-01 and not destroyed: each is still that share"
    );
    let margin = line(&state, "2026-05-02", What::Margin, "");
    assert!(margin.contains("1 reachable beyond the 3"), "{margin}");
    for copy in state.vaults[0].carriers.iter_mut().filter(is_two) {
        copy.destroyed = true;
    }
    assert_eq!(at(&state), "nothing");
}

#[test]
fn who_keeps_a_share_and_void_copies_of_another_one_can_bring_both() {
    let mut state = state(vec![vault(3, 5)]);
    let at = |state: &State| line(state, "2026-05-02", What::Several, "person 1");
    assert_eq!(at(&state), "nothing");
    let second = state.vaults[0].shares[1].custodian.clone().unwrap();
    for copy in &mut state.vaults[0].carriers {
        if copy.role == Role::Share(4) {
            (copy.void, copy.keeper) = (Some(day("2026-05-01")), Some(second.clone()));
        }
    }
    assert_eq!(
        at(&state),
        format!(
            "Bank-A: {second} can bring shares 2 and 4, void copies counted: 2 of the 3 needed"
        )
    );
    for copy in &mut state.vaults[0].carriers {
        copy.destroyed = copy.role == Role::Share(4);
    }
    assert_eq!(at(&state), "nothing");
}

#[test]
fn copies_of_a_reissue_that_never_ended_are_named_until_they_are_destroyed() {
    let mut state = state(vec![vault(3, 5)]);
    let is_two = |copy: &&mut CarrierState| copy.role == Role::Share(2);
    for copy in state.vaults[0].carriers.iter_mut().filter(is_two) {
        (copy.void, copy.unfinished) = (Some(day("2026-05-01")), true);
    }
    let at = |state: &State| line(state, "2026-05-02", What::Void, "share 2");
    assert_eq!(
        at(&state),
        "Bank-A, share 2: a reissue was begun on 2026-05-01 and never entered as ended: copies 1, 2 may be out, \
         each is that share"
    );
    for copy in state.vaults[0].carriers.iter_mut().filter(is_two) {
        copy.destroyed = true;
    }
    assert_eq!(at(&state), "nothing");
}

#[test]
fn a_lost_share_asks_for_new_ones_and_does_not_say_that_anybody_left() {
    let mut state = state(vec![vault(3, 5)]);
    let share = &mut state.vaults[0].shares[1];
    (share.exposed, share.lost) = (Some(day("2026-05-01")), Some(day("2026-05-01")));
    let text = line(&state, "2026-05-02", What::Custodian, "share 2");
    let expected =
        "a copy is lost, or its bag was open, since 2026-05-01; new shares by 2026-05-08";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn every_copy_of_a_share_is_read_for_itself() {
    let mut vault = vault(2, 3);
    vault
        .carriers
        .push(carrier(Role::Share(1), 3, MediumKind::Paper));
    vault.shares[0].proven = Some(day("2026-07-01"));
    let first = |copy: &&mut CarrierState| copy.role == Role::Share(1);
    let first = vault.carriers.iter_mut().find(first).unwrap();
    first.checked = Some(day("2026-07-01"));
    let mut state = state(vec![vault]);
    let at = |state: &State, subject| said(state, "2026-07-20", What::CopyCheck, subject);
    assert_eq!(at(&state, "share 1 copy 1"), ["ok, 2027-01-01"]);
    assert_eq!(at(&state, "share 1 copy 2"), ["NEVER, 10 days, 2026-07-10"]);
    assert_eq!(at(&state, "share 1 copy 3"), ["ok, 2027-01-10"]);
    // A drill of all vault copies reads none of a share.
    state.policy = state.policy.with(Interval::D2, Some(1));
    assert_eq!(at(&state, "share 1 copy 1"), ["ok, 2027-01-01"]);
}

#[test]
fn a_vault_of_which_no_whole_copy_is_known_is_said() {
    let mut state = state(vec![vault(2, 3)]);
    let says = |state: &State| line(state, SEALED, What::NoCopy, "vault copies");
    state.vaults[0].carriers[0].destroyed = true;
    assert_eq!(says(&state), "nothing");
    state.vaults[0].carriers[1].failed = Some((day(SEALED), "x".into()));
    assert!(says(&state).contains("no whole vault copy is left"));
    let failed = said(&state, SEALED, What::NoCopy, "vault copies");
    assert_eq!(failed, ["FAILED, no day"]);
    let carriers = &mut state.vaults[0].carriers;
    carriers.retain(|copy| copy.role != Role::Vault);
    assert!(says(&state).contains("no vault copy is known"));
}

#[test]
fn one_whole_copy_that_is_left_of_several_is_said_of_vaults_and_of_shares() {
    let mut state = state(vec![vault(2, 3)]);
    let says = |state: &State, subject| line(state, SEALED, What::OneCopy, subject);
    assert_eq!(says(&state, "vault copies"), "nothing");
    assert_eq!(says(&state, "share 1"), "nothing");
    for carrier in &mut state.vaults[0].carriers {
        carrier.destroyed = carrier.copy == 1;
    }
    let vaults = said(&state, SEALED, What::OneCopy, "vault copies");
    assert_eq!(vaults, ["DUE now, no day"]);
    assert!(says(&state, "share 1").contains("one whole copy of it is left"));
    for carrier in &mut state.vaults[0].carriers {
        carrier.destroyed = true;
    }
    assert_eq!(says(&state, "vault copies"), "nothing", "none is left");
}

#[test]
fn as_many_exposed_shares_as_are_needed_are_the_keys_themselves() {
    let mut state = state(vec![vault(3, 5)]);
    let exposed = |state: &State| said(state, SEALED, What::Exposed, "");
    for number in 0..3 {
        assert!(exposed(&state).is_empty(), "{number}");
        state.vaults[0].shares[number].exposed = Some(day(SEALED));
    }
    assert_eq!(exposed(&state), ["FAILED, no day"]);
}

#[test]
fn a_place_that_holds_enough_shares_or_every_vault_copy_is_said() {
    let mut state = state(vec![vault(3, 5)]);
    let says = |state: &State| {
        let items = due(state, day(SEALED));
        let sites = items.iter().filter(|item| item.what == What::Site);
        sites
            .map(|item| (item.subject.clone(), item.why.clone()))
            .collect::<Vec<_>>()
    };
    let place = |state: &mut State, role: Role, copy: u8, site: &str| {
        let carriers = &mut state.vaults[0].carriers;
        let found = carriers
            .iter_mut()
            .find(|c| c.role == role && c.copy == copy);
        found.unwrap().site = Some(site.to_owned());
    };
    place(&mut state, Role::Share(1), 1, "Zurich");
    // Two copies of one share are one share.
    place(&mut state, Role::Share(1), 2, "Zurich");
    place(&mut state, Role::Share(2), 1, "Zurich");
    place(&mut state, Role::Vault, 1, "Zurich");
    assert!(says(&state).is_empty());
    place(&mut state, Role::Vault, 2, "Zurich");
    let burns = "Zurich holds all 2 vault copies: one fire takes them";
    assert_eq!(says(&state), [("place 1".to_owned(), burns.to_owned())]);
    // A share that was not placed is where its custodian is.
    state.custodians = vec![custodian(3, Custody::Here)];
    state.custodians[0].site = Some("Zurich".into());
    let opens = "Zurich holds 3 shares and a vault copy: it opens there alone";
    assert_eq!(says(&state)[0].1, opens);
    assert_eq!(says(&state)[1].1, burns);
    assert_ne!(says(&state)[0].0, says(&state)[1].0);
}

#[test]
fn a_vault_that_is_not_used_any_more_is_watched_until_it_is_dead() {
    let lives = [
        Life::Unfinished,
        Life::Retired,
        Life::Superseded {
            by: VaultId([7; 16]),
            at: day("2026-03-01"),
        },
    ];
    for life in lives {
        let mut state = state(vec![vault(3, 5)]);
        state.vaults[0].life = life;
        let at = |state: &State| line(state, "2030-01-01", What::Outstanding, "");
        let text = at(&state);
        assert!(
            text.ends_with("not dead: 5 of 5 shares outstanding, 3 open it"),
            "{text}"
        );
        // Nothing else is asked of it.
        assert_eq!(due(&state, day("2030-01-01")).len(), 1);
        // One copy of each destroyed: every share is still out.
        let mut half = state.clone();
        let copies = half.vaults[0].carriers.iter_mut();
        copies
            .filter(|copy| copy.copy == 1)
            .for_each(|copy| copy.destroyed = true);
        assert_eq!(at(&half), text);
        let mut few = half.clone();
        let copies = few.vaults[0].carriers.iter_mut();
        let three = [1, 2, 3].map(Role::Share);
        copies
            .filter(|copy| three.contains(&copy.role))
            .for_each(|copy| copy.destroyed = true);
        assert!(at(&few).ends_with("dead: 2 of 5 shares outstanding, 3 needed"));
        let copies = half.vaults[0].carriers.iter_mut();
        copies
            .filter(|copy| copy.role == Role::Vault)
            .for_each(|copy| copy.destroyed = true);
        assert!(at(&half).ends_with("dead: no vault copy is left"));
        // Two that both call themselves copy 1 of 2: copy 2 was never seen, and may be anywhere.
        let mut first = half.clone();
        let vaults = first.vaults[0].carriers.iter_mut();
        vaults
            .filter(|copy| copy.role == Role::Vault)
            .for_each(|copy| copy.copy = 1);
        assert!(at(&first).contains("not dead: "), "{}", at(&first));
        assert_eq!(due(&half, day("2030-01-01"))[0].standing, Standing::Good);
        // Nothing is known of its carriers: all of it may be out.
        state.vaults[0].carriers.clear();
        assert_eq!(at(&state), text);
    }
}

#[test]
fn practice_material_asks_for_nothing() {
    let mut state = state(vec![vault(3, 5)]);
    state.vaults[0].kind = Kind::Rehearsal;
    assert!(due(&state, day("2040-01-01")).is_empty());
}

#[test]
fn vaults_of_one_label_are_told_apart_by_their_ids() {
    let state = state(vec![vault(3, 5), vault(2, 3)]);
    let (one, other) = (state.vaults[0].id.hex(), state.vaults[1].id.hex());
    let items = due(&state, day(SEALED));
    let named = |id: &str| {
        items
            .iter()
            .any(|item| item.name.starts_with(&format!("Bank-A ({})", &id[..8])))
    };
    assert!(named(&one) && named(&other) && one != other);
}

#[test]
fn the_worst_comes_first_and_no_two_events_are_the_same_one() {
    let mut vault = vault(3, 5);
    vault.carriers[0].failed = Some((day("2026-05-05"), "x".into()));
    vault.shares[3].proven = Some(day("2027-01-01"));
    // A copy that was made later has the number of the one it was made from.
    let mut more = carrier(Role::Vault, 1, MediumKind::Removable);
    more.carrier_id = Some([0xcd; 16]);
    vault.carriers.push(more);
    let state = state(vec![vault]);
    for as_of in [SEALED, "2026-06-20", "2027-03-01", "2040-01-01"] {
        let items = due(&state, day(as_of));
        let ranks: Vec<_> = items.iter().map(Item::rank).collect();
        assert!(ranks.is_sorted());
        assert_eq!(items[0].standing, Standing::Failed);
        let text = calendar(&items, day(as_of));
        let mut ids: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("UID"))
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{as_of}");
    }
    let late = due(&state, day("2027-03-01"));
    let days: Vec<u32> = late
        .iter()
        .filter_map(|item| match item.standing {
            Standing::Overdue(days) | Standing::Never(days) => Some(days),
            _ => None,
        })
        .collect();
    assert!(
        days.len() > 5 && days.is_sorted_by(|one, next| one >= next),
        "{days:?}"
    );
}

#[test]
fn after_as_many_drills_as_it_takes_every_share_has_been_used() {
    for n in 2..=32_u8 {
        for k in 1..=n {
            let mut state = state(vec![vault(k, n)]);
            let drills = n.div_ceil(k);
            for number in 0..drills {
                let chosen = suggest(&state.vaults[0], &state);
                assert_eq!(chosen.shares.len(), usize::from(k));
                let at = day(SEALED).plus_months(12 * u16::from(number + 1));
                for share in &mut state.vaults[0].shares {
                    if chosen.shares.contains(&share.number) {
                        share.drilled = Some(at);
                    }
                }
            }
            let used = state.vaults[0]
                .shares
                .iter()
                .all(|share| share.drilled.is_some());
            assert!(used, "{k} of {n}");
        }
    }
}

#[test]
fn what_is_suggested_can_be_fetched_and_was_longest_untouched() {
    let mut state = state(vec![vault(3, 5)]);
    let gone = Custody::Unreachable {
        since: day("2026-05-01"),
    };
    state.custodians = vec![custodian(2, gone), custodian(4, Custody::Here)];
    state.vaults[0].shares[0].drilled = Some(day("2026-06-01"));
    state.vaults[0].shares[2].drilled = Some(day("2026-05-01"));
    assert_eq!(suggest(&state.vaults[0], &state).shares, [4, 5, 3]);
    let copy = |state: &State| suggest(&state.vaults[0], state).copy.map(|copy| copy.copy);
    assert_eq!(copy(&state), Some(1));
    state.vaults[0].carriers[0].checked = Some(day("2026-06-01"));
    assert_eq!(copy(&state), Some(2));
    state.vaults[0].carriers[1].drilled = Some(day("2026-07-01"));
    assert_eq!(copy(&state), Some(1));
    state.vaults[0].carriers[0].destroyed = true;
    assert_eq!(copy(&state), Some(2));
    state.vaults[0].carriers[1].failed = Some((day("2026-07-02"), "x".into()));
    assert_eq!(copy(&state), None);
    // A share whose copies are all bad is not fetched; one that was given back is.
    for copy in &mut state.vaults[0].carriers {
        copy.destroyed |= copy.role == Role::Share(5);
    }
    assert_eq!(suggest(&state.vaults[0], &state).shares, [4, 3, 1]);
    let returned = Custody::Left {
        since: day("2026-05-01"),
        returned: true,
    };
    state.custodians[0].standing = returned;
    assert_eq!(suggest(&state.vaults[0], &state).shares, [2, 4, 3]);
    state.custodians[0].standing = gone;
    for copy in &mut state.vaults[0].carriers {
        copy.destroyed &= copy.role == Role::Vault;
    }
    // Too few can be reached: those who can are named.
    state
        .custodians
        .extend([1, 3, 4].map(|number| custodian(number, gone)));
    state
        .custodians
        .retain(|c| c.name != "custodian 4" || c.standing == gone);
    assert_eq!(suggest(&state.vaults[0], &state).shares, [5]);
}

#[test]
fn what_the_policy_switched_off_is_named_and_counts_as_nothing() {
    let mut state = state(vec![vault(3, 5)]);
    let off = |state: &State| {
        let all = due(state, day("2060-01-01")).into_iter();
        all.filter(|item| item.what == What::Off)
            .collect::<Vec<_>>()
    };
    assert_eq!(off(&state), []);
    let policy = state.policy.clone().with(Interval::D4, None);
    state.policy = policy.with(Interval::Refresh, None);
    let said = off(&state);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].line(), "switched off by policy: D4, refresh");
    assert_eq!(Tally::of(&said), Tally::default());
}

#[test]
fn a_copy_of_a_day_that_has_not_come_is_no_whole_copy_and_is_to_be_read_now() {
    let mut vault = vault(2, 3);
    let (copy, others) = vault.carriers.split_first_mut().unwrap();
    (copy.to_come, copy.written) = (true, day("2036-01-01"));
    let others = others.iter_mut();
    for other in others.filter(|one| one.role == Role::Vault) {
        other.destroyed = true;
    }
    let state = state(vec![vault]);
    let at = |what, subject| said(&state, "2027-02-01", what, subject);
    assert_eq!(at(What::NoCopy, "vault copies"), ["FAILED, no day"]);
    let read = at(What::CopyCheck, "vault copy 1");
    assert_eq!(read, ["DUE now, 2027-02-01"]);
}

/// Generation `number` of one series, sealed so many days after the first; its vault copies read on that day.
fn generation(number: u8, verified: Option<&str>) -> VaultState {
    let mut one = vault(2, number);
    one.n = number;
    one.generation = number.into();
    one.created = day(SEALED).plus_days(number.into());
    one.previous = (number > 2).then(|| vault(2, number - 1).key);
    let copies = one.carriers.iter_mut();
    for copy in copies.filter(|copy| copy.role == Role::Vault) {
        copy.checked = verified.map(day);
    }
    one
}

#[test]
fn a_generation_may_go_only_when_two_newer_ones_were_verified() {
    let read = Some("2026-06-01");
    let all = [
        generation(2, read),
        generation(3, read),
        generation(4, read),
        generation(5, None),
    ];
    let of = |state: &State| -> Vec<(u64, bool)> {
        let all = series(state, "Bank-A", Kind::Production).into_iter();
        all.map(|one| (one.vault.generation, one.may_go)).collect()
    };
    let said = state(all.to_vec());
    assert_eq!(of(&said), [(5, false), (4, false), (3, false), (2, true)]);
    let known = series(&said, "Bank-A", Kind::Production);
    let words: Vec<String> = (0..4).map(|place| standing_of(&known, place)).collect();
    assert_eq!(
        words,
        [
            "the newest, never verified",
            "verified 2026-06-01; kept: one of the last two verified",
            "verified 2026-06-01; kept: one of the last two verified",
            "verified 2026-06-01; two newer ones are verified: it may be retired",
        ]
    );
    let text = line(&said, "2026-07-01", What::Series, "");
    assert!(
        text.contains("4 generations, the newest is 5 (vault "),
        "{text}"
    );
    assert!(text.contains("may be retired: 2 (vault "), "{text}");
    // A copy that failed since is no proof.
    let mut failed = said.clone();
    let copies = failed.vaults[2].carriers.iter_mut();
    copies
        .filter(|copy| copy.role == Role::Vault)
        .for_each(|copy| copy.failed = Some((day("2026-06-02"), "worn".into())));
    assert!(of(&failed).iter().all(|(_, may_go)| !may_go));
    assert!(line(&failed, "2026-07-01", What::Series, "").contains("none may be retired: "));
    // Another kind or label, what was never finished, and what is retired make nothing old.
    let mut other = said.clone();
    other.vaults[3].kind = Kind::Rehearsal;
    other.vaults[2].life = Life::Unfinished;
    other.vaults[1].label = "Bank-B".into();
    assert_eq!(of(&other), [(2, false)]);
}

/// Three generations that were verified, and the vault of a stranger, which claims to follow the newest of them.
fn with_a_stranger() -> State {
    let read = Some("2026-06-01");
    let mut all: Vec<VaultState> = (2..=4).map(|number| generation(number, read)).collect();
    let mut stranger = generation(9, read);
    (stranger.generation, stranger.belief) = (99, Belief::OnlyFound);
    stranger.previous = Some(all[2].key);
    all.push(stranger);
    state(all)
}

fn going(state: &State) -> Vec<(u64, bool)> {
    let all = series(state, "Bank-A", Kind::Production).into_iter();
    all.map(|one| (one.vault.generation, one.may_go)).collect()
}

#[test]
fn a_vault_that_was_only_found_is_named_and_counts_nothing() {
    let state = with_a_stranger();
    let said = going(&state);
    assert_eq!(said, [(4, false), (3, false), (2, true), (99, false)]);
    let known = series(&state, "Bank-A", Kind::Production);
    assert!(standing_of(&known, 0).starts_with("the newest, verified"));
    let stranger = "only found: nobody compared it; it counts nothing";
    assert_eq!(standing_of(&known, 3), stranger);
    assert!(!known[3].is_linked && !stands_in(known[3].vault, &state));
    let text = line(&state, "2026-07-01", What::Series, "");
    assert!(
        text.contains("3 generations, the newest is 4 (vault "),
        "{text}"
    );
    assert!(text.contains("it counts nothing: 99 (vault "), "{text}");
    // Nor is a real one linked that claims to follow it.
    let mut after = state.clone();
    after.vaults[2].previous = Some(after.vaults[3].key);
    let known = series(&after, "Bank-A", Kind::Production);
    assert!(standing_of(&known, 0).contains("or was only found"));
    assert!(going(&after).iter().all(|(_, may_go)| !may_go));
    // Compared with its paper it counts as any other.
    let mut compared = state;
    compared.vaults[3].belief = Belief::Compared;
    let said = going(&compared);
    assert_eq!(said, [(99, false), (4, false), (3, true), (2, true)]);
}

#[test]
fn where_all_were_only_found_none_is_the_newest() {
    let mut state = with_a_stranger();
    for vault in &mut state.vaults {
        vault.belief = Belief::OnlyFound;
    }
    assert!(going(&state).iter().all(|(_, may_go)| !may_go));
    let text = line(&state, "2026-07-01", What::Series, "");
    assert!(text.contains("no generation; only found"), "{text}");
    assert!(!text.contains("newest"), "{text}");
}

#[test]
fn only_vaults_that_follow_one_another_make_the_first_of_them_old() {
    let mut state = with_a_stranger();
    // Of the same label, and of another node: it began a series of its own.
    state.vaults[1].previous = None;
    let all = series(&state, "Bank-A", Kind::Production);
    assert!(all.iter().all(|one| !one.may_go));
    let said = standing_of(&all, 2);
    assert!(
        said.ends_with("kept: no two that follow it are verified and complete"),
        "{said}"
    );
}

#[test]
fn labels_that_people_take_for_one_another_are_one_series() {
    let mut state = with_a_stranger();
    state.vaults[3].label = "bank-a".into();
    assert_eq!(going(&state).len(), 4);
    assert_eq!(all_series(&state).len(), 1);
}

#[test]
fn a_vault_stands_in_for_another_with_two_whole_copies_and_every_share() {
    let good = vault(2, 3);
    let stands_in = |vault: &VaultState| stands_in(vault, &state(vec![vault.clone()]));
    assert!(stands_in(&good));
    // A copy of a carrier with another id is no second copy.
    let mut twice = good.clone();
    twice.carriers[1].copy = 1;
    assert!(!stands_in(&twice));
    // Nobody can open it once two of the three who keep its shares cannot be asked.
    let mut left = state(vec![good.clone()]);
    let gone = Custody::Unreachable { since: day(SEALED) };
    left.custodians.push(custodian(1, gone));
    assert!(super::stands_in(&good, &left));
    left.custodians.push(custodian(2, gone));
    assert!(!super::stands_in(&good, &left));
    let mut one = good.clone();
    one.carriers[0].failed = Some((day("2026-06-02"), "worn".into()));
    assert!(!stands_in(&one));
    let mut share = good.clone();
    let copies = share.carriers.iter_mut();
    copies
        .filter(|copy| copy.role == Role::Share(3))
        .for_each(|copy| copy.destroyed = true);
    assert!(!stands_in(&share));
    let mut prepared = good.clone();
    prepared.carriers[1].prepared = true;
    assert!(!stands_in(&prepared));
    let mut over = good;
    over.life = Life::Unfinished;
    assert!(!stands_in(&over));
}

#[test]
fn where_no_copy_is_known_as_many_count_as_out_as_a_sealing_makes() {
    let mut begun = vault(2, 3);
    begun.life = Life::Unfinished;
    begun.carriers.clear();
    assert_eq!(never_seen(&begun).len(), 8);
    let mut gone = carrier(Role::Vault, 1, MediumKind::Unknown);
    (gone.of, gone.destroyed) = (0, true);
    begun.carriers.push(gone);
    assert_eq!(never_seen(&begun).len(), 7);
    assert!(!Outstanding::of(&begun).is_dead());
    begun.kind = Kind::Rehearsal;
    assert!(Outstanding::of(&begun).is_dead());
}

#[test]
fn one_person_under_two_spellings_is_not_two_who_saw_a_copy_destroyed() {
    let by = |people: &[&str]| {
        let mut gone = vault(2, 3);
        for copy in &mut gone.carriers {
            copy.destroyed = true;
            copy.destruction = Some(crate::register::Destruction {
                when: day(SEALED),
                reason: "moved".into(),
                how: None,
                people: people.iter().map(|name| (*name).to_owned()).collect(),
            });
        }
        Outstanding::witnessed(&gone).is_dead()
    };
    let one = ["Ada Officer", "ADA  OFFICER", " ada o\u{fb03}cer"];
    assert!(!by(&one[..1]) && !by(&one[..2]) && !by(&one) && !by(&["Ada", ""]));
    assert!(by(&["Ada Officer", "Ben Second"]));
}

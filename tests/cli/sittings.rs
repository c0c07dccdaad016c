//! What drills, checks and a dated entry come to in `register show` and `status`: sittings, copies that a drill read, days that
//! have not come, and what `verify` says of a report and a register.

use std::fs;

use coldvault::register::{
    Checked, Claimed, Condition, DrillKind, Drilled, Event, Outcome, Register, Role, Stamp, State,
};
use coldvault::time::Time;

use crate::scene::{EXCEPTIONS, Scene, another};
use crate::support::{Ran, run};

const REGISTER: &str = "--register register.json";

/// A production vault of 2 of 3 that a register knows.
fn kept() -> Scene {
    let scene = Scene::new();
    scene.seal(&format!("{EXCEPTIONS} {REGISTER}")).exits(0);
    scene
}

fn book(scene: &Scene) -> Register {
    Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap()
}

fn state(scene: &Scene) -> State {
    book(scene).state()
}

fn write(scene: &Scene, book: &Register) {
    fs::write(scene.at("register.json"), book.to_bytes()).unwrap();
}

fn stamp(at: Time) -> Stamp {
    Stamp {
        at,
        wall: None,
        by: Some("office".into()),
        tool: "coldvault test".into(),
    }
}

/// `status` so many days after the sealing. What goes on under its own beginning is one line.
fn status(scene: &Scene, days: u16) -> Ran {
    let day = scene.manifest().created.plus_days(days).date();
    let words = ["status", "--register", "register.json", "--as-of", &day];
    let mut ran = run(scene.dir(), &words);
    ran.out = ran.out.replace(&format!("\n{:18}", ""), " ");
    ran
}

#[test]
fn a_share_check_in_two_sittings_is_done_once_every_custodian_came() {
    let scene = kept();
    let drill = format!("drill --kind D1 {REGISTER}");
    scene
        .run(&format!("{drill} --from legal1 --from audit1"))
        .exits(12);
    let first = &state(&scene).drills[0];
    assert!(first.partial && first.shares == [1, 2], "{first:?}");
    let ran = status(&scene, 1);
    ran.says("D1 share checks: 2 of 3 checked, share 3 not, due ")
        .does_not_say("FAILED");
    let shown = format!("register show {REGISTER}");
    scene
        .run(&shown)
        .exits(0)
        .says("D1 of vault")
        .says("one sitting with 2 shares")
        .does_not_say("finding");
    let day = first.at.date();
    scene
        .run(&format!("{drill} --from ops1"))
        .exits(0)
        .says(&format!(
            "met           every custodian: 1 of 3 here; legal checked on {day}; audit checked on {day}"
        ));
    let ran = status(&scene, 1);
    ran.says("ok                Bank-A, D1 share checks: 3 of 3 checked, due ")
        .does_not_say("FAILED");
    scene
        .run(&shown)
        .exits(0)
        .says("one sitting with 1 share")
        .does_not_say("finding");
}

/// The report of the first one is one of which others come; the last one judges that anew.
#[test]
fn the_last_sitting_does_not_repeat_that_others_did_not_come_before() {
    let scene = kept();
    let drill = format!("drill --kind D1 {REGISTER}");
    let one = "--from legal1 --from audit1 --report one.json";
    scene
        .run(&format!("{drill} {one}"))
        .exits(12)
        .says("NOT MET       every custodian: 2 of 3 here; not ops");
    scene
        .run(&format!(
            "{drill} --from ops1 --previous one.json --report two.json"
        ))
        .exits(0)
        .does_not_say("earlier findings")
        .says("Drill D1, share check: PASS.");
}

/// What somebody says over the phone, and what was proven too long ago, is no sitting.
#[test]
fn a_share_that_was_only_said_to_be_there_did_not_come() {
    let scene = kept();
    let mut register = book(&scene);
    let (vault, now) = (register.state().vaults[0].id, scene.manifest().created);
    let claimed = Claimed {
        vault,
        number: 3,
        words: "tissue leprosy".into(),
        challenge: None,
    };
    register.add(&stamp(now), &Event::Claimed(claimed)).unwrap();
    write(&scene, &register);
    let drill = format!("drill --kind D1 {REGISTER} --from legal1 --from audit1");
    scene
        .run(&drill)
        .exits(12)
        .says("every custodian: 2 of 3 here; not ops");
}

/// A drill of a kind that the policy switched off has no day.
#[test]
fn where_the_policy_has_no_drill_of_a_kind_the_report_makes_no_day_up() {
    let scene = kept();
    scene
        .run(&format!("register policy {REGISTER} D2=off"))
        .exits(0);
    scene
        .run(&format!(
            "drill --kind D2 --from v1 --from v2 {REGISTER} --report d2.json"
        ))
        .exits(0)
        .says("By the policy no other D2 is due.");
    let report = fs::read_to_string(scene.at("d2.json")).unwrap();
    assert!(report.contains("\n\"next\":null,\n"), "{report}");
    scene
        .run("verify d2.json")
        .exits(0)
        .says("none is due, by its policy");
    assert_eq!(state(&scene).drills[0].next, None);
}

#[test]
fn a_sealing_of_a_day_to_come_makes_no_whole_copy_yet_and_is_named() {
    let scene = kept();
    let book = book(&scene);
    let mut ahead = Register::new();
    let now = scene.manifest().created;
    for entry in book.entries() {
        let event = entry.event.clone().unwrap();
        ahead.add(&stamp(now.plus_days(400)), &event).unwrap();
    }
    write(&scene, &ahead);
    status(&scene, 1)
        .says("1 entry claims a day that has not come on ")
        .says("no whole vault copy is left");
    status(&scene, 401).does_not_say("no whole vault copy");
    // Whoever read one has it.
    scene.run(&format!("verify v1 {REGISTER}")).exits(0);
    let words = format!("status {REGISTER}");
    scene.run(&words).does_not_say("no whole vault copy");
}

/// It may not be called a sitting because somebody else was missing, too.
#[test]
fn a_sitting_in_which_a_share_was_bad_is_open() {
    let scene = kept();
    scene.damage("audit1", "share.json");
    let drill = format!("drill --kind D1 {REGISTER}");
    let words = format!("{drill} --from legal1 --from audit1");
    scene.run(&words).exits(4);
    let first = &state(&scene).drills[0];
    assert!(
        !first.partial && first.outcome == Outcome::Fail,
        "{first:?}"
    );
    status(&scene, 1).says("FAILED            Bank-A, D1 share checks: it failed on ");
    scene
        .run(&format!("{drill} --from ops1"))
        .exits(12)
        .says("legal checked on ")
        .says("not audit");
    status(&scene, 1).says("FAILED            Bank-A, D1 share checks: it failed on ");
}

#[test]
fn what_a_drill_read_counts_as_checked_on_that_day() {
    let scene = kept();
    let drill = format!("drill {REGISTER} --from v2 --from legal2 --from ops1");
    scene.run(&drill).exits(0);
    let vault = state(&scene).vaults[0].clone();
    let checked = vault.carriers.iter().filter(|one| one.checked.is_some());
    let checked: Vec<_> = checked.map(|one| (one.role, one.copy)).collect();
    let read = [(Role::Vault, 2), (Role::Share(1), 2), (Role::Share(3), 1)];
    assert_eq!(checked, read);
    let today = vault.carriers[1].checked.unwrap().date();
    let shown = scene.run(&format!("register show {REGISTER}")).exits(0);
    let read = shown.out.matches(&format!(", checked {today}")).count();
    assert_eq!(read, 3, "{shown}");
    let ran = status(&scene, 1).says(&format!(
        "share 1 copy 2, share 3 copy 1, vault copy 2: last read {today}"
    ));
    ran.says("share 2 copy 2, share 3 copy 2, vault copy 1: never read");
}

#[test]
fn a_look_at_seals_that_failed_is_not_said_to_have_never_been_done() {
    let scene = kept();
    let mut register = book(&scene);
    let now = scene.manifest().created;
    let failed = Drilled {
        vault: Some(register.state().vaults[0].id),
        drill_id: [1; 16],
        kind: DrillKind::D0,
        outcome: Outcome::Fail,
        report_sha256: None,
        shares: Vec::new(),
        carriers: Vec::new(),
        checked: now,
        next: None,
        findings_open: 1,
        challenge: false,
        partial: false,
        said: false,
    };
    register.add(&stamp(now), &Event::Drilled(failed)).unwrap();
    write(&scene, &register);
    let day = now.date();
    status(&scene, 200)
        .says(&format!(
            "FAILED            Bank-A, D0 seals and places: it failed on {day}"
        ))
        .says(&format!(
            "D0 seals and places: done {day}, and not passed yet"
        ))
        .does_not_say("D0 seals and places: never done");
}

#[test]
fn what_claims_a_day_that_has_not_come_is_not_done_and_is_said() {
    let scene = kept();
    let now = scene.manifest().created;
    let mut register = book(&scene);
    let of = |path: &str| {
        scene.run(&format!("verify {path} {REGISTER}")).exits(0);
        let entry = book(&scene).entries().last().unwrap().event.clone();
        entry.unwrap()
    };
    let (vault, share) = (of("v1"), of("legal1"));
    for event in [&vault, &share] {
        register.add(&stamp(now.plus_months(120)), event).unwrap();
    }
    write(&scene, &register);
    status(&scene, 1)
        .says("2 entries claim a day that has not come on ")
        .says("share 1 (legal): never proven")
        .does_not_say("last read");
    let day = now.plus_days(1).date();
    let words = [
        "status",
        "--register",
        "register.json",
        "--json",
        "--as-of",
        &day,
    ];
    run(scene.dir(), &words)
        .says("not-yet")
        .says("coldvault register show --entries --register register.json");
    status(&scene, 3653)
        .says("share 1 (legal): proven ")
        .does_not_say("has not come");
    // What was done on a day that has come counts beside it.
    register.add(&stamp(now.plus_days(2)), &share).unwrap();
    write(&scene, &register);
    let day = now.plus_days(2).date();
    status(&scene, 3).says(&format!("share 1 (legal): proven {day}"));
}

/// Whoever adds an entry of an earlier day beside the others must join it to them: that is seen.
#[test]
fn an_entry_that_was_put_in_with_an_earlier_day_is_seen_in_status() {
    let scene = kept();
    let now = scene.manifest().created;
    let sealed = book(&scene);
    let mut mine = sealed.clone();
    let note = Event::Noted("all is well".into());
    mine.add(&stamp(now.plus_days(5)), &note).unwrap();
    let mut theirs = sealed;
    let entry = theirs.entries().last().unwrap().event.clone();
    let Some(Event::Sealed(sealing)) = entry else {
        panic!("it is sealed");
    };
    let checked = Checked {
        vault: sealing.vault.public_key.vault_id(),
        carrier: sealing.carriers[0].clone(),
        outcome: Condition::Whole,
        replugged: None,
        secret_proven: None,
        what: None,
    };
    let checked = Event::Checked(checked);
    theirs.add(&stamp(now.plus_days(1)), &checked).unwrap();
    let mut both = mine.merge(theirs);
    write(&scene, &both);
    status(&scene, 10).says("the register went on separately: it has 2 heads");
    both.add(&stamp(now.plus_days(3)), &Event::Merged).unwrap();
    write(&scene, &both);
    let (joined, newest) = (now.plus_days(3).date(), now.plus_days(5).date());
    status(&scene, 10)
        .says(&format!(
            "entries that went on separately were brought together on {joined}"
        ))
        .does_not_say("before the newest entry");
    status(&scene, 4).says(&format!(
        "before the newest entry of the register, which is of {newest}"
    ));
}

#[test]
fn a_report_is_held_against_the_register_and_what_does_not_fit_is_said() {
    let scene = kept();
    let before = fs::read(scene.at("register.json")).unwrap();
    let drill = format!("drill --kind D2 --from v1 --from v2 {REGISTER}");
    scene.run(&format!("{drill} --report one.json")).exits(0);
    let with_one = fs::read(scene.at("register.json")).unwrap();
    scene
        .run(&format!("{drill} --previous one.json --report two.json"))
        .exits(0);
    let verify = |reports: &str| scene.run(&format!("verify {reports} {REGISTER}"));
    verify("two.json one.json")
        .exits(0)
        .says("unchanged since, and has this drill")
        .does_not_say("does not have");
    // As it was before the second one: it was entered nowhere.
    fs::write(scene.at("register.json"), &with_one).unwrap();
    verify("two.json one.json")
        .says("the register does not have this drill")
        .says("and does NOT have this drill")
        .says("agrees with its digest, but this register does not have this drill");
    // As it was before both: the second one names a head that it never had.
    fs::write(scene.at("register.json"), &before).unwrap();
    verify("one.json").says("the register does not have this drill");
    verify("two.json one.json")
        .exits(4)
        .says("never had the head that it had as the drill began")
        .says("the register does not have the drill of the report before it");
    let strange = another();
    strange
        .run("register rebuild --register new.json --from v1")
        .exits(0);
    fs::copy(strange.at("new.json"), scene.at("register.json")).unwrap();
    fs::remove_file(strange.at("new.json")).unwrap();
    verify("one.json")
        .exits(4)
        .says("of a vault that this register does not know");
}

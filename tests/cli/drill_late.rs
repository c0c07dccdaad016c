//! Drills that were cut off at their end: killed while the report was written, or with a register that could not be.

use std::fs;

use coldvault::drill::{DrillReport, Outcome};
use coldvault::register::{CarrierState, Register, Role, State};
use coldvault::time::Time;

use crate::age::run_later;
use crate::pty::Pty;
use crate::scene::Scene;
use crate::support::{Ran, run};

const WHOLE: &str = "drill --rehearsal --from v1 --from legal1 --from audit1";

/// A rehearsal vault whose register lies in a directory of its own.
fn registered() -> Scene {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    scene
        .seal("--rehearsal --register office/register.json")
        .exits(0);
    scene
}

fn register(scene: &Scene) -> Register {
    Register::from_bytes(&fs::read(scene.at("office/register.json")).unwrap()).unwrap()
}

fn state(scene: &Scene) -> State {
    register(scene).state()
}

const ADD: &str = "register add-report --register office/register.json";

#[test]
fn what_a_killed_drill_left_is_named_by_the_next_one_and_by_verify() {
    let scene = registered();
    scene.run(&format!("{WHOLE} --report d.json")).exits(0);
    // The report is written last, so this is all that was left to do.
    let (report, left) = (scene.at("d.json"), scene.at("d.json.unfinished"));
    fs::rename(&report, &left).unwrap();
    let next = format!("{WHOLE} --report d.json");
    for words in [next.as_str(), "verify d.json", &format!("{ADD} d.json")] {
        scene
            .run(words)
            .exits(5)
            .says("d.json.unfinished\" was left by a drill that was killed")
            .says("call it \"d.json\" and check that with coldvault verify");
    }
    fs::rename(&left, &report).unwrap();
    scene.run("verify d.json").exits(0);
    scene.run(&format!("{ADD} d.json")).exits(0);
    scene.put("vault.pub.unfinished", b"-----BEGIN");
    scene
        .run(&format!("{WHOLE} --report other.json"))
        .exits(5)
        .says("vault.pub.unfinished\" was left by a drill that was killed");
    fs::remove_file(scene.at("vault.pub.unfinished")).unwrap();
    // Earlier: the page alone, with or without its last name.
    for name in ["d.json", "d.json.sig"] {
        fs::remove_file(scene.at(name)).unwrap();
    }
    fs::rename(scene.at("d.pdf"), scene.at("d.pdf.unfinished")).unwrap();
    for words in [next.as_str(), "verify d.json"] {
        scene
            .run(words)
            .exits(5)
            .says("d.pdf.unfinished\" was left by a drill that was killed")
            .says("no report was written: remove it");
    }
    fs::remove_file(scene.at("d.pdf.unfinished")).unwrap();
    scene.run(&next).exits(0);
}

#[test]
fn a_drill_that_the_register_did_not_take_says_so_and_is_entered_from_its_report() {
    let scene = registered();
    let args = "drill --kind D2 --from v1 --from v2 --report d.json --register office/register.json \
        --scenario fire --announced --at-site Bern --person Ada=officer";
    let args: Vec<&str> = args.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("What does a clock on the wall show").types("");
    pty.expect("Directory or scan of a vault copy")
        .meanwhile(|| {
            fs::rename(scene.at("office"), scene.at("gone")).unwrap();
        });
    pty.types("")
        .presses_enter_until("missing from the register");
    pty.ends()
        .exits(6)
        .says("PASS")
        .says("coldvault register add-report --register ")
        .says("Report: d.json");
    fs::rename(scene.at("gone"), scene.at("office")).unwrap();
    assert!(state(&scene).drills.is_empty());
    scene
        .run(&format!("{ADD} d.json"))
        .exits(0)
        .says("Entered: drill D2 of")
        .says("No vault signed this report")
        .says("No share is proven and no copy checked by it");
    let state = state(&scene);
    assert!(state.drills.len() == 1 && state.drills[0].said);
    let carriers = &state.vaults[0].carriers;
    let is_read = |one: &CarrierState| one.drilled.or(one.checked).is_some();
    assert!(!carriers.iter().any(is_read));
    let said = carriers.iter().filter(|one| one.claimed.is_some());
    assert_eq!(said.count(), 2, "what its page says is kept as a claim");
    scene
        .run("register show --register office/register.json")
        .exits(0)
        .says("never checked, said to be whole ")
        .says("pass, as an unsigned report says");
    scene
        .run("verify d.json --register office/register.json")
        .exits(0)
        .does_not_say("does not have the drill");
    scene
        .run(&format!("{ADD} d.json"))
        .exits(5)
        .says("in the register already");
}

#[test]
fn only_a_report_that_its_vault_signed_is_entered_and_it_opens_the_shares_that_came_first() {
    let scene = registered();
    scene
        .run(&format!(
            "{WHOLE} --from ops1 --challenge x --report d.json"
        ))
        .exits(0);
    let signature = fs::read(scene.at("d.json.sig")).unwrap();
    fs::remove_file(scene.at("d.json.sig")).unwrap();
    scene
        .run(&format!("{ADD} d.json"))
        .exits(4)
        .says("its signature is not beside it");
    let mut other = signature.clone();
    other[3] ^= 1;
    fs::write(scene.at("d.json.sig"), other).unwrap();
    scene.run(&format!("{ADD} d.json")).exits(4);
    fs::write(scene.at("d.json.sig"), &signature).unwrap();
    let bytes = fs::read_to_string(scene.at("d.json")).unwrap();
    fs::write(
        scene.at("d.json"),
        bytes.replacen("\"pass\"", "\"fail\"", 1),
    )
    .unwrap();
    scene.run(&format!("{ADD} d.json")).exits(4);
    fs::write(scene.at("d.json"), &bytes).unwrap();
    let stranger = registered();
    for name in ["d.json", "d.json.sig"] {
        fs::copy(scene.at(name), stranger.at(name)).unwrap();
    }
    stranger
        .run(&format!("{ADD} d.json"))
        .exits(4)
        .says("not in the register");
    assert!(state(&scene).drills.is_empty());
    scene.run(&format!("{ADD} d.json")).exits(0);
    let state = state(&scene);
    assert_eq!(state.drills[0].shares, [1, 2]);
    assert!(state.drills[0].challenge);
    let opened = state.vaults[0].shares.iter();
    let opened: Vec<bool> = opened.map(|one| one.drilled.is_some()).collect();
    assert_eq!(opened, [true, true, false]);
    assert!(
        state.vaults[0]
            .shares
            .iter()
            .all(|one| one.proven.is_some())
    );
}

/// Runs a drill with the register as it is, and takes the register back to what it was before.
fn unheard(scene: &Scene, drill: &str) -> Ran {
    let path = scene.at("office/register.json");
    let before = fs::read(&path).unwrap();
    let ran = scene.run(&format!("{drill} --register office/register.json"));
    fs::write(&path, before).unwrap();
    assert!(state(scene).drills.is_empty());
    ran
}

fn told(scene: &Scene, command: &str, text: &str) {
    let words = [
        "register",
        command,
        "--register",
        "office/register.json",
        text,
    ];
    run(scene.dir(), &words).exits(0);
}

const COPIES: &str = "drill --kind D2 --from v1 --from v2 --report d.json";

#[test]
fn damage_that_a_drill_found_is_in_the_register_though_the_copy_was_put_somewhere_since() {
    let scene = registered();
    scene.damage("v2", "payload.age");
    unheard(&scene, COPIES).exits(4);
    told(&scene, "place", "vault 2=Bern");
    scene.run(&format!("{ADD} d.json")).exits(0);
    let state = state(&scene);
    let failed = state.vaults[0].carriers.iter();
    let failed: Vec<u8> = failed
        .filter(|one| one.failed.is_some())
        .map(|one| one.copy)
        .collect();
    assert_eq!(failed, [2]);
    assert_eq!(state.vaults[0].carriers[1].site.as_deref(), Some("Bern"));
}

/// What a drill of some time ago says, entered now, stands on its own day.
#[test]
fn a_drill_that_is_entered_forty_days_late_counts_from_its_own_day() {
    let scene = registered();
    let sealed = state(&scene);
    scene.damage("v2", "payload.age");
    let drill = format!("{WHOLE} --from v2 --from ops1 --challenge x --report d.json");
    unheard(&scene, &drill);
    let report = DrillReport::from_bytes(&fs::read(scene.at("d.json")).unwrap()).unwrap();
    let day = report.clock.ended();
    let Some(ran) = run_later(&scene, 40, &format!("{ADD} d.json")) else {
        return;
    };
    ran.exits(0);
    let late = state(&scene);
    assert_eq!(late.drills.len(), 1);
    assert_eq!(
        (late.drills[0].at, late.drills[0].outcome),
        (day, report.outcome)
    );
    let vault = &late.vaults[0];
    let shares = vault.shares.iter().map(|one| one.proven);
    let shares: Vec<_> = shares.collect();
    assert_eq!(shares, [Some(day), Some(day), None]);
    let before = sealed.vaults[0].carriers.iter();
    assert!(before.clone().all(|one| one.drilled.is_none()));
    let read = vault.carriers.iter().filter(|one| one.drilled.is_some());
    let read: Vec<_> = read
        .map(|one| (one.role, one.copy, one.checked, one.drilled))
        .collect();
    let whole = |role| (role, 1, Some(day), Some(day));
    let expected = [Role::Vault, Role::Share(1), Role::Share(2), Role::Share(3)].map(whole);
    assert_eq!(read, expected);
    // Damage has no day but that of its entry.
    let failed = vault.carriers[1].failed.as_ref().unwrap();
    assert_eq!(failed.0.full_days_since(day), 40);
    assert_eq!(failed.1, "found in a drill");
}

/// The day after it, everything was checked anew; what was bad then stays bad.
#[test]
fn a_drill_that_is_entered_late_takes_nothing_back() {
    let scene = registered();
    scene.damage("v1", "payload.age");
    unheard(&scene, COPIES).exits(4);
    scene.damage("v1", "payload.age");
    scene.damage("v2", "payload.age");
    let verify = "verify v1 v2 --register office/register.json";
    let Some(ran) = run_later(&scene, 1, verify) else {
        return;
    };
    ran.exits(4);
    let carriers = |state: &State| {
        let carriers = state.vaults[0].carriers.iter().take(2);
        let carriers = carriers.map(|one| (one.checked, one.failed.clone()));
        carriers.collect::<Vec<_>>()
    };
    let before = carriers(&state(&scene));
    assert!(before[0].0.is_some() && before[0].1.is_none() && before[1].1.is_some());
    run_later(&scene, 40, &format!("{ADD} d.json"))
        .unwrap()
        .exits(0);
    assert_eq!(carriers(&state(&scene)), before);
    assert_eq!(state(&scene).drills.len(), 1);
}

#[test]
fn an_unsigned_report_that_is_entered_later_proves_no_share() {
    let scene = registered();
    let drill = "drill --kind D1 --from legal1 --from audit1 --from ops1 --report d.json";
    unheard(&scene, drill).exits(0);
    scene
        .run(&format!("{ADD} d.json"))
        .exits(0)
        .says("No share is proven and no copy checked by it");
    let state = state(&scene);
    assert!(state.drills[0].said);
    let mut carriers = state.vaults[0].carriers.iter();
    assert!(carriers.all(|one| one.checked.or(one.drilled).is_none()));
    let mut shares = state.vaults[0].shares.iter();
    assert!(shares.all(|one| one.claimed.is_some()));
    let mut shares = state.vaults[0].shares.iter();
    assert!(shares.all(|one| one.proven.is_none() && one.drilled.is_none()));
}

#[test]
fn a_report_that_contradicts_itself_or_names_no_vault_is_not_entered() {
    let scene = registered();
    unheard(&scene, COPIES).exits(0);
    let mut report = DrillReport::from_bytes(&fs::read(scene.at("d.json")).unwrap()).unwrap();
    report.outcome = Outcome::Fail;
    fs::write(scene.at("d.json"), report.to_bytes()).unwrap();
    scene
        .run(&format!("{ADD} d.json"))
        .exits(4)
        .says("not what its own criteria and findings come to");
    let seen = ["--seen", "vault 1=intact:good:yes"];
    let args = "drill --kind D0 --report e.json".split_whitespace();
    let args: Vec<&str> = args.chain(seen).collect();
    run(scene.dir(), &args);
    assert!(scene.at("e.json").exists());
    scene
        .run(&format!("{ADD} e.json"))
        .exits(5)
        .says("does not say of which vault");
    assert!(state(&scene).drills.is_empty());
}

#[test]
fn a_report_of_a_day_that_cannot_be_is_not_entered() {
    let scene = registered();
    unheard(&scene, COPIES).exits(0);
    let report = DrillReport::from_bytes(&fs::read(scene.at("d.json")).unwrap()).unwrap();
    let now = report.clock.end;
    for (begin, end, said) in [
        (now, now.plus_days(400), "of a day that has not come"),
        (now.plus_days(1), now, "ended before it began"),
        (
            Time::from_unix(0),
            Time::from_unix(60),
            "before its vault was sealed",
        ),
    ] {
        let mut report = report.clone();
        (report.clock.begin, report.clock.end, report.clock.wall) = (begin, end, None);
        fs::write(scene.at("d.json"), report.to_bytes()).unwrap();
        scene.run(&format!("{ADD} d.json")).exits(5).says(said);
    }
    assert!(state(&scene).drills.is_empty());
}

//! Drills that go badly: what was found is reported and entered all the same.

use std::fs;

use coldvault::drill::{DrillReport, Outcome};
use coldvault::register::{CarrierState, Register, Role, VaultState};

use crate::pty::Pty;
use crate::scene::Scene;
use crate::support::run;

fn sealed() -> Scene {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    scene
}

fn report(scene: &Scene, name: &str) -> DrillReport {
    DrillReport::from_bytes(&fs::read(scene.at(name)).unwrap()).unwrap()
}

fn register(scene: &Scene) -> Register {
    Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap()
}

fn vault(scene: &Scene) -> VaultState {
    register(scene).state().vaults[0].clone()
}

fn met(report: &DrillReport, name: &str) -> Option<bool> {
    let found = report.criteria.iter().find(|one| one.name == name);
    found.unwrap().met
}

#[test]
fn a_drill_whose_only_copy_is_damaged_fails_signed_and_is_entered_with_it() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    scene
        .run("drill --rehearsal --from v1 --from legal1 --from audit1 --challenge x --register register.json --report d.json")
        .exits(4)
        .says("Drill D3, rehearsal: FAIL.");
    let d = report(&scene, "d.json");
    assert_eq!((d.outcome, d.files), (Outcome::Fail, None));
    assert_eq!(
        (met(&d, "quorum"), met(&d, "files")),
        (Some(true), Some(false))
    );
    scene
        .run("verify d.json")
        .exits(0)
        .says("drill report: consistent with vault");
    let drills = register(&scene).state().drills;
    assert_eq!(drills.len(), 1);
    assert_eq!(drills[0].outcome, Outcome::Fail);
    let failed = |one: &CarrierState| one.failed.is_some();
    let vault = vault(&scene);
    let failed: Vec<_> = vault.carriers.iter().filter(|one| failed(one)).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].role, Role::Vault);
}

#[test]
fn a_drill_with_too_few_shares_fails_unsigned_and_is_entered() {
    let scene = sealed();
    let drill = "drill --rehearsal --from v1 --from legal1 --challenge x --register register.json";
    scene
        .run(&format!("{drill} --report d.json"))
        .exits(3)
        .says("Drill D3, rehearsal: FAIL.")
        .says("not signed: no quorum took part");
    let d = report(&scene, "d.json");
    assert_eq!(
        (met(&d, "quorum"), met(&d, "files")),
        (Some(false), Some(false))
    );
    assert_eq!(d.shares.len(), 1);
    assert!(!scene.at("d.json.sig").exists() && !scene.at("vault.pub").exists());
    scene
        .run("verify d.json")
        .exits(0)
        .says("not signed; every line agrees");
    let drills = register(&scene).state().drills;
    assert_eq!(
        (drills.len(), drills[0].outcome, drills[0].challenge),
        (1, Outcome::Fail, false)
    );
    scene
        .run("drill --rehearsal --from v1 --register register.json --report none.json")
        .exits(3)
        .says("FAIL");
    assert_eq!(register(&scene).state().drills.len(), 2);
}

#[test]
fn without_a_report_a_drill_is_entered_without_a_digest() {
    let scene = sealed();
    scene
        .run("drill --kind D2 --from v1 --from v2 --register register.json")
        .exits(0);
    let drills = register(&scene).state().drills;
    assert_eq!((drills.len(), drills[0].report_sha256), (1, None));
}

#[test]
fn a_whole_copy_of_another_vault_is_no_damage_and_nothing_is_entered_of_it() {
    let (scene, other) = (sealed(), sealed());
    scene.bring(&other, "v1", "stranger");
    fs::copy(other.at("register.json"), scene.at("register.json")).unwrap();
    let before = fs::read(scene.at("register.json")).unwrap();
    scene
        .run(&format!(
            "drill --kind D2 --expect {} --from stranger --register register.json --report d.json",
            scene.id()
        ))
        .exits(4)
        .says("of another vault than the one expected");
    let d = report(&scene, "d.json");
    assert!(d.vault.is_none());
    assert_eq!(d.carriers[0].outcome, "of another vault");
    assert_eq!(fs::read(scene.at("register.json")).unwrap(), before);
}

#[test]
fn only_the_shares_that_were_joined_are_entered_as_having_opened_the_vault() {
    let scene = sealed();
    scene
        .run("drill --rehearsal --from v1 --from v2 --from legal1 --from audit1 --from ops1 --register register.json")
        .exits(0);
    let vault = vault(&scene);
    let opened: Vec<_> = vault
        .shares
        .iter()
        .map(|one| one.drilled.is_some())
        .collect();
    assert_eq!(opened, [true, true, false]);
    assert!(vault.shares.iter().all(|one| one.proven.is_some()));
    assert_eq!(register(&scene).state().drills[0].shares, [1, 2]);
}

#[test]
fn what_a_clock_on_the_wall_shows_is_asked_first_and_stands_in_the_register() {
    let scene = sealed();
    let args = [
        "drill",
        "--kind",
        "D2",
        "--register",
        "register.json",
        "--from",
        "v1",
        "--from",
        "v2",
    ];
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("New file for the report").types("");
    pty.expect("What does a clock on the wall show")
        .types("2046-01-02 10:00");
    pty.expect("A second person").types("");
    pty.expect("Directory or scan of a vault copy").types("");
    pty.ends().exits(0);
    let register = register(&scene);
    let last = register.entries().last().unwrap();
    assert!(
        last.stamp
            .wall
            .unwrap()
            .to_string()
            .starts_with("2046-01-02")
    );
}

#[test]
fn a_report_before_whose_signature_is_not_of_its_vault_is_refused() {
    let scene = sealed();
    let drill = "drill --rehearsal --from v1 --from v2 --from legal1 --from audit1";
    scene.run(&format!("{drill} --report one.json")).exits(0);
    fs::create_dir(scene.at("new")).unwrap();
    let signature = scene.at("one.json.sig");
    let mut bytes = fs::read(&signature).unwrap();
    bytes[5] ^= 1;
    fs::create_dir(scene.at("filed")).unwrap();
    for name in ["one.json", "one.json.sig", "vault.pub"] {
        fs::copy(scene.at(name), scene.at("filed").join(name)).unwrap();
    }
    scene
        .run(&format!(
            "{drill} --previous filed/one.json --report new/three.json"
        ))
        .exits(0)
        .does_not_say("was not checked");
    fs::write(&signature, bytes).unwrap();
    scene
        .run(&format!("{drill} --previous one.json --report two.json"))
        .exits(4)
        .says("its signature is not that of its vault");
    fs::remove_file(&signature).unwrap();
    scene
        .run(&format!("{drill} --previous one.json --report two.json"))
        .exits(0)
        .says("is not signed");
}

/// Where nobody is there to say that it is mended, it stays open, with whoever mends it and since when.
#[test]
fn what_was_not_met_stays_open_in_the_next_reports_until_somebody_says_that_it_is_mended() {
    let scene = sealed();
    let all = "drill --kind D1 --from legal1 --from audit1 --from ops1 --report";
    let words = format!("{all} one.json --bag");
    let words: Vec<&str> = words.split(' ').chain(["share 1=A1"]).collect();
    run(scene.dir(), &words)
        .exits(12)
        .says("NOT MET       bags: 0 of 1 said; nothing of 2");
    let one = report(&scene, "one.json");
    let day = one.clock.ended().date();
    for (name, previous) in [("two", "one"), ("three", "two")] {
        scene
            .run(&format!("{all} {name}.json --previous {previous}.json"))
            .exits(12)
            .says("NOT MET       earlier findings: 0 of 1 closed; nobody said it of 1")
            .says("to be mended  bags: 0 of 1 said; nothing of 2")
            .says(&format!("(open since {day})"))
            .says("PASS WITH FINDINGS");
        let report = report(&scene, &format!("{name}.json"));
        assert_eq!(report.earlier_findings.len(), 1);
        let open = report.findings.iter().filter(|one| one.is_open());
        let open: Vec<_> = open.map(|one| (one.code.as_str(), &*one.subject)).collect();
        assert_eq!(open, [("criterion", "bags")], "once, and as it was");
    }
    let words = format!("{all} four.json --previous three.json");
    let words: Vec<&str> = words.split(' ').collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.presses_enter_until("Is that mended?").types("y");
    pty.presses_enter_until("Drill D1, share check: PASS.");
    pty.ends().exits(0);
    let four = report(&scene, "four.json");
    assert_eq!(four.earlier_findings[0].closed, Some(true));
    assert!(four.findings.iter().all(|one| !one.is_open()));
}

#[test]
fn a_share_check_says_which_code_was_read_and_counts_no_tries_that_nobody_made() {
    let scene = sealed();
    scene
        .run("drill --kind D1 --from legal1 --from audit1 --from ops1 --report one.json")
        .exits(0)
        .says("not looked at tries");
    let one = report(&scene, "one.json");
    assert!(one.shares.iter().all(|share| share.attempts == 0));
}

#[test]
fn a_report_does_not_go_where_a_vault_copy_lies() {
    let scene = sealed();
    for medium in ["v2", "legal1"] {
        scene
            .run(&format!(
                "drill --kind D2 --from v1 --report {medium}/d.json"
            ))
            .exits(5);
    }
}

//! The drills that need no quorum, and the files that a report is.

use std::fs;

use coldvault::drill::{DrillKind, DrillReport, Outcome};
use coldvault::register::{Against, Register, Role};

use crate::pty::Pty;
use crate::scene::{Scene, copy_tree};

fn report(scene: &Scene, name: &str) -> DrillReport {
    DrillReport::from_bytes(&fs::read(scene.at(name)).unwrap()).unwrap()
}

fn sealed() -> Scene {
    let scene = Scene::new();
    scene.seal("--rehearsal").exits(0);
    scene
}

fn criterion(report: &DrillReport, name: &str) -> (String, Option<bool>) {
    let found = report.criteria.iter().find(|one| one.name == name);
    found.map(|one| (one.found.clone(), one.met)).unwrap()
}

#[test]
fn a_share_check_proves_every_share_alone_and_is_reported_unsigned() {
    let scene = sealed();
    scene
        .run("drill --kind D1 --from legal1 --from audit1 --from ops2 --report d1.json --at-site Bern --person Ada=officer")
        .exits(0)
        .says("Drill D1, share check: PASS.")
        .says("not signed: no quorum took part")
        .tells_no_secret();
    let report = report(&scene, "d1.json");
    assert_eq!(
        (report.kind, report.outcome),
        (DrillKind::D1, Outcome::Pass)
    );
    assert_eq!(report.shares.len(), 3);
    assert!(
        report
            .shares
            .iter()
            .all(|one| one.channel == "medium" && one.copy.is_some())
    );
    assert_eq!(report.carriers.len(), 3);
    assert_eq!(
        criterion(&report, "every custodian"),
        ("3 of 3".into(), Some(true))
    );
    let vault = report.vault.unwrap();
    assert_eq!(vault.public_key.vault_id().hex(), scene.id());
    assert!(!scene.at("d1.json.sig").exists() && !scene.at("vault.pub").exists());
    scene
        .run("verify d1.json")
        .exits(0)
        .says("not signed; every line agrees");
    let page = fs::read(scene.at("d1.pdf")).unwrap();
    assert!(page.starts_with(b"%PDF-"));
}

#[test]
fn a_share_that_is_not_genuine_fails_a_share_check_and_one_that_is_missing_is_found() {
    let scene = sealed();
    scene
        .run("drill --kind d1 --from legal1 --from audit1 --report few.json")
        .exits(12)
        .says("PASS WITH FINDINGS")
        .says("NOT MET       every custodian: 2 of 3 here")
        .says("hint: the sittings of a share check count together in a register: --register FILE");
    let few = report(&scene, "few.json");
    assert_eq!(criterion(&few, "every custodian").1, Some(false));
    scene.edit("audit1", "share.json", "audit", "adult");
    scene
        .run("drill --kind D1 --from legal1 --from audit1 --from ops1 --report bad.json")
        .exits(4)
        .says("FAIL");
    let bad = report(&scene, "bad.json");
    assert_eq!(
        criterion(&bad, "shares given"),
        ("2 of 3".into(), Some(false))
    );
    assert!(
        bad.findings.iter().any(|one| one.is_open()),
        "{:?}",
        bad.findings
    );
}

#[test]
fn a_copy_check_reads_every_vault_copy_and_damage_fails_it() {
    let scene = sealed();
    scene
        .run("drill --kind D2 --from v1 --from v2 --report d2.json")
        .exits(0)
        .says("Drill D2, copy check: PASS.");
    let good = report(&scene, "d2.json");
    assert_eq!(
        criterion(&good, "vault copies"),
        ("2 of 2".into(), Some(true))
    );
    assert!(
        good.carriers
            .iter()
            .all(|one| one.bytes > 0 && one.carrier_id.is_some())
    );
    scene.damage("v2", "payload.age");
    scene
        .run("drill --kind D2 --from v1 --from v2 --previous d2.json --report again.json")
        .exits(4)
        .says("vault copies: 1 of 2")
        .says("FAIL");
    let bad = report(&scene, "again.json");
    assert_eq!(bad.outcome, Outcome::Fail);
    assert_eq!(bad.previous.map(|one| one.drill_id), Some(good.drill_id));
    scene
        .run("verify again.json d2.json")
        .exits(0)
        .says("the report before it is given and is the one named");
    scene
        .run("drill --kind D2 --report none.json")
        .exits(4)
        .says("vault copies: none was tried");
}

#[test]
fn a_vault_copy_that_is_given_again_by_any_way_counts_once_and_is_said() {
    let scene = sealed();
    copy_tree(&scene.at("v1"), &scene.at("plain"));
    for (kind, again) in [
        (
            "--kind D2 --from v1 --from v2/../v1",
            "vault copies: 1 of 1",
        ),
        ("--kind D2 --from v1 --from plain", "vault copies: 1 of 1"),
        (
            "--rehearsal --from legal1 --from audit1 --from v1 --from plain",
            "vault copies: 1 of 1",
        ),
    ] {
        scene
            .run(&format!("drill {kind}"))
            .exits(12)
            .says(again)
            .says("the same copy, or a copy of it");
    }
}

#[test]
fn a_copy_check_names_the_copy_of_the_register_that_was_not_read() {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    scene
        .run("drill --kind D2 --from v1")
        .exits(0)
        .says("1 given; how many there are is not known");
    scene
        .run("drill --kind D2 --from v1 --register register.json --report few.json")
        .exits(12)
        .says("every copy: 1 of 2; not vault copy 2")
        .says("PASS WITH FINDINGS");
    let few = report(&scene, "few.json");
    assert!(few.next.unwrap() <= few.clock.ended().plus_days(31));
    scene
        .run("drill --kind D2 --from v1 --from v2 --register register.json --report all.json")
        .exits(0)
        .says("every copy: 2 of 2");
}

#[test]
fn a_seal_check_without_a_register_never_says_that_every_carrier_was_looked_at() {
    let scene = sealed();
    let id = scene.id();
    let seen = ["--seen", "vault 1=intact:good:yes", "--expect", id.as_str()];
    let args = ["drill", "--kind", "D0", "--report", "d0.json"];
    crate::support::run(scene.dir(), &[&args[..], &seen].concat())
        .exits(0)
        .does_not_say("every carrier was looked at")
        .says("how many there are is not known")
        .says(&id);
    assert_eq!(criterion(&report(&scene, "d0.json"), "carriers").1, None);
}

#[test]
fn a_seal_check_needs_what_people_saw_and_reads_nothing() {
    let scene = sealed();
    scene
        .run("drill --kind D0")
        .exits(2)
        .says("no carrier was looked at");
    scene
        .run("drill --kind D0 --from v1")
        .exits(2)
        .says("reads no carrier");
    let seen = ["vault 1=intact:good:yes", "share 2/1=broken:good:yes"];
    let args = [
        "drill",
        "--kind",
        "D0",
        "--seen",
        seen[0],
        "--seen",
        seen[1],
        "--bag",
        "vault 1=A7",
    ];
    let ran = crate::support::run(scene.dir(), &[&args[..], &["--report", "d0.json"]].concat());
    ran.exits(12).says("seal: 1 of 2");
    let report = report(&scene, "d0.json");
    let bags = report.carriers.iter().map(|one| one.bag_found.clone());
    assert_eq!(bags.collect::<Vec<_>>(), [Some("A7".to_owned()), None]);
    assert!(report.carriers.iter().all(|one| one.outcome == "not read"));
}

#[test]
fn an_exercise_asks_at_the_table_and_an_answer_that_nobody_knows_is_found() {
    let scene = Scene::new();
    scene
        .run("drill --kind D6")
        .exits(2)
        .says("nobody is there to answer");
    let Some(mut pty) = Pty::start(scene.dir(), &["drill", "--kind", "D6"]) else {
        return;
    };
    pty.expect("Register file").types("");
    pty.expect("New file for the report").types("d6.json");
    pty.expect("What is supposed to have happened")
        .types("custodian 2 left with the sheet");
    pty.expect("Did people know").types("n");
    pty.expect("Where is this drill").types("Bern");
    pty.expect("Name=role").types("Ada=officer");
    pty.expect("Name=role").types("");
    pty.expect("What does a clock on the wall show").types("");
    for question in [
        "Who notices",
        "How many shares",
        "Who decides",
        "Where are all",
        "Who must be told",
    ] {
        pty.expect(question).types("the security office");
    }
    pty.expect("What may the node").types("");
    pty.expect("What in the written procedure")
        .types("no phone number in it");
    pty.expect("To be mended: meanwhile: nobody knows");
    pty.expect("Who mends it?").types("Ada");
    pty.expect("By which day").types("2031-06-30");
    let asked = pty.asked();
    let mut at = 0;
    // Nothing is opened that could sign a challenge.
    assert!(!asked.iter().any(|asked| asked.contains("Challenge")));
    for question in questions()
        .iter()
        .filter(|one| !one.starts_with("Challenge"))
    {
        let found = asked[at..]
            .iter()
            .position(|asked| asked.contains(question));
        at += found.unwrap_or_else(|| panic!("{question:?} is not asked in its order: {asked:?}"));
    }
    let ran = pty.ends();
    ran.exits(12).says("PASS WITH FINDINGS");
    let report = report(&scene, "d6.json");
    assert_eq!(report.scenario, "custodian 2 left with the sheet");
    assert_eq!(report.announced, Some(false));
    assert_eq!(
        criterion(&report, "meanwhile"),
        ("nobody knows".into(), Some(false))
    );
    assert_eq!(criterion(&report, "decides").1, Some(true));
    let [found] = &report.findings[..] else {
        panic!("{:?}", report.findings);
    };
    assert_eq!(
        (found.code.as_str(), found.owner.as_deref()),
        ("criterion", Some("Ada"))
    );
    assert_eq!(found.due.unwrap().date(), "2031-06-30");
}

/// The questions that docs/drill.md shows.
fn questions() -> Vec<&'static str> {
    let doc = include_str!("../../docs/drill.md");
    let (_, rest) = doc.split_once("```questions\n").unwrap();
    let all: Vec<&str> = rest.split("```").next().unwrap().lines().collect();
    assert!(all.len() >= 7);
    all
}

#[test]
fn a_drill_is_entered_in_the_register_and_its_report_is_held_against_it() {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    let with = format!("{WHOLE} --register register.json --report");
    scene
        .run(&format!("{with} one.json"))
        .exits(0)
        .does_not_say("No register is kept");
    let register = || Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap();
    let one = report(&scene, "one.json");
    let drills = register().state().drills;
    assert_eq!(drills.len(), 1);
    assert_eq!(drills[0].drill_id, one.drill_id);
    assert!(matches!(
        register().against(one.register_head.unwrap()),
        Against::HeldBy { after, .. } if after > 0
    ));
    let vault = register().state().vaults[0].clone();
    let drilled = vault.shares.iter().filter(|share| share.drilled.is_some());
    assert_eq!(drilled.count(), 2);
    let read = vault.carriers.iter().filter(|one| one.drilled.is_some());
    let read: Vec<(Role, u8, bool)> = read
        .map(|one| (one.role, one.copy, one.checked == one.drilled))
        .collect();
    let used = [
        (Role::Vault, 1),
        (Role::Vault, 2),
        (Role::Share(1), 1),
        (Role::Share(2), 1),
    ];
    assert_eq!(read, used.map(|(role, copy)| (role, copy, true)));
    scene
        .run("verify one.json --register register.json")
        .exits(0)
        .says("unchanged since, and has this drill");
    scene
        .run("drill --suggest --register register.json")
        .exits(0)
        .says("Longest not tried: share 3 (ops), share 1 (legal)");
    let other = Scene::new();
    other.seal("--rehearsal --register register.json").exits(0);
    fs::copy(other.at("register.json"), scene.at("other.json")).unwrap();
    scene
        .run("verify one.json --register other.json")
        .exits(4)
        .says("of a vault that this register does not know")
        .says("never had the head");
}

#[test]
fn a_seal_check_goes_through_every_carrier_that_the_register_has() {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    scene
        .run("drill --kind D0 --register register.json --bag share_1=A1 --report x.json")
        .exits(2);
    let args = [
        "drill",
        "--kind",
        "D0",
        "--register",
        "register.json",
        "--seen",
        "vault 1=intact:good:yes",
        "--report",
        "d0.json",
    ];
    crate::support::run(scene.dir(), &args)
        .exits(12)
        .says("carriers: 1 of 8; not vault copy 2; share 1, copy 1")
        .says("PASS WITH FINDINGS");
    let d0 = report(&scene, "d0.json");
    assert_eq!(d0.carriers.len(), 8);
    assert_eq!(d0.vault.unwrap().public_key.vault_id().hex(), scene.id());
}

#[test]
fn a_report_is_new_and_never_on_a_carrier() {
    let scene = sealed();
    let drill = "drill --kind D2 --from v1 --report";
    scene
        .run(&format!("{drill} report"))
        .exits(2)
        .says("does not end in .json");
    fs::write(scene.at("there.pdf"), "mine").unwrap();
    scene
        .run(&format!("{drill} there.json"))
        .exits(5)
        .says("already exists");
    assert_eq!(fs::read(scene.at("there.pdf")).unwrap(), b"mine");
    assert!(!scene.at("there.json").exists());
    scene
        .run(&format!("{drill} legal1/report.json"))
        .exits(5)
        .says("would lie beside a share");
    let inside = scene.folder("v2").join("report.json");
    scene
        .run(&format!("{drill} {}", inside.display()))
        .exits(5)
        .says("would lie on a carrier");
}

#[test]
fn a_report_before_of_another_vault_is_refused_and_so_is_one_that_was_edited() {
    let (scene, other) = (sealed(), sealed());
    scene
        .run("drill --kind D2 --from v1 --report d2.json")
        .exits(0);
    scene.bring(&other, "v1", "stranger");
    scene
        .run("drill --kind D2 --from stranger --previous d2.json --report s.json")
        .exits(5)
        .says("the report before is of another vault");
    let mut bytes = fs::read(scene.at("d2.json")).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(scene.at("d2.json"), bytes).unwrap();
    scene
        .run("drill --kind D2 --from v1 --previous d2.json --report t.json")
        .exits(4)
        .says("no drill report that can be relied on");
}

/// The words of a whole drill of the rehearsal vault.
const WHOLE: &str =
    "drill --rehearsal --from v1 --from v2 --from legal1 --from audit1 --against node";

#[test]
fn a_restore_in_memory_is_reported_and_signed_by_the_vault_over_the_challenge() {
    let scene = sealed();
    scene
        .run(&format!(
            "{WHOLE} --challenge tissue-leprosy --target RTO=4h --report d3.json"
        ))
        .exits(0)
        .says("Drill D3, rehearsal: PASS.")
        .says("Nothing was written in clear")
        .tells_no_secret();
    let d3 = report(&scene, "d3.json");
    assert_eq!(
        (d3.kind, d3.challenge.as_deref()),
        (DrillKind::D3, Some("tissue-leprosy"))
    );
    let files = d3.files.unwrap();
    assert!(files.count > 0 && files.count == files.matched);
    assert!(
        d3.staleness
            .is_some_and(|stale| stale.key_material_changed == 0)
    );
    let numbers: Vec<_> = d3.shares.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [Some(1), Some(2)]);
    for name in ["quorum", "RTO", "live keys", "keystores"] {
        assert_eq!(criterion(&d3, name).1, Some(true), "{name}");
    }
    scene
        .run(
            "verify d3.json --expect ID"
                .replace("ID", &scene.id())
                .as_str(),
        )
        .exits(0)
        .says("the vault key was there after this was given: \"tissue-leprosy\"")
        .says("drill report: signed by vault");
    fs::remove_file(scene.at("vault.pub")).unwrap();
    scene
        .run("verify d3.json")
        .exits(4)
        .says("there is no vault.pub");
    scene
        .run("verify d3.json v2")
        .exits(0)
        .says("drill report: signed by vault");
}

#[test]
fn what_a_drill_finds_is_in_its_report_and_the_next_report_asks_for_it() {
    let scene = sealed();
    scene.damage("v2", "payload.age");
    scene.put("node/certificates/nodekeystore.jks", b"another one");
    scene
        .run(&format!("{WHOLE} --report first.json"))
        .exits(12)
        .says("NOT MET       vault copies: 1 of 2")
        .says("NOT MET       live keys: 1 changed")
        .says("PASS WITH FINDINGS");
    let first = report(&scene, "first.json");
    let open = first.findings.iter().filter(|one| one.is_open()).count();
    assert!(open > 0);
    scene
        .run("verify first.json")
        .exits(0)
        .says("time not proven");
    scene
        .run(&format!(
            "{WHOLE} --previous first.json --report second.json"
        ))
        .exits(12);
    let second = report(&scene, "second.json");
    assert_eq!(second.earlier_findings.len(), open);
    assert_eq!(second.previous.unwrap().drill_id, first.drill_id);
    scene
        .run("verify second.json first.json")
        .exits(0)
        .says("is the one named");
}

#[test]
fn a_rehearsal_is_no_drill_of_real_material() {
    let scene = Scene::new();
    scene
        .seal("--exception devices=test --exception host=test")
        .exits(0);
    scene
        .run("drill --kind D3 --from v1 --from legal1 --from audit1 --report d.json")
        .exits(5);
    assert!(!scene.at("d.json").exists() && !scene.at("d.pdf").exists());
    scene
        .run("drill --from v1 --from legal1 --from audit1 --report d.json")
        .says("Drill D4, real restore: PASS.")
        .exits(0);
}

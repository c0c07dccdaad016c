//! Mistakes at the table of a drill: a wrong medium, an option that names no carrier, words that do not agree. None of them
//! loses what was done.

use std::fs;

use coldvault::drill::{DrillReport, Outcome};

use crate::pty::{BAG, Pty};
use crate::scene::{Scene, another, sealed};
use crate::support::run;

fn report(scene: &Scene, name: &str) -> DrillReport {
    DrillReport::from_bytes(&fs::read(scene.at(name)).unwrap()).unwrap()
}

fn met(report: &DrillReport, name: &str) -> Option<bool> {
    let found = report.criteria.iter().find(|one| one.name == name);
    found.unwrap().met
}

/// A drill with a report; what is asked before it is said.
fn start(scene: &Scene, words: &str) -> Option<Pty> {
    let words =
        format!("drill {words} --scenario fire --announced --at-site Bern --person Ada=officer");
    let args: Vec<&str> = words.split(' ').collect();
    let mut pty = Pty::start(scene.dir(), &args)?;
    if !words.contains("--register") {
        pty.expect("Register file").types("");
    }
    pty.expect("clock on the wall").types("");
    Some(pty)
}

const STRANGE: &str = "of another vault than this drill";

#[test]
fn a_share_of_another_vault_is_set_aside_and_another_one_is_asked_for() {
    let scene = sealed();
    scene.bring(&another(), "legal1", "stranger");
    scene
        .run("drill --kind D1 --from legal1 --report before.json")
        .exits(12);
    for (number, words) in ["--previous before.json", "--at-site Bern"]
        .into_iter()
        .enumerate()
    {
        let words = words.replace("--at-site Bern", "");
        let name = format!("d{number}.json");
        let words = format!("--kind D1 --report {name} {words}");
        let Some(mut pty) = start(&scene, words.trim()) else {
            return;
        };
        let places = match number {
            0 => ["stranger", "legal1", "audit1", "ops1"],
            _ => ["legal1", "stranger", "audit1", "ops1"],
        };
        for place in places {
            pty.expect(BAG).types("");
            pty.expect("Directory or scan of a share").types(place);
            if place == "stranger" {
                pty.expect(STRANGE);
            }
        }
        pty.expect(BAG).types("");
        pty.expect("Directory or scan").types("");
        pty.presses_enter_until("Drill D1, share check: PASS WITH FINDINGS");
        pty.ends().exits(12);
        let report = report(&scene, &name);
        assert_eq!((report.shares.len(), report.carriers.len()), (3, 3));
        assert_eq!(met(&report, "shares given"), Some(true));
        let vault = report.vault.unwrap().public_key.vault_id();
        assert_eq!(vault.hex(), scene.id());
        let said = |text: &str| report.findings.iter().any(|one| one.text.contains(text));
        assert!(said("a share of another vault"), "{:?}", report.findings);
    }
    // Where nobody can be asked, it counts: but what the others are is reported all the same.
    scene
        .run("drill --kind D1 --from legal1 --from stranger --report asked.json")
        .exits(4)
        .says("shares given: 1 of 2");
    scene
        .run("drill --kind D1 --from stranger --previous before.json --report no.json")
        .exits(5);
    scene.is_absent("no.json");
}

#[test]
fn a_vault_copy_of_another_vault_is_set_aside_and_another_one_is_asked_for() {
    let scene = sealed();
    scene.bring(&another(), "v1", "stranger");
    scene
        .run("drill --kind D2 --from v1 --report before.json")
        .exits(0);
    for (name, words, places) in [
        (
            "a.json",
            " --previous before.json",
            ["stranger", "v1", "v2"],
        ),
        ("b.json", "", ["v1", "stranger", "v2"]),
    ] {
        let Some(mut pty) = start(&scene, &format!("--kind D2 --report {name}{words}")) else {
            return;
        };
        for place in places {
            pty.expect("Directory or scan of a vault copy").types(place);
            if place == "stranger" {
                pty.expect(STRANGE);
            }
        }
        pty.expect("Directory or scan").types("");
        pty.presses_enter_until("Drill D2, copy check: PASS WITH FINDINGS");
        pty.ends().exits(12);
        let report = report(&scene, name);
        assert_eq!(report.carriers.len(), 2);
        assert_eq!(met(&report, "vault copies"), Some(true));
    }
    scene
        .run("drill --kind D2 --from v1 --from stranger --report asked.json")
        .exits(4)
        .says("vault copies: 1 of 2");
}

/// Codes of the same share of two vaults, the foreign one first: no medium says which sheet it is.
#[test]
fn a_sheet_of_another_vault_does_not_stand_for_the_genuine_one_with_its_number() {
    let (scene, other) = (sealed(), another());
    scene.put_codes("genuine.txt", &scene.share_codes("audit")[..1]);
    scene.put_codes("strange.txt", &other.share_codes("audit")[..1]);
    let words = format!(
        "--rehearsal --challenge x --expect {} --report d.json",
        scene.id()
    );
    let Some(mut pty) = start(&scene, &words) else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    for (bag, place, said) in [
        ("X1", "strange.txt", "Put it back where it came from"),
        ("A2", "genuine.txt", "1 of 2"),
        ("", "ops1", "2 of 2"),
    ] {
        pty.expect(BAG).types(bag);
        pty.expect("Next share:").types(place).expect(said);
    }
    pty.expect("share 2, of another vault: its seal")
        .types("broken");
    pty.presses_enter_until("share 2: its seal").types("intact");
    pty.presses_enter_until("Put every medium and sheet back")
        .types("");
    pty.ends().exits(12);
    let report = report(&scene, "d.json");
    let sheets = report.carriers.iter().filter(|one| one.device == "sheet");
    let sheets: Vec<_> = sheets
        .map(|one| {
            assert_eq!(one.number, Some(2));
            let said = (one.bag_found.as_deref(), one.seal.as_deref());
            (one.outcome.as_str(), said)
        })
        .collect();
    let expected = [
        ("of another vault", (Some("X1"), Some("broken"))),
        ("whole", (Some("A2"), Some("intact"))),
    ];
    assert_eq!(sheets, expected);
    let tries = report.shares.iter().map(|one| (one.number, one.attempts));
    let once = [(Some(2), 1), (Some(2), 1), (Some(3), 1)];
    assert_eq!(tries.collect::<Vec<_>>(), once);
}

#[test]
fn a_bag_belongs_to_what_comes_out_of_it_and_a_carrier_that_is_given_twice_is_one() {
    let scene = sealed();
    scene.bring(&another(), "v1", "stranger");
    scene
        .run("drill --kind D1 --from legal1 --report before.json")
        .exits(12);
    let Some(mut pty) = start(&scene, "--kind D1 --report d.json --previous before.json") else {
        return;
    };
    for (bag, place) in [
        ("X1", "stranger"),
        ("A1", "legal1"),
        ("A9", "legal1"),
        ("A2", "audit1"),
    ] {
        pty.expect(BAG).types(bag);
        pty.expect("Directory or scan of a share").types(place);
        if place == "stranger" {
            pty.expect(STRANGE);
        }
    }
    pty.expect(BAG).types("");
    pty.expect("Directory or scan").types("");
    pty.presses_enter_until("Drill D1, share check: PASS WITH FINDINGS");
    pty.ends().exits(12);
    let report = report(&scene, "d.json");
    let carriers = report.carriers.iter();
    let bags: Vec<_> = carriers
        .map(|one| (one.number, one.bag_found.as_deref()))
        .collect();
    assert_eq!(bags, [(Some(1), Some("A1")), (Some(2), Some("A2"))]);
    let said = |text: &str| report.findings.iter().any(|one| one.text.contains(text));
    assert!(
        said("from bag \"A1\" and from bag \"A9\""),
        "{:?}",
        report.findings
    );
}

#[test]
fn the_key_beside_the_report_is_not_to_blame_where_the_carrier_is_the_wrong_one() {
    let scene = sealed();
    scene.bring(&another(), "legal1", "stranger");
    scene
        .run("drill --rehearsal --from v1 --from legal1 --from ops1 --report before.json")
        .exits(0);
    let Some(mut pty) = start(&scene, "--rehearsal --challenge x --report d.json") else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect(BAG).types("");
    pty.expect("Next share:").types("stranger");
    pty.expect(STRANGE).expect("Put it back");
    pty.expect(BAG).types("");
    pty.expect("Next share:").types("stop");
    pty.expect("End it as a drill that FAILED?").types("n");
    pty.ends()
        .exits(130)
        .does_not_say("is not the key of this vault");
}

#[test]
fn an_option_that_names_no_carrier_is_refused_or_found_and_never_lost() {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    let with = |words: &str, seen: &str| {
        let words = format!("drill {words} --register register.json");
        let mut args: Vec<&str> = words.split(' ').collect();
        args.extend(["--seen", seen]);
        run(scene.dir(), &args)
    };
    let broken = "vault 9=broken:torn:no";
    for words in [
        "--kind D0",
        "--kind D1 --from legal1",
        "--kind D2 --from v1",
    ] {
        with(&format!("{words} --report d.json"), broken)
            .exits(2)
            .says("broken:torn:no")
            .says("is said of no carrier of this drill");
        scene.is_absent("d.json");
    }
    let whole = "--rehearsal --from v1 --from legal1 --from ops1";
    with(&format!("{whole} --report whole.json"), broken).exits(12);
    let report = report(&scene, "whole.json");
    let found = report.findings.iter().find(|one| one.code == "not-of-it");
    assert!(found.unwrap().subject.contains("broken:torn:no"));
}

#[test]
fn words_that_do_not_agree_are_a_drill_that_failed_and_are_reported_and_entered() {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    let at = |name: &str| {
        let words = format!("--rehearsal --challenge x --register register.json --report {name}");
        let mut pty = start(&scene, &words)?;
        pty.expect("Vault copy:").types("v1");
        pty.expect(BAG)
            .types("")
            .expect("Next share:")
            .types("legal1");
        pty.expect("1 of 2")
            .expect(BAG)
            .types("")
            .expect("Next share:")
            .types("ops1");
        pty.expect("words agree");
        Some(pty)
    };
    let back = "Put every medium and sheet back";
    let Some(mut pty) = at("n.json") else {
        return;
    };
    pty.types("what").expect("Type y or n, or `stop` to stop.");
    pty.expect("words agree").types("n");
    pty.presses_enter_until(back).types("");
    let ran = pty.ends();
    assert!(!matches!(ran.status, Some(0 | 12 | 130)), "{ran}");
    ran.says("FAIL").says("NOT MET       vault words");
    let no = report(&scene, "n.json");
    assert_eq!((no.outcome, no.files), (Outcome::Fail, None));
    assert_eq!(met(&no, "vault words"), Some(false));
    scene.is_absent("n.json.sig");
    let Some(mut pty) = at("stop.json") else {
        return;
    };
    pty.types("stop").expect("End it as a drill that FAILED?");
    pty.types("y").presses_enter_until(back).types("");
    pty.ends().exits(130).says("FAIL");
    assert_eq!(met(&report(&scene, "stop.json"), "vault words"), None);
    let Some(mut pty) = at("left.json") else {
        return;
    };
    pty.types("y").expect("number of the bag").types("stop");
    pty.expect(back).types("");
    pty.ends().exits(130);
    scene.is_absent("left.json");
    let book = fs::read(scene.at("register.json")).unwrap();
    let drills = coldvault::register::Register::from_bytes(&book).unwrap();
    let outcomes = drills.state().drills.into_iter().map(|one| one.outcome);
    assert_eq!(outcomes.collect::<Vec<_>>(), [Outcome::Fail; 2]);
}

//! How a drill begins and how a person ends it: the right material, the right report before it, and a stop that is filed.

use std::fs;

use coldvault::drill::{DrillKind, DrillReport, Outcome};
use coldvault::register::Register;

use crate::pty::{BAG, Pty};
use crate::scene::{EXCEPTIONS, Scene, another, production, sealed};

fn report(scene: &Scene, name: &str) -> DrillReport {
    DrillReport::from_bytes(&fs::read(scene.at(name)).unwrap()).unwrap()
}

/// Whatever is asked before a drill is answered on the command line but for what a clock on the wall shows.
const SAID: [&str; 9] = [
    "--challenge",
    "x",
    "--scenario",
    "fire",
    "--announced",
    "--at-site",
    "Bern",
    "--person",
    "Ada=officer",
];

fn start(scene: &Scene, words: &[&str]) -> Option<Pty> {
    let mut pty = Pty::start(scene.dir(), &[&["drill"], words, &SAID].concat())?;
    if !words.contains(&"--register") {
        pty.expect("Register file").types("");
    }
    if !words.contains(&"--report") {
        pty.expect("New file for the report").types("");
    }
    pty.expect("What does a clock on the wall show").types("");
    Some(pty)
}

#[test]
fn real_shares_that_options_give_to_a_rehearsal_are_refused_before_they_are_enough() {
    let scene = production();
    for words in ["--kind D3", "--rehearsal", "--kind D5 --rehearsal"] {
        scene
            .run(&format!("drill {words} --from legal1 --report d.json"))
            .exits(5)
            .says("production material")
            .does_not_say("good");
        scene
            .run(&format!("drill {words} --from v1 --report d.json"))
            .exits(5);
    }
    let words = ["--kind", "D3", "--report", "d.json", "--from", "legal1"];
    let Some(pty) = start(&scene, &words) else {
        return;
    };
    pty.ends()
        .exits(5)
        .says("D3 is a rehearsal")
        .does_not_say("share 1")
        .does_not_say("Vault copy:");
    for name in ["d.json", "d.pdf"] {
        scene.is_absent(name);
    }
}

const AWAY: &str = "Put it back where it came from.";

/// Carriers of another kind that come first, then the right ones: outcomes of shares and carriers as the report has them.
fn set_aside(scene: &Scene, words: &[&str], why: &str) -> Option<DrillReport> {
    let mut pty = start(scene, &[words, &["--report", "d.json"]].concat())?;
    let what = "it is a copy of another vault";
    pty.expect("Vault copy:").types("v1-other");
    pty.expect(what).expect(why).expect(AWAY);
    pty.expect("Vault copy:").types("legal1-other");
    pty.expect("share 1 (legal)").expect("set aside");
    pty.expect(why).expect(AWAY).expect("Nothing of it is used");
    pty.expect("Vault copy:").types("v1");
    pty.expect("0 of 2")
        .expect(BAG)
        .types("")
        .expect("Next share:");
    pty.types("ops1-other").expect("share 3 (ops)").expect(AWAY);
    pty.expect("0 of 2")
        .expect(BAG)
        .types("")
        .expect("Next share:");
    pty.types("v1-other").expect(what).expect(AWAY);
    // Its bag was the one that was asked for.
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal1");
    pty.expect("1 of 2")
        .expect(BAG)
        .types("")
        .expect("Next share:")
        .types("ops1");
    pty.expect("2 of 2").expect("words agree").types("y");
    pty.presses_enter_until(BACK).types("");
    let ran = pty.ends().exits(12);
    ran.says("PASS WITH FINDINGS")
        .does_not_say("are of 2 vaults");
    Some(report(scene, "d.json"))
}

fn is_filed_as_set_aside(scene: &Scene, report: &DrillReport) {
    let vault = report.vault.as_ref().unwrap();
    assert_eq!(vault.public_key.vault_id().hex(), scene.id());
    let states: Vec<_> = report.shares.iter().map(|one| one.state.as_str()).collect();
    assert_eq!(states, ["set aside", "set aside", "good", "good"]);
    let carriers = report.carriers.iter();
    let of_another: Vec<_> = carriers
        .filter(|one| one.outcome == "of another vault")
        .map(|one| (one.role.as_str(), one.number))
        .collect();
    let expected = [("share", Some(1)), ("share", Some(3)), ("vault", None)];
    assert_eq!(of_another, expected);
    let said = |text: &str| report.findings.iter().any(|one| one.text.contains(text));
    assert!(said("a copy of another vault"), "{:?}", report.findings);
    assert!(said("a share of another vault"), "{:?}", report.findings);
    let files = report.files.unwrap();
    assert_eq!(files.count, files.matched);
    scene.run("verify d.json").exits(0);
}

fn bring_others(scene: &Scene, other: &Scene) {
    for name in ["v1", "legal1", "ops1"] {
        scene.bring(other, name, &format!("{name}-other"));
    }
}

#[test]
fn real_carriers_in_a_rehearsal_are_named_and_set_aside_and_others_are_asked_for() {
    let scene = sealed();
    bring_others(&scene, &production());
    let words = ["--kind", "D3"];
    let why = "this is production material, and D3 is a rehearsal";
    if let Some(report) = set_aside(&scene, &words, why) {
        is_filed_as_set_aside(&scene, &report);
    }
}

#[test]
fn practice_carriers_in_a_real_restore_are_named_and_set_aside_and_others_are_asked_for() {
    let scene = production();
    bring_others(&scene, &sealed());
    let words = ["--kind", "D4"];
    let why = "this is rehearsal material, and D4 is the real restore";
    if let Some(report) = set_aside(&scene, &words, why) {
        is_filed_as_set_aside(&scene, &report);
    }
}

#[test]
fn carriers_of_another_vault_than_the_register_has_are_set_aside() {
    let scene = registered();
    bring_others(&scene, &another());
    let words = ["--rehearsal", "--register", "register.json"];
    let why = format!("and the register has vault {}", scene.id());
    if let Some(report) = set_aside(&scene, &words, &why) {
        is_filed_as_set_aside(&scene, &report);
        assert_eq!(outcomes(&scene), [Outcome::Findings]);
    }
}

#[test]
fn carriers_of_another_vault_than_the_expected_one_are_set_aside() {
    let scene = sealed();
    bring_others(&scene, &another());
    let id = scene.id();
    let words = ["--rehearsal", "--expect", &id, "--report", "d.json"];
    let Some(mut pty) = start(&scene, &words) else {
        return;
    };
    pty.expect("Vault copy:").types("v1-other");
    pty.expect("copy of another vault").expect("Vault copy:");
    pty.types("v1")
        .expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal1-other");
    pty.expect("share of another vault").expect(AWAY);
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal1");
    pty.expect("1 of 2")
        .expect(BAG)
        .types("")
        .expect("Next share:")
        .types("ops1");
    pty.presses_enter_until(BACK).types("");
    pty.ends().exits(12);
    let report = report(&scene, "d.json");
    let carriers = report.carriers.iter();
    let of_another = carriers.filter(|one| one.outcome == "of another vault");
    assert_eq!(of_another.count(), 2);
}

#[test]
fn where_every_carrier_was_set_aside_it_can_be_stopped_and_nothing_was_opened() {
    let scene = production();
    bring_others(&scene, &sealed());
    let Some(mut pty) = start(&scene, &["--kind", "D4", "--report", "d.json"]) else {
        return;
    };
    pty.expect("Vault copy:").types("none");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal1-other");
    pty.expect("D4 is the real restore").expect("0 good shares");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("ops1-other");
    pty.expect("D4 is the real restore").expect("0 good shares");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("stop");
    pty.expect(ENDS).types("y");
    pty.presses_enter_until(BACK).types("");
    pty.ends().exits(3).says("Drill D4, real restore: FAIL");
    let report = report(&scene, "d.json");
    assert_eq!((report.vault, report.files), (None, None));
    assert!(report.shares.iter().all(|one| one.state == "set aside"));
    scene.is_absent("d.json.sig");
}

#[test]
fn rehearsal_material_is_no_real_restore_and_is_not_made_another_drill_in_silence() {
    let scene = sealed();
    scene
        .run("drill --kind D4 --from v1 --report d.json")
        .exits(5)
        .says("D4 is the real restore")
        .says("give D3 or D5");
    scene
        .run("drill --kind D4 --rehearsal --from v1")
        .exits(2)
        .says("--rehearsal says that it is none");
    scene.is_absent("d.json");
    let whole = "--from v1 --from legal1 --from ops1";
    scene
        .run(&format!("drill --kind D3 {whole}"))
        .exits(0)
        .does_not_say("This is a drill");
    scene
        .run(&format!(
            "drill --kind D5 --rehearsal {whole} --report worst.json"
        ))
        .says("Drill D5, worst case");
    assert_eq!(report(&scene, "worst.json").kind, DrillKind::D5);
    let ran = scene.run(&format!("drill --rehearsal {whole}")).exits(0);
    let ran = ran.says("This is a drill D3, rehearsal");
    let all = ran.to_string();
    assert!(all.find("This is a drill D3") < all.find("share 1 (legal)"));
}

#[test]
fn a_report_before_of_another_vault_is_refused_as_soon_as_the_vault_is_known() {
    let (scene, other) = (sealed(), another());
    other
        .run("drill --rehearsal --from v1 --from legal1 --from ops1 --report before.json")
        .exits(0);
    for name in ["before.json", "before.json.sig", "vault.pub"] {
        fs::copy(other.at(name), scene.at(name)).unwrap();
    }
    let id = scene.id();
    for words in [
        "--rehearsal --from legal1".to_owned(),
        "--rehearsal --from v1".to_owned(),
        format!("--rehearsal --from nowhere --expect {id}"),
        format!("--kind D1 --from nowhere --expect {id}"),
        "--kind D2 --from v1 --from nowhere".to_owned(),
    ] {
        scene
            .run(&format!(
                "drill {words} --previous before.json --report d.json"
            ))
            .exits(5)
            .says("the report before is of another vault")
            .does_not_say("good shares");
        scene.is_absent("d.json");
    }
    let words = ["--rehearsal", "--previous", "before.json"];
    let Some(mut pty) = start(&scene, &words) else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect("the report before is of another vault")
        .expect(AWAY);
    pty.expect("Vault copy:").types("stop");
    pty.ends().exits(130);
}

#[test]
fn a_report_before_that_cannot_be_read_is_said_before_anything_is_asked() {
    let scene = sealed();
    scene.put("before.json", b"no report");
    for (before, status) in [("before.json", 4), ("nowhere.json", 6)] {
        let args = ["drill", "--previous", before];
        let Some(pty) = Pty::start(scene.dir(), &args) else {
            return;
        };
        pty.ends().exits(status).does_not_say("press Enter");
    }
}

#[test]
fn a_challenge_is_for_a_drill_that_can_sign_it() {
    let scene = sealed();
    for kind in ["D0", "D1", "D2", "D6"] {
        scene
            .run(&format!("drill --kind {kind} --challenge x"))
            .exits(2)
            .says("nothing can sign a --challenge");
    }
    let words = ["--kind", "D2", "--from", "v1", "--report", "d.json"];
    let args = [&["drill"], &words[..]].concat();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("Register file").types("");
    pty.expect("What is supposed to have happened")
        .types("stop");
    pty.ends().exits(130).does_not_say("Challenge");
}

/// A rehearsal vault with its register.
fn registered() -> Scene {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    scene
}

fn outcomes(scene: &Scene) -> Vec<Outcome> {
    let register = Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap();
    let drills = register.state().drills;
    drills.iter().map(|one| one.outcome).collect()
}

const FILED: [&str; 5] = [
    "--rehearsal",
    "--register",
    "register.json",
    "--report",
    "d.json",
];
const ENDS: &str = "End it as a drill that FAILED?";
const BACK: &str = "Put every medium and sheet back";

#[test]
fn stopped_with_too_few_shares_it_ends_as_a_drill_that_failed_or_leaves_nothing() {
    let scene = registered();
    let before = fs::read(scene.at("register.json")).unwrap();
    for answers in [["n"], ["stop"], ["\u{3}"]] {
        let Some(mut pty) = start(&scene, &FILED) else {
            return;
        };
        pty.expect("Vault copy:").types("v1");
        pty.expect(BAG)
            .types("")
            .expect("Next share:")
            .types("legal1");
        pty.expect("1 of 2")
            .expect(BAG)
            .types("")
            .expect("Next share:")
            .types("stop");
        pty.expect(ENDS).types(answers[0]);
        pty.ends().exits(130);
        scene.is_absent("d.json");
    }
    assert_eq!(fs::read(scene.at("register.json")).unwrap(), before);
    let Some(mut pty) = start(&scene, &FILED) else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal1");
    pty.expect("1 of 2")
        .expect(BAG)
        .types("")
        .expect("Next share:")
        .types("stop");
    pty.expect(ENDS).types("y");
    pty.expect("number of the bag").presses_enter_until(BACK);
    pty.types("");
    pty.ends().exits(3).says("Drill D3, rehearsal: FAIL");
    let d = report(&scene, "d.json");
    assert_eq!((d.outcome, d.shares.len()), (Outcome::Fail, 1));
    let id = d.vault.unwrap().public_key.vault_id().hex();
    assert_eq!(id, scene.id());
    scene.is_absent("d.json.sig");
    assert_eq!(outcomes(&scene), [Outcome::Fail]);
}

#[test]
fn stopped_for_want_of_a_whole_copy_it_fails_signed_by_the_vault() {
    let scene = registered();
    scene.damage("v1", "payload.age");
    let Some(mut pty) = start(&scene, &FILED) else {
        return;
    };
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
    pty.expect("words agree").types("y");
    pty.expect("Another vault copy:").types("stop");
    pty.expect(ENDS).types("y");
    pty.presses_enter_until(BACK).types("");
    pty.ends().exits(4).says("Drill D3, rehearsal: FAIL");
    scene.run("verify d.json").exits(0);
    assert!(scene.at("d.json.sig").exists());
    assert_eq!(outcomes(&scene), [Outcome::Fail]);
}

#[test]
fn stopped_before_any_copy_was_there_it_fails_signed_after_the_words_were_compared() {
    let scene = registered();
    let Some(mut pty) = start(&scene, &FILED) else {
        return;
    };
    pty.expect("Vault copy:").types("none");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal1");
    pty.expect("1 of 2")
        .expect(BAG)
        .types("")
        .expect("Next share:")
        .types("ops1");
    pty.expect("Now a vault copy is needed");
    pty.expect("Vault copy:").types("stop");
    pty.expect(ENDS).types("y");
    pty.expect("words agree").types("y");
    pty.presses_enter_until(BACK).types("");
    pty.ends().exits(4).says("Drill D3, rehearsal: FAIL");
    let d = report(&scene, "d.json");
    assert_eq!((d.files, d.shares.len()), (None, 2));
    scene.run("verify d.json").exits(0);
    assert_eq!(outcomes(&scene), [Outcome::Fail]);
}

const HERE: &str = "End it here with what was checked?";

#[test]
fn a_share_check_that_is_stopped_ends_as_a_sitting_with_who_came_or_leaves_nothing() {
    let scene = registered();
    let before = fs::read(scene.at("register.json")).unwrap();
    let words = ["--kind", "D1", "--register", "register.json"];
    let words = [&words[..], &["--report", "d1.json"]].concat();
    let begin = || {
        let mut args = vec!["drill"];
        args.extend(words.iter());
        // nothing could sign a challenge
        args.extend(&SAID[2..]);
        let mut pty = Pty::start(scene.dir(), &args)?;
        pty.expect("What does a clock on the wall show").types("");
        pty.expect("it is noticed").expect("`stop` offers to end");
        Some(pty)
    };
    let Some(mut pty) = begin() else {
        return;
    };
    pty.expect(BAG)
        .types("")
        .expect("Directory or scan")
        .types("stop");
    pty.ends().exits(130).does_not_say(HERE);
    for answer in ["n", "stop", "\u{3}"] {
        let Some(mut pty) = begin() else {
            return;
        };
        pty.expect(BAG)
            .types("")
            .expect("Directory or scan")
            .types("legal1");
        pty.expect(BAG)
            .types("")
            .expect("Directory or scan")
            .types("stop");
        pty.expect("1 of 3 custodians were checked").expect(HERE);
        pty.types(answer);
        pty.ends().exits(130);
        scene.is_absent("d1.json");
    }
    assert_eq!(fs::read(scene.at("register.json")).unwrap(), before);
    let Some(mut pty) = begin() else {
        return;
    };
    pty.expect(BAG)
        .types("")
        .expect("Directory or scan")
        .types("legal1");
    pty.expect(BAG)
        .types("")
        .expect("Directory or scan")
        .types("ops1");
    pty.expect(BAG)
        .types("")
        .expect("Directory or scan")
        .types("legal2");
    pty.expect(BAG)
        .types("")
        .expect("Directory or scan")
        .types("stop");
    pty.expect("2 of 3 custodians were checked").expect(HERE);
    pty.types("y");
    pty.presses_enter_until("Drill D1, share check: PASS WITH FINDINGS");
    pty.ends().exits(12).says("every custodian: 2 of 3");
    let d = report(&scene, "d1.json");
    assert_eq!((d.outcome, d.shares.len()), (Outcome::Findings, 3));
    let register = Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap();
    let drill = register.state().drills[0].clone();
    assert!(drill.partial && drill.shares == [1, 3], "{drill:?}");
}

#[test]
fn a_copy_check_that_is_stopped_ends_with_the_copies_that_were_read() {
    let scene = registered();
    let words = "drill --kind D2 --register register.json --scenario fire --announced --at-site Bern --person Ada=officer --report d2.json";
    let Some(mut pty) = Pty::start(scene.dir(), &words.split(' ').collect::<Vec<_>>()) else {
        return;
    };
    pty.expect("What does a clock on the wall show").types("");
    pty.expect("Directory or scan of a vault copy").types("v2");
    pty.expect("Directory or scan of a vault copy")
        .types("stop");
    pty.expect("Vault copies that were read: 1.").expect(HERE);
    pty.types("y");
    pty.presses_enter_until("Drill D2, copy check: PASS WITH FINDINGS");
    pty.ends().exits(12).says("every copy: 1 of 2");
    assert_eq!(outcomes(&scene), [Outcome::Findings]);
}

#[test]
fn a_copy_that_is_given_twice_is_said_at_once_and_counts_once() {
    let scene = registered();
    let words = "drill --kind D2 --register register.json --scenario fire --announced --at-site Bern --person Ada=officer --report d2.json";
    let Some(mut pty) = Pty::start(scene.dir(), &words.split(' ').collect::<Vec<_>>()) else {
        return;
    };
    pty.expect("What does a clock on the wall show").types("");
    pty.expect("Directory or scan of a vault copy").types("v2");
    pty.expect("Directory or scan of a vault copy").types("v2");
    pty.expect("This copy was read before: vault copy 2.");
    pty.expect("Directory or scan of a vault copy")
        .types("stop");
    pty.expect("Vault copies that were read: 1.").expect(HERE);
    pty.types("maybe").expect("Type y or n, or `stop`");
    pty.expect(HERE).types("y");
    pty.presses_enter_until("Drill D2, copy check: PASS WITH FINDINGS");
    pty.ends().exits(12).says("every copy: 1 of 2");
    assert_eq!(report(&scene, "d2.json").carriers.len(), 1);
}

#[test]
fn enter_before_anything_was_given_is_no_drill_that_failed() {
    let scene = registered();
    let before = fs::read(scene.at("register.json")).unwrap();
    for kind in ["D1", "D2"] {
        let words = format!("drill --kind {kind} --register register.json --report d.json");
        let words: Vec<&str> = words.split(' ').chain(SAID[2..].iter().copied()).collect();
        let Some(mut pty) = Pty::start(scene.dir(), &words) else {
            return;
        };
        pty.expect("What does a clock on the wall show").types("");
        if kind == "D1" {
            pty.expect(BAG).types("A1");
        }
        for place in ["", "nowhere", "", "."] {
            let place = if place == "." { "stop" } else { place };
            pty.expect("Directory or scan").types(place);
            if place.is_empty() {
                pty.expect("Nothing was given yet: type `stop`");
            }
        }
        pty.ends().exits(130);
        scene.is_absent("d.json");
    }
    assert_eq!(fs::read(scene.at("register.json")).unwrap(), before);
}

#[test]
fn a_drill_of_which_nothing_is_kept_just_stops() {
    let scene = sealed();
    let Some(mut pty) = start(&scene, &["--rehearsal"]) else {
        return;
    };
    pty.expect("Vault copy:").types("stop");
    pty.ends().exits(130).does_not_say("FAILED");
}

/// The whole of a worst case: sheets alone, real material, a report and a register.
#[test]
fn a_worst_case_is_led_from_scans_to_a_signed_report_and_its_entry() {
    let scene = Scene::new();
    let seal = Scene::seal_words(&format!(
        "{EXCEPTIONS} --exception prepared=test --scope keys --register register.json"
    ))
    .replace("--vault-to v2", "--vault-to sheet:vault.pdf")
    .replace("legal=legal2", "legal=sheet:legal.pdf")
    .replace("ops=ops2", "ops=sheet:ops.pdf");
    scene.run(&seal).exits(0);
    let words = ["--kind", "D5", "--register", "register.json"];
    let words = [&words[..], &["--report", "d5.json"]].concat();
    let Some(mut pty) = start(&scene, &words) else {
        return;
    };
    pty.expect("Vault copy:").types("vault.pdf");
    pty.expect("is read")
        .expect(BAG)
        .types("")
        .expect("Next share:")
        .types("ops.pdf");
    pty.expect("good")
        .expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal.pdf");
    pty.expect("words agree").types("y");
    pty.expect("vault.pdf").expect(": whole");
    pty.expect("Share 3 (ops) came by code");
    pty.expect("another machine than").types("y");
    pty.expect("taken as lost").types("n");
    pty.expect("else lead").types("");
    pty.expect("number of the bag").presses_enter_until(BACK);
    pty.types("");
    pty.ends().exits(12);
    let report = report(&scene, "d5.json");
    assert_eq!(report.kind, DrillKind::D5);
    assert_eq!(report.outcome, Outcome::Findings);
    let said = ["other machine", "lost site", "other lead"].map(|name| {
        report
            .criteria
            .iter()
            .find(|one| one.name == name)
            .unwrap()
            .met
    });
    assert_eq!(said, [Some(true), Some(false), None]);
    let channels = report.shares.iter().map(|one| one.channel.as_str());
    assert!(channels.clone().count() == 2 && channels.clone().all(|one| one.starts_with("code")));
    assert_eq!(report.challenge.as_deref(), Some("x"));
    scene
        .run("verify d5.json --register register.json")
        .exits(0)
        .says("drill report: signed by vault");
    let register = Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap();
    let state = register.state();
    let drill = state.drills.last().unwrap();
    assert_eq!((drill.kind, drill.challenge), (DrillKind::D5, true));
    assert_eq!(drill.shares, [3, 1]);
    assert_eq!(drill.outcome, report.outcome);
}

#[test]
fn a_table_top_takes_one_answer_to_each_of_its_seven_questions() {
    let scene = Scene::new();
    let answers = "--answer nothing ".repeat(7);
    scene
        .run(&format!("drill --kind D6 {answers} --report d6.json"))
        .exits(0);
    let report = report(&scene, "d6.json");
    let answered = report.criteria.iter().filter(|one| one.found == "nothing");
    assert_eq!(answered.count(), 7);
    scene
        .run(&format!("drill --kind D6 {answers} --answer more"))
        .exits(2)
        .says("8 answers were given, and there are 7 questions");
    scene
        .run("drill --kind D2 --answer no")
        .exits(2)
        .says("this is another one");
    scene.run("drill --help").says("in this order");
}

const STAYS: &str = "it stays closed, and the share in it is not used";

/// As ceremony.md, section 5, has it: stop, photograph, do not open further.
#[test]
fn a_bag_that_is_broken_stays_closed_and_its_share_is_not_used() {
    let scene = registered();
    let Some(mut pty) = start(&scene, &FILED) else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect(BAG).types("bad");
    pty.expect("leave that bag closed")
        .expect("The number on it");
    pty.types("A1").expect("Its seal").types("broken");
    pty.expect("Which carrier should be in it").types("vault 1");
    pty.expect("names no carrier of a share");
    pty.types("share 2/1").expect("Type `open`").types("yes");
    pty.expect("Type open, or press Enter").types("");
    // Not its carrier: the next bag is asked for, and only then a share.
    pty.expect(STAYS).expect(BAG).types("A2");
    pty.expect("Next share:").types("legal1");
    pty.expect("1 of 2").expect(BAG).types("");
    pty.expect("Next share:").types("ops1");
    pty.expect("words agree").types("y");
    pty.presses_enter_until(BACK).types("");
    let ran = pty.ends().exits(12);
    ran.says("PASS WITH FINDINGS")
        .does_not_say("share 1, copy 1: number of the bag")
        .does_not_say("share 2, copy 1: number of the bag")
        .does_not_say("share 2, copy 1: its seal: intact, broken")
        .does_not_say("share 2, copy 1: number of its new bag")
        .says("share 1, copy 1: its seal")
        .says("share 3, copy 1: number of the bag");
    let d = report(&scene, "d.json");
    let shares: Vec<_> = d.shares.iter().map(|one| one.number).collect();
    assert_eq!(shares, [Some(1), Some(3)]);
    let carrier = |name: &str| d.carriers.iter().find(|one| one.called() == name).unwrap();
    let closed = carrier("share 2, copy 1");
    assert_eq!(closed.outcome, "not read");
    assert_eq!(closed.bag_found.as_deref(), Some("A1"));
    assert_eq!(closed.seal.as_deref(), Some("broken"));
    assert_eq!(carrier("share 1, copy 1").bag_found.as_deref(), Some("A2"));
    let found = d.findings.iter().find(|one| one.code == "bag").unwrap();
    assert_eq!(found.subject, "share 2, copy 1");
    assert!(found.text.contains(STAYS), "{found:?}");
    let register = Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap();
    let state = register.state();
    assert_eq!(state.drills[0].shares, [1, 3]);
    scene.run("verify d.json").exits(0);
}

#[test]
fn a_bag_with_another_number_than_the_register_has_is_a_reason_to_stop() {
    let scene = registered();
    let first = "drill --kind D1 --from legal1 --from ops1 --register register.json";
    let bags = "--bag share_1=A1:B1 --bag share_3=A3:B3";
    let args: Vec<String> = format!("{first} {bags} --report before.json")
        .split(' ')
        .map(|word| word.replace('_', " "))
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    crate::support::run(scene.dir(), &args).exits(12);
    for (answer, is_opened) in [("", false), ("open", true)] {
        let Some(mut pty) = start(&scene, &FILED) else {
            return;
        };
        pty.expect("Vault copy:").types("v1");
        pty.expect(BAG).types("B1").expect("Next share:");
        pty.types("legal1").expect("1 of 2");
        pty.expect(BAG).types("B4");
        pty.expect("No carrier of a share had gone into bag \"B4\"");
        pty.expect("Which carrier should be in it")
            .types("share 3/1");
        pty.expect("share 3, copy 1 had gone into bag \"B3\"");
        pty.expect("leave that bag closed");
        pty.expect("Its seal").types("intact");
        pty.expect("Type `open`").types(answer);
        if !is_opened {
            // No bag is known of that custodian's carriers: any number will do.
            pty.expect(STAYS).expect(BAG).types("Z9");
            pty.expect("Which carrier should be in it").types("share 2");
            pty.expect("Next share:").types("audit1");
        } else {
            pty.expect("it was opened all the same");
            pty.expect("Next share:").types("ops1");
        }
        pty.expect("words agree").types("y");
        pty.presses_enter_until(BACK).types("");
        pty.ends().exits(12).says("PASS WITH FINDINGS");
        let d = report(&scene, "d.json");
        let share = d.carriers.iter().find(|one| one.number == Some(3)).unwrap();
        assert_eq!(share.bag_found.as_deref(), Some("B4"));
        assert_eq!(share.bag_expected.as_deref(), Some("B3"));
        assert_eq!(share.outcome == "not read", !is_opened);
        for name in ["d.json", "d.json.sig", "d.pdf"] {
            fs::remove_file(scene.at(name)).unwrap();
        }
    }
}

#[test]
fn a_share_check_asks_for_the_bag_before_the_share_and_leaves_a_bad_one_closed() {
    let scene = registered();
    let words = "drill --kind D1 --register register.json --report d1.json";
    let words: Vec<&str> = words.split(' ').chain(SAID[2..].iter().copied()).collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("What does a clock on the wall show").types("");
    pty.expect(BAG).types("A1");
    pty.expect("Directory or scan").types("legal1");
    pty.expect(BAG).types("bad").expect("The number on it");
    pty.types("").expect("Its seal").types("broken");
    pty.expect("Which carrier should be in it").types("share 2");
    pty.expect("Type `open`").types("").expect(STAYS);
    pty.expect(BAG).types("");
    pty.expect("Directory or scan").types("");
    pty.presses_enter_until("Drill D1, share check: PASS WITH FINDINGS");
    pty.ends()
        .exits(12)
        .does_not_say("share 1, copy 1: number of the bag");
    let d = report(&scene, "d1.json");
    let carriers = d.carriers.iter();
    let said: Vec<_> = carriers
        .map(|one| (one.number, one.outcome.as_str(), one.bag_found.as_deref()))
        .collect();
    let expected = [(Some(1), "whole", Some("A1")), (Some(2), "not read", None)];
    assert_eq!(said, expected);
    let register = Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap();
    assert!(!register.state().drills[0].partial);
}

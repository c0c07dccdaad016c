//! Drills that were cut off at their end: killed while the report was written, or with a register that could not be.

use std::fs;

use coldvault::drill::{DrillReport, Outcome};
use coldvault::register::{Event, Register, State};

use crate::pty::Pty;
use crate::scene::Scene;

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
        .says("No vault signed this report");
    let state = state(&scene);
    assert_eq!(state.drills.len(), 1);
    let read = state.vaults[0].carriers.iter();
    assert_eq!(read.filter(|one| one.drilled.is_some()).count(), 2);
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

/// What a drill of long ago says, entered now, stands on its own day and takes nothing back.
#[test]
fn a_drill_that_is_entered_late_counts_from_its_own_day() {
    let scene = registered();
    scene
        .run(
            "drill --kind D2 --from v1 --from v2 --register office/register.json --report new.json",
        )
        .exits(0);
    let register = register(&scene);
    let drilled = register.entries().find_map(|entry| match &entry.event {
        Some(Event::Drilled(drilled)) => Some((entry.stamp.clone(), drilled.clone())),
        _ => None,
    });
    let (stamp, mut old) = drilled.unwrap();
    let day = coldvault::time::Time::from_unix(old.checked.unix() - 40 * 86_400);
    (old.drill_id, old.checked, old.outcome) = ([7; 16], day, Outcome::Fail);
    let mut late = register.clone();
    late.add(&stamp, &Event::Drilled(old)).unwrap();
    let (before, after) = (register.state(), late.state());
    assert_eq!(after.drills.len(), 2);
    assert_eq!(
        (after.drills[0].at, after.drills[0].outcome),
        (day, Outcome::Fail)
    );
    assert_eq!(after.drills[1].at, before.drills[0].at);
    for (before, after) in before.vaults[0]
        .carriers
        .iter()
        .zip(&after.vaults[0].carriers)
    {
        assert_eq!(
            (after.checked, after.drilled),
            (before.checked, before.drilled)
        );
    }
    let read = fs::read(scene.at("new.json")).unwrap();
    assert!(DrillReport::from_bytes(&read).is_ok());
}

//! How old a medium is: what `verify` and `inspect` say of it, and how `copy` makes it young.

use serde_json::Value;

use crate::scene::{Scene, sealed};
use crate::support::run;

/// Makes a carrier say that it was first written then, and nothing else than a forger could.
fn dated(medium: &str, written: &str) -> Scene {
    let scene = sealed();
    let text = std::fs::read_to_string(scene.file(medium, "carrier.json")).unwrap();
    let (_, rest) = text.split_once("\"written\": \"").unwrap();
    let (before, _) = rest.split_once('"').unwrap();
    scene.edit(medium, "carrier.json", before, written);
    scene.rehash(medium);
    scene
}

fn carrier(scene: &Scene, words: &[&str]) -> Value {
    let ran = run(scene.dir(), &[&["--json"], words].concat());
    assert_eq!(ran.status, Some(0), "{ran}");
    let object: Value = serde_json::from_str(&ran.out).unwrap();
    object["carriers"][0].clone()
}

#[test]
fn a_fresh_medium_is_due_for_nothing_and_both_commands_say_the_same_day() {
    let scene = sealed();
    let ran = scene.run("verify legal1").exits(0);
    ran.says("first written ")
        .says(", today")
        .says("check it by ")
        .says("replace it by ")
        .does_not_say("due");
    scene
        .run("inspect legal1")
        .exits(0)
        .says("copy     1 of 2")
        .says("first written ");
    let seen = carrier(&scene, &["inspect", "legal1"]);
    let checked = carrier(&scene, &["verify", "legal1"]);
    for line in [&seen, &checked] {
        assert_eq!(line["due"], "nothing");
    }
    for member in ["role", "written", "check_by", "replace_by", "holds"] {
        assert_eq!(seen[member], checked[member], "{member}");
    }
    assert!(seen["read"].is_null() && checked["read"].is_string());
}

#[test]
fn a_medium_of_two_years_was_due_for_a_check_and_is_whole() {
    let scene = dated("v1", "2024-11-01T10:00:00Z");
    let ran = scene.run("verify v1").exits(0);
    ran.says("a check was due by 2025-11-01")
        .says("replace it by 2029-11-01")
        .says("whole")
        .does_not_say("warning: \"v1");
    let line = carrier(&scene, &["verify", "v1"]);
    assert_eq!(line["due"], "check");
    assert_eq!(line["replace_by"], "2029-11-01");
    assert_ne!(line["check_by"], "2025-11-01");
    let seen = carrier(&scene, &["inspect", "v1"]);
    assert_eq!(seen["check_by"], "2025-11-01");
}

#[test]
fn a_medium_of_six_years_is_due_for_replacement_and_whole_and_a_copy_of_it_is_fresh() {
    let scene = dated("legal1", "2020-01-31T10:00:00Z");
    let ran = scene.run("verify legal1").exits(0);
    ran.says("due since 2025-01-31")
        .says("make a fresh one with coldvault copy")
        .says("whole");
    assert_eq!(carrier(&scene, &["verify", "legal1"])["due"], "replacement");
    std::fs::create_dir(scene.at("fresh")).unwrap();
    let ran = scene.run("copy legal1 fresh --rehearsal").exits(0);
    ran.says("copied from a carrier of 2020-01-31")
        .says("destroy the old one")
        .says("read back while mounted");
    let line = carrier(&scene, &["verify", "fresh"]);
    assert_eq!(line["due"], "nothing");
    scene
        .run("verify fresh")
        .exits(0)
        .says(", today")
        .does_not_say("2020");
    scene.run("verify legal1").exits(0).says("2020-01-31");
}

#[test]
fn a_date_of_the_future_is_said_and_changes_nothing() {
    let scene = dated("v1", "2999-01-01T00:00:00Z");
    let ran = scene.run("verify v1").exits(0);
    ran.says("first written 2999-01-01")
        .says("one of the two is wrong")
        .says("whole");
    let line = carrier(&scene, &["verify", "v1"]);
    assert!(line["due"].is_null(), "{line}");
    scene
        .run("inspect v1")
        .exits(0)
        .says("first written 2999-01-01");
    let words = "restore --rehearsal --from v1 --from legal1 --from ops1 --into out";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

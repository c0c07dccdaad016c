//! Two copies of everything, read back, or no success.

use std::fs;
use std::process::Command;

use crate::scene::{EXCEPTIONS, SHARES, Scene, VAULTS, names, production, sealed, tree};
use crate::support::{PROGRAM, ROOT, Ran, may_mount, skipped};

#[test]
fn what_is_sealed_lies_on_every_medium_whole_and_comes_back() {
    let scene = Scene::new();
    let ran = scene.seal("--note note.txt --rehearsal --contact Security-office-555");
    let id = scene.id();
    let ran = ran.exits(0).says(&id).says("read back").says("note.txt");
    for medium in VAULTS.iter().chain(&SHARES) {
        assert_eq!(names(&scene.at(medium)).len(), 1, "{medium}");
        ran.mentions(medium);
        let verified = scene.run(&format!("verify {medium}"));
        verified.exits(0).says("whole").says(&id).says("REHEARSAL");
    }
    let words = "restore --from v2 --from legal2 --from audit1 --into out --rehearsal";
    scene.run(words).exits(0).says(&id);
    scene.is_restored("out");
}

#[test]
fn both_vault_copies_and_both_share_copies_hold_the_same() {
    let scene = sealed();
    for (one, two, name) in [
        ("v1", "v2", "payload.age"),
        ("v1", "legal1", "vault.json"),
        ("legal1", "legal2", "share.json"),
        ("ops1", "ops2", "vault.json.sig"),
    ] {
        let read = |medium| fs::read(scene.file(medium, name)).unwrap();
        assert_eq!(read(one), read(two), "{name} on {one} and {two}");
    }
}

#[test]
fn no_carrier_of_the_vault_names_a_person_and_no_share_carrier_another_one() {
    let scene = sealed();
    for (medium, not) in [
        ("v1", vec!["legal", "audit", "ops"]),
        ("legal1", vec!["audit", "ops"]),
    ] {
        for (path, content) in tree(&scene.folder(medium)) {
            let text = String::from_utf8_lossy(&content).into_owned();
            for name in &not {
                let quoted = format!("\"{name}\"");
                assert!(!text.contains(&quoted), "{name} in {path:?} on {medium}");
                assert!(!text.contains(&format!("kept by {name}")), "{path:?}");
            }
        }
    }
}

#[test]
fn nothing_of_the_node_or_the_note_lies_in_clear_on_any_medium() {
    let scene = sealed();
    for medium in VAULTS.iter().chain(&SHARES) {
        for (path, content) in tree(&scene.at(medium)) {
            let text = String::from_utf8_lossy(&content).into_owned();
            for clear in ["correct-horse", "myLegalName", "nodekeystore"] {
                assert!(!text.contains(clear), "{clear} in {path:?} on {medium}");
            }
        }
    }
}

#[test]
fn production_is_sealed_with_reasons_and_says_so() {
    let scene = production();
    scene.run("verify v1").exits(0).says("PRODUCTION");
    let ran = scene.run("restore --from v1 --from legal1 --from ops1 --into out");
    ran.exits(0).says("PRODUCTION");
    scene.is_restored("out");
}

#[test]
fn production_copies_on_one_disk_are_refused() {
    let scene = Scene::new();
    let ran = scene.seal("--exception host=test");
    ran.exits(5)
        .says("separate devices")
        .says("is on the disk of");
    everything_is_bare(&scene);
    let reasonless = scene.seal("--exception devices=");
    reasonless.exits(2).says("reason");
    scene.seal("--exception lunch=late").exits(2).says("lunch");
    everything_is_bare(&scene);
}

#[test]
fn a_second_sealing_to_the_same_media_leaves_the_first_alone() {
    let scene = sealed();
    let before = tree(&scene.at("v1"));
    let seal = Scene::seal_words("--rehearsal");
    scene.run(&seal).exits(0);
    let now = tree(&scene.at("v1"));
    assert!(before.iter().all(|entry| now.contains(entry)));
    assert_eq!(names(&scene.at("v1")).len(), 2);
}

#[track_caller]
pub(crate) fn everything_is_bare(scene: &Scene) {
    for medium in VAULTS.iter().chain(&SHARES) {
        scene.is_bare(medium);
    }
}

#[test]
fn a_copy_is_one_more_whole_carrier_that_restores() {
    let scene = sealed();
    for (from, to) in [("v1", "v3"), ("legal2", "legal3")] {
        fs::create_dir(scene.at(to)).unwrap();
        scene
            .run(&format!("copy {from} {to} --rehearsal"))
            .exits(0)
            .says(to);
        scene.run(&format!("verify {to}")).exits(0).says("whole");
        let again = scene.run(&format!("copy {from} {to} --rehearsal"));
        again.exits(5).says("already exists");
        scene.run(&format!("verify {to}")).exits(0);
    }
    scene
        .run("restore --from v3 --from legal3 --from audit1 --into out --rehearsal")
        .exits(0);
    scene.is_restored("out");
}

#[test]
fn a_production_copy_on_its_sources_disk_is_refused() {
    let scene = production();
    fs::create_dir(scene.at("v3")).unwrap();
    scene.run("copy v1 v3").exits(5).says("another medium");
    scene.is_bare("v3");
    scene
        .run("copy v1 v3 --rehearsal")
        .exits(5)
        .says("production");
    scene.is_bare("v3");
    scene.run(&format!("copy v1 v3 {EXCEPTIONS}")).exits(0);
    scene.run("verify v3").exits(0);
}

#[test]
fn a_copy_needs_one_coldvault_folder_to_start_from() {
    let scene = sealed();
    fs::create_dir(scene.at("new")).unwrap();
    scene
        .run("copy node new --rehearsal")
        .exits(2)
        .says("\"node\"");
    scene
        .run("copy v1 nowhere --rehearsal")
        .exits(6)
        .says("nowhere");
    scene.run("copy gone new --rehearsal").exits(6).says("gone");
    scene.is_bare("new");
}

/// The words of a production sealing in which legal's first share copy goes to the first vault medium.
fn beside_the_vault(more: &str) -> String {
    let words = Scene::seal_words(&format!("{EXCEPTIONS} {more}"));
    words.replacen("legal=legal1", "legal=v1", 1)
}

#[test]
fn a_share_lies_with_the_vault_only_where_that_custodian_is_named_with_a_reason() {
    let scene = Scene::new();
    scene
        .run(&beside_the_vault(""))
        .exits(5)
        .says("one directory");
    let other = "--exception together:audit=test";
    scene
        .run(&beside_the_vault(other))
        .exits(5)
        .says("one directory");
    let nobody = "--exception together:eve=test";
    scene.run(&beside_the_vault(nobody)).exits(2).says("eve");
    let reasonless = "--exception together:legal=";
    scene
        .run(&beside_the_vault(reasonless))
        .exits(2)
        .says("reason");
    everything_is_bare(&scene);
    let named = "--exception together:legal=test";
    let ran = scene.run(&beside_the_vault(named));
    ran.exits(0).says("set aside: together:legal (test)");
    assert_eq!(names(&scene.at("v1")).len(), 2);
    scene
        .run("verify v1")
        .exits(0)
        .says("vault, copy 1")
        .says("share 1 (legal)");
    scene
        .run("restore --from v1 --from ops2 --into out")
        .exits(0);
    scene.is_restored("out");
}

#[test]
fn a_copy_may_lie_with_the_vault_only_where_that_custodian_is_named() {
    let scene = production();
    for (from, to, rule) in [("legal1", "v1", "legal"), ("v2", "audit1", "audit")] {
        let copy = format!("copy {from} {to} {EXCEPTIONS}");
        let refused = scene.run(&copy).exits(5);
        refused
            .says("of the same vault lies there")
            .says(&format!("together:{rule}"));
        scene
            .run(&format!("{copy} --exception together:ops=test"))
            .exits(5);
        scene
            .run(&format!("{copy} --exception together:{rule}=test"))
            .exits(0);
    }
    let two = "copy legal1 ops1 --exception together:legal=test --exception together:ops=test";
    scene
        .run(&format!("{two} {EXCEPTIONS}"))
        .exits(5)
        .says("medium of its own");
}

#[test]
fn a_copy_beside_the_vault_is_refused_in_any_directory_of_the_medium() {
    const SCRIPT: &str = r#"E="--exception devices=test --exception host=test"
        mount -t tmpfs tmpfs medium && mkdir medium/d medium/e || exit 77
        "$0" copy v1 medium $E || exit 10
        "$0" copy legal1 medium/d $E && exit 11
        "$0" copy v2 medium/e $E && exit 12
        exec "$0" copy legal1 medium/d $E --exception together:legal=test"#;
    let scene = production();
    if !may_mount() {
        return;
    }
    fs::create_dir(scene.at("medium")).unwrap();
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", SCRIPT, PROGRAM])
        .current_dir(scene.dir())
        .output()
        .unwrap();
    if output.status.code() == Some(77) {
        return skipped(ROOT, "this machine does not let root mount a tmpfs");
    }
    let ran = Ran::of(&["copy"], &output).exits(0);
    ran.says("of the same vault lies there")
        .says("share 1 (legal)");
}

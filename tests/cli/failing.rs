//! Media that fail in the middle, with somebody at the terminal who brings another one and without. What only a real stick
//! does (false capacity, other bytes on the second read, hanging, coming back): `.ci/ceremony`.

use std::process::Command;

use crate::pty::Pty;
use crate::scene::{EXCEPTIONS, Scene, names};
use crate::seal::everything_is_bare;
use crate::support::{PROGRAM, ROOT, Ran, may_mount, noise, skipped};

/// A node that does not fit onto a medium with 200 KiB.
fn scene() -> Scene {
    let scene = Scene::new();
    scene.put("node/large", &noise(600 << 10));
    std::fs::create_dir(scene.at("spare")).unwrap();
    scene
}

/// Shell that makes `full` a medium of its own with so little room, and goes on with what is behind it.
fn with_little_room(full: &str) -> String {
    format!("mount -t tmpfs -o size=200k tmpfs {full} || exit 77")
}

/// A sealing on a terminal to media of which one is full at some point.
fn at_the_desk(scene: &Scene, full: &str) -> Option<Pty> {
    if !may_mount() {
        return None;
    }
    let words = Scene::seal_words(EXCEPTIONS);
    let words: Vec<&str> = words.split_whitespace().collect();
    let script = format!(
        "exec unshare --mount sh -c '{}; exec \"$@\"' sh \"$@\"",
        with_little_room(full)
    );
    Pty::start_by(scene.dir(), &words, &script)
}

#[test]
fn one_of_several_named_vault_media_fails_the_others_go_on_and_its_copy_is_made_on_another_one() {
    for (full, copy) in [("v1", 1), ("v2", 2)] {
        let scene = scene();
        let Some(mut pty) = at_the_desk(&scene, full) else {
            return;
        };
        pty.expect("no space left");
        pty.expect(&format!("vault copy {copy} needs another medium"));
        // nothing begins anew: the shares come next, and the missing copy at the end
        pty.expect("Writing share 1 (legal), copy 1 of 2");
        pty.expect("Writing share 3 (ops), copy 2 of 2");
        pty.expect(&format!("the vault, copy {copy} of 2: insert"));
        pty.types("spare");
        let ran = pty.ends().exits(0).says("SEALED: 8 of 8 carriers");
        ran.does_not_say("is left of a sealing");
        assert_eq!(names(&scene.at("spare")).len(), 1);
        let other = ["v2", "v1"][copy - 1];
        for place in ["spare", other, "legal1", "ops2"] {
            scene.run(&format!("verify {place}")).exits(0).says("whole");
        }
        scene
            .run("restore --from spare --from legal1 --from ops2 --into out")
            .exits(0);
    }
}

#[test]
fn without_a_terminal_one_failing_medium_ends_it_with_6_and_says_what_was_whole_and_what_is_missing()
 {
    let scene = scene();
    if !may_mount() {
        return;
    }
    let script = format!(
        "{}; \"$0\" {}; status=$?; ls v2; exit $status",
        with_little_room("v2"),
        Scene::seal_words("--rehearsal")
    );
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script, PROGRAM])
        .current_dir(scene.dir())
        .output()
        .unwrap();
    if output.status.code() == Some(77) {
        return skipped(ROOT, "this machine does not let root mount a tmpfs");
    }
    let ran = Ran::of(&["seal"], &output).exits(6);
    let ran = ran
        .says("no space left")
        .says("nothing is sealed, and no copy was whole")
        .says("missing: vault copy 1 of 2; vault copy 2 of 2");
    // what the shell lists
    assert_eq!(ran.out, "");
    everything_is_bare(&scene);
}

#[test]
fn a_share_medium_that_fails_is_replaced_and_what_was_written_stays() {
    let scene = Scene::new();
    if !may_mount() {
        return;
    }
    let words = Scene::seal_words(EXCEPTIONS);
    let words: Vec<&str> = words.split_whitespace().collect();
    // room for the least that is asked for, and no names for the files
    let script = "exec unshare --mount sh -c 'mount -t tmpfs -o size=400k,nr_inodes=4 tmpfs audit1 || exit 77; exec \"$@\"' sh \"$@\"";
    std::fs::create_dir(scene.at("spare")).unwrap();
    let Some(mut pty) = Pty::start_by(scene.dir(), &words, script) else {
        return;
    };
    pty.expect("Writing share 2 (audit), copy 1 of 2");
    pty.expect("audit's share, copy 1 needs another medium");
    pty.expect("audit, copy 1 of 2: insert").types("legal1");
    pty.expect("this is the medium of legal's share, copy 1");
    pty.expect("audit, copy 1 of 2: insert").types("spare");
    pty.ends().exits(0).says("SEALED: 8 of 8 carriers");
    for place in ["spare", "legal1", "v2", "audit2"] {
        scene.run(&format!("verify {place}")).exits(0).says("whole");
    }
}

/// A copy of a vault on a terminal, onto `v3`, which has little room.
fn copies_onto_a_full_medium(scene: &Scene) -> Option<Pty> {
    if !may_mount() {
        return None;
    }
    std::fs::create_dir(scene.at("v3")).unwrap();
    let script = format!(
        "exec unshare --mount sh -c '{}; exec \"$@\"' sh \"$@\"",
        with_little_room("v3")
    );
    let words = ["copy", "v1", "v3", "--rehearsal"];
    let mut pty = Pty::start_by(scene.dir(), &words, &script)?;
    pty.expect("no space left")
        .expect("No copy was made on this medium")
        .expect("Type another");
    Some(pty)
}

#[test]
fn a_copy_whose_medium_fails_goes_onto_another_one_that_is_brought() {
    let scene = scene();
    scene.seal("--rehearsal").exits(0);
    let Some(mut pty) = copies_onto_a_full_medium(&scene) else {
        return;
    };
    pty.types("perhaps").expect("Type another").types("again");
    pty.expect("no space left")
        .expect("Type another")
        .types("another");
    pty.expect("Copy to:").types("spare");
    let ran = pty.ends().exits(0).says("Copied, and read back");
    ran.does_not_say("is left of this unfinished copy");
    assert!(names(&scene.at("v3")).is_empty());
    scene.run("verify spare").exits(0).says("whole");
}

#[test]
fn a_copy_whose_medium_fails_goes_onto_the_same_one_once_it_has_room() {
    let scene = scene();
    scene.seal("--rehearsal").exits(0);
    let Some(mut pty) = copies_onto_a_full_medium(&scene) else {
        return;
    };
    let full = scene.at("v3").display().to_string();
    assert!(pty.in_its_mounts("mount", &["-o", "remount,size=4m", &full]));
    pty.types("again");
    pty.ends().exits(0).says("Copied, and read back");
}

#[test]
fn a_copy_that_is_stopped_after_its_medium_failed_is_none() {
    let scene = scene();
    scene.seal("--rehearsal").exits(0);
    for way in ["stop", "another"] {
        let Some(mut pty) = copies_onto_a_full_medium(&scene) else {
            return;
        };
        pty.types(way);
        if way == "another" {
            pty.expect("Copy to:").types("stop");
        }
        let ran = pty.ends().exits(6).says("no space left");
        ran.does_not_say("Copied, and read back");
        std::fs::remove_dir(scene.at("v3")).unwrap();
    }
}

#[test]
fn without_a_terminal_a_copy_onto_a_full_medium_ends_with_6_and_leaves_nothing() {
    let scene = scene();
    scene.seal("--rehearsal").exits(0);
    if !may_mount() {
        return;
    }
    std::fs::create_dir(scene.at("v3")).unwrap();
    let script = format!(
        "{}; \"$0\" copy v1 v3 --rehearsal; status=$?; ls v3; exit $status",
        with_little_room("v3")
    );
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script, PROGRAM])
        .current_dir(scene.dir())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let ran = Ran::of(&["copy"], &output).exits(6);
    assert_eq!(ran.out, "", "something is left");
    ran.says("no space left").does_not_say("Type another");
}

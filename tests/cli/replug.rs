//! Media that are taken out and put back at the end, and everything that can come of it.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::lead::system;
use crate::pty::Pty;
use crate::register::{REGISTER, registered, state};
use crate::scene::{Scene, names, production, sealed};
use crate::support::{ROOT, may_mount, run, skipped};

/// Seals onto eight directories, and waits until the media are to come back.
fn seals(scene: &Scene) -> Option<Pty> {
    let words = Scene::seal_words("--rehearsal --replug");
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut pty = Pty::start(scene.dir(), &words)?;
    pty.expect("Now the proof: unmount every medium");
    pty.expect("8 media are still to come back")
        .expect("or stop:");
    Some(pty)
}

/// All of them are said to have been out.
fn all_were_out(pty: &mut Pty) {
    pty.types("").expect("Were they?").types("y");
}

#[test]
fn every_medium_that_comes_back_is_read_in_full_and_the_table_says_so() {
    let scene = Scene::new();
    let Some(mut pty) = seals(&scene) else {
        return;
    };
    pty.types("").expect("Were they?").types("n");
    pty.expect("None of them came back").expect("or stop:");
    pty.types("note.txt")
        .expect("none of those that are to come back")
        .expect("or stop:");
    all_were_out(&mut pty);
    pty.expect("share 1 (legal), copy 1 of 2 came back and holds what was written");
    let ran = pty.ends().exits(0);
    // a directory is taken out by nobody: what was said is called that, and is no proof
    ran.says("Sealed. Every copy was read back, from the device")
        .says("(after re-plug, as was said)")
        .says("SEALED: 8 of 8 carriers")
        .does_not_say("Still to be proven");
}

#[test]
fn without_it_the_table_says_that_the_copies_were_read_back_while_mounted() {
    let scene = Scene::new();
    let ran = scene.seal("--rehearsal").exits(0);
    ran.says("Every copy was read back while mounted")
        .says("Still to be proven: pull each medium");
    let line = carrier(&scene, &["verify", "v1"]);
    assert!(line["replugged"].is_null(), "{line}");
}

fn carrier(scene: &Scene, words: &[&str]) -> Value {
    let ran = run(scene.dir(), &[&["--json"], words].concat());
    let object: Value = serde_json::from_str(&ran.out).unwrap();
    object["carriers"][0].clone()
}

#[test]
fn without_a_terminal_nobody_can_carry_it_out() {
    let scene = sealed();
    let seal = Scene::seal_words("--rehearsal --replug");
    for words in [seal.as_str(), "copy v1 v2 --replug"] {
        scene
            .run(words)
            .exits(2)
            .says("--replug asks for media")
            .says("coldvault verify");
    }
    scene.run("copy v1").exits(2).says("TO is missing");
}

#[test]
fn one_that_reads_otherwise_does_not_count_and_another_is_made_from_the_other_copy() {
    let scene = Scene::new();
    fs::create_dir(scene.at("fresh")).unwrap();
    fs::create_dir(scene.at("fresh2")).unwrap();
    let Some(mut pty) = seals(&scene) else {
        return;
    };
    pty.meanwhile(|| {
        scene.damage("legal1", "share.json");
        scene.damage("v2", "payload.age");
    });
    all_were_out(&mut pty);
    pty.expect("(vault copy 2 of 2) came back and is no good")
        .expect("Type another")
        .types("another");
    pty.expect("find this medium and destroy it")
        .expect("vault, copy 2 of 2: insert the medium")
        .expect("or stop:")
        .types("fresh2");
    pty.expect("(share 1 (legal), copy 1 of 2) came back and is no good")
        .expect("Type another")
        .types("perhaps")
        .expect("Type another")
        .types("another");
    pty.expect("legal, copy 1 of 2: insert the medium")
        .expect("or stop:")
        .types("legal1")
        .expect("this is the medium of legal's share, copy 1")
        .expect("or stop:")
        .types("fresh");
    pty.expect("2 media are still to come back")
        .expect("or stop:")
        .types("");
    let ran = pty.ends().exits(0);
    ran.says("SEALED: 8 of 8 carriers").says("after re-plug");
    for medium in ["fresh", "fresh2", "legal2", "v1"] {
        scene.run(&format!("verify {medium}")).exits(0);
    }
    scene
        .run("verify fresh")
        .says("share 1 (legal), copy 1 of 2: whole");
    scene.run("verify legal1").exits(4);
    let words = "restore --rehearsal --from fresh2 --from fresh --from ops1 --into out";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

#[test]
fn one_that_does_not_come_back_is_replaced_and_the_lost_one_is_to_be_found() {
    let scene = Scene::new();
    fs::create_dir(scene.at("fresh")).unwrap();
    let Some(mut pty) = seals(&scene) else {
        return;
    };
    let lost = scene.at("audit2");
    pty.meanwhile(|| fs::rename(&lost, scene.at("lost")).unwrap());
    all_were_out(&mut pty);
    pty.expect("1 medium is still to come back")
        .expect("or stop:")
        .types("missing");
    pty.expect("(share 2 (audit), copy 2 of 2) does not come back")
        .expect("Type another")
        .types("again")
        .expect("or stop:")
        .types("missing")
        .expect("Type another")
        .types("another");
    pty.expect("audit, copy 2 of 2: insert the medium")
        .expect("or stop:")
        .types("fresh");
    pty.expect("1 medium is still to come back")
        .expect("or stop:")
        .types("");
    pty.ends()
        .exits(0)
        .says("find this medium and destroy it")
        .says("SEALED: 8 of 8");
    scene
        .run("verify fresh")
        .exits(0)
        .says("share 2 (audit), copy 2 of 2: whole");
}

#[test]
fn when_no_good_copy_of_a_share_is_left_the_sealing_is_to_be_begun_anew() {
    let scene = Scene::new();
    let Some(mut pty) = seals(&scene) else {
        return;
    };
    pty.meanwhile(|| {
        scene.damage("ops1", "share.json");
        scene.damage("ops2", "share.json");
    });
    all_were_out(&mut pty);
    pty.expect("(share 3 (ops), copy 1 of 2) came back and is no good")
        .expect("Type another")
        .types("another");
    // the other one is bad too: it is not taken for a source
    pty.expect("ops's share, copy 2 is needed once more")
        .expect("or stop:")
        .types("")
        .expect("is not ops's share, copy 2")
        .expect("or stop:")
        .types("stop");
    let ran = pty.ends().exits(6);
    ran.says("missing: share 3 (ops), copy 1 of 2");
    let scene = Scene::new();
    let Some(mut pty) = seals(&scene) else {
        return;
    };
    pty.meanwhile(|| scene.damage("ops1", "share.json"));
    all_were_out(&mut pty);
    pty.expect("came back and is no good")
        .expect("Type another")
        .types("stop");
    let ran = pty.ends().exits(6);
    ran.says("missing: share 3 (ops), copy 1 of 2")
        .says("coldvault copy");
}

#[test]
fn who_stops_has_a_sealed_vault_and_the_list_of_what_is_not_proven() {
    let scene = Scene::new();
    let Some(mut pty) = seals(&scene) else {
        return;
    };
    pty.types("stop");
    let ran = pty.ends().exits(5);
    ran.says("sealed, but not read back after a re-plug: vault copy 1 of 2")
        .says("read back while mounted");
    scene.run("verify v1").exits(0);
}

#[test]
fn copy_asks_for_both_media_and_for_the_new_one_once_more() {
    let scene = sealed();
    fs::create_dir(scene.at("fresh")).unwrap();
    fs::create_dir(scene.at("empty")).unwrap();
    let Some(mut pty) = Pty::start(scene.dir(), &["copy", "--rehearsal", "--replug"]) else {
        return;
    };
    pty.expect("Copy from:")
        .types("empty")
        .expect("No coldvault folder is there")
        .expect("Copy from:")
        .types("legal1");
    pty.expect("Copy to:")
        .types("nowhere")
        .expect("nowhere")
        .expect("Copy to:")
        .types("node")
        .expect("is not empty: it holds")
        .types("n")
        .expect("Copy to:")
        .types("fresh")
        .expect("Register file")
        .types("");
    pty.expect("1 medium is still to come back")
        .expect("or stop:");
    // a copy of the folder, while the one that was written lies where it was
    fs::create_dir(scene.at("clone")).unwrap();
    for name in names(&scene.at("fresh")) {
        let (from, to) = (scene.at("fresh").join(&name), scene.at("clone").join(&name));
        let (from, to) = (from.display().to_string(), to.display().to_string());
        assert!(system("cp", &["-a", &from, &to]));
    }
    pty.types("clone")
        .expect("does not count for it")
        .expect("lies at")
        .expect("or stop:");
    all_were_out(&mut pty);
    pty.ends()
        .exits(0)
        .says("read back after re-plug, as was said");
    scene.run("verify fresh").exits(0).says("legal");
    assert_eq!(
        names(&scene.at("node")).len(),
        names(&sealed().at("node")).len()
    );
}

/// Whoever says that the medium is gone has no copy, and the register must not count one.
#[test]
fn a_copy_whose_medium_does_not_come_back_counts_for_nothing() {
    let scene = registered("");
    fs::create_dir(scene.at("fresh")).unwrap();
    let before = state(&scene).vaults[0].carriers.len();
    let line = format!("copy legal1 fresh --rehearsal --replug {REGISTER}");
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("1 medium is still to come back")
        .expect("or stop:")
        .types("missing");
    pty.ends()
        .exits(5)
        .says("does NOT count as a copy")
        .does_not_say("Copied, and read back");
    assert_eq!(state(&scene).vaults[0].carriers.len(), before);
    assert_eq!(crate::register::words(&scene).last().unwrap(), "noted");
}

#[test]
fn practising_with_a_carrier_of_production_ends_before_a_medium_is_asked_for() {
    let scene = production();
    let words = ["copy", "legal1", "--rehearsal"];
    let Some(pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.ends()
        .exits(5)
        .says("production")
        .does_not_say("Copy to:");
}

/// A copy onto a real file system, which waits for its medium to come back.
fn copies_onto_a_stick(scene: &Scene) -> Option<Pty> {
    const PLUGGED: &str =
        r#"exec unshare --mount sh -c 'mount -o loop stick port; exec "$@"' sh "$@""#;
    if !may_mount() {
        return None;
    }
    let stick = scene.at("stick").display().to_string();
    if !system("mkfs.ext4", &["-q", &stick, "4M"]) {
        skipped(ROOT, "there is no mkfs.ext4");
        return None;
    }
    fs::create_dir(scene.at("port")).unwrap();
    let words = ["copy", "legal1", "port", "--rehearsal", "--replug"];
    let mut pty = Pty::start_by(scene.dir(), &words, PLUGGED)?;
    pty.expect("1 medium is still to come back")
        .expect("or stop:");
    let port = scene.at("port").display().to_string();
    if !pty.in_its_mounts("mountpoint", &["-q", &port]) {
        skipped(ROOT, "this machine does not let root mount a file");
        return None;
    }
    assert!(
        pty.in_its_mounts("umount", &[&port]),
        "something is open on it"
    );
    Some(pty)
}

#[test]
fn a_medium_that_comes_back_is_noticed_and_one_that_nobody_can_tell_apart_is_asked_for() {
    let scene = sealed();
    let Some(mut pty) = copies_onto_a_stick(&scene) else {
        return;
    };
    let path = |name: &str| scene.at(name).display().to_string();
    // another one first
    fs::copy(scene.at("stick"), scene.at("other")).unwrap();
    assert!(system("mkfs.ext4", &["-q", "-F", &path("other"), "4M"]));
    assert!(pty.in_its_mounts("mount", &["-o", "loop", &path("other"), &path("port")]));
    pty.expect("none of those that are to come back")
        .expect("or stop:");
    assert!(pty.in_its_mounts("umount", &[&path("port")]));
    assert!(pty.in_its_mounts("mount", &["-o", "loop", &path("stick"), &path("port")]));
    // a file that stands for a stick: what the kernel numbers of it is no plugging
    pty.expect("Were they?").types("y");
    let ran = pty.ends().exits(0);
    ran.says("read back after re-plug, as was said (from the device)");
}

#[test]
fn a_stick_that_kept_other_bytes_is_found_out_when_it_comes_back() {
    let scene = sealed();
    let Some(mut pty) = copies_onto_a_stick(&scene) else {
        return;
    };
    let share = fs::read(scene.file("legal1", "share.json")).unwrap();
    let stick = scene.at("stick");
    let mut image = fs::read(&stick).unwrap();
    let at = image.windows(64).position(|part| *part == share[..64]);
    image[at.unwrap() + 40] ^= 1;
    fs::write(&stick, image).unwrap();
    let path = |name: &str| scene.at(name).display().to_string();
    let _ = Command::new("sync").status();
    assert!(pty.in_its_mounts("mount", &["-o", "loop", &path("stick"), &path("port")]));
    pty.expect("Were they?").types("y");
    pty.expect("it came back and is no good")
        .expect("share.json")
        .expect("Type again")
        .types("agian")
        .expect("Type again")
        .types("stop");
    pty.ends()
        .exits(6)
        .says("does not count; destroy this medium");
}

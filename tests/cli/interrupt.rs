//! Ctrl-C and kill at any moment: nothing half-done looks done, and what is left is named by the next run.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::scene::{SHARES, Scene, VAULTS, names};
use crate::seal::everything_is_bare;
use crate::support::{Ran, command, noise, wait_for, without_terminal};

const RESTORE: &str = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";

/// Starts the program, waits until `there`, sends the signal, and answers how it ended.
pub(crate) fn stopped(scene: &Scene, words: &str, signal: Signal, there: impl Fn() -> bool) -> Ran {
    let args: Vec<&str> = words.split_whitespace().collect();
    let mut command = command(scene.dir(), &args);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = Pid::from_child(&child);
    assert!(wait_for(there), "the moment never came: {words}");
    // It may be gone already: then it was not stopped, and the test sees that.
    let _ = kill_process(pid, signal);
    Ran::of(&args, &child.wait_with_output().unwrap())
}

/// Whether a file of this name is in some coldvault folder on the medium.
fn has(scene: &Scene, medium: &str, name: &str) -> bool {
    let found = coldvault::media::find(&scene.at(medium), "coldvault-").unwrap();
    found.paths.iter().any(|folder| folder.join(name).exists())
}

fn big() -> Scene {
    let scene = Scene::new();
    scene.put("node/big.db", &noise(48 << 20));
    scene
}

fn payload_grows(scene: &Scene) -> bool {
    let found = coldvault::media::find(&scene.at("v1"), "coldvault-").unwrap();
    let length =
        |path: &Path| fs::metadata(path.join("payload.age.000.unfinished")).map(|a| a.len());
    found
        .paths
        .iter()
        .any(|path| length(path).is_ok_and(|length| length > 100_000))
}

#[test]
fn ctrl_c_while_the_payload_is_written_leaves_nothing() {
    let scene = big();
    let seal = Scene::seal_words("--rehearsal");
    for signal in [Signal::INT, Signal::TERM] {
        let ran = stopped(&scene, &seal, signal, || payload_grows(&scene));
        ran.exits(130).says("Ctrl-C");
        everything_is_bare(&scene);
    }
}

#[test]
fn a_sealing_stopped_among_the_shares_leaves_nothing_or_is_done() {
    for medium in ["legal1", "audit2", "ops2"] {
        let scene = Scene::new();
        let seal = Scene::seal_words("--rehearsal");
        let ran = stopped(&scene, &seal, Signal::INT, || has(&scene, medium, "."));
        if ran.status == Some(0) {
            assert_eq!(finished(&scene, "v1"), finished(&scene, "v2"));
            continue;
        }
        ran.exits(130);
        everything_is_bare(&scene);
    }
}

fn finished(scene: &Scene, medium: &str) -> bool {
    has(scene, medium, "SHA256SUMS")
}

/// After a kill: a vault copy that looks done means that everything else is, too.
fn nothing_half_done_looks_done(scene: &Scene) {
    let done = VAULTS.iter().any(|medium| finished(scene, medium));
    for medium in VAULTS.iter().chain(&SHARES) {
        if names(&scene.at(medium)).is_empty() {
            assert!(!done, "{medium} is empty");
            continue;
        }
        let verified = scene.run(&format!("verify {medium}"));
        if finished(scene, medium) {
            verified.exits(0);
        } else {
            assert!(!done || VAULTS.contains(medium), "{medium} is unfinished");
            verified.exits(4).says("unfinished");
        }
    }
    let ran = scene.run(RESTORE);
    if finished(scene, "v1") {
        ran.exits(0);
        scene.is_restored("out");
    } else if ran.status == Some(0) {
        // All that is missing is the last file: it opens, and what it is has been said.
        ran.says("unfinished");
        scene.is_restored("out");
    } else {
        assert!(matches!(ran.status, Some(3 | 4)), "{ran}");
        scene.is_absent("out");
    }
}

#[test]
fn a_sealing_killed_at_any_moment_leaves_nothing_that_looks_done() {
    let moments: [(&str, &str); 9] = [
        ("v1", "."),
        ("v2", "payload.age.000.unfinished"),
        ("legal1", "."),
        ("legal1", "SHA256SUMS"),
        ("audit1", "share.json"),
        ("ops2", "share.json"),
        ("ops2", "SHA256SUMS"),
        ("v1", "payload.age"),
        ("v1", "SHA256SUMS.unfinished"),
    ];
    for (medium, name) in moments {
        let scene = Scene::new();
        let seal = Scene::seal_words("--rehearsal");
        // What is there for a moment only may be missed: then the sealing comes to its end.
        let there = || has(&scene, medium, name) || finished(&scene, "v2");
        let ran = stopped(&scene, &seal, Signal::KILL, there);
        assert!(matches!(ran.status, None | Some(0)), "{ran}");
        nothing_half_done_looks_done(&scene);
    }
}

#[test]
fn a_sealing_killed_in_the_payload_leaves_only_what_is_called_unfinished() {
    let scene = big();
    let seal = Scene::seal_words("--rehearsal");
    let ran = stopped(&scene, &seal, Signal::KILL, || payload_grows(&scene));
    assert_eq!(ran.status, None, "{ran}");
    for medium in VAULTS {
        assert_eq!(names(&scene.folder(medium)), ["payload.age.000.unfinished"]);
        scene
            .run(&format!("verify {medium}"))
            .exits(4)
            .says("unfinished");
    }
    SHARES.iter().for_each(|medium| scene.is_bare(medium));
    // The next sealing does not mind.
    fs::remove_file(scene.at("node/big.db")).unwrap();
    scene.run(&seal).exits(0);
}

fn sealed_big() -> Scene {
    let scene = big();
    scene.seal("--rehearsal").exits(0);
    scene
}

/// Whether the big file is being restored.
fn file_grows(scene: &Scene) -> bool {
    let Ok(entries) = fs::read_dir(scene.at("out")) else {
        return false;
    };
    let mut entries = entries.flatten();
    entries.any(|entry| {
        let big = fs::metadata(entry.path().join("node/big.db"));
        big.is_ok_and(|about| about.len() > 100_000)
    })
}

#[test]
fn a_stopped_restore_takes_everything_back_and_a_killed_one_is_named_by_the_next() {
    let scene = sealed_big();
    let ran = stopped(&scene, RESTORE, Signal::INT, || file_grows(&scene));
    ran.exits(130).says("Ctrl-C");
    scene.is_absent("out");

    let ran = stopped(&scene, RESTORE, Signal::KILL, || file_grows(&scene));
    assert_eq!(ran.status, None, "{ran}");
    let left = names(&scene.at("out"));
    assert_eq!(left.len(), 1);
    assert!(left[0].starts_with(".coldvault-unfinished-"), "{left:?}");
    if !without_terminal() {
        return;
    }
    let again = scene.run(RESTORE);
    again.exits(5).says(&left[0]).says("killed");
    assert_eq!(names(&scene.at("out")), left);

    fs::remove_dir_all(scene.at("out").join(&left[0])).unwrap();
    scene.run(RESTORE).exits(0);
    scene.is_restored("out");
}

#[test]
fn a_stopped_copy_takes_everything_back() {
    let scene = sealed_big();
    fs::create_dir(scene.at("new")).unwrap();
    let there = || has(&scene, "new", "payload.age.unfinished");
    let ran = stopped(&scene, "copy v1 new --rehearsal", Signal::INT, there);
    ran.exits(130);
    scene.is_bare("new");
    let there = || has(&scene, "new", "payload.age.unfinished");
    stopped(&scene, "copy v1 new --rehearsal", Signal::KILL, there);
    scene.run("verify new").exits(4).says("unfinished");
}

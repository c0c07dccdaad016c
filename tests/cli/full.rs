//! Destinations that are full at any point, or cannot be written: exit 6, the place named, nothing left.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::scene::{SHARES, Scene, VAULTS, names, sealed};
use crate::seal::everything_is_bare;
use crate::support::{Mounted, noise};

/// Runs `words` with ever more blocks, then ever more files, at `place` until they succeed; before that every attempt
/// fails and leaves nothing.
fn with_ever_more_room(scene: &Scene, place: &str, words: &str, bare: impl Fn(), again: impl Fn()) {
    let at = scene.at(place);
    for (least, first) in [("nr_blocks", 1), ("nr_inodes", 2)] {
        let mut failures = 0;
        for count in first.. {
            assert!(count < 60, "it never fitted: {words}");
            let Some(_mounted) = Mounted::tmpfs(&at, &format!("{least}={count}")) else {
                return;
            };
            let ran = scene.run(words);
            if ran.status == Some(0) {
                break;
            }
            failures += 1;
            ran.exits(6).says("no space left").says(place);
            bare();
        }
        assert!(failures > 1, "it was never full");
        again();
    }
}

#[test]
fn a_sealing_to_a_full_vault_medium_fails_at_every_size_and_leaves_nothing_or_one_whole_vault() {
    let scene = Scene::new();
    let words = Scene::seal_words("--rehearsal");
    let left = || {
        scene.is_bare("v2");
        if !names(&scene.at("v1")).is_empty() {
            for medium in SHARES.iter().chain(&VAULTS[..1]) {
                scene
                    .run(&format!("verify {medium}"))
                    .exits(0)
                    .says("whole");
            }
            scene.clear_all_but("v2");
        }
        everything_is_bare(&scene);
    };
    with_ever_more_room(&scene, "v2", &words, left, || scene.clear_media());
}

#[test]
fn a_sealing_to_a_full_share_medium_fails_at_every_size_and_leaves_nothing() {
    let scene = Scene::new();
    let words = Scene::seal_words("--rehearsal");
    with_ever_more_room(
        &scene,
        "audit2",
        &words,
        || everything_is_bare(&scene),
        || scene.clear_media(),
    );
}

#[test]
fn a_copy_to_a_full_medium_fails_at_every_size_and_leaves_nothing() {
    let scene = sealed();
    let bare = || scene.is_bare("new");
    with_ever_more_room(&scene, "new", "copy v1 new --rehearsal", bare, || ());
}

#[test]
fn a_restore_to_a_full_place_fails_at_every_size_and_leaves_nothing() {
    let scene = sealed();
    let words = "restore --from v1 --from legal1 --from ops1 --into new --rehearsal";
    with_ever_more_room(&scene, "new", words, || scene.is_bare("new"), || ());
}

#[test]
fn a_medium_that_fills_up_in_the_middle_of_the_payload_ends_the_sealing() {
    let scene = Scene::new();
    scene.put("node/big.db", &noise(3 << 20));
    let at = scene.at("v1");
    let Some(_mounted) = Mounted::tmpfs(&at, "size=1m") else {
        return;
    };
    let ran = scene.seal("--rehearsal");
    ran.exits(6)
        .says("no space left")
        .says("v1")
        .says("payload.age");
    everything_is_bare(&scene);
}

#[test]
fn a_medium_that_cannot_be_written_is_named_and_nothing_is_left() {
    for medium in [VAULTS[1], SHARES[5]] {
        let scene = Scene::new();
        let at = scene.at(medium);
        let root = rustix::process::geteuid().is_root();
        let mounted = if root {
            Mounted::tmpfs(&at, "ro")
        } else {
            None
        };
        if root && mounted.is_none() {
            return;
        }
        if !root {
            fs::set_permissions(&at, Permissions::from_mode(0o555)).unwrap();
        }
        let ran = scene.seal("--rehearsal");
        let why = if root {
            "read-only"
        } else {
            "permission denied"
        };
        ran.exits(6).says(medium).says(why);
        everything_is_bare(&scene);
    }
}

#[test]
fn a_restore_into_a_place_that_cannot_be_written_is_refused_and_named() {
    let scene = sealed();
    let at = scene.at("ro");
    let Some(_mounted) = Mounted::tmpfs(&at, "ro") else {
        return;
    };
    let from = "restore --from v1 --from legal1 --from ops1 --rehearsal --into";
    for into in ["ro", "ro/new"] {
        scene
            .run(&format!("{from} {into}"))
            .exits(6)
            .says(into)
            .says("read-only");
    }
    let ran = scene.run(
        "restore --from v1 --from legal1 --from ops1 --rehearsal --into out --note-to ro/note",
    );
    ran.exits(6).says("ro/note");
    scene.is_absent("out");
}

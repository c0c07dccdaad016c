//! One byte changed at every position, and every length cut off, of every file of a small vault's carriers.
//!
//! Checked in this process, by the function that `verify` calls: there are some ten thousand cases.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use coldvault::carrier;
use coldvault::quorum::{State, Table};
use coldvault::share::{ReadShare, Share};

use crate::scene::{Scene, copy_tree, names};

/// The least that can be sealed.
fn small() -> Scene {
    let scene = Scene::new();
    fs::remove_dir_all(scene.at("node")).unwrap();
    scene.put("node/k", b"a key");
    scene.seal("--rehearsal").exits(0);
    scene
}

/// Something is wrong, and it is this file.
#[track_caller]
fn is_noticed(folder: &Path, name: &str, how: &str) {
    let checked = carrier::check(folder, None).unwrap();
    assert!(!checked.is_whole(), "{name}, {how}");
    let named = |problem: &carrier::Problem| {
        // Where the list of files changed, the files that it now is wrong about may be named instead.
        let named = problem.path == folder.join(name) || name == "SHA256SUMS";
        problem.is_damage && named
    };
    assert!(
        checked.problems.iter().any(named),
        "not named: {name}, {how}"
    );
}

/// The recovery text is the longest file, the same on every carrier, and only its digest counts: of 16 thousand places
/// each 16th is tried on a vault copy, each 64th on a share copy.
fn step(folder: &Path, name: &str) -> usize {
    match (name, folder.join("share.json").exists()) {
        ("RECOVERY.txt", true) => 64,
        ("RECOVERY.txt", false) => 16,
        _ => 1,
    }
}

/// In memory, where there is room: on a disk each of the reads would go to the device, as it must, ten thousand times.
fn every_change_and_cut_is_noticed(folder: &Path) {
    let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let memory = memory.unwrap();
    let copy = memory.path().join(folder.file_name().unwrap());
    copy_tree(folder, &copy);
    every_change_and_cut_there_is_noticed(&copy);
}

fn every_change_and_cut_there_is_noticed(folder: &Path) {
    assert!(carrier::check(folder, None).unwrap().is_whole());
    for name in names(folder) {
        let path = folder.join(&name);
        let bytes = fs::read(&path).unwrap();
        let step = step(folder, &name);
        let file = File::options().write(true).open(&path).unwrap();
        for (place, byte) in bytes.iter().enumerate().step_by(step) {
            file.write_all_at(&[byte ^ 1], place as u64).unwrap();
            is_noticed(folder, &name, &format!("byte {place}"));
            file.write_all_at(&[*byte], place as u64).unwrap();
        }
        for length in (0..bytes.len()).rev().step_by(step) {
            file.set_len(length as u64).unwrap();
            is_noticed(folder, &name, &format!("cut at {length}"));
        }
        file.write_all_at(&bytes, 0).unwrap();
    }
    assert!(carrier::check(folder, None).unwrap().is_whole());
}

#[test]
fn one_byte_changed_or_cut_off_anywhere_in_a_vault_copy_is_noticed_and_named() {
    let scene = small();
    every_change_and_cut_is_noticed(&scene.folder("v1"));
}

#[test]
fn one_byte_changed_or_cut_off_anywhere_in_a_share_copy_is_noticed_and_named() {
    let scene = small();
    every_change_and_cut_is_noticed(&scene.folder("legal1"));
}

/// What a quorum says of one share file on its own, with a good share beside it.
fn judged(good: &Share, bytes: &[u8]) -> State {
    let mut table = Table::default();
    let beside = ReadShare::from_bytes(&good.to_bytes()).unwrap();
    table.add_share("good".into(), beside);
    match ReadShare::from_bytes(bytes) {
        Ok(share) => table.add_share("changed".into(), share),
        Err(error) => table.add_unreadable("changed".into(), error.to_string()),
    }
    let judged = table.judge(None, &mut Vec::new()).unwrap();
    let verdicts = judged.verdicts.into_iter();
    let mut changed = verdicts.filter(|verdict| verdict.from == Path::new("changed"));
    changed.next().unwrap().state
}

#[test]
fn a_share_file_alone_proves_itself_against_every_change_and_cut() {
    let scene = small();
    let good = scene.share("ops");
    let bytes = fs::read(scene.file("legal1", "share.json")).unwrap();
    assert_eq!(judged(&good, &bytes), State::Good);
    for place in 0..bytes.len() {
        for bit in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= bit;
            let state = judged(&good, &changed);
            assert!(
                matches!(state, State::SetAside(_)),
                "byte {place}: {state:?}"
            );
        }
    }
    // Whether the last line ends does not matter.
    for length in 0..bytes.trim_ascii_end().len() {
        let state = judged(&good, &bytes[..length]);
        assert!(
            matches!(state, State::SetAside(_)),
            "cut at {length}: {state:?}"
        );
    }
}

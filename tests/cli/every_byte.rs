//! One byte changed at every position, and every length cut off, of every file of a small vault's carriers.
//!
//! Checked in this process, by the functions that `verify` and `restore` call: there are some ten thousand cases. With
//! `COLDVAULT_EVERY_BYTE` set, every position, two bits of each byte: minutes, and `--nocapture` shows how many cases.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use coldvault::carrier;
use coldvault::quorum::{State, Table};
use coldvault::share::{ReadShare, Share};

use crate::opened::restored;
use crate::scene::{Scene, copy_tree, names};

/// Set where nothing is to be left out.
const EVERY: &str = "COLDVAULT_EVERY_BYTE";

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
        let step = step(folder, &name);
        every_change_and_cut(&folder.join(&name), step, |how| {
            is_noticed(folder, &name, how);
        });
    }
    assert!(carrier::check(folder, None).unwrap().is_whole());
}

/// Changes a byte of a file at each `step`th place, then cuts the file at each; with [`EVERY`], the lowest and the highest
/// bit at every place.
#[expect(clippy::print_stdout, reason = "how many cases there are")]
fn every_change_and_cut(path: &Path, step: usize, mut then: impl FnMut(&str)) {
    let bytes = fs::read(path).unwrap();
    let is_every = std::env::var_os(EVERY).is_some();
    let (step, bits) = if is_every {
        (1, [0, 7].as_slice())
    } else {
        (step, [0].as_slice())
    };
    let file = File::options().write(true).open(path).unwrap();
    let mut cases = 0;
    for (place, byte) in bytes.iter().enumerate().step_by(step) {
        for bit in bits {
            let changed = [byte ^ 1 << bit];
            file.write_all_at(&changed, place as u64).unwrap();
            then(&format!("byte {place}, bit {bit}"));
            cases += 1;
        }
        file.write_all_at(&[*byte], place as u64).unwrap();
    }
    for length in (0..bytes.len()).rev().step_by(step) {
        file.set_len(length as u64).unwrap();
        then(&format!("cut at {length}"));
        cases += 1;
    }
    file.write_all_at(&bytes, 0).unwrap();
    println!("{cases} cases of {:?}", path.file_name().unwrap());
}

/// Changes and cuts the files that a restore reads, and restores: right, or nothing. How often it was right.
fn every_change_restores_right_or_nothing(scene: &Scene, medium: &str) -> usize {
    let media = ["v1", "legal1", "ops1"].map(|medium| scene.folder(medium));
    let whole = restored(&media).unwrap();
    let mut right = 0;
    for (name, step) in [
        ("vault.json", 41),
        ("vault.json.sig", 7),
        ("payload.age", 7),
        ("share.json", 7),
    ] {
        let path = scene.file(medium, name);
        if !path.exists() {
            continue;
        }
        every_change_and_cut(&path, step, |how| {
            if let Ok(found) = restored(&media) {
                assert!(found == whole, "{name}, {how}");
                right += 1;
            }
        });
    }
    right
}

#[test]
fn whatever_byte_of_a_vault_copy_is_changed_or_cut_off_a_restore_is_right_or_gives_nothing() {
    let scene = small();
    // vault.json is on the shares too: what is wrong with this one is no matter.
    assert!(every_change_restores_right_or_nothing(&scene, "v1") > 100);
    for name in ["vault.json", "vault.json.sig"] {
        for medium in ["legal1", "ops1"] {
            fs::remove_file(scene.file(medium, name)).unwrap();
        }
    }
    every_change_restores_right_or_nothing(&scene, "v1");
}

#[test]
fn whatever_byte_of_a_share_copy_is_changed_or_cut_off_a_restore_is_right_or_gives_nothing() {
    let scene = small();
    assert!(every_change_restores_right_or_nothing(&scene, "legal1") > 100);
    for name in ["vault.json", "vault.json.sig"] {
        for medium in ["v1", "ops1"] {
            fs::remove_file(scene.file(medium, name)).unwrap();
        }
    }
    every_change_restores_right_or_nothing(&scene, "legal1");
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
                matches!(state, State::SetAside(_) | State::OtherVault(_)),
                "byte {place}: {state:?}"
            );
        }
    }
    // Whether the last line ends does not matter.
    for length in 0..bytes.trim_ascii_end().len() {
        let state = judged(&good, &bytes[..length]);
        assert!(
            matches!(state, State::SetAside(_) | State::OtherVault(_)),
            "cut at {length}: {state:?}"
        );
    }
}

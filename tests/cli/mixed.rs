//! Files of several carriers mixed: of the copies of one thing, of a vault and a share, of two vaults. What is whole is
//! what was sealed together, and what is restored is what was sealed.

use std::fs;
use std::path::{Path, PathBuf};

use coldvault::carrier;

use crate::opened::restored;
use crate::scene::{Scene, another, names, sealed};

/// Exchanges two files.
fn swap(one: &Path, other: &Path) {
    let aside = one.with_file_name("aside");
    fs::rename(one, &aside).unwrap();
    fs::rename(other, one).unwrap();
    fs::rename(aside, other).unwrap();
}

/// Swaps each file of two carriers with the one of the same name. Where the bytes are others, each is named on both; a
/// restore is right or gives nothing.
fn each_swapped_file_is_named(pairs: &[(&str, &str)]) {
    let scene = sealed();
    let whole = contents(&scene);
    for (one, other) in pairs {
        for name in names(&scene.folder(one)) {
            let (here, there) = (scene.file(one, &name), scene.file(other, &name));
            if !there.exists() {
                continue;
            }
            let are_same = fs::read(&here).unwrap() == fs::read(&there).unwrap();
            swap(&here, &there);
            for medium in [one, other] {
                let said = carrier::check(&scene.folder(medium), None).unwrap();
                let mut named = said.problems.iter().filter(|problem| problem.is_damage);
                let path = scene.file(medium, &name);
                let is_named = named.any(|problem| {
                    // Which of two the wrong one is cannot be told from their digests.
                    problem.path == path || name == "SHA256SUMS"
                });
                assert_eq!(
                    (said.is_whole(), is_named),
                    (are_same, !are_same),
                    "{path:?}"
                );
            }
            let all = ["v1", "v2", "legal1", "legal2", "ops1"].map(|medium| scene.folder(medium));
            assert!(restored(&all).unwrap() == whole, "{one} {other} {name}");
            swap(&here, &there);
        }
    }
}

/// What a restore of this scene must bring.
fn contents(scene: &Scene) -> Vec<(Vec<u8>, Vec<u8>)> {
    restored(&["v2", "legal2", "ops2"].map(|medium| scene.folder(medium))).unwrap()
}

#[test]
fn files_swapped_between_the_copies_of_one_thing_are_named_and_restore_what_was_sealed() {
    each_swapped_file_is_named(&[("v1", "v2"), ("legal1", "legal2")]);
}

#[test]
fn files_swapped_between_a_vault_copy_and_a_share_copy_are_named_and_restore_what_was_sealed() {
    each_swapped_file_is_named(&[("v1", "legal1")]);
}

#[test]
fn files_swapped_between_the_copies_of_two_shares_are_named_and_restore_what_was_sealed() {
    each_swapped_file_is_named(&[("legal1", "audit1")]);
}

/// Puts every choice of the files of another vault's carrier onto this one. Only all of them together are whole, or none;
/// a restore with what is left of this vault is right or gives nothing.
fn every_mixture_of_two_vaults_is_noticed(medium: &str) {
    let (scene, thief) = (sealed(), another());
    let folder = scene.folder(medium);
    let differing: Vec<(PathBuf, Vec<u8>, Vec<u8>)> = names(&folder)
        .into_iter()
        .map(|name| {
            let bytes = fs::read(thief.file(medium, &name)).unwrap();
            let path = folder.join(&name);
            let own = fs::read(&path).unwrap();
            (path, own, bytes)
        })
        .filter(|(_, own, other)| own != other)
        .collect();
    // All but RECOVERY.txt.
    assert_eq!(differing.len(), names(&folder).len() - 1);
    let whole = contents(&scene);
    let media = ["v1", "legal1", "ops1"].map(|medium| scene.folder(medium));
    let all = (1_u32 << differing.len()) - 1;
    let mut restores = 0;
    for choice in 0..=all {
        for (at, (path, own, other)) in differing.iter().enumerate() {
            fs::write(path, if choice >> at & 1 == 1 { other } else { own }).unwrap();
        }
        let is_whole = carrier::check(&folder, None).unwrap().is_whole();
        assert_eq!(is_whole, choice == 0 || choice == all, "{choice:b}");
        if let Ok(found) = restored(&media) {
            assert!(found == whole, "{choice:b}");
            restores += 1;
        }
    }
    // The files that a restore does not need, and vault.json, which is on the others too, may be anybody's.
    assert!(restores >= all / 4, "{restores} of {all}");
}

#[test]
fn no_mixture_of_the_files_of_two_vault_copies_is_whole_or_restored_as_something_else() {
    every_mixture_of_two_vaults_is_noticed("v1");
}

#[test]
fn no_mixture_of_the_files_of_two_share_copies_is_whole_or_restored_as_something_else() {
    every_mixture_of_two_vaults_is_noticed("legal1");
}

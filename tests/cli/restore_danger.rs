//! A validator that came back: nobody runs it twice unasked, and its signing history never goes back in time.

use std::fs;
use std::path::Path;

use data_encoding::BASE64;
use ring::signature::{Ed25519KeyPair, KeyPair};

use coldvault::ceremony::Ceremony;
use coldvault::digest::Digest;
use coldvault::manifest::Feature;

use crate::forge::{Tar, payload};
use crate::pty::Pty;
use crate::scene::{EXCEPTIONS, Scene, sealed};
use crate::support::without_terminal;

const RESTORE: &str = "restore --from v1 --from legal1 --from ops1 --into out";
const QUESTION: &str = "Type OFF, then press Enter";

/// A node directory of CometBFT with this height in its signing history.
fn validator(scene: &Scene, height: u32) {
    fs::remove_dir_all(scene.at("node")).unwrap();
    let seed = [7; 32];
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let public = pair.public_key().as_ref();
    let address = &Digest::of(public).hex()[..40].to_uppercase();
    let private = BASE64.encode(&[&seed, public].concat());
    let key = format!(
        r#"{{"address": "{address}",
  "pub_key": {{"type": "tendermint/PubKeyEd25519", "value": "{}"}},
  "priv_key": {{"type": "tendermint/PrivKeyEd25519", "value": "{private}"}}}}"#,
        BASE64.encode(public)
    );
    scene.put("node/config/priv_validator_key.json", key.as_bytes());
    scene.put("node/config/genesis.json", b"{\"chain_id\": \"test\"}");
    scene.put(
        "node/data/priv_validator_state.json",
        state(height).as_bytes(),
    );
}

fn state(height: u32) -> String {
    format!(r#"{{"height": "{height}", "round": 0, "step": 3}}"#)
}

fn production() -> Scene {
    let scene = Scene::new();
    validator(&scene, 36);
    scene.seal(EXCEPTIONS).exits(0);
    scene
}

#[test]
fn without_a_terminal_a_validator_comes_back_only_with_the_old_machine_off() {
    if !without_terminal() {
        return;
    }
    let scene = production();
    let ran = scene.run(RESTORE).exits(5).says("--old-machine-off");
    ran.says("CometBFT").says("height 36").says("sealing");
    scene.is_absent("out");
    let ran = scene.run(&format!("{RESTORE} --old-machine-off")).exits(0);
    ran.says("height 36").says("priv_validator_state.json");
    scene.is_restored("out");
    let words = RESTORE.replace("--into out", "--into two --only */config/*");
    scene.run(&words).exits(5).says("--old-machine-off");
    let words = RESTORE.replace("--into out", "--into three --salvage");
    scene.run(&words).exits(5).says("--old-machine-off");
    scene.is_absent("three");
    let json = format!("--json {}", RESTORE.replace("--into out", "--into four"));
    scene.run(&json).exits(5).says("\"code\": \"danger\"");
}

#[test]
fn a_validator_whose_files_have_other_names_is_asked_about_all_the_same() {
    if !without_terminal() {
        return;
    }
    let scene = Scene::new();
    validator(&scene, 36);
    for (from, to) in [
        ("config/priv_validator_key.json", "my-key.json"),
        ("data/priv_validator_state.json", "state.bak"),
    ] {
        fs::rename(scene.at("node").join(from), scene.at("node").join(to)).unwrap();
    }
    scene.seal(EXCEPTIONS).exits(0);
    let ran = scene.run(RESTORE).exits(5).says("--old-machine-off");
    ran.says("CometBFT").says("height 36");
    scene.is_absent("out");
}

/// A rehearsal vault of one node directory: its ceremony names this software, `more` is in it.
fn vault(software: &[&str], more: impl FnOnce(&Path, &mut Tar)) -> Scene {
    let scene = sealed();
    let mut ceremony = Ceremony::from_bytes(&scene.ceremony()).unwrap();
    ceremony.nodes[0].software = software.iter().map(|name| (*name).to_owned()).collect();
    let mut tar = Tar::default();
    tar.file("ceremony.json", &ceremony.to_bytes());
    tar.directory("node/0");
    let top = fs::canonicalize(scene.dir()).unwrap();
    more(&top, &mut tar);
    scene.replace_payload(&payload(&scene.key(), &tar.finish()), |manifest| {
        manifest.requires = vec![Feature::External];
    });
    scene
}

#[test]
fn what_the_vault_says_a_node_is_and_a_key_of_a_common_name_are_asked_about() {
    let plain = vault(&["Corda"], |_, tar| tar.file("node/0/readme", b"x"));
    let ran = plain.run(&format!("{RESTORE} --rehearsal")).exits(0);
    ran.does_not_say("you would confirm");
    let said = vault(&["Besu"], |_, tar| tar.file("node/0/readme", b"x"));
    let ran = said.run(&format!("{RESTORE} --rehearsal")).exits(0);
    ran.says("Besu: Two running copies")
        .says("you would confirm");
    let words = RESTORE.replace("--into out", "--into two --salvage");
    let ran = said.run(&format!("{words} --rehearsal"));
    ran.says("Besu: Two running copies");
    let key = "0x".to_owned() + &"01".repeat(32);
    let lone = vault(&[], |_, tar| tar.file("node/0/key", key.as_bytes()));
    let ran = lone.run(&format!("{RESTORE} --rehearsal")).exits(0);
    ran.says("Besu: Two running copies")
        .says("you would confirm");
}

#[test]
fn a_validator_outside_that_no_configuration_names_is_asked_about_and_its_history_told() {
    let scene = vault(&[], |top, tar| {
        let home = top.join("outside/data/priv_validator_state.json");
        let path = format!("external/0{}", home.to_str().unwrap());
        tar.file("node/0/readme", b"x");
        for (end, _) in path.match_indices('/').skip(1) {
            tar.directory(&path[..end]);
        }
        tar.file(&path, state(36).as_bytes());
    });
    for only in ["", " --only external/*state.json"] {
        let words = RESTORE.replace("--into out", &format!("--into out{}", only.len()));
        let ran = scene.run(&format!("{words} --rehearsal{only}")).exits(0);
        let ran = ran.says("CometBFT: Two running copies").says("height 36");
        ran.says("outside/data/priv_validator_state.json")
            .says("you would confirm");
    }
}

#[test]
fn on_a_terminal_it_is_typed_and_nothing_else_goes_on() {
    let scene = production();
    let id = scene.id();
    let words = format!("{RESTORE} --expect {id}");
    let words: Vec<&str> = words.split(' ').collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("height 36").expect(QUESTION).types("yes");
    pty.expect("Only OFF").expect(QUESTION).types("");
    pty.expect(QUESTION).types("off");
    pty.ends().exits(0).says("The files are in \"out\"");
    scene.is_restored("out");

    let words: Vec<&str> = words
        .iter()
        .map(|word| if *word == "out" { "no" } else { *word })
        .collect();
    for (keys, status) in [("stop\r", 130), ("\u{3}", 130)] {
        let mut pty = Pty::start(scene.dir(), &words).unwrap();
        pty.expect(QUESTION).sends(keys.as_bytes());
        pty.ends().exits(status);
        scene.is_absent("no");
    }
}

#[test]
fn in_a_rehearsal_it_is_only_said() {
    let scene = Scene::new();
    validator(&scene, 36);
    scene.seal("--rehearsal").exits(0);
    let ran = scene.run(&format!("{RESTORE} --rehearsal")).exits(0);
    ran.says("height 36").says("you would confirm");
}

#[test]
fn a_corda_node_is_warned_of_and_asked_nothing() {
    let scene = crate::scene::production();
    let ran = scene.run(RESTORE).exits(0);
    ran.says("Two running copies").does_not_say("OFF");
    scene.is_restored("out");
}

#[test]
fn a_signing_history_in_place_that_went_on_is_never_put_back_and_both_ends_are_named() {
    for (there, what) in [
        (50, "a newer one: height 50"),
        (9, "an older one: height 9"),
    ] {
        let scene = sealed();
        let top = fs::canonicalize(scene.dir()).unwrap();
        let home = top.join("outside/priv_validator_state.json");
        let path = format!("external/0{}", home.to_str().unwrap());
        let mut tar = scene.begin();
        for (end, _) in path.match_indices('/').skip(1) {
            tar.directory(&path[..end]);
        }
        tar.file(&path, state(36).as_bytes());
        scene.replace_payload(&payload(&scene.key(), &tar.finish()), |manifest| {
            manifest.requires = vec![Feature::External];
        });
        scene.put("outside/priv_validator_state.json", state(there).as_bytes());
        let ran = scene.run(&format!("{RESTORE} --rehearsal --in-place"));
        ran.exits(5).says(what).says("height 36");
        assert_eq!(fs::read_to_string(home).unwrap(), state(there));
    }
}

#[test]
fn a_validator_that_came_back_without_its_signing_history_is_said_to_have_none() {
    let scene = Scene::new();
    validator(&scene, 36);
    fs::remove_file(scene.at("node/data/priv_validator_state.json")).unwrap();
    let ran = scene.seal("--rehearsal").exits(0);
    ran.says("a validator key without its signing history");
    let ran = scene.run(&format!("{RESTORE} --rehearsal")).exits(0);
    ran.says("NO signing history").does_not_say("signed so far");
}

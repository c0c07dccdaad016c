//! Would the node start with what came back? Told with the files, and never a reason to keep them.

use std::fs;
use std::path::Path;

use rustix::process::Signal;
use serde_json::Value;

use coldvault::manifest::Feature;

use crate::forge::{Tar, payload};
use crate::interrupt::stopped;
use crate::scene::{Scene, sealed};
use crate::stores::{SAMPLE, aliases_only, dear, jks, sample};
use crate::support::{Ran, keep_secret};

const RESTORE: &str = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";

/// A vault of the sample node as `change` left it. No seal would take most of these; a vault of an older coldvault may hold
/// them.
pub(crate) fn vault(change: impl FnOnce(&Path), more: impl FnOnce(&mut Tar)) -> Scene {
    let scene = sealed();
    let node = scene.at("sample");
    coldvault::sample::write(&node).unwrap();
    change(&node);
    let mut tar = scene.begin();
    for name in ["network-parameters", "node.conf"] {
        tar.file(
            &format!("node/0/{name}"),
            &fs::read(node.join(name)).unwrap(),
        );
    }
    tar.directory("node/0/certificates");
    for name in crate::scene::names(&node.join("certificates")) {
        if name.ends_with(".jks") {
            let bytes = fs::read(node.join("certificates").join(&name)).unwrap();
            tar.file(&format!("node/0/certificates/{name}"), &bytes);
        }
    }
    more(&mut tar);
    let plain = tar.finish();
    scene.replace_payload(&payload(&scene.key(), &plain), |manifest| {
        manifest.requires = vec![Feature::External];
        manifest.plain_bytes = plain.len() as u64;
    });
    scene
}

pub(crate) fn edit(node: &Path, from: &str, to: &str) {
    let path = node.join("node.conf");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

/// It would not start, for the reason that the node gives; the files are there and the exit status is 0.
#[track_caller]
fn would_not_start(scene: &Scene, why: &str) -> Ran {
    let ran = scene.run(RESTORE).exits(0).says("failed").says(why);
    assert!(scene.at("out/node/node.conf").exists());
    ran.says("Restored; the node \"node\" would not start: ")
}

#[test]
fn a_good_node_would_start_and_every_key_is_proven() {
    let scene = vault(|_| (), |_| ());
    let ran = scene.run(RESTORE).exits(0);
    let ran = ran
        .says("Would the node \"node\" start with these stores?")
        .says("passed");
    ran.says("3 keys open and belong to their certificates")
        .says("Answer: yes, these stores would let the node \"node\" start.")
        .does_not_say("would not start");

    let ran = scene.run(&format!(
        "--json {}",
        RESTORE.replace("--into out", "--into two")
    ));
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    let checks = report["startup"].as_array().unwrap();
    assert!(checks.len() > 5, "{checks:?}");
    for check in checks {
        assert_eq!(check["node"], "\"node\"");
        assert_ne!(check["outcome"], "failed", "{check}");
    }
}

#[test]
fn a_store_that_takes_long_keeps_nobody_from_the_files_and_ctrl_c_leaves_them() {
    // More than all the work that a look may take, whatever the password.
    let slow =
        |node: &Path| fs::write(node.join("certificates/slow.jks"), dear(9_000_000)).unwrap();
    let scene = vault(slow, |_| ());
    let is_there = || scene.at("out/node/node.conf").exists();
    let ran = stopped(&scene, RESTORE, Signal::INT, is_there).exits(130);
    ran.says("The files are in \"out\"")
        .says("the files are restored and stay; the start-up checks were not made")
        .does_not_say("Would the node");
    assert!(scene.at("out/node/certificates/slow.jks").exists());
    let left = crate::scene::names(&scene.at("out"));
    assert!(
        left.iter().all(|name| !name.contains("nfinished")),
        "{left:?}"
    );
}

#[test]
fn a_store_that_is_missing_fails_in_the_nodes_own_words() {
    let remove = |node: &Path| fs::remove_file(node.join("certificates/sslkeystore.jks")).unwrap();
    let scene = vault(remove, |_| ());
    would_not_start(
        &scene,
        "One or more keyStores (identity or TLS) or trustStore not found",
    )
    .says("do not register anew: bring back certificates/sslkeystore.jks");
    let ran = scene.run(&format!(
        "--json {}",
        RESTORE.replace("--into out", "--into two")
    ));
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let startup = findings
        .iter()
        .find(|finding| finding["code"] == "startup")
        .unwrap();
    assert_eq!(startup["severity"], "error");
}

#[test]
fn a_password_that_opens_nothing_fails() {
    let scene = vault(
        |node| {
            edit(
                node,
                "keyStorePassword = \"sample-only\"",
                "keyStorePassword = \"another-one\"",
            )
        },
        |_| (),
    );
    // The trust store's password, which the configuration holds, opens the stores; the node would not try it.
    let ran = would_not_start(&scene, "does not match configuration");
    ran.says("  failed    the passwords open the stores")
        .does_not_say("another-one");
}

#[test]
fn a_trust_store_without_a_root_fails() {
    let bare = |node: &Path| {
        fs::write(node.join("certificates/truststore.jks"), jks(SAMPLE, &[])).unwrap();
    };
    would_not_start(&vault(bare, |_| ()), "Alias for trustRoot key not found");
}

#[test]
fn names_of_keys_in_a_hardware_security_module_are_no_keys() {
    let hsm = |node: &Path| {
        fs::write(node.join("certificates/nodekeystore.jks"), aliases_only()).unwrap();
    };
    let ran = vault(hsm, |_| ()).run(RESTORE).exits(0);
    ran.says("certificates/nodekeystore.jks")
        .says("1 key opens and belongs");
}

#[test]
fn passwords_of_the_note_are_tried_and_nobody_is_asked() {
    let secret = "typed-at-the-sealing";
    keep_secret(secret);
    let change = |node: &Path| {
        let path = node.join("certificates/nodekeystore.jks");
        fs::write(path, jks(secret, &sample())).unwrap();
    };
    let closed = vault(change, |_| ());
    closed.run(RESTORE).exits(0).says("1 key opens and belongs");
    let text = format!("Passwords:\n\nnode/0/certificates/nodekeystore.jks\n    {secret}\n");
    let scene = vault(change, |tar| {
        tar.file("note/store-passwords.txt", text.as_bytes())
    });
    scene.run(RESTORE).exits(0).says("3 keys open and belong");
    let words = RESTORE.replace("--into out", "--into two --note-to passwords.txt");
    scene.run(&words).exits(0).says("3 keys open and belong");
}

#[test]
fn a_note_of_passwords_that_cannot_be_read_is_said_and_stops_nothing() {
    let note = vec![b'\n'; (1 << 20) + 1];
    let scene = vault(|_| (), |tar| tar.file("note/store-passwords.txt", &note));
    let ran = scene.run(RESTORE).exits(0);
    ran.says("the note of store passwords cannot be read")
        .says("3 keys open and belong");
}

#[test]
fn names_from_a_configuration_steer_no_terminal() {
    let scene = Scene::new();
    let more = r#"
"\u001b[2J\u202e" = x.jks
keyStorePath."\u001b[7m".x = "${x"
identityKeyAlias = "\u001b[31mkey\u202e"
cordappSignerKeyFingerprintBlacklist = []
database.properties { "\u001b]0;title\u0007" = /nowhere/at/all.jks }
"#;
    let text = crate::scene::CONFIGURATION.to_owned() + more;
    scene.put("node/node.conf", text.as_bytes());
    let seal = Scene::seal_words("--rehearsal --exception dead:certificates/nodekeystore.jks=test");
    for words in ["inspect node", &seal, RESTORE] {
        let ran = scene.run(words).exits(0);
        for (sign, name) in [('\u{1b}', "\\u{1b}"), ('\u{202e}', "\\u{202e}")] {
            let (out, err) = (&ran.out, &ran.err);
            assert!(!out.contains(sign) && !err.contains(sign), "{words}: {ran}");
            assert!(ran.mentions(name), "{words}: {ran}");
        }
    }
}

#[test]
fn a_store_outside_is_looked_for_where_it_came_back_and_not_where_it_was() {
    let scene = vault(
        |node| {
            let path = node.join("node.conf");
            let text = fs::read_to_string(&path).unwrap();
            let more = "rpcSettings.ssl {\n keyStorePath = /opt/hsm/rpc.jks\n keyStorePassword = sample-only\n}\n";
            fs::write(path, format!("{text}{more}")).unwrap();
        },
        |tar| {
            for place in ["external/0", "external/0/opt", "external/0/opt/hsm"] {
                tar.directory(place);
            }
            tar.file("external/0/opt/hsm/rpc.jks", &jks(SAMPLE, &sample()));
        },
    );
    // Two keys of the node store, one for TLS, two outside.
    scene.run(RESTORE).exits(0).says("5 keys open and belong");
}

#[test]
fn a_store_at_a_relative_path_is_relative_to_where_the_node_directory_was() {
    let of_its_own = "of-artemis-only";
    keep_secret(of_its_own);
    let whole = jks(of_its_own, &sample());
    for store in [whole.clone(), whole[..200].to_vec()] {
        let scene = vault(
            |node| {
                let path = node.join("node.conf");
                let text = fs::read_to_string(&path).unwrap();
                let more = format!(
                    "enterpriseConfiguration.messagingServerSslConfiguration {{\n \
                     sslKeystore = ../ext/artemis.jks\n keyStorePassword = {of_its_own}\n}}\n"
                );
                fs::write(path, format!("{text}{more}")).unwrap();
            },
            |tar| {
                tar.directory("external/0");
                tar.directory("external/0/ext");
                tar.file("external/0/ext/artemis.jks", &store);
            },
        );
        let ran = scene.run(RESTORE).exits(0);
        let map = fs::read_to_string(scene.at("out/external/MAP.txt")).unwrap();
        assert!(map.contains("\"node\" -> \"/node\"\n"), "{map}");
        let ran = ran.says("\"node\" was \"/node\"").does_not_say("MISSING");
        match store == whole {
            true => drop(ran.says("5 keys open and belong")),
            false => drop(
                ran.says("\"/ext/artemis.jks\": ")
                    .says("1 file that came back is no backup"),
            ),
        }
    }
}

#[test]
fn with_only_no_checks_are_made_and_that_is_said() {
    let scene = vault(|_| (), |_| ());
    let ran = scene.run(&format!("{RESTORE} --only */node.conf")).exits(0);
    ran.says("no start-up checks")
        .does_not_say("Would the node");
}

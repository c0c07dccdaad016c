//! What a sealing takes and what it leaves out: scopes, globs, what lies outside of the node directory.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pty::Pty;
use crate::scene::{CONFIGURATION, KEYSTORE, Scene, tree};
use crate::seal::everything_is_bare;
use crate::support::{Ran, noise, run, skipped};

const RESTORE: &str = "restore --from v1 --from legal1 --from audit1 --into out --rehearsal";
const SET_ASIDE: &str = "--exception scope=the-database-is-kept-elsewhere";

/// A node with everything that the keys scope has to tell apart.
fn whole_node() -> Scene {
    let scene = Scene::new();
    for (name, bytes) in [
        ("certificates/truststore.jks", truststore()),
        ("network-parameters", network_parameters()),
        (
            "persistence.mv.db",
            [b"H:2,block:1\n", &noise(9_000)[..]].concat(),
        ),
        ("logs/node.log", b"a line\n".to_vec()),
        ("cordapps/app.jar", noise(5_000)),
        ("process-id", b"77\n".to_vec()),
    ] {
        scene.put(&format!("node/{name}"), &bytes);
    }
    fs::remove_file(scene.at("node/empty")).unwrap();
    scene
}

fn truststore() -> Vec<u8> {
    include_bytes!("../fixtures/node/certificates/truststore.jks").to_vec()
}

fn network_parameters() -> Vec<u8> {
    include_bytes!("../fixtures/node/network-parameters").to_vec()
}

/// Paths and contents below a directory, without what `left` names.
fn without(dir: &Path, left: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let is_left = |path: &Path| left.iter().any(|name| path.starts_with(name));
    let mut all = tree(dir);
    all.retain(|(path, _)| !is_left(path));
    all
}

/// What came back is the node without what `left` names.
#[track_caller]
fn came_without(scene: &Scene, left: &[&str]) {
    let came = tree(&scene.at("out/node"));
    assert_eq!(came, without(&scene.at("node"), left));
}

/// The place below `out` of something outside of the node directory.
fn external(scene: &Scene, name: &str) -> PathBuf {
    let real = fs::canonicalize(scene.at(name)).unwrap();
    let below = real.strip_prefix("/").unwrap();
    scene.at("out/external/node").join(below)
}

#[test]
fn the_node_scope_takes_everything_but_what_is_volatile() {
    let scene = whole_node();
    let ran = scene.seal("--rehearsal").exits(0);
    ran.says("Left out: 1 file").says("process ids");
    scene.run(RESTORE).exits(0);
    came_without(&scene, &["process-id"]);
    let manifest = fs::read_to_string(scene.file("v1", "vault.json")).unwrap();
    assert!(manifest.contains("\"left-out\"") && !manifest.contains("\"external\""));
}

#[test]
fn the_keys_scope_takes_what_it_takes_to_be_this_node_again() {
    let scene = whole_node();
    let words = format!("--rehearsal --scope keys {SET_ASIDE}");
    let ran = scene.seal(&words).exits(0);
    ran.says("persistence.mv.db")
        .says("may hold the private keys of confidential identities")
        .says("set aside: scope (the-database-is-kept-elsewhere)")
        .says("are not of this scope");
    scene.run(RESTORE).exits(0);
    let left = ["persistence.mv.db", "logs", "cordapps", "process-id"];
    let came = tree(&scene.at("out/node"));
    assert_eq!(came, without(&scene.at("node"), &left));
    assert!(
        came.iter()
            .any(|(path, _)| path.ends_with("certificates/link"))
    );
}

#[test]
fn a_database_is_left_out_only_with_a_reason_where_nobody_can_be_asked() {
    let scene = whole_node();
    for words in ["--scope keys", "--exclude *.mv.db"] {
        let ran = scene.seal(&format!("--rehearsal {words}"));
        ran.exits(5)
            .says("persistence.mv.db")
            .says("--exception scope=REASON");
        everything_is_bare(&scene);
    }
    fs::remove_file(scene.at("node/persistence.mv.db")).unwrap();
    scene.seal("--rehearsal --scope keys").exits(0);
}

#[test]
fn a_database_is_left_out_on_a_terminal_only_after_a_typed_yes() {
    let scene = whole_node();
    let words = Scene::seal_words("--rehearsal --scope keys");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("process-id").expect("Seal it now?").types("y");
    pty.expect("persistence.mv.db").expect("type yes");
    pty.types("y")
        .expect("type yes")
        .types("")
        .expect("type yes");
    pty.types("yes").expect("SEALED");
    pty.ends().exits(0);
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("Seal it now?").types("y").expect("type yes");
    pty.types("no");
    pty.ends().exits(130);
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("Seal it now?").types("n");
    pty.ends().exits(130);
}

#[test]
fn what_the_configuration_names_outside_is_sealed_with_it_and_comes_back() {
    let scene = whole_node();
    let store = fs::canonicalize(scene.dir())
        .unwrap()
        .join("ext/rpc/rpc.jks");
    scene.put("ext/rpc/rpc.jks", KEYSTORE);
    scene.put("ext/rpc/not-named", b"not of this node");
    fs::set_permissions(scene.at("ext/rpc"), fs::Permissions::from_mode(0o750)).unwrap();
    let conf = format!(
        "{CONFIGURATION}rpcSettings {{ ssl {{ keyStorePath = {store:?}, keyStorePassword = \"sample-only\" }} }}\n"
    );
    scene.put("node/node.conf", conf.as_bytes());
    for scope in ["node", "keys"] {
        let words = format!("--rehearsal --scope {scope} {SET_ASIDE}");
        let ran = scene.seal(&words).exits(0);
        ran.says("ext/rpc/rpc.jks");
        let manifest = fs::read_to_string(scene.file("v1", "vault.json")).unwrap();
        assert!(manifest.contains("\"external\""));
        scene.run(RESTORE).exits(0);
        let came = external(&scene, "ext/rpc");
        assert_eq!(
            tree(&came),
            [(PathBuf::from("rpc.jks"), KEYSTORE.to_vec())],
            "{scope}"
        );
        fs::remove_dir_all(scene.at("out")).unwrap();
        scene.clear_media();
    }
}

/// `make-corda-node` of the shared samples, which needs a JDK; `None`, with the reason said, where one is missing.
pub(crate) fn made_node(scene: &Scene, kind: &str) -> Option<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let samples = std::env::var_os("COLDVAULT_SAMPLES").map_or(beside, PathBuf::from);
    let script = samples.join("make-corda-node");
    if !script.exists() {
        skipped(
            "COLDVAULT_REQUIRE_SAMPLES",
            "the shared samples are not there",
        );
        return None;
    }
    let ran = Command::new(script)
        .arg(scene.at("made"))
        .args(["--kind", kind, "--size", "1"])
        .output();
    match ran {
        Ok(ran) if ran.status.success() => Some(scene.at("made/node").to_str().unwrap().to_owned()),
        _ => {
            skipped("COLDVAULT_REQUIRE_SAMPLES", "no JDK to make a node with");
            None
        }
    }
}

#[test]
fn the_keys_of_a_made_corda_node_fit_on_paper_and_would_start_it() {
    let scene = Scene::new();
    let Some(node) = made_node(&scene, "bank") else {
        return;
    };
    let words = Scene::seal_words(&format!("--rehearsal --scope keys {SET_ASIDE}"))
        .replace("seal node", &format!("seal {node}"))
        .replace("--vault-to v2", "--vault-to sheet:vault.pdf");
    let ran = scene.run(&words).exits(0);
    ran.says("persistence.mv.db")
        .says("ext/rpc/rpcsslkeystore.jks");
    let restore = "restore --from vault.pdf --from legal1 --from audit1 --into out --rehearsal";
    let ran = scene.run(restore).exits(0);
    ran.says("passed    the passwords open the stores")
        .says("passed    every private key of both stores belongs to its certificate");
    for name in ["certificates", "node.conf", "network-parameters", "ssh"] {
        let (was, is) = (
            scene.at("made/node").join(name),
            scene.at("out/node").join(name),
        );
        match was.is_dir() {
            true => assert_eq!(tree(&is), tree(&was), "{name}"),
            false => assert_eq!(fs::read(is).unwrap(), fs::read(was).unwrap(), "{name}"),
        }
    }
    for name in [
        "artemis/artemis.jks",
        "rpc/rpcsslkeystore.jks",
        "relay/id_ed25519",
        "conf/users.conf",
    ] {
        let name = format!("made/ext/{name}");
        let came = fs::read(external(&scene, &name)).unwrap();
        assert_eq!(came, fs::read(scene.at(&name)).unwrap(), "{name}");
    }
}

#[test]
fn what_links_bring_in_from_outside_is_not_sealed_once_more() {
    let scene = Scene::new();
    scene.put("ext/rpc.jks", KEYSTORE);
    let ext = fs::canonicalize(scene.at("ext")).unwrap();
    symlink(&ext, scene.at("node/keys")).unwrap();
    let store = ext.join("rpc.jks");
    let conf = format!("{CONFIGURATION}rpcSettings.ssl.keyStorePath = {store:?}\n");
    scene.put("node/node.conf", conf.as_bytes());
    scene.seal("--rehearsal").exits(0);
    scene.run(RESTORE).exits(0);
    assert_eq!(
        fs::read(scene.at("out/node/keys/rpc.jks")).unwrap(),
        KEYSTORE
    );
    scene.is_absent("out/external");
}

#[test]
fn include_takes_and_exclude_leaves_out_inside_and_outside() {
    let scene = whole_node();
    scene.put("ext/world/module", b"m");
    scene.put("ext/world/cache/big", b"b");
    fs::create_dir_all(scene.at("ext/world/empty")).unwrap();
    let ext = fs::canonicalize(scene.at("ext/world")).unwrap();
    let ext = ext.to_str().unwrap();
    let words = format!(
        "--rehearsal --scope keys {SET_ASIDE} --include logs --include {ext} --exclude {ext}/cache \
         --exclude network-*"
    );
    let ran = scene.seal(&words).exits(0);
    ran.says("by --exclude").says("network-parameters");
    scene.run(RESTORE).exits(0);
    let left = [
        "persistence.mv.db",
        "cordapps",
        "process-id",
        "network-parameters",
    ];
    came_without(&scene, &left);
    let came = tree(&external(&scene, "ext/world"));
    assert_eq!(came, without(&scene.at("ext/world"), &["cache"]));
}

#[test]
fn an_absolute_path_in_the_node_directory_is_a_wish_too() {
    let scene = whole_node();
    scene.put("node/certificates/cut.jks", &KEYSTORE[..500]);
    symlink(scene.at("node"), scene.at("by-link")).unwrap();
    let path = |name: &str| scene.dir().join(name).to_str().unwrap().to_owned();
    let (cut, logs) = (path("node/certificates/cut.jks"), path("by-link/logs"));
    let words = format!(
        "--rehearsal --scope keys {SET_ASIDE} --include {logs} --exclude {cut} --exclude {}",
        path("by-link/network-*")
    );
    scene.seal(&words).exits(0);
    scene.run(RESTORE).exits(0);
    let left = [
        "persistence.mv.db",
        "cordapps",
        "process-id",
        "network-parameters",
        "certificates/cut.jks",
    ];
    came_without(&scene, &left);
    scene.is_absent("out/external");
    scene.clear_media();
    // Nobody means all of it, or what it lies in.
    for whole in [path("node"), path("by-link")] {
        let ran = scene.seal(&format!("--rehearsal --exclude {whole}"));
        ran.exits(2).says("fits nothing");
    }
    let words = format!(
        "--rehearsal --exception dead:{}=old",
        path("by-link/certificates/cut.jks")
    );
    scene.seal(&words).exits(0).says("although it is no backup");
}

#[test]
fn how_something_is_kept_is_not_said_where_it_is_left_out() {
    let scene = whole_node();
    scene.put("node/logs/new\nline", b"a line\n");
    let odd = "its name is not plain text";
    let keys = format!("--rehearsal --scope keys {SET_ASIDE}");
    scene.seal(&keys).exits(0).does_not_say(odd);
    scene.clear_media();
    scene.seal("--rehearsal").exits(0).says(odd);
}

#[test]
fn a_database_needs_its_yes_however_much_else_is_left_out() {
    let scene = whole_node();
    for number in 0..101 {
        let name = format!("node/keys/{number}.pem");
        scene.put(
            &name,
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        );
    }
    let words = "--rehearsal --exclude keys --exclude *.mv.db";
    let ran = scene.seal(words).exits(5);
    ran.says("persistence.mv.db")
        .says("take them off --exclude, or say why")
        .says("and 1 more files that matter are left out")
        .does_not_say("--scope node");
    everything_is_bare(&scene);
    scene.seal(&format!("{words} {SET_ASIDE}")).exits(0);
}

#[test]
fn what_is_sealed_from_outside_is_counted_where_it_is_too_much_to_name() {
    let scene = Scene::new();
    for number in 0..101 {
        scene.put(&format!("ext/{number}"), b"x");
    }
    let ext = fs::canonicalize(scene.at("ext")).unwrap();
    let include = format!("--rehearsal --include {}/*", ext.to_str().unwrap());
    let ran = scene.seal(&include).exits(0);
    ran.says("and 1 more outside of");
}

#[test]
fn a_configuration_that_lies_elsewhere_is_read_and_sealed_with_what_it_names() {
    let scene = Scene::new();
    fs::remove_file(scene.at("node/node.conf")).unwrap();
    scene.put("rpc/rpc.jks", KEYSTORE);
    let root = fs::canonicalize(scene.dir()).unwrap();
    let store = root.join("rpc/rpc.jks");
    let conf = format!(
        "{CONFIGURATION}rpcSettings.ssl {{ keyStorePath = {store:?}, keyStorePassword = \"sample-only\" }}\n"
    );
    scene.put("etc/node.conf", conf.as_bytes());
    scene.seal("--rehearsal").exits(5);
    for scope in ["node", "keys"] {
        let ran = scene.seal(&format!(
            "--rehearsal --scope {scope} --config etc/node.conf"
        ));
        ran.exits(0).says("rpc/rpc.jks");
        scene.run(RESTORE).exits(0);
        assert_eq!(fs::read(external(&scene, "rpc/rpc.jks")).unwrap(), KEYSTORE);
        let came = fs::read(external(&scene, "etc/node.conf")).unwrap();
        assert_eq!(came, conf.as_bytes());
        fs::remove_dir_all(scene.at("out")).unwrap();
        scene.clear_media();
    }
    scene.seal("--rehearsal --config etc/none.conf").exits(6);
}

#[test]
fn a_wish_that_fits_nothing_is_wrong_usage() {
    let scene = Scene::new();
    for words in [
        "--include nothing*",
        "--exclude cerificates/",
        "--include /no/such/place",
    ] {
        let ran = scene.seal(&format!("--rehearsal {words}"));
        ran.exits(2).says("fits nothing");
    }
    scene
        .seal("--rehearsal --exclude [")
        .exits(2)
        .says("pattern");
    everything_is_bare(&scene);
}

#[test]
fn a_copy_does_not_go_into_what_is_sealed_from_outside() {
    let scene = Scene::new();
    let dir = fs::canonicalize(scene.at("legal1")).unwrap();
    let words = format!("--rehearsal --include {}", dir.to_str().unwrap());
    let ran = scene.seal(&words);
    ran.exits(5).says("which is sealed");
    everything_is_bare(&scene);
}

#[test]
fn a_vault_on_paper_takes_keys_only() {
    let scene = whole_node();
    let words =
        Scene::seal_words("--rehearsal").replace("--vault-to v2", "--vault-to sheet:vault.pdf");
    for scope in ["", "--scope node"] {
        let ran = scene.run(&format!("{words} {scope}"));
        ran.exits(2).says("--scope keys");
        everything_is_bare(&scene);
    }
    let ran = scene.run(&format!("{words} --scope keys {SET_ASIDE}"));
    ran.exits(0).says("SEALED");
    let restore = "restore --from vault.pdf --from legal1 --from audit1 --into out --rehearsal";
    scene.run(restore).exits(0);
    let left = ["persistence.mv.db", "logs", "cordapps", "process-id"];
    came_without(&scene, &left);
}

#[test]
fn on_a_terminal_a_vault_on_paper_is_asked_for_with_its_scope() {
    let scene = Scene::new();
    let words =
        Scene::seal_words("--rehearsal").replace("--vault-to v2", "--vault-to sheet:vault.pdf");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("--scope keys").types("n");
    pty.ends().exits(130);
    everything_is_bare(&scene);
}

#[test]
fn a_node_that_makes_no_node_of_the_keys_scope_is_refused() {
    let scene = Scene::new();
    fs::create_dir(scene.at("other")).unwrap();
    scene.put("other/readme", b"nothing of interest");
    let words = Scene::seal_words("--rehearsal --scope keys").replacen("node", "other", 1);
    let ran: Ran = run(scene.dir(), &words.split_whitespace().collect::<Vec<_>>());
    ran.exits(5).says("nothing of the keys scope");
    everything_is_bare(&scene);
}

#[test]
fn an_archive_is_left_out_only_with_a_reason_and_small_files_that_nobody_knows_are_named() {
    let scene = Scene::new();
    scene.put("node/certs.zip", b"PK\x03\x04 keys, most likely");
    for number in 0..23 {
        scene.put(&format!("node/other/{number:02}"), b"who knows");
    }
    let ran = scene.seal("--rehearsal --scope keys");
    ran.exits(5)
        .says("certs.zip\": is left out")
        .says("an archive, which may hold keys and is not looked into")
        .says("node/other/00\"")
        .says("node/other/19\"")
        .does_not_say("node/other/20\"")
        .says("  and 3 more")
        .says("--exception scope=REASON");
    everything_is_bare(&scene);
    scene
        .seal(&format!("--rehearsal --scope keys {SET_ASIDE}"))
        .exits(0);
    scene.clear_media();
    let words = "--rehearsal --scope keys --include certs.zip";
    scene
        .seal(words)
        .exits(0)
        .does_not_say("certs.zip\": is left out");
    scene.clear_media();
    scene
        .seal("--rehearsal")
        .exits(0)
        .does_not_say("and 3 more");
}

#[test]
fn an_archive_is_left_out_on_a_terminal_only_after_a_typed_yes() {
    let scene = Scene::new();
    scene.put("node/certs.zip", b"PK\x03\x04");
    let words = Scene::seal_words("--rehearsal --scope keys");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("Keys that are only in")
        .expect("certs.zip")
        .expect("type yes");
    pty.types("no");
    pty.ends().exits(130);
    everything_is_bare(&scene);
}

#[test]
fn keys_of_any_name_go_into_the_keys_scope() {
    let scene = Scene::new();
    let key = include_bytes!("../fixtures/material/client.corda.key.pk8");
    let pem = include_bytes!("../fixtures/keystores/p256.key");
    scene.put("node/deep/raw.der", key);
    scene.put("node/what", key);
    scene.put("node/rsa.key.bak", pem);
    let behind = [&b"# line\n".repeat(3000)[..], pem].concat();
    scene.put("node/behind", &behind);
    scene.seal("--rehearsal --scope keys").exits(0);
    scene.run(RESTORE).exits(0);
    let came = tree(&scene.at("out/node"));
    for name in ["deep/raw.der", "what", "rsa.key.bak", "behind"] {
        assert!(
            came.iter().any(|(path, _)| path == Path::new(name)),
            "{name}"
        );
    }
}

#[test]
fn a_link_outside_that_the_configuration_names_comes_back_as_a_link() {
    let scene = whole_node();
    scene.put("ext/real/rpc.jks", KEYSTORE);
    fs::create_dir(scene.at("ext/links")).unwrap();
    let top = fs::canonicalize(scene.at("ext")).unwrap();
    let (link, real) = (top.join("links/rpc.jks"), top.join("real/rpc.jks"));
    symlink(&real, &link).unwrap();
    let conf = format!(
        "{CONFIGURATION}rpcSettings.ssl {{ keyStorePath = {link:?}, keyStorePassword = \"sample-only\" }}\n"
    );
    scene.put("node/node.conf", conf.as_bytes());
    for scope in ["node", "keys"] {
        let words = format!("--rehearsal --scope {scope} {SET_ASIDE}");
        scene.seal(&words).exits(0);
        scene.run(RESTORE).exits(0);
        let came = external(&scene, "ext").join("links/rpc.jks");
        assert_eq!(fs::read_link(&came).unwrap(), Path::new("../real/rpc.jks"));
        assert_eq!(fs::read(&came).unwrap(), KEYSTORE);
        let map = fs::read_to_string(scene.at("out/external/MAP.txt")).unwrap();
        let line = format!("ln -s '{}' '{}'\n", real.display(), link.display());
        assert!(map.ends_with(&line), "{map}");
        // It stands there still, with another text that leads to the same place.
        let words = RESTORE.replace("--into out", "--into again --in-place");
        scene
            .run(&words)
            .exits(0)
            .says("2 were there and are the same");
        fs::remove_file(&link).unwrap();
        fs::remove_dir_all(scene.at("again")).unwrap();
        scene
            .run(&words)
            .exits(0)
            .says("1 of them put where they were");
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("../real/rpc.jks"));
        for dir in ["out", "again"] {
            fs::remove_dir_all(scene.at(dir)).unwrap();
        }
        scene.clear_media();
    }
    let exclude = format!("--rehearsal --exclude {}", link.display());
    scene.seal(&exclude).exits(0);
    scene.run(RESTORE).exits(0);
    scene.is_absent("out/external/MAP-2.txt");
    let map = fs::read_to_string(scene.at("out/external/MAP.txt")).unwrap();
    assert!(!map.contains("ln -s"), "{map}");
}

#[test]
fn a_link_outside_that_leads_over_one_that_is_not_sealed_leads_to_the_end() {
    let scene = whole_node();
    scene.put("ext/real/rpc.jks", KEYSTORE);
    fs::create_dir(scene.at("ext/links")).unwrap();
    let top = fs::canonicalize(scene.at("ext")).unwrap();
    let (link, real) = (top.join("links/rpc.jks"), top.join("real/rpc.jks"));
    let within = fs::canonicalize(scene.at("node")).unwrap().join("way");
    symlink(&real, &within).unwrap();
    symlink(&within, &link).unwrap();
    let conf = format!(
        "{CONFIGURATION}rpcSettings.ssl {{ keyStorePath = {link:?}, keyStorePassword = \"sample-only\" }}\n"
    );
    scene.put("node/node.conf", conf.as_bytes());
    let words = format!("--rehearsal --no-follow {SET_ASIDE}");
    scene.seal(&words).exits(0);
    scene.run(RESTORE).exits(0);
    let came = external(&scene, "ext").join("links/rpc.jks");
    assert_eq!(fs::read_link(&came).unwrap(), Path::new("../real/rpc.jks"));
    let words = RESTORE.replace("--into out", "--into again --in-place");
    let ran = scene.run(&words).exits(0);
    ran.says("2 were there and are the same");
}

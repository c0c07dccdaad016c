//! The whole way back in memory: every copy is read, everything is checked as a restore checks it, and nothing is written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use serde_json::Value;

use crate::offline::strace_of;
use crate::paper_in::piped;
use crate::pty::Pty;
use crate::restore_startup::{edit, vault};
use crate::scene::{CONFIGURATION, KEYSTORE, Scene, copy_tree, production, sealed, tree};
use crate::seal_scope::made_node;
use crate::support::{Ran, run};
use crate::typed::with_wrong;

const DRILL: &str = "drill --rehearsal --from v1 --from v2 --from legal1 --from ops1";
const AGAIN: &str = "Put every medium and sheet back";

/// A vault of the sample node, which a Corda node could start from.
fn sample() -> Scene {
    let scene = Scene::new();
    fs::remove_dir_all(scene.at("node")).unwrap();
    coldvault::sample::write(&scene.at("node")).unwrap();
    scene.seal("--note note.txt --rehearsal").exits(0);
    scene
}

/// No register and no report.
fn nothing_is_kept(pty: &mut Pty) {
    pty.expect("Register file").types("");
    pty.expect("New file for the report").types("");
    pty.expect("What does a clock on the wall show").types("");
}

/// Every file and what is in it, but for the node directory.
fn all_files(scene: &Scene) -> Vec<(PathBuf, Vec<u8>)> {
    tree(scene.dir())
}

fn json(scene: &Scene, words: &str) -> Value {
    let mut args: Vec<&str> = words.split_whitespace().collect();
    args.push("--json");
    let ran = run(scene.dir(), &args);
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn codes(of: &Value) -> Vec<&str> {
    let findings = of["findings"].as_array().unwrap().iter();
    findings.map(|one| one["code"].as_str().unwrap()).collect()
}

/// What a restore says of files that are going to be there twice is nothing to a drill, and it keeps no register.
fn without_danger(of: &Value) -> Vec<&str> {
    let mut codes = codes(of);
    codes.retain(|code| !matches!(*code, "danger" | "no-register"));
    codes
}

#[test]
fn a_drill_reads_every_copy_passes_and_leaves_every_file_as_it_was() {
    let scene = sample();
    let before = all_files(&scene);
    let ran = scene.run(DRILL).exits(0);
    let ran = ran.says("v1/coldvault-").says("v2/coldvault-");
    assert_eq!(ran.all().matches(": whole, all of it decrypted").count(), 2);
    ran.says("Everything in the archive agrees with its inventory.")
        .says("the node \"node\" start")
        .says("3 keys open and belong to their certificates.")
        .says("PASS.")
        .says("Nothing was written in clear");
    assert!(before == all_files(&scene));
}

#[test]
fn a_drill_says_of_the_node_what_a_restore_says_of_it() {
    let scene = sample();
    let restored = json(
        &scene,
        "restore --rehearsal --from v1 --from legal1 --from ops1 --into out",
    );
    let drilled = json(&scene, DRILL);
    assert!(!drilled["startup"].as_array().unwrap().is_empty());
    assert_eq!(drilled["startup"], restored["startup"]);
    assert_eq!(drilled["shares"], restored["shares"]);
    assert_eq!(drilled["vault"], restored["vault"]);
    assert_eq!(without_danger(&drilled), without_danger(&restored));
}

#[test]
fn a_damaged_copy_beside_a_whole_one_is_found_and_the_drill_goes_on() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    scene
        .run(DRILL)
        .exits(12)
        .says("its digest is not the one in vault.json")
        .says("v2/coldvault-")
        .says("NOT MET");
    let json = json(&scene, DRILL);
    assert!(codes(&json).contains(&"copy"));
    // The other order: the damaged one is read too, though the first is whole.
    let other = "drill --rehearsal --from v2 --from v1 --from legal1 --from ops1";
    scene
        .run(other)
        .exits(12)
        .says("its digest is not the one in vault.json");
    scene.damage("v2", "payload.age");
    scene
        .run(DRILL)
        .exits(4)
        .says("its digest is not the one in vault.json");
    let one = "drill --rehearsal --from v1 --from legal1 --from ops1";
    scene.run(one).exits(4);
}

#[test]
fn without_shares_a_vault_copy_or_the_right_kind_there_is_no_drill() {
    let scene = sealed();
    scene.run("drill").exits(2).says("--from PATH is missing");
    let one = "drill --rehearsal --from v1 --from legal1";
    scene.run(one).exits(3);
    let none = "drill --rehearsal --from legal1 --from ops1";
    scene.run(none).exits(4);
    let asked = "drill --from v1 --from legal1 --from ops1";
    scene.run(asked).exits(5).says("rehearsal");
    let wrong = format!("{DRILL} --expect {}", "0".repeat(32));
    scene.run(&wrong).exits(4);
    let right = format!("{DRILL} --expect {}", scene.id());
    scene.run(&right).exits(0);
    production().run(DRILL).exits(5).says("production");
    scene.run(&format!("{DRILL} --against nowhere")).exits(6);
}

#[test]
fn a_store_that_does_not_open_is_a_finding_as_it_is_one_for_a_restore() {
    let scene = vault(
        |node| edit(node, "keyStorePassword = \"", "keyStorePassword = \"not-"),
        |_| {},
    );
    let words = "--rehearsal --from v1 --from legal1 --from ops1";
    let restored = json(&scene, &format!("restore {words} --into out"));
    let drilled = json(&scene, &format!("drill {words}"));
    let startup = drilled["startup"].as_array().unwrap();
    assert!(startup.iter().any(|check| check["outcome"] == "failed"));
    assert_eq!(drilled["startup"], restored["startup"]);
    assert_eq!(without_danger(&drilled), without_danger(&restored));
    let ran = scene.run(&format!("drill {words}")).exits(12);
    ran.says("The node \"node\" would not start")
        .says("NOT MET");
}

#[test]
fn the_live_node_is_held_against_the_vault_and_key_material_is_said_apart() {
    let scene = sample();
    let against = format!("{DRILL} --against node");
    scene.run(&against).exits(0).says("as it was sealed");
    // A lock of the running node is no change; nor are links, modes and times.
    scene.put("node/process-id", b"4711");
    let mode = fs::Permissions::from_mode(0o700);
    fs::set_permissions(scene.at("node/bin"), mode).unwrap();
    symlink("nowhere", scene.at("node/dangling")).unwrap();
    scene.run(&against).exits(0).says("as it was sealed");
    scene.put("node/logs/new.log", b"a line");
    fs::remove_file(scene.at("node/bin/start.sh")).unwrap();
    let ran = scene.run(&against).exits(12);
    let ran = ran.says("0 files changed, 1 file came and 1 file went");
    ran.says("0 days behind")
        .says("None of them is known to hold keys");
    let store = scene.at("node/certificates/sslkeystore.jks");
    let mut bytes = fs::read(&store).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&store, &bytes).unwrap();
    fs::write(scene.at("node/certificates/more.bin"), &bytes).unwrap();
    let ran = scene.run(&against).exits(12);
    let ran = ran.says("1 file changed, 2 files came and 1 file went");
    ran.says("\"certificates/sslkeystore.jks\" is changed")
        .says("\"certificates/more.bin\" is new");
    let json = json(&scene, &against);
    assert_eq!(
        codes(&json).iter().filter(|code| **code == "stale").count(),
        2
    );
}

#[test]
fn what_is_no_node_directory_of_the_vault_is_said_where_it_has_several() {
    let scene = Scene::new();
    scene.put("other/some.txt", b"text");
    let seal = Scene::seal_words("--rehearsal").replace("node", "node other");
    scene.run(&seal).exits(0);
    scene.put("third/file", b"");
    scene
        .run(&format!("{DRILL} --against third"))
        .exits(12)
        .says("no node directory of this vault");
}

#[test]
fn a_person_is_led_from_the_vault_over_the_shares_to_the_last_question() {
    let scene = sample();
    let before = all_files(&scene);
    let Some(mut pty) = Pty::start(scene.dir(), &["drill", "--rehearsal"]) else {
        return;
    };
    nothing_is_kept(&mut pty);
    pty.expect("Nothing is written in clear");
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("v2").expect("Next share:");
    pty.types("legal1").expect("good").expect("Next share:");
    pty.types("legal2")
        .expect("duplicate")
        .expect("Next share:");
    pty.types("typed");
    pty.expect("and press Enter:")
        .types("coldvault bcdefghjknprstvx");
    let text = scene.share_text("audit");
    let lines: Vec<&str> = text.lines().collect();
    for (place, line) in lines.iter().enumerate() {
        pty.expect("(hidden)");
        if place == 4 {
            pty.types_hidden(&with_wrong(line, &[1])).expect("(hidden)");
        }
        pty.types_hidden(line);
    }
    pty.expect("words agree").types("y");
    pty.expect("v1/coldvault-")
        .expect("the node \"node\" start");
    pty.expect("v2/coldvault-").expect("whole");
    pty.expect("Share 1 (legal) came by medium");
    pty.expect("Share 2").expect("typed, 1 line mistyped");
    pty.expect("Times: quorum");
    pty.expect("PASS").expect(AGAIN).types("");
    let ran = pty.ends().exits(0);
    assert!(ran.out.is_ascii(), "{ran}");
    assert!(before == all_files(&scene));
}

#[test]
fn where_no_copy_opens_another_one_is_asked_for() {
    let scene = sample();
    scene.damage("v1", "payload.age");
    let args = ["drill", "--rehearsal", "--from", "v1", "--from", "legal1"];
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    nothing_is_kept(&mut pty);
    pty.expect("Next share:").types("ops1");
    pty.expect("words agree").types("y");
    pty.expect("damaged").expect("Another vault copy:");
    pty.types("v2").expect("NOT MET");
    pty.expect(AGAIN).types("");
    pty.ends().exits(12);
}

#[test]
fn which_of_the_two_codes_of_a_sheet_was_read_is_said() {
    let scene = sealed();
    let codes = scene.share_codes("audit");
    for (place, code) in codes.iter().take(2).enumerate() {
        scene.put_codes("one.txt", &[code]);
        let words = "drill --rehearsal --from v1 --from legal1 --from one.txt";
        let letter = ["A", "B"][place];
        scene
            .run(words)
            .says(&format!("(audit) came by code {letter}"));
    }
    let words = "drill --rehearsal --from v1 --from legal1 --from -";
    piped(&scene, words, scene.share_text("audit"))
        .exits(0)
        .says("came by typed");
}

/// The node's configuration names a store outside of its directory: it is sealed, and looked for where it was.
#[test]
fn what_the_configuration_names_outside_is_held_against_what_is_there_now() {
    let scene = Scene::new();
    let store = fs::canonicalize(scene.dir()).unwrap().join("ext/rpc.jks");
    scene.put("ext/rpc.jks", KEYSTORE);
    let ssl = format!("keyStorePath = {store:?}, keyStorePassword = \"sample-only\"");
    let conf = format!("{CONFIGURATION}rpcSettings {{ ssl {{ {ssl} }} }}\n");
    scene.put("node/node.conf", conf.as_bytes());
    scene.seal("--rehearsal").exits(0).says("ext/rpc.jks");
    let against = format!("{DRILL} --against node");
    scene.put("ext/not-named", b"of nobody");
    scene.run(&against).exits(0).says("as it was sealed");
    let mut bytes = KEYSTORE.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&store, &bytes).unwrap();
    scene
        .run(&against)
        .exits(12)
        .says("1 file changed, 0 files came and 0 files went")
        .says("ext/rpc.jks\" is changed");
    fs::remove_file(&store).unwrap();
    scene
        .run(&against)
        .exits(12)
        .says("0 files changed, 0 files came and 1 file went")
        .says("ext/rpc.jks\" is gone");
    // A copy of the node somewhere else says nothing of files outside of it.
    fs::create_dir(scene.at("elsewhere")).unwrap();
    copy_tree(&scene.at("node"), &scene.at("elsewhere/node"));
    scene
        .run(&format!("{DRILL} --against elsewhere/node"))
        .exits(0)
        .says("as it was sealed");
}

#[test]
fn a_made_corda_node_is_drilled_and_held_against_itself() {
    let scene = Scene::new();
    let Some(node) = made_node(&scene, "bank") else {
        return;
    };
    let seal = Scene::seal_words("--rehearsal");
    let seal = seal.replace("seal node", &format!("seal {node}"));
    scene.run(&seal).exits(0);
    let drill = format!("{DRILL} --against {node} --report d.json");
    let ran = scene.run(&drill);
    ran.exits(0)
        .says("as it was sealed.")
        .says("passed    the passwords open the stores")
        .says("passed    every private key of both stores belongs to its certificate")
        .says("met           live keys");
    let report = fs::read(scene.at("d.json")).unwrap();
    let report = coldvault::drill::DrillReport::from_bytes(&report).unwrap();
    assert!(
        report
            .files
            .is_some_and(|files| files.count == files.matched)
    );
    assert!(report.stores.iter().any(|store| store.matched > 0));
    for name in ["d.json", "d.json.sig", "d.pdf"] {
        fs::remove_file(scene.at(name)).unwrap();
    }
    fs::write(scene.at("made/ext/artemis/artemis.jks"), KEYSTORE).unwrap();
    scene
        .run(&drill)
        .exits(12)
        .says("artemis/artemis.jks\" is changed");
}

/// Calls that make or change something in a file system.
const CALLS: &str = "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,\
    rename,renameat,renameat2,unlink,unlinkat,rmdir,truncate,ftruncate,memfd_create,fallocate";

#[test]
fn a_drill_opens_no_file_for_writing_and_makes_none() {
    let scene = sample();
    let words = format!("{DRILL} --against node");
    let Some(lines) = strace_of(&scene, CALLS, &words) else {
        return;
    };
    let is_opening = |line: &str| line.contains(" open");
    assert!(lines.iter().any(|line| is_opening(line)), "nothing is seen");
    let is_harmless = |line: &str| {
        is_opening(line)
            && !line.contains("O_WRONLY")
            && !line.contains("O_RDWR")
            && !line.contains("O_CREAT")
            || line.contains("\"/dev/null\"")
            || line.contains("\"/dev/tty\"")
    };
    let written: Vec<&String> = lines.iter().filter(|line| !is_harmless(line)).collect();
    assert!(written.is_empty(), "{written:#?}");
}

/// What is said, on both streams.
trait All {
    fn all(&self) -> String;
}

impl All for Ran {
    fn all(&self) -> String {
        self.to_string()
    }
}

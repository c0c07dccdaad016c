//! What `inspect` tells of a node directory: everything that matters, the same each time, and no secret.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::pty::Pty;
use crate::support::{PROGRAM, Ran, TOOLS, run, skipped};

/// The password of every keystore in the fixtures.
const SAMPLE: &str = "sample-only";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// A node directory `node` made of the fixture of that name, with modes of its own.
fn node() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let certificates = dir.path().join("node/certificates");
    fs::create_dir_all(&certificates).unwrap();
    for name in [
        "certificates/nodekeystore.jks",
        "certificates/sslkeystore.jks",
        "certificates/truststore.jks",
        "network-parameters",
        "node.conf",
    ] {
        bring(
            &fixture("node").join(name),
            &dir.path().join("node").join(name),
        );
    }
    dir
}

fn bring(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::write(to, fs::read(from).unwrap()).unwrap();
    fs::set_permissions(to, Permissions::from_mode(0o600)).unwrap();
}

fn put(dir: &TempDir, name: &str, bytes: &[u8]) {
    let path = dir.path().join("node").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
}

fn inspect(dir: &TempDir) -> Ran {
    run(dir.path(), &["inspect", "node"])
}

fn json(dir: &TempDir) -> Value {
    json_of(dir.path(), "node")
}

fn json_of(dir: &Path, node: &str) -> Value {
    let ran = run(dir, &["--json", "inspect", node]).exits(0);
    serde_json::from_str(&ran.out).unwrap()
}

/// Every finding as code and subject.
fn findings(object: &Value) -> Vec<(String, String)> {
    let all = object["findings"].as_array().unwrap();
    let text = |one: &Value, member: &str| one[member].as_str().unwrap().to_owned();
    all.iter()
        .map(|one| (text(one, "code"), text(one, "subject")))
        .collect()
}

#[track_caller]
fn finds(object: &Value, code: &str, end: &str) {
    let found = findings(object);
    let is_there = found
        .iter()
        .any(|(one, subject)| one == code && subject.trim_matches('"').ends_with(end));
    assert!(is_there, "no finding {code} about {end}: {found:#?}");
}

fn store<'o>(object: &'o Value, path: &str) -> &'o Value {
    let mut stores = object["contents"]["stores"].as_array().unwrap().iter();
    stores
        .find(|store| store["path"] == path)
        .unwrap_or_else(|| panic!("no store {path}"))
}

/// The days that are left change with the clock.
fn without_days(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let mut words: Vec<&str> = line.split(' ').collect();
        for at in 1..words.len() {
            if words[at] == "days" {
                words[at - 1] = "N";
            }
        }
        words.join(" ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_table_in_usage_md_is_that_of_the_sample_node() {
    let dir = node();
    put(&dir, "persistence.mv.db", b"H:2,block:3,blockSize:1000");
    let ran = inspect(&dir).exits(0);
    let base = dir.path().canonicalize().unwrap();
    let now = without_days(&ran.out.replace(base.to_str().unwrap(), "/opt"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/usage.md");
    let usage = fs::read_to_string(&file).unwrap();
    let (before, rest) = usage.split_once("<!-- inspect -->\n```text\n").unwrap();
    let (example, after) = rest.split_once("```\n").unwrap();
    assert!(!now.is_empty());
    if std::env::var_os("COLDVAULT_WRITE_USAGE").is_some() {
        let text = format!("{before}<!-- inspect -->\n```text\n{now}\n```\n{after}");
        fs::write(&file, text).unwrap();
        return;
    }
    assert_eq!(
        example.trim_end(),
        now,
        "COLDVAULT_WRITE_USAGE=1 writes it anew"
    );
}

#[test]
fn the_table_is_at_most_80_columns_wide_and_the_same_each_time() {
    let dir = node();
    put(&dir, "logs/node.log", b"a line\n");
    let ran = inspect(&dir).exits(0);
    for line in ran.out.lines() {
        assert!(
            line.chars().count() <= 80 || !line.trim().contains(' '),
            "{line}"
        );
    }
    let again = inspect(&dir);
    assert_eq!(ran.out, again.out);
    assert_eq!(json(&dir)["contents"], json(&dir)["contents"]);
}

#[test]
fn keystores_open_with_the_passwords_of_the_configuration_which_are_never_shown() {
    let dir = node();
    let object = json(&dir);
    for (path, format) in [
        ("certificates/nodekeystore.jks", "JKS"),
        ("certificates/sslkeystore.jks", "PKCS#12"),
        ("certificates/truststore.jks", "JKS"),
    ] {
        let store = store(&object, path);
        assert_eq!(
            (store["format"].as_str(), store["state"].as_str()),
            (Some(format), Some("proven")),
            "{store}"
        );
        assert!(
            store["opened_by"]
                .as_str()
                .unwrap()
                .starts_with("configuration: "),
            "{store}"
        );
    }
    let keys = &store(&object, "certificates/nodekeystore.jks")["entries"];
    for entry in keys.as_array().unwrap() {
        assert_eq!(
            (entry["key"].as_str(), entry["belongs"].as_str()),
            (Some("open"), Some("yes"))
        );
        assert_eq!(entry["chain"], "complete");
    }
    finds(&object, "store-name", "sslkeystore.jks");
    inspect(&dir).exits(0).does_not_say(SAMPLE);
    let text = object.to_string();
    assert!(!text.contains(SAMPLE));
}

#[test]
fn every_keystore_that_would_be_no_backup_is_named_and_the_rest_is_still_inspected() {
    let dir = node();
    let whole = fs::read(fixture("node/certificates/nodekeystore.jks")).unwrap();
    put(&dir, "x/cut.jks", &whole[..700]);
    put(&dir, "x/empty.jks", b"");
    put(&dir, "x/zeros.p12", &[0; 900]);
    put(&dir, "x/noise.jks", &crate::support::noise(900));
    put(&dir, "x/text.jks", b"this is a log line\n");
    for name in ["mismatch.jks", "hsm.jks"] {
        bring(
            &fixture("keystores").join(name),
            &dir.path().join("node/x").join(name),
        );
    }
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    put(&dir, "x/flipped.jks", &flipped);
    let object = json(&dir);
    for name in [
        "cut.jks",
        "empty.jks",
        "zeros.p12",
        "noise.jks",
        "mismatch.jks",
        "hsm.jks",
        "flipped.jks",
    ] {
        finds(&object, "dead", name);
    }
    finds(&object, "store-not-opened", "text.jks");
    let dead: Vec<&str> = object["contents"]["dead"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    assert!(
        !dead
            .iter()
            .any(|path| path.contains("text.jks") || path.starts_with("certificates")),
        "{dead:?}"
    );
    assert_eq!(
        store(&object, "certificates/nodekeystore.jks")["state"],
        "proven"
    );
}

#[test]
fn a_store_that_nothing_opens_is_listed_and_opens_with_a_line_of_a_descriptor() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["node.jks", "modern.p12"] {
        bring(
            &fixture("keystores").join(name),
            &dir.path().join("node").join(name),
        );
    }
    let object = json(&dir);
    assert_eq!(store(&object, "node.jks")["state"], "listed");
    assert_eq!(store(&object, "modern.p12")["opened_by"], Value::Null);
    finds(&object, "dead", "node.jks");
    let object = with_lines(&dir, "a wrong one\nsample-only\n");
    // What opened the first store is tried on the next.
    for name in ["modern.p12", "node.jks"] {
        assert_eq!(store(&object, name)["opened_by"], "typed", "{name}");
    }
    assert!(object["contents"]["dead"].as_array().unwrap().is_empty());
}

#[test]
fn each_line_of_a_descriptor_is_tried_on_everything_whatever_their_order() {
    let dir = tempfile::tempdir().unwrap();
    bring(
        &fixture("keystores/two-keys.jks"),
        &dir.path().join("node/a.jks"),
    );
    let object = with_lines(&dir, "other-sample-only\n\nsample-only\nkey-sample-only\n");
    for entry in store(&object, "a.jks")["entries"].as_array().unwrap() {
        assert_eq!(entry["key"], "open", "{entry}");
    }
    let object = with_lines(&dir, "sample-only\nkey-sample-only\n");
    finds(&object, "dead", "a.jks");
}

/// What `inspect` says of `node` with these lines on a descriptor.
fn with_lines(dir: &TempDir, lines: &str) -> Value {
    fs::write(dir.path().join("lines"), lines).unwrap();
    let output = Command::new("sh")
        .args([
            "-c",
            "\"$0\" --json inspect node --secret-fd 3 3<lines",
            PROGRAM,
        ])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let ran = Ran::of(&["inspect", "--secret-fd"], &output)
        .exits(0)
        .does_not_say(SAMPLE);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn what_to_do_is_said_of_a_file_as_it_is() {
    let dir = node();
    put(&dir, "looks-like.jks", b"this is not a keystore\n");
    let ran = inspect(&dir).exits(0);
    ran.says("hint: it is carried as it is")
        .does_not_say("keep its password");
    let dir = node();
    put(&dir, "process-id", b"77\n");
    let store = dir.path().join("node/certificates/nodekeystore.jks");
    fs::set_permissions(store, Permissions::from_mode(0o644)).unwrap();
    let ran = inspect(&dir).exits(0);
    ran.says("hint: chmod 600 it")
        .says("make sure that the node is stopped: then it may be sealed");
}

#[test]
fn a_store_that_is_closed_is_not_said_to_lack_certificates() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("node/a.p12");
    bring(&fixture("keystores/modern.p12"), &path);
    let ran = inspect(&dir).exits(0);
    ran.says("no password that is known opens it")
        .does_not_say("certificate")
        .does_not_say("compare it with another copy");
    let object = with_lines(&dir, "sample-only\n");
    assert_eq!(store(&object, "a.p12")["state"], "proven");
}

#[test]
fn what_is_for_node_directories_is_refused_for_a_carrier() {
    let dir = node();
    let arguments = [
        "inspect",
        "--as",
        "carrier",
        "--config",
        "node/node.conf",
        "node",
    ];
    run(dir.path(), &arguments)
        .exits(2)
        .says("--config and --secret-fd are for node directories");
}

#[test]
fn on_a_terminal_it_asks_hidden_and_enter_skips() {
    let dir = tempfile::tempdir().unwrap();
    bring(
        &fixture("keystores/node.jks"),
        &dir.path().join("node/a.jks"),
    );
    let Some(mut pty) = Pty::start(dir.path(), &["inspect", "node"]) else {
        return;
    };
    pty.expect("a.jks, attempt 1 of 3")
        .types_hidden("not this one");
    pty.expect("attempt 2 of 3").types_hidden(SAMPLE);
    pty.expect("the password that was given");
    let ran = pty.ends();
    assert_eq!(ran.status, Some(0), "{ran}");
    let mut pty = Pty::start(dir.path(), &["inspect", "node"]).unwrap();
    pty.expect("press Enter to skip").types_hidden("");
    let ran = pty.ends();
    assert_eq!(ran.status, Some(0), "{ran}");
    ran.says("listed without its password");
}

#[test]
fn what_the_configuration_names_is_found_outside_or_named_as_missing() {
    let dir = node();
    let base = dir.path().canonicalize().unwrap();
    let ext = base.join("ext");
    bring(
        &fixture("keystores/node.jks"),
        &ext.join("artemis/artemis.jks"),
    );
    fs::create_dir_all(ext.join("libs")).unwrap();
    fs::write(ext.join("libs/driver.jar"), b"PK").unwrap();
    let conf = format!(
        "myLegalName = \"O=Sample Bank, L=Zurich, C=CH\"\nkeyStorePassword = \"sample-only\"\ntrustStorePassword = \"sample-only\"\n\
         jarDirs = [ \"{0}/libs\" ]\nenterpriseConfiguration {{ messagingServerSslConfiguration {{\n\
         sslKeystore = ../ext/artemis/artemis.jks\nkeyStorePassword = sample-only\n\
         trustStoreFile = ../ext/artemis/gone.jks\ntrustStorePassword = x }} }}\n\
         rpcSettings {{ ssl {{ keyStorePath = \"{0}/none/rpc.jks\", keyStorePassword = ${{RPC_PASS}} }} }}\n}}}} what\n",
        ext.display()
    );
    put(&dir, "node.conf", conf.as_bytes());
    let object = json(&dir);
    let outside: Vec<&str> = object["contents"]["outside"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| path.as_str().unwrap())
        .collect();
    let wanted = [ext.join("artemis/artemis.jks"), ext.join("libs")];
    assert_eq!(
        outside,
        wanted.map(|path| path.to_str().unwrap().to_owned())
    );
    assert_eq!(store(&object, outside[0])["state"], "proven");
    finds(&object, "environment-password", "node.conf, line 10");
    finds(&object, "not-understood", "node.conf, line 11");
    let missing: Vec<_> = findings(&object)
        .into_iter()
        .filter(|(code, _)| code == "named-missing")
        .collect();
    // The third is the database, by default.
    assert_eq!(missing.len(), 3, "{missing:?}");
}

#[test]
fn what_makes_a_copy_worthless_or_stale_is_said() {
    let dir = node();
    put(&dir, "process-id", b"999999");
    put(&dir, "persistence.mv.db", b"H:2,block:3,blockSize:1000");
    put(&dir, "persistence.lock.db", b"");
    put(&dir, "certificates/certificate-request-id.txt", b"1");
    put(&dir, "hard-a", b"x");
    let at = |name: &str| dir.path().join("node").join(name);
    fs::hard_link(at("hard-a"), at("hard-b")).unwrap();
    symlink("/no/such", at("dangling")).unwrap();
    fs::write(at("new\nline"), b"x").unwrap();
    fs::set_permissions(
        at("certificates/nodekeystore.jks"),
        Permissions::from_mode(0o644),
    )
    .unwrap();
    let object = json(&dir);
    for (code, end) in [
        ("running", "process-id"),
        ("database-keys", "persistence.mv.db"),
        ("database-in-use", "persistence.mv.db"),
        ("registration", "certificate-request-id.txt"),
        ("hard-link", "hard-a"),
        ("skipped", "dangling"),
        ("odd-name", "new\\nline"),
        ("readable", "nodekeystore.jks"),
    ] {
        finds(&object, code, end);
    }
    let scope = |name: &str| object["contents"][name]["files"].as_u64().unwrap();
    assert!(scope("scope_keys") < scope("scope_node"));
    // Everything but the two locks.
    assert_eq!(
        scope("scope_node"),
        object["contents"]["files"].as_u64().unwrap() - 2
    );
}

#[test]
fn a_lock_that_another_program_holds_means_that_the_node_runs() {
    let dir = node();
    put(&dir, "process-id", b"1");
    let path = dir.path().join("node/process-id");
    let script = "import fcntl,sys\nf=open(sys.argv[1],'r+')\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint(flush=True)\nsys.stdin.read()";
    let holder = Command::new("python3")
        .args(["-c", script])
        .arg(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut holder) = holder else {
        return skipped(TOOLS, "there is no python3 to hold a lock");
    };
    let mut line = [0];
    std::io::Read::read_exact(holder.stdout.as_mut().unwrap(), &mut line).unwrap();
    let ran = inspect(&dir);
    drop(holder.stdin.take());
    holder.wait().unwrap();
    ran.exits(0).says("the node is running now");
}

#[test]
fn a_directory_that_cannot_be_looked_at_ends_with_6_and_findings_do_not() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["inspect", "gone"]).exits(6);
    fs::create_dir(dir.path().join("node")).unwrap();
    inspect(&dir).exits(0).says("0 files");
}

#[test]
fn a_single_file_is_no_node_directory_and_the_command_for_a_sheet_is_named() {
    let dir = node();
    let ran = run(dir.path(), &["inspect", "node/node.conf"]).exits(2);
    ran.says("is a file").says("coldvault verify");
}

#[test]
fn what_a_seal_would_refuse_is_said_at_the_end_and_counted_at_the_top() {
    let dir = node();
    let ran = inspect(&dir).exits(0).says("errors: 0");
    ran.does_not_say("A seal would refuse");
    put(&dir, "certificates/empty.jks", b"");
    let ran = inspect(&dir).exits(0);
    let top: Vec<&str> = ran.out.lines().take(5).collect();
    assert!(top.iter().any(|line| line.contains("errors: 1")), "{top:?}");
    ran.says("A seal would refuse now: 1 file, no backup (see the errors)");
}

#[test]
fn a_validator_key_without_its_signing_history_and_one_with_a_damaged_one_are_said() {
    let dir = tempfile::tempdir().unwrap();
    let key = br#"{"address":"","pub_key":{},"priv_key":{"type":"tendermint/PrivKeyEd25519","value":""}}"#;
    put(&dir, "config/priv_validator_key.json", key);
    finds(&json(&dir), "no-history", "config/priv_validator_key.json");
    inspect(&dir).exits(0).says("signing history");
    put(&dir, "data/priv_validator_state.json", b"{\"height\": \"3");
    let found = findings(&json(&dir));
    assert!(
        !found.iter().any(|(code, _)| code == "no-history"),
        "{found:?}"
    );
    let ran = inspect(&dir)
        .exits(0)
        .says("never start this validator without it");
    let ran = ran
        .says("it is cut short or damaged")
        .says("how far it has signed cannot be read");
    ran.does_not_say("line 1 column")
        .does_not_say("not read here");
}

#[test]
fn corda_stores_without_a_configuration_are_said() {
    let dir = node();
    let found = findings(&json(&dir));
    assert!(
        !found.iter().any(|(code, _)| code == "no-configuration"),
        "{found:?}"
    );
    fs::remove_file(dir.path().join("node/node.conf")).unwrap();
    finds(
        &json(&dir),
        "no-configuration",
        "certificates/nodekeystore.jks",
    );
    inspect(&dir).exits(0).says("no node.conf").says("--config");
}

#[test]
fn passwords_on_a_descriptor_that_open_nothing_are_said() {
    let dir = tempfile::tempdir().unwrap();
    bring(
        &fixture("keystores/node.jks"),
        &dir.path().join("node/a.jks"),
    );
    fs::write(dir.path().join("given"), "not this one\n").unwrap();
    let mut inspect = crate::support::command(dir.path(), &["inspect", "node", "--secret-fd", "0"]);
    inspect.stdin(fs::File::open(dir.path().join("given")).unwrap());
    let ran = Ran::of(&["inspect"], &inspect.output().unwrap()).exits(0);
    ran.says("1 password was given; it opened nothing");
}

/// The samples beside the project, where they are.
fn samples() -> Option<PathBuf> {
    let given = std::env::var_os("COLDVAULT_SAMPLES").map(PathBuf::from);
    let path =
        given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples"));
    path.join("make-corda-node").exists().then_some(path)
}

/// Whole nodes with everything that goes wrong in them, by the builder beside the project.
#[test]
fn nodes_of_every_kind_are_told_as_their_truth_says() {
    let Some(samples) = samples() else {
        return skipped("COLDVAULT_REQUIRE_SAMPLES", "the samples are not there");
    };
    if Command::new("keytool").arg("-help").output().is_err() {
        return skipped("COLDVAULT_REQUIRE_SAMPLES", "there is no keytool");
    }
    for kind in ["bank", "notary", "hsm", "wrapped", "devmode", "minimal"] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().canonicalize().unwrap().join("out");
        let made = Command::new(samples.join("make-corda-node"))
            .arg(&out)
            .args(["--kind", kind, "--size", "4", "--traps"])
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{kind}: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let truth: Value =
            serde_json::from_slice(&fs::read(out.join("TRUTH.json")).unwrap()).unwrap();
        let object = json_of(&out, "node");
        is_the_truth(kind, &object, &truth);
        let ran = run(&out, &["inspect", "node"]).exits(0);
        assert!(!ran.mentions("\x1b"));
        for (_, password) in truth["passwords"].as_object().unwrap() {
            let password = password.as_str().unwrap();
            // These two are named in our own words, as well-known ones.
            if !["cordacadevpass", "trustpass"].contains(&password) {
                assert!(
                    !ran.mentions(password) && !object.to_string().contains(password),
                    "{kind}: {password}"
                );
            }
        }
    }
}

fn is_the_truth(kind: &str, object: &Value, truth: &Value) {
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().unwrap().iter();
        list.map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let outside = texts(&object["contents"]["outside"]);
    for path in texts(&truth["external_paths_named_by_node_conf"]) {
        assert!(
            outside.contains(&path),
            "{kind}: {path} is not in {outside:?}"
        );
    }
    for path in texts(&truth["external_not_named"]) {
        assert!(!outside.contains(&path), "{kind}: {path} is claimed");
    }
    for (name, aliases) in truth["aliases"].as_object().unwrap() {
        let store = store(object, &format!("certificates/{name}"));
        let mut found = texts(&Value::Array(
            store["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["alias"].clone())
                .collect(),
        ));
        found.sort();
        let mut wanted: Vec<String> = aliases.as_object().unwrap().keys().cloned().collect();
        wanted.sort();
        assert_eq!(found, wanted, "{kind}: {name}");
        assert_eq!(store["state"], "proven", "{kind}: {name}");
    }
    for trap in ["zero-length.jks", "truncated.jks"] {
        finds(object, "dead", trap);
    }
    for (code, trap) in [
        ("store-not-opened", "looks-like.jks"),
        ("readable", "world-readable.jks"),
        ("skipped", "fifo"),
        ("skipped", "dangling"),
        ("hard-link", "hard-a"),
        ("sparse", "sparse-64MiB"),
        ("odd-name", "new\\nline"),
        ("running", "process-id"),
        ("database-keys", "persistence.mv.db"),
    ] {
        finds(object, code, trap);
    }
    match kind {
        "hsm" => finds(object, "dead", "nodekeystore.jks"),
        "devmode" => finds(object, "well-known-password", "nodekeystore.jks"),
        "wrapped" => {
            let store = store(object, "certificates/wrappingkeystore.pkcs12");
            assert_eq!(store["entries"][0]["kind"], "secret key", "{store}");
        }
        _ => {}
    }
    let failed = object["startup"].as_array().unwrap().iter();
    let failed: Vec<&Value> = failed
        .filter(|check| check["outcome"] == "failed")
        .collect();
    assert!(failed.is_empty() || kind == "hsm", "{kind}: {failed:?}");
}

#[test]
fn what_a_configuration_names_is_cut_where_it_is_more_than_anybody_reads() {
    let dir = node();
    let mut conf = fs::read_to_string(fixture("node/node.conf")).unwrap();
    for number in 0..2_500 {
        conf.push_str(&format!("x{number}.keyFile = \"/no/such/{number}.pem\"\n"));
    }
    put(&dir, "node.conf", conf.as_bytes());
    let ran = inspect(&dir).exits(0);
    let ran = ran.says(" more (see --json)");
    let ran = ran.says("and 2451 more of \"named-missing\" like this");
    assert!(
        ran.out.lines().count() < 1_000,
        "{}",
        ran.out.lines().count()
    );
    let object = json(&dir);
    let contents = &object["contents"];
    let named = contents["named"].as_array().unwrap().len();
    assert_eq!(named, 2_000);
    let more = contents["named_more"].as_u64().unwrap();
    assert!((500..550).contains(&more), "{more}");
}

#[test]
fn names_that_steer_a_screen_are_escaped_in_json_and_stay_the_same() {
    let dir = node();
    let name = "a\u{202e}b\u{85}c\u{2028}d\u{7f}.pem";
    put(
        &dir,
        name,
        &fs::read(fixture("keystores/p256.key")).unwrap(),
    );
    let ran = run(dir.path(), &["--json", "inspect", "node"]).exits(0);
    for letter in ['\u{202e}', '\u{85}', '\u{2028}', '\u{7f}'] {
        assert!(!ran.out.contains(letter), "{letter:?}");
    }
    let object: Value = serde_json::from_str(&ran.out).unwrap();
    let material = object["contents"]["material"].as_array().unwrap();
    assert!(!material.is_empty());
}

//! What a sealing refuses before any key exists: then nothing at all is written.

use std::fs;
use std::os::unix::fs::symlink;

use crate::scene::Scene;
use crate::seal::everything_is_bare;
use crate::support::run;

const FULL: &str = "--vault-to v1 --vault-to v2 --share-to legal=legal1 --share-to legal=legal2 \
    --share-to audit=audit1 --share-to audit=audit2 --share-to ops=ops1 --share-to ops=ops2";
const PEOPLE: &str = "--custodian legal --custodian audit --custodian ops";

/// Seals with these words, which are refused with this status and these texts.
#[track_caller]
fn refused(words: &str, status: i32, texts: &[&str]) {
    let scene = Scene::new();
    let ran = scene.run(&format!("seal node --label L --rehearsal {words}"));
    texts
        .iter()
        .fold(ran.exits(status), |ran, text| ran.says(text));
    everything_is_bare(&scene);
}

#[test]
fn a_threshold_that_makes_no_sense_is_wrong_usage() {
    for (k, text) in [
        ("0", "0 of 3"),
        ("1", "1 of 3"),
        ("4", "4 of 3"),
        ("300", "300"),
        ("two", "two"),
    ] {
        refused(&format!("--threshold {k} {PEOPLE} {FULL}"), 2, &[text]);
    }
    refused(
        &format!("--threshold 3 {PEOPLE} {FULL}"),
        2,
        &["--no-spare"],
    );
    let many: String = (1..=33).map(|i| format!(" --custodian c{i}")).collect();
    refused(&format!("--threshold 2 {many} --vault-to v1"), 2, &["33"]);
    refused(&format!("--threshold 2 {FULL}"), 2, &["--custodian"]);
}

#[test]
fn without_a_spare_share_only_when_that_is_wanted() {
    let scene = Scene::new();
    let words = format!("seal node --label L --rehearsal --threshold 3 {PEOPLE} {FULL} --no-spare");
    scene.run(&words).exits(0);
    scene.keep_share_secrets();
    let two = scene.run("restore --from v1 --from legal1 --from ops1 --into out --rehearsal");
    two.exits(3).says("3 needed");
    let all = "restore --from v1 --from legal1 --from ops1 --from audit1 --into out --rehearsal";
    scene.run(all).exits(0);
    scene.is_restored("out");
}

#[test]
fn names_that_are_or_look_the_same_are_wrong_usage() {
    for (one, two) in [
        ("legal", "legal"),
        ("legal", "Legal"),
        ("office", "o\u{fb03}ce"),
        ("caf\u{e9}", "cafe\u{301}"),
        ("a1", "a\u{2460}"),
    ] {
        let words =
            format!("--threshold 2 --custodian {one} --custodian {two} --custodian ops {FULL}");
        refused(&words, 2, &["same name", one]);
    }
}

#[test]
fn names_that_nobody_could_read_are_wrong_usage() {
    let scene = Scene::new();
    let long = "x".repeat(49);
    for name in ["", " ", "a\u{202e}b", "a\nb", "a\u{200b}b", &long] {
        let fixed: Vec<&str> = FULL.split_whitespace().collect();
        let head = [
            "seal",
            "node",
            "--label",
            "L",
            "--rehearsal",
            "--threshold",
            "2",
        ];
        let people = [
            "--custodian",
            "audit",
            "--custodian",
            "ops",
            "--custodian",
            name,
        ];
        let args = [&head[..], &people[..], &fixed[..]].concat();
        run(scene.dir(), &args)
            .exits(2)
            .says("cannot be used as a name");
        let label = ["seal", "node", "--threshold", "2", "--label", name];
        let args = [
            &label[..],
            &["--custodian", "a", "--custodian", "b", "--custodian", "c"][..],
        ];
        run(scene.dir(), &args.concat())
            .exits(2)
            .says("cannot be used as a name");
    }
    everything_is_bare(&scene);
}

#[test]
fn fewer_than_two_copies_of_anything_are_refused() {
    let people = format!("--threshold 2 {PEOPLE}");
    let one_vault = FULL.replacen("--vault-to v2", "", 1);
    refused(
        &format!("{people} {one_vault}"),
        5,
        &["the vault has 1 of 2"],
    );
    let one_share = FULL.replacen("--share-to audit=audit2", "", 1);
    refused(
        &format!("{people} {one_share}"),
        5,
        &["audit's share has 1 of 2"],
    );
    let none = format!("{people} --vault-to v1 --vault-to v2");
    refused(
        &none,
        5,
        &["legal's share has 0 of 2", "ops's share has 0 of 2"],
    );
}

#[test]
fn two_copies_in_one_directory_are_refused_whatever_it_is_called() {
    let people = format!("--threshold 2 {PEOPLE}");
    for (from, to) in [
        ("--vault-to v2", "--vault-to v1"),
        ("--vault-to v2", "--vault-to ./v2/../v1/"),
        ("audit=audit2", "audit=audit1"),
    ] {
        let words = format!("{people} {}", FULL.replacen(from, to, 1));
        refused(&words, 5, &["one directory"]);
    }
    let scene = Scene::new();
    symlink("v1", scene.at("alias")).unwrap();
    let words = FULL.replacen("--vault-to v2", "--vault-to alias", 1);
    let ran = scene.run(&format!("seal node --label L --rehearsal {people} {words}"));
    ran.exits(5).says("one directory");
    everything_is_bare(&scene);
}

#[test]
fn copies_inside_the_node_directory_are_refused() {
    let scene = Scene::new();
    fs::create_dir(scene.at("node/v")).unwrap();
    symlink("node/v", scene.at("alias")).unwrap();
    for (from, to) in [
        ("--vault-to v2", "--vault-to node/v"),
        ("--vault-to v2", "--vault-to alias"),
        ("ops=ops1", "ops=node"),
    ] {
        let words = FULL.replacen(from, to, 1);
        let seal = format!("seal node --label L --rehearsal --threshold 2 {PEOPLE} {words}");
        scene.run(&seal).exits(5).says("lies in the node directory");
        everything_is_bare(&scene);
        scene.is_bare("node/v");
    }
}

#[test]
fn places_that_are_not_there_or_no_directories_are_named() {
    let people = format!("--threshold 2 {PEOPLE}");
    for place in ["gone", "note.txt"] {
        let words = FULL.replacen("--vault-to v2", &format!("--vault-to {place}"), 1);
        refused(&format!("{people} {words}"), 6, &[place]);
    }
    let words = FULL.replacen("ops=ops2", "ops=gone", 1);
    refused(&format!("{people} {words}"), 6, &["gone"]);
}

#[test]
fn a_share_for_nobody_is_wrong_usage() {
    let people = format!("--threshold 2 {PEOPLE}");
    for to in ["eve=v1", "legal1", "legal=", "=legal1"] {
        let words = FULL.replacen("legal=legal1", to, 1);
        refused(&format!("{people} {words}"), 2, &[]);
    }
}

#[test]
fn what_is_typed_wrong_is_wrong_usage_and_help_is_none() {
    let scene = Scene::new();
    for words in [
        "",
        "sael",
        "seal",
        "restore",
        "restore --from v1",
        "verify",
        "seal node --frobnicate",
        "verify v1 --expect x",
    ] {
        assert_eq!(scene.run(words).status, Some(2), "{words:?}");
    }
    for words in [
        "--help",
        "--version",
        "seal --help",
        "restore --help",
        "verify --help",
    ] {
        scene.run(words).exits(0);
    }
    let ran = scene.run("restore --frobnicate").exits(2);
    ran.says("coldvault: error: unexpected argument '--frobnicate' found")
        .says("coldvault: hint: see the help page")
        .does_not_say("For more information");
    scene.run("verify node").exits(2).says("\"node\"");
    scene.run("verify gone").exits(6).says("\"gone\"");
}

#[test]
fn a_secret_given_where_none_belongs_is_never_repeated() {
    let scene = Scene::new();
    let key = "AGE-SECRET-KEY-1QQQQQQQQ";
    for words in [
        "restore --from v1 --into out --secret-fd hunter2hunter2",
        "verify v1 --secret-fd=hunter2hunter2",
        &Scene::seal_words("--secret-fd hunter2hunter2 --protect legal --rehearsal"),
        &format!("restore --from {key} --into out"),
        &format!("verify {key}"),
        &format!("verify v1 --expect {key}"),
        &format!("inspect {key}"),
        &format!("copy {key} v1"),
        &format!("restore {key}"),
        &format!("restore --json --from {key} --into out"),
        &format!("restore --json {key}"),
        key,
    ] {
        let ran = scene.run(words);
        let ran = ran.does_not_say("hunter2").does_not_say("QQQ");
        ran.exits(2).says("seen by others");
    }
}

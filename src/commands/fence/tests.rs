//! The real fence of each command line, and code that does what the command never would: each test in a process of its
//! own.

use super::*;
use crate::host::fence::{MOVES, version};
use crate::host::tests::{assert_passed, child};
use crate::tests::{Need, skipped};
use clap::{FromArgMatches, Subcommand};
use std::fs;
use std::io::ErrorKind;

fn command(words: &[&str]) -> Command {
    let grammar = Command::augment_subcommands(clap::Command::new("coldvault"));
    let words = [&["coldvault"], words].concat();
    Command::from_arg_matches(&grammar.try_get_matches_from(words).unwrap()).unwrap()
}

/// Runs a test that cannot be undone.
fn in_a_child(test: &str) {
    if version() < MOVES {
        let why = format!("the kernel offers Landlock {} only", version());
        skipped(Need::Landlock, &why);
        return;
    }
    assert_passed(&child(&format!("commands::fence::tests::{test}")));
}

/// A directory that the process works in, with `carrier/file`, `elsewhere/file` and `into`.
fn place() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["carrier", "elsewhere", "into"] {
        fs::create_dir(dir.path().join(name)).unwrap();
        fs::write(dir.path().join(name).join("file"), name).unwrap();
    }
    std::env::set_current_dir(dir.path()).unwrap();
    dir
}

/// Closes what this command line does not need.
fn fenced(words: &[&str]) {
    of(&command(words), false).unwrap().raise().unwrap();
}

fn is_closed(path: &str) -> bool {
    let made = fs::write(path, "text");
    made.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
}

fn is_hidden(path: &str) -> bool {
    let read = fs::read(path);
    read.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
}

#[test]
fn a_verify_reads_what_was_named_and_can_write_nothing_anywhere() {
    in_a_child("child_verifies");
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_verifies() {
    let _dir = place();
    fenced(&["verify", "carrier", "--identity", "elsewhere/file"]);
    assert_eq!(fs::read("carrier/file").unwrap(), b"carrier");
    assert_eq!(fs::read("elsewhere/file").unwrap(), b"elsewhere");
    assert!(is_hidden("into/file"));
    for path in ["new", "carrier/new", "carrier/file", "elsewhere/file"] {
        assert!(is_closed(path), "{path}");
    }
    assert!(fs::remove_file("carrier/file").is_err());
    assert!(fs::rename("carrier", "renamed").is_err());
}

#[test]
fn a_status_reads_its_register_and_can_write_nothing_anywhere() {
    in_a_child("child_says_the_status");
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_says_the_status() {
    let _dir = place();
    fenced(&["status", "--register", "elsewhere/file", "--csv"]);
    assert_eq!(fs::read("elsewhere/file").unwrap(), b"elsewhere");
    assert!(is_hidden("carrier/file") && is_hidden("into/file"));
    for path in ["new", "elsewhere/new", "elsewhere/file", "into/new"] {
        assert!(is_closed(path), "{path}");
    }
}

#[test]
fn a_retirement_writes_its_register_and_its_record_and_nothing_on_a_carrier() {
    in_a_child("child_retires");
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_retires() {
    let _dir = place();
    fenced(&[
        "retire",
        "Bank-A",
        "--register",
        "elsewhere/file",
        "--done",
        "carrier=shredded",
        "--certificate",
        "into/end.pdf",
    ]);
    assert_eq!(fs::read("carrier/file").unwrap(), b"carrier");
    fs::write("elsewhere/new", "register").unwrap();
    fs::rename("elsewhere/new", "elsewhere/file").unwrap();
    for path in ["into/end.json", "into/end.pdf"] {
        fs::write(path, "record").unwrap();
    }
    for path in ["new", "carrier/new", "carrier/file"] {
        assert!(is_closed(path), "{path}");
    }
}

#[test]
fn a_restore_writes_into_its_directory_and_can_write_nowhere_else() {
    in_a_child("child_restores");
    in_a_child("child_restores_into_what_is_not_there");
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_restores() {
    let _dir = place();
    let note = "elsewhere/note.txt";
    fs::create_dir("other").unwrap();
    fenced(&[
        "restore",
        "--from",
        "carrier",
        "--into",
        "into",
        "--note-to",
        note,
    ]);
    fs::create_dir("into/.unfinished").unwrap();
    fs::write("into/.unfinished/key", "key").unwrap();
    fs::rename("into/.unfinished/key", "into/key").unwrap();
    fs::write(note, "note").unwrap();
    for path in ["beside", "carrier/file", "carrier/new", "other/new"] {
        assert!(is_closed(path), "{path}");
    }
    assert!(fs::rename("into/key", "carrier/key").is_err());
    assert!(fs::hard_link("into/key", "other/key").is_err());
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_restores_into_what_is_not_there() {
    let _dir = place();
    fenced(&["restore", "--from", "carrier", "--into", "into/new"]);
    fs::create_dir("into/new").unwrap();
    fs::write("into/new/key", "key").unwrap();
    assert!(is_closed("elsewhere/file") && is_closed("carrier/new"));
    assert!(is_hidden("elsewhere/file"));
}

#[test]
fn a_seal_reads_anywhere_and_writes_to_its_destinations_only() {
    in_a_child("child_seals");
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_seals() {
    let _dir = place();
    fs::create_dir("sheets").unwrap();
    let words = "seal carrier --vault-to into --share-to a=sheet:sheets/a.pdf";
    fenced(&words.split(' ').collect::<Vec<_>>());
    fs::write("into/new", "vault").unwrap();
    fs::write("sheets/a.pdf", "share").unwrap();
    assert_eq!(fs::read("elsewhere/file").unwrap(), b"elsewhere");
    for path in ["carrier/file", "elsewhere/file", "new"] {
        assert!(is_closed(path), "{path}");
    }
}

#[test]
fn the_other_commands_reach_what_they_were_given() {
    for test in ["child_copies", "child_prints", "child_scans", "child_looks"] {
        in_a_child(test);
    }
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_copies() {
    let _dir = place();
    fenced(&["copy", "carrier", "into"]);
    fs::write("into/new", fs::read("carrier/file").unwrap()).unwrap();
    assert!(is_closed("carrier/file") && is_closed("elsewhere/new"));
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_prints() {
    let _dir = place();
    fenced(&["print", "carrier/share.json", "--out", "into/new.pdf"]);
    fs::write("into/new.pdf", fs::read("carrier/file").unwrap()).unwrap();
    assert!(is_closed("carrier/file") && is_closed("elsewhere/new"));
    // To standard output: there is no place at all.
    fenced(&["print", "carrier", "--out", "-"]);
    assert!(is_closed("into/new"));
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_scans() {
    let _dir = place();
    fenced(&["scan", "carrier/file", "--out", "into"]);
    fs::write("into/new", fs::read("carrier/file").unwrap()).unwrap();
    assert!(is_closed("carrier/file") && is_closed("elsewhere/new"));
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_looks() {
    let _dir = place();
    fenced(&["inspect", "carrier"]);
    // A node's configuration names files anywhere.
    assert_eq!(fs::read("elsewhere/file").unwrap(), b"elsewhere");
    assert!(is_closed("carrier/file") && is_closed("into/new"));
}

#[test]
fn whoever_can_be_asked_for_another_place_is_not_fenced_in() {
    let restore = ["restore", "--from", "a", "--into", "b"];
    let print = ["print", "a", "--out", "b.pdf"];
    for words in [
        &restore[..],
        &print,
        &["copy", "a", "b"],
        &["verify", "a", "--open"],
    ] {
        assert!(of(&command(words), true).is_none(), "{words:?}");
        assert!(of(&command(words), false).is_some(), "{words:?}");
    }
    assert!(
        of(&command(&["verify", "a"]), true).is_some(),
        "it asks nothing"
    );
    let in_place = command(&[&restore[..], &["--in-place"]].concat());
    let fence = of(&in_place, false).unwrap();
    assert!(fence.reads.is_none() && fence.writes.is_none(), "{fence:?}");
}

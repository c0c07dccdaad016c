//! Runs the commands that README.md shows, as they stand.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The `sh` blocks of a document, in order.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// Runs `script` in `dir` with the program under test found by its name.
fn run(script: &str, dir: &Path) -> (bool, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_coldvault"));
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new("sh")
        .args(["-eu", "-c", script])
        .current_dir(dir)
        .env("PATH", path)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn the_first_rehearsal_of_the_readme_works_to_the_letter() {
    let dir = tempfile::tempdir().unwrap();
    let fixtures = dir.path().join("tests/fixtures/node");
    std::fs::create_dir_all(fixtures.join("certificates")).unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/node");
    for file in [
        "node.conf",
        "certificates/nodekeystore.jks",
        "certificates/sslkeystore.jks",
        "certificates/truststore.jks",
    ] {
        std::fs::copy(ours.join(file), fixtures.join(file)).unwrap();
    }
    let blocks = blocks(README);
    let (build, session) = blocks.split_first().unwrap();
    assert!(
        build.contains("cargo build --release"),
        "the first block builds; cargo has done that here"
    );
    assert!(session.len() >= 5);
    let (worked, text) = run(&session.concat(), dir.path());
    assert!(worked, "{text}");
    assert!(text.contains("Sealed. Write this down"), "{text}");
    assert!(text.contains("Restored"), "{text}");
    let practice = dir.path().join("practice");
    assert!(
        practice
            .join("restored/node/certificates/nodekeystore.jks")
            .exists()
    );
    assert!(practice.join("restored/note/note.txt").exists());
    assert!(!practice.join("vault-A").exists(), "the loss was real");
}

#[test]
fn the_readme_names_the_two_commands_that_do_all() {
    let console = README
        .split("```console\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let commands: Vec<&str> = console.lines().collect();
    assert_eq!(
        commands,
        ["$ cargo run --release -- rehearse", "$ cargo test"]
    );
}

#[test]
fn a_rehearsal_ends_well_and_says_where_to_look() {
    let dir = tempfile::tempdir().unwrap();
    let (worked, text) = run("coldvault rehearse --into rehearsal", dir.path());
    assert!(worked, "{text}");
    for said in [
        "share 1 (legal): duplicate",
        "share 4 (board): set aside",
        "every byte, permission and time is the same",
        "Look at it:",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(
        dir.path()
            .join("rehearsal/restored/node/node.conf")
            .exists()
    );
    let (again, text) = run("coldvault rehearse --into rehearsal", dir.path());
    assert!(!again && text.contains("already exists"), "{text}");
}

#[test]
fn the_self_test_holds() {
    let dir = tempfile::tempdir().unwrap();
    let (worked, text) = run("coldvault selftest", dir.path());
    assert!(worked && !text.contains("FAILED"), "{text}");
    assert!(text.lines().count() >= 11, "{text}");
}

#[test]
fn completions_and_man_pages_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let (worked, text) = run(
        "coldvault man --out man && coldvault completions bash",
        dir.path(),
    );
    assert!(worked && text.contains("_coldvault"), "{text}");
    let page = std::fs::read_to_string(dir.path().join("man/coldvault-seal.1")).unwrap();
    assert!(
        page.contains("threshold") && page.starts_with(".ie"),
        "{}",
        &page[..80]
    );
    assert!(dir.path().join("man/coldvault.1").exists());
}

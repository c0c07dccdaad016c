//! Runs the commands that README.md and docs/ceremony-quickstart.md show: those of the README as they stand, those of the
//! ceremony by the rule at [`stand_ins`].

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[path = "pages/shell.rs"]
mod shell;

use shell::run;

const README: &str = include_str!("../README.md");
const QUICKSTART: &str = include_str!("../docs/ceremony-quickstart.md");
const CI: &str = include_str!("../.ci/run");

/// The `sh` blocks of a document, in order.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_first_rehearsal_of_the_readme_works_to_the_letter() {
    let dir = tempfile::tempdir().unwrap();
    let fixtures = dir.path().join("tests/fixtures/node");
    fs::create_dir_all(fixtures.join("certificates")).unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/node");
    for file in [
        "node.conf",
        "certificates/nodekeystore.jks",
        "certificates/sslkeystore.jks",
        "certificates/truststore.jks",
    ] {
        fs::copy(ours.join(file), fixtures.join(file)).unwrap();
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
    assert!(text.contains("Write this on paper"), "{text}");
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
        "Everything happens in ",
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
    assert!(text.lines().count() >= 12, "{text}");
    assert!(
        text.contains("checks passed: this program works here."),
        "{text}"
    );
}

#[test]
fn completions_and_man_pages_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let (worked, text) = run(
        "coldvault man --out man && coldvault completions bash",
        dir.path(),
    );
    assert!(worked && text.contains("_coldvault"), "{text}");
    let page = fs::read_to_string(dir.path().join("man/coldvault-seal.1")).unwrap();
    assert!(
        page.contains("threshold") && page.starts_with(".ie"),
        "{}",
        &page[..80]
    );
    assert!(dir.path().join("man/coldvault.1").exists());
}

/// The fixture node, which a test may change.
fn copy_node(to: &Path) {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/node");
    fs::create_dir_all(to.join("certificates")).unwrap();
    for file in [
        "node.conf",
        "certificates/nodekeystore.jks",
        "certificates/sslkeystore.jks",
        "certificates/truststore.jks",
    ] {
        fs::copy(ours.join(file), to.join(file)).unwrap();
    }
}

/// What a test cannot have is replaced, and nothing else: sticks are directories, so that the places begin in the test's
/// own directory and the vault is a rehearsal (a production one refuses copies on one disk); the commands that change the
/// machine (`sudo`) or look at it (`swapon`) do nothing.
fn stand_ins(block: &str) -> String {
    let mut script = block.to_owned();
    for (shown, run) in [
        ("/media/officer/", "media/officer/"),
        ("/mnt/drill", "mnt/drill"),
        ("/dev/shm/sheets", "sheets"),
        ("/tmp/practice", "practice"),
        // What it says of the machine that runs this test is no part of the test.
        ("coldvault doctor\n", "coldvault doctor || test $? = 5\n"),
        ("coldvault seal ", "coldvault seal --rehearsal "),
        ("coldvault restore ", "coldvault restore --rehearsal "),
    ] {
        script = script.replace(shown, run);
    }
    script
}

/// The laptop before the ceremony: seven sticks, the node, the note, the program.
fn laptop() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for name in [
        "VAULT-1", "VAULT-2", "LEGAL", "AUDIT", "OPS", "BOARD", "NOTARY",
    ] {
        fs::create_dir_all(at(&format!("media/officer/{name}"))).unwrap();
    }
    copy_node(&at("media/officer/NODE/corda"));
    fs::write(at("note.txt"), "the store password is sample-only\n").unwrap();
    fs::create_dir_all(at("mnt/drill")).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_coldvault"), at("coldvault")).unwrap();
    fs::create_dir(at("stand-ins")).unwrap();
    for name in ["sudo", "swapon"] {
        let program = at("stand-ins").join(name);
        fs::write(&program, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    dir
}

#[test]
fn the_ceremony_of_the_quickstart_works_command_by_command() {
    let (build, rest): (Vec<&str>, Vec<&str>) = blocks(QUICKSTART)
        .into_iter()
        .partition(|block| block.starts_with("cargo rustc"));
    assert_eq!((build.len(), rest.len()), (1, 10));
    let dir = laptop();
    let mut said = String::new();
    for block in rest {
        let (worked, text) = run(&stand_ins(block), dir.path());
        assert!(worked, "{block}\n{text}");
        said.push_str(&text);
    }
    for line in ["Write this on paper", "Restored", "SAME", "frozen vectors"] {
        assert!(said.contains(line), "{line:?} is not in\n{said}");
    }
    assert!(!said.contains("NOT WHOLE"), "{said}");
    assert!(said.contains("SEALED: 12 of 12 carriers"), "{said}");
    let whole = said.lines().filter(|line| line.ends_with(": whole"));
    assert_eq!(whole.count(), 2 + 7, "{said}");
    let filed = fs::read_to_string(dir.path().join("sealed.txt")).unwrap();
    assert!(filed.contains("share 5 notary 2/2"), "{filed}");
    let note = dir.path().join("mnt/drill/restored/note/note.txt");
    assert!(note.exists(), "the note came back");
}

/// It takes minutes and the registry, so it is a step of its own there.
#[test]
fn the_build_of_the_quickstart_is_run_by_ci() {
    assert!(CI.contains("docs/ceremony-quickstart.md") && CI.contains("/^cargo rustc --release/"));
    let steps = CI.lines().find(|line| line.starts_with("steps=(")).unwrap();
    assert!(steps.contains(" static "));
}

#[test]
fn the_quickstart_shows_only_commands_that_are_run_and_fits_a_page() {
    let fences = QUICKSTART.lines().filter(|line| line.starts_with("```"));
    let kinds: Vec<&str> = fences.filter(|line| *line != "```").collect();
    let shown = kinds.iter().filter(|kind| **kind != "```sh").count();
    assert_eq!(shown, 1, "one question is shown as text: {kinds:?}");
    for line in QUICKSTART.lines() {
        assert!(line.chars().count() <= 120, "{line}");
    }
    for said in [
        "officer",
        "witness",
        "tamper-evident",
        "swapoff -a",
        "--protect",
        "--with-tool",
    ] {
        assert!(QUICKSTART.contains(said), "{said}");
    }
    assert!(README.contains("(docs/ceremony-quickstart.md)"));
}

/// What a person at the table has to act on must stand in the recorded ceremony as the program says it today.
#[test]
fn the_recorded_ceremony_speaks_as_the_program_does() {
    const RECORDED: &str = include_str!("../docs/ceremony-in-a-machine.md");
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let recorded = flat(RECORDED);
    for (sentence, source) in [
        (
            "What does a clock on the wall show?",
            include_str!("../src/commands/wall_clock.rs"),
        ),
        (
            "A second person reads it now",
            include_str!("../src/commands/wall_clock.rs"),
        ),
        (
            "needs another medium",
            include_str!("../src/commands/seal/desk.rs"),
        ),
        (
            "What was left on this medium was removed",
            include_str!("../src/commands/seal/desk/examine.rs"),
        ),
        (
            "insert the medium",
            include_str!("../src/commands/seal/desk/ask.rs"),
        ),
        (
            "Reading back the vault copies ...",
            include_str!("../src/commands/seal/write/payload.rs"),
        ),
        (
            "carriers written and read back",
            include_str!("../src/commands/seal/table.rs"),
        ),
        (
            "Everything in the archive agrees with its inventory.",
            include_str!("../src/commands/restore/opening.rs"),
        ),
    ] {
        assert!(recorded.contains(sentence), "not in the record: {sentence}");
        assert!(
            flat(source).contains(sentence),
            "no longer said: {sentence}"
        );
    }
    assert!(README.contains("docs/ceremony-in-a-machine.md"));
    assert!(CI.contains("static sticks ceremony"));
}

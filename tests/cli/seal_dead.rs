//! Nothing dead is sealed as a backup, and no store without its password.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::pty::Pty;
use crate::scene::{CONFIGURATION, KEYSTORE, SHARES, Scene, VAULTS, tree};
use crate::seal::everything_is_bare;
use crate::stores::{aliases_only, jks, mismatched, sample};
use crate::support::{Ran, command, keep_secret};

const STORE: &str = "node/certificates/nodekeystore.jks";
const RESTORE: &str = "restore --from v1 --from legal1 --from audit1 --into out --rehearsal";
/// Said at a terminal or on a descriptor, and in no file.
const TYPED: &str = "typed-at-the-table-only";

/// Runs the program with these lines on its standard input.
fn run_with(scene: &Scene, words: &str, lines: &str) -> Ran {
    let args: Vec<&str> = words.split_whitespace().collect();
    let mut command = command(scene.dir(), &args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    // A program that refuses to begin does not read it.
    let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
    Ran::of(&args, &child.wait_with_output().unwrap())
}

/// A node with one more store, whose password is in no file.
fn with_another_store() -> Scene {
    let scene = Scene::new();
    keep_secret(TYPED);
    scene.put("node/certificates/another.jks", &jks(TYPED, &sample()));
    scene
}

fn note() -> String {
    format!(
        "Passwords of keystores in this vault that are in no sealed file.\n\
         For each: where a restore puts it, its path in the archive, its password.\n\n\
         Restored as: node/certificates/another.jks\n\
         node/0/certificates/another.jks\n    {TYPED}\n"
    )
}

/// The password is in the note that comes back, and on no medium in clear.
#[track_caller]
fn is_only_in_the_note(scene: &Scene) {
    scene.run(RESTORE).exits(0);
    let came = fs::read_to_string(scene.at("out/note/store-passwords.txt")).unwrap();
    assert_eq!(came, note());
    for medium in VAULTS.iter().chain(&SHARES) {
        for (path, content) in tree(&scene.at(medium)) {
            let text = String::from_utf8_lossy(&content).into_owned();
            assert!(!text.contains(TYPED), "{path:?} on {medium}");
        }
    }
}

#[test]
fn every_kind_of_dead_store_is_named_and_refused_before_any_key() {
    let cut = KEYSTORE[..KEYSTORE.len() / 2].to_vec();
    for (kind, bytes) in [
        ("cut short", cut),
        ("of no length", Vec::new()),
        ("of another password", jks("some other password", &sample())),
        ("whose keys are in each other's place", mismatched()),
        (
            "of names of keys in a hardware security module",
            aliases_only(),
        ),
    ] {
        let scene = Scene::new();
        scene.put(STORE, &bytes);
        let ran = scene.seal("--rehearsal");
        assert_eq!(ran.status, Some(5), "{kind}: {ran}");
        ran.exits(5)
            .says("certificates/nodekeystore.jks\": would be no backup")
            .says("--exception dead:certificates/nodekeystore.jks=REASON");
        everything_is_bare(&scene);
        let words = "--rehearsal --exception dead:certificates/nodekeystore.jks=test";
        let ran = scene.seal(words).exits(0);
        ran.says("is sealed although it is no backup")
            .says("set aside: dead:certificates/nodekeystore.jks (test)");
        scene.run(RESTORE).exits(0);
        assert_eq!(fs::read(scene.at("out").join(STORE)).unwrap(), bytes);
    }
}

#[test]
fn an_exception_for_one_dead_file_is_none_for_another() {
    let scene = Scene::new();
    scene.put(STORE, b"");
    scene.put("node/certificates/sslkeystore.jks", b"");
    let words = "--rehearsal --exception dead:certificates/nodekeystore.jks=test";
    let ran = scene.seal(words);
    ran.exits(5).says("sslkeystore.jks\": would be no backup");
    let absolute = fs::canonicalize(scene.at("node/certificates/sslkeystore.jks")).unwrap();
    let words = format!(
        "{words} --exception dead:{}=test",
        absolute.to_str().unwrap()
    );
    scene.seal(&words).exits(0);
}

#[test]
fn the_hint_of_a_dead_file_can_be_typed_as_it_stands() {
    let scene = Scene::new();
    scene.put("node/traps/cut short.jks", &KEYSTORE[..500]);
    let ran = scene.seal("--rehearsal").exits(5);
    ran.says("--exclude 'traps/cut short.jks'")
        .says("--exception dead:'traps/cut short.jks'=REASON");
}

#[test]
fn names_of_keys_in_a_module_are_never_offered_to_be_left_out() {
    let scene = Scene::new();
    scene.put(STORE, &aliases_only());
    let ran = scene.seal("--rehearsal").exits(5);
    ran.says("back up the keys with the module's tools")
        .says("the node needs its certificates")
        .does_not_say("--exclude")
        .does_not_say("--secret-fd");
}

#[test]
fn an_exception_that_fits_nothing_is_said() {
    let scene = Scene::new();
    let ran = scene.seal("--rehearsal --exception dead:certificates/nodekeystore.jsk=slip");
    ran.exits(0).says("fits no file that would be no backup");
}

#[test]
fn a_damaged_signing_history_is_refused_and_never_offered_to_be_left_out() {
    let scene = Scene::new();
    scene.put("node/data/priv_validator_state.json", b"{\"height\": \"3");
    let ran = scene.seal("--rehearsal").exits(5);
    ran.says("never start this validator without it")
        .does_not_say("--exclude");
}

#[test]
fn what_is_left_out_is_not_refused_for_being_dead() {
    let scene = Scene::new();
    scene.put("node/old/nodekeystore.jks", &KEYSTORE[..500]);
    scene
        .seal("--rehearsal")
        .exits(5)
        .says("old/nodekeystore.jks");
    scene.seal("--rehearsal --exclude old").exits(0);
}

#[test]
fn a_store_whose_password_nobody_gives_is_refused() {
    let scene = with_another_store();
    let ran = scene.seal("--rehearsal");
    ran.exits(5).says("another.jks").says("--secret-fd");
    everything_is_bare(&scene);
}

#[test]
fn a_password_from_a_descriptor_lands_in_the_sealed_note_and_nowhere_else() {
    let scene = with_another_store();
    let words = Scene::seal_words("--rehearsal --secret-fd 0");
    let ran = run_with(&scene, &words, "a wrong one\n");
    ran.exits(5).says("another.jks");
    everything_is_bare(&scene);
    let ran = run_with(&scene, &words, &format!("a wrong one\n{TYPED}\n"));
    ran.exits(0).says("store-passwords.txt");
    is_only_in_the_note(&scene);
}

#[test]
fn passphrases_come_first_from_a_descriptor_and_store_passwords_after_them() {
    let scene = with_another_store();
    let passphrase = "eleven green lamps";
    keep_secret(passphrase);
    let words = Scene::seal_words("--rehearsal --note note.txt --protect legal --secret-fd 0");
    run_with(&scene, &words, &format!("{passphrase}\n{TYPED}\n")).exits(0);
    let restore = "restore --from v1 --from ops1 --from audit1 --into out --rehearsal";
    scene.run(restore).exits(0);
    let came = fs::read_to_string(scene.at("out/note/store-passwords.txt")).unwrap();
    assert_eq!(came, note());
    assert!(scene.at("out/note/note.txt").exists());
}

#[test]
fn a_password_typed_on_a_terminal_lands_in_the_sealed_note_and_nowhere_else() {
    let scene = with_another_store();
    let words = Scene::seal_words("--rehearsal");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("another.jks").expect("typed hidden");
    pty.types_hidden("a wrong password");
    pty.expect("Not everything in it opens with that.")
        .expect("typed hidden");
    pty.types_hidden(TYPED);
    pty.expect("store-passwords.txt").expect("SEALED");
    pty.ends().exits(0);
    is_only_in_the_note(&scene);
}

#[test]
fn nobody_has_to_know_a_password_that_a_reason_is_given_for() {
    let scene = with_another_store();
    let words = Scene::seal_words("--rehearsal --exception dead:certificates/another.jks=lost");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("typed hidden").types_hidden("");
    pty.expect("SEALED");
    pty.ends().exits(0);
    scene.run(RESTORE).exits(0);
    assert!(scene.at("out/node/certificates/another.jks").exists());
    scene.is_absent("out/note");
}

#[test]
fn nobody_is_asked_for_the_password_of_a_store_that_is_left_out() {
    let scene = with_another_store();
    let words = Scene::seal_words("--rehearsal --exclude certificates/another.jks");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("SEALED");
    pty.ends().exits(0).does_not_say("typed hidden");
}

#[test]
fn what_an_absolute_include_brings_in_is_looked_at_as_what_lies_inside() {
    let scene = Scene::new();
    keep_secret(TYPED);
    scene.put("ext/more/locked.jks", &jks(TYPED, &sample()));
    symlink(scene.at("ext"), scene.at("by-link")).unwrap();
    let root = fs::canonicalize(scene.dir()).unwrap();
    for (given, scope) in [("ext/more", "node"), ("by-link/more", "keys")] {
        let given = root.join(given);
        let words = format!(
            "--rehearsal --scope {scope} --include {} --secret-fd 0",
            given.to_str().unwrap()
        );
        let words = Scene::seal_words(&words);
        let ran = run_with(&scene, &words, "a wrong one\n").exits(5);
        ran.says("locked.jks\": would be no backup");
        everything_is_bare(&scene);
        run_with(&scene, &words, &format!("{TYPED}\n")).exits(0);
        scene.run(RESTORE).exits(0);
        let store = given.join("locked.jks");
        let store = store.strip_prefix("/").unwrap().to_str().unwrap();
        let came = fs::read_to_string(scene.at("out/note/store-passwords.txt")).unwrap();
        let both = format!("\nRestored as: external/node/{store}\nexternal/0/{store}\n");
        assert!(came.contains(&both), "{came}");
        assert!(scene.at("out/external/node").join(store).exists());
        fs::remove_dir_all(scene.at("out")).unwrap();
        scene.clear_media();
    }
}

#[test]
fn an_exception_for_a_path_with_an_equals_sign_is_written_in_quotes() {
    let scene = Scene::new();
    scene.put("node/a=b.jks", b"");
    for exception in ["dead:a=b.jks=test", "dead:\"a=c.jks\"=test"] {
        let ran = scene.seal(&format!("--rehearsal --exception {exception}"));
        ran.exits(5).says("a=b.jks\": would be no backup");
    }
    let ran = scene.seal("--rehearsal --exception dead:\"a=b.jks\"=one=two");
    ran.exits(0).says("set aside: dead:a=b.jks (one=two)");
}

#[test]
fn a_password_that_is_in_the_sealed_configuration_needs_no_note() {
    let scene = Scene::new();
    assert!(CONFIGURATION.contains("sample-only"));
    let ran = scene.seal("--rehearsal").exits(0);
    ran.does_not_say("store-passwords");
    scene.run(RESTORE).exits(0);
    scene.is_absent("out/note");
}

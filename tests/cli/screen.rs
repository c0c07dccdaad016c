//! A screen of 80 columns and 24 lines: what a question needs is on it when the question is asked.

use std::fs;
use std::path::Path;

use crate::pty::Pty;
use crate::scene::{CONFIGURATION, KEYSTORE, Scene, production};
use crate::support::keep_secret;

const COLUMNS: usize = 80;
const LINES: usize = 24;
const PASSPHRASE: &str = "nine blue cows on a roof";

fn start(dir: &Path, args: &[&str]) -> Option<Pty> {
    Pty::start_on(80, dir, args, r#"exec "$@""#)
}

/// What of a question, and of what was said before it, is still on the screen.
fn screen(asked: &str) -> String {
    let lines: Vec<&str> = asked.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

/// The screens at the questions with this in them.
#[track_caller]
fn at(asked: &[String], question: &str) -> Vec<String> {
    let found = asked.iter().filter(|text| text.contains(question));
    let found: Vec<String> = found.map(|text| screen(text)).collect();
    assert!(!found.is_empty(), "never asked: {question}");
    found
}

/// Every line fits, and before each question but these no more was said than fits too.
#[track_caller]
fn fits(asked: &[String], but: &[&str]) {
    for text in asked {
        for line in text.lines() {
            // A line of progress is drawn over itself.
            let drawn = line.rsplit('\r').next().unwrap();
            assert!(drawn.chars().count() <= COLUMNS, "{drawn}");
        }
        let is_listed = but.iter().any(|but| text.contains(but));
        assert!(is_listed || text.lines().count() <= LINES, "{text}");
    }
}

/// A node that may be running, with more keystores outside than a screen has lines, and a database.
fn large_node(scene: &Scene) {
    let mut configuration = CONFIGURATION.to_owned();
    for number in 0..LINES {
        let name = format!("outside/key-store-{number}.jks");
        scene.put(&name, KEYSTORE);
        let path = scene.at(&name);
        configuration += &format!(
            "x{number} {{ keyStorePath = {path:?}, keyStorePassword = \"sample-only\" }}\n"
        );
    }
    scene.put("node/node.conf", configuration.as_bytes());
    scene.put("node/process-id", b"1234");
    scene.put(
        "node/persistence.mv.db",
        b"H:2,block:9,blockSize:1000,format:1\n",
    );
}

/// Answers the questions of `seal` for nine custodians and two media for each.
fn answers(pty: &mut Pty) {
    pty.expect("press Enter:").types("seal");
    pty.expect("rehearsal?").types("y");
    pty.expect("Node directory").types("node");
    pty.expect("Label").types("Asked");
    for number in 1..=9 {
        let question = "Custodian of share";
        pty.expect(question).types(&format!("custodian-{number}"));
    }
    pty.expect("share 10").types("");
    pty.expect("How many").types("5");
    pty.expect("Whom to call").types("");
    pty.expect("store passwords").types("note.txt");
    pty.expect("protect").types("custodian-1");
    pty.expect("Folder for the PDFs").types("media");
    pty.expect("Register file").types("");
}

#[test]
fn a_seal_of_nine_shares_and_the_way_back_ask_nothing_that_has_left_the_screen() {
    let scene = Scene::new();
    large_node(&scene);
    keep_secret(PASSPHRASE);
    let Some(mut pty) = start(scene.dir(), &[]) else {
        return;
    };
    answers(&mut pty);
    pty.expect("may be running")
        .expect("press Enter:")
        .types("y");
    pty.expect("type stop:").types("");
    pty.expect("passphrase for share 1")
        .types_hidden(PASSPHRASE);
    pty.expect("once more").types_hidden(PASSPHRASE);
    for number in 0..20 {
        let medium = format!("m{number}");
        fs::create_dir(scene.at(&medium)).unwrap();
        pty.expect("insert the medium")
            .expect("or stop:")
            .types(&medium);
    }
    pty.expect("SEALED").expect("press Enter:").types("restore");
    pty.expect("Vault copy:").types("m0");
    for number in [3, 5, 7, 9, 11] {
        pty.expect("Next share:").types(&format!("m{number}"));
    }
    pty.expect("REHEARSAL").expect("press Enter:").types("y");
    pty.expect("agree").expect("press Enter:").types("y");
    pty.expect("directory for the files").types("out");
    pty.expect("The files are in")
        .expect("press Enter:")
        .types("stop");
    let asked = pty.asked();
    pty.ends().exits(0);
    let listed = ["may be running", "type stop:", "What do you want to do?"];
    fits(&asked, &listed);
    for screen in at(&asked, "may be running") {
        assert!(screen.contains("process-id"), "{screen}");
    }
    for screen in at(&asked, "type stop:") {
        let question = "20 copies, any 5 of 9 shares open it.";
        assert!(screen.contains(question), "{screen}");
    }
    // What is to be written on paper, and that it is done, is on the screen with the menu below it.
    let sealed: Vec<String> = at(&asked, "What do you want to do?");
    let id = fs::read_dir(scene.at("m0"))
        .unwrap()
        .flatten()
        .next()
        .unwrap();
    let id = id.file_name().to_string_lossy()[10..42].to_owned();
    let done = sealed
        .iter()
        .find(|screen| screen.contains("SEALED: 20 of 20"));
    let done = done.unwrap();
    assert!(done.contains(&id) && done.contains("words    "), "{done}");
    for screen in at(&asked, "Do the words agree") {
        let is_shown = screen.contains(&id) && screen.contains("words    ");
        assert!(is_shown, "{screen}");
    }
}

#[test]
fn a_database_that_is_left_out_is_named_by_the_question_itself() {
    let scene = Scene::new();
    large_node(&scene);
    let words = Scene::seal_words("--rehearsal --scope keys");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = start(scene.dir(), &words) else {
        return;
    };
    pty.expect("may be running")
        .expect("press Enter:")
        .types("y");
    pty.expect("NOT be in the")
        .expect("(or stop):")
        .types("stop");
    let asked = pty.asked();
    pty.ends().exits(130);
    for screen in at(&asked, "(or stop):") {
        let question = screen.rsplit("Keys that are only in").next().unwrap();
        let question = question.replace('\n', " ");
        assert!(question.contains("persistence.mv.db"), "{screen}");
    }
}

#[test]
fn a_production_restore_asks_nothing_that_has_left_the_screen() {
    let scene = production();
    let Some(mut pty) = start(scene.dir(), &["restore"]) else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("legal1");
    pty.expect("Next share:").types("not-there");
    pty.expect("Next share:").types("ops1");
    pty.expect("agree").expect("press Enter:").types("y");
    pty.expect("directory for the files").types("node");
    pty.expect("directory for the files").types("out");
    pty.expect("The files are in");
    let asked = pty.asked();
    pty.ends().exits(0);
    fits(&asked, &[]);
    let id = scene.id();
    for screen in at(&asked, "Do the words agree") {
        assert!(screen.contains(&id), "{screen}");
    }
}

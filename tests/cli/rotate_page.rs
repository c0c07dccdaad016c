//! docs/lifecycle.md shows a led rotation from its first question to its last line, and every line of it is what is on the
//! screen. `COLDVAULT_WRITE_LIFE=1` writes it anew.

use std::fs;

use crate::pty::Pty;
use crate::support::run;
use crate::transcript::{as_on_the_page, is_on_the_page};

/// What the person types, by what is asked; the next answer where it is asked again.
const ANSWERS: [(&str, &[&str]); 12] = [
    ("Register file", &["register.json"]),
    ("that is to be sealed as it is now", &[""]),
    ("Why, in one line", &["audit left and kept the share"]),
    ("Vault copy:", &["practice/media/vault-2"]),
    (
        "Next share:",
        &[
            "practice/media/legal-1",
            "practice/media/operations-1",
            "practice/media/audit-1",
        ],
    ),
    ("Do the words agree", &["y"]),
    ("Custodian of share 1", &["legal"]),
    ("Custodian of share 2", &["operations"]),
    ("Custodian of share 3", &["treasury"]),
    ("Custodian of share 4", &[""]),
    ("How many of the 3 shares", &["2"]),
    ("Whose shares to protect", &[""]),
];

/// More than any rotation asks.
const MOST: usize = 40;

#[test]
fn the_rotation_that_the_page_shows_is_what_is_on_the_screen_line_by_line() {
    let Some(screen) = played() else {
        return;
    };
    let shown = as_on_the_page(&without_places(&screen));
    is_on_the_page(
        "docs/lifecycle.md",
        "```rotation\n",
        "COLDVAULT_WRITE_LIFE",
        &shown,
    );
}

/// The table of carriers without what they are on, which is another device and another path on each machine.
fn without_places(screen: &str) -> String {
    let mut text = String::new();
    let mut is_in_table = false;
    for line in screen.lines() {
        let mark = line
            .strip_prefix("  CV-")
            .and_then(|rest| rest.split_once(' '));
        match mark {
            Some((_, rest)) => {
                let name = rest.split("  ").next().unwrap_or_default();
                text += &format!("  CV-MARK {name}\n");
            }
            // what has no room beside the name stands below it
            None if is_in_table && line.starts_with("      ") => continue,
            None => text += &format!("{}\n", without_mark(line)),
        }
        is_in_table = mark.is_some();
    }
    text
}

fn without_mark(line: &str) -> String {
    match line.split_once("media    CV-") {
        Some((before, _)) => format!("{before}media    CV-MARK"),
        None => line.to_owned(),
    }
}

/// All of the screen; `None` without a terminal.
fn played() -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["rehearse", "--into", "practice"]).exits(0);
    let media = |name: &str| format!("practice/media/{name}");
    let (vault, legal, audit, operations) = (
        media("vault-2"),
        media("legal-1"),
        media("audit-1"),
        media("operations-1"),
    );
    let mut begin = vec!["register", "rebuild", "--register", "register.json"];
    for from in [&vault, &legal, &audit, &operations] {
        begin.extend(["--from", from]);
    }
    run(dir.path(), &begin).exits(0);
    let leave = ["custodian", "leave", "audit", "--register", "register.json"];
    run(dir.path(), &leave).exits(0);
    let places: Vec<String> = ["legal", "operations", "treasury"]
        .iter()
        .flat_map(|name| [1, 2].map(|copy| format!("{name}=new/{name}-{copy}")))
        .collect();
    let mut args = vec![
        "rotate",
        "--rehearsal",
        "--vault-to",
        "new/vault-1",
        "--vault-to",
        "new/vault-2",
    ];
    for place in &places {
        args.extend(["--share-to", place]);
    }
    let dirs = places
        .iter()
        .filter_map(|place| place.split_once('='))
        .map(|(_, dir)| dir);
    for place in dirs.chain(["new/vault-1", "new/vault-2"]) {
        fs::create_dir_all(dir.path().join(place)).unwrap();
    }
    // Where it may be, it has its own mounts: a medium of another test must not be noticed.
    let script = "if unshare --mount true 2>/dev/null; then exec unshare --mount env TERM=dumb NO_COLOR=1 \"$@\"; \
                  fi; exec env TERM=dumb NO_COLOR=1 \"$@\"";
    let mut pty = Pty::start_by(dir.path(), &args, script)?;
    let mut left = ANSWERS.map(|(question, answers)| (question, answers.iter()));
    for _ in 0..MOST {
        let Some(question) = pty.question() else {
            break;
        };
        let mut fitting = left
            .iter_mut()
            .filter(|(asked, _)| question.contains(asked));
        let answer = fitting.next().and_then(|(_, answers)| answers.next());
        pty.types(answer.unwrap_or_else(|| panic!("nothing is said to: {question}")));
    }
    let ran = pty.ends().exits(0);
    assert!(ran.err.contains("SUPERSEDED"), "{ran}");
    Some(ran.err)
}

//! docs/lifecycle.md shows a led rotation from its first question to its last line, and every line of it is what is on the
//! screen. `COLDVAULT_WRITE_LIFE=1` writes it anew.

use std::fs;
use std::path::Path;

use crate::pty::Pty;
use crate::support::run;
use crate::transcript::{as_on_the_page, is_on_the_page};

/// What the person types, by what is asked; the next answer where it is asked again.
const ANSWERS: [(&str, &[&str]); 15] = [
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
    ("Folder for the PDFs", &["media"]),
    ("Press Enter to make the key and begin", &[""]),
    ("mount it, then press Enter", &NEW),
];

/// The new media, in the order in which they are asked for.
const NEW: [&str; 8] = [
    "new/vault-1",
    "new/legal-1",
    "new/legal-2",
    "new/operations-1",
    "new/operations-2",
    "new/treasury-1",
    "new/treasury-2",
    "new/vault-2",
];

/// More than any rotation asks.
const MOST: usize = 60;

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
            None => text += &format!("{}\n", without_folder(&without_mark(line))),
        }
        is_in_table = mark.is_some();
    }
    text
}

fn without_mark(line: &str) -> String {
    let mut line = line.to_owned();
    for before in ["media    CV-", "\"CV-"] {
        let Some((begin, rest)) = line.split_once(before) else {
            continue;
        };
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        line = format!("{begin}{before}MARK{rest}");
    }
    line
}

/// The folder for sheets has another name each time.
fn without_folder(line: &str) -> String {
    let Some((before, rest)) = line.split_once("coldvault-sheets-") else {
        return line.to_owned();
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    format!("{before}coldvault-sheets-N{rest}")
}

/// The commands in one line each, with a register that lies where it lies for people.
fn with_the_register(screen: &str, dir: &Path) -> String {
    let lines = screen
        .replace(" \\\r\n       ", " ")
        .replace(" \\\n       ", " ");
    let real = dir.canonicalize().unwrap();
    lines.replace(&real.display().to_string(), "/office")
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
    let args = ["rotate", "--rehearsal"];
    for medium in NEW {
        fs::create_dir_all(dir.path().join(medium)).unwrap();
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
    Some(with_the_register(&ran.err, dir.path()))
}

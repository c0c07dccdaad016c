//! docs/drill.md shows a led drill from its first question to its last line. It is played here as a person plays it, and
//! every line of the page is what is on the screen.
//!
//! The screen is so wide that nothing is broken there; what differs from day to day is replaced, and only then is it broken
//! at 80 columns as the program breaks it. So no time, id or path decides where a line ends. `COLDVAULT_WRITE_DRILL=1`
//! writes the page anew.

use std::fs;
use std::path::Path;

use coldvault::terminal::wrapped;

use crate::pty::Pty;
use crate::support::run;

const WRITE: &str = "COLDVAULT_WRITE_DRILL";
const BEGIN: &str = "```screen\n";
const END: &str = "```\n";
const COLUMNS: usize = 80;

/// What the person types, by what is asked; the next answer where it is asked again. At any other question only Enter is
/// pressed, or `y` where it takes no Enter alone.
const ANSWERS: [(&str, &[&str]); 15] = [
    ("New file for the report", &["first-led.json"]),
    ("Challenge", &["tissue leprosy fallout pharmacy"]),
    (
        "What is supposed to have happened",
        &["the machine room burnt"],
    ),
    ("Did people know", &["n"]),
    ("Where is this drill", &["second site"]),
    ("Name=role", &["Ada=officer", "Bo=witness"]),
    ("Vault copy:", &["practice/media/vault-2"]),
    (
        "Next share:",
        &[
            "practice/media/legal-1",
            "practice/media/audit-1",
            "practice/media/operations-1",
        ],
    ),
    ("Do the words agree", &["y"]),
    ("The next bag", &["A1001", "A1002", "A1003"]),
    ("number of the bag", &["A1004"]),
    ("its seal", &["intact"; 4]),
    ("its condition", &["good"; 4]),
    ("where it should be", &["y"; 4]),
    (
        "number of its new bag",
        &["A2001", "A2002", "A2003", "A2004"],
    ),
];

/// More than any drill asks.
const MOST: usize = 100;

#[test]
fn the_drill_that_the_page_shows_is_what_is_on_the_screen_line_by_line() {
    let Some(screen) = played() else {
        return;
    };
    let shown = as_on_the_page(&screen);
    is_on_the_page("docs/drill.md", BEGIN, WRITE, &shown);
}

/// Holds the block of a page that begins with `begin` against what is on the screen, or with the variable `write` writes it.
pub(crate) fn is_on_the_page(name: &str, begin: &str, write: &str, shown: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(begin).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os(write).is_some() {
        return fs::write(page, format!("{before}{begin}{shown}{END}{after}")).unwrap();
    }
    for (number, (written, shown)) in (1..).zip(written.lines().zip(shown.lines())) {
        assert_eq!(
            written, shown,
            "line {number} of the transcript in {name} is not what is on the screen; {write}=1 writes it anew"
        );
    }
    assert_eq!(written.lines().count(), shown.lines().count());
}

/// What stands in a block of docs/drill.md.
fn block(kind: &str) -> Vec<&'static str> {
    let doc = include_str!("../../docs/drill.md");
    let (_, rest) = doc.split_once(&format!("```{kind}\n")).unwrap();
    rest.split(END).next().unwrap().lines().collect()
}

/// A compromise at a table: what the page prints is asked, in its order and to the letter.
#[test]
fn the_exercise_asks_the_questions_that_the_page_prints() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut pty) = Pty::start(dir.path(), &["drill", "--kind", "D6"]) else {
        return;
    };
    let mut asked = Vec::new();
    for _ in 0..MOST {
        let Some(question) = pty.question() else {
            break;
        };
        asked.extend(
            question
                .strip_suffix(" (press Enter: nobody knows): ")
                .map(str::to_owned),
        );
        pty.types("");
    }
    pty.ends().exits(12);
    assert_eq!(asked, block("exercise"));
}

/// All of the screen of a drill whose every question is answered; `None` without a terminal.
fn played() -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["rehearse", "--into", "practice"]).exits(0);
    let args = ["drill", "--rehearsal", "--target", "RTO=4h"];
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
        // Only Enter is no answer to a question that wants y or n and says nothing of Enter alone.
        let wants = question.contains("y or n") && !question.contains("(press Enter");
        pty.types(answer.unwrap_or(if wants { &"y" } else { &"" }));
    }
    for (question, mut answers) in left {
        assert_eq!(answers.next(), None, "it is not asked: {question}");
    }
    let ran = pty.ends().exits(0);
    assert!(ran.err.contains("PASS."), "{ran}");
    Some(ran.err)
}

/// The screen without what differs from machine to machine and from day to day.
pub(crate) fn as_on_the_page(screen: &str) -> String {
    let lines = screen.lines().map(after_progress);
    let lines = lines.filter(|line| !line.starts_with("coldvault: warning: "));
    let lines = lines.map(|line| wrapped(&without_what_differs(line), COLUMNS));
    let lines = lines.map(|line| line.trim_end().to_owned() + "\n");
    // What the shell says around it stands on the first line and behind the last.
    let text: String = lines.collect();
    let (_, text) = text.split_once('\u{1e}').unwrap();
    let (_, text) = text.split_once('\u{1e}').unwrap();
    let (text, _) = text.split_once('\u{1e}').unwrap();
    text.to_owned()
}

/// A line of progress is written over by what comes next.
fn after_progress(line: &str) -> &str {
    line.rsplit('\r').next().unwrap_or_default()
}

fn without_what_differs(line: &str) -> String {
    if let Some(four) = of_four_words(line) {
        return four;
    }
    let line = line.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let mut parts: Vec<String> = line.split(' ').map(named).collect();
    for at in 1..parts.len() {
        let unit = parts[at].trim_end_matches([',', '.', ':']);
        // "0 s" or, on a slow machine, "1:05 min"
        let is_time = matches!(unit, "s" | "min") && parts[at - 1].bytes().all(is_of_time);
        if is_time {
            parts[at - 1] = "N".into();
            parts[at] = parts[at].replacen("min", "s", 1);
        }
    }
    parts.join(" ")
}

fn is_of_time(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b':'
}

/// Words that stand for digits, four on an indented line, some behind a name.
fn of_four_words(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let words = words.strip_prefix(&["words"]).unwrap_or(&words);
    let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_of_words = line.starts_with("    ") || line.starts_with("  words ");
    let is_of_words = is_of_words && words.len() == 4 && words.iter().all(is_word);
    let begins = line.find(words.first()?).filter(|_| is_of_words)?;
    Some(format!("{}(4 words)", &line[..begins]))
}

/// A part of a line between blanks: ids, digests and dates by what they are.
fn named(part: &str) -> String {
    let mut text = part.to_owned();
    for (length, name) in [(64, "DIGEST"), (32, "ID")] {
        while let Some(at) = hexadecimal(&text, length) {
            text.replace_range(at..at + length, name);
        }
    }
    match at_date(&text) {
        Some(at) if text[at..].contains('T') && text.ends_with('Z') => {
            format!("{}DATE", &text[..at])
        }
        Some(at) => format!("{}DATE{}", &text[..at], &text[at + 10..]),
        None => text,
    }
}

/// Where so many hexadecimal digits in a row begin.
fn hexadecimal(text: &str, length: usize) -> Option<usize> {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let mut windows = text.as_bytes().windows(length);
    windows.position(|window| window.iter().all(is_digit))
}

/// Where a day such as 2031-05-06 begins.
fn at_date(text: &str) -> Option<usize> {
    let is_date = |window: &[u8]| {
        (0..).zip(window).all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    };
    text.as_bytes().windows(10).position(is_date)
}

#[test]
fn what_differs_is_replaced_and_nothing_else_is() {
    for (line, said) in [
        (
            "Times: quorum 0 s, checked 12 s.",
            "Times: quorum N s, checked N s.",
        ),
        ("in 1:05 min: good", "in N s: good"),
        (
            "RTO: 0 s (4:00:00 h at most)",
            "RTO: N s (4:00:00 h at most)",
        ),
        ("due by 2031-05-06.", "due by DATE."),
        ("sealed   2031-05-06T07:08:09Z by", "sealed   DATE by"),
        (
            "  words    eating sailor standard replica",
            "  words    (4 words)",
        ),
        ("    eating sailor standard replica", "    (4 words)"),
        ("  each open and belong", "  each open and belong"),
        ("met  files: 13 of 13", "met  files: 13 of 13"),
    ] {
        assert_eq!(without_what_differs(line), said);
    }
    let id = "54dbd2c3e918b44100d6c0ec9f44be4e";
    assert_eq!(
        named(&format!("a/coldvault-{id}-vault:")),
        "a/coldvault-ID-vault:"
    );
    assert_eq!(named(&format!("{id}{id}")), "DIGEST");
}

//! What the program says of itself is what `docs/usage.md` says: its last part holds every help page.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Below this line everything is made from the program.
const MARK: &str = "## Every command and option";

/// Says that the file is to be written anew.
const WRITE: &str = "COLDVAULT_WRITE_USAGE";

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/usage.md")
}

/// The help page of `coldvault WORDS...`, 80 columns wide.
fn help(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_coldvault"))
        .args(words)
        .arg("--help")
        .env("COLUMNS", "80")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}");
    assert!(output.stderr.is_empty(), "{words:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The commands that the main page lists, in its order.
fn commands(page: &str) -> Vec<&str> {
    let (_, list) = page.split_once("\nCommands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    list.lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

/// The commands of a command, if it has any.
fn below(page: &str) -> Vec<&str> {
    match page.contains("\nCommands:\n") {
        true => commands(page),
        false => Vec::new(),
    }
}

fn section(name: &str, page: &str) -> String {
    format!("\n### coldvault {name}\n\n```text\n{page}\n```\n")
}

/// All pages as Markdown.
fn pages() -> String {
    let main = help(&[]);
    let commands = commands(&main);
    assert!(commands.len() >= 5, "{commands:?}");
    let mut text = format!("{MARK}\n\n### coldvault\n\n```text\n{main}\n```\n");
    for command in commands {
        let page = help(&[command]);
        text.push_str(&section(command, &page));
        for below in below(&page) {
            let name = format!("{command} {below}");
            text.push_str(&section(&name, &help(&[command, below])));
        }
    }
    text
}

/// The part written by hand, and the part made from the program.
fn parts(text: &str) -> (&str, &str) {
    let at = text.find(&format!("\n{MARK}\n"));
    text.split_at(at.expect("docs/usage.md has the heading of its last part") + 1)
}

#[test]
fn the_help_pages_are_those_in_usage_md() {
    let now = pages();
    let text = fs::read_to_string(file()).unwrap();
    let (by_hand, written) = parts(&text);
    if std::env::var_os(WRITE).is_some() {
        fs::write(file(), format!("{by_hand}{now}")).unwrap();
        return;
    }
    let mut pairs = (1..).zip(now.lines().zip(written.lines()));
    let first = pairs.find(|(_, (now, written))| now != written);
    let first_line = by_hand.lines().count();
    if now != written {
        let (line, (now, written)) = first.unwrap_or((0, ("(one of them is longer)", "")));
        panic!(
            "docs/usage.md, line {}:\n  it says:          {written}\n  the program says: {now}\n\
             To write it anew: {WRITE}=1 cargo test --test usage",
            first_line + line
        );
    }
}

#[test]
fn help_pages_fit_80_columns() {
    for line in pages().lines().filter(|line| !line.starts_with("Usage:")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn every_exit_status_is_explained_in_usage_md() {
    let text = fs::read_to_string(file()).unwrap();
    let (by_hand, _) = parts(&text);
    for status in [0, 1, 2, 3, 4, 5, 6, 130] {
        assert!(by_hand.contains(&format!("\n| {status} | ")), "{status}");
    }
}

#[test]
fn usage_md_has_the_section_that_hints_point_to() {
    let text = fs::read_to_string(file()).unwrap();
    let hints = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error/text.rs"));
    let hint = r#"see docs/usage.md, section \"the machine\""#;
    assert!(hints.unwrap().contains(hint));
    assert!(text.to_lowercase().contains("\n## the machine\n"));
}

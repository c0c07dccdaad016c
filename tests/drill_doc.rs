//! Runs docs/drill.md: every `sh` block in its order, to the letter; what it shows is what the program says.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::process::Command;

#[path = "pages/shell.rs"]
mod shell;

use shell::run;

const DOC: &str = include_str!("../docs/drill.md");

/// The blocks of a kind, in order, each with where it begins.
fn blocks(kind: &str) -> Vec<(usize, &'static str)> {
    let fence = format!("```{kind}\n");
    let begins = DOC.match_indices(&fence).map(|(at, _)| at);
    let block = |at: usize| (at, DOC[at + fence.len()..].split("```").next().unwrap());
    begins.map(block).collect()
}

#[test]
fn every_command_of_the_page_works_in_its_order_and_says_what_the_page_says() {
    if Command::new("openssl").arg("version").output().is_err() {
        assert!(std::env::var_os("COLDVAULT_REQUIRE_TOOLS").is_none());
        eprintln!("skipped: there is no openssl");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let shown = blocks("text");
    let all = blocks("sh");
    assert!(all.len() >= 7, "the page has commands");
    let mut compared = 0;
    for (place, (at, script)) in all.iter().enumerate() {
        let (worked, said) = run(script, dir.path());
        assert!(worked, "{script}{said}");
        let next = all.get(place + 1).map_or(DOC.len(), |(at, _)| *at);
        for (_, text) in shown.iter().filter(|(text, _)| (*at..next).contains(text)) {
            for line in text.lines() {
                assert!(
                    said.contains(line),
                    "{line:?} is not said by {script}{said}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 6);
    let digest = std::fs::read_to_string(dir.path().join("line")).unwrap();
    let same = std::fs::read_to_string(dir.path().join("same")).unwrap();
    assert!(same.starts_with("\"sections\":") && same.contains(digest.trim()));
}

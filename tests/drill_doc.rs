//! Runs docs/drill.md: every `sh` block in its order, to the letter; what it shows is what the program says.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::process::Command;

#[path = "pages/follow.rs"]
mod follow;
#[path = "pages/shell.rs"]
mod shell;

const DOC: &str = include_str!("../docs/drill.md");

#[test]
fn every_command_of_the_page_works_in_its_order_and_says_what_the_page_says() {
    if Command::new("openssl").arg("version").output().is_err() {
        assert!(std::env::var_os("COLDVAULT_REQUIRE_TOOLS").is_none());
        eprintln!("skipped: there is no openssl");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    assert!(follow::follow(DOC, dir.path()) > 6);
    let digest = std::fs::read_to_string(dir.path().join("line")).unwrap();
    let same = std::fs::read_to_string(dir.path().join("same")).unwrap();
    assert!(same.starts_with("\"sections\":") && same.contains(digest.trim()));
}

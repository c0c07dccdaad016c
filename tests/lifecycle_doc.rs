//! Runs docs/lifecycle.md: every `sh` block in its order, to the letter; what it shows is what the program says.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "pages/follow.rs"]
mod follow;
#[path = "pages/shell.rs"]
mod shell;

const DOC: &str = include_str!("../docs/lifecycle.md");

#[test]
fn every_command_of_the_page_works_in_its_order_and_says_what_the_page_says() {
    let dir = tempfile::tempdir().unwrap();
    assert!(follow::follow(DOC, dir.path()) > 6);
}

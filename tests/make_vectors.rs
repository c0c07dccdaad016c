//! Makes the vectors in `tests/vectors`. Run by hand, when a format was released that has none yet:
//!
//! `COLDVAULT_VECTORS_OUT=$PWD/tests/vectors cargo test --test make_vectors -- --ignored`
//!
//! A vector that is there already is never written again: it is evidence. Sealing draws keys, so that every run
//! makes other files; a vector that was never released may be removed (and its line in SHA256SUMS) and made anew.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "frozen/case.rs"]
mod case;
#[path = "frozen/codes.rs"]
mod codes;
#[path = "frozen/crafted.rs"]
mod crafted;
#[path = "frozen/payloads.rs"]
mod payloads;
#[path = "frozen/primitives.rs"]
mod primitives;
#[path = "frozen/protected.rs"]
mod protected;
#[path = "frozen/register.rs"]
mod register;
#[path = "frozen/reports.rs"]
mod reports;
#[path = "frozen/restores.rs"]
mod restores;
#[path = "frozen/sealed.rs"]
mod sealed;
#[path = "frozen/vector.rs"]
#[allow(dead_code)]
mod vector;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use coldvault::digest::Digest;

#[test]
#[ignore = "writes the frozen vectors; run by hand, see the top of this file"]
fn vectors_are_written_where_there_are_none() {
    let mut cases = Vec::new();
    cases.extend(restores::wholes());
    cases.extend(restores::features());
    cases.extend(restores::shares());
    cases.extend(restores::manifests());
    cases.extend(payloads::payloads());
    cases.extend(primitives::primitives());
    cases.extend(protected::restores());
    cases.extend(protected::primitives());
    cases.extend(codes::primitives());
    write_all(cases);
}

#[test]
#[ignore = "writes the frozen vectors; run by hand, see the top of this file"]
fn vectors_that_need_no_sealing_are_written_where_there_are_none() {
    let mut cases = register::primitives();
    cases.extend(reports::reports());
    write_all(cases);
}

#[expect(clippy::print_stdout, reason = "says what was written")]
fn write_all(cases: Vec<case::Case>) {
    let out = std::env::var_os("COLDVAULT_VECTORS_OUT").expect("set COLDVAULT_VECTORS_OUT");
    let out = PathBuf::from(out);
    let made_by = made_by();
    for case in cases {
        let text = case.text(&made_by);
        let written = freeze(&out, &case.name, &text);
        let done = if written {
            "written"
        } else {
            "there already, left alone"
        };
        println!("{:50} {done}", case.name);
    }
}

/// Which program wrote it.
fn made_by() -> String {
    let git = |args: &[&str]| {
        let output = Command::new("git")
            .args(["-C", env!("CARGO_MANIFEST_DIR")])
            .args(args)
            .output();
        output.map_or(String::new(), |o| {
            String::from_utf8_lossy(&o.stdout).trim().to_owned()
        })
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"]);
    let changes = git(&[
        "status",
        "--porcelain",
        "--",
        "src",
        "docs/recovery.md",
        "Cargo.lock",
    ]);
    let changed = if changes.is_empty() {
        ""
    } else {
        " with changes"
    };
    format!(
        "coldvault {} commit {commit}{changed}",
        env!("CARGO_PKG_VERSION")
    )
}

/// Writes a vector and its line in SHA256SUMS, unless it is there.
fn freeze(out: &Path, name: &str, text: &str) -> bool {
    let path = out.join(name);
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => file.write_all(text.as_bytes()).unwrap(),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return false,
        Err(error) => panic!("{path:?}: {error}"),
    }
    let sums = out.join("SHA256SUMS");
    let mut sums = OpenOptions::new()
        .append(true)
        .create(true)
        .open(sums)
        .unwrap();
    writeln!(sums, "{}  {name}", Digest::of(text.as_bytes()).hex()).unwrap();
    true
}

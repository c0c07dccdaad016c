//! That the walls stand before anything of a stranger is read: as the kernel saw it, call by call.

use std::fs;
use std::path::Path;

use coldvault::host::fence;

use crate::pty::Pty;
use crate::scene::{Scene, sealed};
use crate::support::skipped;

/// What is looked at: the raising of a fence, the filter of a child, and every opening of a file.
const CALLS: &str = "landlock_restrict_self,seccomp,execve,openat,openat2,open";
/// Set by whoever knows that the kernel has it.
const LANDLOCK: &str = "COLDVAULT_REQUIRE_LANDLOCK";

fn traced(scene: &Scene, words: &str) -> Option<Vec<String>> {
    if fence::version() < fence::MOVES {
        skipped(LANDLOCK, "the kernel does not offer Landlock");
        return None;
    }
    crate::offline::traced(scene, CALLS, words)
}

/// Where the line stands whose call has all of these in it.
fn place(lines: &[String], parts: &[&str]) -> Option<usize> {
    lines
        .iter()
        .position(|line| parts.iter().all(|part| line.contains(part)))
}

/// The fence stands before the first file of a carrier or of a node is opened.
#[track_caller]
fn fenced_first(lines: &[String], named: &str) {
    let fence = place(lines, &["landlock_restrict_self(", "= 0"]).unwrap();
    let named = format!("\"{named}");
    // Rules are made by naming a place, which opens nothing of it.
    let first = lines.iter().position(|line| {
        line.contains("open") && line.contains(&named) && !line.contains("O_PATH")
    });
    assert!(fence < first.unwrap(), "{}", lines.join("\n"));
}

#[test]
fn the_fence_stands_before_a_carrier_is_opened() {
    let scene = sealed();
    for words in [
        "verify v1",
        "inspect v1",
        "restore --from v1 --from legal1 --from ops1 --into out --rehearsal",
    ] {
        let Some(lines) = traced(&scene, words) else {
            return;
        };
        fenced_first(&lines, "v1");
    }
    scene.is_restored("out");
    let scene = Scene::new();
    let lines = traced(&scene, &Scene::seal_words("--rehearsal")).unwrap();
    fenced_first(&lines, "node");
}

#[test]
fn what_reads_pages_is_fenced_in_twice_and_filtered_before_it_reads_one() {
    let scene = sealed();
    let printed = "print legal1 --rehearsal --out sheet.pdf";
    scene.run(printed).exits(0);
    let Some(lines) = traced(&scene, "verify sheet.pdf") else {
        return;
    };
    let started = place(&lines, &["execve(\"/proc/self/exe\"", "= 0"]).unwrap();
    let child = lines[started].split(' ').next().unwrap();
    let its: Vec<String> = lines[started..]
        .iter()
        .filter(|line| line.starts_with(child))
        .cloned()
        .collect();
    let fence = place(&its, &["landlock_restrict_self(", "= 0"]).unwrap();
    // The first filter is the program's own.
    let filters: Vec<usize> = (0..its.len())
        .filter(|at| its[*at].contains("seccomp(SECCOMP_SET_MODE_FILTER"))
        .collect();
    assert_eq!(filters.len(), 2, "{}", its.join("\n"));
    assert!(fence < filters[1], "{}", its.join("\n"));
    let later = its[filters[1]..].iter().find(|line| line.contains("open"));
    assert_eq!(later, None);
}

#[test]
fn a_person_who_can_name_another_place_is_not_fenced_in() {
    let scene = sealed();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::rename(scene.at("v1"), elsewhere.path().join("moved")).unwrap();
    let out = elsewhere.path().join("out");
    let args = [
        "restore",
        "--rehearsal",
        "--from",
        "legal1",
        "--from",
        "ops1",
    ];
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    let named = |path: &Path| path.to_str().unwrap().to_owned();
    pty.expect("Vault copy:")
        .types(&named(&elsewhere.path().join("moved")));
    pty.expect("words agree").types("y");
    pty.expect("directory for the files").types(&named(&out));
    pty.ends().exits(0);
    assert!(out.join("node/node.conf").is_file());
}

//! How old a medium is: what `verify` and `inspect` say of it, and how `copy` makes it young.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::lead::system;
use crate::scene::{Scene, sealed};
use crate::support::{PROGRAM, Ran, TOOLS, run, skipped};

/// Makes a carrier say that it was first written then, and nothing else than a forger could.
fn dated(medium: &str, written: &str) -> Scene {
    let scene = sealed();
    let text = std::fs::read_to_string(scene.file(medium, "carrier.json")).unwrap();
    let (_, rest) = text.split_once("\"written\": \"").unwrap();
    let (before, _) = rest.split_once('"').unwrap();
    scene.edit(medium, "carrier.json", before, written);
    scene.rehash(medium);
    scene
}

fn carrier(scene: &Scene, words: &[&str]) -> Value {
    let ran = run(scene.dir(), &[&["--json"], words].concat());
    first_carrier(&ran)
}

fn first_carrier(ran: &Ran) -> Value {
    assert_eq!(ran.status, Some(0), "{ran}");
    let object: Value = serde_json::from_str(&ran.out).unwrap();
    object["carriers"][0].clone()
}

#[test]
fn a_fresh_medium_is_due_for_nothing_and_both_commands_say_the_same_day() {
    let scene = sealed();
    let ran = scene.run("verify legal1").exits(0);
    ran.says("first written ")
        .says(", today")
        .says("check it by ")
        .says("replace it by ")
        .does_not_say("due");
    scene
        .run("inspect legal1")
        .exits(0)
        .says("copy     1 of 2")
        .says("first written ");
    let seen = carrier(&scene, &["inspect", "legal1"]);
    let checked = carrier(&scene, &["verify", "legal1"]);
    for line in [&seen, &checked] {
        assert_eq!(line["due"], "nothing");
    }
    for member in ["role", "written", "check_by", "replace_by", "holds"] {
        assert_eq!(seen[member], checked[member], "{member}");
    }
    assert!(seen["read"].is_null() && checked["read"].is_string());
}

/// The program on a machine whose clock shows another day: `days` from now.
pub(crate) fn run_later(scene: &Scene, days: u32, words: &str) -> Option<Ran> {
    const CLOCK: &str = r"
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *time) {
  int status = syscall(SYS_clock_gettime, clock, time);
  if (status == 0 && clock == CLOCK_REALTIME) time->tv_sec += SECONDS;
  return status;
}
";
    let (code, clock) = (scene.at("clock.c"), scene.at("clock.so"));
    std::fs::write(&code, CLOCK).unwrap();
    let seconds = format!("-DSECONDS={}L", u64::from(days) * 86_400);
    let (code, library) = (code.display().to_string(), clock.display().to_string());
    let words_of_cc = ["-shared", "-fPIC", &seconds, "-o", &library, &code];
    if !system("cc", &words_of_cc) {
        skipped(TOOLS, "there is no C compiler to turn the clock with");
        return None;
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    let output = Command::new(PROGRAM)
        .args(&words)
        .current_dir(scene.dir())
        .env("LD_PRELOAD", library)
        .stdin(Stdio::null())
        .output();
    Some(Ran::of(&words, &output.unwrap()))
}

#[test]
fn a_medium_of_two_years_was_due_for_a_check_and_is_whole() {
    let scene = dated("v1", "2026-11-01T10:00:00Z");
    let Some(ran) = run_later(&scene, 731, "verify v1") else {
        return;
    };
    ran.exits(0)
        .says("a check was due by 2027-11-01")
        .says("replace it by 2031-11-01")
        .says("whole")
        .does_not_say("warning: \"v1");
    let line = run_later(&scene, 731, "--json verify v1").map(|ran| first_carrier(&ran));
    let line = line.unwrap();
    assert_eq!(line["due"], "check");
    assert_eq!(line["replace_by"], "2031-11-01");
    assert_ne!(line["check_by"], "2027-11-01");
    let seen = run_later(&scene, 731, "--json inspect v1").map(|ran| first_carrier(&ran));
    assert_eq!(seen.unwrap()["check_by"], "2027-11-01");
}

#[test]
fn a_medium_of_six_years_is_due_for_replacement_and_whole_and_a_copy_of_it_is_fresh() {
    let scene = dated("legal1", "2026-11-01T10:00:00Z");
    let Some(ran) = run_later(&scene, 2_192, "verify legal1") else {
        return;
    };
    ran.exits(0)
        .says("due since 2031-11-01")
        .says("make a fresh one with coldvault copy")
        .says("whole");
    let line = run_later(&scene, 2_192, "--json verify legal1").map(|ran| first_carrier(&ran));
    assert_eq!(line.unwrap()["due"], "replacement");
    std::fs::create_dir(scene.at("fresh")).unwrap();
    let ran = run_later(&scene, 2_192, "copy legal1 fresh --rehearsal").unwrap();
    ran.exits(0)
        .says("copied from a carrier of 2026-11-01")
        .says("destroy the old one")
        .says("read back while mounted");
    let fresh = |words: &str| run_later(&scene, 2_192, words).unwrap();
    assert_eq!(
        first_carrier(&fresh("--json verify fresh"))["due"],
        "nothing"
    );
    fresh("verify fresh")
        .exits(0)
        .says(", today")
        .does_not_say("first written 2026");
    fresh("verify legal1").exits(0).says("2026-11-01");
}

#[test]
fn what_was_written_with_a_clock_at_its_beginning_is_not_called_old() {
    let scene = dated("v1", "1970-01-01T00:05:00Z");
    let ran = scene.run("verify v1").exits(0);
    ran.says("not known: it says that it was written 1970-01-01")
        .says("the clock was wrong when it was written")
        .says("whole")
        .does_not_say("days ago")
        .does_not_say("due");
    for words in ["verify", "inspect"] {
        let line = carrier(&scene, &[words, "v1"]);
        for member in ["due", "check_by", "replace_by"] {
            assert!(line[member].is_null(), "{words} {member}: {line}");
        }
        assert_eq!(line["written"], "1970-01-01T00:05:00Z");
    }
    scene.run("inspect v1").exits(0).does_not_say("days ago");
    std::fs::create_dir(scene.at("fresh")).unwrap();
    scene.run("copy v1 fresh --rehearsal").exits(0);
    assert_eq!(carrier(&scene, &["verify", "fresh"])["due"], "nothing");
}

#[test]
fn a_date_of_the_future_is_said_and_changes_nothing() {
    let scene = dated("v1", "2999-01-01T00:00:00Z");
    let ran = scene.run("verify v1").exits(0);
    ran.says("first written 2999-01-01")
        .says("one of the two is wrong")
        .says("whole");
    let line = carrier(&scene, &["verify", "v1"]);
    assert!(line["due"].is_null(), "{line}");
    scene
        .run("inspect v1")
        .exits(0)
        .says("first written 2999-01-01");
    let words = "restore --rehearsal --from v1 --from legal1 --from ops1 --into out";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

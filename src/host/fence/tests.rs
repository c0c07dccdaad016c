//! The walls, and somebody who runs against them: each test in a process of its own.

use super::*;
use crate::host::tests::{assert_passed, child};
use crate::tests::{Need, skipped};
use rustix::fs::mknodat;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;

/// Whether the kernel offers `least`; says so when it does not and a test cannot go on.
fn offered(least: u8) -> bool {
    let is_there = version() >= least;
    if !is_there {
        let why = format!("the kernel offers Landlock {} only", version());
        skipped(Need::Landlock, &why);
    }
    is_there
}

fn is_closed<T>(outcome: std::io::Result<T>) -> bool {
    outcome.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
}

#[test]
fn a_process_that_closes_all_opens_makes_and_starts_nothing() {
    if offered(1) {
        assert_passed(&child("host::fence::tests::child_closes_all"));
    }
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_closes_all() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "text").unwrap();
    let open = File::open(&file).unwrap();
    close_all().unwrap();
    assert!(is_closed(File::open(&file)));
    assert!(is_closed(File::open("/proc/self/exe")));
    assert!(is_closed(fs::read_dir(dir.path())));
    assert!(is_closed(fs::write(dir.path().join("new"), "text")));
    assert!(is_closed(fs::create_dir(dir.path().join("dir"))));
    assert!(is_closed(fs::remove_file(&file)));
    assert!(is_closed(
        Command::new("/proc/self/exe").arg("--list").status()
    ));
    // What was open before stays so.
    assert_eq!(std::io::read_to_string(open).unwrap(), "text");
}

#[test]
fn behind_a_fence_only_what_was_named_is_read_written_and_moved() {
    if offered(MOVES) {
        assert_passed(&child("host::fence::tests::child_is_fenced"));
    }
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_is_fenced() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for name in ["input", "output", "other"] {
        fs::create_dir_all(at(name).join("below")).unwrap();
        fs::write(at(name).join("below/file"), name).unwrap();
    }
    fs::write(at("other/given"), "given").unwrap();
    let given = File::open(at("other/given")).unwrap();
    let pipe = at("input/pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
    let fence = Fence {
        reads: Some(vec![at("input"), at("missing")]),
        // Not there yet: it is to be made.
        writes: Some(vec![at("output/new/deeper")]),
    };
    fence.raise().unwrap();
    assert_eq!(fs::read_to_string(at("input/below/file")).unwrap(), "input");
    assert!(is_closed(File::open(at("other/below/file"))));
    let mut ends = OpenOptions::new();
    assert!(
        ends.read(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(&pipe)
            .is_ok(),
        "a pipe with a name"
    );
    let again = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&given));
    assert_eq!(fs::read_to_string(again).unwrap(), "given", "it was given");
    assert_eq!(
        fs::read_dir(at("other")).unwrap().count(),
        2,
        "names can be seen"
    );

    fs::create_dir_all(at("output/new/deeper")).unwrap();
    fs::write(at("output/new/deeper/file"), "text").unwrap();
    fs::rename(at("output/new/deeper/file"), at("output/moved")).unwrap();
    fs::hard_link(at("output/moved"), at("output/new/linked")).unwrap();
    std::os::unix::fs::symlink("moved", at("output/link")).unwrap();
    assert_eq!(fs::read_to_string(at("output/link")).unwrap(), "text");
    fs::remove_dir_all(at("output/new")).unwrap();

    for place in ["input", "other"] {
        let file = at(place).join("below/file");
        assert!(
            is_closed(OpenOptions::new().append(true).open(&file)),
            "{place}"
        );
        assert!(
            is_closed(fs::write(at(place).join("new"), "text")),
            "{place}"
        );
        assert!(is_closed(fs::create_dir(at(place).join("new"))), "{place}");
        assert!(is_closed(fs::remove_file(&file)), "{place}");
        assert!(fs::rename(&file, at("output/taken")).is_err(), "{place}");
        assert!(
            fs::rename(at("output/moved"), at(place).join("brought")).is_err(),
            "{place}"
        );
    }
    assert!(is_closed(fs::write(at("beside"), "text")));
    let fifo = mknodat(CWD, at("output/fifo"), FileType::Fifo, Mode::RWXU, 0);
    assert!(is_closed(fifo.map_err(Error::from)), "no command makes one");
}

#[test]
fn behind_a_fence_the_program_starts_itself_and_nothing_else() {
    if offered(1) {
        assert_passed(&child("host::fence::tests::child_starts_programs"));
    }
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_starts_programs() {
    let fence = Fence {
        reads: Some(Vec::new()),
        writes: Some(Vec::new()),
    };
    fence.raise().unwrap();
    assert!(is_closed(
        Command::new("/bin/sh").arg("-c").arg("exit 0").status()
    ));
    let itself = Command::new("/proc/self/exe")
        .arg("--list")
        .output()
        .unwrap();
    assert!(itself.status.success(), "{itself:?}");
    // What the machine says can be read, and the person and nothing are both there.
    assert!(fs::read_to_string("/proc/self/mountinfo").is_ok());
    assert!(fs::read_to_string("/etc/passwd").is_ok());
    assert!(OpenOptions::new().write(true).open("/dev/null").is_ok());
}

#[test]
fn where_anything_may_be_read_or_written_only_the_network_and_others_are_closed() {
    if offered(4) {
        assert_passed(&child("host::fence::tests::child_writes_anywhere"));
    }
}

#[test]
#[ignore = "runs in a child process: it cannot be undone"]
fn child_writes_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    Fence::default().raise().unwrap();
    fs::write(dir.path().join("file"), "text").unwrap();
    assert!(
        Command::new("/bin/sh")
            .arg("-c")
            .arg("exit 0")
            .status()
            .unwrap()
            .success()
    );
    assert!(is_closed(TcpListener::bind("127.0.0.1:0")));
    assert!(is_closed(TcpStream::connect("127.0.0.1:9")));
    if version() >= 6 {
        let parent = rustix::process::getppid().unwrap();
        let signal = rustix::process::test_kill_process(parent);
        assert_eq!(signal, Err(Errno::PERM));
    }
}

//! No network, as the kernel saw it: every command of a vault's life, with all the processes that it starts.

use std::fs;
use std::process::{Command, Stdio};

use crate::pty::Pty;
use crate::scene::{Scene, sealed};
use crate::support::{PROGRAM, Ran, SETSID, TOOLS, skipped};

/// Everything that has to do with sockets, and what gets around a filter or into other processes.
const CALLS: &str = "%network,io_uring_setup,io_uring_enter,io_uring_register,ptrace,process_vm_readv,\
    process_vm_writev,pidfd_getfd,bpf,perf_event_open,userfaultfd";

/// Runs a program under strace, with all that it starts; each call on a line, with its process in front. `None`, with the
/// reason said, where that cannot be done.
fn strace(scene: &Scene, calls: &str, program: &[&str]) -> Option<(Ran, Vec<String>)> {
    let trace = scene.at("trace");
    let ran = Command::new(SETSID)
        .args(["strace", "-f", "-qq", "-e", &format!("trace={calls}"), "-o"])
        .arg(&trace)
        .args(program)
        .current_dir(scene.dir())
        .stdin(Stdio::null())
        .output();
    let text = fs::read_to_string(&trace);
    let (Ok(ran), Ok(text)) = (ran, text) else {
        skipped(TOOLS, "there is no strace that may trace the program");
        return None;
    };
    fs::remove_file(trace).unwrap();
    Some((
        Ran::of(program, &ran),
        text.lines().map(str::to_owned).collect(),
    ))
}

/// The calls of a run of coldvault that ended well, where nobody can be asked.
#[track_caller]
pub(crate) fn traced(scene: &Scene, calls: &str, words: &str) -> Option<Vec<String>> {
    let program = [PROGRAM].into_iter().chain(words.split_whitespace());
    let (ran, lines) = strace(scene, calls, &program.collect::<Vec<_>>())?;
    ran.exits(0);
    Some(lines)
}

/// The lines with a call that succeeded.
fn succeeded(lines: &[String]) -> Vec<&String> {
    let answer = |line: &str| {
        let (_, answer) = line.rsplit_once("= ")?;
        answer.chars().next()
    };
    let is_one = |line: &&String| answer(line).is_some_and(|first| first.is_ascii_digit());
    lines.iter().filter(is_one).collect()
}

/// Whether strace works here and sees a socket that is made by a process of a process.
fn sees_sockets(scene: &Scene) -> bool {
    let make = "import socket; socket.socketpair()";
    let control = format!("python3 -c '{make}' & wait $!");
    let Some((ran, lines)) = strace(scene, CALLS, &["sh", "-c", &control]) else {
        return false;
    };
    if ran.mentions("not found") {
        skipped(TOOLS, "there is no python3 to make a socket");
        return false;
    }
    assert!(!succeeded(&lines).is_empty(), "strace sees no sockets here");
    true
}

#[test]
fn no_command_of_a_vaults_life_gets_a_socket_nor_does_what_it_starts() {
    let scene = Scene::new();
    if !sees_sockets(&scene) {
        return;
    }
    for place in ["new", "scanned", "office"] {
        fs::create_dir(scene.at(place)).unwrap();
    }
    let seal = Scene::seal_words("--rehearsal --note note.txt");
    for words in [
        "inspect node",
        &seal,
        "verify v1 legal1",
        "copy v1 new --rehearsal",
        "print legal1 --rehearsal --out legal.pdf",
        "verify legal.pdf",
        "scan legal.pdf v1 --only 1 --rehearsal --out scanned",
        "restore --rehearsal --from new --from scanned --from ops1 --into out",
        "inspect v1",
        "media",
        "register rebuild --from v1 --from legal1 --register office/r.json",
        "verify v1 --register office/r.json",
        "register head --register office/r.json",
        "custodian leave legal --register office/r.json",
        "rehearse --into practice",
        "completions bash",
        "man --out pages",
    ] {
        let lines = traced(&scene, CALLS, words).unwrap();
        assert_eq!(succeeded(&lines), Vec::<&String>::new(), "{words}");
    }
    scene.is_restored("out");
}

#[test]
fn nobody_who_is_led_through_a_restore_is_connected_to_anything() {
    let scene = sealed();
    if !sees_sockets(&scene) {
        return;
    }
    let script = format!("exec strace -f -qq -e trace={CALLS} -o trace \"$@\"");
    let Some(mut pty) = Pty::start_by(scene.dir(), &[], &script) else {
        return;
    };
    pty.expect("What do you want to do?").types("restore");
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("legal1");
    pty.expect("Next share:").types("ops1");
    pty.expect("REHEARSAL").expect("press Enter:").types("y");
    pty.expect("words agree").types("y");
    pty.expect("directory for the files").types("out");
    pty.expect("The files are in");
    pty.expect("What do you want to do?").types("stop");
    pty.ends().exits(0);
    scene.is_restored("out");
    let text = fs::read_to_string(scene.at("trace")).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(succeeded(&lines), Vec::<&String>::new());
}

//! The machine that the program runs on: what it forbids itself, and what it sees of network, swap and sockets.
//!
//! Knows the kernel's interfaces and nothing of vaults. It reports; whether something stops a ceremony is decided
//! above. What it sees comes from the kernel's files alone, because after [`harden`] there are no sockets to ask.

pub mod child;
pub mod fence;
pub mod filter;
pub mod input;
pub mod interrupt;
pub mod machine;
mod network;
pub mod program;
pub mod sandbox;

pub use machine::Machine;

use std::fs;
use std::path::Path;

use rustix::process::{DumpableBehavior, Resource, Rlimit};

use crate::listing::{self, Listed};

/// A protection that this machine does not give.
#[derive(Debug)]
pub struct Missing {
    /// What is missing, as a noun: "core dump limit".
    pub what: &'static str,
    /// Why, in the system's words.
    pub why: String,
}

/// Forbids the process core dumps, being read by other processes, new privileges, and the network.
///
/// Must be the first thing that `main` does, before any thread. None of it can be undone, and child processes inherit
/// the limit and the filter. What cannot be had is returned and never stops anything: on the worst day it opens.
pub fn harden() -> Vec<Missing> {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // Two guards against core dumps: a dump that goes to a program ignores the limit, but not the flag.
    // A large vault is many parts, each open until it was read back: use all descriptors that are allowed.
    let files = rustix::process::getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: files.maximum,
        maximum: files.maximum,
    };
    let steps = [
        missing(
            "raising the number of open files",
            rustix::process::setrlimit(Resource::Nofile, all),
        ),
        missing(
            "core dump limit of 0",
            rustix::process::setrlimit(Resource::Core, nothing),
        ),
        missing(
            "closing the memory to other processes",
            rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable),
        ),
        missing("no new privileges", rustix::thread::set_no_new_privs(true)),
        missing("system call filter", filter::install()),
    ];
    steps.into_iter().flatten().collect()
}

fn missing<E: ToString>(what: &'static str, result: Result<(), E>) -> Option<Missing> {
    result.err().map(|why| Missing {
        what,
        why: why.to_string(),
    })
}

/// The descriptors that are sockets, lowest first. Called at the start of `main`, these are inherited ones: the filter
/// does not keep a process from reading and writing a socket that somebody else opened.
///
/// Without `/proc` the list is empty.
pub fn inherited_sockets() -> Vec<i32> {
    let Ok(entries) = listing::list(Path::new("/proc/self/fd")) else {
        return Vec::new();
    };
    let is_socket = |entry: &Listed| {
        fs::read_link(entry.path()).is_ok_and(|target| {
            target
                .as_os_str()
                .as_encoded_bytes()
                .starts_with(b"socket:")
        })
    };
    let number = |entry: Listed| entry.file_name().to_str()?.parse().ok();
    let mut sockets: Vec<i32> = entries
        .flatten()
        .filter(is_socket)
        .filter_map(number)
        .collect();
    sockets.sort_unstable();
    sockets
}

/// The swap areas in use, as the kernel names them (blanks as `\040`). A machine that does not say counts as one that
/// swaps.
pub fn swap_on() -> Vec<String> {
    Machine::default().swap_on()
}

/// What looks like a network that is up, as text for a person. `None` on an air-gapped machine. A machine that does not
/// tell is not called air-gapped.
pub fn network_up() -> Option<String> {
    network::up(&Machine::default().proc)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::ErrorKind;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;
    use std::process::{Command, Output};

    /// Runs one ignored test of this binary in a process of its own, for what cannot be undone.
    pub(crate) fn child(test: &str) -> Output {
        let me = std::env::current_exe().unwrap();
        Command::new(me)
            .args([
                "--exact",
                test,
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .output()
            .unwrap()
    }

    /// Whether the child ran its test and the test passed; a name that matches nothing would "pass" too.
    pub(crate) fn assert_passed(output: &Output) {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let ran = output.status.success() && stdout.contains("1 passed");
        assert!(ran, "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn a_hardened_process_dumps_no_core_gains_no_privileges_and_opens_no_socket() {
        assert_passed(&child("host::tests::child_hardens_itself"));
    }

    #[test]
    #[ignore = "runs in a child process: it cannot be undone"]
    fn child_hardens_itself() {
        assert!(harden().is_empty());
        let core = rustix::process::getrlimit(Resource::Core);
        assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
        assert_eq!(
            rustix::process::dumpable_behavior().unwrap(),
            DumpableBehavior::NotDumpable
        );
        assert!(rustix::thread::no_new_privs().unwrap());
        assert_eq!(
            UnixStream::pair().unwrap_err().kind(),
            ErrorKind::PermissionDenied
        );
        // What the checks of the machine stand on can still be read.
        assert!(!network_up().unwrap_or_default().contains("unknown"));
        assert!(!swap_on().concat().contains("unknown"));
        assert!(fs::read_to_string("/proc/self/mountinfo").is_ok());
        assert!(fs::read_dir("/proc/self/fd").is_ok());
        assert!(harden().is_empty(), "and again, as in a child process");
    }

    #[test]
    fn a_socket_among_the_descriptors_is_found_and_a_file_is_not_one() {
        let (one, two) = UnixStream::pair().unwrap();
        let file = fs::File::open("/dev/null").unwrap();
        let sockets = inherited_sockets();
        assert!(
            sockets.contains(&one.as_raw_fd()) && sockets.contains(&two.as_raw_fd()),
            "{sockets:?}"
        );
        assert!(!sockets.contains(&file.as_raw_fd()), "{sockets:?}");
    }
}

//! What the kernel gives: random bytes, filters, sandboxes; and what this process has of it, whose it is, what it
//! inherited.
//!
//! Knows /proc and /dev/random, and asks the kernel itself for what stands in no file.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Check, Machine, listed, said};
use crate::host::{Missing, fence};

impl Machine {
    /// Whether the random generator has been seeded. Before that, drawing a key waits (random(4)); `/dev/random` is
    /// ready to be read once it has (Linux 5.6 and newer; before, when it has gathered enough).
    pub(super) fn random(&self) -> Check {
        const WAIT: &str = "type and move the mouse for a minute, then look again";
        let path = self.dev.join("random");
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(&path);
        let file = match file {
            Ok(file) => file,
            Err(error) => return Check::unknown("random", said(&path, error), WAIT),
        };
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let mut waiting = [PollFd::new(&file, PollFlags::IN)];
        let ready = poll(&mut waiting, Some(&now));
        let [answer] = waiting;
        match ready {
            Err(error) => Check::unknown("random", error, WAIT),
            Ok(1..) if answer.revents().contains(PollFlags::IN) => {
                Check::ok("random", "the kernel's generator is ready")
            }
            Ok(_) => Check::stop("random", "the kernel's generator is not ready yet", WAIT),
        }
    }

    /// The filter that keeps this process from the network.
    pub(super) fn seccomp(&self) -> Check {
        const OTHER: &str = "use a kernel with seccomp, on a 64-bit x86 or ARM machine";
        match self.status("Seccomp").as_deref() {
            Ok("2") => Check::ok("seccomp", "in force: this process can open no network"),
            Ok("0") => Check::warn(
                "seccomp",
                "nothing in the kernel keeps this process from the network",
                OTHER,
            ),
            Ok(_) => Check::warn("seccomp", "another kind of filter is in force", OTHER),
            Err(why) => Check::unknown("seccomp", why, OTHER),
        }
    }

    /// Who runs this.
    pub(super) fn user(&self) -> Check {
        const USER: &str =
            "an ordinary user is enough, unless files of others are sealed or media are mounted";
        let uids = match self.status("Uid") {
            Ok(uids) => uids,
            Err(why) => return Check::unknown("user", why, USER),
        };
        // real, effective, saved, file system
        match uids.split_ascii_whitespace().nth(1) {
            Some("0") => Check::warn("user", "running as root", USER),
            Some(_) => Check::ok("user", "an ordinary user"),
            None => Check::unknown("user", "/proc/self/status has no user", USER),
        }
    }
}

/// Whether the kernel lets a process close files to itself: `version` is what it says when it is asked, 0 for no.
/// (`/sys/kernel/security/lsm` says it only where that is mounted.)
pub(super) fn landlock(version: u8) -> Check {
    const NEWER: &str = "use a newer kernel (5.19, with landlock in lsm=); coldvault works without it too, less fenced in";
    match version {
        0 => Check::warn(
            "landlock",
            "the kernel does not offer it: a fault in reading what others wrote would find fewer walls",
            NEWER,
        ),
        _ if version < fence::MOVES => Check::warn(
            "landlock",
            format!("version {version}: commands that write files stay without it"),
            NEWER,
        ),
        _ => Check::ok(
            "landlock",
            format!(
                "version {version}: whatever is not needed is closed to the part that reads scans, and to commands that ask nothing"
            ),
        ),
    }
}

/// What this process asked the kernel for when it began, and did not get.
pub(super) fn protections(missing: &[Missing]) -> Check {
    let texts: Vec<String> = missing
        .iter()
        .map(|missing| format!("no {}: {}", missing.what, missing.why))
        .collect();
    match texts.is_empty() {
        true => Check::ok(
            "protections",
            "no core dumps, closed memory, no new privileges",
        ),
        false => Check::warn(
            "protections",
            listed(&texts),
            "use a machine that gives them, or record it",
        ),
    }
}

/// Connections that somebody opened before this process began.
pub(super) fn sockets(sockets: &[i32]) -> Check {
    match sockets.is_empty() {
        true => Check::ok("sockets", "started without open connections"),
        false => Check::warn(
            "sockets",
            format!("started with open connections: descriptors {sockets:?}"),
            "start coldvault from a plain terminal",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::machine::State;
    use crate::host::machine::tests::Fake;
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    #[test]
    fn a_generator_that_has_nothing_to_give_yet_is_a_stop_and_nobody_waits_for_it() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.random().state, State::Ok);
        fake.remove("dev/random");
        assert_eq!(fake.machine.random().state, State::Warn);
        // a pipe that nobody has written to is as the generator before it is seeded
        let path = fake.machine.dev.join("random");
        mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap();
        let mut options = OpenOptions::new();
        let writer = options.read(true).write(true).open(&path).unwrap();
        let check = fake.machine.random();
        assert_eq!(check.state, State::Stop);
        assert!(check.found.contains("not ready"), "{}", check.found);
        rustix::io::write(&writer, b"x").unwrap();
        assert_eq!(fake.machine.random().state, State::Ok);
    }

    #[test]
    fn a_filter_that_is_not_in_force_is_a_warning() {
        let fake = Fake::fit();
        for (value, state) in [("2", State::Ok), ("0", State::Warn), ("1", State::Warn)] {
            fake.set_status("Seccomp", value);
            assert_eq!(fake.machine.seccomp().state, state, "{value}");
        }
        fake.remove("proc/self/status");
        assert_eq!(fake.machine.seccomp().state, State::Warn);
    }

    #[test]
    fn a_kernel_without_landlock_or_with_one_that_is_too_old_is_a_warning() {
        for (version, state) in [
            (0, State::Warn),
            (1, State::Warn),
            (2, State::Ok),
            (7, State::Ok),
        ] {
            let check = landlock(version);
            assert_eq!(check.state, state, "{version}");
            let is_said = check.found.contains(&format!("version {version}"));
            assert_eq!(is_said, version > 0, "{}", check.found);
        }
    }

    #[test]
    fn root_is_a_warning_and_an_ordinary_user_is_fit() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.user().state, State::Ok);
        fake.set_status("Uid", "1000\t0\t0\t0");
        assert_eq!(fake.machine.user().state, State::Warn);
        fake.set_status("Uid", "");
        assert_eq!(fake.machine.user().state, State::Warn);
    }

    #[test]
    fn missing_protections_and_inherited_connections_are_listed() {
        assert_eq!(protections(&[]).state, State::Ok);
        let missing = Missing {
            what: "system call filter",
            why: "refused".into(),
        };
        let check = protections(&[missing]);
        assert_eq!(check.state, State::Warn);
        assert_eq!(check.found, "no system call filter: refused");
        assert_eq!(sockets(&[]).state, State::Ok);
        let check = sockets(&[3, 5]);
        assert_eq!(check.state, State::Warn);
        assert!(check.found.ends_with("[3, 5]"));
    }
}

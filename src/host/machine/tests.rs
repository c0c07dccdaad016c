//! Machines that do not exist: trees of ordinary files that look like /proc, /sys, /dev, /etc and /var.

use std::fs;

use super::*;
use tempfile::TempDir;

/// A machine made of files.
pub(crate) struct Fake {
    dir: TempDir,
    pub(crate) machine: Machine,
}

impl Fake {
    /// A machine on which everything is as it should be.
    pub(crate) fn fit() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let machine = Machine::under(dir.path());
        let fake = Self { dir, machine };
        fake.file("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
        fake.file("proc/cmdline", "quiet\n");
        fake.file("proc/self/stat", "1\n");
        fake.file(
            "proc/self/net/dev",
            "Inter-| Receive | Transmit\n face |bytes |bytes\n    lo: 1 1\n",
        );
        fake.file("proc/self/net/dev_mcast", "");
        fake.file("proc/self/net/route", "Iface\tDestination\n");
        fake.file("proc/self/net/if_inet6", "");
        fake.file("proc/self/net/ipv6_route", "");
        fake.file("proc/self/net/fib_trie", "");
        fake.file(
            "proc/self/limits",
            "Limit  Soft Limit  Hard Limit  Units\nMax locked memory  8388608  8388608  bytes\n",
        );
        let status = "Name:\tcoldvault\nTracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\n\
                      CapEff:\t0000000000000000\nSeccomp:\t2\n";
        fake.file("proc/self/status", status);
        fake.file("proc/sys/kernel/core_pattern", "core\n");
        fake.file("proc/sys/kernel/yama/ptrace_scope", "1\n");
        fake.file("sys/power/state", "freeze mem\n");
        let rtc = format!("{}\n", fake.now().unix());
        fake.file("sys/class/rtc/rtc0/since_epoch", &rtc);
        fake.file("dev/random", "");
        fake
    }

    /// The time that this machine's clocks show.
    pub(crate) fn now(&self) -> Time {
        Time::parse("2027-03-04T10:20:33Z").unwrap()
    }

    pub(crate) fn file(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds to the end of a file.
    pub(crate) fn add(&self, path: &str, text: &str) {
        let before = fs::read_to_string(self.dir.path().join(path)).unwrap();
        self.file(path, &format!("{before}{text}"));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.dir.path().join(path)).unwrap();
    }

    /// Changes one value of `/proc/self/status`.
    pub(crate) fn set_status(&self, name: &str, value: &str) {
        let path = "proc/self/status";
        let text = fs::read_to_string(self.dir.path().join(path)).unwrap();
        let lines = text
            .lines()
            .map(|line| match line.starts_with(&format!("{name}:")) {
                true => format!("{name}:\t{value}\n"),
                false => format!("{line}\n"),
            });
        self.file(path, &lines.collect::<String>());
    }
}

#[test]
fn a_fit_machine_passes_every_check_and_names_none_twice() {
    let fake = Fake::fit();
    let checks = fake.machine.checks(fake.now(), None, &[], &[]);
    // That one is the kernel's own answer, whatever lies in files.
    let of_files = checks.iter().filter(|check| check.name != "landlock");
    for check in of_files {
        assert_eq!(check.state, State::Ok, "{check:?}");
        assert!(
            check.remedy.is_empty() && !check.found.is_empty(),
            "{check:?}"
        );
    }
    let mut names: Vec<&str> = checks.iter().map(|check| check.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), checks.len());
}

#[test]
fn a_machine_that_tells_nothing_gets_an_answer_to_every_check_and_is_not_fit() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::fit();
    let checks = Machine::under(dir.path()).checks(fake.now(), None, &[], &[]);
    let state = |name: &str| {
        checks
            .iter()
            .find(|check| check.name == name)
            .unwrap()
            .state
    };
    for name in ["network", "swap"] {
        assert_eq!(state(name), State::Stop, "{name}");
    }
    for name in ["memory-locks", "debugger", "random", "seccomp", "user"] {
        assert_eq!(state(name), State::Warn, "{name}");
    }
    for check in checks.iter().filter(|check| check.state != State::Ok) {
        assert!(!check.remedy.is_empty(), "{check:?}");
    }
}

#[test]
fn files_of_any_length_and_any_bytes_are_read_in_part_and_never_break_a_check() {
    let fake = Fake::fit();
    let mut files = Vec::new();
    let mut dirs = vec![fake.dir.path().to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => dirs.push(path),
                false => files.push(path),
            }
        }
    }
    assert!(files.len() > 10);
    for bytes in [
        &b"\xff\xfe\0\n|:\x1b[2J \n"[..],
        b"",
        b"::::\n\n\n",
        "\u{202e}=,:\n".as_bytes(),
    ] {
        for path in &files {
            fs::write(path, bytes.repeat(1000)).unwrap();
        }
        let checks = fake.machine.checks(fake.now(), None, &[], &[]);
        for check in checks {
            let plain = |letter: char| letter.is_ascii() && !letter.is_ascii_control();
            assert!(check.found.chars().all(plain), "{check:?}");
        }
    }
    let long = fs::File::create(fake.dir.path().join("proc/swaps")).unwrap();
    long.set_len(1 << 40).unwrap();
    assert!(fake.machine.swap().found.len() < 200);
}

#[test]
fn this_machine_gets_an_answer_to_every_check() {
    let missing = Vec::new();
    let now = Fake::fit().now();
    let checks = Machine::default().checks(now, None, &missing, &[]);
    assert!(checks.iter().all(|check| !check.found.is_empty()));
}

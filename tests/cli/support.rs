//! Runs the program and holds its outcome against what is promised of every outcome: no panic, a hint with every
//! failure, and no secret of any vault of this test run in anything that is printed.

use std::fmt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The program that is tested; `.ci/run` names the optimised one here, when it builds the tests once more.
pub(crate) const PROGRAM: &str = match option_env!("COLDVAULT_PROGRAM") {
    Some(program) => program,
    None => env!("CARGO_BIN_EXE_coldvault"),
};
pub(crate) const SETSID: &str = "/usr/bin/setsid";

static SECRETS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Says that a test was skipped and why; fails where everything is meant to be there, as in `.ci/run`.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn skipped(required: &str, why: &str) {
    assert!(
        std::env::var_os(required).is_none(),
        "{required} is set, but {why}"
    );
    eprintln!("skipped: {why}");
}

/// Set where the programs of others must be there.
pub(crate) const TOOLS: &str = "COLDVAULT_REQUIRE_TOOLS";
/// Set where root may mount and become another user.
pub(crate) const ROOT: &str = "COLDVAULT_REQUIRE_ROOT";

/// From now on nothing that the program prints may contain this.
pub(crate) fn keep_secret(text: impl Into<String>) {
    let mut secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    secrets.push(text.into());
}

/// Whether the program can be started without a terminal, so that its questions find nobody.
pub(crate) fn without_terminal() -> bool {
    let there = Path::new(SETSID).exists();
    if !there {
        skipped(
            TOOLS,
            "there is no setsid, so a question could reach a real terminal",
        );
    }
    there
}

/// The program, to be started in `dir`. `setsid` makes no process of its own here, so signals reach the program.
pub(crate) fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = if Path::new(SETSID).exists() {
        let mut command = Command::new(SETSID);
        command.arg(PROGRAM);
        command
    } else {
        Command::new(PROGRAM)
    };
    command.args(args).current_dir(dir).stdin(Stdio::null());
    command
}

/// Runs the program in `dir`.
pub(crate) fn run(dir: &Path, args: &[&str]) -> Ran {
    Ran::of(args, &command(dir, args).output().unwrap())
}

/// How a run ended and what it said.
pub(crate) struct Ran {
    args: String,
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn of(args: &[&str], output: &Output) -> Self {
        let ran = Self {
            args: args.join(" "),
            status: output.status.code(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        };
        assert!(!ran.err.contains("panicked"), "{ran}");
        ran.tells_no_secret();
        ran
    }

    /// The outcome of a run on a terminal, where both outputs are one.
    #[track_caller]
    pub(crate) fn on_terminal(args: &str, status: i32, shown: String) -> Self {
        let ran = Self {
            args: args.to_owned(),
            status: Some(status),
            out: String::new(),
            err: shown,
        };
        assert!(!ran.err.contains("panicked"), "{ran}");
        ran.tells_no_secret();
        ran
    }

    #[track_caller]
    pub(crate) fn tells_no_secret(&self) {
        let secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets.iter() {
            let told = self.out.contains(secret) || self.err.contains(secret);
            assert!(!told, "a secret was printed by: {}", self.args);
        }
    }

    /// The exit status is this one, and a failure comes with what to do now.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self}");
        let hint = self.err.contains("coldvault: hint: ") || self.err.contains("try '--help'");
        assert!(status == 0 || hint, "a failure without a hint: {self}");
        self
    }

    /// It is said, on whichever of the two outputs.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.mentions(text), "{text:?} is not said: {self}");
        self
    }

    #[track_caller]
    pub(crate) fn does_not_say(self, text: &str) -> Self {
        assert!(!self.mentions(text), "{text:?} is said: {self}");
        self
    }

    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.out.contains(text) || self.err.contains(text)
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            args,
            status,
            out,
            err,
        } = self;
        write!(f, "coldvault {args}\nexit {status:?}\n{out}\n{err}")
    }
}

/// Waits until `there` is true or the time is up, looking very often.
pub(crate) fn wait_for(there: impl Fn() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        if there() {
            return true;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    false
}

/// Bytes without repetition, always the same.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// Whether this test runs as root; says so when it does not and cannot go on.
pub(crate) fn is_root() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        skipped(ROOT, "only root can mount a file system for it");
    }
    root
}

/// Whether this test may mount something where no other process sees it; says so when it may not and cannot go on.
pub(crate) fn may_mount() -> bool {
    const TRY: &str = "mount -t tmpfs tmpfs /tmp";
    if !is_root() {
        return false;
    }
    let tried = Command::new("unshare")
        .args(["--mount", "sh", "-c", TRY])
        .stderr(Stdio::null())
        .status();
    let may = tried.is_ok_and(|status| status.success());
    if !may {
        skipped(ROOT, "this machine does not let root mount anything");
    }
    may
}

/// A small file system of its own, unmounted at the end.
pub(crate) struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    /// `None`, with the reason said, where the machine does not allow it.
    pub(crate) fn tmpfs(at: &'a Path, options: &str) -> Option<Self> {
        if !is_root() {
            return None;
        }
        std::fs::create_dir_all(at).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .stderr(Stdio::null())
            .status();
        let mounted = mount.is_ok_and(|status| status.success());
        if !mounted {
            skipped(ROOT, "this machine does not let root mount a tmpfs");
        }
        mounted.then_some(Self(at))
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

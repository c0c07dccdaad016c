//! A second process of this very program, for work on bytes that come from strangers: it gets one input, gives one
//! answer, and is ended when nobody waits for it any more.
//!
//! Knows processes, pipes and time, and nothing of what is worked on. No other module starts a process.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{self, ChildStdout, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use zeroize::Zeroizing;

use super::interrupt;
use crate::error::{Error, Result};

/// The file that was started, whatever became of its name.
const RUNNING: &str = "/proc/self/exe";
/// The first argument of a child. No command is called like that, and no help names it.
const SIGN: &str = "--child-that-reads-pages";
/// How long to wait for an answer before Ctrl-C is looked for again.
const MOMENT: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// In a child: what it was started for. `None` in the program that people start.
pub fn task() -> Option<Vec<String>> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != SIGN {
        return None;
    }
    let text = |argument: std::ffi::OsString| argument.to_string_lossy().into_owned();
    Some(arguments.map(text).collect())
}

/// In a child: where its answer goes.
pub fn answer() -> impl Write {
    std::io::stdout().lock()
}

/// What a child reads.
pub enum Input {
    /// A file, from where it stands.
    File(File),
    /// Bytes, through a pipe, so that they are in no file.
    Bytes(Zeroizing<Vec<u8>>),
}

/// A child at work. Dropped, it is ended.
pub struct Child {
    process: process::Child,
    answer: ChildStdout,
}

impl Child {
    /// Starts this program again for `task`, without environment.
    ///
    /// Of what is open here it gets its input and its answer; nothing that this program opens is inherited. What
    /// whoever started this program left open stays open: the child's sandbox forbids its use.
    ///
    /// # Errors
    /// [`Error::System`] when it cannot be started.
    pub fn start(task: &[String], input: Input) -> Result<Self> {
        let (stdin, bytes) = match input {
            Input::File(file) => (Stdio::from(file), None),
            Input::Bytes(bytes) => (Stdio::piped(), Some(bytes)),
        };
        go_without_fork();
        let begun = process::Command::new(RUNNING)
            .arg(SIGN)
            .args(task)
            .env_clear()
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = begun.map_err(failed)?;
        if let (Some(bytes), Some(mut pipe)) = (bytes, process.stdin.take()) {
            // A child that reads nothing would hold up whoever writes. Ended, it ends the thread too.
            thread::spawn(move || pipe.write_all(&bytes));
        }
        match process.stdout.take() {
            Some(answer) => Ok(Self { process, answer }),
            None => Err(failed(ErrorKind::BrokenPipe.into())),
        }
    }

    /// Some bytes of the answer; 0 when there will be no more.
    ///
    /// # Errors
    /// [`Error::Interrupted`]; [`Error::System`] with "timed out" from `until` on, whether there is more to read or not.
    pub fn read(&mut self, buffer: &mut [u8], until: Instant) -> Result<usize> {
        loop {
            interrupt::check()?;
            if Instant::now() >= until {
                return Err(failed(ErrorKind::TimedOut.into()));
            }
            let mut waiting = [PollFd::new(&self.answer, PollFlags::IN)];
            match poll(&mut waiting, Some(&MOMENT)) {
                Err(rustix::io::Errno::INTR) | Ok(0) => {}
                Err(error) => return Err(failed(error.into())),
                Ok(_) => return self.answer.read(buffer).map_err(failed),
            }
        }
    }

    /// Waits for its end. Call it when the answer is at its end.
    ///
    /// # Errors
    /// [`Error::System`] when it ended badly: killed, out of memory, or a call that it may not make.
    pub fn end(mut self) -> Result<()> {
        // Its answer is closed; what is left is its own ending, which a child that means harm could put off.
        for _ in 0..50 {
            interrupt::check()?;
            match self.process.try_wait().map_err(failed)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(failed(std::io::Error::other(ending(status)))),
                None => thread::sleep(Duration::from_millis(20)),
            }
        }
        Err(failed(ErrorKind::TimedOut.into()))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// In a program without a loader std starts a process without fork only where it finds this name linked; and after a
/// fork it makes a socket pair, which the program's own filter refuses.
fn go_without_fork() {
    #[cfg(target_env = "gnu")]
    std::hint::black_box(libc::gnu_get_libc_version as *const ());
}

/// How a child ended that did not end well.
fn ending(status: process::ExitStatus) -> String {
    match status.signal() {
        // Without memory a program ends itself by a call that its sandbox does not allow.
        Some(libc::SIGSYS | libc::SIGABRT) => {
            "it ran out of memory, or tried what it may not".into()
        }
        _ => status.to_string(),
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::System {
        doing: "read pages in a process of their own",
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_without_memory_is_not_told_by_the_number_of_a_signal() {
        let killed = |signal| ending(process::ExitStatus::from_raw(signal));
        assert!(killed(libc::SIGSYS).contains("memory"));
        assert!(killed(libc::SIGKILL).contains("signal"));
    }

    #[test]
    fn an_answer_that_comes_too_late_is_not_read() {
        // The tests' own program knows no such argument, and ends: so there is something to read.
        let mut child = Child::start(&[], Input::Bytes(Zeroizing::new(Vec::new()))).unwrap();
        thread::sleep(Duration::from_millis(200));
        let late = child.read(&mut [0; 16], Instant::now());
        assert!(
            matches!(&late, Err(Error::System { error, .. }) if error.kind() == ErrorKind::TimedOut)
        );
        let later = Instant::now() + Duration::from_secs(60);
        while child.read(&mut [0; 16], later).unwrap() > 0 {}
        assert!(child.end().is_err());
    }
}

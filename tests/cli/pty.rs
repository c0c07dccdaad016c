//! The program on a terminal of its own, and a person who answers what it asks.
//!
//! A shell leads the session and stays until the test has looked at the terminal: when the leader goes, the kernel sets
//! the terminal back, and nobody could tell whether the program had.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::support::{PROGRAM, ROOT, Ran, SETSID, TOOLS, skipped};

/// How long an answer of the program may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// So wide that no text a test waits for is broken; how it looks on 80 columns is a test of its own.
const WIDE: u16 = 1000;

/// Stands around what the shell tells the test. The program never prints it.
const MARK: char = '\u{1e}';

/// Says the program's process id, starts it, says its exit status, and waits.
const LEADER: &str = r#"trap : INT TERM HUP QUIT
script=$1; shift
sh -c 'printf "\036%d\036" $$; '"$script" sh "$@"
printf '\036%d\036' $?
read -r ended"#;

/// What a drill that is reported asks before each carrier of a share.
pub(crate) const BAG: &str = "The next bag, still closed:";

/// A run of the program on a pseudo-terminal of 24 lines.
pub(crate) struct Pty {
    args: String,
    screen: File,
    leader: Child,
    program: Option<Pid>,
    shown: Vec<u8>,
    /// Up to here it was expected.
    seen: usize,
    hidden: Vec<String>,
    /// How much was shown when something was typed.
    answered: Vec<usize>,
}

#[allow(
    dead_code,
    reason = "what a person can do; not every test does all of it"
)]
impl Pty {
    /// Starts the program in `dir`; `None`, with the reason said, where a test cannot have a terminal of its own.
    pub(crate) fn start(dir: &Path, args: &[&str]) -> Option<Self> {
        Self::start_by(dir, args, r#"exec "$@""#)
    }

    /// Starts the program by a line of shell in which `"$@"` is the program and its arguments, for what a person would
    /// type around it: `exec "$@" <shares.txt`, `exec env TERM=dumb "$@"`.
    pub(crate) fn start_by(dir: &Path, args: &[&str], script: &str) -> Option<Self> {
        Self::start_on(WIDE, dir, args, script)
    }

    /// Starts it on a terminal of this many columns.
    pub(crate) fn start_on(columns: u16, dir: &Path, args: &[&str], script: &str) -> Option<Self> {
        if !Path::new(SETSID).exists() {
            skipped(TOOLS, "there is no setsid, which gives a test a terminal");
            return None;
        }
        let screen =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let keyboard = File::from(ioctl_tiocgptpeer(&screen, flags).unwrap());
        let size = Winsize {
            ws_row: 24,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&screen, size).unwrap();
        let leader = Command::new(SETSID)
            .args(["--ctty", "sh", "-c", LEADER, "sh", script, PROGRAM])
            .args(args)
            .current_dir(dir)
            .stdin(Stdio::from(keyboard.try_clone().unwrap()))
            .stdout(Stdio::from(keyboard.try_clone().unwrap()))
            .stderr(Stdio::from(keyboard))
            .spawn()
            .unwrap();
        let mut pty = Self {
            args: args.join(" "),
            screen: File::from(screen),
            leader,
            program: None,
            shown: Vec::new(),
            seen: 0,
            hidden: Vec::new(),
            answered: Vec::new(),
        };
        pty.program = Pid::from_raw(pty.told("the start"));
        Some(pty)
    }

    /// Waits until this is shown, after all that was expected before.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) -> &mut Self {
        let end = self.wait_for(text, |shown| shown.find(text).map(|at| at + text.len()));
        self.seen += end;
        self
    }

    /// Waits until a question waits for its answer: the last line, when no more comes. `None` when the program ended.
    #[track_caller]
    pub(crate) fn question(&mut self) -> Option<String> {
        /// So often in a row nothing more came.
        const QUIET: usize = 5;
        let until = Instant::now() + PATIENCE;
        let mut quiet = 0;
        loop {
            let before = self.shown.len();
            self.look();
            let shown = self.shown.get(self.seen..).unwrap_or_default();
            if shown.contains(&(MARK as u8)) {
                return None;
            }
            let asks = shown.ends_with(b": ");
            quiet = match asks && self.shown.len() == before {
                true => quiet + 1,
                false => 0,
            };
            if quiet == QUIET {
                let shown = String::from_utf8_lossy(shown).into_owned();
                self.seen = self.shown.len();
                return shown.lines().last().map(str::to_owned);
            }
            assert!(Instant::now() < until, "it asks nothing: {}", self.text());
        }
    }

    /// Types a line and presses Enter.
    pub(crate) fn types(&mut self, line: &str) -> &mut Self {
        self.sends(format!("{line}\r").as_bytes())
    }

    /// Waits until nothing that is typed is shown, then types a line and presses Enter. It must never show up; that is
    /// only held against lines that are too long to be a word of a question.
    #[track_caller]
    pub(crate) fn types_hidden(&mut self, line: &str) -> &mut Self {
        let until = Instant::now() + PATIENCE;
        while self.echoes() {
            assert!(Instant::now() < until, "never hides: {}", self.text());
            self.look();
        }
        if line.len() >= 8 {
            self.hidden.push(line.to_owned());
        }
        self.types(line)
    }

    /// Answers every question that comes with Enter alone, until this is shown. A question that Enter alone never
    /// answers comes again and again: that ends too.
    #[track_caller]
    pub(crate) fn presses_enter_until(&mut self, text: &str) -> &mut Self {
        /// No page asks for so many.
        const ENTERS: usize = 100;
        for _ in 0..ENTERS {
            let (is_there, end) = self.wait_for(text, |shown| {
                let there = shown.find(text).map(|at| (true, at + text.len()));
                let asks = shown.trim_end_matches(' ').ends_with(':');
                there.or_else(|| asks.then_some((false, shown.len())))
            });
            self.seen += end;
            if is_there {
                return self;
            }
            self.types("");
        }
        panic!("{text:?} never came: {}", self.text());
    }

    /// Presses keys, whatever they are.
    pub(crate) fn sends(&mut self, keys: &[u8]) -> &mut Self {
        self.answered.push(self.shown.len());
        self.screen.write_all(keys).unwrap();
        self
    }

    /// Presses Ctrl-C.
    pub(crate) fn presses_ctrl_c(&mut self) -> &mut Self {
        self.sends(b"\x03")
    }

    /// Sends the program a signal.
    pub(crate) fn gets(&mut self, signal: Signal) -> &mut Self {
        // It may have ended already.
        let _ = kill_process(self.program.unwrap(), signal);
        self
    }

    /// Does something else while the program waits: plugs a medium in, moves a folder.
    pub(crate) fn meanwhile(&mut self, what: impl FnOnce()) -> &mut Self {
        what();
        self
    }

    /// Whether what is typed is shown.
    pub(crate) fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.screen).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    /// Does something to the mounts as the program sees them. Started behind `unshare --mount` it has its own, so that no
    /// other test's media are noticed.
    pub(crate) fn in_its_mounts(&self, program: &str, args: &[&str]) -> bool {
        let pid = self.pid().as_raw_nonzero().to_string();
        let mut all = vec!["-t", pid.as_str(), "-m", program];
        all.extend(args);
        crate::lead::system("nsenter", &all)
    }

    /// Whether the memory of the program can be looked at; says so when it cannot and a test cannot go on. A container
    /// may not let root do it.
    pub(crate) fn can_be_looked_into(&self) -> bool {
        let process = Path::new("/proc").join(self.program.unwrap().to_string());
        let can = File::open(process.join("mem")).is_ok();
        if !can {
            skipped(ROOT, "the memory of another process cannot be read");
        }
        can
    }

    /// Everything in the memory of the program but what is only a file's; only root may look.
    pub(crate) fn memory(&self) -> Vec<Vec<u8>> {
        let process = Path::new("/proc").join(self.program.unwrap().to_string());
        let maps = std::fs::read_to_string(process.join("maps")).unwrap();
        let memory = File::open(process.join("mem")).unwrap();
        let own = maps
            .lines()
            .filter(|line| line.contains(" rw") || !line.contains('/'));
        let read = own.filter_map(|line| {
            let (from, rest) = line.split_once('-').unwrap();
            let to = rest.split_once(' ').unwrap().0;
            let [from, to] = [from, to].map(|at| u64::from_str_radix(at, 16).unwrap());
            let mut region = vec![0; usize::try_from(to - from).unwrap()];
            // Some regions are the kernel's, some went away.
            let read = memory.read_exact_at(&mut region, from);
            read.is_ok().then_some(region)
        });
        read.collect()
    }

    /// Whether any of these bytes is anywhere in the memory of the program; only root may look.
    pub(crate) fn remembers(&self, bytes: &[u8]) -> bool {
        let memory = self.memory();
        memory.iter().any(|region| holds(region, bytes))
    }

    /// Everything that came to the terminal, byte for byte but for the marks of the shell.
    pub(crate) fn shown(&self) -> &[u8] {
        &self.shown
    }

    /// What was shown between one answer and the next, the question last.
    pub(crate) fn asked(&self) -> Vec<String> {
        let ends = self.answered.iter().copied();
        let starts = [0].into_iter().chain(ends.clone());
        let parts = starts.zip(ends).map(|(from, to)| &self.shown[from..to]);
        parts
            .map(|part| String::from_utf8_lossy(part).into_owned())
            .collect()
    }

    /// What the program has open: descriptor by descriptor, where it leads to.
    pub(crate) fn open(&self) -> Vec<std::path::PathBuf> {
        let place = format!("/proc/{}/fd", self.program.unwrap());
        let links = std::fs::read_dir(place).unwrap().flatten();
        let links = links.filter_map(|link| std::fs::read_link(link.path()).ok());
        links.collect()
    }

    /// The program's process id.
    pub(crate) fn pid(&self) -> Pid {
        self.program.unwrap()
    }

    /// Waits for the end: the terminal is as it was, and what was shown is in the outcome.
    #[track_caller]
    pub(crate) fn ends(mut self) -> Ran {
        let status = self.told("the end");
        let text = self.text();
        assert!(self.echoes(), "the terminal shows nothing any more: {text}");
        for line in &self.hidden {
            assert!(!text.contains(line), "a hidden line was shown: {text}");
        }
        Ran::on_terminal(&self.args, status, text)
    }

    /// The number that the shell says next.
    #[track_caller]
    fn told(&mut self, what: &str) -> i32 {
        let number = |shown: &str| {
            let (_, rest) = shown.split_once(MARK)?;
            let (number, after) = rest.split_once(MARK)?;
            Some((number.parse().unwrap(), shown.len() - after.len()))
        };
        let (number, end) = self.wait_for(what, number);
        self.seen += end;
        number
    }

    /// Reads on until `found` answers about what was not expected before.
    #[track_caller]
    fn wait_for<T>(&mut self, what: &str, found: impl Fn(&str) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let shown = String::from_utf8_lossy(&self.shown[self.seen..]);
            if let Some(found) = found(&shown) {
                return found;
            }
            let text = self.text();
            assert!(Instant::now() < until, "{what:?} never came: {text}");
            let ended = self.shown[self.seen..].contains(&(MARK as u8));
            assert!(!ended, "it ended before {what:?}: {text}");
            self.look();
        }
    }

    /// Takes what is on the screen, waiting a moment for it.
    fn look(&mut self) {
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: 10_000_000,
        };
        let ready = poll(
            &mut [PollFd::new(&self.screen, PollFlags::IN)],
            Some(&moment),
        );
        if ready != Ok(1) {
            return;
        }
        let mut bytes = [0; 4096];
        let count = match self.screen.read(&mut bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Err(error) => panic!("the terminal is gone: {error}: {}", self.text()),
        };
        for byte in &bytes[..count] {
            if *byte == b'\n' && self.shown.last() == Some(&b'\r') {
                self.shown.pop();
            }
            self.shown.push(*byte);
        }
    }

    /// All that was shown.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }
}

/// Whether these bytes, at least two, are in there.
pub(crate) fn holds(there: &[u8], bytes: &[u8]) -> bool {
    let first = bytes[0];
    let mut from = 0;
    while let Some(at) = there[from..].iter().position(|byte| *byte == first) {
        from += at;
        if there[from..].starts_with(bytes) {
            return true;
        }
        from += 1;
    }
    false
}

impl Drop for Pty {
    fn drop(&mut self) {
        // Alone in its session: nobody else is in the group.
        let _ = kill_process_group(Pid::from_child(&self.leader), Signal::KILL);
        let _ = self.leader.wait();
    }
}

mod the_person_at_the_terminal {
    use crate::pty::Pty;
    use crate::scene::sealed;

    const RESTORE: [&str; 9] = [
        "restore", "--from", "v1", "--from", "legal1", "--from", "ops1", "--into", "out",
    ];

    #[test]
    fn is_asked_again_until_the_answer_is_y_or_n() {
        let scene = sealed();
        let Some(mut pty) = Pty::start(scene.dir(), &RESTORE) else {
            return;
        };
        pty.expect("REHEARSAL material").expect("press Enter:");
        pty.types("perhaps").expect("press Enter:");
        pty.types("").expect("press Enter:").types("Y");
        pty.ends().exits(0).says("The files are in");
        scene.is_restored("out");
    }

    #[test]
    fn may_say_no_or_stop_and_may_press_ctrl_c_instead() {
        let scene = sealed();
        for (keys, status) in [("n\r", 5), ("stop\r", 130), ("\u{3}", 130)] {
            let Some(mut pty) = Pty::start(scene.dir(), &RESTORE) else {
                return;
            };
            pty.expect("press Enter:").sends(keys.as_bytes());
            pty.ends().exits(status);
            scene.is_absent("out");
        }
    }

    #[test]
    fn is_asked_on_the_terminal_even_where_the_input_is_a_file() {
        let scene = sealed();
        let script = r#"exec env TERM=dumb NO_COLOR=1 LANG=C "$@" <note.txt"#;
        let Some(mut pty) = Pty::start_by(scene.dir(), &RESTORE, script) else {
            return;
        };
        pty.expect("press Enter:").types("y");
        pty.ends().exits(0);
        scene.is_restored("out");
    }
}

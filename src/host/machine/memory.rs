//! Ways in which memory leaves a machine: swap, hibernation, core dumps, other processes; and whether it may be locked.
//!
//! Knows /proc and /sys/power.

use super::{Check, MAX_LISTED, Machine, listed, read, shown};

/// Bytes that a sealing may lock, with room to spare: a page for the key, for each of 32 shares and each passphrase,
/// and as many again while one is worked on.
const LOCKED: u64 = 1 << 20;
/// `CAP_IPC_LOCK` of linux/capability.h: who has it may lock without limit.
const IPC_LOCK: u32 = 14;

/// What the kernel swaps to: one line of `/proc/swaps`.
struct Area {
    name: String,
    /// Compressed memory, with no disk behind it.
    is_memory: bool,
}

impl Machine {
    /// The names of the swap areas in use, as the kernel has them (blanks as `\040`), or why they are not known.
    pub fn swap_on(&self) -> Vec<String> {
        match self.areas() {
            Ok(areas) => areas.into_iter().map(|area| area.name).collect(),
            Err(why) => vec![format!("unknown, because {why}")],
        }
    }

    fn areas(&self) -> Result<Vec<Area>, String> {
        let path = self.proc.join("swaps");
        let Some(text) = read(&path)? else {
            // A kernel built without swap has no such file; a machine without /proc tells nothing.
            let has_proc = self.proc.join("self/stat").exists();
            return match has_proc {
                true => Ok(Vec::new()),
                false => Err(format!("{} is not there", path.display())),
            };
        };
        Ok(swaps(&text)
            .map(|name| Area {
                is_memory: self.is_memory(name),
                name: shown_swap(name),
            })
            .collect())
    }

    /// Whether a swap area is zram without a disk behind it (Linux, Documentation/admin-guide/blockdev/zram.rst).
    fn is_memory(&self, area: &str) -> bool {
        let Some(name) = area.strip_prefix("/dev/zram") else {
            return false;
        };
        if !name.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let behind = self.sys.join(format!("block/zram{name}/backing_dev"));
        // A kernel without that file has no such feature.
        let behind = read(&behind).map(Option::unwrap_or_default);
        behind.is_ok_and(|behind| matches!(behind.trim(), "" | "none"))
    }

    /// Swap: memory of any program may be written to it.
    pub(super) fn swap(&self) -> Check {
        const OFF: &str = "turn it off with: swapoff -a";
        match self.areas() {
            Ok(areas) if areas.is_empty() => Check::ok("swap", "swap is off"),
            Ok(areas) => {
                let names: Vec<&str> = areas.iter().map(|area| area.name.as_str()).collect();
                let names = listed(&names);
                let text = match areas.iter().all(|area| area.is_memory) {
                    true => format!(
                        "swap is on, in compressed memory ({names}): copies of secrets that nobody wipes"
                    ),
                    false => format!("swap is on ({names}): secrets in memory may reach the disk"),
                };
                Check::stop("swap", text, OFF)
            }
            Err(why) => Check::stop("swap", format!("swap is on (unknown, because {why})"), OFF),
        }
    }

    /// Hibernation: all memory is written to the disk.
    pub(super) fn hibernation(&self) -> Check {
        const MASK: &str =
            "systemctl mask hibernate.target hybrid-sleep.target; never close the lid meanwhile";
        let line = match read(&self.proc.join("cmdline")) {
            Ok(line) => line.unwrap_or_default(),
            Err(why) => return Check::unknown("hibernation", why, MASK),
        };
        let states = match read(&self.sys.join("power/state")) {
            Ok(states) => states.unwrap_or_default(),
            Err(why) => return Check::unknown("hibernation", why, MASK),
        };
        let mut words = line.split_ascii_whitespace();
        if words
            .clone()
            .any(|word| matches!(word, "nohibernate" | "noresume"))
        {
            return Check::ok("hibernation", "off since the start of the system");
        }
        if let Some(resume) = words.find(|word| word.starts_with("resume=")) {
            let text = format!("prepared when the system started: {}", shown(resume));
            return Check::warn("hibernation", text, MASK);
        }
        match states.split_ascii_whitespace().any(|state| state == "disk") {
            true => Check::warn(
                "hibernation",
                "the kernel can write all memory to the disk",
                MASK,
            ),
            false => Check::ok("hibernation", "the kernel cannot do it"),
        }
    }

    /// Locked memory: what cannot be locked may be swapped out.
    pub(super) fn memory_locks(&self) -> Check {
        const RAISE: &str =
            "raise the limit with: ulimit -l unlimited (or memlock in /etc/security/limits.conf)";
        let limit = match self.lock_limit() {
            Ok(limit) => limit,
            Err(why) => return Check::unknown("memory-locks", why, RAISE),
        };
        let mask = self.status("CapEff");
        let mask = mask
            .ok()
            .and_then(|mask| u64::from_str_radix(&mask, 16).ok());
        match limit {
            None => Check::ok("memory-locks", "no limit"),
            Some(_) if mask.is_some_and(|mask| mask >> IPC_LOCK & 1 == 1) => {
                Check::ok("memory-locks", "no limit for this user")
            }
            Some(bytes) if bytes >= LOCKED => Check::ok(
                "memory-locks",
                format!("{} KiB may be locked", bytes / 1024),
            ),
            Some(bytes) => {
                let text = format!(
                    "only {} KiB of memory may be locked: a sealing needs {}",
                    bytes / 1024,
                    LOCKED / 1024
                );
                Check::stop("memory-locks", text, RAISE)
            }
        }
    }

    /// The soft limit in bytes; nothing where there is none (proc_pid_limits(5)).
    fn lock_limit(&self) -> Result<Option<u64>, String> {
        const NAME: &str = "Max locked memory";
        let path = self.proc.join("self/limits");
        let text = read(&path)?.unwrap_or_default();
        let mut lines = text.lines().filter_map(|line| line.strip_prefix(NAME));
        let soft = lines
            .next()
            .and_then(|rest| rest.split_ascii_whitespace().next());
        match soft {
            Some("unlimited") => Ok(None),
            Some(number) if number.parse::<u64>().is_ok() => Ok(number.parse().ok()),
            _ => Err(format!("{} does not tell the limit", path.display())),
        }
    }

    /// Where the memory of a program that crashes goes. coldvault itself leaves none.
    pub(super) fn core_dumps(&self) -> Check {
        const AWAY: &str =
            "sysctl -w kernel.core_pattern=core, and ulimit -c 0 for the programs you use";
        let pattern = match read(&self.proc.join("sys/kernel/core_pattern")) {
            Ok(Some(pattern)) => pattern,
            Ok(None) => return Check::ok("core-dumps", "the kernel makes none"),
            Err(why) => return Check::unknown("core-dumps", why, AWAY),
        };
        let pattern = pattern.trim();
        match pattern.strip_prefix('|') {
            Some(program) => {
                let program = program.split_ascii_whitespace().next().unwrap_or_default();
                let text = format!(
                    "what other programs had in memory when they crash is kept by {}",
                    shown(program)
                );
                Check::warn("core-dumps", text, AWAY)
            }
            None => Check::ok(
                "core-dumps",
                "none of coldvault; of others as files, if their limit allows",
            ),
        }
    }

    /// Whether programs may read each other's memory. Nobody but root reads coldvault's.
    pub(super) fn ptrace(&self) -> Check {
        const SCOPE: &str = "sysctl -w kernel.yama.ptrace_scope=1, where the kernel has it; let no other program run under this user";
        let scope = match read(&self.proc.join("sys/kernel/yama/ptrace_scope")) {
            Ok(scope) => scope,
            Err(why) => return Check::unknown("ptrace", why, SCOPE),
        };
        let text = match scope.as_deref().map(str::trim) {
            Some("1" | "2" | "3") => {
                return Check::ok("ptrace", "programs may not read each other's memory");
            }
            Some("0") => "programs of one user may read each other's memory",
            Some(_) => "not known: the kernel's answer is not understood",
            None => "programs of one user may read each other's memory (no Yama in this kernel)",
        };
        Check::warn("ptrace", text, SCOPE)
    }

    /// A debugger at this very process: it sees everything.
    pub(super) fn debugger(&self) -> Check {
        const END: &str = "start coldvault without it";
        let tracer = match self.status("TracerPid") {
            Ok(tracer) => tracer,
            Err(why) => return Check::unknown("debugger", why, END),
        };
        if tracer == "0" {
            return Check::ok("debugger", "none is attached");
        }
        let name = match tracer.bytes().all(|byte| byte.is_ascii_digit()) {
            true => read(&self.proc.join(&tracer).join("comm")),
            false => Ok(None),
        };
        let name = name
            .ok()
            .flatten()
            .map_or(String::new(), |name| format!(", {}", shown(&name)));
        let text = format!(
            "process {}{name} is attached and sees every secret",
            shown(&tracer)
        );
        Check::stop("debugger", text, END)
    }
}

/// The first column of `/proc/swaps`, without its heading.
fn swaps(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().skip(1).take(MAX_LISTED * 4);
    lines.filter_map(|line| line.split_ascii_whitespace().next())
}

/// As the kernel wrote it: it escapes blanks itself, with a backslash.
fn shown_swap(name: &str) -> String {
    let printable = |letter: char| match letter.is_ascii_graphic() {
        true => letter,
        false => '?',
    };
    name.chars().take(super::MAX_NAME).map(printable).collect()
}

#[cfg(test)]
mod tests {
    use crate::host::machine::State;
    use crate::host::machine::tests::Fake;

    const HEADING: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

    #[test]
    fn every_swap_area_is_named_and_none_is_none() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.swap().state, State::Ok);
        assert!(fake.machine.swap_on().is_empty());
        let text = format!(
            "{HEADING}/dev/dm-1                               partition\t8388604\t\t0\t\t-2\n\
             /swap\\040file                             file\t\t1048572\t\t12\t\t-3\n"
        );
        fake.file("proc/swaps", &text);
        assert_eq!(fake.machine.swap_on(), ["/dev/dm-1", "/swap\\040file"]);
        let check = fake.machine.swap();
        assert_eq!(check.state, State::Stop);
        assert!(
            check.found.contains("(/dev/dm-1, /swap\\040file)"),
            "{}",
            check.found
        );
        assert!(
            check.found.contains("may reach the disk"),
            "{}",
            check.found
        );
    }

    #[test]
    fn a_kernel_without_swap_has_none_and_a_machine_without_proc_tells_nothing() {
        let fake = Fake::fit();
        fake.remove("proc/swaps");
        assert_eq!(fake.machine.swap().state, State::Ok);
        fake.remove("proc/self/stat");
        let check = fake.machine.swap();
        assert_eq!(check.state, State::Stop);
        assert!(check.found.contains("unknown"), "{}", check.found);
    }

    #[test]
    fn swap_in_compressed_memory_is_said_to_be_that_unless_a_disk_is_behind_it() {
        let fake = Fake::fit();
        let text = format!(
            "{HEADING}/dev/zram0                              partition\t8388604\t\t0\t\t100\n"
        );
        fake.file("proc/swaps", &text);
        for (behind, in_memory) in [
            (None, true),
            (Some("none\n"), true),
            (Some("/dev/sda3\n"), false),
        ] {
            if let Some(behind) = behind {
                fake.file("sys/block/zram0/backing_dev", behind);
            }
            let check = fake.machine.swap();
            assert_eq!(check.state, State::Stop);
            assert_eq!(
                check.found.contains("compressed memory"),
                in_memory,
                "{behind:?}"
            );
            assert_eq!(check.found.contains("the disk"), !in_memory, "{behind:?}");
        }
        fake.file(
            "proc/swaps",
            &format!("{HEADING}/dev/zram/../sda1 partition\t1\t0\t1\n"),
        );
        assert!(fake.machine.swap().found.contains("the disk"));
    }

    #[test]
    fn hibernation_is_a_warning_where_the_kernel_can_or_will_do_it() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.hibernation().state, State::Ok);
        fake.file("sys/power/state", "freeze mem disk\n");
        assert_eq!(fake.machine.hibernation().state, State::Warn);
        fake.file("proc/cmdline", "quiet nohibernate\n");
        assert_eq!(fake.machine.hibernation().state, State::Ok);
        fake.file("sys/power/state", "freeze mem\n");
        fake.file("proc/cmdline", "quiet resume=UUID=1\u{1b}[2J\n");
        let check = fake.machine.hibernation();
        assert_eq!(check.state, State::Warn);
        assert!(
            check.found.contains("resume=UUID=1\\u{1b}[2J"),
            "{}",
            check.found
        );
        fake.remove("sys/power/state");
        fake.file("proc/cmdline", "quiet\n");
        assert_eq!(fake.machine.hibernation().state, State::Ok);
    }

    #[test]
    fn too_little_memory_to_lock_is_a_stop_and_root_has_no_limit() {
        let fake = Fake::fit();
        let limit = |soft: &str| {
            let text = format!(
                "Limit   Soft Limit  Hard Limit  Units\nMax locked memory   {soft}   {soft}   bytes\n"
            );
            fake.file("proc/self/limits", &text);
            fake.machine.memory_locks()
        };
        assert_eq!(limit("8388608").state, State::Ok);
        assert_eq!(limit("unlimited").state, State::Ok);
        assert_eq!(limit("1048576").state, State::Ok);
        let little = limit("65536");
        assert_eq!(little.state, State::Stop);
        assert!(little.found.contains("64 KiB"), "{}", little.found);
        assert!(little.remedy.contains("ulimit -l"), "{}", little.remedy);
        assert_eq!(limit("soon").state, State::Warn);
        fake.set_status("CapEff", "0000000000004000");
        assert_eq!(limit("0").state, State::Ok);
        fake.set_status("CapEff", "000000000000bfff");
        assert_eq!(limit("0").state, State::Stop);
        fake.remove("proc/self/limits");
        assert_eq!(fake.machine.memory_locks().state, State::Warn);
    }

    #[test]
    fn a_program_that_collects_core_dumps_is_named() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.core_dumps().state, State::Ok);
        fake.file(
            "proc/sys/kernel/core_pattern",
            "|/usr/lib/systemd-coredump %P %u\n",
        );
        let check = fake.machine.core_dumps();
        assert_eq!(check.state, State::Warn);
        assert!(
            check.found.ends_with(" /usr/lib/systemd-coredump"),
            "{}",
            check.found
        );
        fake.remove("proc/sys/kernel/core_pattern");
        assert_eq!(fake.machine.core_dumps().state, State::Ok);
    }

    #[test]
    fn programs_that_may_read_each_other_are_a_warning() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.ptrace().state, State::Ok);
        for (scope, state) in [("0", State::Warn), ("3", State::Ok), ("x", State::Warn)] {
            fake.file("proc/sys/kernel/yama/ptrace_scope", scope);
            assert_eq!(fake.machine.ptrace().state, state, "{scope}");
        }
        fake.remove("proc/sys/kernel/yama/ptrace_scope");
        assert_eq!(fake.machine.ptrace().state, State::Warn);
    }

    #[test]
    fn a_debugger_is_a_stop_and_is_named() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.debugger().state, State::Ok);
        fake.set_status("TracerPid", "4711");
        fake.file("proc/4711/comm", "strace\n");
        let check = fake.machine.debugger();
        assert_eq!(check.state, State::Stop);
        assert!(
            check.found.contains("process 4711, strace"),
            "{}",
            check.found
        );
        fake.set_status("TracerPid", "../x");
        assert_eq!(fake.machine.debugger().state, State::Stop);
        fake.remove("proc/self/status");
        assert_eq!(fake.machine.debugger().state, State::Warn);
    }
}

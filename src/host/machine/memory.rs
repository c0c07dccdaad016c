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
        // "noresume" only says that nothing is read back: it may still be written.
        if words.clone().any(|word| word == "nohibernate") {
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
                "coldvault leaves none; other programs leave files, unless ulimit -c is 0",
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
mod tests;

//! What a child process forbids itself before it looks at bytes of strangers: everything but thinking, reading its
//! standard input and writing its standard output, and its standard error, which leads nowhere.
//!
//! Knows limits and system call numbers. Unlike the program's own filter this one allows rather than forbids: what a
//! child needs is little and known, and a child that dies of a call nobody thought of is a page that is not read.

use std::collections::BTreeMap;

use rustix::process::{Resource, Rlimit, Signal};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::{fence, filter};

/// Bytes of address space: a picture of 100 million dots with everything that is derived from it.
const MEMORY: u64 = 2 << 30;
/// Seconds of computing, should nobody be left who ends the child.
const SECONDS: u64 = 3600;

/// Calls that do nothing but compute, keep memory, or end.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const ALLOWED: &[libc::c_long] = &[
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_sched_yield,
];

/// Closes the process off, for good. What cannot be had is left out.
///
/// # Errors
/// What could not be had, in words.
pub fn close() -> Result<(), String> {
    // Whoever stands in a directory of a medium keeps it from being unmounted.
    let moved = rustix::process::chdir("/");
    // Before the limits: it takes a descriptor to say. Opening is no call that is allowed; this is the wall behind.
    let closed = fence::close_all();
    let limits = [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Nofile, 0),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nproc, 0),
    ];
    let mut missing: Vec<String> = limits
        .into_iter()
        .filter_map(|(resource, most)| lower(resource, most))
        .collect();
    // When the one who asks is gone, so is the child: nobody would stop it.
    let end = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    missing.extend(end.err().map(|error| error.to_string()));
    missing.extend(moved.err().map(|error| error.to_string()));
    missing.extend(closed.err());
    missing.extend(install().err());
    match missing.is_empty() {
        true => Ok(()),
        false => Err(missing.join("; ")),
    }
}

fn lower(resource: Resource, most: u64) -> Option<String> {
    let maximum = rustix::process::getrlimit(resource).maximum;
    let most = Some(maximum.map_or(most, |maximum| maximum.min(most)));
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    let set = rustix::process::setrlimit(resource, limit);
    set.err().map(|error| format!("{resource:?}: {error}"))
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn install() -> Result<(), String> {
    rustix::thread::set_no_new_privs(true).map_err(|error| error.to_string())?;
    let program = program()?;
    seccompiler::apply_filter_all_threads(&program).map_err(|error| error.to_string())
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn install() -> Result<(), String> {
    Err("there is no filter for this processor".into())
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn program() -> Result<BpfProgram, String> {
    let arch = filter::arch().ok_or("there is no filter for this processor")?;
    let rules = rules().map_err(|error| error.to_string())?;
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        arch,
    );
    filter
        .and_then(TryInto::try_into)
        .map_err(|error: seccompiler::BackendError| error.to_string())
}

/// Descriptors are told apart, because whoever started the program may have left some open.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn rules() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let is = |argument, value| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
    };
    let lacks = |argument, bit| {
        let masked = SeccompCmpOp::MaskedEq(bit);
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, masked, 0)
    };
    let runnable = u64::from(libc::PROT_EXEC.unsigned_abs());
    let nothing = u64::from(u32::MAX);
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().map(|&call| (call, Vec::new())).collect();
    let mut only = |call, conditions: Vec<Vec<SeccompCondition>>| {
        let each = conditions.into_iter().map(SeccompRule::new);
        let each = each.collect::<Result<_, _>>()?;
        rules.insert(call, each);
        Ok::<(), seccompiler::BackendError>(())
    };
    only(libc::SYS_read, vec![vec![is(0, 0)?]])?;
    only(libc::SYS_write, vec![vec![is(0, 1)?], vec![is(0, 2)?]])?;
    only(
        libc::SYS_mmap,
        vec![vec![is(4, nothing)?, lacks(2, runnable)?]],
    )?;
    only(libc::SYS_mprotect, vec![vec![lacks(2, runnable)?]])?;
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::{assert_passed, child};
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn behind_the_sandbox_memory_clocks_and_panics_work() {
        assert_passed(&child("host::sandbox::tests::child_computes"));
    }

    #[test]
    #[ignore = "runs in a child process: it closes it off"]
    fn child_computes() {
        // The test's own ending needs more than a page does, so the filter is proven and the limits are set in between.
        close().unwrap();
        let big = vec![7_u8; 64 << 20];
        assert_eq!(
            big.iter().map(|&byte| u64::from(byte)).sum::<u64>(),
            7 << 26
        );
        assert!(std::time::Instant::now().elapsed().as_secs() < 60);
        assert!(std::collections::HashMap::from([(1, 2)]).contains_key(&1));
        assert!(std::panic::catch_unwind(|| std::panic::resume_unwind(Box::new(1))).is_err());
    }

    fn dies_of(test: &str) {
        let output = child(&format!("host::sandbox::tests::{test}"));
        assert_eq!(output.status.signal(), Some(libc::SIGSYS), "{output:?}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.contains("closed off") && !said.contains("outlived"),
            "{said}"
        );
    }

    #[test]
    fn behind_the_sandbox_opening_a_file_ends_the_process() {
        dies_of("child_opens_a_file");
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_opens_a_file() {
        close().unwrap();
        println!("closed off");
        let _ = std::fs::File::open("/proc/self/exe");
        println!("outlived");
    }

    #[test]
    fn behind_the_sandbox_another_descriptor_ends_the_process() {
        dies_of("child_reads_another_descriptor");
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_reads_another_descriptor() {
        use std::io::Read;
        let mut file = std::fs::File::open("/proc/self/exe").unwrap();
        close().unwrap();
        println!("closed off");
        let _ = file.read(&mut [0; 16]);
        println!("outlived");
    }

    #[test]
    fn behind_the_sandbox_starting_a_program_ends_the_process() {
        dies_of("child_starts_a_program");
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_starts_a_program() {
        close().unwrap();
        println!("closed off");
        let _ = std::process::Command::new("/proc/self/exe").spawn();
        println!("outlived");
    }

    #[test]
    fn behind_the_sandbox_a_thread_ends_the_process() {
        dies_of("child_starts_a_thread");
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_starts_a_thread() {
        close().unwrap();
        println!("closed off");
        let _ = std::thread::Builder::new().spawn(|| ());
        println!("outlived");
    }

    #[test]
    fn behind_the_sandbox_memory_that_runs_ends_the_process() {
        dies_of("child_asks_for_memory_that_runs");
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    #[allow(unsafe_code)]
    fn child_asks_for_memory_that_runs() {
        use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
        close().unwrap();
        println!("closed off");
        let access = ProtFlags::READ | ProtFlags::EXEC;
        // SAFETY: a fresh mapping that nothing is put into.
        let _ = unsafe { mmap_anonymous(std::ptr::null_mut(), 4096, access, MapFlags::PRIVATE) };
        println!("outlived");
    }
}

//! Memory of machines that do not exist.

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
    fake.file("proc/cmdline", "quiet noresume\n");
    assert_eq!(fake.machine.hibernation().state, State::Warn);
    fake.file("sys/power/state", "freeze mem\n");
    assert_eq!(fake.machine.hibernation().state, State::Ok);
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

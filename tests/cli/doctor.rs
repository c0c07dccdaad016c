//! `doctor` and `media` on machines made of files, and what the doctor's answer does to other commands, in a network
//! namespace where the machine's own state does not count.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Output};

use crate::pty::Pty;
use crate::scene::{Scene, production, sealed};
use crate::seal::everything_is_bare;
use crate::support::{PROGRAM, ROOT, Ran, may_mount, run, skipped};

pub(crate) const SWAPS: &str = "Filename\tType\tSize\tUsed\tPriority\n";
pub(crate) const ADDRESS: &str = "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n";

/// A directory with the files of a machine on which everything is as it should be.
pub(crate) struct Machine(tempfile::TempDir);

impl Machine {
    pub(crate) fn fit() -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        for (path, text) in [
            ("proc/swaps", SWAPS),
            ("proc/cmdline", "quiet\n"),
            ("proc/self/stat", "1\n"),
            ("proc/self/mountinfo", ""),
            ("proc/self/net/dev", "Inter-|\n face |\n    lo: 1\n"),
            ("proc/self/net/route", "Iface\tDestination\n"),
            (
                "proc/self/limits",
                "Max locked memory  8388608  8388608  bytes\n",
            ),
            (
                "proc/self/status",
                "TracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\nSeccomp:\t2\n",
            ),
            ("proc/sys/kernel/core_pattern", "core\n"),
            ("proc/sys/kernel/yama/ptrace_scope", "1\n"),
            ("dev/random", ""),
        ] {
            machine.file(path, text);
        }
        machine
    }

    pub(crate) fn file(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A USB stick, and what else its device says it is.
    fn plug(&self, class: &str) {
        let usb = "sys/devices/pci0/usb1/1-2";
        self.file(&format!("{usb}/idVendor"), "0781\n");
        self.file(&format!("{usb}/serial"), "4C53\n");
        self.file(&format!("{usb}/1-2:1.0/bInterfaceClass"), "08\n");
        self.file(&format!("{usb}/1-2:1.1/bInterfaceClass"), class);
        let disk = format!("{usb}/1-2:1.0/host6/block/sdb");
        self.file(&format!("{disk}/size"), "30031872\n");
        self.file(&format!("{disk}/removable"), "1\n");
        self.file(&format!("{disk}/device/model"), "Ultra\n");
        self.file(&format!("{disk}/sdb1/partition"), "1\n");
        fs::create_dir_all(self.0.path().join("sys/block")).unwrap();
        let link = self.0.path().join("sys/block/sdb");
        symlink(self.0.path().join(disk), link).unwrap();
    }

    fn run(&self, words: &str) -> Ran {
        let root = self.0.path().to_str().unwrap();
        let mut words: Vec<&str> = words.split_whitespace().collect();
        words.extend(["--root", root]);
        run(self.0.path(), &words)
    }

    pub(crate) fn doctor(&self, more: &str) -> Ran {
        self.run(&format!("doctor {more}"))
    }
}

#[test]
fn a_fit_machine_is_called_fit_and_a_warning_does_not_change_that() {
    let machine = Machine::fit();
    let ran = machine.doctor("").exits(0).says("Fit for sealing");
    ran.says("OK    network         no interface")
        .says("OK    swap            swap is off")
        .does_not_say("STOP");
    machine.file("proc/sys/kernel/core_pattern", "|/bin/collect\n");
    let ran = machine.doctor("").exits(0).says("WARN  core dumps ");
    ran.says("      sysctl -w kernel.core_pattern=core");
}

#[test]
fn a_network_or_swap_ends_with_5_and_says_what_to_do() {
    let machine = Machine::fit();
    machine.file("proc/self/net/if_inet6", ADDRESS);
    let ran = machine
        .doctor("")
        .exits(5)
        .says("STOP  network         a network is up: eth0");
    ran.says("      pull the cable")
        .says("not fit for sealing: network")
        .does_not_say("Fit for");
    machine.file(
        "proc/swaps",
        &format!("{SWAPS}/dev/dm-1 partition 1 0 -2\n"),
    );
    machine
        .doctor("")
        .exits(5)
        .says("not fit for sealing: network, swap");
}

#[test]
fn no_line_of_the_doctor_is_without_a_state_or_a_remedy() {
    let nothing = tempfile::tempdir().unwrap();
    let root = nothing.path().to_str().unwrap();
    let ran = run(nothing.path(), &["doctor", "--root", root]).exits(5);
    let mut lines = ran.out.lines().peekable();
    let mut checks = 0;
    while let Some(line) = lines.next() {
        let is_ok = line.starts_with("OK    ");
        assert!(
            is_ok || line.starts_with("WARN  ") || line.starts_with("STOP  "),
            "{line}"
        );
        assert!(line.chars().count() <= 80, "{line}");
        let found = " ".repeat(22);
        while lines.next_if(|line| line.starts_with(&found)).is_some() {}
        let remedy = lines.next_if(|line| line.starts_with("      "));
        assert_eq!(remedy.is_none(), is_ok, "{line}");
        while lines.next_if(|line| line.starts_with("      ")).is_some() {}
        checks += 1;
    }
    assert!(checks >= 18, "{checks}");
}

#[test]
fn a_wall_clock_is_compared_and_what_is_no_time_is_wrong_usage() {
    let machine = Machine::fit();
    let ran = run(
        machine.0.path(),
        &[
            "doctor",
            "--wall-clock",
            "2001-02-03 04:05",
            "--root",
            machine.0.path().to_str().unwrap(),
        ],
    );
    ran.exits(0).says("WARN  clock").says("years behind");
    machine
        .doctor("--wall-clock 14:05")
        .exits(0)
        .does_not_say("not compared");
    machine
        .doctor("--wall-clock noon")
        .exits(2)
        .says("YYYY-MM-DD HH:MM");
    machine
        .doctor("")
        .exits(0)
        .says("not compared with a clock");
}

#[test]
fn on_a_terminal_the_wall_clock_is_asked_until_it_is_one() {
    let machine = Machine::fit();
    let root = machine.0.path().to_str().unwrap();
    let start = || Pty::start(machine.0.path(), &["doctor", "--root", root]);
    let Some(mut pty) = start() else {
        return;
    };
    pty.expect("clock on the wall").types("noon");
    pty.expect("no time of the form");
    pty.expect("clock on the wall").types("2001-02-03 04:05");
    // whoever read it may have misread it
    pty.expect("A second person").types("2001-02-03 04:05");
    pty.ends().exits(0).says("years behind");
    let Some(mut pty) = start() else {
        return;
    };
    pty.expect("clock on the wall").types("");
    pty.ends().exits(0).says("not compared");
}

#[test]
fn scripts_get_every_check_with_its_state() {
    let machine = Machine::fit();
    machine.file("proc/self/net/if_inet6", ADDRESS);
    let ran = machine.doctor("--json").exits(5);
    let object: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let checks = object["checks"].as_array().unwrap();
    let state = |name: &str| {
        let check = checks.iter().find(|check| check["name"] == name).unwrap();
        check["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state("network"), "stop");
    assert_eq!(state("swap"), "ok");
    assert_eq!(state("hardware-clock"), "warn");
    let codes: Vec<&str> = object["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["refused"]);
}

#[test]
fn a_stick_that_is_also_a_keyboard_is_not_to_be_used() {
    let machine = Machine::fit();
    machine.plug("08\n");
    machine
        .doctor("")
        .exits(0)
        .says("OK    media           sdb (Ultra, serial 4C53), not mounted");
    let ran = machine.run("media").exits(0).does_not_say("DO NOT USE");
    ran.says("sdb      Ultra, serial 4C53, 15.3 GB")
        .says("  sdb1     not mounted");
    let machine = Machine::fit();
    machine.plug("03\n");
    machine.doctor("").exits(5).says("is also a keyboard");
    machine.run("media").exits(0).says("DO NOT USE");
    let ran = machine.run("media --json").exits(0);
    let object: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(object["media"][0]["do_not_use"], true);
    assert_eq!(object["media"][0]["serial"], "4C53");
}

#[test]
fn nothing_plugged_in_is_said() {
    let nothing = tempfile::tempdir().unwrap();
    let root = nothing.path().to_str().unwrap();
    run(nothing.path(), &["media", "--root", root])
        .exits(0)
        .says("Nothing that holds files");
}

/// Runs a script where there is no network but a loopback that is down, and `swaps` is what the kernel says of swap.
pub(crate) fn apart(scene: &Scene, swaps: &str, script: &str) -> Option<Output> {
    if !may_mount() {
        return None;
    }
    scene.put("swaps", swaps.as_bytes());
    let script = format!("mount --bind swaps /proc/swaps || exit 77\n{script}");
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net", "sh", "-c", &script, PROGRAM]);
    let output = unshare.current_dir(scene.dir()).output().unwrap();
    if output.status.code() == Some(77) {
        skipped(
            ROOT,
            "this machine does not let root mount over /proc/swaps",
        );
        return None;
    }
    Some(output)
}

/// The words of a sealing in production, as a line of shell.
pub(crate) fn sealing(more: &str) -> String {
    format!(
        "\"$0\" {}",
        Scene::seal_words(&format!("--exception devices=test {more}"))
    )
}

#[test]
fn a_machine_without_network_and_swap_seals_in_production_without_an_exception() {
    let scene = Scene::new();
    let Some(output) = apart(&scene, SWAPS, &format!("exec {}", sealing(""))) else {
        return;
    };
    let ran = Ran::of(&["seal"], &output).exits(0);
    ran.does_not_say("a network is up")
        .does_not_say("swap is on");
}

#[test]
fn swap_stops_a_sealing_in_production_unless_a_reason_is_given_and_never_a_rehearsal() {
    let swaps = format!("{SWAPS}/dev/dm-1 partition 8388604 0 -2\n");
    let scene = Scene::new();
    let Some(output) = apart(&scene, &swaps, &format!("exec {}", sealing(""))) else {
        return;
    };
    let ran = Ran::of(&["seal"], &output).exits(5);
    ran.says("swap is on (/dev/dm-1)")
        .says("swapoff -a")
        .says("coldvault doctor")
        .says("--exception host=REASON");
    everything_is_bare(&scene);
    let given = sealing("--exception host=burnt-afterwards");
    let rehearsed = format!("\"$0\" {}", Scene::seal_words("--rehearsal"));
    for script in [given, rehearsed] {
        let scene = Scene::new();
        let Some(output) = apart(&scene, &swaps, &format!("exec {script}")) else {
            return;
        };
        let ran = Ran::of(&["seal"], &output).exits(0);
        ran.says("warning: swap is on (/dev/dm-1)");
    }
}

#[test]
fn a_network_stops_a_sealing_in_production() {
    let up = "ip tuntap add t0 mode tun && ip addr add 192.0.2.1/24 dev t0 && ip link set t0 up || exit 78";
    let scene = Scene::new();
    let Some(output) = apart(&scene, SWAPS, &format!("{up}\nexec {}", sealing(""))) else {
        return;
    };
    if output.status.code() == Some(78) {
        return skipped(ROOT, "this machine makes no network interface");
    }
    let ran = Ran::of(&["seal"], &output)
        .exits(5)
        .says("a network is up: t0");
    ran.says("--exception host=REASON");
    everything_is_bare(&scene);
}

#[test]
fn swap_stops_a_copy_in_production_and_is_only_said_of_a_rehearsal_a_restore_and_a_verify() {
    let swaps = format!("{SWAPS}/dev/dm-1 partition 8388604 0 -2\n");
    let at_the_machine = |scene: &Scene, words: &str, exit: i32| {
        fs::create_dir_all(scene.at("new")).unwrap();
        let output = apart(scene, &swaps, &format!("exec \"$0\" {words}"))?;
        Some(
            Ran::of(&[words], &output)
                .exits(exit)
                .says("swap is on (/dev/dm-1)"),
        )
    };
    let real = production();
    let copy = "copy v1 new --exception devices=test";
    let Some(refused) = at_the_machine(&real, copy, 5) else {
        return;
    };
    refused.says("--exception host=REASON");
    real.is_bare("new");
    let aside = at_the_machine(&real, &format!("{copy} --exception host=test"), 0).unwrap();
    aside.says("reason given: \"test\"");
    at_the_machine(
        &real,
        "restore --from v1 --from legal1 --from ops1 --into out",
        0,
    );
    real.is_restored("out");
    at_the_machine(&real, "verify legal1", 0);
    at_the_machine(&sealed(), "copy v1 new --rehearsal", 0);
}

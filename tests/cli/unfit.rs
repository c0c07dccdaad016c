//! The two acceptance scenarios about a machine that is not fit: a laptop with swap and a network, and one whose clock is
//! dead while bad sticks are brought.

use std::fs;
use std::path::Path;
use std::process::Command;

use coldvault::ceremony::Ceremony;
use coldvault::error::Result;
use coldvault::inventory::Line;
use coldvault::payload::{Bounds, Deliver, unpack};

use crate::doctor::{ADDRESS, Machine, SWAPS, apart, sealing};
use crate::pty::Pty;
use crate::scene::{EXCEPTIONS, Scene};
use crate::seal::everything_is_bare;
use crate::support::{ROOT, Ran, TOOLS, skipped};

/// Keeps `ceremony.json` and nothing else.
#[derive(Default)]
struct OnlyCeremony(Vec<u8>);

impl Deliver for OnlyCeremony {
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()> {
        self.0 = bytes.to_vec();
        Ok(())
    }
    fn directory(&mut self, _: &[u8], _: u32, _: i64) -> Result<()> {
        Ok(())
    }
    fn file(&mut self, _: &[u8], _: u32, _: i64, _: u64, _: &mut dyn std::io::Read) -> Result<()> {
        Ok(())
    }
    fn link(&mut self, _: &[u8], _: &[u8], _: i64) -> Result<()> {
        Ok(())
    }
    fn skipped(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }
}

/// The record that lies in the vault.
fn record(scene: &Scene) -> Ceremony {
    let payload = fs::read(scene.file("v1", "payload.age")).unwrap();
    let bounds = Bounds {
        plain_bytes: 1 << 30,
        members: 1000,
    };
    let mut kept = OnlyCeremony::default();
    let input = std::io::Cursor::new(payload);
    unpack(&scene.key(), input, Path::new("v"), bounds, &mut kept).unwrap();
    Ceremony::from_bytes(&kept.0).unwrap()
}

#[test]
fn scenario_4_an_unsafe_laptop_is_refused_with_finding_and_remedy_and_goes_on_by_a_recorded_exception()
 {
    let machine = Machine::fit();
    let swap = "/dev/dm-1 partition 8388604 0 -2\n";
    machine.file("proc/swaps", &format!("{SWAPS}{swap}"));
    machine.file("proc/self/net/if_inet6", &ADDRESS.replace("eth0", "wlp2s0"));
    machine.file("sys/class/rfkill/rfkill0/type", "wlan\n");
    machine.file("sys/class/rfkill/rfkill0/name", "phy0\n");
    machine.file("sys/class/rfkill/rfkill0/state", "1\n");
    machine.file("sys/class/rfkill/rfkill0/soft", "0\n");
    machine.file("sys/class/rfkill/rfkill0/hard", "0\n");
    let ran = machine.doctor("").exits(5);
    ran.says("STOP  network         a network is up: wlp2s0")
        .says("WARN  radios          on: phy0 (Wi-Fi)")
        .says("      rfkill block all")
        .says("STOP  swap            swap is on (/dev/dm-1)")
        .says("      turn it off with: swapoff -a")
        .says("not fit for sealing: network, swap");
    // and the ceremony itself, where the kernel says the same
    let swaps = format!("{SWAPS}{swap}");
    let up = "ip tuntap add wlp2s0 mode tun && ip addr add 192.0.2.1/24 dev wlp2s0 && ip link set wlp2s0 up || exit 78";
    let on_it = |scene: &Scene, more: &str| {
        let script = format!("{up}\nexec {}", sealing(more));
        let output = apart(scene, &swaps, &script)?;
        if output.status.code() == Some(78) {
            skipped(ROOT, "this machine makes no network interface");
            return None;
        }
        Some(Ran::of(&["seal"], &output))
    };
    let scene = Scene::new();
    let Some(ran) = on_it(&scene, "") else {
        return;
    };
    ran.exits(5)
        .says("a network is up: wlp2s0")
        .says("swap is on (/dev/dm-1)")
        .says("swapoff -a")
        .says("--exception host=REASON");
    everything_is_bare(&scene);
    let ran = on_it(
        &scene,
        "--exception host=E-17-laptop-is-destroyed-afterwards",
    )
    .unwrap();
    ran.exits(0)
        .says("set aside: host (E-17-laptop-is-destroyed-afterwards)");
    let exceptions = record(&scene).exceptions;
    let mut given = exceptions.iter().filter(|given| given.rule == "host");
    assert_eq!(
        given.next().unwrap().reason,
        "E-17-laptop-is-destroyed-afterwards"
    );
}

/// What a machine with a dead battery shows when it was just switched on.
const DEAD: &str = "@2000-01-01 00:03:00";

fn has_faketime() -> bool {
    let has = Command::new("faketime").arg("--version").output();
    let has = has.is_ok_and(|output| output.status.success());
    if !has {
        skipped(TOOLS, "there is no faketime to set a program's clock");
    }
    has
}

/// A line of shell that starts the program on such a machine.
fn dead_clock() -> String {
    format!("exec faketime --exclude-monotonic -f '{DEAD}' \"$@\"")
}

/// Bad sticks are the kernel's truth: `.ci/ceremony` brings them, with a clock that was really set.
#[test]
fn scenario_14_on_a_dead_clock_the_wall_is_asked_twice_recorded_and_a_restore_refuses_nothing() {
    if !has_faketime() {
        return;
    }
    let scene = Scene::new();
    let words = Scene::seal_words(EXCEPTIONS);
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start_by(scene.dir(), &words, &dead_clock()) else {
        return;
    };
    pty.expect("What does a clock on the wall show? YYYY-MM-DD HH:MM, or");
    // without the day nobody knows the year
    pty.types("10:05").expect("no time of the form");
    pty.expect("on the wall").types("2026-11-23 10:05 +01:00");
    pty.expect("A second person")
        .types("2026-11-23 10:50 +01:00");
    pty.expect("The two do not agree").expect("on the wall");
    pty.types("2026-11-23 10:05 +01:00")
        .expect("A second person");
    pty.types("2026-11-23 10:06");
    pty.expect("the wall clock is 26 years ahead of this machine's");
    pty.ends().exits(0).says("SEALED: 8 of 8 carriers");
    let record = record(&scene);
    let wall = record.wall_clock.unwrap();
    assert_eq!((wall.zone, wall.readings), (Some(3600), 2));
    let shown = coldvault::time::Time::parse("2026-11-23T09:05:00Z").unwrap();
    let off = shown.unix() - (record.created.unix() + wall.ahead);
    assert!((0..60).contains(&off.abs()), "{off} s");
    assert!(record.created.date() == "2000-01-01", "{}", record.created);
    // years later, on a machine that is right, and on one whose battery is dead too
    let words = "restore --from v2 --from audit2 --from ops1 --into out";
    scene
        .run(words)
        .exits(0)
        .says("wall clock was 26 years ahead");
    scene.is_restored("out");
    let output = Command::new("faketime")
        .args(["--exclude-monotonic", "-f", "@1999-01-01 00:00:00"])
        .arg(crate::support::PROGRAM)
        .args("restore --from v2 --from audit2 --from ops1 --into again".split(' '))
        .current_dir(scene.dir())
        .output()
        .unwrap();
    Ran::of(&["restore"], &output).exits(0);
    scene.is_restored("again");
}

#[test]
fn in_production_the_wall_is_asked_of_two_people_and_enter_goes_on_without() {
    let swaps = "mount --bind swaps /proc/swaps || exit 77; exec \"$@\"";
    if !crate::support::may_mount() {
        return;
    }
    for answers in [&["12:00", ""][..], &[""]] {
        let scene = Scene::new();
        scene.put("swaps", SWAPS.as_bytes());
        let words = Scene::seal_words("--exception devices=test");
        let words: Vec<&str> = words.split_whitespace().collect();
        let script = format!("exec unshare --mount --net sh -c '{swaps}' sh \"$@\"");
        let Some(mut pty) = Pty::start_by(scene.dir(), &words, &script) else {
            return;
        };
        for (question, answer) in ["a clock on the wall", "A second person"]
            .iter()
            .zip(answers)
        {
            pty.expect(question).types(answer);
        }
        pty.ends().exits(0).says("SEALED: 8 of 8 carriers");
        let readings = record(&scene).wall_clock.map(|wall| wall.readings);
        assert_eq!(readings, (answers.len() > 1).then_some(1));
    }
}

#[test]
fn without_a_terminal_the_wall_clock_is_an_option_and_two_that_disagree_are_wrong_usage() {
    let scene = Scene::new();
    let seal = |scene: &Scene, clocks: &[&str]| {
        let words = Scene::seal_words("--rehearsal");
        let mut words: Vec<&str> = words.split_whitespace().collect();
        for clock in clocks {
            words.extend(["--wall-clock", clock]);
        }
        crate::support::run(scene.dir(), &words)
    };
    seal(&scene, &["2031-02-03 10:00", "2031-02-03 11:30 UTC"])
        .exits(2)
        .says("do not agree");
    seal(&scene, &["noon"]).exits(2).says("YYYY-MM-DD HH:MM");
    everything_is_bare(&scene);
    seal(&scene, &["2031-02-03 10:00 UTC", "2031-02-03 10:01 UTC"])
        .exits(0)
        .says("the wall clock is");
    assert_eq!(record(&scene).wall_clock.unwrap().readings, 2);
}

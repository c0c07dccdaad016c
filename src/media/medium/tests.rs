//! Each line of the table of [`Medium::not_apart`], on machines that do not exist.

use super::*;
use crate::media::device::tests::Fake;
use std::fs;
use std::os::unix::fs::symlink;

/// A stick with a partition, as it is plugged in.
#[derive(Clone, Copy)]
struct Stick {
    port: &'static str,
    name: &'static str,
    minor: u32,
    serial: &'static str,
    seq: Option<u32>,
    address: u32,
    uuid: &'static str,
}

const A: Stick = Stick {
    port: "1-1",
    name: "sda",
    minor: 0,
    serial: "AAAA",
    seq: Some(11),
    address: 5,
    uuid: "AAAA-0001",
};
const B: Stick = Stick {
    port: "1-2",
    name: "sdb",
    minor: 16,
    serial: "BBBB",
    seq: Some(12),
    address: 6,
    uuid: "BBBB-0002",
};

impl Stick {
    fn disk(&self) -> String {
        let (port, name) = (self.port, self.name);
        format!("pci0000:00/usb1/{port}/{port}:1.0/host6/target6:0:0/6:0:0:0/block/{name}")
    }

    fn serial(self, serial: &'static str) -> Self {
        Self { serial, ..self }
    }
}

/// The machine with these sticks in it, the first partition of each mounted.
fn machine(sticks: &[Stick]) -> Fake {
    let fake = Fake::new();
    let mut mounts = String::new();
    for stick in sticks {
        fake.stick(stick.port, stick.name, (8, stick.minor), stick.serial);
        let disk = stick.disk();
        fake.file(&format!("sys/devices/{disk}/size"), "30031872\n");
        fake.file(
            &format!("sys/devices/pci0000:00/usb1/{}/devnum", stick.port),
            &format!("{}\n", stick.address),
        );
        if let Some(seq) = stick.seq {
            fake.file(&format!("sys/devices/{disk}/diskseq"), &format!("{seq}\n"));
            fake.file(
                &format!("sys/block/{}/diskseq", stick.name),
                &format!("{seq}\n"),
            );
        }
        link(&fake, "by-uuid", stick.uuid, &format!("{}1", stick.name));
        let (number, name) = (stick.minor + 1, stick.name);
        let id = 100 + stick.minor;
        mounts += &format!("{id} 1 8:{number} / /media/{name} rw,nosuid - vfat /dev/{name}1 rw\n");
    }
    fake.mounts(&mounts);
    fake
}

fn link(fake: &Fake, dir: &str, name: &str, to: &str) {
    let dir = fake.resolver.dev.join("disk").join(dir);
    fs::create_dir_all(&dir).unwrap();
    if !name.is_empty() {
        symlink(format!("../../{to}"), dir.join(name)).unwrap();
    }
}

/// The medium with this device number, in the mount that the list has for it.
fn seen(fake: &Fake, minor: u32) -> Medium {
    let id = u64::from(100 + minor - minor % 16);
    fake.resolver
        .medium_of(&Fake::spot((8, minor), Some(id)), Some(7))
}

fn first(fake: &Fake, stick: Stick) -> Medium {
    seen(fake, stick.minor + 1)
}

#[test]
fn a_medium_that_was_taken_out_and_put_back_has_another_number_of_its_plugging() {
    let before = first(&machine(&[A]), A);
    let later = |stick: Stick| first(&machine(&[stick]), stick).was_replugged(&before);
    assert_eq!(later(A), Some(false));
    let again = Stick { seq: Some(15), ..A };
    assert_eq!(later(again), Some(true));
    let elsewhere = Stick {
        port: "1-2",
        name: "sdb",
        minor: 16,
        ..again
    };
    assert_eq!(later(elsewhere), Some(true));
    // an older kernel does not tell
    assert_eq!(later(Stick { seq: None, ..A }), None);
    let memory = Medium::at(Path::new("/proc"));
    assert_eq!(memory.was_replugged(&memory), None);
}

/// What is told of a stick that is put in, after `before` was written and everything but `stays` was pulled.
fn put_in(before: Stick, stays: &[Stick], stick: Stick) -> Returned {
    let machine_now = machine(&[stays, &[stick]].concat());
    first(&machine_now, stick).returned(&first(&machine(&[before]), before))
}

#[test]
fn only_the_medium_that_was_written_comes_back_and_only_when_it_was_out() {
    let again = Stick { seq: Some(15), ..A };
    let port = Stick {
        port: "1-2",
        name: "sdb",
        minor: 16,
        ..again
    };
    assert_eq!(put_in(A, &[], again), Returned::Yes);
    assert_eq!(put_in(A, &[B], again), Returned::Yes);
    assert_eq!(put_in(A, &[], port), Returned::Yes);
    assert_eq!(put_in(A, &[], A), Returned::Not);
    let clone = Stick { uuid: A.uuid, ..B };
    for stays in [&[][..], &[Stick { uuid: "", ..A }]] {
        let Returned::Another(why) = put_in(A, stays, clone) else {
            panic!("a copy, byte for byte, on another stick passes");
        };
        assert!(why.contains("BBBB") && why.contains("AAAA"), "{why}");
    }
    let formatted = Stick {
        uuid: "CCCC-0003",
        ..again
    };
    let Returned::Another(why) = put_in(A, &[], formatted) else {
        panic!("another file system on the same stick passes");
    };
    assert!(why.contains("CCCC-0003"), "{why}");
}

#[test]
fn a_twin_does_not_pass_while_the_stick_that_was_written_is_still_plugged_in() {
    let twin = Stick {
        port: "1-2",
        name: "sdb",
        minor: 16,
        seq: Some(15),
        address: 6,
        ..A
    };
    // of two file systems with one UUID udev links only one
    let Returned::Another(why) = put_in(A, &[Stick { uuid: "", ..A }], twin) else {
        panic!("it passes");
    };
    assert!(why.contains("plugged in besides"), "{why}");
}

#[test]
fn what_is_not_known_of_the_one_or_of_the_other_is_asked_for() {
    let again = Stick { seq: Some(15), ..A };
    for (before, now, what) in [
        (A, again.serial(""), "no serial number"),
        (A.serial(""), again, "no serial number"),
        (A, Stick { uuid: "", ..again }, "UUID"),
        (Stick { uuid: "", ..A }, again, "UUID"),
        (A, Stick { seq: None, ..A }, "number its pluggings"),
    ] {
        let told = put_in(before, &[], now);
        let Returned::Unknown(why) = told else {
            panic!("{told:?} without {what}");
        };
        assert!(why.contains(what), "{why}");
    }
    let memory = Medium::at(Path::new("/proc"));
    assert_eq!(memory.returned(&memory), Returned::Not, "the same mount");
    assert!(memory.stands_in(&memory));
    let fake = machine(&[A]);
    assert!(!first(&fake, A).stands_in(&first(&fake, A)), "a stick");
    let told = memory.returned(&first(&fake, A));
    assert!(matches!(told, Returned::Another(_)), "{told:?}");
}

/// Both sticks in the machine at once.
fn together(a: Stick, b: Stick) -> Option<String> {
    let fake = machine(&[a, b]);
    let (a, b) = (first(&fake, a), first(&fake, b));
    assert_eq!(a.not_apart(&b).is_some(), b.not_apart(&a).is_some());
    a.not_apart(&b)
}

/// The one after the other: the second machine has only the second stick.
fn in_turn(a: Stick, b: Stick) -> Option<String> {
    let (before, after) = (machine(&[a]), machine(&[b]));
    let mut a = first(&before, a);
    a.resolver = after.resolver.clone();
    let b = first(&after, b);
    assert_eq!(a.not_apart(&b).is_some(), b.not_apart(&a).is_some());
    a.not_apart(&b)
}

#[track_caller]
fn says(answer: Option<String>, text: &str) {
    assert!(
        answer.as_ref().is_some_and(|answer| answer.contains(text)),
        "{answer:?}"
    );
}

#[test]
fn a_medium_is_described_with_all_that_is_known_of_it() {
    let fake = machine(&[A, B]);
    let a = first(&fake, A);
    assert_eq!(a.describe(), "SanDisk Ultra, serial AAAA, 15.3 GB");
    assert_eq!(a.part, Part::Partition(1));
    assert_eq!(
        (a.uuid.as_deref(), a.kind.as_str()),
        (Some("AAAA-0001"), "vfat")
    );
    assert_eq!(a.point, Path::new("/media/sda"));
    assert_eq!((a.free_bytes, a.read_only), (Some(7), false));
    assert!(a.is_medium() && a.why_not().is_none());
}

#[test]
fn two_sticks_with_serial_numbers_of_their_own_are_two() {
    assert_eq!(together(A, B), None);
    assert_eq!(in_turn(A, B), None);
    let same_port = Stick {
        port: A.port,
        name: A.name,
        minor: A.minor,
        ..B
    };
    assert_eq!(in_turn(A, same_port), None);
    // a copy of the file system, byte for byte, is on another stick all the same
    assert_eq!(in_turn(A, Stick { uuid: A.uuid, ..B }), None);
}

#[test]
fn one_disk_in_one_plugging_is_one_whatever_lies_on_it() {
    let fake = machine(&[A, B]);
    let second = format!("{}/sda2", A.disk());
    fake.block("8:2", &second);
    fake.file(&format!("sys/devices/{second}/partition"), "2\n");
    link(&fake, "by-uuid", "CCCC-0003", "sda2");
    fake.block("253:0", "virtual/block/dm-0");
    fake.slave("virtual/block/dm-0", &second);
    let mounts = fs::read_to_string(fake.resolver.proc.join("self/mountinfo")).unwrap();
    fake.mounts(&format!(
        "{mounts}200 1 8:2 / /media/two rw - vfat /dev/sda2 rw\n201 1 253:0 / /media/lv rw - ext4 /dev/mapper/x rw\n"
    ));
    let a = first(&fake, A);
    let of = |number, id| fake.resolver.medium_of(&Fake::spot(number, Some(id)), None);
    let (two, lv) = (of((8, 2), 200), of((253, 0), 201));
    assert_eq!((two.part, lv.part), (Part::Partition(2), Part::Mapped));
    for other in [&a, &two, &lv] {
        says(
            a.not_apart(other),
            "both are on one disk, sda (SanDisk Ultra, serial AAAA)",
        );
        says(other.not_apart(&a), "one disk");
        assert_eq!(other.not_apart(&first(&fake, B)), None);
    }
}

#[test]
fn one_shared_disk_of_a_raid_makes_two_media_one() {
    let fake = machine(&[A, B]);
    fake.block("9:0", "virtual/block/md0");
    fake.slave("virtual/block/md0", &format!("{}/sda1", A.disk()));
    fake.slave("virtual/block/md0", &format!("{}/sdb1", B.disk()));
    let mounts = fs::read_to_string(fake.resolver.proc.join("self/mountinfo")).unwrap();
    fake.mounts(&format!(
        "{mounts}200 1 9:0 / /media/raid rw - ext4 /dev/md0 rw\n"
    ));
    let raid = fake
        .resolver
        .medium_of(&Fake::spot((9, 0), Some(200)), None);
    assert_eq!(raid.part, Part::Mapped);
    says(
        raid.not_apart(&first(&fake, B)),
        "both are on one disk, sdb",
    );
    says(
        first(&fake, A).not_apart(&raid),
        "both are on one disk, sda",
    );
}

#[test]
fn the_same_serial_number_is_one_stick_or_one_reader() {
    let again = Stick {
        serial: A.serial,
        uuid: "DDDD-0004",
        ..B
    };
    for answer in [together(A, again), in_turn(A, again)] {
        says(
            answer,
            "the same serial number (AAAA, SanDisk Ultra): one stick, or two cards in one reader",
        );
    }
}

#[test]
fn the_same_serial_number_on_another_model_is_another_stick() {
    let b = B.serial(A.serial);
    let fake = machine(&[A, b]);
    fake.file(
        &format!("sys/devices/{}/device/model", B.disk()),
        "Cruzer\n",
    );
    assert_eq!(first(&fake, A).not_apart(&first(&fake, b)), None);
}

#[test]
fn two_units_of_one_usb_device_are_one() {
    let (a, b) = (A.serial(""), B.serial(""));
    let fake = machine(&[a, b]);
    let mut two = first(&fake, b);
    let Device::Disks(disks) = &mut two.device else {
        panic!("no disks");
    };
    disks[0].usb = Some("1-1#5".into());
    says(first(&fake, a).not_apart(&two), "one USB device");
}

#[test]
fn sticks_without_a_serial_number_are_two_when_both_are_plugged_in() {
    assert_eq!(together(A.serial(""), B), None);
    assert_eq!(together(A.serial(""), B.serial("")), None);
    let nothing_known = |stick: Stick| Stick {
        uuid: "",
        ..stick.serial("")
    };
    assert_eq!(together(nothing_known(A), nothing_known(B)), None);
    let unnumbered = |stick| Stick {
        seq: None,
        ..nothing_known(stick)
    };
    says(together(unnumbered(A), unnumbered(B)), "no serial number");
}

#[test]
fn a_stick_that_was_pulled_meanwhile_is_not_there_at_once() {
    let fake = machine(&[
        A.serial(""),
        Stick {
            uuid: "",
            ..B.serial("")
        },
    ]);
    let (a, b) = (first(&fake, A), first(&fake, B));
    assert_eq!(a.not_apart(&b), None);
    // another stick has its name now
    fake.file("sys/block/sda/diskseq", "13\n");
    says(a.not_apart(&b), "no serial number");
    fs::remove_dir_all(fake.resolver.sys.join("block/sda")).unwrap();
    says(b.not_apart(&a), "no serial number");
}

#[test]
fn sticks_without_a_serial_number_one_after_another_are_told_apart_by_their_file_systems() {
    let later = Stick {
        port: A.port,
        name: A.name,
        minor: A.minor,
        address: 9,
        ..B.serial("")
    };
    let a = A.serial("");
    assert_eq!(in_turn(a, later), None);
    assert_eq!(in_turn(A, later), None, "a serial number on one of them");
    says(
        in_turn(
            a,
            Stick {
                uuid: a.uuid,
                ..later
            },
        ),
        "the same file system (UUID AAAA-0001)",
    );
    says(
        in_turn(a, Stick { uuid: "", ..later }),
        "no serial number, 15.3 GB has no serial",
    );
    says(in_turn(a, Stick { seq: None, ..later }), "no serial number");
    says(
        in_turn(
            a,
            Stick {
                seq: a.seq,
                ..later
            },
        ),
        "both are on one disk",
    );
}

#[test]
fn another_partition_of_a_stick_without_a_serial_number_is_no_other_stick() {
    let (a, later) = (
        A.serial(""),
        Stick {
            seq: Some(40),
            address: 9,
            ..A.serial("")
        },
    );
    let (before, after) = (machine(&[a]), machine(&[later]));
    let mut one = first(&before, a);
    one.resolver = after.resolver.clone();
    let second = format!("{}/sda2", later.disk());
    after.block("8:2", &second);
    after.file(&format!("sys/devices/{second}/partition"), "2\n");
    link(&after, "by-uuid", "EEEE-0005", "sda2");
    after.mounts("100 1 8:2 / /media/two rw - vfat /dev/sda2 rw\n");
    let two = seen(&after, 2);
    assert_eq!(two.uuid.as_deref(), Some("EEEE-0005"));
    says(one.not_apart(&two), "no serial number");
    // nor are two volumes of one LVM
    let mapped = Medium {
        part: Part::Mapped,
        ..two
    };
    let other = Medium {
        part: Part::Mapped,
        ..one
    };
    says(mapped.not_apart(&other), "no serial number");
}

#[test]
fn what_is_no_medium_is_apart_from_nothing_and_named() {
    let fake = machine(&[A]);
    let mounts = fs::read_to_string(fake.resolver.proc.join("self/mountinfo")).unwrap();
    fake.mounts(&format!(
        "{mounts}300 1 0:50 / / rw - overlay overlay rw\n301 1 0:51 / /m rw - nfs4 server:/x rw\n\
         302 1 0:52 / /t rw - tmpfs none rw\n303 1 8:99 / /gone rw - vfat /dev/sdx1 rw\n\
         304 1 0:53 / /s rw - fuse.sshfs user@host: rw\n"
    ));
    let a = first(&fake, A);
    for (number, id, words) in [
        (
            (0, 50),
            300,
            "an overlay of a live system or container (overlay), not a medium",
        ),
        ((0, 51), 301, "a network file system (nfs4), not a medium"),
        ((0, 52), 302, "a tmpfs (memory), not a medium"),
        ((8, 99), 303, "unknown device (it is no longer plugged in)"),
        (
            (0, 53),
            304,
            "a network file system (fuse.sshfs), not a medium",
        ),
        ((0, 99), 399, "unknown device (its mount is not listed)"),
    ] {
        let other = fake.resolver.medium_of(&Fake::spot(number, Some(id)), None);
        assert!(!other.is_medium());
        assert_eq!(other.describe(), words);
        assert_eq!(a.not_apart(&other).as_deref(), Some(words));
        assert_eq!(other.not_apart(&a).as_deref(), Some(words));
        says(other.not_apart(&other), words);
    }
}

#[test]
fn a_mount_is_the_same_until_anything_of_it_changes() {
    let fake = machine(&[A, B]);
    let a = first(&fake, A);
    assert!(a.is_same_mount(&first(&fake, A)));
    assert!(!a.is_same_mount(&first(&fake, B)));
    let swapped = machine(&[Stick { seq: Some(99), ..A }]);
    assert!(!a.is_same_mount(&first(&swapped, A)));
    let formatted = machine(&[Stick {
        uuid: "FFFF-0006",
        ..A
    }]);
    assert!(!a.is_same_mount(&first(&formatted, A)));
    fake.mounts("100 1 8:1 / /media/sda ro,nosuid - vfat /dev/sda1 rw\n");
    let read_only = first(&fake, A);
    assert!(read_only.read_only && !a.is_same_mount(&read_only));
    fake.mounts("101 1 8:1 / /media/sda rw,nosuid - vfat /dev/sda1 rw\n");
    let again = fake
        .resolver
        .medium_of(&Fake::spot((8, 1), Some(101)), None);
    assert!(again.is_medium() && !a.is_same_mount(&again));
    let gone = fake
        .resolver
        .medium_of(&Fake::spot((8, 1), Some(100)), None);
    assert!(!a.is_same_mount(&gone) && !gone.is_same_mount(&gone));
}

#[test]
fn the_directory_below_a_mount_point_is_not_the_medium() {
    let dir = tempfile::tempdir().unwrap();
    let point = dir.path().join("point");
    fs::create_dir(&point).unwrap();
    let below = Medium::at(&point);
    let mount = |what: &[&str]| {
        let done = std::process::Command::new(what[0])
            .args(&what[1..])
            .arg(&point)
            .output();
        done.is_ok_and(|done| done.status.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "none"]) {
        crate::tests::skipped(crate::tests::Need::Root, "a tmpfs cannot be mounted");
        return;
    }
    let on_it = Medium::at(&point);
    let same = Medium::at(&point);
    assert!(mount(&["umount", "-l"]));
    let after = Medium::at(&point);
    assert_eq!(
        on_it.why_not().as_deref(),
        Some("a tmpfs (memory), not a medium")
    );
    assert!(on_it.is_same_mount(&same));
    assert!(!on_it.is_same_mount(&below) && !on_it.is_same_mount(&after));
    assert!(below.is_same_mount(&after));
    let nowhere = Medium::at(&dir.path().join("nowhere"));
    assert!(!nowhere.is_medium() && !nowhere.is_same_mount(&nowhere));
}

/// A mounted place that is unmounted, and a loop device that is let go, whatever happens.
struct Real {
    point: PathBuf,
    device: Option<String>,
}

impl Real {
    fn mount(dir: &Path, name: &str, arguments: &[&str]) -> Option<Self> {
        let point = dir.join(name);
        fs::create_dir(&point).unwrap();
        let mounted = run("mount", &[arguments, &[point.to_str().unwrap()]].concat());
        mounted.map(|_| Self {
            point,
            device: None,
        })
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        run("umount", &["-l", self.point.to_str().unwrap()]);
        if let Some(device) = &self.device {
            run("losetup", &["-d", device]);
        }
    }
}

/// What a program printed, if it ended well.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let done = std::process::Command::new(program).args(arguments).output();
    let done = done.ok().filter(|done| done.status.success())?;
    String::from_utf8(done.stdout).ok()
}

/// An image with an MBR of two partitions of 8 MiB each.
fn partitioned(image: &Path) {
    let mut table = vec![0; 512];
    for (entry, first) in [(446, 2048u32), (462, 2048 + 16384)] {
        table[entry + 4] = 0x83;
        table[entry + 8..entry + 12].copy_from_slice(&first.to_le_bytes());
        table[entry + 12..entry + 16].copy_from_slice(&16384u32.to_le_bytes());
    }
    table[510..].copy_from_slice(&[0x55, 0xaa]);
    fs::write(image, table).unwrap();
    let file = fs::File::options().write(true).open(image).unwrap();
    file.set_len(18 << 20).unwrap();
}

/// Two partitions, bound a second time, of one loop device; and a loop device more.
fn real_mounts(dir: &Path) -> Option<Vec<Real>> {
    let image = dir.join("image");
    partitioned(&image);
    let device = run("losetup", &["-f", "--show", image.to_str()?])?;
    let device = device.trim().to_owned();
    // not by the kernel's own reader of partition tables: it may have none
    run("partx", &["-a", &device]);
    let mut all = Vec::new();
    for number in 1..=2 {
        let part = format!("{device}p{number}");
        if run("mkfs.ext4", &["-q", &part]).is_some() {
            all.extend(Real::mount(dir, &format!("part{number}"), &[&part]));
        }
    }
    let other = dir.join("other");
    fs::File::create(&other).unwrap().set_len(8 << 20).unwrap();
    run("mkfs.ext4", &["-q", other.to_str()?])?;
    all.extend(Real::mount(dir, "loop", &["-o", "loop", other.to_str()?]));
    let first = all.first()?.point.to_str()?.to_owned();
    all.extend(Real::mount(dir, "bound", &["--bind", &first]));
    match all.first_mut() {
        Some(first) if all_there(dir) => first.device = Some(device),
        _ => {
            run("losetup", &["-d", &device]);
            return None;
        }
    }
    Some(all)
}

fn all_there(dir: &Path) -> bool {
    ["part1", "part2", "loop", "bound"]
        .iter()
        .all(|name| dir.join(name).exists())
}

#[test]
fn real_partitions_loop_files_and_bind_mounts_of_one_disk_are_not_apart() {
    let dir = tempfile::tempdir().unwrap();
    let Some(all) = real_mounts(dir.path()) else {
        let why = "loop devices with partitions cannot be made and mounted";
        crate::tests::skipped(crate::tests::Need::Root, why);
        return;
    };
    let media: Vec<Medium> = all.iter().map(|one| Medium::at(&one.point)).collect();
    let [one, two, other, bound] = &media[..] else {
        panic!("four mounts");
    };
    for (a, b) in [(one, two), (one, other), (one, bound), (two, bound)] {
        says(a.not_apart(b), "");
        says(b.not_apart(a), "");
    }
    assert!(one.uuid.is_some() && one.uuid != two.uuid && one.uuid == bound.uuid);
    assert_eq!(one.kind, "ext4");
    assert!(one.is_same_mount(&Medium::at(&all[0].point)));
    assert!(!one.is_same_mount(bound) && !one.is_same_mount(two));
}

#[test]
fn a_real_overlay_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| {
        let path = dir.path().join(name);
        path.to_str().unwrap().to_owned()
    };
    let tmpfs = Real::mount(dir.path(), "tmpfs", &["-t", "tmpfs", "none"]);
    for name in ["tmpfs/upper", "tmpfs/work", "lower"] {
        let _ = fs::create_dir_all(path(name));
    }
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        path("lower"),
        path("tmpfs/upper"),
        path("tmpfs/work")
    );
    let arguments = ["-t", "overlay", "overlay", "-o", &options];
    let overlay = Real::mount(dir.path(), "overlay", &arguments);
    let (Some(_tmpfs), Some(overlay)) = (tmpfs, overlay) else {
        crate::tests::skipped(crate::tests::Need::Root, "an overlay cannot be mounted");
        return;
    };
    says(
        Medium::at(&overlay.point).why_not(),
        "an overlay of a live system or container",
    );
}

#[test]
fn a_folder_on_a_medium_unmounted_meanwhile_is_never_written_below_its_mount_point() {
    let dir = tempfile::tempdir().unwrap();
    let Some(real) = Real::mount(dir.path(), "point", &["-t", "tmpfs", "none"]) else {
        crate::tests::skipped(crate::tests::Need::Root, "a tmpfs cannot be mounted");
        return;
    };
    let seen = Medium::at(&real.point);
    let folder = crate::media::NewFolder::create(&real.point, "carrier").unwrap();
    assert!(seen.is_same_mount(&Medium::at(folder.path())));
    run("umount", &["-l", real.point.to_str().unwrap()]);
    // to the medium, through the folder that is still open, or nowhere
    let _ = folder.put("file", b"x");
    assert_eq!(fs::read_dir(&real.point).unwrap().count(), 0);
    assert!(!seen.is_same_mount(&Medium::at(folder.path())));
    // made below, when it was unmounted between the look and the making: noticed by looking again
    let below = crate::media::NewFolder::create(&real.point, "carrier").unwrap();
    assert!(!seen.is_same_mount(&Medium::at(below.path())));
    assert_eq!(below.discard(), Vec::<PathBuf>::new());
}

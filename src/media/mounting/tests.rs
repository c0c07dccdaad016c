//! What would be offered on machines that do not exist, and a real mount on this one.

use super::*;
use crate::media::device::tests::Fake;
use std::process::Command;

/// A machine with its disk and two sticks; nothing but the system is mounted.
fn machine() -> Fake {
    let fake = Fake::new();
    for (port, name, number) in [
        ("1-1", "sda", (8, 0)),
        ("1-2", "sdb", (8, 16)),
        ("1-3", "sdc", (8, 32)),
    ] {
        fake.stick(port, name, number, name);
        fake.listed(port, name);
        fake.interface(port, 0, "08");
    }
    fake.mounts(ROOT);
    fake
}

const ROOT: &str = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";

fn offered(fake: &Fake) -> Vec<String> {
    let all = fake.resolver.unmounted(&fake.resolver.plugged());
    all.into_iter().map(|medium| medium.part).collect()
}

#[test]
fn the_parts_of_sticks_that_nothing_uses_are_offered_and_never_the_disk_of_the_system() {
    assert_eq!(offered(&machine()), ["sdb1", "sdc1"]);
}

#[test]
fn a_disk_of_which_any_part_is_mounted_is_in_use() {
    let fake = machine();
    fake.mounts(&format!(
        "{ROOT}7 1 8:17 / /media/B rw - vfat /dev/sdb1 rw\n"
    ));
    fake.file("sys/block/sdb/sdb2/partition", "2\n");
    fake.file("sys/block/sdb/sdb2/size", "2048\n");
    assert_eq!(offered(&fake), ["sdc1"]);
}

#[test]
fn what_is_mapped_or_swapped_to_is_in_use() {
    let fake = machine();
    fs::create_dir_all(fake.resolver.sys.join("block/sdb/sdb1/holders/dm-0")).unwrap();
    assert_eq!(offered(&fake), ["sdc1"]);
    fake.file(
        "proc/swaps",
        "Filename\tType\tSize\n/dev/sdc1 partition 8388604 0 -2\n",
    );
    assert_eq!(offered(&fake), [""; 0]);
}

#[test]
fn a_built_in_disk_is_not_offered_and_a_usb_disk_that_does_not_call_itself_removable_is() {
    let fake = machine();
    let disk = |port: &str, name: &str| {
        format!(
            "sys/devices/pci0000:00/usb1/{port}/{port}:1.0/host6/target6:0:0/6:0:0:0/block/{name}"
        )
    };
    fake.file(&format!("{}/removable", disk("1-2", "sdb")), "0\n");
    fake.file(&format!("{}/removable", disk("1-3", "sdc")), "0\n");
    fake.file("sys/devices/pci0000:00/usb1/1-3/devnum", "7\n");
    assert_eq!(offered(&fake), ["sdc1"]);
}

#[test]
fn a_part_without_bytes_is_none() {
    let fake = machine();
    fake.file("sys/block/sdb/sdb1/size", "0\n");
    assert_eq!(offered(&fake), ["sdc1"]);
}

#[test]
fn what_is_not_the_disk_that_was_seen_is_not_mounted() {
    let fake = machine();
    let all = fake.resolver.unmounted(&fake.resolver.plugged());
    fs::create_dir_all(&fake.resolver.dev).unwrap();
    fs::write(fake.resolver.dev.join("sdb1"), "no device").unwrap();
    let refused = fake.resolver.mount_own(&all[0], None, true).unwrap_err();
    assert!(matches!(refused, Error::Io { .. }), "{refused}");
    assert!(refused.to_string().contains("not found"), "{refused}");
}

#[test]
fn only_file_systems_of_the_kernel_are_mounted() {
    for kind in [
        "vfat", "exfat", "ext2", "ext3", "ext4", "xfs", "btrfs", "ntfs",
    ] {
        assert!(driver(kind).is_some(), "{kind}");
    }
    for kind in ["encrypted (LUKS)", "iso9660", "fuseblk", ""] {
        assert!(driver(kind).is_none(), "{kind}");
    }
}

/// A loop device with an ext4 file system; `None` where this machine gives none.
fn loop_device(dir: &Path) -> Option<PathBuf> {
    let image = dir.join("image");
    fs::File::create(&image).unwrap().set_len(8 << 20).unwrap();
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).arg(&image).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8(output.stdout).unwrap())
    };
    run("mkfs.ext4", &["-q"])?;
    let device = run("losetup", &["--find", "--show"])?;
    Some(PathBuf::from(device.trim()))
}

struct Loop(PathBuf);

impl Drop for Loop {
    fn drop(&mut self) {
        let _ = Command::new("losetup").arg("-d").arg(&self.0).output();
    }
}

#[test]
fn what_is_mounted_here_runs_nothing_and_is_gone_when_it_is_unmounted() {
    let dir = tempfile::tempdir().unwrap();
    let device = rustix::process::geteuid()
        .is_root()
        .then(|| loop_device(dir.path()));
    let Some(device) = device.flatten().map(Loop) else {
        let why = "a loop device needs root, losetup and mkfs.ext4";
        return crate::tests::skipped(crate::tests::Need::Root, why);
    };
    let (kind, data) = driver("ext4").unwrap();
    let at = dir.path().join("at");
    fs::create_dir(&at).unwrap();
    for (place, read_only) in [(None, true), (Some(at.as_path()), false)] {
        let own = match mount_at(&device.0, kind, data, place, read_only) {
            Ok(own) => own,
            Err(error) => {
                let why = format!("this machine does not let root mount anything: {error}");
                return crate::tests::skipped(crate::tests::Need::Root, &why);
            }
        };
        let point = own.point().to_owned();
        let text = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let line = text
            .lines()
            .find(|line| line.contains(point.to_str().unwrap()))
            .unwrap();
        for option in [
            "nosuid",
            "nodev",
            "noexec",
            if read_only { "ro" } else { "rw" },
        ] {
            let options = line.split(' ').nth(5).unwrap();
            assert!(options.split(',').any(|one| one == option), "{line}");
        }
        // in use: given back, and told
        let open = fs::File::open(&point).unwrap();
        let (error, own) = own.unmount().unwrap_err();
        assert!(error.to_string().contains("unmount"), "{error}");
        drop(open);
        own.unmount().unwrap();
        assert_eq!(
            point.exists(),
            place.is_some(),
            "a made directory is removed"
        );
        assert!(
            !fs::read_to_string("/proc/self/mountinfo")
                .unwrap()
                .contains(point.to_str().unwrap())
        );
    }
    let own = mount_at(&device.0, kind, data, None, true).unwrap();
    let point = own.point().to_owned();
    drop(own);
    assert!(!point.exists(), "what is dropped is unmounted");
}

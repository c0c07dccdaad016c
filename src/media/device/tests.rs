//! Devices of machines that do not exist, and of this one.

use super::*;
use std::os::unix::fs::symlink;
use std::process::Command;

/// Whether both were followed to disks, and to none in common. What counts as two media is the business of `Medium`.
fn separate(a: &Device, b: &Device) -> bool {
    let (a, b) = (a.disks(), b.disks());
    !a.is_empty() && !b.is_empty() && !a.iter().any(|disk| b.contains(disk))
}

fn device_of(path: &Path) -> Device {
    Resolver::default().device_of(path)
}

/// A sysfs, a procfs and device nodes made of ordinary files.
pub(crate) struct Fake {
    dir: tempfile::TempDir,
    pub(crate) resolver: Resolver,
}

impl Fake {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let resolver = Resolver {
            sys: dir.path().join("sys"),
            proc: dir.path().join("proc"),
            dev: dir.path().join("dev"),
        };
        fs::create_dir_all(resolver.sys.join("dev/block")).unwrap();
        fs::create_dir_all(resolver.proc.join("self")).unwrap();
        Self { dir, resolver }
    }

    pub(crate) fn file(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Makes a block device's directory and its number.
    pub(crate) fn block(&self, number: &str, path: &str) {
        let block = self.resolver.sys.join("devices").join(path);
        fs::create_dir_all(&block).unwrap();
        symlink(&block, self.resolver.sys.join("dev/block").join(number)).unwrap();
    }

    /// Says that `upper` is mapped onto `lower`.
    pub(crate) fn slave(&self, upper: &str, lower: &str) {
        let devices = self.resolver.sys.join("devices");
        let slaves = devices.join(upper).join("slaves");
        fs::create_dir_all(&slaves).unwrap();
        symlink(
            devices.join(lower),
            slaves.join(lower.rsplit('/').next().unwrap()),
        )
        .unwrap();
    }

    /// A USB stick with one partition, as the kernel shows it.
    pub(crate) fn stick(&self, port: &str, name: &str, major_minor: (u32, u32), serial: &str) {
        let usb = format!("pci0000:00/usb1/{port}");
        let disk = format!("{usb}/{port}:1.0/host6/target6:0:0/6:0:0:0/block/{name}");
        self.file("sys/devices/pci0000:00/usb1/serial", "0000:00:14.0\n");
        self.file("sys/devices/pci0000:00/usb1/idVendor", "1d6b\n");
        self.file(&format!("sys/devices/{usb}/idVendor"), "0781\n");
        if !serial.is_empty() {
            self.file(&format!("sys/devices/{usb}/serial"), &format!("{serial}\n"));
        }
        let (major, minor) = major_minor;
        self.block(&format!("{major}:{minor}"), &disk);
        self.block(
            &format!("{major}:{}", minor + 1),
            &format!("{disk}/{name}1"),
        );
        self.file(&format!("sys/devices/{disk}/{name}1/partition"), "1\n");
        self.file(&format!("sys/devices/{disk}/removable"), "1\n");
        self.file(&format!("sys/devices/{disk}/device/vendor"), "SanDisk \n");
        self.file(
            &format!("sys/devices/{disk}/device/model"),
            "Ultra           \n",
        );
    }

    /// Lists a stick in `/sys/block`, with sizes.
    pub(crate) fn listed(&self, port: &str, name: &str) {
        let disk =
            format!("pci0000:00/usb1/{port}/{port}:1.0/host6/target6:0:0/6:0:0:0/block/{name}");
        self.listed_at(&disk, name);
        self.file(&format!("sys/block/{name}/size"), "4096\n");
        self.file(&format!("sys/block/{name}/{name}1/size"), "2048\n");
    }

    /// Lists a block device in `/sys/block`.
    pub(crate) fn listed_at(&self, device: &str, name: &str) {
        fs::create_dir_all(self.resolver.sys.join("block")).unwrap();
        let device = self.resolver.sys.join("devices").join(device);
        symlink(device, self.resolver.sys.join("block").join(name)).unwrap();
    }

    /// Says of which class an interface of a USB device is.
    pub(crate) fn interface(&self, port: &str, number: u8, class: &str) {
        let file = format!("sys/devices/pci0000:00/usb1/{port}/{port}:1.{number}/bInterfaceClass");
        self.file(&file, &format!("{class}\n"));
    }

    pub(crate) fn mounts(&self, text: &str) {
        self.file("proc/self/mountinfo", text);
    }

    pub(crate) fn device(&self, number: (u32, u32)) -> Device {
        self.mounted(number, None)
    }

    fn mounted(&self, number: (u32, u32), mount_id: Option<u64>) -> Device {
        into_device(self.resolver.follow_spot(&Self::spot(number, mount_id), 0))
    }

    /// A place with this device number, in the mount of this number.
    pub(crate) fn spot(number: (u32, u32), mount_id: Option<u64>) -> Spot {
        Spot {
            number,
            mount_id,
            unique_mount: None,
            path: "/media/A/folder".into(),
        }
    }
}

const PC: &str = "pci0000:00/ata1/host0/target0:0:0/0:0:0:0/block/sdz";

fn names(device: &Device) -> Vec<&str> {
    device
        .disks()
        .iter()
        .map(|disk| disk.name.as_str())
        .collect()
}

#[test]
fn a_partition_of_a_stick_is_the_stick_with_its_own_serial_number() {
    let fake = Fake::new();
    fake.stick("1-1", "sda", (8, 0), "4C53");
    fake.stick("1-2", "sdb", (8, 16), "");
    let a = fake.device((8, 1));
    assert_eq!(a.describe(), "sda (SanDisk Ultra, serial 4C53)");
    assert!(a.disks()[0].removable);
    assert_eq!(a, fake.device((8, 0)), "the whole disk and its partition");
    // not the serial number of the hub, which every stick on it would share
    assert_eq!(fake.device((8, 17)).describe(), "sdb (SanDisk Ultra)");
    assert!(separate(&a, &fake.device((8, 17))));
}

#[test]
fn two_partitions_of_one_disk_are_not_separate() {
    let fake = Fake::new();
    fake.stick("1-1", "sda", (8, 0), "1");
    let second = "pci0000:00/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sda/sda2";
    fake.block("8:2", second);
    fake.file(&format!("sys/devices/{second}/partition"), "2\n");
    assert!(!separate(&fake.device((8, 1)), &fake.device((8, 2))));
}

#[test]
fn disks_of_other_buses_have_their_serial_numbers_too() {
    let fake = Fake::new();
    fake.block("254:0", "pci0000:00/virtio1/block/vda");
    fake.file("sys/devices/pci0000:00/virtio1/block/vda/serial", "virt-1");
    fake.file(
        "sys/devices/pci0000:00/virtio1/block/vda/device/vendor",
        "0x1af4\n",
    );
    let nvme = "virtual/nvme-subsystem/nvme-subsys0/nvme0n1";
    fake.block("259:0", nvme);
    fake.file(
        &format!("sys/devices/{nvme}/device/serial"),
        "S5H9       \n",
    );
    fake.file(
        &format!("sys/devices/{nvme}/device/model"),
        "Samsung SSD 970\n",
    );
    fake.block("8:0", PC);
    fake.file(&format!("sys/devices/{PC}/device/wwid"), "naa.5002\n");
    fake.file(&format!("sys/devices/{PC}/device/vendor"), "ATA     \n");
    fake.file(
        &format!("sys/devices/{PC}/device/model"),
        "WDC WD10\x1b[2J\n",
    );
    assert_eq!(fake.device((254, 0)).describe(), "vda (serial virt-1)");
    assert_eq!(
        fake.device((259, 0)).describe(),
        "nvme0n1 (Samsung SSD 970, serial S5H9)"
    );
    assert_eq!(
        fake.device((8, 0)).describe(),
        "sdz (WDC WD10?[2J, serial naa.5002)"
    );
}

#[test]
fn a_mapped_device_is_all_the_disks_below_it() {
    let fake = Fake::new();
    fake.stick("1-1", "sda", (8, 0), "1");
    fake.stick("1-2", "sdb", (8, 16), "2");
    fake.stick("1-3", "sdc", (8, 32), "3");
    let part = |port: &str, name: &str| {
        format!("pci0000:00/usb1/{port}/{port}:1.0/host6/target6:0:0/6:0:0:0/block/{name}/{name}1")
    };
    fake.block("9:0", "virtual/block/md0");
    fake.slave("virtual/block/md0", &part("1-2", "sdb"));
    fake.slave("virtual/block/md0", &part("1-1", "sda"));
    fake.block("253:0", "virtual/block/dm-0");
    fake.slave("virtual/block/dm-0", "virtual/block/md0");
    let mapped = fake.device((253, 0));
    assert_eq!(names(&mapped), ["sda", "sdb"]);
    assert!(!separate(&mapped, &fake.device((8, 1))) && !separate(&fake.device((8, 17)), &mapped));
    assert!(separate(&mapped, &fake.device((8, 33))));
}

#[test]
fn mapped_devices_that_lie_on_each_other_without_end_are_unknown() {
    let fake = Fake::new();
    for (number, upper, lower) in [("253:0", "dm-0", "dm-1"), ("253:1", "dm-1", "dm-0")] {
        fake.block(number, &format!("virtual/block/{upper}"));
        fs::create_dir_all(fake.resolver.sys.join("devices/virtual/block").join(lower)).unwrap();
        fake.slave(
            &format!("virtual/block/{upper}"),
            &format!("virtual/block/{lower}"),
        );
    }
    assert!(matches!(fake.device((253, 0)), Device::Unknown(_)));
}

#[test]
fn a_loop_device_is_what_its_file_lies_on_and_unknown_without_it() {
    let fake = Fake::new();
    let image = tempfile::NamedTempFile::new().unwrap();
    let about = image.as_file().metadata().unwrap();
    let (major, minor) = (
        rustix::fs::major(about.dev()),
        rustix::fs::minor(about.dev()),
    );
    fake.block(&format!("{major}:{minor}"), PC);
    fake.block("7:0", "virtual/block/loop0");
    let backing = |text: &str| fake.file("sys/devices/virtual/block/loop0/loop/backing_file", text);
    backing(&format!("{}\n", image.path().to_str().unwrap()));
    assert_eq!(names(&fake.device((7, 0))), ["sdz"]);
    backing("/nowhere/image (deleted)\n");
    assert!(matches!(fake.device((7, 0)), Device::Unknown(_)));
}

#[test]
fn what_is_no_disk_is_named_for_what_it_is_and_separate_from_nothing() {
    let fake = Fake::new();
    fake.stick("1-1", "sda", (8, 0), "1");
    fake.block("252:0", "virtual/block/zram0");
    fake.mounts(
        "1 1 0:50 / / rw - overlay overlay rw\n2 1 0:51 / /media/A rw - nfs4 server:/export rw\n\
         3 1 0:52 / /media/A rw - fuse.sshfs user@host:/ rw\n",
    );
    assert_eq!(fake.device((252, 0)), Device::NotADevice("zram0".into()));
    assert_eq!(
        fake.mounted((0, 50), Some(1)),
        Device::NotADevice("overlay".into())
    );
    assert_eq!(
        fake.mounted((0, 51), Some(2)),
        Device::NotADevice("nfs4".into())
    );
    let sshfs = fake.device((0, 52));
    assert_eq!(
        sshfs.describe(),
        "a network file system (fuse.sshfs), not a medium"
    );
    assert!(matches!(
        fake.mounted((0, 52), Some(99)),
        Device::Unknown(_)
    ));
    let stick = fake.device((8, 1));
    let unknown = Device::Unknown("x".into());
    for other in [&sshfs, &unknown] {
        assert!(!separate(&stick, other) && !separate(other, &stick) && !separate(other, other));
    }
    assert!(!separate(&stick, &stick));
}

#[test]
fn a_file_system_with_a_number_of_its_own_is_the_disk_it_was_mounted_from() {
    // any device node will do: its number leads into the fake tree
    let Some((major, minor)) = number_of_node(Path::new("/dev/loop0")) else {
        crate::tests::skipped(crate::tests::Need::Root, "this machine has no /dev/loop0");
        return;
    };
    let fake = Fake::new();
    fake.block(&format!("{major}:{minor}"), PC);
    fake.stick("1-1", "sda", (8, 0), "1");
    fake.mounts("1 1 0:40 / /media/A rw - fuse.x /dev/loop0 rw\n2 1 0:41 / /media/B rw - btrfs /dev/loop0 rw\n");
    assert_eq!(names(&fake.device((0, 40))), ["sdz"]);
    assert_eq!(names(&fake.mounted((0, 99), Some(2))), ["sdz"]);
    let parts = fake.resolver.sys.join("fs/btrfs/uuid/devices");
    fs::create_dir_all(&parts).unwrap();
    for number in [format!("{major}:{minor}"), "8:0".into()] {
        let block = fake.resolver.block_dir_of(&number);
        symlink(&block, parts.join(block.file_name().unwrap())).unwrap();
    }
    assert_eq!(names(&fake.mounted((0, 99), Some(2))), ["sda", "sdz"]);
}

impl Resolver {
    fn block_dir_of(&self, number: &str) -> PathBuf {
        fs::canonicalize(self.sys.join("dev/block").join(number)).unwrap()
    }
}

#[test]
fn a_path_that_is_not_there_is_unknown() {
    assert!(matches!(
        device_of(Path::new("/nowhere/at/all")),
        Device::Unknown(_)
    ));
}

/// Something mounted, and unmounted whatever happens.
struct Mounted(PathBuf);

impl Mounted {
    fn new(arguments: &[&str], point: PathBuf) -> Option<Self> {
        fs::create_dir(&point).unwrap();
        let done = Command::new("mount").args(arguments).arg(&point).output();
        done.is_ok_and(|output| output.status.success())
            .then_some(Self(point))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_real_tmpfs_and_a_real_bind_mount_are_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let here = device_of(dir.path());
    let bound = Mounted::new(
        &["--bind", dir.path().to_str().unwrap()],
        dir.path().join("bound"),
    );
    let tmpfs = Mounted::new(&["-t", "tmpfs", "none"], dir.path().join("tmpfs"));
    let (Some(bound), Some(tmpfs)) = (bound, tmpfs) else {
        crate::tests::skipped(crate::tests::Need::Root, "mounting needs root");
        return;
    };
    assert_eq!(device_of(&bound.0), here);
    assert_eq!(device_of(&tmpfs.0), Device::NotADevice("tmpfs".into()));
    assert!(!separate(&device_of(&bound.0), &here));
}

#[test]
fn real_loop_devices_are_the_disk_that_their_images_lie_on() {
    let dir = tempfile::tempdir().unwrap();
    let here = device_of(dir.path());
    let mount = |name: &str| {
        let image = dir.path().join(name);
        fs::File::create(&image).unwrap().set_len(8 << 20).unwrap();
        let made = Command::new("mkfs.ext4").arg("-q").arg(&image).output();
        let made = made.is_ok_and(|output| output.status.success());
        let arguments = ["-o", "loop", image.to_str().unwrap()];
        Mounted::new(&arguments, dir.path().join(format!("{name}.mount"))).filter(|_| made)
    };
    let (Some(a), Some(b)) = (mount("a"), mount("b")) else {
        crate::tests::skipped(
            crate::tests::Need::Root,
            "a loop mount needs root and mkfs.ext4",
        );
        return;
    };
    let (a, b) = (device_of(&a.0), device_of(&b.0));
    assert_eq!((&a, &b), (&here, &here));
    assert!(!separate(&a, &b));
}

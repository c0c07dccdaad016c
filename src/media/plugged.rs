//! Everything that is plugged in and could hold files: each disk with its partitions, where they are mounted, and what
//! else the same USB device says it is.
//!
//! Knows the kernel's files. A stick that is also a keyboard types what it likes; one that is also a network card is a
//! network: neither can be seen from outside.

use std::fs;
use std::path::{Path, PathBuf};

use super::device::{self, Mount};
use super::{DiskId, Resolver};

/// The most disks, partitions of one, and interfaces of one that are looked at.
const MAX_EACH: usize = 64;
/// USB's class of disks (USB-IF, Defined Class Codes).
const MASS_STORAGE: &str = "08";

/// A disk, stick or card reader that is plugged in or built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugged {
    /// What the kernel tells about it.
    pub disk: DiskId,
    /// Whether the system itself lies on it.
    pub is_system: bool,
    /// What else the same USB device is.
    pub also: Vec<Also>,
    /// Its file systems, in the order of its partitions; the whole disk where it has none.
    pub parts: Vec<PluggedPart>,
}

/// What a USB device is beside a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Also {
    /// A keyboard, a mouse, or what types like one.
    Keyboard,
    /// A network card or modem.
    Network,
    /// Something else: its class, a number of two hexadecimal digits.
    Other([u8; 2]),
}

/// A partition, or a whole disk without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluggedPart {
    /// The kernel's name: "sdb1".
    pub name: String,
    /// Its size in bytes.
    pub bytes: Option<u64>,
    /// The type of its file system, where it is mounted; where it is not, see [`Resolver::kind_of`].
    pub kind: Option<String>,
    /// Where it is mounted; empty when it is not.
    pub mounted: Vec<MountedAt>,
}

/// One place where a part is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountedAt {
    /// The mount point.
    pub point: PathBuf,
    /// Whether it takes no writes.
    pub read_only: bool,
}

impl MountedAt {
    /// How many bytes are free for this user. Asks the file system, whose driver may take its time.
    pub fn free_bytes(&self) -> Option<u64> {
        super::medium::free_bytes(&self.point)
    }
}

impl Plugged {
    /// Everything that is plugged in now, by the kernel's names.
    pub fn now() -> Vec<Self> {
        Resolver::default().plugged()
    }

    /// Whether it pretends to be a disk and is something dangerous besides.
    pub fn is_dangerous(&self) -> bool {
        let bad = |also: &Also| matches!(also, Also::Keyboard | Also::Network);
        self.also.iter().any(bad)
    }

    /// Whether it can be pulled: the kernel calls it removable, or it is a USB device.
    pub fn can_be_pulled(&self) -> bool {
        self.disk.removable || self.disk.usb.is_some()
    }
}

impl Also {
    /// Says what it is: "a keyboard".
    pub fn as_text(&self) -> String {
        match self {
            Self::Keyboard => "a keyboard or mouse".to_owned(),
            Self::Network => "a network card or modem".to_owned(),
            Self::Other(class) => {
                let class: String = class.iter().copied().map(char::from).collect();
                format!("something else (USB class {class})")
            }
        }
    }

    /// Classes of USB-IF's Defined Class Codes: 03 input; 02, 0a and e0 modems, network cards and radios.
    fn of_class(class: &str) -> Option<Self> {
        match class {
            MASS_STORAGE => None,
            "03" => Some(Self::Keyboard),
            "02" | "0a" | "e0" => Some(Self::Network),
            other => Some(Self::Other(
                other.as_bytes().first_chunk().copied().unwrap_or(*b"??"),
            )),
        }
    }
}

impl Resolver {
    /// Everything that is plugged in now, by the kernel's names. What cannot be read is left out.
    pub fn plugged(&self) -> Vec<Plugged> {
        let mounts = device::read(&self.proc.join("self/mountinfo"));
        let mounts = device::parse(&mounts.unwrap_or_default());
        let root = mounts.iter().rfind(|mount| mount.point == Path::new("/"));
        let system = root.map_or_else(Vec::new, |root| self.disk_names(root));
        let mut disks: Vec<PathBuf> = inside(&self.sys.join("block"));
        disks.retain(|block| !device::is_no_disk(block) && holds_something(block));
        let disks = disks
            .iter()
            .map(|block| self.plugged_disk(block, &mounts, &system));
        disks.collect()
    }

    /// The type of the file system on a part that is not mounted, read from the device, which most users may not.
    pub fn kind_of(&self, part: &PluggedPart) -> Option<&'static str> {
        self.filesystem_kind(&part.name)
    }

    fn plugged_disk(&self, block: &Path, mounts: &[Mount], system: &[String]) -> Plugged {
        let disk = DiskId::read(block, &self.sys);
        let usb = device::usb_device(block, &self.sys);
        let mut also: Vec<Also> = usb.map_or_else(Vec::new, interfaces);
        also.sort();
        also.dedup();
        let is_part = |dir: &PathBuf| dir.join("partition").exists();
        let mut parts: Vec<PathBuf> = inside(block).into_iter().filter(is_part).collect();
        parts.sort_by_key(|part| device::number(&part.join("partition")));
        // A file system may lie on the whole disk beside a table of partitions that nobody uses.
        let on_whole = mounts.iter().any(|mount| self.is_on(mount, block));
        if parts.is_empty() || on_whole {
            parts.insert(0, block.to_owned());
        }
        Plugged {
            is_system: system.contains(&disk.name),
            parts: parts.iter().map(|part| self.part(part, mounts)).collect(),
            disk,
            also,
        }
    }

    fn part(&self, part: &Path, mounts: &[Mount]) -> PluggedPart {
        let name = device::name_of(part);
        let of_part: Vec<&Mount> = mounts
            .iter()
            .filter(|mount| self.is_on(mount, part))
            .collect();
        let mounted = of_part.iter().map(|mount| MountedAt {
            point: mount.point.clone(),
            read_only: mount.read_only,
        });
        let kind = of_part
            .first()
            .map(|mount| device::clean(mount.kind.as_encoded_bytes()));
        PluggedPart {
            bytes: device::number(&part.join("size")).and_then(|units| units.checked_mul(512)),
            kind,
            mounted: mounted.collect(),
            name,
        }
    }

    /// Whether a mount's file system lies on this part itself, or on what is mapped onto it (an encrypted volume).
    fn is_on(&self, mount: &Mount, part: &Path) -> bool {
        let Ok(block) = self.block_of(mount) else {
            return false;
        };
        block == part || self.lies_on(&block, part)
    }

    fn lies_on(&self, block: &Path, part: &Path) -> bool {
        let mut blocks = vec![block.to_owned()];
        // One level for each kind of mapping in use: LVM on an encrypted volume on RAID.
        for _ in 0..4 {
            blocks = blocks
                .iter()
                .flat_map(|block| inside(&block.join("slaves")))
                .take(MAX_EACH)
                .collect();
            if blocks.iter().any(|below| below == part) {
                return true;
            }
        }
        false
    }

    fn disk_names(&self, mount: &Mount) -> Vec<String> {
        let block = self.block_of(mount).ok();
        let device = block.map(|block| self.device_of_mounted(mount, &block));
        let disks = device.iter().flat_map(|device| device.disks());
        disks.map(|disk| disk.name.clone()).collect()
    }
}

/// What the interfaces of a USB device are, but for disks.
fn interfaces(usb: &Path) -> Vec<Also> {
    let classes = inside(usb).into_iter().filter_map(|dir| {
        let class = device::text(&dir.join("bInterfaceClass"))?;
        Also::of_class(&class.to_ascii_lowercase())
    });
    classes.collect()
}

/// A card reader without a card has no bytes.
fn holds_something(block: &Path) -> bool {
    device::number(&block.join("size")) != Some(0)
}

/// The real paths of a directory's entries, sorted by name.
fn inside(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .take(4 * MAX_EACH)
        .filter_map(|entry| fs::canonicalize(entry.ok()?.path()).ok())
        .filter(|path| path.is_dir())
        .collect();
    paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::device::tests::Fake;

    /// A machine with its disk and two sticks, in `/sys/block` too.
    fn machine() -> Fake {
        let fake = Fake::new();
        fake.stick("1-1", "sda", (8, 0), "SYSTEM");
        fake.stick("1-2", "sdb", (8, 16), "4C53");
        fake.stick("1-3", "sdc", (8, 32), "4C54");
        for (port, name) in [("1-1", "sda"), ("1-2", "sdb"), ("1-3", "sdc")] {
            fake.listed(port, name);
            fake.interface(port, 0, "08");
        }
        fake.mounts(
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n7 1 8:17 / /media/B ro - vfat /dev/sdb1 rw\n",
        );
        fake
    }

    fn named<'p>(all: &'p [Plugged], name: &str) -> &'p Plugged {
        all.iter()
            .find(|plugged| plugged.disk.name == name)
            .unwrap()
    }

    #[test]
    fn each_disk_is_listed_with_its_parts_and_where_they_are_mounted() {
        let fake = machine();
        let all = fake.resolver.plugged();
        let names: Vec<&str> = all
            .iter()
            .map(|plugged| plugged.disk.name.as_str())
            .collect();
        assert_eq!(names, ["sda", "sdb", "sdc"]);
        assert!(named(&all, "sda").is_system && !named(&all, "sdb").is_system);
        let stick = named(&all, "sdb");
        assert_eq!(stick.disk.serial.as_deref(), Some("4C53"));
        assert!(stick.can_be_pulled() && stick.also.is_empty() && !stick.is_dangerous());
        let [part] = stick.parts.as_slice() else {
            panic!("{:?}", stick.parts)
        };
        assert_eq!(
            (part.name.as_str(), part.kind.as_deref()),
            ("sdb1", Some("vfat"))
        );
        assert_eq!(part.bytes, Some(2048 * 512));
        let [at] = part.mounted.as_slice() else {
            panic!("{:?}", part.mounted)
        };
        assert_eq!(
            (at.point.as_path(), at.read_only),
            (Path::new("/media/B"), true)
        );
        let other = named(&all, "sdc");
        assert!(other.parts[0].mounted.is_empty());
    }

    #[test]
    fn a_stick_that_is_also_a_keyboard_or_a_network_card_is_dangerous() {
        for (class, also) in [
            ("03", Also::Keyboard),
            ("02", Also::Network),
            ("E0", Also::Network),
        ] {
            let fake = machine();
            fake.interface("1-2", 1, class);
            let all = fake.resolver.plugged();
            assert_eq!(named(&all, "sdb").also, [also]);
            assert!(named(&all, "sdb").is_dangerous());
            assert!(!named(&all, "sdc").is_dangerous(), "not its neighbour");
        }
        let fake = machine();
        fake.interface("1-2", 1, "ff");
        let all = fake.resolver.plugged();
        let stick = named(&all, "sdb");
        assert!(!stick.is_dangerous());
        assert_eq!(stick.also[0].as_text(), "something else (USB class ff)");
        fake.interface("1-2", 1, "\u{1b}[2J");
        assert_eq!(
            named(&fake.resolver.plugged(), "sdb").also[0].as_text(),
            "something else (USB class ?[)"
        );
        fake.interface("1-2", 1, "x");
        assert_eq!(
            named(&fake.resolver.plugged(), "sdb").also,
            [Also::Other(*b"??")]
        );
    }

    #[test]
    fn a_file_system_on_an_encrypted_volume_is_mounted_on_the_part_below() {
        let fake = machine();
        let part = "pci0000:00/usb1/1-3/1-3:1.0/host6/target6:0:0/6:0:0:0/block/sdc/sdc1";
        fake.block("253:0", "virtual/block/dm-0");
        fake.slave("virtual/block/dm-0", part);
        fake.mounts(
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n7 1 253:0 / /media/C rw - ext4 /dev/mapper/c rw\n",
        );
        let all = fake.resolver.plugged();
        assert_eq!(
            named(&all, "sdc").parts[0].mounted[0].point,
            Path::new("/media/C")
        );
        assert!(named(&all, "sdb").parts[0].mounted.is_empty());
    }

    #[test]
    fn a_reader_without_a_card_and_what_is_no_disk_are_not_listed() {
        let fake = machine();
        fake.file("sys/block/sdb/size", "0\n");
        fake.block("7:0", "virtual/block/loop0");
        fake.listed_at("virtual/block/loop0", "loop0");
        let all = fake.resolver.plugged();
        let names: Vec<&str> = all
            .iter()
            .map(|plugged| plugged.disk.name.as_str())
            .collect();
        assert_eq!(names, ["sda", "sdc"]);
    }

    #[test]
    fn a_file_system_on_the_whole_disk_is_its_only_part() {
        let fake = Fake::new();
        let disk = "pci0000:00/virtio1/block/vda";
        fake.block("254:0", disk);
        fake.listed_at(disk, "vda");
        fake.file("sys/block/vda/size", "2048\n");
        fake.mounts("1 0 254:0 / / rw - ext4 /dev/vda rw\n");
        let all = fake.resolver.plugged();
        assert_eq!(all[0].parts.len(), 1);
        assert_eq!(all[0].parts[0].name, "vda");
        assert!(all[0].is_system && !all[0].can_be_pulled());
    }

    #[test]
    fn a_machine_that_tells_nothing_has_nothing_plugged_in() {
        assert_eq!(Fake::new().resolver.plugged(), []);
    }

    #[test]
    fn what_is_plugged_in_here_can_be_read() {
        for plugged in Plugged::now() {
            assert!(!plugged.disk.name.is_empty() && !plugged.parts.is_empty());
        }
    }
}

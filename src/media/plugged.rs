//! Everything that is plugged in and could hold files: each disk with its partitions, where they are mounted, and what
//! else the same USB device says it is.
//!
//! Knows the kernel's files. A stick that is also a keyboard types what it likes; one that is also a network card is a
//! network: neither can be seen from outside.

use std::fs;
use std::path::{Path, PathBuf};

use super::device::{self, Mount};
use super::{Device, DiskId, Resolver};
use crate::listing;

/// The most entries of one of the kernel's directories that are looked at, and the most devices below one that are
/// followed. A disk's directory holds some fifty entries beside its partitions.
const MAX_ENTRIES: usize = 1024;
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
    /// Whether it pretends to be a disk and is something dangerous besides.
    pub fn is_dangerous(&self) -> bool {
        self.also.iter().any(|also| also.is_dangerous())
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

    /// Whether a disk has no business to be that.
    pub fn is_dangerous(self) -> bool {
        matches!(self, Self::Keyboard | Self::Network)
    }

    /// Classes of USB-IF's Defined Class Codes: 03 input; 02, 0a and e0 modems, network cards and radios; ef with
    /// subclass 04 and protocol 01 a network card in the manner of Windows (RNDIS).
    fn of_class(class: &str, subclass: &str, protocol: &str) -> Option<Self> {
        match (class, subclass, protocol) {
            (MASS_STORAGE, ..) => None,
            ("03", ..) => Some(Self::Keyboard),
            ("02" | "0a" | "e0", ..) | ("ef", "04", "01") => Some(Self::Network),
            (other, ..) => Some(Self::Other(
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

    /// What else the USB devices are that something lies on, sorted.
    pub fn also(&self, device: &Device) -> Vec<Also> {
        let disks = device.disks().iter();
        let blocks = disks.filter_map(|disk| {
            let listed = self.sys.join("block").join(&disk.name);
            fs::canonicalize(listed).ok()
        });
        sorted(blocks.flat_map(|block| self.beside(&block)).collect())
    }

    fn beside(&self, block: &Path) -> Vec<Also> {
        let usb = device::usb_device(block, &self.sys);
        sorted(usb.map_or_else(Vec::new, interfaces))
    }

    fn plugged_disk(&self, block: &Path, mounts: &[Mount], system: &[String]) -> Plugged {
        let disk = DiskId::read(block, &self.sys);
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
            also: self.beside(block),
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
                .take(MAX_ENTRIES)
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
    let dirs = own(usb).into_iter();
    dirs.flat_map(|dir| interface(&dir)).collect()
}

/// What one interface says it is by its numbers, and what the kernel made of it: a maker's own class (ff) says nothing.
fn interface(dir: &Path) -> Vec<Also> {
    let number = |name: &str| {
        let text = device::text(&dir.join(name));
        text.map(|text| text.to_ascii_lowercase())
    };
    let Some(class) = number("bInterfaceClass") else {
        return Vec::new();
    };
    let of = |name: &str| number(name).unwrap_or_default();
    let said = Also::of_class(&class, &of("bInterfaceSubClass"), &of("bInterfaceProtocol"));
    let mut all = made(dir);
    // "something else" is no news of what is known to be a network card
    all.extend(said.filter(|said| all.is_empty() || said.is_dangerous()));
    all
}

/// The devices that the kernel made of an interface: `net/eth1` below it, `input/input5` below it or below its HID device
/// (Linux, Documentation/ABI/testing/sysfs-class-net).
fn made(interface: &Path) -> Vec<Also> {
    let mut dirs = own(interface);
    let below: Vec<PathBuf> = dirs.iter().flat_map(|dir| own(dir)).collect();
    dirs.extend(below);
    let kinds = dirs
        .iter()
        .filter_map(|dir| match dir.file_name()?.to_str()? {
            "net" => Some(Also::Network),
            "input" => Some(Also::Keyboard),
            _ => None,
        });
    kinds.collect()
}

fn sorted(mut all: Vec<Also>) -> Vec<Also> {
    all.sort();
    all.dedup();
    all
}

/// A card reader without a card has no bytes.
fn holds_something(block: &Path) -> bool {
    device::number(&block.join("size")) != Some(0)
}

/// The directories in a directory, without those that a link only points to (a driver, a bus).
fn own(dir: &Path) -> Vec<PathBuf> {
    let mut dirs = inside(dir);
    dirs.retain(|below| below.parent() == Some(dir));
    dirs
}

/// The real paths of a directory's entries, sorted by name.
pub(super) fn inside(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = listing::list(dir) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .take(MAX_ENTRIES)
        .filter_map(|entry| fs::canonicalize(entry.ok()?.path()).ok())
        .filter(|path| path.is_dir())
        .collect();
    paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    paths
}

#[cfg(test)]
mod tests;

//! Which medium is in the port now, told apart from media that were there before.
//!
//! Knows disks, mounts and file systems as they were at one moment. Two moments are compared in `medium/apart.rs`.

mod apart;
mod returned;

use std::path::{Path, PathBuf};

use super::device::{self, Mount, Spot};
use super::{Device, DiskId, Resolver};

pub use returned::Returned;

/// A medium as it was seen at one moment, at one place. All text that came from it is short and printable.
#[derive(Clone, Debug)]
pub struct Medium {
    /// The disks it lies on.
    pub device: Device,
    /// What of the disk holds its file system.
    pub part: Part,
    /// The UUID of its file system, where udev tells it or the device may be read.
    pub uuid: Option<String>,
    /// The type of its file system: "vfat", "fuseblk"; empty where it is not known.
    pub kind: String,
    /// Where it was mounted.
    pub point: PathBuf,
    /// Whether it took no writes.
    pub read_only: bool,
    /// How many bytes were free for this user.
    pub free_bytes: Option<u64>,
    mount: Option<MountNumbers>,
    resolver: Resolver,
}

/// Where something that is written in clear stays when it is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// Nowhere: it is memory.
    Memory,
    /// On something that can be taken away and destroyed.
    Removable,
    /// On a disk of this machine, or nobody knows where.
    Fixed,
}

/// What of a disk holds a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole disk.
    Whole,
    /// The partition of this number.
    Partition(u64),
    /// Something that lies on disks: a RAID, LVM, an encrypted volume, a file behind a loop device.
    Mapped,
    /// No disk was found.
    Unknown,
}

/// How the kernel numbers one mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MountNumbers {
    /// Given to another mount later.
    id: u64,
    /// Never given again (Linux 6.8 and newer).
    unique: Option<u64>,
    device: (u32, u32),
    /// The plugging of the device, or of the loop device's file.
    seq: Option<u64>,
}

impl Medium {
    /// The medium that an existing path lies on now.
    pub fn at(path: &Path) -> Self {
        Resolver::default().medium_at(path)
    }

    /// Whether nothing was unmounted, swapped or remounted since `other` was seen: the very same mount of the same
    /// plugging. Not known counts as no.
    ///
    /// Before Linux 6.8 a medium that was unmounted and mounted again meanwhile, without being pulled, may pass.
    pub fn is_same_mount(&self, other: &Self) -> bool {
        let seqs = |medium: &Self| -> Vec<Option<u64>> {
            let disks = medium.device.disks().iter();
            disks.map(|disk| disk.seq).collect()
        };
        self.mount.is_some()
            && self.mount == other.mount
            && !matches!(self.device, Device::Unknown(_))
            && self.device == other.device
            && seqs(self) == seqs(other)
            && self.uuid == other.uuid
            && self.read_only == other.read_only
    }

    /// Whether it was taken out and put back since `before` was seen of the same medium: the kernel numbers each plugging.
    /// `None` where it does not tell: before Linux 5.15; what is no disk; a file on a disk of this machine that was set up
    /// anew (a loop device), which nobody takes out.
    pub fn was_replugged(&self, before: &Self) -> Option<bool> {
        let seqs = |medium: &Self| -> Option<Vec<u64>> {
            let disks = medium.device.disks().iter();
            let seqs: Option<Vec<u64>> = disks.map(|disk| disk.seq).collect();
            seqs.filter(|seqs| !seqs.is_empty())
        };
        let seq = |medium: &Self| medium.mount.and_then(|mount| mount.seq);
        let is_set_up_anew = match (seq(self), seq(before)) {
            (Some(now), Some(then)) => Some(now != then),
            _ => None,
        };
        match (seqs(self), seqs(before)) {
            (Some(now), Some(then)) if !now.iter().any(|seq| then.contains(seq)) => Some(true),
            (Some(_), Some(_)) if self.stay() == Stay::Removable => Some(false),
            _ if is_set_up_anew == Some(true) => None,
            (Some(_), Some(_)) => Some(false),
            _ => is_set_up_anew,
        }
    }

    /// Whether it is a physical medium of this machine.
    pub fn is_medium(&self) -> bool {
        !self.device.disks().is_empty()
    }

    /// Where clear text that is written here stays. What cannot be told counts as fixed.
    pub fn stay(&self) -> Stay {
        self.device.stay()
    }

    /// Why it is no medium, in words: "a tmpfs (memory), not a medium"; nothing when it is one.
    pub fn why_not(&self) -> Option<String> {
        (!self.is_medium()).then(|| self.device.describe())
    }

    /// Describes it for a table: model, serial number and size of its disk, or why it is no medium.
    pub fn describe(&self) -> String {
        match self.why_not() {
            Some(why) => why,
            None => {
                let disks = self.device.disks().iter();
                let all: Vec<String> = disks.map(DiskId::describe_for_later).collect();
                all.join(" + ")
            }
        }
    }
}

impl Device {
    /// Where clear text that is written to it stays. What cannot be told counts as fixed.
    pub fn stay(&self) -> Stay {
        let removable = |disk: &DiskId| disk.removable || disk.usb.is_some();
        match self {
            Self::NotADevice(what) if matches!(what.as_str(), "tmpfs" | "ramfs") => Stay::Memory,
            Self::Disks(disks) if disks.iter().all(removable) => Stay::Removable,
            Self::Disks(_) | Self::NotADevice(_) | Self::Unknown(_) => Stay::Fixed,
        }
    }
}

impl Resolver {
    /// The medium that an existing path lies on now.
    pub fn medium_at(&self, path: &Path) -> Medium {
        match Spot::of(path) {
            Ok(spot) => self.medium_of(&spot, free_bytes(path)),
            Err(error) => self.unknown(Device::Unknown(error.kind().to_string())),
        }
    }

    fn medium_of(&self, spot: &Spot, free_bytes: Option<u64>) -> Medium {
        let mount = match self.mount_of(spot) {
            Ok(mount) => mount,
            Err(device) => return self.unknown(device),
        };
        let medium = Medium {
            kind: device::clean(mount.kind.as_encoded_bytes()),
            point: mount.point.clone(),
            read_only: mount.read_only,
            free_bytes,
            mount: Some(MountNumbers {
                id: mount.id,
                unique: spot.unique_mount,
                device: mount.number,
                seq: self.seq_of(mount.number),
            }),
            ..self.unknown(Device::Unknown(String::new()))
        };
        match self.block_of(&mount) {
            Ok(block) => self.with_block(medium, &mount, &block),
            Err(device) => Medium { device, ..medium },
        }
    }

    /// Fills in what the block device tells.
    fn with_block(&self, medium: Medium, mount: &Mount, block: &Path) -> Medium {
        let name = device::name_of(block);
        let device = self.device_of_mounted(mount, block);
        let partition = device::number(&block.join("partition"));
        let is_direct = device
            .disks()
            .iter()
            .any(|disk| block.iter().any(|part| part == disk.name.as_str()));
        let part = match partition {
            _ if device.disks().is_empty() => Part::Unknown,
            _ if !is_direct || device.disks().len() > 1 => Part::Mapped,
            Some(number) => Part::Partition(number),
            None => Part::Whole,
        };
        Medium {
            device,
            part,
            uuid: self.filesystem_uuid(&name),
            ..medium
        }
    }

    fn unknown(&self, device: Device) -> Medium {
        Medium {
            device,
            part: Part::Unknown,
            uuid: None,
            kind: String::new(),
            point: PathBuf::new(),
            read_only: false,
            free_bytes: None,
            mount: None,
            resolver: self.clone(),
        }
    }
}

/// How many bytes are free for this user on the file system of a path.
pub(super) fn free_bytes(path: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(path).ok()?;
    told.f_bavail.checked_mul(told.f_frsize)
}

#[cfg(test)]
mod tests;

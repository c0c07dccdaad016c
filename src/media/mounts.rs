//! Which media are mounted now, and which were mounted since: what a prompt watches while it waits for a stick.
//!
//! Looked at several times a second, so it reads one list of the kernel's and goes deeper only when that has changed.

use std::path::{Path, PathBuf};

use super::device;
use super::{Medium, Resolver};

/// A mounted file system that lies on a block device of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where it is mounted.
    pub point: PathBuf,
    /// The type of its file system: "vfat", "fuseblk". Short and printable.
    pub kind: String,
    /// What is mounted: "/dev/sdb1". Short and printable.
    pub source: String,
    /// Whether it takes no writes.
    pub read_only: bool,
    /// Whether it lies on the disk of `/`, as the system's own mounts do.
    pub is_system: bool,
    /// Whether the kernel calls each of its disks removable. (Some USB disks do not.)
    pub is_removable: bool,
    /// The kernel's number of the mount; given to another one later.
    pub id: u64,
    number: (u32, u32),
    seq: Option<u64>,
}

/// The file systems on block devices that were mounted at one moment, in the order of mounting.
#[derive(Clone, Debug)]
pub struct Mounts {
    list: Vec<Mount>,
    text: Vec<u8>,
    resolver: Resolver,
}

impl Mounts {
    /// What is mounted now. A list that cannot be read counts as empty.
    pub fn now() -> Self {
        Resolver::default().mounts()
    }

    /// Looks again; returns whether anything is different. Cheap when nothing is.
    pub fn update(&mut self) -> bool {
        let text = self.resolver.mount_text();
        let swapped = |mount: &Mount| self.resolver.seq_of(mount.number) != mount.seq;
        if text == self.text && !self.list.iter().any(swapped) {
            return false;
        }
        let new = self.resolver.mounts_of(text);
        let is_different = new.list != self.list;
        *self = new;
        is_different
    }

    /// All of them.
    pub fn list(&self) -> &[Mount] {
        &self.list
    }

    /// Those that are not in `before`, or were swapped since.
    pub fn new_since(&self, before: &Self) -> Vec<Mount> {
        let key = |mount: &Mount| (mount.id, mount.number, mount.seq, mount.point.clone());
        let known: Vec<_> = before.list.iter().map(key).collect();
        let new = self
            .list
            .iter()
            .filter(|mount| !known.contains(&key(mount)));
        new.cloned().collect()
    }
}

impl Resolver {
    /// What is mounted now.
    pub fn mounts(&self) -> Mounts {
        self.mounts_of(self.mount_text())
    }

    fn mount_text(&self) -> Vec<u8> {
        device::read(&self.proc.join("self/mountinfo")).unwrap_or_default()
    }

    fn mounts_of(&self, text: Vec<u8>) -> Mounts {
        let all = device::parse(&text);
        let root = all.iter().rfind(|mount| mount.point == Path::new("/"));
        let root = root.map(|mount| self.disks_of(mount)).unwrap_or_default();
        let list = all.iter().filter_map(|mount| self.mount(mount, &root));
        Mounts {
            list: list.collect(),
            text,
            resolver: self.clone(),
        }
    }

    fn disks_of(&self, mount: &device::Mount) -> Vec<super::DiskId> {
        let block = self.block_of(mount).ok();
        block.map_or_else(Vec::new, |block| {
            self.device_of_mounted(mount, &block).disks().to_vec()
        })
    }

    fn mount(&self, mount: &device::Mount, root: &[super::DiskId]) -> Option<Mount> {
        let disks = self.disks_of(mount);
        let is_system = disks
            .iter()
            .any(|disk| root.iter().any(|of_root| of_root.name == disk.name));
        (!disks.is_empty()).then(|| Mount {
            point: mount.point.clone(),
            kind: device::clean(mount.kind.as_encoded_bytes()),
            source: device::clean(mount.source.as_encoded_bytes()),
            read_only: mount.read_only,
            is_system,
            is_removable: disks.iter().all(|disk| disk.removable),
            id: mount.id,
            number: mount.number,
            seq: self.seq_of(mount.number),
        })
    }

    /// Which plugging a device number stands for now: `diskseq` of the whole disk.
    pub(super) fn seq_of(&self, (major, minor): (u32, u32)) -> Option<u64> {
        let block = self.sys.join(format!("dev/block/{major}:{minor}"));
        device::number(&block.join("diskseq")).or_else(|| device::number(&block.join("../diskseq")))
    }
}

impl Mount {
    /// The medium that is mounted here now.
    pub fn medium(&self) -> Medium {
        Medium::at(&self.point)
    }
}

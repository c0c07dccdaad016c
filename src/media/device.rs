//! On which physical disks a path lies, and whether two paths lie on separate ones.
//!
//! Knows the kernel's view in /proc and /sys: mounts, partitions, loop devices, mapped devices. Whatever cannot be
//! followed to a disk counts as not separate from anything. Asks the kernel's files only: no udev, no library.
//!
//! It tells disks apart, not media: two cards read in one card reader, one after the other, are one disk here.

mod disk;
mod filesystem;
mod mounts;
mod named;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, StatxFlags};

use crate::listing;

pub use disk::DiskId;

pub(super) use disk::{clean, name_of, number, text, usb_device};
pub(super) use mounts::{Mount, parse, read};
pub(super) use named::is_no_disk;

/// How many loop devices and mapped devices may lie on each other.
const MAX_DEPTH: usize = 8;
/// How many parts one mapped device may have.
const MAX_PARTS: usize = 64;

/// `STATX_MNT_ID_UNIQUE` of linux/stat.h; an older kernel leaves it out of its answer.
const MNT_ID_UNIQUE: StatxFlags = StatxFlags::from_bits_retain(0x4000);

/// What a path lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Device {
    /// These disks: one, or more for a RAID and the like. Sorted, never empty.
    Disks(Vec<DiskId>),
    /// Something that is no disk of this machine, named for what it is: "tmpfs", "nfs4", "zram0".
    NotADevice(String),
    /// It could not be found out; the reason.
    Unknown(String),
}

impl Device {
    /// Describes the device for a table. Text that came from the device is cut to 64 printable characters.
    pub fn describe(&self) -> String {
        match self {
            Self::Disks(disks) => disks
                .iter()
                .map(DiskId::describe)
                .collect::<Vec<_>>()
                .join(" + "),
            Self::NotADevice(what) => format!("{}, not a medium", named::in_words(what)),
            Self::Unknown(why) => format!("unknown device ({why})"),
        }
    }

    /// Whether it is reached over a network.
    pub fn is_far(&self) -> bool {
        matches!(self, Self::NotADevice(what) if named::in_words(what).starts_with("a network "))
    }

    /// The disks; none for what was not followed to one.
    pub fn disks(&self) -> &[DiskId] {
        match self {
            Self::Disks(disks) => disks,
            Self::NotADevice(_) | Self::Unknown(_) => &[],
        }
    }
}

/// Follows paths to disks through the kernel's file systems, or a test's.
#[derive(Clone, Debug)]
pub struct Resolver {
    /// Where sysfs is.
    pub sys: PathBuf,
    /// Where procfs is.
    pub proc: PathBuf,
    /// Where the device nodes are.
    pub dev: PathBuf,
}

impl Default for Resolver {
    fn default() -> Self {
        Self {
            sys: "/sys".into(),
            proc: "/proc".into(),
            dev: "/dev".into(),
        }
    }
}

/// Disks, or the [`Device`] that says why there are none.
type Followed = Result<BTreeSet<DiskId>, Device>;

impl Resolver {
    /// Returns the device that an existing path lies on.
    pub fn device_of(&self, path: &Path) -> Device {
        into_device(self.follow_path(path, 0))
    }

    fn follow_path(&self, path: &Path, depth: usize) -> Followed {
        let spot = Spot::of(path).map_err(|error| Device::Unknown(error.kind().to_string()))?;
        self.follow_spot(&spot, depth)
    }

    fn follow_spot(&self, spot: &Spot, depth: usize) -> Followed {
        if let Some(block) = self.block_dir(spot.number) {
            return self.follow_block(&block, depth);
        }
        let mount = self.mount_of(spot)?;
        let block = self.block_of(&mount)?;
        self.follow_mounted(&mount, &block, depth)
    }

    /// The mount that a spot is in.
    pub(super) fn mount_of(&self, spot: &Spot) -> Result<Mount, Device> {
        let text = read(&self.proc.join("self/mountinfo"));
        let text = text.map_err(|error| Device::Unknown(error.kind().to_string()))?;
        mounts::find(parse(&text), spot.mount_id, &spot.path)
            .ok_or_else(|| Device::Unknown("its mount is not listed".into()))
    }

    /// The kernel's directory of what is mounted: a whole disk, a partition, a mapped device.
    pub(super) fn block_of(&self, mount: &Mount) -> Result<PathBuf, Device> {
        if let Some(block) = self.block_dir(mount.number) {
            return Ok(block);
        }
        if mount.number.0 != 0 {
            return Err(Device::Unknown("it is no longer plugged in".into()));
        }
        // btrfs and FUSE have a number of their own; the disk is the one they were mounted from
        let source = number_of_node(Path::new(&mount.source));
        let block = source.and_then(|number| self.block_dir(number));
        block.ok_or_else(|| Device::NotADevice(clean(mount.kind.as_encoded_bytes())))
    }

    /// The device of a mount whose block device is `block`.
    pub(super) fn device_of_mounted(&self, mount: &Mount, block: &Path) -> Device {
        into_device(self.follow_mounted(mount, block, 0))
    }

    fn follow_mounted(&self, mount: &Mount, block: &Path, depth: usize) -> Followed {
        if mount.kind == "btrfs" {
            return self.follow_all(&self.btrfs_parts(block), depth);
        }
        self.follow_block(block, depth)
    }

    /// The kernel's directory of a block device, as its real path.
    fn block_dir(&self, (major, minor): (u32, u32)) -> Option<PathBuf> {
        fs::canonicalize(self.sys.join(format!("dev/block/{major}:{minor}"))).ok()
    }

    fn follow_block(&self, block: &Path, depth: usize) -> Followed {
        if depth > MAX_DEPTH {
            return Err(Device::Unknown("too many devices on each other".into()));
        }
        let is_part = block.join("partition").exists();
        let block = if is_part {
            block.parent().unwrap_or(block)
        } else {
            block
        };
        if let Some(file) = backing_file(block) {
            return self.follow_path(&file, depth + 1);
        }
        let below = entries(&block.join("slaves"));
        if !below.is_empty() {
            return self.follow_all(&below, depth + 1);
        }
        if is_no_disk(block) {
            return Err(Device::NotADevice(name_of(block)));
        }
        Ok(BTreeSet::from([DiskId::read(block, &self.sys)]))
    }

    fn follow_all(&self, blocks: &[PathBuf], depth: usize) -> Followed {
        if blocks.len() > MAX_PARTS {
            return Err(Device::Unknown("too many parts".into()));
        }
        let mut disks = BTreeSet::new();
        for block in blocks {
            disks.extend(self.follow_block(block, depth)?);
        }
        Ok(disks)
    }

    /// All devices of the btrfs file system that `block` belongs to: its mount names only one of them.
    fn btrfs_parts(&self, block: &Path) -> Vec<PathBuf> {
        let name = name_of(block);
        let systems = entries(&self.sys.join("fs/btrfs"));
        let all = systems
            .iter()
            .map(|system| entries(&system.join("devices")));
        let ours = all
            .into_iter()
            .find(|parts| parts.iter().any(|part| name_of(part) == name));
        ours.unwrap_or_else(|| vec![block.to_owned()])
    }
}

fn into_device(followed: Followed) -> Device {
    match followed {
        Ok(disks) => Device::Disks(disks.into_iter().collect()),
        Err(device) => device,
    }
}

/// Where a path is, in the kernel's terms.
pub(super) struct Spot {
    number: (u32, u32),
    mount_id: Option<u64>,
    /// A mount's number that is never given again (Linux 6.8 and newer).
    pub(super) unique_mount: Option<u64>,
    path: PathBuf,
}

impl Spot {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        let about = fs::metadata(&path)?;
        // a loop device may lie on a device node instead of a file
        let number = if about.file_type().is_block_device() {
            about.rdev()
        } else {
            about.dev()
        };
        let number = (rustix::fs::major(number), rustix::fs::minor(number));
        Ok(Self {
            number,
            mount_id: mount_id(&path, StatxFlags::MNT_ID),
            unique_mount: mount_id(&path, MNT_ID_UNIQUE),
            path,
        })
    }
}

fn mount_id(path: &Path, wanted: StatxFlags) -> Option<u64> {
    let told = rustix::fs::statx(rustix::fs::CWD, path, AtFlags::empty(), wanted).ok()?;
    let has = told.stx_mask & wanted.bits() != 0;
    has.then_some(told.stx_mnt_id)
}

/// The number of the block device that a path in /dev is.
fn number_of_node(path: &Path) -> Option<(u32, u32)> {
    let about = fs::metadata(path).ok().filter(|_| path.is_absolute())?;
    let is_block = about.file_type().is_block_device();
    is_block.then(|| {
        (
            rustix::fs::major(about.rdev()),
            rustix::fs::minor(about.rdev()),
        )
    })
}

/// The file that a loop device lies on.
fn backing_file(block: &Path) -> Option<PathBuf> {
    let mut text = disk::read_bounded(&block.join("loop/backing_file"))?;
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    Some(PathBuf::from(std::ffi::OsString::from_vec(text)))
}

/// The real paths of a directory's entries, at most one more than [`MAX_PARTS`].
fn entries(dir: &Path) -> Vec<PathBuf> {
    let Ok(list) = listing::list(dir) else {
        return Vec::new();
    };
    let paths = list
        .take(MAX_PARTS + 1)
        .filter_map(|entry| fs::canonicalize(entry.ok()?.path()).ok());
    paths.collect()
}

#[cfg(test)]
pub(super) mod tests;

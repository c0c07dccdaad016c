//! Media that are plugged in and not mounted, and mounting one of them for a while: for a process of root, with file systems
//! that the kernel itself has.
//!
//! Knows devices and directories. What the system, another mount, a mapping or swap uses is left alone, and nothing is ever
//! repaired: a file system that does not mount is for somebody who can look at it.

use std::ffi::CStr;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

use super::device;
use super::folder::open_dir;
use super::plugged::inside;
use super::{Also, DiskId, Plugged, PluggedPart, Resolver};
use crate::error::{Error, Result};

/// Where a directory for a mount is made: the first that takes one. The root may be read-only.
const PLACES: [&str; 3] = ["/run", "/dev/shm", "/tmp"];

/// A part of a removable or USB disk that nothing uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmounted {
    /// The disk.
    pub disk: DiskId,
    /// What else the same USB device is.
    pub also: Vec<Also>,
    /// The kernel's name of the part: "sdb1".
    pub part: String,
}

impl Resolver {
    /// The parts of plugged-in disks that could be mounted: on no disk of the system, on none of which anything is in use,
    /// removable or on USB.
    pub fn unmounted(&self, plugged: &[Plugged]) -> Vec<Unmounted> {
        let swaps = device::read(&self.proc.join("swaps")).unwrap_or_default();
        let swaps = String::from_utf8_lossy(&swaps).into_owned();
        let free = plugged.iter().filter(|disk| self.is_free(disk, &swaps));
        let parts = free.flat_map(|plugged| plugged.parts.iter().map(move |part| (plugged, part)));
        parts
            .filter(|(_, part)| part.bytes != Some(0))
            .map(|(plugged, part)| Unmounted {
                disk: plugged.disk.clone(),
                also: plugged.also.clone(),
                part: part.name.clone(),
            })
            .collect()
    }

    fn is_free(&self, plugged: &Plugged, swaps: &str) -> bool {
        let disk = &plugged.disk;
        let is_swap = |name: &str| {
            let mut lines = swaps.lines();
            lines.any(|line| line.split(' ').next() == Some(&format!("/dev/{name}")))
        };
        let block = self.sys.join("block").join(&disk.name);
        let is_held = |name: &str| {
            let dir = match name == disk.name {
                true => block.clone(),
                false => block.join(name),
            };
            !inside(&dir.join("holders")).is_empty()
        };
        let is_used = |part: &PluggedPart| {
            !part.mounted.is_empty() || is_swap(&part.name) || is_held(&part.name)
        };
        !plugged.is_system
            && (disk.removable || disk.usb.is_some())
            && !is_swap(&disk.name)
            && !is_held(&disk.name)
            && !plugged.parts.iter().any(is_used)
    }

    /// The type of the file system that is on it, if that is one which the kernel can mount.
    pub fn mountable_kind(&self, medium: &Unmounted) -> Option<&'static str> {
        let kind = self.filesystem_kind(&medium.part)?;
        driver(kind).map(|_| kind)
    }

    /// Mounts it: `at` that empty directory, or in one that is made for it. No programs of it run, no devices of it work.
    ///
    /// # Errors
    /// [`Error::Io`] as the kernel answers; when it is not the disk that was seen any more; for a file system that is not
    /// known.
    pub fn mount_own(
        &self,
        medium: &Unmounted,
        at: Option<&Path>,
        read_only: bool,
    ) -> Result<OwnMount> {
        let node = self.dev.join(&medium.part);
        let is_it = self.number_of(medium).is_some() && self.number_of(medium) == number(&node);
        if !is_it {
            return Err(Error::io("mount", &node)(
                std::io::ErrorKind::NotFound.into(),
            ));
        }
        let kind = self.filesystem_kind(&medium.part).and_then(driver);
        let Some((kind, data)) = kind else {
            return Err(Error::io("mount", &node)(
                std::io::ErrorKind::Unsupported.into(),
            ));
        };
        mount_at(&node, kind, data, at, read_only)
    }

    /// Whether it is still plugged in, in the plugging that was seen.
    pub fn is_plugged_in(&self, medium: &Unmounted) -> bool {
        self.number_of(medium).is_some()
    }

    /// The device number by sysfs, of the plugging that was seen.
    fn number_of(&self, medium: &Unmounted) -> Option<(u32, u32)> {
        let block = self.sys.join("block").join(&medium.disk.name);
        if device::number(&block.join("diskseq")) != medium.disk.seq {
            return None;
        }
        let dir = match medium.part == medium.disk.name {
            true => block,
            false => block.join(&medium.part),
        };
        let text = device::text(&dir.join("dev"))?;
        let (major, minor) = text.split_once(':')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }
}

/// The device number of a block device's node.
fn number(node: &Path) -> Option<(u32, u32)> {
    let about = fs::symlink_metadata(node).ok()?;
    let number = about.rdev();
    let is_block = about.file_type().is_block_device();
    is_block.then(|| (rustix::fs::major(number), rustix::fs::minor(number)))
}

/// The kernel's driver for a type of file system, and its options: those of udisks, with which desktops mount sticks
/// (its `builtin_mount_options.conf`), for root alone.
fn driver(kind: &str) -> Option<(&'static str, &'static CStr)> {
    Some(match kind {
        "vfat" => ("vfat", c"umask=077,shortname=mixed,utf8=1,flush"),
        "exfat" => ("exfat", c"umask=077,iocharset=utf8,errors=remount-ro"),
        "ntfs" => ("ntfs3", c"umask=077"),
        "ext2" | "ext3" | "ext4" => ("ext4", c"errors=remount-ro"),
        "xfs" => ("xfs", c""),
        "btrfs" => ("btrfs", c""),
        _ => return None,
    })
}

/// Something that this process mounted. It is unmounted when this goes, if nothing uses it any more.
#[derive(Debug)]
pub struct OwnMount {
    point: PathBuf,
    /// Whether the directory was made for it.
    made: bool,
    is_mounted: bool,
}

fn mount_at(
    node: &Path,
    kind: &str,
    data: &CStr,
    at: Option<&Path>,
    read_only: bool,
) -> Result<OwnMount> {
    let (point, made) = match at {
        Some(dir) => (dir.to_owned(), false),
        None => (make_point()?, true),
    };
    let access = match read_only {
        true => MountFlags::RDONLY,
        false => MountFlags::empty(),
    };
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC | access;
    match mount(node, &point, kind, flags, data) {
        Ok(()) => Ok(OwnMount {
            point,
            made,
            is_mounted: true,
        }),
        Err(errno) => {
            if made {
                let _ = fs::remove_dir(&point);
            }
            Err(Error::io("mount", node)(errno.into()))
        }
    }
}

/// A new directory, for root alone.
fn make_point() -> Result<PathBuf> {
    let mut random = [0; 4];
    crate::key::random(&mut random)?;
    let name = format!("coldvault-{}", data_encoding::HEXLOWER.encode(&random));
    let mut last = Error::io("create", Path::new(&name))(std::io::ErrorKind::NotFound.into());
    for place in PLACES {
        let dir = Path::new(place).join(&name);
        match fs::DirBuilder::new().mode(0o700).create(&dir) {
            Ok(()) => return Ok(dir),
            Err(error) => last = Error::io("create", &dir)(error),
        }
    }
    Err(last)
}

impl OwnMount {
    /// Where it is mounted.
    pub fn point(&self) -> &Path {
        &self.point
    }

    /// Flushes and unmounts it, and removes the directory that was made for it. Until then it is not to be pulled.
    ///
    /// # Errors
    /// [`Error::Io`] when it does not take what was written, or something still uses it; then it is given back.
    pub fn unmount(mut self) -> std::result::Result<(), (Error, Self)> {
        self.take_down().map_err(|error| (error, self))
    }

    fn take_down(&mut self) -> Result<()> {
        if !self.is_mounted {
            return Ok(());
        }
        let point = self.point.clone();
        let failed = |doing: &'static str| {
            let point = point.clone();
            move |errno: rustix::io::Errno| Error::io(doing, &point)(errno.into())
        };
        let dir = open_dir(rustix::fs::CWD, &self.point, OFlags::empty());
        let dir = dir.map_err(Error::io("flush", &self.point))?;
        rustix::fs::syncfs(&dir).map_err(failed("flush"))?;
        drop(dir);
        self.detach().map_err(failed("unmount"))
    }

    fn detach(&mut self) -> rustix::io::Result<()> {
        unmount(&self.point, UnmountFlags::NOFOLLOW)?;
        self.is_mounted = false;
        if self.made {
            let _ = fs::remove_dir(&self.point);
        }
        Ok(())
    }
}

impl Drop for OwnMount {
    fn drop(&mut self) {
        // Best effort: who wants to know calls `unmount`. What does not take what was written goes all the same.
        if self.take_down().is_err() {
            let _ = self.detach();
        }
    }
}

#[cfg(test)]
mod tests;

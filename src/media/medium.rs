//! Which medium is in the port now, told apart from media that were there before.

use std::path::Path;

use super::{Device, device_of, separate};

/// A medium as it was seen at one moment, at one place.
#[derive(Clone, Debug)]
pub struct Medium {
    /// The disks it lies on.
    pub device: Device,
}

impl Medium {
    /// The medium that an existing path lies on now.
    pub fn at(path: &Path) -> Self {
        Self {
            device: device_of(path),
        }
    }

    /// What this is instead of a medium, in words; nothing when it is one.
    pub fn why_not(&self) -> Option<String> {
        match &self.device {
            Device::NotADevice(what) => Some(format!("{what}, not a device")),
            Device::Disks(_) | Device::Unknown(_) => None,
        }
    }

    /// Describes the medium for a table.
    pub fn describe(&self) -> String {
        self.device.describe()
    }

    /// Whether nothing was changed since `other` was seen: the very same mount of the same plugging.
    pub fn is_same_mount(&self, other: &Self) -> bool {
        self.device == other.device
    }

    /// Why the two cannot be counted as two media, or nothing when they certainly are two.
    pub fn not_apart(&self, other: &Self) -> Option<String> {
        (!separate(&self.device, &other.device)).then(|| self.device.describe())
    }
}

/// The file systems that are mounted.
pub struct Mounts;

/// One mounted file system.
pub struct Mount {
    /// Where it is mounted.
    pub point: std::path::PathBuf,
}

impl Mounts {
    /// What is mounted now.
    pub fn now() -> Self {
        Self
    }

    /// What was mounted since `before`.
    pub fn new_since(&self, _before: &Self) -> Vec<Mount> {
        Vec::new()
    }
}

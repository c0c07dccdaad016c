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

    /// Whether nothing was changed since `other` was seen: the very same mount of the same plugging.
    pub fn is_same_mount(&self, other: &Self) -> bool {
        self.device == other.device
    }

    /// Why the two cannot be counted as two media, or nothing when they certainly are two.
    pub fn not_apart(&self, other: &Self) -> Option<String> {
        (!separate(&self.device, &other.device)).then(|| self.device.describe())
    }
}

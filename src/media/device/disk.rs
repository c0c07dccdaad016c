//! What the kernel tells about one disk: its name, maker's model and serial number.
//!
//! The maker's texts come from the device, which may be hostile; they are cut and cleaned as they are read.

use std::cmp::Ordering;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The longest text of a device that is kept, in characters.
const MAX_TEXT: usize = 64;
/// The most bytes read of one of the kernel's files: they are pages.
const MAX_FILE: u64 = 8192;

/// One physical disk, stick or card reader slot. Equal when name and serial are.
#[derive(Clone, Debug)]
pub struct DiskId {
    /// The kernel's name for the whole disk, for now: "sda", "vda".
    pub name: String,
    /// The maker's serial number, where the disk has one. Cheap sticks may share one.
    pub serial: Option<String>,
    /// The maker and model, where the disk says it.
    pub model: Option<String>,
    /// Whether the kernel calls it removable. (Some USB disks do not.)
    pub removable: bool,
}

impl DiskId {
    /// Reads what `block`, the kernel's directory of a whole disk, tells. `sys` is where sysfs is.
    pub(super) fn read(block: &Path, sys: &Path) -> Self {
        let removable = text(&block.join("removable")).as_deref() == Some("1");
        Self {
            name: name_of(block),
            serial: serial(block, sys),
            model: model(block),
            removable,
        }
    }

    /// Returns whether the two may be one disk: the same name and serial number; or the same serial number and model
    /// under two names, which is a stick plugged in again, or two units of one disk.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        self == other
            || (self.serial.is_some() && self.serial == other.serial && self.model == other.model)
    }

    /// Describes the disk for a table: `sdb (SanDisk Ultra, serial 4C53...)`.
    pub fn describe(&self) -> String {
        let serial = self
            .serial
            .as_ref()
            .map(|serial| format!("serial {serial}"));
        let facts: Vec<String> = self.model.iter().cloned().chain(serial).collect();
        match facts.is_empty() {
            true => format!("{} (no serial number)", self.name),
            false => format!("{} ({})", self.name, facts.join(", ")),
        }
    }
}

impl PartialEq for DiskId {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for DiskId {}

impl PartialOrd for DiskId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DiskId {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.name, &self.serial).cmp(&(&other.name, &other.serial))
    }
}

/// NVMe and memory cards have it on the device, sticks on the USB device above, virtio disks on the disk.
fn serial(block: &Path, sys: &Path) -> Option<String> {
    text(&block.join("device/serial"))
        .or_else(|| usb_serial(block, sys))
        .or_else(|| text(&block.join("serial")))
        .or_else(|| text(&block.join("device/wwid")))
        .or_else(|| text(&block.join("wwid")))
}

/// The serial number of the nearest USB device above a disk. Not of one further up: that would be a hub's, or the
/// controller's, which all its sticks share.
fn usb_serial(block: &Path, sys: &Path) -> Option<String> {
    let sys = std::fs::canonicalize(sys).ok()?;
    let above = block.ancestors().take_while(|dir| **dir != sys);
    let usb = above
        .into_iter()
        .find(|dir| dir.join("idVendor").exists())?;
    text(&usb.join("serial"))
}

fn model(block: &Path) -> Option<String> {
    let model = text(&block.join("device/model")).or_else(|| text(&block.join("device/name")))?;
    // the ATA layer puts "ATA" where a SCSI disk names its maker; numbers are PCI ids
    let maker = text(&block.join("device/vendor"))
        .filter(|maker| maker != "ATA" && !maker.starts_with("0x"));
    Some(maker.map_or(model.clone(), |maker| {
        clean(format!("{maker} {model}").as_bytes())
    }))
}

/// The name of a block device: the last part of its directory.
pub(super) fn name_of(block: &Path) -> String {
    clean(block.file_name().unwrap_or_default().as_encoded_bytes())
}

/// One of the kernel's one-line files, cleaned; `None` when it is absent or empty.
fn text(path: &Path) -> Option<String> {
    let text = clean(&read_bounded(path)?);
    (!text.is_empty()).then_some(text)
}

/// Reads at most [`MAX_FILE`] bytes of a file.
pub(super) fn read_bounded(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .ok()?
        .take(MAX_FILE)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(bytes)
}

/// Makes text from a device fit to be shown: trimmed, at most [`MAX_TEXT`] characters, printable ASCII, `?` for others.
pub(super) fn clean(text: &[u8]) -> String {
    let printable = |byte: &u8| {
        if (b' '..=b'~').contains(byte) {
            char::from(*byte)
        } else {
            '?'
        }
    };
    text.trim_ascii()
        .iter()
        .take(MAX_TEXT)
        .map(printable)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(name: &str, serial: Option<&str>, model: Option<&str>) -> DiskId {
        DiskId {
            name: name.into(),
            serial: serial.map(Into::into),
            model: model.map(Into::into),
            removable: true,
        }
    }

    #[test]
    fn a_disk_may_be_another_by_name_and_serial_or_by_serial_and_model() {
        let a = disk("sda", Some("1"), Some("m"));
        for same in [
            &a,
            &disk("sda", Some("1"), None),
            &disk("sdb", Some("1"), Some("m")),
        ] {
            assert!(a.may_be(same) && same.may_be(&a), "{same:?}");
        }
        for other in [
            disk("sda", Some("2"), Some("m")),
            disk("sdb", Some("1"), Some("n")),
            disk("sda", None, Some("m")),
        ] {
            assert!(!a.may_be(&other) && !other.may_be(&a), "{other:?}");
        }
        assert!(!disk("sda", None, Some("m")).may_be(&disk("sdb", None, Some("m"))));
        assert!(disk("sda", None, None).may_be(&disk("sda", None, None)));
    }

    #[test]
    fn a_description_has_what_is_known() {
        assert_eq!(
            disk("sdb", Some("4C53"), Some("SanDisk Ultra")).describe(),
            "sdb (SanDisk Ultra, serial 4C53)"
        );
        assert_eq!(disk("sdb", None, Some("Ultra")).describe(), "sdb (Ultra)");
        assert_eq!(disk("vda", Some("x"), None).describe(), "vda (serial x)");
        assert_eq!(disk("vda", None, None).describe(), "vda (no serial number)");
    }

    #[test]
    fn text_from_a_device_is_short_and_printable() {
        assert_eq!(clean(b"  Ultra \n"), "Ultra");
        assert_eq!(clean(b"a\x1b[2Jb\xff\0c"), "a?[2Jb??c");
        assert_eq!(clean(&[b'x'; 5000]).len(), 64);
    }
}

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
    /// Its size in bytes.
    pub bytes: Option<u64>,
    /// A number that the kernel gives anew with each plugging and each change of its medium (Linux 5.15 and newer).
    pub seq: Option<u64>,
    /// Which plugging of which USB device it is in: two sticks never share it, two cards in one reader do.
    pub usb: Option<String>,
}

impl DiskId {
    /// Reads what `block`, the kernel's directory of a whole disk, tells. `sys` is where sysfs is.
    pub(in crate::media) fn read(block: &Path, sys: &Path) -> Self {
        let removable = text(&block.join("removable")).as_deref() == Some("1");
        let usb = usb_device(block, sys);
        Self {
            name: name_of(block),
            serial: serial(block, usb),
            model: model(block),
            removable,
            // in units of 512 bytes, whatever the disk's own are
            bytes: number(&block.join("size")).and_then(|sectors| sectors.checked_mul(512)),
            seq: number(&block.join("diskseq")),
            usb: usb.and_then(usb_plugging),
        }
    }

    /// Describes the disk for now: `sdb (SanDisk Ultra, serial 4C53...)`.
    pub fn describe(&self) -> String {
        let facts: Vec<String> = self
            .model
            .iter()
            .cloned()
            .chain(self.said_serial())
            .collect();
        match facts.is_empty() {
            true => format!("{} (no serial number)", self.name),
            false => format!("{} ({})", self.name, facts.join(", ")),
        }
    }

    /// Describes the disk for a table that is read when it is no longer in its port:
    /// `SanDisk Ultra, serial 4C53..., 15.4 GB`.
    pub fn describe_for_later(&self) -> String {
        let serial = self.said_serial();
        let serial = serial.unwrap_or_else(|| "no serial number".into());
        let mut facts: Vec<String> = self.model.iter().cloned().chain([serial]).collect();
        facts.extend(self.bytes.map(size));
        facts.join(", ")
    }

    fn said_serial(&self) -> Option<String> {
        let serial = self.serial.as_ref();
        serial.map(|serial| format!("serial {serial}"))
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
fn serial(block: &Path, usb: Option<&Path>) -> Option<String> {
    text(&block.join("device/serial"))
        .or_else(|| text(&usb?.join("serial")))
        .or_else(|| text(&block.join("serial")))
        .or_else(|| text(&block.join("device/wwid")))
        .or_else(|| text(&block.join("wwid")))
}

/// The directory of the nearest USB device above a disk. Not of one further up: that would be a hub, or the
/// controller, which all its sticks share.
pub(in crate::media) fn usb_device<'b>(block: &'b Path, sys: &Path) -> Option<&'b Path> {
    let sys = std::fs::canonicalize(sys).ok()?;
    let mut above = block.ancestors().take_while(|dir| **dir != sys);
    above.find(|dir| dir.join("idVendor").exists())
}

/// Port and address of a USB device. The address is given anew with each plugging.
fn usb_plugging(usb: &Path) -> Option<String> {
    let address = number(&usb.join("devnum"))?;
    Some(format!("{}#{address}", name_of(usb)))
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
pub(in crate::media) fn name_of(block: &Path) -> String {
    clean(block.file_name().unwrap_or_default().as_encoded_bytes())
}

/// One of the kernel's one-line files, cleaned; `None` when it is absent or empty.
pub(in crate::media) fn text(path: &Path) -> Option<String> {
    let text = clean(&read_bounded(path)?);
    (!text.is_empty()).then_some(text)
}

/// One of the kernel's files that hold one number.
pub(in crate::media) fn number(path: &Path) -> Option<u64> {
    text(path)?.parse().ok()
}

/// Says a size as sticks are sold: in powers of ten.
fn size(bytes: u64) -> String {
    let units = [
        (1_000_000_000_000, "TB"),
        (1_000_000_000, "GB"),
        (1_000_000, "MB"),
        (1_000, "kB"),
    ];
    let fit = units.into_iter().find(|(unit, _)| bytes >= *unit);
    fit.map_or_else(
        || format!("{bytes} bytes"),
        |(unit, name)| format!("{}.{} {name}", bytes / unit, bytes % unit / (unit / 10)),
    )
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
pub(in crate::media) fn clean(text: &[u8]) -> String {
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
            bytes: None,
            seq: None,
            usb: None,
        }
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
    fn a_description_for_later_has_no_kernel_name_and_a_size() {
        let mut stick = disk("sdb", Some("4C53"), Some("SanDisk Ultra"));
        stick.bytes = Some(15_376_000_000);
        assert_eq!(
            stick.describe_for_later(),
            "SanDisk Ultra, serial 4C53, 15.3 GB"
        );
        assert_eq!(
            disk("sdb", None, None).describe_for_later(),
            "no serial number"
        );
        assert_eq!(
            [999, 67_108_864, 2_000_398_934_016].map(size),
            ["999 bytes", "67.1 MB", "2.0 TB"]
        );
    }

    #[test]
    fn text_from_a_device_is_short_and_printable() {
        assert_eq!(clean(b"  Ultra \n"), "Ultra");
        assert_eq!(clean(b"a\x1b[2Jb\xff\0c"), "a?[2Jb??c");
        assert_eq!(clean(&[b'x'; 5000]).len(), 64);
    }
}

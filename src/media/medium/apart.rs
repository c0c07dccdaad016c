//! Whether two media are certainly two: two things that can burn, be lost or be stolen one without the other.

use super::{Medium, Part};
use crate::media::DiskId;

impl Medium {
    /// Why the two cannot be counted as two media, or nothing when they certainly are two.
    ///
    /// The first line that fits decides, for each disk of the one with each of the other:
    ///
    /// | what is known | count as |
    /// |---|---|
    /// | one is memory, an overlay, a network file system or disk, or its disk was not found | one |
    /// | same kernel name of the disk in the same plugging (`diskseq`), whatever partition, LVM or loop file | one |
    /// | same USB device in the same plugging: two units of a stick, two cards in one reader | one |
    /// | both have a serial number, and it is the same, and no other model | one |
    /// | both have a serial number, another one or another model | two |
    /// | both are plugged in at this moment, under two names | two |
    /// | the same file system (UUID) | one |
    /// | one after another: another plugging, the same part of the disk, and another file system (UUID) on it | two |
    /// | anything else | one |
    ///
    /// What is true of a RAID is true of each of its disks: one shared disk makes them one.
    pub fn not_apart(&self, other: &Self) -> Option<String> {
        if let Some(why) = self.why_not().or_else(|| other.why_not()) {
            return Some(why);
        }
        let mine = self.device.disks();
        let mut pairs = mine
            .iter()
            .flat_map(|one| other.device.disks().iter().map(move |two| (one, two)));
        pairs.find_map(|(one, two)| self.not_two(other, one, two))
    }

    fn not_two(&self, other: &Self, one: &DiskId, two: &DiskId) -> Option<String> {
        let same_plugging = one.seq.is_some() && one.seq == two.seq;
        if one.name == two.name && same_plugging {
            return Some(format!("both are on one disk, {}", one.describe()));
        }
        if one.usb.is_some() && one.usb == two.usb {
            let disk = two.describe();
            return Some(format!(
                "one USB device, {disk}: one stick, or two cards in one reader"
            ));
        }
        if let (Some(first), Some(second)) = (&one.serial, &two.serial) {
            let other_model = one.model.is_some() && two.model.is_some() && one.model != two.model;
            return (first == second && !other_model).then(|| same_serial(one, first));
        }
        if self.is_there(one) && other.is_there(two) && one.name != two.name {
            return None;
        }
        if let Some(uuid) = self.uuid.as_ref().filter(|_| self.uuid == other.uuid) {
            return Some(format!("the same file system (UUID {uuid})"));
        }
        let one_after_another = one.seq.is_some() && two.seq.is_some() && !same_plugging;
        let another_filesystem = self.uuid.is_some() && other.uuid.is_some();
        let same_part =
            self.part == other.part && !matches!(self.part, Part::Mapped | Part::Unknown);
        if one_after_another && another_filesystem && same_part {
            return None;
        }
        Some(not_told_apart(one, two))
    }

    /// Whether the disk that was seen is still plugged in, and was not swapped.
    pub(super) fn is_there(&self, disk: &DiskId) -> bool {
        let now = self
            .resolver
            .sys
            .join("block")
            .join(&disk.name)
            .join("diskseq");
        disk.seq.is_some() && crate::media::device::number(&now) == disk.seq
    }
}

fn same_serial(disk: &DiskId, serial: &str) -> String {
    let model = disk.model.as_ref().map(|model| format!(", {model}"));
    let model = model.unwrap_or_default();
    format!("the same serial number ({serial}{model}): one stick, or two cards in one reader")
}

fn not_told_apart(one: &DiskId, two: &DiskId) -> String {
    let nameless = if one.serial.is_none() { one } else { two };
    format!(
        "{} has no serial number, and nothing else proves that they are two",
        nameless.describe_for_later()
    )
}

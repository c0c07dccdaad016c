//! Whether the medium in the port now is the one that was there before, and was out meanwhile.

use super::{Device, Medium, Part, Stay};
use crate::media::DiskId;

/// The major number of loop devices (Linux, Documentation/admin-guide/devices.txt).
const LOOP: u32 = 7;

/// What this machine can tell of a medium that is said to have been taken out and put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// It is the same one, and its plugging of before is over.
    Yes,
    /// It was not taken out.
    Not,
    /// It is another medium, and why that is certain.
    Another(String),
    /// Somebody has to be asked, and why.
    Unknown(String),
}

impl Medium {
    /// Whether this is the medium that `before` was, taken out and put back.
    ///
    /// The first line that fits decides:
    ///
    /// | what is known | answer |
    /// |---|---|
    /// | another serial number, model or size of the disk, another partition, another file system (UUID) | another |
    /// | a plugging of before goes on (`diskseq`), or the very same mount | not out |
    /// | the disk of before is plugged in besides | another |
    /// | the kernel does not number pluggings | unknown |
    /// | one of serial number, partition and UUID is not known, of the one or of the other | unknown |
    /// | anything else | yes |
    pub fn returned(&self, before: &Self) -> Returned {
        if let Some(why) = self.is_another(before) {
            return Returned::Another(why);
        }
        let was_replugged = self.was_replugged(before);
        if was_replugged == Some(false) || was_replugged.is_none() && self.is_same_mount(before) {
            return Returned::Not;
        }
        if self.sees_still(before) {
            return Returned::Another("the one that was written is plugged in besides".into());
        }
        match self.lacks().or_else(|| before.lacks()) {
            Some(what) => Returned::Unknown(what),
            None if was_replugged.is_none() => {
                Returned::Unknown("the kernel does not number its pluggings".into())
            }
            None => Returned::Yes,
        }
    }

    /// Whether it is a place on a disk of this machine or in memory that nobody takes out, with nothing unmounted since
    /// `before`: then a directory stands for a medium.
    pub fn stands_in(&self, before: &Self) -> bool {
        let is_loop = self.mount.is_some_and(|mount| mount.device.0 == LOOP);
        self.is_same_mount(before) && self.stay() != Stay::Removable && !is_loop
    }

    /// Why the two are certainly two, if they are.
    fn is_another(&self, before: &Self) -> Option<String> {
        match (&self.device, &before.device) {
            (Device::Disks(now), Device::Disks(then)) => {
                if let Some(why) = other_disks(now, then) {
                    return Some(why);
                }
            }
            (Device::Unknown(_), _) | (_, Device::Unknown(_)) => {}
            (now, then) if now != then => {
                let (now, then) = (now.describe(), then.describe());
                return Some(format!("this is {now}, and it was written to {then}"));
            }
            _ => {}
        }
        if let (Some(now), Some(then)) = (&self.uuid, &before.uuid)
            && now != then
        {
            return Some(format!("its file system is {now}, not {then}"));
        }
        let is_known = |part: Part| part != Part::Unknown;
        let other_part = is_known(self.part) && is_known(before.part) && self.part != before.part;
        other_part.then(|| "it is another part of a disk".to_owned())
    }

    /// Whether what `before` lay on is there yet, beside this one.
    fn sees_still(&self, before: &Self) -> bool {
        let seq = |medium: &Self| medium.mount.and_then(|mount| mount.seq);
        let mounted = before.mount.filter(|mount| mount.seq.is_some());
        let is_set_up = mounted.is_some_and(|mount| {
            seq(self) != mount.seq && self.resolver.seq_of(mount.device) == mount.seq
        });
        let mut disks = before.device.disks().iter();
        let is_mine = |disk: &DiskId| self.device.disks().iter().any(|own| own.seq == disk.seq);
        is_set_up || disks.any(|disk| !is_mine(disk) && self.is_there(disk))
    }

    /// What is not known of it, that would tell it from a copy of it.
    fn lacks(&self) -> Option<String> {
        if let Some(why) = self.why_not() {
            return Some(why);
        }
        let is_nameless = |disk: &DiskId| disk.serial.is_none();
        match () {
            () if self.device.disks().iter().any(is_nameless) => {
                Some("it has no serial number".into())
            }
            () if self.part == Part::Unknown => Some("its partition is not known".into()),
            () if self.uuid.is_none() => Some("its file system (UUID) is not known".into()),
            () => None,
        }
    }
}

/// Why the disks are certainly others, if they are.
fn other_disks(now: &[DiskId], then: &[DiskId]) -> Option<String> {
    if now.len() != then.len() {
        return Some("it lies on another number of disks".into());
    }
    let sorted = |disks: &[DiskId]| {
        let mut disks = disks.to_vec();
        disks.sort_by(|one, two| (&one.serial, &one.model).cmp(&(&two.serial, &two.model)));
        disks
    };
    let differs = |now: &Option<String>, then: &Option<String>| {
        now.is_some() && then.is_some() && now != then
    };
    let (now, then) = (sorted(now), sorted(then));
    now.iter().zip(&then).find_map(|(now, then)| {
        let is_other = differs(&now.serial, &then.serial)
            || differs(&now.model, &then.model)
            || now.bytes.is_some() && then.bytes.is_some() && now.bytes != then.bytes;
        let (now, then) = (now.describe_for_later(), then.describe_for_later());
        is_other.then(|| format!("this is {now}, and it was written to {then}"))
    })
}

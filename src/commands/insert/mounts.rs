//! What is mounted now, as the kernel lists it: only what lies on a block device, as media do.
//!
//! Mount points are names that somebody chose; they are compared and opened, never printed as they are.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// One medium, mounted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    id: u64,
    /// Where.
    pub(super) point: PathBuf,
}

/// Every medium that is mounted at one moment.
#[derive(Debug)]
pub(super) struct Mounts(Vec<Mount>);

impl Mounts {
    pub(super) fn now() -> Self {
        // Without the list nothing is noticed, and everything can still be typed.
        Self::parse(&fs::read("/proc/self/mountinfo").unwrap_or_default())
    }

    pub(super) fn into_media(self) -> Vec<Mount> {
        self.0
    }

    /// What was mounted since the last look. What was pulled is forgotten, so that it is noticed when it comes again.
    pub(super) fn fresh(&mut self) -> Option<Vec<Mount>> {
        let now = Self::now();
        let fresh = now.new_since(self);
        *self = now;
        (!fresh.is_empty()).then_some(fresh)
    }

    fn new_since(&self, before: &Self) -> Vec<Mount> {
        let new = self.0.iter().filter(|mount| !before.0.contains(mount));
        new.cloned().collect()
    }

    fn parse(list: &[u8]) -> Self {
        Self(list.split(|byte| *byte == b'\n').filter_map(line).collect())
    }
}

/// proc_pid_mountinfo(5): id, parent, number, root, point, options, optional fields, "-", type, source, options.
fn line(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ');
    let id = str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    let point = fields.nth(3)?;
    let source = fields.skip_while(|field| *field != b"-").nth(2)?;
    source.starts_with(b"/dev/").then(|| Mount {
        id,
        point: PathBuf::from(unescaped(point)),
    })
}

/// Takes back the kernel's escapes: a backslash and three octal digits.
fn unescaped(field: &[u8]) -> OsString {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, after)) = rest.split_first() {
        let octal = after.split_at_checked(3).and_then(|(digits, after)| {
            let digits = str::from_utf8(digits).ok()?;
            Some((u8::from_str_radix(digits, 8).ok()?, after))
        });
        match octal.filter(|_| *first == b'\\') {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &[u8] = b"22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
        30 22 0:25 / /proc rw - proc proc rw\n";
    const AFTER: &[u8] = b"22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
        90 22 8:17 / /media/my\\040stick rw - vfat /dev/sdb1 rw\n\
        91 22 0:40 / /tmp rw - tmpfs tmpfs rw\n";

    #[test]
    fn a_medium_that_was_mounted_meanwhile_is_new_and_a_tmpfs_is_none() {
        let new = Mounts::parse(AFTER).new_since(&Mounts::parse(BEFORE));
        let [mount] = new.as_slice() else {
            panic!("{new:?}")
        };
        assert_eq!(mount.point, PathBuf::from("/media/my stick"));
    }

    #[test]
    fn another_medium_at_the_same_place_is_new() {
        let again = String::from_utf8_lossy(AFTER).replacen("90 22", "95 22", 1);
        let new = Mounts::parse(again.as_bytes()).new_since(&Mounts::parse(AFTER));
        assert_eq!(new.len(), 1);
        assert!(
            Mounts::parse(AFTER)
                .new_since(&Mounts::parse(AFTER))
                .is_empty()
        );
    }
}

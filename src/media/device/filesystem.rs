//! The identity of a file system: its UUID, from udev's links or from the file system itself.
//!
//! A file system is foreign bytes: a few of them are read at fixed places, and nothing in them is followed.

use std::fs;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::Resolver;
use super::disk::clean;
use crate::listing::{self, Listed};

/// The most links of udev that are looked at.
const MAX_LINKS: usize = 4096;
/// How many bytes of the beginning are read: up to the end of ext4's superblock.
const HEAD: usize = 2048;
/// Where btrfs has its superblock.
const BTRFS: u64 = 64 << 10;

impl Resolver {
    /// The UUID of the file system on the block device of this name, as udev or the file system itself has it.
    ///
    /// `None` when there is no link and the device may not be read (only root may), or it is of a type not known here.
    pub(in crate::media) fn filesystem_uuid(&self, name: &str) -> Option<String> {
        self.link_to("disk/by-uuid", name)
            .or_else(|| from_device(&self.dev.join(name)))
    }

    /// The type of the file system on the block device of this name, where the device may be read.
    pub(in crate::media) fn filesystem_kind(&self, name: &str) -> Option<&'static str> {
        kind_of_device(&self.dev.join(name))
    }

    /// The name of the link that leads to the device of this name.
    fn link_to(&self, dir: &str, name: &str) -> Option<String> {
        let links = listing::list(&self.dev.join(dir)).ok()?;
        let leads = |link: &Listed| {
            fs::read_link(link.path())
                .is_ok_and(|to| to.file_name().is_some_and(|last| last == name))
        };
        let mut links = links.take(MAX_LINKS).filter_map(Result::ok);
        let link = links.find(leads)?;
        Some(clean(link.file_name().as_encoded_bytes()))
    }
}

fn from_device(node: &Path) -> Option<String> {
    let device = File::open(node).ok()?;
    let mut head = [0; HEAD];
    device.read_exact_at(&mut head, 0).ok()?;
    from_head(&head).or_else(|| {
        let mut block = [0; 256];
        device.read_exact_at(&mut block, BTRFS).ok()?;
        from_btrfs(&block)
    })
}

/// The type of a file system by the marks in [`from_head`]'s table; of an encrypted volume "LUKS", BA BE at 0 (LUKS2
/// On-Disk Format, 2.1).
fn kind_of_device(node: &Path) -> Option<&'static str> {
    let device = File::open(node).ok()?;
    let mut head = [0; HEAD];
    device.read_exact_at(&mut head, 0).ok()?;
    kind_of_head(&head).or_else(|| {
        let mut block = [0; 256];
        device.read_exact_at(&mut block, BTRFS).ok()?;
        (block.get(64..72) == Some(b"_BHRfS_M")).then_some("btrfs")
    })
}

fn kind_of_head(head: &[u8; HEAD]) -> Option<&'static str> {
    if head.starts_with(b"LUKS\xba\xbe") {
        return Some("encrypted (LUKS)");
    }
    if head.starts_with(b"XFSB") {
        return Some("xfs");
    }
    match at::<8>(head, 3)? {
        b"EXFAT   " => return Some("exfat"),
        b"NTFS    " => return Some("ntfs"),
        _ => {}
    }
    if at::<2>(head, 1024 + 56)? == &[0x53, 0xef] {
        return Some(kind_of_ext(head));
    }
    let names = [at::<5>(head, 54)?, at::<5>(head, 82)?];
    let is_fat = names
        .iter()
        .any(|name| matches!(*name, b"FAT12" | b"FAT16" | b"FAT32"));
    (is_fat && at::<2>(head, 510)? == &[0x55, 0xaa]).then_some("vfat")
}

/// ext2 has no journal (bit 2 of 4 bytes at 1024 + 92), ext3 no extents (bit 6 at 1024 + 96).
fn kind_of_ext(head: &[u8; HEAD]) -> &'static str {
    let has = |place: usize, bit: u8| {
        at::<1>(head, 1024 + place).is_some_and(|[byte]| byte >> bit & 1 == 1)
    };
    match (has(92, 2), has(96, 6)) {
        (_, true) => "ext4",
        (true, false) => "ext3",
        (false, false) => "ext2",
    }
}

/// Reads the UUID out of the first bytes of a file system, in the form that `blkid` prints:
///
/// | type | mark | UUID | source |
/// |---|---|---|---|
/// | xfs | "XFSB" at 0 | 16 bytes at 32 | Linux, fs/xfs/libxfs/xfs_format.h, `xfs_dsb` |
/// | exfat | "EXFAT   " at 3 | 4 bytes at 100 | Microsoft's exFAT specification, 3.1.11 |
/// | ntfs | "NTFS    " at 3 | 8 bytes at 72 | Linux, fs/ntfs3/ntfs.h, `NTFS_BOOT` |
/// | ext2, 3, 4 | EF53 (hex) at 1024 + 56 | 16 bytes at 1024 + 104 | Linux, fs/ext4/ext4.h, `ext4_super_block` |
/// | vfat | 55 AA at 510 and 29 at 66 or 38 | 4 bytes behind the 29 | Microsoft's FAT specification, 3.2 and 3.3 |
fn from_head(head: &[u8; HEAD]) -> Option<String> {
    if head.starts_with(b"XFSB") {
        return long(head, 32);
    }
    match at::<8>(head, 3)? {
        b"EXFAT   " => return short(head, 100),
        b"NTFS    " => return Some(number(head.get(72..80)?, "")).filter(|text| is_set(text)),
        _ => {}
    }
    if at::<2>(head, 1024 + 56)? == &[0x53, 0xef] {
        return long(head, 1024 + 104);
    }
    if at::<2>(head, 510)? != &[0x55, 0xaa] {
        return None;
    }
    // FAT32 has no FAT size of 16 bits; the older FATs have their volume number further ahead
    let mark = if at::<2>(head, 22)? == &[0, 0] {
        66
    } else {
        38
    };
    short(head, mark + 1).filter(|_| head.get(mark) == Some(&0x29))
}

/// btrfs: "_BHRfS_M" at 64, 16 bytes at 32 of the superblock (Linux, include/uapi/linux/btrfs_tree.h,
/// `btrfs_super_block`).
fn from_btrfs(block: &[u8; 256]) -> Option<String> {
    long(block, 32).filter(|_| block.get(64..72) == Some(b"_BHRfS_M"))
}

fn at<const N: usize>(bytes: &[u8], place: usize) -> Option<&[u8; N]> {
    bytes.get(place..)?.first_chunk()
}

/// A volume number of 4 bytes, the lowest first: "9F3A-0C11".
fn short(bytes: &[u8], place: usize) -> Option<String> {
    let [a, b, c, d] = at::<4>(bytes, place)?;
    Some(format!("{d:02X}{c:02X}-{b:02X}{a:02X}")).filter(|text| is_set(text))
}

/// A UUID of 16 bytes, the first first.
fn long(bytes: &[u8], place: usize) -> Option<String> {
    let text = data_encoding::HEXLOWER.encode(at::<16>(bytes, place)?);
    let ends = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts: Option<Vec<&str>> = ends.iter().map(|(from, to)| text.get(*from..*to)).collect();
    parts
        .map(|parts| parts.join("-"))
        .filter(|text| is_set(text))
}

/// Bytes with the lowest first, as one number in hex.
fn number(bytes: &[u8], start: &str) -> String {
    let add = |text: String, byte: &u8| text + &format!("{byte:02X}");
    bytes.iter().rev().fold(start.to_owned(), add)
}

/// All zeros is no number: it was never given.
fn is_set(text: &str) -> bool {
    text.bytes().any(|byte| !matches!(byte, b'0' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::device::tests::Fake;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn a_link_of_udev_is_believed_before_the_device_is_read() {
        let fake = Fake::new();
        let links = fake.resolver.dev.join("disk/by-uuid");
        fs::create_dir_all(&links).unwrap();
        symlink("../../sdb1", links.join("1234-ABCD")).unwrap();
        symlink("../../sdb2", links.join("evil\u{1b}[2J")).unwrap();
        let mut head = vec![0; 2048];
        head[..4].copy_from_slice(b"XFSB");
        head[32] = 1;
        fs::write(fake.resolver.dev.join("sdb1"), &head).unwrap();
        fs::write(fake.resolver.dev.join("sdb3"), &head).unwrap();
        let uuid = |name| fake.resolver.filesystem_uuid(name);
        assert_eq!(uuid("sdb1").as_deref(), Some("1234-ABCD"));
        assert_eq!(uuid("sdb2").as_deref(), Some("evil?[2J"));
        assert_eq!(
            uuid("sdb3").as_deref(),
            Some("01000000-0000-0000-0000-000000000000")
        );
        assert_eq!(uuid("sdb4"), None);
    }

    #[test]
    fn bytes_that_are_no_file_system_have_no_uuid() {
        assert_eq!(from_head(&[0; HEAD]), None);
        assert_eq!(from_head(&[0xff; HEAD]), None);
        assert_eq!(from_btrfs(&[0xff; 256]), None);
        assert_eq!(kind_of_head(&[0; HEAD]), None);
        assert_eq!(kind_of_head(&[0xff; HEAD]), None);
        let mut unset = [0; HEAD];
        unset[..4].copy_from_slice(b"XFSB");
        assert_eq!(from_head(&unset), None);
        let short = tempfile::NamedTempFile::new().unwrap();
        fs::write(short.path(), "XFSB").unwrap();
        assert_eq!(from_device(short.path()), None);
    }

    /// What stock programs make and what `blkid` says of it.
    #[test]
    fn the_uuid_and_type_of_a_real_file_system_are_what_blkid_says() {
        let dir = tempfile::tempdir().unwrap();
        let programs: [(&[&str], u64); 10] = [
            (&["mkfs.ext2", "-q"], 8),
            (&["mkfs.ext3", "-q"], 8),
            (&["mkfs.ext4", "-q"], 8),
            (&["mkfs.vfat", "-F", "16"], 16),
            (&["mkfs.vfat", "-F", "32"], 40),
            (&["mkfs.vfat", "-F", "12"], 2),
            (&["mkfs.exfat"], 16),
            (&["mkfs.xfs", "-q"], 400),
            (&["mkfs.btrfs", "-q"], 200),
            (
                &[
                    "mkntfs", "-F", "-Q", "-q", "-s", "512", "-p", "0", "-H", "0", "-S", "0",
                ],
                16,
            ),
        ];
        let mut made = 0;
        for (command, mebibytes) in programs {
            let image = dir.path().join("image");
            let _ = fs::remove_file(&image);
            File::create(&image)
                .unwrap()
                .set_len(mebibytes << 20)
                .unwrap();
            let done = Command::new(command[0])
                .args(&command[1..])
                .arg(&image)
                .output();
            if !done.is_ok_and(|done| done.status.success()) {
                continue;
            }
            let said = |tag: &str| {
                let mut blkid = Command::new("blkid");
                let said = blkid.args(["-p", "-o", "value", "-s", tag]).arg(&image);
                let said = said.output().ok()?;
                Some(String::from_utf8(said.stdout).unwrap().trim().to_owned())
            };
            let Some(uuid) = said("UUID") else {
                continue;
            };
            assert_eq!(from_device(&image), Some(uuid), "{command:?}");
            let kind = kind_of_device(&image).map(str::to_owned);
            assert_eq!(kind, said("TYPE"), "{command:?}");
            made += 1;
        }
        if made == 0 {
            crate::tests::skipped(crate::tests::Need::Tool, "there is no mkfs and no blkid");
        }
    }
}

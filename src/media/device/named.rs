//! What is no disk of this machine, in words for the person who took it for one.

use std::path::Path;

use super::disk;

/// File systems whose files lie on another machine, or come from outside a virtual one.
const NETWORK: [&str; 16] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "ceph",
    "9p",
    "virtiofs",
    "vboxsf",
    "davfs",
    "lustre",
    "glusterfs",
    "gfs2",
    "ocfs2",
];
/// The same, of FUSE: what stands behind "fuse.".
const NETWORK_FUSE: [&str; 8] = [
    "sshfs",
    "davfs2",
    "rclone",
    "glusterfs",
    "ceph",
    "s3fs",
    "curlftpfs",
    "vmhgfs-fuse",
];

/// Says what a file system type or block device is that leads to no disk: "a tmpfs (memory)".
pub(super) fn in_words(what: &str) -> String {
    let fuse = what.strip_prefix("fuse.");
    let begins = |names: &[&str]| names.iter().any(|name| is_unit_of(what, name));
    if matches!(
        what,
        "tmpfs" | "ramfs" | "rootfs" | "devtmpfs" | "hugetlbfs"
    ) || begins(&["zram", "ram"])
    {
        return format!("a {what} (memory)");
    }
    if matches!(what, "overlay" | "aufs") || fuse == Some("fuse-overlayfs") {
        return format!("an overlay of a live system or container ({what})");
    }
    if NETWORK.contains(&what) || fuse.is_some_and(|name| NETWORK_FUSE.contains(&name)) {
        return format!("a network file system ({what})");
    }
    if begins(&["nbd", "rbd", "drbd", "sd", "nvme"]) {
        return format!("a network disk ({what})");
    }
    format!("a {what}")
}

/// Whether `what` is `name` and a number or letter behind it: "zram0", "nbd12".
fn is_unit_of(what: &str, name: &str) -> bool {
    let rest = what.strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || name == "sd")
}

/// Returns whether a whole block device, given by the kernel's real directory of it, is nothing that could be carried
/// away: memory (zram, ram disks), or reached over a network (nbd, iSCSI, NVMe over fabrics).
pub(in crate::media) fn is_no_disk(block: &Path) -> bool {
    let parent = block.parent();
    if parent.is_some_and(|parent| parent.ends_with("devices/virtual/block")) {
        return true;
    }
    let name = disk::name_of(block);
    if ["nbd", "rbd", "drbd"]
        .iter()
        .any(|net| is_unit_of(&name, net))
    {
        return true;
    }
    let transport = disk::read_bounded(&block.join("device/transport"));
    let fabric = transport.is_some_and(|text| text.trim_ascii() != b"pcie");
    // an iSCSI disk is below its session: .../host3/session1/target3:0:0/...
    let session = |part: &std::ffi::OsStr| {
        part.to_str()
            .is_some_and(|part| is_unit_of(part, "session"))
    };
    fabric || block.iter().any(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_medium_is_named_for_what_it_is() {
        for (what, words) in [
            ("tmpfs", "a tmpfs (memory)"),
            ("ramfs", "a ramfs (memory)"),
            ("zram0", "a zram0 (memory)"),
            (
                "overlay",
                "an overlay of a live system or container (overlay)",
            ),
            ("nfs4", "a network file system (nfs4)"),
            ("9p", "a network file system (9p)"),
            ("fuse.sshfs", "a network file system (fuse.sshfs)"),
            ("nbd0", "a network disk (nbd0)"),
            ("sdc", "a network disk (sdc)"),
            ("fuse.gocryptfs", "a fuse.gocryptfs"),
            ("proc", "a proc"),
            ("zfs", "a zfs"),
        ] {
            assert_eq!(in_words(what), words);
        }
    }

    #[test]
    fn disks_behind_a_network_are_no_disks_of_this_machine() {
        let far = Path::new("/sys/devices/platform/host3/session1/target3:0:0/3:0:0:1/block/sdc");
        assert!(is_no_disk(far));
        assert!(is_no_disk(Path::new("/sys/devices/virtual/block/zram0")));
        assert!(is_no_disk(Path::new("/sys/devices/rbd/0/block/rbd0")));
        let near = "/sys/devices/pci0000:00/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sdc";
        assert!(!is_no_disk(Path::new(near)));
        let sys = tempfile::tempdir().unwrap();
        std::fs::create_dir(sys.path().join("device")).unwrap();
        for (transport, no_disk) in [("pcie\n", false), ("tcp\n", true)] {
            std::fs::write(sys.path().join("device/transport"), transport).unwrap();
            assert_eq!(is_no_disk(sys.path()), no_disk, "{transport}");
        }
    }
}

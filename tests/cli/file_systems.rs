//! The same copies on every file system that a stick or a disk comes with: byte for byte, whatever it keeps of modes, times,
//! links and names. FAT and exFAT by the kernel's own drivers: `.ci/sticks` and `.ci/ceremony`, in a virtual machine.

use std::process::Command;

use crate::lead::system;
use crate::scene::{Scene, sealed};
use crate::support::{PROGRAM, ROOT, Ran, TOOLS, may_mount, skipped};

/// A file system that can be made here.
struct Kind {
    /// The least image that it takes.
    size: &'static str,
    /// Makes it in `image`.
    make: &'static str,
    /// Mounts `$device` at `m`.
    mount: &'static str,
    /// What of a node it cannot hold: options of `diff`.
    but_for: &'static str,
    /// How a copy on it was read back.
    read_back: &'static str,
}

/// In a mount namespace of its own, so that no other test notices what is mounted. Ends with 77 where this machine does not
/// let it be mounted, and with the number of the step that failed.
const SCRIPT: &str = r#"
device=$(losetup --find --show image) || exit 77
ends() { status=$?; cd /; umount "$here/m" 2>/dev/null; losetup -d $device; exit $status; }
here=$PWD; trap ends EXIT
mounted() { MOUNT; }
again() { umount m && mounted; }
# an ended driver lets go of the device a moment later
same() { for file in "$1"/*; do case $file in */carrier.json|*/SHA256SUMS) ;; *) cmp "$file" "$2/${file##*/}" || return;; esac; done; }
mkdir m back; mounted || exit 77
"$0" copy v1 m --rehearsal || exit 11
"$0" copy legal1 m --rehearsal || exit 12
again || exit 13
"$0" verify m || exit 14
same v1/coldvault-*-vault m/coldvault-*-vault || exit 15
same legal1/coldvault-*-share-1 m/coldvault-*-share-1 || exit 16
"$0" copy m/coldvault-*-vault back --rehearsal || exit 17
same v1/coldvault-*-vault back/coldvault-*-vault || exit 18
"$0" restore --rehearsal --from m --from ops2 --into out || exit 19
diff -r --no-dereference node out/node || exit 19
rm -rf m/* out
"$0" restore --rehearsal --from v1 --from ops2 --from legal2 --into m/out || exit 20
again || exit 20
diff -r --no-dereference DIFF node m/out/node || exit 21
rm -rf m/*; mkdir n1 n2 n3 n4 n5 n6 n7
"$0" seal node --rehearsal --label "On it" --threshold 2 --custodian legal --custodian audit --custodian ops \
  --vault-to m --vault-to n1 --share-to legal=m --share-to legal=n2 --share-to audit=n3 --share-to audit=n4 \
  --share-to ops=n5 --share-to ops=n6 || exit 22
again || exit 23
"$0" verify m || exit 24
"$0" restore --rehearsal --from m --from n5 --into out || exit 25
diff -r --no-dereference node out/node || exit 26
"#;

fn holds_the_same(kind: &Kind) {
    let Some((_, ran)) = on(kind, SCRIPT) else {
        return;
    };
    let ran = ran.exits(0).says(kind.read_back);
    ran.says("SEALED: 8 of 8 carriers");
}

fn on(kind: &Kind, script: &str) -> Option<(Scene, Ran)> {
    if !may_mount() {
        return None;
    }
    let tools = [kind.make, kind.mount].map(|line| line.split(' ').next().unwrap_or_default());
    for tool in tools {
        if !system("sh", &["-c", &format!("command -v {tool}")]) {
            skipped(TOOLS, &format!("there is no {tool}"));
            return None;
        }
    }
    let scene = sealed();
    let image = scene.at("image");
    let file = std::fs::File::create(&image).unwrap();
    let bytes: u64 = kind.size.parse().unwrap();
    file.set_len(bytes << 20).unwrap();
    let mut words: Vec<&str> = kind.make.split(' ').collect();
    let image = image.display().to_string();
    words.push(&image);
    assert!(system(words[0], &words[1..]), "{}", kind.make);
    let script = script.replace("MOUNT", kind.mount);
    let script = script.replace("DIFF", kind.but_for);
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script, PROGRAM])
        .current_dir(scene.dir())
        .output()
        .unwrap();
    if output.status.code() == Some(77) {
        skipped(
            ROOT,
            &format!("this machine does not let root do {}", kind.mount),
        );
        return None;
    }
    let ran = Ran::of(&[kind.mount], &output);
    Some((scene, ran))
}

#[test]
fn ext4_holds_the_same_copies() {
    holds_the_same(&Kind {
        size: "64",
        make: "mkfs.ext4 -q",
        mount: "mount $device m",
        but_for: "",
        read_back: "from the device",
    });
}

#[test]
fn xfs_holds_the_same_copies() {
    holds_the_same(&Kind {
        size: "320",
        make: "mkfs.xfs -q",
        mount: "mount $device m",
        but_for: "",
        read_back: "from the device",
    });
}

#[test]
fn btrfs_holds_the_same_copies() {
    holds_the_same(&Kind {
        size: "256",
        make: "mkfs.btrfs -q",
        mount: "mount $device m",
        but_for: "",
        read_back: "Copied, and read back",
    });
}

const EXFAT: Kind = Kind {
    size: "64",
    make: "mkfs.exfat",
    mount: "mount.exfat-fuse $device m",
    // no links
    but_for: "--exclude link",
    read_back: "through a driver",
};

#[test]
fn exfat_holds_the_same_copies_without_modes_and_links() {
    holds_the_same(&EXFAT);
}

#[test]
fn ntfs_holds_the_same_copies() {
    holds_the_same(&Kind {
        size: "64",
        make: "mkntfs -F -Q -q",
        mount: "ntfs-3g $device m",
        but_for: "",
        read_back: "through a driver",
    });
}

/// Two files of one name but for its case would become one: the restore ends, and names it.
const TWO_CASES: &str = r#"
device=$(losetup --find --show image) || exit 77
ends() { status=$?; cd /; umount "$here/m" 2>/dev/null; losetup -d $device; exit $status; }
here=$PWD; trap ends EXIT
mkdir m; MOUNT || exit 77
rm -rf v1/* v2/* legal?/* audit?/* ops?/*
echo one >node/Key.jks.bak; echo two >node/key.jks.bak
"$0" seal node --rehearsal --label Cases --threshold 2 --custodian legal --custodian audit --custodian ops \
  --vault-to v1 --vault-to v2 --share-to legal=legal1 --share-to legal=legal2 --share-to audit=audit1 \
  --share-to audit=audit2 --share-to ops=ops1 --share-to ops=ops2 || exit 31
"$0" restore --rehearsal --from v1 --from legal1 --from ops2 --into m/out
status=$?
[ ! -e m/out ] || exit 32
"$0" restore --rehearsal --from v1 --from legal1 --from ops2 --into out || exit 33
[ $status = 5 ]
"#;

#[test]
fn two_files_whose_names_differ_in_case_only_are_not_restored_into_one() {
    let Some((_, ran)) = on(&EXFAT, TWO_CASES) else {
        return;
    };
    ran.exits(0)
        .says("key.jks.bak\" for another file")
        .says("tells such names apart");
}

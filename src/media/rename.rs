//! Renaming that never replaces anything, on every driver.

use std::os::fd::AsFd;

use rustix::fs::{AtFlags, RenameFlags};
use rustix::io::Errno;
use rustix::path::Arg;

/// Renames inside one directory, unless the new name is taken.
///
/// # Errors
/// `EEXIST` when the new name is taken, by whatever; the system's other answers.
pub fn rename_new<D: AsFd + Copy, P: Arg + Copy>(dir: D, from: P, to: P) -> rustix::io::Result<()> {
    match rustix::fs::renameat_with(dir, from, dir, to, RenameFlags::NOREPLACE) {
        // drivers outside the kernel (exfat-fuse, ntfs-3g) do not know the flag
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_after_look(dir, from, to),
        answer => answer,
    }
}

/// Renames where the system cannot look and rename in one step. The directory is ours alone, so the gap is bearable.
fn rename_after_look<D: AsFd + Copy, P: Arg + Copy>(
    dir: D,
    from: P,
    to: P,
) -> rustix::io::Result<()> {
    match rustix::fs::statat(dir, to, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(_) => Err(Errno::EXIST),
        Err(Errno::NOENT) => rustix::fs::renameat(dir, from, dir, to),
        Err(errno) => Err(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_taken_name_is_left_alone_with_and_without_the_systems_help() {
        let dir = tempfile::tempdir().unwrap();
        let open = fs::File::open(dir.path()).unwrap();
        type Rename = fn(&fs::File, &str, &str) -> rustix::io::Result<()>;
        let both: [Rename; 2] = [
            |dir, from, to| rename_new(dir, from, to),
            |dir, from, to| rename_after_look(dir, from, to),
        ];
        for rename in both {
            fs::write(dir.path().join("a"), "new").unwrap();
            fs::write(dir.path().join("b"), "old").unwrap();
            std::os::unix::fs::symlink("nowhere", dir.path().join("link")).unwrap();
            for taken in ["b", "link"] {
                assert_eq!(rename(&open, "a", taken), Err(Errno::EXIST));
            }
            assert_eq!(fs::read(dir.path().join("b")).unwrap(), b"old");
            rename(&open, "a", "c").unwrap();
            assert_eq!(rename(&open, "a", "d"), Err(Errno::NOENT));
            assert_eq!(fs::read(dir.path().join("c")).unwrap(), b"new");
            for name in ["b", "c", "link"] {
                fs::remove_file(dir.path().join(name)).unwrap();
            }
        }
    }
}

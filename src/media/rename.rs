//! Renaming that never replaces anything, on every driver.

use std::os::fd::AsFd;

use rustix::fs::{AtFlags, FileType, Mode, RenameFlags, Stat, mkdirat, mknodat, statat, unlinkat};
use rustix::io::Errno;
use rustix::path::Arg;

/// Renames inside one directory, unless the new name is taken.
///
/// # Errors
/// `EEXIST` when the new name is taken, by whatever; the system's other answers.
pub fn rename_new<D: AsFd + Copy, P: Arg + Copy>(dir: D, from: P, to: P) -> rustix::io::Result<()> {
    match rustix::fs::renameat_with(dir, from, dir, to, RenameFlags::NOREPLACE) {
        // drivers outside the kernel (exfat-fuse, ntfs-3g) do not know the flag
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_over_own(dir, from, to),
        answer => answer,
    }
}

/// Renames where the system cannot look and rename in one step: takes the new name first, with something empty of its
/// own, and renames over that. Killed in between, it leaves something empty, and both names are there.
fn rename_over_own<D: AsFd + Copy, P: Arg + Copy>(
    dir: D,
    from: P,
    to: P,
) -> rustix::io::Result<()> {
    rename_over_own_then(dir, from, to, || ())
}

fn rename_over_own_then<D: AsFd + Copy, P: Arg + Copy>(
    dir: D,
    from: P,
    to: P,
    meanwhile: impl FnOnce(),
) -> rustix::io::Result<()> {
    let is_directory = kind(&statat(dir, from, AtFlags::SYMLINK_NOFOLLOW)?) == FileType::Directory;
    // Made without being opened: drivers in user space keep what is renamed over under another name while it is open.
    match is_directory {
        true => mkdirat(dir, to, Mode::RWXU)?,
        false => mknodat(dir, to, FileType::RegularFile, Mode::RUSR | Mode::WUSR, 0)?,
    }
    let ours = statat(dir, to, AtFlags::SYMLINK_NOFOLLOW)?;
    meanwhile();
    let there = statat(dir, to, AtFlags::SYMLINK_NOFOLLOW)?;
    let is_ours = (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
        && kind(&there) == kind(&ours)
        && (is_directory || there.st_size == 0);
    if !is_ours {
        return Err(Errno::EXIST);
    }
    // A directory that is not empty any more is not renamed over.
    rustix::fs::renameat(dir, from, dir, to).inspect_err(|_| {
        let flags = match is_directory {
            true => AtFlags::REMOVEDIR,
            false => AtFlags::empty(),
        };
        // The error that is reported is the one that stopped it.
        let _ = unlinkat(dir, to, flags);
    })
}

fn kind(seen: &Stat) -> FileType {
    FileType::from_raw_mode(seen.st_mode)
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
            |dir, from, to| rename_over_own(dir, from, to),
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

    #[test]
    fn a_directory_comes_to_a_free_name_and_over_nothing_without_the_systems_help() {
        let dir = tempfile::tempdir().unwrap();
        let open = fs::File::open(dir.path()).unwrap();
        fs::create_dir_all(dir.path().join("a/inside")).unwrap();
        fs::create_dir(dir.path().join("taken")).unwrap();
        assert_eq!(rename_over_own(&open, "a", "taken"), Err(Errno::EXIST));
        rename_over_own(&open, "a", "b").unwrap();
        assert!(dir.path().join("b/inside").is_dir() && !dir.path().join("a").exists());
    }

    #[test]
    fn what_somebody_puts_there_meanwhile_stays() {
        let dir = tempfile::tempdir().unwrap();
        let open = fs::File::open(dir.path()).unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("a"), "new").unwrap();
        let writes = || fs::write(at("b"), "theirs").unwrap();
        let renamed = rename_over_own_then(&open, "a", "b", writes);
        assert_eq!(renamed, Err(Errno::EXIST));
        let links = || {
            fs::remove_file(at("c")).unwrap();
            std::os::unix::fs::symlink("b", at("c")).unwrap();
        };
        let renamed = rename_over_own_then(&open, "a", "c", links);
        assert_eq!(renamed, Err(Errno::EXIST));
        assert_eq!(fs::read(at("a")).unwrap(), b"new");
        assert_eq!(fs::read(at("c")).unwrap(), b"theirs");
        fs::create_dir_all(at("d/inside")).unwrap();
        let fills = || fs::write(at("e/theirs"), "").unwrap();
        assert!(rename_over_own_then(&open, "d", "e", fills).is_err());
        assert!(at("d/inside").is_dir() && at("e/theirs").exists());
    }
}

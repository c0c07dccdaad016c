//! Removes a tree that we made, for instance an unfinished restore.
//!
//! Knows open directories. Follows no link and leaves no file system: what it deletes lies below the one directory.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{AtFlags, Mode, OFlags, SeekFrom, Stat, chmod, fstat, openat, seek, unlinkat};
use rustix::io::Errno;

use super::names::each;
use crate::error::{Error, Result};

const DIRECTORY: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Removes the directory `dir` and everything in it, also what its modes keep its owner from.
/// Fails if `dir` is a link, or if another file system is mounted in it.
pub fn remove_tree(dir: &Path) -> Result<()> {
    let failed = |errno: Errno| super::io("remove", dir)(errno);
    let name = dir.file_name().ok_or(Errno::INVAL).map_err(failed)?;
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let parent = File::open(parent).map_err(Error::io("remove", dir))?.into();
    let top = enter(&parent, name.as_bytes()).map_err(failed)?;
    empty(top, dir)?;
    unlinkat(&parent, name, AtFlags::REMOVEDIR).map_err(failed)
}

/// Removes everything in `top`. One directory is open at a time, however deep the tree; the way back is `..`, and is
/// checked to be the way we came.
fn empty(top: OwnedFd, dir: &Path) -> Result<()> {
    let failed = |errno: Errno| super::io("remove", dir)(errno);
    let device = fstat(&top).map_err(failed)?.st_dev;
    let mut current = top;
    let mut way: Vec<(Stat, Vec<u8>)> = Vec::new();
    loop {
        if let Some(name) = clear(&current).map_err(failed)? {
            let below = enter(&current, &name).map_err(failed)?;
            if fstat(&below).map_err(failed)?.st_dev != device {
                return Err(failed(Errno::XDEV));
            }
            way.push((fstat(&current).map_err(failed)?, name));
            current = below;
            continue;
        }
        let Some((above, name)) = way.pop() else {
            return Ok(());
        };
        let back = openat(&current, "..", DIRECTORY, Mode::empty()).map_err(failed)?;
        let seen = fstat(&back).map_err(failed)?;
        if (seen.st_dev, seen.st_ino) != (above.st_dev, above.st_ino) {
            return Err(Error::Changed(dir.join(OsStr::from_bytes(&name))));
        }
        unlinkat(&back, &name, AtFlags::REMOVEDIR).map_err(failed)?;
        current = back;
    }
}

/// Removes what is not a directory, up to the first directory, whose name it answers.
fn clear(current: &OwnedFd) -> rustix::io::Result<Option<Vec<u8>>> {
    loop {
        let (mut directory, mut removed) = (None, false);
        seek(current, SeekFrom::Start(0))?;
        each(current, |name| {
            match unlinkat(current, name, AtFlags::empty()) {
                Ok(()) => {
                    removed = true;
                    Ok(true)
                }
                Err(Errno::ISDIR) => {
                    directory = Some(name.to_vec());
                    Ok(false)
                }
                Err(errno) => Err(errno),
            }
        })?;
        // A listing may miss names while others are removed: only one that finds nothing is the end.
        if directory.is_some() || !removed {
            return Ok(directory);
        }
    }
}

/// Opens a directory to be emptied, and first allows its owner to.
fn enter(parent: &OwnedFd, name: &[u8]) -> rustix::io::Result<OwnedFd> {
    let at = openat(parent, name, DIRECTORY | OFlags::PATH, Mode::empty())?;
    if fstat(&at)?.st_mode & 0o700 != 0o700 {
        // By way of the open directory, since chmod by name would follow a link put there.
        chmod(format!("/proc/self/fd/{}", at.as_raw_fd()), Mode::RWXU)?;
    }
    openat(&at, ".", DIRECTORY, Mode::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::tests::{as_nobody, deep};
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_tree_goes_and_what_its_links_lead_to_stays() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let tree = dir.path().join("tree");
        for n in 0..300 {
            let sub = tree.join(format!("{n}/x"));
            fs::create_dir_all(&sub).unwrap();
            fs::write(sub.join("f"), "").unwrap();
            fs::write(tree.join(format!("f{n}")), "").unwrap();
        }
        fs::write(other.path().join("kept"), "").unwrap();
        symlink(other.path(), tree.join("link")).unwrap();
        symlink("..", tree.join("7/up")).unwrap();
        remove_tree(&tree).unwrap();
        assert!(!tree.exists());
        assert!(other.path().join("kept").exists());
        assert!(dir.path().exists());
    }

    #[test]
    fn a_link_to_a_tree_is_not_a_tree() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("tree/a")).unwrap();
        symlink("tree", dir.path().join("link")).unwrap();
        assert!(remove_tree(&dir.path().join("link")).is_err());
        assert!(remove_tree(&dir.path().join("missing")).is_err());
        assert!(remove_tree(Path::new("/")).is_err());
        assert!(dir.path().join("tree/a").exists());
    }

    #[test]
    fn a_tree_deeper_than_a_process_may_open_files_goes() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("tree")).unwrap();
        deep(&dir.path().join("tree"), 3000);
        remove_tree(&dir.path().join("tree")).unwrap();
        assert!(!dir.path().join("tree").exists());
    }

    #[test]
    fn directories_that_forbid_everything_go_too() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let tree = dir.path().join("tree");
        as_nobody(|| {
            fs::create_dir_all(tree.join("shut/in")).unwrap();
            fs::write(tree.join("shut/in/f"), "").unwrap();
            for shut in ["shut/in", "shut", ""] {
                fs::set_permissions(tree.join(shut), fs::Permissions::from_mode(0o0)).unwrap();
            }
            assert!(
                fs::remove_dir_all(&tree).is_err(),
                "the test proves nothing"
            );
            remove_tree(&tree).unwrap();
        });
        assert!(!tree.exists());
    }
}

//! Opens what lies below one directory, and never anything else.
//!
//! Knows directories and how to reach them without following a link; checks no names (see `plain`).

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;

/// A directory that nothing opened through it can leave.
#[derive(Debug)]
pub(super) struct Beneath {
    pub(super) root: OwnedFd,
    /// Whether the kernel keeps to the directory by itself. Kernels before 5.6 and some system-call filters do not
    /// have openat2; then we go component by component.
    pub(super) openat2: bool,
}

impl Beneath {
    /// Opens the directory at `path`; the empty path is the root. A link on the way is an error
    /// (`LOOP` or `NOTDIR`), wherever it leads.
    pub(super) fn open(&mut self, path: &[u8], how: OFlags) -> Result<OwnedFd, Errno> {
        let how = how | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        if path.is_empty() {
            return openat(&self.root, ".", how, Mode::empty());
        }
        if !self.openat2 {
            return self.step_by_step(path, how);
        }
        let rules = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match openat2(&self.root, path, how, Mode::empty(), rules) {
            Err(Errno::NOSYS | Errno::PERM) => {
                self.openat2 = false;
                self.step_by_step(path, how)
            }
            answer => answer,
        }
    }

    fn step_by_step(&self, path: &[u8], how: OFlags) -> Result<OwnedFd, Errno> {
        let on_the_way = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut at = openat(&self.root, ".", on_the_way, Mode::empty())?;
        for name in path.split(|byte| *byte == b'/') {
            // A second guard: `openat` alone would go up here.
            if matches!(name, b"" | b"." | b"..") {
                return Err(Errno::XDEV);
            }
            at = openat(&at, name, on_the_way, Mode::empty())?;
        }
        openat(&at, ".", how, Mode::empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::os::unix::fs::symlink;

    fn both(root: &std::path::Path) -> [Beneath; 2] {
        [true, false].map(|openat2| {
            let root = File::open(root).unwrap().into();
            Beneath { root, openat2 }
        })
    }

    #[test]
    fn both_ways_open_what_is_below_and_refuse_links_and_ways_up() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir_all(dir.path().join("a/b/c")).unwrap();
        fs::create_dir(other.path().join("x")).unwrap();
        symlink(other.path(), dir.path().join("a/out")).unwrap();
        symlink("b", dir.path().join("a/in")).unwrap();
        fs::write(dir.path().join("a/file"), "").unwrap();
        for mut beneath in both(dir.path()) {
            for good in [b"".as_slice(), b"a", b"a/b/c"] {
                beneath.open(good, OFlags::PATH).unwrap();
                beneath.open(good, OFlags::RDONLY).unwrap();
            }
            for bad in [
                "a/out",
                "a/out/x",
                "a/in",
                "a/in/c",
                "..",
                "a/../../x",
                "/",
                "/etc",
                "a/file",
                "no",
            ] {
                let answer = beneath.open(bad.as_bytes(), OFlags::RDONLY);
                assert!(answer.is_err(), "{bad}, openat2 {}", beneath.openat2);
            }
        }
    }
}

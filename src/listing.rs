//! The names in a directory, read so that nothing the system answers ends the program.
//!
//! The standard library's `read_dir` panics when the directory cannot be closed. Knows paths and names; not what they
//! stand for.

use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Dir, Mode, OFlags};

/// A directory that is being listed: what is in it, without `.` and `..`, in no order. After an error it ends.
pub struct Listing {
    path: PathBuf,
    dir: Dir,
}

/// Something in a directory.
pub struct Listed {
    path: PathBuf,
}

/// Begins to list a directory.
///
/// # Errors
/// What the system answers.
pub fn list(path: &Path) -> io::Result<Listing> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let dir = Dir::new(rustix::fs::open(path, flags, Mode::empty())?)?;
    let path = path.to_owned();
    Ok(Listing { path, dir })
}

impl Iterator for Listing {
    type Item = io::Result<Listed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = match self.dir.read()? {
                Ok(entry) => entry,
                Err(errno) => return Some(Err(errno.into())),
            };
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                let path = self.path.join(OsStr::from_bytes(name));
                return Some(Ok(Listed { path }));
            }
        }
    }
}

impl Listed {
    /// The directory's path, as it was given, and the name.
    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Its name.
    pub fn file_name(&self) -> OsString {
        self.path.file_name().unwrap_or_default().to_owned()
    }

    /// What it is; a link is a link.
    ///
    /// # Errors
    /// What the system answers.
    pub fn file_type(&self) -> io::Result<FileType> {
        fs::symlink_metadata(&self.path).map(|about| about.file_type())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn everything_in_a_directory_is_listed_once_and_a_link_is_a_link() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..3000 {
            fs::write(
                dir.path().join(format!("a-rather-long-name-{number:04}")),
                "",
            )
            .unwrap();
        }
        fs::create_dir(dir.path().join(".hidden")).unwrap();
        symlink(".hidden", dir.path().join("link")).unwrap();
        let odd = OsStr::from_bytes(b"\xff\n");
        fs::write(dir.path().join(odd), "").unwrap();
        let listed: Vec<Listed> = list(dir.path()).unwrap().map(Result::unwrap).collect();
        let mut names: Vec<OsString> = listed.iter().map(Listed::file_name).collect();
        names.sort();
        names.dedup();
        assert_eq!((listed.len(), names.len()), (3003, 3003));
        assert!(names.iter().any(|name| name == odd));
        for one in &listed {
            assert_eq!(one.path(), dir.path().join(one.file_name()));
            let kind = one.file_type().unwrap();
            assert_eq!(kind.is_symlink(), one.file_name() == "link");
            assert_eq!(kind.is_dir(), one.file_name() == ".hidden");
        }
    }

    #[test]
    fn what_is_no_directory_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(list(dir.path()).unwrap().count(), 0);
        fs::write(dir.path().join("file"), "").unwrap();
        for name in ["file", "none"] {
            assert!(list(&dir.path().join(name)).is_err(), "{name}");
        }
    }
}

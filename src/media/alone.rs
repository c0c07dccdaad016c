//! One new file in a directory that is not ours: a sheet's PDF, under an unfinished name until it was read back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, OFlags};
use rustix::io::Errno;

use super::file::{NewFile, Proven, unfinished};
use super::folder::{ORDINARY, Place, open_dir};
use crate::digest::Hasher;
use crate::error::{Error, Result};

/// Writes a new file for its owner only: whole, flushed, read back, then renamed. When anything fails, nothing is left
/// that this run made, or the error names it.
///
/// # Errors
/// [`Error::Exists`] when the name, or its unfinished one, is taken; [`Error::ReadBack`]; [`Error::Io`].
pub fn put_alone(path: &Path, bytes: &[u8]) -> Result<Proven> {
    let (parent, name) = parts(path)?;
    let dir =
        open_dir(rustix::fs::CWD, &parent, OFlags::empty()).map_err(Error::io("open", &parent))?;
    is_free(&dir, name, path)?;
    let place = Arc::new(Place::new(dir, parent));
    let written =
        NewFile::create(&place, name, ORDINARY, Some(Hasher::new())).and_then(|mut file| {
            file.append(bytes)?;
            file.flush_and_check()?.finish()
        });
    // a share that is left in clear is worse than whatever stopped it
    written.map_err(|error| place.take_back().err().unwrap_or(error))
}

impl Place {
    /// Removes the files that this run made here. What cannot be removed is what the error names.
    fn take_back(&self) -> Result<()> {
        for made in self.made().drain(..) {
            let name = made.name_now();
            let removed = rustix::fs::unlinkat(&self.dir, &name, AtFlags::empty());
            if let Some(errno) = removed.err().filter(|errno| *errno != Errno::NOENT) {
                let path = self.path_of(&name);
                return Err(Error::io("finish or remove", &path)(errno.into()));
            }
        }
        Ok(())
    }
}

/// Whether a new file could be called so: nothing is there, finished or not.
///
/// # Errors
/// [`Error::Exists`]; [`Error::Io`] when its directory is not there.
pub fn check_alone(path: &Path) -> Result<()> {
    let (parent, name) = parts(path)?;
    let dir =
        open_dir(rustix::fs::CWD, &parent, OFlags::empty()).map_err(Error::io("open", &parent))?;
    is_free(&dir, &unfinished(name), path)?;
    is_free(&dir, name, path)
}

fn is_free(dir: &std::fs::File, name: &str, path: &Path) -> Result<()> {
    match rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(_) => Err(Error::Exists(path.with_file_name(name))),
        Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(Error::io("create", path)(errno.into())),
    }
}

/// The directory and the name in it.
fn parts(path: &Path) -> Result<(PathBuf, &str)> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Error::Usage {
        what: format!("{path:?} cannot be the name of a new file"),
        hint: "give a file in a directory that is there, for example sheets/legal.pdf".into(),
    })?;
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    Ok((parent.unwrap_or(Path::new(".")).to_owned(), name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_file_is_new_whole_and_its_owners() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("share 1 of \"legal\".pdf");
        check_alone(&path).unwrap();
        let proven = put_alone(&path, b"%PDF").unwrap();
        assert_eq!(proven.bytes, 4);
        assert_eq!(fs::read(&path).unwrap(), b"%PDF");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn nothing_is_overwritten_and_nothing_of_others_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (taken, link, begun) = ("taken.pdf", "link.pdf", "begun.pdf");
        fs::write(dir.path().join(taken), "mine").unwrap();
        symlink("nowhere", dir.path().join(link)).unwrap();
        fs::write(dir.path().join("begun.pdf.unfinished"), "mine").unwrap();
        for name in [taken, link, begun] {
            let path = dir.path().join(name);
            assert!(
                matches!(check_alone(&path), Err(Error::Exists(_))),
                "{name}"
            );
            assert!(
                matches!(put_alone(&path, b"new"), Err(Error::Exists(_))),
                "{name}"
            );
        }
        assert_eq!(fs::read(dir.path().join(taken)).unwrap(), b"mine");
        assert_eq!(
            fs::read(dir.path().join("begun.pdf.unfinished")).unwrap(),
            b"mine"
        );
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    }

    #[test]
    fn what_cannot_be_taken_back_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let open = open_dir(rustix::fs::CWD, dir.path(), OFlags::empty()).unwrap();
        let place = Place::new(open, dir.path().to_owned());
        place.note_made("gone.pdf");
        place.take_back().unwrap();
        // A directory in its place is as good as a medium that answers nothing any more: it is not unlinked.
        fs::create_dir(dir.path().join("here.pdf.unfinished")).unwrap();
        place.note_made("here.pdf");
        let left = place.take_back().unwrap_err().to_string();
        assert!(left.contains("cannot finish or remove"), "{left}");
        assert!(left.contains("here.pdf.unfinished"), "{left}");
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gone/a.pdf");
        for answer in [check_alone(&path), put_alone(&path, b"x").map(drop)] {
            assert!(matches!(answer, Err(Error::Io { .. })));
        }
        assert!(matches!(
            check_alone(Path::new("/")),
            Err(Error::Usage { .. })
        ));
    }
}

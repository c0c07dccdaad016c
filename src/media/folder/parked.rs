//! A folder with nothing open of it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{AtFlags, OFlags};
use rustix::io::Errno;

use super::{Made, NewFolder, Place, finished, open_dir, sync_dir, unfinished};
use crate::error::{Error, Result};
use crate::media::Proven;

/// A folder of this run that nothing is open of, so that its medium can be unmounted and taken out for a while.
#[derive(Debug)]
pub struct Parked {
    pub(super) name: String,
    pub(super) made: Vec<Made>,
}

impl Parked {
    /// The folder's name on its medium.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files finished so far, sorted by name.
    pub fn contents(&self) -> Vec<Proven> {
        finished(&self.made)
    }

    /// Opens the folder again, in `parent`, where its medium is mounted now.
    ///
    /// # Errors
    /// [`Error::Io`] when it is not there; the parked folder is given back for another try.
    pub fn resume(self, parent: &Path) -> std::result::Result<NewFolder, (Error, Self)> {
        match self.open(parent) {
            Ok((parent_dir, dir)) => Ok(NewFolder {
                parent: parent_dir,
                place: Arc::new(Place::with(dir, parent.join(&self.name), self.made)),
                name: self.name,
            }),
            Err(error) => Err((error, self)),
        }
    }

    /// Removes what is left of it, on a medium that is there again. What was renamed when the medium went may have either
    /// name. Given back where something stays.
    ///
    /// # Errors
    /// The parked folder, for another try.
    pub fn remove(self, parent: &Path) -> std::result::Result<(), Self> {
        let Ok((parent_dir, dir)) = self.open(parent) else {
            return Err(self);
        };
        let mut is_gone = true;
        for made in &self.made {
            let name = match made {
                Made::Unfinished(name) => name,
                Made::Finished(proven) => &proven.name,
            };
            for name in [name, &unfinished(name)] {
                let removed = rustix::fs::unlinkat(&dir, name, AtFlags::empty());
                is_gone &= matches!(removed, Ok(()) | Err(Errno::NOENT));
            }
        }
        is_gone &= rustix::fs::unlinkat(&parent_dir, &self.name, AtFlags::REMOVEDIR).is_ok();
        // best effort: what was removed is of no use to anybody
        let _ = sync_dir(&parent_dir);
        match is_gone {
            true => Ok(()),
            false => Err(self),
        }
    }

    fn open(&self, parent: &Path) -> Result<(File, File)> {
        let parent_dir = open_dir(rustix::fs::CWD, parent, OFlags::empty())
            .map_err(Error::io("open", parent))?;
        let dir = open_dir(&parent_dir, self.name.as_str(), OFlags::NOFOLLOW)
            .map_err(Error::io("open", &parent.join(&self.name)))?;
        Ok((parent_dir, dir))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_left_on_a_medium_that_came_back_is_removed_under_either_name_and_nothing_else() {
        let medium = tempfile::tempdir().unwrap();
        let made = NewFolder::create(medium.path(), "thing").unwrap();
        made.put("done", b"x").unwrap();
        made.new_file("begun").unwrap().append(b"x").unwrap();
        let folder = medium.path().join("thing");
        // the rename had not reached the medium when it was pulled
        fs::rename(folder.join("done"), folder.join("done.unfinished")).unwrap();
        fs::write(folder.join("other"), "somebody's").unwrap();
        let left = made.park().remove(medium.path()).unwrap_err();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_file(folder.join("other")).unwrap();
        assert!(left.remove(medium.path()).is_ok());
        assert!(!folder.exists());
    }
}

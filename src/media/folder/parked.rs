//! A folder with nothing open of it.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustix::fs::OFlags;

use super::{Made, NewFolder, Place, open_dir};
use crate::error::{Error, Result};

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

    /// Opens the folder again, in `parent`, where its medium is mounted now.
    ///
    /// # Errors
    /// [`Error::Io`] when it is not there; the parked folder is given back for another try.
    pub fn resume(self, parent: &Path) -> std::result::Result<NewFolder, (Error, Self)> {
        match self.open(parent) {
            Ok((parent_dir, dir)) => Ok(NewFolder {
                parent: parent_dir,
                place: Arc::new(Place {
                    dir,
                    path: parent.join(&self.name),
                    made: Mutex::new(self.made),
                }),
                name: self.name,
            }),
            Err(error) => Err((error, self)),
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

//! One walk that counts everything and shows each file, which is opened only when somebody asks for its bytes.
//!
//! Knows open directories, files and their first bytes; nothing of what the bytes mean.

use std::path::PathBuf;

use rustix::fs::{Mode, OFlags, openat};

use super::reading::{fill, is_regular, size};
use super::survey::Survey;
use super::walk::{Ahead, Place, Visitor, walk};
use super::{Entry, Node, io as failed};
use crate::error::{Error, Result};

/// A regular file that the walk meets. Nothing of it is read unless it is asked for.
pub struct Sight<'s> {
    of: Of<'s>,
}

enum Of<'s> {
    /// A file on a disk.
    Disk(&'s Place<'s>),
    /// A file in memory: its size, and its first bytes as far as they are held.
    Memory {
        size: u64,
        first: &'s dyn Fn(usize) -> Option<&'s [u8]>,
        path: &'s dyn Fn() -> PathBuf,
    },
}

/// What [`Node::scout`] calls for each entry; regular files come with a [`Sight`].
pub type Scout<'v> = dyn FnMut(&Entry, Option<&Sight<'_>>) -> Result<()> + 'v;

/// What [`Node::scout`] asks for each directory: the most bytes of files whose first ones are wanted, if any are.
pub type Wants<'w> = dyn Fn(&[u8]) -> Option<u64> + 'w;

impl<'s> Sight<'s> {
    /// A file in memory.
    pub(super) fn held(
        size: u64,
        first: &'s dyn Fn(usize) -> Option<&'s [u8]>,
        path: &'s dyn Fn() -> PathBuf,
    ) -> Self {
        let of = Of::Memory { size, first, path };
        Self { of }
    }

    /// How many names the file has on its file system; more than one are hard links.
    pub fn names(&self) -> u64 {
        match &self.of {
            Of::Disk(place) => place.seen.st_nlink,
            Of::Memory { .. } => 1,
        }
    }

    /// Bytes that it takes on its disk: fewer than its size where it has holes.
    pub fn stored(&self) -> u64 {
        match &self.of {
            Of::Disk(place) => {
                let blocks = u64::try_from(place.seen.st_blocks);
                blocks.map_or(0, |blocks| blocks.saturating_mul(512))
            }
            Of::Memory { size, .. } => *size,
        }
    }

    /// Its first bytes, as many as there is room for in `buffer`, fewer where it is shorter. They may have been read
    /// already; else they are read into `buffer`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Changed`] where something else stands in its place now.
    pub fn first<'b>(&'b self, buffer: &'b mut [u8]) -> Result<&'b [u8]> {
        match &self.of {
            Of::Disk(place) => first_of(place, buffer),
            Of::Memory { first, path, .. } => first(buffer.len()).ok_or_else(|| {
                let why = std::io::ErrorKind::OutOfMemory.into();
                Error::io("hold", &path())(why)
            }),
        }
    }
}

fn first_of<'b>(place: &'b Place<'_>, buffer: &'b mut [u8]) -> Result<&'b [u8]> {
    let is_enough =
        |first: &&[u8]| first.len() >= buffer.len() || first.len() as u64 == size(place.seen);
    if let Some(first) = place.first.filter(is_enough) {
        return Ok(first.get(..buffer.len()).unwrap_or(first));
    }
    // A pipe put in the file's place must not make the open wait.
    let mut flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    flags.set(OFlags::NOFOLLOW, !place.through_link);
    let path = place.path;
    let file = openat(place.dir, place.name, flags, Mode::empty());
    let file = file.map_err(|errno| failed("read", &path())(errno))?;
    let seen = rustix::fs::fstat(&file).map_err(|errno| failed("read", &path())(errno))?;
    if !is_regular(&seen) {
        return Err(Error::Changed(path()));
    }
    let wanted = usize::try_from(size(&seen)).unwrap_or(usize::MAX);
    let wanted = wanted.min(buffer.len());
    let room = buffer.get_mut(..wanted).unwrap_or_default();
    let length = fill(&file, room).map_err(|errno| failed("read", &path())(errno))?;
    Ok(buffer.get(..length).unwrap_or_default())
}

impl Node {
    /// Counts what a [`Node::read`] would visit, and shows each entry on the way. What cannot be read is listed, not an
    /// error. `wants` says of a directory, by its path, how large files in it may be whose first bytes are going to be
    /// asked for: they are read ahead, many at once. It is only advice.
    ///
    /// # Errors
    /// What `visit` answers, and as [`Node::survey`].
    pub fn scout(&self, wants: &Wants<'_>, visit: &mut Scout<'_>) -> Result<Survey> {
        let survey = Survey::default();
        let mut scouting = Scouting {
            survey,
            wants,
            visit,
        };
        walk(self, &super::nothing, &mut scouting)?;
        Ok(scouting.survey)
    }
}

struct Scouting<'c, 'v> {
    survey: Survey,
    wants: &'c Wants<'c>,
    visit: &'c mut Scout<'v>,
}

impl Visitor for Scouting<'_, '_> {
    fn entry(&mut self, entry: Entry, place: Option<Place<'_>>) -> Result<()> {
        let sight = place.as_ref().map(|place| Sight {
            of: Of::Disk(place),
        });
        (self.visit)(&entry, sight.as_ref())?;
        self.survey.entry(entry, place)
    }

    fn failed(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.survey.failed(path, error)
    }

    fn ahead(&self, path: &[u8]) -> Ahead {
        (self.wants)(path).map_or(Ahead::Facts, Ahead::Beginnings)
    }
}

//! What lies at a path of a tree in memory: the answers of `stat`, `open` and `readlink`, by the rules of the kernel
//! (path_resolution(7)).

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use zeroize::Zeroizing;

use super::{Held, TOP, Tree, What};
use crate::node::There;
use crate::node::fetch::{errno_text, why_no_file};
use crate::node::path::{NAME_BYTES, PATH_BYTES};

/// How many links may be on a way; the number that the kernel has for them.
const MOST_LINKS: usize = 40;
/// Why the content of a file cannot be had.
const NOT_HELD: &str = "it was not held in memory while the vault was read";

/// A place in the tree: where it really is, and the number of what lies there.
pub(super) struct Spot {
    pub(super) path: Vec<u8>,
    pub(super) id: u32,
}

impl Tree {
    pub(in crate::node) fn there(&self, path: &Path) -> There {
        let found = self.find(path, true);
        let thing = match &found {
            Ok(spot) => self.thing(spot.id),
            Err(Errno::NOENT | Errno::NOTDIR) => None,
            Err(errno) => return There::Hidden(errno_text(*errno)),
        };
        match thing.map(|thing| (&thing.what, thing.mode)) {
            None => There::Nothing,
            Some((What::Directory(_), _)) => There::Directory,
            Some((What::File { size, .. }, mode)) => There::File { size: *size, mode },
            Some((What::Link(_), _)) => There::Special,
        }
    }

    pub(in crate::node) fn resolved(&self, path: &Path) -> Option<PathBuf> {
        let spot = self.find(path, true).ok()?;
        Some(PathBuf::from(OsString::from_vec(spot.path)))
    }

    pub(in crate::node) fn link_at(&self, path: &Path) -> Option<PathBuf> {
        let spot = self.find(path, false).ok()?;
        match &self.thing(spot.id)?.what {
            What::Link(text) => Some(PathBuf::from(OsString::from_vec(text.to_vec()))),
            _ => None,
        }
    }

    pub(in crate::node) fn fetch(
        &self,
        path: &Path,
        most: usize,
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        let (size, held) = self.file_at(path)?;
        if size > most as u64 {
            return Err(format!("it has more than {most} bytes"));
        }
        match held {
            Held::Whole(bytes) => Ok(bytes.clone()),
            Held::First(_) | Held::Plain | Held::NoRoom => Err(NOT_HELD.into()),
        }
    }

    pub(in crate::node) fn beginning(
        &self,
        path: &Path,
        most: usize,
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        let (_, held) = self.file_at(path)?;
        let first = held.first(most).ok_or(NOT_HELD)?;
        Ok(Zeroizing::new(first.to_vec()))
    }

    fn file_at(&self, path: &Path) -> Result<(u64, &Held), String> {
        if let Some(why) = why_no_file(self.there(path)) {
            return Err(why);
        }
        let spot = self.find(path, true).map_err(errno_text)?;
        match self.thing(spot.id).map(|thing| &thing.what) {
            Some(What::File { size, held }) => Ok((*size, held)),
            _ => Err(NOT_HELD.into()),
        }
    }

    /// Finds what lies at an absolute path; a link at its end is followed if that is wanted.
    pub(super) fn find(&self, path: &Path, is_followed: bool) -> Result<Spot, Errno> {
        let path = path.as_os_str().as_bytes();
        if !path.starts_with(b"/") {
            return Err(Errno::NOENT);
        }
        if path.len() >= PATH_BYTES {
            return Err(Errno::NAMETOOLONG);
        }
        let (mut passed, mut way) = (Vec::<(Vec<u8>, u32)>::new(), steps(path));
        let mut links = 0;
        while let Some(name) = way.pop() {
            let here = passed.last().map_or(TOP, |(_, id)| *id);
            let Some(What::Directory(names)) = self.thing(here).map(|thing| &thing.what) else {
                return Err(Errno::NOTDIR);
            };
            match name.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    passed.pop();
                    continue;
                }
                _ if name.len() > NAME_BYTES => return Err(Errno::NAMETOOLONG),
                _ => {}
            }
            let id = *names.get(name.as_slice()).ok_or(Errno::NOENT)?;
            match self.thing(id).map(|thing| &thing.what) {
                Some(What::Link(text)) if is_followed || !way.is_empty() => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Errno::LOOP);
                    }
                    if text.starts_with(b"/") {
                        passed.clear();
                    }
                    way.extend(steps(text));
                }
                _ => passed.push((name, id)),
            }
        }
        let id = passed.last().map_or(TOP, |(_, id)| *id);
        let mut path: Vec<u8> = passed
            .iter()
            .flat_map(|(name, _)| [b"/", name.as_slice()].concat())
            .collect();
        if path.is_empty() {
            path.push(b'/');
        }
        Ok(Spot { path, id })
    }
}

impl Held {
    /// The first bytes, at most `most`, as far as they are held; `None` where there was no room for them.
    pub(super) fn first(&self, most: usize) -> Option<&[u8]> {
        match self {
            Self::Whole(bytes) | Self::First(bytes) => {
                Some(bytes.get(..most).unwrap_or(bytes.as_slice()))
            }
            Self::Plain => Some(&[]),
            Self::NoRoom => None,
        }
    }
}

/// The components of a path, the first one last.
fn steps(path: &[u8]) -> Vec<Vec<u8>> {
    let parts = path.split(|byte| *byte == b'/');
    parts.rev().map(<[u8]>::to_vec).collect()
}

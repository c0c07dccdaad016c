//! The way from the root of the file system to an absolute place, step by step and through no link.
//!
//! Knows open directories and names; makes nothing.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

use super::path::{plain, split};
use crate::error::{Error, Result};

/// How far the way to a directory goes.
pub(super) enum Way {
    There(OwnedFd),
    Missing,
    Barred(PathBuf),
}

/// Goes from the root to the directory `below` it.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn walk(below: &[u8]) -> Result<Way> {
    let mut at = root()?;
    for end in ends(below) {
        let path = below.get(..end).unwrap_or_default();
        let whole = absolute(path);
        at = match step(&at, split(path).1) {
            Ok(next) => next,
            Err(Errno::NOENT) => return Ok(Way::Missing),
            Err(Errno::NOTDIR | Errno::LOOP) => return Ok(Way::Barred(shown(&whole).to_owned())),
            Err(errno) => return Err(super::io("open", shown(&whole))(errno)),
        };
    }
    Ok(Way::There(at))
}

/// The root of the file system.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn root() -> Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open("/", flags, Mode::empty()).map_err(super::io("open", Path::new("/")))
}

/// The directory `name` in `at`; a link is none.
pub(super) fn step(at: &OwnedFd, name: &[u8]) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(at, name, flags, Mode::empty())
}

/// Opens a directory at an absolute path for listing and flushing, again without following a link.
pub(super) fn open_to_list(path: &[u8]) -> Result<File> {
    let failed = |errno| super::io("open", shown(path))(errno);
    let Way::There(at) = walk(below_root(path)?)? else {
        return Err(failed(Errno::NOENT));
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = openat(&at, ".", flags, Mode::empty()).map_err(failed)?;
    Ok(File::from(open))
}

/// What is left of an absolute path behind the first slash; nothing for the root.
pub(super) fn below_root(home: &[u8]) -> Result<&[u8]> {
    let below = home.strip_prefix(b"/").ok_or("it is not absolute");
    let good = below.and_then(|below| match below {
        b"" => Ok(below),
        _ => plain(below).map(|()| below),
    });
    good.map_err(|why| Error::Refused {
        what: format!("{:?} is no place for a file: {why}", shown(home)),
        hint: "restore without --in-place".into(),
    })
}

/// The absolute path of what is `below` the root.
pub(super) fn absolute(below: &[u8]) -> Vec<u8> {
    [b"/", below].concat()
}

/// Where each component of a path ends.
pub(super) fn ends(below: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let slashes = below.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let last = (!below.is_empty()).then_some(below.len());
    slashes.map(|(end, _)| end).chain(last)
}

/// Bytes as a path.
pub(super) fn shown(path: &[u8]) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(path))
}

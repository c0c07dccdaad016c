//! Paths as they are decided on: relative ones inside, absolute ones outside. Text only, no file is touched.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::contents::Place;

/// The path with `to` in the place of `from`, where it begins with that.
pub(in crate::commands::seal::taking) fn exchanged(
    path: &Path,
    from: &Path,
    to: &Path,
) -> Option<PathBuf> {
    let below = path.strip_prefix(from).ok()?;
    Some(match below.as_os_str().is_empty() {
        true => to.to_owned(),
        false => to.join(below),
    })
}

/// The place of a path as it is sealed.
pub(super) fn known_as(path: &[u8]) -> Place {
    match path.starts_with(b"/") {
        true => Place::Outside(PathBuf::from(OsStr::from_bytes(path))),
        false => Place::Inside(path.to_vec()),
    }
}

/// The absolute path of one without its first slash.
pub(super) fn absolute(path: &[u8]) -> Vec<u8> {
    [b"/", path].concat()
}

/// Where a link leads by its text: relative to its own directory, `..` only in front.
pub(super) fn leads_to(path: &[u8], target: &[u8]) -> Vec<u8> {
    let is_outside = path.starts_with(b"/");
    let parts = |path: &[u8]| -> Vec<Vec<u8>> {
        let parts = path.split(|byte| *byte == b'/');
        parts
            .filter(|part| !part.is_empty())
            .map(<[u8]>::to_vec)
            .collect()
    };
    let mut way = parts(path);
    way.pop();
    for part in parts(target) {
        match part.as_slice() {
            b"." => {}
            b".." => {
                way.pop();
            }
            _ => way.push(part),
        }
    }
    let way = way.join(&b'/');
    match is_outside {
        true => absolute(&way),
        false => way,
    }
}

//! Carriers that are media: writing folders of files to them so that what looks finished is finished, reading them as
//! what they are (somebody's stick), and telling which medium they are, apart from those before it.
//!
//! Knows names, files, folders, file systems and disks. Knows nothing of what the files mean: no vault, no share.

mod alone;
mod carrier;
mod device;
mod file;
mod folder;
mod medium;
mod mounting;
mod mounts;
mod plugged;
mod readback;
mod rename;
mod sums;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use alone::{check_alone, put_alone};
pub use carrier::{Listing, OpenFolder, open_ordinary, read_ordinary};
pub use device::{Device, DiskId, Resolver};
pub use file::{Flushed, NewFile, Proven, Written};
pub use folder::{NewFolder, Parked};
pub use medium::{Medium, Part, Returned, Stay};
pub use mounting::{OwnMount, Unmounted};
pub use mounts::{Mount, Mounts};
pub use plugged::{Also, MountedAt, Plugged, PluggedPart};
pub use readback::ReadBack;
pub use rename::rename_new;
pub use sums::Sums;

use crate::error::{Error, Result};
use crate::listing;
use carrier::Presence;

/// What a file is called until it is complete, flushed and read back: its name with this at the end.
pub const UNFINISHED: &str = ".unfinished";

/// What a new file system has of its own: a medium with nothing else is empty.
pub const OWN: [&str; 2] = ["lost+found", "System Volume Information"];

/// The longest name of a file or folder that is written or asked for, in bytes.
const MAX_NAME: usize = 64;
/// The most folders [`find`] lists.
const MAX_FOUND: usize = 4096;
/// The most directory entries [`find`] looks at.
const MAX_LOOKED_AT: usize = 200_000;

/// Returns whether `name` means the same on every file system, FAT first of all, and to every tool.
///
/// Letters, digits, `.`, `_` and `-` of ASCII, 1 to 64 of them. No dot at either end (FAT drops the last one, and
/// the first hides a file or names a parent), no `-` first (tools take it for an option).
pub fn safe_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=MAX_NAME).contains(&name.len())
        && name.bytes().all(plain)
        && !name.starts_with(['.', '-'])
        && !name.ends_with('.')
}

/// What [`find`] found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The folders, sorted by name; or the one folder or file that was named itself.
    pub paths: Vec<PathBuf>,
    /// Whether there may be more: the limits of 4096 folders or 200,000 entries were reached.
    pub more: bool,
}

/// Lists the folders whose names begin with `prefix`, in whatever case, at the place that a person named: a mount point,
/// such a folder itself, or a file. Looks one level deep and follows no symbolic link but the one named.
///
/// Errors: [`Error::Io`] when the place is not there or cannot be read, or goes away meanwhile.
pub fn find(path: &Path, prefix: &str) -> Result<Found> {
    let about = fs::metadata(path).map_err(Error::io("read", path))?;
    if !about.is_dir() || is_called(path, prefix)? {
        return Ok(Found {
            paths: vec![path.to_owned()],
            more: false,
        });
    }
    let presence = Presence::of_number(&about);
    let found = children(path, prefix).map_err(Error::io("list", path))?;
    if found.paths.is_empty() {
        // a stick that was pulled lists as an empty folder, without an error
        presence.check(path)?;
    }
    Ok(found)
}

/// Returns whether a folder's name begins with `prefix`; asks the system where the path does not say (`.`, `..`).
fn is_called(path: &Path, prefix: &str) -> Result<bool> {
    let begins = |path: &Path| path.file_name().map(|name| begins_with(name, prefix));
    if let Some(answer) = begins(path) {
        return Ok(answer);
    }
    let real = fs::canonicalize(path).map_err(Error::io("read", path))?;
    Ok(begins(&real).unwrap_or(false))
}

/// Returns whether a name begins with `prefix`; some drivers and tools change the case of names.
pub fn begins_with(name: &OsStr, prefix: &str) -> bool {
    let start = name.as_encoded_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn children(path: &Path, prefix: &str) -> io::Result<Found> {
    let mut found = Found::default();
    for (looked_at, entry) in listing::list(path)?.enumerate() {
        if looked_at >= MAX_LOOKED_AT || found.paths.len() >= MAX_FOUND {
            found.more = true;
            break;
        }
        let entry = entry?;
        let matches = begins_with(&entry.file_name(), prefix);
        // the type of a damaged entry may not be readable; that must not hide its neighbours
        if matches && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.paths.push(entry.path());
        }
    }
    found.paths.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_safe_name_is_plain_ascii_without_dots_at_its_ends() {
        let longest = "a".repeat(64);
        for good in [
            "a",
            "payload.age.000",
            "coldvault-00ff-share-3",
            "SHA256SUMS",
            "_x",
            &longest,
        ] {
            assert!(safe_name(good), "{good:?}");
        }
        let too_long = "a".repeat(65);
        let bad = [
            "", ".", "..", ".a", "a.", "-", "-rf", "a/b", "../a", "a b", "a\n", "a\\b", "a:b", "ä",
            "a\0", &too_long,
        ];
        for bad in bad {
            assert!(!safe_name(bad), "{bad:?}");
        }
    }

    fn names(found: &Found) -> Vec<String> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        found.paths.iter().map(name).collect()
    }

    #[test]
    fn folders_are_found_one_level_deep_and_in_order() {
        let stick = tempfile::tempdir().unwrap();
        for name in [
            "keep-b",
            "KEEP-c",
            "keep-a",
            "kee",
            "other",
            "other/keep-deep",
        ] {
            fs::create_dir(stick.path().join(name)).unwrap();
        }
        fs::write(stick.path().join("keep-file"), "a file").unwrap();
        symlink("/", stick.path().join("keep-link")).unwrap();
        let found = find(stick.path(), "keep-").unwrap();
        assert_eq!(
            (names(&found), found.more),
            (
                vec!["KEEP-c".to_string(), "keep-a".into(), "keep-b".into()],
                false
            )
        );
    }

    #[test]
    fn a_folder_or_a_file_named_directly_is_found_itself() {
        let stick = tempfile::tempdir().unwrap();
        let folder = stick.path().join("keep-a");
        fs::create_dir_all(folder.join("keep-inner")).unwrap();
        fs::write(folder.join("scan.png"), "x").unwrap();
        for path in [
            folder.clone(),
            folder.join("."),
            folder.join("scan.png"),
            folder.join("keep-inner/.."),
        ] {
            assert_eq!(find(&path, "keep-").unwrap().paths, [path]);
        }
        assert!(matches!(
            find(&stick.path().join("none"), "keep-"),
            Err(Error::Io { .. })
        ));
    }

    #[test]
    fn no_more_than_4096_folders_are_listed_and_the_rest_is_mentioned() {
        let stick = tempfile::tempdir().unwrap();
        for number in 0..=MAX_FOUND {
            fs::create_dir(stick.path().join(format!("keep-{number}"))).unwrap();
        }
        let found = find(stick.path(), "keep-").unwrap();
        assert_eq!((found.paths.len(), found.more), (MAX_FOUND, true));
    }
}

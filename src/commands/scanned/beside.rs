//! Scans and texts that lie loose on a medium or in a directory, beside coldvault folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::start_of;
use crate::carrier::PREFIX;
use crate::error::{Error, Result};
use crate::media;
use crate::scan::Format;
use crate::share_text;

/// The most entries that are looked at, and the most files that are taken: a directory of photographs is no sheet.
const MOST_LOOKED_AT: usize = 1024;
const MOST_TAKEN: usize = 64;

/// Files of one directory.
#[derive(Default)]
pub(in crate::commands) struct Beside {
    /// Sorted by name.
    pub(in crate::commands) paths: Vec<PathBuf>,
    /// Whether there may be more.
    pub(in crate::commands) more: bool,
}

/// The files in `place` that may hold codes or shares: one level, ordinary files only. A coldvault folder holds none.
///
/// # Errors
/// [`Error::Io`] when the directory cannot be listed.
pub(in crate::commands) fn files_beside(place: &Path) -> Result<Beside> {
    let mut beside = Beside::default();
    if !place.is_dir() || is_coldvault_folder(place) {
        return Ok(beside);
    }
    let entries = fs::read_dir(place).map_err(Error::io("list", place))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for (at, entry) in entries.flatten().enumerate() {
        if at >= MOST_LOOKED_AT {
            beside.more = true;
            break;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            files.push(entry.path());
        }
    }
    files.sort();
    let mut taken = files.into_iter().filter(|path| may_hold_something(path));
    beside.paths = taken.by_ref().take(MOST_TAKEN).collect();
    beside.more |= taken.next().is_some();
    Ok(beside)
}

fn is_coldvault_folder(place: &Path) -> bool {
    let real = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
    let name = real.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(PREFIX.as_bytes())
        || ["vault.json", "share.json"]
            .iter()
            .any(|name| real.join(name).is_file())
}

/// By its first bytes: anything else on a medium is nobody's business.
fn may_hold_something(path: &Path) -> bool {
    let opened = media::open_ordinary(path).ok();
    let Some(start) = opened.and_then(|mut file| start_of(&mut file).ok()) else {
        return false;
    };
    if Format::of(&start).is_some() {
        return true;
    }
    let text = String::from_utf8_lossy(&start).to_ascii_uppercase();
    let is_share_file = text.trim_start().starts_with('{') && text.contains("COLDVAULT/SHARE/");
    is_share_file || holds_code(&text) || text.lines().any(is_first_line)
}

/// Whether a line holds what a code of coldvault begins with, in capitals or not.
pub(in crate::commands) fn holds_code(line: &str) -> bool {
    let line = line.as_bytes();
    let begins = |at: &[u8]| at.eq_ignore_ascii_case(b"CV1/");
    line.windows(4).any(begins)
}

/// The first line of share text, which says that it is one.
fn is_first_line(line: &str) -> bool {
    let groups = line.split_whitespace().count();
    groups >= 4 && share_text::line_number(line) == Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_codes_and_shares_are_taken_and_everything_else_on_the_medium_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
        put("codes.txt", "QR-Code:cv1/s/a/AAAA/BBBB\n");
        put("share.txt", "b bcbd pbpc pdpe pfpg\n");
        put(
            "legal share.json",
            "{\n  \"type\": \"coldvault/share/1\"\n}\n",
        );
        put("letter.txt", "because we have to, b\n");
        put("other.json", "{}\n");
        fs::create_dir(place.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("codes.txt", place.path().join("link.txt")).unwrap();
        let found = files_beside(place.path()).unwrap();
        let names: Vec<_> = found.paths.iter().filter_map(|p| p.file_name()).collect();
        assert_eq!(names, ["codes.txt", "legal share.json", "share.txt"]);
        assert!(!found.more);
        for at in 0..MOST_TAKEN {
            put(&format!("more-{at}.txt"), "CV1/");
        }
        let found = files_beside(place.path()).unwrap();
        assert_eq!((found.paths.len(), found.more), (MOST_TAKEN, true));
        put("share.json", "{}");
        assert!(files_beside(place.path()).unwrap().paths.is_empty());
    }
}

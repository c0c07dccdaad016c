//! Scans and texts that lie loose on a medium or in a directory, beside coldvault folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::start_of;
use crate::carrier::{self, PREFIX};
use crate::code::looks_like_ours;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::listing;
use crate::manifest;
use crate::media::{self, Found};
use crate::report::Severity;
use crate::scan::{self, Format};
use crate::share;
use crate::share_text;

/// The most entries that are looked at, and the most files that are taken: a directory of photographs is no sheet.
const MOST_LOOKED_AT: usize = 1024;
const MOST_TAKEN: usize = 64;

/// Files of one directory.
#[derive(Default)]
struct Beside {
    /// Those that may hold something, sorted by name.
    paths: Vec<PathBuf>,
    /// Pictures and documents of a kind that is not read: why, the first one, and how many there are.
    not_taken: Vec<(&'static str, PathBuf, usize)>,
    /// Whether there may be more.
    more: bool,
}

/// Everything of coldvault at a place: its folders, and beside them files that may hold codes or shares. What people take
/// for scans and is none is said.
///
/// # Errors
/// [`Error::Io`] when the place is not there or cannot be listed; [`Error::Interrupted`].
pub(in crate::commands) fn look_at(place: &Path, session: &mut Session) -> Result<Found> {
    interrupt::check()?;
    let mut found = carrier::find(place)?;
    let beside = files_beside(place)?;
    for (why, path, count) in beside.not_taken {
        let text = match count {
            1 => format!("it is {why}"),
            _ => format!("this and {} more: it is {why}", count - 1),
        };
        let subject = format!("{path:?}");
        let hint = "do that if a sheet is on it";
        session.find(Severity::Warning, "not-taken", &subject, &text, hint);
    }
    found.more |= beside.more;
    found.paths.extend(beside.paths);
    Ok(found)
}

/// The files in `place` that may hold codes or shares: one level, ordinary files only. A coldvault folder holds none.
fn files_beside(place: &Path) -> Result<Beside> {
    let mut beside = Beside::default();
    if !place.is_dir() || is_coldvault_folder(place) {
        return Ok(beside);
    }
    let entries = listing::list(place).map_err(Error::io("list", place))?;
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
    for path in files {
        match kind_of(&path) {
            Kind::Other => {}
            Kind::NotTaken(why) => beside.note(why, path),
            Kind::Ours if beside.paths.len() < MOST_TAKEN => beside.paths.push(path),
            Kind::Ours => beside.more = true,
        }
    }
    Ok(beside)
}

impl Beside {
    fn note(&mut self, why: &'static str, path: PathBuf) {
        let mut known = self.not_taken.iter_mut();
        match known.find(|(known, ..)| *known == why) {
            Some((.., count)) => *count += 1,
            None => self.not_taken.push((why, path, 1)),
        }
    }
}

fn is_coldvault_folder(place: &Path) -> bool {
    let real = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
    let name = real.file_name().unwrap_or_default();
    media::begins_with(name, PREFIX)
        || [manifest::FILE, share::FILE]
            .iter()
            .any(|name| real.join(name).is_file())
}

/// What a file on a medium is to us.
enum Kind {
    /// It may hold something.
    Ours,
    /// It may be meant as a scan, and is none; says why.
    NotTaken(&'static str),
    /// Nobody's business.
    Other,
}

/// By its first bytes.
fn kind_of(path: &Path) -> Kind {
    let opened = media::open_ordinary(path).ok();
    let Some(start) = opened.and_then(|mut file| start_of(&mut file).ok()) else {
        return Kind::Other;
    };
    if Format::of(&start).is_some() {
        return Kind::Ours;
    }
    if let Some(why) = scan::not_taken(&start) {
        return Kind::NotTaken(why);
    }
    let text = String::from_utf8_lossy(&start).to_ascii_uppercase();
    let is_share_file = text.trim_start().starts_with('{') && text.contains("COLDVAULT/SHARE/");
    let lines = || text.lines();
    match is_share_file || lines().any(looks_like_ours) || lines().any(is_first_line) {
        true => Kind::Ours,
        false => Kind::Other,
    }
}

/// The first line of share text, which says that it is one.
fn is_first_line(line: &str) -> bool {
    let groups = line.split_whitespace().count();
    groups >= 4 && share_text::line_number(line) == Ok(0)
}

/// What cannot be opened because it is a pipe: which one is read.
pub(in crate::commands) fn told_of_pipe(path: &Path, error: Error) -> Error {
    match error {
        Error::Usage { .. } => Error::Usage {
            what: format!(
                "{path:?} is a pipe, as <(...) makes one: only standard input is read from a pipe, named by -"
            ),
            hint:
                "write - in its place, and lead it in: verify - < <(...), restore --from - < <(...)"
                    .into(),
        },
        error => error,
    }
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
        put("later.txt", "QR-Code:CV2/X/AAAAAAAAAAAAAAAA\n");
        put("one.heic", "\0\0\0\x18ftypheic\0\0\0\0mif1heic");
        put("two.heic", "\0\0\0\x18ftypheic\0\0\0\0mif1heic");
        put("letter.txt", "because we have to, b\n");
        put("other.json", "{}\n");
        fs::create_dir(place.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("codes.txt", place.path().join("link.txt")).unwrap();
        let found = files_beside(place.path()).unwrap();
        let names: Vec<_> = found.paths.iter().filter_map(|p| p.file_name()).collect();
        assert_eq!(
            names,
            ["codes.txt", "later.txt", "legal share.json", "share.txt"]
        );
        assert!(!found.more);
        let (why, first, count) = &found.not_taken[0];
        assert!(why.contains("HEIC") && first.ends_with("one.heic"), "{why}");
        assert_eq!((*count, found.not_taken.len()), (2, 1));
        for at in 0..MOST_TAKEN {
            put(&format!("more-{at}.txt"), "CV1/");
        }
        let found = files_beside(place.path()).unwrap();
        assert_eq!((found.paths.len(), found.more), (MOST_TAKEN, true));
        put("share.json", "{}");
        assert!(files_beside(place.path()).unwrap().paths.is_empty());
    }
}

//! Whether the one file of a database is whole, as far as its first bytes and its size tell.
//!
//! Knows the headers of SQLite and bbolt; reads no rows. A short file may have a log beside it (`-wal`) that would make it
//! whole: what is sealed must not need that.

use super::beginning::is_database;
use super::{Material, Part, Pattern, State};

/// SQLite ("Database File Format", section 1.3): the size of a page, the counter of changes, how many pages there are,
/// and for which counter that number was written: an old library does not write it.
const SQLITE: &[u8] = b"SQLite format 3\0";
const PAGE_AT: usize = 16;
const CHANGES_AT: usize = 24;
const PAGES_AT: usize = 28;
const PAGES_OF_AT: usize = 92;
/// bbolt (`db.go`: `meta`), as a little-endian machine writes it: the size of a page, and how many pages are in use.
const BOLT_PAGE_AT: usize = 24;
const BOLT_PAGES_AT: usize = 56;

/// What of the database whose name ends like this is expected.
const ENDINGS: [(&str, &str); 3] = [
    (".sqlite", "SQLite"),
    (".sqlite3", "SQLite"),
    ("validator.db", "bbolt"),
];

impl Material {
    /// Dead where it is a key or a signing history in a file that is not whole.
    pub(super) fn if_whole(self, pattern: Option<&Pattern>, first: &[u8], size: u64) -> Self {
        let is_read = self.history.is_some() || matches!(self.state, State::Dead(_));
        let flaw = match self.part {
            _ if is_read => None,
            Part::Key => cut_short(first, size),
            Part::History => pattern.and_then(|pattern| flaw(pattern, first, size)),
            _ => None,
        };
        match flaw {
            Some(why) => self.state(State::Dead(why)),
            None => self,
        }
    }
}

/// What is wrong with a signing history that no reader here reads.
fn flaw(pattern: &Pattern, first: &[u8], size: u64) -> Option<String> {
    // A database of several files has empty ones.
    let is_one_of_many = pattern.glob.ends_with("/*");
    if pattern.part != Part::History || pattern.is_read || is_one_of_many {
        return None;
    }
    if size == 0 {
        return Some("it is empty".into());
    }
    if first.iter().all(|byte| *byte == 0) {
        return Some(match first.len() as u64 == size {
            true => "it holds only zeros".into(),
            false => "it begins with zeros only".into(),
        });
    }
    let mut known = ENDINGS.iter();
    let known = known.find(|(end, _)| pattern.glob.ends_with(end));
    cut_short(first, size).or_else(|| match known {
        // Other software may give another database the same name.
        Some((_, wanted)) if !is_database(first) => Some(format!("it is no {wanted} database")),
        _ => None,
    })
}

/// That the file is shorter than the pages that its header tells.
fn cut_short(first: &[u8], size: u64) -> Option<String> {
    let whole = if first.starts_with(SQLITE) {
        sqlite_bytes(first)
    } else if super::beginning::is_bolt(first) {
        bolt_bytes(first)
    } else {
        None
    };
    // A header that is cut off tells no size.
    let is_header_cut = first.starts_with(SQLITE) && size < 512;
    match whole {
        Some(whole) if whole > size => Some(format!(
            "it is cut short: {size} of the {whole} bytes that its header tells"
        )),
        _ => is_header_cut.then(|| "it is cut short within its header".into()),
    }
}

fn sqlite_bytes(first: &[u8]) -> Option<u64> {
    let word = |at: usize| first.get(at..)?.first_chunk::<4>().copied();
    let page = match u16::from_be_bytes(*first.get(PAGE_AT..)?.first_chunk()?) {
        1 => 65_536,
        size => u64::from(size),
    };
    let is_known = word(CHANGES_AT)? == word(PAGES_OF_AT)?;
    let pages = u64::from(u32::from_be_bytes(word(PAGES_AT)?));
    is_known.then_some(pages * page)
}

fn bolt_bytes(first: &[u8]) -> Option<u64> {
    let page = u32::from_le_bytes(*first.get(BOLT_PAGE_AT..)?.first_chunk()?);
    let pages = u64::from_le_bytes(*first.get(BOLT_PAGES_AT..)?.first_chunk()?);
    pages.checked_mul(page.into())
}

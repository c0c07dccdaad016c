//! The inventory inside the payload: what was sealed, file by file, to JSON lines and back.
//!
//! Knows archive paths and digests; no file system. It lies inside the payload because names and digests of low-entropy
//! files are secrets too. [`Inventory`] writes it while the archive is made; [`Checker`] holds it against what comes out.

mod line;

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object, Value};

pub use line::{Line, LineKind};

/// The most lines in one part: what has to be remembered while an archive is read.
pub const PART_LINES: usize = 4096;
/// A part with this many bytes is ended before it has its most lines.
const PART_BYTES: usize = 4 << 20;
/// The most bytes in one part: a part is ended by the line that fills it.
pub const MAX_PART_BYTES: usize = PART_BYTES + line::MAX_LINE_BYTES;
/// The most bytes of the last member.
pub const MAX_TOTAL_BYTES: usize = 1 << 20;
/// The directory of the inventory in the archive.
pub const DIRECTORY: &str = "INVENTORY";
/// The last member of the archive.
pub const TOTAL: &str = "INVENTORY/total.json";
const TYPE: &str = "coldvault/inventory/1";

/// The totals of an archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Inventory lines of every kind.
    pub lines: u64,
    /// Regular files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Totals {
    fn add(&mut self, line: &Line) {
        self.lines += 1;
        if let LineKind::File { size, .. } = line.kind {
            self.files += 1;
            self.bytes = self.bytes.saturating_add(size);
        }
    }

    fn to_json(self) -> Object {
        Object::new()
            .with("lines", self.lines)
            .with("files", self.files)
            .with("bytes", self.bytes)
    }
}

/// The name of part `index`.
pub fn part_name(index: usize) -> String {
    format!("{DIRECTORY}/{index}.jsonl")
}

/// The index of the part with this name; the inverse of [`part_name`].
pub fn part_index(name: &[u8]) -> Option<usize> {
    let digits = name
        .strip_prefix(DIRECTORY.as_bytes())?
        .strip_prefix(b"/")?
        .strip_suffix(b".jsonl")?;
    let index = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (part_name(index).as_bytes() == name).then_some(index)
}

/// The lines of one part, by themselves: whether it belongs to this archive is not looked at.
///
/// # Errors
/// [`Error::Json`] when it is not such a part.
pub fn read_part(bytes: &[u8]) -> Result<Vec<Line>> {
    Line::parse_all(bytes)
}

/// The totals and the parts' digests in the last member; the inverse of [`Inventory::finish`].
///
/// # Errors
/// [`Error::Json`] when it is not such a member.
pub fn read_total(bytes: &[u8]) -> Result<(Totals, Vec<Digest>)> {
    let wrong = || Error::Json {
        why: "these are not the totals of an inventory".to_owned(),
    };
    let object = json::parse(bytes, MAX_TOTAL_BYTES)?;
    let totals = object.object("totals")?;
    let totals = Totals {
        lines: totals.unsigned("lines")?,
        files: totals.unsigned("files")?,
        bytes: totals.unsigned("bytes")?,
    };
    let parts = object.texts("parts")?.into_iter().map(Digest::from_hex);
    let parts = parts.collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
    if total_json(totals, &parts).to_pretty() == object.to_pretty() {
        Ok((totals, parts))
    } else {
        Err(wrong())
    }
}

/// The last member.
fn total_json(totals: Totals, parts: &[Digest]) -> Object {
    let digest = |digest: &Digest| Value::from(digest.hex());
    Object::new()
        .with("type", TYPE)
        .with("totals", totals.to_json())
        .with("parts", parts.iter().map(digest).collect::<Vec<_>>())
}

/// A part of the inventory: its name in the archive and its bytes.
pub type Part = (String, Vec<u8>);

/// Collects lines into parts.
#[derive(Default)]
pub struct Inventory {
    text: String,
    lines: usize,
    parts: Vec<Digest>,
    totals: Totals,
}

impl Inventory {
    /// Appends a line; answers the part that it completed, with its name, to be put into the archive right away.
    pub fn add(&mut self, line: &Line) -> Option<Part> {
        self.text.push_str(&line.to_json().to_line());
        self.text.push('\n');
        self.lines += 1;
        self.totals.add(line);
        let full = self.lines == PART_LINES || self.text.len() >= PART_BYTES;
        full.then(|| self.end_part())
    }

    /// A part of exactly these lines, which another inventory had as one; `None` while a part is being collected.
    pub fn part_of(&mut self, lines: &[Line]) -> Option<Part> {
        if self.lines > 0 {
            return None;
        }
        for line in lines {
            self.text.push_str(&line.to_json().to_line());
            self.text.push('\n');
            self.totals.add(line);
        }
        Some(self.end_part())
    }

    /// Ends the part that is being collected.
    fn end_part(&mut self) -> Part {
        let bytes = std::mem::take(&mut self.text).into_bytes();
        let name = part_name(self.parts.len());
        self.parts.push(Digest::of(&bytes));
        self.lines = 0;
        (name, bytes)
    }

    /// The last part, if there is one, and the last member with the totals and the parts' digests.
    pub fn finish(mut self) -> (Option<Part>, Vec<u8>, Totals) {
        let last = (self.lines > 0).then(|| self.end_part());
        let total = total_json(self.totals, &self.parts);
        (last, total.to_pretty().into_bytes(), self.totals)
    }
}

/// Compares what comes out of an archive with the inventory in it.
#[derive(Default)]
pub struct Checker {
    pending: Vec<Line>,
    parts: Vec<Digest>,
    totals: Totals,
    finished: bool,
}

impl Checker {
    /// Notes a member that came out of the archive.
    ///
    /// # Errors
    /// [`Error::Archive`] when the inventory should have come before it.
    pub fn saw(&mut self, line: Line) -> Result<()> {
        if self.finished || self.pending.len() == PART_LINES {
            return Err(refused(&line.shown(), "it is not in the inventory"));
        }
        self.pending.push(line);
        Ok(())
    }

    /// Compares the members seen since the last part with the part `name`. Answers what it lists, skipped things
    /// included.
    ///
    /// # Errors
    /// [`Error::Archive`] naming the first member that differs.
    pub fn part(&mut self, name: &[u8], bytes: &[u8]) -> Result<Vec<Line>> {
        if self.finished || name != part_name(self.parts.len()).as_bytes() {
            return Err(refused(
                &String::from_utf8_lossy(name),
                "the inventory's parts are not in order",
            ));
        }
        let listed = Line::parse_all(bytes)
            .map_err(|error| refused(&String::from_utf8_lossy(name), &error.to_string()))?;
        let mut seen = std::mem::take(&mut self.pending).into_iter();
        for line in &listed {
            self.totals.add(line);
            if !matches!(line.kind, LineKind::Skipped { .. }) {
                compare(line, seen.next())?;
            }
        }
        if let Some(extra) = seen.next() {
            return Err(refused(&extra.shown(), "it is not in the inventory"));
        }
        self.parts.push(Digest::of(bytes));
        Ok(listed)
    }

    /// Compares everything with the last member.
    ///
    /// # Errors
    /// [`Error::Archive`] when the totals or a part's digest differ, or members were never listed.
    pub fn total(&mut self, bytes: &[u8]) -> Result<()> {
        let object = json::parse(bytes, MAX_TOTAL_BYTES)
            .map_err(|error| refused(TOTAL, &error.to_string()))?;
        let expected = total_json(self.totals, &self.parts);
        if !self.pending.is_empty() || expected.to_pretty() != object.to_pretty() {
            return Err(refused(
                TOTAL,
                "the totals are not those of the members before it",
            ));
        }
        self.finished = true;
        Ok(())
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// [`Error::Archive`] when it ended without its last member.
    pub fn finish(self) -> Result<Totals> {
        if self.finished {
            Ok(self.totals)
        } else {
            Err(refused(TOTAL, "it is missing: the archive is not complete"))
        }
    }
}

fn compare(listed: &Line, seen: Option<Line>) -> Result<()> {
    let Some(seen) = seen else {
        return Err(refused(
            &listed.shown(),
            "it is in the inventory but not in the archive",
        ));
    };
    if listed.agrees_with(&seen) {
        return Ok(());
    }
    let why = if listed.path == seen.path {
        "it differs from the inventory"
    } else {
        "another member was expected here"
    };
    Err(refused(&seen.shown(), why))
}

fn refused(member: &str, why: &str) -> Error {
    Error::Archive {
        member: format!("{member:?}"),
        why: why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &[u8], content: &[u8]) -> Line {
        let kind = LineKind::File {
            size: content.len() as u64,
            sha256: Digest::of(content),
        };
        Line {
            path: path.to_vec(),
            kind,
            mode: 0o640,
            mtime: 1_770_000_000,
            what: None,
            outside: None,
        }
    }

    fn written(lines: &[Line]) -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
        let mut inventory = Inventory::default();
        let mut parts: Vec<_> = lines
            .iter()
            .filter_map(|line| inventory.add(line))
            .collect();
        let (last, total, _) = inventory.finish();
        parts.extend(last);
        (parts, total)
    }

    #[test]
    fn an_archive_that_is_as_its_inventory_says_is_accepted() {
        let lines = [file(b"node/0/a", b"1"), file(b"node/0/\xff", b"22")];
        let (parts, total) = written(&lines);
        let mut checker = Checker::default();
        lines
            .into_iter()
            .for_each(|line| checker.saw(line).unwrap());
        checker.part(parts[0].0.as_bytes(), &parts[0].1).unwrap();
        checker.total(&total).unwrap();
        assert_eq!(
            checker.finish().unwrap(),
            Totals {
                lines: 2,
                files: 2,
                bytes: 3
            }
        );
    }

    #[test]
    fn parts_end_after_4096_lines_and_are_checked_in_order() {
        let lines: Vec<_> = (0..5000)
            .map(|i| file(format!("node/0/{i}").as_bytes(), b"x"))
            .collect();
        let (parts, total) = written(&lines);
        assert_eq!(parts.len(), 2);
        let mut checker = Checker::default();
        for (i, line) in lines.into_iter().enumerate() {
            if i == PART_LINES {
                checker.part(parts[0].0.as_bytes(), &parts[0].1).unwrap();
            }
            checker.saw(line).unwrap();
        }
        checker.part(parts[1].0.as_bytes(), &parts[1].1).unwrap();
        checker.total(&total).unwrap();
    }

    #[test]
    fn the_longest_names_make_lines_and_parts_that_are_read_again() {
        for byte in [b'\x01', b'"', b'\\', 0xff, b'\n'] {
            let long = vec![byte; 4096];
            let kind = LineKind::Link {
                target: long.clone(),
            };
            let line = Line {
                path: long.clone(),
                kind,
                mode: 0o777,
                mtime: 0,
                what: None,
                outside: Some(long),
            };
            let lines = vec![line; 500];
            let (parts, total) = written(&lines);
            let mut checker = Checker::default();
            let mut rest = lines.into_iter();
            for (name, bytes) in parts {
                assert!(bytes.len() <= MAX_PART_BYTES);
                let count = bytes.iter().filter(|byte| **byte == b'\n').count();
                rest.by_ref()
                    .take(count)
                    .for_each(|line| checker.saw(line).unwrap());
                checker.part(name.as_bytes(), &bytes).unwrap();
            }
            checker.total(&total).unwrap();
        }
    }

    #[test]
    fn parts_and_totals_are_read_by_themselves() {
        let lines = [file(b"node/0/a", b"1"), file(b"node/0/\xff", b"22")];
        let (parts, total) = written(&lines);
        assert_eq!(read_part(&parts[0].1).unwrap(), lines);
        let (totals, digests) = read_total(&total).unwrap();
        assert_eq!((totals.lines, totals.files, totals.bytes), (2, 2, 3));
        assert_eq!(digests, [Digest::of(&parts[0].1)]);
        for place in 0..total.len() {
            let mut changed = total.clone();
            changed[place] ^= 1;
            // A digit that became another one is still a digit.
            let same = read_total(&changed).is_ok_and(|got| got == (totals, digests.clone()));
            assert!(!same, "{place}");
        }
        assert!(read_total(b"{}").is_err() && read_part(b"x\n").is_err());
    }

    #[test]
    fn a_part_has_one_name() {
        for index in [0, 7, 243] {
            assert_eq!(part_index(part_name(index).as_bytes()), Some(index));
        }
        for name in [
            "total.json",
            "00.jsonl",
            "+1.jsonl",
            "1.json",
            ".jsonl",
            "1",
        ] {
            let name = format!("{DIRECTORY}/{name}");
            assert_eq!(part_index(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn a_member_that_differs_is_missing_or_is_extra_is_named() {
        let (parts, total) = written(&[file(b"node/0/a", b"1"), file(b"node/0/b", b"1")]);
        let cases: [&[Line]; 3] = [
            &[file(b"node/0/a", b"1"), file(b"node/0/b", b"2")],
            &[file(b"node/0/a", b"1")],
            &[
                file(b"node/0/a", b"1"),
                file(b"node/0/b", b"1"),
                file(b"node/0/c", b"1"),
            ],
        ];
        for (case, named) in cases.iter().zip(["node/0/b", "node/0/b", "node/0/c"]) {
            let mut checker = Checker::default();
            case.iter()
                .for_each(|line| checker.saw(line.clone()).unwrap());
            let error = checker
                .part(parts[0].0.as_bytes(), &parts[0].1)
                .unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
        assert!(Checker::default().total(&total).is_err());
        assert!(Checker::default().finish().is_err());
    }
}

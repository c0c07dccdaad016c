//! The bytes of `register.json` to entries: strict, because whoever looks for an edit must find it, and with the line
//! named, because a person mends it.
//!
//! Knows the lines and nothing of what they say.

use std::collections::{HashMap, HashSet};

use super::line::{Entry, MAX_ENTRY_BYTES};
use super::{END, FIRST_LINE, MAX_BYTES, MAX_ENTRIES, START};
use crate::digest::Digest;
use crate::error::{Error, Result};

pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>> {
    if bytes.len() > MAX_BYTES {
        return Err(wrong(
            1,
            format!("the file is longer than {MAX_BYTES} bytes"),
        ));
    }
    let lines = lines(bytes)?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut known = Known::default();
    for (number, raw) in (FIRST_LINE..).zip(lines) {
        if entries.len() >= MAX_ENTRIES {
            return Err(wrong(number, format!("more than {MAX_ENTRIES} entries")));
        }
        let entry = Entry::read(raw, number).map_err(|error| at_line(number, error))?;
        known.take(&entry)?;
        entries.push(entry);
    }
    Ok(entries)
}

/// The lines of the entries, without what stands between them.
fn lines(bytes: &[u8]) -> Result<Vec<&[u8]>> {
    let Some(rest) = bytes.strip_prefix(START.as_bytes()) else {
        let what = "it does not begin as a register does";
        return Err(wrong(1, what.into()));
    };
    let Some(body) = rest.strip_suffix(END.as_bytes()) else {
        let last = rest.iter().filter(|byte| **byte == b'\n').count();
        let what = "the end of the register is not there: it was cut off or changed";
        return Err(wrong(last.saturating_add(FIRST_LINE), what.into()));
    };
    let Some(body) = body.strip_suffix(b"\n") else {
        return match body {
            [] => Ok(Vec::new()),
            _ => Err(wrong(FIRST_LINE, "the last entry has no line end".into())),
        };
    };
    let all: Vec<&[u8]> = body.split(|byte| *byte == b'\n').collect();
    let last = all.len().saturating_add(1);
    let stripped = (FIRST_LINE..).zip(all).map(|(number, line)| match number {
        number if number == last => Ok(line),
        _ => line
            .strip_suffix(b",")
            .ok_or_else(|| wrong(number, "no comma stands between it and the next one".into())),
    });
    stripped.collect()
}

/// The entries above a line.
#[derive(Default)]
struct Known {
    lines: HashMap<Digest, usize>,
    named: HashSet<Digest>,
}

impl Known {
    fn take(&mut self, entry: &Entry) -> Result<()> {
        let line = entry.line;
        if let Some(parent) = entry.parents.iter().find(|p| !self.lines.contains_key(p)) {
            return Err(self.missing(line, parent));
        }
        if let Some(first) = self.lines.insert(entry.digest, line) {
            let what = format!("the same entry as in line {first}");
            return Err(wrong(line, what));
        }
        self.named.extend(&entry.parents);
        Ok(())
    }

    /// What is wrong where an entry names one that does not stand above it.
    fn missing(&self, line: usize, parent: &Digest) -> Error {
        let short: String = parent.hex().chars().take(8).collect();
        let mut loose: Vec<usize> = self
            .lines
            .iter()
            .filter(|(digest, _)| !self.named.contains(digest))
            .map(|(_, line)| *line)
            .collect();
        loose.sort_unstable();
        let what = match loose.last() {
            None => format!(
                "it names an entry ({short}...) that does not stand above it: those before it were \
                 removed, or line {line} was changed or moved"
            ),
            Some(last) => format!(
                "it names an entry ({short}...) that does not stand above it: line {last} was changed, or \
                 line {line} was, or an entry between them was removed or moved"
            ),
        };
        wrong(line, what)
    }
}

fn at_line(line: usize, error: Error) -> Error {
    match error {
        Error::Json { why } => wrong(line, format!("not an entry as coldvault writes it: {why}")),
        other => other,
    }
}

pub(super) fn wrong(line: usize, what: String) -> Error {
    Error::Register { line, what }
}

const _: () = assert!(MAX_ENTRY_BYTES < MAX_BYTES);

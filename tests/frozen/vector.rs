//! The text of a vector file: lines that say what it is, then the files of the carriers. To text and back.
//!
//! Knows the text, and nothing of what is in it. `tests/vectors/README.md` describes it for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use data_encoding::BASE64;

/// The first line.
const FIRST: &str = "coldvault vector 1";
/// Base64 letters in a line.
const WIDTH: usize = 76;

/// One scenario and its one outcome.
#[derive(Clone, Default)]
pub(crate) struct Vector {
    /// `name: value`, in the order of the file. A name may be there several times.
    pub(crate) lines: Vec<(String, String)>,
    /// Files by their path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Vector {
    /// Appends a line.
    pub(crate) fn say(&mut self, name: &str, value: &str) {
        self.lines.push((name.to_owned(), value.to_owned()));
    }

    /// The values of all lines with this name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.lines.iter().filter(|(other, _)| other == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of the only line with this name.
    pub(crate) fn one(&self, name: &str) -> &str {
        match self.all(name).as_slice() {
            [only] => only,
            other => panic!("{} lines say {name:?}", other.len()),
        }
    }

    /// The vector as text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{FIRST}\n");
        for (name, value) in &self.lines {
            writeln!(text, "{name}: {value}").unwrap();
        }
        for (path, bytes) in &self.files {
            writeln!(text, "--- {path}").unwrap();
            let encoded = BASE64.encode(bytes);
            for line in encoded.as_bytes().chunks(WIDTH) {
                writeln!(text, "{}", str::from_utf8(line).unwrap()).unwrap();
            }
        }
        text
    }

    /// The inverse of [`Vector::to_text`].
    pub(crate) fn parse(text: &str) -> Self {
        let body = text.strip_prefix(FIRST).expect("not a vector");
        let mut sections = body.split("\n--- ");
        let mut vector = Self::default();
        let head = sections.next().unwrap_or_default();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").expect("a line without a name");
            vector.say(name, value);
        }
        for section in sections {
            let (path, encoded) = section.split_once('\n').unwrap_or((section, ""));
            let encoded: String = encoded.lines().collect();
            let bytes = BASE64.decode(encoded.as_bytes()).expect("not base64");
            vector.files.insert(path.to_owned(), bytes);
        }
        vector
    }
}

/// What stands at a path after a restore, as one line: kind, permissions, time, digest or target, path.
pub(crate) fn listed(kind: &Found, mode: u32, mtime: i64, path: &[u8]) -> String {
    let path = plain(path);
    match kind {
        Found::Directory => format!("directory {mode:04o} {mtime} - {path}"),
        Found::File { sha256 } => format!("file {mode:04o} {mtime} {sha256} {path}"),
        Found::Link { target } => format!("link - {mtime} {} {path}", plain(target)),
    }
}

/// What stands at a path.
pub(crate) enum Found {
    /// A directory.
    Directory,
    /// A file with this content.
    File {
        /// 64 hexadecimal digits.
        sha256: String,
    },
    /// A symbolic link.
    Link {
        /// Its text.
        target: Vec<u8>,
    },
}

/// Raw bytes as ASCII without spaces: everything else as `\xNN`.
fn plain(bytes: &[u8]) -> String {
    let escaped = |byte: &u8| match byte {
        b' ' => "\\x20".to_owned(),
        other => other.escape_ascii().to_string(),
    };
    bytes.iter().map(escaped).collect()
}

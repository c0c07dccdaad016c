//! One line of the inventory.

use data_encoding::HEXLOWER;

use crate::digest::Digest;
use crate::entry::Why;
use crate::error::{Error, Result};
use crate::json::{self, Object};
use crate::time::Time;

/// The most bytes of one line: a path of 4096 bytes in hexadecimal (or all quotes, escaped), a target and the text of a
/// link likewise, and the rest.
pub(super) const MAX_LINE_BYTES: usize = 32 * 1024;

/// One thing that was sealed, or skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The path in the archive: raw bytes.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: LineKind,
    /// Permission bits.
    pub mode: u32,
    /// Time of last change, whole seconds since 1970.
    pub mtime: i64,
    /// What kind of key material it looks like, by its first bytes.
    pub what: Option<String>,
    /// The text of the symbolic link that led to it from inside the tree, or that was rewritten.
    pub outside: Option<Vec<u8>>,
}

/// What a [`Line`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A directory.
    Directory,
    /// A regular file.
    File {
        /// Its length in bytes.
        size: u64,
        /// Its digest.
        sha256: Digest,
    },
    /// A symbolic link.
    Link {
        /// Its target.
        target: Vec<u8>,
    },
    /// Something that is not in the archive.
    Skipped {
        /// Why not.
        why: Why,
    },
}

impl Line {
    /// The path for people, never raw.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }

    /// Whether a member that came out of the archive is the one listed here. What only the inventory knows is not
    /// compared.
    pub(super) fn agrees_with(&self, seen: &Self) -> bool {
        self.path == seen.path
            && self.kind == seen.kind
            && self.mode == seen.mode
            && self.mtime == seen.mtime
    }

    pub(super) fn to_json(&self) -> Object {
        let object = with_bytes(Object::new(), "path", &self.path);
        let object = match &self.kind {
            LineKind::Directory => object.with("kind", "directory"),
            LineKind::File { size, sha256 } => object
                .with("kind", "file")
                .with("size", *size)
                .with("sha256", sha256.hex()),
            LineKind::Link { target } => with_bytes(object.with("kind", "link"), "target", target),
            LineKind::Skipped { why } => object.with("kind", "skipped").with("why", why.as_str()),
        };
        let mut object = object
            .with("mode", format!("{:04o}", self.mode))
            .with("time", time(self.mtime).to_string());
        if let Some(what) = &self.what {
            object = object.with("what", what.as_str());
        }
        match &self.outside {
            Some(target) => with_bytes(object, "outside", target),
            None => object,
        }
    }

    /// All lines of a part.
    pub(super) fn parse_all(bytes: &[u8]) -> Result<Vec<Self>> {
        let body = bytes
            .strip_suffix(b"\n")
            .ok_or_else(|| Error::json("the last line does not end"))?;
        let lines: Vec<&[u8]> = body.split(|byte| *byte == b'\n').collect();
        if lines.len() > super::PART_LINES {
            return Err(Error::json("it has more than 4096 lines"));
        }
        lines
            .into_iter()
            .map(|line| Self::from_json(&json::parse(line, MAX_LINE_BYTES)?))
            .collect()
    }

    fn from_json(object: &Object) -> Result<Self> {
        let kind = match object.text("kind")? {
            "directory" => LineKind::Directory,
            "file" => {
                let sha256 = Digest::from_hex(object.text("sha256")?)
                    .ok_or_else(|| Error::json("\"sha256\" is no digest"))?;
                LineKind::File {
                    size: object.unsigned("size")?,
                    sha256,
                }
            }
            "link" => LineKind::Link {
                target: bytes(object, "target")?
                    .ok_or_else(|| Error::json("\"target\" is missing"))?,
            },
            "skipped" => LineKind::Skipped {
                why: Why::parse(object.text("why")?)
                    .ok_or_else(|| Error::json("\"why\" is unknown"))?,
            },
            _ => return Err(Error::json("\"kind\" is unknown")),
        };
        let mode = u32::from_str_radix(object.text("mode")?, 8)
            .ok()
            .filter(|mode| *mode <= 0o7777);
        Ok(Self {
            path: bytes(object, "path")?.ok_or_else(|| Error::json("\"path\" is missing"))?,
            kind,
            mode: mode.ok_or_else(|| Error::json("\"mode\" is not four octal digits"))?,
            mtime: Time::parse(object.text("time")?)?.unix(),
            what: object.optional_text("what")?.map(str::to_owned),
            outside: bytes(object, "outside")?,
        })
    }
}

/// The time as the inventory can say it. Years beyond 9999 become its last second, on both ways.
fn time(mtime: i64) -> Time {
    Time::from_unix(mtime)
}

/// Raw bytes as text where they are plain text, else in hexadecimal under `<name>_hex`. Control characters go there too:
/// JSON would make six characters of each.
fn with_bytes(object: Object, name: &'static str, bytes: &[u8]) -> Object {
    let plain = |text: &&str| !text.bytes().any(|byte| byte < b' ');
    match std::str::from_utf8(bytes).ok().filter(plain) {
        Some(text) => object.with(name, text),
        None => object.with(&format!("{name}_hex"), HEXLOWER.encode(bytes)),
    }
}

fn bytes(object: &Object, name: &str) -> Result<Option<Vec<u8>>> {
    let hex = format!("{name}_hex");
    if object.get(&hex).is_some() {
        return Ok(Some(object.hex_any(&hex)?));
    }
    Ok(object
        .optional_text(name)?
        .map(|text| text.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_every_kind_gives_itself_back() {
        let kinds = [
            LineKind::Directory,
            LineKind::File {
                size: 7,
                sha256: Digest::of(b"x"),
            },
            LineKind::Link {
                target: b"../\xfe".to_vec(),
            },
            LineKind::Skipped { why: Why::Socket },
        ];
        for (path, kind) in [
            b"a\nb".to_vec(),
            b"\xff\x00x".to_vec(),
            "ü".into(),
            b"d".to_vec(),
        ]
        .into_iter()
        .zip(kinds)
        {
            let outside = Some(b"/etc/x".to_vec());
            let line = Line {
                path,
                kind,
                mode: 0o4755,
                mtime: -5,
                what: Some("a store".into()),
                outside,
            };
            let text = format!("{}\n", line.to_json().to_line());
            assert_eq!(Line::parse_all(text.as_bytes()).unwrap(), [line]);
        }
    }
}

//! One member a line, and the digest of each line, so that a change is found and said by its line.
//!
//! A digest is of the line as it stands, its comma and its line end included: what `sed -n 7p FILE | sha256sum` says.
//! Whoever changes a line can change its digest too; that they did not is what the signature says.

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object};

use super::{MAX_BYTES, PREFIX};

const SECTIONS: &str = "sections";
const BEGIN: &[u8] = b"\"sections\":{";
const END: &[u8] = b"}\n";

/// Where a report is not what it was. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This line, or its digest on another one: nothing in the file says which.
    Line {
        /// The line.
        number: usize,
        /// The member on it, by the list of digests.
        member: String,
        /// The line with the digest.
        sections: usize,
    },
    /// The line with the list of digests.
    Sections {
        /// The line, where it can be told.
        number: Option<usize>,
        /// The member whose digest was changed, where only that was.
        member: Option<String>,
    },
    /// What stands behind that list.
    End {
        /// The line.
        number: usize,
    },
}

impl Place {
    /// What is wrong, for people.
    pub fn text(&self) -> String {
        match self {
            Self::Line {
                number,
                member,
                sections,
            } => format!(
                "line {number} ({member:?}) and its digest on line {sections} (\"sections\") do not agree: one of \
                 the two was changed"
            ),
            Self::Sections { number, member } => {
                let of = member
                    .as_ref()
                    .map_or("the digests of the lines".into(), |member| {
                        format!("the digest of {member:?}")
                    });
                match number {
                    Some(number) => format!("line {number} (\"sections\"), with {of}, was changed"),
                    None => format!("the line \"sections\", with {of}, is not there as it was"),
                }
            }
            Self::End { number } => {
                format!("line {number}, behind the line \"sections\", was changed or added")
            }
        }
    }
}

/// The file: the type, these members, and the digests of all these lines.
pub(super) fn write(members: &Object) -> Vec<u8> {
    let mut file = Vec::new();
    let mut sections = Object::new();
    let first = [PREFIX, b"\n"].concat();
    sections = section(sections, "type", &first);
    file.extend(first);
    let names = members.members().map(|(name, _)| name);
    for (name, line) in names.zip(members.to_members()) {
        let line = format!("{line},\n").into_bytes();
        sections = section(sections, name, &line);
        file.extend(line);
    }
    let last = Object::new().with(SECTIONS, sections).to_members();
    file.extend(last.concat().into_bytes());
    file.extend([b"\n", END].concat());
    file
}

fn section(sections: Object, name: &str, line: &[u8]) -> Object {
    sections.with(name, Digest::of(line).hex())
}

/// Makes sure that the text is laid out as [`write`] does it, so that every digest is of the line of its member.
///
/// # Errors
/// [`Error::Json`] that says where it is not.
pub(super) fn check(bytes: &[u8], object: &Object) -> Result<()> {
    if let Some(place) = edits(bytes).first() {
        return Err(Error::json(place.text()));
    }
    let names = object.members().map(|(name, _)| name);
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut count = 0_usize;
    for (name, line) in names.zip(lines) {
        count += 1;
        if names_on(line) != Some(name) {
            return Err(Error::json(format!(
                "line {count} does not begin with the member that is there"
            )));
        }
    }
    Ok(())
}

/// Where the report is not what its own digests say. None: every line agrees with its digest, which proves nothing about
/// who wrote it.
pub fn edits(bytes: &[u8]) -> Vec<Place> {
    let Some((members, rest)) = at_sections(bytes) else {
        let number = last_but_one(bytes);
        return vec![Place::Sections {
            number,
            member: None,
        }];
    };
    let lines = members.split_inclusive(|byte| *byte == b'\n');
    let members: Vec<&[u8]> = lines.collect();
    // where the line end before it was changed it stands on the line of the last member
    let is_on_its_own = members.last().is_none_or(|last| last.ends_with(b"\n"));
    let number = members.len() + usize::from(is_on_its_own);
    let mut rest = rest.split_inclusive(|byte| *byte == b'\n');
    let Some(sections) = rest.next().and_then(digests) else {
        return vec![Place::Sections {
            number: Some(number),
            member: None,
        }];
    };
    let mut found = changed(&members, &sections, number);
    if !rest.eq([END]) {
        let number = number + 1;
        found.push(Place::End { number });
    }
    found
}

/// The line of the digests, where all that is behind it is as it was.
fn last_but_one(bytes: &[u8]) -> Option<usize> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
    let is_whole = bytes.ends_with(&[b"\n", END].concat());
    is_whole
        .then(|| lines.saturating_sub(1))
        .filter(|line| *line > 0)
}

/// The text before the digests, and from them on. The line end before them may be what was changed; within a string the
/// quotes would be escaped.
fn at_sections(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut begins = bytes.windows(BEGIN.len());
    let at = begins.rposition(|window| window == BEGIN)?;
    bytes.split_at_checked(at)
}

/// The lines that are not those of their digests, which are on line `at`. A line too many or too few puts all behind it
/// out of step: then only the first is said.
fn changed(members: &[&[u8]], sections: &[(String, Digest)], at: usize) -> Vec<Place> {
    let numbered = (1..).zip(sections);
    let places = numbered.filter_map(|(number, (name, digest))| {
        let line = members.get(number - 1).copied().unwrap_or_default();
        let found = Digest::of(line);
        let member = name.clone();
        if found == *digest {
            return (names_on(line) != Some(name)).then_some(Place::Sections {
                number: Some(at),
                member: None,
            });
        }
        Some(match is_nearly(&found, digest) {
            true => Place::Sections {
                number: Some(at),
                member: Some(member),
            },
            false => Place::Line {
                number,
                member,
                sections: at,
            },
        })
    });
    let mut places: Vec<Place> = places.collect();
    if members.len() != sections.len() {
        places.truncate(1);
        if places.is_empty() {
            places.push(Place::Sections {
                number: Some(at),
                member: None,
            });
        }
    }
    places
}

/// Whether digits of a digest were changed: another line has a digest of which by chance two or three bytes are the same.
fn is_nearly(found: &Digest, written: &Digest) -> bool {
    let pairs = found.0.iter().zip(&written.0);
    pairs.filter(|(one, other)| one == other).count() > 16
}

/// The digests in the line of that name.
fn digests(line: &[u8]) -> Option<Vec<(String, Digest)>> {
    let inner = line.strip_suffix(b"\n")?;
    let whole = [b"{", inner, b"}"].concat();
    let object = json::parse(&whole, MAX_BYTES).ok()?;
    let sections = object.object(SECTIONS).ok()?;
    let digest = |(name, _): (&str, _)| {
        let digest = Digest::from_hex(sections.text(name).ok()?)?;
        Some((name.to_owned(), digest))
    };
    let digests: Option<Vec<_>> = sections.members().map(digest).collect();
    // written in any other way it would be another line
    let again = Object::new().with(SECTIONS, copied(digests.as_deref()?));
    (again.to_line().as_bytes() == whole).then_some(digests?)
}

fn copied(digests: &[(String, Digest)]) -> Object {
    let empty = Object::new();
    digests.iter().fold(empty, |object, (name, digest)| {
        object.with(name, digest.hex())
    })
}

/// The name of the member that a line begins with.
fn names_on(line: &[u8]) -> Option<&str> {
    let line = line
        .strip_prefix(b"{")
        .unwrap_or(line)
        .strip_prefix(b"\"")?;
    let end = line.iter().position(|byte| *byte == b'"')?;
    let (name, rest) = line.split_at_checked(end)?;
    match rest.starts_with(b"\":") {
        true => std::str::from_utf8(name).ok(),
        false => None,
    }
}

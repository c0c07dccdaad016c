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

/// Where a report is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This line, or its digest.
    Line {
        /// Counted from 1.
        number: usize,
        /// The member on it, by the list of digests.
        member: String,
    },
    /// The line with the list of digests.
    Sections,
    /// What stands behind that list.
    End,
}

impl Place {
    /// What is wrong, for people.
    pub fn text(&self) -> String {
        match self {
            Self::Line { number, member } => {
                format!("line {number} ({member:?}) and its digest do not agree: one was changed")
            }
            Self::Sections => {
                "the line \"sections\" with the digests of the lines was changed".into()
            }
            Self::End => "something follows the line \"sections\"".into(),
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
        return vec![Place::Sections];
    };
    let mut rest = rest.split_inclusive(|byte| *byte == b'\n');
    let Some(sections) = rest.next().and_then(digests) else {
        return vec![Place::Sections];
    };
    let lines = members.split_inclusive(|byte| *byte == b'\n');
    let mut found = changed(&lines.collect::<Vec<_>>(), &sections);
    if !rest.eq([END]) {
        found.push(Place::End);
    }
    found
}

/// The text before the digests, and from them on. The line end before them may be what was changed; within a string the
/// quotes would be escaped.
fn at_sections(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut begins = bytes.windows(BEGIN.len());
    let at = begins.rposition(|window| window == BEGIN)?;
    bytes.split_at_checked(at)
}

/// The lines that are not those of their digests. A line too many or too few puts all behind it out of step: then only the
/// first is said.
fn changed(members: &[&[u8]], sections: &[(String, Digest)]) -> Vec<Place> {
    let numbered = (1..).zip(sections);
    let places = numbered.filter_map(|(number, (name, digest))| {
        let line = members.get(number - 1).copied().unwrap_or_default();
        if Digest::of(line) != *digest {
            let member = name.clone();
            return Some(Place::Line { number, member });
        }
        (names_on(line) != Some(name)).then_some(Place::Sections)
    });
    let mut places: Vec<Place> = places.collect();
    if members.len() != sections.len() {
        places.truncate(1);
        if places.is_empty() {
            places.push(Place::Sections);
        }
    }
    places
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

//! The way back: decrypt, decompress, read the archive, hold it against its inventory, and deliver.

use std::io::{self, Read};
use std::path::Path;

use super::ahead::Ahead;
use super::{CEREMONY, EXTERNAL, NOTE};
use crate::archive::{ArchiveReader, Limits, Member, MemberKind};
use crate::cipher::Decrypting;
use crate::digest::HashReader;
use crate::error::{Error, Result};
use crate::frames::FrameReader;
use crate::inventory::{self, Checker, Line, LineKind, Totals};
use crate::key::VaultKey;

/// The most bytes of `ceremony.json`.
const MAX_CEREMONY_BYTES: u64 = 1 << 20;

/// What an archive may at most be, before it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the plain archive.
    pub plain_bytes: u64,
    /// Members of every kind.
    pub members: u64,
}

/// Takes what comes out of a payload. Nothing is proven before [`unpack`] has returned.
pub trait Deliver {
    /// The bytes of `ceremony.json`, before everything else.
    ///
    /// # Errors
    /// Whatever stops the delivery.
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()>;

    /// A directory.
    ///
    /// # Errors
    /// Whatever stops the delivery.
    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()>;

    /// A file of `size` bytes; what is left of `content` is read on without it.
    ///
    /// # Errors
    /// Whatever stops the delivery.
    fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        size: u64,
        content: &mut dyn Read,
    ) -> Result<()>;

    /// A symbolic link.
    ///
    /// # Errors
    /// Whatever stops the delivery.
    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()>;

    /// One line of the inventory, whatever it is about. Nothing is to be done.
    ///
    /// # Errors
    /// Whatever stops the delivery.
    fn listed(&mut self, _line: &Line) -> Result<()> {
        Ok(())
    }

    /// What the inventory lists as not kept.
    ///
    /// # Errors
    /// Whatever stops the delivery.
    fn skipped(&mut self, line: &Line) -> Result<()>;

    /// A part of the inventory ended, and agrees with what came before it. Nothing is to be done.
    ///
    /// # Errors
    /// Whatever stops the delivery.
    fn part_ended(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Unpacks a payload into `deliver`.
///
/// # Errors
/// [`Error::Payload`] when it does not open or is damaged (`name` says which); [`Error::Archive`] when what is in it
/// breaks the format or differs from its inventory; what `deliver` answers.
pub fn unpack<R: Read + Send + 'static>(
    key: &VaultKey,
    input: R,
    name: &Path,
    bounds: Bounds,
    deliver: &mut dyn Deliver,
) -> Result<Totals> {
    let damaged = || Error::Payload {
        path: name.to_owned(),
    };
    // Three threads: reading and hashing the carrier, decrypting, and unpacking here.
    let opened = Decrypting::new(key, Ahead::new(input))
        .map_err(|error| Error::unwrap_io(error, "read the payload"))?;
    let ahead = Ahead::new(opened.ok_or_else(damaged)?);
    let frames = FrameReader::new(ahead).map_err(|_| damaged())?;
    let limits = Limits {
        members: bounds.members,
        bytes: bounds.plain_bytes,
    };
    let mut archive = ArchiveReader::new(Plain { frames, name }, limits);
    let mut unpacking = Unpacking {
        checker: Checker::default(),
        has_ceremony: false,
        deliver,
    };
    let delivered = unpacking.all(&mut archive);
    let checker = unpacking.checker;
    // The thread that reads ahead ends before anything is said about the outcome.
    archive
        .into_inner()
        .frames
        .into_inner()
        .finish()
        .map_err(|_| damaged())?;
    delivered?;
    checker.finish()
}

/// The plain stream. Whatever goes wrong below it is one thing: the payload does not open.
struct Plain<'a, R: Read> {
    frames: FrameReader<R>,
    name: &'a Path,
}

impl<R: Read> Read for Plain<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.frames
            .read(buffer)
            .map_err(|error| match error.downcast::<Error>() {
                Ok(error) => error.into_io(),
                Err(_) => Error::Payload {
                    path: self.name.to_owned(),
                }
                .into_io(),
            })
    }
}

struct Unpacking<'a> {
    checker: Checker,
    has_ceremony: bool,
    deliver: &'a mut dyn Deliver,
}

impl Unpacking<'_> {
    fn all<R: Read>(&mut self, archive: &mut ArchiveReader<R>) -> Result<()> {
        while let Some(member) = archive.next().map_err(beyond_bounds)? {
            self.member(&member, &mut archive.content())?;
        }
        Ok(())
    }

    fn member(&mut self, member: &Member, content: &mut dyn Read) -> Result<()> {
        if member.path.starts_with(b"INVENTORY/") {
            return self.inventory(member, content);
        }
        check_place(member)?;
        if !self.has_ceremony && member.path != CEREMONY.as_bytes() {
            return Err(archive_error(member, "ceremony.json must come first"));
        }
        let Member {
            path, mode, mtime, ..
        } = member;
        let kind = match &member.kind {
            MemberKind::Directory => {
                self.deliver.directory(path, *mode, *mtime)?;
                LineKind::Directory
            }
            MemberKind::File { size } => self.file(member, *size, content)?,
            MemberKind::Link { target } => {
                self.deliver.link(path, target, *mtime)?;
                LineKind::Link {
                    target: target.clone(),
                }
            }
        };
        // As the inventory can say it: times beyond the year 9999 become its last second.
        let mtime = crate::time::Time::from_unix(*mtime).unix();
        self.checker.saw(Line {
            path: path.clone(),
            kind,
            mode: *mode,
            mtime,
            what: None,
            outside: None,
        })
    }

    /// Hashes a file while it is delivered.
    fn file(&mut self, member: &Member, size: u64, content: &mut dyn Read) -> Result<LineKind> {
        let mut content = HashReader::new(content);
        if member.path == CEREMONY.as_bytes() {
            let bytes = read_bounded(&mut content, MAX_CEREMONY_BYTES, member)?;
            self.deliver.ceremony(&bytes)?;
            self.has_ceremony = true;
        } else {
            let Member {
                path, mode, mtime, ..
            } = member;
            self.deliver.file(path, *mode, *mtime, size, &mut content)?;
        }
        io::copy(&mut content, &mut io::sink())
            .map_err(|error| Error::unwrap_io(error, "read the payload"))?;
        let (_, size, sha256) = content.into_parts();
        Ok(LineKind::File { size, sha256 })
    }

    fn inventory(&mut self, member: &Member, content: &mut dyn Read) -> Result<()> {
        if member.path == inventory::TOTAL.as_bytes() {
            let bytes = read_bounded(content, inventory::MAX_TOTAL_BYTES as u64, member)?;
            return self.checker.total(&bytes);
        }
        let bytes = read_bounded(content, inventory::MAX_PART_BYTES as u64, member)?;
        let lines = self.checker.part(&member.path, &bytes)?;
        for line in &lines {
            self.deliver.listed(line)?;
        }
        let mut skipped = lines
            .iter()
            .filter(|line| matches!(line.kind, LineKind::Skipped { .. }));
        skipped.try_for_each(|line| self.deliver.skipped(line))?;
        self.deliver.part_ended()
    }
}

/// Refuses a member in a place that this version does not know.
fn check_place(member: &Member) -> Result<()> {
    if is_place(&member.path, &member.kind) {
        Ok(())
    } else {
        Err(archive_error(
            member,
            "it is in a place that this version does not have",
        ))
    }
}

/// The only places that an archive of this version has, its inventory aside.
pub(super) fn is_place(path: &[u8], kind: &MemberKind) -> bool {
    let file = matches!(kind, MemberKind::File { .. });
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let of_node = |place: &[u8]| place == b"node" || place == EXTERNAL.as_bytes();
    match parts.as_slice() {
        [place, index] if of_node(place) => {
            is_index(index) && matches!(kind, MemberKind::Directory)
        }
        [place, index, ..] if of_node(place) => is_index(index),
        [place, _] => *place == NOTE.as_bytes() && file,
        [name] => *name == CEREMONY.as_bytes() && file,
        _ => false,
    }
}

fn is_index(text: &[u8]) -> bool {
    let number = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse::<u8>().ok());
    number.is_some_and(|number| {
        usize::from(number) < crate::ceremony::MAX_NODES && number.to_string().as_bytes() == text
    })
}

fn read_bounded(content: &mut dyn Read, limit: u64, member: &Member) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = content.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::unwrap_io(error, "read the payload"))?;
    if bytes.len() as u64 > limit {
        return Err(archive_error(member, "it is too large"));
    }
    Ok(bytes)
}

/// More than vault.json says, or than any vault holds, is wrong with the archive and not with what somebody asked for.
fn beyond_bounds(error: Error) -> Error {
    match error {
        Error::Limit { what, limit } => Error::Archive {
            member: "its limits".into(),
            why: format!("{what}: more than the {limit} that there should be"),
        },
        other => other,
    }
}

fn archive_error(member: &Member, why: &str) -> Error {
    Error::Archive {
        member: format!("{:?}", String::from_utf8_lossy(&member.path)),
        why: why.to_owned(),
    }
}

//! The payload: archive, compression, padding and encryption in one stream, and back.
//!
//! Knows how the formats stand inside one another; no file system and no people. [`PayloadWriter`] takes entries one
//! after another and [`unpack`] hands them to a [`Deliver`]; neither ever holds more than a few buffers.

mod ahead;
mod refill;
mod root;
mod salvage;
mod sniff;
mod unpack;

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use crate::archive::ArchiveWriter;
use crate::cipher::Encrypting;
use crate::digest::HashReader;
use crate::entry::{Entry, EntryKind};
use crate::error::{Error, Result};
use crate::frames::{FrameWriter, Padding};
use crate::inventory::{Inventory, Line, LineKind, Totals};
use crate::key::VaultKey;
use crate::manifest::Feature;

pub use refill::{Refill, Watch};
pub use root::Root;
pub use salvage::{Names, SalvageDeliver, Salvaged, salvage};
use sniff::{Sniffed, material};
pub use unpack::{Bounds, Deliver, unpack};

/// zstd's level. Key material does not compress and databases compress at every level alike; speed counts.
const LEVEL: i32 = 1;
/// Threads that compress.
const WORKERS: usize = 2;
/// The member with the roster, the node directories' names and the exceptions.
pub const CEREMONY: &str = "ceremony.json";
/// The directory of the sealed note.
pub const NOTE: &str = "note";
/// The directory of what lies outside of node directories.
pub const EXTERNAL: &str = "external";

/// What went into a payload.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Of the inventory.
    pub totals: Totals,
    /// The archive's length.
    pub plain_bytes: u64,
    /// The archive's members.
    pub members: u64,
    /// What a reader must know beyond the first version, each once.
    pub features: Vec<Feature>,
}

/// Writes a payload. Everything ends at [`PayloadWriter::finish`]; what was written before that opens with no key.
pub struct PayloadWriter<W: Write + Send + 'static> {
    archive: ArchiveWriter<Counted<FrameWriter<Encrypting<W>>>>,
    inventory: Inventory,
    members: u64,
    features: BTreeSet<Feature>,
    padding: Padding,
}

impl<W: Write + Send + 'static> PayloadWriter<W> {
    /// Begins a payload that is encrypted to `key`.
    ///
    /// # Errors
    /// What `output` answers.
    pub fn new(key: &VaultKey, output: W) -> io::Result<Self> {
        let frames = FrameWriter::new(Encrypting::new(key, output)?, LEVEL, WORKERS)?;
        Ok(Self {
            archive: ArchiveWriter::new(Counted::new(frames)),
            inventory: Inventory::default(),
            members: 0,
            features: BTreeSet::new(),
            padding: Padding::Padme,
        })
    }

    /// Pads the end in this way instead.
    pub fn padded(self, padding: Padding) -> Self {
        Self { padding, ..self }
    }

    /// Adds an entry; a file comes with its content, of exactly the length it says.
    ///
    /// # Errors
    /// What reading the content or writing the payload answers.
    pub fn add(&mut self, root: Root, entry: &Entry, content: Option<&mut dyn Read>) -> Result<()> {
        self.add_known(root, entry, content, None)
    }

    /// Adds an entry of which somebody knows `what` it is, for the inventory: better than its first bytes say.
    ///
    /// # Errors
    /// As [`PayloadWriter::add`].
    pub fn add_known(
        &mut self,
        root: Root,
        entry: &Entry,
        content: Option<&mut dyn Read>,
        known: Option<&str>,
    ) -> Result<()> {
        let path = root.join(&entry.path);
        self.features.extend(feature(root, &entry.kind));
        let mut what = None;
        let kind = match &entry.kind {
            EntryKind::Directory => {
                self.archive.directory(&path, entry.mode, entry.mtime)?;
                LineKind::Directory
            }
            EntryKind::File { size } => {
                let content = content.ok_or(Error::SelfTest {
                    what: "a file came without its content",
                })?;
                let mut content = HashReader::new(Sniffed::new(content));
                self.archive
                    .file(&path, entry.mode, entry.mtime, *size, &mut content)?;
                let (sniffed, size, sha256) = content.into_parts();
                what = known
                    .or_else(|| material(sniffed.first()))
                    .map(str::to_owned);
                LineKind::File { size, sha256 }
            }
            EntryKind::Link { target } => {
                self.archive.link(&path, target, entry.mtime)?;
                LineKind::Link {
                    target: target.clone(),
                }
            }
            EntryKind::Skipped { why } => LineKind::Skipped { why: *why },
        };
        self.members += u64::from(!matches!(kind, LineKind::Skipped { .. }));
        // The archive holds 0777 for every link. Some file systems (NFS, virtiofs) tell another mode, and an inventory that
        // repeats it would never agree with its archive again.
        let mode = match kind {
            LineKind::Link { .. } => 0o777,
            _ => entry.mode,
        };
        let outside = entry.outside.clone();
        self.list(&Line {
            path,
            kind,
            mode,
            mtime: entry.mtime,
            what,
            outside,
        })
    }

    /// Adds a file that is not a node's: the note or `ceremony.json`.
    ///
    /// # Errors
    /// What writing the payload answers.
    pub fn add_bytes(&mut self, path: &str, bytes: &[u8], mtime: i64) -> Result<()> {
        let mut content = HashReader::new(bytes);
        self.archive.file(
            path.as_bytes(),
            0o600,
            mtime,
            bytes.len() as u64,
            &mut content,
        )?;
        let (_, size, sha256) = content.into_parts();
        self.members += 1;
        let kind = LineKind::File { size, sha256 };
        self.list(&Line {
            path: path.into(),
            kind,
            mode: 0o600,
            mtime,
            what: None,
            outside: None,
        })
    }

    fn list(&mut self, line: &Line) -> Result<()> {
        match self.inventory.add(line) {
            Some((name, bytes)) => self.put_inventory(&name, &bytes),
            None => Ok(()),
        }
    }

    fn put_inventory(&mut self, name: &str, mut bytes: &[u8]) -> Result<()> {
        self.members += 1;
        self.archive
            .file(name.as_bytes(), 0o600, 0, bytes.len() as u64, &mut bytes)?;
        Ok(())
    }

    /// Ends inventory, archive, compression, padding and encryption, and gives the output back.
    ///
    /// # Errors
    /// What writing answers.
    pub fn finish(mut self) -> Result<(W, Summary)> {
        let (last, total, totals) = std::mem::take(&mut self.inventory).finish();
        if let Some((name, bytes)) = last {
            self.put_inventory(&name, &bytes)?;
        }
        self.put_inventory(crate::inventory::TOTAL, &total)?;
        let (frames, plain_bytes) = self.archive.finish().map_err(written)?.into_parts();
        let (mut sealed, compressed) = frames.finish().map_err(written)?;
        self.padding
            .write(&mut sealed, compressed)
            .map_err(written)?;
        let output = sealed.finish().map_err(written)?;
        let summary = Summary {
            totals,
            plain_bytes,
            members: self.members,
            features: self.features.into_iter().collect(),
        };
        Ok((output, summary))
    }
}

/// What a reader must know for an entry, beyond what the first version knew.
fn feature(root: Root, kind: &EntryKind) -> Option<Feature> {
    match (root, kind) {
        (_, EntryKind::Skipped { why }) if why.is_choice() => Some(Feature::LeftOut),
        (Root::External(_), EntryKind::Skipped { .. }) | (Root::Node(_), _) => None,
        (Root::External(_), _) => Some(Feature::External),
    }
}

/// The same of a line that another inventory had.
fn feature_of(line: &Line) -> Option<Feature> {
    let is_external = line.path.starts_with(EXTERNAL.as_bytes());
    match &line.kind {
        LineKind::Skipped { why } => why.is_choice().then_some(Feature::LeftOut),
        _ => is_external.then_some(Feature::External),
    }
}

/// An error of the output; the writers below know its path and carry an [`Error`] through `io::Error`.
fn written(error: io::Error) -> Error {
    Error::unwrap_io(error, "write the payload")
}

/// Counts what is written.
struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W> Counted<W> {
    fn new(inner: W) -> Self {
        Self { inner, bytes: 0 }
    }

    fn into_parts(self) -> (W, u64) {
        (self.inner, self.bytes)
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

//! One vault copy goes by: what a look needs is held in memory, everything else is read, compared and forgotten.

use std::io::Read;
use std::path::Path;

use crate::ceremony::{Ceremony, SealedNode, WallClock};
use crate::commands::left_out::LeftOut;
use crate::commands::notes::Notes;
use crate::commands::presented::lossy;
use crate::contents::{Holding, Stands};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::inventory::{Line, LineKind};
use crate::node;
use crate::payload::{Deliver, EXTERNAL, Root};
use crate::terminal::Terminal;

use super::against::Sealed;

/// Where the files are for whoever looks at them: no such directory is ever made.
pub(super) const PLACE: &str = "/in-memory/restored";
/// Bytes read at a time.
const BUFFER: usize = 1 << 18;

/// What is kept of the copy that is looked at.
pub(super) struct Kept {
    pub(super) holding: Holding,
    pub(super) nodes: Vec<SealedNode>,
    pub(super) notes: Notes,
    pub(super) left_out: LeftOut,
    pub(super) wall_clock: Option<WallClock>,
    /// The inventory, where the live node is to be held against it.
    pub(super) sealed: Option<Sealed>,
    /// Directories of what lay outside that are there.
    above: Vec<Vec<u8>>,
}

impl Kept {
    pub(super) fn new(is_compared: bool) -> Self {
        Self {
            holding: Holding::new(Path::new(PLACE)),
            nodes: Vec::new(),
            notes: Notes::default(),
            left_out: LeftOut::default(),
            wall_clock: None,
            sealed: is_compared.then(Sealed::default),
            above: Vec::new(),
        }
    }

    /// The root that an archive path is of, and the path below it; `None` for what is of no node directory.
    fn root<'p>(&self, path: &'p [u8]) -> Result<Option<(Root, &SealedNode, &'p [u8])>> {
        let mut parts = path.splitn(3, |byte| *byte == b'/');
        let root = match parts.next() {
            Some(b"node") => Root::Node,
            Some(place) if place == EXTERNAL.as_bytes() => Root::External,
            _ => return Ok(None),
        };
        let index = parts.next().and_then(|text| std::str::from_utf8(text).ok());
        let index: Option<usize> = index.and_then(|text| text.parse().ok());
        let node = index.and_then(|index| Some((root(index), self.nodes.get(index)?)));
        let (root, node) = node.ok_or_else(|| Error::Archive {
            member: format!("{:?}", lossy(path)),
            why: "it is of no node that ceremony.json names".into(),
        })?;
        Ok(Some((root, node, parts.next().unwrap_or_default())))
    }

    /// The place that something would be restored to; `None` for what is of no node directory.
    fn place<'p>(&mut self, path: &'p [u8]) -> Result<Option<Placed<'p>>> {
        let Some((root, node, below)) = self.root(path)? else {
            return Ok(None);
        };
        let place = root.restored(&node.name, below);
        let (top, inside) = match root {
            Root::Node(_) => (node.name.clone(), Some(below)),
            Root::External(_) => (root.restored(&node.name, b""), None),
        };
        self.make_above(top)?;
        Ok(Some(Placed { place, inside }))
    }

    /// Makes `external` and `external/<name>`, as a restore does.
    fn make_above(&mut self, top: Vec<u8>) -> Result<()> {
        if self.above.contains(&top) {
            return Ok(());
        }
        if top.starts_with(EXTERNAL.as_bytes()) && top.contains(&b'/') {
            self.holding.directory(EXTERNAL.as_bytes(), 0o700, 0)?;
            self.holding.directory(&top, 0o700, 0)?;
        }
        self.above.push(top);
        Ok(())
    }
}

/// A place that something would be restored to.
struct Placed<'p> {
    place: Vec<u8>,
    /// Its path in its node directory, if it was in one.
    inside: Option<&'p [u8]>,
}

/// Reads a copy, and keeps of it what is to be looked at, if that is wanted.
pub(super) struct Streaming<'s> {
    pub(super) kept: Option<&'s mut Kept>,
    pub(super) terminal: &'s mut Terminal,
    pub(super) done: u64,
    pub(super) all: u64,
    buffer: Vec<u8>,
}

impl<'s> Streaming<'s> {
    pub(super) fn new(kept: Option<&'s mut Kept>, terminal: &'s mut Terminal, all: u64) -> Self {
        Self {
            kept,
            terminal,
            done: 0,
            all,
            buffer: vec![0; BUFFER],
        }
    }

    /// Reads on to the end of a file.
    fn drain(&mut self, content: &mut dyn Read) -> Result<()> {
        loop {
            interrupt::check()?;
            let read = content.read(&mut self.buffer);
            match read.map_err(|error| Error::unwrap_io(error, "read the payload"))? {
                0 => return Ok(()),
                count => {
                    self.done += count as u64;
                    self.terminal.progress("reading", self.done, self.all);
                }
            }
        }
    }
}

impl Deliver for Streaming<'_> {
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()> {
        let ceremony = Ceremony::from_bytes(bytes).map_err(|error| Error::Archive {
            member: "\"ceremony.json\"".into(),
            why: error.to_string(),
        })?;
        if let Some(kept) = &mut self.kept {
            kept.nodes = ceremony.nodes;
            kept.wall_clock = ceremony.wall_clock;
        }
        Ok(())
    }

    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        if let Some(kept) = &mut self.kept
            && let Some(Placed { place, .. }) = kept.place(path)?
        {
            let mode = node::restore_mode(mode, false);
            kept.holding.directory(&place, mode, mtime)?;
        }
        Ok(())
    }

    fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        size: u64,
        content: &mut dyn Read,
    ) -> Result<()> {
        if let Some(kept) = &mut self.kept {
            if Notes::is_one(path) {
                kept.notes.gather(path, content)?;
            } else if let Some(Placed { place, inside }) = kept.place(path)? {
                let stands = Stands {
                    path: &place,
                    inside,
                    mode: node::restore_mode(mode, false),
                    mtime,
                    size,
                };
                kept.holding.file(&stands, content)?;
            }
        }
        self.drain(content)
    }

    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        if let Some(kept) = &mut self.kept
            && let Some(Placed { place, .. }) = kept.place(path)?
        {
            kept.holding.link(&place, target, mtime)?;
        }
        Ok(())
    }

    fn listed(&mut self, line: &Line) -> Result<()> {
        if let Some(sealed) = self.kept.as_mut().and_then(|kept| kept.sealed.as_mut()) {
            sealed.add(line);
        }
        Ok(())
    }

    fn skipped(&mut self, line: &Line) -> Result<()> {
        if let Some(kept) = &mut self.kept
            && let LineKind::Skipped { why } = &line.kind
            && let Some((root, node, below)) = kept.root(&line.path)?
        {
            let place = root.restored(&node.name, below);
            kept.left_out.add(place, *why);
        }
        Ok(())
    }
}

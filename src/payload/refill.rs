//! A payload that is filled from another one: the same members in the same order and the same inventory, but for
//! `ceremony.json`. Nothing is at rest in between, and no more is held than one part of the inventory.
//!
//! The parts of the inventory end where they ended before: a reader holds each part against the members in front of it.

use std::io::{self, Read, Write};

use super::{CEREMONY, PayloadWriter, feature_of};
use crate::digest::HashReader;
use crate::error::{Error, Result};
use crate::inventory::{Line, LineKind};
use crate::payload::Deliver;

/// Hears how many bytes more were read; its error ends it.
pub type Watch<'a> = dyn FnMut(u64) -> Result<()> + 'a;

/// Takes what comes out of one payload into another one. Nothing of it is proven before [`super::unpack`] has returned.
pub struct Refill<'a, W: Write + Send + 'static> {
    writer: &'a mut PayloadWriter<W>,
    watch: &'a mut Watch<'a>,
    /// The new `ceremony.json`, until it is written.
    ceremony: Vec<u8>,
    /// When that was made, whole seconds since 1970.
    made: i64,
    /// Its line, until the old one comes.
    line: Option<Line>,
    /// What the old part lists.
    part: Vec<Line>,
}

impl<'a, W: Write + Send + 'static> Refill<'a, W> {
    /// Fills `writer`, into which nothing was put before. `ceremony` takes the place of the one that comes.
    pub fn new(
        writer: &'a mut PayloadWriter<W>,
        (ceremony, made): (Vec<u8>, i64),
        watch: &'a mut Watch<'a>,
    ) -> Self {
        Self {
            writer,
            watch,
            ceremony,
            made,
            line: None,
            part: Vec::new(),
        }
    }
}

impl<W: Write + Send + 'static> Deliver for Refill<'_, W> {
    fn ceremony(&mut self, _: &[u8]) -> Result<()> {
        let bytes = std::mem::take(&mut self.ceremony);
        let mut content = HashReader::new(bytes.as_slice());
        let (path, size) = (CEREMONY.as_bytes(), bytes.len() as u64);
        let archive = &mut self.writer.archive;
        archive.file(path, 0o600, self.made, size, &mut content)?;
        let (_, size, sha256) = content.into_parts();
        self.writer.members += 1;
        self.line = Some(Line {
            path: path.to_vec(),
            kind: LineKind::File { size, sha256 },
            mode: 0o600,
            mtime: self.made,
            what: None,
            outside: None,
        });
        Ok(())
    }

    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        (self.watch)(0)?;
        self.writer.members += 1;
        self.writer.archive.directory(path, mode, mtime)
    }

    fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        size: u64,
        content: &mut dyn Read,
    ) -> Result<()> {
        self.writer.members += 1;
        let watch = &mut *self.watch;
        let mut content = Watched { content, watch };
        let archive = &mut self.writer.archive;
        archive
            .file(path, mode, mtime, size, &mut content)
            .map(drop)
    }

    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        (self.watch)(0)?;
        self.writer.members += 1;
        self.writer.archive.link(path, target, mtime)
    }

    fn listed(&mut self, line: &Line) -> Result<()> {
        let own = match line.path == CEREMONY.as_bytes() {
            true => self.line.take(),
            false => None,
        };
        let line = own.unwrap_or_else(|| line.clone());
        self.writer.features.extend(feature_of(&line));
        self.part.push(line);
        Ok(())
    }

    fn skipped(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }

    fn part_ended(&mut self) -> Result<()> {
        let part = std::mem::take(&mut self.part);
        let (name, bytes) = self
            .writer
            .inventory
            .part_of(&part)
            .ok_or(Error::SelfTest {
                what: "a payload was filled from two places",
            })?;
        self.writer.put_inventory(&name, &bytes)
    }
}

/// Says how much was read.
struct Watched<'c, 'w, 'a> {
    content: &'c mut dyn Read,
    watch: &'w mut Watch<'a>,
}

impl Read for Watched<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        (self.watch)(count as u64).map_err(Error::into_io)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;

//! Delivers while the person sees how far it is.

use std::io::{self, Read};

use super::choice::Choice;
use super::deliver::Restoring;
use crate::ceremony::{Ceremony, WallClock};
use crate::error::{Error, Result};
use crate::inventory::Line;
use crate::payload::Deliver;
use crate::terminal::Terminal;

/// Delivers while the person sees how far it is.
pub(super) struct Watching<'a> {
    pub(super) restoring: &'a mut Restoring,
    pub(super) choice: &'a Choice,
    pub(super) terminal: &'a mut Terminal,
    pub(super) done: u64,
    pub(super) all: u64,
    /// What was read off a clock on the wall at the sealing.
    pub(super) wall_clock: Option<WallClock>,
}

impl Deliver for Watching<'_> {
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()> {
        let ceremony = Ceremony::from_bytes(bytes).map_err(|error| Error::Archive {
            member: "\"ceremony.json\"".into(),
            why: error.to_string(),
        })?;
        self.restoring.nodes = ceremony.nodes;
        self.wall_clock = ceremony.wall_clock;
        Ok(())
    }

    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        self.restoring.directory(path, mode, mtime, self.choice)
    }

    fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        _: u64,
        content: &mut dyn Read,
    ) -> Result<()> {
        let mut content = Counted {
            inner: content,
            count: 0,
        };
        self.restoring
            .file(path, mode, mtime, &mut content, self.choice)?;
        self.done += content.count;
        self.terminal.progress("restoring", self.done, self.all);
        Ok(())
    }

    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        self.restoring.link(path, target, mtime, self.choice)
    }

    fn skipped(&mut self, line: &Line) -> Result<()> {
        self.restoring.skipped(line)
    }
}

struct Counted<'a> {
    inner: &'a mut dyn Read,
    count: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

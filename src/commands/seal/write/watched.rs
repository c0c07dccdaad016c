//! Shows how much of the node was read, and lets Ctrl-C end it.

use std::io::{self, Read};

use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::terminal::{Terminal, Waiting};

/// How far the reading is.
pub(super) struct Progress<'a> {
    pub(super) terminal: &'a mut Terminal,
    pub(super) waiting: &'a Waiting,
    pub(super) done: u64,
    pub(super) all: u64,
}

impl Progress<'_> {
    /// So many bytes more were read.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub(super) fn moved(&mut self, bytes: u64) -> Result<()> {
        interrupt::check()?;
        self.done += bytes;
        self.waiting.moved();
        self.terminal.progress("sealing", self.done, self.all);
        Ok(())
    }
}

/// Shows how much of the node was read, and lets Ctrl-C end it.
pub(super) struct Watched<'a, 'b, R> {
    pub(super) inner: &'a mut R,
    pub(super) progress: &'a mut Progress<'b>,
}

impl<R: Read> Read for Watched<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        interrupt::check().map_err(Error::into_io)?;
        let count = self.inner.read(buffer)?;
        self.progress.moved(count as u64).map_err(Error::into_io)?;
        Ok(count)
    }
}

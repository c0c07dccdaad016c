//! Candidates are held against lines of the inventory.

use std::collections::BTreeMap;

use super::gather::{Gathering, can_be_line};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::inventory::{Line, LineKind};

/// A file that came out whole, and of which nobody knows yet what it is.
pub(super) struct Candidate {
    pub(super) id: u64,
    pub(super) mode: u32,
    pub(super) mtime: i64,
    pub(super) size: u64,
    pub(super) sha256: Digest,
}

/// The candidates by name. Several may have one: those of an older vault that lies in a file, for instance.
#[derive(Default)]
pub(super) struct Pool(BTreeMap<Vec<u8>, Vec<Candidate>>);

impl Pool {
    pub(super) fn add(&mut self, path: Vec<u8>, candidate: Candidate) {
        self.0.entry(path).or_default().push(candidate);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The candidate that is what `line` says.
    fn take(&mut self, line: &Line) -> Option<Candidate> {
        let LineKind::File { size, sha256 } = line.kind else {
            return None;
        };
        let named = self.0.get_mut(&line.path)?;
        let fits = |one: &Candidate| one.size == size && one.sha256 == sha256;
        let found = named.iter().position(fits)?;
        let candidate = named.swap_remove(found);
        if named.is_empty() {
            self.0.remove(&line.path);
        }
        Some(candidate)
    }

    /// All candidates with this name.
    fn take_named(&mut self, path: &[u8]) -> Vec<Candidate> {
        self.0.remove(path).unwrap_or_default()
    }
}

impl Gathering<'_> {
    /// Settles what these lines are about. `proven`: whether they are certainly of this archive's inventory.
    pub(super) fn settle(&mut self, lines: Vec<Line>, proven: bool) -> Result<()> {
        lines
            .iter()
            .try_for_each(|line| self.settle_line(line, proven))
    }

    fn settle_line(&mut self, line: &Line, proven: bool) -> Result<()> {
        let Line {
            path, mode, mtime, ..
        } = line;
        let good = can_be_line(line);
        let done = match &line.kind {
            LineKind::Skipped { .. } => true,
            LineKind::File { .. } => return self.settle_file(line, proven && good),
            // Nothing is known to be lost, and nothing to be there.
            LineKind::Directory | LineKind::Link { .. } if !proven => true,
            LineKind::Directory => good && taken(self.deliver.directory(path, *mode, *mtime))?,
            LineKind::Link { target } => good && taken(self.deliver.link(path, target, *mtime))?,
        };
        if !done {
            self.outcome.lost.add(path);
        }
        Ok(())
    }

    fn settle_file(&mut self, line: &Line, proven: bool) -> Result<()> {
        let Some(candidate) = self.pool.take(line) else {
            self.outcome.lost.add(&line.path);
            return self.discard_named(&line.path, proven);
        };
        if !proven {
            return self.unproven(&line.path, &candidate);
        }
        let kept = self
            .deliver
            .keep(candidate.id, &line.path, line.mode, line.mtime);
        if taken(kept)? {
            self.outcome.kept += 1;
            self.outcome.kept_bytes = self.outcome.kept_bytes.saturating_add(candidate.size);
        } else {
            self.outcome.lost.add(&line.path);
            self.deliver.discard(candidate.id)?;
        }
        self.discard_named(&line.path, proven)
    }

    /// What has a name for which the inventory certainly says another content was not sealed as that.
    fn discard_named(&mut self, path: &[u8], proven: bool) -> Result<()> {
        if !proven {
            return Ok(());
        }
        let wrong = self.pool.take_named(path);
        wrong
            .into_iter()
            .try_for_each(|candidate| self.deliver.discard(candidate.id))
    }

    fn unproven(&mut self, path: &[u8], candidate: &Candidate) -> Result<()> {
        let Candidate {
            id, mode, mtime, ..
        } = *candidate;
        if taken(self.deliver.unproven(id, path, mode, mtime))? {
            self.outcome.unproven.add(path);
            Ok(())
        } else {
            self.outcome.lost.add(path);
            self.deliver.discard(id)
        }
    }

    /// Settles the candidates that no line is about. When all lines were there, these do not belong to the archive.
    pub(super) fn settle_rest(&mut self) -> Result<()> {
        for (path, named) in std::mem::take(&mut self.pool).0 {
            for candidate in named {
                if self.outcome.all_listed {
                    self.deliver.discard(candidate.id)?;
                } else {
                    self.unproven(&path, &candidate)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether it was taken. That this one thing cannot be had there does not stop the others.
fn taken(answer: Result<()>) -> Result<bool> {
    match answer {
        Ok(()) => Ok(true),
        Err(Error::Archive { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

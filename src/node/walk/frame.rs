//! A directory on the current path of a walk, and what is known of the files in it before their turn.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::rc::Rc;

use rustix::fs::Stat;

use super::ahead::{self, Ahead, Found};
use crate::node::names::Names;

/// A directory on the current path.
pub(super) struct Frame {
    /// Closed while the walk is far below it.
    pub(super) dir: Option<Rc<OwnedFd>>,
    pub(super) id: (u64, u64),
    pub(super) path: Vec<u8>,
    pub(super) names: Names,
    /// Whether a link led here from outside: then `..` does not lead back.
    pub(super) linked: bool,
    /// What is looked up of its files before their turn.
    pub(super) ahead: Ahead,
    /// What was found of the next files. Empty before anything that is no file: what lies below a directory has its turn
    /// first, and must not find everything above it in memory.
    pub(super) known: VecDeque<Found>,
}

impl Frame {
    /// What is known of the next name. Looks up more of them where that is wanted.
    pub(super) fn known(&mut self) -> Option<Found> {
        if self.known.is_empty()
            && self.ahead != Ahead::Nothing
            && let Some(dir) = &self.dir
        {
            self.known = ahead::look(dir, self.ahead, &mut self.names.files()).into();
        }
        self.known.pop_front()
    }
}

/// What tells one directory from another.
pub(super) fn id(seen: &Stat) -> (u64, u64) {
    (seen.st_dev, seen.st_ino)
}

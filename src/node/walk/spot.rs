//! Where a walk is: a name in an open directory.

use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::fs::Stat;

use crate::node::path::split;

/// Where a regular file was seen.
pub(in crate::node) struct Place<'p> {
    pub(in crate::node) dir: &'p OwnedFd,
    pub(in crate::node) name: &'p [u8],
    pub(in crate::node) seen: &'p Stat,
    /// Whether `name` is a link to the outside, and the file what it leads to.
    pub(in crate::node) through_link: bool,
    /// Its first bytes, where they were read ahead.
    pub(in crate::node) first: Option<&'p [u8]>,
    /// Whether its owner is the user that this process runs as.
    pub(in crate::node) is_ours: bool,
    /// Its whole path, for messages.
    pub(in crate::node) path: &'p dyn Fn() -> PathBuf,
}

/// A name in an open directory, and its path as entries have it.
pub(super) struct Spot<'s> {
    pub(super) dir: &'s OwnedFd,
    pub(super) path: &'s [u8],
}

impl Spot<'_> {
    pub(super) fn name(&self) -> &[u8] {
        split(self.path).1
    }
}

//! Where a walk is: a name in an open directory.

use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::fs::Stat;

use super::Frame;
use crate::node::Why;
use crate::node::fetch::is_made_up_here;
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

/// Why an open directory is not entered below those on the current path, if it is not: it is one of them, or a file system
/// of the kernel is mounted there.
pub(super) fn barred(frames: &[Frame], dir: &OwnedFd, id: (u64, u64)) -> Option<Why> {
    if frames.iter().any(|frame| frame.id == id) {
        return Some(Why::Loop);
    }
    let above = frames.last().filter(|above| above.id.0 != id.0);
    above.and_then(|_| made_up(dir))
}

/// What the kernel makes up is another thing each time it is read.
pub(super) fn made_up(at: &OwnedFd) -> Option<Why> {
    is_made_up_here(at).then_some(Why::Device)
}

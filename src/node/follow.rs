//! Where a symbolic link leads: inside, outside, or nowhere.
//!
//! Knows links and the directories whose content is being visited. Opens no file for reading.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{Mode, OFlags, Stat, fstat, openat, readlinkat};
use rustix::io::Errno;

use super::Why;
use super::path::{join, relative, stays_inside, within};

/// A directory whose whole content is being visited: the node directory, or one outside that a link led to.
#[derive(Debug)]
pub(super) struct Scope {
    /// Where it really is.
    pub(super) root: Vec<u8>,
    /// Under which path its content appears.
    pub(super) prefix: Vec<u8>,
}

/// Where a link leads.
pub(super) enum Leads {
    /// To a place that is visited anyway; the link can stay a link.
    Inside {
        /// Its text, or a relative one that leads to the same place.
        target: Vec<u8>,
        /// Whether it is no longer the link's own text.
        rewritten: bool,
    },
    /// To something else, which is held by `at` (for its path only, not to be read).
    Outside {
        at: OwnedFd,
        seen: Stat,
        root: Vec<u8>,
    },
    /// Nowhere.
    Nowhere(Why),
}

/// Finds out where the link `name` in `dir` leads, as the kernel resolves it. `text` is the link's text, `parent` the
/// path of `dir` as entries have it, and the last of `scopes` the one that the link lies in.
pub(super) fn resolve(
    dir: &OwnedFd,
    name: &[u8],
    text: &[u8],
    parent: &[u8],
    scopes: &[Scope],
) -> Result<Leads, Errno> {
    let keep = may_stay(text, parent, scopes);
    let at = match openat(dir, name, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) {
        Ok(at) => at,
        Err(Errno::LOOP) => return Ok(Leads::Nowhere(Why::Loop)),
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(dangling(text, keep)),
        Err(errno) => return Err(errno),
    };
    let seen = fstat(&at)?;
    if seen.st_nlink == 0 {
        return Ok(dangling(text, keep));
    }
    let root = canonical(&at)?;
    match stays(text, parent, &root, scopes)? {
        None => Ok(Leads::Outside { at, seen, root }),
        Some((target, rewritten)) => Ok(Leads::Inside { target, rewritten }),
    }
}

/// The text with which a link to what really is at `root` can stay a link, and whether it is no longer its own; `None`
/// where that lies outside of everything that is visited. The arguments are those of [`resolve`].
pub(super) fn stays(
    text: &[u8],
    parent: &[u8],
    root: &[u8],
    scopes: &[Scope],
) -> Result<Option<(Vec<u8>, bool)>, Errno> {
    let Some(place) = place(root, scopes) else {
        return Ok(None);
    };
    if may_stay(text, parent, scopes) {
        return Ok(Some((text.to_vec(), false)));
    }
    let target = relative(parent, &place).ok_or(Errno::NAMETOOLONG)?;
    Ok(Some((target, true)))
}

/// Where an open file or directory really is.
pub(super) fn canonical(of: &OwnedFd) -> Result<Vec<u8>, Errno> {
    let link = format!("/proc/self/fd/{}", of.as_raw_fd());
    Ok(readlinkat(rustix::fs::CWD, link, Vec::new())?.into_bytes())
}

/// Whether the text of a link means the same where its content goes. A text that climbs out of an outside directory
/// does not: there, what lies above is something else.
pub(super) fn may_stay(text: &[u8], parent: &[u8], scopes: &[Scope]) -> bool {
    let prefix = scopes.last().map(|scope| scope.prefix.as_slice());
    let depth = within(prefix.unwrap_or_default(), parent);
    depth.is_some_and(|depth| stays_inside(depth, text))
}

/// The path as entries have it of what really is at `root`. The innermost directory wins: from the outside, the node
/// directory itself may be reachable again, and is not visited twice.
fn place(root: &[u8], scopes: &[Scope]) -> Option<Vec<u8>> {
    scopes
        .iter()
        .filter_map(|scope| Some((scope, within(&scope.root, root)?)))
        .max_by_key(|(scope, _)| scope.root.len())
        .map(|(scope, rest)| join(&scope.prefix, rest))
}

fn dangling(text: &[u8], keep: bool) -> Leads {
    match keep {
        true => Leads::Inside {
            target: text.to_vec(),
            rewritten: false,
        },
        false => Leads::Nowhere(Why::Dangling),
    }
}

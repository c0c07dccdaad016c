//! Where files are looked at: on the disks of this machine, or in a tree that is held in memory.
//!
//! Knows both and tells them apart; whoever looks at a directory need not.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use zeroize::Zeroizing;

use super::fetch::{self, fetch};
use super::links::{self, OnTheWay};
use super::scout::{Scout, Wants};
use super::tree::{Grown, Tree};
use super::{Node, Survey, There};
use crate::error::Result;

/// The bytes of a file, or in words why they cannot be had.
type Read = std::result::Result<Zeroizing<Vec<u8>>, String>;

/// Where files are.
#[derive(Clone, Default)]
pub enum Ground {
    /// On the disks of this machine.
    #[default]
    Disk,
    /// In memory: nothing of this machine is seen.
    Memory(Rc<Tree>),
}

/// An open directory that can be looked through, wherever it is.
pub trait Directory {
    /// Where it really is, links resolved.
    fn path(&self) -> &Path;

    /// Where it and everything else is.
    fn ground(&self) -> Ground;

    /// Counts everything in it, and shows each entry on the way: see [`Node::scout`].
    ///
    /// # Errors
    /// As [`Node::scout`].
    fn scout(&self, wants: &Wants<'_>, visit: &mut Scout<'_>) -> Result<Survey>;
}

impl Directory for Node {
    fn path(&self) -> &Path {
        Self::path(self)
    }

    fn ground(&self) -> Ground {
        Ground::Disk
    }

    fn scout(&self, wants: &Wants<'_>, visit: &mut Scout<'_>) -> Result<Survey> {
        Self::scout(self, wants, visit)
    }
}

impl Ground {
    /// Opens a directory, as [`Node::open`] does.
    ///
    /// # Errors
    /// As [`Node::open`].
    pub fn open(&self, path: &Path, follow_outside: bool) -> Result<Box<dyn Directory>> {
        Ok(match self {
            Self::Disk => Box::new(Node::open(path, follow_outside)?),
            Self::Memory(tree) => Box::new(Grown::open(tree, path, follow_outside)?),
        })
    }

    /// What lies at a path, links followed; nothing is opened.
    pub fn there(&self, path: &Path) -> There {
        match self {
            Self::Disk => fetch::there(path),
            Self::Memory(tree) => tree.there(path),
        }
    }

    /// Where a path really leads, links resolved; `None` when it leads nowhere.
    pub fn resolved(&self, path: &Path) -> Option<PathBuf> {
        match self {
            Self::Disk => fetch::resolved(path),
            Self::Memory(tree) => tree.resolved(path),
        }
    }

    /// Reads a file of at most `most` bytes.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn fetch(&self, path: &Path, most: usize) -> Read {
        match self {
            Self::Disk => fetch(path, most),
            Self::Memory(tree) => tree.fetch(path, most),
        }
    }

    /// Reads the first bytes of a file, at most `most`.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn beginning(&self, path: &Path, most: usize) -> Read {
        match self {
            Self::Disk => fetch::beginning(path, most),
            Self::Memory(tree) => tree.beginning(path, most),
        }
    }

    /// Every link on the way to an absolute path, in the order in which they are met. None when it leads nowhere.
    pub fn links_to(&self, path: &Path) -> Vec<OnTheWay> {
        links::on_the_way(self, path)
    }

    /// The text of the link at a path, if one is there.
    pub(super) fn link(&self, path: &Path) -> Option<PathBuf> {
        match self {
            Self::Disk => links::text(path),
            Self::Memory(tree) => tree.link_at(path),
        }
    }

    /// Whether what lies at a path is no file of anybody: the kernel makes it up, or it is a device.
    pub fn is_made_up(&self, path: &Path) -> bool {
        matches!(self, Self::Disk) && fetch::is_made_up(path)
    }

    /// The name of the program that holds a lock on `path`, where one does and that can be seen from here.
    pub fn holder(&self, path: &Path) -> Option<String> {
        match self {
            Self::Disk => fetch::holder(path),
            Self::Memory(_) => None,
        }
    }

    /// Whether the process with this number runs where the files are, and is a Java program.
    pub fn is_java(&self, pid: u32) -> bool {
        matches!(self, Self::Disk) && fetch::is_java(pid)
    }

    /// Files that may matter and for whose content there was no room: the first ones, and how many there are.
    pub fn without_room(&self) -> (&[PathBuf], u64) {
        match self {
            Self::Disk => (&[], 0),
            Self::Memory(tree) => tree.without_room(),
        }
    }
}

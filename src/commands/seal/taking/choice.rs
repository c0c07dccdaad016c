//! Which files of one node are taken: by their part, by the scope, and by what somebody wants.
//!
//! It is decided once, in a walk that opens nothing, and answered from then on. Paths are those of entries; of what lies
//! outside, the absolute one.

mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::ceremony::Scope;
use crate::commands::seal::Plan;
use crate::contents::{Contents, Place};
use crate::entry::{Entry, EntryKind, Why};
use crate::error::Result;
use crate::material::Part;
use crate::node::{Node, Outside};

pub(super) use paths::exchanged;
use paths::{absolute, known_as, leads_to};

/// How often links may lead to one another, until the last one leads to a file that is taken.
const MOST_LINKS: usize = 40;
/// The most files of one kind that are named one by one.
const MOST_NAMED: usize = 100;

/// The globs that fitted something, with their options.
pub(super) type Fitted<'p> = BTreeSet<(&'static str, &'p str)>;

/// How much was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::commands::seal) struct Left {
    pub(in crate::commands::seal) files: u64,
    pub(in crate::commands::seal) bytes: u64,
}

/// What matters and is left out: the first ones, and how many there are.
#[derive(Default)]
pub(in crate::commands::seal) struct Missing {
    pub(in crate::commands::seal) first: Vec<Missed>,
    pub(in crate::commands::seal) count: u64,
}

/// Something that matters and is left out.
pub(in crate::commands::seal) struct Missed {
    pub(in crate::commands::seal) place: Place,
    pub(in crate::commands::seal) why: Why,
    pub(in crate::commands::seal) part: Part,
    pub(in crate::commands::seal) bytes: u64,
}

/// What is taken of one node.
pub(in crate::commands::seal) struct Choice {
    scope: Scope,
    /// The node directory, no link on the way.
    base: PathBuf,
    /// Files that are left out by rule.
    volatile: BTreeSet<Vec<u8>>,
    /// In the keys scope: what is taken, and every directory above it.
    kept: BTreeSet<Vec<u8>>,
    /// Links of the keys scope that are not decided yet: path, and where each leads.
    links: Vec<(Vec<u8>, Vec<u8>)>,
    left: BTreeMap<&'static str, Left>,
    /// Databases and archives that are left out: keys may be in them.
    pub(in crate::commands::seal) closed: Missing,
    /// Key material, and what keys need, that is left out.
    pub(in crate::commands::seal) others: Missing,
    /// Small files of no known kind that the keys scope leaves out.
    pub(in crate::commands::seal) unknown: Missing,
    /// Where node directories appear in something outside: they are not sealed once more.
    pub(super) nodes_within: BTreeSet<Vec<u8>>,
}

impl Choice {
    pub(super) fn new(scope: Scope, base: &Path) -> Self {
        Self {
            scope,
            base: base.to_owned(),
            volatile: BTreeSet::new(),
            kept: BTreeSet::new(),
            links: Vec::new(),
            left: BTreeMap::new(),
            closed: Missing::default(),
            others: Missing::default(),
            unknown: Missing::default(),
            nodes_within: BTreeSet::new(),
        }
    }

    /// Decides for everything in the node directory.
    pub(super) fn look_inside<'p>(
        &mut self,
        (plan, contents): (&'p Plan, &Contents),
        node: &Node,
        fitted: &mut Fitted<'p>,
    ) -> Result<()> {
        node.list(&mut |entry| {
            let path = entry.path.clone();
            let place = Place::Inside(path.clone());
            self.see((plan, contents), (path, place, entry), fitted);
            Ok(())
        })
    }

    /// Decides for something outside, and everything in it.
    pub(super) fn look_outside<'p>(
        &mut self,
        (plan, contents): (&'p Plan, &Contents),
        (outside, real): (&Outside, &Path),
        fitted: &mut Fitted<'p>,
    ) -> Result<()> {
        outside.list(&mut |entry| {
            let path = absolute(&entry.path);
            // It was looked at where it really is.
            let full = Path::new(OsStr::from_bytes(&path));
            let place = Place::Outside(
                exchanged(full, &outside.full(), real).unwrap_or_else(|| full.to_owned()),
            );
            self.see((plan, contents), (path, place, entry), fitted);
            Ok(())
        })
    }

    fn see<'p>(
        &mut self,
        (plan, contents): (&'p Plan, &Contents),
        (path, place, entry): (Vec<u8>, Place, Entry),
        fitted: &mut Fitted<'p>,
    ) {
        let excludes = plan.wishes.excludes(&self.base, &path);
        let includes = plan.wishes.includes(&self.base, &path);
        fitted.extend(excludes.iter().map(|glob| ("--exclude", *glob)));
        fitted.extend(includes.iter().map(|glob| ("--include", *glob)));
        let (is_excluded, is_included) = (!excludes.is_empty(), !includes.is_empty());
        let is_keys = self.scope == Scope::Keys;
        match entry.kind {
            EntryKind::File { size } => {
                let part = contents.part(&place);
                let why = match part {
                    _ if is_excluded => Some(Why::Excluded),
                    _ if is_included => None,
                    Some(Part::Volatile) => Some(Why::Volatile),
                    Some(part) if is_wanted(part) => None,
                    _ => is_keys.then_some(Why::Scope),
                };
                let matters = contents.may_matter(&place, size);
                self.tally(why, (known_as(&path), part, matters), size);
                self.decided(path, why);
            }
            EntryKind::Directory if is_keys && is_included && !is_excluded => self.keep(path),
            EntryKind::Link { target } if is_keys => {
                let leads = leads_to(&path, &target);
                self.links.push((path, leads));
            }
            _ => {}
        }
    }

    fn decided(&mut self, path: Vec<u8>, why: Option<Why>) {
        match why {
            None if self.scope == Scope::Keys => self.keep(path),
            Some(Why::Volatile) => {
                self.volatile.insert(path);
            }
            _ => {}
        }
    }

    fn tally(
        &mut self,
        why: Option<Why>,
        (place, part, matters): (Place, Option<Part>, bool),
        bytes: u64,
    ) {
        let Some(why) = why else { return };
        let left = self.left.entry(why.as_str()).or_default();
        left.files += 1;
        left.bytes = left.bytes.saturating_add(bytes);
        let is_scope = why == Why::Scope;
        let (missing, part) = match part {
            Some(Part::Database) => (&mut self.closed, Part::Database),
            // Who excludes one knows of it.
            Some(Part::Archive) if is_scope => (&mut self.closed, Part::Archive),
            Some(part) if is_wanted(part) => (&mut self.others, part),
            None if is_scope && matters => (&mut self.unknown, Part::Other),
            _ => return,
        };
        missing.count += 1;
        if missing.first.len() < MOST_NAMED {
            missing.first.push(Missed {
                place,
                why,
                part,
                bytes,
            });
        }
    }

    fn keep(&mut self, path: Vec<u8>) {
        for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            let above = path.get(..at).unwrap_or_default();
            self.kept.insert(above.to_vec());
        }
        self.kept.insert(path);
    }

    /// Keeps the links that lead to what is kept.
    pub(super) fn finish(&mut self) {
        for _ in 0..MOST_LINKS {
            let links = std::mem::take(&mut self.links);
            let before = links.len();
            for (path, leads) in links {
                match self.kept.contains(&leads) {
                    true => self.keep(path),
                    false => self.links.push((path, leads)),
                }
            }
            if self.links.len() == before {
                break;
            }
        }
        self.links = Vec::new();
    }

    /// Why a file is not taken, if it is not.
    pub(super) fn why(&self, plan: &Plan, place: &Place) -> Option<Why> {
        let path = match place {
            Place::Inside(path) => path.clone(),
            Place::Outside(path) => path.as_os_str().as_bytes().to_vec(),
        };
        self.leaves(plan, &path)
    }

    /// Why something in the node directory is not taken.
    pub(super) fn leaves_inside(&self, plan: &Plan, path: &[u8]) -> Option<Why> {
        self.leaves(plan, path)
    }

    /// Why something outside is not taken; `path` is without its first slash.
    pub(super) fn leaves_outside(&self, plan: &Plan, path: &[u8]) -> Option<Why> {
        self.leaves(plan, &absolute(path))
    }

    fn leaves(&self, plan: &Plan, path: &[u8]) -> Option<Why> {
        if !plan.wishes.excludes(&self.base, path).is_empty() {
            return Some(Why::Excluded);
        }
        if self.nodes_within.contains(path) {
            return Some(Why::Loop);
        }
        if self.volatile.contains(path) {
            return Some(Why::Volatile);
        }
        let is_left = self.scope == Scope::Keys && !self.kept.contains(path);
        is_left.then_some(Why::Scope)
    }

    /// How much was left out for this reason.
    pub(in crate::commands::seal) fn left(&self, why: Why) -> Left {
        self.left.get(why.as_str()).copied().unwrap_or_default()
    }
}

/// Whether the keys scope takes it.
fn is_wanted(part: Part) -> bool {
    match part {
        Part::Key | Part::Password | Part::Needed | Part::History => true,
        Part::Database | Part::Archive | Part::Volatile | Part::Other => false,
    }
}

#[cfg(test)]
mod tests;

//! What lies outside of a node directory and belongs to it: named by its configuration, or wanted by somebody.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::choice::Choice;
use crate::commands::presented::below;
use crate::commands::seal::Plan;
use crate::contents::Contents;
use crate::error::{Error, Result};
use crate::node::{Leave, Node, Outside, Survey};

/// Everything outside that may be taken with a node, in the order of the paths, none inside another; each with the place
/// where it really is, no link on the way.
///
/// # Errors
/// What opening it answers. What is not there is no error: the configuration's gaps name it.
pub(super) fn find(
    plan: &Plan,
    (index, node): (usize, &Node),
    contents: &Contents,
    choice: &mut Choice,
) -> Result<Vec<(Outside, PathBuf)>> {
    let mut paths: BTreeSet<PathBuf> = contents.outside().into_iter().collect();
    // Nobody but the first node can be meant where the configuration of none names it.
    if index == 0 {
        paths.extend(plan.found_outside()?);
    }
    let linked = linked(node)?;
    let mut found: Vec<(Outside, PathBuf)> = Vec::new();
    for path in paths {
        let real = match fs::canonicalize(&path) {
            Ok(real) => real,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        let is_inside = real.starts_with(node.path());
        let is_linked = linked.iter().any(|root| real.starts_with(root));
        let is_within = found
            .iter()
            .any(|(other, _)| path.starts_with(other.full()));
        if is_inside || is_linked || is_within {
            continue;
        }
        let nodes = plan.nodes.iter().map(|node| node.path());
        let nodes = nodes.filter_map(|node| node.strip_prefix(&real).ok());
        let within = nodes.map(|rest| path.join(rest).as_os_str().as_bytes().to_vec());
        choice.nodes_within.extend(within);
        found.push((Outside::open(&path, !plan.is_no_follow)?, real));
    }
    Ok(found)
}

/// What links in the node directory bring in from outside: that is sealed in their place.
fn linked(node: &Node) -> Result<Vec<PathBuf>> {
    let mut roots = Vec::new();
    node.list(&mut |entry| {
        let is_brought = matches!(
            entry.kind,
            crate::entry::EntryKind::Directory | crate::entry::EntryKind::File { .. }
        );
        if entry.outside.is_some() && is_brought {
            roots.extend(fs::canonicalize(below(node.path(), &entry.path)));
        }
        Ok(())
    })?;
    Ok(roots)
}

/// What there is outside, all together, without what `leave` leaves out.
///
/// # Errors
/// As [`Outside::survey`].
pub(super) fn survey(outside: &[Outside], leave: &Leave<'_>) -> Result<Survey> {
    let mut all = Survey::default();
    for one in outside {
        let survey = one.survey(leave)?;
        all.add(survey);
    }
    Ok(all)
}

/// Refuses a copy that would lie in what is sealed.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check_place(outside: &Outside, dir: &Path) -> Result<()> {
    let root = fs::canonicalize(outside.full());
    let holds = outside.is_directory() && root.is_ok_and(|root| dir.starts_with(root));
    match holds {
        false => Ok(()),
        true => Err(Error::Refused {
            what: format!("{dir:?} lies in {:?}, which is sealed", outside.full()),
            hint: "copies go to removable media, never into what is sealed; or leave it out with --exclude".into(),
        }),
    }
}

//! What lies outside of a node directory and belongs to it: named by its configuration, or wanted by somebody.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::choice::{Choice, Fitted};
use crate::commands::presented::below;
use crate::commands::seal::Plan;
use crate::contents::Contents;
use crate::entry::{Entry, EntryKind};
use crate::error::{Error, Result};
use crate::node::{Leave, Node, OnTheWay, Outside, Survey};

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
        let is_brought = matches!(entry.kind, EntryKind::Directory | EntryKind::File { .. });
        if entry.outside.is_some() && is_brought {
            roots.extend(fs::canonicalize(below(node.path(), &entry.path)));
        }
        Ok(())
    })?;
    Ok(roots)
}

/// The links outside that lead to what is taken, as entries: the configuration names them, and not what is behind them.
pub(super) fn links<'p>(
    (plan, choice): (&'p Plan, &Choice),
    (node, contents): (&Node, &Contents),
    outside: &[Outside],
    fitted: &mut Fitted<'p>,
) -> Vec<Entry> {
    for link in contents.links() {
        let excludes = plan
            .wishes
            .excludes(node.path(), link.place.as_os_str().as_bytes());
        fitted.extend(excludes.iter().map(|glob| ("--exclude", *glob)));
    }
    let below = |path: &Path| path.as_os_str().as_bytes().get(1..).map(<[u8]>::to_vec);
    let is_taken = |link: &&OnTheWay| {
        let is_of = |outside: &Outside| {
            let full = outside.full();
            link.end.starts_with(&full) || full.starts_with(&link.end)
        };
        // What lies in a tree that is sealed, or above one, comes with it as it is.
        let is_met = |outside: &Outside| {
            let full = outside.full();
            link.place.starts_with(&full) || full.starts_with(&link.place)
        };
        let of_node = |path: &Path| path.starts_with(node.path());
        let is_left =
            below(&link.end).is_none_or(|end| choice.leaves_outside(plan, &end).is_some());
        outside.iter().any(is_of)
            && !outside.iter().any(is_met)
            && !of_node(&link.place)
            && !of_node(&link.end)
            && !is_left
            && plan
                .wishes
                .excludes(node.path(), link.place.as_os_str().as_bytes())
                .is_empty()
    };
    let links: Vec<&OnTheWay> = contents.links().iter().filter(is_taken).collect();
    // One step is only good where that step is sealed too.
    let is_sealed = |path: &Path| {
        let is_within = outside.iter().any(|one| path.starts_with(one.full()));
        let is_kept = below(path).is_some_and(|path| choice.leaves_outside(plan, &path).is_none());
        links.iter().any(|link| link.place == path) || is_within && is_kept
    };
    let links = links.iter().filter_map(|link| {
        let leads = if is_sealed(&link.leads) {
            &link.leads
        } else {
            &link.end
        };
        Some(Entry {
            path: below(&link.place)?,
            kind: EntryKind::Link {
                target: relative(&link.place, leads),
            },
            mode: 0o777,
            mtime: fs::symlink_metadata(&link.place).map_or(0, |seen| seen.mtime()),
            outside: Some(link.text.as_os_str().as_bytes().to_vec()),
        })
    });
    links.collect()
}

/// A link's target relative to its own directory, `..` only in front.
fn relative(place: &Path, leads: &Path) -> Vec<u8> {
    let parts = |path: &Path| -> Vec<Vec<u8>> {
        let parts = path.as_os_str().as_bytes().split(|byte| *byte == b'/');
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(<[u8]>::to_vec).collect()
    };
    let (from, to) = (parts(place.parent().unwrap_or(place)), parts(leads));
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let ups = std::iter::repeat_n(b"..".to_vec(), from.len() - same);
    let all: Vec<Vec<u8>> = ups.chain(to.into_iter().skip(same)).collect();
    match all.is_empty() {
        true => b".".to_vec(),
        false => all.join(&b'/'),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_relative_to_its_own_directory() {
        for (place, leads, wanted) in [
            ("/opt/l", "/srv/x", "../srv/x"),
            ("/opt/a/l", "/opt/b/x", "../b/x"),
            ("/opt/l", "/opt/x", "x"),
            ("/l", "/x", "x"),
            ("/opt/a/l", "/opt/a", "."),
            ("/opt/a/l", "/opt", ".."),
        ] {
            let target = relative(Path::new(place), Path::new(leads));
            assert_eq!(target, wanted.as_bytes(), "{place} {leads}");
        }
    }
}

//! The symbolic links on the way to a path.
//!
//! Reads the texts of links; opens nothing.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::ground::Ground;

/// How many links may be on a way; the number that the kernel has for them.
const MOST: usize = 40;

/// A symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnTheWay {
    /// Where it is: absolute, no link in front of its last component.
    pub place: PathBuf,
    /// Where it leads, one step: absolute, likewise.
    pub leads: PathBuf,
    /// What is at the end, no link on the way.
    pub end: PathBuf,
    /// Its text.
    pub text: PathBuf,
}

/// The text of the link at a path, if one is there.
pub(super) fn text(path: &Path) -> Option<PathBuf> {
    fs::read_link(path).ok()
}

/// Every link on the way to an absolute path, in the order in which they are met. None when it leads nowhere.
pub(super) fn on_the_way(ground: &Ground, path: &Path) -> Vec<OnTheWay> {
    let (mut links, mut real) = (Vec::new(), PathBuf::from("/"));
    let mut way: VecDeque<OsString> = names(path).map(OsStr::to_owned).collect();
    while let Some(name) = way.pop_front() {
        if name == ".." {
            real.pop();
            continue;
        }
        let place = real.join(&name);
        let Some(text) = ground.link(&place) else {
            real = place;
            continue;
        };
        let (Some(end), Some(leads)) = (ground.resolved(&place), one_step(ground, &real, &text))
        else {
            return Vec::new();
        };
        if links.len() >= MOST {
            return Vec::new();
        }
        for name in names(&text).collect::<Vec<_>>().into_iter().rev() {
            way.push_front(name.to_owned());
        }
        if text.is_absolute() {
            real = PathBuf::from("/");
        }
        links.push(OnTheWay {
            place,
            leads,
            end,
            text,
        });
    }
    links
}

/// The place that a link in `directory` names, which may be one more link.
fn one_step(ground: &Ground, directory: &Path, text: &Path) -> Option<PathBuf> {
    let whole = directory.join(text);
    match (whole.parent(), whole.file_name()) {
        (Some(parent), Some(name)) => Some(ground.resolved(parent)?.join(name)),
        _ => ground.resolved(&whole),
    }
}

fn names(path: &Path) -> impl Iterator<Item = &OsStr> {
    let is_name =
        |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::ParentDir);
    path.components().filter(is_name).map(Component::as_os_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn each_link_on_the_way_is_met_once_with_its_place_and_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let dir = fs::canonicalize(dir.path()).unwrap();
        let at = |name: &str| dir.join(name);
        fs::create_dir_all(at("real/deep")).unwrap();
        fs::write(at("real/deep/f"), "").unwrap();
        fs::create_dir(at("a")).unwrap();
        symlink("../real", at("a/way")).unwrap();
        symlink(at("a/way/deep/../deep/f"), at("last")).unwrap();
        let links_to = |path: &Path| on_the_way(&Ground::Disk, path);
        let found = links_to(&at("a/../last"));
        let short: Vec<_> = found
            .iter()
            .map(|one| (one.place.clone(), one.leads.clone(), one.end.clone()))
            .collect();
        let end = at("real/deep/f");
        let wanted = [
            (at("last"), end.clone(), end.clone()),
            (at("a/way"), at("real"), at("real")),
        ];
        assert_eq!(short, wanted);
        assert_eq!(found[1].text, Path::new("../real"));
        assert!(links_to(&end).is_empty());
        symlink("round", at("round")).unwrap();
        assert!(links_to(&at("round")).is_empty());
    }
}

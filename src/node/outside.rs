//! A file or directory that is named by its absolute path, somewhere outside of a node directory.
//!
//! Walked with the same care as a node directory. Its entries have the absolute path, without the first slash.

use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, open, readlink, stat, statat};

use super::path::{join, plain, split};
use super::reading::{Contents, size};
use super::walk::{Ahead, Place, Visitor, walk};
use super::{Entry, Kind, Leave, Node, Survey, Visit, io};
use crate::error::{Error, Result};

/// Something outside, to be read.
#[derive(Debug)]
pub struct Outside {
    /// Without its first slash.
    path: Vec<u8>,
    at: At,
    /// The text of the link, if the path is one.
    text: Option<Vec<u8>>,
}

#[derive(Debug)]
enum At {
    Tree(Node),
    /// Anything else, by the directory that holds it.
    One(OwnedFd),
}

impl Outside {
    /// Finds what is at `path`: absolute, without `.` and `..`. With `follow_outside`, what links in it lead to comes in
    /// their place.
    ///
    /// # Errors
    /// [`Error::Io`] when nothing is there; [`Error::Refused`] for the root of the file system and a path that is not plain.
    pub fn open(path: &Path, follow_outside: bool) -> Result<Self> {
        let below = path.as_os_str().as_bytes().strip_prefix(b"/");
        let below = below.filter(|below| plain(below).is_ok());
        let below = below.ok_or_else(|| Error::Refused {
            what: format!("{path:?} is no plain absolute path of a file or directory"),
            hint: "leave it out with --exclude, or correct what names it".into(),
        })?;
        let seen = stat(path).map_err(io("read", path))?;
        let text = readlink(path, Vec::new())
            .ok()
            .map(|text| text.into_bytes());
        let at = match FileType::from_raw_mode(seen.st_mode) {
            FileType::Directory => At::Tree(Node::open(path, follow_outside)?),
            _ => At::One(directory(split(below).0).map_err(io("open", path))?),
        };
        let path = below.to_vec();
        Ok(Self { path, at, text })
    }

    /// The path, raw bytes without the first slash.
    pub fn path(&self) -> &[u8] {
        &self.path
    }

    /// Where it is.
    pub fn full(&self) -> PathBuf {
        absolute(&self.path)
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        matches!(self.at, At::Tree(_))
    }

    /// The directories that it lies in, outermost first: the root of the file system is the empty path.
    pub fn parents(&self) -> Vec<&[u8]> {
        let parent = split(&self.path).0;
        let ends = (0..parent.len()).filter(|at| parent.get(*at) == Some(&b'/'));
        let mut all = vec![&[][..]];
        all.extend(ends.filter_map(|end| parent.get(..end)));
        if !parent.is_empty() {
            all.push(parent);
        }
        all
    }

    /// Counts what a [`Outside::read`] would visit.
    ///
    /// # Errors
    /// As [`Node::survey`].
    pub fn survey(&self, leave: &Leave<'_>) -> Result<Survey> {
        let mut survey = Survey::default();
        self.walk(leave, &mut survey)?;
        Ok(survey)
    }

    /// As [`Node::list`].
    ///
    /// # Errors
    /// As [`Node::list`].
    pub fn list(&self, visit: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        self.walk(&super::nothing, &mut super::survey::Entries { visit })
    }

    /// As [`Node::read_without`].
    ///
    /// # Errors
    /// As [`Node::read`].
    pub fn read(&self, leave: &Leave<'_>, visit: &mut Visit<'_>) -> Result<()> {
        self.walk(leave, &mut Contents { visit })
    }

    fn walk(&self, leave: &Leave<'_>, visitor: &mut dyn Visitor) -> Result<()> {
        let mut below = Below {
            prefix: &self.path,
            text: self.text.as_deref(),
            inner: visitor,
        };
        match &self.at {
            At::One(dir) => self.one(dir, leave, &mut below),
            At::Tree(node) => match leave(&self.path, &Kind::Directory) {
                None => walk(
                    node,
                    &|path, kind| leave(&join(&self.path, path), kind),
                    &mut below,
                ),
                Some(why) => {
                    let seen = rustix::fs::fstat(&node.root).map_err(io("read", &node.path))?;
                    below.entry(skipped(&seen, why), None)
                }
            },
        }
    }

    fn one(&self, dir: &OwnedFd, leave: &Leave<'_>, below: &mut Below<'_>) -> Result<()> {
        let (name, path) = (split(&self.path).1, self.full());
        let seen = statat(dir, name, AtFlags::empty()).map_err(io("read", &path))?;
        let special = match FileType::from_raw_mode(seen.st_mode) {
            FileType::RegularFile => None,
            // It was no directory a moment ago.
            FileType::Directory => return Err(Error::Changed(path)),
            other => Some(super::why_special(other)),
        };
        let kind = Kind::File { size: size(&seen) };
        if let Some(why) = special.or_else(|| leave(&self.path, &kind)) {
            return below.entry(skipped(&seen, why), None);
        }
        let place = Place {
            dir,
            name,
            seen: &seen,
            through_link: self.text.is_some(),
            first: None,
            is_ours: false,
            path: &|| self.full(),
        };
        below.entry(super::entry(&[], &seen, kind, None), Some(place))
    }
}

/// A directory that something outside lies in, as an entry: its path without the first slash.
///
/// # Errors
/// [`Error::Io`].
pub fn parent(path: &[u8]) -> Result<Entry> {
    let full = absolute(path);
    let seen = stat(&full).map_err(io("read", &full))?;
    let text = readlink(&full, Vec::new()).ok();
    let text = text.map(|text| text.into_bytes());
    Ok(super::entry(path, &seen, Kind::Directory, text))
}

/// Gives entries their absolute path, and the first one the text of the link that led to it.
struct Below<'b> {
    prefix: &'b [u8],
    text: Option<&'b [u8]>,
    inner: &'b mut dyn Visitor,
}

impl Visitor for Below<'_> {
    fn entry(&mut self, mut entry: Entry, place: Option<Place<'_>>) -> Result<()> {
        if entry.path.is_empty() {
            entry.outside = self.text.map(<[u8]>::to_vec);
        }
        entry.path = join(self.prefix, &entry.path);
        self.inner.entry(entry, place)
    }

    fn failed(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.inner.failed(&join(self.prefix, path), error)
    }

    fn ahead(&self, path: &[u8]) -> Ahead {
        self.inner.ahead(&join(self.prefix, path))
    }
}

fn skipped(seen: &Stat, why: super::Why) -> Entry {
    super::entry(&[], seen, Kind::Skipped { why }, None)
}

fn absolute(path: &[u8]) -> PathBuf {
    Path::new("/").join(std::ffi::OsStr::from_bytes(path))
}

fn directory(path: &[u8]) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    open(absolute(path), flags, Mode::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Why;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn everything(outside: &Outside, leave: &Leave<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        outside
            .read(leave, &mut |entry, reading| {
                let mut content = String::new();
                if let Some(reading) = reading {
                    std::io::Read::read_to_string(reading, &mut content).unwrap();
                }
                let what = match &entry.kind {
                    Kind::Directory => "dir".to_owned(),
                    Kind::File { .. } => format!("file {content}"),
                    Kind::Link { target } => format!("-> {}", String::from_utf8_lossy(target)),
                    Kind::Skipped { why } => format!("skipped {}", why.as_str()),
                };
                let mark = if entry.outside.is_some() { " (!)" } else { "" };
                let path = String::from_utf8(entry.path).unwrap();
                lines.push(format!("{path}: {what}{mark}"));
                Ok(())
            })
            .unwrap();
        lines
    }

    #[test]
    fn a_tree_outside_has_absolute_paths_and_the_rules_of_a_node_directory() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let dir = fs::canonicalize(dir.path()).unwrap();
        fs::create_dir_all(dir.join("t/logs/old")).unwrap();
        fs::write(dir.join("t/key"), "k").unwrap();
        fs::write(other.path().join("far"), "f").unwrap();
        symlink("key", dir.join("t/same")).unwrap();
        symlink(other.path().join("far"), dir.join("t/far")).unwrap();
        symlink("t", dir.join("way")).unwrap();
        let leave = |path: &[u8], _: &Kind| path.ends_with(b"/logs").then_some(Why::Excluded);
        let outside = Outside::open(&dir.join("way"), true).unwrap();
        let at = dir.join("way").to_str().unwrap()[1..].to_owned();
        let wanted = [
            format!("{at}: dir (!)"),
            format!("{at}/far: file f (!)"),
            format!("{at}/key: file k"),
            format!("{at}/logs: skipped excluded"),
            format!("{at}/same: -> key"),
        ];
        assert_eq!(everything(&outside, &leave), wanted);
        let survey = outside.survey(&leave).unwrap();
        assert_eq!((survey.files, survey.bytes, survey.links), (2, 2, 1));
        let all = |_: &[u8], _: &Kind| Some(Why::Scope);
        assert_eq!(
            everything(&outside, &all),
            [format!("{at}: skipped scope (!)")]
        );
    }

    #[test]
    fn one_file_outside_comes_with_its_parents_and_through_its_link() {
        let dir = tempfile::tempdir().unwrap();
        let dir = fs::canonicalize(dir.path()).unwrap();
        fs::create_dir(dir.join("a")).unwrap();
        fs::write(dir.join("a/real"), "r").unwrap();
        symlink("real", dir.join("a/named")).unwrap();
        let outside = Outside::open(&dir.join("a/named"), false).unwrap();
        let at = dir.join("a/named").to_str().unwrap()[1..].to_owned();
        let none = |_: &[u8], _: &Kind| None;
        assert_eq!(everything(&outside, &none), [format!("{at}: file r (!)")]);
        let parents = outside.parents();
        assert_eq!(
            (parents[0], parents.len()),
            (&b""[..], at.matches('/').count() + 1)
        );
        let last = parent(parents[parents.len() - 1]).unwrap();
        assert!(last.path.ends_with(b"/a") && last.kind == Kind::Directory);
        assert_eq!(parent(b"").unwrap().path, b"");
    }

    #[test]
    fn a_path_that_is_not_plain_or_not_there_is_refused() {
        for path in ["/", "relative", "/tmp/../etc", "/tmp//x", "/no/such/file"] {
            assert!(Outside::open(Path::new(path), true).is_err(), "{path}");
        }
    }
}

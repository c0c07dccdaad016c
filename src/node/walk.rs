//! The way through a node directory, from each directory only to what lies in it.
//!
//! Knows open directories and the rules for what is visited; what becomes of an entry is the visitor's business.
//!
//! Every step starts from an open directory and never follows a link by itself, so a rename during the walk cannot lead
//! it elsewhere. In memory are the names in the directories on the current path, and what was looked up of a few files
//! before their turn, nothing else.

mod ahead;
mod frame;
mod spot;
mod visitor;

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::rc::Rc;

use rustix::fs::{FileType, Mode, OFlags, Stat, fstat, openat, readlinkat};
use rustix::io::Errno;

use super::follow::{Leads, Scope, resolve};
use super::names::Names;
use super::path::{NAME_BYTES, PATH_BYTES, join, split};
use super::reading::size;
use super::{Kind, Leave, MOST_ENTRIES, Node, Why, io};
use crate::error::{Error, Result};

pub(super) use ahead::Ahead;
use ahead::Found;
use frame::{Frame, id};
pub(super) use spot::Place;
use spot::Spot;
pub(super) use visitor::Visitor;

/// How many directories on the current path are kept open. Those further up are closed, and opened again on the way
/// back: a path of 4096 bytes can be 2048 directories deep, and a process may hold 1024 files.
const HELD: usize = 64;

/// How many links to the outside may lead to one another; the number that the kernel has for links.
const MOST_LINKS: usize = 40;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

struct Walk<'w> {
    node: &'w Node,
    visitor: &'w mut dyn Visitor,
    leave: &'w Leave<'w>,
    frames: Vec<Frame>,
    scopes: Vec<Scope>,
    entries: u64,
    /// Our own user.
    user: u32,
}

/// Visits everything in `node`, but for what `leave` answers a reason: that is only named.
pub(super) fn walk(node: &Node, leave: &Leave<'_>, visitor: &mut dyn Visitor) -> Result<()> {
    let root = std::os::unix::ffi::OsStrExt::as_bytes(node.path.as_os_str()).to_vec();
    let mut walk = Walk {
        node,
        visitor,
        leave,
        frames: Vec::new(),
        scopes: Vec::new(),
        entries: 0,
        user: rustix::process::geteuid().as_raw(),
    };
    let base = openat(&node.root, ".", DIRECTORY, Mode::empty());
    walk.enter(base.map_err(io("read", &node.path))?, &[], None, Some(root))?;
    while let Some(frame) = walk.frames.last_mut() {
        let known = frame.known();
        let Some(name) = frame.names.next() else {
            walk.leave()?;
            continue;
        };
        let path = join(&frame.path, name);
        let Some(dir) = frame.dir.clone() else {
            return Err(Error::Changed(node.full(&path)));
        };
        let (dir, path) = (&*dir, path.as_slice());
        walk.step(&Spot { dir, path }, known)?;
    }
    Ok(())
}

impl Walk<'_> {
    /// Looks at one name and does what its kind asks for.
    fn step(&mut self, spot: &Spot<'_>, known: Option<Found>) -> Result<()> {
        self.limits(spot)?;
        let found = known.unwrap_or_else(|| Found::at(spot.dir, spot.name()));
        let seen = match found.seen {
            Ok(seen) => seen,
            Err(errno) => return self.failed(spot.path, errno),
        };
        if let Some(why) = self.leaves(spot.path, &seen) {
            return self.skipped(spot.path, &seen, why, None);
        }
        match FileType::from_raw_mode(seen.st_mode) {
            FileType::Directory => match openat(spot.dir, spot.name(), DIRECTORY, Mode::empty()) {
                Ok(dir) => self.enter(dir, spot.path, None, None),
                Err(errno) => self.failed(spot.path, errno),
            },
            FileType::RegularFile => self.file(spot, &seen, None, found.beginning()),
            FileType::Symlink => self.link(spot, &seen),
            other => self.skipped(spot.path, &seen, super::why_special(other), None),
        }
    }

    /// Why a directory or file is not visited, if it is not.
    fn leaves(&self, path: &[u8], seen: &Stat) -> Option<Why> {
        match FileType::from_raw_mode(seen.st_mode) {
            FileType::Directory => (self.leave)(path, &Kind::Directory),
            FileType::RegularFile => (self.leave)(path, &Kind::File { size: size(seen) }),
            _ => None,
        }
    }

    fn limits(&mut self, spot: &Spot<'_>) -> Result<()> {
        self.entries += 1;
        let shown = || self.node.full(spot.path);
        let (what, limit) = if self.entries > MOST_ENTRIES {
            let what = format!("files and directories in {:?}", self.node.path);
            (what, MOST_ENTRIES)
        } else if spot.name().len() > NAME_BYTES {
            let what = format!("bytes in the name of {:?}", shown());
            (what, NAME_BYTES as u64)
        } else if spot.path.len() > PATH_BYTES {
            let what = format!(
                "bytes in the path of {:?} within the node directory",
                shown()
            );
            (what, PATH_BYTES as u64)
        } else {
            return Ok(());
        };
        Err(Error::Limit { what, limit })
    }

    fn file(
        &mut self,
        spot: &Spot<'_>,
        seen: &Stat,
        text: Option<Vec<u8>>,
        first: Option<&[u8]>,
    ) -> Result<()> {
        let node = self.node;
        let place = Place {
            dir: spot.dir,
            name: spot.name(),
            seen,
            through_link: text.is_some(),
            first,
            is_ours: seen.st_uid == self.user,
            path: &|| node.full(spot.path),
        };
        let kind = Kind::File { size: size(seen) };
        let entry = super::entry(spot.path, seen, kind, text);
        self.visitor.entry(entry, Some(place))
    }

    /// Keeps a link, replaces it by what it leads to, or names it as skipped.
    fn link(&mut self, spot: &Spot<'_>, seen: &Stat) -> Result<()> {
        let parent = split(spot.path).0;
        let read = readlinkat(spot.dir, spot.name(), Vec::new());
        let text = match read {
            Ok(text) => text.into_bytes(),
            Err(errno) => return self.failed(spot.path, errno),
        };
        match resolve(spot.dir, spot.name(), &text, parent, &self.scopes) {
            Err(errno) => self.failed(spot.path, errno),
            Ok(Leads::Nowhere(why)) => self.skipped(spot.path, seen, why, Some(text)),
            Ok(Leads::Inside { target, rewritten }) => {
                let (kind, text) = (Kind::Link { target }, rewritten.then_some(text));
                match (self.leave)(spot.path, &kind) {
                    Some(why) => self.skipped(spot.path, seen, why, text),
                    None => {
                        let entry = super::entry(spot.path, seen, kind, text);
                        self.visitor.entry(entry, None)
                    }
                }
            }
            Ok(Leads::Outside { .. }) if !self.node.follow_outside => {
                self.skipped(spot.path, seen, Why::Outside, Some(text))
            }
            Ok(Leads::Outside { at, seen, root }) => self.outside(spot, text, &at, &seen, root),
        }
    }

    /// Visits what a link leads to outside, in the link's place.
    fn outside(
        &mut self,
        spot: &Spot<'_>,
        text: Vec<u8>,
        at: &OwnedFd,
        seen: &Stat,
        root: Vec<u8>,
    ) -> Result<()> {
        let why = self.leaves(spot.path, seen).or_else(|| spot::made_up(at));
        if let Some(why) = why {
            return self.skipped(spot.path, seen, why, Some(text));
        }
        match FileType::from_raw_mode(seen.st_mode) {
            FileType::RegularFile => self.file(spot, seen, Some(text), None),
            FileType::Directory if self.scopes.len() > MOST_LINKS => {
                self.skipped(spot.path, seen, Why::Loop, Some(text))
            }
            FileType::Directory => match openat(at, ".", DIRECTORY, Mode::empty()) {
                Ok(dir) => self.enter(dir, spot.path, Some(text), Some(root)),
                Err(errno) => self.failed(spot.path, errno),
            },
            other => self.skipped(spot.path, seen, super::why_special(other), Some(text)),
        }
    }

    /// Visits an open directory and makes it the current one. `root` is where it really is, if it begins a new scope.
    fn enter(
        &mut self,
        dir: OwnedFd,
        path: &[u8],
        text: Option<Vec<u8>>,
        root: Option<Vec<u8>>,
    ) -> Result<()> {
        let listed = fstat(&dir).and_then(|seen| Ok((seen, id(&seen), Names::list(&dir)?)));
        let (seen, id, names) = match listed {
            Ok(listed) => listed,
            Err(errno) => return self.failed(path, errno),
        };
        if let Some(why) = spot::barred(&self.frames, &dir, id) {
            return self.skipped(path, &seen, why, text);
        }
        self.visitor
            .entry(super::entry(path, &seen, Kind::Directory, text), None)?;
        let ahead = self.visitor.ahead(path);
        let linked = root.is_some();
        self.scopes.extend(root.map(|root| Scope {
            root,
            prefix: path.to_vec(),
        }));
        let (dir, path) = (Some(Rc::new(dir)), path.to_vec());
        self.frames.push(Frame {
            dir,
            id,
            path,
            names,
            linked,
            ahead,
            known: VecDeque::new(),
        });
        self.close_far();
        Ok(())
    }

    /// Closes the directory that has just become too far up, unless `..` could not lead back to it.
    fn close_far(&mut self) {
        let Some(far) = self.frames.len().checked_sub(HELD) else {
            return;
        };
        if let Some([above, below, ..]) = self.frames.get_mut(far..)
            && !below.linked
        {
            above.dir = None;
        }
    }

    /// Goes back from a finished directory to the one above.
    fn leave(&mut self) -> Result<()> {
        let Some(left) = self.frames.pop() else {
            return Ok(());
        };
        if left.linked {
            self.scopes.pop();
        }
        let (Some(above), Some(dir)) = (self.frames.last_mut(), left.dir) else {
            return Ok(());
        };
        if above.dir.is_none() {
            let path = self.node.full(&above.path);
            let again = openat(&dir, "..", DIRECTORY, Mode::empty()).map_err(io("read", &path))?;
            if id(&fstat(&again).map_err(io("read", &path))?) != above.id {
                return Err(Error::Changed(path));
            }
            above.dir = Some(Rc::new(again));
        }
        Ok(())
    }

    fn skipped(&mut self, path: &[u8], seen: &Stat, why: Why, text: Option<Vec<u8>>) -> Result<()> {
        let entry = super::entry(path, seen, Kind::Skipped { why }, text);
        self.visitor.entry(entry, None)
    }

    fn failed(&mut self, path: &[u8], errno: Errno) -> Result<()> {
        let error = io("read", &self.node.full(path))(errno);
        self.visitor.failed(path, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::tests::{as_nobody, deep, everything};
    use rustix::fs::{AtFlags, statat};
    use std::fs::{self, OpenOptions};
    use std::io::{Read, Write};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::path::Path;

    fn dirs() -> (tempfile::TempDir, tempfile::TempDir) {
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap())
    }

    fn put(dir: &Path, name: &str, content: &str) {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn link(to: impl AsRef<Path>, dir: &Path, name: &str) {
        symlink(to, dir.join(name)).unwrap();
    }

    /// Each entry as a line: path, kind, and the text of a link that is not kept.
    fn lines(path: &Path, follow: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let node = Node::open(path, follow).unwrap();
        node.read(&mut |entry, reading| {
            let path = String::from_utf8(entry.path).unwrap();
            let kind = match entry.kind {
                Kind::Directory => "dir".to_string(),
                Kind::File { .. } => {
                    let mut content = String::new();
                    reading.unwrap().read_to_string(&mut content).unwrap();
                    format!("file {content}")
                }
                Kind::Link { target } => format!("-> {}", String::from_utf8(target).unwrap()),
                Kind::Skipped { why } => format!("skipped {}", why.as_str()),
            };
            let outside = entry.outside.map(|_| " (!)").unwrap_or_default();
            lines.push(format!("{path}: {kind}{outside}"));
            Ok(())
        })
        .unwrap();
        lines
    }

    #[test]
    fn a_directory_comes_before_its_content_and_names_in_the_order_of_their_bytes() {
        let (dir, _) = dirs();
        put(dir.path(), "b/2", "two");
        put(dir.path(), "b/10", "ten");
        put(dir.path(), "b.txt", "");
        put(dir.path(), "Z", "");
        put(dir.path(), "b/c/d", "deep");
        let wanted = [
            ": dir",
            "Z: file ",
            "b: dir",
            "b/10: file ten",
            "b/2: file two",
            "b/c: dir",
            "b/c/d: file deep",
            "b.txt: file ",
        ];
        assert_eq!(lines(dir.path(), false), wanted);
    }

    #[test]
    fn links_that_stay_inside_stay_links() {
        let (dir, _) = dirs();
        put(dir.path(), "a/f", "f");
        let really = fs::canonicalize(dir.path()).unwrap();
        link("f", dir.path(), "a/1-same");
        link("../a/./f", dir.path(), "a/2-up");
        link("..", dir.path(), "a/3-ancestor");
        link(really.join("a/f"), dir.path(), "a/4-absolute");
        link(&really, dir.path(), "a/5-base");
        link(
            Path::new("../..")
                .join(really.file_name().unwrap())
                .join("a"),
            dir.path(),
            "a/6-out-and-in",
        );
        link("1-same", dir.path(), "a/7-chain");
        link("../a/../a/f", dir.path(), "a/8-zigzag");
        let wanted = [
            ": dir",
            "a: dir",
            "a/1-same: -> f",
            "a/2-up: -> ../a/./f",
            "a/3-ancestor: -> ..",
            "a/4-absolute: -> f (!)",
            "a/5-base: -> .. (!)",
            "a/6-out-and-in: -> . (!)",
            "a/7-chain: -> 1-same",
            "a/8-zigzag: -> f (!)",
            "a/f: file f",
        ];
        assert_eq!(lines(dir.path(), true), wanted);
        assert_eq!(lines(dir.path(), false), wanted);
        let text = everything(dir.path())[5].0.outside.clone().unwrap();
        assert_eq!(text, really.join("a/f").as_os_str().as_bytes());
    }

    #[test]
    fn what_the_kernel_makes_up_is_not_entered_behind_a_link() {
        let (dir, _) = dirs();
        link("/proc/self/task", dir.path(), "1");
        link("/proc/version", dir.path(), "2");
        let wanted = [": dir", "1: skipped device (!)", "2: skipped device (!)"];
        assert_eq!(lines(dir.path(), true), wanted);
    }

    #[test]
    fn dangling_links_are_kept_if_their_text_stays_inside() {
        let (dir, _) = dirs();
        link("no/such", dir.path(), "1");
        link("../no-such-thing-outside", dir.path(), "2");
        link("/no/such", dir.path(), "3");
        let wanted = [
            ": dir",
            "1: -> no/such",
            "2: skipped dangling (!)",
            "3: skipped dangling (!)",
        ];
        assert_eq!(lines(dir.path(), true), wanted);
    }

    #[test]
    fn links_that_go_in_circles_are_named() {
        let (dir, _) = dirs();
        link("b", dir.path(), "a");
        link("a", dir.path(), "b");
        link("c", dir.path(), "c");
        let wanted = [
            ": dir",
            "a: skipped loop (!)",
            "b: skipped loop (!)",
            "c: skipped loop (!)",
        ];
        assert_eq!(lines(dir.path(), true), wanted);
    }

    #[test]
    fn a_link_to_the_directory_above_does_not_lead_back_into_the_node_directory() {
        let (dir, _) = dirs();
        put(dir.path(), "node/f", "f");
        put(dir.path(), "beside", "b");
        link("..", &dir.path().join("node"), "up");
        let wanted = [
            ": dir",
            "f: file f",
            "up: dir (!)",
            "up/beside: file b",
            "up/node: skipped loop",
        ];
        assert_eq!(lines(&dir.path().join("node"), true), wanted);
    }

    #[test]
    fn what_links_lead_to_outside_comes_in_their_place() {
        let (dir, other) = dirs();
        put(dir.path(), "f", "inside");
        put(other.path(), "certs/key", "secret");
        put(other.path(), "certs/sub/x", "x");
        put(other.path(), "single", "one");
        let certs = other.path().join("certs");
        link(&certs, dir.path(), "certs");
        link(other.path().join("single"), dir.path(), "single");
        link("key", &certs, "1-same");
        link(certs.join("sub/x"), &certs, "2-absolute");
        link("../single", &certs, "3-further");
        link(
            fs::canonicalize(dir.path()).unwrap().join("f"),
            &certs,
            "4-back",
        );
        link(fs::canonicalize(dir.path()).unwrap(), &certs, "5-back");
        link("../certs/key", &certs, "6-out-and-in");
        link("../no", &certs, "7-dangling");
        let wanted = [
            ": dir",
            "certs: dir (!)",
            "certs/1-same: -> key",
            "certs/2-absolute: -> sub/x (!)",
            "certs/3-further: file one (!)",
            "certs/4-back: -> ../f (!)",
            "certs/5-back: -> .. (!)",
            "certs/6-out-and-in: -> key (!)",
            "certs/7-dangling: skipped dangling (!)",
            "certs/key: file secret",
            "certs/sub: dir",
            "certs/sub/x: file x",
            "f: file inside",
            "single: file one (!)",
        ];
        assert_eq!(lines(dir.path(), true), wanted);
        let refused = [
            ": dir",
            "certs: skipped outside (!)",
            "f: file inside",
            "single: skipped outside (!)",
        ];
        assert_eq!(lines(dir.path(), false), refused);
    }

    #[test]
    fn outside_directories_that_link_to_one_another_come_to_an_end() {
        let (dir, other) = dirs();
        for name in ["a", "b", "c"] {
            fs::create_dir(other.path().join(name)).unwrap();
            for to in ["a", "b", "c"] {
                link(other.path().join(to), &other.path().join(name), to);
            }
        }
        link(other.path().join("a"), dir.path(), "start");
        let lines = lines(dir.path(), true);
        assert_eq!(lines[2], "start/a: -> . (!)");
        assert!(lines.contains(&"start/b/c/a: -> ../.. (!)".to_string()));
        assert_eq!(lines.len(), 15 + 2);
    }

    #[test]
    fn sockets_pipes_and_devices_are_named_and_not_opened() {
        let (dir, other) = dirs();
        let _socket = UnixListener::bind(dir.path().join("socket")).unwrap();
        let fifo = |dir: &Path| {
            let mode = Mode::RUSR | Mode::WUSR;
            rustix::fs::mknodat(rustix::fs::CWD, dir.join("fifo"), FileType::Fifo, mode, 0)
                .unwrap();
        };
        fifo(dir.path());
        fifo(other.path());
        link("/dev/null", dir.path(), "null");
        link(other.path().join("fifo"), dir.path(), "pipe");
        let wanted = [
            ": dir",
            "fifo: skipped fifo",
            "null: skipped device (!)",
            "pipe: skipped fifo (!)",
            "socket: skipped socket",
        ];
        assert_eq!(lines(dir.path(), true), wanted);
    }

    /// Reads `f` in a directory that also holds `g`, calling `meanwhile` after the first byte.
    fn read_while(meanwhile: impl Fn(&Path)) -> Result<()> {
        let (dir, _) = dirs();
        put(dir.path(), "f", "0123456789");
        put(dir.path(), "g", "abc");
        let node = Node::open(dir.path(), true).unwrap();
        node.read(&mut |entry, reading| {
            let Some(reading) = reading else {
                return Ok(());
            };
            let mut content = vec![0];
            reading.read_exact(&mut content).unwrap();
            if entry.path == b"f" {
                meanwhile(dir.path());
            }
            let rest = reading.read_to_end(&mut content);
            rest.map_err(|_| Error::SelfTest {
                what: "a reader that hides the cause",
            })?;
            assert_eq!(
                Kind::File {
                    size: content.len() as u64
                },
                entry.kind
            );
            Ok(())
        })
    }

    #[test]
    fn a_file_that_stands_still_is_read() {
        read_while(|_| {}).unwrap();
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_named() {
        let change = |name: &str, with: fn(&Path)| {
            let answer = read_while(|dir| with(&dir.join("f")));
            let Err(Error::Changed(path)) = answer else {
                panic!("{name}: {answer:?}");
            };
            assert!(path.ends_with("f"), "{name}");
        };
        change("grows", |path| {
            OpenOptions::new()
                .append(true)
                .open(path)
                .unwrap()
                .write_all(b"more")
                .unwrap();
        });
        change("shrinks", |path| fs::write(path, "01").unwrap());
        change("gets another time", |path| {
            fs::File::open(path)
                .unwrap()
                .set_modified(std::time::UNIX_EPOCH)
                .unwrap();
        });
        change("is replaced by an equal one", |path| {
            fs::copy(path, path.with_extension("new")).unwrap();
            fs::rename(path.with_extension("new"), path).unwrap();
        });
        change("is removed", |path| fs::remove_file(path).unwrap());
    }

    #[test]
    fn a_file_that_is_not_read_to_the_end_is_an_error_unless_skipped() {
        let (dir, _) = dirs();
        put(dir.path(), "f", "content");
        let node = Node::open(dir.path(), true).unwrap();
        assert!(matches!(
            node.read(&mut |_, _| Ok(())),
            Err(Error::Changed(_))
        ));
        let skip = &mut |_, reading: Option<&mut crate::node::Reading>| {
            reading.into_iter().for_each(crate::node::Reading::skip);
            Ok(())
        };
        node.read(skip).unwrap();
    }

    #[test]
    fn a_file_that_vanishes_before_its_turn_is_named() {
        let answer = read_while(|dir| fs::remove_file(dir.join("g")).unwrap());
        let Err(Error::Io { path, error, .. }) = answer else {
            panic!("{answer:?}");
        };
        assert!(path.ends_with("g"));
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }

    #[test]
    fn a_pipe_or_link_put_in_a_files_place_is_not_opened() {
        let (dir, _) = dirs();
        put(dir.path(), "f", "f");
        put(dir.path(), "secret", "s");
        let node = Node::open(dir.path(), false).unwrap();
        let seen = statat(&node.root, "f", AtFlags::empty()).unwrap();
        let read = || {
            let mut visit = |_, _: Option<&mut crate::node::Reading>| panic!("visited");
            let mut contents = crate::node::reading::Contents { visit: &mut visit };
            let place = Place {
                dir: &node.root,
                name: b"f",
                seen: &seen,
                through_link: false,
                first: None,
                is_ours: true,
                path: &|| "f".into(),
            };
            let entry = super::super::entry(b"f", &seen, Kind::File { size: 1 }, None);
            contents.entry(entry, Some(place))
        };
        fs::remove_file(dir.path().join("f")).unwrap();
        link("secret", dir.path(), "f");
        assert!(matches!(read(), Err(Error::Changed(_))));
        fs::remove_file(dir.path().join("f")).unwrap();
        rustix::fs::mkfifoat(&node.root, "f", Mode::RUSR | Mode::WUSR).unwrap();
        assert!(matches!(read(), Err(Error::Changed(_))));
    }

    #[test]
    fn a_visitor_can_end_the_walk() {
        let (dir, _) = dirs();
        put(dir.path(), "f", "f");
        let node = Node::open(dir.path(), true).unwrap();
        let mut visits = 0;
        let answer = node.read(&mut |_, _| {
            visits += 1;
            Err(Error::Interrupted)
        });
        assert!(matches!(answer, Err(Error::Interrupted)));
        assert_eq!(visits, 1);
    }

    #[test]
    fn a_survey_counts_what_a_read_visits() {
        let (dir, other) = dirs();
        put(dir.path(), "a/f", "123");
        put(dir.path(), "a/g", "12345");
        put(other.path(), "x/y", "1");
        link(other.path().join("x"), dir.path(), "out");
        link("a/f", dir.path(), "in");
        link("/no/such", dir.path(), "gone");
        let survey = Node::open(dir.path(), true).unwrap().survey().unwrap();
        assert_eq!(
            (survey.directories, survey.files, survey.bytes, survey.links),
            (2, 3, 9, 1)
        );
        assert_eq!(survey.largest, Some((b"a/g".to_vec(), 5)));
        assert_eq!(
            (survey.outside.count, survey.outside.first[0].0.as_slice()),
            (1, b"out".as_slice())
        );
        assert_eq!(
            survey.skipped.first,
            [(b"gone".to_vec(), Why::Dangling, Some(b"/no/such".to_vec()))]
        );
        assert_eq!(survey.unreadable.count, 0);
    }

    #[test]
    fn a_survey_lists_what_cannot_be_read_and_a_read_fails_there() {
        let (dir, _) = dirs();
        for name in ["1/f", "2", "3"] {
            put(dir.path(), name, "x");
        }
        for (name, mode) in [("1", 0o0), ("2", 0o0), ("3", 0o644), ("", 0o755)] {
            fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        as_nobody(|| {
            let node = Node::open(dir.path(), true).unwrap();
            let survey = node.survey().unwrap();
            assert_eq!(survey.unreadable.first, [b"1".to_vec(), b"2".to_vec()]);
            assert_eq!((survey.files, survey.directories), (2, 0));
            let answer = node.read(&mut |_, _| Ok(()));
            assert!(matches!(answer, Err(Error::Io { path, .. }) if path.ends_with("1")));
        });
        fs::set_permissions(dir.path().join("1"), fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn lists_in_a_survey_are_short_and_their_counts_are_not() {
        let (dir, _) = dirs();
        for n in 0..1010 {
            link("/no/such", dir.path(), &format!("{n}"));
        }
        let survey = Node::open(dir.path(), true).unwrap().survey().unwrap();
        assert_eq!(
            (survey.skipped.count, survey.skipped.first.len()),
            (1010, 1000)
        );
    }

    #[test]
    fn a_path_of_4096_bytes_is_walked_and_a_longer_one_is_refused() {
        let (dir, _) = dirs();
        deep(dir.path(), 2047);
        let node = Node::open(dir.path(), true).unwrap();
        let survey = node.survey().unwrap();
        assert_eq!((survey.directories, survey.files), (2047, 1));
        assert_eq!(survey.largest.unwrap().0.len(), 4095);
        // One more, and the path of the file in it is too long.
        fs::rename(dir.path().join("d"), dir.path().join("dd")).unwrap();
        assert_eq!(node.survey().unwrap().largest.unwrap().0.len(), 4096);
        fs::rename(dir.path().join("dd"), dir.path().join("ddd")).unwrap();
        assert!(matches!(
            node.survey(),
            Err(Error::Limit { limit: 4096, .. })
        ));
        crate::node::remove_tree(&dir.path().join("ddd")).unwrap();
    }

    #[test]
    fn a_directory_moved_while_the_walk_is_far_below_it_is_noticed() {
        let (dir, other) = dirs();
        deep(dir.path(), 100);
        let node = Node::open(dir.path(), true).unwrap();
        let answer = node.read(&mut |entry, reading| {
            if let Some(reading) = reading {
                assert_eq!(entry.path.len(), 201);
                // The directory in the middle now lies elsewhere: `..` from there leads out.
                let middle = dir.path().join("d/".repeat(20));
                fs::rename(middle, other.path().join("moved")).unwrap();
                reading.skip();
            }
            Ok(())
        });
        assert!(matches!(answer, Err(Error::Changed(_))), "{answer:?}");
    }
}

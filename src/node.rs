//! A node directory and what is in it: the way from files to entries, and back.
//!
//! Knows files, directories, links, times and modes. Must not know keys, shares, archives, ciphers or terminals.
//!
//! [`Node`] reads and never writes; [`Target`] writes below one directory and never reads. Between them lies
//! [`Entry`], and what [`plain`] and the target of a [`Kind::Link`] promise holds on both sides. A [`Ground`] answers
//! what lies at a path, on a disk or in a [`Tree`] in memory.

mod absolute;
mod beneath;
mod candidates;
mod fetch;
mod follow;
mod ground;
mod home;
mod left;
mod links;
mod names;
mod outside;
mod path;
mod reading;
mod remove;
mod scout;
mod survey;
mod target;
mod tree;
mod walk;

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::error::{Error, Result};

pub use crate::entry::{Entry, EntryKind as Kind, Why};

pub use candidates::Candidates;
pub use fetch::{There, beginning, fetch, resolved, there};
pub use ground::{Directory, Ground};
pub use home::{Homes, Standing, standing};
pub use left::{Left, UNFINISHED, left_in, remove_left};
pub use links::OnTheWay;
pub use outside::{Outside, parent, parents};
pub use path::{NAME_BYTES, PATH_BYTES, plain};
pub use reading::Reading;
pub use remove::remove_tree;
pub use scout::{Scout, Sight, Wants};
pub use survey::{Listed, Survey};
pub use target::{Finished, Target, restore_mode, set};
pub use tree::{Held, Tree};

/// The most entries that one walk visits. It also ends a walk whose links lead through the same places again and again.
pub const MOST_ENTRIES: u64 = 1_000_000;

/// The entry at `path` of what the system says about it.
fn entry(path: &[u8], seen: &Stat, kind: Kind, outside: Option<Vec<u8>>) -> Entry {
    let (mode, mtime) = (seen.st_mode & 0o7777, seen.st_mtime);
    Entry {
        path: path.to_vec(),
        kind,
        mode,
        mtime,
        outside,
    }
}

/// The reason for a thing that is neither directory, file nor link.
fn why_special(kind: FileType) -> Why {
    match kind {
        FileType::Socket => Why::Socket,
        FileType::Fifo => Why::Fifo,
        _ => Why::Device,
    }
}

/// An open node directory, to be read.
#[derive(Debug)]
pub struct Node {
    root: OwnedFd,
    path: PathBuf,
    base_name: Vec<u8>,
    follow_outside: bool,
}

impl Node {
    /// Opens the directory at `path`, which may itself be given through a link. With `follow_outside`, what links
    /// lead to outside of it is visited in their place.
    pub fn open(path: &Path, follow_outside: bool) -> Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(path, flags, Mode::empty()).map_err(io("open", path))?;
        let canonical = follow::canonical(&root).map_err(io("resolve", path))?;
        let canonical = PathBuf::from(OsStr::from_bytes(&canonical));
        let Some(name) = canonical.file_name() else {
            return Err(Error::Refused {
                what: format!("{path:?} is the root of the file system, not a node directory"),
                hint: "give the directory that holds the node's files".into(),
            });
        };
        let base_name = name.as_bytes().to_vec();
        Ok(Self {
            root,
            path: canonical,
            base_name,
            follow_outside,
        })
    }

    /// The directory's own name, raw bytes.
    pub fn base_name(&self) -> &[u8] {
        &self.base_name
    }

    /// Where it really is, links resolved.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Counts what a [`Node::read`] would visit, without opening any file. What cannot be read is listed, not an error.
    pub fn survey(&self) -> Result<Survey> {
        self.survey_without(&nothing)
    }

    /// As [`Node::survey`], without what `leave` answers a reason for.
    ///
    /// # Errors
    /// [`Error::Limit`]; [`Error::Changed`].
    pub fn survey_without(&self, leave: &Leave<'_>) -> Result<Survey> {
        let mut survey = Survey::default();
        walk::walk(self, leave, &mut survey)?;
        Ok(survey)
    }

    /// Hands on every entry without opening any file. What cannot be looked at is left out.
    ///
    /// # Errors
    /// What `visit` answers; [`Error::Limit`]; [`Error::Changed`].
    pub fn list(&self, visit: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        walk::walk(self, &nothing, &mut survey::Entries { visit })
    }

    /// Visits every entry, depth first, names in the order of their bytes, each directory before its content, and
    /// first of all the node directory itself under the empty path.
    ///
    /// A file comes with its content, which `visit` reads to the end or calls [`Reading::skip`] on. A file that is not
    /// the same afterwards ends the walk with [`Error::Changed`], whatever `visit` answered.
    pub fn read(&self, visit: &mut Visit<'_>) -> Result<()> {
        self.read_without(&nothing, visit)
    }

    /// As [`Node::read`], without what `leave` answers a reason for: that is visited as [`Kind::Skipped`], for a
    /// directory without its content.
    ///
    /// # Errors
    /// As [`Node::read`].
    pub fn read_without(&self, leave: &Leave<'_>, visit: &mut Visit<'_>) -> Result<()> {
        walk::walk(self, leave, &mut reading::Contents { visit })
    }

    /// The path of an entry for messages.
    fn full(&self, path: &[u8]) -> PathBuf {
        if path.is_empty() {
            return self.path.clone();
        }
        self.path.join(OsStr::from_bytes(path))
    }
}

/// Says why a directory, file or link is not wanted; `None` when it is. Called before anything is opened.
pub type Leave<'l> = dyn Fn(&[u8], &Kind) -> Option<Why> + 'l;

fn nothing(_: &[u8], _: &Kind) -> Option<Why> {
    None
}

/// What [`Node::read`] calls for each entry.
pub type Visit<'v> = dyn FnMut(Entry, Option<&mut Reading>) -> Result<()> + 'v;

/// `Error::io` for what rustix answers.
fn io<'p>(doing: &'static str, path: &'p Path) -> impl FnOnce(Errno) -> Error + use<'p> {
    move |errno| Error::io(doing, path)(errno.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::{Duration, SystemTime};

    /// Runs `with` as a user whom modes stop, since tests may run as root. A thread has its own user.
    pub(super) fn as_nobody(with: impl FnOnce() + Send) {
        let nobody = rustix::fs::Uid::from_raw(65534);
        let become_nobody = move || {
            if rustix::process::geteuid().is_root() {
                let set = rustix::thread::set_thread_res_uid(nobody, nobody, nobody);
                if let Err(errno) = set {
                    crate::tests::skipped(
                        crate::tests::Need::Root,
                        &format!("cannot become another user: {errno}"),
                    );
                    return;
                }
            }
            with();
        };
        std::thread::scope(|scope| scope.spawn(become_nobody).join()).unwrap();
    }

    /// Makes `depth` directories in one another, which needs small steps, and a file `f` in the last one.
    pub(super) fn deep(top: &Path, depth: usize) {
        let mut at: OwnedFd = File::open(top).unwrap().into();
        for _ in 0..depth {
            rustix::fs::mkdirat(&at, "d", Mode::RWXU).unwrap();
            at = rustix::fs::openat(&at, "d", OFlags::DIRECTORY, Mode::empty()).unwrap();
        }
        let flags = OFlags::CREATE | OFlags::WRONLY;
        rustix::fs::openat(&at, "f", flags, Mode::RUSR).unwrap();
    }

    /// Every entry and its content.
    pub(super) fn everything(path: &Path) -> Vec<(Entry, Vec<u8>)> {
        let mut found = Vec::new();
        let node = Node::open(path, true).unwrap();
        node.read(&mut |entry, reading| {
            let mut content = Vec::new();
            if let Some(reading) = reading {
                reading.read_to_end(&mut content).unwrap();
            }
            found.push((entry, content));
            Ok(())
        })
        .unwrap();
        found
    }

    fn put_back(entries: &[(Entry, Vec<u8>)], into: &Path) {
        let mut target = Target::create(into).unwrap();
        for (entry, content) in entries {
            let (path, mode) = (entry.path.as_slice(), restore_mode(entry.mode, true));
            match &entry.kind {
                Kind::Directory => target.directory(path, mode, entry.mtime).unwrap(),
                Kind::Link { target: text } => target.link(path, text, entry.mtime).unwrap(),
                Kind::File { .. } => {
                    let mut file = target.create_file(path).unwrap();
                    std::io::Write::write_all(&mut file, content).unwrap();
                    assert!(set(&file, mode, entry.mtime).unwrap());
                }
                Kind::Skipped { why } => panic!("{why:?}"),
            }
        }
        assert_eq!(target.finish().unwrap(), Finished::default());
    }

    fn date(path: &Path, seconds: i64) {
        let day = Duration::from_secs(seconds.unsigned_abs());
        let time = if seconds < 0 {
            SystemTime::UNIX_EPOCH - day
        } else {
            SystemTime::UNIX_EPOCH + day
        };
        File::open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn what_was_walked_is_what_is_walked_after_a_restore() {
        let (from, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |name: &[u8]| from.path().join(OsStr::from_bytes(name));
        fs::create_dir_all(at(b"certificates/empty")).unwrap();
        fs::write(at(b"certificates/a.jks"), vec![7; 100_000]).unwrap();
        fs::write(at(b"new\nline and space\xff\xfe"), "raw").unwrap();
        fs::write(at(&[b'n'; 255]), "long").unwrap();
        fs::write(at(b"\x1b[31m"), "").unwrap();
        symlink("certificates/a.jks", at(b"link")).unwrap();
        symlink("../link", at(b"certificates/chain")).unwrap();
        symlink("nowhere", at(b"dangling")).unwrap();
        fs::set_permissions(at(b"certificates"), fs::Permissions::from_mode(0o550)).unwrap();
        fs::set_permissions(at(b"link"), fs::Permissions::from_mode(0o641)).unwrap();
        for (name, time) in [
            (b"link".as_slice(), -86_400),
            (b"certificates/empty", 1),
            (b"certificates", 9),
            (b"", -1),
        ] {
            date(&at(name), time);
        }
        let before = everything(from.path());
        assert_eq!(before.len(), 10);
        put_back(&before, into.path());
        assert_eq!(everything(into.path()), before);
    }

    #[test]
    fn the_root_of_the_file_system_is_not_a_node_directory() {
        assert!(matches!(
            Node::open(Path::new("/"), false),
            Err(Error::Refused { .. })
        ));
    }

    #[test]
    fn a_node_directory_given_through_a_link_has_its_own_name() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("node")).unwrap();
        symlink("node", dir.path().join("link")).unwrap();
        let node = Node::open(&dir.path().join("link/.."), false).unwrap();
        assert_eq!(node.path(), fs::canonicalize(dir.path()).unwrap());
        let node = Node::open(&dir.path().join("link"), false).unwrap();
        assert_eq!(node.base_name(), b"node");
        assert!(node.path().ends_with("node"));
    }

    #[test]
    fn a_file_is_not_a_node_directory() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(
            Node::open(file.path(), false),
            Err(Error::Io { .. })
        ));
    }
}

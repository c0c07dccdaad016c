//! A new folder on a medium: made once, filled with new files, never changed afterwards.
//!
//! Knows the order in which a folder's entries become durable. What becomes of the files' bytes: `file.rs`.

mod parked;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::file::{NewFile, Proven, Written, unfinished};
use super::{UNFINISHED, safe_name};
use crate::digest::Hasher;
use crate::error::{Error, Result};

pub use parked::Parked;

/// For the owner only.
pub(super) const ORDINARY: Mode = Mode::RUSR.union(Mode::WUSR);

/// A folder that this run made on a medium. Nothing in it is ever replaced.
#[derive(Debug)]
pub struct NewFolder {
    parent: File,
    name: String,
    place: Arc<Place>,
}

impl NewFolder {
    /// Makes the folder `name` in `parent`, for its owner only, and makes its entry durable.
    ///
    /// Errors: [`Error::Exists`] when anything of that name is there, [`Error::Refused`] for a name that is not
    /// [`safe_name`], [`Error::Io`]. An empty folder that cannot be removed again is what the error names.
    pub fn create(parent: &Path, name: &str) -> Result<Self> {
        check_name(name)?;
        let path = parent.join(name);
        let parent_dir = open_dir(rustix::fs::CWD, parent, OFlags::empty())
            .map_err(Error::io("open", parent))?;
        match rustix::fs::mkdirat(&parent_dir, name, Mode::RWXU) {
            Ok(()) => {}
            Err(Errno::EXIST) => return Err(Error::Exists(path)),
            Err(errno) => return Err(Error::io("create", &path)(errno.into())),
        }
        let opened = sync_dir(&parent_dir)
            .map_err(Error::io("flush", parent))
            .and_then(|()| {
                open_dir(&parent_dir, name, OFlags::NOFOLLOW).map_err(Error::io("open", &path))
            });
        // an empty folder would look like a carrier that lost its files
        let remove = || rustix::fs::unlinkat(&parent_dir, name, AtFlags::REMOVEDIR);
        let dir = opened.map_err(|error| match remove() {
            Ok(()) => error,
            Err(errno) => Error::io("finish or remove", &path)(errno.into()),
        })?;
        let place = Arc::new(Place::new(dir, path));
        Ok(Self {
            parent: parent_dir,
            name: name.to_owned(),
            place,
        })
    }

    /// The folder's full path.
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// From now on `moves` counts each time that something moved on the medium: bytes written, flushed, or read back.
    pub fn count_moves(&self, moves: &Arc<AtomicU64>) {
        // the first one stays
        let _ = self.place.moves.set(Arc::clone(moves));
    }

    /// Begins a new file. Until [`super::Written::finish`] it is called `<name>.unfinished`.
    ///
    /// Errors: [`Error::Exists`] when something of that unfinished name is there (a symbolic link is not followed),
    /// [`Error::Refused`] for a name that is not [`safe_name`], [`Error::Io`].
    pub fn new_file(&self, name: &str) -> Result<NewFile> {
        check_name(name)?;
        NewFile::create(&self.place, name, ORDINARY, Some(Hasher::new()))
    }

    /// Begins a new file that its owner may run, where the file system keeps permissions.
    ///
    /// Errors: as [`NewFolder::new_file`].
    pub fn new_program(&self, name: &str) -> Result<NewFile> {
        check_name(name)?;
        NewFile::create(&self.place, name, Mode::RWXU, Some(Hasher::new()))
    }

    /// Begins a new file whose bytes also go to other media: the caller hashes them once for all of them and ends it with
    /// [`NewFile::sync_twin`].
    ///
    /// Errors: as [`NewFolder::new_file`].
    pub fn new_twin(&self, name: &str) -> Result<NewFile> {
        check_name(name)?;
        NewFile::create(&self.place, name, ORDINARY, None)
    }

    /// Writes a small file: whole, flushed, read back, finished.
    ///
    /// Errors: as [`NewFolder::new_file`]; [`Error::ReadBack`]; [`Error::Exists`] when the name is taken.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<Proven> {
        let mut file = self.new_file(name)?;
        file.append(bytes)?;
        file.flush_and_check()?.finish()
    }

    /// The files finished so far, sorted by name.
    pub fn contents(&self) -> Vec<Proven> {
        finished(&self.place.made())
    }

    /// Closes the folder without finishing it. Files of it must not be open any more.
    pub fn park(self) -> Parked {
        Parked {
            made: std::mem::take(&mut *self.place.made()),
            name: self.name,
        }
    }

    /// A file of a parked folder, to be finished: it was read back before. `again` reads it back once more, for a medium
    /// that was out in between.
    ///
    /// # Errors
    /// [`Error::ReadBack`] when it is no longer what was written; [`Error::Io`].
    pub fn resume_file(&self, file: Proven, again: bool) -> Result<Written> {
        Written::resume(&self.place, file, again)
    }

    /// Takes back what this run made: its files, then the folder if nothing else is in it. Returns the paths that
    /// could not be removed. A file that is "not found" counts: its medium may be gone.
    pub fn discard(self) -> Vec<PathBuf> {
        self.take_back().0
    }

    /// As [`NewFolder::discard`]; what could not be removed can be tried again when its medium is there again.
    pub fn take_back(self) -> (Vec<PathBuf>, Parked) {
        let mut left = Vec::new();
        let mut kept = Vec::new();
        for made in self.place.made().drain(..) {
            let name = made.name_now();
            if rustix::fs::unlinkat(&self.place.dir, &name, AtFlags::empty()).is_err() {
                left.push(self.place.path.join(name));
                kept.push(made);
            }
        }
        if rustix::fs::unlinkat(&self.parent, &self.name, AtFlags::REMOVEDIR).is_err() {
            left.push(self.place.path.clone());
        }
        // best effort: the caller is already ending with an error
        let _ = sync_dir(&self.parent);
        let (name, made) = (self.name, kept);
        (left, Parked { name, made })
    }
}

fn finished(made: &[Made]) -> Vec<Proven> {
    let mut finished: Vec<Proven> = made.iter().filter_map(Made::proven).cloned().collect();
    finished.sort_by(|a, b| a.name.cmp(&b.name));
    finished
}

/// The folder as its files see it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) dir: File,
    path: PathBuf,
    made: Mutex<Vec<Made>>,
    moves: OnceLock<Arc<AtomicU64>>,
}

/// A file that this run made.
#[derive(Debug)]
pub(super) enum Made {
    /// Still under its unfinished name; here is its final one.
    Unfinished(String),
    /// Under its final name.
    Finished(Proven),
}

impl Made {
    fn proven(&self) -> Option<&Proven> {
        match self {
            Self::Unfinished(_) => None,
            Self::Finished(proven) => Some(proven),
        }
    }

    pub(super) fn name_now(&self) -> String {
        match self {
            Self::Unfinished(name) => unfinished(name),
            Self::Finished(proven) => proven.name.clone(),
        }
    }
}

impl Place {
    /// A directory that is there, in which nothing was made yet.
    pub(super) fn new(dir: File, path: PathBuf) -> Self {
        Self::with(dir, path, Vec::new())
    }

    fn with(dir: File, path: PathBuf, made: Vec<Made>) -> Self {
        let (made, moves) = (Mutex::new(made), OnceLock::new());
        Self {
            dir,
            path,
            made,
            moves,
        }
    }

    /// Something moved on the medium.
    pub(super) fn moved(&self) {
        if let Some(moves) = self.moves.get() {
            moves.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The full path of a file in the folder.
    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Notes that `<name>.unfinished` is ours, so that [`NewFolder::discard`] removes it and nothing else.
    pub(super) fn note_made(&self, name: &str) {
        self.made().push(Made::Unfinished(name.to_owned()));
    }

    /// Notes that the file begun as `begun` now has its final name.
    pub(super) fn note_finished(&self, begun: &str, proven: &Proven) {
        let mut made = self.made();
        made.retain(|one| !matches!(one, Made::Unfinished(name) if name == begun));
        made.push(Made::Finished(proven.clone()));
    }

    /// Makes the folder's entries durable.
    pub(super) fn sync(&self) -> Result<()> {
        sync_dir(&self.dir).map_err(Error::io("flush", &self.path))
    }

    /// The list stays right when a thread died holding it: each change to it is one step.
    pub(super) fn made(&self) -> MutexGuard<'_, Vec<Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a directory, relative to another.
pub(super) fn open_dir(
    at: impl std::os::fd::AsFd,
    path: impl rustix::path::Arg,
    more: OFlags,
) -> std::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | more;
    Ok(rustix::fs::openat(at, path, flags, Mode::empty())?.into())
}

/// Flushes a directory, or its whole file system where the driver cannot flush one directory.
fn sync_dir(dir: &File) -> std::io::Result<()> {
    match rustix::fs::fsync(dir) {
        Err(Errno::INVAL) => Ok(rustix::fs::syncfs(dir)?),
        answer => Ok(answer?),
    }
}

pub(super) fn check_name(name: &str) -> Result<()> {
    if safe_name(name) && !name.ends_with(UNFINISHED) {
        return Ok(());
    }
    Err(Error::Refused {
        what: format!("{name:?} cannot be the name of a file or folder on a medium"),
        hint: "use letters, digits, dots, dashes and underscores, 64 at most".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use std::fs;
    use std::io::ErrorKind;
    use std::os::unix::fs::{MetadataExt, symlink};
    use std::process::Command;

    fn folder(parent: &tempfile::TempDir) -> NewFolder {
        NewFolder::create(parent.path(), "thing").unwrap()
    }

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_made_for_its_owner_only_and_only_where_nothing_is() {
        let parent = tempfile::tempdir().unwrap();
        let made = folder(&parent);
        assert_eq!(made.path(), parent.path().join("thing"));
        assert_eq!(fs::metadata(made.path()).unwrap().mode() & 0o7777, 0o700);
        fs::write(parent.path().join("file"), "").unwrap();
        symlink("nowhere", parent.path().join("link")).unwrap();
        for taken in ["thing", "file", "link"] {
            let error = NewFolder::create(parent.path(), taken).unwrap_err();
            assert!(
                matches!(&error, Error::Exists(path) if *path == parent.path().join(taken)),
                "{error}"
            );
        }
        assert!(!parent.path().join("nowhere").exists());
        let error = NewFolder::create(&parent.path().join("none"), "thing").unwrap_err();
        assert!(error.to_string().contains("medium is gone"), "{error}");
    }

    #[test]
    fn a_name_that_is_not_plain_is_refused_before_anything_is_made() {
        let parent = tempfile::tempdir().unwrap();
        let made = folder(&parent);
        for name in ["../x", "a/b", ".x", "a b", "x.unfinished"] {
            assert!(
                matches!(
                    NewFolder::create(parent.path(), name),
                    Err(Error::Refused { .. })
                ),
                "{name:?}"
            );
            assert!(
                matches!(made.new_file(name), Err(Error::Refused { .. })),
                "{name:?}"
            );
        }
        assert_eq!(
            (names(parent.path()), names(made.path())),
            (vec!["thing".to_string()], vec![])
        );
    }

    #[test]
    fn small_files_are_put_and_listed_in_order() {
        let parent = tempfile::tempdir().unwrap();
        let made = folder(&parent);
        let b = made.put("b.txt", b"two").unwrap();
        let a = made.put("a.txt", b"").unwrap();
        assert_eq!((b.name.as_str(), b.bytes, a.bytes), ("b.txt", 3, 0));
        assert_eq!(fs::read(made.path().join("b.txt")).unwrap(), b"two");
        assert_eq!(
            fs::metadata(made.path().join("b.txt")).unwrap().mode() & 0o7777,
            0o600
        );
        assert_eq!(made.contents(), [a, b]);
        assert!(matches!(made.put("b.txt", b"new"), Err(Error::Exists(_))));
        assert_eq!(fs::read(made.path().join("b.txt")).unwrap(), b"two");
    }

    #[test]
    fn discarding_removes_what_this_run_made_and_the_folder() {
        let parent = tempfile::tempdir().unwrap();
        let made = folder(&parent);
        made.put("done", b"x").unwrap();
        let open = made.new_file("begun").unwrap();
        assert_eq!(made.discard(), Vec::<PathBuf>::new());
        assert_eq!(names(parent.path()), Vec::<String>::new());
        drop(open);
    }

    #[test]
    fn discarding_leaves_what_this_run_did_not_make_and_says_so() {
        let parent = tempfile::tempdir().unwrap();
        let made = folder(&parent);
        made.put("done", b"x").unwrap();
        made.put("lost", b"x").unwrap();
        let path = made.path().to_owned();
        let planted = made
            .new_file("planted")
            .unwrap()
            .sync()
            .unwrap()
            .read_back()
            .unwrap();
        fs::write(path.join("planted"), "somebody's").unwrap();
        assert!(matches!(planted.finish(), Err(Error::Exists(_))));
        fs::remove_file(path.join("lost")).unwrap();
        assert_eq!(made.discard(), [path.join("lost"), path.clone()]);
        assert_eq!(names(&path), ["planted"]);
        assert_eq!(fs::read(path.join("planted")).unwrap(), b"somebody's");
    }

    /// A mounted file system that is unmounted whatever happens.
    struct Mounted(tempfile::TempDir);

    impl Mounted {
        fn tmpfs(options: &str) -> Option<Self> {
            let dir = tempfile::tempdir().unwrap();
            let mut mount = Command::new("mount");
            mount
                .args(["-t", "tmpfs", "-o", options, "tmpfs"])
                .arg(dir.path());
            mount
                .output()
                .is_ok_and(|output| output.status.success())
                .then_some(Self(dir))
        }
    }

    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
        }
    }

    #[test]
    fn a_full_medium_is_named_as_full_and_nothing_looks_finished() {
        let Some(medium) = Mounted::tmpfs("size=64k") else {
            crate::tests::skipped(crate::tests::Need::Root, "a tmpfs cannot be mounted");
            return;
        };
        let made = NewFolder::create(medium.0.path(), "thing").unwrap();
        made.put("small", b"fits").unwrap();
        let error = made.put("large", &[7; 100_000]).unwrap_err();
        let path = made.path().join("large.unfinished");
        assert!(
            matches!(&error, Error::Io { doing: "write", path: at, error } if *at == path && error.kind() == ErrorKind::StorageFull),
            "{error:?}"
        );
        assert_eq!(names(made.path()), ["large.unfinished", "small"]);
        assert_eq!(made.discard(), Vec::<PathBuf>::new());
        assert_eq!(names(medium.0.path()), Vec::<String>::new());
    }

    #[test]
    fn a_medium_without_room_for_a_file_or_a_folder_is_full_too() {
        let Some(medium) = Mounted::tmpfs("nr_inodes=3") else {
            crate::tests::skipped(crate::tests::Need::Root, "a tmpfs cannot be mounted");
            return;
        };
        let full = |error: &Error| matches!(error, Error::Io { error, .. } if error.kind() == ErrorKind::StorageFull);
        let made = NewFolder::create(medium.0.path(), "thing").unwrap();
        made.put("a", b"").unwrap();
        assert!(made.put("b", b"").is_err_and(|error| full(&error)));
        assert!(NewFolder::create(medium.0.path(), "other").is_err_and(|error| full(&error)));
    }
}

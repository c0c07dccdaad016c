//! One new file on a medium, from its first byte to its final name.
//!
//! The types are the steps, in the only order that survives a power cut on FAT: [`NewFile`] is written and flushed,
//! [`Flushed`] is read back, [`Written`] is renamed, its *final* file flushed again, and its folder flushed.
//! (Without the second flush FAT keeps the final name with a length of 0, after success was reported.)

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::folder::Place;
use super::readback::ReadBack;
use super::{UNFINISHED, readback, rename_new};
use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};

/// A file whose bytes were read back and are what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Its final name in the folder.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
    /// How it was read back.
    pub how: ReadBack,
}

/// A file being written under its unfinished name. Counts and digests what goes in; has no buffer.
pub struct NewFile {
    place: Arc<Place>,
    name: String,
    file: File,
    bytes: u64,
    hasher: Option<Hasher>,
}

impl NewFile {
    pub(super) fn create(
        place: &Arc<Place>,
        name: &str,
        mode: Mode,
        hasher: Option<Hasher>,
    ) -> Result<Self> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&place.dir, unfinished(name), flags, mode);
        let path = place.path_of(&unfinished(name));
        let file = match opened {
            Ok(file) => File::from(file),
            Err(Errno::EXIST) => return Err(Error::Exists(path)),
            Err(errno) => return Err(Error::io("create", &path)(errno.into())),
        };
        place.note_made(name);
        Ok(Self {
            place: Arc::clone(place),
            name: name.to_owned(),
            file,
            bytes: 0,
            hasher,
        })
    }

    /// The full path that the file has now.
    pub fn path(&self) -> PathBuf {
        self.place.path_of(&unfinished(&self.name))
    }

    /// Writes all of `bytes`; like `write_all`, but the error names the file.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes)
            .map_err(Error::io("write", &self.path()))
    }

    /// How many bytes were written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Flushes what was written so far, so that a slow medium never holds much of the machine's memory.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn flush_so_far(&self) -> Result<()> {
        self.file
            .sync_data()
            .map_err(Error::io("flush", &self.path()))?;
        self.place.moved();
        Ok(())
    }

    /// Flushes the file to the device. (`Write::flush` has nothing to do: there is no buffer.)
    pub fn sync(mut self) -> Result<Flushed> {
        let digest = self.hasher.take().unwrap_or_default().finish();
        self.sync_twin(digest)
    }

    /// As [`NewFile::sync`], for a file made by [`super::NewFolder::new_twin`]: `digest` is that of all bytes written.
    pub fn sync_twin(self, digest: Digest) -> Result<Flushed> {
        let path = self.path();
        self.file.sync_all().map_err(Error::io("flush", &path))?;
        self.place.moved();
        let Self {
            place,
            name,
            file,
            bytes,
            ..
        } = self;
        Ok(Flushed {
            place,
            name,
            file,
            bytes,
            digest,
        })
    }

    /// Flushes the file and reads it back.
    pub fn flush_and_check(self) -> Result<Written> {
        self.sync()?.read_back()
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes.get(..count).unwrap_or(bytes));
        }
        self.bytes += count as u64;
        self.place.moved();
        Ok(count)
    }

    /// Does nothing: there is no buffer. The flush to the device is [`NewFile::sync`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The name of a file that is not complete.
pub(super) fn unfinished(name: &str) -> String {
    format!("{name}{UNFINISHED}")
}

/// A file that was flushed to the device and is still to be read back.
#[derive(Debug)]
pub struct Flushed {
    place: Arc<Place>,
    name: String,
    file: File,
    bytes: u64,
    digest: Digest,
}

impl Flushed {
    /// Reads the file back from the device and compares.
    ///
    /// Errors: [`Error::ReadBack`] when it is not what was written, [`Error::Io`].
    pub fn read_back(self) -> Result<Written> {
        self.read_back_with(&mut |_| Ok(()))
    }

    /// As [`Flushed::read_back`], for large files: `step` hears how many bytes were read so far and may stop it.
    pub fn read_back_with(self, step: &mut dyn FnMut(u64) -> Result<()>) -> Result<Written> {
        let path = self.place.path_of(&unfinished(&self.name));
        let target = readback::Target {
            dir: &self.place.dir,
            name: &unfinished(&self.name),
            path: &path,
        };
        let step = &mut |bytes| {
            self.place.moved();
            step(bytes)
        };
        // the writing descriptor is closed when this returns: some drivers refuse to rename an open file
        let (digest, how) = readback::digest(&target, &self.file, self.bytes, step)?;
        if digest != Some(self.digest) {
            return Err(Error::ReadBack(path));
        }
        let proven = Proven {
            name: self.name,
            bytes: self.bytes,
            digest: self.digest,
            how,
        };
        Ok(Written {
            place: self.place,
            proven,
        })
    }
}

/// A file that was written, flushed and read back, and still has its unfinished name.
#[derive(Debug)]
pub struct Written {
    place: Arc<Place>,
    proven: Proven,
}

impl Written {
    /// What is known of it.
    pub fn proven(&self) -> &Proven {
        &self.proven
    }

    /// Lets go of the file, so that its medium can be taken out. [`Written::resume`] is the way back.
    pub fn park(self) -> Proven {
        self.proven
    }

    /// The way back from [`Written::park`]. With `again` it is read back once more.
    pub(super) fn resume(place: &Arc<Place>, proven: Proven, again: bool) -> Result<Self> {
        let name = unfinished(&proven.name);
        let path = place.path_of(&name);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&place.dir, &name, flags, Mode::empty());
        let file = File::from(opened.map_err(|errno| Error::io("open", &path)(errno.into()))?);
        let place = Arc::clone(place);
        if !again {
            return Ok(Self { place, proven });
        }
        let (name, bytes, digest) = (proven.name, proven.bytes, proven.digest);
        let flushed = Flushed {
            place,
            name,
            file,
            bytes,
            digest,
        };
        flushed.read_back_with(&mut |_| crate::host::interrupt::check())
    }

    /// Gives the file its final name, durably.
    ///
    /// Errors: [`Error::Exists`] when that name is taken (it is left alone), [`Error::Changed`] when something else
    /// is found under the name afterwards, [`Error::Io`].
    pub fn finish(self) -> Result<Proven> {
        let name = self.proven.name.clone();
        self.rename(&name)
    }

    /// As [`Written::finish`], with another final name than the one that was thought of at first.
    ///
    /// Errors: as [`Written::finish`]; [`Error::Refused`] for a name that is not [`super::safe_name`].
    pub fn finish_as(self, name: &str) -> Result<Proven> {
        super::folder::check_name(name)?;
        self.rename(name)
    }

    fn rename(self, name: &str) -> Result<Proven> {
        let Self { place, mut proven } = self;
        let begun = std::mem::replace(&mut proven.name, name.to_owned());
        let path = place.path_of(&proven.name);
        match rename_new(&place.dir, &unfinished(&begun), &proven.name) {
            Ok(()) => place.note_finished(&begun, &proven),
            Err(Errno::EXIST) => return Err(Error::Exists(path)),
            Err(errno) => return Err(Error::io("rename", &path)(errno.into())),
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&place.dir, &proven.name, flags, Mode::empty());
        let file = File::from(opened.map_err(|errno| Error::io("flush", &path)(errno.into()))?);
        file.sync_all().map_err(Error::io("flush", &path))?;
        let about = file.metadata().map_err(Error::io("flush", &path))?;
        if !about.is_file() || about.len() != proven.bytes {
            return Err(Error::Changed(path));
        }
        place.sync()?;
        Ok(proven)
    }
}

#[cfg(test)]
mod tests {
    use super::super::NewFolder;
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn folder() -> (tempfile::TempDir, NewFolder) {
        let parent = tempfile::tempdir().unwrap();
        let folder = NewFolder::create(parent.path(), "thing").unwrap();
        (parent, folder)
    }

    /// Long enough for three reads, the last one odd.
    fn long() -> Vec<u8> {
        (0..2 * 1024 * 1024 + 777u32)
            .map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect()
    }

    #[test]
    fn a_final_name_appears_only_at_the_last_step() {
        let (_parent, folder) = folder();
        let path = folder.path().join("a");
        let mut file = folder.new_file("a").unwrap();
        assert_eq!(file.path(), folder.path().join("a.unfinished"));
        file.append(&long()).unwrap();
        assert!(!path.exists());
        let flushed = file.sync().unwrap();
        assert!(!path.exists());
        let written = flushed.read_back().unwrap();
        assert!(!path.exists());
        let proven = written.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), long());
        assert!(!folder.path().join("a.unfinished").exists());
        assert_eq!(
            (proven.name.as_str(), proven.bytes),
            ("a", long().len() as u64)
        );
        assert_eq!(folder.contents(), [proven]);
    }

    #[test]
    fn a_file_dropped_on_the_way_never_gets_its_final_name() {
        let (_parent, folder) = folder();
        folder.new_file("a").unwrap().append(b"half").unwrap();
        drop(folder.new_file("b").unwrap().sync().unwrap());
        drop(folder.new_file("c").unwrap().flush_and_check().unwrap());
        for name in ["a", "b", "c"] {
            assert!(!folder.path().join(name).exists(), "{name}");
            assert!(folder.path().join(unfinished(name)).exists(), "{name}");
        }
        assert_eq!(folder.contents(), []);
    }

    #[test]
    fn the_digest_is_that_of_the_bytes_however_they_came() {
        let (_parent, folder) = folder();
        let mut file = folder.new_file("a").unwrap();
        for piece in long().chunks(1013) {
            file.write_all(piece).unwrap();
        }
        assert_eq!(file.bytes(), long().len() as u64);
        let written = file.flush_and_check().unwrap();
        let mut hasher = Hasher::new();
        hasher.update(&long());
        assert_eq!(written.proven().digest, hasher.finish());
        assert_eq!(written.proven().bytes, long().len() as u64);
    }

    #[test]
    fn a_name_taken_in_the_meantime_is_left_alone() {
        let (_parent, folder) = folder();
        let path = folder.path().join("a");
        let target = folder.path().join("target");
        for plant in 0..2 {
            let written = folder.new_file("a").unwrap().flush_and_check().unwrap();
            match plant {
                0 => fs::write(&path, "somebody's").unwrap(),
                _ => symlink(&target, &path).unwrap(),
            }
            assert!(matches!(written.finish(), Err(Error::Exists(taken)) if taken == path));
            assert!(folder.path().join("a.unfinished").exists());
            match plant {
                0 => assert_eq!(fs::read(&path).unwrap(), b"somebody's"),
                _ => assert!(!target.exists()),
            }
            fs::remove_file(&path).unwrap();
            fs::remove_file(folder.path().join("a.unfinished")).unwrap();
        }
    }

    #[test]
    fn a_link_planted_under_the_unfinished_name_is_not_followed() {
        let (parent, folder) = folder();
        let target = parent.path().join("target");
        fs::write(&target, "precious").unwrap();
        symlink(&target, folder.path().join("a.unfinished")).unwrap();
        symlink(
            parent.path().join("none"),
            folder.path().join("b.unfinished"),
        )
        .unwrap();
        assert!(
            matches!(folder.new_file("a"), Err(Error::Exists(path)) if path.ends_with("a.unfinished"))
        );
        assert!(matches!(folder.new_file("b"), Err(Error::Exists(_))));
        assert_eq!(fs::read(&target).unwrap(), b"precious");
        assert!(!parent.path().join("none").exists());
    }

    #[test]
    fn a_file_that_vanished_before_its_last_step_is_an_error() {
        let (_parent, folder) = folder();
        let written = folder.new_file("a").unwrap().flush_and_check().unwrap();
        fs::remove_file(folder.path().join("a.unfinished")).unwrap();
        let error = written.finish().unwrap_err();
        assert!(error.to_string().contains("medium is gone"), "{error}");
        assert_eq!(folder.contents(), []);
    }

    #[test]
    fn two_media_are_read_back_in_two_threads() {
        fn goes_to_another_thread<T: Send>() {}
        goes_to_another_thread::<(NewFile, Flushed, Written, NewFolder)>();
        let (_parents, folders): (Vec<_>, Vec<_>) = (0..2).map(|_| folder()).unzip();
        let mut files: Vec<NewFile> = folders
            .iter()
            .map(|folder| folder.new_file("a").unwrap())
            .collect();
        for file in &mut files {
            file.append(&long()).unwrap();
        }
        let flushed: Vec<Flushed> = files.into_iter().map(|file| file.sync().unwrap()).collect();
        let proven: Vec<Proven> = std::thread::scope(|scope| {
            let threads: Vec<_> = flushed
                .into_iter()
                .map(|one| scope.spawn(|| one.read_back()?.finish()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap().unwrap())
                .collect()
        });
        assert_eq!(proven[0].digest, proven[1].digest);
    }

    #[test]
    fn a_read_back_can_be_watched_and_stopped() {
        let (_parent, folder) = folder();
        let mut file = folder.new_file("a").unwrap();
        file.append(&long()).unwrap();
        let mut seen = Vec::new();
        let stopped = file.sync().unwrap().read_back_with(&mut |bytes| {
            seen.push(bytes);
            if seen.len() == 2 {
                Err(Error::Interrupted)
            } else {
                Ok(())
            }
        });
        assert!(matches!(stopped, Err(Error::Interrupted)));
        assert_eq!(seen, [1 << 20, 2 << 20]);
    }
}

//! The register's file: read whole, and replaced by a new one that was flushed and read back. Killed anywhere, the old or
//! the new one is there.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use rustix::fs::{Advice, FlockOperation, fadvise, flock};
use rustix::io::Errno;

use crate::commands::together;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::key;
use crate::listing;
use crate::media;
use crate::register::{Event, MAX_BYTES, Register, Stamp};

/// How often another program's write is waited for, a tenth of a second each.
const PATIENCE: u32 = 100;
/// How often it is begun anew because the register was changed meanwhile.
const ATTEMPTS: u32 = 5;
/// The most names of its directory that are looked at for what a killed run left.
const MOST_LOOKED_AT: usize = 4096;

/// Where a register is, or will be.
pub(super) struct RegisterFile {
    dir: PathBuf,
    path: PathBuf,
    /// What files that are not finished begin with.
    unfinished: String,
}

impl RegisterFile {
    /// # Errors
    /// [`Error::Usage`] for what cannot be a file; [`Error::Io`] when its directory is not there; [`Error::Refused`] where
    /// a register may not lie.
    pub(super) fn at(path: &Path) -> Result<Self> {
        let file = Self::unchecked(path)?;
        file.check_place()?;
        Ok(file)
    }

    /// As [`RegisterFile::at`], for one that is only read: it may lie anywhere.
    pub(super) fn unchecked(path: &Path) -> Result<Self> {
        // The file that a link leads to is the one that is replaced, and the link stays.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = real.file_name().and_then(|name| name.to_str());
        let (Some(name), false) = (name, real.is_dir()) else {
            return Err(Error::Usage {
                what: format!("{path:?} cannot be a register"),
                hint: "give a file, for example office/register.json".into(),
            });
        };
        let parent = real.parent().filter(|dir| !dir.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let dir = fs::canonicalize(parent).map_err(Error::io("open", parent))?;
        Ok(Self {
            path: dir.join(name),
            unfinished: format!(".{name}.unfinished-"),
            dir,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses the folders of carriers, and media on which a share lies: a register says who keeps the others, and where.
    fn check_place(&self) -> Result<()> {
        let said = (
            "the register",
            "it says who keeps the others, and where",
            "keep it where the security office keeps its papers, on a medium of its own",
        );
        together::check_apart(&self.dir, said, false)
    }

    /// The register; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Register`]; [`Error::Newer`]; [`Error::Io`].
    pub(super) fn read(&self) -> Result<Option<Register>> {
        let bytes = self.bytes()?;
        bytes.map(|bytes| Register::from_bytes(&bytes)).transpose()
    }

    fn bytes(&self) -> Result<Option<Vec<u8>>> {
        if fs::symlink_metadata(&self.path).is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound)
        {
            return Ok(None);
        }
        let file = media::open_ordinary(&self.path)?;
        let mut bytes = Vec::new();
        let most = (MAX_BYTES as u64).saturating_add(1);
        file.take(most)
            .read_to_end(&mut bytes)
            .map_err(Error::io("read", &self.path))?;
        Ok(Some(bytes))
    }

    /// Adds entries: to what is there now, which may be more than `known`.
    ///
    /// # Errors
    /// As [`RegisterFile::read`]; [`Error::Refused`] when another program holds it; [`Error::Changed`] when it never stays
    /// as it is; [`Error::ReadBack`].
    pub(super) fn add(
        &self,
        known: &Register,
        stamp: &Stamp,
        events: &[Event],
    ) -> Result<Register> {
        self.check_place()?;
        let _lock = self.lock()?;
        for _ in 0..ATTEMPTS {
            let before = self.bytes()?;
            let mut register = match &before {
                None => known.clone(),
                Some(bytes) => with_all(Register::from_bytes(bytes)?, known),
            };
            for event in events {
                register.add(stamp, event)?;
            }
            let new = self.write_new(&register.to_bytes())?;
            if self.bytes()? != before {
                new.remove();
                continue;
            }
            new.take_the_place_of(self)?;
            return Ok(register);
        }
        Err(Error::Changed(self.path.clone()))
    }

    /// Nobody else of us writes while this is held. Where the file system has no locks, there is none.
    fn lock(&self) -> Result<Option<File>> {
        let dir = File::open(&self.dir).map_err(Error::io("open", &self.dir))?;
        for _ in 0..PATIENCE {
            match flock(&dir, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Some(dir)),
                // Only here: what a sealing left behind is entered after Ctrl-C too.
                Err(Errno::WOULDBLOCK) => {
                    interrupt::check()?;
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(_) => return Ok(None),
            }
        }
        Err(Error::Refused {
            what: format!("another program is writing {:?}", self.path),
            hint: "wait until it has ended, then begin again".into(),
        })
    }

    /// Removes what killed runs left, and names it.
    ///
    /// # Errors
    /// [`Error::Io`]; as for [`RegisterFile::add`] when another program holds the register.
    pub(super) fn clean(&self) -> Result<Vec<PathBuf>> {
        let is_left = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().as_bytes();
            name.starts_with(self.unfinished.as_bytes())
        };
        let names = listing::list(&self.dir).map_err(Error::io("list", &self.dir))?;
        let names = names
            .take(MOST_LOOKED_AT)
            .flatten()
            .map(|entry| entry.path());
        let left: Vec<PathBuf> = names.filter(is_left).collect();
        // Without a lock nobody knows whether it belongs to a run that still writes.
        if left.is_empty() || self.lock()?.is_none() {
            return Ok(Vec::new());
        }
        let mut removed = Vec::new();
        for path in left {
            match fs::remove_file(&path) {
                Ok(()) => removed.push(path),
                // It was of a run that has finished it since.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::io("remove", &path)(error)),
            }
        }
        Ok(removed)
    }

    /// A new file beside the register, flushed and read back.
    fn write_new(&self, bytes: &[u8]) -> Result<NewRegister> {
        let mut random = [0; 8];
        key::random(&mut random)?;
        let path = self
            .dir
            .join(format!("{}{}", self.unfinished, HEXLOWER.encode(&random)));
        let mode =
            fs::metadata(&self.path).map_or(0o600, |about| about.permissions().mode() & 0o777);
        let mut options = OpenOptions::new();
        let options = options.write(true).create_new(true).mode(mode);
        let mut file = options.open(&path).map_err(Error::io("create", &path))?;
        let new = NewRegister { path };
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let written = written.map_err(Error::io("write", &new.path));
        let proven = written.and_then(|()| new.check(&file, bytes));
        if let Err(error) = proven {
            new.remove();
            return Err(error);
        }
        Ok(new)
    }
}

/// A register under its unfinished name.
struct NewRegister {
    path: PathBuf,
}

impl NewRegister {
    /// Reads it back, past what this machine remembers of it where the system lets go of that.
    fn check(&self, file: &File, bytes: &[u8]) -> Result<()> {
        let _ = fadvise(file, 0, None, Advice::DontNeed);
        let read = fs::read(&self.path).map_err(Error::io("read", &self.path))?;
        match read == bytes {
            true => Ok(()),
            false => Err(Error::ReadBack(self.path.clone())),
        }
    }

    fn remove(&self) {
        // What stays is named and removed by the next run.
        let _ = fs::remove_file(&self.path);
    }

    fn take_the_place_of(self, old: &RegisterFile) -> Result<()> {
        if let Err(error) = fs::rename(&self.path, &old.path) {
            self.remove();
            return Err(Error::io("replace", &old.path)(error));
        }
        // The classic order loses the file on FAT: the final one is flushed again, then its directory.
        let flush = |path: &Path| File::open(path).and_then(|file| file.sync_all());
        flush(&old.path).map_err(Error::io("flush", &old.path))?;
        flush(&old.dir).map_err(Error::io("flush", &old.dir))
    }
}

/// What is on the disk, and what was known and is not there any more.
fn with_all(there: Register, known: &Register) -> Register {
    let is_there = |known: &crate::register::Entry| there.entry(known.digest).is_some();
    match known
        .heads()
        .iter()
        .all(|head| there.entry(*head).is_some())
    {
        true => there,
        false if known.entries().all(is_there) => there,
        false => there.merge(known.clone()),
    }
}

//! The directory that a restore fills: under an unfinished name until everything has been compared.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use rustix::fs::{Access, CWD};
use rustix::io::Errno;

use super::choice::Choice;
use super::off_limits;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::key;
use crate::listing;
use crate::media;
use crate::media::OWN;
use crate::node::{UNFINISHED, remove_tree};
use crate::report::Severity;
use crate::terminal::{is_stop, typed_path};

/// Whether files could be restored into `into`: asked before people fetch their media.
///
/// # Errors
/// The rule that forbids it.
pub(super) fn check_target(into: &Path, choice: &Choice, session: &mut Session) -> Result<()> {
    choice.check_into(into)?;
    off_limits::check(into)?;
    Unfinished::check(into, session)
}

/// The target of a restore, not complete yet.
pub(super) struct Unfinished {
    into: PathBuf,
    made_into: bool,
    dir: PathBuf,
}

impl Unfinished {
    /// The directory for the files: the one of `--into`, or one that is asked for until it can be taken and made.
    ///
    /// # Errors
    /// What [`Self::create`] answers for `--into`; [`Error::Stopped`], [`Error::Interrupted`].
    pub(super) fn asked(
        into: Option<&Path>,
        choice: &Choice,
        session: &mut Session,
    ) -> Result<Self> {
        if let Some(into) = into {
            return Self::create(into, session);
        }
        loop {
            let question = "A new or empty directory for the files:";
            let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
            if is_stop(&answer) {
                return Err(Error::Stopped);
            }
            if answer.is_empty() {
                continue;
            }
            let into = typed_path(&answer);
            let made =
                check_target(&into, choice, session).and_then(|()| Self::create(&into, session));
            match made {
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => session.terminal.error(&error),
                made => return made,
            }
        }
    }

    /// Whether `into` could be taken: asked first, before people fetch their media.
    ///
    /// # Errors
    /// As [`Unfinished::create`].
    pub(super) fn check(into: &Path, session: &mut Session) -> Result<()> {
        match fs::symlink_metadata(into) {
            Ok(about) if about.is_dir() => {
                check_empty(into, session)?;
                check_writable(into, "write", into)
            }
            Ok(about) => Err(no_directory(into, about.is_symlink())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => check_parent(into),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => check_parent(into),
            Err(error) => Err(Error::io("open", into)(error)),
        }
    }

    /// Takes `into`, which must be new or empty, and makes the unfinished directory in it.
    ///
    /// # Errors
    /// [`Error::NotEmpty`]; [`Error::Leftover`] when a killed run left something and it is not to be removed;
    /// [`Error::Io`].
    pub(super) fn create(into: &Path, session: &mut Session) -> Result<Self> {
        let made_into = match fs::symlink_metadata(into) {
            Ok(about) if about.is_dir() => false,
            Ok(about) => return Err(no_directory(into, about.is_symlink())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_dir(into)?;
                true
            }
            Err(error) => return Err(Error::io("open", into)(error)),
        };
        check_empty(into, session)?;
        let mut random = [0; 4];
        key::random(&mut random)?;
        let dir = into.join(format!("{UNFINISHED}{}", HEXLOWER.encode(&random)));
        let unfinished = Self {
            into: into.to_owned(),
            made_into,
            dir,
        };
        if let Err(error) = make_dir(&unfinished.dir) {
            unfinished.remove(session);
            return Err(error);
        }
        Ok(unfinished)
    }

    /// The directory that was named.
    pub(super) fn place(&self) -> &Path {
        &self.into
    }

    /// The unfinished directory.
    pub(super) fn path(&self) -> &Path {
        &self.dir
    }

    /// The unfinished directory, emptied of what an earlier attempt put into it.
    pub(super) fn fresh(&mut self) -> Result<&Path> {
        remove_tree(&self.dir)?;
        make_dir(&self.dir)?;
        Ok(&self.dir)
    }

    /// Gives everything its final name.
    ///
    /// # Errors
    /// [`Error::Exists`] when something of that name appeared meanwhile; [`Error::Io`].
    pub(super) fn publish(&self, session: &mut Session) -> Result<()> {
        let entries = listing::list(&self.dir).map_err(Error::io("list", &self.dir))?;
        let mut published: Vec<(PathBuf, PathBuf)> = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::io("list", &self.dir))?;
            let (from, to) = (entry.path(), self.into.join(entry.file_name()));
            if let Err(error) = publish_one(&from, &to) {
                // All or nothing: what already has its final name goes back.
                for (from, to) in &published {
                    if fs::rename(to, from).is_err() {
                        say_left(to, session);
                    }
                }
                return Err(error);
            }
            published.push((from, to));
        }
        fs::remove_dir(&self.dir).map_err(Error::io("remove", &self.dir))?;
        let into = fs::File::open(&self.into).map_err(Error::io("flush", &self.into))?;
        into.sync_all().map_err(Error::io("flush", &self.into))
    }

    /// Takes everything back after a failure.
    pub(super) fn remove(&self, session: &mut Session) {
        // A medium that fails answers the question whether it is there with an error, too.
        let is_gone = matches!(self.dir.try_exists(), Ok(false));
        if !is_gone && remove_tree(&self.dir).is_err() {
            say_left(&self.dir, session);
        }
        if self.made_into {
            // Not empty means that something could not be taken back: it was named.
            let _ = fs::remove_dir(&self.into);
        }
    }
}

/// What is there and no directory. A link may be led elsewhere while media are fetched, so none is followed.
fn no_directory(into: &Path, is_link: bool) -> Error {
    if !is_link {
        return Error::Exists(into.to_owned());
    }
    let name = fs::canonicalize(into).map_or_else(
        |_| "name a new directory".to_owned(),
        |real| format!("name what it leads to, {real:?}, or a new directory"),
    );
    Error::Refused {
        what: format!("{into:?} is a symbolic link, and the files go through none"),
        hint: name,
    }
}

/// Whether a directory that is not there can be made: the one above it must be there, and take it.
fn check_parent(into: &Path) -> Result<()> {
    let parent = into.parent().filter(|above| !above.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let refused = |why: &str, what_to_do: &str| Error::Refused {
        what: format!("{parent:?} {why}"),
        hint: format!("{what_to_do}, or name another directory"),
    };
    match fs::metadata(parent) {
        Ok(about) if about.is_dir() => check_writable(parent, "create", into),
        Ok(_) => Err(refused("is not a directory", "remove or rename it")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(refused("does not exist", "make it first"))
        }
        Err(error) => Err(Error::io("open", parent)(error)),
    }
}

/// Permissions and a file system that is only for reading; whether it is full shows only when something is made.
fn check_writable(directory: &Path, doing: &'static str, into: &Path) -> Result<()> {
    rustix::fs::access(directory, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|errno| Error::io(doing, into)(errno.into()))
}

fn make_dir(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(Error::io("create", path))
}

/// Names what is left and holds restored files in clear.
pub(super) fn say_left(path: &Path, session: &mut Session) {
    let (subject, text) = (
        format!("{path:?}"),
        "holds restored files in clear and could not be removed",
    );
    session.find(Severity::Error, "left", &subject, text, "remove it");
}

/// Nothing is ever overwritten, and what a killed run left is named, whatever else is there.
fn check_empty(into: &Path, session: &mut Session) -> Result<()> {
    let mut is_taken = false;
    for entry in listing::list(into).map_err(Error::io("list", into))? {
        let name = entry.map_err(Error::io("list", into))?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED) {
            leftover(&into.join(name.as_ref()), session)?;
        } else if !OWN.contains(&name.as_ref()) {
            is_taken = true;
        }
    }
    match is_taken {
        true => Err(Error::NotEmpty(into.to_owned())),
        false => Ok(()),
    }
}

fn leftover(path: &Path, session: &mut Session) -> Result<()> {
    let question = format!(
        "{path:?} was left by a restore that was killed; it may hold files in clear. Remove it?"
    );
    if session.terminal.confirm(&question)? == Some(true) {
        return remove_tree(path);
    }
    Err(Error::Leftover(path.to_owned()))
}

fn publish_one(from: &Path, to: &Path) -> Result<()> {
    match media::rename_new(CWD, from, to) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => Err(Error::Exists(to.to_owned())),
        Err(errno) => Err(Error::io("rename", to)(errno.into())),
    }
}

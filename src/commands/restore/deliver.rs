//! Puts what comes out of a payload into the unfinished directory.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use glob::Pattern;

use crate::ceremony::Ceremony;
use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::inventory::{Line, LineKind};
use crate::node::{self, Target};
use crate::payload::{Deliver, NOTE};
use crate::report::Severity;
use crate::terminal::Terminal;

/// Bytes copied at a time.
const BUFFER: usize = 1 << 18;
/// The most skipped things that are named.
const MAX_NAMED: usize = 100;

/// What the officer wants of the files.
pub(super) struct Choice {
    only: Vec<Pattern>,
    preserve: bool,
    note_to: Option<PathBuf>,
}

impl Choice {
    /// # Errors
    /// [`Error::Usage`] for a pattern that is none; [`Error::Exists`] when the note's place is taken.
    pub(super) fn new(only: &[String], preserve: bool, note_to: Option<&Path>) -> Result<Self> {
        let pattern = |text: &String| {
            Pattern::new(text).map_err(|error| Error::Usage {
                what: format!("--only {text:?} is not a pattern: {}", error.msg),
                hint: "use * for any text and ? for one character".into(),
            })
        };
        if let Some(path) = note_to.filter(|path| path.symlink_metadata().is_ok()) {
            return Err(Error::Exists(path.to_owned()));
        }
        let only = only.iter().map(pattern).collect::<Result<_>>()?;
        Ok(Self {
            only,
            preserve,
            note_to: note_to.map(Path::to_owned),
        })
    }

    fn wants(&self, path: &[u8]) -> bool {
        let text = lossy(path);
        self.only.is_empty() || self.only.iter().any(|pattern| pattern.matches(&text))
    }
}

/// A restore in progress.
pub(super) struct Restoring {
    into: PathBuf,
    target: Target,
    names: Vec<Vec<u8>>,
    /// Directories seen and not made yet, outermost first: with `--only`, just those that a wanted file needs are made.
    waiting: Vec<(Vec<u8>, u32, i64)>,
    note: Option<Vec<u8>>,
    has_note_directory: bool,
    files: u64,
    bytes: u64,
    times_not_kept: u64,
    skipped: Vec<String>,
}

impl Restoring {
    /// Begins to fill `into`, an empty directory.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn new(into: &Path) -> Result<Self> {
        Ok(Self {
            into: into.to_owned(),
            target: Target::create(into)?,
            names: Vec::new(),
            waiting: Vec::new(),
            note: None,
            has_note_directory: false,
            files: 0,
            bytes: 0,
            times_not_kept: 0,
            skipped: Vec::new(),
        })
    }

    /// The path under the target of an archive path: `node/<i>/...` comes back under that node's name.
    fn place(&self, path: &[u8]) -> Result<Vec<u8>> {
        let unknown = || Error::Archive {
            member: format!("{:?}", lossy(path)),
            why: "it is of no node that ceremony.json names".into(),
        };
        let Some(rest) = path.strip_prefix(b"node/") else {
            return Ok(path.to_vec());
        };
        let (index, below) = match rest.iter().position(|byte| *byte == b'/') {
            Some(end) => rest.split_at(end),
            None => (rest, &[][..]),
        };
        let index: Option<usize> = std::str::from_utf8(index)
            .ok()
            .and_then(|text| text.parse().ok());
        let name = index
            .and_then(|index| self.names.get(index))
            .ok_or_else(unknown)?;
        Ok([name.as_slice(), below].concat())
    }

    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64, choice: &Choice) -> Result<()> {
        let place = self.place(path)?;
        self.waiting.retain(|(other, ..)| is_within(&place, other));
        self.waiting
            .push((place, node::restore_mode(mode, choice.preserve), mtime));
        if choice.only.is_empty() {
            self.make_waiting()
        } else {
            Ok(())
        }
    }

    fn make_waiting(&mut self) -> Result<()> {
        for (path, mode, mtime) in std::mem::take(&mut self.waiting) {
            self.target.directory(&path, mode, mtime)?;
        }
        Ok(())
    }

    fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        content: &mut dyn Read,
        choice: &Choice,
    ) -> Result<()> {
        let place = self.place(path)?;
        if choice.note_to.is_some() && path.starts_with(NOTE.as_bytes()) {
            let mut note = Vec::new();
            content
                .read_to_end(&mut note)
                .map_err(|error| Error::unwrap_io(error, "read the note"))?;
            self.note = Some(note);
            return Ok(());
        }
        if !choice.wants(&place) {
            return Ok(());
        }
        self.make_parents(&place, mtime)?;
        let mut file = self.target.create_file(&place)?;
        let full = below(&self.into, &place);
        self.bytes += copy(content, &mut file, &full)?;
        self.files += 1;
        let mode = node::restore_mode(mode, choice.preserve);
        let kept = node::set(&file, mode, mtime).map_err(Error::io("set the time of", &full))?;
        self.times_not_kept += u64::from(!kept);
        Ok(())
    }

    fn make_parents(&mut self, place: &[u8], mtime: i64) -> Result<()> {
        if place.starts_with(b"note/") && !self.has_note_directory {
            self.target.directory(NOTE.as_bytes(), 0o700, mtime)?;
            self.has_note_directory = true;
        }
        self.waiting.retain(|(other, ..)| is_within(place, other));
        self.make_waiting()
    }

    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64, choice: &Choice) -> Result<()> {
        let place = self.place(path)?;
        if !choice.wants(&place) {
            return Ok(());
        }
        self.make_parents(&place, mtime)?;
        self.target.link(&place, target, mtime)
    }

    /// Links, modes and times of directories, and the note; says what could not be kept. Answers files and bytes.
    ///
    /// # Errors
    /// [`Error::Usage`] when `--only` matched nothing; [`Error::Io`].
    pub(super) fn finish(self, choice: &Choice, session: &mut Session) -> Result<(u64, u64)> {
        if self.files == 0 && !choice.only.is_empty() {
            let what = "--only matches no file in the vault".to_owned();
            return Err(Error::Usage {
                what,
                hint: "patterns match the whole path, as in \"*/node.conf\"".into(),
            });
        }
        let finished = self.target.finish()?;
        let not_kept = finished.not_kept.count + self.times_not_kept;
        if not_kept > 0 {
            let text = format!(
                "permissions or times of {not_kept} file(s) could not be set on this file system"
            );
            session.find(
                Severity::Warning,
                "modes",
                "",
                &text,
                "restore to a file system that keeps them",
            );
        }
        for path in &finished.no_links.first {
            let text = "is a symbolic link, which this file system cannot hold";
            session.find(
                Severity::Warning,
                "links",
                &format!("{:?}", lossy(path)),
                text,
                "restore to another file system",
            );
        }
        for skipped in &self.skipped {
            session.find(
                Severity::Note,
                "skipped",
                "",
                skipped,
                "it was not kept when the vault was sealed",
            );
        }
        if let (Some(path), Some(note)) = (&choice.note_to, &self.note) {
            write_note(path, note)?;
        }
        Ok((self.files, self.bytes))
    }
}

/// Whether `path` lies in `directory`.
fn is_within(path: &[u8], directory: &[u8]) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.starts_with(b"/"))
}

fn copy(content: &mut dyn Read, file: &mut std::fs::File, path: &Path) -> Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut bytes = 0;
    loop {
        interrupt::check()?;
        let count = content
            .read(&mut buffer)
            .map_err(|error| Error::unwrap_io(error, "read the payload"))?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(bytes);
        };
        file.write_all(read).map_err(Error::io("write", path))?;
        bytes += count as u64;
    }
}

fn write_note(path: &Path, note: &[u8]) -> Result<()> {
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = created.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::io("create", path)(error),
    })?;
    file.write_all(note)
        .and_then(|()| file.sync_all())
        .map_err(Error::io("write", path))
}

/// Delivers while the person sees how far it is.
pub(super) struct Watching<'a> {
    pub(super) restoring: &'a mut Restoring,
    pub(super) choice: &'a Choice,
    pub(super) terminal: &'a mut Terminal,
    pub(super) done: u64,
    pub(super) all: u64,
}

impl Deliver for Watching<'_> {
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()> {
        let ceremony = Ceremony::from_bytes(bytes).map_err(|error| Error::Archive {
            member: "\"ceremony.json\"".into(),
            why: error.to_string(),
        })?;
        self.restoring.names = ceremony.nodes.into_iter().map(|node| node.name).collect();
        Ok(())
    }

    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        self.restoring.directory(path, mode, mtime, self.choice)
    }

    fn file(&mut self, path: &[u8], mode: u32, mtime: i64, content: &mut dyn Read) -> Result<()> {
        let mut content = Counted {
            inner: content,
            count: 0,
        };
        self.restoring
            .file(path, mode, mtime, &mut content, self.choice)?;
        self.done += content.count;
        self.terminal.progress("restoring", self.done, self.all);
        Ok(())
    }

    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        self.restoring.link(path, target, mtime, self.choice)
    }

    fn skipped(&mut self, line: &Line) -> Result<()> {
        if let (LineKind::Skipped { why }, true) =
            (&line.kind, self.restoring.skipped.len() < MAX_NAMED)
        {
            let place = self.restoring.place(&line.path)?;
            self.restoring.skipped.push(format!(
                "{:?} was not kept: {}",
                lossy(&place),
                why.as_str()
            ));
        }
        Ok(())
    }
}

struct Counted<'a> {
    inner: &'a mut dyn Read,
    count: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

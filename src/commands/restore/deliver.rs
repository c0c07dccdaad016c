//! Puts what comes out of a payload into the unfinished directory.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::choice::Choice;
use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::inventory::{Line, LineKind};
use crate::node::{self, Target};
use crate::payload::NOTE;
use crate::report::Severity;

/// Bytes copied at a time.
const BUFFER: usize = 1 << 18;
/// The most skipped things that are named.
const MAX_NAMED: usize = 100;

/// A restore in progress.
pub(super) struct Restoring {
    into: PathBuf,
    target: Target,
    pub(super) names: Vec<Vec<u8>>,
    /// Directories seen and not made yet, outermost first: with `--only`, just those that a wanted file needs are made.
    waiting: Vec<(Vec<u8>, u32, i64)>,
    note: Option<Vec<u8>>,
    has_note_directory: bool,
    files: u64,
    /// Where the note went, in DIR.
    note_below: Option<Vec<u8>>,
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
            note_below: None,
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

    pub(super) fn directory(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        choice: &Choice,
    ) -> Result<()> {
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

    pub(super) fn file(
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
        if path.starts_with(b"note/") {
            self.note_below = Some(place);
        } else {
            self.files += 1;
        }
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

    pub(super) fn link(
        &mut self,
        path: &[u8],
        target: &[u8],
        mtime: i64,
        choice: &Choice,
    ) -> Result<()> {
        let place = self.place(path)?;
        if !choice.wants(&place) {
            return Ok(());
        }
        self.make_parents(&place, mtime)?;
        self.target.link(&place, target, mtime)
    }

    /// Remembers what was not kept when the vault was sealed.
    pub(super) fn skipped(&mut self, line: &Line) -> Result<()> {
        if let (LineKind::Skipped { why }, true) = (&line.kind, self.skipped.len() < MAX_NAMED) {
            let place = lossy(&self.place(&line.path)?);
            self.skipped
                .push(format!("{place:?} was not kept: {}", why.as_str()));
        }
        Ok(())
    }

    /// The note's place below the target, if it went there.
    pub(super) fn note_below(&self) -> Option<PathBuf> {
        self.note_below
            .as_deref()
            .map(|place| below(Path::new(""), place))
    }

    /// Links, modes and times of directories, and the note; says what could not be kept. Answers files and bytes.
    ///
    /// # Errors
    /// [`Error::Usage`] when `--only` matched nothing; [`Error::Io`].
    pub(super) fn finish(
        self,
        choice: &Choice,
        session: &mut Session,
    ) -> Result<(u64, u64, Option<PathBuf>)> {
        if self.files == 0 && self.note_below.is_none() && !choice.only.is_empty() {
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
                "permissions or times could not be set on this file system ({not_kept} in all)"
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
        match (&choice.note_to, &self.note) {
            (Some(path), Some(note)) => write_note(path, note)?,
            (Some(_), None) => {
                let text = "the vault holds no note";
                session.find(
                    Severity::Warning,
                    "no-note",
                    "",
                    text,
                    "leave --note-to out",
                );
            }
            _ => {}
        }
        let note = choice.note_to.clone().filter(|_| self.note.is_some());
        Ok((self.files, self.bytes, note))
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
    let written = file.write_all(note).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a note must not look like one.
        let _ = std::fs::remove_file(path);
    }
    written.map_err(Error::io("write", path))
}

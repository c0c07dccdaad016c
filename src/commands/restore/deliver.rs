//! Puts what comes out of a payload into the unfinished directory.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::choice::Choice;
use super::copying::copy;
use super::outside::{Outside, What};
use crate::ceremony::SealedNode;
use crate::commands::Session;
use crate::commands::left_out::LeftOut;
use crate::commands::notes::Notes;
use crate::commands::presented::{below, lossy, written};
use crate::error::{Error, Result};
use crate::inventory::{Line, LineKind};
use crate::node::{self, Target};
use crate::payload::{EXTERNAL, NOTE, Root};
use crate::report::{Finding, Severity};

/// A restore in progress.
pub(super) struct Restoring {
    into: PathBuf,
    target: Target,
    pub(super) nodes: Vec<SealedNode>,
    /// Directories seen and not made yet, outermost first: with `--only`, just those that a wanted file needs are made.
    waiting: Vec<(Vec<u8>, u32, i64)>,
    notes: Notes,
    has_note_directory: bool,
    outside: Outside,
    files: u64,
    bytes: u64,
    times_not_kept: u64,
    left_out: LeftOut,
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
            nodes: Vec::new(),
            waiting: Vec::new(),
            notes: Notes::default(),
            has_note_directory: false,
            outside: Outside::default(),
            files: 0,
            bytes: 0,
            times_not_kept: 0,
            left_out: LeftOut::default(),
        })
    }

    /// The path under the target of an archive path: `node/<i>/...` comes back under that node's name,
    /// `external/<i>/...` under that name in a directory of its own.
    fn place(&self, path: &[u8]) -> Result<Vec<u8>> {
        let unknown = || Error::Archive {
            member: format!("{:?}", lossy(path)),
            why: "it is of no node that ceremony.json names".into(),
        };
        let mut parts = path.splitn(3, |byte| *byte == b'/');
        let root = match parts.next() {
            Some(b"node") => Root::Node,
            Some(place) if place == EXTERNAL.as_bytes() => Root::External,
            _ => return Ok(path.to_vec()),
        };
        let index = parts
            .next()
            .and_then(|index| std::str::from_utf8(index).ok());
        let index: usize = index
            .and_then(|text| text.parse().ok())
            .ok_or_else(unknown)?;
        let node = self.nodes.get(index).ok_or_else(unknown)?;
        Ok(root(index).restored(&node.name, parts.next().unwrap_or_default()))
    }

    pub(super) fn directory(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        choice: &Choice,
    ) -> Result<()> {
        let place = self.place(path)?;
        let mode = node::restore_mode(mode, choice.preserve);
        let now = choice.only.is_empty();
        let whole = (place.as_slice(), mode, mtime);
        if self.outside.directory(&mut self.target, whole, now)? {
            return Ok(());
        }
        self.waiting.retain(|(other, ..)| is_within(&place, other));
        self.waiting.push((place, mode, mtime));
        if now {
            self.make_waiting()?;
        }
        Ok(())
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
        if Notes::is_one(path) {
            return self.note(path, mtime, content, choice);
        }
        let place = self.place(path)?;
        if !choice.wants(&place) {
            return Ok(());
        }
        self.make_parents(&place, mtime)?;
        let mode = node::restore_mode(mode, choice.preserve);
        self.write(&place, mode, mtime, content)?;
        self.files += 1;
        self.outside.came(&place, What::File { mode }, mtime)
    }

    fn note(
        &mut self,
        path: &[u8],
        mtime: i64,
        content: &mut dyn Read,
        choice: &Choice,
    ) -> Result<()> {
        if choice.note_to.is_some() {
            return self.notes.gather(path, content);
        }
        if !choice.wants(path) {
            return Ok(());
        }
        self.make_parents(path, mtime)?;
        let kept = self.notes.placed(path, content)?;
        match kept {
            Some(kept) => self.write(path, 0o600, mtime, &mut kept.as_slice()),
            None => self.write(path, 0o600, mtime, content),
        }
    }

    fn write(&mut self, place: &[u8], mode: u32, mtime: i64, content: &mut dyn Read) -> Result<()> {
        let mut file = self.target.create_file(place)?;
        let full = below(&self.into, place);
        self.bytes += copy(content, &mut file, &full)?;
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
        self.make_waiting()?;
        self.outside.make_above(&mut self.target, place, mtime)
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
        self.target.link(&place, target, mtime)?;
        let target = target.to_vec();
        self.outside.came(&place, What::Link { target }, mtime)
    }

    pub(super) fn skipped(&mut self, line: &Line) -> Result<()> {
        if let LineKind::Skipped { why } = &line.kind {
            self.left_out.add(self.place(&line.path)?, *why);
        }
        Ok(())
    }

    /// Links, modes and times of directories, and the map of what lay outside.
    ///
    /// # Errors
    /// [`Error::Usage`] when `--only` matched nothing; [`Error::Io`].
    pub(super) fn finish(mut self, choice: &Choice, session: &mut Session) -> Result<Delivered> {
        if self.files == 0 && self.notes.is_empty() && !choice.only.is_empty() {
            return Err(Error::Usage {
                what: "--only matches no file in the vault".into(),
                hint: "patterns match the whole path, as in \"*/node.conf\"".into(),
            });
        }
        let map = self
            .outside
            .write_map(&mut self.target, &self.into, &self.nodes)?;
        let finished = self.target.finish()?;
        let not_kept = finished.not_kept.count + self.times_not_kept;
        say_what_was_not_kept(not_kept, &finished.no_links.first, session);
        self.left_out.tell(session);
        Ok(Delivered {
            nodes: self.nodes,
            files: self.files,
            bytes: self.bytes,
            notes: self.notes,
            outside: self.outside,
            left_out: self.left_out,
            map,
        })
    }
}

/// What was delivered: complete but for its final names.
pub(super) struct Delivered {
    pub(super) nodes: Vec<SealedNode>,
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) notes: Notes,
    pub(super) outside: Outside,
    pub(super) left_out: LeftOut,
    /// The map of what lay outside, below the target.
    pub(super) map: Option<Vec<u8>>,
}

impl Delivered {
    /// What lay outside: how much, where it is now, and how it gets where it was.
    pub(super) fn outside_lines(
        &self,
        into: &Path,
        choice: &Choice,
        session: &mut Session,
    ) -> Vec<String> {
        let Some(map) = &self.map else {
            return Vec::new();
        };
        let map = below(into, map);
        let files = match self.outside.count() {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        };
        session.report.findings.push(Finding {
            code: "external",
            severity: Severity::Note,
            subject: format!("{:?}", into.join(EXTERNAL)),
            text: format!("{files} from outside of the node directories; the map is {map:?}"),
            hint: "--in-place puts them where they were, or copy them by hand".into(),
        });
        let and_now = match choice.in_place {
            true => "",
            false => "; --in-place puts them there",
        };
        let mut lines = vec![format!(
            "Of these {files} lay outside of the node directories: {map:?} says where{and_now}."
        )];
        lines.extend(self.nodes.iter().map(|node| {
            let (name, was) = (written(&node.name), written(&node.path));
            format!("{name} was {was}: relative paths in its configuration begin at that place.")
        }));
        lines
    }
}

fn say_what_was_not_kept(count: u64, links: &[Vec<u8>], session: &mut Session) {
    if count > 0 {
        let text =
            format!("permissions or times could not be set on this file system ({count} in all)");
        let hint = "restore to a file system that keeps them";
        session.find(Severity::Warning, "modes", "", &text, hint);
    }
    for path in links {
        let text = "is a symbolic link, which this file system cannot hold";
        let (path, hint) = (
            format!("{:?}", lossy(path)),
            "restore to another file system",
        );
        session.find(Severity::Warning, "links", &path, text, hint);
    }
}

/// Whether `path` lies in `directory`.
fn is_within(path: &[u8], directory: &[u8]) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.starts_with(b"/"))
}

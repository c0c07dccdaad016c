//! What the files of one configuration say together: includes followed, the later of two values, substitutions resolved.
//!
//! Knows HOCON's rules; no meaning of any key but `baseDirectory`, which Corda's launcher always injects. Bounded in
//! files, depth and work: `a = ${b}${b}` ten times over is short to write and long to read.

mod files;
mod resolved;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zeroize::Zeroizing;

use super::{Fetch, Gap, Named};
use crate::hocon::Piece;

/// The most gaps that are listed.
const MAX_GAPS: usize = 10_000;
/// The most settings of all files.
const MAX_ENTRIES: usize = 40_000;
/// The most pieces, of 64 bytes each, that are put together for one configuration.
const MAX_WORK: usize = 400_000;

/// Settings of one configuration.
pub(super) struct Settings {
    base: PathBuf,
    /// The files read, in their order.
    pub(super) files: Vec<PathBuf>,
    /// The files included.
    pub(super) named: Vec<Named>,
    /// What could not be read.
    pub(super) gaps: Vec<Gap>,
    entries: Vec<Entry>,
    effective: BTreeMap<String, usize>,
    /// Values that gave way to a later one of the same key: the earlier, the later.
    replaced: Vec<(usize, usize)>,
    work: usize,
    /// Keys that other values stand on.
    parts: BTreeSet<String>,
    /// The files that include the one that is read now, and that itself.
    chain: Vec<PathBuf>,
}

/// One setting of one file.
struct Entry {
    file: PathBuf,
    line: u32,
    key: String,
    /// The object that its file was included in.
    below: String,
    pieces: Rc<Vec<Piece>>,
    /// The value of the same key before it.
    before: Option<usize>,
}

/// A setting that counts, with its value put together.
pub(super) struct Item {
    /// The key, its parts with points between.
    pub(super) key: String,
    pub(super) file: PathBuf,
    pub(super) line: u32,
    /// The value; or the name of what must be known to know it.
    pub(super) text: Result<Zeroizing<Vec<u8>>, Open>,
    /// Variables of the environment that may change it.
    pub(super) variables: Vec<String>,
    /// Whether other values are made with it: it may be no more than a part of them.
    pub(super) is_part: bool,
}

/// Why a value is not known.
pub(super) enum Open {
    /// It is in a variable of the environment, or in a property of the Java machine.
    Variable(String),
    /// There is none: it stands for something that may be missing, and is.
    Nothing,
    /// It stands for itself, or is larger than any value should be.
    TooMuch,
}

impl Settings {
    /// Reads `file` and what it includes.
    pub(super) fn load(base: &Path, file: &Path, fetch: &mut Fetch<'_>) -> Result<Self, String> {
        let mut settings = Self {
            base: base.to_path_buf(),
            files: Vec::new(),
            named: Vec::new(),
            gaps: Vec::new(),
            entries: Vec::new(),
            effective: BTreeMap::new(),
            replaced: Vec::new(),
            work: 0,
            parts: BTreeSet::new(),
            chain: Vec::new(),
        };
        settings.add_file(file, "", fetch, 0)?;
        settings.expand();
        Ok(settings)
    }

    fn gap(&mut self, code: &'static str, file: &Path, line: u32, text: String, hint: &str) {
        let gap = |code, text: String, hint: &str| Gap {
            code,
            place: (file.to_path_buf(), line),
            text,
            hint: hint.into(),
        };
        match self.gaps.len() {
            count if count < MAX_GAPS => self.gaps.push(gap(code, text, hint)),
            MAX_GAPS => {
                let text = "more lines that are not understood, in this file or others";
                self.gaps.push(gap("too-much", text.into(), files::LOOK));
            }
            _ => {}
        }
    }

    /// Adds a value that stands in no file of its own: one that the arguments of the Java machine set.
    pub(super) fn set(&mut self, from: &Item, key: &str, value: &[u8]) {
        let text = Piece::Text(Zeroizing::new(value.to_vec()));
        self.add(Entry {
            file: from.file.clone(),
            line: from.line,
            key: key.to_owned(),
            below: String::new(),
            pieces: Rc::new(vec![text]),
            before: None,
        });
    }

    /// Adds a setting: a later one replaces those of the same key, and those below it.
    fn add(&mut self, mut entry: Entry) {
        let number = self.entries.len();
        if number >= MAX_ENTRIES {
            if number == MAX_ENTRIES {
                let (file, line) = (entry.file.clone(), entry.line);
                let text = "more settings than are read: what follows is left out".into();
                self.gap("too-much", &file, line, text, files::LOOK);
                self.entries.push(entry);
            }
            return;
        }
        for piece in entry.pieces.iter() {
            if let Piece::Substitution(path, _) = piece {
                self.parts.insert(dotted(&entry.below, path));
                self.parts.insert(path.clone());
            }
        }
        let key = entry.key.clone();
        let is_object = matches!(entry.pieces.as_slice(), [Piece::Object]);
        let refers_to_itself = matches!(entry.pieces.as_slice(),
            [Piece::Substitution(path, _)] if *path == key);
        let had_object = self
            .effective
            .get(&key)
            .is_none_or(|before| self.is_kind(*before, |piece| matches!(piece, Piece::Object)));
        if !(refers_to_itself || is_object && had_object) {
            for old in self.below(&key) {
                if let Some(before) = self.effective.remove(&old) {
                    self.replaced.push((before, number));
                }
            }
        }
        entry.before = self.effective.insert(key, number);
        if let Some(before) = entry.before {
            self.replaced.push((before, number));
        }
        self.entries.push(entry);
    }

    fn is_kind(&self, number: usize, is: impl Fn(&Piece) -> bool) -> bool {
        let entry = self.entries.get(number);
        entry.is_some_and(|entry| matches!(entry.pieces.as_slice(), [piece] if is(piece)))
    }

    /// The keys below a key.
    fn below(&self, key: &str) -> Vec<String> {
        // "/" is the letter behind ".".
        let range = self.effective.range(format!("{key}.")..format!("{key}/"));
        range.map(|(key, _)| key.clone()).collect()
    }

    /// Puts objects and lists in the place of the substitutions that name them.
    fn expand(&mut self) {
        for _ in 0..4 {
            let all: Vec<(String, usize)> = self.effective.clone().into_iter().collect();
            for (key, number) in all {
                let Some(from) = self.container(number) else {
                    continue;
                };
                let below = self.below(&from);
                self.work += below.len();
                if self.work > MAX_WORK {
                    return;
                }
                for old in below {
                    let new = format!("{key}{}", old.get(from.len()..).unwrap_or_default());
                    let source = self
                        .effective
                        .get(&old)
                        .and_then(|at| self.entries.get(*at));
                    if let Some(source) = source.filter(|_| !self.effective.contains_key(&new)) {
                        let copy = Entry {
                            file: source.file.clone(),
                            line: source.line,
                            key: new,
                            below: source.below.clone(),
                            pieces: Rc::clone(&source.pieces),
                            before: None,
                        };
                        self.add(copy);
                    }
                }
            }
        }
    }

    /// The key of the object or list that a value stands for.
    fn container(&self, number: usize) -> Option<String> {
        let entry = self.entries.get(number)?;
        let [Piece::Substitution(path, _)] = entry.pieces.as_slice() else {
            return None;
        };
        let mut names = [dotted(&entry.below, path), path.clone()].into_iter();
        let found = names.find(|name| {
            let mut range = self.effective.range(format!("{name}.")..format!("{name}/"));
            range.next().is_some()
        })?;
        let is_inside = entry.key == found || entry.key.starts_with(&format!("{found}."));
        (!is_inside).then_some(found)
    }

    /// The settings that count, in the order of their keys.
    pub(super) fn items(&mut self) -> Vec<Item> {
        self.work = 0;
        let all: Vec<(String, usize)> = self.effective.clone().into_iter().collect();
        let items = all.into_iter().filter_map(|(key, number)| {
            let is_container = self
                .is_kind(number, |piece| matches!(piece, Piece::List | Piece::Object))
                || self.container(number).is_some();
            (!is_container).then(|| self.item(key, number))?
        });
        items.collect()
    }

    /// Settings that gave way to a later one, each with the line of that.
    pub(super) fn replaced(&mut self) -> Vec<(Item, u32)> {
        let mut answer = Vec::new();
        for (before, after) in std::mem::take(&mut self.replaced) {
            let key = self.entries.get(before).map(|entry| entry.key.clone());
            let line = self.entries.get(after).map(|entry| entry.line);
            if let (Some(key), Some(line)) = (key, line) {
                answer.extend(self.item(key, before).map(|item| (item, line)));
            }
        }
        answer
    }
}

/// A key below another.
pub(super) fn dotted(below: &str, key: &str) -> String {
    match below {
        "" => key.to_owned(),
        below if key.is_empty() => below.to_owned(),
        below => format!("{below}.{key}"),
    }
}

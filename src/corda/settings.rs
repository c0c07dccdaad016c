//! What the files of one configuration say together: includes followed, the later of two values, substitutions resolved.
//!
//! Knows HOCON's rules; no meaning of any key but `baseDirectory`, which Corda's launcher always injects. Bounded in
//! files, depth and work: `a = ${b}${b}` ten times over is short to write and long to read.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zeroize::Zeroizing;

use super::{Fetch, Gap, Named, What, plain};
use crate::hocon::{self, Hocon, Include, Piece};

/// The most files that one configuration is made of.
const MAX_FILES: usize = 64;
/// How deep files include one another, and values stand for one another.
const MAX_DEPTH: usize = 16;
/// The most settings of all files.
const MAX_ENTRIES: usize = 40_000;
/// The most bytes of one value.
const MAX_VALUE: usize = 64 << 10;
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
        };
        settings.add_file(file, "", fetch, 0)?;
        settings.expand();
        Ok(settings)
    }

    fn gap(&mut self, code: &'static str, file: &Path, line: u32, text: String, hint: &str) {
        self.gaps.push(Gap {
            code,
            place: (file.to_path_buf(), line),
            text,
            hint: hint.into(),
        });
    }

    fn add_file(
        &mut self,
        file: &Path,
        below: &str,
        fetch: &mut Fetch<'_>,
        depth: usize,
    ) -> Result<(), String> {
        let bytes = fetch(file)?;
        self.files.push(file.to_path_buf());
        let read = match hocon::read(&bytes) {
            Ok(read) => read,
            Err(why) => {
                let text = format!("the file is not understood at all: {why}");
                self.gap("not-understood", file, 1, text, LOOK);
                return Ok(());
            }
        };
        for (line, why) in &read.not_understood {
            self.gap("not-understood", file, *line, why.clone(), LOOK);
        }
        let Hocon {
            settings, includes, ..
        } = read;
        let mut includes = includes.into_iter().peekable();
        for (number, setting) in settings.into_iter().enumerate() {
            while let Some(include) = includes.next_if(|include| include.after <= number) {
                self.follow(file, below, &include, fetch, depth);
            }
            let parts = setting.key.iter();
            // Elements added to lists are counted in each file: those of two files are not the same.
            let parts = parts.map(|part| match part.strip_prefix('+') {
                Some(count) => format!("+{}-{count}", self.files.len()),
                None => part.clone(),
            });
            let key = joined(below, &parts.collect::<Vec<_>>().join("."));
            self.add(Entry {
                file: file.to_path_buf(),
                line: setting.line,
                key,
                below: below.to_owned(),
                pieces: Rc::new(setting.value.pieces),
                before: None,
            });
        }
        for include in includes {
            self.follow(file, below, &include, fetch, depth);
        }
        Ok(())
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

    fn follow(
        &mut self,
        from: &Path,
        below: &str,
        include: &Include,
        fetch: &mut Fetch<'_>,
        depth: usize,
    ) {
        let line = include.line;
        if !include.is_file {
            let text = "includes something that is no file here, and it was not read".into();
            let hint = "see what it says, and seal the files that it names with --include";
            return self.gap("include", from, line, text, hint);
        }
        let folder = from.parent().unwrap_or(Path::new("/"));
        let whole = plain(&folder.join(&include.what));
        let below = joined(below, &include.below.join("."));
        if depth >= MAX_DEPTH || self.files.len() >= MAX_FILES {
            let text = format!("{whole:?} is not read: too many files, or one includes itself");
            return self.gap("include", from, line, text, LOOK);
        }
        let mut found = (whole.clone(), String::new());
        for path in with_endings(&whole) {
            match self.add_file(&path, &below, fetch, depth + 1) {
                Ok(()) => {
                    found = (path, String::new());
                    break;
                }
                Err(why) if found.1.is_empty() => found.1 = why,
                Err(_) => {}
            }
        }
        let (path, why) = found;
        self.named.push(Named {
            file: from.to_path_buf(),
            line,
            key: "include".into(),
            path: path.clone(),
            what: What::Configuration,
            may_be_missing: !include.required,
        });
        if !why.is_empty() {
            let goes_on = if include.required {
                "and Corda does not start without it"
            } else {
                "and Corda goes on without it if it is not there"
            };
            let text = format!("{path:?} is included and was not read ({why}), {goes_on}");
            let hint = "see whether it should be there: what it names is not known";
            self.gap("include", from, line, text, hint);
        }
    }

    /// Adds a setting: a later one replaces those of the same key, and those below it.
    fn add(&mut self, mut entry: Entry) {
        let number = self.entries.len();
        if number >= MAX_ENTRIES {
            if number == MAX_ENTRIES {
                let (file, line) = (entry.file.clone(), entry.line);
                let text = "more settings than are read: what follows is left out".into();
                self.gap("limit", &file, line, text, LOOK);
                self.entries.push(entry);
            }
            return;
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
        let mut names = [joined(&entry.below, path), path.clone()].into_iter();
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

    fn item(&mut self, key: String, number: usize) -> Option<Item> {
        let mut variables = Vec::new();
        let mut text = Zeroizing::new(Vec::new());
        let known = self.resolve(number, 0, &mut text, &mut variables);
        let entry = self.entries.get(number)?;
        Some(Item {
            key,
            file: entry.file.clone(),
            line: entry.line,
            text: known.map(|()| text),
            variables,
        })
    }

    fn resolve(
        &mut self,
        number: usize,
        depth: usize,
        text: &mut Zeroizing<Vec<u8>>,
        variables: &mut Vec<String>,
    ) -> Result<(), Open> {
        let Some(entry) = self.entries.get(number) else {
            return Err(Open::Nothing);
        };
        let pieces = Rc::clone(&entry.pieces);
        let (below, before) = (entry.below.clone(), entry.before);
        for piece in pieces.iter() {
            self.work += 1;
            if let Piece::Text(piece) = piece {
                self.work += piece.len() / 64;
                if text.len() + piece.len() > MAX_VALUE {
                    return Err(Open::TooMuch);
                }
            }
            if self.work > MAX_WORK || depth > MAX_DEPTH {
                return Err(Open::TooMuch);
            }
            let (path, optional) = match piece {
                Piece::Text(piece) => {
                    text.extend_from_slice(piece);
                    continue;
                }
                Piece::Substitution(path, optional) => (path, *optional),
                Piece::List | Piece::Object => return Err(Open::Nothing),
            };
            if path == "baseDirectory" {
                text.extend_from_slice(self.base.as_os_str().as_bytes());
                continue;
            }
            let names = [joined(&below, path), path.clone()];
            let target = names.iter().find_map(|name| self.effective.get(name));
            let target = match target {
                Some(target) if *target == number => before,
                target => target.copied(),
            };
            match target {
                Some(target) => self.resolve(target, depth + 1, text, variables)?,
                None if !optional => return Err(Open::Variable(path.clone())),
                None => {
                    variables.push(path.clone());
                    // A value that may be missing leaves the one before it as it was.
                    if let ([_], Some(before)) = (pieces.as_slice(), before) {
                        return self.resolve(before, depth + 1, text, variables);
                    }
                    if pieces.len() == 1 {
                        return Err(Open::Nothing);
                    }
                }
            }
        }
        Ok(())
    }
}

const LOOK: &str = "look at the line; seal the files that it names with --include";

/// The names that HOCON tries for an included file.
fn with_endings(path: &Path) -> Vec<PathBuf> {
    if path.extension().is_some() {
        return vec![path.to_path_buf()];
    }
    let endings = ["", ".conf", ".json", ".properties"];
    let with = |ending| {
        let mut whole = path.as_os_str().to_owned();
        whole.push(ending);
        PathBuf::from(whole)
    };
    endings.map(with).to_vec()
}

/// A key below another.
pub(super) fn joined(below: &str, key: &str) -> String {
    match below {
        "" => key.to_owned(),
        below if key.is_empty() => below.to_owned(),
        below => format!("{below}.{key}"),
    }
}

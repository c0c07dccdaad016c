//! The one walk: every name is seen, and of plausible files the first bytes.
//!
//! Decides which files are worth reading whole. Reads no file whole.

mod oddities;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::looks::{self, Looks, looks};
use super::unknown::Unknown;
use super::{Place, names, outside, unknown};
use crate::corda::Gap;
use crate::entry::{Entry, EntryKind};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::keystore;
use crate::material::{self, Material, Part, Pattern};
use crate::node::{Directory, Ground, Sight, Survey, There};

/// The first bytes that tell a file's kind, also that of a database.
pub(super) const FIRST: usize = 4096;

/// A file that is worth being read whole.
pub(super) struct Seen {
    pub(super) place: Place,
    pub(super) size: u64,
    pub(super) mode: u32,
}

/// What a walk found.
#[derive(Default)]
pub(super) struct Scouted {
    /// Files that are keystores by their bytes, or called as keystores are.
    pub(super) stores: Vec<Seen>,
    /// Files that may be other key material.
    pub(super) material: Vec<Seen>,
    /// Files with a part that their names alone tell, and their bytes.
    pub(super) known: Vec<(Place, Part, u64)>,
    /// Files that are too large to be read whole, as their names and first bytes tell them.
    pub(super) large: Vec<(Place, Material, u64)>,
    /// Configuration files at the top.
    pub(super) configurations: Vec<Vec<u8>>,
    /// Names of software that patterns spoke for, and how often.
    pub(super) software: Vec<(&'static str, u32)>,
    pub(super) gaps: Vec<Gap>,
    /// Small files that no name and no first bytes speak for.
    pub(super) unknown: Unknown,
    /// What lies above the directory that is walked, where it is one outside.
    above: Option<PathBuf>,
    /// Directory of the last file, and whether it is one of bulk data.
    bulk: (Vec<u8>, bool),
    /// How often each kind of oddity was said.
    said: [usize; 3],
    /// Room for the first bytes of a file.
    buffer: Zeroizing<Vec<u8>>,
}

/// Walks the node directory.
///
/// # Errors
/// [`Error::Io`] when the directory itself cannot be read; [`Error::Interrupted`]; [`Error::Limit`].
pub(super) fn walk(node: &dyn Directory, found: &mut Scouted) -> Result<Survey> {
    let base = node.path().to_owned();
    let survey = node.scout(&wants, &mut |entry, sight| {
        found.entry(entry, sight, &base, Place::Inside)
    })?;
    match survey.unreadable.first.first() {
        Some(first) if first.is_empty() => {
            let error = std::io::ErrorKind::PermissionDenied.into();
            Err(Error::io("read", node.path())(error))
        }
        _ => Ok(survey),
    }
}

/// Walks a directory outside, in the same way. What is wrong with it is a gap.
///
/// # Errors
/// [`Error::Interrupted`].
pub(super) fn walk_outside(
    ground: &Ground,
    directory: &Path,
    found: &mut Scouted,
) -> Result<Option<Survey>> {
    let walked = ground.open(directory, true).and_then(|node| {
        let base = node.path().to_owned();
        let place = |path: Vec<u8>| Place::Outside(Place::Inside(path).path(&base));
        found.above = base.parent().map(Path::to_owned);
        node.scout(&wants, &mut |entry, sight| {
            found.entry(entry, sight, &base, place)
        })
    });
    match walked {
        Ok(survey) => Ok(Some(survey)),
        Err(Error::Interrupted) => Err(Error::Interrupted),
        Err(error) => {
            let text = format!("the directory cannot be looked through: {error}");
            found.gap("unreadable", directory, text, "run as a user who may");
            Ok(None)
        }
    }
}

/// Small files outside of bulk data are worth their first bytes, whatever they are called.
fn wants(directory: &[u8]) -> Option<u64> {
    (!names::is_bulk(directory)).then_some(keystore::MAX_BYTES as u64)
}

/// Looks at one file outside that the configuration names, by its first bytes.
pub(super) fn file_outside(ground: &Ground, path: &Path, found: &mut Scouted) {
    let There::File { size, mode } = ground.there(path) else {
        return;
    };
    found.above = path.parent().map(Path::to_owned);
    let place = Place::Outside(path.to_owned());
    let known = found.stores.iter().chain(&found.material);
    if known.into_iter().any(|seen| seen.place == place) {
        return;
    }
    let pattern = found.named(place.bytes());
    if pattern.is_some_and(|pattern| pattern.part == Part::Volatile) {
        found.known.push((place, Part::Volatile, size));
    } else if let Ok(first) = ground.beginning(path, FIRST) {
        let room = looks::room(&first, size);
        let whole = (room > 0).then(|| ground.beginning(path, room).ok());
        let first = whole.flatten().unwrap_or(first);
        found.judge(Seen { place, size, mode }, pattern, &first);
    }
}

impl Scouted {
    /// Puts everything into the order of the paths.
    pub(super) fn sort(&mut self) {
        let by_place = |a: &Seen, b: &Seen| a.place.cmp(&b.place);
        self.stores.sort_by(by_place);
        self.material.sort_by(by_place);
        self.stores.dedup_by(|a, b| a.place == b.place);
        self.material.dedup_by(|a, b| a.place == b.place);
        // A directory that somebody wants may hold one that was looked through already.
        self.large.sort_by(|a, b| a.0.cmp(&b.0));
        self.large.dedup_by(|a, b| a.0 == b.0);
    }

    /// Takes a file for a keystore, whatever it looks like.
    pub(super) fn claim_store(&mut self, place: Place, size: u64, mode: u32) {
        if self.stores.iter().any(|seen| seen.place == place) {
            return;
        }
        self.material.retain(|seen| seen.place != place);
        self.stores.push(Seen { place, size, mode });
    }

    /// The path of a file without what lies above everything that belongs to the node.
    fn own<'p>(&self, place: &'p Place) -> &'p [u8] {
        match place {
            Place::Inside(path) => path,
            Place::Outside(path) => outside::own(path, self.above.as_deref()),
        }
    }

    fn entry(
        &mut self,
        entry: &Entry,
        sight: Option<&Sight<'_>>,
        base: &Path,
        place: impl Fn(Vec<u8>) -> Place,
    ) -> Result<()> {
        interrupt::check()?;
        let full = || Place::Inside(entry.path.clone()).path(base);
        self.odd_name(entry, full);
        let (EntryKind::File { size }, Some(sight)) = (&entry.kind, sight) else {
            return Ok(());
        };
        self.shape(*size, sight, full);
        let place = place(entry.path.clone());
        self.configuration(&place);
        let pattern = self.named(place.bytes());
        if pattern.is_some_and(|pattern| pattern.part == Part::Volatile) {
            self.known.push((place, Part::Volatile, *size));
            return Ok(());
        }
        let (size, mode) = (*size, entry.mode);
        if size == 0 {
            self.judge(Seen { place, size, mode }, pattern, &[]);
        } else if self.is_worth_a_look(&place, size, pattern) {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.resize(FIRST, 0);
            // What cannot be opened is in the survey.
            if let Ok(first) = sight.first(&mut buffer) {
                let mut room = Zeroizing::new(vec![0; looks::room(first, size)]);
                let whole = (!room.is_empty()).then(|| sight.first(&mut room).ok());
                let first = whole.flatten().unwrap_or(first);
                self.judge(Seen { place, size, mode }, pattern, first);
            }
            self.buffer = buffer;
        }
        Ok(())
    }

    /// Takes a configuration file at the top.
    fn configuration(&mut self, place: &Place) {
        if let Place::Inside(path) = place
            && names::parent(path).is_empty()
            && path.ends_with(b".conf")
        {
            self.configurations.push(path.clone());
        }
    }

    /// The pattern that a path fits, and one voice for its software.
    fn named(&mut self, path: &[u8]) -> Option<&'static Pattern> {
        let (software, pattern) = material::named(path)?;
        if pattern.tells {
            match self
                .software
                .iter_mut()
                .find(|(known, _)| *known == software.name)
            {
                Some((_, count)) => *count = count.saturating_add(1),
                None => self.software.push((software.name, 1)),
            }
        }
        Some(pattern)
    }

    /// Whether a file's first bytes are worth a system call: its name says something, or it is small enough and lies
    /// outside of bulk data.
    fn is_worth_a_look(&mut self, place: &Place, size: u64, pattern: Option<&Pattern>) -> bool {
        let path = self.own(place);
        if pattern.is_some() || names::is_store(path) || names::is_key(path) {
            return true;
        }
        let directory = names::parent(path);
        if self.bulk.0 != directory {
            self.bulk = (directory.to_vec(), names::is_bulk(directory));
        }
        !self.bulk.1 && (size <= keystore::MAX_BYTES as u64 || names::is_archive(path))
    }

    /// Sorts a file by its first bytes and its name.
    fn judge(&mut self, seen: Seen, pattern: Option<&Pattern>, first: &[u8]) {
        let (path, size) = (seen.place.bytes(), seen.size);
        let is_store = keystore::recognise(first).is_some() || names::is_store(path);
        let looks = looks(first, size);
        if let Some(pattern) = pattern.filter(|_| !is_store) {
            let is_plain = matches!(pattern.part, Part::Needed | Part::Other | Part::Password);
            if size > material::MAX_BYTES as u64 || pattern.part == Part::Database {
                if let Some(found) = material::look_at_beginning(path, first, size) {
                    self.large.push((seen.place, found, size));
                }
                return;
            }
            if is_plain && !pattern.is_read && looks != Looks::LikeAKey {
                self.known.push((seen.place, pattern.part, size));
                return;
            }
        }
        if !is_store
            && material::is_told_by_beginning(path, first)
            && let Some(found) = material::look_at_beginning(path, first, size)
            && matches!(found.part, Part::Database | Part::Archive)
        {
            // Whatever it is called: nobody can say that there are no keys in it.
            self.large.push((seen.place, found, size));
            return;
        }
        if pattern.is_none() && looks == Looks::Otherwise && names::is_password(path, size) {
            self.large.push((seen.place, unknown::password(), size));
            return;
        }
        if is_store {
            self.stores.push(seen);
        } else if size <= material::MAX_BYTES as u64
            && (looks != Looks::Otherwise || pattern.is_some())
        {
            self.material.push(seen);
        } else if names::may_matter(self.own(&seen.place), size) {
            self.unknown.add(seen.place);
        }
    }
}

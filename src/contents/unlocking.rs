//! Opening encrypted keys of other software, one at a time: with what lies beside them, was typed before, or is typed now.
//!
//! Knows how many are tried and who is asked; what opens is the business of `crate::material`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::beside::{self, Beside};
use super::passwords::{ATTEMPTS, AskPassword};
use super::{Contents, Moved, Place};
use crate::corda::Gap;
use crate::error::Result;
use crate::host::interrupt;
use crate::material::{self, MAX_WORK, Material, Part, State, Work};
use crate::node::There;
use crate::secret::SecretBytes;

/// How many keys are tried: each can take a second and 256 MiB on purpose.
const MOST_TRIED: usize = 8;

/// How many keys are asked about.
const MOST_ASKED: usize = 8;

/// Why a key was not tried.
pub(super) const ENOUGH: &str = "8 others were tried, each of which may take a second";

/// Who opens them, and what is known by now.
pub(super) struct Unlocking<'a> {
    moved: &'a Moved,
    tried: usize,
    asked: usize,
    typed: Vec<SecretBytes>,
    /// What all of them together may cost; what a person types is tried in any case.
    work: Work<'static>,
}

impl<'a> Unlocking<'a> {
    pub(super) fn new(moved: &'a Moved) -> Self {
        Self {
            moved,
            tried: 0,
            asked: 0,
            typed: Vec::new(),
            work: Work::asking(MAX_WORK, &interrupt::goes_on),
        }
    }

    /// Opens one key, as far as it goes, if it is one to be opened.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] and what `ask` answers.
    pub(super) fn open(
        &mut self,
        contents: &mut Contents,
        (place, one, bytes): (&Place, &mut Material, &[u8]),
        ask: &mut AskPassword<'_>,
    ) -> Result<()> {
        let is_locked = one.part == Part::Key && one.state == State::Locked;
        if !is_locked || !material::can_unlock(bytes) {
            return Ok(());
        }
        let beside = self.beside(contents, place, one);
        let has_some = !beside.is_empty() || !self.typed.is_empty();
        if has_some && self.tried >= MOST_TRIED {
            one.state = State::NotChecked(ENOUGH.into());
            contents.untried.insert(place.clone());
            return Ok(());
        }
        self.tried += usize::from(has_some);
        if let Some(file) = beside::unlock(one, bytes, &beside, (&contents.ground, &mut self.work))
        {
            take_along(contents, place, file);
        }
        for typed in &self.typed {
            interrupt::check()?;
            if try_typed(contents, (place, one, bytes), typed, &mut self.work) {
                break;
            }
        }
        interrupt::check()?;
        self.ask(contents, (place, one, bytes), ask)?;
        if one.state == State::Locked {
            contents.closed.insert(place.clone());
        }
        Ok(())
    }

    fn ask(
        &mut self,
        contents: &mut Contents,
        (place, one, bytes): (&Place, &mut Material, &[u8]),
        ask: &mut AskPassword<'_>,
    ) -> Result<()> {
        if one.state != State::Locked || self.asked >= MOST_ASKED {
            return Ok(());
        }
        self.asked += 1;
        for attempt in 1..=ATTEMPTS {
            let typed = ask(place, attempt)?;
            let Some(typed) = typed.filter(|typed| !typed.expose().is_empty()) else {
                return Ok(());
            };
            let mut work = Work::asking(MAX_WORK, &interrupt::goes_on);
            let is_open = try_typed(contents, (place, one, bytes), &typed, &mut work);
            interrupt::check()?;
            if is_open {
                self.typed.push(typed);
                return Ok(());
            }
        }
        Ok(())
    }

    /// The files that may hold its password and are there.
    fn beside(&self, contents: &Contents, place: &Place, one: &Material) -> Vec<Beside> {
        let base = &contents.base;
        let was = self
            .moved
            .was
            .as_deref()
            .filter(|_| self.moved.outside.is_some());
        let key = match (place, was) {
            (Place::Inside(path), Some(was)) => was.join(OsStr::from_bytes(path)),
            _ => place.path(base),
        };
        let mut met = BTreeSet::new();
        let files = beside::places(&key, one).into_iter();
        let files = files.filter_map(|(file, is_its_own)| {
            let file = contents.ground.resolved(&self.moved.now(base, &file))?;
            let is_file = matches!(contents.ground.there(&file), There::File { .. });
            (is_file && met.insert(file.clone())).then(|| Beside {
                is_sealed: self.is_sealed(contents, &file),
                is_its_own,
                file,
            })
        });
        files.collect()
    }

    /// Whether a sealing takes the file anyway.
    fn is_sealed(&self, contents: &Contents, file: &Path) -> bool {
        let outside = contents.outside.places.iter();
        let now = self.moved.outside.as_ref();
        file.starts_with(&contents.base) || outside.chain(now).any(|known| file.starts_with(known))
    }
}

/// Tries one password; answers whether the key is not locked any more.
fn try_typed(
    contents: &mut Contents,
    (place, one, bytes): (&Place, &mut Material, &[u8]),
    typed: &SecretBytes,
    work: &mut Work<'_>,
) -> bool {
    if one.state != State::Locked {
        return true;
    }
    match material::unlock_within(bytes, typed, work) {
        None | Some(State::Locked) => false,
        Some(state) => {
            one.state = state;
            one.facts
                .push(("opened with", "the password that was given".into()));
            let copy = SecretBytes::copied(typed.expose());
            contents.material_passwords.push((place.clone(), copy));
            true
        }
    }
}

/// A password outside opens a key: without it the key would be no backup.
fn take_along(contents: &mut Contents, key: &Place, file: PathBuf) {
    let size = match contents.ground.there(&file) {
        There::File { size, .. } => size,
        _ => 0,
    };
    contents.gaps.push(Gap {
        code: "password-outside",
        place: (key.path(&contents.base), 0),
        text: format!("its password is outside of the node directory, in {file:?}"),
        hint: "it is taken along, and comes back apart from the node directory".into(),
    });
    contents.outside.add_file(file.clone(), size);
    let place = Place::Outside(file);
    contents.parts.insert(place, (Part::Password, size));
}

//! The desk with its two ports: brings each medium when its copy is due, knows it again, and answers every mistake.
//!
//! A medium that was used is known by its disk, its file system and the coldvault folder on it; never by its mount
//! point, because the next one may be mounted there.

mod examine;

use std::path::{Path, PathBuf};

use super::places::real_directory;
use super::{Destination, Plan, Thing};
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::media::{Medium, Mounts};
use crate::signature::VaultId;
use crate::terminal::Answer;

/// What is said at every question about a medium.
const HOW: &str = "mount it, then press Enter; or type where it is mounted, or stop";

/// A copy that needs a medium.
#[derive(Clone, Copy)]
pub(super) struct Due<'a> {
    pub(super) thing: Thing,
    pub(super) copy: u8,
    pub(super) to: &'a Destination,
    /// What is written on its medium.
    pub(super) mark: &'a str,
}

/// A medium that was taken for a copy.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) dir: PathBuf,
    pub(super) medium: Medium,
}

impl Place {
    /// Whether the very same medium is still mounted here.
    pub(super) fn is_there(&self) -> bool {
        let now = Medium::at(&self.dir);
        // what is no medium was let through by an exception or a rehearsal, and cannot be told more closely
        now.is_same_mount(&self.medium) || (!now.is_medium() && now.device == self.medium.device)
    }

    /// Refuses to go on when the medium was unmounted or swapped: its directory would be on another disk now.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn check(&self) -> Result<()> {
        if self.is_there() {
            return Ok(());
        }
        Err(Error::io("write to", &self.dir)(
            std::io::ErrorKind::NotFound.into(),
        ))
    }
}

/// Something taken for a copy, kept so that it is known again.
struct Used {
    thing: Thing,
    copy: u8,
    real: PathBuf,
    medium: Medium,
}

/// The media of one sealing.
pub(super) struct Desk<'a> {
    plan: &'a Plan,
    id: VaultId,
    used: Vec<Used>,
    seen: Mounts,
    /// Copies whose named place failed: they are asked for.
    failed: Vec<(Thing, u8)>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(plan: &'a Plan, id: VaultId) -> Self {
        let (used, failed) = (Vec::new(), Vec::new());
        let seen = Mounts::now();
        Self {
            plan,
            id,
            used,
            seen,
            failed,
        }
    }

    /// Whether the copy's medium is there without anybody being asked.
    pub(super) fn is_ready(&self, due: &Due<'_>) -> bool {
        match due.to {
            Destination::Asked => false,
            Destination::At(dir) => {
                !self.failed.contains(&(due.thing, due.copy)) && !self.is_taken(due.thing, dir)
            }
        }
    }

    /// The medium for a copy: the one that is mounted at its place, or the one that is brought.
    ///
    /// # Errors
    /// [`Error::Refused`] when the officer stops, or nobody can be asked; [`Error::Interrupted`].
    pub(super) fn take(&mut self, due: &Due<'_>, session: &mut Session) -> Result<Place> {
        let mut last = None;
        if let (Destination::At(dir), true) = (due.to, self.is_ready(due)) {
            match self.examine(due, dir, false, session)? {
                Ok(place) => return Ok(self.accept(due, place)),
                Err(mistake) => self.say(&mistake, session)?,
            }
        }
        loop {
            let dir = self.bring(due, last.as_deref(), session)?;
            match self.examine(due, &dir, true, session)? {
                Ok(place) => return Ok(self.accept(due, place)),
                Err(mistake) => self.say(&mistake, session)?,
            }
            last = Some(dir);
        }
    }

    /// A copy could not be written there: its medium is forgotten, and the next one is asked for.
    pub(super) fn refuse(&mut self, due: &Due<'_>, why: &Error, session: &mut Session) {
        self.forget(due);
        self.failed.push((due.thing, due.copy));
        self.seen = Mounts::now();
        session
            .terminal
            .warn(&format!("{why}; what was written before is kept"));
        session
            .terminal
            .say(&format!("coldvault: hint: {}", why.hint()));
    }

    /// A medium was taken and not used after all.
    pub(super) fn forget(&mut self, due: &Due<'_>) {
        self.used
            .retain(|used| (used.thing, used.copy) != (due.thing, due.copy));
    }

    /// Asks for a medium that was taken before to be brought again, until `open` can use it.
    ///
    /// # Errors
    /// As [`Desk::take`].
    pub(super) fn bring_back<T>(
        &mut self,
        due: &Due<'_>,
        session: &mut Session,
        open: &mut dyn FnMut(&Path) -> Result<T>,
    ) -> Result<T> {
        let mut last = None;
        let name = self.plan.copy_name(due.thing, due.copy.into());
        session
            .terminal
            .say(&format!("{name} is needed once more."));
        loop {
            let dir = self.bring(due, last.as_deref(), session)?;
            match open(&dir) {
                Ok(done) => return Ok(done),
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => self.say(&format!("{dir:?} is not {name}: {error}"), session)?,
            }
            last = Some(dir);
        }
    }

    fn accept(&mut self, due: &Due<'_>, place: Place) -> Place {
        self.used.push(Used {
            thing: due.thing,
            copy: due.copy,
            real: place.dir.clone(),
            medium: place.medium.clone(),
        });
        self.seen = Mounts::now();
        place
    }

    /// Whether something lies at a place that may not lie beside this.
    fn is_taken(&self, thing: Thing, dir: &Path) -> bool {
        let real = real_directory(dir).unwrap_or_else(|_| dir.to_owned());
        let mut used = self.used.iter();
        used.any(|used| used.real == real && !self.plan.may_lie_together(thing, used.thing))
    }

    /// Says a mistake; where nobody can mend it, it is the end.
    fn say(&mut self, mistake: &str, session: &mut Session) -> Result<()> {
        if !session.terminal.leads_on() {
            return Err(Error::Refused {
                what: mistake.to_owned(),
                hint: "use another medium, and seal again".into(),
            });
        }
        session.terminal.warn(mistake);
        self.seen = Mounts::now();
        Ok(())
    }

    /// Waits for a medium: until one is mounted, or the officer says where it is.
    fn bring(
        &mut self,
        due: &Due<'_>,
        last: Option<&Path>,
        session: &mut Session,
    ) -> Result<PathBuf> {
        let who = match due.thing {
            Thing::Vault => "the vault",
            Thing::Share(_) => self.plan.name_of(due.thing),
        };
        let of = self.plan.destinations(due.thing).len();
        let at = match due.to {
            Destination::At(dir) => format!(" at {dir:?}"),
            Destination::Asked => String::new(),
        };
        let question = format!(
            "{who}, copy {} of {of}: insert the medium {:?}{at},\n{HOW}:",
            due.copy, due.mark
        );
        let mut now = self.seen.clone();
        let mut look = || {
            now.update();
            newly_mounted(due.to, &now, &self.seen)
        };
        loop {
            let answer = session.terminal.ask_or_notice(&question, &mut look)?;
            let dir = match answer {
                None => return Err(nobody(&self.plan.copy_name(due.thing, due.copy.into()))),
                Some(Answer::Noticed(dir)) => Some(dir),
                Some(Answer::Typed(line)) if line == "stop" => {
                    return Err(stopped("at this medium"));
                }
                Some(Answer::Typed(line)) if line.is_empty() => look()
                    .or_else(|| place_named(due.to))
                    .or_else(|| last.map(Path::to_owned)),
                Some(Answer::Typed(line)) => Some(PathBuf::from(line)),
            };
            match dir {
                Some(dir) => return Ok(dir),
                None => session
                    .terminal
                    .warn("no medium was mounted since the last one"),
            }
        }
    }
}

fn place_named(to: &Destination) -> Option<PathBuf> {
    match to {
        Destination::At(dir) => Some(dir.clone()),
        Destination::Asked => None,
    }
}

/// Where a medium was mounted that was not there before; for a named place only there.
fn newly_mounted(to: &Destination, now: &Mounts, seen: &Mounts) -> Option<PathBuf> {
    let mut fresh = now.new_since(seen).into_iter();
    match to {
        Destination::Asked => fresh
            .find(|mount| !mount.is_system)
            .map(|mount| mount.point),
        Destination::At(dir) => {
            let real = real_directory(dir).ok()?;
            fresh
                .any(|mount| real.starts_with(&mount.point))
                .then(|| dir.clone())
        }
    }
}

/// The officer said stop.
pub(super) fn stopped(when: &str) -> Error {
    Error::Refused {
        what: format!("stopped {when}: the vault is not sealed"),
        hint: "begin again when all media are there; nothing that was written opens anything"
            .into(),
    }
}

fn nobody(copy: &str) -> Error {
    Error::Refused {
        what: format!("the medium for {copy} is missing, and there is no terminal to ask for it"),
        hint: "mount every medium before, each at its own place; or seal on a terminal".into(),
    }
}

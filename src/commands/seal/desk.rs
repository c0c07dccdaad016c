//! The desk with its two ports: which medium each copy lies on, known again whatever port and place it comes back in.
//!
//! A medium that was used is known by its disk, its file system and the coldvault folder on it; never by its mount
//! point, because the next one may be mounted there.

mod ask;
mod examine;

use std::path::{Path, PathBuf};

use super::places::real_directory;
use super::{Destination, Plan, Thing};
use crate::commands::Session;
use crate::commands::plug::Plugs;
use crate::error::{Error, Result};
use crate::media::{Medium, Mounts, Parked};
use crate::signature::VaultId;

pub(super) use ask::stopped;
pub(in crate::commands) use examine::cannot_take;

/// A copy that needs a medium.
#[derive(Clone, Copy)]
pub(super) struct Due<'a> {
    pub(super) thing: Thing,
    pub(super) copy: u8,
    pub(super) to: &'a Destination,
    /// What is written on its medium.
    pub(super) mark: &'a str,
    /// How many bytes it takes at least.
    pub(super) bytes: u64,
}

/// A medium that was taken for a copy.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) dir: PathBuf,
    pub(super) medium: Medium,
}

impl Place {
    /// What is mounted at a directory now.
    ///
    /// # Errors
    /// [`Error::Io`] when there is no such directory.
    pub(super) fn at(dir: &Path) -> Result<Self> {
        let dir = real_directory(dir)?;
        let medium = Medium::at(&dir);
        Ok(Self { dir, medium })
    }

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
    place: Place,
}

/// The media of one sealing.
pub(super) struct Desk<'a> {
    plan: &'a Plan,
    id: VaultId,
    used: Vec<Used>,
    /// What was at the named places when they were checked.
    before: Vec<Place>,
    seen: Mounts,
    /// Copies whose named place failed: they are asked for.
    failed: Vec<(Thing, u8)>,
    /// Media that gave back other bytes than were written to them.
    bad: Vec<Place>,
    /// Where the PDFs of sheets lie.
    papers: Vec<Medium>,
    plugs: Plugs,
    /// What could not be removed from media that failed.
    left: Vec<Left>,
}

/// What is left of a copy on a medium that failed, and may come back.
pub(super) struct Left {
    pub(super) thing: Thing,
    pub(super) folder: Parked,
    pub(super) medium: Medium,
    /// What the report says of it.
    pub(super) subjects: Vec<String>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(plan: &'a Plan, id: VaultId, before: Vec<Place>) -> Self {
        Self {
            before,
            plan,
            id,
            used: Vec::new(),
            seen: Mounts::now(),
            failed: Vec::new(),
            bad: Vec::new(),
            papers: papers(plan),
            plugs: Plugs::new(),
            left: Vec::new(),
        }
    }

    /// What is plugged in.
    pub(super) fn plugs(&mut self) -> &mut Plugs {
        &mut self.plugs
    }

    /// Whether the copy's medium is there without anybody being asked.
    pub(super) fn is_ready(&self, due: &Due<'_>) -> bool {
        match due.to {
            Destination::Asked | Destination::Sheet(_) => false,
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
            match self.examine_apart(due, dir, false, session)? {
                Ok(place) => return Ok(self.accept(due, place)),
                Err(mistake) => self.say(mistake, session)?,
            }
        }
        loop {
            let dir = self.bring(due, last.as_deref(), session)?;
            match self.examine_apart(due, &dir, true, session)? {
                Ok(place) => return Ok(self.accept(due, place)),
                Err(mistake) => self.say(mistake, session)?,
            }
            last = Some(dir);
        }
    }

    /// As [`Desk::examine`]; the medium that the register is on takes no share.
    fn examine_apart(
        &mut self,
        due: &Due<'_>,
        dir: &Path,
        was_asked: bool,
        session: &mut Session,
    ) -> Result<Result<Place>> {
        if let (Thing::Share(_), Err(error)) = (due.thing, session.check_apart(dir)) {
            return Ok(Err(error));
        }
        self.examine(due, dir, was_asked, session)
    }

    /// A copy could not be written there: another medium will be asked for, and one that returns other bytes than it was
    /// given is not taken again. What coldvault mounted itself it unmounts. Nothing may be open on it.
    pub(super) fn refuse(
        &mut self,
        due: &Due<'_>,
        place: &Place,
        why: &Error,
        session: &mut Session,
    ) {
        self.forget(due);
        self.plugs.give_up(&place.dir);
        self.failed.push((due.thing, due.copy));
        if matches!(why, Error::ReadBack(_)) {
            self.bad.push(place.clone());
        }
        self.seen = Mounts::now();
        let name = self.plan.copy_name(due.thing, due.copy.into());
        let terminal = &mut session.terminal;
        terminal.warn(&format!("{why}; {name} needs another medium"));
    }

    /// Something could not be removed from a medium that failed: it is removed when that comes back.
    pub(super) fn leave(&mut self, left: Left) {
        self.left.push(left);
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
                Ok(done) => {
                    self.seen = Mounts::now();
                    return Ok(done);
                }
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => {
                    let what = format!("{dir:?} is not {name}: {error}");
                    self.say(mistake(what), session)?;
                }
            }
            last = Some(dir);
        }
    }

    fn accept(&mut self, due: &Due<'_>, place: Place) -> Place {
        self.used.push(Used {
            thing: due.thing,
            copy: due.copy,
            place: place.clone(),
        });
        self.seen = Mounts::now();
        place
    }

    /// Whether something lies at a place that may not lie beside this.
    fn is_taken(&self, thing: Thing, dir: &Path) -> bool {
        let real = real_directory(dir).unwrap_or_else(|_| dir.to_owned());
        let mut used = self.used.iter();
        used.any(|used| used.place.dir == real && !self.plan.may_lie_together(thing, used.thing))
    }

    /// Says a mistake; where nobody can mend it, it is the end.
    fn say(&mut self, mistake: Error, session: &mut Session) -> Result<()> {
        if !session.terminal.leads_on() {
            return Err(mistake);
        }
        session.terminal.warn(&mistake.to_string());
        self.seen = Mounts::now();
        Ok(())
    }
}

/// The media that PDFs of sheets go to, where they are media.
fn papers(plan: &Plan) -> Vec<Medium> {
    let sheets = plan.sheets().into_iter();
    let dirs = sheets.filter_map(|(_, _, file)| file.parent().map(Path::to_owned));
    let media = dirs.map(|dir| Medium::at(&dir));
    media.filter(|medium| medium.is_medium()).collect()
}

/// What is wrong with a medium that was brought.
fn mistake(what: String) -> Error {
    Error::Refused {
        what,
        hint: "use another medium, and seal again".into(),
    }
}

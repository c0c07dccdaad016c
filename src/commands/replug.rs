//! Media that are taken out and put back, each read in full then: what was only in a memory, of this machine or of the
//! stick, is not read any more.
//!
//! Knows carriers by what was written onto them, and the person. What a carrier that reads differently means is the callers'
//! business.

mod place;
mod told;
mod wish;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use crate::commands::Session;
use crate::commands::insert::say_what_is_there;
use crate::commands::plug::{Plugs, Way};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::media::{Medium, Mounts, OpenFolder, Proven, ReadBack, Returned};
use crate::report::CarrierLine;
use crate::terminal::{Answer, is_stop, typed_path};

pub(super) use wish::{Wish, ask_wish};

use place::{fresh, is_still_there, which};
use told::{confirm, told, was_out};

/// What is said once, before the first one is asked for.
const BEGIN: [&str; 3] = [
    "Now the proof: unmount every medium, take it out, and put it back, one after",
    "another and in any order. Each is noticed when it is mounted, read in full, and",
    "compared with what was written.",
];

/// A carrier that is to come back.
pub(super) struct Waiting {
    /// Which of the caller's carriers it is.
    pub(super) index: usize,
    /// What is written on its medium, or where it was.
    pub(super) name: String,
    /// "share 2 (legal), copy 1 of 2".
    pub(super) holds: String,
    /// The name of its folder.
    pub(super) folder: String,
    /// What was written.
    pub(super) files: Vec<Proven>,
    /// Where it was mounted.
    pub(super) dir: PathBuf,
    /// The medium as it was then.
    pub(super) medium: Medium,
}

/// What came of waiting.
pub(super) enum Came {
    /// The one of this number came back and holds what was written.
    Good(usize, Back),
    /// The one of this number came back and does not.
    Bad(usize, Error),
    /// The officer says that one does not come back.
    Missing,
    /// The officer ended it, or is gone.
    Stopped,
}

/// Where a carrier came back, and how it was read.
pub(super) struct Back {
    pub(super) dir: PathBuf,
    how: ReadBack,
    /// Whether this machine saw that it is the medium that was written and was out; else the officer said so.
    was_seen: bool,
}

impl Back {
    /// What the report says of it from now on.
    pub(super) fn note(&self, line: &mut CarrierLine) {
        line.replugged = self.was_seen.then_some(true);
        line.read_back = Some(self.how.as_str());
        line.read = Some(self.how.as_str());
    }
}

/// Asks for media to come back.
pub(super) struct Replugging {
    seen: Mounts,
    /// Whether each has to be known for a medium that was taken out: a rehearsal may be played with directories.
    is_strict: bool,
    /// What the officer says of media that nobody can tell it of.
    says_so: Option<bool>,
    /// Places still to be looked at.
    queue: VecDeque<PathBuf>,
    begun: bool,
}

impl Replugging {
    /// What is mounted now has not come back.
    pub(super) fn new(is_strict: bool) -> Self {
        Self {
            seen: Mounts::now(),
            is_strict,
            says_so: None,
            queue: VecDeque::new(),
            begun: false,
        }
    }

    /// Waits for one of them.
    ///
    /// # Errors
    /// [`Error::Interrupted`]; [`Error::System`].
    pub(super) fn next(
        &mut self,
        waiting: &[Waiting],
        plugs: &mut Plugs,
        session: &mut Session,
    ) -> Result<Came> {
        if !std::mem::replace(&mut self.begun, true) {
            BEGIN.iter().for_each(|line| session.terminal.say(line));
        }
        loop {
            while let Some(dir) = self.queue.pop_front() {
                if let Some(came) = self.look(&dir, waiting, session)? {
                    return Ok(came);
                }
            }
            let question = question(waiting);
            // Whoever said no is asked once more, the next time.
            self.says_so = self.says_so.filter(|says| *says);
            let seen = &mut self.seen;
            let way = Way {
                at: None,
                read_only: true,
            };
            let answer = plugs.ask(&question, way, &mut || fresh(seen), session)?;
            match answer {
                None => return Ok(Came::Stopped),
                Some(Answer::Noticed(mounts)) => {
                    self.queue
                        .extend(mounts.into_iter().map(|mount| mount.point));
                }
                Some(Answer::Typed(line)) if is_stop(&line) => return Ok(Came::Stopped),
                Some(Answer::Typed(line)) if line.eq_ignore_ascii_case("missing") => {
                    return Ok(Came::Missing);
                }
                Some(Answer::Typed(line)) if line.is_empty() => {
                    self.look_again(waiting, session)?
                }
                Some(Answer::Typed(line)) => self.queue.push_back(typed_path(&line)),
            }
        }
    }

    /// Everything that is mounted, and the places where they were: those that came back.
    fn look_again(&mut self, waiting: &[Waiting], session: &mut Session) -> Result<()> {
        let now = Mounts::now();
        let mounted = now.list().iter().filter(|mount| !mount.is_system);
        let mounted = mounted.map(|mount| &mount.point);
        let mut places: Vec<&PathBuf> = Vec::new();
        for place in mounted.chain(waiting.iter().map(|one| &one.dir)) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        for place in places {
            let found = which(place, waiting).and_then(|index| waiting.get(index));
            let Some(one) = found else { continue };
            let may_be = match self.told(one, place) {
                Returned::Yes | Returned::Another(_) => true,
                Returned::Not => false,
                // each is asked for when it is looked at
                Returned::Unknown(_) => self.is_strict || self.all_were_out(session)?,
            };
            if may_be && !self.queue.contains(place) {
                self.queue.push_back(place.clone());
            }
        }
        if self.queue.is_empty() {
            let text = "None of them came back. Take one out, put it in again, and mount it.";
            session.terminal.say(text);
        }
        Ok(())
    }

    /// What lies at a place; nothing when it is none that is waited for, or it was not taken out.
    fn look(
        &mut self,
        dir: &Path,
        waiting: &[Waiting],
        session: &mut Session,
    ) -> Result<Option<Came>> {
        let found = which(dir, waiting);
        let Some(one) = found.and_then(|index| waiting.get(index)) else {
            let line = format!("What is at {dir:?} is none of those that are to come back.");
            session.terminal.say(&line);
            say_what_is_there(dir, session);
            return Ok(None);
        };
        let was_seen = match self.told(one, dir) {
            Returned::Yes => Some(true),
            Returned::Another(why) => {
                let line = format!(
                    "What is at {dir:?} is a copy of {:?}, which does not count for it: {why}.",
                    one.name
                );
                session.terminal.say(&line);
                return Ok(None);
            }
            Returned::Not => None,
            Returned::Unknown(why) if self.is_strict => {
                was_out(one, &why, session)?.then_some(false)
            }
            Returned::Unknown(_) => self.all_were_out(session)?.then_some(false),
        };
        let Some(was_seen) = was_seen else {
            let line = format!(
                "{:?} was not taken out: pull it, and put it in again.",
                one.name
            );
            session.terminal.say(&line);
            return Ok(None);
        };
        read(one, dir, was_seen, session).map(Some)
    }

    /// Whether it is the medium that was written, and was taken out since.
    fn told(&self, one: &Waiting, dir: &Path) -> Returned {
        if is_still_there(dir, one) {
            return Returned::Another(format!("it lies at {:?} besides", one.dir));
        }
        told(&Medium::at(dir), &one.medium, self.is_strict)
    }

    /// What the officer says of directories that stand for media, of all at once.
    fn all_were_out(&mut self, session: &mut Session) -> Result<bool> {
        if self.says_so.is_none() {
            let question = "This machine cannot tell whether media were taken out and put back here.\nWere they?";
            self.says_so = confirm(question, session)?;
        }
        Ok(self.says_so == Some(true))
    }
}

fn question(waiting: &[Waiting]) -> String {
    let media = match waiting.len() {
        1 => "1 medium is still to come back".to_owned(),
        many => format!("{many} media are still to come back"),
    };
    let next = waiting.first().map_or("", |one| one.name.as_str());
    format!(
        "{media}, for example {next:?}: put one in and mount it;\nor press Enter to look again; or type where it is mounted, or missing, or stop:"
    )
}

/// Reads all of it, and compares.
fn read(one: &Waiting, dir: &Path, was_seen: bool, session: &mut Session) -> Result<Came> {
    session.terminal.say(&format!("Reading {} ...", one.holds));
    let step = &mut |_: u64| interrupt::check();
    let folder = OpenFolder::open(&dir.join(&one.folder));
    match folder.and_then(|folder| folder.prove(&one.files, step)) {
        Ok(how) => {
            let dir = dir.to_owned();
            Ok(Came::Good(one.index, Back { dir, how, was_seen }))
        }
        Err(Error::Interrupted) => Err(Error::Interrupted),
        Err(error) => Ok(Came::Bad(one.index, error)),
    }
}

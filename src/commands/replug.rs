//! Media that are taken out and put back, each read in full then: what was only in a memory, of this machine or of the
//! stick, is not read any more.
//!
//! Knows carriers by what was written onto them, and the person. What a carrier that reads differently means is the callers'
//! business.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use crate::carrier::CARRIER;
use crate::commands::Session;
use crate::commands::insert::say_what_is_there;
use crate::commands::plug::{Plugs, Way};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::media::{Medium, Mount, Mounts, OpenFolder, Proven, ReadBack};
use crate::report::CarrierLine;
use crate::terminal::{Answer, is_stop, typed_path};

/// What is said once, before the first one is asked for.
const BEGIN: [&str; 3] = [
    "Now the proof: unmount every medium, take it out, and put it back, one after another",
    "and in any order. Each is noticed when it is mounted, read in full, and compared with",
    "what was written.",
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
    /// `None` where the kernel does not tell and the officer said that it was out.
    was_out: Option<bool>,
}

impl Back {
    /// What the report says of it from now on.
    pub(super) fn note(&self, line: &mut CarrierLine) {
        line.replugged = self.was_out;
        line.read_back = Some(self.how.as_str());
        line.read = Some(self.how.as_str());
    }
}

/// What the officer wants when a medium is no good, or does not come.
pub(super) enum Wish {
    Again,
    Another,
    Stop,
}

/// Asks for one of the words that `question` names; another medium only where that `can` be made.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`].
pub(super) fn ask_wish(question: &str, can: bool, session: &mut Session) -> Result<Wish> {
    loop {
        let Some(answer) = session.terminal.ask(question)? else {
            return Ok(Wish::Stop);
        };
        match answer.to_lowercase().as_str() {
            "again" => return Ok(Wish::Again),
            "another" if can => return Ok(Wish::Another),
            word if is_stop(word) => return Ok(Wish::Stop),
            _ => {}
        }
    }
}

/// What is known of a medium that is there again, or still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Out,
    Not,
    /// The officer has to be asked.
    Unknown,
}

impl Told {
    /// By the kernel's numbers of its pluggings, if it has them. A mere remount is no re-plug, and what was not even
    /// unmounted was certainly not out. Where it is not strict, directories may stand for media.
    fn of(was_replugged: Option<bool>, is_same_mount: bool, is_strict: bool) -> Self {
        match was_replugged {
            Some(true) => Self::Out,
            Some(false) if is_strict => Self::Not,
            None if is_strict && is_same_mount => Self::Not,
            Some(false) | None => Self::Unknown,
        }
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
        let mut places: Vec<PathBuf> = mounted.map(|mount| mount.point.clone()).collect();
        places.extend(waiting.iter().map(|one| one.dir.clone()));
        places.sort();
        places.dedup();
        for place in places {
            let found = which(&place, waiting).and_then(|index| waiting.get(index));
            let Some(one) = found else { continue };
            let may_be = match self.told(one, &place) {
                Told::Out => true,
                Told::Not => false,
                // each is asked for when it is looked at
                Told::Unknown => self.is_strict || self.all_were_out(session)?,
            };
            if may_be && !self.queue.contains(&place) {
                self.queue.push_back(place);
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
        let was_out = match self.told(one, dir) {
            Told::Out => Some(Some(true)),
            Told::Not => None,
            Told::Unknown if self.is_strict => was_out(one, session)?.then_some(None),
            Told::Unknown => self.all_were_out(session)?.then_some(Some(true)),
        };
        let Some(was_out) = was_out else {
            let line = format!(
                "{:?} was not taken out: pull it, and put it in again.",
                one.name
            );
            session.terminal.say(&line);
            return Ok(None);
        };
        session.terminal.say(&format!("Reading {} ...", one.holds));
        let step = &mut |_: u64| interrupt::check();
        let folder = OpenFolder::open(&dir.join(&one.folder));
        Ok(Some(
            match folder.and_then(|folder| folder.prove(&one.files, step)) {
                Ok(how) => Came::Good(
                    one.index,
                    Back {
                        dir: dir.to_owned(),
                        how,
                        was_out,
                    },
                ),
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => Came::Bad(one.index, error),
            },
        ))
    }

    /// Whether it was taken out since it was written.
    fn told(&self, one: &Waiting, dir: &Path) -> Told {
        let now = Medium::at(dir);
        let was_replugged = now.was_replugged(&one.medium);
        Told::of(
            was_replugged,
            now.is_same_mount(&one.medium),
            self.is_strict,
        )
    }

    /// What the officer says of directories that stand for media, of all at once.
    fn all_were_out(&mut self, session: &mut Session) -> Result<bool> {
        if self.says_so.is_none() {
            let question = "This machine cannot tell whether media were taken out here. Were they?";
            self.says_so = confirm(question, session)?;
        }
        Ok(self.says_so == Some(true))
    }
}

/// What the officer says of one medium that the kernel does not tell it of.
fn was_out(one: &Waiting, session: &mut Session) -> Result<bool> {
    let question = format!(
        "This kernel does not tell whether {:?} was taken out, or only unmounted.\nWas it pulled and put in again?",
        one.name
    );
    Ok(confirm(&question, session)? == Some(true))
}

fn confirm(question: &str, session: &mut Session) -> Result<Option<bool>> {
    match session.terminal.confirm(question) {
        Err(Error::Stopped) => Ok(Some(false)),
        answer => answer,
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

/// What was mounted since the last look.
fn fresh(seen: &mut Mounts) -> Option<Vec<Mount>> {
    let before = seen.clone();
    if !seen.update() {
        return None;
    }
    let fresh = seen.new_since(&before);
    (!fresh.is_empty()).then_some(fresh)
}

/// Which of them lies at a place: by its `carrier.json`, which has a random number in it; one that cannot be read any more
/// by its folder and its medium.
fn which(dir: &Path, waiting: &[Waiting]) -> Option<usize> {
    let said = |one: &Waiting| -> Option<Digest> {
        let folder = OpenFolder::open(&dir.join(&one.folder)).ok()?;
        let file = one.files.iter().find(|file| file.name == CARRIER)?;
        let most = usize::try_from(file.bytes).ok()?;
        Some(Digest::of(&folder.read_small(CARRIER, most).ok()??))
    };
    let written = |one: &Waiting| {
        let file = one.files.iter().find(|file| file.name == CARRIER);
        file.map(|file| file.digest)
    };
    let by_number = |one: &Waiting| said(one).is_some_and(|said| Some(said) == written(one));
    let by_medium = |one: &Waiting| {
        let medium = Medium::at(dir);
        dir.join(&one.folder).is_dir()
            && medium.is_medium()
            && medium.not_apart(&one.medium).is_some()
    };
    let mut all = waiting.iter();
    all.position(by_number)
        .or_else(|| waiting.iter().position(by_medium))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remount_is_no_replug_where_the_kernel_does_not_tell() {
        for (was_replugged, is_same_mount, told) in [
            (Some(true), false, Told::Out),
            (Some(false), false, Told::Not),
            (None, true, Told::Not),
            (None, false, Told::Unknown),
        ] {
            let strict = Told::of(was_replugged, is_same_mount, true);
            assert_eq!(strict, told, "{was_replugged:?} {is_same_mount}");
        }
        assert_eq!(Told::of(None, true, false), Told::Unknown, "a directory");
        assert_eq!(Told::of(Some(true), false, false), Told::Out);
    }
}

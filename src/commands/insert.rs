//! Asks for media: noticed when they are mounted, found when Enter is pressed, or typed as the place where they are.
//!
//! Knows places. What lies in them is the callers' business.

use std::fs;
use std::path::{Path, PathBuf};

use crate::carrier;
use crate::cipher::has_secret_key;
use crate::code::looks_like_ours;
use crate::commands::plug::{Plugs, Way};
use crate::commands::{Session, odd};
use crate::error::{Error, Result};
use crate::media::{self, Mount, Mounts};
use crate::report::shown;
use crate::terminal::{Answer, is_stop, typed_path};

/// What came of asking for a medium.
pub(super) enum Inserted {
    /// Places to look at: where media are mounted, or what was typed. All of them are there.
    Places(Vec<PathBuf>),
    /// One of the words that were offered.
    Word(&'static str),
}

/// Asks for one medium after another, and knows which were there already.
pub(super) struct Inserting {
    mounts: Mounts,
    looked_at: Vec<Mount>,
    plugs: Plugs,
    /// Whether something is to be written there: then an empty one will do, and it is mounted for that.
    writes: bool,
}

impl Inserting {
    /// Media that are mounted already are found with Enter, and not noticed by themselves.
    pub(super) fn new() -> Self {
        Self {
            mounts: Mounts::now(),
            looked_at: Vec::new(),
            plugs: Plugs::new(),
            writes: false,
        }
    }

    /// For a medium to be written to, other than those that the places of `not` lie on.
    pub(super) fn to_write(not: &[&Path]) -> Self {
        let mut inserting = Self::new();
        let is_one = |mount: &&Mount| not.iter().any(|place| place.starts_with(&mount.point));
        let there = inserting.mounts.list().iter();
        inserting.looked_at = there.filter(is_one).cloned().collect();
        inserting.writes = true;
        inserting
    }

    /// Unmounts what was mounted for a place, so that it can be pulled; answers whether it was.
    pub(super) fn release(&mut self, place: &Path, session: &mut Session) -> bool {
        self.plugs.release(place, session)
    }

    /// As [`Inserting::release`], for a medium that failed: unmounted as far as that goes, and nothing said.
    pub(super) fn give_up(&mut self, place: &Path) {
        self.plugs.give_up(place);
    }

    /// What it knows of what is plugged in.
    pub(super) fn into_plugs(self) -> Plugs {
        self.plugs
    }

    /// Asks until there is something to look at, or one of `words` is typed.
    ///
    /// # Errors
    /// [`Error::Stopped`] when the person ends it; [`Error::Interrupted`]; [`Error::System`].
    pub(super) fn ask(
        &mut self,
        question: &str,
        words: &[&'static str],
        session: &mut Session,
    ) -> Result<Inserted> {
        loop {
            let mounts = &mut self.mounts;
            let way = Way {
                at: None,
                read_only: !self.writes,
            };
            let answer = self
                .plugs
                .ask(question, way, &mut || fresh(mounts), session)?;
            let Some(answer) = answer else {
                return Err(Error::Stopped);
            };
            let places = match answer {
                Answer::Noticed(fresh) => self.noticed(fresh, session),
                Answer::Typed(text) if is_stop(&text) => return Err(Error::Stopped),
                Answer::Typed(text) if text.is_empty() => self.mounted(session),
                Answer::Typed(text) => {
                    let lower = text.to_lowercase();
                    if let Some(word) = words.iter().find(|word| **word == lower) {
                        return Ok(Inserted::Word(word));
                    }
                    self.typed(&text, session)
                }
            };
            // On the worst day it opens: said, and read all the same.
            places.iter().for_each(|place| odd::warn(place, session));
            if !places.is_empty() {
                return Ok(Inserted::Places(places));
            }
        }
    }

    /// Asks for one of several places, until a medium with something of coldvault is noticed or a line is typed, which is
    /// handed on as it is; only Enter is an empty one.
    ///
    /// # Errors
    /// As [`Inserting::ask`].
    pub(super) fn next(
        &mut self,
        question: &str,
        session: &mut Session,
    ) -> Result<Answer<Vec<PathBuf>>> {
        loop {
            let mounts = &mut self.mounts;
            let way = Way {
                at: None,
                read_only: true,
            };
            let answer = self
                .plugs
                .ask(question, way, &mut || fresh(mounts), session)?;
            match answer {
                None => return Err(Error::Stopped),
                Some(Answer::Typed(text)) if is_stop(&text) => return Err(Error::Stopped),
                Some(Answer::Typed(text)) if is_no_place(&text, session) => {}
                Some(Answer::Typed(text)) => {
                    odd::warn(&typed_path(&text), session);
                    return Ok(Answer::Typed(text));
                }
                Some(Answer::Noticed(fresh)) => {
                    let places = self.noticed(fresh, session);
                    let (places, others): (Vec<PathBuf>, Vec<PathBuf>) =
                        places.into_iter().partition(|place| holds_ours(place));
                    for place in others {
                        say_what_is_there(&place, session);
                        session
                            .terminal
                            .say("That is no medium of coldvault. Try another one.");
                        self.release(&place, session);
                    }
                    if !places.is_empty() {
                        places.iter().for_each(|place| odd::warn(place, session));
                        return Ok(Answer::Noticed(places));
                    }
                }
            }
        }
    }

    fn noticed(&mut self, fresh: Vec<Mount>, session: &mut Session) -> Vec<PathBuf> {
        for mount in &fresh {
            let line = format!("Noticed a medium at {}", shown(&mount.point));
            session.terminal.say(&line);
        }
        self.take(fresh)
    }

    /// Everything mounted that holds a coldvault folder and was not looked at.
    fn mounted(&mut self, session: &mut Session) -> Vec<PathBuf> {
        let mut there = Mounts::now().list().to_vec();
        let will_do = |mount: &Mount| match self.writes {
            true => !mount.is_system && !mount.read_only,
            false => holds_something(mount),
        };
        there.retain(|mount| !self.looked_at.contains(mount) && will_do(mount));
        if there.is_empty() {
            let which = match self.writes {
                true => "that takes writes",
                false => "with a coldvault folder",
            };
            let terminal = &mut session.terminal;
            terminal.say(&format!(
                "No other medium {which} is mounted. Insert one and mount"
            ));
            terminal.say("it, or type the directory where it is.");
        }
        self.take(there)
    }

    fn take(&mut self, mounts: Vec<Mount>) -> Vec<PathBuf> {
        let places = mounts.iter().map(|mount| mount.point.clone()).collect();
        self.looked_at.extend(mounts);
        places
    }

    /// A place that is not there is said, and is none.
    fn typed(&mut self, text: &str, session: &mut Session) -> Vec<PathBuf> {
        if is_no_place(text, session) {
            return Vec::new();
        }
        let path = typed_path(text);
        match fs::metadata(&path).map_err(Error::io("read", &path)) {
            Ok(_) => {
                let now = Mounts::now();
                let here = now.list().iter().filter(|mount| mount.point == path);
                self.looked_at.extend(here.cloned());
                vec![path]
            }
            Err(error) => {
                session.terminal.error(&error);
                Vec::new()
            }
        }
    }
}

/// Whether something was typed that must not be on a screen; said then.
fn is_no_place(text: &str, session: &mut Session) -> bool {
    if has_secret_key(text.as_bytes()) {
        let line = "That is a secret key, not a place. It was on the screen: count it as known.";
        session.terminal.say(line);
        return true;
    }
    if looks_like_ours(text) {
        let terminal = &mut session.terminal;
        terminal.say("That is a code, not a place, and it was on the screen: count it as seen.");
        terminal.say("Answer `typed` first, and scan then: nothing is shown there.");
        return true;
    }
    false
}

/// What was mounted since the last look, one and the same medium plugged in again included. What the system mounts for
/// itself is no medium unless it holds something.
fn fresh(mounts: &mut Mounts) -> Option<Vec<Mount>> {
    let before = mounts.clone();
    if !mounts.update() {
        return None;
    }
    let mut fresh = mounts.new_since(&before);
    fresh.retain(|mount| !mount.is_system || holds_something(mount));
    (!fresh.is_empty()).then_some(fresh)
}

fn holds_something(mount: &Mount) -> bool {
    holds_ours(&mount.point)
}

fn holds_ours(place: &Path) -> bool {
    media::find(place, carrier::PREFIX).is_ok_and(|found| !found.paths.is_empty())
}

/// What lies at a place that coldvault knows nothing of, so that a person sees which stick it is.
pub(super) fn say_what_is_there(place: &Path, session: &mut Session) {
    const MOST: usize = 5;
    let Ok(listing) = media::OpenFolder::open(place).and_then(|folder| folder.names(MOST)) else {
        return;
    };
    let names: Vec<String> = listing.names.iter().map(|n| format!("{n:?}")).collect();
    let line = match (names.is_empty(), listing.more) {
        (true, _) => "It is empty.".to_owned(),
        (false, true) => format!("On it are {} and more.", names.join(", ")),
        (false, false) => format!("On it: {}.", names.join(", ")),
    };
    session.terminal.say(&line);
}

//! What is asked for on a terminal: the carrier to copy, and a medium for the copy. Both stay plugged in meanwhile.

use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::commands::insert::{Inserted, Inserting};
use crate::commands::plug::Plugs;
use crate::error::{Error, Result};
use crate::media::{self, OpenFolder};

/// Names looked at before a medium counts as full of things.
const MOST_NAMES: usize = 100;

/// The media that were asked for.
#[derive(Default)]
pub(in crate::commands) struct Asking {
    from: Option<(Inserting, PathBuf)>,
    to: Option<(Inserting, PathBuf)>,
    /// Where media failed, or hold a copy already, that are not found by themselves any more.
    failed: Vec<PathBuf>,
}

/// Whether a medium can take the copy.
pub(in crate::commands) type Fits<'f> = dyn FnMut(&Path, &mut Session) -> Result<()> + 'f;

impl Asking {
    /// Asks for the carrier to copy.
    ///
    /// # Errors
    /// [`Error::Stopped`]; [`Error::Interrupted`].
    pub(in crate::commands) fn from(&mut self, session: &mut Session) -> Result<PathBuf> {
        let terminal = &mut session.terminal;
        terminal
            .say("Insert the medium to copy from and mount it; it is noticed. Or press Enter to");
        terminal.say("look for it, or type the directory where it is. Leave it plugged in.");
        let mut inserting = Inserting::new();
        loop {
            let places = ask("Copy from:", &mut inserting, session)?;
            match the_one(&places) {
                Ok(folder) => {
                    self.from = Some((inserting, folder.clone()));
                    return Ok(folder);
                }
                Err(what) => session.terminal.say(&what),
            }
        }
    }

    /// Asks for the medium that the copy goes to, until one fits.
    ///
    /// # Errors
    /// As [`Asking::from`]; what `fits` answers that no other medium mends.
    pub(in crate::commands) fn to(
        &mut self,
        from: Option<&Path>,
        fits: &mut Fits<'_>,
        session: &mut Session,
    ) -> Result<PathBuf> {
        let terminal = &mut session.terminal;
        terminal
            .say("Now insert the medium for the copy and mount it; it is noticed. Or press Enter,");
        terminal.say("or type the directory where it is.");
        let not: Vec<&Path> = self.failed.iter().map(PathBuf::as_path).collect();
        let mut inserting = Inserting::to_write(&[from.as_slice(), &not[..]].concat());
        loop {
            let places = ask("Copy to:", &mut inserting, session)?;
            let [to] = places.as_slice() else {
                session
                    .terminal
                    .say("Several media are there: type the directory of the one that is meant.");
                continue;
            };
            if !may_use(to, session)? {
                continue;
            }
            match fits(to, session) {
                Ok(()) => {
                    self.to = Some((inserting, to.clone()));
                    return Ok(to.clone());
                }
                // Another medium mends these.
                Err(error @ (Error::Refused { .. } | Error::Io { .. })) => {
                    session.terminal.error(&error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The medium at a place counts no more. If it was mounted here it is unmounted.
    pub(in crate::commands) fn failed(&mut self, place: &Path) {
        if let Some((mut inserting, _)) = self.to.take() {
            inserting.give_up(place);
        }
        self.failed.push(place.to_owned());
    }

    /// The same for the next copy: the medium of this one is not found by itself any more.
    pub(in crate::commands) fn next(&mut self, place: &Path) {
        self.to = None;
        self.failed.push(place.to_owned());
    }

    /// Says which media may be pulled; what was mounted here is unmounted.
    pub(in crate::commands) fn release(&mut self, session: &mut Session) {
        for (inserting, place) in [&mut self.from, &mut self.to].into_iter().flatten() {
            let line = match inserting.release(place, session) {
                true => format!("{place:?} is unmounted: its medium may be pulled."),
                false => format!("{place:?} is not needed any more: unmount it and take it out."),
            };
            session.terminal.say(&line);
        }
    }

    /// What is plugged in, as far as it is known by now: what was unmounted here is not offered again.
    pub(in crate::commands) fn into_plugs(self) -> Plugs {
        let asked = self.to.map(|(inserting, _)| inserting.into_plugs());
        asked.unwrap_or_else(Plugs::new)
    }
}

fn ask(question: &str, inserting: &mut Inserting, session: &mut Session) -> Result<Vec<PathBuf>> {
    match inserting.ask(question, &[], session)? {
        Inserted::Places(places) => Ok(places),
        Inserted::Word(_) => Ok(Vec::new()),
    }
}

/// The one coldvault folder at the places, or why there is no such thing.
fn the_one(places: &[PathBuf]) -> std::result::Result<PathBuf, String> {
    let found = places.iter().filter_map(|place| carrier::find(place).ok());
    let mut folders: Vec<PathBuf> = found.flat_map(|found| found.paths).collect();
    folders.retain(|folder| folder.is_dir());
    match folders.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err("No coldvault folder is there.".into()),
        several => Err(format!(
            "There are {} coldvault folders: type the one that is meant.",
            several.len()
        )),
    }
}

/// A medium with other things on it is taken only when the officer says so: it may be somebody else's.
fn may_use(dir: &Path, session: &mut Session) -> Result<bool> {
    let listing = OpenFolder::open(dir).and_then(|folder| folder.names(MOST_NAMES));
    let Ok(listing) = listing else {
        return Ok(true);
    };
    let mut names = listing.names.iter().chain(&listing.odd);
    let Some(first) = names.find(|name| !media::OWN.contains(&name.as_str())) else {
        return Ok(true);
    };
    let question = format!("{dir:?} is not empty: it holds {first:?}. Use it all the same?");
    Ok(session.terminal.confirm(&question)? == Some(true))
}

//! Asks for a medium, by person and copy, and notices the one that is mounted.

use std::path::{Path, PathBuf};

use super::{Desk, Due};
use crate::commands::Session;
use crate::commands::plug::Way;
use crate::commands::seal::places::{at_home, real_directory};
use crate::commands::seal::{Destination, Thing};
use crate::error::{Error, Result};
use crate::media::{Mount, Mounts};
use crate::terminal::Answer;
use crate::terminal::{is_stop, typed_path};

/// What is said at every question about a medium.
const HOW: &str = "mount it, then press Enter; or type where it is mounted, or stop:";

impl Desk<'_> {
    /// Waits for a medium: until one is mounted, or the officer says where it is.
    ///
    /// # Errors
    /// [`Error::Refused`] when the officer stops, or nobody can be asked; [`Error::Interrupted`].
    pub(super) fn bring(
        &mut self,
        due: &Due<'_>,
        last: Option<&Path>,
        session: &mut Session,
    ) -> Result<PathBuf> {
        let question = self.question(due);
        let mut now = self.seen.clone();
        let seen = self.seen.clone();
        let mut look = || {
            now.update();
            newly_mounted(due.to, &now, &seen)
        };
        let way = Way {
            at: named(due.to),
            read_only: false,
        };
        loop {
            let answer = self.plugs.ask(&question, way, &mut look, session)?;
            let dir = match answer {
                None => return Err(self.nobody(due)),
                Some(Answer::Noticed(dir)) => Some(dir),
                Some(Answer::Typed(line)) if is_stop(&line) => {
                    return Err(stopped("at this medium"));
                }
                Some(Answer::Typed(line)) if line.is_empty() => {
                    look().or_else(|| self.waiting(due.to, last))
                }
                Some(Answer::Typed(line)) => Some(typed_path(&line)),
            };
            match dir {
                Some(dir) => return Ok(dir),
                None => {
                    let text = "no other medium is mounted (one that lies on the disk of this system has to be typed)";
                    session.terminal.warn(text);
                }
            }
        }
    }

    fn question(&self, due: &Due<'_>) -> String {
        let who = match due.thing {
            Thing::Vault => "the vault",
            Thing::Share(_) => self.plan.name_of(due.thing),
        };
        let of = self.plan.destinations(due.thing).len();
        let at = match due.to {
            Destination::At(dir) => format!(" at {dir:?}"),
            Destination::Asked | Destination::Sheet(_) => String::new(),
        };
        format!(
            "{who}, copy {} of {of}: insert the medium {:?}{at},\n{HOW}",
            due.copy, due.mark
        )
    }

    /// What Enter means when nothing was mounted since: the named place; one that was mounted before the question and
    /// holds nothing of this sealing; or the medium that was just refused, to be looked at again.
    fn waiting(&self, to: &Destination, last: Option<&Path>) -> Option<PathBuf> {
        if let Destination::At(dir) = to {
            return Some(dir.clone());
        }
        let is_free = |mount: &&Mount| {
            let medium = mount.medium();
            let mut used = self.used.iter();
            !mount.is_system
                && !mount.read_only
                && Some(mount.point.as_path()) != last
                && at_home(self.plan, &medium).is_none()
                && !used.any(|used| medium.not_apart(&used.place.medium).is_some())
        };
        let now = Mounts::now();
        let free = now.list().iter().find(is_free);
        free.map(|mount| mount.point.clone())
            .or_else(|| last.map(Path::to_owned))
    }

    fn nobody(&self, due: &Due<'_>) -> Error {
        let copy = self.plan.copy_name(due.thing, due.copy.into());
        Error::Refused {
            what: format!(
                "the medium for {copy} is missing, and there is no terminal to ask for it"
            ),
            hint: "mount every medium before, each at its own place; or seal on a terminal".into(),
        }
    }
}

/// The named place.
fn named(to: &Destination) -> Option<&Path> {
    match to {
        Destination::At(dir) => Some(dir),
        Destination::Asked | Destination::Sheet(_) => None,
    }
}

/// Where a medium was mounted that was not there before; for a named place only there.
fn newly_mounted(to: &Destination, now: &Mounts, seen: &Mounts) -> Option<PathBuf> {
    let mut fresh = now.new_since(seen).into_iter();
    match to {
        Destination::Asked | Destination::Sheet(_) => fresh
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
pub(in crate::commands::seal) fn stopped(when: &str) -> Error {
    Error::Refused {
        what: format!("stopped {when}: the vault is not sealed"),
        hint: "begin again when all media are there".into(),
    }
}

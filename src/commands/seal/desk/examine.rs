//! Whether a medium can be taken for a copy; if not, what it is, in words.

use std::io::ErrorKind;
use std::path::Path;

use rustix::fs::Access;

use super::{Desk, Due, Left, Place, mistake, stopped};
use crate::carrier;
use crate::commands::seal::Thing;
use crate::commands::seal::places::{at_home, in_node};
use crate::commands::{Session, odd};
use crate::error::{Error, Result};
use crate::media::{self, Medium};
use crate::report::{Finding, Severity};

/// Names looked at before a medium counts as full of things.
const MOST_NAMES: usize = 100;

impl Desk<'_> {
    /// The place if the medium there can be taken for this copy, or the mistake. A medium that was `brought` was not
    /// looked at before any key existed, so everything is checked here.
    ///
    /// # Errors
    /// What asking answers.
    pub(super) fn examine(
        &mut self,
        due: &Due<'_>,
        dir: &Path,
        brought: bool,
        session: &mut Session,
    ) -> Result<std::result::Result<Place, Error>> {
        let place = match Place::at(dir) {
            Ok(place) => place,
            Err(error) => return Ok(Err(error)),
        };
        let dir = &place.dir;
        if !brought && !self.is_as_it_was(&place) {
            return Ok(Err(mistake(format!(
                "the medium at {dir:?} is not the one that was there before"
            ))));
        }
        self.clear(&place, session);
        if let Some(what) = self.in_the_way(due, &place) {
            return Ok(Err(what));
        }
        if let Some(near) = self.too_near(due, &place.medium) {
            if self.plan.is_strict("devices") {
                return Ok(Err(mistake(near)));
            }
            // the others were looked at before any key existed
            if brought {
                let hint = "use one medium for each copy";
                session.find(Severity::Warning, "devices", "", &near, hint);
            }
        }
        if let Some(odd) = self.dangerous(&place, brought, session) {
            return Ok(Err(odd));
        }
        if brought && !self.may_use(dir, session)? {
            return Ok(Err(mistake(format!("{dir:?} is not taken"))));
        }
        Ok(Ok(place))
    }

    /// A medium that is a keyboard or a network card besides: the doctor saw only what was plugged in at the start. It is
    /// said and taken where the rule `host` does not hold.
    fn dangerous(&self, place: &Place, brought: bool, session: &mut Session) -> Option<Error> {
        let what = odd::said(&place.dir, &place.medium.device, session)?;
        if self.plan.is_strict("host") {
            return Some(mistake(what));
        }
        // the others were looked at before any key existed
        if brought {
            session.find(Severity::Warning, "host", "", &what, odd::HINT);
        }
        None
    }

    /// Removes what a copy that failed left on this medium, when it comes back.
    fn clear(&mut self, place: &Place, session: &mut Session) {
        for left in std::mem::take(&mut self.left) {
            if !self.may_clear(&left, place) {
                self.left.push(left);
                continue;
            }
            let name = place.dir.join(left.folder.name());
            match left.folder.remove(&place.dir) {
                Err(folder) => self.left.push(Left { folder, ..left }),
                Ok(()) => {
                    let text = format!("What was left on this medium was removed: {name:?}.");
                    session.terminal.say(&text);
                    let findings = &mut session.report.findings;
                    let is_of_it = |finding: &Finding| {
                        (finding.code, finding.severity) == ("left", Severity::Warning)
                            && left.subjects.contains(&finding.subject)
                    };
                    findings.retain(|finding| !is_of_it(finding));
                }
            }
        }
    }

    /// Whether this is the medium that something was left on, and certainly not that of another copy of the same thing:
    /// its folder has the same name.
    fn may_clear(&self, left: &Left, place: &Place) -> bool {
        let folder = place.dir.join(left.folder.name());
        let is_here = |medium: &Medium| place.medium.not_apart(medium).is_some();
        let mut used = self.used.iter();
        place.medium.is_medium()
            && is_here(&left.medium)
            && !used.any(|used| used.thing == left.thing && is_here(&used.place.medium))
            && folder.exists()
            && !folder.join(carrier::SUMS).exists()
    }

    /// Whether a named place holds what was looked at before any key existed.
    fn is_as_it_was(&self, place: &Place) -> bool {
        let before = self.before.iter().find(|before| before.dir == place.dir);
        before.is_none_or(Place::is_there)
    }

    /// What makes a medium useless for this copy, whatever the rules.
    fn in_the_way(&self, due: &Due<'_>, place: &Place) -> Option<Error> {
        let Place { dir, medium } = place;
        if let Some(node) = in_node(self.plan, dir) {
            return Some(mistake(format!(
                "{dir:?} lies in the node directory {node:?}"
            )));
        }
        if let Some(what) = self.already_there(due, dir) {
            return Some(mistake(format!("this is the medium of {what}, in {dir:?}")));
        }
        let is_bad = |bad: &Place| match self.plan.is_strict("devices") {
            true => medium.not_apart(&bad.medium).is_some(),
            false => *dir == bad.dir && medium.is_same_mount(&bad.medium),
        };
        if self.bad.iter().any(is_bad) {
            let what = format!("{dir:?} is the medium that did not give back what was written");
            return Some(mistake(what));
        }
        cannot_take(dir, medium, due.bytes)
    }

    /// A copy of this vault that lies there and may not lie beside this one. The folder says it, whatever disk it is.
    fn already_there(&self, due: &Due<'_>, dir: &Path) -> Option<String> {
        let prefix = format!("{}{}", carrier::PREFIX, self.id);
        let folders = media::find(dir, &prefix).ok()?.paths;
        let things = folders.iter().filter_map(|folder| {
            let name = folder.file_name()?.to_str()?.strip_prefix(&prefix)?;
            Some(match name.strip_prefix("-share-") {
                Some(number) => (Thing::Share(number.parse().ok()?), folder),
                None => (Thing::Vault, folder),
            })
        });
        let mut others = things.filter(|(thing, _)| !self.plan.may_lie_together(*thing, due.thing));
        let (thing, folder) = others.next()?;
        let copy = carrier::read_facts(folder).map(|facts| usize::from(facts.copy));
        Some(match copy {
            Some(copy) => self.plan.copy_name(thing, copy),
            None => format!("{} (not finished)", self.plan.copy_name(thing, 1)),
        })
    }

    /// Why a medium cannot count as one of its own.
    fn too_near(&self, due: &Due<'_>, medium: &Medium) -> Option<String> {
        if let Some(why) = medium.why_not() {
            return Some(format!("this is {why}"));
        }
        for used in &self.used {
            if self.plan.is_together(used.thing, due.thing) {
                continue;
            }
            if let Some(why) = medium.not_apart(&used.place.medium) {
                let name = self.plan.copy_name(used.thing, used.copy.into());
                return Some(format!("this may be the medium of {name}: {why}"));
            }
        }
        if let Some(near) = self.papers.iter().find_map(|paper| medium.not_apart(paper)) {
            return Some(format!("the PDFs of sheets lie on this medium: {near}"));
        }
        at_home(self.plan, medium).map(|home| format!("this is the disk of {home:?}"))
    }

    /// A copy of this sealing, or the place of one, on the medium that a PDF is to go to.
    pub(in crate::commands::seal) fn copy_on(&self, paper: &Medium) -> Option<String> {
        let used = self.used.iter().map(|used| &used.place);
        let mut all = used.chain(&self.before);
        let near = all.find(|place| {
            paper.is_medium()
                && place.medium.is_medium()
                && paper.not_apart(&place.medium).is_some()
        });
        near.map(|place| format!("this is the medium of a copy, {:?}", place.dir))
    }

    /// From now on a PDF lies there too.
    pub(in crate::commands::seal) fn add_paper(&mut self, medium: Medium) {
        self.papers.extend(medium.is_medium().then_some(medium));
    }

    /// A medium with other things on it is taken only when the officer says so: it may be somebody else's.
    fn may_use(&self, dir: &Path, session: &mut Session) -> Result<bool> {
        let Ok(listing) = media::OpenFolder::open(dir).and_then(|folder| folder.names(MOST_NAMES))
        else {
            return Ok(true);
        };
        let mut names: Vec<String> = listing.names;
        names.retain(|name| !media::OWN.contains(&name.as_str()));
        names.extend(listing.odd);
        let Some((first, others)) = names.split_first() else {
            return Ok(true);
        };
        let more = match others.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let question =
            format!("{dir:?} is not empty: it holds {first:?}{more}. Use it all the same?");
        match session.terminal.confirm(&question) {
            Err(Error::Stopped) => Err(stopped("at this medium")),
            answer => Ok(answer? == Some(true)),
        }
    }
}

/// Whether a medium takes no writes, or has too little room.
pub(in crate::commands) fn cannot_take(dir: &Path, medium: &Medium, bytes: u64) -> Option<Error> {
    let is_open = rustix::fs::access(dir, Access::WRITE_OK | Access::EXEC_OK).is_ok();
    let is_full = medium.free_bytes.is_some_and(|free| free < bytes);
    let why = match (medium.read_only, is_open, is_full) {
        (true, ..) => ErrorKind::ReadOnlyFilesystem,
        (_, false, _) => ErrorKind::PermissionDenied,
        (.., true) => ErrorKind::StorageFull,
        _ => return None,
    };
    Some(Error::io("write to", dir)(why.into()))
}

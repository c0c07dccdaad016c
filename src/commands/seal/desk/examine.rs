//! Whether a medium can be taken for a copy; if not, what it is, in words.

use std::path::Path;

use super::{Desk, Due, Place};
use crate::carrier::{self, Role};
use crate::commands::Session;
use crate::commands::seal::Thing;
use crate::commands::seal::places::{in_node, on_source, real_directory};
use crate::error::Result;
use crate::media::{self, Medium};
use crate::report::Severity;

/// What a new file system has of its own.
const OWN: [&str; 2] = ["lost+found", "System Volume Information"];
/// Names looked at before a medium counts as full of things.
const MOST_NAMES: usize = 100;

impl Desk<'_> {
    /// The place if the medium there can be taken for this copy, or the mistake. A medium that was `brought` was not
    /// looked at before any key existed, so everything is checked here.
    ///
    /// # Errors
    /// What asking answers.
    pub(super) fn examine(
        &self,
        due: &Due<'_>,
        dir: &Path,
        brought: bool,
        session: &mut Session,
    ) -> Result<std::result::Result<Place, String>> {
        let dir = match real_directory(dir) {
            Ok(dir) => dir,
            Err(error) => return Ok(Err(error.to_string())),
        };
        if let Some(node) = in_node(self.plan, &dir) {
            return Ok(Err(format!("{dir:?} lies in the node directory {node:?}")));
        }
        let medium = Medium::at(&dir);
        if let Some(what) = self.already_there(due, &dir) {
            return Ok(Err(format!("this is the medium of {what}, in {dir:?}")));
        }
        if !brought {
            return Ok(Ok(Place { dir, medium }));
        }
        if let Some(near) = self.too_near(due, &medium) {
            if self.plan.is_strict("devices") {
                return Ok(Err(near));
            }
            session.find(
                Severity::Warning,
                "devices",
                "",
                &near,
                "use one medium for each copy",
            );
        }
        match self.may_use(&dir, session)? {
            true => Ok(Ok(Place { dir, medium })),
            false => Ok(Err(format!("{dir:?} is not taken"))),
        }
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
            if let Some(why) = medium.not_apart(&used.medium) {
                let name = self.plan.copy_name(used.thing, used.copy.into());
                return Some(format!("this may be the medium of {name}: {why}"));
            }
        }
        on_source(self.plan, medium).map(|node| format!("this is the disk of {node:?}"))
    }

    /// A medium with other things on it is taken only when the officer says so: it may be somebody else's.
    fn may_use(&self, dir: &Path, session: &mut Session) -> Result<bool> {
        let Ok(listing) = media::OpenFolder::open(dir).and_then(|folder| folder.names(MOST_NAMES))
        else {
            return Ok(true);
        };
        let mut names: Vec<&str> = listing.names.iter().map(String::as_str).collect();
        names.retain(|name| !OWN.contains(name));
        let Some(first) = names.first() else {
            return Ok(listing.odd.is_empty());
        };
        let more = match names.len() - 1 + listing.odd.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let question =
            format!("{dir:?} is not empty: it holds {first:?}{more}. Use it all the same?");
        Ok(session.terminal.confirm(&question)? == Some(true))
    }
}

impl Due<'_> {
    /// What its folder is for.
    pub(in crate::commands::seal) fn role(&self) -> Role {
        match self.thing {
            Thing::Vault => Role::Vault,
            Thing::Share(number) => Role::Share(number),
        }
    }
}

//! The payload, from the node directories to the vault media that are there: read once, written to all of them together,
//! read back from each.

use std::path::Path;
use std::sync::Arc;

use super::output::{Finished, Output};
use super::shares::slow;
use super::stream::stream;
use super::written::discard;
use super::{Begun, Writing, is_about};
use crate::carrier::PayloadFiles;
use crate::commands::seal::Thing;
use crate::commands::seal::desk::Place;
use crate::commands::seal::older::Older;
use crate::error::{Error, Result};
use crate::key::VaultKey;
use crate::manifest::PayloadPart;
use crate::media::{NewFolder, Written};
use crate::payload::Summary;

/// A folder that was made for a vault copy: which copy, where.
type Made = (usize, Place, Arc<NewFolder>);

impl Writing<'_> {
    /// Writes the payload to every vault medium that is there, at least one, and reads it back. A medium that fails is
    /// given up for another one, where somebody can bring it; so is a copy of the older vault.
    pub(super) fn begin_vaults(
        &mut self,
        (key, mut older): (&VaultKey, Option<&mut Older>),
    ) -> Result<(Vec<PayloadPart>, Summary, Option<Vec<u8>>)> {
        loop {
            let mut made = Vec::new();
            let error = match self.try_vaults((key, older.as_deref()), &mut made) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            match (self.give_up(made, error), &mut older) {
                (Err(error), Some(older)) => older.another_copy(error, self.session)?,
                (given_up, _) => given_up?,
            }
        }
    }

    fn try_vaults(
        &mut self,
        keys: (&VaultKey, Option<&Older>),
        made: &mut Vec<Made>,
    ) -> Result<(Vec<PayloadPart>, Summary, Option<Vec<u8>>)> {
        self.make_folders(made)?;
        let folders: Vec<Arc<NewFolder>> =
            made.iter().map(|(.., folder)| Arc::clone(folder)).collect();
        let has_media = !folders.is_empty();
        let dirs: Vec<&Path> = made
            .iter()
            .map(|(_, place, _)| place.dir.as_path())
            .collect();
        let waiting = self.session.terminal.waiting(&slow(&dirs));
        let may_lose = self.session.terminal.leads_on();
        for folder in &folders {
            folder.count_moves(waiting.moves());
        }
        let files = PayloadFiles::create(folders, may_lose)?;
        let output = Output::new(files, self.plan.prints_vault());
        let (now, terminal) = (self.session.now, &mut self.session.terminal);
        let (files, summary) = stream(
            (self.plan, self.taking),
            keys,
            output,
            now,
            (terminal, &waiting),
        )?;
        if has_media {
            let line = "Reading back the vault copies ...";
            self.session.terminal.say(line);
        }
        let Finished {
            facts,
            folders,
            held,
        } = files.read_back()?;
        self.park(made, &facts, folders)?;
        Ok((facts, summary, held))
    }

    /// The folders of the vault copies whose media are there; of the first one in any case.
    fn make_folders(&mut self, made: &mut Vec<Made>) -> Result<()> {
        for index in self.indices(|copy| copy.thing == Thing::Vault && !copy.is_last) {
            while let Some(copy) = self.copies.get(index) {
                let due = copy.due();
                if !made.is_empty() && !self.desk.is_ready(&due) {
                    break;
                }
                let place = self.desk.take(&due, self.session)?;
                let name = copy.role().folder(self.public_key.vault_id());
                match NewFolder::create(&place.dir, &name) {
                    Ok(folder) => {
                        made.push((index, place.clone(), Arc::new(folder)));
                        place.check()?;
                        break;
                    }
                    Err(error)
                        if is_about(&error, &place.dir) && self.session.terminal.leads_on() =>
                    {
                        self.desk.refuse(&due, &place, &error, self.session);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Closes everything: media can be taken out from here on. A copy whose medium failed is made later, on another one.
    fn park(
        &mut self,
        made: &mut Vec<Made>,
        facts: &[PayloadPart],
        folders: Vec<Result<Vec<Written>>>,
    ) -> Result<()> {
        let has_media = !made.is_empty();
        let mut rest = std::mem::take(made).into_iter();
        for files in folders {
            let Some(one) = rest.next() else { break };
            let done = match files {
                Ok(files) => self.begun(facts, one, files),
                Err(error) => {
                    self.leave_behind(one, &error);
                    Ok(())
                }
            };
            if let Err(failed) = done {
                let (one, error) = *failed;
                // what is not parked is taken back by who called
                made.push(one);
                made.extend(rest);
                return Err(error);
            }
        }
        if has_media && self.plan.brings_media() {
            let text =
                "Its medium is needed once more at the end: leave it in if there is another port.";
            self.session.terminal.say(text);
        }
        Ok(())
    }

    fn begun(
        &mut self,
        facts: &[PayloadPart],
        (index, place, folder): Made,
        files: Vec<Written>,
    ) -> std::result::Result<(), Box<(Made, Error)>> {
        let names = facts.iter().map(|part| part.name.clone());
        let files = names.zip(files.into_iter().map(Written::park)).collect();
        let folder = match Arc::try_unwrap(folder) {
            Ok(folder) => folder,
            Err(folder) => {
                let what = "a folder is still in use";
                let error = Error::SelfTest { what };
                return Err(Box::new(((index, place, folder), error)));
            }
        };
        let copy = self.copies.get(index);
        let mark = copy.map_or(String::new(), |copy| copy.mark.clone());
        let folder = folder.park();
        self.begun.push(Begun {
            index,
            mark,
            place,
            folder,
            files,
        });
        Ok(())
    }

    /// One of several media failed: the others go on.
    fn leave_behind(&mut self, (index, place, folder): Made, error: &Error) {
        let Some(copy) = self.copies.get(index) else {
            return;
        };
        let left = discard(folder, (copy, &place), self.session);
        left.into_iter().for_each(|left| self.desk.leave(left));
        let Error::NoSource(_) = error else {
            self.desk.refuse(&copy.due(), &place, error, self.session);
            return;
        };
        // nothing is wrong with its medium: it may be taken again
        self.desk.forget(&copy.due());
        let text = format!("{error}; {} is made later", copy.holds);
        self.session.terminal.warn(&text);
    }

    /// Takes back what was begun. Goes on only when one medium is at fault and another one can be brought.
    fn give_up(&mut self, made: Vec<Made>, error: Error) -> Result<()> {
        let at_fault = made
            .iter()
            .find(|(_, place, _)| is_about(&error, &place.dir));
        let at_fault = at_fault.map(|(index, place, _)| (*index, place.clone()));
        let indices: Vec<usize> = made.iter().map(|(index, ..)| *index).collect();
        for (index, place, folder) in made {
            let copy = self.copies.get(index);
            let left = copy.and_then(|copy| discard(folder, (copy, &place), self.session));
            left.into_iter().for_each(|left| self.desk.leave(left));
        }
        for copy in indices.iter().filter_map(|index| self.copies.get(*index)) {
            self.desk.forget(&copy.due());
        }
        let copy = at_fault.and_then(|(index, place)| Some((self.copies.get(index)?, place)));
        let (Some((copy, place)), true) = (copy, self.session.terminal.leads_on()) else {
            return Err(error);
        };
        self.desk.refuse(&copy.due(), &place, &error, self.session);
        Ok(())
    }
}

//! The note that an older vault was superseded: let out only when every copy of the newer one was read back.

use std::path::Path;

use super::Writing;
use super::written::Written;
use crate::carrier;
use crate::commands::seal::Thing;
use crate::error::{Error, Result};
use crate::media::{NewFolder, OpenFolder};
use crate::register::{Event, Superseded};
use crate::report::{Severity, shown};
use crate::supersession::{ReadSupersession, Supersession};

impl Writing<'_> {
    /// Puts the note beside each copy whose medium is still there, in a folder of its own, and answers what the register is
    /// told. The newer vault is whole whatever becomes of it: what fails is said.
    ///
    /// # Errors
    /// [`Error::SelfTest`] when the note does not hold; [`Error::Interrupted`].
    pub(super) fn let_out(&mut self, read: &ReadSupersession) -> Result<Event> {
        let proven = read.prove(&self.public_key).map_err(|_| Error::SelfTest {
            what: "the note of a superseded vault does not read back as it was written",
        })?;
        let mut without = Vec::new();
        let mut count = 0_usize;
        let mut is_stopped = false;
        let written = std::mem::take(&mut self.written);
        for one in &written {
            let put = match is_stopped {
                true => Err(None),
                false => put_beside(one, read, &proven),
            };
            match put {
                Ok(true) => count += 1,
                Ok(false) => {}
                Err(None) => without.push(one.line.holds.clone()),
                Err(Some(error)) => {
                    // The vault is whole and has to be entered, whoever is in a hurry now.
                    is_stopped |= matches!(error, Error::Interrupted);
                    self.session.terminal.warn(&error.to_string());
                    without.push(one.line.holds.clone());
                }
            }
        }
        self.written = written;
        if count == 0 && !is_stopped {
            count += usize::from(self.bring_for_note(read, &proven, &mut without)?);
        }
        let place = match count {
            0 => "is on no carrier".to_owned(),
            1 => "lies on 1 carrier".to_owned(),
            _ => format!("lies on {count} carriers"),
        };
        let text = format!(
            "Vault {} is superseded: the note that both vaults signed {place}.",
            proven.old.public_key.vault_id()
        );
        self.session.terminal.say(&text);
        if !without.is_empty() {
            let text = format!(
                "without the note of the older vault: {}",
                without.join(", ")
            );
            let hint = "these copies are whole all the same; the register has the note too, where one is kept";
            self.session
                .find(Severity::Warning, "supersession-missing", "", &text, hint);
        }
        Ok(Event::Superseded(Superseded {
            vault: proven.old.public_key.vault_id(),
            by: proven.new.public_key.vault_id(),
            at: proven.at,
            note: Some(read.clone()),
        }))
    }
}

impl Writing<'_> {
    /// Asks for one vault copy to be brought back, where all media were taken out: the note belongs on a carrier.
    fn bring_for_note(
        &mut self,
        read: &ReadSupersession,
        proven: &Supersession,
        without: &mut Vec<String>,
    ) -> Result<bool> {
        let is_first = |one: &&Written| one.thing == Thing::Vault && one.medium().is_some();
        let first = self.written.iter().find(is_first);
        let copy = first.and_then(|one| self.copies.iter().find(|copy| one.is(copy)));
        let Some(copy) = copy.filter(|_| self.session.terminal.leads_on()) else {
            return Ok(false);
        };
        let folder = copy.role().folder(self.public_key.vault_id());
        let text = "The note that the older vault is superseded goes onto a copy of the new one.";
        self.session.terminal.say(text);
        let mut put = |dir: &Path| {
            OpenFolder::open(&dir.join(&folder))?;
            put_at(dir, read, proven)
        };
        match self.desk.bring_back(&copy.due(), self.session, &mut put) {
            Err(Error::Interrupted) => Err(Error::Interrupted),
            // the newer vault is whole without it, and the register has it
            Err(_) => Ok(false),
            Ok(()) => {
                without.retain(|holds| *holds != copy.holds);
                Ok(true)
            }
        }
    }
}

/// Whether it was put there now: paper has none, and a carrier of several copies has one.
fn put_beside(
    written: &Written,
    read: &ReadSupersession,
    proven: &Supersession,
) -> std::result::Result<bool, Option<Error>> {
    let Some((_, place)) = written.medium() else {
        return Ok(false);
    };
    if !place.is_there() {
        return Err(None);
    }
    match put_at(&place.dir, read, proven) {
        Err(Error::Exists(_)) => Ok(false),
        put => put.map(|()| true).map_err(Some),
    }
}

fn put_at(dir: &Path, read: &ReadSupersession, proven: &Supersession) -> Result<()> {
    let name = carrier::note_folder(proven.new.public_key.vault_id());
    let folder = NewFolder::create(dir, &name)?;
    let Err(error) = carrier::finish_note(&folder, read, proven) else {
        return Ok(());
    };
    let left: Vec<String> = folder.discard().iter().map(|path| shown(path)).collect();
    Err(match left.as_slice() {
        [] => error,
        // without its SHA256SUMS it is not finished
        _ => Error::Refused {
            what: format!("{error}; {} is left of it", left.join(", ")),
            hint: "remove it".into(),
        },
    })
}

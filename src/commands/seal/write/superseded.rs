//! The note that an older vault was superseded: let out only when every copy of the newer one was read back.

use super::Writing;
use super::written::Written;
use crate::carrier;
use crate::error::{Error, Result};
use crate::media::NewFolder;
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
        let written = std::mem::take(&mut self.written);
        for one in &written {
            match put_beside(one, read, &proven) {
                Ok(true) => count += 1,
                Ok(false) => {}
                Err(None) => without.push(one.line.holds.clone()),
                Err(Some(error)) => {
                    self.session.terminal.warn(&error.to_string());
                    without.push(one.line.holds.clone());
                }
            }
        }
        self.written = written;
        let text = format!(
            "Vault {} is superseded: the note that both vaults signed lies on {count} carriers.",
            proven.old.public_key.vault_id()
        );
        self.session.terminal.say(&text);
        if !without.is_empty() {
            let text = format!(
                "without the note of the older vault: {}",
                without.join(", ")
            );
            let hint = "the note is on the others and in the register; these copies are whole all the same";
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
    let name = carrier::note_folder(proven.new.public_key.vault_id());
    let folder = match NewFolder::create(&place.dir, &name) {
        Err(Error::Exists(_)) => return Ok(false),
        folder => folder.map_err(Some)?,
    };
    let Err(error) = carrier::finish_note(&folder, read, proven) else {
        return Ok(true);
    };
    let left: Vec<String> = folder.discard().iter().map(|path| shown(path)).collect();
    Err(Some(match left.as_slice() {
        [] => error,
        // without its SHA256SUMS it is not finished
        _ => Error::Refused {
            what: format!("{error}; {} is left of it", left.join(", ")),
            hint: "remove it".into(),
        },
    }))
}

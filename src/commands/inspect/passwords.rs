//! Passwords of keystores, from a descriptor or from the person at the terminal. Nobody has to know them.

use crate::commands::Session;
use crate::commands::given::{StoreLines, ask_password};
use crate::commands::secrets::SecretLines;
use crate::contents::Place;
use crate::error::Result;
use crate::report::shown;
use crate::secret::SecretBytes;

/// Whoever is asked.
pub(super) struct Asking<'a> {
    lines: Option<StoreLines>,
    session: &'a mut Session,
}

impl<'a> Asking<'a> {
    /// # Errors
    /// As the descriptor.
    pub(super) fn new(lines: Option<SecretLines>, session: &'a mut Session) -> Result<Self> {
        let lines = lines.map(|mut lines| StoreLines::read(&mut lines));
        let lines = lines.transpose()?;
        Ok(Self { lines, session })
    }

    /// Says it if all that the descriptor gave was of no use.
    pub(super) fn tell_unused(self, has_opened: bool) {
        if let Some(lines) = &self.lines {
            lines.tell_unused(has_opened, self.session);
        }
    }

    /// The password of a store: each line of the descriptor in its turn, or what is typed.
    ///
    /// # Errors
    /// As the terminal.
    pub(super) fn ask(&mut self, place: &Place, attempt: u32) -> Result<Option<SecretBytes>> {
        if let Some(lines) = &self.lines {
            return Ok(lines.attempt(attempt));
        }
        let path = shown(&place.path(std::path::Path::new("")));
        ask_password(&path, attempt, self.session)
    }
}

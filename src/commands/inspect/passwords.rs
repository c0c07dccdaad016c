//! Passwords of keystores, from a descriptor or from the person at the terminal. Nobody has to know them.

use crate::commands::Session;
use crate::commands::given::StoreLines;
use crate::commands::secrets::SecretLines;
use crate::contents::Place;
use crate::error::Result;
use crate::report::shown;
use crate::secret::SecretBytes;

/// How often a person is asked about one store.
const ATTEMPTS: u32 = 3;

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

    /// The password of a store: each line of the descriptor in its turn, or what is typed.
    ///
    /// # Errors
    /// As the terminal.
    pub(super) fn ask(&mut self, place: &Place, attempt: u32) -> Result<Option<SecretBytes>> {
        if let Some(lines) = &self.lines {
            return Ok(lines.attempt(attempt));
        }
        let terminal = &mut self.session.terminal;
        if !terminal.leads_on() {
            return Ok(None);
        }
        if attempt > 1 {
            terminal.say("Not everything in it opens with that.");
        }
        let path = shown(&place.path(std::path::Path::new("")));
        let question = format!(
            "{path}: its password, attempt {attempt} of {ATTEMPTS}, typed hidden; press Enter to skip it:"
        );
        terminal.ask_hidden(&question)
    }
}

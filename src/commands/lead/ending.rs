//! The questions once the shares are enough: the words, and another copy where none opened.

use super::{AnyVault, Lead, say_all};
use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::insert::Inserted;
use crate::commands::judging::say_what_was_compared;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::quorum::Judged;

impl Lead {
    /// The words on the screen against those on the paper. With `--expect` the program compared them; in a rehearsal
    /// for which everything was given, nobody has a paper. Whether anybody, or the program, compared them.
    ///
    /// # Errors
    /// [`Error::WrongWords`]; [`Error::Stopped`], also when the terminal is gone; [`Error::Interrupted`].
    pub(in crate::commands) fn compare(
        &self,
        judged: &Judged,
        session: &mut Session,
    ) -> Result<bool> {
        let practises = judged.kind() == Some(Kind::Rehearsal) && !self.asked;
        if practises || self.is_expected {
            say_what_was_compared(self.is_expected, session);
            return Ok(self.is_expected);
        }
        let question = "Do the words agree with the paper?";
        match session.terminal.confirm(question)? {
            Some(true) => Ok(true),
            Some(false) => Err(Error::WrongWords),
            None => Err(Error::Stopped),
        }
    }

    /// After no copy came out whole: another one, or, where that `can_salvage`, what is still whole in those that were
    /// there.
    ///
    /// # Errors
    /// [`Error::Stopped`], [`Error::Interrupted`].
    pub(in crate::commands) fn another(
        &mut self,
        can_salvage: bool,
        session: &mut Session,
    ) -> Result<Another> {
        let words: &[&'static str] = if can_salvage { &["salvage"] } else { &[] };
        say_all(
            &["No vault copy so far opens. Insert the medium of another copy, or type its place."],
            session,
        );
        if can_salvage {
            let text =
                "`salvage` brings back the files that are still whole in those that are here.";
            session.terminal.say(text);
        }
        loop {
            let before = self.presented.vaults.len();
            match self.ask("Another vault copy:", words, session)? {
                Inserted::Word(_) => return Ok(Another::Salvage),
                Inserted::Places(places) => self.look(&places, &mut AnyVault, session)?,
            }
            self.forget_secrets();
            if let Some(new) = self
                .presented
                .vaults
                .get(before..)
                .filter(|n| !n.is_empty())
            {
                return Ok(Another::Copies(new.to_vec()));
            }
        }
    }
}

/// What to go on with.
pub(in crate::commands) enum Another {
    /// These copies.
    Copies(Vec<VaultAt>),
    /// What is whole in all that are there.
    Salvage,
}

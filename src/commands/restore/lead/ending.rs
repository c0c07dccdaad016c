//! The questions once the shares are enough: the words, the place for the files, and another copy where none opened.

use std::path::Path;

use super::super::choice::Choice;
use super::super::judging::say_what_was_compared;
use super::super::{off_limits, target::Unfinished};
use super::{Lead, say_all};
use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::insert::Inserted;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::quorum::Judged;
use crate::terminal::{is_stop, typed_path};

impl Lead<'_> {
    /// The words on the screen against those on the paper. With `--expect` the program compared them; in a rehearsal
    /// for which everything was given, nobody has a paper.
    ///
    /// # Errors
    /// [`Error::WrongWords`]; [`Error::Stopped`], also when the terminal is gone; [`Error::Interrupted`].
    pub(in crate::commands::restore) fn compare(
        &self,
        judged: &Judged,
        session: &mut Session,
    ) -> Result<()> {
        let practises = judged.kind() == Some(Kind::Rehearsal) && !self.asked;
        if practises || self.args.expect.is_some() {
            say_what_was_compared(self.args.expect.is_some(), session);
            return Ok(());
        }
        let question = "Do the words agree with the paper?";
        match session.terminal.confirm(question)? {
            Some(true) => Ok(()),
            Some(false) => Err(Error::WrongWords),
            None => Err(Error::Stopped),
        }
    }

    /// The directory for the files: the one of `--into`, or one that is asked for until it can be taken and made.
    ///
    /// # Errors
    /// What [`Unfinished::create`] answers for `--into`; [`Error::Stopped`], [`Error::Interrupted`].
    pub(in crate::commands::restore) fn target(
        &self,
        choice: &Choice,
        session: &mut Session,
    ) -> Result<Unfinished> {
        if let Some(into) = &self.args.into {
            return Unfinished::create(into, session);
        }
        loop {
            let question = "A new or empty directory for the files:";
            let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
            if is_stop(&answer) {
                return Err(Error::Stopped);
            }
            if answer.is_empty() {
                continue;
            }
            let into = typed_path(&answer);
            let made = check_target(&into, choice, session)
                .and_then(|()| Unfinished::create(&into, session));
            match made {
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => session.terminal.error(&error),
                made => return made,
            }
        }
    }

    /// After no copy came out whole: another one, or what is still whole in those that were there.
    ///
    /// # Errors
    /// [`Error::Stopped`], [`Error::Interrupted`].
    pub(in crate::commands::restore) fn another(
        &mut self,
        choice: &Choice,
        session: &mut Session,
    ) -> Result<Another> {
        let plain = choice.only.is_empty() && choice.note_to.is_none();
        let words: &[&'static str] = if plain { &["salvage"] } else { &[] };
        say_all(
            &["No vault copy so far opens. Insert the medium of another copy, or type its place."],
            session,
        );
        if plain {
            let text =
                "`salvage` brings back the files that are still whole in those that are here.";
            session.terminal.say(text);
        }
        loop {
            let before = self.presented.vaults.len();
            match self.ask("Another vault copy:", words, session)? {
                Inserted::Word(_) => return Ok(Another::Salvage),
                Inserted::Places(places) => self.look(&places, session)?,
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
pub(in crate::commands::restore) enum Another {
    /// These copies.
    Copies(Vec<VaultAt>),
    /// What is whole in all that are there.
    Salvage,
}

/// Whether files could be restored into `into`: asked before people fetch their media.
///
/// # Errors
/// The rule that forbids it.
pub(in crate::commands::restore) fn check_target(
    into: &Path,
    choice: &Choice,
    session: &mut Session,
) -> Result<()> {
    choice.check_into(into)?;
    off_limits::check(into)?;
    Unfinished::check(into, session)
}

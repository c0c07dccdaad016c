//! The questions to the custodian of a protected share: a passphrase, or the file with an age key.
//!
//! Knows the terminal; how a share is opened is the business of the file above.

use std::path::Path;

use super::{ClosedCopy, Unlocking, takes_passphrase};
use crate::carrier;
use crate::commands::Session;
use crate::commands::secrets::{KeysFrom, add_keys};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::share::{Closed, Facts};
use crate::terminal::{is_stop, typed_path};

/// How often a person is asked for one share.
const ATTEMPTS: usize = 3;

impl Unlocking {
    pub(super) fn open_by_asking(
        &mut self,
        copies: &mut [ClosedCopy<'_>],
        facts: &Facts,
        left: &mut Closed,
        session: &mut Session,
    ) -> Result<bool> {
        if self.lines.is_some() || !session.terminal.can_ask() {
            return Ok(false);
        }
        announce(copies, facts, session);
        for attempt in 1..=ATTEMPTS {
            let opened = if takes_passphrase(copies) {
                self.ask_passphrase(attempt, copies, facts, left, session)?
            } else {
                self.ask_key_file(attempt, copies, facts, left, session)?
            };
            match opened {
                None => return Ok(false),
                Some(true) => return Ok(true),
                Some(false) => {
                    let text =
                        "It does not open: what was given is wrong, or this copy is damaged.";
                    session.terminal.say(text);
                }
            }
        }
        Ok(false)
    }

    /// Whether what was typed opens it; `None` when nothing was. Any text may be a passphrase: `stop` is one, too.
    fn ask_passphrase(
        &mut self,
        attempt: usize,
        copies: &mut [ClosedCopy<'_>],
        facts: &Facts,
        left: &mut Closed,
        session: &mut Session,
    ) -> Result<Option<bool>> {
        let question = format!(
            "{}: passphrase of share {}, attempt {attempt} of {ATTEMPTS}, typed hidden:",
            facts.custodian, facts.number
        );
        match session.terminal.ask_hidden(&question)? {
            Some(line) if !line.expose().is_empty() => {
                self.open_with(line, copies, facts, left).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The same with the file that was named.
    fn ask_key_file(
        &mut self,
        attempt: usize,
        copies: &mut [ClosedCopy<'_>],
        facts: &Facts,
        left: &mut Closed,
        session: &mut Session,
    ) -> Result<Option<bool>> {
        let question = format!(
            "{}: file with the age key, attempt {attempt} of {ATTEMPTS}:",
            facts.custodian
        );
        match session.terminal.ask(&question)? {
            Some(answer) if is_stop(&answer) => Err(Error::Stopped),
            Some(answer) if !answer.is_empty() => self
                .open_with_file(&typed_path(&answer), copies, left, session)
                .map(Some),
            _ => Ok(None),
        }
    }

    fn open_with_file(
        &mut self,
        path: &Path,
        copies: &mut [ClosedCopy<'_>],
        left: &mut Closed,
        session: &mut Session,
    ) -> Result<bool> {
        if let Err(error) = add_keys(&mut self.keys, path, KeysFrom::Prompt) {
            interrupt::check()?;
            session.terminal.error(&error);
            return Ok(false);
        }
        self.open_with_keys(copies, left)
    }
}

/// What is asked for, before it is.
fn announce(copies: &[ClosedCopy<'_>], facts: &Facts, session: &mut Session) {
    let name = carrier::share_name(facts.number, &facts.custodian);
    let words = facts.public_key.vault_id().word_lines();
    let words = words.first().cloned().unwrap_or_default();
    let terminal = &mut session.terminal;
    terminal.say(&format!("{name} of vault {words} ... is protected:"));
    for (from, _) in copies {
        terminal.say(&format!("  {from:?}"));
    }
    terminal.say("Only its custodian types now. Press Enter alone to leave this share out;");
    terminal.say("Ctrl-C ends everything.");
}

//! Opens protected shares: with the keys that were given, from a descriptor, or by asking the person at the table.
//!
//! A passphrase that does not open a share costs the share and never the command: it is then missing.

use std::path::Path;

use super::Session;
use super::secrets::{KeysFrom, OpenArgs, SecretLines, add_keys};
use crate::carrier;
use crate::cipher::{Lock, OwnKeys, Passphrase, Protected};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::quorum::Table;
use crate::secret::SecretBytes;
use crate::share::{Closed, Facts, ReadShare};
use crate::signature::{PublicKey, VaultId};
use crate::terminal::{is_stop, typed_path};

/// How often a person is asked for one share.
const ATTEMPTS: usize = 3;

/// One copy of a closed share, and where it was read.
pub(super) type ClosedCopy<'a> = (&'a Path, &'a mut ReadShare);

/// What opens protected shares in this run. It remembers what was typed for each share, so that another copy of it
/// opens without asking.
#[derive(Default)]
pub(super) struct Unlocking {
    keys: OwnKeys,
    lines: Option<SecretLines>,
    typed: Vec<(PublicKey, u8, Passphrase)>,
}

impl Unlocking {
    /// Reads the keys, and takes hold of the descriptor. Call it before anything else is opened.
    ///
    /// # Errors
    /// [`Error::Usage`] for what gives no secrets.
    pub(super) fn new(args: &OpenArgs) -> Result<Self> {
        Ok(Self {
            lines: args.secret_fd.lines()?,
            keys: args.keys()?,
            typed: Vec::new(),
        })
    }

    /// Opens protected shares on the table, as many as are needed. Those of which nobody knows the passphrase stay
    /// closed, with the reason in them; they are not asked for again, but another copy of them is.
    ///
    /// # Errors
    /// [`Error::Interrupted`], [`Error::Stopped`]; what the descriptor and the terminal answer.
    pub(super) fn open_all(
        &mut self,
        table: &mut Table,
        expect: Option<VaultId>,
        session: &mut Session,
    ) -> Result<()> {
        while let Some(mut copies) = table.to_open(expect) {
            self.open(&mut copies, session)?;
        }
        Ok(())
    }

    /// Opens one of several copies of one share; whether it is open now. The caller has made sure that its public part
    /// is genuine: nobody is to be asked for a passphrase by a forger.
    ///
    /// # Errors
    /// As [`Unlocking::open_all`].
    pub(super) fn open(
        &mut self,
        copies: &mut [ClosedCopy<'_>],
        session: &mut Session,
    ) -> Result<bool> {
        let Some(facts) = copies.first().map(|(_, share)| share.facts.clone()) else {
            return Ok(false);
        };
        let mut left = Closed::NotGiven;
        let open = self.open_with_keys(copies, &mut left)?
            || self.open_as_before(copies, &facts, &mut left)?
            || self.open_from_lines(copies, &facts, &mut left)?
            || self.open_by_asking(copies, &facts, &mut left, session)?;
        // A damaged copy beside one that opened is left with the reason too; an equal one was not tried.
        if !open || left == Closed::Refused {
            copies
                .iter_mut()
                .for_each(|(_, share)| share.leave_closed(left));
        }
        Ok(open)
    }

    fn open_with_keys(&self, copies: &mut [ClosedCopy<'_>], left: &mut Closed) -> Result<bool> {
        if self.keys.is_empty() {
            return Ok(false);
        }
        try_each(copies, Lock::Recipient, left, |protected| {
            protected.open_with(&self.keys)
        })
    }

    /// With what was typed for an earlier copy of this share.
    fn open_as_before(
        &self,
        copies: &mut [ClosedCopy<'_>],
        facts: &Facts,
        left: &mut Closed,
    ) -> Result<bool> {
        let of_share = |(key, number, _): &&(PublicKey, u8, Passphrase)| {
            *key == facts.public_key && *number == facts.number
        };
        for (.., passphrase) in self.typed.iter().filter(of_share) {
            if try_passphrase(copies, passphrase, left)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One line for each share; a wrong one is not asked for again.
    fn open_from_lines(
        &mut self,
        copies: &mut [ClosedCopy<'_>],
        facts: &Facts,
        left: &mut Closed,
    ) -> Result<bool> {
        let Some(lines) = self.lines.as_mut().filter(|_| takes_passphrase(copies)) else {
            return Ok(false);
        };
        match lines.next()? {
            Some(line) => self.open_with(line, copies, facts, left),
            None => Ok(false),
        }
    }

    fn open_by_asking(
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

    fn open_with(
        &mut self,
        line: SecretBytes,
        copies: &mut [ClosedCopy<'_>],
        facts: &Facts,
        left: &mut Closed,
    ) -> Result<bool> {
        let passphrase = Passphrase::typed(line);
        let opened = try_passphrase(copies, &passphrase, left)?;
        self.typed
            .push((facts.public_key, facts.number, passphrase));
        Ok(opened)
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

fn takes_passphrase(copies: &[ClosedCopy<'_>]) -> bool {
    copies
        .iter()
        .any(|(_, share)| share.lock() == Some(Lock::Passphrase))
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

fn try_passphrase(
    copies: &mut [ClosedCopy<'_>],
    passphrase: &Passphrase,
    left: &mut Closed,
) -> Result<bool> {
    try_each(copies, Lock::Passphrase, left, |protected| {
        protected.open(passphrase)
    })
}

/// Tries each copy until one opens and is the share that was signed; equal age files once.
fn try_each(
    copies: &mut [ClosedCopy<'_>],
    lock: Lock,
    left: &mut Closed,
    open: impl Fn(&Protected) -> Option<SecretBytes>,
) -> Result<bool> {
    let mut tried: Vec<Protected> = Vec::new();
    for (_, share) in copies {
        interrupt::check()?;
        let Some(protected) = share.protected().filter(|p| p.lock() == lock).cloned() else {
            continue;
        };
        if tried.contains(&protected) {
            continue;
        }
        if let Some(y) = open(&protected) {
            share.open(y);
            if share.is_signed() {
                return Ok(true);
            }
        }
        *left = Closed::Refused;
        tried.push(protected);
    }
    Ok(false)
}

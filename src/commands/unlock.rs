//! Opens protected shares: with the keys that were given, from a descriptor, or by asking the person at the table.
//!
//! A passphrase that does not open a share costs the share and never the command: it is then missing.

mod asking;

use std::path::Path;

use super::Session;
use super::secrets::{OpenArgs, SecretLines};
use crate::cipher::{Lock, OwnKeys, Passphrase, Protected};
use crate::error::Result;
use crate::host::interrupt;
use crate::quorum::Table;
use crate::secret::SecretBytes;
use crate::share::{Closed, Facts, ReadShare};
use crate::signature::{PublicKey, VaultId};

/// How many lines of `--secret-fd` are read: each may have to be tried on each share.
const MOST_LINES: usize = 32;

/// One copy of a closed share, and where it was read.
pub(super) type ClosedCopy<'a> = (&'a Path, &'a mut ReadShare);

/// What opens protected shares in this run. It remembers what was typed for each share, so that another copy of it
/// opens without asking.
#[derive(Default)]
pub(super) struct Unlocking {
    keys: OwnKeys,
    lines: Option<SecretLines>,
    lines_read: usize,
    /// Lines that have opened nothing yet.
    spare: Vec<Passphrase>,
    typed: Vec<(PublicKey, u8, Passphrase)>,
}

impl Unlocking {
    /// Reads the keys, and takes hold of the descriptor. Call it before anything else is opened.
    ///
    /// # Errors
    /// [`crate::error::Error::Usage`] for what gives no secrets.
    pub(super) fn new(args: &OpenArgs) -> Result<Self> {
        Ok(Self {
            lines: args.secret_fd().lines()?,
            keys: args.keys()?,
            ..Self::default()
        })
    }

    /// The lines of the descriptor that were not read yet, where one was given.
    pub(super) fn lines(&mut self) -> Option<&mut SecretLines> {
        self.lines.as_mut()
    }

    /// Opens protected shares on the table, as many as are needed. Those of which nobody knows the passphrase stay
    /// closed, with the reason in them; they are not asked for again, but another copy of them is.
    ///
    /// # Errors
    /// A stop or Ctrl-C at a question; what the descriptor and the terminal answer.
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

    /// With the first line that opens it. A share that was swapped for one that takes no line, and a line that is
    /// missing, must not shift the lines of all others.
    fn open_from_lines(
        &mut self,
        copies: &mut [ClosedCopy<'_>],
        facts: &Facts,
        left: &mut Closed,
    ) -> Result<bool> {
        if !takes_passphrase(copies) {
            return Ok(false);
        }
        let mut at = 0;
        while self.has_line(at)? {
            let Some(passphrase) = self.spare.get(at) else {
                break;
            };
            if try_passphrase(copies, passphrase, left)? {
                let passphrase = self.spare.remove(at);
                self.remember(facts, passphrase);
                return Ok(true);
            }
            at += 1;
        }
        Ok(false)
    }

    /// Whether there is a line at this place among those that are spare; reads the next one where it is needed.
    fn has_line(&mut self, at: usize) -> Result<bool> {
        while self.spare.len() <= at {
            let Some(lines) = self.lines.as_mut().filter(|_| self.lines_read < MOST_LINES) else {
                return Ok(false);
            };
            let Some(line) = lines.next()? else {
                return Ok(false);
            };
            self.lines_read += 1;
            if !line.expose().is_empty() {
                self.spare.push(Passphrase::typed(line));
            }
        }
        Ok(true)
    }

    fn remember(&mut self, facts: &Facts, passphrase: Passphrase) {
        self.typed
            .push((facts.public_key, facts.number, passphrase));
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
        self.remember(facts, passphrase);
        Ok(opened)
    }
}

fn takes_passphrase(copies: &[ClosedCopy<'_>]) -> bool {
    copies
        .iter()
        .any(|(_, share)| share.lock() == Some(Lock::Passphrase))
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

//! `verify --challenge`: the custodian's receipt over the words that the office drew, signed with what follows from the share.

use std::path::Path;

use super::{Args, Verifying};
use crate::carrier;
use crate::commands::{Session, noting};
use crate::error::{Error, Exit, Result};
use crate::media;
use crate::receipt::{self, CHALLENGE_WORDS, ReadReceipt, Receipt};
use crate::report::{Severity, shown};
use crate::share::{ReadShare, Share};

/// The words that were given, in the form that is signed; refused before anything is read.
///
/// # Errors
/// [`Error::Usage`] naming the first word that is wrong; [`Error::Exists`] for a receipt that is there.
pub(super) fn challenge(args: &Args) -> Result<Option<String>> {
    match (&args.challenge, &args.receipt) {
        (None, Some(_)) => Err(Error::Usage {
            what: "--receipt needs the words that the office drew".into(),
            hint: "give them with --challenge \"WORDS\"".into(),
        }),
        (None, None) => Ok(None),
        (Some(words), file) => {
            file.as_deref().map(media::check_alone).transpose()?;
            let words = receipt::normalised(words, CHALLENGE_WORDS);
            words.map(Some).map_err(|error| Error::Usage {
                what: format!("--challenge: {error}"),
                hint: "compare them with what the office sent; all eight, in quotes".into(),
            })
        }
    }
}

impl Verifying {
    /// A whole, open share, if a receipt is wanted.
    pub(super) fn take_open(&mut self, share: &ReadShare) {
        if self.challenge.is_some() && share.closed().is_none() {
            self.open_shares.push(share.again());
        }
    }

    /// The share of a carrier that is whole.
    pub(super) fn take_open_at(&mut self, path: &Path) {
        if self.challenge.is_some()
            && let Ok(read) = carrier::read(path)
            && let Some(Ok(share)) = read.share
        {
            self.take_open(&share);
        }
    }

    /// Makes the receipt.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is not exactly one share, open and proven; what writing answers.
    pub(super) fn receipt(&mut self, args: &Args, session: &mut Session) -> Result<()> {
        let Some(challenge) = self.challenge.take() else {
            return Ok(());
        };
        let share = self.only_share()?;
        let receipt = Receipt {
            public_key: share.facts.public_key,
            number: share.facts.number,
            challenge,
            at: session.clock(),
            tool: noting::TOOL.into(),
        };
        let text = receipt.sign(&share.check_identity());
        let read = ReadReceipt::from_bytes(text.as_bytes())?;
        if !read.is_signed(&share.public_facts().check_key) {
            return Err(Error::SelfTest {
                what: "a receipt does not hold against its own check key",
            });
        }
        let name = carrier::share_name(share.facts.number, &share.facts.custodian);
        let whither = match &args.receipt {
            Some(path) => {
                media::put_alone(path, text.as_bytes())?;
                format!("receipt in {}", shown(path))
            }
            None => {
                for line in text.lines() {
                    session.terminal.result(line)?;
                }
                "receipt above, two lines".to_owned()
            }
        };
        session.terminal.result(&format!("{name}: {whither}"))?;
        let code = format!("    code     {}", read.phone_code());
        session.terminal.result(&code)?;
        let text = format!(
            "{name}: signed for the office; over the phone: {}",
            read.phone_code()
        );
        session.find(
            Severity::Note,
            "receipt",
            "",
            &text,
            "send the receipt to the office: the code alone proves nothing",
        );
        Ok(())
    }

    /// The one share that is proven; several copies of it are one.
    fn only_share(&mut self) -> Result<Share> {
        let refused = |what: &str, hint: &str| Error::Refused {
            what: what.into(),
            hint: hint.into(),
        };
        let mut found: Option<Share> = None;
        for share in std::mem::take(&mut self.open_shares) {
            let Ok(share) = share.prove(None) else {
                continue;
            };
            let is_same = |known: &Share| known.facts == share.facts;
            match &found {
                Some(known) if !is_same(known) => {
                    let what = "shares of several custodians are here: a receipt is of one";
                    return Err(refused(what, "give the carriers of one custodian only"));
                }
                Some(_) => {}
                None => found = Some(share),
            }
        }
        found.filter(|_| self.exit == Exit::Done).ok_or_else(|| {
            let what = "no receipt: no share here is whole, open and proven";
            refused(
                what,
                "a protected share needs --open and its passphrase or key",
            )
        })
    }
}

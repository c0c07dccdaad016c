//! What the options say besides which share and to whom: each becomes a value or a clear refusal.

use super::{Args, asking};
use crate::ceremony::Exception;
use crate::commands::expected::expected;
use crate::commands::{Session, noting, seal};
use crate::error::{Error, Result};
use crate::register::Cause;
use crate::signature::VaultId;
use crate::terminal::is_stop;

/// Rules that can be set aside.
const RULES: [&str; 4] = ["devices", "host", "prepared", "together:NAME"];

/// What became of the copies before.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Why {
    /// There is evidence that they are gone
    Destroyed,
    /// Nobody knows where they are
    Lost,
    /// A bag was open, or its number is wrong
    Bag,
    /// Somebody else keeps it from now on
    HandedOver,
}

impl From<Why> for Cause {
    fn from(why: Why) -> Self {
        match why {
            Why::Destroyed => Self::Destroyed,
            Why::Lost => Self::Lost,
            Why::Bag => Self::Bag,
            Why::HandedOver => Self::HandedOver,
        }
    }
}

/// The options, understood.
pub(super) struct Wishes {
    pub(super) exceptions: Vec<Exception>,
    pub(super) contact: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) witness: Option<String>,
    pub(super) cause: Option<Cause>,
    pub(super) expect: Option<VaultId>,
    pub(super) practises: bool,
    pub(super) again: bool,
    /// Whether the options left something open that must be said, and somebody is there to be asked for the rest too.
    pub(super) asks: bool,
}

impl Wishes {
    /// Reads them.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub(super) fn of(args: &Args, leads: bool) -> Result<Self> {
        let exceptions = args.exceptions.iter();
        let exceptions = exceptions.map(|given| seal::exception(given, &RULES));
        let line = |option, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| noting::text(option, text)).transpose()
        };
        let contact = args.contact.as_deref().map(seal::contact_line);
        Ok(Self {
            exceptions: exceptions.collect::<Result<_>>()?,
            contact: contact.transpose()?,
            reason: line("--reason", &args.reason)?,
            witness: line("--witness", &args.witness)?,
            cause: args.cause.map(Cause::from),
            expect: args.expect.as_deref().map(expected).transpose()?,
            practises: args.rehearsal,
            again: args.again,
            asks: leads && args.leaves_open(),
        })
    }

    /// Whether the machine must be fit, as far as the options say it.
    pub(super) fn is_strict(&self) -> bool {
        !self.practises && !self.sets_aside("host")
    }

    /// Whether that rule was set aside.
    pub(super) fn sets_aside(&self, rule: &str) -> bool {
        self.exceptions.iter().any(|given| given.rule == rule)
    }

    /// The same with what became of the copies before. What nobody says is the worse of what it can be.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub(super) fn with_cause(mut self, session: &mut Session) -> Result<Self> {
        if self.cause.is_some() {
            return self.with_evidence(session);
        }
        if !session.terminal.leads_on() {
            let text = "no --cause was given: the copies before count as lost, and the share as exposed until they are found";
            session.terminal.say(text);
            self.cause = Some(Cause::Lost);
            return Ok(self);
        }
        let question =
            "What became of the copies before? Type destroyed, lost, bag or handed-over:";
        while self.cause.is_none() {
            let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
            if is_stop(&answer) {
                return Err(Error::Stopped);
            }
            self.cause = Cause::parse(&answer.to_lowercase());
            if self.cause.is_none() {
                say_causes(session);
            }
        }
        self.with_evidence(session)
    }

    /// That the copies before are gone is taken over into the register: somebody saw it, and something shows it. Of the other
    /// causes whoever is led is asked what is known.
    fn with_evidence(mut self, session: &mut Session) -> Result<Self> {
        let is_gone = self.cause == Some(Cause::Destroyed);
        let is_said = self.reason.is_some() && self.witness.is_some();
        if is_said || !is_gone && !self.asks {
            return Ok(self);
        }
        if !session.terminal.leads_on() {
            return Err(Error::Usage {
                what: "--cause destroyed takes --reason and --witness: the copies before count as gone then".into(),
                hint: "say what shows it, and who saw it; without evidence it is --cause lost".into(),
            });
        }
        let (reason, witness) = match is_gone {
            true => ("What shows that they are gone, in one line:", "Who saw it:"),
            false => (
                "What is known of it, in one line (press Enter: nothing):",
                "Who watches this and is no custodian (press Enter: nobody):",
            ),
        };
        if self.reason.is_none() {
            self.reason = asking::line(reason, is_gone, session, |text| {
                noting::text("--reason", text)
            })?;
        }
        if self.witness.is_none() {
            self.witness = asking::line(witness, is_gone, session, |text| {
                noting::text("--witness", text)
            })?;
        }
        Ok(self)
    }
}

fn say_causes(session: &mut Session) {
    for line in [
        "destroyed: there is evidence that they are gone. lost: nobody knows where they",
        "are. bag: a bag was open, or its number is wrong. handed-over: somebody else",
        "keeps the share from now on, and the copies before are given back.",
    ] {
        session.terminal.say(line);
    }
}

//! The report of a drill: what was seen, what people say of it, judged, signed, written.
//!
//! Knows the order of these. What a report is, is `crate::drill`'s business; where it lies, `places`'.

mod before;
mod machine;
mod places;
mod said;
mod said_of;
mod telling;
mod weighing;
mod writing;

use crate::commands::{Session, wall_clock};
use crate::digest::Digest;
use crate::drill::{self, CarrierUse, Clock, DrillKind, DrillReport, OF_ANOTHER_VAULT, Outcome};
use crate::error::Result;
use crate::key;
use crate::signature::{Identity, VaultId};
use crate::time::Time;

use super::asking;
use super::done::Done;
use super::entering::{self, Beside};
use super::options::Options;
use super::{came, once, seen, worst};
use before::Before;
use places::Places;
use telling::tell;
use weighing::findings;

pub(in crate::commands) use before::read_report;
pub(in crate::commands) use places::{files_of, left_by_a_kill};
pub(super) use said::Said;

/// What is known before a drill begins, and where its report goes.
pub(super) struct Reporting {
    pub(super) options: Options,
    places: Option<Places>,
    previous: Option<Before>,
    /// Seconds by which a clock on the wall is ahead of the machine's, where people read one.
    ahead: Option<i64>,
    /// Of the register, before anything was done.
    head: Option<Digest>,
}

impl Reporting {
    /// Asks for what was not said.
    ///
    /// # Errors
    /// [`crate::error::Error::Stopped`]; what asking answers.
    pub(super) fn begin(said: Said, session: &mut Session) -> Result<Self> {
        let Said {
            mut options,
            places,
            previous,
        } = said;
        let places = match places {
            Some(places) => Some(places),
            None => Places::ask(session)?,
        };
        if places.is_some() && session.terminal.leads_on() {
            asking::before(&mut options, session)?;
        }
        if let Some(before) = &previous {
            before.check_challenge(options.challenge.as_deref())?;
        }
        let ahead = ask_wall(session)?;
        Ok(Self {
            options,
            places,
            previous,
            ahead,
            head: entering::head(session),
        })
    }

    /// Whether there will be a report.
    pub(super) fn is_written(&self) -> bool {
        self.places.is_some()
    }

    /// A chain of reports is of one vault, and so is the key that lies beside a signed one.
    ///
    /// # Errors
    /// [`crate::error::Error::Refused`] when the report before, or the key, is of another one.
    pub(super) fn check_vault(&self, vault: VaultId) -> Result<()> {
        self.check_chain(vault)?;
        if let Some(places) = &self.places
            && self.options.kind.is_none_or(DrillKind::needs_quorum)
        {
            writing::check_key(places.path(), vault)?;
        }
        Ok(())
    }

    fn check_chain(&self, vault: VaultId) -> Result<()> {
        match &self.previous {
            Some(before) => before.check_vault(vault),
            None => Ok(()),
        }
    }

    /// Whether people are asked for the bag of each custodian's carrier: where a report has it and no option says it.
    pub(super) fn asks_for_bags(&self) -> bool {
        self.is_written() && self.options.bags.is_empty()
    }

    /// Carriers of shares by the report before, with the bags that they had gone into.
    pub(super) fn bags_before(&self) -> Vec<(CarrierUse, String)> {
        let before = self.previous.as_ref().map(|before| &before.report);
        let carriers = before.iter().flat_map(|report| report.carriers.iter());
        let shares = carriers.filter(|one| one.role == "share" && one.outcome != OF_ANOTHER_VAULT);
        let bag = |one: &CarrierUse| one.bag_new.clone().or(one.bag_found.clone());
        let bags = shares.filter_map(|one| Some((one.clone(), bag(one)?)));
        bags.filter(|(_, bag)| bag != drill::NO_BAG).collect()
    }

    /// The vault of the report before, where that says it.
    pub(super) fn vault_before(&self) -> Option<VaultId> {
        self.previous.as_ref()?.vault()
    }

    /// Asks people what they saw, judges, signs where a quorum gave the identity, and writes.
    ///
    /// # Errors
    /// As [`Reporting::check_vault`]; what writing answers.
    pub(super) fn finish(
        mut self,
        kind: DrillKind,
        done: Done,
        identity: Option<&Identity>,
        session: &mut Session,
    ) -> Result<Outcome> {
        let joined = done.joined.clone();
        let mut report = self.report(kind, done, session)?;
        self.say_of_carriers(&mut report, session)?;
        if let Some(vault) = &report.vault {
            self.check_chain(vault.public_key.vault_id())?;
        }
        let previous = self.previous.as_ref().map(|before| &before.report);
        seen::expect(&mut report, previous, session);
        if kind == DrillKind::D5 {
            let said = worst::ask(self.asks(session), session)?;
            report.criteria.extend(said);
        }
        if self.asks(session) {
            seen::ask(&mut report, session)?;
        }
        if kind == DrillKind::D1 {
            let every = came::every_custodian(&report, session);
            report.criteria.push(every);
        }
        self.hand_on(&mut report, session)?;
        self.judge(&mut report, session)?;
        let months = entering::interval(kind, session);
        report.next = drill::next(&report, months);
        let bytes = report.to_bytes();
        tell(&report, session)?;
        match &self.places {
            None => {
                let text = "No report is written: --report FILE.json writes one.";
                session.terminal.say(text);
            }
            Some(places) => {
                self.write(places, (&report, &bytes), identity, session)?;
            }
        }
        let beside = Beside {
            digest: self.places.is_some().then(|| Digest::of(&bytes)),
            is_signed: identity.is_some(),
            joined,
        };
        if let Err(error) = entering::enter(&report, &beside, session) {
            let path = self.places.as_ref().map(Places::path);
            entering::say_not_entered(path, session);
            return Err(error);
        }
        Ok(report.outcome)
    }

    /// Everything but what is judged.
    fn report(
        &mut self,
        kind: DrillKind,
        done: Done,
        session: &mut Session,
    ) -> Result<DrillReport> {
        let mut drill_id = [0; 16];
        key::random(&mut drill_id)?;
        let clock = self.clock(session);
        let carriers = once::each(done.carriers, session);
        let scenario = self.options.scenario.take();
        let mut report = DrillReport {
            drill_id,
            kind,
            scenario: scenario.unwrap_or_else(|| drill::wants(kind).to_owned()),
            announced: self.options.announced,
            vault: done.vault,
            challenge: self.options.challenge.take(),
            previous: None,
            register_head: self.head,
            clock,
            site: self.options.site.take(),
            people: std::mem::take(&mut self.options.people),
            machine: machine::look(session),
            shares: done.shares,
            carriers,
            files: done.files,
            stores: done.stores,
            startup: done.startup,
            staleness: done.staleness,
            phases: done.phases,
            criteria: done.answers,
            findings: findings(session),
            earlier_findings: Vec::new(),
            disposal: done.disposal,
            outcome: Outcome::Pass,
            next: None,
        };
        if let Some(before) = &self.previous {
            report.previous = Some(before.chained(clock.ended()));
        }
        Ok(report)
    }

    /// When it was, by the machine and by the wall.
    fn clock(&self, session: &Session) -> Clock {
        let end = session.clock();
        Clock {
            begin: session.now,
            end,
            wall: self
                .ahead
                .map(|ahead| Time::from_unix(end.unix().saturating_add(ahead))),
            monotonic_seconds: session.terminal.age().as_secs(),
        }
    }

    /// Whether people are asked for what only they know: where a report is written and somebody is there.
    fn asks(&self, session: &Session) -> bool {
        self.places.is_some() && session.terminal.leads_on()
    }

    /// What the report before left open is closed by people, or goes on.
    fn hand_on(&self, report: &mut DrillReport, session: &mut Session) -> Result<()> {
        let Some(before) = &self.previous else {
            return Ok(());
        };
        let criteria = [report.criteria.clone(), drill::criteria(report, &[])].concat();
        let left = before.left(&criteria);
        report.earlier_findings = before::unanswered(&left);
        if self.asks(session) {
            asking::earlier(&mut report.earlier_findings, session)?;
        }
        let open = before.carried(&left, &report.earlier_findings);
        report.findings.extend(open);
        Ok(())
    }

    /// Holds it against what was wanted. What is not as it was has somebody who mends it, where anybody is asked.
    fn judge(&self, report: &mut DrillReport, session: &mut Session) -> Result<()> {
        report.findings.extend(seen::findings(report, session));
        let criteria = drill::criteria(report, &self.options.targets);
        report.criteria.extend(criteria);
        let missed = drill::missed(&report.criteria, &report.findings);
        report.findings.extend(missed);
        if self.asks(session) {
            asking::owners(&mut report.findings, report.clock.ended(), session)?;
        }
        report.outcome = drill::judge(&report.criteria, &report.findings);
        Ok(())
    }
}

/// Asked before anything is opened: the register's entries have it, too.
fn ask_wall(session: &mut Session) -> Result<Option<i64>> {
    let readings = wall_clock::ask(session, false, false)?;
    let ahead = wall_clock::record(&readings)?.map(|wall| wall.ahead);
    session.wall_is_ahead(ahead);
    Ok(ahead)
}

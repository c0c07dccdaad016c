//! Drill reports: whether a line was changed, who signed, over which challenge, and after which report.
//!
//! A report is judged when everything was read: its key may be that of a carrier given behind it, and the report before
//! it may be another file. What the bytes are worth is `drill`'s business.

mod chain;
mod files;
mod told;
mod verdict;

use std::path::Path;

use super::Verifying;
use super::conclusion::show_other_vault;
use crate::carrier;
use crate::commands::Session;
use crate::digest::Digest;
use crate::drill::{self, DrillReport, Outcome, Standing, VaultFacts};
use crate::error::{Exit, Result};
use crate::register::Register;
use crate::report::{DrillLine, Severity, VaultLine, shown};
use crate::signature::PublicKey;
use crate::time::Time;

use chain::{Chain, chain, registered};
pub(in crate::commands) use files::companions;
pub(super) use files::{Given, given, key, show_key};
pub(in crate::commands) use verdict::is_without_quorum;
use verdict::{Anchor, Verdict, conclude};

/// What to do with a report that is not what it was.
const ASIDE: &str =
    "do not rely on it: take the report, its .sig and vault.pub from where they were filed";

impl Verifying {
    /// The verdict on every report that was given.
    ///
    /// # Errors
    /// [`crate::error::Error::System`] when standard output does not take the result.
    pub(super) fn judge_reports(&mut self, session: &mut Session) -> Result<()> {
        let all = std::mem::take(&mut self.reports);
        let mut bad = 0;
        for given in &all {
            session.terminal.result(&shown(&given.path))?;
            let good = self.judge_report(given, &all, session)?;
            if !good {
                bad += 1;
                self.ended(Exit::Material);
            }
        }
        match (all.len(), bad) {
            (0 | 1, _) | (_, 0) => Ok(()),
            (all, bad) => {
                let line = format!("{all} drill reports: {bad} NOT TO BE RELIED ON, named above");
                session.terminal.result(&line)
            }
        }
    }

    fn judge_report(&self, given: &Given, all: &[Given], session: &mut Session) -> Result<bool> {
        let read = DrillReport::from_bytes(&given.bytes);
        let named = read.as_ref().ok().and_then(|report| report.vault.as_ref());
        let key = self.key_for(given, named);
        let standing = drill::examine(&given.bytes, given.signature.as_deref(), key.as_ref());
        if let Standing::Edited(places) = &standing {
            for place in places {
                problem(&given.path, &place.text(), ASIDE, session);
            }
            session
                .terminal
                .result("drill report: EDITED: do not rely on it")?;
            return Ok(false);
        }
        let report = match read {
            Ok(report) => report,
            Err(error) => {
                problem(&given.path, &error.to_string(), &error.hint(), session);
                session
                    .terminal
                    .result("drill report: NOT READ: do not rely on it")?;
                return Ok(false);
            }
        };
        describe(&report, session)?;
        told::tell(&report, session)?;
        let chain = chain(&report, given, all, session)?;
        told::hold_bags(&report, given, all, session)?;
        let on_register = registered(&report, given, session)?;
        let expected = self.is_expected(given, &report, session);
        let doubt = expected.or(on_register.doubt).or(chain.doubt());
        let anchor = self.anchor(&report, session);
        say_other_key(given, key.as_ref(), session);
        let verdict = Verdict {
            anchor,
            doubt,
            is_missing: on_register.is_missing,
        };
        let good = conclude(given, &report, &standing, (key.as_ref(), verdict), session)?;
        let line = line(given, &report, &standing, (anchor, chain));
        session.report.drills.push(line);
        Ok(good)
    }

    /// The key that was given for it, and only where none was that beside it.
    fn key_for(&self, given: &Given, named: Option<&VaultFacts>) -> Option<PublicKey> {
        let is_named = |key: &&PublicKey| named.is_some_and(|vault| vault.public_key == **key);
        let fits = self.keys.iter().find(is_named);
        fits.or(self.keys.first())
            .or(given.beside.as_ref())
            .copied()
    }

    /// What says that the vault it names is the one: a key beside a report is written by whoever writes the report.
    fn anchor(&self, report: &DrillReport, session: &Session) -> Option<Anchor> {
        let key = report.vault.as_ref()?.public_key;
        if self.expect == Some(key.vault_id()) {
            return Some(Anchor::Expected);
        }
        let known = |register: &Register| register.knows(key.vault_id());
        if session.register().is_some_and(known) {
            return Some(Anchor::Registered);
        }
        let is_given = self.keys.contains(&key);
        is_given.then_some(Anchor::KeyGiven)
    }

    /// Says it where it is not of the vault that was expected, and gives what that comes to.
    fn is_expected(
        &self,
        given: &Given,
        report: &DrillReport,
        session: &mut Session,
    ) -> Option<&'static str> {
        let expected = self.expect?;
        let found = report.vault.as_ref();
        match found.map(|vault| vault.public_key.vault_id()) {
            Some(found) if found == expected => return None,
            Some(found) => show_other_vault(&given.path, found, expected, session),
            None => {
                let text = "it is of no vault, and you expected one";
                let hint = "give the report of a drill of that vault";
                problem(&given.path, text, hint, session);
            }
        }
        Some("NOT of the vault that was expected")
    }
}

/// Says that the key beside a report is not the one that it was held against.
fn say_other_key(given: &Given, used: Option<&PublicKey>, session: &mut Session) {
    if given.beside.as_ref().is_some_and(|key| Some(key) != used) {
        let text = "the vault.pub beside it is the key of another vault: it was not used";
        let hint = "ask who put it there: a report and its own vault.pub are filed together";
        let subject = format!("{:?}", given.path);
        session.find(Severity::Warning, "drill-key", &subject, text, hint);
    }
}

fn problem(path: &Path, text: &str, hint: &str, session: &mut Session) {
    let subject = format!("{path:?}");
    session.find(Severity::Error, "drill-report", &subject, text, hint);
}

/// What it says of the drill.
fn describe(report: &DrillReport, session: &mut Session) -> Result<()> {
    let ended = report.clock.ended();
    let mut lines = Vec::new();
    if let Some(vault) = &report.vault {
        let id = vault.public_key.vault_id();
        lines.extend(carrier::describe_id(id, Some(vault.kind)));
        let label = vault.label.as_deref().unwrap_or("not presented");
        lines.insert(1, format!("label    {}", carrier::printable(label)));
        session.report.vault = Some(vault_line(vault));
    }
    let (kind, title) = (report.kind.as_str(), drill::title(report.kind));
    let by = match report.clock.wall {
        Some(_) => ", by the wall clock",
        None => "",
    };
    lines.push(format!("drill    {kind}, {title}, ended {ended}{by}"));
    let next = report.next.map_or_else(
        || "none is due, by its policy".to_owned(),
        |next| format!("next by {}", next.date()),
    );
    lines.push(format!("outcome  {}, {next}", said(report)));
    for line in lines {
        session.terminal.result(&format!("    {line}"))?;
    }
    if !report.is_consistent() {
        let text = "its outcome is not what its own criteria and findings come to";
        let hint = "ask whoever led the drill";
        session.find(Severity::Warning, "drill-outcome", "", text, hint);
    }
    Ok(())
}

fn vault_line(vault: &VaultFacts) -> VaultLine {
    VaultLine {
        id: vault.public_key.vault_id().hex(),
        label: vault.label.clone(),
        kind: vault.kind.as_str(),
        k: Some(vault.k),
        n: Some(vault.n),
    }
}

fn said(report: &DrillReport) -> &'static str {
    match report.outcome {
        Outcome::Pass => "PASS",
        Outcome::Findings => "PASS WITH FINDINGS",
        Outcome::Fail => "FAIL",
    }
}

fn line(
    given: &Given,
    report: &DrillReport,
    standing: &Standing,
    (anchor, chain): (Option<Anchor>, Chain),
) -> DrillLine {
    DrillLine {
        path: shown(&given.path),
        sha256: Digest::of(&given.bytes).hex(),
        drill_id: data_encoding::HEXLOWER.encode(&report.drill_id),
        kind: report.kind.as_str(),
        outcome: report.outcome.as_str(),
        ended: report.clock.ended().to_string(),
        next: report.next.map(Time::date),
        challenge: report.challenge.clone(),
        standing: match standing {
            Standing::Signed if anchor.is_none() => "consistent",
            Standing::Signed => "signed",
            Standing::Unsigned => "not signed",
            Standing::NoKey => "no key",
            Standing::NotByKey | Standing::Edited(_) => "not by this key",
        },
        previous: chain.as_str(),
    }
}

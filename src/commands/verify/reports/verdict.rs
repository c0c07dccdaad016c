//! The last lines about a report: who signed it, what that proves, and why it is not relied on.

use super::{ASIDE, Given, problem};
use crate::carrier;
use crate::commands::Session;
use crate::drill::{Criterion, DrillReport, Outcome, Standing};
use crate::error::Result;
use crate::signature::PublicKey;
use crate::words;

/// What says which vault it is, beside the report and what lies with it.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    /// The id that the paper says.
    Expected,
    /// A register that was given.
    Registered,
    /// A carrier or a key from elsewhere.
    KeyGiven,
}

impl Anchor {
    fn checked(self) -> &'static str {
        match self {
            Self::Expected => "genuine: it is the vault that was expected",
            Self::Registered => "genuine: it is a vault of the register",
            Self::KeyGiven => "compare id or words with the paper",
        }
    }

    /// What stands behind the words of the vault.
    fn said(self) -> &'static str {
        match self {
            Self::Expected => ", genuine: it is the one that was expected",
            Self::Registered => ", genuine: it is one of the register",
            Self::KeyGiven => ", of which a key was given",
        }
    }
}

/// What a signature comes to.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    pub(super) anchor: Option<Anchor>,
    /// Why it is not relied on, though every byte is as it was written.
    pub(super) doubt: Option<&'static str>,
    /// Whether a register was given that does not have the drill: the last line has to say it.
    pub(super) is_missing: bool,
}

/// What is said behind a verdict that is good otherwise.
const MISSING: &str = ", but this register does not have this drill";

/// Who signed it, and the verdict.
pub(super) fn conclude(
    given: &Given,
    report: &DrillReport,
    standing: &Standing,
    (key, verdict): (Option<&PublicKey>, Verdict),
    session: &mut Session,
) -> Result<bool> {
    let named = report.vault.as_ref().map(|vault| vault.public_key);
    let problem_text = match standing {
        Standing::Signed if named.as_ref() == key => return signed(report, verdict, session),
        Standing::Unsigned if is_without_quorum(report) => return unsigned(verdict, session),
        Standing::Unsigned => "its signature is not beside it: nothing says who wrote it",
        Standing::NoKey => "there is no vault.pub beside it, and no carrier of its vault was given",
        Standing::Signed => "it is signed by another vault than it names",
        Standing::NotByKey | Standing::Edited(_) => {
            "its signature is not that of this vault over these bytes: it was changed, or is of another vault"
        }
    };
    problem(&given.path, problem_text, ASIDE, session);
    session
        .terminal
        .result("drill report: NOT PROVEN: do not rely on it")?;
    Ok(false)
}

/// Whether nobody could have signed it: no quorum was wanted, or it failed for want of one.
pub(in crate::commands) fn is_without_quorum(report: &DrillReport) -> bool {
    let missed = |one: &Criterion| one.name == "quorum" && one.met == Some(false);
    !report.kind.needs_quorum()
        || (report.outcome == Outcome::Fail && report.criteria.iter().any(missed))
}

fn signed(report: &DrillReport, verdict: Verdict, session: &mut Session) -> Result<bool> {
    let time = match &report.challenge {
        Some(challenge) => {
            let challenge = carrier::printable(challenge);
            format!("the vault key was there after this was given: {challenge:?}")
        }
        None => "time not proven: no challenge was given".into(),
    };
    let by = verdict.anchor.map_or(
        "nothing but the vault.pub beside it says of which vault",
        Anchor::checked,
    );
    let id = report
        .vault
        .as_ref()
        .map(|vault| vault.public_key.vault_id());
    let id = id.map(|id| words::words(&id.0)).unwrap_or_default();
    let first: Vec<&str> = id.iter().take(4).copied().collect();
    let first = first.join(" ");
    let last = match (verdict.doubt, verdict.anchor) {
        (Some(doubt), _) => {
            format!("signed by vault {first} ..., but {doubt}: do not rely on it")
        }
        (None, Some(_)) if verdict.is_missing => {
            format!("signed by vault {first} ..., genuine{MISSING}")
        }
        (None, Some(anchor)) => format!("signed by vault {first} ...{}", anchor.said()),
        (None, None) => format!("consistent with vault {first} ...: compare"),
    };
    for line in [
        format!("    proves   {time}"),
        "             it proves possession of the key, not that a quorum met".into(),
        format!("    checked  every byte; {by}"),
        format!("drill report: {last}"),
    ] {
        session.terminal.result(&line)?;
    }
    Ok(verdict.doubt.is_none())
}

fn unsigned(verdict: Verdict, session: &mut Session) -> Result<bool> {
    let last = match verdict.doubt {
        Some(doubt) => format!("not signed, and {doubt}: do not rely on it"),
        None if verdict.is_missing => {
            format!("not signed; every line agrees with its digest{MISSING}")
        }
        None => "not signed; every line agrees with its digest".into(),
    };
    for line in [
        "    proves   nothing by itself: no quorum took part, so no vault signed it",
        &format!("drill report: {last}"),
    ] {
        session.terminal.result(line)?;
    }
    Ok(verdict.doubt.is_none())
}

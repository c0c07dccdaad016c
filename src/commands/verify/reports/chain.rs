//! A report among others: the one before it, and the register as it was on the day of the drill.

use super::Given;
use crate::commands::Session;
use crate::digest::Digest;
use crate::drill::DrillReport;
use crate::error::Result;
use crate::register::{Against, Event};
use crate::report::Severity;

/// Whether the report before it is given and is the one that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Chain {
    /// It names none.
    First,
    /// It names one that is not given.
    NotGiven,
    /// That is given, and is the one.
    Given,
    /// That is given, and was changed since.
    Another,
}

impl Chain {
    pub(super) fn is_good(self) -> bool {
        self != Self::Another
    }

    pub(super) fn as_str(self) -> Option<&'static str> {
        match self {
            Self::First => None,
            Self::NotGiven => Some("not given"),
            Self::Given => Some("given"),
            Self::Another => Some("another"),
        }
    }
}

pub(super) fn chain(
    report: &DrillReport,
    given: &Given,
    all: &[Given],
    session: &mut Session,
) -> Result<Chain> {
    let Some(previous) = &report.previous else {
        return Ok(Chain::First);
    };
    let is_same = |other: &&Given| Digest::of(&other.bytes) == previous.report_sha256;
    let is_called_so = |other: &&Given| {
        let read = DrillReport::from_bytes(&other.bytes);
        read.is_ok_and(|other| other.drill_id == previous.drill_id)
    };
    if all.iter().any(|other| is_same(&other)) {
        let text = "    before   the report before it is given and is the one named";
        session.terminal.result(text)?;
        return Ok(Chain::Given);
    }
    if all.iter().any(|other| is_called_so(&other)) {
        let text = "the report before it is given and is NOT the one named: it was changed since";
        let hint = "take that one from where it was filed";
        let subject = format!("{:?}", given.path);
        session.find(Severity::Error, "drill-chain", &subject, text, hint);
        return Ok(Chain::Another);
    }
    let date = previous.date.date();
    let line =
        format!("    before   a report of {date}; give that one too, to check that it is the one");
    session.terminal.result(&line)?;
    Ok(Chain::NotGiven)
}

/// Whether the register, where one is given, has the head that it had as the drill began, and the drill itself.
pub(super) fn registered(
    report: &DrillReport,
    given: &Given,
    session: &mut Session,
) -> Result<bool> {
    let Some(register) = session.register() else {
        return Ok(true);
    };
    let digest = Digest::of(&given.bytes);
    let is_entered = register.entries().any(
        |entry| matches!(&entry.event, Some(Event::Drilled(one)) if one.report_sha256 == Some(digest)),
    );
    let against = report.register_head.map(|head| register.against(head));
    if against == Some(Against::NotHere) {
        let text = "the register that is given never had the head that it had as the drill began";
        let hint = "it is another register, or entries of it were changed or removed";
        let subject = format!("{:?}", given.path);
        session.find(Severity::Error, "drill-chain", &subject, text, hint);
        return Ok(false);
    }
    let head = match against {
        Some(Against::HeldBy { before, .. }) => {
            format!(
                "had {} entries as the drill began, unchanged since",
                before + 1
            )
        }
        _ => "is not named in the report".into(),
    };
    let entered = match is_entered {
        true => "and has this drill",
        false => "and does NOT have this drill",
    };
    session
        .terminal
        .result(&format!("    register {head}, {entered}"))?;
    Ok(true)
}

//! A report among others: the one before it, and the register as it was on the day of the drill.

use super::Given;
use crate::commands::Session;
use crate::digest::Digest;
use crate::drill::{self, DrillReport, Standing};
use crate::error::Result;
use crate::register::{Against, Event, Register};
use crate::report::Severity;

/// Whether the report before it is given and is the one that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Chain {
    /// It names none.
    First,
    /// It names one that is not given.
    NotGiven,
    /// That is given, is the one, and its vault signed it.
    Given,
    /// That is given and is the one, of a kind that no vault signs.
    Unsigned,
    /// That is given and is the one, and nothing says who wrote it.
    NotProven,
    /// That is given, and was changed since.
    Another,
}

impl Chain {
    /// Why a report that names it is not relied on.
    pub(super) fn doubt(self) -> Option<&'static str> {
        match self {
            Self::Another => Some("the report before it is NOT the one that it names"),
            Self::NotProven => Some("the report before it is NOT PROVEN"),
            Self::First | Self::NotGiven | Self::Given | Self::Unsigned => None,
        }
    }

    pub(super) fn as_str(self) -> Option<&'static str> {
        match self {
            Self::First => None,
            Self::NotGiven => Some("not given"),
            Self::Given => Some("given"),
            Self::Unsigned => Some("given, not signed"),
            Self::NotProven => Some("not proven"),
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
    say_if_never_entered(previous.report_sha256, given, session);
    let is_same = |other: &&Given| Digest::of(&other.bytes) == previous.report_sha256;
    let is_called_so = |other: &&Given| {
        let read = DrillReport::from_bytes(&other.bytes);
        read.is_ok_and(|other| other.drill_id == previous.drill_id)
    };
    if let Some(other) = all.iter().find(is_same) {
        return one_named(report, given, other, session);
    }
    if all.iter().any(|other| is_called_so(&other)) {
        let text = "the report before it is given and is NOT the one named: it was changed since";
        let hint = "take that one from where it was filed";
        chain_problem(given, text, hint, session);
        return Ok(Chain::Another);
    }
    let date = previous.date.date();
    let line =
        format!("    before   a report of {date}; give that one too, to check that it is the one");
    session.terminal.result(&line)?;
    Ok(Chain::NotGiven)
}

/// What the very report that is named is worth: anybody can write one, and then another that names it.
fn one_named(
    report: &DrillReport,
    given: &Given,
    other: &Given,
    session: &mut Session,
) -> Result<Chain> {
    let before = DrillReport::from_bytes(&other.bytes).ok();
    let is_unsigned = before.is_some_and(|before| !before.kind.needs_quorum());
    let key = report.vault.as_ref().map(|vault| vault.public_key);
    let standing = drill::examine(&other.bytes, other.signature.as_deref(), key.as_ref());
    let (chain, text) = match standing {
        Standing::Signed => (Chain::Given, ""),
        Standing::Unsigned if is_unsigned => (
            Chain::Unsigned,
            "; of its kind none is signed: by itself it proves nothing",
        ),
        _ => (Chain::NotProven, ", but is NOT PROVEN"),
    };
    let line = format!("    before   the report before it is given and is the one named{text}");
    session.terminal.result(&line)?;
    if chain == Chain::NotProven {
        let text = "the report before it is the one named, and is not signed by this vault";
        let hint = "take that one, and its .sig, from where they were filed";
        chain_problem(given, text, hint, session);
    }
    Ok(chain)
}

/// What was never entered may have been made up later, to stand for a drill.
fn say_if_never_entered(before: Digest, given: &Given, session: &mut Session) {
    if session.register().is_some_and(|r| !is_entered(r, before)) {
        let text = "the register does not have the drill of the report before it";
        let hint = "ask whoever keeps the register where that drill was entered";
        let subject = format!("{:?}", given.path);
        session.find(Severity::Warning, "drill-not-entered", &subject, text, hint);
    }
}

fn is_entered(register: &Register, digest: Digest) -> bool {
    register.entries().any(
        |entry| matches!(&entry.event, Some(Event::Drilled(one)) if one.report_sha256 == Some(digest)),
    )
}

fn chain_problem(given: &Given, text: &str, hint: &str, session: &mut Session) {
    let subject = format!("{:?}", given.path);
    session.find(Severity::Error, "drill-chain", &subject, text, hint);
}

/// What the register says of a report.
#[derive(Clone, Copy, Default)]
pub(super) struct Registered {
    /// Why it is not relied on.
    pub(super) doubt: Option<&'static str>,
    /// Whether a register was given that does not have the drill.
    pub(super) is_missing: bool,
}

/// Whether the register, where one is given, knows the vault, has the head that it had as the drill began, and the drill
/// itself.
pub(super) fn registered(
    report: &DrillReport,
    given: &Given,
    session: &mut Session,
) -> Result<Registered> {
    let Some(register) = session.register() else {
        return Ok(Registered::default());
    };
    let is_entered = is_entered(register, Digest::of(&given.bytes));
    let vault = report.vault.as_ref().map(|v| v.public_key.vault_id());
    let is_known = vault.is_none_or(|id| register.knows(id));
    let against = report.register_head.map(|head| register.against(head));
    if !is_known {
        let text = "a report of a vault that this register does not know";
        let hint = "give the register of that vault; do not rely on a report of an unknown one";
        chain_problem(given, text, hint, session);
    }
    if against == Some(Against::NotHere) {
        let text = "the register that is given never had the head that it had as the drill began";
        let hint = "it is another register, or entries of it were changed or removed";
        chain_problem(given, text, hint, session);
    }
    let registered = |doubt| Registered {
        doubt,
        is_missing: !is_entered,
    };
    if !is_known {
        return Ok(registered(Some("NOT of a vault of the register")));
    }
    if against == Some(Against::NotHere) {
        return Ok(registered(Some("this register is NOT the one of its day")));
    }
    if !is_entered {
        let subject = format!("{:?}", given.path);
        let text = "the register does not have this drill";
        let hint = "ask whoever keeps the register why; a drill with --register enters itself";
        session.find(Severity::Warning, "drill-not-entered", &subject, text, hint);
    }
    let head = match against {
        Some(Against::HeldBy { before, .. }) => {
            let entries = match before {
                0 => "1 entry".to_owned(),
                before => format!("{} entries", before + 1),
            };
            format!("had {entries} as the drill began, unchanged since")
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
    Ok(registered(None))
}

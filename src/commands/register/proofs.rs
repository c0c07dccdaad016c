//! Receipts, and notes that a vault was superseded, which a register holds and which prove nothing here: each is named, and
//! none is counted.
//!
//! Whoever can write a register can write an entry that says "proven". What proves one is `crate::register`'s business.

use std::path::Path;

use crate::commands::Session;
use crate::commands::noting;
use crate::register::{EndFlaw, Flaw, State, Unproven, UnprovenEnd};
use crate::report::Severity;

/// Names every receipt and every end of a vault that is not counted, and answers whether none of them was made up.
pub(in crate::commands) fn proofs_hold(
    state: &State,
    register: &Path,
    session: &mut Session,
) -> bool {
    for one in &state.unproven {
        name(one, register, session);
    }
    for one in &state.unproven_ends {
        name_end(one, register, session);
    }
    let mut ends = state.unproven_ends.iter();
    state.unproven.iter().all(|one| one.flaw == Flaw::NoKey)
        && ends.all(|one| one.flaw == EndFlaw::UnknownVault)
}

fn name_end(one: &UnprovenEnd, register: &Path, session: &mut Session) {
    let why = match &one.flaw {
        EndFlaw::NoNote => "no note that both vaults signed is in it".to_owned(),
        EndFlaw::UnknownVault => "one of the two vaults is not known before it".to_owned(),
        EndFlaw::OtherFacts => "its note says other things of them than the register".to_owned(),
        EndFlaw::Note(flaw) => format!("its note does not hold: {flaw}"),
    };
    let severity = match one.flaw {
        EndFlaw::UnknownVault => Severity::Warning,
        _ => Severity::Error,
    };
    let subject = format!("line {}", one.line);
    let text = format!(
        "that vault {} was superseded by {} is not proven, and not counted: {why}",
        one.vault, one.by
    );
    let hint = match one.flaw {
        EndFlaw::UnknownVault => format!(
            "enter both vaults: {}",
            noting::register_command("rebuild --from PATH", register)
        ),
        _ => "somebody wrote it into the register: destroy nothing because of it, and look who did"
            .to_owned(),
    };
    session.find(severity, "supersession-unproven", &subject, &text, &hint);
}

fn name(one: &Unproven, register: &Path, session: &mut Session) {
    let (severity, why) = match one.flaw {
        Flaw::NoKey => (
            Severity::Warning,
            "is not proven here: the register has no check key of that share",
        ),
        Flaw::NotSigned => (
            Severity::Error,
            "proves nothing: it is not signed with that share",
        ),
        Flaw::UnknownWords => (
            Severity::Error,
            "proves nothing: its words were never drawn here",
        ),
        Flaw::OtherShare => (
            Severity::Error,
            "proves nothing: its words were drawn for other shares",
        ),
        Flaw::DrawnTwice => (
            Severity::Error,
            "proves nothing: its words were drawn more than once",
        ),
    };
    let subject = format!("line {}", one.line);
    let text = format!(
        "the receipt of share {} {why}; it is not counted",
        one.number
    );
    let hint = match one.flaw {
        Flaw::NoKey => format!(
            "enter the vault's public facts: {}",
            noting::register_command("rebuild --from PATH", register)
        ),
        _ => format!(
            "somebody wrote it into the register; ask for a new one over new words: {}",
            noting::register_command("challenge", register)
        ),
    };
    session.find(severity, "receipt-unproven", &subject, &text, &hint);
}

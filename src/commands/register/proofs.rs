//! Receipts that a register holds and that prove nothing here: each is named, and none is counted.
//!
//! Whoever can write a register can write an entry that says "proven". What proves one is `crate::register`'s business.

use std::path::Path;

use crate::commands::Session;
use crate::commands::noting;
use crate::register::{Flaw, State, Unproven};
use crate::report::Severity;

/// Names every receipt that is not counted, and answers whether none of them was made up.
pub(in crate::commands) fn receipts_hold(
    state: &State,
    register: &Path,
    session: &mut Session,
) -> bool {
    for one in &state.unproven {
        name(one, register, session);
    }
    state.unproven.iter().all(|one| one.flaw == Flaw::NoKey)
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

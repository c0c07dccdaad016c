//! What the command found on its way, as findings of the report, each with the weight that it has in a drill.
//!
//! Knows the codes of findings; who mends one, and by which day, is asked elsewhere.

use crate::commands::Session;
use crate::drill::{Finding, Severity};

/// What is about the machine stands among its checks, with what `doctor` says.
const OF_THE_MACHINE: [&str; 6] = ["host", "machine", "network", "sockets", "swap", "memory"];

/// What is about the machine is no finding of the way back, and what a node would only complain of is judged with its
/// start-up checks.
fn weight(one: &crate::report::Finding) -> Severity {
    let is_complaint = one.code == "startup" && one.severity == Severity::Warning;
    match is_complaint || OF_THE_MACHINE.contains(&one.code) {
        true => Severity::Note,
        false => one.severity,
    }
}

/// All that is more than a note.
pub(super) fn findings(session: &Session) -> Vec<Finding> {
    let all = session.report.findings.iter();
    let worth = all.filter(|one| one.severity != Severity::Note);
    worth
        .map(|one| Finding {
            severity: weight(one),
            code: one.code.to_owned(),
            subject: one.subject.clone(),
            text: one.text.clone(),
            owner: None,
            due: None,
            closed: false,
        })
        .collect()
}

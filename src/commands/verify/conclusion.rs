//! What is wrong with a carrier that was checked, and the verdict on it.

use super::holds;
use crate::carrier::{Checked, Problem};
use crate::commands::Session;
use crate::report::Severity;
use crate::signature::VaultId;
use crate::terminal::size;

pub(super) fn show_problem(problem: &Problem, session: &mut Session) {
    let (severity, hint) = match problem.is_damage {
        true => (
            Severity::Error,
            "set this carrier aside and use another copy",
        ),
        false => (Severity::Note, ""),
    };
    let subject = format!("{:?}", problem.path);
    session.find(severity, "carrier", &subject, &problem.what, hint);
}

/// The verdict, last, so that it is what stays on the screen.
pub(super) fn conclusion(checked: &Checked, expect: Option<VaultId>) -> Vec<String> {
    let whole = checked.is_whole();
    let genuine = match (expect, whole) {
        (Some(_), true) => "genuine: it is the vault that was expected",
        (_, true) => "consistent with this vault: compare id or words with the paper",
        (_, false) => "damaged or edited",
    };
    let read = format!("    checked  {} read:", size(checked.bytes));
    let genuine = format!("             {genuine}");
    let verdict = if whole {
        "whole"
    } else {
        "NOT WHOLE: do not rely on it"
    };
    let mut lines = vec![format!("{}: {verdict}", holds(checked))];
    if checked.manifest.is_some() {
        lines.splice(0..0, [read, genuine]);
    }
    lines
}

//! Bags that do not follow those of the report before: found while everybody is still at the table.

use crate::commands::Session;
use crate::drill::{self, DrillReport, Finding, Severity};

const HINT: &str =
    "ask now who had it since, look at the bag with its number, and write down what comes of it";

/// Says which carriers were found in another bag than the report before says, and makes findings of them.
pub(super) fn hold(
    report: &mut DrillReport,
    previous: Option<&DrillReport>,
    session: &mut Session,
) {
    let before: Vec<&DrillReport> = previous.into_iter().collect();
    let bags = drill::bags(report, &before);
    let breaks = bags.breaks.iter().map(|one| {
        let (found, went_into) = (one.found, one.went_into);
        let text = format!(
            "found in bag {found:?}, and the last report says that it went into {went_into:?}"
        );
        (one.carrier.called(), text)
    });
    for (subject, text) in breaks.collect::<Vec<_>>() {
        session.find(Severity::Warning, "bag", &subject, &text, HINT);
        report.findings.push(Finding {
            severity: Severity::Warning,
            code: "bag".into(),
            subject,
            text,
            owner: None,
            due: None,
            closed: false,
        });
    }
}

//! What a drill came to, for people and for `--json`.

use std::path::Path;

use crate::commands::Session;
use crate::digest::Digest;
use crate::drill::{self, DrillReport, Outcome};
use crate::error::Result;
use crate::report::{DrillLine, shown};
use crate::time::Time;

/// What it came to, on standard output.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take it.
pub(super) fn tell(report: &DrillReport, session: &mut Session) -> Result<()> {
    let mut lines = Vec::new();
    for one in &report.criteria {
        let met = match one.met {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "not looked at",
        };
        lines.push(format!(
            "{met:13} {}: {} ({})",
            one.name, one.found, one.wanted
        ));
    }
    // what is NOT MET was said
    let open = report.findings.iter().filter(|one| one.is_open());
    for one in open.filter(|one| !one.is_of_criterion() || one.is_carried()) {
        lines.push(format!("{:13} {}", "to be mended", one.line()));
    }
    let word = match report.outcome {
        Outcome::Pass => "PASS",
        Outcome::Findings => "PASS WITH FINDINGS",
        Outcome::Fail => "FAIL",
    };
    let (kind, title) = (report.kind.as_str(), drill::title(report.kind));
    let next = report.next.map_or_else(
        || format!("By the policy no other {kind} is due."),
        |next| format!("The next one is due by {}.", next.date()),
    );
    lines.push(format!("Drill {kind}, {title}: {word}. {next}"));
    for line in lines {
        session.terminal.result(&line)?;
    }
    if report.outcome != Outcome::Pass {
        let hint = "mend what is NOT MET and what was found, then do this drill again";
        session.terminal.say(&format!("coldvault: hint: {hint}"));
    }
    Ok(())
}

/// What `--json` says of a report that was written.
pub(super) fn line(
    path: &Path,
    digest: Digest,
    report: &DrillReport,
    is_signed: bool,
) -> DrillLine {
    DrillLine {
        path: shown(path),
        sha256: digest.hex(),
        drill_id: data_encoding::HEXLOWER.encode(&report.drill_id),
        kind: report.kind.as_str(),
        outcome: report.outcome.as_str(),
        ended: report.clock.ended().to_string(),
        next: report.next.map(Time::date),
        challenge: report.challenge.clone(),
        standing: match is_signed {
            true => "signed",
            false => "not signed",
        },
        previous: report.previous.as_ref().map(|_| "given"),
    }
}

//! What a report tells an auditor beside its outcome: times, age, criteria, findings, and whether bags follow one another.

use super::Given;
use crate::commands::Session;
use crate::digest::Digest;
use crate::drill::{self, DrillReport, Earlier, Finding, duration};
use crate::error::Result;
use crate::report::Severity;
use crate::time::Time;

/// Says all of it.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take it.
pub(super) fn tell(report: &DrillReport, session: &mut Session) -> Result<()> {
    let mut lines = vec![times(report)];
    lines.extend(behind(report));
    lines.extend(criteria(report));
    lines.extend(report.findings.iter().filter_map(finding));
    lines.extend(report.earlier_findings.iter().map(earlier));
    for (name, text) in lines {
        let text = printable(&text);
        session.terminal.result(&format!("    {name:8} {text}"))?;
    }
    Ok(())
}

/// Outside text on one line, with nothing in it that moves a screen.
fn printable(text: &str) -> String {
    const MOST: usize = 600;
    let shown = text.chars().take(MOST).map(|one| match one {
        '"' | '\'' => one.to_string(),
        _ => one.escape_debug().to_string(),
    });
    shown.collect()
}

type Line = (&'static str, String);

fn times(report: &DrillReport) -> Line {
    let phases = report.phases.iter();
    let each = phases.map(|phase| format!("{} {}", phase.name, duration(phase.seconds)));
    let mut each = each.collect::<Vec<_>>();
    let all = duration(report.seconds());
    each.push(format!("all of it {all}"));
    ("times", each.join(", "))
}

fn behind(report: &DrillReport) -> Option<Line> {
    let stale = report.staleness?;
    let days = match stale.days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let files = match stale.changed {
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    let (new, gone) = (stale.new, stale.gone);
    let text =
        format!("the vault was {days} behind the node: {files} changed, {new} came, {gone} went");
    Some(("behind", text))
}

/// How many were met; each that was not.
fn criteria(report: &DrillReport) -> Vec<Line> {
    let count = |met| report.criteria.iter().filter(|one| one.met == met).count();
    let (met, not_met, unseen) = (count(Some(true)), count(Some(false)), count(None));
    let text = format!("{met} met, {not_met} NOT MET, {unseen} not looked at");
    let missed = report.criteria.iter().filter(|one| one.met == Some(false));
    let missed = missed.map(|one| {
        let text = format!("{}: {} ({})", one.name, one.found, one.wanted);
        ("NOT MET", text)
    });
    [("criteria", text)].into_iter().chain(missed).collect()
}

fn finding(one: &Finding) -> Option<Line> {
    if !one.is_open() {
        return None;
    }
    let mut text = match one.subject.is_empty() {
        true => one.text.clone(),
        false => format!("{}: {}", one.subject, one.text),
    };
    text.push_str(&match (&one.owner, one.due.map(Time::date)) {
        (Some(owner), Some(due)) => format!(" ({owner}, by {due})"),
        (Some(owner), None) => format!(" ({owner})"),
        (None, _) => " (nobody was named who mends it)".into(),
    });
    Some(("open", text))
}

/// What the report before found.
fn earlier(one: &Earlier) -> Line {
    let state = match one.closed {
        Some(true) => "mended",
        Some(false) => "NOT YET",
        None => "unsaid",
    };
    (state, format!("{}, found before", one.text))
}

/// Holds the bags against those of the reports before it that are given and are the ones named, one by the other.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take it.
pub(super) fn hold_bags(
    report: &DrillReport,
    given: &Given,
    all: &[Given],
    session: &mut Session,
) -> Result<()> {
    let before = before(report, all);
    let before: Vec<&DrillReport> = before.iter().collect();
    let bags = drill::bags(report, &before);
    if bags.followed > 0 {
        let text = format!(
            "    bags     {} found in the bag that a report before names",
            bags.followed
        );
        session.terminal.result(&text)?;
    }
    for one in &bags.breaks {
        let subject = format!("{:?}", given.path);
        let text = format!(
            "{}: found in bag {:?}, and the report of {} says that it went into {:?}",
            printable(&one.carrier.called()),
            one.found,
            one.by.clock.ended().date(),
            one.went_into
        );
        let hint = "ask who had it between the two drills, and look at both bags";
        session.find(Severity::Warning, "bag", &subject, &text, hint);
    }
    Ok(())
}

/// The reports before it, the last one first, as far as they are given.
fn before(report: &DrillReport, all: &[Given]) -> Vec<DrillReport> {
    let mut before: Vec<DrillReport> = Vec::new();
    // No report names itself, so a chain is never longer than what is given.
    while before.len() < all.len() {
        let last = before.last().unwrap_or(report);
        let Some(named) = last.previous.as_ref().map(|one| one.report_sha256) else {
            break;
        };
        let mut same = all.iter().filter(|one| Digest::of(&one.bytes) == named);
        match same.next().map(|one| DrillReport::from_bytes(&one.bytes)) {
            Some(Ok(read)) => before.push(read),
            _ => break,
        }
    }
    before
}

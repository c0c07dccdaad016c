//! What every drill of a kind wants, written before any is done, and what was found of it.
//!
//! Source: ceremony.md, sections 4.1 and 4.4. What a drill fails without is what a real restore fails without; the rest
//! is to be mended.

mod looked_at;
mod restored;

use super::{Criterion, DrillKind, DrillReport, Target};

/// The criteria of the report's kind and the targets, held against its facts. Its own criteria, findings and outcome are
/// not looked at.
pub fn criteria(report: &DrillReport, targets: &[Target]) -> Vec<Criterion> {
    let mut all = match report.kind {
        DrillKind::D0 => looked_at::seals(report),
        DrillKind::D1 => looked_at::shares(report),
        DrillKind::D2 => looked_at::copies(report),
        DrillKind::D3 | DrillKind::D4 => restored::all(report),
        DrillKind::D5 => [restored::all(report), restored::worst(report)].concat(),
        DrillKind::D6 => Vec::new(),
    };
    all.extend(targets.iter().map(|target| target.criterion(report)));
    all.extend(earlier(report));
    all
}

/// Without `must`.
fn wanted(name: &str, wanted: &str, found: String, met: Option<bool>) -> Criterion {
    Criterion {
        name: name.into(),
        wanted: wanted.into(),
        found,
        met,
        must: false,
    }
}

fn must(criterion: Criterion) -> Criterion {
    Criterion {
        must: true,
        ..criterion
    }
}

/// "3 of 5", met when it is all, and when there is any.
fn counted(name: &str, text: &str, good: usize, all: usize) -> Criterion {
    wanted(
        name,
        text,
        format!("{good} of {all}"),
        Some(all > 0 && good == all),
    )
}

/// What was found the last time must be mended by now.
fn earlier(report: &DrillReport) -> Option<Criterion> {
    let all = report.earlier_findings.len();
    if all == 0 {
        return None;
    }
    let said = report
        .earlier_findings
        .iter()
        .all(|one| one.closed.is_some());
    let closed = |one: &&super::Earlier| one.closed == Some(true);
    let good = report.earlier_findings.iter().filter(closed).count();
    let counted = counted(
        "earlier findings",
        "every finding of the drill before is closed",
        good,
        all,
    );
    Some(Criterion {
        met: counted.met.filter(|met| *met || said),
        ..counted
    })
}

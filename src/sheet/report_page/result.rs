//! Times, criteria and findings.

use super::table::Table;
use crate::drill::{Criterion, DrillReport, Earlier, Finding, duration};

/// How long each part took, and all of it.
pub(super) fn phases(report: &DrillReport) -> Option<Table> {
    let row = |phase: &crate::drill::Phase| {
        vec![format!("of it {}", phase.name), duration(phase.seconds)]
    };
    let mut rows = Vec::new();
    if !report.phases.is_empty() {
        rows.push(vec!["RTO, all of it".into(), duration(report.seconds())]);
    }
    rows.extend(report.phases.iter().map(row));
    Some(Table {
        title: "TIMES".into(),
        share: 1.0,
        columns: vec![("", 2.0), ("", 1.0)],
        rows,
        otherwise: "not measured",
    })
}

/// What was wanted and what was found; what is not met first.
pub(super) fn criteria(report: &DrillReport) -> Option<Table> {
    let mut sorted: Vec<&Criterion> = report.criteria.iter().collect();
    sorted.sort_by_key(|one| (one.met != Some(false), one.met.is_none(), !one.must));
    let row = |one: &&Criterion| {
        let met = match (one.met, one.must) {
            (Some(true), _) => "met",
            (Some(false), true) => "NOT MET: fails",
            (Some(false), false) => "NOT MET",
            (None, _) => "not looked at",
        };
        vec![
            one.name.clone(),
            one.wanted.clone(),
            one.found.clone(),
            met.into(),
        ]
    };
    Some(Table {
        title: "CRITERIA".into(),
        share: 1.0,
        columns: vec![
            ("", 1.0),
            ("wanted, written before", 2.2),
            ("found", 1.6),
            ("", 0.8),
        ],
        rows: sorted.iter().map(row).collect(),
        otherwise: "none",
    })
}

/// What is to be mended, worst first, and what was the last time.
pub(super) fn findings(report: &DrillReport) -> Option<Table> {
    let mut sorted: Vec<&Finding> = report.findings.iter().collect();
    sorted.sort_by_key(|one| (!one.is_open(), std::cmp::Reverse(one.severity)));
    let row = |one: &&Finding| {
        let due = one
            .due
            .map_or(String::new(), |due| format!("by {}", due.date()));
        let owner = one.owner.clone().unwrap_or_default();
        let closed = if one.closed { ", closed" } else { "" };
        vec![
            format!("{}{closed}", one.severity.as_str()),
            one.line(),
            owner,
            due,
        ]
    };
    let mut rows: Vec<Vec<String>> = sorted.iter().map(row).collect();
    // what stays open stands among the findings
    let carried = |one: &&Earlier| {
        let mut findings = report.findings.iter().filter(|known| known.is_carried());
        findings.any(|known| known.line().starts_with(&one.text))
    };
    let earlier = report.earlier_findings.iter();
    rows.extend(earlier.filter(|one| !carried(one)).map(|one| {
        let closed = match one.closed {
            Some(true) => "earlier, closed",
            Some(false) => "earlier, OPEN",
            None => "earlier, not said",
        };
        vec![
            closed.into(),
            one.text.clone(),
            String::new(),
            String::new(),
        ]
    }));
    Some(Table {
        title: "FINDINGS".into(),
        share: 1.0,
        columns: vec![("", 0.8), ("", 4.4), ("who mends it", 1.0), ("", 0.8)],
        rows,
        otherwise: "none",
    })
}

//! When the next drill is due.

use super::{CARRIERS, COPIES, Criterion, DrillReport, Outcome};
use crate::due::REPEAT;
use crate::register::Interval;
use crate::time::Time;

/// The day by which the next drill of this kind is due, after this one. A policy's `interval` in months counts where one
/// is given.
pub fn next(report: &DrillReport, interval: Option<u16>) -> Time {
    let usual = Interval::of_drill(report.kind).default_months();
    let at = report.clock.ended();
    let later = at.plus_months(interval.unwrap_or(usual));
    let is_of_all = |name: &str| name == CARRIERS || name == COPIES;
    let is_missed = |one: &Criterion| is_of_all(&one.name) && one.met == Some(false);
    let again = report.outcome == Outcome::Fail || report.criteria.iter().any(is_missed);
    let due = match again {
        true => later.min(at.plus_days(REPEAT)),
        false => later,
    };
    due.midnight()
}

#[cfg(test)]
mod tests {
    use super::super::tests::bare;
    use super::*;
    use crate::drill::DrillKind;

    fn next_date(kind: DrillKind, outcome: Outcome, interval: Option<u16>) -> String {
        next(&ended(kind, outcome), interval).to_string()
    }

    fn ended(kind: DrillKind, outcome: Outcome) -> DrillReport {
        let mut report = bare(kind);
        report.clock.wall = Some(Time::parse("2026-11-23T14:20:05Z").unwrap());
        report.outcome = outcome;
        report
    }

    #[test]
    fn carriers_that_a_seal_check_left_out_are_looked_at_within_thirty_days() {
        let mut report = ended(DrillKind::D0, Outcome::Findings);
        let with = |name: &str, met| Criterion {
            name: name.into(),
            wanted: String::new(),
            found: String::new(),
            met,
            must: false,
        };
        for (met, date) in [
            (Some(true), "2027-11-23T00:00:00Z"),
            (Some(false), "2026-12-23T00:00:00Z"),
        ] {
            report.criteria = vec![with(CARRIERS, met)];
            assert_eq!(next(&report, None).to_string(), date);
        }
        report.kind = DrillKind::D2;
        for (met, date) in [
            (None, "2027-05-23T00:00:00Z"),
            (Some(true), "2027-05-23T00:00:00Z"),
            (Some(false), "2026-12-23T00:00:00Z"),
        ] {
            report.criteria = vec![with(COPIES, met)];
            assert_eq!(next(&report, None).to_string(), date);
        }
    }

    #[test]
    fn the_next_one_is_due_by_the_interval_of_its_kind_or_of_the_policy() {
        for (kind, date) in [
            (DrillKind::D0, "2027-11-23T00:00:00Z"),
            (DrillKind::D2, "2027-05-23T00:00:00Z"),
            (DrillKind::D4, "2027-11-23T00:00:00Z"),
            (DrillKind::D5, "2028-11-23T00:00:00Z"),
        ] {
            assert_eq!(next_date(kind, Outcome::Pass, None), date, "{kind:?}");
        }
        assert_eq!(
            next_date(DrillKind::D4, Outcome::Findings, Some(3)),
            "2027-02-23T00:00:00Z"
        );
    }

    #[test]
    fn one_that_failed_is_repeated_within_thirty_days() {
        assert_eq!(
            next_date(DrillKind::D4, Outcome::Fail, None),
            "2026-12-23T00:00:00Z"
        );
        assert_eq!(
            next_date(DrillKind::D4, Outcome::Fail, Some(0)),
            "2026-11-23T00:00:00Z"
        );
    }
}

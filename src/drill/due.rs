//! When the next drill is due.

use super::{DrillKind, Outcome};
use crate::register::Interval;
use crate::time::Time;

/// Within so many days a drill that failed is done again (ceremony.md, section 4.2).
const AFTER_A_FAILURE: u16 = 30;

/// The day by which the next drill of this kind is due, after one that ended at `at`. A policy's `interval` in months
/// counts where one is given.
pub fn next(kind: DrillKind, outcome: Outcome, at: Time, interval: Option<u16>) -> Time {
    let usual = Interval::of_drill(kind).default_months();
    let later = at.plus_months(interval.unwrap_or(usual));
    let due = match outcome {
        Outcome::Fail => later.min(at.plus_days(AFTER_A_FAILURE)),
        Outcome::Pass | Outcome::Findings => later,
    };
    due.midnight()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_date(kind: DrillKind, outcome: Outcome, interval: Option<u16>) -> String {
        let at = Time::parse("2026-11-23T14:20:05Z").unwrap();
        next(kind, outcome, at, interval).to_string()
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

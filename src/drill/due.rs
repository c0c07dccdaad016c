//! When the next drill is due.

use super::{DrillReport, Outcome};
use crate::due::REPEAT;
use crate::time::Time;

/// The day by which the next drill of this kind is due, after this one: `months` later, or within thirty days of one that
/// failed or found anything. `None` where the policy says that none is due, and nothing is to be done again.
pub fn next(report: &DrillReport, months: Option<u16>) -> Option<Time> {
    let at = report.clock.ended();
    let later = months.map(|months| at.plus_months(months));
    let due = match report.outcome {
        Outcome::Pass => later?,
        Outcome::Findings | Outcome::Fail => {
            let again = at.plus_days(REPEAT);
            later.map_or(again, |later| later.min(again))
        }
    };
    Some(due.midnight())
}

#[cfg(test)]
mod tests {
    use super::super::tests::bare;
    use super::*;
    use crate::drill::DrillKind;

    fn next_date(kind: DrillKind, outcome: Outcome, months: Option<u16>) -> Option<String> {
        let mut report = bare(kind);
        report.clock.wall = Some(Time::parse("2026-11-23T14:20:05Z").unwrap());
        report.outcome = outcome;
        next(&report, months).map(Time::date)
    }

    #[test]
    fn the_next_one_is_due_by_the_interval_of_its_kind() {
        for (kind, months, date) in [
            (DrillKind::D0, 12, "2027-11-23"),
            (DrillKind::D2, 6, "2027-05-23"),
            (DrillKind::D5, 24, "2028-11-23"),
        ] {
            let next = next_date(kind, Outcome::Pass, Some(months));
            assert_eq!(next.as_deref(), Some(date), "{kind:?}");
        }
    }

    #[test]
    fn one_that_failed_or_found_anything_is_repeated_within_thirty_days_whatever_its_kind() {
        for kind in [DrillKind::D0, DrillKind::D3, DrillKind::D6] {
            for outcome in [Outcome::Findings, Outcome::Fail] {
                for (months, date) in [
                    (Some(12), "2026-12-23"),
                    (Some(0), "2026-11-23"),
                    (None, "2026-12-23"),
                ] {
                    let next = next_date(kind, outcome, months);
                    assert_eq!(next.as_deref(), Some(date), "{kind:?} {months:?}");
                }
            }
        }
    }

    #[test]
    fn where_the_policy_has_none_of_a_kind_no_day_is_made_up() {
        assert_eq!(next_date(DrillKind::D5, Outcome::Pass, None), None);
    }
}

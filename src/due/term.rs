//! Days: when something falls due, and how far away that is.

use super::Standing;
use crate::time::Time;

/// Days before its day on which something begins to be due.
pub(super) const NOTICE: i64 = 30;
/// The same for a certificate: a new one takes its time to get.
pub(super) const NOTICE_CERTIFICATE: i64 = 90;

/// How urgent something is whose day is `by`, and that was done before or `never`.
pub(super) fn standing(by: Time, as_of: Time, never: bool, notice: i64) -> Standing {
    let past = as_of.days_since(by);
    let days = u32::try_from(past.unsigned_abs()).unwrap_or(u32::MAX);
    match past {
        1.. if never => Standing::Never(days),
        1.. => Standing::Overdue(days),
        _ if -past <= notice => Standing::Due(days),
        _ => Standing::Good,
    }
}

/// The day by which something falls due for the first time, so many months after its beginning. A beginning that has not
/// come is a claim that cannot be: nobody knows when it was, and it is due now.
pub(super) fn first(begun: Time, months: u16, as_of: Time) -> Time {
    match begun.days_since(as_of) {
        1.. => as_of,
        _ => begun.plus_months(months),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Time {
        Time::parse(&format!("{text}T12:00:00Z")).unwrap()
    }

    #[test]
    fn a_day_is_due_30_days_before_and_overdue_from_the_day_after() {
        let by = day("2027-03-01");
        for (as_of, expected) in [
            ("2027-01-29", Standing::Good),
            ("2027-01-30", Standing::Due(30)),
            ("2027-03-01", Standing::Due(0)),
            ("2027-03-02", Standing::Overdue(1)),
            ("2027-05-01", Standing::Overdue(61)),
        ] {
            assert_eq!(standing(by, day(as_of), false, NOTICE), expected, "{as_of}");
        }
        assert_eq!(
            standing(by, day("2027-03-03"), true, NOTICE),
            Standing::Never(2)
        );
        assert_eq!(
            standing(by, day("2027-03-01"), true, NOTICE),
            Standing::Due(0)
        );
    }
}

//! How old a carrier is, by what its `carrier.json` says, and what is due then.
//!
//! Knows dates. Both are claims: the one on the carrier, and that of this machine's clock. What cannot be true is said and
//! judged no further; nothing here ever makes a carrier less good than its bytes are.

use crate::host::machine::{first_released, released};
use crate::time::Time;

/// Years after which a carrier is to be read in full, once more: the day that its README.txt names.
///
/// A flash cell loses charge. JEDEC JESD218 asks of a client drive, worn out and without power, that it keeps data for one
/// year at 30 degrees Celsius; a new one keeps them far longer, and nobody knows how worn a stick is.
pub const CHECK_YEARS: u16 = 1;

/// Years after which a medium is to be replaced, however well it reads.
///
/// No maker of sticks promises more than about ten years without power, and none says which of its sticks; the longest
/// public test of sticks in a drawer known to us is of six years, with one model. Half of the promise is what is relied on.
pub const REPLACE_YEARS: u16 = 5;

/// Seconds by which a carrier may be of the future: two machines that show local time as UTC.
const TOLERANCE: i64 = 86_400;

/// How old a carrier says it is, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// When it was first written.
    pub written: Time,
    /// What this machine's clock says.
    pub now: Time,
    /// The day by which it is to be read in full again.
    pub check_by: Time,
}

/// What the age of a carrier asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    Nothing,
    /// A check, since the day [`Age::check_was_due`].
    Check,
    /// Another medium, since the day [`Age::replace_by`].
    Replacement,
    /// It cannot be told: the clock of this machine shows a time before this program was made.
    NoClock,
    /// It cannot be told: it says that it was written before there was any coldvault. The clock was wrong then.
    NoDate,
    /// It cannot be told: it was written after the time that the clock of this machine shows.
    Future,
}

impl Age {
    /// Of a carrier that says it was `written` then and that nobody reads in full now.
    pub fn seen(written: Time, now: Time) -> Self {
        let check_by = written.plus_years(CHECK_YEARS);
        Self {
            written,
            now,
            check_by,
        }
    }

    /// Of a carrier that was read in full now, and was whole.
    pub fn checked(written: Time, now: Time) -> Self {
        let next = now.max(written).plus_years(CHECK_YEARS);
        let check_by = match Self::seen(written, now).due() {
            // What is too old is not worth another check, and a wrong clock gives no date.
            Due::Nothing | Due::Check | Due::Replacement => {
                next.min(written.plus_years(REPLACE_YEARS))
            }
            Due::NoClock | Due::NoDate | Due::Future => written.plus_years(CHECK_YEARS),
        };
        Self {
            written,
            now,
            check_by,
        }
    }

    /// The day by which its first check was due.
    pub fn check_was_due(&self) -> Time {
        self.written.plus_years(CHECK_YEARS)
    }

    /// The day by which another medium is to take its place.
    pub fn replace_by(&self) -> Time {
        self.written.plus_years(REPLACE_YEARS)
    }

    /// What is due. A carrier knows nothing of the checks since it was written.
    pub fn due(&self) -> Due {
        if self.now < released() {
            return Due::NoClock;
        }
        if !self.has_date() {
            return Due::NoDate;
        }
        if self.written.unix() - self.now.unix() > TOLERANCE {
            return Due::Future;
        }
        match self.now {
            now if now >= self.replace_by() => Due::Replacement,
            now if now >= self.check_was_due() => Due::Check,
            _ => Due::Nothing,
        }
    }

    /// Whether the day on it can be true, so that days can be counted from it.
    pub fn has_date(&self) -> bool {
        self.written >= first_released()
    }

    /// "today", "1 day ago", "682 days ago".
    fn ago(&self) -> String {
        match self.now.full_days_since(self.written).max(0) {
            0 => "today".to_owned(),
            1 => "1 day ago".to_owned(),
            days => format!("{days} days ago"),
        }
    }

    /// For people, in lines of at most 64 columns: when it was written, and what is to be done by when.
    pub fn lines(&self) -> Vec<String> {
        let written = self.written.date();
        let due = match self.due() {
            Due::NoClock | Due::Future => return vec![format!("first written {written}")],
            Due::NoDate => {
                return vec![format!("not known: it says that it was written {written}")];
            }
            Due::Nothing => String::new(),
            Due::Check => format!("; a check was due by {}", self.check_was_due().date()),
            Due::Replacement => format!("; replace it: due since {}", self.replace_by().date()),
        };
        let mut lines = vec![format!("first written {written}, {}{due}", self.ago())];
        if self.due() != Due::Replacement {
            let (check, replace) = (self.check_by.date(), self.replace_by().date());
            lines.push(match self.check_by < self.now {
                true => format!("replace it by {replace}"),
                false => format!("check it by {check}, replace it by {replace}"),
            });
        }
        lines
    }

    /// What somebody has to be told of it, if anything.
    pub fn warning(&self) -> Option<String> {
        let (written, now) = (self.written.date(), self.now.date());
        match self.due() {
            Due::Nothing | Due::Check => None,
            Due::Replacement => Some(format!(
                "first written {written}, more than {REPLACE_YEARS} years ago: make a fresh one with coldvault copy, \
                 on another medium"
            )),
            Due::NoClock => Some(format!(
                "how old it is cannot be told: this machine's clock says {now}, which is before this program was made"
            )),
            Due::NoDate => Some(format!(
                "how old it is cannot be told: it says that it was first written {written}, which is before there was \
                 any coldvault: the clock was wrong when it was written"
            )),
            Due::Future => Some(format!(
                "how old it is cannot be told: it says that it was first written {written}, and this machine's clock \
                 says {now}: one of the two is wrong"
            )),
        }
    }
}

impl Due {
    /// One word for scripts; nothing where it cannot be told.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Nothing => Some("nothing"),
            Self::Check => Some("check"),
            Self::Replacement => Some("replacement"),
            Self::NoClock | Self::NoDate | Self::Future => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        Time::parse(&format!("{text}T12:00:00Z")).unwrap()
    }

    fn checked(written: &str, now: &str) -> Age {
        Age::checked(time(written), time(now))
    }

    #[test]
    fn a_medium_is_due_for_a_check_after_a_year_and_for_replacement_after_five() {
        for (written, now, due) in [
            ("2026-12-01", "2026-12-01", Due::Nothing),
            ("2026-12-01", "2027-11-30", Due::Nothing),
            ("2026-12-01", "2027-12-01", Due::Check),
            ("2026-12-01", "2031-11-30", Due::Check),
            ("2026-12-01", "2031-12-01", Due::Replacement),
            ("2028-02-29", "2033-02-28", Due::Replacement),
        ] {
            assert_eq!(checked(written, now).due(), due, "{written} {now}");
            let seen = Age::seen(time(written), time(now));
            assert_eq!(seen.due(), due, "{written} {now}");
        }
    }

    #[test]
    fn the_next_check_is_a_year_from_the_one_that_was_made_and_not_after_the_end() {
        let date = |written, now| checked(written, now).check_by.date();
        assert_eq!(date("2026-12-01", "2027-06-05"), "2028-06-05");
        assert_eq!(date("2026-12-01", "2031-06-05"), "2031-12-01");
        assert_eq!(date("2027-01-01", "2037-01-01"), "2032-01-01");
        let seen = Age::seen(time("2026-12-01"), time("2027-06-05"));
        assert_eq!(seen.check_by.date(), "2027-12-01");
    }

    #[test]
    fn a_clock_that_cannot_be_right_and_a_carrier_of_the_future_are_said_and_judged_no_further() {
        let dead = checked("2026-12-01", "2000-01-01");
        assert_eq!((dead.due(), dead.due().as_str()), (Due::NoClock, None));
        assert!(dead.warning().unwrap().contains("clock says 2000-01-01"));
        let future = checked("2036-12-01", "2026-12-24");
        assert_eq!((future.due(), future.due().as_str()), (Due::Future, None));
        assert!(
            future
                .warning()
                .unwrap()
                .contains("one of the two is wrong")
        );
        for age in [dead, future] {
            assert_eq!(
                age.lines(),
                [format!("first written {}", age.written.date())]
            );
        }
        let tomorrow = checked("2026-12-02", "2026-12-01");
        assert_eq!((tomorrow.due(), tomorrow.warning()), (Due::Nothing, None));
        assert!(tomorrow.lines()[0].ends_with(", today"));
    }

    #[test]
    fn what_was_written_with_a_clock_at_its_beginning_is_not_called_old() {
        for written in ["1970-01-01", "2020-01-01", "2026-10-30"] {
            let age = checked(written, "2026-12-01");
            assert_eq!((age.due(), age.due().as_str()), (Due::NoDate, None));
            assert_eq!(
                age.lines(),
                [format!("not known: it says that it was written {written}")]
            );
            let warning = age.warning().unwrap();
            assert!(warning.contains("clock was wrong when it was written"));
        }
        let first = checked("2026-11-01", "2026-12-01");
        assert_eq!(first.due(), Due::Nothing);
        assert!(first_released() <= released());
    }

    #[test]
    fn every_line_fits_a_screen_and_says_the_days() {
        let old = checked("2026-12-01", "2028-10-13");
        assert_eq!(
            old.lines(),
            [
                "first written 2026-12-01, 682 days ago; a check was due by 2027-12-01",
                "check it by 2029-10-13, replace it by 2031-12-01"
            ]
        );
        let worn = checked("2027-01-01", "2037-01-01");
        assert_eq!(
            worn.lines(),
            ["first written 2027-01-01, 3653 days ago; replace it: due since 2032-01-01"]
        );
        assert!(worn.warning().unwrap().contains("coldvault copy"));
        let seen = Age::seen(time("2026-12-01"), time("2028-10-13"));
        assert_eq!(seen.lines()[1], "replace it by 2031-12-01");
        for age in [old, worn, seen] {
            assert!(age.lines().iter().all(|line| line.len() <= 76), "{age:?}");
        }
        let ends = Age::checked(Time::from_unix(i64::MIN), Time::from_unix(i64::MAX));
        assert_eq!(ends.due(), Due::NoDate);
        assert!(ends.lines().iter().all(|line| line.len() <= 79));
    }
}

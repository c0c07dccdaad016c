//! Points in time: whole seconds, in UTC, as they stand in every file coldvault writes.
//!
//! Knows the calendar and never what time it is now: an offline machine's clock may be wrong, so whoever needs the
//! present time asks for it where that can be said.

use std::fmt;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};

use crate::error::{Error, Result};

/// 0000-01-01T00:00:00Z in seconds since 1970.
const FIRST: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z in seconds since 1970.
const LAST: i64 = 253_402_300_799;

/// Seconds of a day; there are no leap seconds here.
const DAY: i64 = 86_400;

/// A point in time in UTC, as seconds since the start of 1970, between the years 0000 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// Takes seconds since the start of 1970. What lies outside the years 0000 to 9999 becomes the nearest second inside:
    /// file times on old media can be anything.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(FIRST, LAST))
    }

    /// Returns the seconds since the start of 1970.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// Reads a time in the one form that `Display` writes: `2026-11-22T20:00:00Z` (RFC 3339).
    ///
    /// # Errors
    /// [`Error::Json`] for any other form, and for a day or second that does not exist (leap seconds too).
    pub fn parse(text: &str) -> Result<Self> {
        let read = text.strip_suffix('Z').and_then(|civil| civil.parse().ok());
        // The library reads several forms. Only the one that is written back the same is ours.
        read.map(Self::from_civil)
            .filter(|time| time.to_string() == text)
            .ok_or_else(|| Error::Json {
                why: "a time is not of the form 2026-11-22T20:00:00Z".into(),
            })
    }

    /// Returns the day, as `2026-11-22`.
    pub fn date(self) -> String {
        let civil = self.civil();
        format!(
            "{:04}-{:02}-{:02}",
            civil.year(),
            civil.month(),
            civil.day()
        )
    }

    /// Returns the same day and time of day `years` later; 28 February where 29 February does not exist.
    /// The end of the year 9999 is the latest answer.
    pub fn plus_years(self, years: u16) -> Self {
        let later = Span::new()
            .try_years(years)
            .and_then(|span| self.civil().checked_add(span));
        later.map_or(Self(LAST), Self::from_civil)
    }

    /// Returns the same day and time of day `months` later; the last day of that month where it has no such day.
    /// The end of the year 9999 is the latest answer.
    pub fn plus_months(self, months: u16) -> Self {
        let later = Span::new()
            .try_months(months)
            .and_then(|span| self.civil().checked_add(span));
        later.map_or(Self(LAST), Self::from_civil)
    }

    /// Returns the same time of day so many days later.
    pub fn plus_days(self, days: u16) -> Self {
        Self::from_unix(self.0.saturating_add(i64::from(days) * DAY))
    }

    /// Returns how many days of the calendar, in UTC, lie between `earlier` and this; negative when it is the later one.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.div_euclid(DAY) - earlier.0.div_euclid(DAY)
    }

    /// Returns how many times 24 hours have passed since `earlier`, rounded down; negative when it is the later one.
    pub fn full_days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(DAY)
    }

    /// Returns the first second of its day, in UTC.
    pub fn midnight(self) -> Self {
        Self::from_unix(self.0 - self.0.rem_euclid(DAY))
    }

    /// Reads a day in the one form that [`Time::date`] writes; `None` for any other. The answer is its first second.
    pub fn parse_day(text: &str) -> Option<Self> {
        Self::parse(&format!("{text}T00:00:00Z")).ok()
    }

    fn civil(self) -> DateTime {
        EPOCH.saturating_add(SignedDuration::from_secs(self.0))
    }

    fn from_civil(civil: DateTime) -> Self {
        Self::from_unix(civil.duration_since(EPOCH).as_secs())
    }
}

/// The point from which [`Time`] counts. Civil times, because the library's own timestamps end a day before 9999 does.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        let (hour, minute, second) = (civil.hour(), civil.minute(), civil.second());
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", self.date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn known_seconds_are_the_known_times() {
        // Each from `date -u -d TEXT +%s`.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_377_600, "2026-11-22T20:00:00Z"),
            (FIRST, "0000-01-01T00:00:00Z"),
            (LAST, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Time::from_unix(seconds).to_string(), text);
            assert_eq!(time(text).unix(), seconds);
        }
    }

    #[test]
    fn seconds_beyond_the_calendar_become_its_ends() {
        assert_eq!(
            Time::from_unix(i64::MIN).to_string(),
            "0000-01-01T00:00:00Z"
        );
        assert_eq!(
            Time::from_unix(i64::MAX).to_string(),
            "9999-12-31T23:59:59Z"
        );
    }

    #[test]
    fn any_other_form_is_refused() {
        for text in [
            "",
            "Z",
            "2026-11-22",
            "2026-11-22Z",
            "2026-11-22T20:00Z",
            "2026-11-22T20:00:00",
            "2026-11-22T20:00:00z",
            "2026-11-22t20:00:00Z",
            "2026-11-22 20:00:00Z",
            "2026-11-22T20:00:00.0Z",
            "2026-11-22T20:00:00,5Z",
            "2026-11-22T20:00:00+00:00",
            "2026-11-22T20:00:00ZZ",
            "2026-11-22T20:00:00[UTC]Z",
            "2026-11-22T20:00:00Z\n",
            " 2026-11-22T20:00:00Z",
            "20261122T200000Z",
            "+002026-11-22T20:00:00Z",
            "-000001-11-22T20:00:00Z",
            "10000-01-01T00:00:00Z",
            "2026-W47-7T20:00:00Z",
            "\u{ff12}026-11-22T20:00:00Z",
        ] {
            assert!(
                matches!(Time::parse(text), Err(Error::Json { .. })),
                "{text:?}"
            );
        }
    }

    #[test]
    fn days_and_seconds_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2016-12-31T23:59:60Z",
        ] {
            assert!(Time::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn years_later_is_the_same_day_where_there_is_one() {
        assert_eq!(
            time("2026-11-22T20:00:00Z").plus_years(5),
            time("2031-11-22T20:00:00Z")
        );
        assert_eq!(
            time("2024-02-29T01:02:03Z").plus_years(1),
            time("2025-02-28T01:02:03Z")
        );
        assert_eq!(
            time("2024-02-29T01:02:03Z").plus_years(4),
            time("2028-02-29T01:02:03Z")
        );
        assert_eq!(
            time("9999-01-01T00:00:00Z").plus_years(1),
            Time::from_unix(i64::MAX)
        );
        assert_eq!(
            Time::from_unix(0).plus_years(u16::MAX),
            Time::from_unix(i64::MAX)
        );
    }

    #[test]
    fn months_later_is_the_same_day_where_there_is_one() {
        for (from, months, expected) in [
            ("2026-11-22", 12, "2027-11-22"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2027-08-31", 6, "2028-02-29"),
            ("2026-12-15", 1, "2027-01-15"),
            ("2026-12-15", 0, "2026-12-15"),
            ("9999-12-15", 1, "9999-12-31"),
        ] {
            let day = Time::parse_day(from).unwrap();
            assert_eq!(day.plus_months(months).date(), expected, "{from} {months}");
        }
        let late = time("2026-11-22T20:00:00Z").plus_months(1);
        assert_eq!(late, time("2026-12-22T20:00:00Z"));
        assert_eq!(
            time("2028-02-28T20:00:00Z").plus_days(2).date(),
            "2028-03-01"
        );
        assert_eq!(Time::from_unix(LAST).plus_days(9), Time::from_unix(LAST));
    }

    #[test]
    fn days_between_are_those_of_the_calendar_whatever_the_time_of_day() {
        let late = time("2026-11-22T23:59:59Z");
        assert_eq!(time("2026-11-23T00:00:00Z").days_since(late), 1);
        assert_eq!(late.days_since(time("2026-11-23T23:00:00Z")), -1);
        assert_eq!(late.days_since(time("2026-11-22T00:00:00Z")), 0);
        assert_eq!(
            time("1970-01-01T00:00:00Z").days_since(Time::from_unix(-1)),
            1
        );
    }

    #[test]
    fn a_day_is_read_in_one_form() {
        assert_eq!(
            Time::parse_day("2027-03-01"),
            Some(time("2027-03-01T00:00:00Z"))
        );
        for text in [
            "",
            "2027-3-1",
            "2027-02-29",
            "01.03.2027",
            "2027-03-01T00:00:00Z",
            "2027-03-01 ",
        ] {
            assert_eq!(Time::parse_day(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_date_is_the_day_in_utc() {
        assert_eq!(time("2026-11-22T23:59:59Z").date(), "2026-11-22");
    }

    #[test]
    fn a_refused_text_is_not_repeated() {
        let error = Time::parse(&"9".repeat(100_000)).unwrap_err();
        assert!(error.to_string().len() < 120);
    }

    proptest! {
        #[test]
        fn every_time_is_written_in_20_bytes_and_read_back(seconds in FIRST..=LAST) {
            let text = Time::from_unix(seconds).to_string();
            prop_assert_eq!(text.len(), 20);
            prop_assert_eq!(Time::parse(&text).unwrap().unix(), seconds);
        }

        #[test]
        fn later_times_are_written_later(a in FIRST..=LAST, b in FIRST..=LAST) {
            let (a, b) = (Time::from_unix(a), Time::from_unix(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Time::parse(&text);
        }
    }
}

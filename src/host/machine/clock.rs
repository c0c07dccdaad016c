//! The machine's clock, held against what cannot be: against this program's own age, the clock that goes on when the
//! power is off, and the one on the wall.
//!
//! Knows times. Whoever looks at a wall clock reads local time, and this machine knows no time zones: a difference that is
//! a time zone is none, unless the person says which zone it is.

use super::{Check, Machine, read};
use crate::time::Time;

/// No release is older than this day: raise it with each one (2026-11-01, 00:00 UTC). A fixed number, because a date taken
/// while building would make each build another program.
const RELEASED: i64 = 1_793_491_200;
/// The day before which no release was there at all (2026-11-01, 00:00 UTC). It stays.
const FIRST_RELEASED: i64 = 1_793_491_200;
/// What a clock shows after a dead battery is before this (2020-01-01, 00:00 UTC).
const DEAD_BATTERY: i64 = 1_577_836_800;
/// Seconds that two clocks may differ: a typed time has no seconds, and is typed slowly.
const TOLERANCE: i64 = 150;
/// Offsets from UTC in use, in minutes, other than whole hours from -12 to 14.
const ODD_ZONES: [i64; 12] = [
    -570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765,
];
/// Seconds.
const DAY: i64 = 86_400;
const SET: &str = "set it (date -u -s 'YYYY-MM-DD HH:MM'), and write both clocks into the record";

/// The day before which this program was not there: a clock that shows an earlier one is wrong.
pub fn released() -> Time {
    Time::from_unix(RELEASED)
}

/// The day before which nobody had any release of this program: what it wrote earlier, it wrote with a wrong clock.
pub fn first_released() -> Time {
    Time::from_unix(FIRST_RELEASED)
}

/// What a wall clock showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallClock {
    /// As if it were UTC.
    shown: Time,
    /// Seconds ahead of UTC, where it was said.
    zone: Option<i64>,
    /// Whether the day was said too.
    has_day: bool,
}

impl WallClock {
    /// Reads `2026-11-23 14:05` or `14:05`, with a zone behind it or without: `+01:00`, `UTC`. Nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let has_day = !text.split_ascii_whitespace().next()?.contains(':');
        let mut words = text.split_ascii_whitespace();
        let day = if has_day { words.next()? } else { "1970-01-01" };
        let time = words.next()?;
        let zone = words.next().map(zone);
        // Seconds are no part of the form: a typed time has none.
        let is_short = time.len() == "14:05".len() && words.next().is_none();
        let shown = Time::parse(&format!("{day}T{time}:00Z")).ok();
        let zone = match zone {
            Some(zone) => Some(zone?),
            None => None,
        };
        shown.filter(|_| is_short).map(|shown| Self {
            shown,
            zone,
            has_day,
        })
    }

    /// Whether the day was said too.
    pub fn says_day(&self) -> bool {
        self.has_day
    }

    /// How far it is from the machine's clock.
    pub fn offset(&self, now: Time) -> Offset {
        let ahead = self.ahead(now) - self.zone.unwrap_or(0);
        let zone = self.zone;
        Offset { ahead, zone }
    }

    /// Seconds that it is ahead of the machine's clock. Where no day was said: of the day that is nearest.
    fn ahead(&self, now: Time) -> i64 {
        let ahead = self.shown.unix() - now.unix();
        if self.has_day {
            return ahead;
        }
        let zone = self.zone.unwrap_or(0);
        (ahead - zone + DAY / 2).rem_euclid(DAY) - DAY / 2 + zone
    }
}

/// How far a wall clock is from a machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// Seconds that it is ahead, without the zone where that was said.
    pub ahead: i64,
    /// Seconds that its zone is ahead of UTC, where it was said.
    pub zone: Option<i64>,
}

impl Offset {
    /// Whether the two agree, but for a time zone that was not said.
    pub fn agrees(self) -> bool {
        self.off().abs() <= TOLERANCE
    }

    /// Whether two people read the same off the wall, but for a time zone that one of them did not say.
    pub fn is_near(self, other: Self) -> bool {
        let apart = self.ahead - other.ahead;
        let off = match self.zone.is_some() == other.zone.is_some() {
            true => apart,
            false => apart_from_a_zone(apart).0,
        };
        off.abs() <= TOLERANCE
    }

    /// "26 years ahead of this machine's", with `other` for the machine's; or that they agree.
    pub fn describe(self, other: &str) -> String {
        let side = match self.off() > 0 {
            true => "ahead of",
            false => "behind",
        };
        match self.agrees() {
            true => format!("as {other}"),
            false => format!("{} {side} {other}", span(self.off().abs())),
        }
    }

    /// "26 years ahead".
    fn ahead_or_behind(self) -> String {
        format!("{} {}", span(self.off().abs()), side(self.off()))
    }

    fn off(self) -> i64 {
        match self.zone {
            Some(_) => self.ahead,
            None => apart_from_a_zone(self.ahead).0,
        }
    }
}

/// Whether a clock cannot be right: this program is newer.
pub fn cannot_be_right(now: Time) -> bool {
    now.unix() < RELEASED
}

/// `UTC`, `Z`, `+01:00`, `-0330`: seconds ahead of UTC.
fn zone(text: &str) -> Option<i64> {
    if matches!(text, "UTC" | "utc" | "Z" | "z") {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    let is_number = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = digits.split_at_checked(2).filter(|_| is_number)?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The clock against this program's age and the wall's.
pub(super) fn clock(now: Time, wall: Option<(WallClock, Offset)>) -> Check {
    let shown = minute(now);
    if cannot_be_right(now) {
        let why = match now.unix() < DEAD_BATTERY {
            true => "before 2020, as after a dead battery",
            false => "before this program was made",
        };
        let said = wall.filter(|(wall, _)| wall.says_day());
        let said = said.map_or(String::new(), |(_, off)| {
            format!("; the wall clock is {}", off.ahead_or_behind())
        });
        return Check::warn("clock", format!("{shown}: {why}{said}"), SET);
    }
    let Some((wall, off)) = wall else {
        let text = format!("{shown}; not compared with a clock on the wall");
        return Check::ok("clock", text);
    };
    let zone = wall.zone.unwrap_or_else(|| apart_from_a_zone(off.ahead).1);
    match off.agrees() {
        true => Check::ok(
            "clock",
            format!(
                "{shown}; the wall clock agrees (its zone: {}{})",
                offset(zone),
                if wall.has_day {
                    ""
                } else {
                    "; compare the day yourself"
                }
            ),
        ),
        false => {
            let text = format!("{shown}: the wall clock is {}", off.ahead_or_behind());
            Check::warn("clock", text, SET)
        }
    }
}

impl Machine {
    /// The clock that goes on when the power is off: the next start takes its time from there.
    pub(super) fn hardware_clock(&self, now: Time) -> Check {
        const NAME: &str = "hardware-clock";
        const WRITE: &str =
            "once the clock is right: hwclock --systohc --utc; a new battery, if it stands still";
        let text = match read(&self.sys.join("class/rtc/rtc0/since_epoch")) {
            Ok(Some(text)) => text,
            Ok(None) => {
                let text = "there is none: after each start the time must be set";
                return Check::warn(NAME, text, SET);
            }
            Err(why) => return Check::unknown(NAME, why, WRITE),
        };
        let Ok(seconds) = text.trim().parse() else {
            return Check::unknown(NAME, "its answer is no number", WRITE);
        };
        let (off, zone) = apart_from_a_zone(Time::from_unix(seconds).unix() - now.unix());
        match off.abs() <= TOLERANCE {
            true if zone == 0 => Check::ok(NAME, "agrees with the clock"),
            true => Check::ok(
                NAME,
                format!("agrees with the clock, in local time ({})", offset(zone)),
            ),
            false => {
                let text = format!("is {} {}", span(off.abs()), side(off));
                Check::warn(NAME, text, WRITE)
            }
        }
    }
}

/// What is left of a difference, in seconds, without the time zone that explains most of it; and that zone.
fn apart_from_a_zone(ahead: i64) -> (i64, i64) {
    let zones = (-12..=14).map(|hours| hours * 60).chain(ODD_ZONES);
    let left = zones.map(|minutes| (ahead - minutes * 60, minutes * 60));
    left.min_by_key(|(off, zone)| (off.abs(), zone.abs()))
        .unwrap_or((ahead, 0))
}

/// "2026-11-23 06:00 UTC".
fn minute(time: Time) -> String {
    let text = time.to_string();
    let text = text.get(.."2026-11-23T06:00".len()).unwrap_or(&text);
    format!("{} UTC", text.replacen('T', " ", 1))
}

/// "UTC+01:00".
fn offset(seconds: i64) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    match minutes {
        0 => "UTC".to_owned(),
        _ => format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

fn side(off: i64) -> &'static str {
    match off > 0 {
        true => "ahead",
        false => "behind",
    }
}

/// "3 days", "17 minutes".
fn span(seconds: i64) -> String {
    let units = [
        (31_557_600, "years"),
        (86_400, "days"),
        (3_600, "hours"),
        (60, "minutes"),
    ];
    let fit = units.into_iter().find(|(unit, _)| seconds >= 2 * unit);
    fit.map_or_else(
        || format!("{seconds} seconds"),
        |(unit, name)| format!("{} {name}", seconds / unit),
    )
}

#[cfg(test)]
mod tests;

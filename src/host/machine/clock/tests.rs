//! Clocks that are right, wrong, and in another zone.

use super::*;
use crate::host::machine::State;
use crate::host::machine::tests::Fake;

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

/// Read just now.
fn read_at(now: Time, wall: &str) -> Option<(WallClock, Offset)> {
    let wall = WallClock::parse(wall).unwrap();
    Some((wall, wall.offset(now)))
}

fn against(wall: &str) -> Check {
    let now = time("2027-03-04T10:20:33Z");
    clock(now, read_at(now, wall))
}

#[test]
fn a_wall_clock_is_compared_with_the_moment_in_which_it_was_read() {
    let read = read_at(time("2027-03-04T10:20:33Z"), "2027-03-04 10:20 UTC");
    let check = clock(time("2027-03-04T10:29:00Z"), read);
    assert_eq!(check.state, State::Ok, "{}", check.found);
    assert!(check.found.starts_with("2027-03-04 10:29"));
}

#[test]
fn the_constants_are_the_days_they_say() {
    assert_eq!(
        Time::from_unix(RELEASED).to_string(),
        "2026-11-01T00:00:00Z"
    );
    assert_eq!(
        Time::from_unix(DEAD_BATTERY).to_string(),
        "2020-01-01T00:00:00Z"
    );
}

#[test]
fn a_clock_from_before_this_program_or_before_2020_is_wrong() {
    let check = clock(time("2026-10-31T23:59:59Z"), None);
    assert_eq!(check.state, State::Warn);
    assert!(
        check.found.contains("before this program"),
        "{}",
        check.found
    );
    let check = clock(time("1970-01-01T00:00:00Z"), None);
    assert_eq!(check.state, State::Warn);
    assert!(check.found.contains("dead battery"), "{}", check.found);
    let check = clock(time("2026-11-01T00:00:00Z"), None);
    assert_eq!(check.state, State::Ok);
    assert_eq!(
        check.found,
        "2026-11-01 00:00 UTC; not compared with a clock on the wall"
    );
}

#[test]
fn a_wall_clock_without_a_day_is_compared_with_the_nearest_one() {
    for wall in ["10:20", "11:21", "11:21 +01:00", "10:20 UTC"] {
        let check = against(wall);
        assert_eq!(check.state, State::Ok, "{wall}");
        assert!(check.found.contains("the day yourself"), "{}", check.found);
    }
    for (now, wall) in [
        ("23:59:40", "00:01 UTC"),
        ("00:00:20", "23:59 UTC"),
        ("23:50:00", "00:50"),
    ] {
        let now = time(&format!("2027-03-04T{now}Z"));
        let check = clock(now, read_at(now, wall));
        assert_eq!(check.state, State::Ok, "{wall}: {}", check.found);
    }
    assert_eq!(against("10:40 UTC").state, State::Warn);
    for text in [
        "1020",
        "10:2",
        "10:20 x",
        "25:00",
        "2027-03-04",
        "10:20 2027-03-04",
    ] {
        assert!(WallClock::parse(text).is_none(), "{text}");
    }
}

#[test]
fn a_wall_clock_agrees_in_any_time_zone_that_is_in_use() {
    for (wall, zone) in [
        ("2027-03-04 10:20", "UTC"),
        ("2027-03-04 10:22", "UTC"),
        ("2027-03-04 11:20", "UTC+01:00"),
        ("2027-03-04 02:19", "UTC-08:00"),
        ("2027-03-04 15:50", "UTC+05:30"),
        ("2027-03-05 00:20", "UTC+14:00"),
        ("2027-03-04 11:20 +01:00", "UTC+01:00"),
        ("2027-03-04 06:50 -0330", "UTC-03:30"),
        ("2027-03-04 10:21 UTC", "UTC"),
    ] {
        let check = against(wall);
        assert_eq!(check.state, State::Ok, "{wall}: {}", check.found);
        assert!(
            check.found.ends_with(&format!("(its zone: {zone})")),
            "{wall}: {}",
            check.found
        );
    }
}

#[test]
fn a_difference_that_is_no_time_zone_is_said() {
    for (wall, said) in [
        ("2027-03-04 10:33", "12 minutes ahead"),
        ("2027-03-04 11:08", "12 minutes behind"),
        ("2027-03-14 10:20", "9 days ahead"),
        ("2030-03-04 10:20", "2 years ahead"),
        ("2027-03-04 11:20 UTC", "59 minutes ahead"),
    ] {
        let check = against(wall);
        assert_eq!(check.state, State::Warn, "{wall}: {}", check.found);
        assert!(check.found.ends_with(said), "{wall}: {}", check.found);
    }
}

#[test]
fn only_a_minute_with_or_without_its_day_is_a_wall_clock() {
    for wrong in [
        "",
        "2027-03-04",
        "2027-03-04T10:20",
        "2027-02-30 10:20",
        "2027-03-04 25:00",
        "2027-03-04 10:20:30",
        "2027-03-04 10:20 CET",
        "2027-03-04 10:20 +1",
        "2027-03-04 10:20 +0100 x",
        "2027-03-04 10:20 +15:00",
        "2027-03-04 10:20 \u{e4}\u{e4}",
        "27-03-04 10:20",
    ] {
        assert_eq!(WallClock::parse(wrong), None, "{wrong:?}");
    }
}

#[test]
fn the_hardware_clock_agrees_in_utc_and_in_local_time() {
    let fake = Fake::fit();
    let now = fake.now();
    let rtc = |seconds: i64| {
        fake.file(
            "sys/class/rtc/rtc0/since_epoch",
            &format!("{}\n", now.unix() + seconds),
        );
        fake.machine.hardware_clock(now)
    };
    assert_eq!(rtc(0).state, State::Ok);
    let local = rtc(3600);
    assert_eq!(local.state, State::Ok);
    assert!(local.found.contains("UTC+01:00"), "{}", local.found);
    let off = rtc(-5 * 86_400);
    assert_eq!(off.state, State::Warn);
    assert_eq!(off.found, "is 4 days behind");
    fake.file("sys/class/rtc/rtc0/since_epoch", "soon");
    assert_eq!(fake.machine.hardware_clock(now).state, State::Warn);
    fake.file("sys/class/rtc/rtc0/since_epoch", "9223372036854775807");
    assert_eq!(fake.machine.hardware_clock(now).state, State::Warn);
    fake.remove("sys/class/rtc/rtc0/since_epoch");
    assert_eq!(fake.machine.hardware_clock(now).state, State::Warn);
}

#[test]
fn an_offset_is_said_with_a_dead_battery_and_only_where_the_day_was_said() {
    let now = time("2000-01-01T00:03:00Z");
    let check = clock(now, read_at(now, "2026-11-23 10:05 +01:00"));
    assert_eq!(check.state, State::Warn);
    assert!(
        check.found.ends_with("the wall clock is 26 years ahead"),
        "{}",
        check.found
    );
    let check = clock(now, read_at(now, "10:05"));
    assert!(check.found.ends_with("dead battery"), "{}", check.found);
}

#[test]
fn two_readings_are_near_when_the_clock_went_on_between_them_and_a_zone_may_be_missing() {
    let now = time("2000-01-01T00:03:00Z");
    let later = time("2000-01-01T00:08:10Z");
    let off = |text: &str, now| WallClock::parse(text).unwrap().offset(now);
    let first = off("2026-11-23 10:05 +01:00", now);
    assert_eq!((first.zone, first.agrees()), (Some(3600), false));
    assert!(first.is_near(off("2026-11-23 10:10 +01:00", later)));
    assert!(first.is_near(off("2026-11-23 10:10", later)));
    assert!(first.is_near(off("2026-11-23 09:10 UTC", later)));
    for other in [
        "2026-11-23 10:10 UTC",
        "2026-11-23 10:15 +01:00",
        "2026-11-22 10:10",
        "2025-11-23 10:10 +01:00",
    ] {
        assert!(!first.is_near(off(other, later)), "{other}");
    }
    assert!(off("2000-01-01 01:03", now).agrees());
    assert!(!off("2000-01-01 01:03 UTC", now).agrees());
}

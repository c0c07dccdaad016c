//! What people read off a clock on the wall: asked of two of them, because one misreads, and held against each other.
//!
//! The machine's clock is the session's, moved on by a clock that nobody sets. What is done with the difference is the
//! commands' business.

use super::Session;
use crate::ceremony;
use crate::error::{Error, Result};
use crate::host::machine::{Offset, WallClock};
use crate::report::Severity;
use crate::terminal::is_stop;

/// The form in which a wall clock is given.
const FORM: &str = "YYYY-MM-DD HH:MM or HH:MM";
/// The form where the day is needed too.
const LONG_FORM: &str = "YYYY-MM-DD HH:MM";

/// What was read off the wall.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) wall: WallClock,
    pub(super) offset: Offset,
}

impl Reading {
    /// Read just now.
    pub(super) fn now(wall: WallClock, session: &Session) -> Self {
        let offset = wall.offset(session.clock());
        Self { wall, offset }
    }
}

/// Reads what stood behind `--wall-clock`.
///
/// # Errors
/// [`Error::Usage`] when it is no time.
pub(super) fn parse(text: &str) -> Result<WallClock> {
    WallClock::parse(text).ok_or_else(|| Error::Usage {
        what: format!("--wall-clock {text:?} is no time of the form {FORM}"),
        hint: "for example --wall-clock \"2026-11-23 14:05\", or with the zone: \"2026-11-23 14:05 +01:00\"".into(),
    })
}

/// Asks one person; a second one where the clocks differ, or `always`. Empty when nobody is there or the first one only
/// pressed Enter.
///
/// # Errors
/// [`Error::Stopped`]; what asking answers.
pub(super) fn ask(session: &mut Session, needs_day: bool, always: bool) -> Result<Vec<Reading>> {
    if !session.terminal.leads_on() {
        return Ok(Vec::new());
    }
    loop {
        let question = format!(
            "What does a clock on the wall show? {}, or only press Enter to go on without:",
            form(needs_day)
        );
        let Some(first) = ask_one(&question, needs_day, session)? else {
            return Ok(Vec::new());
        };
        if first.offset.agrees() && !needs_day && !always {
            return Ok(vec![first]);
        }
        let question = format!(
            "A second person reads it now (best from another clock): {}, or press Enter if nobody is there:",
            form(needs_day)
        );
        let Some(second) = ask_one(&question, needs_day, session)? else {
            return Ok(vec![first]);
        };
        if first.offset.is_near(second.offset) {
            return Ok(vec![first, second]);
        }
        let text = "The two do not agree. Look again, both of you.";
        session.terminal.say(text);
    }
}

fn ask_one(question: &str, needs_day: bool, session: &mut Session) -> Result<Option<Reading>> {
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if answer.is_empty() {
            return Ok(None);
        }
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        let read = WallClock::parse(&answer);
        if let Some(wall) = read.filter(|wall| wall.says_day() || !needs_day) {
            return Ok(Some(Reading::now(wall, session)));
        }
        let text = format!("That is no time of the form {}.", form(needs_day));
        session.terminal.say(&text);
    }
}

fn form(needs_day: bool) -> &'static str {
    match needs_day {
        true => LONG_FORM,
        false => FORM,
    }
}

/// What goes into `ceremony.json`: the last reading, and how many people agreed on it.
///
/// # Errors
/// [`Error::Usage`] when they do not agree.
pub(super) fn record(readings: &[Reading]) -> Result<Option<ceremony::WallClock>> {
    let Some(last) = readings.last() else {
        return Ok(None);
    };
    let offset = last.offset;
    if readings.iter().any(|one| !one.offset.is_near(offset)) {
        return Err(Error::Usage {
            what: "the times given with --wall-clock do not agree".into(),
            hint: "look again, both of you".into(),
        });
    }
    // A zone that one of them said is known.
    let with_zone = readings.iter().find(|one| one.offset.zone.is_some());
    let offset = with_zone.map_or(offset, |one| one.offset);
    Ok(Some(ceremony::WallClock {
        ahead: offset.ahead,
        zone: offset.zone,
        readings: u8::try_from(readings.len()).unwrap_or(u8::MAX),
    }))
}

/// Says how far the machine's clock was from the wall's, where they differ.
pub(super) fn tell(wall: ceremony::WallClock, session: &mut Session) {
    let (ahead, zone) = (wall.ahead, wall.zone);
    let offset = Offset { ahead, zone };
    if offset.agrees() {
        return;
    }
    let text = format!(
        "the wall clock is {}: dates on the carriers are the machine's, and the difference is sealed with them",
        offset.describe("this machine's")
    );
    let hint = "write both clocks into the record; better: stop, set the clock (date -u -s 'YYYY-MM-DD HH:MM'), begin again";
    session.find(Severity::Warning, "clock", "", &text, hint);
}

/// Says it of a vault that was sealed by a wrong clock.
pub(super) fn tell_restored(wall: ceremony::WallClock, session: &mut Session) {
    let (ahead, zone) = (wall.ahead, wall.zone);
    let offset = Offset { ahead, zone };
    if !offset.agrees() {
        let text = format!(
            "the clock of the machine that sealed was wrong: the wall clock was {}, and the vault's dates are that machine's",
            offset.describe("it")
        );
        session.find(Severity::Note, "clock", "", &text, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn reading(text: &str) -> Reading {
        let now = Time::parse("2000-01-01T00:03:00Z").unwrap();
        let wall = parse(text).unwrap();
        let offset = wall.offset(now);
        Reading { wall, offset }
    }

    #[test]
    fn what_two_people_read_is_recorded_with_the_zone_that_one_of_them_knew() {
        assert_eq!(record(&[]).unwrap(), None);
        let both = [
            reading("2026-11-23 10:05 +01:00"),
            reading("2026-11-23 10:06"),
        ];
        let wall = record(&both).unwrap().unwrap();
        assert_eq!((wall.zone, wall.readings), (Some(3600), 2));
        assert_eq!(wall.ahead, reading("2026-11-23 09:05 UTC").offset.ahead);
        let one = record(&both[1..]).unwrap().unwrap();
        assert_eq!((one.zone, one.readings), (None, 1));
    }

    #[test]
    fn two_that_do_not_agree_are_not_recorded() {
        let both = [reading("2026-11-23 10:05"), reading("2026-11-23 10:35")];
        assert!(matches!(record(&both), Err(Error::Usage { .. })));
        assert!(matches!(parse("noon"), Err(Error::Usage { .. })));
    }
}

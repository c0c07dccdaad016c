//! What people are asked for a report. Enter means that it is not said, everywhere.

use crate::commands::Session;
use crate::drill::{DrillKind, Earlier, Finding, Person};
use crate::error::{Error, Result};
use crate::terminal::is_stop;
use crate::time::Time;

use super::options::{Options, line, person};

/// The most people that are asked for.
const MOST: usize = 200;

/// One line, or `None` when only Enter was pressed. What breaks a rule is asked again.
///
/// # Errors
/// [`Error::Stopped`]; what asking answers.
pub(super) fn one_line(question: &str, session: &mut Session) -> Result<Option<String>> {
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if answer.is_empty() {
            return Ok(None);
        }
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        match line("that", &answer) {
            Ok(text) => return Ok(Some(text)),
            Err(error) => session.terminal.say(&error.to_string()),
        }
    }
}

/// Yes, no, or `None` when only Enter was pressed. Anything else is asked again.
///
/// # Errors
/// As [`one_line`].
pub(super) fn yes_or_no(question: &str, session: &mut Session) -> Result<Option<bool>> {
    loop {
        match one_line(question, session)?.as_deref() {
            None => return Ok(None),
            Some("y" | "yes") => return Ok(Some(true)),
            Some("n" | "no") => return Ok(Some(false)),
            Some(_) => session.terminal.say("Type y or n, or press Enter."),
        }
    }
}

/// Asks what the options left open, before anything is done.
///
/// # Errors
/// As [`one_line`].
pub(super) fn before(options: &mut Options, session: &mut Session) -> Result<()> {
    // Where nothing is opened, nothing could sign it.
    let can_sign = options.kind.is_none_or(DrillKind::needs_quorum);
    if options.challenge.is_none() && can_sign {
        let question = "Challenge, given by the auditor only now (press Enter: none; then the \
                        report proves no time):";
        options.challenge = one_line(question, session)?;
    }
    if options.scenario.is_none() {
        let question = "What is supposed to have happened? (press Enter: not said):";
        options.scenario = one_line(question, session)?;
    }
    if options.announced.is_none() {
        let question = "Did people know of this drill before? Type y or n (press Enter: not said):";
        options.announced = yes_or_no(question, session)?;
    }
    if options.site.is_none() {
        options.site = one_line("Where is this drill? (press Enter: not said):", session)?;
    }
    if options.people.is_empty() {
        options.people = people(session)?;
    }
    Ok(())
}

fn people(session: &mut Session) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    session
        .terminal
        .say("Who takes part? One after another: a name, =, and as what, such as Ada=officer.");
    while people.len() < MOST {
        match one_line("Name=role (press Enter: that was all):", session)? {
            None => break,
            Some(answer) => match person(&answer) {
                one if one.role.is_some() && !one.name.is_empty() => people.push(one),
                _ => session
                    .terminal
                    .say("Type a name, =, and as what that person takes part: Ada=officer."),
            },
        }
    }
    Ok(people)
}

/// Asks who mends what was found, and until when, which is no day before `today`; not again of what an earlier drill
/// gave somebody.
///
/// # Errors
/// As [`one_line`].
pub(super) fn owners(findings: &mut [Finding], today: Time, session: &mut Session) -> Result<()> {
    let is_asked = |one: &&mut Finding| one.is_open() && one.owner.is_none();
    for finding in findings.iter_mut().filter(is_asked) {
        let about = finding.line();
        session.terminal.say(&format!("To be mended: {about}"));
        finding.owner = one_line("Who mends it? (press Enter: not said):", session)?;
        if finding.owner.is_some() {
            finding.due = day(
                "By which day, YYYY-MM-DD? (press Enter: not said):",
                today,
                session,
            )?;
        }
    }
    Ok(())
}

fn day(question: &str, today: Time, session: &mut Session) -> Result<Option<Time>> {
    loop {
        let Some(answer) = one_line(question, session)? else {
            return Ok(None);
        };
        match Time::parse_day(&answer) {
            Some(day) if day.days_since(today) < 0 => {
                let text = format!("That is before this drill, which is on {}.", today.date());
                session.terminal.say(&text);
            }
            Some(day) => return Ok(Some(day)),
            None => session
                .terminal
                .say("That is no day of the form 2026-11-22."),
        }
    }
}

/// Asks whether what the last drill found is mended.
///
/// # Errors
/// As [`one_line`].
pub(super) fn earlier(all: &mut [Earlier], session: &mut Session) -> Result<()> {
    for one in all {
        session
            .terminal
            .say(&format!("The last drill found: {}", one.text));
        let question = "Is that mended? Type y or n (press Enter: not said):";
        one.closed = yes_or_no(question, session)?;
    }
    Ok(())
}

//! A person stops a drill that cannot go on: it can end as one that failed, with its report and its entry, and need not.

use crate::commands::Session;
use crate::commands::judging::{judged_facts, not_enough};
use crate::commands::lead::Lead;
use crate::error::{Error, Result};
use crate::quorum::Judged;

use super::copies::Copies;
use super::unasked::{few, named};
use super::{Clock, Drill, Drilled, WayArgs, compared};

const STOPPED: [&str; 2] = [
    "Stopped. A drill that cannot go on is one that FAILED: it can be reported and",
    "entered as that. Otherwise nothing is left of it.",
];

/// Asks whether the drill ends as a failure. Where nothing is kept of it, nobody is asked.
///
/// # Errors
/// [`Error::Stopped`] for `stop` once more; [`Error::Interrupted`].
pub(super) fn is_a_failure(drill: &dyn Drill, session: &mut Session) -> Result<bool> {
    if !drill.is_filed(session) {
        return Ok(false);
    }
    STOPPED.iter().for_each(|line| session.terminal.say(line));
    let answer = session.terminal.confirm("End it as a drill that FAILED?")?;
    Ok(answer == Some(true))
}

/// Stopped while shares and copies came: what is there is what is filed. With a quorum the report is signed.
///
/// # Errors
/// What is missing, once that is filed; what filing answers.
pub(super) fn gathering(
    args: &WayArgs,
    lead: Lead,
    mut clock: Clock,
    session: &mut Session,
    drill: &mut dyn Drill,
) -> Result<Drilled> {
    clock.end("quorum", session);
    let (judged, vaults) = lead.so_far();
    let (facts, cause) = match judged {
        Ok(judged) if judged.is_enough() => {
            let is_compared = match compared(&lead, &judged, drill, session) {
                Err(cause @ (Error::WrongWords | Error::Stopped)) => {
                    return at_the_words((&lead, judged), cause, clock, session, drill);
                }
                compared => compared?,
            };
            clock.end("words compared", session);
            let copies = Copies::new(judged, lead.trail(), is_compared, args)?;
            drop(lead);
            copies.finish(args, Vec::new(), clock, session, drill)?;
            return Err(Error::NoVaultCopy { seen: 0 });
        }
        Ok(judged) => (judged_facts(&judged), not_enough(&judged)),
        Err(cause) => (named(vaults, lead.expected()), cause),
    };
    let agree = args.expect.as_ref().map(|_| true);
    few(facts, agree, lead.trail(), clock, session, drill)?;
    Err(cause)
}

/// The words do not agree, or were not compared: nothing is opened, and what failed is filed.
///
/// # Errors
/// `cause`, once that is filed; what filing answers.
pub(super) fn at_the_words(
    (lead, judged): (&Lead, Judged),
    cause: Error,
    mut clock: Clock,
    session: &mut Session,
    drill: &mut dyn Drill,
) -> Result<Drilled> {
    if !drill.is_filed(session) {
        return Err(cause);
    }
    clock.end("words compared", session);
    let is_wrong = matches!(cause, Error::WrongWords);
    let drilled = Drilled {
        vault: judged_facts(&judged),
        agree: is_wrong.then_some(false),
        is_enough: judged.is_enough(),
        phases: clock.phases,
        ..Drilled::of(lead.trail())
    };
    // What opens the vault does not wait for people.
    drop(judged);
    drill.file(&drilled, None, session)?;
    Err(cause)
}

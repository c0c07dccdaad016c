//! A person stops a drill that cannot go on: it can end as one that failed, with its report and its entry, and need not.

use crate::commands::Session;
use crate::commands::judging::{judged_facts, not_enough};
use crate::commands::lead::Lead;
use crate::error::{Error, Result};

use super::copies::Copies;
use super::unasked::{few, named};
use super::{Clock, Drill, Drilled, WayArgs, compared};

const STOPPED: [&str; 2] = [
    "Stopped. A drill that cannot go on, because shares or copies are missing, is one",
    "that FAILED: it can be reported and entered as that. Otherwise nothing is left.",
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
            let is_compared = compared(&lead, &judged, drill, session)?;
            clock.end("words compared", session);
            let copies = Copies::new(judged, lead.trail(), is_compared, args)?;
            drop(lead);
            copies.finish(args, Vec::new(), clock, session, drill)?;
            return Err(Error::NoVaultCopy { seen: 0 });
        }
        Ok(judged) => (judged_facts(&judged), not_enough(&judged)),
        Err(cause) => (named(vaults, lead.expected()), cause),
    };
    let is_compared = args.expect.is_some();
    few(facts, is_compared, lead.trail(), clock, session, drill)?;
    Err(cause)
}

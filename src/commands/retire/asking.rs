//! Every carrier that is still out, one after another: how it was destroyed, and whether both saw it.

use crate::commands::Session;
use crate::commands::noting;
use crate::commands::register::never_entered;
use crate::due::never_seen;
use crate::error::{Error, Result};
use crate::register::{CarrierRef, VaultState};
use crate::terminal::is_stop;

use super::Retiring;
use super::done::{self, Done};
use super::list::{self, UNSEEN};
use super::people::{Confirmed, People};

const HOW: &str = "How was it destroyed, such as shredded, burnt, wiped and broken? (press Enter: it was not, or was \
                   not found; it stays outstanding):";
const KNOWN: &str = "How do you know that there is none, or that it is gone? (press Enter: nobody knows; it stays \
     outstanding):";

/// Asks for each. What both confirm is entered before the next is asked for.
///
/// # Errors
/// [`Error::Stopped`]: what was entered until then stays; as [`Session::note`].
pub(super) fn each(of: &mut Retiring, people: &People, session: &mut Session) -> Result<()> {
    let questions = questions(&of.vault(session)?);
    let all = questions.len();
    if all > 0 {
        session.terminal.say(
            "One carrier after another: bring it, destroy it, both look. What both confirm is entered at \
             once and cannot be taken back. Type stop to go on another day.",
        );
    }
    for (number, (carrier, text, question)) in (1..).zip(questions) {
        session.terminal.say(&format!("{number} of {all}: {text}"));
        let said = done::said(&carrier, &of.vault(session)?);
        if let Some(how) = agreed(&said, question, people, session)? {
            of.enter(&Done { carrier, how }, people, session)?;
        }
    }
    Ok(())
}

/// How it was destroyed, once both say that it was; whoever destroyed it can say it anew until the second one is asked.
fn agreed(
    said: &str,
    question: &str,
    people: &People,
    session: &mut Session,
) -> Result<Option<String>> {
    loop {
        let Some(how) = how(question, session)? else {
            session.terminal.say("It stays outstanding.");
            return Ok(None);
        };
        let line = format!("To be entered: {said}: {how}.");
        session.terminal.say(&line);
        match people.both_confirm(session)? {
            Confirmed::Both => return Ok(Some(how)),
            Confirmed::Back => {}
            Confirmed::No => {
                session
                    .terminal
                    .say("Not confirmed by both: nothing is entered, it stays outstanding.");
                return Ok(None);
            }
        }
    }
}

/// What is asked for: the carrier, what is said of it, and the question.
fn questions(vault: &VaultState) -> Vec<(CarrierRef, String, &'static str)> {
    let known = list::out(vault).map(|carrier| {
        let named = CarrierRef {
            carrier_id: carrier.carrier_id,
            role: carrier.role,
            copy: Some(carrier.copy).filter(|copy| *copy > 0),
        };
        (named, list::described(carrier, vault), HOW)
    });
    let unseen = never_seen(vault).into_iter().map(|(role, copy)| {
        let carrier = never_entered(role, copy);
        (carrier, format!("{role}, copy {copy}: {UNSEEN}"), KNOWN)
    });
    known.chain(unseen).collect()
}

fn how(question: &str, session: &mut Session) -> Result<Option<String>> {
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if answer.is_empty() {
            return Ok(None);
        }
        match noting::text("that", &answer) {
            Ok(how) => return Ok(Some(how)),
            Err(error) => session.terminal.error(&error),
        }
    }
}

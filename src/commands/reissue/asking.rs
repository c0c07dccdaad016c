//! What whoever is led through it is asked besides: evidence, whom to call, a passphrase.

use super::wishes::Wishes;
use crate::commands::Session;
use crate::commands::seal::{self, Custodian, Protect};
use crate::error::{Error, Result};
use crate::terminal::is_stop;

/// One line, asked until `read` takes it. Enter is for none, unless it `must` be said.
///
/// # Errors
/// [`Error::Stopped`].
pub(super) fn line(
    question: &str,
    must: bool,
    session: &mut Session,
    read: impl Fn(&str) -> Result<String>,
) -> Result<Option<String>> {
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if answer.is_empty() && !must {
            return Ok(None);
        }
        match read(&answer) {
            Ok(text) => return Ok(Some(text)),
            Err(error) => session.terminal.error(&error),
        }
    }
}

/// What is printed on the copies, and what protects the share: where the options say nothing of it.
///
/// # Errors
/// [`Error::Stopped`].
pub(super) fn extras(
    receiver: &mut Custodian,
    wishes: &mut Wishes,
    session: &mut Session,
) -> Result<()> {
    if !wishes.asks {
        return Ok(());
    }
    if wishes.contact.is_none() {
        let question =
            "Whom to call, printed on every carrier: a role and a number (Enter: nobody):";
        wishes.contact = line(question, false, session, seal::contact_line)?;
    }
    if receiver.protect.is_none() {
        let question = format!(
            "Is {} to protect it with a passphrase? Nobody can replace one.",
            receiver.name
        );
        let wanted = session.terminal.confirm(&question)?.ok_or(Error::Stopped)?;
        receiver.protect = wanted.then_some(Protect::Passphrase);
    }
    Ok(())
}

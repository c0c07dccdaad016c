//! When carriers of several vaults are on the table: which of them is meant. Only the paper knows.

use crate::carrier;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::signature::VaultId;
use crate::terminal::is_stop;

/// The most vaults that are shown: more do not fit on a screen.
const MOST: usize = 3;

/// Asks when there is more than one.
///
/// # Errors
/// [`Error::WrongWords`] when it is none of them; [`Error::Stopped`], [`Error::Interrupted`].
pub(super) fn choose(vaults: &[(VaultId, Kind)], session: &mut Session) -> Result<Option<VaultId>> {
    if vaults.len() < 2 {
        return Ok(None);
    }
    let say = |line: &str, session: &mut Session| session.terminal.say(line);
    say(
        "These carriers are of more than one vault. Compare the words with the paper:",
        session,
    );
    for (number, (id, kind)) in (1..).zip(vaults.iter().take(MOST)) {
        say(&format!("{number}:"), session);
        for line in carrier::describe_id(*id, Some(*kind)) {
            say(&format!("  {line}"), session);
        }
    }
    loop {
        let question = "Which one is on the paper? Type its number, or `none`:";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if answer.eq_ignore_ascii_case("none") {
            return Err(Error::WrongWords);
        }
        let number: Option<usize> = answer.parse().ok();
        let chosen = number
            .and_then(|number| number.checked_sub(1))
            .and_then(|place| vaults.iter().take(MOST).nth(place));
        if let Some((id, _)) = chosen {
            return Ok(Some(*id));
        }
    }
}

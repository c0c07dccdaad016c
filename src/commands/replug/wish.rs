//! What the officer wants of a medium that is no good, or does not come: asked until it is one of the words.
//!
//! Knows nothing of media.

use crate::commands::Session;
use crate::error::Result;
use crate::terminal::is_stop;

/// What the officer wants when a medium is no good, or does not come.
pub(in crate::commands) enum Wish {
    Again,
    Another,
    Stop,
}

/// Asks for one of the words that `question` names; another medium only where that `can` be made.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`].
pub(in crate::commands) fn ask_wish(
    question: &str,
    can: bool,
    session: &mut Session,
) -> Result<Wish> {
    loop {
        let Some(answer) = session.terminal.ask(question)? else {
            return Ok(Wish::Stop);
        };
        match answer.to_lowercase().as_str() {
            "again" => return Ok(Wish::Again),
            "another" if can => return Ok(Wish::Another),
            word if is_stop(word) => return Ok(Wish::Stop),
            _ => {}
        }
    }
}

//! Shares that are typed, or come as text on standard input: `--from -`.
//!
//! Neither what was typed nor what should have been is shown, kept in a finding, or helped with: only the place of a
//! mistake is said.

mod canary;
mod dialogue;
mod input;
mod text;

use zeroize::Zeroizing;

use crate::commands::Session;
use crate::error::{Error, Result};
use crate::quorum::BareShare;
use crate::share::ReadShare;
use crate::terminal::is_stop;

/// One share from standard input.
pub(super) enum Given {
    /// Lines, all of them right.
    Lines(BareShare),
    /// A share file.
    File(ReadShare),
    /// Nothing that can be used, and why.
    Unreadable(String),
}

/// "first", "second": a number would read as that of a share.
pub(super) fn in_order(place: usize) -> String {
    let words = ["first", "second", "third", "fourth", "fifth", "sixth"];
    let word = place.checked_sub(1).and_then(|index| words.get(index));
    word.map_or_else(|| format!("in place {place}"), |word| (*word).to_owned())
}

/// Every share that comes by `--from -`: the text on standard input where that is a file or a pipe, and otherwise what a
/// person types until there are enough.
///
/// # Errors
/// [`Error::Usage`] when there is neither; [`Error::Interrupted`]; [`Error::System`].
pub(super) fn given(session: &mut Session) -> Result<Vec<Given>> {
    if input::is_there() {
        return from_stdin(session);
    }
    if !session.terminal.can_ask() {
        return Err(Error::Usage {
            what: "--from - has no terminal to ask on, and standard input is no file or pipe"
                .into(),
            hint: "start coldvault on a terminal, or give share text on standard input".into(),
        });
    }
    let shares = several(session)?;
    Ok(shares.into_iter().map(Given::Lines).collect())
}

/// The shares on standard input: text, one share after another, or one share file.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`]; [`Error::Usage`] when it is too long.
pub(super) fn from_stdin(session: &mut Session) -> Result<Vec<Given>> {
    Ok(text::read(&input::read()?, session))
}

/// Everything on standard input, of whatever it is.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`]; [`Error::Usage`] when it is no file or pipe, or too long.
pub(super) fn stdin() -> Result<Zeroizing<Vec<u8>>> {
    if input::is_there() {
        return input::read();
    }
    Err(Error::Usage {
        what: "standard input is no file or pipe".into(),
        hint: "give a share file or share text there: verify - <FILE".into(),
    })
}

/// Asks for one share, each line checked as it is entered. `canary` is whether the keyboard is known to be right.
/// `None` when the person stops, and without a terminal.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`].
pub(super) fn one_share(session: &mut Session, canary: &mut bool) -> Result<Option<BareShare>> {
    if !*canary {
        match canary::is_right(session)? {
            true => *canary = true,
            false => return Ok(None),
        }
    }
    dialogue::share(session)
}

/// Asks for shares until there are as many as the vault needs, or no more are to be had.
fn several(session: &mut Session) -> Result<Vec<BareShare>> {
    let mut shares: Vec<BareShare> = Vec::new();
    let mut canary = false;
    loop {
        match one_share(session, &mut canary)? {
            Some(share) if shares.iter().any(|other| share.is_named_as(other)) => {
                let line = "This share was typed before; it counts once.";
                session.terminal.say(line);
            }
            Some(share) => {
                let header = *share.header();
                shares.push(share);
                let alike = |other: &&BareShare| other.header().vault_id == header.vault_id;
                let have = shares.iter().filter(alike).count();
                let need = usize::from(header.threshold);
                let line = format!("Share {} is read; {have} of {need}.", header.number);
                session.terminal.say(&line);
                if have >= need {
                    return Ok(shares);
                }
            }
            None => session.terminal.say("Nothing of this share is kept."),
        }
        if !wants_another(session)? {
            return Ok(shares);
        }
    }
}

fn wants_another(session: &mut Session) -> Result<bool> {
    let question = "Press Enter to type another share (or: done, then Enter):";
    loop {
        match session.terminal.ask(question)?.as_deref() {
            Some("") => return Ok(true),
            None => return Ok(false),
            Some(word) if word.eq_ignore_ascii_case("done") || is_stop(word) => return Ok(false),
            Some(_) => {}
        }
    }
}

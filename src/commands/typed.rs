//! Shares that are typed or come from a scanner as if they were typed, and text on standard input: `--from -`.
//!
//! Neither what was typed nor what should have been is shown, kept in a finding, or helped with: only the place of a
//! mistake is said.

mod canary;
mod coded;
mod dialogue;
mod input;
mod text;

use std::path::Path;

use zeroize::Zeroizing;

use crate::code::Origin;
use crate::commands::Session;
use crate::commands::scanned::{Codes, Content, Paper};
use crate::error::{Error, Result};
use crate::quorum::BareShare;
use crate::report::shown;
use crate::share::ReadShare;
use crate::signature::VaultId;
use crate::terminal::is_stop;

/// One share that came as text.
pub(super) enum Given {
    /// Lines, all of them right.
    Lines(BareShare),
    /// A share file.
    File(ReadShare),
    /// Nothing that can be used, and why.
    Unreadable(String),
}

/// What one round of typing gave.
pub(super) enum Typed {
    /// The lines of a share.
    Lines(BareShare),
    /// A code that made a share or a vault sheet whole; it lies with the others.
    Code,
    /// Nothing: the person stopped, or there is no terminal.
    Nothing,
}

/// What standard input is called.
pub(super) const STDIN: &str = "standard input";

/// "first", "second": a number would read as that of a share.
pub(super) fn in_order(place: usize) -> String {
    let words = ["first", "second", "third", "fourth", "fifth", "sixth"];
    let word = place.checked_sub(1).and_then(|index| words.get(index));
    word.map_or_else(|| format!("in place {place}"), |word| (*word).to_owned())
}

/// What the share in this place is called: "typed, first".
pub(super) fn typed_name(place: usize) -> String {
    format!("typed, {}", in_order(place))
}

/// Every share that comes by `--from -`: what is on standard input where that is a file or a pipe, and otherwise what a
/// person types until there are enough. Codes go to `paper`.
///
/// # Errors
/// [`Error::Usage`] when there is neither; [`Error::Interrupted`]; [`Error::System`].
pub(super) fn given(paper: &mut Paper, session: &mut Session) -> Result<Vec<Given>> {
    if input::is_there() {
        return match input::read()? {
            Content::Scan(file) => {
                let read = paper.take_scan(Path::new(STDIN), file, session);
                read.map(|_| Vec::new())
            }
            Content::Text(bytes) => {
                let from = Origin::Typed;
                Ok(text::read(&bytes, &from, typed_name, paper, session))
            }
        };
    }
    if !session.terminal.can_ask() {
        return Err(Error::Usage {
            what: "--from - has no terminal to ask on, and standard input is no file or pipe"
                .into(),
            hint: "start coldvault on a terminal, or give share text on standard input".into(),
        });
    }
    let shares = several(paper, session)?;
    Ok(shares.into_iter().map(Given::Lines).collect())
}

/// The shares in the text of a file. Codes go to `paper`.
pub(super) fn in_file(
    bytes: &[u8],
    path: &Path,
    paper: &mut Paper,
    session: &mut Session,
) -> Vec<Given> {
    let from = shown(path);
    let name = |_| from.clone();
    text::read(bytes, &Origin::Place(from.clone()), name, paper, session)
}

/// A text without the codes in it, which go to `paper`; every row stays a row. And what came of the codes.
pub(super) fn without_codes(
    bytes: Zeroizing<Vec<u8>>,
    path: &Path,
    paper: &mut Paper,
    session: &mut Session,
) -> (Zeroizing<Vec<u8>>, Codes) {
    text::without_codes(bytes, &Origin::Place(shown(path)), paper, session)
}

/// Everything on standard input, of whatever it is.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`]; [`Error::Usage`] when it is no file or pipe, or too long.
pub(super) fn stdin() -> Result<Content> {
    if input::is_there() {
        return input::read();
    }
    Err(Error::Usage {
        what: "standard input is no file or pipe".into(),
        hint: "give a scan, a share file, codes or share text there: verify - <FILE".into(),
    })
}

/// Asks for one share, each line checked as it is entered; a scanner may type a code instead. `canary` is whether the
/// keyboard is known to be right.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`].
pub(super) fn one_share(
    paper: &mut Paper,
    canary: &mut bool,
    session: &mut Session,
) -> Result<Typed> {
    if !*canary {
        match canary::is_right(session)? {
            true => *canary = true,
            false => return Ok(Typed::Nothing),
        }
    }
    dialogue::share(paper, session)
}

/// Asks for shares until there are as many as the vault needs, or no more are to be had.
fn several(paper: &mut Paper, session: &mut Session) -> Result<Vec<BareShare>> {
    let mut shares: Vec<BareShare> = Vec::new();
    let mut canary = false;
    loop {
        match one_share(paper, &mut canary, session)? {
            Typed::Lines(share) if shares.iter().any(|other| share.is_named_as(other)) => {
                let line = "This share was typed before; it counts once.";
                session.terminal.say(line);
            }
            Typed::Lines(share) => {
                let header = *share.header();
                shares.push(share);
                let have = numbers(&shares, paper, VaultId(header.vault_id)).len();
                let need = usize::from(header.threshold);
                let line = format!("Share {} is read; {have} of {need}.", header.number);
                session.terminal.say(&line);
                if have >= need {
                    return Ok(shares);
                }
            }
            Typed::Code if coded::is_enough(&shares, paper) => return Ok(shares),
            Typed::Code => {}
            Typed::Nothing => session.terminal.say("Nothing of this share is kept."),
        }
        if !wants_another(session)? {
            return Ok(shares);
        }
    }
}

/// The numbers of the shares of this vault that are there, as lines or as codes.
fn numbers(shares: &[BareShare], paper: &Paper, id: VaultId) -> Vec<u8> {
    let lines = shares.iter().map(BareShare::header);
    let lines = lines.filter(|header| header.vault_id == id.0);
    let mut numbers: Vec<u8> = lines.map(|header| header.number).collect();
    let codes = paper.shares().into_iter().filter_map(|s| s.share.ok());
    let codes = codes.filter(|share| share.facts.public_key.vault_id() == id);
    numbers.extend(codes.map(|share| share.facts.number));
    numbers.sort_unstable();
    numbers.dedup();
    numbers
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

//! What happens to shares and vaults after a sealing: asks what happened, and leads on to the command for it.

use super::choose;
use crate::commands::{Session, reissue, retire, rotate, status};
use crate::error::{Error, Exit, Result};
use crate::terminal::{is_stop, typed_path};

/// The question, on one screen.
const MENU: [&str; 6] = [
    "What happened?",
    "  1 reissue   a share is lost or destroyed, or goes to somebody else",
    "  2 rotate    a custodian left, a share may be known, or the shares are old",
    "  3 retire    an old vault is to be destroyed",
    "  4 status    nothing: what is due, by the register",
    "  5 back",
];

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Reissue,
    Rotate,
    Retire,
    Status,
    Back,
}

impl Event {
    /// By its number or its word.
    fn parse(answer: &str) -> Option<Self> {
        Some(match answer.to_lowercase().as_str() {
            "1" | "reissue" => Self::Reissue,
            "2" | "rotate" => Self::Rotate,
            "3" | "retire" => Self::Retire,
            "4" | "status" => Self::Status,
            "5" | "back" => Self::Back,
            word if is_stop(word) => Self::Back,
            _ => return None,
        })
    }
}

/// Leads through what is chosen.
///
/// # Errors
/// What stopped it.
pub(super) fn run(session: &mut Session) -> Result<Exit> {
    match choose(&MENU, Event::parse, session)? {
        Event::Reissue => reissue::run(&reissue::Args::default(), session),
        Event::Rotate => rotate::run(&rotate::Args::default(), session),
        Event::Retire => retire(session),
        Event::Status => status::run(&status::Args::default(), session),
        Event::Back => Ok(Exit::Done),
    }
}

fn retire(session: &mut Session) -> Result<Exit> {
    let register = answer("Register file:", session)?;
    let vault = answer(
        "Which vault is to be destroyed? Its label, id or words:",
        session,
    )?;
    let args = retire::Args::of(vault, typed_path(&register));
    retire::run(&args, session)
}

fn answer(question: &str, session: &mut Session) -> Result<String> {
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if !answer.is_empty() {
            return Ok(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_can_be_chosen_by_its_number_and_by_its_word_and_fits_the_screen() {
        for line in &MENU[1..] {
            let mut words = line.split_whitespace();
            let (number, word) = (words.next().unwrap(), words.next().unwrap());
            let event = Event::parse(number);
            assert!(event.is_some() && line.len() < 80, "{line}");
            assert_eq!(event, Event::parse(&word.to_uppercase()), "{line}");
        }
        assert_eq!(Event::parse("6"), None);
    }
}

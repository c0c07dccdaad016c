//! `coldvault` alone: asks what to do, leads on, and comes back to the question.

mod check;
mod custody;
mod learn;

use crate::commands::{Session, rehearse, restore, seal};
use crate::error::{Error, Exit, Result};
use crate::report::Report;
use crate::terminal::is_stop;

/// The question, on one screen.
const MENU: [&str; 8] = [
    "What do you want to do?",
    "  1 restore   bring the files back from a vault copy and enough shares",
    "  2 check     look at carriers: whole or not, genuine or not, whose",
    "  3 seal      encrypt node directories, split the key among custodians",
    "  4 custody   a share is lost, somebody left, an old vault; what is due",
    "  5 practise  the whole loop on a sample node; nothing real is touched",
    "  6 learn     what the words mean, and what a ceremony looks like",
    "  7 stop",
];

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Restore,
    Check,
    Seal,
    Custody,
    Practise,
    Learn,
    Stop,
}

impl Task {
    /// By its number or its word.
    fn parse(answer: &str) -> Option<Self> {
        Some(match answer.to_lowercase().as_str() {
            "1" | "restore" => Self::Restore,
            "2" | "check" => Self::Check,
            "3" | "seal" => Self::Seal,
            "4" | "custody" => Self::Custody,
            "5" | "practise" | "practice" => Self::Practise,
            "6" | "learn" => Self::Learn,
            "7" => Self::Stop,
            word if is_stop(word) => Self::Stop,
            _ => return None,
        })
    }

    fn run(self, session: &mut Session) -> Result<Exit> {
        match self {
            Self::Restore => restore::run(&restore::Args::default(), session),
            Self::Check => check::run(session),
            Self::Seal => seal::lead(session),
            Self::Custody => custody::run(session),
            Self::Practise => rehearse::run(&rehearse::Args::default(), session),
            Self::Learn => learn::run(session),
            Self::Stop => Ok(Exit::Done),
        }
    }
}

/// Asks until it is told to stop. Answers how the last task ended.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::System`] when the terminal fails.
pub fn run(session: &mut Session) -> Result<Exit> {
    let mut last = Exit::Done;
    loop {
        let task = choose(&MENU, Task::parse, session)?;
        if task == Task::Stop {
            return Ok(last);
        }
        session.report = Report::default();
        last = match task.run(session) {
            Ok(exit) => exit,
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => {
                session.terminal.error(&error);
                error.exit()
            }
        };
        session.terminal.say("");
    }
}

/// Asks until a line of the menu is chosen.
fn choose<T>(menu: &[&str], parse: fn(&str) -> Option<T>, session: &mut Session) -> Result<T> {
    menu.iter().for_each(|line| session.terminal.say(line));
    loop {
        let question = "Type a number or a word, then press Enter:";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if let Some(chosen) = parse(&answer) {
            return Ok(chosen);
        }
        let line = format!("1 to {}, or the word.", menu.len().saturating_sub(1));
        session.terminal.say(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_menu_can_be_chosen_by_its_number_and_by_its_word() {
        for line in &MENU[1..] {
            let mut words = line.split_whitespace();
            let (number, word) = (words.next().unwrap(), words.next().unwrap());
            let task = Task::parse(number);
            assert!(task.is_some(), "{line}");
            assert_eq!(task, Task::parse(&word.to_uppercase()), "{line}");
        }
        assert_eq!(Task::parse(""), None);
        assert_eq!(Task::parse("8"), None);
    }

    #[test]
    fn the_menu_fits_a_screen() {
        assert!(MENU.len() < 23 && MENU.iter().all(|line| line.len() < 80));
    }
}

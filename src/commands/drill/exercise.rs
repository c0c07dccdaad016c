//! D6, the compromise exercise: questions at a table, and what was answered. No carrier takes part.

use crate::commands::Session;
use crate::drill::{Criterion, DrillKind, Phase};
use crate::error::{Error, Exit, Result};

use super::done::Done;
use super::report::Reporting;
use super::{asking, exit};

/// What is asked, for one share that may be in wrong hands (ceremony.md, sections 4.1 and 5).
const QUESTIONS: [(&str, &str); 7] = [
    ("noticed", "Who notices it, and whom do they call first?"),
    (
        "exposed",
        "How many shares count as exposed now, and how many open the vault?",
    ),
    ("decides", "Who decides on a new key, and by which day?"),
    (
        "carriers",
        "Where are all carriers of the old vault, and who destroys them?",
    ),
    (
        "told",
        "Who must be told that keys change: network, notary, auditor?",
    ),
    (
        "meanwhile",
        "What may the node go on doing meanwhile, and who watches it?",
    ),
    ("procedure", "What in the written procedure did not help?"),
];

/// Leads it.
///
/// # Errors
/// [`Error::Usage`] when nobody is there to answer and no answer was given, and for more answers than questions.
pub(super) fn run(mut reporting: Reporting, session: &mut Session) -> Result<Exit> {
    let given = std::mem::take(&mut reporting.options.answers);
    if given.len() > QUESTIONS.len() {
        let (given, questions) = (given.len(), QUESTIONS.len());
        return Err(Error::Usage {
            what: format!("{given} answers were given, and there are {questions} questions"),
            hint: "give one --answer for each, in the order that drill --help says".into(),
        });
    }
    let mut given = given.into_iter();
    let leads = session.terminal.leads_on();
    if !leads && given.len() == 0 {
        return Err(Error::Usage {
            what: "nobody is there to answer the questions of a drill D6".into(),
            hint: "run it on a terminal, or give an --answer to each question".into(),
        });
    }
    let begun = session.terminal.age();
    let mut answers = Vec::new();
    for (name, question) in QUESTIONS {
        let answer = match given.next() {
            Some(answer) if is_answer(&answer) || !leads => Some(answer),
            _ if leads => ask(question, session)?,
            _ => None,
        };
        answers.push(answered(name, question, answer));
    }
    let done = Done {
        answers,
        phases: vec![Phase {
            name: "talked through".into(),
            seconds: (session.terminal.age() - begun).as_secs(),
        }],
        disposal: "nothing was opened".into(),
        ..Done::default()
    };
    let outcome = reporting.finish(DrillKind::D6, done, None, session)?;
    Ok(exit(outcome))
}

/// Asks until it is an answer, or nobody knows one.
fn ask(question: &str, session: &mut Session) -> Result<Option<String>> {
    let question = format!("{question} (press Enter: nobody knows):");
    loop {
        match asking::one_line(&question, session)? {
            Some(answer) if !is_answer(&answer) => {
                let text = "Answer in words, or press Enter where nobody knows.";
                session.terminal.say(text);
            }
            answer => return Ok(answer),
        }
    }
}

fn answered(name: &str, question: &str, answer: Option<String>) -> Criterion {
    let is_known = answer.as_deref().is_some_and(is_answer);
    let found = match answer.filter(|answer| !answer.trim().is_empty()) {
        Some(answer) if is_known => answer,
        Some(answer) => format!("{answer:?} is no answer"),
        None => "nobody knows".into(),
    };
    Criterion {
        name: name.into(),
        wanted: question.into(),
        met: Some(is_known),
        found,
        must: false,
    }
}

/// What people type who have no answer.
const NO_ANSWERS: [&str; 14] = [
    "no idea",
    "nobody",
    "nobody knows",
    "no one",
    "no one knows",
    "don't know",
    "dont know",
    "do not know",
    "i don't know",
    "we don't know",
    "not known",
    "unknown",
    "no answer",
    "tbd",
];

/// Whether anything was said: a few letters or digits that are not all the same one, and more than that nobody knows.
fn is_answer(text: &str) -> bool {
    let plain = text.to_lowercase().replace('\u{2019}', "'");
    let plain = plain.trim_matches(|one: char| !one.is_alphanumeric());
    if NO_ANSWERS.contains(&plain) {
        return false;
    }
    let mut letters = text.chars().filter(|one| one.is_alphanumeric());
    let Some(first) = letters.next() else {
        return false;
    };
    let rest: Vec<char> = letters.collect();
    rest.len() >= 2 && rest.iter().any(|one| *one != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_say_nothing_are_no_answer() {
        for text in ["", "  ", "x", "-", "no", "aaa", "???", "."] {
            assert!(!is_answer(text), "{text}");
        }
        for text in [
            "no idea",
            "Nobody.",
            "don't know",
            "I don\u{2019}t know!",
            "unknown",
        ] {
            assert!(!is_answer(text), "{text}");
        }
        for text in [
            "nobody but Ada",
            "nothing",
            "Ada",
            "1 of 3",
            "the office",
            "by 5",
        ] {
            assert!(is_answer(text), "{text}");
        }
    }

    #[test]
    fn a_question_without_an_answer_is_not_met_and_says_what_was_typed() {
        let of = |answer: Option<&str>| {
            let one = answered("told", "Who?", answer.map(str::to_owned));
            (one.met, one.found)
        };
        assert_eq!(of(None), (Some(false), "nobody knows".into()));
        assert_eq!(of(Some(" ")), (Some(false), "nobody knows".into()));
        assert_eq!(of(Some("x")), (Some(false), "\"x\" is no answer".into()));
        assert_eq!(of(Some("nothing")), (Some(true), "nothing".into()));
    }
}

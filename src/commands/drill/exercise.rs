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
            Some(answer) => Some(answer),
            None if leads => {
                asking::one_line(&format!("{question} (press Enter: nobody knows):"), session)?
            }
            None => None,
        };
        answers.push(Criterion {
            name: name.into(),
            wanted: question.into(),
            met: Some(answer.is_some()),
            found: answer.unwrap_or_else(|| "nobody knows".into()),
            must: false,
        });
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

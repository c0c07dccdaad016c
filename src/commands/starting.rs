//! Would the node start with what came back? Its own checks, made here, and every key held against its certificate.
//!
//! Says, and stops nothing: what was sealed is what comes back, and it has its final names before a store is opened.

mod verdict;

use std::path::Path;

use crate::ceremony::SealedNode;
use crate::commands::Session;
use crate::commands::left_out::LeftOut;
use crate::commands::looking::{self, Back, Looked};
use crate::commands::notes::Notes;
use crate::commands::presented::lossy;
use crate::contents::Contents;
use crate::corda::startup::{Check, Outcome};
use crate::error::{Error, Result};
use crate::keystore::{Holds, Key};
use crate::node::Ground;
use crate::private_key::Belongs;
use crate::report::{Finding, Severity, StartupLine, shown};
use crate::store_passwords::StorePassword;

const HINT: &str = "see to it before the node is started; the files are as they were sealed";

/// What is looked at when the files have their final names.
pub(super) struct Checks {
    pub(super) nodes: Vec<SealedNode>,
    pub(super) passwords: Vec<StorePassword>,
    pub(super) left_out: LeftOut,
}

impl Checks {
    /// Looks at what lies in `into`: the lines for the screen. `None` when Ctrl-C ended that, which is said.
    ///
    /// # Errors
    /// Whatever else ended it, which is said too.
    pub(super) fn make(&self, into: &Path, session: &mut Session) -> Result<Option<Vec<String>>> {
        let back = Back::all(into, &self.nodes);
        match looking::look(&Ground::Disk, &back, &self.passwords) {
            Ok(looked) => Ok(Some(tell(
                &looked,
                &self.left_out,
                "Restored; the",
                session,
            ))),
            Err(error) => {
                let text = format!(
                    "the files are restored and stay; the start-up checks were not made: {error}"
                );
                let hint = "coldvault inspect makes them too: give it the node directory";
                session.find(Severity::Error, "startup", &shown(into), &text, hint);
                match error {
                    Error::Interrupted => Ok(None),
                    other => Err(other),
                }
            }
        }
    }
}

/// The store passwords of the note. A note that cannot be read is said, and stops nothing.
pub(super) fn passwords_of(notes: &Notes, session: &mut Session) -> Vec<StorePassword> {
    notes.passwords().unwrap_or_else(|error| {
        let text = format!("the note of store passwords cannot be read: {error}");
        let hint = "it came back as it is; its passwords were not tried on the keystores";
        session.find(Severity::Warning, "store-passwords", "", &text, hint);
        Vec::new()
    })
}

/// The lines for the screen; the report gets the same. `the` begins the sentence about a node that would not start.
pub(super) fn tell(
    looked: &[Looked],
    left_out: &LeftOut,
    the: &'static str,
    session: &mut Session,
) -> Vec<String> {
    let mut lines = Vec::new();
    let mut stopped = Vec::new();
    for one in looked {
        let name = format!("{:?}", lossy(&one.name));
        match &one.contents {
            Ok(contents) => {
                let checks = contents.startup(session.now);
                let gaps = contents.gaps.iter();
                for gap in gaps.filter(|gap| gap.code == "no-configuration") {
                    lines.push(format!("{name}: {}", gap.text));
                    session.report.findings.push(Finding {
                        code: gap.code,
                        severity: Severity::Warning,
                        subject: name.clone(),
                        text: gap.text.clone(),
                        hint: "look for it in other backups before the node is started".into(),
                    });
                }
                let failed = table((the, &name), &checks, session, &mut lines);
                let answer = || verdict::would_start(one, contents, &checks, left_out);
                stopped.extend(failed.or_else(answer));
                lines.extend(keys(contents));
                not_good(one, contents, session, &mut lines);
            }
            Err(why) => {
                let text = format!("no start-up checks were made: {why}");
                lines.push(format!("{name}: {text}"));
                note(Severity::Warning, &name, text, session);
            }
        }
    }
    lines.extend(stopped);
    lines
}

/// The checks of one node, one a line. Answers what to say at the end where one fails.
fn table(
    (the, name): (&str, &str),
    checks: &[Check],
    session: &mut Session,
    lines: &mut Vec<String>,
) -> Option<String> {
    if checks.is_empty() {
        return None;
    }
    lines.push(format!(
        "Would the node {name} start with these stores? Its own checks:"
    ));
    let mut failed = None;
    for check in checks {
        let (word, text) = (check.outcome.word(), check.outcome.text());
        let about = if text.is_empty() { "" } else { ": " };
        lines.push(format!("  {word:<8}  {}{about}{text}", check.name));
        let severity = match check.outcome {
            Outcome::Failed(_) | Outcome::Dated(_) => Some(Severity::Error),
            Outcome::Warned(_) => Some(Severity::Warning),
            Outcome::Passed | Outcome::NotDone(_) => None,
        };
        if let Some(severity) = severity {
            note(severity, name, format!("{}: {text}", check.name), session);
        }
        if severity == Some(Severity::Error) {
            failed.get_or_insert_with(|| text.to_owned());
        }
        session.report.startup.push(StartupLine {
            node: name.to_owned(),
            check: check.name,
            outcome: word,
            text: text.to_owned(),
        });
    }
    failed.map(|text| format!("{the} node {name} would not start: {text}"))
}

/// How many keys of the stores are proven.
fn keys(contents: &Contents) -> Vec<String> {
    let (mut good, mut secret, mut closed) = (0_usize, 0_usize, 0_usize);
    let stores = contents
        .stores
        .iter()
        .filter_map(|store| store.read.as_ref().ok());
    for entry in stores.flat_map(|store| &store.entries) {
        match &entry.holds {
            Holds::PrivateKey(Key::Open {
                belongs: Belongs::Yes,
                ..
            }) => good += 1,
            Holds::SecretKey(Key::Open { .. }) => secret += 1,
            Holds::PrivateKey(Key::Closed) | Holds::SecretKey(Key::Closed) => closed += 1,
            _ => {}
        }
    }
    let lines = [
        (
            good,
            "opens and belongs to its certificate",
            "open and belong to their certificates",
        ),
        (
            secret,
            "without a certificate opens",
            "without certificates open",
        ),
        (
            closed,
            "was not opened: its password is in no sealed file",
            "were not opened: their passwords are in no sealed file",
        ),
    ];
    let said = lines.into_iter().filter(|(count, ..)| *count > 0);
    said.map(|(count, one, several)| match count {
        1 => format!("1 key {one}."),
        _ => format!("{count} keys {several}."),
    })
    .collect()
}

/// What would have been refused at a sealing.
fn not_good(one: &Looked, contents: &Contents, session: &mut Session, lines: &mut Vec<String>) {
    let name = format!("{:?}", lossy(&one.name));
    for dead in contents.dead() {
        let text = format!("{}: {}", one.shown(&dead.place), dead.why);
        lines.push(format!("{name}: {text}"));
        note(Severity::Warning, &name, text, session);
    }
}

/// For the report alone: the screen has it in the table.
fn note(severity: Severity, name: &str, text: String, session: &mut Session) {
    session.report.findings.push(Finding {
        code: "startup",
        severity,
        subject: name.to_owned(),
        text,
        hint: HINT.into(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::looking::look;
    use crate::report::Report;
    use crate::terminal::Terminal;
    use crate::time::Time;

    fn session(now: &str) -> Session {
        Session {
            now: Time::parse(now).unwrap(),
            terminal: Terminal::silent(),
            report: Report::default(),
            missing: Vec::new(),
            machine: crate::host::Machine::default(),
            noting: crate::commands::noting::Noting::default(),
        }
    }

    /// What is said of the sample node at some moment.
    fn told(now: &str) -> (Vec<String>, Session) {
        let dir = tempfile::tempdir().unwrap();
        let node = dir.path().join("node");
        crate::sample::write(&node).unwrap();
        let back = Back {
            index: 0,
            name: b"node".to_vec(),
            dir: node,
            outside: dir.path().join("external/node"),
            was: None,
            software: Vec::new(),
        };
        let looked = look(&Ground::Disk, &[back], &[]).unwrap();
        let mut session = session(now);
        let lines = tell(&looked, &LeftOut::default(), "The", &mut session);
        (lines, session)
    }

    #[test]
    fn dates_are_judged_against_the_clock_that_is_passed_in() {
        let (lines, session) = told("2026-06-01T00:00:00Z");
        let text = lines.join("\n");
        assert!(!text.contains("would not start"), "{text}");
        assert!(
            session
                .report
                .startup
                .iter()
                .all(|line| line.outcome != "failed")
        );
        let (lines, session) = told("2190-01-01T00:00:00Z");
        let text = lines.join("\n");
        assert!(text.contains("is expired"), "{text}");
        assert!(lines.last().unwrap().contains("would not start"), "{text}");
        let found = session.report.findings.iter();
        let errors = found.filter(|one| one.severity == Severity::Error);
        assert!(errors.count() > 0);
    }

    #[test]
    fn every_outcome_is_a_line_and_the_first_failure_is_the_last_word() {
        let check = |name, outcome| Check { name, outcome };
        let checks = [
            check("one", Outcome::Passed),
            check("two", Outcome::Warned("soon".into())),
            check("three", Outcome::NotDone("no password".into())),
            check("four", Outcome::Failed("it is gone".into())),
            check("five", Outcome::Failed("that too".into())),
        ];
        let (mut session, mut lines) = (session("2026-06-01T00:00:00Z"), Vec::new());
        let last = table(("The", "\"n\""), &checks, &mut session, &mut lines);
        assert_eq!(
            lines.get(1..).unwrap(),
            [
                "  passed    one",
                "  warned    two: soon",
                "  not done  three: no password",
                "  failed    four: it is gone",
                "  failed    five: that too",
            ]
        );
        assert_eq!(last.unwrap(), "The node \"n\" would not start: it is gone");
        let severities = session.report.findings.iter().map(|found| found.severity);
        let wanted = [Severity::Warning, Severity::Error, Severity::Error];
        assert_eq!(severities.collect::<Vec<_>>(), wanted);
        assert_eq!(session.report.startup.len(), 5);
    }
}

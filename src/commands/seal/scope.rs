//! What a sealing says of what it takes and what it leaves out, and the yes that a left-out database or archive needs.

use std::path::PathBuf;

use super::Plan;
use super::taking::{Left, Missed, Missing, Taken, Taking};
use crate::ceremony;
use crate::commands::Session;
use crate::contents::{Place, Unknown};
use crate::entry::Why;
use crate::error::{Error, Result};
use crate::material::Part;
use crate::node::Node;
use crate::report::{Finding, Severity};
use crate::terminal::{is_stop, size};

/// The rule that a database or archive is left out only by somebody who says so.
const RULE: &str = "scope";
/// The most paths outside that are named.
const MOST_NAMED: usize = 100;

/// What goes into a vault.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::commands) enum Scope {
    /// The whole base directory, what its links bring in from outside, and
    /// what its configuration names there
    #[default]
    Node,
    /// Keys, passwords, configuration, trust stores and signing history: small
    /// enough for paper, and no databases
    Keys,
}

impl From<Scope> for ceremony::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Node => Self::Node,
            Scope::Keys => Self::Keys,
        }
    }
}

/// Says what is taken from outside and what is left out, with what that means.
pub(super) fn announce(plan: &Plan, taking: &Taking, session: &mut Session) {
    if plan.scope == ceremony::Scope::Keys {
        session
            .terminal
            .say("Scope keys: keys, passwords, configuration and signing history, no databases.");
    }
    say_left(taking, session);
    for (taken, node) in taking.nodes.iter().zip(&plan.nodes) {
        say_outside(plan, (taken, node), session);
        for missed in taken.closed().first.iter().chain(&taken.others().first) {
            say_missed(missed, node, session);
        }
        say_more(taken, session);
        say_unknown((taken, node), session);
    }
}

/// How much is left out, for each reason.
fn say_left(taking: &Taking, session: &mut Session) {
    for (why, what) in [
        (Why::Scope, "are not of this scope"),
        (Why::Excluded, "by --exclude"),
        (Why::Volatile, "by rule: locks, process ids and the like"),
    ] {
        let all = taking.nodes.iter().map(|taken| taken.left(why));
        let Left { files, bytes } = all.fold(Left::default(), |sum, one| Left {
            files: sum.files + one.files,
            bytes: sum.bytes.saturating_add(one.bytes),
        });
        if files > 0 {
            let s = if files == 1 { "" } else { "s" };
            let line = format!("Left out: {files} file{s}, {}, {what}.", size(bytes));
            session.terminal.say(&line);
        }
    }
}

/// Names what is taken from outside.
fn say_outside(plan: &Plan, (taken, node): (&Taken, &Node), session: &mut Session) {
    let hint = "--exclude leaves it out";
    let is_taken = |path: &PathBuf| taken.takes(plan, &Place::Outside(path.clone()));
    let all = taken.outside.iter().map(|outside| outside.full());
    let all: Vec<PathBuf> = all.filter(is_taken).collect();
    if !all.is_empty() {
        let text = format!(
            "Sealed too, because the node {:?} needs it ({hint}):",
            node.path()
        );
        session.terminal.say(&text);
    }
    for path in all.iter().take(MOST_NAMED) {
        session.terminal.say(&format!("  {path:?}"));
        session.report.findings.push(Finding {
            code: "external",
            severity: Severity::Note,
            subject: format!("{path:?}"),
            text: format!("is sealed too: it belongs to the node {:?}", node.path()),
            hint: hint.into(),
        });
    }
    let more = all.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        let text = format!(
            "and {more} more outside of {:?} are sealed too",
            node.path()
        );
        session.find(Severity::Note, "external", "", &text, hint);
    }
}

fn say_missed(missed: &Missed, node: &Node, session: &mut Session) {
    let subject = shown(&missed.place, node);
    let bytes = size(missed.bytes);
    let what = match missed.part {
        Part::Database => {
            let text = format!(
                "is left out ({bytes}): a database, which may hold the private keys of confidential identities"
            );
            let hint = match missed.why {
                Why::Scope => {
                    "seal it with --scope node or --include, or keep a backup of it elsewhere"
                }
                _ => "take it off --exclude, or keep a backup of it elsewhere",
            };
            return session.find(Severity::Warning, "database", &subject, &text, hint);
        }
        Part::Archive => {
            let text = format!(
                "is left out ({bytes}): an archive, which may hold keys and is not looked into"
            );
            let hint = "seal it with --include, or see that nothing in it is needed";
            return session.find(Severity::Warning, "archive-closed", &subject, &text, hint);
        }
        Part::Key => "key material",
        Part::Password => "the password of key material",
        Part::History => "what was signed so far",
        _ => "something that the keys need",
    };
    let text = format!("is left out by --exclude ({bytes}): {what}");
    session.find(Severity::Warning, "excluded", &subject, &text, EXCLUDED);
}

const EXCLUDED: &str =
    "without it this node may not come back: take it off --exclude, or keep it elsewhere";

/// How many more there are than are named.
fn say_more(taken: &Taken, session: &mut Session) {
    let more = |missing: &Missing| missing.count - missing.first.len() as u64;
    let (closed, others) = (more(taken.closed()), more(taken.others()));
    if closed > 0 {
        let text = format!("and {closed} more databases and archives are left out");
        let hint = "their inventory lines name each of them; keep a backup of them elsewhere";
        session.find(Severity::Warning, "database", "", &text, hint);
    }
    if others > 0 {
        let text = format!("and {others} more files that matter are left out by --exclude");
        session.find(Severity::Warning, "excluded", "", &text, EXCLUDED);
    }
}

/// Names small files that nobody knows: one of them may be a password.
fn say_unknown((taken, node): (&Taken, &Node), session: &mut Session) {
    let unknown = taken.unknown();
    if unknown.count == 0 {
        return;
    }
    let hint =
        "--include takes it, if it is a password, a seed or something else that the node needs";
    let text = "Left out, small and of no known kind (--include PATH takes one):";
    session.terminal.say(text);
    for missed in unknown.first.iter().take(Unknown::MOST_NAMED) {
        let subject = shown(&missed.place, node);
        session.terminal.say(&format!("  {subject}"));
        session.report.findings.push(Finding {
            code: "left-out",
            severity: Severity::Note,
            subject,
            text: format!(
                "is left out ({}): a small file of no known kind",
                size(missed.bytes)
            ),
            hint: hint.into(),
        });
    }
    let more = unknown.count.saturating_sub(Unknown::MOST_NAMED as u64);
    if more > 0 {
        session.terminal.say(&format!("  and {more} more"));
        session.report.findings.push(Finding {
            code: "left-out",
            severity: Severity::Note,
            subject: String::new(),
            text: format!("and {more} more small files of no known kind are left out"),
            hint: hint.into(),
        });
    }
}

/// Where something is, for people.
pub(super) fn shown(place: &Place, node: &Node) -> String {
    match place {
        Place::Inside(path) => {
            format!("{:?}", crate::commands::presented::below(node.path(), path))
        }
        Place::Outside(path) => format!("{path:?}"),
    }
}

/// Lets nobody leave out a database or an archive without knowing it.
///
/// # Errors
/// [`Error::Refused`] where nobody can be asked; [`Error::Stopped`].
pub(super) fn confirm(plan: &Plan, taking: &Taking, session: &mut Session) -> Result<()> {
    let all = || taking.nodes.iter().map(|taken| taken.closed());
    let count: u64 = all().map(|missing| missing.count).sum();
    let is_set_aside = plan
        .exceptions
        .iter()
        .any(|exception| exception.rule == RULE);
    if count == 0 || is_set_aside {
        return Ok(());
    }
    if !session.terminal.leads_on() {
        let mut named = all().flat_map(|missing| &missing.first);
        let instead = match named.any(|missed| missed.why == Why::Scope) {
            true => "seal with --scope node",
            false => "take them off --exclude",
        };
        return Err(Error::Refused {
            what: format!(
                "databases or archives that may hold private keys are left out: {count}, said above"
            ),
            hint: format!(
                "{instead}, or say why they are not needed with --exception scope=REASON"
            ),
        });
    }
    let mut named = taking.nodes.iter().zip(&plan.nodes);
    let named = named.find_map(|(taken, node)| {
        let missed = taken.closed().first.first()?;
        Some(shown(&missed.place, node))
    });
    let first = named.unwrap_or_default();
    let left = match count {
        1 => format!("the database or archive {first}, which is left out,"),
        many => {
            format!("the {many} databases or archives that are left out, the first being {first},")
        }
    };
    let question = format!(
        "Keys that are only in {left} will NOT be in the vault. To go on without it type yes, then press Enter (or stop):"
    );
    loop {
        match session.terminal.ask(&question)?.as_deref() {
            Some("yes") => return Ok(()),
            Some(word) if is_stop(word) || word == "no" => return Err(Error::Stopped),
            Some(_) => {}
            None => return Err(Error::Stopped),
        }
    }
}

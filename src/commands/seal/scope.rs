//! What a sealing says of what it takes and what it leaves out, and the yes that a left-out database needs.

use std::path::PathBuf;

use super::Plan;
use super::taking::{Left, Missed, Missing, Taken, Taking};
use crate::ceremony::Scope;
use crate::commands::Session;
use crate::contents::Place;
use crate::entry::Why;
use crate::error::{Error, Result};
use crate::material::Part;
use crate::node::Node;
use crate::report::{Finding, Severity};
use crate::terminal::{is_stop, size};

/// The rule that a database is left out only by somebody who says so.
const RULE: &str = "scope";
/// The most paths outside that are named.
const MOST_NAMED: usize = 100;

/// Says what is taken from outside and what is left out, with what that means.
pub(super) fn announce(plan: &Plan, taking: &Taking, session: &mut Session) {
    if plan.scope == Scope::Keys {
        session
            .terminal
            .say("Scope keys: keys, passwords, configuration and signing history, no databases.");
    }
    say_left(taking, session);
    for (taken, node) in taking.nodes.iter().zip(&plan.nodes) {
        say_outside(plan, (taken, node), session);
        for missed in taken.databases().first.iter().chain(&taken.others().first) {
            say_missed(missed, node, session);
        }
        say_more(taken, session);
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
    let (databases, others) = (more(taken.databases()), more(taken.others()));
    if databases > 0 {
        let text = format!("and {databases} more databases are left out");
        let hint = "their inventory lines name each of them; keep a backup of them elsewhere";
        session.find(Severity::Warning, "database", "", &text, hint);
    }
    if others > 0 {
        let text = format!("and {others} more files that matter are left out by --exclude");
        session.find(Severity::Warning, "excluded", "", &text, EXCLUDED);
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

/// Lets nobody leave out a database without knowing it.
///
/// # Errors
/// [`Error::Refused`] where nobody can be asked; [`Error::Stopped`].
pub(super) fn confirm(plan: &Plan, taking: &Taking, session: &mut Session) -> Result<()> {
    let all = || taking.nodes.iter().map(|taken| taken.databases());
    let databases: u64 = all().map(|missing| missing.count).sum();
    let is_set_aside = plan
        .exceptions
        .iter()
        .any(|exception| exception.rule == RULE);
    if databases == 0 || is_set_aside {
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
                "databases that may hold private keys are left out: {databases}, said above"
            ),
            hint: format!(
                "{instead}, or say why they are not needed with --exception scope=REASON"
            ),
        });
    }
    let mut named = taking
        .nodes
        .iter()
        .zip(&plan.nodes)
        .flat_map(|(taken, node)| {
            let first = taken.databases().first.iter();
            first.map(move |missed| shown(&missed.place, node))
        });
    let first = named.next().unwrap_or_default();
    let left = match databases {
        1 => format!("the database {first}, which is left out,"),
        many => format!("the {many} databases that are left out, the first being {first},"),
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

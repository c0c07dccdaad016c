//! What a sealing says of what it takes and what it leaves out, and the yes that a left-out database needs.

use super::Plan;
use super::taking::{Left, Missed, Taking};
use crate::ceremony::Scope;
use crate::commands::Session;
use crate::contents::Place;
use crate::entry::Why;
use crate::error::{Error, Result};
use crate::material::Part;
use crate::node::Node;
use crate::report::Severity;
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
    for (taken, node) in taking.nodes.iter().zip(&plan.nodes) {
        let outside = taken.outside.iter();
        let taken_outside = outside.filter(|one| taken.takes(plan, &Place::Outside(one.full())));
        for one in taken_outside.take(MOST_NAMED) {
            let text = format!("is sealed too: it belongs to the node {:?}", node.path());
            let subject = format!("{:?}", one.full());
            session.find(
                Severity::Note,
                "external",
                &subject,
                &text,
                "--exclude leaves it out",
            );
        }
        for missed in taken.missed() {
            say_missed(missed, node, session);
        }
    }
}

fn say_missed(missed: &Missed, node: &Node, session: &mut Session) {
    let subject = shown(&missed.place, node);
    let bytes = size(missed.bytes);
    if missed.part == Part::Database {
        let text = format!(
            "is left out ({bytes}): a database, which may hold the private keys of confidential identities"
        );
        let hint = "seal it with --scope node or --include, or keep a backup of it elsewhere";
        return session.find(Severity::Warning, "database", &subject, &text, hint);
    }
    let what = match missed.part {
        Part::Key => "key material",
        Part::Password => "the password of key material",
        Part::History => "what was signed so far",
        _ => "something that the keys need",
    };
    let text = format!("is left out by --exclude ({bytes}): {what}");
    let hint =
        "without it this node may not come back: take it off --exclude, or keep it elsewhere";
    session.find(Severity::Warning, "excluded", &subject, &text, hint);
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
    let missed = taking.nodes.iter().flat_map(|taken| taken.missed());
    let databases = missed
        .filter(|missed| missed.part == Part::Database)
        .count();
    let is_set_aside = plan
        .exceptions
        .iter()
        .any(|exception| exception.rule == RULE);
    if databases == 0 || is_set_aside {
        return Ok(());
    }
    if !session.terminal.leads_on() {
        return Err(Error::Refused {
            what: format!("databases that may hold private keys are left out: {databases}, named above"),
            hint: "seal with --scope node, or say why they are not needed with --exception scope=REASON".into(),
        });
    }
    let question = "Keys that are only in a database named above will NOT be in the vault. To go on without it type \
                    yes, then press Enter (or stop):";
    loop {
        match session.terminal.ask(question)?.as_deref() {
            Some("yes") => return Ok(()),
            Some(word) if is_stop(word) || word == "no" => return Err(Error::Stopped),
            Some(_) => {}
            None => return Err(Error::Stopped),
        }
    }
}

//! What was not given by options, asked one question at a time. Each answer is checked at once, and asked again.

mod sheets;

use std::path::PathBuf;

use super::Args;
use super::places::register::may_keep;
use super::plan::{check_contact, read_note};
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::label::{self, Label};
use crate::node::Node;
use crate::shamir;
use crate::terminal::{is_stop, typed_path};

/// The most custodians.
const MOST_CUSTODIANS: usize = 32;

/// Completes what was typed: on a terminal by asking, without one not at all.
///
/// # Errors
/// [`Error::Usage`] naming what is missing where nobody can be asked; what asking answers.
pub(super) fn complete(args: &Args, session: &mut Session) -> Result<Args> {
    let mut args = args.clone();
    let missing = missing(&args);
    if missing.is_empty() {
        sheets::ask(&mut args, session)?;
        sheets::ask_scope(&mut args, session)?;
        return Ok(args);
    }
    if !session.terminal.leads_on() {
        return Err(Error::Usage {
            what: format!("missing: {}", missing.join(", ")),
            hint: "give it, or seal on a terminal, where it is asked; see seal --help".into(),
        });
    }
    let terminal = &mut session.terminal;
    terminal.say(
        "Sealing. What is not known yet is asked. Nothing is written before media are asked for;",
    );
    terminal.say("to change an earlier answer, type stop and begin again.");
    if !args.rehearsal {
        let question = "Is this a rehearsal? (n: it is the real, production vault)";
        args.rehearsal = terminal.confirm(question)? == Some(true);
    }
    if args.nodes.is_empty() {
        args.nodes.push(ask_node(!args.no_follow, session)?);
    }
    if args.label.is_none() {
        args.label = Some(ask_label(session)?);
    }
    if args.custodians.is_empty() {
        args.custodians = ask_custodians(session)?;
    }
    if args.threshold.is_none() {
        args.threshold = Some(ask_threshold(
            args.custodians.len(),
            args.no_spare,
            session,
        )?);
    }
    ask_extras(&mut args, session)?;
    sheets::ask(&mut args, session)?;
    sheets::ask_scope(&mut args, session)?;
    Ok(args)
}

/// Asks who keeps the shares of a vault that takes the place of another one, how many open it, and what may be left out.
///
/// # Errors
/// What asking answers.
pub(in crate::commands) fn ask_people(args: &mut Args, session: &mut Session) -> Result<()> {
    if args.custodians.is_empty() {
        args.custodians = ask_custodians(session)?;
    }
    if args.threshold.is_none() {
        let n = args.custodians.len();
        args.threshold = Some(ask_threshold(n, args.no_spare, session)?);
    }
    ask_extras(args, session)
}

/// Whether something is missing, which is asked on a terminal.
pub(super) fn asks(args: &Args) -> bool {
    !missing(args).is_empty()
}

fn missing(args: &Args) -> Vec<&'static str> {
    let wanted = [
        (args.nodes.is_empty() && !args.renews, "NODE_DIR"),
        (args.label.is_none(), "--label"),
        (args.threshold.is_none(), "--threshold"),
        (args.custodians.is_empty(), "--custodian"),
    ];
    let open = wanted.into_iter().filter(|(open, _)| *open);
    open.map(|(_, name)| name).collect()
}

/// Asks until the answer can be used.
fn until<T>(question: &str, session: &mut Session, read: impl Fn(&str) -> Result<T>) -> Result<T> {
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        match read(&answer) {
            Ok(value) => return Ok(value),
            Err(error) => {
                session.terminal.warn(&error.to_string());
                session
                    .terminal
                    .say(&format!("coldvault: hint: {}", error.hint()));
            }
        }
    }
}

fn ask_node(follow: bool, session: &mut Session) -> Result<PathBuf> {
    until("Node directory to seal:", session, |answer| {
        let path = typed_path(answer);
        Node::open(&path, follow).map(|_| path)
    })
}

fn ask_label(session: &mut Session) -> Result<String> {
    let question = "Label of the vault, what people will call it (for example: Bank A node):";
    until(question, session, |answer| {
        Label::new(answer).map(|label| label.to_string())
    })
}

fn ask_custodians(session: &mut Session) -> Result<Vec<String>> {
    let mut names: Vec<Label> = Vec::new();
    session
        .terminal
        .say("Custodians, one name a line, at least 3: roles, not persons. Enter ends it.");
    while names.len() < MOST_CUSTODIANS {
        let question = match names.len() {
            0..3 => format!("Custodian of share {}:", names.len() + 1),
            n => format!("Custodian of share {} (Enter: {n} is all):", n + 1),
        };
        let name = until(&question, session, |answer| {
            if answer.is_empty() && names.len() >= 3 {
                return Ok(None);
            }
            let name = Label::new(answer)?;
            let all: Vec<Label> = names.iter().cloned().chain([name.clone()]).collect();
            label::distinct(&all)?;
            Ok(Some(name))
        })?;
        match name {
            Some(name) => match may_keep(&name, session) {
                Ok(()) => names.push(name),
                Err(refused) => session.terminal.error(&refused),
            },
            None => break,
        }
    }
    Ok(names.iter().map(Label::to_string).collect())
}

fn ask_threshold(n: usize, no_spare: bool, session: &mut Session) -> Result<u8> {
    let question = format!("How many of the {n} shares open the vault:");
    until(&question, session, |answer| {
        let bad = |_| Error::Usage {
            what: format!("{answer:?} is not a number"),
            hint: format!(
                "type a number from 2 to {}: one share more than needed is the spare",
                n.saturating_sub(1)
            ),
        };
        let k: u8 = answer.parse().map_err(bad)?;
        shamir::check_threshold(usize::from(k), n)?;
        if usize::from(k) == n && !no_spare {
            let why = "no share could ever be lost";
            return Err(Error::BadThreshold {
                k: usize::from(k),
                n,
                why,
            });
        }
        Ok(k)
    })
}

/// Whose shares need a passphrase besides. The passphrases are asked later, when everything was checked.
fn ask_protected(custodians: &[String], session: &mut Session) -> Result<Vec<String>> {
    let question =
        "Whose shares to protect with a passphrase, names with commas (Enter: nobody's):";
    until(question, session, |answer| {
        let names = answer
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let known = |name: &str| match custodians.iter().any(|custodian| custodian == name) {
            true => Ok(name.to_owned()),
            false => Err(Error::Usage {
                what: format!("{name:?} is not a custodian"),
                hint: format!("the custodians are {}", custodians.join(", ")),
            }),
        };
        names.map(known).collect()
    })
}

/// What may be left out.
fn ask_extras(args: &mut Args, session: &mut Session) -> Result<()> {
    if args.contact.is_none() {
        let question =
            "Whom to call, printed on every carrier: a role and a number (Enter: nobody):";
        args.contact = until(question, session, |answer| match answer {
            "" => Ok(None),
            text => check_contact(text).map(Some),
        })?;
    }
    // What an older vault holds has its note with it.
    if args.note.is_none() && !args.renews {
        let question = "A file with store passwords and the like, to be sealed too (Enter: none):";
        args.note = until(question, session, |answer| match answer {
            "" => Ok(None),
            path => read_note(&typed_path(path)).map(|_| Some(typed_path(path))),
        })?;
    }
    if args.protect.is_empty() {
        args.protect = ask_protected(&args.custodians, session)?;
    }
    Ok(())
}

//! What a rotation asks besides the quorum and the media: what is sealed anew, why, and who keeps the new shares.

use super::Args;
use crate::commands::Session;
use crate::commands::noting::Begins;
use crate::commands::seal;
use crate::error::{Error, Result};
use crate::label;
use crate::node::Node;
use crate::register::{Register, Standing};
use crate::terminal::{is_stop, typed_path};

const BEGIN: [&str; 3] = [
    "Rotating: a new vault, with a new key and new shares, takes the",
    "place of an older one, which stays what it is until every new copy was read",
    "back.",
];

/// What is not known before the quorum is there: the register, what is sealed anew, and why.
///
/// # Errors
/// [`Error::Stopped`]; what the register answers.
pub(super) fn first(args: &mut Args, session: &mut Session) -> Result<()> {
    for line in BEGIN {
        session.terminal.say(line);
    }
    args.seal.register.ask(Begins::New, session)?;
    if args.seal.nodes.is_empty() {
        let question = "What goes into it? Press Enter for all that the older vault holds, or type\n\
                        the node directory that is to be sealed as it is now:";
        let follow = !args.seal.no_follow;
        let node = until(question, session, |answer| match answer {
            "" => Ok(None),
            typed => {
                let path = typed_path(typed);
                Node::open(&path, follow).map(|_| Some(path))
            }
        })?;
        args.seal.nodes.extend(node);
    }
    if args.reason.is_none() {
        let question = "Why, in one line: who left, what was lost (press Enter: it is not said):";
        args.reason = until(question, session, |answer| match answer {
            "" => Ok(None),
            typed => label::line(typed).map(Some).map_err(|why| Error::Usage {
                what: why.into(),
                hint: "write one line of at most 120 letters".into(),
            }),
        })?;
    }
    Ok(())
}

/// Who keeps the new shares: those who kept the old ones, or others.
///
/// # Errors
/// [`Error::Stopped`]; what asking answers.
pub(super) fn people(
    seal: &mut seal::Args,
    before: Option<(Vec<String>, u8)>,
    session: &mut Session,
) -> Result<()> {
    if let Some((names, k)) = before.filter(|_| seal.custodians.is_empty()) {
        let n = names.len();
        let who = names.join(", ");
        session.terminal.say(&format!(
            "Its custodians are {who}; any {k} of {n} shares open it."
        ));
        let gone = gone(&names, session);
        gone.iter().for_each(|line| session.terminal.say(line));
        let question = "The same custodians and the same number again?";
        if gone.is_empty() && session.terminal.confirm(question)? == Some(true) {
            seal.custodians = names;
            seal.threshold = seal.threshold.or(Some(k));
        }
    }
    seal::ask_people(seal, session)
}

/// Those who keep no share any more, by the register.
fn gone(names: &[String], session: &Session) -> Vec<String> {
    let state = session.register().map(Register::state).unwrap_or_default();
    let left = names.iter().filter_map(|name| {
        let standing = state.custodian(name)?.standing;
        match standing {
            Standing::Left { since, .. } => Some(format!(
                "{name} left on {}: no share goes there again.",
                since.date()
            )),
            Standing::Here | Standing::Unreachable { .. } => None,
        }
    });
    left.collect()
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
            Err(error) => session.terminal.error(&error),
        }
    }
}

//! Refuses to call dead material a backup: what does not open, does not belong together, or is not there.

use std::path::Path;

use super::Plan;
use super::plan::really;
use super::scope::shown;
use super::taking::Taking;
use crate::commands::Session;
use crate::contents::{Contents, Dead, Lacks, Place};
use crate::error::{Error, Result};
use crate::node::Node;
use crate::report::Severity;
use crate::time::Time;

/// What the exception for one dead file begins with.
const DEAD: &str = "dead:";

/// Names everything dead that would be sealed, and refuses it, but for what was set aside with a reason.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check(
    plan: &Plan,
    contents: &[Contents],
    taking: &Taking,
    session: &mut Session,
) -> Result<()> {
    let mut refused = 0;
    for ((node, contents), taken) in plan.nodes.iter().zip(contents).zip(&taking.nodes) {
        for dead in all(contents, session.now) {
            if dead.lacks != Lacks::File && !taken.takes(plan, &dead.place) {
                continue;
            }
            let subject = shown(&dead.place, node);
            match is_set_aside(plan, &dead.place, node) {
                true => {
                    let text = match dead.lacks {
                        Lacks::File => format!("is not there, as was said: {}", dead.why),
                        _ => format!("is sealed although it is no backup: {}", dead.why),
                    };
                    let hint = "the exception and its reason are kept in the vault";
                    session.find(Severity::Warning, "dead", &subject, &text, hint);
                }
                false => {
                    refused += 1;
                    let text = format!("would be no backup: {}", dead.why);
                    session.find(Severity::Error, "dead", &subject, &text, &hint(&dead));
                }
            }
        }
    }
    tell_idle(plan, contents, session);
    match refused {
        0 => Ok(()),
        1 => Err(refuse("1 file would be no backup, named above".into())),
        _ => Err(refuse(format!(
            "{refused} files would be no backup, named above"
        ))),
    }
}

/// What is no backup, and what is missing for one.
fn all(contents: &Contents, now: Time) -> impl Iterator<Item = Dead> {
    contents.dead().into_iter().chain(contents.no_start(now))
}

/// What to do about one dead file, ready to be typed.
fn hint(dead: &Dead) -> String {
    let name = dead.place.argument();
    let exception = format!("--exception {DEAD}{name}=REASON");
    match dead.lacks {
        Lacks::Keys => format!(
            "back up the keys with the module's tools, then seal this file all the same (the node needs its \
             certificates): {exception}"
        ),
        Lacks::History => format!(
            "find a good copy; never start this validator without it; to seal it as it is: {exception}"
        ),
        Lacks::Password => format!(
            "give its password on a terminal or with --secret-fd; leave it out with --exclude {name}; or set \
             the rule aside with {exception}"
        ),
        Lacks::File => format!(
            "bring it back to that place; or, if this node is to be sealed without it: {exception}"
        ),
        Lacks::GoodBytes => format!(
            "put a good file in its place; leave it out with --exclude {name}; or set the rule aside with \
             {exception}"
        ),
    }
}

fn refuse(what: String) -> Error {
    let hint = "do for each what its hint says, then seal again".into();
    Error::Refused { what, hint }
}

/// Says of exceptions that name nothing dead: most likely by a slip.
fn tell_idle(plan: &Plan, contents: &[Contents], session: &mut Session) {
    let rules = plan.exceptions.iter().map(|exception| &exception.rule);
    for named in rules.filter_map(|rule| rule.strip_prefix(DEAD)) {
        let mut nodes = plan.nodes.iter().zip(contents);
        let is_there = nodes.any(|(node, contents)| {
            all(contents, session.now).any(|dead| is_called(named, &dead.place, node))
        });
        if !is_there {
            let text = format!("--exception {DEAD}{named:?} fits no file that would be no backup");
            let hint = "write the path as it is relative to the node directory, or leave it out";
            session.find(Severity::Warning, "exception", "", &text, hint);
        }
    }
}

/// Whether an exception names this file.
fn is_set_aside(plan: &Plan, place: &Place, node: &Node) -> bool {
    let rules = plan.exceptions.iter();
    let mut named = rules.filter_map(|exception| exception.rule.strip_prefix(DEAD));
    named.any(|named| is_called(named, place, node))
}

/// Whether a file is called so: by its path relative to the node directory, or by its absolute one.
fn is_called(named: &str, place: &Place, node: &Node) -> bool {
    if matches!(place, Place::Inside(path) if named.as_bytes() == path) {
        return true;
    }
    let (named, whole) = (Path::new(named), place.path(node.path()));
    named.is_absolute() && (named == whole || really(named) == whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_hint_is_one_that_a_shell_and_both_options_take() {
        let of = |path: &str| Place::Inside(path.as_bytes().to_vec()).argument();
        assert_eq!(of("traps/truncated.jks"), "traps/truncated.jks");
        assert_eq!(of("old keys/a.jks"), "'old keys/a.jks'");
        assert_eq!(of("a=b.jks"), "PATH");
        assert_eq!(of("a*.jks"), "PATH");
        assert_eq!(of("it's.jks"), "PATH");
        let outside = Place::Outside("/srv/a.jks".into());
        assert_eq!(outside.argument(), "/srv/a.jks");
    }
}

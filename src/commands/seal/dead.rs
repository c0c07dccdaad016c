//! Refuses to call dead material a backup: what does not open, does not belong together, or is not there.

use std::path::Path;

use super::Plan;
use super::scope::shown;
use super::taking::Taking;
use crate::commands::Session;
use crate::commands::presented::below;
use crate::contents::{Contents, Place};
use crate::error::{Error, Result};
use crate::node::Node;
use crate::report::Severity;

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
        let no_start = contents.no_start(session.now).into_iter();
        let no_start = no_start.map(|dead| (!contents.has_store(&dead.place), dead));
        let dead = contents.dead().into_iter().map(|dead| (false, dead));
        for (is_missing, dead) in dead.chain(no_start) {
            if !is_missing && !taken.takes(plan, &dead.place) {
                continue;
            }
            let subject = shown(&dead.place, node);
            match is_set_aside(plan, &dead.place, node) {
                true => {
                    let text = format!("is sealed although it is no backup: {}", dead.why);
                    let hint = "the exception and its reason are kept in the vault";
                    session.find(Severity::Warning, "dead", &subject, &text, hint);
                }
                false => {
                    refused += 1;
                    let text = format!("would be no backup: {}", dead.why);
                    session.find(Severity::Error, "dead", &subject, &text, HINT);
                }
            }
        }
    }
    match refused {
        0 => Ok(()),
        1 => Err(refuse("1 file would be no backup, named above".into())),
        _ => Err(refuse(format!(
            "{refused} files would be no backup, named above"
        ))),
    }
}

const HINT: &str = "put a good file in its place; give its password on a terminal or with --secret-fd; leave it out \
                    with --exclude PATH; or set the rule aside with --exception dead:PATH=REASON";

fn refuse(what: String) -> Error {
    let hint = HINT.into();
    Error::Refused { what, hint }
}

/// Whether an exception names this file: by its path relative to the node directory, or by its absolute one.
fn is_set_aside(plan: &Plan, place: &Place, node: &Node) -> bool {
    let rules = plan.exceptions.iter();
    let mut named = rules.filter_map(|exception| exception.rule.strip_prefix(DEAD));
    named.any(|named| match place {
        Place::Outside(path) => Path::new(named) == path,
        Place::Inside(path) => {
            named.as_bytes() == path || Path::new(named) == below(node.path(), path)
        }
    })
}

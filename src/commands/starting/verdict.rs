//! The last word on a Corda node of which no check failed: whether its stores would let it start, and what of it is not in
//! the vault.

use crate::commands::left_out::LeftOut;
use crate::commands::looking::Looked;
use crate::commands::presented::{lossy, written};
use crate::contents::{Contents, Presence};
use crate::corda::What;
use crate::corda::startup::{Check, Outcome};

/// The answer. `None` where no checks were made.
pub(super) fn would_start(
    one: &Looked,
    contents: &Contents,
    checks: &[Check],
    left_out: &LeftOut,
) -> Option<String> {
    if checks.is_empty() {
        return None;
    }
    let name = written(&one.name);
    let warned = |check: &&Check| matches!(check.outcome, Outcome::Warned(_));
    let not_done = |check: &&Check| matches!(check.outcome, Outcome::NotDone(_));
    let open = checks.iter().filter(not_done).count();
    let mut text = match (open, checks.iter().filter(warned).count()) {
        (0, 0) => format!("Answer: yes, these stores would let the node {name} start."),
        (0, _) => format!(
            "Answer: yes, these stores would let the node {name} start; see what it would warn of."
        ),
        (1, _) => {
            format!(
                "Answer: not known for the node {name}: 1 check could not be made; none failed."
            )
        }
        _ => format!(
            "Answer: not known for the node {name}: {open} checks could not be made; none failed."
        ),
    };
    text.push_str(match contents.dead().len() {
        0 => "",
        1 => " But 1 file that came back is no backup: it is named above.",
        _ => " But files that came back are no backup: they are named above.",
    });
    let missing = missing(one, contents, left_out);
    if !missing.is_empty() {
        text.push_str(&format!(" Not in this vault: {}.", missing.join("; ")));
    }
    Some(text)
}

/// Databases that the scope left out, and those that are in no file.
fn missing(one: &Looked, contents: &Contents, left_out: &LeftOut) -> Vec<String> {
    let databases = contents
        .named
        .iter()
        .filter(|(named, presence)| named.what == What::Database && *presence == Presence::Missing);
    let left = databases.filter_map(|(named, _)| {
        let below = named.path.strip_prefix(&contents.base).ok()?;
        let below = below.as_os_str().as_encoded_bytes();
        let place = [one.name.as_slice(), b"/", below].concat();
        left_out
            .holds(&place)
            .then(|| format!("{:?} (left out when it was sealed)", lossy(below)))
    });
    let elsewhere = contents
        .gaps
        .iter()
        .filter(|gap| gap.code == "database-elsewhere");
    let elsewhere = elsewhere.map(|gap| {
        let file = gap
            .place
            .0
            .file_name()
            .unwrap_or_default()
            .as_encoded_bytes();
        let line = gap.place.1;
        format!(
            "the database on a server ({}, line {line})",
            lossy(file).escape_debug()
        )
    });
    let mut all: Vec<String> = left.chain(elsewhere).collect();
    all.dedup();
    all
}

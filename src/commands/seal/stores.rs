//! Looks into the node directories before they are sealed, and asks for the passwords of keystores that are in no file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Plan;
use super::scope::shown;
use super::taking::{Taken, Taking};
use crate::commands::Session;
use crate::commands::given::{StoreLines, ask_password};
use crate::commands::secrets::SecretLines;
use crate::contents::{self, Contents, Place, Remark, Weight};
use crate::error::{Error, Result};
use crate::node::Node;
use crate::payload::Root;
use crate::report::Severity;
use crate::secret::SecretBytes;
use crate::store_passwords::{self, Noted, StorePassword};

/// Everything of every node directory, node directory 0 first.
///
/// # Errors
/// [`crate::error::Error::Io`] for a directory that cannot be read; [`crate::error::Error::Interrupted`].
pub(super) fn look(
    plan: &Plan,
    lines: Option<&mut SecretLines>,
    session: &mut Session,
) -> Result<Vec<Contents>> {
    let given = lines.map(StoreLines::read).transpose()?;
    let mut found = Vec::new();
    for (index, node) in plan.nodes.iter().enumerate() {
        let mut ask = |place: &Place, asked: u32| match &given {
            // What is left out needs no password.
            _ if plan.is_excluded(node, place) => Ok(None),
            Some(given) => Ok(given.attempt(asked)),
            None => on_terminal(place, asked, node, session),
        };
        // As for what is sealed: the first node directory is meant.
        let wanted = match index {
            0 => plan.found_outside()?,
            _ => Vec::new(),
        };
        let configurations = configurations(plan, index);
        let looked = contents::look_with(node, (&configurations, &wanted), &mut ask)?;
        found.push(looked);
    }
    if let Some(given) = &given {
        let has_opened = found.iter().any(|contents| !contents.typed().is_empty());
        given.tell_unused(has_opened, session);
    }
    Ok(found)
}

/// What is read first for a node directory: what lies in it, and for the first one what lies in none.
fn configurations(plan: &Plan, index: usize) -> Vec<PathBuf> {
    let home = |file: &PathBuf| {
        let mut nodes = plan.nodes.iter();
        nodes.position(|node| file.starts_with(node.path()))
    };
    let own = plan.configurations.iter();
    own.filter(|file| home(file).unwrap_or(0) == index)
        .cloned()
        .collect()
}

fn on_terminal(
    place: &Place,
    asked: u32,
    node: &Node,
    session: &mut Session,
) -> Result<Option<SecretBytes>> {
    let typed = ask_password(&shown(place, node), asked, session)?;
    Ok(typed.filter(|typed| !typed.expose().is_empty()))
}

/// Says what is worth knowing of the node directories; dead material is refused elsewhere. Answers what tells that one
/// may be running.
pub(super) fn tell(
    plan: &Plan,
    contents: &[Contents],
    taking: &Taking,
    session: &mut Session,
) -> Vec<String> {
    let mut running = Vec::new();
    let mut last_hint = String::new();
    for (contents, taken) in contents.iter().zip(&taking.nodes) {
        for remark in contents.remarks(session.now) {
            if SAID_ELSEWHERE.contains(&remark.code) {
                continue;
            }
            // How something is kept that is left out is nobody's concern.
            if remark.weight == Weight::Note && is_left_out(plan, taken, contents, &remark) {
                continue;
            }
            let weight = match remark.weight {
                // What is refused says so itself; the rest is for the officer to judge.
                Weight::Error | Weight::Warning => Severity::Warning,
                Weight::Note => Severity::Note,
            };
            let subject = match (remark.path.as_os_str().is_empty(), remark.line) {
                (true, _) => String::new(),
                (false, 0) => format!("{:?}", remark.path),
                (false, line) => format!("{:?}, line {line}", remark.path),
            };
            session.find(weight, remark.code, &subject, &remark.text, &remark.hint);
            if RUNNING.contains(&remark.code) {
                running.push(subject);
            }
            // Once for several in a row that have the same.
            if weight == Severity::Warning && !remark.hint.is_empty() && remark.hint != last_hint {
                let hint = format!("coldvault: hint: {}", remark.hint);
                session.terminal.say(&hint);
            }
            last_hint = remark.hint;
        }
    }
    running
}

/// Whether what a remark is about is not taken.
fn is_left_out(plan: &Plan, taken: &Taken, contents: &Contents, remark: &Remark) -> bool {
    if remark.path.as_os_str().is_empty() || remark.path == contents.base {
        return false;
    }
    let place = match remark.path.strip_prefix(&contents.base) {
        Ok(below) => Place::Inside(below.as_os_str().as_encoded_bytes().to_vec()),
        Err(_) => Place::Outside(remark.path.clone()),
    };
    !taken.takes(plan, &place)
}

/// Asks whether a node that may be running is sealed all the same: `signs` tell that it is. Why was said before, and
/// may have left the screen.
///
/// # Errors
/// [`Error::Stopped`] when somebody does not want to; what asking answers.
pub(super) fn confirm_running(signs: &[String], session: &mut Session) -> Result<()> {
    let Some((first, others)) = signs.split_first() else {
        return Ok(());
    };
    let more = match others.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let question = format!(
        "By {first}{more}, a node may be running: what it writes meanwhile is not whole. Seal it now?"
    );
    if session.terminal.leads_on() && session.terminal.confirm(&question)? != Some(true) {
        return Err(Error::Stopped);
    }
    Ok(())
}

/// Remarks that the sealing says in its own words.
const SAID_ELSEWHERE: [&str; 6] = [
    "dead",
    "unreadable",
    "archive-closed",
    "database-keys",
    "typed-password",
    "skipped",
];
/// Remarks about a node that should be stopped first.
const RUNNING: [&str; 2] = ["running", "database-in-use"];

/// Puts the passwords that were typed, and opened something that is sealed, into the note of store passwords.
///
/// # Errors
/// As [`store_passwords::write`].
pub(super) fn note(
    plan: &Plan,
    contents: &[Contents],
    taking: &mut Taking,
    session: &mut Session,
) -> Result<()> {
    let mut passwords: Vec<Noted> = Vec::new();
    let nodes = contents.iter().zip(&taking.nodes).zip(plan.restore_names());
    for (index, ((contents, taken), name)) in nodes.enumerate() {
        let typed = contents.typed().into_iter();
        let sealed =
            typed.filter_map(|(place, given)| Some((taken.taken_as(plan, &place)?, given)));
        for (place, given) in sealed {
            let (root, below) = Root::of(index, place.bytes());
            let path = root.join(below);
            let is_same =
                |known: &Noted| known.store.path == path && known.store.password.same(given);
            if passwords.iter().any(is_same) {
                continue;
            }
            let password = SecretBytes::copied(given.expose());
            passwords.push(Noted {
                store: StorePassword { path, password },
                restored: root.restored(&name, below),
            });
        }
    }
    if passwords.is_empty() {
        return Ok(());
    }
    taking.store_passwords = Some(store_passwords::write(&passwords)?);
    let files: BTreeSet<&[u8]> = passwords
        .iter()
        .map(|one| one.store.path.as_slice())
        .collect();
    let text = match files.len() {
        1 => "What was given for 1 keystore or key goes into the sealed note".to_owned(),
        many => format!("What was given for {many} keystores and keys goes into the sealed note"),
    };
    session.find(
        Severity::Note,
        "store-passwords",
        "",
        &format!("{text} {}.", store_passwords::FILE),
        "it comes back with every restore",
    );
    Ok(())
}

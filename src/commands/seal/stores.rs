//! Looks into the node directories before they are sealed, and asks for the passwords of keystores that are in no file.

use super::Plan;
use super::scope::shown;
use super::taking::{Taking, archive_path};
use crate::commands::Session;
use crate::commands::secrets::SecretLines;
use crate::contents::{self, Contents, Place, Weight};
use crate::error::{Error, Result};
use crate::node::Node;
use crate::report::Severity;
use crate::secret::SecretBytes;
use crate::store_passwords::{self, StorePassword};

/// How often a person is asked for the password of one store.
const MOST_ASKED: u32 = 3;
/// The most store passwords that are taken from a descriptor.
const MOST_LINES: usize = 32;

/// Everything of every node directory, node directory 0 first.
///
/// # Errors
/// [`crate::error::Error::Io`] for a directory that cannot be read; [`crate::error::Error::Interrupted`].
pub(super) fn look(
    plan: &Plan,
    lines: Option<&mut SecretLines>,
    session: &mut Session,
) -> Result<Vec<Contents>> {
    let given = lines.map(all).transpose()?;
    let mut found = Vec::new();
    for node in &plan.nodes {
        let mut ask = |place: &Place, asked: u32| match &given {
            Some(given) => Ok(from_line(given, asked)),
            None => on_terminal(place, asked, node, session),
        };
        found.push(contents::look(node, &mut ask)?);
    }
    Ok(found)
}

/// What the descriptor still gives.
fn all(lines: &mut SecretLines) -> Result<Vec<SecretBytes>> {
    let mut all = Vec::new();
    while all.len() < MOST_LINES {
        match lines.next()? {
            Some(line) => all.push(line),
            None => break,
        }
    }
    Ok(all)
}

/// Every line is tried on every store: whoever writes them need not know which store is looked at first.
fn from_line(given: &[SecretBytes], asked: u32) -> Option<SecretBytes> {
    let line = given.get(usize::try_from(asked).ok()?.checked_sub(1)?)?;
    Some(SecretBytes::copied(line.expose()))
}

fn on_terminal(
    place: &Place,
    asked: u32,
    node: &Node,
    session: &mut Session,
) -> Result<Option<SecretBytes>> {
    if asked > MOST_ASKED || !session.terminal.leads_on() {
        return Ok(None);
    }
    if asked > 1 {
        session.terminal.say("That password does not open it.");
    }
    let question = format!(
        "Password of the keystore {}, typed hidden (Enter: nobody knows it):",
        shown(place, node)
    );
    let typed = session.terminal.ask_hidden(&question)?;
    Ok(typed.filter(|typed| !typed.expose().is_empty()))
}

/// Says what is worth knowing of the node directories, and what dead material is refused for elsewhere.
///
/// # Errors
/// [`Error::Stopped`] when somebody does not want to seal a node that is running; what asking answers.
pub(super) fn tell(contents: &[Contents], session: &mut Session) -> Result<()> {
    let mut is_running = false;
    let mut last_hint = String::new();
    for contents in contents {
        for remark in contents.remarks(session.now) {
            if SAID_ELSEWHERE.contains(&remark.code) {
                continue;
            }
            is_running |= RUNNING.contains(&remark.code);
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
            // Once for several in a row that have the same.
            if weight == Severity::Warning && !remark.hint.is_empty() && remark.hint != last_hint {
                let hint = format!("coldvault: hint: {}", remark.hint);
                session.terminal.say(&hint);
            }
            last_hint = remark.hint;
        }
    }
    let question = "This node may be running, as said above: what it writes meanwhile is not whole. Seal it now?";
    if is_running
        && session.terminal.leads_on()
        && session.terminal.confirm(question)? != Some(true)
    {
        return Err(Error::Stopped);
    }
    Ok(())
}

/// Remarks that the sealing says in its own words.
const SAID_ELSEWHERE: [&str; 4] = ["dead", "unreadable", "database-keys", "typed-password"];
/// Remarks about a node that should be stopped first.
const RUNNING: [&str; 2] = ["running", "database-in-use"];

/// Puts the passwords that were typed, and opened a store that is sealed, into the note of store passwords.
///
/// # Errors
/// As [`store_passwords::write`].
pub(super) fn note(
    plan: &Plan,
    contents: &[Contents],
    taking: &mut Taking,
    session: &mut Session,
) -> Result<()> {
    let mut passwords = Vec::new();
    for (index, (contents, taken)) in contents.iter().zip(&taking.nodes).enumerate() {
        let typed = contents.typed().into_iter();
        let typed = typed.filter(|(place, _)| taken.takes(plan, place));
        passwords.extend(typed.map(|(place, password)| StorePassword {
            path: archive_path(index, &place),
            password: SecretBytes::copied(password.expose()),
        }));
    }
    if passwords.is_empty() {
        return Ok(());
    }
    taking.store_passwords = Some(store_passwords::write(&passwords)?);
    let text = match passwords.len() {
        1 => "The password that was given for 1 keystore goes into the sealed note".to_owned(),
        many => {
            format!("The passwords that were given for {many} keystores go into the sealed note")
        }
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

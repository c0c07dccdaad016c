//! Looks into the node directories before they are sealed, and asks for the passwords of keystores that are in no file.

use super::Plan;
use super::scope::shown;
use super::taking::{Taking, archive_path};
use crate::commands::Session;
use crate::commands::secrets::SecretLines;
use crate::contents::{self, Contents, OpenedBy, Place};
use crate::error::Result;
use crate::node::Node;
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
    let line = given.get(usize::try_from(asked).ok()?)?;
    Some(SecretBytes::copied(line.expose()))
}

fn on_terminal(
    place: &Place,
    asked: u32,
    node: &Node,
    session: &mut Session,
) -> Result<Option<SecretBytes>> {
    if asked >= MOST_ASKED || !session.terminal.leads_on() {
        return Ok(None);
    }
    if asked > 0 {
        session.terminal.say("That password does not open it.");
    }
    let question = format!(
        "Password of the keystore {}, typed hidden (Enter: nobody knows it):",
        shown(place, node)
    );
    let typed = session.terminal.ask_hidden(&question)?;
    Ok(typed.filter(|typed| !typed.expose().is_empty()))
}

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
        for store in contents
            .stores
            .iter()
            .filter(|store| taken.takes(plan, &store.place))
        {
            if let (Some(OpenedBy::Typed(password)), Ok(_)) = (&store.password, &store.read) {
                passwords.push(StorePassword {
                    path: archive_path(index, &store.place),
                    password: SecretBytes::copied(password.expose()),
                });
            }
        }
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
        crate::report::Severity::Note,
        "store-passwords",
        "",
        &format!("{text} {}.", store_passwords::FILE),
        "it comes back with every restore",
    );
    Ok(())
}

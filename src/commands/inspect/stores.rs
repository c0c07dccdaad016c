//! The keystores of a node directory, as lines of the table.

use std::path::Path;

use crate::certificate::{Certificate, Role};
use crate::contents::{Chain, OpenedBy, Store, chain};
use crate::keystore::{Entry, Flaw, Holds, Key, Keystore};
use crate::private_key::Belongs;
use crate::report::shown;
use crate::time::Time;

use super::table::{WIDTH, cut};

/// The most entries of one store that are shown; Java's own list of authorities has 140.
const MOST: usize = 40;

/// The lines of one store.
pub(super) fn lines(store: &Store, path: &str, now: Time) -> Vec<String> {
    let mut lines = vec![format!("  {path}"), format!("    {}", about(store))];
    let entries = store.read.as_ref().map_or(&[][..], |read| &read.entries);
    for entry in entries.iter().take(MOST) {
        lines.extend(of_entry(entry, now));
    }
    if entries.len() > MOST {
        lines.push(format!("    and {} more entries", entries.len() - MOST));
    }
    lines
}

/// Format, purpose, and how far it opened.
fn about(store: &Store) -> String {
    let role = store.role.map_or(String::new(), |role| format!(", {role}"));
    match &store.read {
        Ok(read) => format!("{}{role}; {}", read.format.name(), opened(store, read)),
        Err(Flaw::Password) => {
            format!("keystore{role}; not opened: no password that is known opens it")
        }
        Err(Flaw::Damaged(why)) => format!("no good{role}: {why}"),
        Err(Flaw::NotOpened(why)) => format!("not opened{role}: {why}"),
    }
}

fn opened(store: &Store, read: &Keystore) -> String {
    let by = match &store.password {
        None if read.is_listed => return "listed without its password, not checked".into(),
        None => return "not opened: what is in it is not known".into(),
        Some(OpenedBy::Configuration(key)) => key.clone(),
        Some(OpenedBy::WellKnown(name)) => (*name).to_owned(),
        Some(OpenedBy::Typed(_)) => "the password that was given".into(),
    };
    let whole = match read.is_proven {
        true => "whole",
        false => "nothing in it proves it whole",
    };
    format!("opened with {by}; {whole}")
}

fn of_entry(entry: &Entry, now: Time) -> Vec<String> {
    let kind = match &entry.holds {
        Holds::PrivateKey(key) => format!("private key{}", of_key(key)),
        Holds::SecretKey(key) => format!("secret key{}", of_key(key)),
        Holds::Certificate => "trusted certificate".to_owned(),
    };
    let alias = cut(&shown(Path::new(&entry.alias)), 40);
    let mut lines = vec![format!("    {alias}: {kind}")];
    match entry.chain.first() {
        None => {}
        Some(Err(why)) => lines.push(format!("      its certificate cannot be read: {why}")),
        Some(Ok(certificate)) => lines.extend(of_certificate(entry, certificate, now)),
    }
    lines
}

fn of_key(key: &Key) -> String {
    match key {
        Key::Closed => ", not opened".into(),
        Key::Open { algorithm, belongs } => match belongs {
            Belongs::Yes => format!(", {algorithm}; opens, fits its certificate"),
            Belongs::No => format!(", {algorithm}; opens, is NOT that of its certificate"),
            Belongs::NotChecked(_) => format!(", {algorithm}; opens"),
        },
        Key::HsmAlias(name) => format!(
            ": only the name of one in an HSM, {}",
            shown(Path::new(name))
        ),
        Key::WrongPassword => ", no password that is known opens it".into(),
        Key::Damaged(why) => format!(", damaged: {why}"),
        Key::NotOpened(why) => format!(", not opened here: {why}"),
    }
}

fn of_certificate(entry: &Entry, certificate: &Certificate, now: Time) -> Vec<String> {
    let name = |text: &str| cut(&shown(Path::new(text)), WIDTH - 12);
    let days = match certificate.days_left(now) {
        -1 => "ended 1 day ago".to_owned(),
        days @ ..=-2 => format!("ended {} days ago", days.unsigned_abs()),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    let mut facts = vec![format!("until {}, {days}", certificate.not_after.date())];
    facts.extend(certificate.role.map(|role| role_name(role).to_owned()));
    match entry.holds {
        Holds::PrivateKey(_) => facts.extend(of_chain(&chain(entry))),
        _ => facts.push(certificate.algorithm.clone()),
    }
    vec![
        format!("      for   {}", name(&certificate.subject)),
        format!("      from  {}", name(&certificate.issuer)),
        format!("      {}", facts.join("; ")),
    ]
}

fn of_chain(chain: &Chain) -> Option<String> {
    match chain {
        Chain::None => None,
        Chain::Complete(count) => Some(format!("chain of {count}, complete")),
        Chain::Broken(why) => Some(format!("chain not complete: {why}")),
        Chain::NotChecked(_) => Some("chain not checked".into()),
    }
}

/// What Corda takes a certificate for.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::DoormanCa => "identity manager",
        Role::NetworkMap => "network map",
        Role::ServiceIdentity => "notary service",
        Role::NodeCa => "node CA",
        Role::Tls => "TLS",
        Role::LegalIdentity => "legal identity",
        Role::ConfidentialLegalIdentity => "confidential identity",
        Role::NetworkParameters => "network parameters",
    }
}

//! The checks that a Corda node makes before it starts, made offline: `KeyStoreHandler.kt` and its neighbours of Corda
//! 4.12, in their order, with their own words.
//!
//! Knows stores that were read, and a configuration; no files. The node ends at the first check that fails; here the
//! others are made all the same, as far as they can be.

mod identity;
mod name;
mod stores;

use super::Configuration;
use crate::keystore::{Entry, Flaw, Keystore};
use crate::time::Time;

/// One check of the node.
#[derive(Clone, Debug)]
pub struct Check {
    /// What the node checks, in a few words.
    pub name: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The node would go on.
    Passed,
    /// The node would go on and complain: what it says.
    Warned(String),
    /// The node would not start: what it says.
    Failed(String),
    /// The node would not start, for nothing but the dates of a certificate: what it says. The key is worth the same.
    Dated(String),
    /// It could not be made here: why.
    NotDone(String),
}

impl Outcome {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned(_) => "warned",
            Self::Failed(_) | Self::Dated(_) => "failed",
            Self::NotDone(_) => "not done",
        }
    }

    /// What the node says, or why it was not made; empty where it passed.
    pub fn text(&self) -> &str {
        match self {
            Self::Passed => "",
            Self::Warned(text) | Self::Failed(text) | Self::Dated(text) | Self::NotDone(text) => {
                text
            }
        }
    }
}

/// A store as it was found: opened, not opened, or not there.
pub type Store<'s> = Option<Result<&'s Keystore, &'s Flaw>>;

/// The stores of a node.
pub struct Stores<'s> {
    /// `certificates/nodekeystore.jks`.
    pub identity: Store<'s>,
    /// `certificates/sslkeystore.jks`.
    pub tls: Store<'s>,
    /// `certificates/truststore.jks`.
    pub trust: Store<'s>,
    /// `certificates/wrappingkeystore.pkcs12`.
    pub wrapping: Store<'s>,
    /// Whether there is a file `network-parameters`.
    pub has_network_parameters: bool,
}

/// Aliases where the configuration is silent (`X509Utilities.kt`).
const IDENTITY: &str = "identity-private-key";
const CLIENT_CA: &str = "cordaclientca";
const TLS: &str = "cordaclienttls";
const NOTARY: &str = "distributed-notary-private-key";
const COMPOSITE: &str = "distributed-notary-composite-key";
const WRAPPING: &str = "wrapping-key-alias";

/// What the checks are made on.
struct Node<'n> {
    configuration: &'n Configuration,
    stores: &'n Stores<'n>,
    now: Time,
}

/// The node's checks, in its order. The last is none of the node's: keys that it needs years later only.
pub fn checks(configuration: &Configuration, stores: &Stores<'_>, now: Time) -> Vec<Check> {
    let node = Node {
        configuration,
        stores,
        now,
    };
    let mut checks = vec![
        check("the stores are there", node.are_there()),
        check("the passwords open the stores", node.are_open()),
        check("the trust store has a root", node.has_trust_root()),
        check("the TLS key has its alias", node.has_tls()),
        check("the TLS certificate is valid", node.tls_is_valid()),
        check(
            "the TLS chain ends at a trusted root",
            node.tls_is_trusted(),
        ),
    ];
    checks.extend(node.identity());
    checks.extend(node.notary());
    checks.extend(node.wrapping());
    checks.push(check("network parameters are there", node.parameters()));
    checks.push(check(
        "every private key of both stores belongs to its certificate (the CA key is needed to renew)",
        node.every_key(),
    ));
    checks
}

fn check(name: &'static str, outcome: Outcome) -> Check {
    Check { name, outcome }
}

impl<'n> Node<'n> {
    /// The alias that the configuration gives, or the usual one.
    fn alias(&self, key: &str, usual: &'n str) -> &'n str {
        let aliases = self.configuration.aliases.iter();
        let given = aliases.rev().find(|(name, _)| {
            name.rsplit('.')
                .next()
                .is_some_and(|last| last.eq_ignore_ascii_case(key))
        });
        given.map_or(usual, |(_, alias)| alias.as_str())
    }
}

/// The entry of an alias. Java's stores do not tell small letters from capitals.
fn entry<'s>(store: Store<'s>, alias: &str) -> Result<Option<&'s Entry>, Outcome> {
    let store = opened(store)?;
    let found = store
        .entries
        .iter()
        .find(|entry| entry.alias.eq_ignore_ascii_case(alias));
    if found.is_none() && !store.is_listed {
        return Err(Outcome::NotDone(
            "the store is not opened: what is in it is not known".into(),
        ));
    }
    Ok(found)
}

/// A store that could be read.
fn opened(store: Store<'_>) -> Result<&Keystore, Outcome> {
    match store {
        Some(Ok(store)) => Ok(store),
        Some(Err(_)) => Err(Outcome::NotDone("the store did not open".into())),
        None => Err(Outcome::NotDone("the store is not there".into())),
    }
}

fn unless(is_so: bool, says: impl FnOnce() -> String) -> Outcome {
    if is_so {
        Outcome::Passed
    } else {
        Outcome::Failed(says())
    }
}

#[cfg(test)]
mod tests;

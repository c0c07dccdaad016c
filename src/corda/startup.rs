//! The checks that a Corda node makes before it starts, made offline: `KeyStoreHandler.kt` and its neighbours of Corda
//! 4.12, in their order.
//!
//! Knows stores that were read, and a configuration; no files.

use super::Configuration;
use crate::keystore::{Flaw, Keystore};
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
    /// It could not be made here: why.
    NotDone(String),
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

/// The node's checks, in its order.
pub fn checks(configuration: &Configuration, stores: &Stores<'_>, now: Time) -> Vec<Check> {
    let _ = (configuration, stores, now);
    Vec::new()
}

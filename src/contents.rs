//! What a node directory holds, and what belongs to it outside: keystores, keys, configuration, databases, gaps.
//!
//! Knows node directories and every reader of foreign formats; no vaults, no carriers, no people. What it tells is
//! public: passwords stay inside as secrets, and keys are looked at and dropped.

use std::path::PathBuf;

use crate::corda::startup::Check;
use crate::corda::{Configuration, Gap, Named};
use crate::error::Result;
use crate::keystore::{Flaw, Keystore};
use crate::material::{Material, Part};
use crate::node::Node;
use crate::secret::SecretBytes;
use crate::time::Time;

/// Everything of one node directory.
#[derive(Default)]
pub struct Contents {
    /// What software it is of, the surest first.
    pub software: Vec<&'static str>,
    /// Its keystores, in the order of their paths.
    pub stores: Vec<Store>,
    /// Other key material and files with a part to play, likewise.
    pub material: Vec<(Place, Material)>,
    /// Its configuration, where it is one that is read.
    pub configuration: Option<Configuration>,
    /// What the configuration names, and whether it is there.
    pub named: Vec<(Named, Presence)>,
    /// What is missing, not understood, running, or not kept.
    pub gaps: Vec<Gap>,
}

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the node directory: the path relative to it, raw bytes.
    Inside(Vec<u8>),
    /// Outside of it: the absolute path.
    Outside(PathBuf),
}

/// Whether something named is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In the node directory.
    Inside,
    /// Outside of it.
    Outside,
    /// Not there.
    Missing,
    /// It cannot be read: why.
    Unreadable(String),
}

/// A keystore that was found.
pub struct Store {
    /// Where.
    pub place: Place,
    /// What it is: as far as it opened.
    pub read: std::result::Result<Keystore, Flaw>,
    /// The password that opened it, where one did.
    pub password: Option<OpenedBy>,
    /// What it is for: "identity", "TLS", "trust", where the configuration or its name says so.
    pub role: Option<&'static str>,
}

/// Where the password of a store came from.
pub enum OpenedBy {
    /// The configuration: the key that holds it.
    Configuration(String),
    /// A well-known one, which protects nothing: its name for people, "Corda's development password".
    WellKnown(&'static str),
    /// Somebody typed it: it is in no sealed file.
    Typed(SecretBytes),
}

/// Something that would be no backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    /// Where.
    pub place: Place,
    /// Why, in words.
    pub why: String,
}

/// Asks for the password of a store: what to show, how often it was asked; `None` when nobody answers.
pub type AskPassword<'a> = dyn FnMut(&Place, u32) -> Result<Option<SecretBytes>> + 'a;

/// Looks through a node directory and what its configuration names. Opens what the passwords of the configuration and
/// well-known ones open, and asks for the others.
///
/// # Errors
/// [`crate::error::Error::Io`] when the directory itself cannot be read, [`crate::error::Error::Interrupted`], and what
/// `ask` answers. Whatever else is wrong is in the answer.
pub fn look(node: &Node, ask: &mut AskPassword<'_>) -> Result<Contents> {
    let _ = (node, ask);
    Ok(Contents::default())
}

impl Contents {
    /// What would be no backup: stores that do not open, keys that are not those of their certificates, files that are
    /// cut short, stores that hold only names of keys elsewhere.
    pub fn dead(&self) -> Vec<Dead> {
        Vec::new()
    }

    /// The part of a file in a backup, for the keys scope. `None`: it belongs to no keys scope.
    pub fn part(&self, place: &Place) -> Option<Part> {
        let _ = place;
        None
    }

    /// Files and directories outside of the node directory that belong to it, each once, none inside another.
    pub fn outside(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The checks that the node would make when it starts; empty when it is no node that is known.
    pub fn startup(&self, now: Time) -> Vec<Check> {
        let _ = now;
        Vec::new()
    }
}

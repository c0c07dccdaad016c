//! Corda's configuration: the files, directories and databases that it names, the passwords that it holds, and what it
//! leaves open.
//!
//! Knows Corda's keys (node, firewall, network manager) and their defaults; reads files only through whoever asks.

mod jdbc;
mod passwords;
mod reading;
mod settings;
pub mod startup;
mod table;

use std::path::{Component, Path, PathBuf};

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// What the configuration of one node says, includes and the files behind it followed.
#[derive(Default)]
pub struct Configuration {
    /// The files that were read, `node.conf` first.
    pub files: Vec<PathBuf>,
    /// What it names.
    pub named: Vec<Named>,
    /// The passwords in it.
    pub passwords: Vec<Password>,
    /// What is missing, not understood, or not in the files at all.
    pub gaps: Vec<Gap>,
    /// `myLegalName`.
    pub legal_name: Option<String>,
    /// `notary.serviceLegalName`.
    pub notary_name: Option<String>,
    /// Whether there is a `notary` section.
    pub is_notary: bool,
    /// `devMode`, where it is said.
    pub dev_mode: Option<bool>,
    /// The aliases that it changes from their defaults: key of the configuration, alias.
    pub aliases: Vec<(String, String)>,
    /// `cryptoServiceName`, if it is not the file-based one: the node's keys are in a hardware security module.
    pub crypto_service: Option<String>,
}

/// Something that a configuration names.
#[derive(Clone, Debug)]
pub struct Named {
    /// The file that names it.
    pub file: PathBuf,
    /// The line, from 1; 0 where the files are silent and it is the default.
    pub line: u32,
    /// The key, "rpcSettings.ssl.keyStorePath".
    pub key: String,
    /// Where it is: absolute, or as far as it can be known.
    pub path: PathBuf,
    /// What it is.
    pub what: What,
    /// Whether the software makes it, or does without it, when it is not there.
    pub may_be_missing: bool,
}

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A keystore.
    Keystore,
    /// A trust store.
    TrustStore,
    /// Another file with key material: a private key, a login.
    KeyFile,
    /// Another file.
    File,
    /// A directory.
    Directory,
    /// A database in a file.
    Database,
    /// More configuration.
    Configuration,
}

/// A password in a configuration. No text, no `Debug`.
pub struct Password {
    /// The key, "keyStorePassword".
    pub key: String,
    /// The line, from 1; 0 where the files are silent and it is the default.
    pub line: u32,
    /// The password, or the default that Corda takes where the files say nothing.
    pub text: SecretBytes,
    /// Whether it is only Corda's default.
    pub is_default: bool,
    /// The stores that it is for, by path; empty when the configuration does not say.
    pub stores: Vec<PathBuf>,
}

/// What a configuration leaves open, for a person.
#[derive(Clone, Debug)]
pub struct Gap {
    /// A word for scripts, such as "environment": listed in docs/json.md.
    pub code: &'static str,
    /// The file, and the line from 1.
    pub place: (PathBuf, u32),
    /// What is open. Never a secret.
    pub text: String,
    /// What to do now.
    pub hint: String,
}

/// Fetches a file for the reader: its bytes, or why not.
pub type Fetch<'f> = dyn FnMut(&Path) -> Result<Zeroizing<Vec<u8>>, String> + 'f;

/// Reads the configuration `file` of the node directory `base` (both absolute, and no link on the way to either), and what
/// it includes or points to.
pub fn read(base: &Path, file: &Path, fetch: &mut Fetch<'_>) -> Configuration {
    let mut reading = reading::Reading::new(base, file);
    reading.read(fetch);
    reading.found
}

/// A path that is relative to a directory without links: `..` at its start is taken back letter by letter. Elsewhere it
/// stays, because what it leads to depends on links.
fn from_folder(folder: &Path, path: &Path) -> PathBuf {
    let (mut from_folder, mut is_start) = (folder.to_path_buf(), path.is_relative());
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if is_start => drop(from_folder.pop()),
            part => {
                is_start = false;
                from_folder.push(part);
            }
        }
    }
    from_folder
}

#[cfg(test)]
mod tests;

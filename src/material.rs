//! Key material of other software than the Java world's: recognised by its name and its bytes, checked where it can be.
//!
//! The software is data: a table of patterns, formats, needs and dangers. Knows no files and no directories; a path is
//! only a name here. Nothing secret leaves this module.

/// The most bytes of a file that is looked at whole.
pub const MAX_BYTES: usize = 4 << 20;

/// A kind of node software.
pub struct Software {
    /// Its name: "CometBFT".
    pub name: &'static str,
    /// The files that tell or hold something.
    pub files: &'static [Pattern],
    /// Why two running copies, or an old signing history, cost money; empty when they do not.
    pub danger: &'static str,
}

/// A file of some software.
pub struct Pattern {
    /// The end of its path, as a glob of whole components: "config/priv_validator_key.json".
    pub glob: &'static str,
    /// What it is, for people: "validator key".
    pub what: &'static str,
    /// Its part in a backup.
    pub part: Part,
}

/// What a file is to whoever wants to be this node again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Key material.
    Key,
    /// The password of key material.
    Password,
    /// Configuration and public data without which the keys are of no use.
    Needed,
    /// What was signed so far: it must never go back in time.
    History,
    /// A database; may hold keys.
    Database,
    /// Not kept: locks, process ids, sockets.
    Volatile,
    /// Anything else that is worth a line.
    Other,
}

/// What was found in one file.
#[derive(Clone, Debug)]
pub struct Material {
    /// The software, where it is known.
    pub software: Option<&'static str>,
    /// What it is: "EIP-2335 keystore", "private key, PEM".
    pub what: String,
    /// Its part in a backup.
    pub part: Part,
    /// Public facts, name and value: address, public key, height, slot.
    pub facts: Vec<(&'static str, String)>,
    /// Whether it is any good.
    pub state: State,
    /// For a signing history, how far it goes.
    pub history: Option<History>,
}

/// Whether key material is any good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// What can be checked without a password holds.
    Good,
    /// It is encrypted; its password is needed to know more.
    Locked,
    /// It is no key, or not the one it says it is: why.
    Dead(String),
    /// It could not be checked here: why.
    NotChecked(String),
}

/// How far a signing history goes. Higher is later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// For people: "height 36, round 0, step 3".
    pub shown: String,
    /// To compare two of the same file, most significant first; of several validators, the highest. Empty when it cannot be read.
    pub order: Vec<u64>,
}

/// Every kind of software that is known.
pub fn software() -> &'static [Software] {
    &[]
}

/// The patterns that a path fits, raw bytes with `/`, relative to the node directory.
pub fn named(path: &[u8]) -> Option<(&'static Software, &'static Pattern)> {
    let _ = path;
    None
}

/// What a file is, by its path and content. `None` when it is nothing of interest.
pub fn look(path: &[u8], bytes: &[u8]) -> Option<Material> {
    let _ = (path, bytes);
    None
}

/// Whether a password (UTF-8 text) opens encrypted key material: `None` when it is not of a kind that is opened here.
pub fn opens(bytes: &[u8], password: &crate::secret::SecretBytes) -> Option<bool> {
    let _ = (bytes, password.expose());
    None
}

//! The full check of one carrier, alone: without a quorum and without showing a secret.

mod contents;
mod files;
mod reissued;
mod signed;

use std::path::{Path, PathBuf};

use super::{CARRIER, CarrierFacts, SUMS};
use crate::digest::Digest;
use crate::error::Result;
use crate::label::Label;
use crate::manifest::{self, Manifest};
use crate::media::{OpenFolder, ReadBack};
use crate::reissue;
use crate::share::{self, ReadShare};
use crate::signature::VaultId;

/// What a carrier was found to hold.
pub enum Holds {
    /// A vault copy.
    Vault,
    /// A share copy: its number and whose it is.
    Share(u8, Label),
    /// Neither could be told.
    Nothing,
}

/// Something that is wrong with one file of a carrier.
pub struct Problem {
    /// The file, or the folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub what: String,
    /// Whether the carrier can no longer be relied on. Otherwise it is only to be known.
    pub is_damage: bool,
}

/// The outcome of a check.
pub struct Checked {
    /// The folder.
    pub path: PathBuf,
    /// What it holds.
    pub holds: Holds,
    /// Its `vault.json`, signed by the key that it names itself. That makes it consistent, not genuine: anybody can make
    /// a consistent vault.
    pub manifest: Option<Manifest>,
    /// The vault that it is of, where another one was expected. It may be whole all the same.
    pub other_vault: Option<VaultId>,
    /// Which carrier it says it is.
    pub facts: Option<CarrierFacts>,
    /// Its share, while that is protected and closed: only the public part of it was checked, and holds.
    pub closed: Option<ReadShare>,
    /// The note that vouches for it, where a quorum made it after the sealing: proven.
    pub reissued: Option<reissue::Note>,
    /// Whether `SHA256SUMS` is there; without it the folder was never finished.
    pub is_finished: bool,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// The files that belong to it, with the digests that were read.
    pub files: Vec<(String, Digest)>,
    /// Bytes read.
    pub bytes: u64,
    /// The weakest way in which one of the files was read.
    pub how: ReadBack,
}

impl Checked {
    /// Whether nothing is wrong that matters. Of the vault that was expected it may still not be.
    pub fn is_whole(&self) -> bool {
        self.is_finished
            && self.manifest.is_some()
            && !self.problems.iter().any(|problem| problem.is_damage)
    }
}

/// The files that are read whole.
const SMALL: [&str; 8] = [
    manifest::FILE,
    manifest::SIGNATURE_FILE,
    manifest::KEY_FILE,
    share::FILE,
    reissue::FILE,
    reissue::SIGNATURE_FILE,
    CARRIER,
    SUMS,
];

/// Checks every file in the folder `path`. With `expect`, another vault is noted.
///
/// # Errors
/// [`Error::Io`] when the folder cannot be read at all; what is wrong inside is in [`Checked::problems`].
pub fn check(path: &Path, expect: Option<VaultId>) -> Result<Checked> {
    let folder = OpenFolder::open(path)?;
    let holds = Holds::Nothing;
    let path = path.to_owned();
    let checked = Checked {
        path,
        holds,
        manifest: None,
        other_vault: None,
        facts: None,
        closed: None,
        reissued: None,
        is_finished: false,
        problems: Vec::new(),
        files: Vec::new(),
        bytes: 0,
        how: ReadBack::Direct,
    };
    // What is judged here is what the medium holds, not what this machine remembers of it.
    SMALL.iter().for_each(|name| folder.forget(name));
    let mut checking = Checking { folder, checked };
    checking.manifest(expect)?;
    checking.share()?;
    checking.facts()?;
    checking.files()?;
    checking.reissue()?;
    checking.fixed_files();
    Ok(checking.checked)
}

struct Checking {
    folder: OpenFolder,
    checked: Checked,
}

impl Checking {
    fn damage(&mut self, name: &str, what: impl Into<String>) {
        let path = if name.is_empty() {
            self.checked.path.clone()
        } else {
            self.checked.path.join(name)
        };
        self.checked.problems.push(Problem {
            path,
            what: what.into(),
            is_damage: true,
        });
    }

    /// Names a file unless it is named already.
    fn damage_once(&mut self, name: &str, what: impl Into<String>) {
        if !self.is_named(name) {
            self.damage(name, what);
        }
    }

    fn note(&mut self, name: &str, what: &str) {
        let path = self.checked.path.join(name);
        self.checked.problems.push(Problem {
            path,
            what: what.to_owned(),
            is_damage: false,
        });
    }

    fn is_named(&self, name: &str) -> bool {
        let path = self.checked.path.join(name);
        self.checked
            .problems
            .iter()
            .any(|problem| problem.is_damage && problem.path == path)
    }
}

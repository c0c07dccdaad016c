//! The full check of one carrier, alone: without a quorum and without showing a secret.

use std::path::{Path, PathBuf};

use super::{CARRIER, CarrierFacts, README, RECOVERY, Role, SUMS, read_manifest};
use crate::digest::{Digest, HashReader};
use crate::error::{Error, Result};
use crate::label::Label;
use crate::manifest::{self, Carrier, FixedFile, Flaw, Manifest, ReadManifest};
use crate::media::{OpenFolder, Sums, UNFINISHED};
use crate::share::{self, Facts, ReadShare};
use crate::signature::{PublicKey, VaultId};

/// The most names that are listed.
const MAX_NAMES: usize = 2048;
/// What operating systems put on media on their own.
const FOREIGN: [&str; 4] = [
    "lost+found",
    "System Volume Information",
    ".Trashes",
    ".fseventsd",
];

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
    /// Which carrier it says it is.
    pub facts: Option<CarrierFacts>,
    /// Whether `SHA256SUMS` is there; without it the folder was never finished.
    pub is_finished: bool,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// Bytes read.
    pub bytes: u64,
}

impl Checked {
    /// Whether nothing is wrong that matters.
    pub fn is_whole(&self) -> bool {
        self.is_finished
            && self.manifest.is_some()
            && !self.problems.iter().any(|problem| problem.is_damage)
    }
}

/// Checks every file in the folder `path`. With `expect`, the vault must be that one.
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
        facts: None,
        is_finished: false,
        problems: Vec::new(),
        bytes: 0,
    };
    let mut checking = Checking {
        folder,
        checked,
        digests: Vec::new(),
    };
    checking.manifest(expect)?;
    checking.share()?;
    checking.facts()?;
    checking.files()?;
    checking.fixed_files();
    Ok(checking.checked)
}

struct Checking {
    folder: OpenFolder,
    checked: Checked,
    digests: Vec<(String, Digest)>,
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

    /// `vault.json` against its signature and its own public key, and both against `vault.pub`.
    fn manifest(&mut self, expect: Option<VaultId>) -> Result<()> {
        let Some(read) = read_manifest(&self.folder)? else {
            self.damage(
                manifest::FILE,
                "it or its signature is missing or too large",
            );
            return Ok(());
        };
        match self.key_of(&read)?.map(|key| (key, read.prove(&key))) {
            None => self.damage(manifest::FILE, "it names no public key"),
            Some((key, _)) if expect.is_some_and(|id| id != key.vault_id()) => {
                self.damage(
                    manifest::FILE,
                    format!(
                        "it is of another vault than the expected one: {}",
                        key.vault_id()
                    ),
                );
            }
            Some((_, Ok(manifest))) => self.checked.manifest = Some(manifest),
            Some((_, Err(flaw))) => self.damage(manifest::FILE, flaw_text(&flaw)),
        }
        Ok(())
    }

    /// The key that vault.json names, which `vault.pub` must name too.
    fn key_of(&mut self, read: &ReadManifest) -> Result<Option<PublicKey>> {
        let pem = self.folder.read_small(manifest::KEY_FILE, 4096)?;
        let key = pem.as_deref().and_then(PublicKey::from_pem);
        let claimed = read.claimed_key();
        if key.is_none() {
            self.damage(
                manifest::KEY_FILE,
                "it is missing or not a public key as coldvault writes it",
            );
        } else if claimed.is_some() && key != claimed {
            self.damage(
                manifest::KEY_FILE,
                "it is not the key that vault.json names",
            );
        }
        Ok(claimed.or(key))
    }

    fn share(&mut self) -> Result<()> {
        let bytes = match self.folder.read_small(share::FILE, share::MAX_BYTES) {
            Ok(None) => {
                if super::payload::is_there(&self.folder) {
                    self.checked.holds = Holds::Vault;
                }
                return Ok(());
            }
            Ok(Some(bytes)) => bytes,
            Err(Error::Damaged { what, .. }) => {
                self.damage(share::FILE, what);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match ReadShare::from_bytes(&bytes) {
            Err(error) => self.damage(share::FILE, error.to_string()),
            Ok(share) => {
                let Facts {
                    number, custodian, ..
                } = share.facts.clone();
                self.checked.holds = Holds::Share(number, custodian);
                let signed = share.is_signed();
                match share.prove(self.checked.manifest.as_ref()) {
                    Err((flaw, _)) => self.damage(share::FILE, flaw.to_string()),
                    Ok(_) if !signed => {
                        self.damage(share::FILE, "the custodian's name on it was altered")
                    }
                    Ok(_) => {}
                }
            }
        }
        Ok(())
    }

    fn facts(&mut self) -> Result<()> {
        let read = self.folder.read_small(CARRIER, super::MAX_CARRIER_BYTES);
        match read.and_then(|bytes| bytes.as_deref().map(CarrierFacts::from_bytes).transpose()) {
            Ok(Some(facts)) if !self.agrees(&facts) => {
                self.damage(CARRIER, "it describes another carrier than this one")
            }
            Ok(Some(facts)) => self.checked.facts = Some(facts),
            Ok(None) => self.damage(CARRIER, "it is missing"),
            Err(error @ Error::Io { .. }) => return Err(error),
            Err(error) => self.damage(CARRIER, error.to_string()),
        }
        Ok(())
    }

    fn agrees(&self, facts: &CarrierFacts) -> bool {
        match (&self.checked.holds, facts.role) {
            (Holds::Share(number, _), Role::Share(claimed)) => *number == claimed,
            (Holds::Vault, Role::Vault) | (Holds::Nothing, _) => true,
            _ => false,
        }
    }

    /// Every file that `SHA256SUMS` lists, and every file that it does not.
    fn files(&mut self) -> Result<()> {
        let sums = match self.folder.read_small(SUMS, Sums::MAX_BYTES) {
            Ok(None) => return self.unfinished(),
            Ok(Some(text)) => Sums::parse(&text, &self.checked.path.join(SUMS)),
            Err(error) => Err(error),
        };
        self.checked.is_finished = true;
        match sums {
            Ok(sums) => {
                for (name, digest) in sums.iter() {
                    self.file(name, digest)?;
                }
                self.not_listed(&sums)
            }
            Err(Error::Damaged { what, .. }) => {
                self.damage(SUMS, what);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn unfinished(&mut self) -> Result<()> {
        let seal =
            "unfinished: the sealing or copying that wrote it never ended, and its key may be gone";
        self.damage("", seal);
        Ok(())
    }

    fn file(&mut self, name: &str, listed: Digest) -> Result<()> {
        let opened = match self.folder.open_file(name) {
            Ok(Some((file, _))) => file,
            Ok(None) => {
                self.damage(name, "it is missing");
                return Ok(());
            }
            Err(Error::Damaged { what, .. }) => {
                self.damage(name, what);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let (bytes, digest) = hash(opened, &self.checked.path.join(name))?;
        self.checked.bytes += bytes;
        if digest != listed {
            self.damage(
                name,
                "it is not what was written: its digest is not the one in SHA256SUMS",
            );
        }
        self.digests.push((name.to_owned(), digest));
        Ok(())
    }

    fn not_listed(&mut self, sums: &Sums) -> Result<()> {
        let listing = self.folder.names(MAX_NAMES)?;
        for name in listing
            .names
            .iter()
            .filter(|name| *name != SUMS && sums.get(name).is_none())
        {
            if !FOREIGN.contains(&name.as_str()) {
                let what = if name.ends_with(UNFINISHED) {
                    "unfinished"
                } else {
                    "it does not belong to this carrier"
                };
                self.note(name, what);
            }
        }
        for name in &listing.odd {
            self.note(name, "it does not belong to this carrier");
        }
        if listing.more {
            self.note("", "it holds many more files than it should");
        }
        Ok(())
    }

    fn note(&mut self, name: &str, what: &str) {
        let path = self.checked.path.join(name);
        self.checked.problems.push(Problem {
            path,
            what: what.to_owned(),
            is_damage: false,
        });
    }

    /// What `vault.json` says of this carrier's files, whatever `SHA256SUMS` says: anybody can write that one anew.
    fn fixed_files(&mut self) {
        let Some(manifest) = self.checked.manifest.clone() else {
            return;
        };
        if !self.checked.is_finished {
            return;
        }
        let copy = self.checked.facts.as_ref().map_or(0, |facts| facts.copy);
        let mine = |file: &&FixedFile| match (file.on, &self.checked.holds) {
            (Carrier::All, _) => true,
            (Carrier::Vault { copy: of }, Holds::Vault) => of == copy,
            (Carrier::Share { number, copy: of }, Holds::Share(here, _)) => {
                number == *here && of == copy
            }
            _ => false,
        };
        let mut wanted: Vec<(String, Digest)> = manifest
            .files
            .iter()
            .filter(mine)
            .map(|file| (file.name.clone(), file.sha256))
            .collect();
        if !wanted.iter().any(|(name, _)| name == README) {
            // carrier.json is a claim: a copy number that vault.json does not know would excuse any README.
            self.damage(CARRIER, "it names a copy that was never made");
        }
        if matches!(self.checked.holds, Holds::Vault) {
            wanted.extend(
                manifest
                    .payload
                    .iter()
                    .map(|part| (part.name.clone(), part.sha256)),
            );
        }
        for (name, digest) in wanted {
            let found = self
                .digests
                .iter()
                .find(|(other, _)| *other == name)
                .map(|(_, digest)| *digest);
            if found != Some(digest) && !self.is_named(&name) {
                self.damage(
                    &name,
                    "it is not the file that vault.json names: missing, edited or replaced",
                );
            }
        }
        self.required();
    }

    /// Files that a finished carrier has and `SHA256SUMS` must list.
    fn required(&mut self) {
        for name in [
            manifest::FILE,
            manifest::SIGNATURE_FILE,
            manifest::KEY_FILE,
            README,
            RECOVERY,
            CARRIER,
        ] {
            self.listed(name);
        }
        if matches!(self.checked.holds, Holds::Share(..)) {
            self.listed(share::FILE);
        }
    }

    fn listed(&mut self, name: &str) {
        if !self.digests.iter().any(|(other, _)| other == name) && !self.is_named(name) {
            self.damage(name, "SHA256SUMS does not list it");
        }
    }

    fn is_named(&self, name: &str) -> bool {
        let path = self.checked.path.join(name);
        self.checked
            .problems
            .iter()
            .any(|problem| problem.is_damage && problem.path == path)
    }
}

fn flaw_text(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Signature => "edited or damaged: the vault's signature on it does not hold".into(),
        Flaw::Content(why) => format!("it is not a vault.json as coldvault writes it: {why}"),
        Flaw::Newer(what) => format!("it needs {what}, which this coldvault does not have"),
    }
}

fn hash(file: std::fs::File, path: &Path) -> Result<(u64, Digest)> {
    let mut reader = HashReader::new(Stoppable(file));
    let mut buffer = vec![0; 1 << 18];
    while std::io::Read::read(&mut reader, &mut buffer).map_err(|error| {
        match error.downcast::<Error>() {
            Ok(error) => error,
            Err(error) => Error::io("read", path)(error),
        }
    })? > 0
    {}
    let (_, bytes, digest) = reader.into_parts();
    Ok((bytes, digest))
}

/// A file whose reading Ctrl-C ends.
struct Stoppable(std::fs::File);

impl std::io::Read for Stoppable {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        crate::host::interrupt::check().map_err(Error::into_io)?;
        self.0.read(buffer)
    }
}

//! Every file of a carrier: against SHA256SUMS, and against what vault.json has signed.

use super::{Checking, Holds};
use crate::carrier::{CARRIER, README, RECOVERY, SCAN, SUMS, TOOL};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::host::program;
use crate::manifest::{self, Carrier, FixedFile};
use crate::media::{Sums, UNFINISHED};
use crate::share;

/// The most names that are listed.
const MAX_NAMES: usize = 2048;
/// What operating systems put on media on their own.
const FOREIGN: [&str; 4] = [
    "lost+found",
    "System Volume Information",
    ".Trashes",
    ".fseventsd",
];

/// The most bytes of a text for people.
const MAX_TEXT: usize = 64 * 1024;

impl Checking {
    /// Every file that `SHA256SUMS` lists, and every file that it does not.
    pub(super) fn files(&mut self) -> Result<()> {
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

    /// The most bytes that a file of this carrier may have; `None` for one that does not belong to it. Anybody can list
    /// anything in `SHA256SUMS`, and hashing it could take for ever.
    fn most_bytes(&self, name: &str) -> Option<u64> {
        let small = match name {
            manifest::FILE => Some(manifest::MAX_BYTES),
            manifest::SIGNATURE_FILE | manifest::KEY_FILE | CARRIER => Some(4096),
            README | RECOVERY => Some(MAX_TEXT),
            share::FILE if matches!(self.checked.holds, Holds::Share(..)) => Some(share::MAX_BYTES),
            _ => None,
        };
        let part = |manifest: &manifest::Manifest| {
            let part = manifest.payload.iter().find(|part| part.name == name)?;
            Some(part.bytes)
        };
        let payload = match (&self.checked.holds, &self.checked.manifest) {
            (Holds::Vault, Some(manifest)) => part(manifest),
            (Holds::Vault, None) if name.starts_with("payload.age") => {
                Some(super::super::payload::PART)
            }
            _ => None,
        };
        let tool = (name == TOOL && self.may_have_tool()).then_some(program::MAX_BYTES);
        small.map(|bytes| bytes as u64).or(payload).or(tool)
    }

    /// Whether the program is on every carrier of this vault. Without a vault.json nobody can say that it is not.
    fn may_have_tool(&self) -> bool {
        let manifest = self.checked.manifest.as_ref();
        manifest.is_none_or(|manifest| manifest.files.iter().any(|file| file.name == TOOL))
    }

    fn file(&mut self, name: &str, listed: Digest) -> Result<()> {
        let Some(most) = self.most_bytes(name) else {
            self.note(name, foreign(name));
            return Ok(());
        };
        let (file, bytes) = match self.folder.open_file(name) {
            Ok(Some((_, bytes))) if bytes > most => {
                self.damage(
                    name,
                    format!("it has {bytes} bytes, more than the {most} it may have"),
                );
                return Ok(());
            }
            Ok(Some(opened)) => opened,
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
        let step = &mut |_: u64| interrupt::check();
        let (digest, how) = self.folder.digest(name, (&file, bytes), step)?;
        let Some(digest) = digest else {
            self.damage(name, "it changed while it was read");
            return Ok(());
        };
        self.checked.how = self.checked.how.max(how);
        self.checked.bytes += bytes;
        if digest != listed {
            self.damage(
                name,
                "it is not what was written: its digest is not the one in SHA256SUMS",
            );
        }
        self.checked.files.push((name.to_owned(), digest));
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
                    foreign(name)
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

    /// What `vault.json` says of this carrier's files, whatever `SHA256SUMS` says: anybody can write that one anew.
    pub(super) fn fixed_files(&mut self) {
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
        let from_sheets = self.is_from_sheets();
        if from_sheets {
            wanted.retain(|(name, _)| self.is_listed(name));
            self.only_what_sheets_hold(&manifest);
        } else if !wanted.iter().any(|(name, _)| name == README) {
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
                .checked
                .files
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
        self.required(from_sheets);
    }

    /// Whether it says that it was made from sheets: then files for people that they do not hold may be missing, and are
    /// said to be.
    fn is_from_sheets(&self) -> bool {
        let facts = self.checked.facts.as_ref();
        facts.is_some_and(|facts| facts.made_by == SCAN)
    }

    fn is_listed(&self, name: &str) -> bool {
        self.checked.files.iter().any(|(other, _)| other == name)
    }

    /// Names what is missing. A README cannot be one that was sealed: nobody could tell which it should be.
    fn only_what_sheets_hold(&mut self, manifest: &manifest::Manifest) {
        let all = manifest.files.iter().filter(|file| file.on == Carrier::All);
        let mut missing: Vec<String> = all.map(|file| file.name.clone()).collect();
        missing.retain(|name| !self.is_listed(name));
        if matches!(self.folder.open_file(README), Ok(None)) {
            missing.insert(0, README.to_owned());
        } else {
            self.damage(
                README,
                "no sheet holds it: it is not the one that was sealed",
            );
        }
        for name in missing {
            self.note(&name, "not there: made from sheets, which do not hold it");
        }
    }

    /// Files that a finished carrier has and `SHA256SUMS` must list.
    fn required(&mut self, from_sheets: bool) {
        let for_people: &[&str] = if from_sheets {
            &[]
        } else {
            &[README, RECOVERY]
        };
        for name in [
            manifest::FILE,
            manifest::SIGNATURE_FILE,
            manifest::KEY_FILE,
            CARRIER,
        ]
        .iter()
        .chain(for_people)
        {
            self.listed(name);
        }
        if matches!(self.checked.holds, Holds::Share(..)) {
            self.listed(share::FILE);
        }
    }

    fn listed(&mut self, name: &str) {
        if !self.is_listed(name) && !self.is_named(name) {
            self.damage(name, "SHA256SUMS does not list it");
        }
    }
}

/// What is said of a file that the sealing did not put there.
fn foreign(name: &str) -> &'static str {
    if name.eq_ignore_ascii_case(TOOL) {
        "a program that does not belong to this carrier: never run it"
    } else {
        "it does not belong to this carrier"
    }
}

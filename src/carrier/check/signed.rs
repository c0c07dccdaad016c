//! The files of a carrier against what vault.json has signed, whatever SHA256SUMS says of them.

use super::Checking;
use super::files::ALWAYS;
use crate::carrier::{CARRIER, README, RECOVERY, Role, SCAN, TOOL};
use crate::digest::Digest;
use crate::manifest::{self, Carrier, FixedFile};
use crate::share;

/// What is said where carrier.json names a copy that nothing vouches for.
const NEVER_MADE: &str = "it names a copy that was never made";

impl Checking {
    /// What `vault.json` says of this carrier's files, whatever `SHA256SUMS` says: anybody can write that one anew.
    pub(super) fn fixed_files(&mut self) {
        let Some(manifest) = self.checked.manifest.clone() else {
            return;
        };
        if !self.checked.is_finished {
            return;
        }
        let copy = self.checked.facts.as_ref().map_or(0, |facts| facts.copy);
        let role = self.role();
        let mine = |file: &&FixedFile| match (file.on, role) {
            (Carrier::All, _) => true,
            (Carrier::Vault { copy: of }, Some(Role::Vault)) => of == copy,
            (Carrier::Share { number, copy: of }, Some(Role::Share(here))) => {
                number == here && of == copy
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
        } else if self.checked.reissued.is_some() {
            self.as_the_note_says(copy, &mut wanted);
        } else if !wanted.iter().any(|(name, _)| name == README) {
            // carrier.json is a claim: a copy number that vault.json does not know would excuse any README.
            self.damage_once(CARRIER, NEVER_MADE);
        }
        if role == Some(Role::Vault) {
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
            if found != Some(digest) {
                let what = "it is not the file that vault.json names: missing, edited or replaced";
                self.damage_once(&name, what);
            }
        }
        self.required(from_sheets);
    }

    /// A README that was made after the sealing is the one that the note names. The program, which people can have from
    /// elsewhere, may be missing then, and is said to be.
    fn as_the_note_says(&mut self, copy: u8, wanted: &mut Vec<(String, Digest)>) {
        let note = self.checked.reissued.as_ref();
        let readme = note.and_then(|note| note.readme(copy));
        wanted.retain(|(name, _)| name != README);
        match readme {
            Some(digest) => wanted.push((README.to_owned(), digest)),
            None => self.damage_once(CARRIER, NEVER_MADE),
        }
        let has_tool = wanted.iter().any(|(name, _)| name == TOOL);
        if has_tool && !self.is_listed(TOOL) {
            wanted.retain(|(name, _)| name != TOOL);
            self.note(TOOL, "not there: the share was made anew without it");
        }
    }

    /// Whether it says that it was made from sheets: then files for people that they do not hold may be missing, and are
    /// said to be.
    fn is_from_sheets(&self) -> bool {
        let facts = self.checked.facts.as_ref();
        facts.is_some_and(|facts| facts.made_by == SCAN)
    }

    pub(super) fn is_listed(&self, name: &str) -> bool {
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
        for name in ALWAYS.iter().chain(for_people) {
            self.listed(name);
        }
        if matches!(self.role(), Some(Role::Share(_))) {
            self.listed(share::FILE);
        }
    }

    fn listed(&mut self, name: &str) {
        if !self.is_listed(name) {
            self.damage_once(name, "SHA256SUMS does not list it");
        }
    }
}

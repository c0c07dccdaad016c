//! Every file of a carrier against SHA256SUMS, and what lies beside them.

use super::Checking;
use super::contents::MISSING;
use crate::carrier::{CARRIER, README, RECOVERY, Role, SUMS, TOOL};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::host::program;
use crate::manifest;
use crate::media::{Sums, UNFINISHED};
use crate::reissue;
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

/// What is on every carrier beside the texts for people.
pub(super) const ALWAYS: [&str; 4] = [
    manifest::FILE,
    manifest::SIGNATURE_FILE,
    manifest::KEY_FILE,
    CARRIER,
];
/// What the name of every part of a payload begins with.
const PAYLOAD: &str = "payload.age";
/// What is said of a name that is ours but for its case.
const OTHER_CASE: &str =
    "its name has another case than coldvault writes: it is not taken for that file";

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
                    self.file(name, Some(digest))?;
                }
                self.not_listed(&sums)
            }
            Err(Error::Damaged { what, .. }) => {
                self.damage(SUMS, what);
                // What vault.json has signed holds without it.
                for name in self.expected() {
                    self.file(&name, None)?;
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The files that such a carrier has.
    fn expected(&self) -> Vec<String> {
        let manifest = self.checked.manifest.as_ref();
        let signed = manifest.into_iter().flat_map(|manifest| {
            let files = manifest.files.iter().map(|file| &file.name);
            files.chain(manifest.payload.iter().map(|part| &part.name))
        });
        let share = matches!(self.role(), Some(Role::Share(_))).then_some(share::FILE);
        let mut names: Vec<String> = signed.cloned().collect();
        names.extend(ALWAYS.iter().copied().chain(share).map(str::to_owned));
        names.retain(|name| self.most_bytes(name).is_some());
        names.sort();
        names.dedup();
        names
    }

    fn unfinished(&mut self) -> Result<()> {
        let what = format!(
            "unfinished, for it has no {SUMS}: the sealing or copying that wrote it never ended, and its key may be gone"
        );
        self.damage("", what);
        let names = self.folder.names(MAX_NAMES)?.names.into_iter();
        names
            .filter(|name| is_in_other_case(name))
            .for_each(|name| self.note(&name, OTHER_CASE));
        Ok(())
    }

    /// The most bytes that a file of this carrier may have; `None` for one that does not belong to it. Anybody can list
    /// anything in `SHA256SUMS`, and hashing it could take for ever.
    fn most_bytes(&self, name: &str) -> Option<u64> {
        let role = self.role();
        let small = match name {
            manifest::FILE => Some(manifest::MAX_BYTES),
            manifest::SIGNATURE_FILE | manifest::KEY_FILE | CARRIER => Some(4096),
            README | RECOVERY => Some(MAX_TEXT),
            share::FILE if matches!(role, Some(Role::Share(_))) => Some(share::MAX_BYTES),
            reissue::FILE if matches!(role, Some(Role::Share(_))) => Some(reissue::MAX_BYTES),
            reissue::SIGNATURE_FILE if matches!(role, Some(Role::Share(_))) => Some(4096),
            _ => None,
        };
        let part = |manifest: &manifest::Manifest| {
            let part = manifest.payload.iter().find(|part| part.name == name)?;
            Some(part.bytes)
        };
        let payload = match (role, &self.checked.manifest) {
            (Some(Role::Vault), Some(manifest)) => part(manifest),
            (Some(Role::Vault), None) if name.starts_with(PAYLOAD) => {
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

    /// `listed` is `None` where `SHA256SUMS` cannot be read.
    fn file(&mut self, name: &str, listed: Option<Digest>) -> Result<()> {
        let Some(most) = self.most_bytes(name) else {
            self.note(name, foreign(name));
            return Ok(());
        };
        let (file, bytes) = match self.folder.open_file(name) {
            Ok(Some((_, bytes))) if bytes > most => {
                let what = format!("it has {bytes} bytes, more than the {most} it may have");
                self.damage_once(name, what);
                return Ok(());
            }
            Ok(Some(opened)) => opened,
            Ok(None) => {
                self.damage_once(name, MISSING);
                return Ok(());
            }
            Err(Error::Damaged { what, .. }) => {
                self.damage_once(name, what);
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
        if listed.is_some_and(|listed| listed != digest) {
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
}

/// What is said of a file that the sealing did not put there.
fn foreign(name: &str) -> &'static str {
    if name.eq_ignore_ascii_case(TOOL) {
        "a program that does not belong to this carrier: never run it"
    } else if is_in_other_case(name) {
        OTHER_CASE
    } else {
        "it does not belong to this carrier"
    }
}

/// Whether it would be a name of ours in another case. Some drivers and tools change that; two files that differ in
/// nothing else are possible where case counts, so none is taken for the other.
fn is_in_other_case(name: &str) -> bool {
    let share = [share::FILE, SUMS, README, RECOVERY];
    let reissue = [reissue::FILE, reissue::SIGNATURE_FILE];
    let mut ours = ALWAYS.iter().chain(&share).chain(&reissue);
    let lower = name.to_ascii_lowercase();
    let is_payload = lower.starts_with(PAYLOAD) && !name.starts_with(PAYLOAD);
    is_payload || ours.any(|ours| name != *ours && name.eq_ignore_ascii_case(ours))
}

//! Vault copies that were not written with the first: made from it, each on a medium that is brought for it.

use std::path::{Path, PathBuf};

use super::copies::Copy;
use super::shares::{let_go, write_folder};
use super::{Writing, is_about};
use crate::carrier;
use crate::commands::seal::Thing;
use crate::commands::seal::places::MOST_PASSED_ON;
use crate::commands::transfer;
use crate::error::{Error, Result};
use crate::manifest::{Manifest, ReadManifest};
use crate::media::{NewFolder, OpenFolder};

/// Where a further vault copy's payload comes from.
enum Source {
    /// From a medium that is there too.
    Folder(PathBuf),
    /// Small enough to be passed on through one port.
    Held(Vec<Vec<u8>>),
}

impl Writing<'_> {
    /// The vault copies that were not written with the first: made from it.
    pub(super) fn more_vaults(&mut self, manifest: &Manifest, read: &ReadManifest) -> Result<()> {
        let source = match self
            .written
            .iter()
            .find(|written| written.thing == Thing::Vault)
        {
            Some(written) => written.path.clone(),
            None => return Ok(()),
        };
        let there = |copy: &Copy| {
            self.written
                .iter()
                .any(|w| w.order() == (0, copy.facts.copy))
        };
        let open = |copy: &Copy| copy.thing == Thing::Vault && !there(copy);
        let missing: Vec<usize> = (0..self.copies.len())
            .filter(|index| self.copies.get(*index).is_some_and(open))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let source = hold(source, manifest)?;
        for index in missing {
            self.one_more(index, &source, manifest, read)
                .map_err(|error| self.missing(error))?;
        }
        Ok(())
    }

    fn one_more(
        &mut self,
        index: usize,
        source: &Source,
        manifest: &Manifest,
        read: &ReadManifest,
    ) -> Result<()> {
        let common = self.common(read);
        let Some(copy) = self.copies.get(index) else {
            return Ok(());
        };
        loop {
            let due = copy.due();
            let brought = !self.desk.is_ready(&due) || self.plan.is_swapped(due.to);
            if let Source::Folder(from) = source {
                self.session
                    .terminal
                    .say(&format!("It is made from {from:?}: leave that medium in."));
            }
            let place = self.desk.take(&copy.due(), self.session)?;
            self.session
                .terminal
                .say(&format!("Writing {} ...", copy.holds));
            let fill = |folder: &NewFolder| {
                copy_payload(source, manifest, folder)?;
                carrier::finish_folder(folder, &common, &copy.readme, &copy.facts)
            };
            let name = self.plan_folder(copy);
            match write_folder(copy, name, &place, &fill, self.session) {
                Ok(written) => {
                    let_go(copy, brought, self.session);
                    self.written.push(written);
                    return Ok(());
                }
                Err(error) if is_about(&error, &place.dir) && self.session.terminal.leads_on() => {
                    self.desk.refuse(&copy.due(), &error, self.session);
                }
                Err(Error::Io { path, .. })
                    if source.is_at(&path) && self.session.terminal.leads_on() =>
                {
                    self.desk.forget(&copy.due());
                    self.session
                        .terminal
                        .warn(&format!("{path:?} is needed too: put that medium back in"));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Source {
    fn is_at(&self, path: &Path) -> bool {
        matches!(self, Self::Folder(from) if path.starts_with(from))
    }
}

/// Takes a small payload into memory, so that its medium need not stay in.
fn hold(from: PathBuf, manifest: &Manifest) -> Result<Source> {
    if manifest.payload_bytes() > MOST_PASSED_ON {
        return Ok(Source::Folder(from));
    }
    let folder = OpenFolder::open(&from)?;
    let read = |name: &str, bytes: u64| {
        let small = folder.read_small(name, usize::try_from(bytes).unwrap_or(usize::MAX))?;
        small.ok_or_else(|| Error::Changed(from.join(name)))
    };
    let parts = manifest
        .payload
        .iter()
        .map(|part| read(&part.name, part.bytes));
    parts.collect::<Result<_>>().map(Source::Held)
}

/// Writes the payload into another vault folder, and holds each part against `vault.json`.
fn copy_payload(source: &Source, manifest: &Manifest, to: &NewFolder) -> Result<()> {
    for (index, part) in manifest.payload.iter().enumerate() {
        let digest = match source {
            Source::Folder(from) => {
                let folder = OpenFolder::open(from)?;
                let path = from.join(&part.name);
                let opened = folder.open_file(&part.name)?;
                let (file, _) = opened.ok_or_else(|| Error::Changed(path.clone()))?;
                transfer::file(&mut { file }, &path, to, &part.name)?
            }
            Source::Held(parts) => {
                let bytes = parts.get(index).map_or(&[][..], Vec::as_slice);
                to.put(&part.name, bytes)?.digest
            }
        };
        if digest != part.sha256 {
            return Err(Error::ReadBack(to.path().join(&part.name)));
        }
    }
    Ok(())
}

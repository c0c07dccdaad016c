//! Vault copies that were not written with the first: made from it, each on a medium that is brought for it.

use std::path::{Path, PathBuf};

use super::Writing;
use super::copies::{Copy, least_bytes};
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
    ///
    /// # Errors
    /// What writing answers; the first copy and the shares stay.
    pub(super) fn more_vaults(&mut self, manifest: &Manifest, read: &ReadManifest) -> Result<()> {
        let there = |copy: &Copy| self.written.iter().any(|written| written.is(copy));
        let missing = self.indices(|copy| copy.thing == Thing::Vault && !there(copy));
        let finished = self.finished_vaults();
        if missing.is_empty() {
            self.let_go(&finished);
            return Ok(());
        }
        let mut source = self.source(manifest)?;
        let is_held = matches!(source, Source::Held(_));
        if is_held {
            self.let_go(&finished);
        }
        for index in missing {
            self.needs_payload(index, manifest);
            while let Err(error) = self.one_more(index, &source, manifest, read) {
                source = match error {
                    Error::Refused { .. } if self.is_sealed => {
                        return Err(self.one_is_missing(index));
                    }
                    error => self.source_again(source, error)?,
                };
            }
            self.is_sealed = true;
        }
        if !is_held {
            self.let_go(&finished);
        }
        self.release(&source);
        Ok(())
    }

    /// A vault copy that is made from another one takes its payload besides.
    fn needs_payload(&mut self, index: usize, manifest: &Manifest) {
        let least = least_bytes(self.plan);
        if let Some(copy) = self.copies.get_mut(index) {
            copy.bytes = least.saturating_add(manifest.payload_bytes());
        }
    }

    /// A source that was brought back is not needed any more.
    fn release(&mut self, source: &Source) {
        if let Source::Folder(from) = source {
            self.desk.plugs().release(from, self.session);
        }
    }

    /// The officer stopped, or nobody can bring the medium: what is there is a vault with one copy too few.
    fn one_is_missing(&self, index: usize) -> Error {
        let name = self.copies.get(index).map_or("", |copy| &copy.holds);
        Error::Refused {
            what: format!(
                "sealed, but {name} was not written: two copies of everything are needed"
            ),
            hint: format!("before the media leave the room, {}", self.how_to_make()),
        }
    }

    /// One vault copy once more, from the other one.
    ///
    /// # Errors
    /// What writing answers.
    pub(super) fn vault_again(
        &mut self,
        index: usize,
        manifest: &Manifest,
        read: &ReadManifest,
    ) -> Result<()> {
        let first = self.written.iter().find(|w| w.thing == Thing::Vault);
        let from = first.map(|written| written.path.clone());
        let mut source = match (self.source(manifest), from) {
            (Err(error), Some(from)) => self.source_again(Source::Folder(from), error)?,
            (source, _) => source?,
        };
        self.needs_payload(index, manifest);
        while let Err(error) = self.one_more(index, &source, manifest, read) {
            source = self.source_again(source, error)?;
        }
        self.release(&source);
        Ok(())
    }

    fn one_more(
        &mut self,
        index: usize,
        source: &Source,
        manifest: &Manifest,
        read: &ReadManifest,
    ) -> Result<()> {
        if self
            .copies
            .get(index)
            .is_some_and(|copy| copy.sheet().is_some())
        {
            return self.vault_sheet(index, manifest);
        }
        let common = self.common(read);
        let fill = |folder: &NewFolder, copy: &Copy| {
            copy_payload(source, manifest, folder)?;
            carrier::finish_folder(folder, &common, &copy.readme, &copy.facts)
        };
        if let Source::Folder(from) = source {
            let text = format!("It is made from {from:?}: leave that medium in.");
            self.session.terminal.say(&text);
        }
        self.write_copy(index, &fill)
    }

    /// The first vault copy, or what it holds if that is little.
    fn source(&self, manifest: &Manifest) -> Result<Source> {
        if let Some(files) = &self.paper {
            return Ok(Source::Held(vec![files.payload.clone()]));
        }
        let first = self
            .written
            .iter()
            .find(|written| written.thing == Thing::Vault);
        let first = first.ok_or(Error::SelfTest {
            what: "no vault copy was finished",
        })?;
        hold(first.path.clone(), manifest)
    }

    /// When it was the source that could not be read, its medium is asked for.
    fn source_again(&mut self, source: Source, error: Error) -> Result<Source> {
        let (Source::Folder(from), Error::Io { path, .. }) = (&source, &error) else {
            return Err(error);
        };
        let is_source = |copy: &&Copy| {
            let mut written = self.written.iter();
            written.any(|written| written.is(copy) && written.path == *from)
        };
        let first = self.copies.iter().find(is_source);
        let (Some(first), Some(name), true) = (first, from.file_name(), path.starts_with(from))
        else {
            return Err(error);
        };
        if !self.session.terminal.leads_on() {
            return Err(error);
        }
        self.session.terminal.warn(&error.to_string());
        let mut open =
            |dir: &Path| OpenFolder::open(&dir.join(name)).map(|folder| folder.path().to_owned());
        let found = self
            .desk
            .bring_back(&first.due(), self.session, &mut open)?;
        Ok(Source::Folder(found))
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

/// Writes the payload into another vault folder. What comes from the first one is held against `vault.json`.
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
        // what was written was read back: if this differs, the first copy gave other bytes than it did before
        if digest != part.sha256 {
            let path = match source {
                Source::Folder(from) => from.join(&part.name),
                Source::Held(_) => to.path().join(&part.name),
            };
            let what = "no longer what was sealed: this medium cannot be relied on".into();
            return Err(Error::Damaged { path, what });
        }
    }
    Ok(())
}

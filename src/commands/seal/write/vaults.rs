//! The vault copies, once every share was read back: the begun ones get their final names, further ones are made from them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::copies::{Copy, say_left};
use super::{Writing, is_about};
use crate::carrier::{self, Common};
use crate::commands::seal::Thing;
use crate::commands::seal::desk::Place;
use crate::commands::seal::places::listed;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::ReadManifest;
use crate::media::{NewFolder, Parked, Proven};
use crate::report::Severity;

/// A vault copy whose payload was read back, with nothing open on its medium.
pub(super) struct Begun {
    /// Which of all copies.
    pub(super) index: usize,
    pub(super) copy: u8,
    /// Of its folder.
    pub(super) name: OsString,
    pub(super) place: Place,
    pub(super) folder: Parked,
    /// Each part: its final name, and what was read back under its unfinished one.
    pub(super) files: Vec<(String, Proven)>,
}

impl Begun {
    pub(super) fn path(&self) -> PathBuf {
        self.place.dir.join(&self.name)
    }
}

impl Writing<'_> {
    /// Now that every share was read back, the vault copies get their final names.
    ///
    /// Where one is whole and somebody is there, one that fails is made from it on another medium.
    ///
    /// # Errors
    /// What finishing answers.
    pub(super) fn finish_vaults(&mut self, manifest: &ReadManifest) -> Result<()> {
        while !self.begun.is_empty() {
            interrupt::check()?;
            let begun = self.begun.remove(0);
            let (index, dir) = (begun.index, begun.place.dir.clone());
            let Err(error) = self.finish_vault(begun, manifest) else {
                continue;
            };
            let one_is_whole = self
                .written
                .iter()
                .any(|written| written.thing == Thing::Vault);
            let copy = self
                .copies
                .get(index)
                .filter(|_| one_is_whole && is_about(&error, &dir));
            match copy.filter(|_| self.session.terminal.leads_on()) {
                Some(copy) => self.desk.refuse(&copy.due(), &error, self.session),
                None => return Err(error),
            }
        }
        self.is_sealed = true;
        Ok(())
    }

    /// Names the vault copies that are missing beside one that is whole: they can still be made.
    pub(super) fn missing(&mut self, error: Error) -> Error {
        let there = |copy: &&Copy| {
            self.written
                .iter()
                .any(|w| w.order() == (0, copy.facts.copy))
        };
        let vaults = self.copies.iter().filter(|copy| copy.thing == Thing::Vault);
        let missing: Vec<String> = vaults
            .filter(|copy| !there(copy))
            .map(|copy| copy.holds.clone())
            .collect();
        let whole = self
            .written
            .iter()
            .find(|written| written.thing == Thing::Vault);
        if let Some(whole) = whole {
            let text = format!("missing: {}; everything else was written", listed(&missing));
            let hint = format!("make it with: coldvault copy {:?} DIR", whole.path);
            self.session
                .find(Severity::Error, "missing", "", &text, &hint);
            self.tell();
        }
        error
    }

    fn finish_vault(&mut self, begun: Begun, manifest: &ReadManifest) -> Result<()> {
        let common = self.common(manifest);
        let Begun {
            index,
            copy: number,
            name,
            place,
            folder,
            files,
        } = begun;
        let Some(copy) = self.copies.get(index) else {
            return Ok(());
        };
        let again = !place.is_there();
        let resumed = if again {
            Err(folder)
        } else {
            folder.resume(&place.dir).map_err(|(_, folder)| folder)
        };
        let (folder, place) = match resumed {
            Ok(folder) => (folder, place),
            Err(parked) => {
                let mut parked = Some(parked);
                let mut open = |dir: &Path| reopen(&mut parked, dir);
                match self.desk.bring_back(&copy.due(), self.session, &mut open) {
                    Ok(found) => found,
                    Err(error) => {
                        if let Some(folder) = parked {
                            self.begun.push(Begun {
                                index,
                                copy: number,
                                name,
                                place,
                                folder,
                                files,
                            });
                        }
                        return Err(error);
                    }
                }
            }
        };
        self.session
            .terminal
            .say(&format!("Finishing {} ...", copy.holds));
        match finish(&folder, files, again, copy, &common) {
            Ok(()) => self.written.push(copy.written(folder, place)),
            Err(error) => {
                folder
                    .discard()
                    .iter()
                    .for_each(|path| say_left(path, self.session));
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Opens a parked folder where its medium was mounted again.
fn reopen(parked: &mut Option<Parked>, dir: &Path) -> Result<(NewFolder, Place)> {
    let dir = crate::commands::seal::places::real_directory(dir)?;
    let Some(folder) = parked.take() else {
        return Err(Error::SelfTest {
            what: "a folder was opened twice",
        });
    };
    match folder.resume(&dir) {
        Ok(folder) => {
            let medium = crate::media::Medium::at(&dir);
            Ok((folder, Place { dir, medium }))
        }
        Err((error, folder)) => {
            *parked = Some(folder);
            Err(error)
        }
    }
}

/// Gives a vault copy's files their final names. A medium that was out in between is read back `again`.
fn finish(
    folder: &NewFolder,
    files: Vec<(String, Proven)>,
    again: bool,
    copy: &Copy,
    common: &Common<'_>,
) -> Result<()> {
    let mut resumed = Vec::new();
    for (name, file) in files {
        resumed.push((name, folder.resume_file(file, again)?));
    }
    for (name, file) in resumed {
        file.finish_as(&name)?;
    }
    carrier::finish_folder(folder, common, &copy.readme, &copy.facts)
}

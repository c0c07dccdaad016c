//! The vault copies that were begun get their final names, once every share was read back.

use std::path::{Path, PathBuf};

use super::copies::Copy;
use super::written::{Written, remember};
use super::{Writing, is_about};
use crate::carrier::{self, Common};
use crate::commands::Session;
use crate::commands::seal::Thing;
use crate::commands::seal::desk::Place;
use crate::commands::seal::places::listed;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::ReadManifest;
use crate::media::{NewFolder, Parked, Proven};
use crate::report::Severity;

/// Each part of a payload: its final name, and what was read back under its unfinished one.
type Files = Vec<(String, Proven)>;

/// A vault copy whose payload was read back, with nothing open on its medium.
pub(super) struct Begun {
    /// Which of all copies.
    pub(super) index: usize,
    /// What is written on its medium.
    pub(super) mark: String,
    pub(super) place: Place,
    pub(super) folder: Parked,
    pub(super) files: Files,
}

impl Begun {
    pub(super) fn path(&self) -> PathBuf {
        self.place.dir.join(self.folder.name())
    }
}

/// A folder that is open again.
struct Resumed {
    folder: NewFolder,
    place: Place,
    /// Whether its medium was out meanwhile.
    was_out: bool,
}

impl Writing<'_> {
    /// Now that every share was read back, the vault copies get their final names. Where another one is whole, or may be,
    /// and somebody is there, one that fails is made from that on another medium.
    ///
    /// # Errors
    /// What finishing answers.
    pub(super) fn finish_vaults(&mut self, manifest: &ReadManifest) -> Result<()> {
        while !self.begun.is_empty() {
            interrupt::check()?;
            let begun = self.begun.remove(0);
            let index = begun.index;
            let (resumed, files) = self.resume(begun)?;
            let place = resumed.place.clone();
            let Err(error) = self.finish_vault(index, resumed, files, manifest) else {
                self.is_sealed = true;
                continue;
            };
            let copy = self.copies.get(index);
            let has_other = self.is_sealed || !self.begun.is_empty();
            let copy = copy.filter(|_| has_other && is_about(&error, &place.dir));
            match copy.filter(|_| self.session.terminal.leads_on()) {
                Some(copy) => self.desk.refuse(&copy.due(), &place, &error, self.session),
                None => return Err(error),
            }
        }
        Ok(())
    }

    /// Opens a begun vault copy again, wherever its medium is mounted by now.
    fn resume(&mut self, begun: Begun) -> Result<(Resumed, Files)> {
        let Begun {
            index,
            mark,
            place,
            folder,
            files,
        } = begun;
        let parked = match place.is_there() {
            true => match folder.resume(&place.dir) {
                Ok(folder) => {
                    let was_out = false;
                    return Ok((
                        Resumed {
                            folder,
                            place,
                            was_out,
                        },
                        files,
                    ));
                }
                Err((_, parked)) => parked,
            },
            false => folder,
        };
        let Some(copy) = self.copies.get(index) else {
            return Err(no_such_copy());
        };
        let mut parked = Some(parked);
        let mut open = |dir: &Path| reopen(&mut parked, &place, dir);
        let found = self.desk.bring_back(&copy.due(), self.session, &mut open);
        if let (Err(_), Some(folder)) = (&found, parked) {
            self.begun.push(Begun {
                index,
                mark,
                place,
                folder,
                files,
            });
            return found.map(|resumed| (resumed, Vec::new()));
        }
        Ok((found?, files))
    }

    fn finish_vault(
        &mut self,
        index: usize,
        resumed: Resumed,
        files: Files,
        manifest: &ReadManifest,
    ) -> Result<()> {
        let common = self.common(manifest);
        let Resumed {
            folder,
            place,
            was_out,
        } = resumed;
        let copy = self.copies.get(index).ok_or_else(no_such_copy)?;
        self.session
            .terminal
            .say(&format!("Finishing {} ...", copy.holds));
        if let Err(error) = finish(&folder, files, was_out, copy, &common) {
            let sums = folder.path().join(carrier::SUMS);
            let (left, folder) = folder.take_back();
            if left.contains(&sums) {
                // Once its medium answers again it may be whole, and then its shares must be there.
                self.is_sealed = true;
                self.may_be_whole = true;
                say_doubtful(&place.dir, &copy.mark, self.session);
            } else {
                let left = remember(&left, folder, (copy, &place), self.session);
                left.into_iter().for_each(|left| self.desk.leave(left));
            }
            return Err(error);
        }
        self.written.push(Written::folder(copy, folder, place));
        Ok(())
    }

    /// The vault copies on media, by their place among the copies, and where they are.
    pub(super) fn finished_vaults(&self) -> Vec<(usize, PathBuf)> {
        let vaults = self.indices(|copy| copy.thing == Thing::Vault).into_iter();
        let found = vaults.filter_map(|index| {
            let copy = self.copies.get(index)?;
            let written = self.written.iter().find(|written| written.is(copy))?;
            Some((index, written.medium()?.1.dir.clone()))
        });
        found.collect()
    }

    /// Their media may go.
    pub(super) fn let_go(&mut self, vaults: &[(usize, PathBuf)]) {
        for (index, dir) in vaults {
            if let Some(copy) = self.copies.get(*index) {
                copy.let_go(dir, self.desk.plugs(), self.session);
            }
        }
    }

    /// Names the copies that are missing beside a vault copy that is whole: they can still be made.
    pub(super) fn tell_missing_vaults(&mut self) {
        let names = listed(&self.missing());
        if names.is_empty() {
            return;
        }
        let text = format!("missing: {names}; everything else is whole");
        let hint = self.how_to_make();
        self.session
            .find(Severity::Error, "missing", "", &text, &hint);
    }
}

/// Names a vault copy whose last step failed and which could not be taken back either.
fn say_doubtful(dir: &Path, mark: &str, session: &mut Session) {
    let text = "its medium failed at the last step and answers nothing any more: this vault copy may be whole";
    let hint = "put the medium in again and run coldvault verify on it: if it is whole, copy it; if not, destroy it and \
                every share of this sealing, and seal anew";
    let subject = format!("{mark:?}, {dir:?}");
    session.find(Severity::Error, "left", &subject, text, hint);
}

fn no_such_copy() -> Error {
    Error::SelfTest {
        what: "a vault copy is not among the copies",
    }
}

/// Opens a parked folder where its medium was mounted again. Copies of one vault have folders of one name: a medium that
/// is certainly another one is refused.
fn reopen(parked: &mut Option<Parked>, before: &Place, dir: &Path) -> Result<Resumed> {
    let place = Place::at(dir)?;
    if place.medium.is_medium() && place.medium.not_apart(&before.medium).is_none() {
        let what = format!("it is another medium ({})", place.medium.describe());
        return Err(Error::Refused {
            what,
            hint: String::new(),
        });
    }
    let Some(folder) = parked.take() else {
        return Err(Error::SelfTest {
            what: "a folder was opened twice",
        });
    };
    match folder.resume(&place.dir) {
        Ok(folder) => Ok(Resumed {
            folder,
            place,
            was_out: true,
        }),
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

//! Every share copy, one after another: written, read back, finished, and its medium let go.

use std::path::Path;

use zeroize::Zeroizing;

use super::copies::Copy;
use super::written::{Written, withdraw};
use super::{Writing, is_about};
use crate::carrier;
use crate::cipher::{Protected, Protection};
use crate::commands::Session;
use crate::commands::seal::Thing;
use crate::commands::seal::desk::{Left, Place};
use crate::commands::seal::protect::Protections;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::ReadManifest;
use crate::media::NewFolder;
use crate::secret::SecretBytes;
use crate::share::{ReadShare, Share};
use crate::terminal::Waiting;

/// The file of one share, the same in all its copies.
pub(super) struct ShareFile {
    number: u8,
    pub(super) bytes: SecretBytes,
}

impl ShareFile {
    /// Makes every share's file. What was protected with a passphrase is opened again before it counts.
    ///
    /// # Errors
    /// [`Error::SelfTest`] when one does not open.
    pub(super) fn all(shares: Vec<Share>, protections: Protections) -> Result<Vec<Self>> {
        let mut files = Vec::new();
        for (share, protection) in shares.into_iter().zip(protections) {
            interrupt::check()?;
            files.push(Self {
                number: share.facts.number,
                bytes: share_bytes(&share, protection.as_ref())?,
            });
        }
        Ok(files)
    }
}

/// The file of a share. What was protected with a passphrase is opened again before it counts.
///
/// # Errors
/// [`Error::SelfTest`] when it does not open.
pub(in crate::commands) fn share_bytes(
    share: &Share,
    protection: Option<&Protection>,
) -> Result<SecretBytes> {
    let bytes = match protection {
        None => share.to_bytes(),
        Some(protection) => protect(share, protection)?,
    };
    Ok(SecretBytes::copied(&bytes))
}

fn protect(share: &Share, protection: &Protection) -> Result<Zeroizing<Vec<u8>>> {
    let protected = Protected::seal(&share.point.y, protection)
        .map_err(|error| Error::unwrap_io(error, "protect a share"))?;
    let bytes = share.to_protected_bytes(&protected);
    let Protection::Passphrase(passphrase) = protection else {
        return Ok(bytes);
    };
    let mut read = ReadShare::from_bytes(&bytes)?;
    let opened = read
        .protected()
        .and_then(|protected| protected.open(passphrase));
    opened.into_iter().for_each(|y| read.open(y));
    match read.prove(None) {
        Ok(opened) if opened.point.y.same(&share.point.y) => Ok(bytes),
        _ => Err(Error::SelfTest {
            what: "a protected share does not open with its passphrase",
        }),
    }
}

impl Writing<'_> {
    /// Writes every share copy, a share's copies one after the other. Then nothing of that share is in memory any more.
    pub(super) fn write_shares(
        &mut self,
        files: Vec<ShareFile>,
        manifest: &ReadManifest,
    ) -> Result<()> {
        let common = self.common(manifest);
        for file in files {
            let ours = |copy: &Copy| copy.thing == Thing::Share(file.number);
            for index in self.indices(ours) {
                if self
                    .copies
                    .get(index)
                    .is_some_and(|copy| copy.sheet().is_some())
                {
                    self.share_sheet(index, &file)?;
                    continue;
                }
                let fill = |folder: &NewFolder, copy: &Copy| {
                    carrier::put_share(folder, file.bytes.expose())?;
                    carrier::finish_folder(folder, &common, &copy.readme, &copy.facts)
                };
                self.write_copy(index, &fill)?;
            }
        }
        Ok(())
    }

    /// Which copies these are, among all.
    pub(super) fn indices(&self, wanted: impl Fn(&Copy) -> bool) -> Vec<usize> {
        let all = self.copies.iter().enumerate();
        all.filter(|(_, copy)| wanted(copy))
            .map(|(index, _)| index)
            .collect()
    }

    /// Takes a medium for a copy and fills its folder there. With a person at the terminal, a medium that fails is given
    /// up for another one.
    pub(super) fn write_copy(&mut self, index: usize, fill: &Fill<'_>) -> Result<()> {
        let Some(copy) = self.copies.get(index) else {
            return Err(Error::SelfTest {
                what: "a copy is not among the copies",
            });
        };
        loop {
            interrupt::check()?;
            let place = self.desk.take(&copy.due(), self.session)?;
            self.session
                .terminal
                .say(&format!("Writing {} ...", copy.holds));
            let name = copy.role().folder(self.public_key.vault_id());
            let waiting = self.session.terminal.waiting(&slow(&[place.dir.as_path()]));
            let filled = fill_folder(copy, &name, &place, (fill, &waiting), self.session);
            drop(waiting);
            match filled {
                Ok(written) => {
                    copy.let_go(&place.dir, self.desk.plugs(), self.session);
                    self.written.push(written);
                    return Ok(());
                }
                Err(failed) => {
                    let (error, left) = *failed;
                    left.into_iter().for_each(|left| self.desk.leave(left));
                    if !is_about(&error, &place.dir) || !self.session.terminal.leads_on() {
                        self.desk.forget(&copy.due());
                        return Err(error);
                    }
                    self.desk.refuse(&copy.due(), &place, &error, self.session);
                }
            }
        }
    }
}

/// What is said when a medium does not answer.
pub(super) fn slow(dirs: &[&Path]) -> String {
    let dirs: Vec<String> = dirs.iter().map(|dir| format!("{dir:?}")).collect();
    format!(
        "Still waiting for the medium at {}. One that hangs, with no light blinking, may be pulled out: it then counts as failed.",
        dirs.join(" or ")
    )
}

/// What puts the files of a copy into its folder.
pub(super) type Fill<'f> = dyn Fn(&NewFolder, &Copy) -> Result<()> + 'f;

/// Why a copy was not written, and what its medium did not let go.
type Failed = (Error, Option<Left>);

/// Makes a folder and fills it. What fails is removed again.
fn fill_folder(
    copy: &Copy,
    name: &str,
    place: &Place,
    (fill, waiting): (&Fill<'_>, &Waiting),
    session: &mut Session,
) -> std::result::Result<Written, Box<Failed>> {
    let made = place
        .check()
        .and_then(|()| NewFolder::create(&place.dir, name));
    let folder = made.map_err(|error| Box::new((error, None)))?;
    folder.count_moves(waiting.moves());
    let filled = place.check().and_then(|()| fill(&folder, copy));
    match filled.and_then(|()| place.check()) {
        Ok(()) => Ok(Written::folder(copy, folder, place.clone())),
        Err(error) => {
            let left = withdraw(folder, (copy, place), session);
            Err(Box::new((error, left)))
        }
    }
}

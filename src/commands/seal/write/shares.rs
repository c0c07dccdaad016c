//! Every share copy, one after another: written, read back, finished, and its medium let go.

use zeroize::Zeroizing;

use super::copies::{Copy, Written, say_left};
use super::{Writing, is_about};
use crate::carrier;
use crate::cipher::{Protected, Protection};
use crate::commands::Session;
use crate::commands::seal::Thing;
use crate::commands::seal::desk::Place;
use crate::commands::seal::protect::Protections;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::ReadManifest;
use crate::media::NewFolder;
use crate::secret::SecretBytes;
use crate::share::{ReadShare, Share};

/// The file of one share, the same in all its copies.
pub(super) struct ShareFile {
    number: u8,
    bytes: SecretBytes,
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
            let bytes = match &protection {
                None => share.to_bytes(),
                Some(protection) => protect(&share, protection)?,
            };
            files.push(Self {
                number: share.facts.number,
                bytes: SecretBytes::copied(&bytes),
            });
        }
        Ok(files)
    }
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
    /// Writes every share copy.
    pub(super) fn write_shares(
        &mut self,
        files: &[ShareFile],
        manifest: &ReadManifest,
    ) -> Result<()> {
        let common = self.common(manifest);
        for copy in &self.copies {
            let Thing::Share(number) = copy.thing else {
                continue;
            };
            let Some(file) = files.iter().find(|file| file.number == number) else {
                continue;
            };
            let written = loop {
                interrupt::check()?;
                let due = copy.due();
                let brought = !self.desk.is_ready(&due) || self.plan.is_swapped(due.to);
                let place = self.desk.take(&copy.due(), self.session)?;
                self.session
                    .terminal
                    .say(&format!("Writing {} ...", copy.holds));
                let fill = |folder: &NewFolder| {
                    carrier::put_share(folder, file.bytes.expose())?;
                    carrier::finish_folder(folder, &common, &copy.readme, &copy.facts)
                };
                match write_folder(copy, self.plan_folder(copy), &place, &fill, self.session) {
                    Ok(written) => {
                        let_go(copy, brought, self.session);
                        break written;
                    }
                    Err(error)
                        if is_about(&error, &place.dir) && self.session.terminal.leads_on() =>
                    {
                        self.desk.refuse(&copy.due(), &error, self.session);
                    }
                    Err(error) => return Err(error),
                }
            };
            self.written.push(written);
        }
        Ok(())
    }

    /// The name of a copy's folder.
    pub(super) fn plan_folder(&self, copy: &Copy) -> String {
        copy.due().role().folder(self.public_key.vault_id())
    }
}

/// Makes a folder and fills it. What fails is removed again.
pub(super) fn write_folder(
    copy: &Copy,
    name: String,
    place: &Place,
    fill: &dyn Fn(&NewFolder) -> Result<()>,
    session: &mut Session,
) -> Result<Written> {
    place.check()?;
    let folder = NewFolder::create(&place.dir, &name)?;
    match place
        .check()
        .and_then(|()| fill(&folder))
        .and_then(|()| place.check())
    {
        Ok(()) => Ok(copy.written(folder, place.clone())),
        Err(error) => {
            folder
                .discard()
                .iter()
                .for_each(|path| say_left(path, session));
            Err(error)
        }
    }
}

/// Says that a medium that was brought may go.
pub(super) fn let_go(copy: &Copy, brought: bool, session: &mut Session) {
    if brought {
        let mark = copy.due().mark;
        session.terminal.say(&format!(
            "{} was read back. Unmount {mark:?} and take it out.",
            copy.holds
        ));
    }
}

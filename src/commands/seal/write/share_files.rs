//! The share files: made once, so that all copies are equal, and proven to open before they count.

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::Writing;
use super::copies::line;
use crate::carrier::{self, Common, Role};
use crate::cipher::{Protected, Protection};
use crate::commands::seal::protect::Protections;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::ReadManifest;
use crate::media::{NewFolder, OpenFolder};
use crate::share::{self, ReadShare, Share};

/// The file of one share.
struct ShareFile<'a> {
    share: &'a Share,
    bytes: Zeroizing<Vec<u8>>,
    protection: Option<&'a Protection>,
    is_proven: bool,
}

impl<'a> ShareFile<'a> {
    fn new(share: &'a Share, protection: Option<&'a Protection>) -> Result<Self> {
        let bytes = match protection {
            None => share.to_bytes(),
            Some(protection) => {
                let protected = Protected::seal(&share.point.y, protection)
                    .map_err(|e| Error::unwrap_io(e, "protect a share"))?;
                share.to_protected_bytes(&protected)
            }
        };
        Ok(Self {
            share,
            bytes,
            protection,
            is_proven: false,
        })
    }

    /// Opens what was written, once: the other copies are the same bytes, and each is read back.
    fn prove(&mut self, folder: &NewFolder) -> Result<()> {
        let Some(Protection::Passphrase(passphrase)) = self.protection else {
            return Ok(());
        };
        if std::mem::replace(&mut self.is_proven, true) {
            return Ok(());
        }
        let written = OpenFolder::open(folder.path())?.read_small(share::FILE, share::MAX_BYTES)?;
        let mut read = ReadShare::from_bytes(&written.unwrap_or_default())?;
        let opened = read.protected().and_then(|p| p.open(passphrase));
        opened.into_iter().for_each(|y| read.open(y));
        match read.prove(None) {
            Ok(share) if share.point.y.same(&self.share.point.y) => Ok(()),
            _ => Err(Error::ReadBack(folder.path().join(share::FILE))),
        }
    }
}

impl Writing<'_> {
    /// Every copy of every share.
    pub(super) fn write_shares(
        &mut self,
        shares: &[Share],
        protections: &Protections,
        manifest: &ReadManifest,
    ) -> Result<Vec<(u8, PathBuf)>> {
        let public_key = self.identity.public_key();
        let common = Common {
            manifest,
            public_key,
        };
        let mut files = Vec::new();
        for (share, protection) in shares.iter().zip(protections) {
            interrupt::check()?;
            files.push(ShareFile::new(share, protection.as_ref())?);
        }
        let mut written = Vec::new();
        for copy in &self.shares {
            interrupt::check()?;
            let Role::Share(number) = copy.role else {
                continue;
            };
            let Some(file) = files.iter_mut().find(|f| f.share.facts.number == number) else {
                continue;
            };
            self.session
                .terminal
                .say(&format!("Writing {} ...", copy.holds()));
            let folder = Arc::new(NewFolder::create(
                copy.dir,
                &copy.role.folder(public_key.vault_id()),
            )?);
            self.folders.push(Arc::clone(&folder));
            carrier::put_share(&folder, &file.bytes)?;
            file.prove(&folder)?;
            carrier::finish_folder(&folder, &common, &copy.readme, &copy.facts)?;
            self.session.report.carriers.push(line(copy, &folder));
            written.push((number, folder.path().to_owned()));
        }
        Ok(written)
    }
}

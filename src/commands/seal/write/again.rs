//! A fresh medium in the place of one that counts no more: made from the other copy, because the key is gone by then.

use std::path::Path;

use zeroize::Zeroizing;

use super::Writing;
use super::copies::Copy;
use super::written::{Written, say_stays};
use crate::carrier;
use crate::commands::seal::Thing;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::key;
use crate::manifest::{Manifest, ReadManifest};
use crate::media::{NewFolder, OpenFolder};
use crate::secret::SecretBytes;
use crate::share;

impl Writing<'_> {
    /// It counts no more. What is on it opens as much as before, so it is named.
    pub(super) fn counts_no_more(&mut self, index: usize) -> Option<Written> {
        let written = (index < self.written.len()).then(|| self.written.remove(index))?;
        say_stays(&written.path, &written.mark, self.session);
        Some(written)
    }

    /// Writes a fresh medium in the place of one that counts no more, from the other copy.
    pub(super) fn replace(
        &mut self,
        index: usize,
        error: Error,
        manifest: &Manifest,
        read: &ReadManifest,
    ) -> Result<()> {
        let Some(lost) = self.counts_no_more(index) else {
            return Err(error);
        };
        let place = self.copies.iter().position(|copy| lost.is(copy));
        let (Some(at), Some((_, medium))) = (place, lost.medium()) else {
            return Err(error);
        };
        if let Some(copy) = self.copies.get_mut(at) {
            key::random(&mut copy.facts.carrier_id)?;
        }
        if let Some(copy) = self.copies.get(at) {
            self.desk.refuse(&copy.due(), medium, &error, self.session);
        }
        let made = match lost.thing {
            Thing::Vault => self.vault_again(at, manifest, read),
            Thing::Share(number) => self.share_again(at, number, read),
        };
        match made {
            // Whoever stops here has a vault with one copy too few, because a medium failed.
            Err(Error::Refused { .. }) => Err(error),
            made => made,
        }
    }

    fn share_again(&mut self, at: usize, number: u8, read: &ReadManifest) -> Result<()> {
        let bytes = self.share_bytes(number)?;
        let common = self.common(read);
        let fill = |folder: &NewFolder, copy: &Copy| {
            carrier::put_share(folder, bytes.expose())?;
            carrier::finish_folder(folder, &common, &copy.readme, &copy.facts)
        };
        self.write_copy(at, &fill)
    }

    /// The file of a share, from a medium that has it.
    fn share_bytes(&mut self, number: u8) -> Result<SecretBytes> {
        let mut written = self.written.iter();
        let source = written.find(|w| w.thing == Thing::Share(number) && w.medium().is_some());
        let Some((source, (folder, place))) = source.and_then(|w| Some((w, w.medium()?))) else {
            return Err(NO_SOURCE);
        };
        let files = folder.contents();
        let expected = files.into_iter().find(|file| file.name == share::FILE);
        let (name, dir) = (folder.name().to_owned(), place.dir.clone());
        let mut open = |dir: &Path| {
            let path = dir.join(&name);
            let folder = OpenFolder::open(&path)?;
            let bytes = folder.read_small(share::FILE, share::MAX_BYTES)?;
            let bytes = bytes.map(Zeroizing::new);
            let is_it = |bytes: &[u8]| {
                let digest = Digest::of(bytes);
                expected.as_ref().is_some_and(|file| file.digest == digest)
            };
            match bytes {
                Some(bytes) if is_it(&bytes) => Ok(SecretBytes::copied(&bytes)),
                _ => Err(Error::ReadBack(path)),
            }
        };
        if let Ok(bytes) = open(&dir) {
            return Ok(bytes);
        }
        let copy = self.copies.iter().find(|copy| source.is(copy));
        let copy = copy.ok_or(NO_SOURCE)?;
        self.desk.bring_back(&copy.due(), self.session, &mut open)
    }
}

const NO_SOURCE: Error = Error::SelfTest {
    what: "the other copy of a share is not known",
};

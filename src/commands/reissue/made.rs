//! The share itself: its point from exactly k others, held against `vault.json`, and the note that vouches for its carriers.
//! When it is made, nothing of the key and of the other shares is left.

use std::path::{Path, PathBuf};

use super::copies::Copies;
use crate::carrier::{self, RECOVERY, RECOVERY_TEXT};
use crate::cipher::Protection;
use crate::commands::noting::TOOL;
use crate::commands::{Session, seal};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::manifest::{self, Carrier, Manifest, ReadManifest};
use crate::media::OpenFolder;
use crate::quorum::Judged;
use crate::reissue::{Note, ReadNote};
use crate::secret::SecretBytes;
use crate::share::{Facts, Share};

/// The most bytes of RECOVERY.txt.
const MAX_TEXT: usize = 64 * 1024;

/// Everything that goes onto the carriers.
pub(super) struct Anew {
    /// The share file, the same on all of them.
    pub(super) share: SecretBytes,
    pub(super) note: ReadNote,
    pub(super) signed: ReadManifest,
    pub(super) manifest: Manifest,
    /// RECOVERY.txt as it was sealed.
    pub(super) recovery: Vec<u8>,
}

/// Makes the share. The shares of the quorum are gone afterwards, whatever came of it.
///
/// # Errors
/// [`Error::NotEnoughShares`]; [`Error::Damaged`] when what comes out is not what `vault.json` commits to; [`Error::SelfTest`].
pub(super) fn make(
    judged: &mut Judged,
    copies: &Copies,
    protection: Option<&Protection>,
    session: &mut Session,
) -> Result<Anew> {
    let manifest = copies.manifest.clone();
    let recovery = recovery(&manifest, judged)?;
    let signed = judged.signed.clone().ok_or(Error::SelfTest {
        what: "a vault.json was proven and is not at hand",
    })?;
    let number = copies.number;
    let made = judged
        .quorum_without(number)
        .and_then(|quorum| Ok((quorum.join()?, quorum.point(number)?)));
    judged.forget_shares();
    let (key, y) = made?;
    let identity = key.identity(manifest.kind);
    drop(key);
    let facts = Facts {
        public_key: manifest.public_key,
        kind: manifest.kind,
        k: manifest.k,
        n: manifest.n(),
        number,
        custodian: copies.custodian.clone(),
    };
    let share = Share::bind(facts, y, &identity);
    let public = share.public_facts();
    if manifest.share(number) != Some(&public) {
        return Err(Error::Damaged {
            path: PathBuf::from(manifest::FILE),
            what: "it commits to another share than the one that the others give".into(),
        });
    }
    let note = Note {
        public_key: manifest.public_key,
        number,
        custodian: copies.custodian.clone(),
        commitment: public.commitment,
        made: session.now,
        copies: copies.for_note(),
        tool: TOOL.into(),
    };
    let read = note.sign(&identity);
    drop(identity);
    if read.prove(&manifest).as_ref() != Ok(&note) {
        return Err(Error::SelfTest {
            what: "the reissue note does not read back as it was written",
        });
    }
    Ok(Anew {
        share: seal::share_bytes(&share, protection)?,
        note: read,
        signed,
        manifest,
        recovery,
    })
}

/// RECOVERY.txt as it was sealed: that of this coldvault, or of a carrier that lies on the table.
fn recovery(manifest: &Manifest, judged: &Judged) -> Result<Vec<u8>> {
    let mut files = manifest.files.iter();
    let sealed = files.find(|file| file.on == Carrier::All && file.name == RECOVERY);
    let is_it = |bytes: &Vec<u8>| sealed.is_none_or(|file| file.sha256 == Digest::of(bytes));
    let own = RECOVERY_TEXT.as_bytes().to_vec();
    if is_it(&own) {
        return Ok(own);
    }
    let folders = judged.verdicts.iter().filter_map(|one| one.from.parent());
    let found = folders.filter_map(text_in).find(is_it);
    found.ok_or_else(|| Error::Refused {
        what: format!(
            "{RECOVERY} of this vault is of another coldvault, and on no carrier that is here"
        ),
        hint: "leave the medium of one share plugged in, or use the coldvault that sealed it"
            .into(),
    })
}

fn text_in(folder: &Path) -> Option<Vec<u8>> {
    let has_share = folder.join(carrier::SUMS).exists();
    let folder = has_share.then(|| OpenFolder::open(folder).ok())??;
    folder.read_small(RECOVERY, MAX_TEXT).ok()?
}

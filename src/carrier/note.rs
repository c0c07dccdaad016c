//! The note that one vault superseded another one, as it lies on a carrier: a folder of its own beside the newer vault's,
//! so that nothing there is ever replaced.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::{PREFIX, SUMS, write_sums};
use crate::error::Result;
use crate::media::{self, NewFolder, OpenFolder};
use crate::signature::{PublicKey, SIGNATURE_BYTES, VaultId};
use crate::supersession::{
    FILE, MAX_BYTES, NEW_KEY_FILE, NEW_SIGNATURE_FILE, OLD_KEY_FILE, OLD_SIGNATURE_FILE,
    ReadSupersession, Supersession,
};

/// What such a folder's name ends with.
const ENDING: &str = "-supersede";
/// The most notes that are read at one place: planted ones must not keep anybody.
const MOST: usize = 64;

/// The folder's name.
pub fn note_folder(new: VaultId) -> String {
    format!("{PREFIX}{new}{ENDING}")
}

/// Whether a folder is one by its name, in whatever case.
pub fn is_note_folder(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes().to_ascii_lowercase();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(ENDING.as_bytes())
}

/// Writes the note, both signatures and both keys; `SHA256SUMS` is the last.
///
/// # Errors
/// What writing and reading back answer.
pub fn finish_note(
    folder: &NewFolder,
    read: &ReadSupersession,
    proven: &Supersession,
) -> Result<()> {
    folder.put(FILE, &read.bytes)?;
    folder.put(OLD_SIGNATURE_FILE, &read.old_signature)?;
    folder.put(NEW_SIGNATURE_FILE, &read.new_signature)?;
    folder.put(OLD_KEY_FILE, proven.old.public_key.to_pem().as_bytes())?;
    folder.put(NEW_KEY_FILE, proven.new.public_key.to_pem().as_bytes())?;
    write_sums(folder)
}

/// The folders of notes at a place that a person named, or that folder itself.
///
/// # Errors
/// [`crate::error::Error::Io`] when the place is not there or cannot be read.
pub fn find_notes(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = media::find(path, PREFIX)?.paths;
    found.retain(|path| path.file_name().is_some_and(is_note_folder));
    found.truncate(MOST);
    Ok(found)
}

/// Reads a note; `None` where it was never finished. Nothing is proven: a file that is missing or too long is an empty one,
/// and holds nothing. `SHA256SUMS` says that it is finished, and no more: the signatures prove more than sums.
///
/// # Errors
/// [`crate::error::Error::Io`] when the folder cannot be read.
pub fn read_note(path: &Path) -> Result<Option<ReadSupersession>> {
    let folder = OpenFolder::open(path)?;
    let small = |name: &str, most: usize| folder.read_small(name, most).ok().flatten();
    let is_finished = small(SUMS, media::Sums::MAX_BYTES).is_some_and(|sums| !sums.is_empty());
    let read = |name: &str, most: usize| small(name, most).unwrap_or_default();
    Ok(is_finished.then(|| ReadSupersession {
        bytes: read(FILE, MAX_BYTES),
        old_signature: read(OLD_SIGNATURE_FILE, SIGNATURE_BYTES),
        new_signature: read(NEW_SIGNATURE_FILE, SIGNATURE_BYTES),
    }))
}

/// Whether the keys beside a note are those of its two vaults: they are there for stock `openssl`, and a false one would have
/// it prove something else.
pub fn note_keys_agree(path: &Path, proven: &Supersession) -> bool {
    let Ok(folder) = OpenFolder::open(path) else {
        return false;
    };
    let is = |name: &str, key: PublicKey| {
        let pem = folder.read_small(name, 4096).ok().flatten();
        pem.and_then(|pem| PublicKey::from_pem(&pem)) == Some(key)
    };
    is(OLD_KEY_FILE, proven.old.public_key) && is(NEW_KEY_FILE, proven.new.public_key)
}

//! The files that make a folder a finished carrier, in their order: `SHA256SUMS` is the last.

use super::{CARRIER, CarrierFacts, README, RECOVERY, RECOVERY_TEXT, SUMS, tool};
use crate::digest::Digest;
use crate::error::Result;
use crate::host::program::Program;
use crate::manifest::{self, Manifest, ReadManifest};
use crate::media::{NewFolder, Sums};
use crate::reissue::{self, ReadNote};
use crate::share;
use crate::signature::PublicKey;

/// The files that every carrier of a vault has, whatever else it holds.
pub struct Common<'a> {
    /// `vault.json` and its signature.
    pub manifest: &'a ReadManifest,
    /// What `vault.pub` says.
    pub public_key: PublicKey,
    /// The program, where it is to be on every carrier.
    pub tool: Option<&'a Program>,
}

/// Writes what is common, the carrier's own texts, and at last `SHA256SUMS`. Everything is read back before it gets its
/// final name.
///
/// # Errors
/// What writing and reading back answer.
pub fn finish_folder(
    folder: &NewFolder,
    common: &Common<'_>,
    readme: &[u8],
    facts: &CarrierFacts,
) -> Result<()> {
    finish(folder, common, (readme, RECOVERY_TEXT.as_bytes()), facts)
}

fn finish(
    folder: &NewFolder,
    common: &Common<'_>,
    (readme, recovery): (&[u8], &[u8]),
    facts: &CarrierFacts,
) -> Result<()> {
    folder.put(manifest::FILE, &common.manifest.bytes)?;
    folder.put(manifest::SIGNATURE_FILE, &common.manifest.signature)?;
    folder.put(manifest::KEY_FILE, common.public_key.to_pem().as_bytes())?;
    folder.put(README, readme)?;
    folder.put(RECOVERY, recovery)?;
    if let Some(program) = common.tool {
        tool::put(folder, program)?;
    }
    folder.put(CARRIER, &facts.to_bytes())?;
    write_sums(folder)
}

/// Writes what is common to a copy of a share that was made anew, and the note that vouches for it. `recovery` is the text
/// that was sealed.
///
/// # Errors
/// What writing and reading back answer.
pub fn finish_reissued(
    folder: &NewFolder,
    common: &Common<'_>,
    (readme, recovery): (&[u8], &[u8]),
    note: &ReadNote,
    facts: &CarrierFacts,
) -> Result<()> {
    folder.put(reissue::FILE, &note.bytes)?;
    folder.put(reissue::SIGNATURE_FILE, &note.signature)?;
    finish(folder, common, (readme, recovery), facts)
}

/// Writes what is common to a copy that was made from sheets. They do not hold README.txt, nor RECOVERY.txt where that
/// of this coldvault is not the one that was sealed: a file that is not there is better than a false one.
///
/// # Errors
/// What writing and reading back answer.
pub fn finish_scanned(
    folder: &NewFolder,
    read: &ReadManifest,
    manifest: &Manifest,
    facts: &CarrierFacts,
) -> Result<()> {
    folder.put(manifest::FILE, &read.bytes)?;
    folder.put(manifest::SIGNATURE_FILE, &read.signature)?;
    folder.put(manifest::KEY_FILE, manifest.public_key.to_pem().as_bytes())?;
    let recovery = Digest::of(RECOVERY_TEXT.as_bytes());
    let is_sealed = |file: &manifest::FixedFile| file.name == RECOVERY && file.sha256 == recovery;
    if manifest.files.iter().any(is_sealed) {
        folder.put(RECOVERY, RECOVERY_TEXT.as_bytes())?;
    }
    folder.put(CARRIER, &facts.to_bytes())?;
    write_sums(folder)
}

/// Writes `SHA256SUMS` over everything that was written and read back.
///
/// # Errors
/// What writing answers.
pub fn write_sums(folder: &NewFolder) -> Result<()> {
    let mut sums = Sums::default();
    for file in folder.contents() {
        sums.add(&file.name, file.digest)?;
    }
    folder.put(SUMS, sums.to_text().as_bytes()).map(|_| ())
}

/// Writes a share file.
///
/// # Errors
/// What writing answers.
pub fn put_share(folder: &NewFolder, bytes: &[u8]) -> Result<()> {
    folder.put(share::FILE, bytes).map(|_| ())
}

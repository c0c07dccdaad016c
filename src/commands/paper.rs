//! A sheet becomes a PDF that can be relied on: first it proves itself, then it gets its name.

mod place;
mod size;

use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::code::{Gathered, Taken, VaultFiles, VaultState};
use crate::commands::Session;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::media::Proven;
use crate::share::ReadShare;
use crate::sheet::Sheet;
use crate::{media, scan};

pub(super) use place::{clear_sheet, say_fixed, say_swap};
pub(super) use size::{MOST_BYTES, fits, too_large};

/// What the report calls the medium of a sheet.
pub(super) const DEVICE: &str = "sheet";
/// What to do with a sheet that is not genuine.
pub(super) const ASIDE: &str = "set it aside and use another copy";

/// What a sheet was drawn from, and what its codes must give back.
#[derive(Clone, Copy)]
pub(super) enum Source<'s> {
    /// The share on a share sheet.
    Share(&'s ReadShare),
    /// The vault on a vault sheet.
    Vault(&'s VaultFiles),
}

/// A PDF that this run wrote.
pub(super) struct Pdf {
    pub(super) path: PathBuf,
    proven: Proven,
}

impl Source<'_> {
    /// Whether these codes give it back, and nothing else.
    pub(super) fn is_in(&self, read: &Gathered) -> bool {
        let (shares, vaults) = (read.shares(), read.vaults());
        match (self, shares.as_slice(), vaults.as_slice()) {
            (Self::Share(share), [read], []) => {
                let read = read.share.as_ref().map(ReadShare::to_bytes);
                read.is_ok_and(|read| *read == *share.to_bytes())
            }
            (Self::Vault(files), [], [read]) => {
                matches!(&read.state, VaultState::Complete(read) if read == *files)
            }
            _ => false,
        }
    }

    /// How many of so many codes are enough.
    fn least(&self, codes: &[&str]) -> usize {
        match self {
            // what stands on it stands there twice
            Self::Share(_) => codes.len() / 2,
            Self::Vault(_) => {
                let vaults = gathered(codes).vaults();
                vaults.first().map_or(0, |vault| vault.needed.into())
            }
        }
    }
}

impl Pdf {
    /// Removes it, if what has its name is what this run wrote: its place may be another one by now.
    pub(super) fn remove(&self) -> bool {
        self.is_there().unwrap_or(false) && std::fs::remove_file(&self.path).is_ok()
    }

    fn is_there(&self) -> Result<bool> {
        let failed = Error::io("read", &self.path);
        let is_link = std::fs::symlink_metadata(&self.path).map(|about| about.is_symlink());
        if is_link.map_err(failed)? {
            return Ok(false);
        }
        let file = media::open_ordinary(&self.path)?;
        let mut bytes = Zeroizing::new(Vec::new());
        let read = file.take(self.proven.bytes + 1).read_to_end(&mut bytes);
        read.map_err(Error::io("read", &self.path))?;
        Ok(Digest::of(&bytes) == self.proven.digest)
    }
}

/// Proves a sheet and writes its PDF, new, for its owner only, read back. What does not prove itself is not written.
///
/// # Errors
/// [`Error::SelfTest`] for a sheet that does not read back; what writing answers.
pub(super) fn prepare(sheet: &Sheet, source: Source<'_>, file: &Path) -> Result<Pdf> {
    prove(sheet, source)?;
    Ok(Pdf {
        path: file.to_owned(),
        proven: media::put_alone(file, &sheet.pdf)?,
    })
}

/// Proves a sheet and writes its PDF to standard output: nothing of it lies anywhere.
///
/// # Errors
/// As [`prepare`].
pub(super) fn stream(sheet: &Sheet, source: Source<'_>, session: &mut Session) -> Result<()> {
    prove(sheet, source)?;
    session.terminal.stream(&sheet.pdf)
}

/// Proves the drawing, and that what was drawn is what it was drawn from.
///
/// # Errors
/// [`Error::SelfTest`].
pub(super) fn prove(sheet: &Sheet, source: Source<'_>) -> Result<()> {
    // page for page, what is read is then exactly what is printed
    scan::prove(sheet)?;
    gives_back(sheet, source)
}

/// As many codes as are enough must give it back, whichever they are: each is among some that are tried.
fn gives_back(sheet: &Sheet, source: Source<'_>) -> Result<()> {
    let codes = sheet.codes.iter().flatten();
    let codes: Vec<&str> = codes.map(|code| code.as_str()).collect();
    let least = source.least(&codes).max(1);
    let mut tried = codes
        .chunks_exact(least)
        .chain(codes.rchunks_exact(least).take(1))
        .chain([codes.as_slice()]);
    match tried.all(|some| source.is_in(&gathered(some))) {
        true => Ok(()),
        false => Err(Error::SelfTest {
            what: "the codes of a sheet do not give back what it was drawn from",
        }),
    }
}

fn gathered(codes: &[&str]) -> Gathered {
    let mut read = Gathered::default();
    for code in codes {
        read.take(code, DEVICE);
    }
    read
}

/// How many different codes of this sheet were read in a scan of its print: none of another sheet, and enough.
///
/// # Errors
/// Why the scan does not show that the print is good.
pub(super) fn compare<'t>(
    scanned: impl Iterator<Item = &'t str>,
    sheet: &Sheet,
    source: Source<'_>,
) -> std::result::Result<usize, String> {
    let (mut read, mut found) = (Gathered::default(), 0);
    for text in scanned {
        let taken = read.take(text, "the scan");
        let is_ours = sheet.codes.iter().flatten().any(|code| **code == *text);
        match (is_ours, taken) {
            (true, Taken::New) => found += 1,
            (true, _) | (false, Taken::Foreign) => {}
            (false, _) => return Err("it holds a code that is not on this sheet".into()),
        }
    }
    match source.is_in(&read) {
        true => Ok(found),
        false => Err(format!(
            "the scan does not hold enough of this sheet: {found} of {} codes were read",
            sheet.codes.iter().flatten().count()
        )),
    }
}

#[cfg(test)]
mod tests;

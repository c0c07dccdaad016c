//! A sheet becomes a PDF that can be relied on: first it proves itself, then it gets its name.

mod place;
mod size;

use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::code::{Gathered, VaultFiles, VaultState};
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
pub(super) fn prepare(
    sheet: &Sheet,
    source: Source<'_>,
    file: &Path,
    session: &mut Session,
) -> Result<Pdf> {
    let proven = prove(sheet, source);
    session.warn_of_pages();
    proven?;
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
    let proven = prove(sheet, source);
    session.warn_of_pages();
    proven?;
    session.terminal.stream(&sheet.pdf)
}

/// What to do with the PDF, for each kind of sheet: only a share sheet has a back and a ruler.
pub(super) fn how_to_print(sheet: &Sheet, is_share: bool) -> String {
    let pages = sheet.pages;
    match is_share {
        true => format!(
            "Print its {pages} pages at 100 %, on both sides of one paper or on two.\n\
             Look at each page: nothing cut off, every code sharp, the ruler 100 mm long."
        ),
        false => format!(
            "Print its {pages} pages at 100 %, on one side only, each on a paper of its own.\n\
             Look at each page: nothing cut off, every code sharp."
        ),
    }
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

#[cfg(test)]
mod tests;

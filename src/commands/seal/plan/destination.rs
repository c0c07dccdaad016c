//! Where one copy goes: onto a medium, named or brought, or onto paper.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::label::Label;

/// What a sheet of paper is given with, in the place of a directory.
const SHEET: &[u8] = b"sheet:";

/// The longest name of a PDF, in bytes: what is unfinished has a longer one.
const MAX_NAME: usize = 200;

/// Where one copy goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// This mounted medium. Where several copies name one place, their media are swapped there, one after another.
    At(PathBuf),
    /// Whatever medium is brought when it is asked for.
    Asked,
    /// Paper: printed from this PDF, which is not there yet.
    Sheet(PathBuf),
}

impl Destination {
    /// The place that a path means now, so that two ways of writing one place are one.
    pub fn at(path: &Path) -> Self {
        Self::At(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
    }

    /// A sheet whose PDF is to be this file.
    ///
    /// # Errors
    /// [`Error::Usage`] for what cannot be the name of a file.
    pub fn sheet(file: &Path) -> Result<Self> {
        let name = file.file_name().and_then(OsStr::to_str);
        // "-" is standard output elsewhere: nobody means a file of that name
        let is_plain = |name: &&str| {
            *name != "-" && name.len() <= MAX_NAME && !name.chars().any(char::is_control)
        };
        let Some(name) = name.filter(is_plain) else {
            return Err(Error::Usage {
                what: format!("{file:?} cannot be the file of a sheet"),
                hint: "write it as sheet:FILE.pdf, a file that is not there yet".into(),
            });
        };
        let parent = file
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let parent = std::fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned());
        Ok(Self::Sheet(parent.join(name)))
    }

    /// What was typed: a directory, or `sheet:FILE`.
    ///
    /// # Errors
    /// As [`Destination::sheet`].
    pub fn parse(given: &Path) -> Result<Self> {
        match given.as_os_str().as_bytes().strip_prefix(SHEET) {
            Some(file) => Self::sheet(Path::new(OsStr::from_bytes(file))),
            None => Ok(Self::at(given)),
        }
    }

    /// The PDF, if it is a sheet.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sheet(file) => Some(file),
            Self::At(_) | Self::Asked => None,
        }
    }
}

/// The folder for the PDFs of sheets whose files nobody named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetsIn {
    /// The folder.
    pub dir: PathBuf,
    /// Whether it is made by the sealing.
    pub is_new: bool,
}

impl SheetsIn {
    /// "share-2-legal.pdf": the name of a custodian's sheet, plain on every file system.
    pub fn file(&self, number: usize, custodian: &Label) -> PathBuf {
        let plain = |letter: char| match letter.is_ascii_alphanumeric() {
            true => letter,
            false => '-',
        };
        let name: String = custodian.as_str().chars().map(plain).collect();
        self.dir.join(format!("share-{number}-{name}.pdf"))
    }
}

/// One copy that a plan asks for.
#[derive(Clone, Copy, Debug)]
pub struct PlannedCopy<'p> {
    /// What it is a copy of.
    pub thing: Thing,
    /// From 1.
    pub copy: u8,
    /// Where it goes.
    pub to: &'p Destination,
    /// Whether it is made from the first vault copy, when everything else is written.
    pub is_last: bool,
}

/// What there are copies of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// The vault.
    Vault,
    /// The share with this number.
    Share(u8),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_sheet_is_a_sheet_and_all_else_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        let real = std::fs::canonicalize(dir.path()).unwrap();
        let given = format!("sheet:{}/a b.pdf", dir.path().display());
        let sheet = Destination::parse(Path::new(&given)).unwrap();
        assert_eq!(sheet.file(), Some(real.join("a b.pdf").as_path()));
        assert_eq!(
            Destination::parse(dir.path()).unwrap(),
            Destination::At(real)
        );
        let odd = Destination::parse(Path::new("./sheet:x")).unwrap();
        assert_eq!(odd, Destination::At("./sheet:x".into()));
        for bad in ["sheet:", "sheet:-", "sheet:/", "sheet:..", "sheet:a\nb"] {
            assert!(Destination::parse(Path::new(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_sheets_file_has_a_plain_name_whatever_the_custodian_is_called() {
        let folder = SheetsIn {
            dir: "/s".into(),
            is_new: true,
        };
        let name = Label::new("Anna ..: B\u{e4}r").unwrap();
        let file = folder.file(2, &name);
        assert_eq!(file, Path::new("/s/share-2-Anna-----B-r.pdf"));
    }
}

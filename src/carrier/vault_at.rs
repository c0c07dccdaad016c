//! A vault copy wherever it is: in a folder on a medium, or put together from a scanned sheet, which touches no disk.

use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::code::VaultFiles;
use crate::error::Result;
use crate::manifest::{ReadManifest, payload_name};
use crate::media::OpenFolder;

/// Where a vault copy is.
#[derive(Clone, PartialEq, Eq)]
pub enum VaultAt {
    /// In this folder.
    Folder(PathBuf),
    /// On sheets that were scanned.
    Paper(Arc<PaperVault>),
}

/// A vault copy from paper, in memory: everything in it is encrypted or public.
#[derive(PartialEq, Eq)]
pub struct PaperVault {
    /// What it is called for people: where it was read.
    pub place: PathBuf,
    /// What was on it.
    pub files: VaultFiles,
}

impl PaperVault {
    /// Its `vault.json`, unproven.
    pub fn read_manifest(&self) -> ReadManifest {
        self.files.read_manifest()
    }
}

impl VaultAt {
    /// What people call it: the folder, or where the sheet was read.
    pub fn place(&self) -> &Path {
        match self {
            Self::Folder(path) => path,
            Self::Paper(paper) => &paper.place,
        }
    }

    /// Its `vault.json`, unproven, if it has one.
    pub fn manifest(&self) -> Option<ReadManifest> {
        match self {
            Self::Folder(path) => super::read(path).ok()?.manifest,
            Self::Paper(paper) => Some(paper.read_manifest()),
        }
    }

    /// Whether its payload is there now.
    pub fn is_there(&self) -> bool {
        match self {
            Self::Folder(path) => super::read(path).is_ok_and(|read| read.has_payload),
            Self::Paper(_) => true,
        }
    }

    pub(super) fn open(&self) -> Result<Opened<'_>> {
        Ok(match self {
            Self::Folder(path) => Opened::Folder(OpenFolder::open(path)?),
            Self::Paper(paper) => Opened::Paper(paper),
        })
    }
}

/// One part of a payload.
pub(super) trait Part: Read + Seek + Send {}

impl<T: Read + Seek + Send> Part for T {}

/// A vault copy whose parts can be opened.
pub(super) enum Opened<'a> {
    Folder(OpenFolder),
    Paper(&'a Arc<PaperVault>),
}

impl Opened<'_> {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder.path(),
            Self::Paper(paper) => &paper.place,
        }
    }

    /// One part with its length; `None` when it is not there.
    pub(super) fn part(&self, name: &str) -> Result<Option<(Box<dyn Part>, u64)>> {
        match self {
            Self::Folder(folder) => {
                let opened = folder.open_file(name)?;
                Ok(opened.map(|(file, bytes)| (Box::new(file) as Box<dyn Part>, bytes)))
            }
            Self::Paper(paper) if name == payload_name(0, 1) => {
                let bytes = paper.files.payload.len() as u64;
                let part = Cursor::new(Payload(Arc::clone(paper)));
                Ok(Some((Box::new(part), bytes)))
            }
            Self::Paper(_) => Ok(None),
        }
    }
}

struct Payload(Arc<PaperVault>);

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.0.files.payload
    }
}

//! A restore in this process, by the functions that `restore` calls: for cases by the thousand.

use std::io::Read;
use std::path::{Path, PathBuf};

use coldvault::carrier::{self, PayloadReader, VaultAt};
use coldvault::error::{Error, Result};
use coldvault::inventory::Line;
use coldvault::payload::{Bounds, Deliver, unpack};
use coldvault::quorum::Table;
use coldvault::share;

/// Bounds where no vault.json gives any.
const WIDE: Bounds = Bounds {
    plain_bytes: 1 << 30,
    members: 1000,
};

/// Keeps everything: what it is, where, and its content.
#[derive(Default)]
struct Kept(Vec<(Vec<u8>, Vec<u8>)>);

impl Deliver for Kept {
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.push((b"ceremony".to_vec(), bytes.to_vec()));
        Ok(())
    }
    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        let about = format!("{mode:o} {mtime}");
        self.0.push((path.to_vec(), about.into_bytes()));
        Ok(())
    }
    fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        _: u64,
        content: &mut dyn Read,
    ) -> Result<()> {
        let mut about = format!("{mode:o} {mtime} ").into_bytes();
        content
            .read_to_end(&mut about)
            .map_err(Error::io("read", Path::new("payload")))?;
        self.0.push((path.to_vec(), about));
        Ok(())
    }
    fn link(&mut self, path: &[u8], target: &[u8], _: i64) -> Result<()> {
        self.0.push((path.to_vec(), target.to_vec()));
        Ok(())
    }
    fn skipped(&mut self, line: &Line) -> Result<()> {
        self.0.push((b"skipped".to_vec(), line.path.clone()));
        Ok(())
    }
}

/// What a restore from these folders delivers: the first vault copy that comes out whole.
///
/// # Errors
/// Where it delivers nothing.
pub(crate) fn restored(folders: &[PathBuf]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let (mut table, mut vaults) = (Table::default(), Vec::new());
    for folder in folders {
        let read = carrier::read(folder)?;
        if let Some(manifest) = read.manifest {
            table.add_manifest(manifest);
        }
        match read.share {
            Some(Ok(share)) => table.add_share(read.path.join(share::FILE), share),
            Some(Err(why)) => table.add_unreadable(read.path.join(share::FILE), why.to_string()),
            None => {}
        }
        if read.has_payload {
            vaults.push(VaultAt::Folder(read.path));
        }
    }
    let judged = table.judge(None, &mut Vec::new())?;
    let key = judged.quorum()?.join()?;
    let manifest = judged.manifest.as_ref();
    let bounds = manifest.map_or(WIDE, |manifest| Bounds {
        plain_bytes: manifest.plain_bytes,
        members: manifest.members,
    });
    let opened = vaults.iter().map(|vault| {
        let mut kept = Kept::default();
        let input = PayloadReader::open(vault, manifest)?;
        unpack(&key, input, vault.place(), bounds, &mut kept)?;
        Ok(kept.0)
    });
    let first = opened.reduce(|first, next| if first.is_ok() { first } else { next });
    first.unwrap_or(Err(Error::NoVaultCopy { seen: 0 }))
}

//! What the officer put on the table with `--from`: folders, files, and what is in them. And how paths and carriers are
//! shown.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::quorum::{BareShare, Table};
use crate::report::{CarrierLine, Severity};
use crate::secret::SecretBytes;
use crate::share::{self, ReadShare};
use crate::share_text;

/// Everything that was found.
#[derive(Default)]
pub(super) struct Presented {
    /// Shares and manifests, unproven.
    pub(super) table: Table,
    /// Folders with a payload.
    pub(super) vaults: Vec<PathBuf>,
}

/// Looks into each place for what it knows. A place with nothing in it is said, and the others still count.
///
/// # Errors
/// [`Error::Io`] for a place that is not there.
pub(super) fn gather(places: &[PathBuf], session: &mut Session) -> Result<Presented> {
    let mut presented = Presented::default();
    for place in places {
        let found = carrier::find(place)?;
        if found.more {
            session.find(
                Severity::Warning,
                "many",
                &format!("{place:?}"),
                "holds more than was looked at",
                "",
            );
        }
        if found.paths.is_empty() {
            let text = "holds nothing that coldvault knows";
            session.find(
                Severity::Warning,
                "nothing",
                &format!("{place:?}"),
                text,
                "check the path and the medium",
            );
        }
        for path in found.paths {
            presented.take(&path, session)?;
        }
    }
    Ok(presented)
}

impl Presented {
    fn take(&mut self, path: &Path, session: &mut Session) -> Result<()> {
        if !path.is_dir() {
            return self.take_file(path);
        }
        let read = carrier::read(path)?;
        if !read.is_finished {
            let text = "unfinished: what wrote it never ended";
            session.find(
                Severity::Warning,
                "unfinished",
                &format!("{path:?}"),
                text,
                "use another copy if there is one",
            );
        }
        if let Some(manifest) = read.manifest {
            self.table.add_manifest(manifest);
        }
        match read.share {
            Some(Ok(share)) => self.table.add_share(read.path.join(share::FILE), share),
            Some(Err(error)) => self
                .table
                .add_unreadable(read.path.join(share::FILE), why(&error)),
            None => {}
        }
        if read.has_payload {
            self.vaults.push(read.path);
        }
        Ok(())
    }

    /// A share file on its own, or the lines of one as text.
    fn take_file(&mut self, path: &Path) -> Result<()> {
        let mut bytes = zeroize::Zeroizing::new(Vec::new());
        let file = File::open(path).map_err(Error::io("read", path))?;
        file.take(share::MAX_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(Error::io("read", path))?;
        if bytes.starts_with(b"{") {
            match ReadShare::from_bytes(&bytes) {
                Ok(share) => self.table.add_share(path.to_owned(), share),
                Err(error) => self.table.add_unreadable(path.to_owned(), why(&error)),
            }
            return Ok(());
        }
        let text = std::str::from_utf8(&bytes).ok();
        match text.map(share_text::decode) {
            Some(Ok((header, y))) => {
                self.table.add_bare(
                    path.to_owned(),
                    BareShare::new(header, SecretBytes::copied(y.as_slice())),
                );
            }
            Some(Err(wrong)) => self
                .table
                .add_unreadable(path.to_owned(), wrong.to_string()),
            None => self.table.add_unreadable(
                path.to_owned(),
                "neither a share file nor share text".into(),
            ),
        }
        Ok(())
    }
}

/// Why a share cannot be read, without the path, which stands beside it.
fn why(error: &Error) -> String {
    match error {
        Error::Damaged { what, .. } => what.clone(),
        other => other.to_string(),
    }
}

/// Raw bytes of a path below `root`.
pub(super) fn below(root: &Path, path: &[u8]) -> PathBuf {
    root.join(OsStr::from_bytes(path))
}

/// Raw bytes for people.
pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The lines of a carrier in a table.
pub(super) fn carrier_line(line: &CarrierLine) -> String {
    let read_back = line
        .read_back
        .map_or(String::new(), |how| format!(", read back ({how})"));
    format!(
        "{}{read_back}\n    {}\n    on {}",
        line.holds, line.path, line.device
    )
}

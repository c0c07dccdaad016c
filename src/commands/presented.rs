//! What the officer put on the table with `--from`: folders, files, and what is in them. And how paths and carriers are
//! shown.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::commands::typed::{self, Given, in_order};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::media::{self, Found};
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
    /// Everything so far.
    came: Came,
    typed: usize,
}

/// What came onto the table: shares, good or bad, and vault copies.
#[derive(Clone, Copy, Default)]
pub(super) struct Came {
    pub(super) shares: usize,
    pub(super) vaults: usize,
}

/// The most folders that are looked at in one place: a medium full of forged shares must not crowd out good ones.
const MOST_IN_A_PLACE: usize = 64;

/// Looks into each place for what it knows. What cannot be read is said, and everything else still counts: on the worst
/// day the bad stick must not stop the good ones.
///
/// # Errors
/// [`Error::Interrupted`]; what [`typed::given`] answers for `-`.
pub(super) fn gather(places: &[PathBuf], session: &mut Session) -> Result<Presented> {
    let mut presented = Presented::default();
    for place in places {
        if place.as_os_str() == "-" {
            presented.take_typed(typed::given(session)?);
            continue;
        }
        presented.look(place, session)?;
    }
    Ok(presented)
}

/// What to do about a place that gives nothing.
const LOOK: &str = "check the path and the medium";

impl Presented {
    /// Looks into one place more. Nothing there stays open: a medium may be pulled as soon as it was looked at, but for
    /// the payload of a vault copy.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub(super) fn look(&mut self, place: &Path, session: &mut Session) -> Result<Came> {
        interrupt::check()?;
        let before = self.came;
        match carrier::find(place) {
            Ok(found) => self.take_all(place, found, session),
            Err(error) => unreadable(place, &error, session),
        }
        Ok(Came {
            shares: self.came.shares - before.shares,
            vaults: self.came.vaults - before.vaults,
        })
    }

    fn take_all(&mut self, place: &Path, found: Found, session: &mut Session) {
        if found.more || found.paths.len() > MOST_IN_A_PLACE {
            let text = format!("holds more than the {MOST_IN_A_PLACE} folders that are looked at");
            session.find(
                Severity::Warning,
                "many",
                &format!("{place:?}"),
                &text,
                LOOK,
            );
        }
        if found.paths.is_empty() {
            let text = "holds nothing that coldvault knows";
            session.find(
                Severity::Warning,
                "nothing",
                &format!("{place:?}"),
                text,
                LOOK,
            );
        }
        for path in found.paths.iter().take(MOST_IN_A_PLACE) {
            if let Err(error) = self.take(path, session) {
                unreadable(path, &error, session);
            }
        }
    }

    /// Shares that came by `-`.
    pub(super) fn take_typed(&mut self, given: Vec<Given>) {
        for given in given {
            self.came.shares += 1;
            self.typed += 1;
            let from = PathBuf::from(format!("typed, {}", in_order(self.typed)));
            match given {
                Given::Lines(share) => self.table.add_bare(from, share),
                Given::File(share) => self.table.add_share(from, share),
                Given::Unreadable(why) => self.table.add_unreadable(from, why),
            }
        }
    }

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
                LOOK,
            );
        }
        if let Some(manifest) = read.manifest {
            self.table.add_manifest(manifest);
        }
        self.came.shares += usize::from(read.share.is_some());
        match read.share {
            Some(Ok(share)) => self.table.add_share(read.path.join(share::FILE), share),
            Some(Err(error)) => self
                .table
                .add_unreadable(read.path.join(share::FILE), why(&error)),
            None => {}
        }
        if read.has_payload {
            self.came.vaults += 1;
            self.vaults.push(read.path);
        }
        Ok(())
    }

    /// A share file on its own, or the lines of one as text.
    fn take_file(&mut self, path: &Path) -> Result<()> {
        let mut bytes = zeroize::Zeroizing::new(Vec::new());
        let file = media::open_ordinary(path)?;
        file.take(share::MAX_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(Error::io("read", path))?;
        self.came.shares += 1;
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

/// Says what cannot be read, and that the rest still counts.
fn unreadable(path: &Path, error: &Error, session: &mut Session) {
    let text = error.to_string();
    session.find(
        Severity::Warning,
        "unreadable",
        &format!("{path:?}"),
        &text,
        LOOK,
    );
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

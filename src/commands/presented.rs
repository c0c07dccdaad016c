//! What the officer put on the table with `--from`: folders, files, and what is in them. And how paths and carriers are
//! shown.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::carrier::{self, VaultAt};
use crate::commands::Session;
use crate::commands::scanned::{Content, Paper, look_at};
use crate::commands::typed::{self, Given, typed_name};
use crate::error::{Error, Result};
use crate::media::Found;
use crate::quorum::Table;
use crate::report::{CarrierLine, Severity};
use crate::share;

/// Everything that was found.
#[derive(Default)]
pub(super) struct Presented {
    /// Shares and manifests, unproven.
    pub(super) table: Table,
    /// Vault copies: folders with a payload, and vault sheets.
    pub(super) vaults: Vec<VaultAt>,
    /// What came on sheets and in texts.
    pub(super) paper: Paper,
    /// Everything so far.
    came: Came,
    typed: usize,
}

/// What came onto the table: shares, good or bad, and vault copies.
#[derive(Clone, Copy, Default)]
pub(super) struct Came {
    pub(super) shares: usize,
    pub(super) vaults: usize,
    /// Codes of sheets, new ones.
    pub(super) codes: usize,
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
            let given = typed::given(&mut presented.paper, session)?;
            presented.take_typed(given);
            continue;
        }
        presented.read(place, session)?;
    }
    presented.settle(session);
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
        let before = self.came;
        self.read(place, session)?;
        Ok(self.came_since(before, session))
    }

    /// What lines and codes that were typed have made whole.
    pub(super) fn typed(&mut self, given: Vec<Given>, session: &mut Session) -> Came {
        let before = self.came;
        self.take_typed(given);
        self.came_since(before, session)
    }

    fn came_since(&mut self, before: Came, session: &mut Session) -> Came {
        self.settle(session);
        Came {
            shares: self.came.shares - before.shares,
            vaults: self.came.vaults - before.vaults,
            codes: self.came.codes - before.codes,
        }
    }

    /// Puts onto the table what sheets made whole, and says how far each was read.
    fn settle(&mut self, session: &mut Session) {
        let fresh = self.paper.fresh();
        for (from, share) in fresh.shares {
            self.came.shares += 1;
            self.table.add_share(from, share);
        }
        for vault in fresh.vaults {
            self.came.vaults += 1;
            self.table.add_manifest(vault.read_manifest());
            self.vaults.push(VaultAt::Paper(vault));
        }
        self.came.codes = self.paper.codes();
        self.paper.tell(session);
    }

    fn read(&mut self, place: &Path, session: &mut Session) -> Result<()> {
        session.look_for_notes(place);
        match look_at(place, session) {
            Ok(found) => self.take_all(place, found, session),
            Err(error) => unreadable(place, error, session),
        }
    }

    fn take_all(&mut self, place: &Path, found: Found, session: &mut Session) -> Result<()> {
        if found.more || found.paths.len() > MOST_IN_A_PLACE {
            let text = format!(
                "holds more than the {MOST_IN_A_PLACE} folders and files that are looked at"
            );
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
                unreadable(path, error, session)?;
            }
        }
        Ok(())
    }

    /// Lets go of every share, on the table and on paper; vault copies stay.
    pub(super) fn forget_secrets(&mut self) {
        self.table = Table::default();
        self.paper.forget_shares();
    }

    /// Shares that came by `-`.
    pub(super) fn take_typed(&mut self, given: Vec<Given>) {
        for given in given {
            self.came.shares += 1;
            self.typed += 1;
            self.take_given(PathBuf::from(typed_name(self.typed)), given);
        }
    }

    fn take_given(&mut self, from: PathBuf, given: Given) {
        match given {
            Given::Lines(share) => self.table.add_bare(from, share),
            Given::File(share) => self.table.add_share(from, share),
            Given::Unreadable(why) => self.table.add_unreadable(from, why),
        }
    }

    fn take(&mut self, path: &Path, session: &mut Session) -> Result<()> {
        if !path.is_dir() {
            return self.take_file(path, session);
        }
        let read = carrier::read(path)?;
        if !read.is_finished {
            session.find_unfinished(path, LOOK);
        }
        if read.share.is_none() && !read.has_payload {
            say_useless(path, session);
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
            self.vaults.push(VaultAt::Folder(read.path));
        }
        Ok(())
    }

    /// A scan, a share file on its own, or text: lines of shares, codes.
    fn take_file(&mut self, path: &Path, session: &mut Session) -> Result<()> {
        let bytes = match Content::of(path)? {
            Content::Scan(file) => {
                return self.paper.take_scan(path, file, session).map(drop);
            }
            Content::Text(bytes) => bytes,
        };
        let before = self.paper.codes_met();
        let given = typed::in_file(&bytes, path, &mut self.paper, session);
        if given.is_empty() && self.paper.codes_met() == before {
            return Err(Error::Damaged {
                path: path.to_owned(),
                what: "neither a scan, a share file nor text with codes or shares".into(),
            });
        }
        for given in given {
            self.came.shares += 1;
            self.take_given(path.to_owned(), given);
        }
        Ok(())
    }
}

/// Says that a folder gives neither a share nor a payload: one that should be among them must not be missed.
fn say_useless(path: &Path, session: &mut Session) {
    let text = "holds neither a share nor a payload that can be read";
    let hint = "'coldvault verify' says what is wrong with it; use another copy";
    session.find(
        Severity::Warning,
        "nothing",
        &format!("{path:?}"),
        text,
        hint,
    );
}

/// Says what cannot be read: the rest still counts, unless the person ended it.
fn unreadable(path: &Path, error: Error, session: &mut Session) -> Result<()> {
    if matches!(error, Error::Interrupted) {
        return Err(error);
    }
    let text = why(&error);
    session.find(
        Severity::Warning,
        "unreadable",
        &format!("{path:?}"),
        &text,
        LOOK,
    );
    Ok(())
}

/// Why something cannot be read, without the path, which stands beside it.
pub(super) fn why(error: &Error) -> String {
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

/// A path as a person can read it and a program can take it back: as text in quotes, or with `\x` for bytes that are none.
pub(super) fn written(path: &[u8]) -> String {
    match std::str::from_utf8(path) {
        Ok(text) => format!("{text:?}"),
        Err(_) => format!("\"{}\"", path.escape_ascii()),
    }
}

/// When a carrier was read back: what is on a stick that was out meanwhile is on it, and not in a memory. What only the
/// officer's word stands for is called that.
pub(super) fn when(line: &CarrierLine) -> &'static str {
    match line.replugged {
        Some(true) => " after re-plug",
        Some(false) => " while mounted",
        None if line.read.is_some() => " after re-plug, as was said",
        None => "",
    }
}

/// The lines of a carrier in a table.
pub(super) fn carrier_line(line: &CarrierLine) -> String {
    let read_back = line.read_back.map_or(String::new(), |how| {
        format!(", read back{} ({how})", when(line))
    });
    format!(
        "{}{read_back}\n    {}\n    on {}",
        line.holds, line.path, line.device
    )
}

//! Sheets that came back as scans or as lines of codes: everything read so far, put together, and what is still missing.
//!
//! Knows files, pages and texts. What a share is worth is `quorum`'s business; which codes belong together is `code`'s.

mod beside;
mod codes;
mod telling;

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::carrier::PaperVault;
use crate::code::{Gathered, Origin, SheetShare, SheetVault, Taken, Touched, VaultState};
use crate::commands::Session;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::media;
use crate::report::{Severity, shown};
use crate::scan::{self, Format};
use crate::share::ReadShare;

pub(super) use beside::{look_at, told_of_pipe};
pub(super) use codes::Codes;

/// The most bytes of a text: the codes of a whole vault sheet, and shares.
pub(super) const MOST_TEXT: usize = 1 << 20;
/// By so many bytes a file shows what it is.
pub(super) const START: usize = 1024;
/// What is said of a page or a file without any code, and what to do: the front of a sheet that cannot be read must not pass for its back.
const BACKS: &str =
    "scan it again, flat, at 300 dpi; leave out the backs of sheets: they have none";
/// Where nothing on it was a code.
const NO_CODE: &str = "no code found";
/// What to do about a scan that gives too little.
pub(super) const AGAIN: &str =
    "scan it again, flat and whole, at 300 dpi; all scans given together add up";

/// What kind of file it is that a person gave.
pub(super) enum Content {
    /// Pages with codes on them.
    Scan(File),
    /// Text: codes, typed lines, share files; or nothing of ours.
    Text(Zeroizing<Vec<u8>>),
}

impl Content {
    /// Opens a file and looks at how it begins.
    ///
    /// # Errors
    /// [`Error::Damaged`] for an empty file, and for a kind of picture that is not read, with what to do; [`Error::Io`].
    pub(super) fn of(path: &Path) -> Result<Self> {
        let mut file = media::open_ordinary(path).map_err(|error| told_of_pipe(path, error))?;
        let start = start_of(&mut file).map_err(Error::io("read", path))?;
        if start.is_empty() {
            return Err(Error::Damaged {
                path: path.to_owned(),
                what: "it is empty".into(),
            });
        }
        if Format::of(&start).is_some() {
            return Ok(Self::Scan(file));
        }
        if let Some(why) = scan::not_taken(&start) {
            return Err(Error::Damaged {
                path: path.to_owned(),
                what: why.to_owned(),
            });
        }
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(MOST_TEXT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(Error::io("read", path))?;
        if bytes.len() > MOST_TEXT {
            return Err(Error::Damaged {
                path: path.to_owned(),
                what: "neither a scan, a share file nor text with codes or shares".into(),
            });
        }
        Ok(Self::Text(bytes))
    }
}

/// The first bytes of a file, which is then at its beginning again.
pub(super) fn start_of(file: &mut File) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut start = Zeroizing::new(Vec::with_capacity(START));
    file.by_ref().take(START as u64).read_to_end(&mut start)?;
    file.rewind()?;
    Ok(start)
}

/// Everything that was read from paper in one run.
#[derive(Default)]
pub(super) struct Paper {
    gathered: Gathered,
    /// Shares that were handed out.
    given: Vec<Digest>,
    /// Vault sheets that were handed out.
    vaults_given: Vec<Arc<PaperVault>>,
    /// Codes of coldvault that were new.
    codes: usize,
    /// Codes of any kind, every one counted.
    met: usize,
    /// Lines that did not check as they were typed.
    mistyped: u64,
    /// Whether what cannot be used is an error: where nothing else could take its place.
    strict: bool,
    /// Pages without a code, not yet said: the back of a sheet has none, and where all sheets are whole nobody need know.
    blank: Vec<String>,
    /// What was said of the sheets.
    said: Vec<(String, String)>,
}

/// What is whole now and was not before.
pub(super) struct Fresh {
    pub(super) shares: Vec<(PathBuf, ReadShare)>,
    pub(super) vaults: Vec<Arc<PaperVault>>,
}

impl Paper {
    /// Where what cannot be used is an error.
    pub(super) fn strict() -> Self {
        Self {
            strict: true,
            ..Self::default()
        }
    }

    fn severity(&self) -> Severity {
        match self.strict {
            true => Severity::Error,
            false => Severity::Warning,
        }
    }

    /// Reads every page of a scan. What is wrong with it is said.
    ///
    /// # Errors
    /// What [`scan::read`] answers.
    pub(super) fn take_scan(
        &mut self,
        path: &Path,
        file: File,
        session: &mut Session,
    ) -> Result<Codes> {
        let pages = scan::read(path, file)?;
        session.warn_of_pages();
        let name = |number: usize| match pages.len() {
            1 => shown(path),
            _ => format!("{} page {number}", shown(path)),
        };
        let mut all = Codes::default();
        let mut blank = Vec::new();
        for page in &pages {
            let from = name(page.number);
            let place = Origin::Place(from.clone());
            let mut codes = Codes::default();
            for text in &page.codes {
                codes.count(self.take_line(text, &place));
            }
            if let Some(problem) = &page.problem {
                codes.unseen += 1;
                session.find(self.severity(), "page", &from, problem, AGAIN);
            } else if page.codes.is_empty() {
                blank.push(from.clone());
            }
            codes.say(&from, session);
            all.add(codes);
        }
        if all.ours > 0 {
            self.blank.extend(blank);
        } else if all.are_all_bad() {
            self.say_useless(&shown(path), &all, session);
        } else {
            let text = match all.foreign {
                0 => NO_CODE,
                _ => "no code of coldvault found",
            };
            let severity = self.severity();
            session.find(severity, "no-code", &shown(path), text, BACKS);
        }
        Ok(all)
    }

    /// Says that none of the codes in a file can be used, if that is so.
    pub(super) fn say_useless(&self, from: &str, codes: &Codes, session: &mut Session) {
        if codes.are_all_bad() {
            let (text, hint) = ("no code in it can be used", codes.hint());
            session.find(self.severity(), "no-code", from, text, hint);
        }
    }

    /// One line that may hold a code. [`Taken::Foreign`] is any other line.
    pub(super) fn take_line(&mut self, line: &str, from: &Origin) -> Taken {
        let taken = self.gathered.take(line, from);
        self.codes += usize::from(taken == Taken::New);
        self.met += usize::from(taken != Taken::Foreign);
        taken
    }

    /// The sheet that the last good code was of.
    pub(super) fn touched(&self) -> Option<Touched> {
        self.gathered.touched()
    }

    /// Lets go of every share that was read; vault sheets stay.
    pub(super) fn forget_shares(&mut self) {
        self.gathered.forget_shares();
    }

    /// Counts a line that did not check as it was typed.
    pub(super) fn count_mistyped(&mut self) {
        self.mistyped = self.mistyped.saturating_add(1);
    }

    /// How many lines did not check as they were typed.
    pub(super) fn mistyped(&self) -> u64 {
        self.mistyped
    }

    /// How many codes of coldvault were met, good and bad.
    pub(super) fn codes_met(&self) -> usize {
        self.met
    }

    /// How many codes were read, each once.
    pub(super) fn codes(&self) -> usize {
        self.codes
    }

    /// Every share, whole or not.
    pub(super) fn shares(&self) -> Vec<SheetShare> {
        self.gathered.shares()
    }

    /// Every vault sheet, whole or not.
    pub(super) fn vaults(&self) -> Vec<SheetVault> {
        self.gathered.vaults()
    }

    /// What became whole since the last time it was asked.
    pub(super) fn fresh(&mut self) -> Fresh {
        let mut fresh = Fresh {
            shares: Vec::new(),
            vaults: Vec::new(),
        };
        for sheet in self.gathered.shares() {
            let Ok(share) = sheet.share else { continue };
            let print = Digest::of(&share.to_bytes());
            if !self.given.contains(&print) {
                self.given.push(print);
                fresh
                    .shares
                    .push((PathBuf::from(sheet.from.to_string()), share));
            }
        }
        for vault in self.gathered.vaults() {
            let Some(vault) = whole(vault) else { continue };
            if !self.vaults_given.contains(&vault) {
                self.vaults_given.push(Arc::clone(&vault));
                fresh.vaults.push(vault);
            }
        }
        fresh
    }

    /// The shares of which codes are there, and not enough of them, or not the right ones; with the reason.
    pub(super) fn unreadable(&self) -> Vec<(PathBuf, Error)> {
        let shares = self.gathered.shares().into_iter();
        let bad = shares.filter_map(|sheet| {
            let from = PathBuf::from(sheet.from.to_string());
            Some((from, sheet.share.err()?))
        });
        bad.collect()
    }

    /// The first vault sheet that is not whole, and what is missing.
    pub(super) fn broken_vault(&self) -> Option<String> {
        let vaults = self.gathered.vaults();
        let broken = vaults.iter().find(|vault| !vault.is_whole())?;
        Some(format!("vault sheet: {}", broken.line()))
    }
}

/// A vault sheet as a vault copy, if it is whole.
pub(super) fn whole(vault: SheetVault) -> Option<Arc<PaperVault>> {
    let VaultState::Complete(files) = vault.state else {
        return None;
    };
    Some(Arc::new(PaperVault {
        place: PathBuf::from(vault.from.to_string()),
        files,
    }))
}

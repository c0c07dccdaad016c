//! One sitting of a share check: what was read so far, and from which bag.
//!
//! Knows how shares come; what each of them is, is judged once all are there.

use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::commands::judging::{judged_facts, show_share};
use crate::commands::lead::{Bag, Turn};
use crate::commands::presented::{Came, Presented};
use crate::drill::{CarrierUse, OF_ANOTHER_VAULT};
use crate::error::{Error, Result};
use crate::quorum::{State, Verdict};
use crate::share;
use crate::signature::VaultId;

use crate::commands::drill::carriers::Read;
use crate::commands::drill::meant::Meant;
use crate::commands::drill::report::Reporting;
use crate::commands::drill::{Args, bagged, carriers, entering};

/// One place that was read, and for how long.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) seconds: u64,
    /// How often a person named a place until this one could be read; 0 where nobody was asked.
    pub(super) attempts: u64,
    /// Lines that did not check as they were typed.
    pub(super) mistyped: u64,
    /// What was said of the bag of a sheet that it was.
    pub(super) bag: Option<Bag>,
}

/// A share file that was read from a medium.
pub(super) struct OnMedium {
    pub(super) path: PathBuf,
    /// Which copy of the share its carrier says it is.
    pub(super) copy: Option<u8>,
    /// Which of the places it was in.
    pub(super) place: usize,
}

/// What was read so far.
pub(super) struct Sitting {
    pub(super) presented: Presented,
    pub(super) places: Vec<Place>,
    /// Share files on media, in the order in which they were read, with what is known only while the medium is there.
    pub(super) files: Vec<OnMedium>,
    pub(super) carriers: Vec<Read>,
    /// The bag of the carrier that is asked for, until that comes.
    pub(super) bag: Option<Bag>,
    /// Carriers whose bag stayed closed.
    pub(super) closed: Vec<CarrierUse>,
    pub(super) meant: Meant,
    /// Places of the options that are still to be read.
    pub(super) given: usize,
    pub(super) attempts: u64,
}

impl Sitting {
    /// Reads one place: whether anything in it was a carrier. Shares of another vault do not stay on the table where somebody
    /// gives others in their place.
    pub(super) fn read(
        &mut self,
        args: &Args,
        path: &Path,
        reporting: &Reporting,
        session: &mut Session,
    ) -> Result<bool> {
        let (from, before) = (session.terminal.age(), self.presented.paper.mistyped());
        match self.given.checked_sub(1) {
            Some(left) => self.given = left,
            None => self.attempts += 1,
        }
        let came = take(path, &mut self.presented, session)?;
        let vaults = self.presented.table.vaults();
        vaults
            .iter()
            .try_for_each(|(_, kind)| args.check_kind(*kind))?;
        let vaults: Vec<VaultId> = vaults.into_iter().map(|(id, _)| id).collect();
        self.meant.sees(&vaults, reporting, session)?;
        let mut read = match path.is_dir() {
            true => carriers::read_all(path, self.meant.id(), session)?,
            false => Vec::new(),
        };
        if let Some(id) = self.meant.id().filter(|_| self.meant.is_asked()) {
            let strangers = self.presented.table.take_strangers(id);
            strangers.iter().for_each(|one| show_share(one, session));
            let all = read.len();
            read.retain(|one| one.of.outcome != OF_ANOTHER_VAULT);
            let is_any = !strangers.is_empty() || read.len() < all;
            if is_any {
                self.meant.asks_for_another(session);
            }
            if is_any && strangers.len() >= came.shares && read.is_empty() {
                // What was said of its bag went with it, and its tries.
                (self.bag, self.attempts) = (None, 0);
                return Ok(false);
            }
        }
        let is_any = !read.is_empty() || came.shares + came.vaults + came.codes > 0;
        self.unpack(&mut read);
        self.carriers.extend(read);
        self.note_files(path);
        self.places.push(Place {
            path: path.to_owned(),
            seconds: (session.terminal.age() - from).as_secs(),
            attempts: std::mem::take(&mut self.attempts),
            mistyped: self.presented.paper.mistyped() - before,
            bag: self.bag.take_if(|_| came.shares > 0),
        });
        Ok(is_any)
    }

    /// What was said of the bag is said of what came out of it, be it a share or not.
    fn unpack(&mut self, read: &mut [Read]) {
        let share = read.iter().position(|one| one.of.role == "share");
        let first = read.get_mut(share.unwrap_or_default());
        if let Some((one, bag)) = first.and_then(|one| Some((one, self.bag.take()?))) {
            bag.enter(&mut one.of);
        }
    }

    /// Asks for bags until one may be opened, where a report has them. Whether one stays closed.
    pub(super) fn look_at_bag(
        &mut self,
        reporting: &Reporting,
        session: &mut Session,
    ) -> Result<bool> {
        while self.bag.is_none() && reporting.asks_for_bags() {
            let vault = self.meant.id();
            let vault = vault.and_then(|id| entering::vault(Some(id), session));
            match bagged::ask(vault.as_ref(), &reporting.bags_before(), session)? {
                Turn::Opens(bag) => self.bag = Some(bag),
                Turn::StaysClosed(carrier) => self.closed.push(*carrier),
            }
        }
        Ok(!self.closed.is_empty())
    }

    /// The medium may be gone, and another one in its place, when it is asked which copy it was.
    fn note_files(&mut self, path: &Path) {
        let found = carrier::find(path).map(|found| found.paths);
        let folders = found.unwrap_or_default().into_iter();
        for folder in folders.filter(|folder| folder.is_dir()) {
            let facts = carrier::read_facts(&folder);
            self.files.push(OnMedium {
                path: folder.join(share::FILE),
                copy: facts.map(|facts| facts.copy).filter(|copy| *copy > 0),
                place: self.places.len(),
            });
        }
    }

    /// "2 of 3 custodians were checked."
    pub(super) fn so_far(&self) -> String {
        let mut verdicts = Vec::new();
        let judged = super::judge(self.presented.table.again(), self.meant.id(), &mut verdicts);
        let is_aside =
            |one: &&Verdict| !matches!(one.state, State::SetAside(_) | State::OtherVault(_));
        let came = verdicts
            .iter()
            .filter(is_aside)
            .filter_map(|one| one.number);
        let mut came: Vec<u8> = came.collect();
        came.sort_unstable();
        came.dedup();
        let facts = judged.ok().flatten().as_ref().and_then(judged_facts);
        match facts.map(|facts| facts.n) {
            Some(all) if all > 0 => format!("{} of {all} custodians were checked.", came.len()),
            _ => format!("Custodians that were checked: {}.", came.len()),
        }
    }
}

/// Looks into one place for shares, or lets them be typed.
fn take(path: &Path, presented: &mut Presented, session: &mut Session) -> Result<Came> {
    if path.as_os_str() == "-" {
        let given = crate::commands::typed::given(&mut presented.paper, session)?;
        return Ok(presented.typed(given, session));
    }
    if !path.exists() {
        let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Error::io("read", path)(gone));
    }
    presented.look(path, session)
}

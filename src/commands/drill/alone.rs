//! D1, the share check: every share that is given is read and proven alone. No two of them are joined.

use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::commands::judging::{judged_facts, show_share, vault_line};
use crate::commands::lead::{channel, sheet};
use crate::commands::presented::{self, Came, Presented};
use crate::commands::scanned::Paper;
use crate::commands::unlock::Unlocking;
use crate::drill::{self, DrillKind, OF_ANOTHER_VAULT, Outcome, Phase, ShareUse};
use crate::error::{Error, Exit, Result};
use crate::quorum::{Judged, State, Table, Verdict};
use crate::report::shown;
use crate::share;
use crate::signature::VaultId;

use super::carriers::Read;
use super::done::Done;
use super::giving::{Wanted, each_place, ends_here};
use super::meant::Meant;
use super::report::Reporting;
use super::{Args, carriers, exit};

/// One place that was read, and for how long.
struct Place {
    path: PathBuf,
    seconds: u64,
    /// How often a person named a place until this one could be read; 0 where nobody was asked.
    attempts: u64,
    /// Lines that did not check as they were typed.
    mistyped: u64,
}

/// A share file that was read from a medium.
struct OnMedium {
    path: PathBuf,
    /// Which copy of the share its carrier says it is.
    copy: Option<u8>,
    /// Which of the places it was in.
    place: usize,
}

/// What was read so far.
struct Sitting {
    presented: Presented,
    places: Vec<Place>,
    /// Share files on media, in the order in which they were read, with what is known only while the medium is there.
    files: Vec<OnMedium>,
    carriers: Vec<Read>,
    meant: Meant,
    /// Places of the options that are still to be read.
    given: usize,
    attempts: u64,
}

impl Sitting {
    /// Reads one place. Shares of another vault do not stay on the table where somebody gives others in their place.
    fn read(
        &mut self,
        args: &Args,
        path: &Path,
        reporting: &Reporting,
        session: &mut Session,
    ) -> Result<()> {
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
            read.retain(|one| one.of.outcome != OF_ANOTHER_VAULT);
            if !strangers.is_empty() {
                self.meant.asks_for_another(session);
            }
            if !strangers.is_empty() && strangers.len() >= came.shares {
                return Ok(());
            }
        }
        self.carriers.extend(read);
        self.note_files(path);
        self.places.push(Place {
            path: path.to_owned(),
            seconds: (session.terminal.age() - from).as_secs(),
            attempts: std::mem::take(&mut self.attempts),
            mistyped: self.presented.paper.mistyped() - before,
        });
        Ok(())
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
    fn so_far(&self) -> String {
        let mut verdicts = Vec::new();
        let judged = judge(self.presented.table.again(), self.meant.id(), &mut verdicts);
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

/// Leads it.
///
/// # Errors
/// Whatever stopped it.
pub(super) fn run(args: &Args, reporting: Reporting, session: &mut Session) -> Result<Exit> {
    let expect = args.expected()?;
    let mut unlocking = Unlocking::new(&args.way.open)?;
    session.warn_of_machine();
    let begun = session.terminal.age();
    let mut sitting = Sitting {
        presented: presented::gather(&[], session)?,
        places: Vec::new(),
        files: Vec::new(),
        carriers: Vec::new(),
        meant: Meant::of(expect, &reporting, session),
        given: args.way.from.len(),
        attempts: 0,
    };
    let wanted = Wanted {
        what: "a share",
        medium: "a custodian",
    };
    let all = each_place(args, &wanted, session, &mut |path, session| {
        sitting.read(args, path, &reporting, session)
    });
    match all {
        Err(Error::Stopped) if !sitting.places.is_empty() => {
            if !ends_here(&sitting.so_far(), &reporting, session)? {
                return Err(Error::Stopped);
            }
        }
        all => all?,
    }
    let done = judged(sitting, &mut unlocking, session)?;
    drop(unlocking);
    let done = Done {
        answers: vec![drill::vault_words(expect.map(|_| true))],
        phases: vec![Phase {
            name: "checked".into(),
            seconds: (session.terminal.age() - begun).as_secs(),
        }],
        ..done
    };
    let outcome = reporting.finish(DrillKind::D1, done, None, session)?;
    Ok(match outcome {
        Outcome::Fail => Exit::Material,
        outcome => exit(outcome),
    })
}

/// Says of each share what it is. Nothing secret is left afterwards.
fn judged(sitting: Sitting, unlocking: &mut Unlocking, session: &mut Session) -> Result<Done> {
    let Sitting {
        mut presented,
        places,
        mut files,
        carriers,
        meant,
        ..
    } = sitting;
    for (from, error) in presented.paper.unreadable() {
        presented.table.add_unreadable(from, error.to_string());
    }
    unlocking.open_all(&mut presented.table, meant.id(), session)?;
    let mut verdicts = Vec::new();
    let judged = judge(presented.table, meant.id(), &mut verdicts)?;
    let paper = presented.paper;
    verdicts
        .iter()
        .for_each(|verdict| show_share(verdict, session));
    // What cannot be told may be a share; sheets are carriers, too.
    let media = carriers.iter().filter(|one| one.of.role != "vault");
    let media = media.map(|one| one.of.clone());
    let sheets = verdicts.iter().filter_map(|one| sheet(one, &paper));
    let shares = verdicts.iter();
    let done = Done {
        carriers: media.chain(sheets).collect(),
        shares: shares
            .map(|one| used(one, &places, &mut files, &paper))
            .collect(),
        disposal: "no two shares were joined; nothing was opened or written in clear".into(),
        ..Done::default()
    };
    let Some(judged) = &judged else {
        return Ok(done);
    };
    session.report.vault = Some(vault_line(judged));
    Ok(Done {
        vault: judged_facts(judged),
        ..done
    })
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

/// What every share is. That too few are good is no failure of this drill, but what its criteria say.
fn judge(
    mut table: Table,
    expect: Option<VaultId>,
    verdicts: &mut Vec<Verdict>,
) -> Result<Option<Judged>> {
    // Nothing on the table is of it: each is still said to be what it is.
    if let Some(id) = expect.filter(|id| table.vaults().iter().all(|(known, _)| known != id)) {
        table.keep_only(id);
    }
    match table.judge(expect, verdicts) {
        Ok(judged) => {
            verdicts.clone_from(&judged.verdicts);
            Ok(Some(judged))
        }
        Err(Error::NotEnoughShares { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How a share came. What came from a medium comes off `files`: two media may be mounted at one place after another.
fn used(verdict: &Verdict, places: &[Place], files: &mut Vec<OnMedium>, paper: &Paper) -> ShareUse {
    let at = files.iter().position(|file| file.path == verdict.from);
    let file = at.map(|at| files.remove(at));
    let place = match &file {
        Some(file) => places.get(file.place),
        None => places
            .iter()
            .find(|place| is_of(&verdict.from, &place.path)),
    };
    ShareUse {
        number: verdict.number,
        custodian: verdict.custodian.as_ref().map(ToString::to_string),
        copy: file.and_then(|file| file.copy),
        channel: channel(verdict, paper),
        attempts: place.map_or(0, |place| place.attempts),
        mistyped: place.map_or(0, |place| place.mistyped),
        seconds: place.map_or(0, |place| place.seconds),
        state: verdict.state.as_str().into(),
        reason: verdict.state.reason(),
    }
}

/// Whether it came from that place: a folder on a medium, or a page of a scan, which is called by its file and its number.
fn is_of(from: &Path, place: &Path) -> bool {
    let typed = from.to_string_lossy().starts_with("typed, ");
    from.starts_with(place)
        || from.to_string_lossy().starts_with(&*shown(place))
        || (typed && place.as_os_str() == "-")
}

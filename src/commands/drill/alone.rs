//! D1, the share check: every share that is given is read and proven alone. No two of them are joined.

use std::path::Path;

use crate::carrier;
use crate::commands::Session;
use crate::commands::judging::{judged_facts, show_share, vault_line};
use crate::commands::lead::{channel, sheet};
use crate::commands::presented::{self, Came, Presented};
use crate::commands::scanned::Paper;
use crate::commands::unlock::Unlocking;
use crate::drill::{self, DrillKind, OF_ANOTHER_VAULT, Outcome, Phase, ShareUse};
use crate::error::{Error, Exit, Result};
use crate::quorum::{Judged, Table, Verdict};
use crate::report::shown;
use crate::share;
use crate::signature::VaultId;

use super::carriers::Read;
use super::done::Done;
use super::meant::Meant;
use super::report::Reporting;
use super::{Args, carriers, each_place, exit};

/// One place that was read, and for how long.
struct Place {
    path: std::path::PathBuf,
    seconds: u64,
    /// How often a person named a place until this one could be read; 0 where nobody was asked.
    attempts: u64,
    /// Lines that did not check as they were typed.
    mistyped: u64,
}

/// What was read so far.
struct Sitting {
    presented: Presented,
    places: Vec<Place>,
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
        self.places.push(Place {
            path: path.to_owned(),
            seconds: (session.terminal.age() - from).as_secs(),
            attempts: std::mem::take(&mut self.attempts),
            mistyped: self.presented.paper.mistyped() - before,
        });
        Ok(())
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
        carriers: Vec::new(),
        meant: Meant::of(expect, &reporting, session),
        given: args.way.from.len(),
        attempts: 0,
    };
    each_place(args, "a share", session, &mut |path, session| {
        sitting.read(args, path, &reporting, session)
    })?;
    let Sitting {
        mut presented,
        places,
        carriers,
        meant,
        ..
    } = sitting;
    for (from, error) in presented.paper.unreadable() {
        presented.table.add_unreadable(from, error.to_string());
    }
    unlocking.open_all(&mut presented.table, meant.id(), session)?;
    drop(unlocking);
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
    let mut done = Done {
        carriers: media.chain(sheets).collect(),
        shares: verdicts
            .iter()
            .map(|one| used(one, &places, &paper))
            .collect(),
        answers: vec![drill::vault_words(expect.map(|_| true))],
        disposal: "no two shares were joined; nothing was opened or written in clear".into(),
        phases: vec![Phase {
            name: "checked".into(),
            seconds: (session.terminal.age() - begun).as_secs(),
        }],
        ..Done::default()
    };
    if let Some(judged) = &judged {
        session.report.vault = Some(vault_line(judged));
        done.vault = judged_facts(judged);
    }
    let outcome = reporting.finish(DrillKind::D1, done, None, session)?;
    Ok(match outcome {
        Outcome::Fail => Exit::Material,
        outcome => exit(outcome),
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

fn used(verdict: &Verdict, places: &[Place], paper: &Paper) -> ShareUse {
    let place = places
        .iter()
        .find(|place| is_of(&verdict.from, &place.path));
    ShareUse {
        number: verdict.number,
        custodian: verdict.custodian.as_ref().map(ToString::to_string),
        copy: copy(&verdict.from),
        channel: channel(verdict, paper),
        attempts: place.map_or(0, |place| place.attempts),
        mistyped: place.map_or(0, |place| place.mistyped),
        seconds: place.map_or(0, |place| place.seconds),
        state: verdict.state.as_str().into(),
        reason: verdict.state.reason(),
    }
}

/// Which copy of the share its carrier says it is.
fn copy(from: &Path) -> Option<u8> {
    let folder = from.parent().filter(|_| from.ends_with(share::FILE))?;
    let facts = carrier::read_facts(folder)?;
    Some(facts.copy).filter(|copy| *copy > 0)
}

/// Whether it came from that place: a folder on a medium, or a page of a scan, which is called by its file and its number.
fn is_of(from: &Path, place: &Path) -> bool {
    let typed = from.to_string_lossy().starts_with("typed, ");
    from.starts_with(place)
        || from.to_string_lossy().starts_with(&*shown(place))
        || (typed && place.as_os_str() == "-")
}

//! D1, the share check: every share that is given is read and proven alone. No two of them are joined.

use std::path::Path;

use crate::carrier;
use crate::commands::Session;
use crate::commands::judging::{judged_facts, show_share, vault_line};
use crate::commands::lead::{channel, sheet};
use crate::commands::presented::{self, Presented};
use crate::commands::scanned::Paper;
use crate::commands::unlock::Unlocking;
use crate::drill::{self, DrillKind, Outcome, Phase, ShareUse};
use crate::error::{Error, Exit, Result};
use crate::quorum::{Judged, Table, Verdict};
use crate::report::shown;
use crate::share;

use super::done::Done;
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

/// Leads it.
///
/// # Errors
/// Whatever stopped it.
pub(super) fn run(args: &Args, reporting: Reporting, session: &mut Session) -> Result<Exit> {
    let expect = args.expected()?;
    let mut unlocking = Unlocking::new(&args.way.open)?;
    session.warn_of_machine();
    let mut presented = presented::gather(&[], session)?;
    let (mut places, mut carriers) = (Vec::new(), Vec::new());
    let begun = session.terminal.age();
    let (mut given, mut attempts) = (args.way.from.len(), 0);
    each_place(args, "a share", session, &mut |path, session| {
        let (from, before) = (session.terminal.age(), presented.paper.mistyped());
        match given.checked_sub(1) {
            Some(left) => given = left,
            None => attempts += 1,
        }
        take(path, &mut presented, session)?;
        for (id, kind) in presented.table.vaults() {
            args.check_kind(kind)?;
            reporting.check_vault(expect.unwrap_or(id))?;
        }
        if path.is_dir() {
            carriers.extend(carriers::read_all(path, expect, session)?);
        }
        let seconds = (session.terminal.age() - from).as_secs();
        places.push(Place {
            path: path.to_owned(),
            seconds,
            attempts: std::mem::take(&mut attempts),
            mistyped: presented.paper.mistyped() - before,
        });
        Ok(())
    })?;
    for (from, error) in presented.paper.unreadable() {
        presented.table.add_unreadable(from, error.to_string());
    }
    unlocking.open_all(&mut presented.table, expect, session)?;
    drop(unlocking);
    let mut verdicts = Vec::new();
    let judged = judge(presented.table, expect, &mut verdicts)?;
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
        answers: vec![drill::vault_words(expect.is_some())],
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
fn take(path: &Path, presented: &mut Presented, session: &mut Session) -> Result<()> {
    if path.as_os_str() == "-" {
        let given = crate::commands::typed::given(&mut presented.paper, session)?;
        presented.typed(given, session);
        return Ok(());
    }
    if !path.exists() {
        let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Error::io("read", path)(gone));
    }
    presented.look(path, session).map(drop)
}

/// What every share is. That too few are good is no failure of this drill, but what its criteria say.
fn judge(
    table: Table,
    expect: Option<crate::signature::VaultId>,
    verdicts: &mut Vec<Verdict>,
) -> Result<Option<Judged>> {
    match table.judge(expect, verdicts) {
        Ok(judged) => {
            verdicts.clone_from(&judged.verdicts);
            Ok(Some(judged))
        }
        Err(Error::NotEnoughShares { .. } | Error::NotExpected { .. }) => Ok(None),
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

//! D1, the share check: every share that is given is read and proven alone. No two of them are joined.

mod sitting;

use std::path::Path;

use crate::commands::Session;
use crate::commands::judging::{judged_facts, show_share, vault_line};
use crate::commands::lead::{channel, sheet};
use crate::commands::presented;
use crate::commands::scanned::Paper;
use crate::commands::unlock::Unlocking;
use crate::drill::{self, CarrierUse, DrillKind, Outcome, Phase, ShareUse};
use crate::error::{Error, Exit, Result};
use crate::quorum::{Judged, Table, Verdict};
use crate::report::shown;
use crate::signature::VaultId;

use super::done::Done;
use super::giving::{Next, Wanted, each_place, ends_here};
use super::meant::Meant;
use super::report::Reporting;
use super::{Args, entering, exit};
use sitting::{OnMedium, Place, Sitting};

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
        bag: None,
        closed: Vec::new(),
        carriers: Vec::new(),
        meant: Meant::of(expect, &reporting, session),
        given: args.way.from.len(),
        attempts: 0,
    };
    let wanted = Wanted {
        what: "a share",
        medium: "a custodian",
    };
    let all = each_place(args, &wanted, session, &mut |next, session| match next {
        Next::Asked => sitting.look_at_bag(&reporting, session),
        Next::At(path) => sitting.read(args, path, &reporting, session),
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
        mut places,
        mut files,
        carriers,
        closed,
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
    let sheets = verdicts.iter().filter_map(|one| {
        let mut sheet = sheet(one, &paper)?;
        let mut all = places.iter_mut();
        let at = all.find(|place| place.bag.is_some() && is_of(&one.from, &place.path));
        if let Some(bag) = at.and_then(|place| place.bag.take()) {
            bag.enter(&mut sheet);
        }
        Some(sheet)
    });
    let media = media.chain(sheets).chain(closed);
    let carriers: Vec<CarrierUse> = media.collect();
    let shares = verdicts.iter();
    let done = Done {
        carriers,
        shares: shares
            .map(|one| used(one, &places, &mut files, &paper))
            .collect(),
        disposal: "no two shares were joined; nothing was opened or written in clear".into(),
        ..Done::default()
    };
    let Some(judged) = &judged else {
        // Nothing that was given says which vault it was: the register may.
        let known = meant.id().and_then(|id| entering::vault(Some(id), session));
        let vault = known.as_ref().map(entering::facts);
        return Ok(Done { vault, ..done });
    };
    session.report.vault = Some(vault_line(judged));
    Ok(Done {
        vault: judged_facts(judged),
        ..done
    })
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

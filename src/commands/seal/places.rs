//! Where copies may lie, as far as it can be known before any key exists: two copies of one thing on two media, a share
//! and the vault never on one, nothing on the disk that it came from. Media that are brought later: `desk`.

pub(super) mod register;
pub(super) mod sheets;

use std::path::{Path, PathBuf};

use super::{Destination, Plan, PlannedCopy, Thing, desk};
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::media::Medium;
use crate::node::Survey;
use crate::report::{Finding, Severity};

/// How many places that are too near each other are said in one line.
const MOST_SAID: usize = 3;

/// The most bytes of a vault that can be passed on from one medium to the next through one port: they are held in
/// memory meanwhile.
pub(super) const MOST_PASSED_ON: u64 = 16 << 20;

/// One place that a copy goes to, with the medium that is there now.
struct Place<'a> {
    what: String,
    thing: Thing,
    path: &'a Path,
    real: PathBuf,
    medium: Medium,
    /// Another copy, that may not lie beside it, comes here first: this one waits for another medium.
    waits_for: Option<String>,
}

/// Refuses places that would make one accident, or one thief, enough. Answers which medium was at each place.
///
/// # Errors
/// [`Error::Refused`] with everything that is wrong; [`Error::Io`] for a place that is not there.
pub(super) fn check(
    plan: &Plan,
    surveys: &[Survey],
    session: &mut Session,
) -> Result<Vec<desk::Place>> {
    let places = places(plan)?;
    check_all(plan, &places, surveys, session)?;
    let seen = |Place { real, medium, .. }: Place<'_>| desk::Place { dir: real, medium };
    Ok(places.into_iter().map(seen).collect())
}

fn check_all(
    plan: &Plan,
    places: &[Place<'_>],
    surveys: &[Survey],
    session: &mut Session,
) -> Result<()> {
    places
        .iter()
        .try_for_each(|place| check_place(plan, place))?;
    check_swaps(places, surveys, session)?;
    let together = together(plan, places);
    if together.is_empty() {
        return Ok(());
    }
    if plan.is_strict("devices") {
        let what = format!("copies are not on separate devices: {}", listed(&together));
        let hint =
            "use one medium for each copy, or set the rule aside with --exception devices=REASON"
                .into();
        return Err(Error::Refused { what, hint });
    }
    for text in &together {
        session.report.findings.push(Finding {
            code: "devices",
            severity: Severity::Warning,
            subject: String::new(),
            text: text.clone(),
            hint: "use one medium for each copy".into(),
        });
    }
    session
        .terminal
        .warn("copies share a device, or the disk of the node: one accident takes more than one");
    Ok(())
}

fn places(plan: &Plan) -> Result<Vec<Place<'_>>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for PlannedCopy {
        thing, copy, to, ..
    } in plan.copies()
    {
        let Destination::At(path) = to else { continue };
        let real = real_directory(path)?;
        let before = places
            .iter()
            .find(|other| other.real == real && !plan.may_lie_together(thing, other.thing));
        places.push(Place {
            what: plan.copy_name(thing, copy.into()),
            thing,
            path,
            waits_for: before.map(|other| other.what.clone()),
            medium: Medium::at(&real),
            real,
        });
    }
    Ok(places)
}

/// The directory that a path means.
///
/// # Errors
/// [`Error::Io`] when there is none.
pub(super) fn real_directory(path: &Path) -> Result<PathBuf> {
    let real = std::fs::canonicalize(path).map_err(Error::io("use", path))?;
    match real.is_dir() {
        true => Ok(real),
        false => Err(Error::io("use", path)(
            std::io::ErrorKind::NotADirectory.into(),
        )),
    }
}

/// A copy inside the node directory would be sealed into itself.
fn check_place(plan: &Plan, place: &Place<'_>) -> Result<()> {
    match in_node(plan, &place.real) {
        None if place.waits_for.is_some() => Ok(()),
        None => {
            let cannot =
                desk::cannot_take(&place.real, &place.medium, super::write::least_bytes(plan));
            cannot.map_or(Ok(()), Err)
        }
        Some(node) => Err(Error::Refused {
            what: format!("{:?} lies in the node directory {node:?}", place.path),
            hint: "copies go to removable media, never into what is sealed".into(),
        }),
    }
}

/// The node directory that a place lies in.
pub(super) fn in_node<'p>(plan: &'p Plan, real: &Path) -> Option<&'p Path> {
    let mut nodes = plan.nodes.iter().map(|node| node.path());
    nodes.find(|node| real.starts_with(node))
}

/// Media are swapped only where somebody is there to do it, and a large vault cannot be passed on through one port.
fn check_swaps(places: &[Place<'_>], surveys: &[Survey], session: &Session) -> Result<()> {
    let waiting = places.iter().filter(|place| place.waits_for.is_some());
    // what does not compress, and what stands around each file in the archive and in the inventory
    let size =
        |survey: &Survey| survey.bytes + 2048 * (survey.files + survey.directories + survey.links);
    let bytes: u64 = surveys.iter().map(size).sum();
    // a further vault copy is made from the first, which cannot be in the same port meanwhile
    let vault = places.iter().find(|place| place.thing == Thing::Vault);
    let is_with_first = |place: &Place<'_>| vault.is_some_and(|vault| vault.real == place.real);
    for place in waiting {
        let first = place.waits_for.as_deref().unwrap_or_default();
        let (what, path) = (&place.what, place.path);
        if !session.terminal.leads_on() {
            let what = format!("{first} and {what} would lie in one directory, {path:?}");
            let hint =
                "give each copy a medium of its own; on a terminal, media can be swapped there";
            return Err(Error::Refused {
                what,
                hint: hint.into(),
            });
        }
        if place.thing == Thing::Vault && is_with_first(place) && bytes > MOST_PASSED_ON * 3 / 4 {
            let what = format!(
                "vault copy 1 and {what} name one place, {path:?}, and the vault is too large for that"
            );
            let hint = "name two mount points: the second copy is made from the first, with both plugged in";
            return Err(Error::Refused {
                what,
                hint: hint.into(),
            });
        }
    }
    Ok(())
}

/// The first few, and how many more there are: a screen has 24 lines.
pub(super) fn listed(all: &[String]) -> String {
    let first: Vec<&str> = all.iter().take(MOST_SAID).map(String::as_str).collect();
    match all.len().saturating_sub(MOST_SAID) {
        0 => first.join("; "),
        more => format!("{}; and {more} more", first.join("; ")),
    }
}

/// All pairs that are not known to be on separate media, and all copies on the source's own disk.
fn together(plan: &Plan, places: &[Place<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let now: Vec<&Place<'_>> = places
        .iter()
        .filter(|place| place.waits_for.is_none())
        .collect();
    for (i, place) in now.iter().enumerate() {
        if let Some(why) = place.medium.why_not() {
            found.push(format!("{} would lie on {why}", place.what));
            continue;
        }
        for other in now.iter().take(i) {
            if other.medium.why_not().is_some() || plan.is_together(place.thing, other.thing) {
                continue;
            }
            let near = place.medium.not_apart(&other.medium);
            found.extend(near.map(|why| format!("{} and {} ({why})", other.what, place.what)));
        }
        let home = at_home(plan, &place.medium);
        found.extend(home.map(|disk| format!("{} is on the disk of {disk:?}", place.what)));
    }
    found
}

/// What else lies on the disk of a place: a node directory, or this system.
pub(super) fn at_home<'p>(plan: &'p Plan, medium: &Medium) -> Option<&'p Path> {
    let nodes = plan.nodes.iter().map(|node| node.path());
    let mut homes = nodes.chain([Path::new("/")]);
    homes.find(|home| {
        let home = Medium::at(home);
        home.why_not().is_none() && medium.not_apart(&home).is_some()
    })
}

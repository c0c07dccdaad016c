//! Where copies may lie: two copies of one thing on two devices, a share and the vault never on one, and nothing on the
//! disk that it came from.

use std::path::{Path, PathBuf};

use super::Plan;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::media::{self, Device};
use crate::report::Severity;

/// How many places that are too near each other are said in one line.
const MOST_SAID: usize = 3;

/// One place that a copy goes to.
struct Place<'a> {
    /// "vault copy 1", "legal's share, copy 2".
    what: String,
    /// Which thing: copies of one thing must be apart, and different things too.
    thing: usize,
    path: &'a Path,
    real: PathBuf,
    device: Device,
}

/// Refuses places that would make one accident, or one thief, enough.
///
/// # Errors
/// [`Error::Refused`] with everything that is wrong; [`Error::Io`] for a place that is not there.
pub(super) fn check(plan: &Plan, session: &mut Session) -> Result<()> {
    let vault = plan
        .vault_to
        .iter()
        .zip(1..)
        .map(|(path, i)| (format!("vault copy {i}"), 0, path));
    let shares = plan
        .custodians
        .iter()
        .zip(1..)
        .flat_map(|(custodian, thing)| {
            let what = move |i: usize| format!("{}'s share, copy {i}", custodian.name);
            custodian
                .to
                .iter()
                .zip(1..)
                .map(move |(path, i)| (what(i), thing, path))
        });
    let places = vault
        .chain(shares)
        .map(|(what, thing, path)| place(what, thing, path))
        .collect::<Result<Vec<_>>>()?;
    for place in &places {
        check_place(plan, place)?;
    }
    check_same_directory(&places)?;
    let together = together(plan, &places);
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
        session.report.findings.push(crate::report::Finding {
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

fn place(what: String, thing: usize, path: &Path) -> Result<Place<'_>> {
    let real = std::fs::canonicalize(path).map_err(Error::io("use", path))?;
    if !real.is_dir() {
        return Err(Error::Io {
            doing: "use",
            path: path.to_owned(),
            error: std::io::ErrorKind::NotADirectory.into(),
        });
    }
    let device = media::device_of(&real);
    Ok(Place {
        what,
        thing,
        path,
        real,
        device,
    })
}

/// A copy inside the node directory would be sealed into itself.
fn check_place(plan: &Plan, place: &Place<'_>) -> Result<()> {
    match plan
        .nodes
        .iter()
        .find(|node| place.real.starts_with(node.path()))
    {
        None => Ok(()),
        Some(node) => Err(Error::Refused {
            what: format!(
                "{:?} lies in the node directory {:?}",
                place.path,
                node.path()
            ),
            hint: "copies go to removable media, never into what is sealed".into(),
        }),
    }
}

/// Two copies of one thing in one directory are one copy.
fn check_same_directory(places: &[Place<'_>]) -> Result<()> {
    for (i, place) in places.iter().enumerate() {
        let same = |other: &&Place<'_>| other.thing == place.thing && other.real == place.real;
        if let Some(other) = places.iter().take(i).find(same) {
            return Err(Error::Refused {
                what: format!(
                    "{} and {} would lie in one directory, {:?}",
                    other.what, place.what, place.path
                ),
                hint: "give each copy a medium of its own".into(),
            });
        }
    }
    Ok(())
}

/// The first few, and how many more there are: a screen has 24 lines.
fn listed(together: &[String]) -> String {
    let first = together
        .iter()
        .take(MOST_SAID)
        .cloned()
        .collect::<Vec<_>>()
        .join("; ");
    match together.len().saturating_sub(MOST_SAID) {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}

/// All pairs that are not known to be on separate devices, and all copies on the source's own disk.
fn together(plan: &Plan, places: &[Place<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let near = places
            .iter()
            .take(i)
            .filter(|other| !media::separate(&place.device, &other.device));
        found.extend(near.map(|other| {
            format!(
                "{} and {} ({})",
                other.what,
                place.what,
                place.device.describe()
            )
        }));
        let source = plan
            .nodes
            .iter()
            .find(|node| !media::separate(&place.device, &media::device_of(node.path())));
        found.extend(
            source.map(|node| format!("{} is on the disk of {:?}", place.what, node.path())),
        );
    }
    found
}

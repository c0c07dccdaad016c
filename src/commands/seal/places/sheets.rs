//! Where the PDFs of sheets may lie until they are printed, as far as it can be known before any key exists: nowhere
//! beside a copy of the same sealing, and never enough of them on one disk that keeps what was deleted.

use std::path::Path;

use super::{at_home, in_node, listed, real_directory};
use crate::commands::paper::say_fixed;
use crate::commands::seal::{Plan, Thing, desk};
use crate::commands::{Session, odd};
use crate::error::{Error, Result};
use crate::media::{self, Medium, Stay};
use crate::report::{Finding, Severity};
use crate::sheet;

/// More than any sheet has.
const MOST_BYTES: u64 = 2 << 20;

/// A sheet's PDF, and what it will lie on.
struct Paper<'p> {
    thing: Thing,
    name: String,
    file: &'p Path,
    medium: Medium,
}

/// Makes the folder for sheets that nobody named, if there is to be one.
///
/// # Errors
/// [`Error::Exists`]; [`Error::Io`].
pub(in crate::commands::seal) fn make_folder(plan: &Plan) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let Some(folder) = plan.sheets.as_ref().filter(|folder| folder.is_new) else {
        return Ok(());
    };
    let made = std::fs::DirBuilder::new().mode(0o700).create(&folder.dir);
    made.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::Exists(folder.dir.clone()),
        _ => Error::io("create", &folder.dir)(error),
    })
}

/// Removes that folder again, if nothing is in it.
pub(in crate::commands::seal) fn remove_folder(plan: &Plan) {
    if let Some(folder) = plan.sheets.as_ref().filter(|folder| folder.is_new) {
        // what is in it was named before
        let _ = std::fs::remove_dir(&folder.dir);
    }
}

/// Refuses places for PDFs that would undo what sheets and media apart are for.
///
/// # Errors
/// [`Error::Refused`]; [`Error::Exists`]; [`Error::Io`] for a place that is not there or takes no file.
pub(in crate::commands::seal) fn check(
    plan: &Plan,
    places: &[desk::Place],
    session: &mut Session,
) -> Result<()> {
    let sheets = plan.sheets().into_iter();
    let papers = sheets.map(|(thing, copy, file)| paper(plan, thing, copy, file));
    let papers = papers.collect::<Result<Vec<Paper<'_>>>>()?;
    for paper in &papers {
        check_odd(plan, paper.file, &paper.medium, session)?;
    }
    let beside: Vec<String> = papers
        .iter()
        .filter_map(|paper| beside(plan, paper, places))
        .collect();
    if !beside.is_empty() {
        if plan.is_strict("devices") {
            return Err(Error::Refused {
                what: format!("sheets are not apart: {}", listed(&beside)),
                hint: "put the PDFs into memory (a folder in /dev/shm) or onto a medium of their own, or set the \
                       rule aside with --exception devices=REASON"
                    .into(),
            });
        }
        beside.into_iter().for_each(|text| note(text, session));
    }
    check_letters(plan, session);
    check_fixed(plan, &papers, session)
}

/// Names with letters that no sheet shows as they are.
fn check_letters(plan: &Plan, session: &mut Session) {
    if plan.sheets().is_empty() {
        return;
    }
    let names = plan
        .custodians
        .iter()
        .map(|custodian| custodian.name.as_str());
    let all = names
        .chain([plan.label.as_str()])
        .chain(plan.contact.as_deref());
    let odd: Vec<&str> = all
        .filter(|text| !sheet::unprintable(text).is_empty())
        .collect();
    for text in odd {
        let about = "has letters that sheets spell out, such as [U+6771]";
        let hint = "use Latin, Greek or Cyrillic letters where people must read it on paper";
        session.find(Severity::Note, "letters", &format!("{text:?}"), about, hint);
    }
}

fn paper<'p>(plan: &'p Plan, thing: Thing, copy: u8, file: &'p Path) -> Result<Paper<'p>> {
    let medium = place(plan, file)?;
    Ok(Paper {
        thing,
        name: plan.copy_name(thing, copy.into()),
        file,
        medium,
    })
}

/// What a PDF would lie on, if it can be written there.
///
/// # Errors
/// [`Error::Exists`]; [`Error::Refused`] in a node directory; [`Error::Io`].
pub(in crate::commands::seal) fn place(plan: &Plan, file: &Path) -> Result<Medium> {
    let dir = real_directory(file.parent().unwrap_or(Path::new(".")))?;
    media::check_alone(file)?;
    if let Some(node) = in_node(plan, &dir) {
        return Err(Error::Refused {
            what: format!("{file:?} lies in the node directory {node:?}"),
            hint: "sheets go into memory or onto a removable medium, never into what is sealed"
                .into(),
        });
    }
    let medium = Medium::at(&dir);
    match desk::cannot_take(&dir, &medium, MOST_BYTES) {
        Some(error) => Err(error),
        None => Ok(medium),
    }
}

/// A medium that is a keyboard or a network card besides gets no share either.
///
/// # Errors
/// [`Error::Refused`] where the rule `host` holds.
pub(in crate::commands::seal) fn check_odd(
    plan: &Plan,
    file: &Path,
    medium: &Medium,
    session: &mut Session,
) -> Result<()> {
    let Some(what) = odd::said(file, &medium.device, session) else {
        return Ok(());
    };
    if plan.is_strict("host") {
        return Err(Error::Refused {
            what,
            hint: odd::HINT.into(),
        });
    }
    odd::warn(file.parent().unwrap_or(file), session);
    Ok(())
}

/// A medium that gets a copy of this sealing, and the PDF too.
fn beside(plan: &Plan, paper: &Paper<'_>, places: &[desk::Place]) -> Option<String> {
    let near = places.iter().find(|place| {
        let both = place.medium.is_medium() && paper.medium.is_medium();
        let is_one = both && place.medium.not_apart(&paper.medium).is_some();
        // a fixed disk that media lie on is said by the rule for media
        let is_home = at_home(plan, &place.medium).is_some();
        paper.file.starts_with(&place.dir) || is_one && !is_home
    });
    near.map(|place| {
        let (name, file, dir) = (&paper.name, paper.file, &place.dir);
        format!("the PDF of {name}, {file:?}, would lie on the medium of a copy, {dir:?}")
    })
}

fn note(text: String, session: &mut Session) {
    session.terminal.warn(&text);
    session.report.findings.push(Finding {
        code: "devices",
        severity: Severity::Warning,
        subject: String::new(),
        text,
        hint: "put the PDFs into memory or onto a medium of their own".into(),
    });
}

/// Fewer than `k` shares on one disk that keeps what was deleted; each of them is said.
fn check_fixed(plan: &Plan, papers: &[Paper<'_>], session: &mut Session) -> Result<()> {
    let is_fixed =
        |paper: &&Paper<'_>| paper.thing != Thing::Vault && paper.medium.stay() == Stay::Fixed;
    let fixed: Vec<&Paper<'_>> = papers.iter().filter(is_fixed).collect();
    if plan.kind == crate::kind::Kind::Rehearsal {
        return Ok(());
    }
    let on_one_disk = |paper: &&&Paper<'_>| {
        let here = |other: &&&Paper<'_>| other.medium.not_apart(&paper.medium).is_some();
        let mut things: Vec<Thing> = Vec::new();
        for other in fixed.iter().filter(here) {
            if !things.contains(&other.thing) {
                things.push(other.thing);
            }
        }
        things.len() >= usize::from(plan.k)
    };
    let full = fixed
        .iter()
        .find(on_one_disk)
        .filter(|_| plan.is_strict("devices"));
    if let Some(paper) = full {
        let dir = paper.file.parent().unwrap_or(paper.file);
        return Err(Error::Refused {
            what: format!(
                "enough share sheets to open the vault would lie on one fixed disk ({}), in {dir:?}",
                paper.medium.describe()
            ),
            hint: "put the PDFs into memory (a folder in /dev/shm) or onto a removable medium, or set the rule \
                   aside with --exception devices=REASON"
                .into(),
        });
    }
    for paper in fixed {
        say_fixed(paper.file, session);
    }
    Ok(())
}

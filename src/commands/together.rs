//! Whether a thing of a vault may go onto a medium: whoever finds one stick must not hold two things of one vault.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::carrier;
use crate::ceremony::Exception;
use crate::commands::seal;
use crate::error::{Error, Result};
use crate::listing;
use crate::manifest;
use crate::media::{self, Medium, Stay};
use crate::register;
use crate::signature::VaultId;

/// The most entries of a medium that are looked at.
const MOST_LOOKED_AT: usize = 4096;

/// Rules that can be set aside where one thing of a vault is written.
const RULES: [&str; 2] = ["devices", "together:NAME"];

/// Reads `--exception`, as `copy` and `print` have it.
///
/// # Errors
/// [`Error::Usage`].
pub(super) fn exceptions(given: &[String]) -> Result<Vec<Exception>> {
    let read = |given: &String| seal::exception(given, &RULES);
    given.iter().map(read).collect()
}

/// Refuses a medium that holds something of the vault already. `mine` is whose share is to go there; `None` is the
/// vault.
///
/// # Errors
/// [`Error::Refused`], naming the exception where there is one; [`Error::Io`].
pub(super) fn check(
    to: &Path,
    id: VaultId,
    mine: Option<String>,
    exceptions: &[Exception],
) -> Result<()> {
    check_beside(to, id, mine, exceptions, None)
}

/// As [`check`]; the folder `from`, which is what is printed, may lie there.
///
/// # Errors
/// As [`check`].
pub(super) fn check_beside(
    to: &Path,
    id: VaultId,
    mine: Option<String>,
    exceptions: &[Exception],
    from: Option<&Path>,
) -> Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let from = from.and_then(real);
    let of_vault = format!("{}{id}", carrier::PREFIX);
    let others = of_this_vault(to, &of_vault)?.into_iter();
    let others = others.filter(|other| from.is_none() || real(other) != from);
    for other in others {
        // two shares on one carrier are never allowed, and two copies of one thing are one
        let name = match (&mine, is_share(&other)) {
            (Some(name), false) => Some(name.clone()),
            (None, true) => custodian_of(&other),
            _ => None,
        };
        let what = format!("{other:?} of the same vault lies there already");
        check_rule(name, what, exceptions)?;
    }
    Ok(())
}

/// Refuses two things of one vault on one medium, unless the exception for `name`, whose share is one of them, was
/// given.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check_rule(
    name: Option<String>,
    what: String,
    exceptions: &[Exception],
) -> Result<()> {
    let rule = name.map(|name| format!("together:{name}"));
    let is_given = |given: &Exception| Some(&given.rule) == rule.as_ref();
    if exceptions.iter().any(is_given) {
        return Ok(());
    }
    let or = rule.map_or(String::new(), |rule| {
        format!(", or set the rule aside with --exception {rule}=REASON")
    });
    Err(Error::Refused {
        what,
        hint: format!("use a medium of its own{or}"),
    })
}

/// The folders of the vault anywhere on the medium, one directory deep: a subdirectory is no other medium.
fn of_this_vault(to: &Path, prefix: &str) -> Result<Vec<PathBuf>> {
    let mut found = media::find(to, prefix)?.paths;
    let top = Medium::at(to).point;
    if top.parent().is_some() {
        let below = listing::list(&top).map_err(Error::io("list", &top))?;
        let below = below
            .take(MOST_LOOKED_AT)
            .flatten()
            .map(|entry| entry.path());
        for place in [top].into_iter().chain(below) {
            // what is no directory, or cannot be read, holds no folder
            found.extend(media::find(&place, prefix).map_or(Vec::new(), |found| found.paths));
        }
    }
    found.retain(|path| path.is_dir() && is_named(path, prefix) && !is_note(path));
    Ok(found)
}

/// Refuses to write a paper of the office, such as the register, into a carrier's folder, or where shares lie: with
/// `and_copies`, where vault copies do, too. On a stick that is anywhere on it, one directory deep.
///
/// # Errors
/// [`Error::Refused`], with the `why` and the `hint`; [`Error::Io`].
pub(super) fn check_apart(
    dir: &Path,
    (what, why, hint): (&str, &str, &str),
    and_copies: bool,
) -> Result<()> {
    let refused = |found: String| {
        Err(Error::Refused {
            what: found,
            hint: hint.into(),
        })
    };
    let is_stick = Medium::at(dir).stay() == Stay::Removable;
    if let Some(folder) = dir.ancestors().find(|dir| is_carrier(dir)) {
        return refused(format!(
            "{what} would lie in {folder:?}, which is a carrier's folder"
        ));
    }
    let folders = folders_at(dir, is_stick)?;
    match folders.iter().find(|path| and_copies || is_share(path)) {
        None => Ok(()),
        Some(folder) => {
            let thing = if is_share(folder) {
                "share"
            } else {
                "vault copy"
            };
            refused(format!(
                "{what} would lie beside a {thing} ({folder:?}), and {why}"
            ))
        }
    }
}

fn is_carrier(dir: &Path) -> bool {
    let has = |name: &str| dir.join(name).exists();
    is_named(dir, carrier::PREFIX)
        && (has(carrier::CARRIER) || has(manifest::FILE) || has(carrier::SUMS))
}

/// The folders of carriers, of whatever vault: in a directory, and with `is_stick` anywhere on its medium, one directory deep.
///
/// # Errors
/// [`Error::Io`].
fn folders_at(dir: &Path, is_stick: bool) -> Result<Vec<PathBuf>> {
    let mut found = match is_stick {
        true => of_this_vault(dir, carrier::PREFIX)?,
        false => media::find(dir, carrier::PREFIX)?.paths,
    };
    found.retain(|path| path.is_dir() && is_named(path, carrier::PREFIX) && !is_note(path));
    Ok(found)
}

/// A register in a directory or one directory deeper, and with `is_stick` so on its whole medium, by what the file begins
/// with. What cannot be read holds none.
pub(super) fn register_at(dir: &Path, is_stick: bool) -> Option<PathBuf> {
    let top = is_stick.then(|| Medium::at(dir).point);
    let tops = [Some(dir.to_owned()), top].into_iter().flatten();
    let mut left = MOST_LOOKED_AT;
    for top in tops {
        let mut below = Vec::new();
        let found = register_in(&top, &mut left, &mut below);
        let mut deeper = below.iter();
        let found = found
            .or_else(|| deeper.find_map(|folder| register_in(folder, &mut left, &mut Vec::new())));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// A register right in a directory, beside what is to be written there.
pub(super) fn register_beside(dir: &Path) -> Option<PathBuf> {
    register_in(dir, &mut { MOST_LOOKED_AT }, &mut Vec::new())
}

/// Looks at the files of one directory; its folders go into `below`. `left` is how many entries may still be looked at.
fn register_in(dir: &Path, left: &mut usize, below: &mut Vec<PathBuf>) -> Option<PathBuf> {
    for entry in listing::list(dir).ok()?.take(*left).flatten() {
        *left = left.saturating_sub(1);
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let path = entry.path();
        if kind.is_dir() {
            below.push(path);
        } else if kind.is_file() && is_register(&path) {
            return Some(path);
        }
    }
    None
}

fn is_register(path: &Path) -> bool {
    let mut begins = Vec::new();
    let Ok(file) = media::open_ordinary(path) else {
        return false;
    };
    let read = file
        .take(register::PREFIX.len() as u64)
        .read_to_end(&mut begins);
    read.is_ok() && begins == register::PREFIX
}

fn is_named(path: &Path, prefix: &str) -> bool {
    media::begins_with(path.file_name().unwrap_or_default(), prefix)
}

/// A note of a superseded vault is neither a share nor a copy.
fn is_note(folder: &Path) -> bool {
    folder.file_name().is_some_and(carrier::is_note_folder)
}

/// By the folder's name: what is in it may be damaged, and is a share all the same.
fn is_share(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().as_encoded_bytes();
    let name = name.get(carrier::PREFIX.len()..).unwrap_or_default();
    let role = name.split(|byte| *byte == b'-').nth(1);
    !role.is_some_and(|role| role.eq_ignore_ascii_case(b"vault"))
}

/// Whose share it is, where that can be read.
fn custodian_of(folder: &Path) -> Option<String> {
    let share = carrier::read(folder).ok()?.share?.ok()?;
    Some(share.facts.custodian.to_string())
}

//! Where the PDF of a sheet may lie: a share not on a disk that keeps what was deleted, and not where a register lies.

use std::path::Path;

use crate::carrier::{Checked, Holds};
use crate::ceremony::Exception;
use crate::commands::{Session, odd, paper, together};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::media::{self, Medium, Stay};

/// Where the PDF may lie. How often `print` runs nobody counts, so that one share in clear on a fixed disk is refused here
/// as `k` of them are by `seal`.
///
/// # Errors
/// [`Error::Refused`], with the way to set the rule aside; [`Error::Exists`].
pub(super) fn check(
    file: &Path,
    checked: &Checked,
    manifest: &Manifest,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    media::check_alone(file)?;
    odd::warn(file.parent().unwrap_or(file), session);
    if matches!(checked.holds, Holds::Vault) || manifest.kind == Kind::Rehearsal {
        return Ok(());
    }
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = dir.unwrap_or(Path::new("."));
    let Holds::Share(_, custodian) = &checked.holds else {
        return Ok(());
    };
    let id = manifest.public_key.vault_id();
    let (mine, from) = (Some(custodian.to_string()), Some(checked.path.as_path()));
    together::check_beside(dir, id, mine, exceptions, from)?;
    let stay = Medium::at(dir).stay();
    paper::say_swap(file, stay, session);
    if stay != Stay::Fixed {
        return Ok(());
    }
    if checked.closed.is_none() {
        check_fixed(file, exceptions, session)?;
    }
    paper::say_fixed(file, session);
    Ok(())
}

/// A register says who keeps the other shares, and where: no share goes where one lies.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check_apart(file: &Path, checked: &Checked, session: &Session) -> Result<()> {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = dir.unwrap_or(Path::new("."));
    if !matches!(checked.holds, Holds::Share(..)) {
        return Ok(());
    }
    // A medium goes somewhere as a whole. On a disk a PDF lies where it is until it is printed.
    if Medium::at(dir).stay() == Stay::Removable {
        return session.check_apart(dir);
    }
    match together::register_beside(dir) {
        None => Ok(()),
        Some(found) => Err(Error::Refused {
            what: format!("{found:?} is a register: a share may not go where it lies"),
            hint: "write the sheet somewhere else; the register stays with the security office"
                .into(),
        }),
    }
}

/// A share in clear on a disk that keeps what was deleted needs a reason.
fn check_fixed(file: &Path, exceptions: &[Exception], session: &mut Session) -> Result<()> {
    let what =
        format!("{file:?} would be a share in clear on a fixed disk, which keeps what was deleted");
    let Some(given) = exceptions.iter().find(|given| given.rule == "devices") else {
        return Err(Error::Refused {
            what,
            hint: "use memory (a folder in /dev/shm), a removable medium or --out - into a printer's command, or \
                   set the rule aside with --exception devices=REASON"
                .into(),
        });
    };
    let text = format!("{what}; reason given: {:?}", given.reason);
    session.terminal.warn(&text);
    Ok(())
}

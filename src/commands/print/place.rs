//! Where the PDF of a sheet may lie: a share not on a disk that keeps what was deleted, and not where a register lies.

use std::path::Path;

use crate::carrier::{Checked, Holds};
use crate::ceremony::Exception;
use crate::commands::{Session, odd, paper, together};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::label::Label;
use crate::manifest::Manifest;
use crate::media::{self, Medium, Stay};
use crate::signature::VaultId;

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
    let Holds::Share(_, custodian) = &checked.holds else {
        return Ok(());
    };
    let share = Sheet {
        id: manifest.public_key.vault_id(),
        kind: manifest.kind,
        custodian,
        is_protected: checked.closed.is_some(),
        from: Some(&checked.path),
    };
    share.check(file, exceptions, session)
}

/// The sheet of a share that is to be a PDF somewhere.
struct Sheet<'s> {
    id: VaultId,
    kind: Kind,
    custodian: &'s Label,
    is_protected: bool,
    /// The carrier that it is drawn from: that may lie there.
    from: Option<&'s Path>,
}

impl Sheet<'_> {
    fn check(&self, file: &Path, exceptions: &[Exception], session: &mut Session) -> Result<()> {
        if self.kind == Kind::Rehearsal {
            return Ok(());
        }
        let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
        let dir = dir.unwrap_or(Path::new("."));
        let mine = Some(self.custodian.to_string());
        together::check_beside(dir, self.id, mine, exceptions, self.from)?;
        let stay = Medium::at(dir).stay();
        paper::say_swap(file, stay, session);
        if stay != Stay::Fixed {
            return Ok(());
        }
        if !self.is_protected {
            check_fixed(file, exceptions, session)?;
        }
        paper::say_fixed(file, session);
        Ok(())
    }
}

/// Where the PDF of a share may lie that is on no carrier yet: as for one that is printed from a carrier.
///
/// # Errors
/// As [`check`] and [`check_apart`].
pub(in crate::commands) fn check_share_file(
    file: &Path,
    (id, kind, custodian): (VaultId, Kind, &Label),
    is_protected: bool,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    media::check_alone(file)?;
    odd::warn(file.parent().unwrap_or(file), session);
    let share = Sheet {
        id,
        kind,
        custodian,
        is_protected,
        from: None,
    };
    share.check(file, exceptions, session)?;
    apart(file, session)
}

/// A register says who keeps the other shares, and where: no share goes where one lies.
///
/// # Errors
/// [`Error::Refused`].
pub(super) fn check_apart(file: &Path, checked: &Checked, session: &Session) -> Result<()> {
    match checked.holds {
        Holds::Share(..) => apart(file, session),
        Holds::Vault | Holds::Nothing => Ok(()),
    }
}

fn apart(file: &Path, session: &Session) -> Result<()> {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = dir.unwrap_or(Path::new("."));
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

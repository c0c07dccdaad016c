//! Whether a carrier may be copied here: the machine, the medium that the copy goes to, and what lies on that already.

use std::path::Path;

use super::Args;
use crate::carrier::{Checked, Holds};
use crate::ceremony::Exception;
use crate::commands::{Session, odd, together};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::media::Medium;
use crate::report::Severity;

/// In production the machine must be fit, unless that rule was set aside.
pub(super) fn check_host(
    checked: &Checked,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    let rehearsal = is_rehearsal(checked);
    let reason = exceptions.iter().find(|given| given.rule == "host");
    session.check_machine(!rehearsal && reason.is_none())?;
    if let Some(Exception { reason, .. }) = reason {
        let text =
            format!("what is wrong with this machine was set aside; reason given: {reason:?}");
        session.find(Severity::Warning, "host", "", &text, "");
    }
    Ok(())
}

/// Practising is for what was sealed for it.
pub(super) fn check_kind(args: &Args, checked: &Checked) -> Result<()> {
    match args.rehearsal && !is_rehearsal(checked) {
        true => Err(Error::WrongKind {
            found: "production",
        }),
        false => Ok(()),
    }
}

fn is_rehearsal(checked: &Checked) -> bool {
    let manifest = checked.manifest.as_ref();
    manifest.is_some_and(|manifest| manifest.kind == Kind::Rehearsal)
}

pub(super) fn check_device(
    args: &Args,
    to: &Path,
    checked: &Checked,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    let rehearsal = is_rehearsal(checked);
    let real = std::fs::canonicalize(to).map_err(Error::io("use", to))?;
    check_odd(&real, rehearsal, exceptions, session)?;
    let near = too_near(&real, &checked.path);
    let (Some(near), false) = (near, args.rehearsal && rehearsal) else {
        return Ok(());
    };
    let reason = exceptions.iter().find(|given| given.rule == "devices");
    let Some(Exception { reason, .. }) = reason else {
        return Err(Error::Refused {
            what: format!("{to:?} is not known to be a medium of its own: {near}"),
            hint: "use another medium, or set the rule aside with --exception devices=REASON"
                .into(),
        });
    };
    let text = format!("this may be no medium of its own ({near}); reason given: {reason:?}");
    session.terminal.warn(&text);
    Ok(())
}

/// A medium that is a keyboard or a network card besides.
fn check_odd(
    to: &Path,
    rehearsal: bool,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    let Some(what) = odd::said(to, &Medium::at(to).device, session) else {
        return Ok(());
    };
    if rehearsal || exceptions.iter().any(|given| given.rule == "host") {
        odd::warn(to, session);
        return Ok(());
    }
    Err(Error::Refused {
        what,
        hint: odd::HINT.into(),
    })
}

/// Why a place cannot count as another medium: it may be the source's, or the disk of this system.
fn too_near(to: &Path, from: &Path) -> Option<String> {
    let medium = Medium::at(to);
    let source = medium.not_apart(&Medium::at(from));
    let source = source.map(|near| format!("it may be that of {from:?}: {near}"));
    let system = Medium::at(Path::new("/"));
    let is_system = system.is_medium() && medium.not_apart(&system).is_some();
    source.or_else(|| is_system.then(|| "it is the disk of this system".to_owned()))
}

/// Whoever finds one stick must not hold two things of one vault.
pub(super) fn check_together(
    args: &Args,
    to: &Path,
    checked: &Checked,
    exceptions: &[Exception],
) -> Result<()> {
    let Some(manifest) = checked.manifest.as_ref().filter(|_| !args.rehearsal) else {
        return Ok(());
    };
    let mine = match &checked.holds {
        Holds::Share(_, custodian) => Some(custodian.to_string()),
        Holds::Vault | Holds::Nothing => None,
    };
    together::check(to, manifest.public_key.vault_id(), mine, exceptions)
}

/// The register names people and places: it must not lie where a share goes to.
pub(super) fn check_apart(checked: &Checked, to: &Path, session: &Session) -> Result<()> {
    match checked.holds {
        Holds::Share(..) => session.check_apart(to),
        Holds::Vault | Holds::Nothing => Ok(()),
    }
}

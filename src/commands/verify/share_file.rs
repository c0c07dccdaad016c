//! A share file on its own, without a carrier around it.

use std::path::Path;

use super::Verifying;
use super::conclusion::{NOT_EXPECTED, show_other_vault};
use crate::carrier;
use crate::commands::Session;
use crate::error::{Exit, Result};
use crate::register::MediumKind;
use crate::report::{Severity, shown};
use crate::share::ReadShare;

/// The signature of a share proves it for the vault that it names.
pub(super) fn signed_share(
    path: &Path,
    share: ReadShare,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<Option<ReadShare>> {
    let id = share.facts.public_key.vault_id();
    let signed = share.is_signed();
    let other = verifying.expect.filter(|expected| *expected != id);
    let verdict = match (signed, other) {
        (true, None) => "whole",
        (true, Some(_)) => NOT_EXPECTED,
        (false, _) => "NOT GENUINE: do not rely on it",
    };
    session.terminal.result(&shown(path))?;
    for line in carrier::describe_id(id, Some(share.facts.kind)) {
        session.terminal.result(&format!("    {line}"))?;
    }
    if !signed {
        let text = "forged or damaged";
        let hint = "set it aside and use another copy";
        session.find(Severity::Error, "share", &format!("{path:?}"), text, hint);
    }
    if let Some(expected) = other {
        show_other_vault(path, id, expected, session);
    }
    verifying.tally.add(signed, Some(id));
    verifying.enter_share(&share, MediumKind::Unknown, signed);
    let good = signed && other.is_none();
    match good {
        true => verifying.take_open(&share),
        false => verifying.ended(Exit::Material),
    }
    let name = carrier::share_name(share.facts.number, &share.facts.custodian);
    let line = format!("{name} of {}: {verdict}", share.facts.n);
    session.terminal.result(&line)?;
    Ok(Some(share).filter(|share| good && share.closed().is_some()))
}

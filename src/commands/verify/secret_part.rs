//! What is said of the secret part of a protected share: left closed, or opened and proven.

use std::path::Path;

use super::Verifying;
use crate::carrier;
use crate::cipher::Lock;
use crate::commands::Session;
use crate::error::{Exit, Result};
use crate::report::Severity;
use crate::share::{Closed, ReadShare};

/// What can be said of the secret part of a share that is protected, and whose public part is genuine or consistent.
pub(super) fn secret_part(
    path: &Path,
    share: &mut ReadShare,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<()> {
    let public = match verifying.expect {
        Some(_) => "public part genuine",
        None => "public part consistent",
    };
    let Some(unlocking) = &mut verifying.unlocking else {
        let line = format!("    share    {public}, secret part not opened");
        return session.terminal.result(&line);
    };
    let name = carrier::share_name(share.facts.number, &share.facts.custodian);
    let needs = share.lock().map_or("", Lock::needs);
    if unlocking.open(&mut [(path, share)], session)? {
        verifying.last_is_proven();
        let line = format!("    share    {public}, secret part opened and proven");
        return session.terminal.result(&line);
    }
    verifying.ended(Exit::Shares);
    let line = format!("    share    {public}, secret part NOT OPENED");
    session.terminal.result(&line)?;
    let why = match share.closed() {
        Some(Closed::Refused) => "what was given does not open it: wrong, or this copy is damaged",
        Some(_) => "nothing was given that could open it",
        None => "what is in it is not the share that was made under this number",
    };
    let text = format!("{name}: the secret part was not opened: {why}");
    let hint = format!("it needs {needs}; if that was right, use another copy");
    let subject = format!("{path:?}");
    session.find(Severity::Error, "not-opened", &subject, &text, &hint);
    Ok(())
}

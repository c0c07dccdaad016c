//! What the register has to say before a sealing: it never lies where a share is about to, and who left keeps no share.

use crate::commands::Session;
use crate::commands::seal::{Destination, Plan};
use crate::error::{Error, Result};
use crate::label::Label;
use crate::register::{Register, Standing};

/// Refuses a register on a medium that was named for a share, and a custodian who has left. Media that are brought later
/// are looked at then.
///
/// # Errors
/// [`Error::Refused`].
pub(in crate::commands::seal) fn check(plan: &Plan, session: &Session) -> Result<()> {
    for custodian in &plan.custodians {
        for to in &custodian.to {
            if let Destination::At(dir) = to {
                session.check_apart(dir)?;
            }
        }
        may_keep(&custodian.name, session)?;
    }
    Ok(())
}

/// Refuses somebody who has left, by the register: whoever left keeps no share.
///
/// # Errors
/// [`Error::Refused`].
pub(in crate::commands) fn may_keep(name: &Label, session: &Session) -> Result<()> {
    let state = session.register().map(Register::state);
    let known = state
        .as_ref()
        .and_then(|state| state.custodian(name.as_str()));
    match known.map(|known| known.standing) {
        Some(Standing::Left { since, .. }) => Err(Error::Refused {
            what: format!("{name} left on {}, by the register", since.date()),
            hint: "name another custodian; somebody else of that name gets another one, such as \"NAME 2\""
                .into(),
        }),
        _ => Ok(()),
    }
}

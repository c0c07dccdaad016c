//! What the register has to say before a sealing: it never lies where a share is about to, and who left keeps no share.

use crate::commands::Session;
use crate::commands::seal::{Destination, Plan};
use crate::error::{Error, Result};
use crate::register::Standing;

/// Refuses a register on a medium that was named for a share, and a custodian who has left. Media that are brought later
/// are looked at then.
///
/// # Errors
/// [`Error::Refused`].
pub(in crate::commands::seal) fn check(plan: &Plan, session: &Session) -> Result<()> {
    let state = session.register().map(crate::register::Register::state);
    for custodian in &plan.custodians {
        for to in &custodian.to {
            if let Destination::At(dir) = to {
                session.check_apart(dir)?;
            }
        }
        let name = custodian.name.as_str();
        let known = state.as_ref().and_then(|state| state.custodian(name));
        if let Some(Standing::Left { since, .. }) = known.map(|known| known.standing) {
            return Err(Error::Refused {
                what: format!("{} left on {}, by the register", custodian.name, since.date()),
                hint: "name another custodian; if it is somebody else of that name: coldvault custodian add NAME"
                    .into(),
            });
        }
    }
    Ok(())
}

//! What the register has to say before a sealing: it never lies where a share is about to, and who left keeps no share.

use crate::carrier::printable;
use crate::commands::Session;
use crate::commands::seal::{Destination, Plan};
use crate::error::{Error, Result};
use crate::label::{Label, confusable};
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
    let Some(state) = state else {
        return Ok(());
    };
    // Somebody the register knows under that very name, and who has not left, was entered as another person.
    if let Some(known) = state.custodian(name.as_str())
        && !matches!(known.standing, Standing::Left { .. })
    {
        return Ok(());
    }
    let is_same = |known: &str| {
        let known = Label::stored(known).ok();
        known.is_some_and(|known| known == *name || confusable(&known, name))
    };
    let left = state
        .custodians
        .iter()
        .find_map(|known| match known.standing {
            Standing::Left { since, .. } if is_same(&known.name) => Some((&known.name, since)),
            _ => None,
        });
    match left {
        Some((known, since)) => Err(Error::Refused {
            what: format!("{} left on {}, by the register", printable(known), since.date()),
            hint: "name another custodian; somebody else of that name gets another one, such as \"NAME 2\""
                .into(),
        }),
        None => Ok(()),
    }
}

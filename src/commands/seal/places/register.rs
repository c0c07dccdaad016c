//! The register never lies where a share is about to: it says who keeps the others, and where.

use crate::commands::Session;
use crate::commands::seal::{Destination, Plan};
use crate::error::{Error, Result};
use crate::media::{Medium, Stay};

/// Refuses a register on a medium that was named for a share. One that is brought later is looked at then.
///
/// # Errors
/// [`Error::Refused`].
pub(in crate::commands::seal) fn check(plan: &Plan, session: &Session) -> Result<()> {
    let Some(register) = session.register_path() else {
        return Ok(());
    };
    let home = register.parent().unwrap_or(register);
    let medium = Medium::at(home);
    for custodian in &plan.custodians {
        for to in &custodian.to {
            let Destination::At(dir) = to else { continue };
            let Ok(dir) = super::real_directory(dir) else {
                continue;
            };
            let there = Medium::at(&dir);
            let is_same_stick = there.stay() == Stay::Removable && there.point == medium.point;
            if home.starts_with(&dir) || is_same_stick {
                return Err(Error::Refused {
                    what: format!(
                        "the register would lie on the medium of {}'s share",
                        custodian.name
                    ),
                    hint:
                        "keep it where the security office keeps its papers, on a medium of its own"
                            .into(),
                });
            }
        }
    }
    Ok(())
}

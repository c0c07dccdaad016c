//! Which shares and which vault copy a drill should take, as the register says.
//!
//! Says it; chooses nothing: what is longest not tried is `due`'s business.

use crate::commands::Session;
use crate::due;
use crate::error::{Error, Result};
use crate::register::Register;
use crate::signature::VaultId;

use super::entering::vault;

/// Says which shares and which vault copy were longest not tried.
///
/// # Errors
/// [`Error::Usage`] when the register does not say which vault is meant.
pub(super) fn suggest(expect: Option<VaultId>, session: &mut Session) -> Result<()> {
    let Some(vault) = vault(expect, session) else {
        return Err(Error::Usage {
            what: "--suggest needs a register that has the vault".into(),
            hint:
                "name it with --register FILE, and the vault with --expect ID where it has several"
                    .into(),
        });
    };
    let state = session.register().map(Register::state).unwrap_or_default();
    let suggested = due::suggest(&vault, &state);
    let names = suggested.shares.iter().map(|number| {
        let share = vault.shares.iter().find(|share| share.number == *number);
        match share.and_then(|share| share.custodian.as_deref()) {
            Some(custodian) => format!("share {number} ({custodian})"),
            None => format!("share {number}"),
        }
    });
    let names: Vec<String> = names.collect();
    let mut lines = vec![format!("Longest not tried: {}", names.join(", "))];
    if names.len() < usize::from(vault.k) {
        lines.push(format!(
            "That is fewer than the {} needed: not enough custodians can come.",
            vault.k
        ));
    }
    lines.extend(suggested.copy.map(|copy| {
        let place = copy
            .site
            .map_or(String::new(), |site| format!(", at {site}"));
        format!("Longest not read: vault copy {}{place}", copy.copy)
    }));
    lines
        .iter()
        .try_for_each(|line| session.terminal.result(line))
}

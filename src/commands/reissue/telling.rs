//! What is shown at the end: the copies, and what becomes of those before.

use super::copies::Copies;
use super::wishes::Wishes;
use super::writing::Writing;
use crate::commands::{Session, seal};
use crate::error::Result;
use crate::register::{Cause, Register, Role};

/// Shows it.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take it.
pub(super) fn show(
    copies: &Copies,
    writing: &Writing<'_>,
    wishes: &Wishes,
    session: &mut Session,
) -> Result<()> {
    session.terminal.result("Made anew, and read back:")?;
    seal::show_carriers(session)?;
    for line in before(copies, wishes, session) {
        session.terminal.result(&line)?;
    }
    for exception in &wishes.exceptions {
        let line = format!("  set aside: {} ({})", exception.rule, exception.reason);
        session.terminal.result(&line)?;
    }
    let count = writing.written.len();
    session.terminal.result(&format!(
        "REISSUED: {}, the very same share: {count} copies written and read back.",
        copies.name()
    ))
}

/// The copies before are void. They are that share all the same.
fn before(copies: &Copies, wishes: &Wishes, session: &Session) -> Vec<String> {
    let number = copies.number;
    let mut lines = vec![match wishes.cause {
        Some(Cause::Destroyed) => {
            format!("The copies of share {number} before are gone, as was said.")
        }
        _ => format!(
            "The copies of share {number} before are VOID: write it on them and destroy them. Until then each"
        ),
    }];
    if wishes.cause != Some(Cause::Destroyed) {
        lines.push("opens the vault with others, and no new share takes that away.".into());
    }
    if wishes.cause.is_some_and(Cause::exposes) {
        lines.push(format!(
            "Share {number} counts as exposed: if it is not found, seal anew with a new key."
        ));
    }
    let state = session.register().map(Register::state);
    let id = copies.manifest.public_key.vault_id();
    let vault = state.as_ref().and_then(|state| state.vault(id));
    let void = vault.into_iter().flat_map(|vault| &vault.carriers);
    let void = void.filter(|known| {
        known.role == Role::Share(number) && known.void.is_some() && !known.destroyed
    });
    lines.extend(void.map(|known| {
        let site = known
            .site
            .as_deref()
            .unwrap_or("the register does not say where");
        format!(
            "  void: share {number}, copy {}: {}",
            known.copy,
            crate::carrier::printable(site)
        )
    }));
    lines
}

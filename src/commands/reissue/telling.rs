//! What is shown at the end: the copies, and what becomes of those before.

use super::copies::Copies;
use super::wishes::Wishes;
use super::writing::Writing;
use crate::carrier;
use crate::commands::{Session, seal};
use crate::due::{VoidCopy, void_copies};
use crate::error::Result;
use crate::register::{Cause, Register};

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
    if wishes.cause != Some(Cause::Destroyed) {
        lines.extend(void(copies, session));
    }
    lines
}

/// Each copy before that may be out: what the register says of it, and whom to ask for it. Without a register they are known
/// by their numbers only.
fn void(copies: &Copies, session: &Session) -> Vec<String> {
    let number = copies.number;
    let state = session.register().map(Register::state);
    let id = copies.manifest.public_key.vault_id();
    let vault = state.as_ref().and_then(|state| state.vault(id));
    let share = vault.and_then(|vault| {
        let mut shares = vault.shares.iter();
        Some((vault, shares.find(|share| share.number == number)?))
    });
    let Some((vault, share)) = share else {
        let first = copies.all.iter().map(|copy| copy.facts.copy).min();
        let before = 1..first.unwrap_or(1);
        let line = |copy| format!("  void: share {number}, copy {copy}: no register says where");
        return before.map(line).collect();
    };
    let line = |one: &VoidCopy<'_>| {
        let place = match (one.entered, one.site) {
            (true, Some(site)) => carrier::printable(site),
            (true, None) => "the register does not say where".into(),
            (false, _) => "never entered in the register".into(),
        };
        let keepers: Vec<_> = one
            .keepers
            .iter()
            .map(|name| carrier::printable(name))
            .collect();
        let with = match keepers.is_empty() {
            true => String::new(),
            false => format!("; ask {}", keepers.join(", ")),
        };
        format!("  void: share {number}, copy {}: {place}{with}", one.copy)
    };
    void_copies(vault, share).iter().map(line).collect()
}

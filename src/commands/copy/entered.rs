//! The copy in the register: one more carrier, once it counts.
//!
//! Knows what a copy is, and what the register is told; whether it counts is the callers' business.

use std::path::Path;

use crate::carrier::{self, Checked};
use crate::commands::{Session, noting};
use crate::error::Result;
use crate::media::Medium;
use crate::register::{Copied, Event};

/// What the register is told of the copy.
pub(super) fn copied(checked: &Checked, path: &Path) -> Vec<Event> {
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    let facts = checked.facts.as_ref().zip(carrier::read_facts(path));
    let event = vault.zip(facts).map(|(vault, (from, new))| {
        Event::Copied(Copied {
            vault,
            from: noting::carrier_ref(from),
            carrier: noting::carrier_line(&new, &Medium::at(path)),
        })
    });
    event.into_iter().collect()
}

/// Notes one that was written and not proven: it counts once it is checked.
pub(super) fn enter_unproven(checked: &Checked, what: &str, session: &mut Session) -> Result<()> {
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    let Some(vault) = vault.filter(|_| session.register().is_some()) else {
        return Ok(());
    };
    if session.knows(vault) {
        let text = format!(
            "copied, not proven after a re-plug, and no copy that counts: {what}; find and check its medium, or destroy it"
        );
        session.note(&[Event::Noted(text)])?;
    }
    Ok(())
}

/// Enters the copy, if the register knows its vault. The copy is made, whatever becomes of that.
pub(super) fn enter(checked: &Checked, events: &[Event], session: &mut Session) -> Result<()> {
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    match vault {
        Some(vault) if session.register().is_some() && session.knows(vault) => {
            session.note(events)?;
            session.note_sites(vault)
        }
        _ => Ok(()),
    }
}

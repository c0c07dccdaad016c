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

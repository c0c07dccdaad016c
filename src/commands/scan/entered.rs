//! Copies from sheets in the register: each is one more carrier.
//!
//! Knows what was written, and what the register is told.

use std::path::PathBuf;

use crate::carrier;
use crate::commands::{Session, noting};
use crate::error::Result;
use crate::media::Medium;
use crate::register::{CarrierRef, Copied, Event};
use crate::signature::VaultId;

/// Enters what the register knows the vault of. The copies are made, whatever becomes of that.
///
/// # Errors
/// As [`Session::note`].
pub(super) fn enter(written: &[(VaultId, PathBuf)], session: &mut Session) -> Result<()> {
    if session.register().is_none() {
        return Ok(());
    }
    let mut vaults: Vec<VaultId> = written.iter().map(|(vault, _)| *vault).collect();
    vaults.sort_unstable();
    vaults.dedup();
    vaults.retain(|vault| session.knows(*vault));
    let known = written.iter().filter(|(vault, _)| vaults.contains(vault));
    let events: Vec<Event> = known.filter_map(copied).collect();
    session.note(&events)?;
    vaults
        .into_iter()
        .try_for_each(|vault| session.note_sites(vault))
}

/// It was made from a sheet, which does not say which copy it is.
fn copied((vault, path): &(VaultId, PathBuf)) -> Option<Event> {
    let carrier = noting::carrier_line(&carrier::read_facts(path)?, &Medium::at(path));
    let from = CarrierRef {
        carrier_id: None,
        role: carrier.carrier.role,
        copy: None,
    };
    Some(Event::Copied(Copied {
        vault: *vault,
        from,
        carrier,
    }))
}

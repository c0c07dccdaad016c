//! What the register is told of a copy that was made.

use std::path::Path;

use crate::carrier::{self, Checked};
use crate::commands::{Session, noting};
use crate::error::Result;
use crate::media::Medium;
use crate::register::{Copied, Event};

/// Enters the copy at `path`, if the register knows its vault. The copy is made, whatever becomes of that.
///
/// # Errors
/// As [`Session::note`].
pub(super) fn enter(checked: &Checked, path: &Path, session: &mut Session) -> Result<()> {
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    let facts = checked.facts.as_ref().zip(carrier::read_facts(path));
    let (Some(vault), Some((from, new))) = (vault, facts) else {
        return Ok(());
    };
    if session.register().is_none() || !session.knows(vault) {
        return Ok(());
    }
    session.note(&[Event::Copied(Copied {
        vault,
        from: noting::carrier_ref(from),
        carrier: noting::carrier_line(&new, &Medium::at(path)),
    })])?;
    session.note_sites(vault)
}

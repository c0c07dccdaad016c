//! The share in the register: that it is about to be made, and that it was, once every copy has read back.

use super::copies::Copies;
use super::sheet::State;
use super::wishes::Wishes;
use super::writing::{On, Writing, entry};
use crate::commands::Session;
use crate::error::Result;
use crate::register::{CarrierLine, Event, OfCarrier, Register, Reissued};
use crate::signature::VaultId;

fn vault(copies: &Copies) -> VaultId {
    copies.manifest.public_key.vault_id()
}

fn is_known(copies: &Copies, session: &Session) -> bool {
    let id = vault(copies);
    session
        .register()
        .is_some_and(|register: &Register| register.knows(id))
}

/// Whoever finds a carrier later can tell then where it came from, even if it never was made to the end.
///
/// # Errors
/// As [`Session::note`]: nothing left the machine yet.
pub(super) fn begun(copies: &Copies, session: &mut Session) -> Result<()> {
    if !is_known(copies, session) {
        return Ok(());
    }
    let text = format!(
        "share {} of vault {} is being made anew: without an entry that it was made, copies of it may be out that count \
         as none",
        copies.number,
        vault(copies)
    );
    session.note(&[Event::Noted(text)]).map(|_| ())
}

/// Notes what is out of a share that was not made to the end. That the register takes no more is said.
pub(super) fn broken_off(copies: &Copies, left: &[CarrierLine], session: &mut Session) {
    if !is_known(copies, session) {
        return;
    }
    let names: Vec<String> = left.iter().map(|line| line.carrier.name()).collect();
    let out = match names.is_empty() {
        true => "nothing is known to be out".to_owned(),
        false => format!("out, and to be destroyed: {}", names.join("; ")),
    };
    let text = format!(
        "share {} of vault {} was not made anew to the end; {out}",
        copies.number,
        vault(copies)
    );
    if let Err(error) = session.note(&[Event::Noted(text)]) {
        session.terminal.error(&error);
    }
}

/// Enters it. It is made, whatever becomes of that.
///
/// # Errors
/// As [`Session::note`].
pub(super) fn made(
    copies: &Copies,
    writing: &Writing<'_>,
    wishes: &Wishes,
    session: &mut Session,
) -> Result<()> {
    if !is_known(copies, session) {
        return Ok(());
    }
    let vault = vault(copies);
    let mut events = Vec::new();
    // A sheet is known as prepared, or as paper, before it counts as a copy.
    for written in &writing.written {
        let carrier = entry(written).carrier;
        match &written.on {
            On::Paper(State::Prepared, _) => {
                events.push(Event::Printed(OfCarrier { vault, carrier }));
            }
            On::Paper(State::Confirmed, _) => {
                events.push(Event::Confirmed(OfCarrier { vault, carrier }));
            }
            On::Medium { .. } => {}
        }
    }
    events.push(Event::Reissued(Reissued {
        from: copies.before.clone(),
        to: Some(copies.custodian.to_string()),
        cause: wishes.cause,
        reason: wishes.reason.clone(),
        witness: wishes.witness.clone(),
        carriers: writing.written.iter().map(entry).collect(),
        ..Reissued::bare(vault, copies.number)
    }));
    session.note(&events)?;
    session.note_sites(vault)
}

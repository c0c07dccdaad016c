//! The share in the register: that it is about to be made, and that it was, once every copy has read back.

use super::before;
use super::copies::{Copies, Copy};
use super::sheet::State;
use super::wishes::Wishes;
use super::writing::{On, Writing, entry};
use crate::commands::{Session, noting};
use crate::due::never_seen;
use crate::error::{Error, Result};
use crate::register::{
    CarrierLine, CarrierRef, Cause, Event, MediumKind, OfCarrier, Register, Reissued, Role, Told,
};
use crate::report::Severity;
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

/// The carriers, as they are known before anything is on them.
fn planned(copies: &Copies) -> Vec<CarrierLine> {
    let line = |copy: &Copy| {
        let carrier = noting::carrier_ref(&copy.facts);
        let (carrier_id, medium) = match copy.to.file() {
            None => (carrier.carrier_id, MediumKind::Unknown),
            Some(_) => (None, MediumKind::Paper),
        };
        CarrierLine {
            of: copy.facts.of,
            medium,
            written: Some(copy.facts.written),
            ..CarrierLine::bare(CarrierRef {
                carrier_id,
                ..carrier
            })
        }
    };
    copies.all.iter().map(line).collect()
}

fn what_is_said(copies: &Copies, wishes: &Wishes, carriers: Vec<CarrierLine>) -> Reissued {
    Reissued {
        from: copies.before.clone(),
        to: Some(copies.custodian.to_string()),
        cause: wishes.cause,
        reason: wishes.reason.clone(),
        witness: wishes.witness.clone(),
        carriers,
        ..Reissued::bare(vault(copies), copies.number)
    }
}

/// From now on the carriers may be out: whoever finds one can tell where it came from, even if it never was made to the end.
/// `before` is the number of entries of the share's reissues that were looked at.
///
/// # Errors
/// As [`Session::note`]; [`Error::Refused`] where somebody else makes it anew at the same time. Nothing left the machine yet.
pub(super) fn begun(
    copies: &Copies,
    before: usize,
    wishes: &Wishes,
    session: &mut Session,
) -> Result<()> {
    if !is_known(copies, session) {
        return Ok(());
    }
    let said = what_is_said(copies, wishes, planned(copies));
    session.note(&[Event::Reissuing(said)])?;
    if before::entered(vault(copies), copies.number, session) == before.saturating_add(1) {
        return Ok(());
    }
    // Of a sheet only its copy number is known: it may be the other one's.
    let media = planned(copies).into_iter();
    let media = media.filter(|line| line.carrier.carrier_id.is_some());
    let gone: Vec<Event> = media.map(|line| never_made(copies, line)).collect();
    if let Err(error) = session.note(&gone) {
        session.terminal.error(&error);
    }
    Err(Error::Refused {
        what: format!(
            "share {} was made anew, or begun, by somebody else while this ran",
            copies.number
        ),
        hint: "find out who makes it: coldvault register show; then begin again".into(),
    })
}

fn never_made(copies: &Copies, line: CarrierLine) -> Event {
    let of = OfCarrier {
        vault: vault(copies),
        carrier: line.carrier,
    };
    let text = "not made to the end, and taken back".to_owned();
    Event::Destroyed(Told { of, text }.into())
}

/// Notes what is out of a share that was not made to the end. That the register takes no more is said.
pub(super) fn broken_off(copies: &Copies, left: &[CarrierLine], session: &mut Session) {
    if !is_known(copies, session) {
        return;
    }
    let is_left = |line: &CarrierLine| left.iter().any(|left| left.carrier == line.carrier);
    let (out, gone): (Vec<_>, Vec<_>) = planned(copies).into_iter().partition(is_left);
    let mut events: Vec<Event> = gone
        .into_iter()
        .map(|line| never_made(copies, line))
        .collect();
    let names: Vec<String> = out.iter().map(|line| line.carrier.name()).collect();
    let out = match names.is_empty() {
        true => "nothing is known to be out".to_owned(),
        false => format!("out, and to be destroyed: {}", names.join("; ")),
    };
    events.push(Event::Noted(format!(
        "share {} of vault {} was not made anew to the end; {out}",
        copies.number,
        vault(copies)
    )));
    if let Err(error) = session.note(&events) {
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
    let carriers = writing.written.iter().map(entry).collect();
    let said = what_is_said(copies, wishes, carriers);
    if said.cause == Some(Cause::Destroyed) {
        events.extend(gone_unseen(copies, &said, session));
    }
    events.push(Event::Reissued(said));
    if let Err(error) = session.note(&events) {
        say_how_to_enter(copies, writing, session);
        return Err(error);
    }
    session.note_sites(vault)
}

/// Copies before that nobody entered are gone with those that the register has.
fn gone_unseen(copies: &Copies, said: &Reissued, session: &Session) -> Vec<Event> {
    let state = session.register().map(Register::state);
    let vault = state.as_ref().and_then(|state| state.vault(said.vault));
    let first = copies.all.iter().map(|copy| copy.facts.copy).min();
    let role = Role::Share(copies.number);
    let unseen = vault.map(never_seen).unwrap_or_default().into_iter();
    let before = unseen.filter(|(of, copy)| *of == role && Some(*copy) < first);
    let event = |(role, copy)| {
        let carrier = CarrierRef {
            carrier_id: None,
            role,
            copy: Some(copy),
        };
        let of = OfCarrier {
            vault: said.vault,
            carrier,
        };
        let text = said.reason.clone().unwrap_or_default();
        Event::Destroyed(Told { of, text }.into())
    };
    before.map(event).collect()
}

/// What is made and not in the register can be entered later, from its carriers.
fn say_how_to_enter(copies: &Copies, writing: &Writing<'_>, session: &mut Session) {
    let places = writing
        .written
        .iter()
        .filter_map(|written| match &written.on {
            On::Medium { place, .. } => Some(noting::word(place)),
            On::Paper(..) => None,
        });
    let places: Vec<String> = places.collect();
    let register = session.register_path().map_or(String::new(), noting::word);
    let subject = format!("share {}", copies.number);
    let text = format!(
        "is made and read back, and the register does not say so: it has its copies as unfinished. As soon as it can be \
         written, enter it with all of its media in one call: coldvault verify {} --register {register}",
        places.join(" ")
    );
    let hint = "until then the copies count as void";
    session.find(Severity::Warning, "not-entered", &subject, &text, hint);
}

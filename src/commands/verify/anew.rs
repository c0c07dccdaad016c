//! Copies that the register has as void, and those of a reissue that it never saw end: when all of its media are here, it has
//! ended.

use super::Verifying;
use crate::carrier::Checked;
use crate::commands::Session;
use crate::error::Result;
use crate::register::{CarrierLine, CarrierState, Event, Register, Reissued};
use crate::report::Severity;
use crate::signature::VaultId;

/// A whole carrier of a share that was made anew, vouched for by its note.
pub(super) struct Anew {
    vault: VaultId,
    line: CarrierLine,
}

impl Anew {
    /// Of what the register is told of a copy.
    pub(super) fn of(checked: &Checked, vault: VaultId, line: &CarrierLine) -> Option<Self> {
        let is_one = checked.is_whole() && checked.reissued.is_some();
        is_one.then(|| Self {
            vault,
            line: line.clone(),
        })
    }
}

/// Says of a copy that is here that the register has it as void.
pub(super) fn say_void(checked: &Checked, session: &mut Session) {
    let state = session.register().map(Register::state);
    let id = checked.facts.as_ref().map(|facts| facts.carrier_id);
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    let vault = vault
        .zip(state.as_ref())
        .and_then(|(id, state)| state.vault(id));
    let carriers = vault.into_iter().flat_map(|vault| &vault.carriers);
    let is_it = |known: &&CarrierState| known.carrier_id == id && !known.destroyed;
    let found = carriers
        .filter(is_it)
        .find_map(|one| Some((one, one.void?)));
    let Some((known, since)) = found.filter(|_| id.is_some()) else {
        return;
    };
    let subject = format!("{:?}", checked.path);
    let since = since.date();
    let (text, hint) = match known.unfinished {
        false => (
            format!(
                "VOID since {since}, by the register: the share was made anew; this copy still opens the vault with others: destroy it"
            ),
            "then say so: coldvault register destroyed CARRIER --reason TEXT",
        ),
        true => (
            format!(
                "VOID: of a reissue that was begun on {since} and never entered as ended: give all of its media to one `coldvault verify ... --register FILE`, which enters it, or destroy them"
            ),
            "look at all of its media in one call",
        ),
    };
    session.find(Severity::Warning, "void", &subject, &text, hint);
}

impl Verifying {
    /// Enters reissues of which every medium is here and whole, and which no later one followed.
    ///
    /// # Errors
    /// As [`Session::note`].
    pub(super) fn enter_anew(&self, session: &mut Session) -> Result<()> {
        let ended: Vec<Reissued> = self.ended_anew(session);
        for made in &ended {
            let subject = format!("share {}", made.number);
            let text = format!(
                "the register did not say that it was made anew; all {} media of that are here and whole: now it does",
                made.carriers.len()
            );
            session.find(Severity::Note, "reissue-entered", &subject, &text, "");
        }
        let events: Vec<Event> = ended.into_iter().map(Event::Reissued).collect();
        session.note(&events).map(|_| ())
    }

    fn ended_anew(&self, session: &Session) -> Vec<Reissued> {
        let mut open: Vec<Reissued> = Vec::new();
        let Some(register) = session.register().filter(|_| !self.anew.is_empty()) else {
            return open;
        };
        for entry in register.entries() {
            let (Some(Event::Reissuing(of)) | Some(Event::Reissued(of))) = &entry.event else {
                continue;
            };
            // A later one makes those before it void, or leaves it open which of them counts.
            open.retain(|known| (known.vault, known.number) != (of.vault, of.number));
            if matches!(entry.event, Some(Event::Reissuing(_))) {
                open.push(of.clone());
            }
        }
        let state = register.state();
        open.retain_mut(|of| {
            let unfinished = state.vault(of.vault).into_iter();
            let unfinished = unfinished.flat_map(|vault| vault.unfinished(of.number));
            let unfinished: Vec<_> = unfinished.map(|known| known.carrier_id).collect();
            of.carriers.retain(|line| line.carrier.carrier_id.is_some());
            let here = of.carriers.iter().map(|line| {
                let is_it = |one: &&Anew| one.vault == of.vault && one.line.carrier == line.carrier;
                let is_open = unfinished.contains(&line.carrier.carrier_id);
                let found = self.anew.iter().find(is_it).filter(|_| is_open);
                found.map(|one| one.line.clone())
            });
            match here.collect::<Option<Vec<CarrierLine>>>() {
                Some(lines) if !lines.is_empty() => {
                    of.carriers = lines;
                    true
                }
                _ => false,
            }
        });
        open
    }
}

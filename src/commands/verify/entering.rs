//! What the register is told of the copies that were checked: each at once when all was read, so that a run that was
//! stopped claims nothing.

use std::path::Path;

use super::Verifying;
use super::anew::Anew;
use crate::carrier::Checked;
use crate::commands::register::is_as_entered;
use crate::commands::{Session, noting};
use crate::error::Result;
use crate::register::{self, CarrierLine, CarrierRef, Condition, Event, Life, MediumKind, Role};
use crate::report::Severity;
use crate::share::ReadShare;
use crate::signature::{PublicKey, VaultId};

impl Verifying {
    /// A carrier.
    pub(super) fn enter(&mut self, checked: &Checked, session: &mut Session) {
        let Some(register) = session.register() else {
            return;
        };
        let manifest = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
        let by_id = || {
            let id = checked.facts.as_ref()?.carrier_id;
            let state = register.state();
            let mut vaults = state.vaults.iter();
            let has = |carrier: &register::CarrierState| carrier.carrier_id == Some(id);
            vaults
                .find(|vault| vault.carriers.iter().any(has))
                .map(|vault| vault.id)
        };
        let Some(vault) = manifest.or_else(by_id) else {
            return;
        };
        let Some(entry) = noting::checked(checked, vault) else {
            return;
        };
        if is_as_entered(vault, &entry.carrier.carrier, &checked.path, session) {
            self.anew.extend(Anew::of(checked, vault, &entry.carrier));
            self.entries.push(entry);
        }
    }

    /// A share on its own: a file, or read from paper.
    pub(super) fn enter_share(&mut self, share: &ReadShare, medium: MediumKind, is_whole: bool) {
        let carrier = CarrierRef {
            carrier_id: None,
            role: Role::Share(share.facts.number),
            copy: None,
        };
        self.enter_bare(share.facts.public_key.vault_id(), carrier, medium, is_whole);
        if let Some(last) = self.entries.last_mut() {
            last.secret_proven = Some(is_whole && share.closed().is_none());
        }
    }

    /// A vault that was read from paper.
    pub(super) fn enter_vault_sheet(&mut self, vault: VaultId) {
        let carrier = CarrierRef {
            carrier_id: None,
            role: Role::Vault,
            copy: None,
        };
        self.enter_bare(vault, carrier, MediumKind::Paper, true);
    }

    fn enter_bare(&mut self, vault: VaultId, carrier: CarrierRef, medium: MediumKind, whole: bool) {
        self.entries.push(register::Checked {
            vault,
            carrier: CarrierLine {
                medium,
                ..CarrierLine::bare(carrier)
            },
            outcome: match whole {
                true => Condition::Whole,
                false => Condition::Damaged,
            },
            replugged: None,
            secret_proven: None,
            what: (!whole).then(|| "forged or damaged".into()),
        });
    }

    /// The share that was entered last was opened, and its secret part proven.
    pub(super) fn last_is_proven(&mut self) {
        if let Some(last) = self.entries.last_mut() {
            last.secret_proven = Some(true);
        }
    }

    /// Writes all of it. A vault that the register does not know is said, and not entered.
    ///
    /// # Errors
    /// As [`Session::note`].
    pub(super) fn write_entries(&mut self, session: &mut Session) -> Result<()> {
        if session.register().is_none() {
            return Ok(());
        }
        let mut vaults: Vec<VaultId> = self.entries.iter().map(|entry| entry.vault).collect();
        vaults.sort_unstable();
        vaults.dedup();
        vaults.retain(|vault| session.knows(*vault));
        say_not_ended(&self.entries, session);
        let entries = std::mem::take(&mut self.entries).into_iter();
        let known = entries.filter(|entry| vaults.contains(&entry.vault));
        let events: Vec<Event> = known.map(Event::Checked).collect();
        session.note(&events)?;
        self.enter_anew(session)?;
        vaults
            .into_iter()
            .try_for_each(|vault| session.note_sites(vault))
    }
}

/// Says of whole carriers whose sealing the register does not end how it is ended: the register may not have been written.
fn say_not_ended(entries: &[register::Checked], session: &mut Session) {
    let Some(register) = session.register() else {
        return;
    };
    let state = register.state();
    let is_whole = |id: VaultId| {
        let mut of_it = entries.iter().filter(|entry| entry.vault == id);
        of_it.all(|entry| entry.outcome == Condition::Whole)
    };
    let mut open: Vec<VaultId> = entries.iter().map(|entry| entry.vault).collect();
    open.sort_unstable();
    open.dedup();
    open.retain(|id| {
        let life = state.vault(*id).map(|vault| vault.life);
        life == Some(Life::Unfinished) && is_whole(*id)
    });
    let path = session.register_path().unwrap_or(Path::new("FILE"));
    let command = noting::register_command("rebuild --from PATH", path);
    for id in open {
        let text = format!(
            "by the register the sealing of vault {id} never ended; what is here is whole. If all of its carriers are: {command}"
        );
        let hint = "look at all of its carriers first, then enter it from them";
        session.find(Severity::Warning, "sealing-open", "", &text, hint);
    }
}

/// Whether the register has this very vault: its whole public key, not only its id.
pub(super) fn is_known(key: Option<PublicKey>, session: &Session) -> bool {
    let state = session.register().map(register::Register::state);
    let known = state.zip(key);
    known.is_some_and(|(state, key)| state.vaults.iter().any(|vault| vault.key == key))
}

//! What is said in the end: the older vault still opens what it opened, and is to be destroyed.

use crate::commands::Session;
use crate::commands::seal::Older;
use crate::due::{What, due};
use crate::error::Result;
use crate::label::Label;
use crate::register::Register;
use crate::signature::VaultId;

/// What is to be known of the older vault once its key is gone.
pub(super) struct Before {
    id: VaultId,
    label: Label,
    k: u8,
    n: u8,
}

impl Before {
    pub(super) fn of(older: &Older) -> Self {
        Self {
            id: older.manifest.public_key.vault_id(),
            label: older.manifest.label.clone(),
            k: older.manifest.k,
            n: older.manifest.n(),
        }
    }

    /// Says it, with the number of shares that are still out.
    pub(super) fn tell(&self, session: &mut Session) -> Result<()> {
        let Self { id, label, k, n } = self;
        let terminal = &mut session.terminal;
        terminal.result("")?;
        terminal.result(&format!("SUPERSEDED: vault {id} ({label})."))?;
        terminal.result(&format!(
            "  Any {k} of its {n} shares still open what is in its copies."
        ))?;
        let out = self.outstanding(session);
        let terminal = &mut session.terminal;
        terminal.result(&format!("  {out}"))?;
        terminal.result(
            "  Destroy its shares and copies, and enter each: the new ones are whole and read back.",
        )
    }

    /// "not dead: 3 of 3 shares outstanding, 2 open it", by the register; all of them where none is kept.
    fn outstanding(&self, session: &Session) -> String {
        let state = session.register().map(Register::state);
        let items = state.map(|state| due(&state, session.now));
        let mut items = items.iter().flatten();
        let own = items.find(|item| item.vault == Some(self.id) && item.what == What::Outstanding);
        match own {
            Some(item) => item.why.clone(),
            None => format!(
                "not dead: {} of {} shares outstanding, {} open it (no register says that any was destroyed)",
                self.n, self.n, self.k
            ),
        }
    }
}

//! What is said in the end: the older vault still opens what it opened, and is to be destroyed; by which commands.

use crate::commands::Session;
use crate::commands::noting::{in_lines, word};
use crate::commands::seal::Older;
use crate::due::{What, due, new_shares};
use crate::error::Result;
use crate::kind::Kind;
use crate::label::Label;
use crate::register::Register;
use crate::signature::VaultId;
use crate::time::Time;

/// What is to be known of the older vault once its key is gone.
pub(super) struct Before {
    id: VaultId,
    label: Label,
    kind: Kind,
    k: u8,
    n: u8,
}

impl Before {
    pub(super) fn of(older: &Older) -> Self {
        Self {
            id: older.manifest.public_key.vault_id(),
            label: older.manifest.label.clone(),
            kind: older.manifest.kind,
            k: older.manifest.k,
            n: older.manifest.n(),
        }
    }

    /// Says it, with the number of shares that are still out.
    pub(super) fn tell(&self, session: &mut Session) -> Result<()> {
        let Self {
            id, label, k, n, ..
        } = self;
        let terminal = &mut session.terminal;
        terminal.result("")?;
        terminal.result(&format!("SUPERSEDED: vault {id} ({label})."))?;
        terminal.result(&format!(
            "  Any {k} of its {n} shares still open what is in its copies."
        ))?;
        let out = self.outstanding(session);
        let by = self.by(session);
        let by = by.map_or(String::new(), |by| {
            match session.clock().days_since(by) > 0 {
                true => format!(", by {} (that day is over)", by.date()),
                false => format!(", by {} at the latest", by.date()),
            }
        });
        let terminal = &mut session.terminal;
        terminal.result(&format!("  {out}"))?;
        terminal.result("  The new copies are whole and were read back. What is next:")?;
        terminal.result("  1. A drill with the new ones:")?;
        self.command("coldvault drill", session)?;
        let is_kept = session.register_path().is_some();
        let terminal = &mut session.terminal;
        terminal.result(&format!("  2. Once it passed{by}:"))?;
        if !is_kept {
            return terminal
                .result("     destroy the older shares and copies, and write down each.");
        }
        terminal.result("     destroy the older shares and copies, and enter each:")?;
        self.command(&format!("coldvault retire {id}"), session)
    }

    /// A command as it can be typed. The label names two vaults now, so that the older one has to be named by its id.
    fn command(&self, command: &str, session: &mut Session) -> Result<()> {
        let register = session.register_path().map(word);
        let register = register.map(|path| format!("--register {path}"));
        let mut options = Vec::from_iter(register);
        if self.kind == Kind::Rehearsal {
            options.push("--rehearsal".into());
        }
        for line in in_lines(command, options) {
            session.terminal.result(&format!("     {line}"))?;
        }
        Ok(())
    }

    /// By when, where a share of it is not in its custodian's hand.
    fn by(&self, session: &Session) -> Option<Time> {
        let state = session.register()?.state();
        let shares = state.vault(self.id)?.shares.iter();
        shares
            .filter_map(|share| new_shares(share, &state))
            .map(|new| new.by)
            .min()
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
                "not dead: {} of {} shares outstanding, {} open it",
                self.n, self.n, self.k
            ),
        }
    }
}

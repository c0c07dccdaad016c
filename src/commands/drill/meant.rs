//! Which vault a sitting is of. One wrong medium does not end it: a carrier of another vault is named and set aside, and
//! where a person can be asked, another one is asked for in its place.

use crate::commands::Session;
use crate::error::Result;
use crate::signature::VaultId;

use super::entering;
use super::report::Reporting;

/// The vault that is meant, once anything says it.
pub(super) struct Meant {
    id: Option<VaultId>,
    is_asked: bool,
}

impl Meant {
    /// The expected one; else that of the report before, else the only one of the register. Where nobody can give another
    /// carrier, one that is not of the report before is refused, so that only what was expected counts.
    pub(super) fn of(expect: Option<VaultId>, reporting: &Reporting, session: &Session) -> Self {
        let is_asked = session.terminal.leads_on();
        let before = reporting.vault_before();
        let known = || entering::vault(None, session).map(|vault| vault.id);
        let id = match (is_asked, before) {
            (true, Some(before)) => expect.or(Some(before)),
            (false, Some(_)) => expect,
            (_, None) => expect.or_else(known),
        };
        Self { id, is_asked }
    }

    pub(super) fn id(&self) -> Option<VaultId> {
        self.id
    }

    /// Whether a person gives another carrier in place of a wrong one.
    pub(super) fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// What was read is of these vaults: the first of all is the one that is meant, where nothing else says it.
    ///
    /// # Errors
    /// [`crate::error::Error::Refused`] where nobody is asked and the report before is of another one.
    pub(super) fn sees(
        &mut self,
        vaults: &[VaultId],
        reporting: &Reporting,
        session: &mut Session,
    ) -> Result<()> {
        if !self.is_asked {
            let all = vaults.iter();
            all.copied()
                .try_for_each(|id| reporting.check_vault(self.id.unwrap_or(id)))?;
        }
        if self.id.is_some() {
            return Ok(());
        }
        self.id = vaults.first().copied();
        if let Some(id) = self.id.filter(|_| self.is_asked) {
            let text = format!("This drill is of vault {id} from here on. Its words:");
            session.terminal.say(&text);
            let words = id.word_lines();
            words
                .iter()
                .for_each(|line| session.terminal.say(&format!("    {line}")));
            let text = "Where the paper has others: `stop`, and begin again with --expect WORDS.";
            session.terminal.say(text);
        }
        Ok(())
    }

    /// Asks for the right one in place of a stranger.
    pub(super) fn asks_for_another(&self, session: &mut Session) {
        let text = "That is of another vault than this drill. Put it back where it came from, and give \
                    the right one.";
        session.terminal.say(text);
    }
}

//! Vaults that a register does not have yet: whatever it has later counts as genuine, so they are compared with the paper
//! before they are entered.
//!
//! Knows nothing of carriers.

use crate::carrier;
use crate::commands::Session;
use crate::commands::expected::expected;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::register::{State, VaultFacts};
use crate::report::Severity;
use crate::signature::VaultId;

/// What a vault that is new is held against.
pub(super) struct Newcomers {
    expected: Vec<VaultId>,
    before: State,
}

impl Newcomers {
    /// By what people typed from the paper, and the register as it was.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is neither id nor words.
    pub(super) fn of(typed: &[String], before: State) -> Result<Self> {
        let expected = typed.iter().map(|typed| expected(typed));
        Ok(Self {
            expected: expected.collect::<Result<_>>()?,
            before,
        })
    }

    /// Shows a vault that is new, and has it compared: by the program, or by people where somebody is there. What nobody
    /// compared is said. Rehearsal material, of which nobody has a paper, is shown only.
    ///
    /// # Errors
    /// [`Error::Refused`] for one that is not among those expected, and for one of a label that the register has where
    /// nobody compares it; [`Error::WrongWords`]; [`Error::Stopped`],
    /// [`Error::Interrupted`].
    pub(super) fn compare(&self, vault: &VaultFacts, session: &mut Session) -> Result<()> {
        let id = vault.public_key.vault_id();
        if self.before.vault(id).is_some() {
            return Ok(());
        }
        let text = "New to this register; compare this vault with the paper:";
        session.terminal.say(text);
        for line in carrier::describe_id(id, Some(vault.kind)) {
            session.terminal.say(&format!("  {line}"));
        }
        let label = carrier::printable(&vault.label);
        session.terminal.say(&format!("  label    {label}"));
        let is_second = self.namesake(vault, session);
        let is_asked = session.terminal.leads_on();
        match (self.expected.is_empty(), self.expected.contains(&id)) {
            (_, true) => Ok(()),
            (false, false) => Err(Error::Refused {
                what: format!("vault {id} is none of those that --expect names: nothing was entered"),
                hint: "ask where its carrier came from; leave it out, or name it with --expect from its paper".into(),
            }),
            (true, false) if vault.kind == Kind::Rehearsal => Ok(()),
            // By its label and the number that it gives itself it would make the other one old.
            (true, false) if is_second && !is_asked => Err(Error::Refused {
                what: format!(
                    "the register has a vault {label:?} already, and nobody compared {id} with its paper: nothing was entered"
                ),
                hint: "name it with --expect, by the words on its paper; if there is no such paper, it is not yours".into(),
            }),
            (true, false) => ask(id, session),
        }
    }

    /// Whether one of the same label is there, to be taken for the other.
    fn namesake(&self, vault: &VaultFacts, session: &mut Session) -> bool {
        let mut all = self.before.vaults.iter();
        let Some(known) = all.find(|known| known.label == vault.label) else {
            return false;
        };
        let text = format!("the register has another vault of this label: {}", known.id);
        let hint = "tell them apart by their words; one that nobody sealed here is not yours";
        let subject = format!("vault {}", vault.public_key.vault_id());
        session.find(Severity::Warning, "namesake", &subject, &text, hint);
        true
    }
}

fn ask(id: VaultId, session: &mut Session) -> Result<()> {
    if session.terminal.leads_on() {
        let question = "Do the words agree with the paper?";
        return match session.terminal.confirm(question)? {
            Some(true) => Ok(()),
            Some(false) => Err(Error::WrongWords),
            None => Err(Error::Stopped),
        };
    }
    let text =
        "nobody compared this vault with its paper, and the register counts it as genuine now";
    let hint = "compare id or words now; the next time give them: --expect ID";
    session.find(
        Severity::Warning,
        "not-compared",
        &format!("vault {id}"),
        text,
        hint,
    );
    Ok(())
}

//! Vaults that a register does not believe yet: they are compared with the paper before they are entered, and what nobody
//! compared is entered as only found.
//!
//! Knows nothing of carriers.

use std::path::Path;

use crate::carrier;
use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::noting;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::label::looks_like;
use crate::register::{Life, State, VaultFacts, VaultState};
use crate::report::Severity;
use crate::signature::VaultId;

/// What a vault that is new is held against.
pub(super) struct Newcomers {
    expected: Vec<VaultId>,
    before: State,
    /// Those that this run showed, with their labels.
    shown: Vec<(VaultId, String)>,
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
            shown: Vec::new(),
        })
    }

    /// Shows a vault that the register does not believe yet, and has it compared: by the program, or by people where
    /// somebody is there. Whether it was; where not, that is said. Rehearsal material, of which nobody has a paper, is shown
    /// only.
    ///
    /// # Errors
    /// [`Error::Refused`] for a new one that is not among those expected, and for one of a label that the register has where
    /// nobody compares it; [`Error::WrongWords`]; [`Error::Stopped`], [`Error::Interrupted`].
    pub(super) fn compare(&mut self, vault: &VaultFacts, session: &mut Session) -> Result<bool> {
        let id = vault.public_key.vault_id();
        let known = self.before.vault(id);
        if known.is_some_and(VaultState::is_believed) {
            return Ok(false);
        }
        let is_new = known.is_none();
        session.terminal.say(match is_new {
            true => "New to this register; compare this vault with the paper:",
            false => "This register has only found it; compare this vault with the paper:",
        });
        for line in carrier::describe_id(id, Some(vault.kind)) {
            session.terminal.say(&format!("  {line}"));
        }
        let label = carrier::printable(&vault.label);
        session.terminal.say(&format!("  label    {label}"));
        let is_second = self.namesake(vault, session) && is_new;
        self.shown.push((id, vault.label.clone()));
        let is_asked = session.terminal.leads_on();
        match (self.expected.is_empty(), self.expected.contains(&id)) {
            (_, true) => Ok(true),
            (false, false) if is_new => Err(Error::Refused {
                what: format!("vault {id} is none of those that --expect names: nothing was entered"),
                hint: "ask where its carrier came from; leave it out, or name it with --expect from its paper".into(),
            }),
            (true, false) if vault.kind == Kind::Rehearsal => Ok(false),
            // Two of one label are not to be taken for one another.
            (true, false) if is_second && !is_asked => Err(Error::Refused {
                what: format!(
                    "the register has a vault {label:?} already, and nobody compared {id} with its paper: nothing was entered"
                ),
                hint: "name it with --expect, by the words on its paper; if there is no such paper, it is not yours".into(),
            }),
            (true, false) if is_asked => ask(session),
            (_, false) => {
                not_compared(id, session);
                Ok(false)
            }
        }
    }

    /// Says of which other one it may be taken for by its label. Whether the register had that before.
    fn namesake(&self, vault: &VaultFacts, session: &mut Session) -> bool {
        let id = vault.public_key.vault_id();
        let is_one = |other: VaultId, label: &str| other != id && looks_like(label, &vault.label);
        let mut before = self.before.vaults.iter();
        let before = before.find(|known| is_one(known.id, &known.label));
        let mut shown = self.shown.iter();
        let shown = shown.find(|(other, label)| is_one(*other, label));
        let (text, is_known) = match (before, shown) {
            (Some(known), _) => (
                format!("the register has another vault of this label: {}", known.id),
                true,
            ),
            (None, Some((other, _))) => {
                let text = format!("another vault of this label is entered with it: {other}");
                (text, false)
            }
            (None, None) => return false,
        };
        let hint = "tell them apart by their words; one that nobody sealed here is not yours";
        let subject = format!("vault {id}");
        session.find(Severity::Warning, "namesake", &subject, &text, hint);
        is_known
    }
}

/// Says of each vault that was only found how it is entered as compared: `status` and `seal` count none of them.
pub(in crate::commands) fn say_only_found(state: &State, register: &Path, session: &mut Session) {
    let is_open =
        |vault: &&VaultState| vault.kind == Kind::Production && vault.life != Life::Retired;
    let found = state.vaults.iter().filter(is_open);
    for vault in found.filter(|vault| !vault.is_believed()) {
        let text = format!(
            "{} was only found on its carriers, and nobody compared it with its paper: it counts in no series and stands in no \
             other one's place; what is due of it is said all the same",
            carrier::printable(&vault.label)
        );
        let subject = format!("vault {}", vault.id);
        let hint = hint_of_found(register);
        session.find(Severity::Warning, "only-found", &subject, &text, &hint);
        session.terminal.say(&format!("coldvault: hint: {hint}"));
    }
}

/// How a vault that was only found is entered as compared.
pub(in crate::commands) fn hint_of_found(register: &Path) -> String {
    let command = "rebuild --from PATH --expect \"WORDS\"";
    format!(
        "if it is yours, enter it once more with the words on its paper: {}",
        noting::register_command(command, register)
    )
}

fn ask(session: &mut Session) -> Result<bool> {
    let question = "Do the words agree with the paper?";
    match session.terminal.confirm(question)? {
        Some(true) => Ok(true),
        Some(false) => Err(Error::WrongWords),
        None => Err(Error::Stopped),
    }
}

fn not_compared(id: VaultId, session: &mut Session) {
    let text = "nobody compared this vault with its paper: the register has it as only found, it counts in no series and \
                stands in no other one's place";
    let hint =
        "compare its words with the paper, and enter it once more with them: --expect \"WORDS\"";
    let subject = format!("vault {id}");
    session.find(Severity::Warning, "not-compared", &subject, text, hint);
    session.terminal.say(&format!("coldvault: hint: {hint}"));
}

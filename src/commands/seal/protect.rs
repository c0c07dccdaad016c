//! What protected shares are protected with: asked from each custodian before there is any key.

use super::plan::{Custodian, Plan};
use crate::cipher::{Lock, Passphrase, Protection, Recipient};
use crate::commands::Session;
use crate::commands::secrets::SecretLines;
use crate::error::{Error, Result};
use crate::report::{Finding, Severity};

/// How a share is to be protected, as far as the command line says it.
pub enum Protect {
    /// With a passphrase that is still to be typed.
    Passphrase,
    /// To the custodian's own age key.
    Recipient(Recipient),
}

impl Protect {
    /// What will open it.
    pub(in crate::commands) fn lock(&self) -> Lock {
        match self {
            Self::Passphrase => Lock::Passphrase,
            Self::Recipient(_) => Lock::Recipient,
        }
    }
}

/// What each share is protected with, share 1 first.
pub(super) type Protections = Vec<Option<Protection>>;

/// Refuses to begin what cannot be asked for, and takes hold of the descriptor that gives the passphrases.
///
/// # Errors
/// [`Error::Usage`] with whose passphrases are missing; what the descriptor answers.
pub(super) fn source(plan: &Plan, session: &Session) -> Result<Option<SecretLines>> {
    let lines = plan.secret_fd.lines()?;
    let asked: Vec<String> = plan
        .custodians
        .iter()
        .filter(|custodian| matches!(custodian.protect, Some(Protect::Passphrase)))
        .map(|custodian| custodian.name.to_string())
        .collect();
    if asked.is_empty() || lines.is_some() || session.terminal.can_ask() {
        return Ok(lines);
    }
    Err(Error::Usage {
        what: format!(
            "there is no terminal to ask for the passphrases of {}",
            asked.join(", ")
        ),
        hint: "run it on a terminal, or give them with --secret-fd N, one a line".into(),
    })
}

/// Everything that the shares are protected with, in the order of their numbers.
///
/// # Errors
/// [`Error::Usage`] for a line that cannot be used or is missing; [`Error::Interrupted`].
pub(super) fn choose(
    plan: &Plan,
    mut lines: Option<&mut SecretLines>,
    session: &mut Session,
) -> Result<Protections> {
    let mut all = Vec::new();
    for (custodian, number) in plan.custodians.iter().zip(1..) {
        let lines = lines.as_deref_mut();
        all.push(choose_one((custodian, number), lines, session)?);
    }
    Ok(all)
}

/// What one share is protected with.
///
/// # Errors
/// As [`choose`].
pub(in crate::commands) fn choose_one(
    (custodian, number): (&Custodian, usize),
    lines: Option<&mut SecretLines>,
    session: &mut Session,
) -> Result<Option<Protection>> {
    Ok(match (&custodian.protect, lines) {
        (None, _) => None,
        (Some(Protect::Recipient(recipient)), _) => {
            not_opened(custodian, number, session);
            Some(Protection::Recipient(recipient.clone()))
        }
        (Some(Protect::Passphrase), Some(lines)) => {
            Some(Protection::Passphrase(from_line(lines, custodian, number)?))
        }
        (Some(Protect::Passphrase), None) => {
            Some(Protection::Passphrase(ask(custodian, number, session)?))
        }
    })
}

fn from_line(lines: &mut SecretLines, custodian: &Custodian, number: usize) -> Result<Passphrase> {
    let name = &custodian.name;
    let refused = |why: &str| Error::Usage {
        what: format!("--secret-fd: the passphrase for share {number} ({name}): {why}"),
        hint: "give one line for each --protect NAME, in the order of the shares' numbers".into(),
    };
    let line = lines.next()?.ok_or_else(|| refused("it is missing"))?;
    Passphrase::chosen(line).map_err(refused)
}

/// Twice, hidden, until both are the same and good enough.
fn ask(custodian: &Custodian, number: usize, session: &mut Session) -> Result<Passphrase> {
    let (name, terminal) = (&custodian.name, &mut session.terminal);
    terminal.say(&format!(
        "{name} types a passphrase for share {number}. Everybody else turns away now."
    ));
    terminal.say("It is needed to open the vault with this share. Nobody can replace it.");
    let gone = || Error::Usage {
        what: format!("there is no terminal to ask for the passphrase of {name}"),
        hint: "run it on a terminal, or give it with --secret-fd N".into(),
    };
    loop {
        let question =
            format!("{name}: passphrase for share {number}, 12 characters or more, typed hidden:");
        let first = terminal.ask_hidden(&question)?.ok_or_else(gone)?;
        let first = match Passphrase::chosen(first) {
            Ok(first) => first,
            Err(why) => {
                terminal.say(&format!("This passphrase cannot be used: {why}."));
                continue;
            }
        };
        let question = format!("{name}: the same passphrase once more:");
        let second = terminal.ask_hidden(&question)?.ok_or_else(gone)?;
        if first.same(&Passphrase::typed(second)) {
            return Ok(first);
        }
        terminal.say("The two are not the same. Type both again.");
    }
}

/// Said before it is written: nobody here can find out whether that key is the right one.
fn not_opened(custodian: &Custodian, number: usize, session: &mut Session) {
    let name = &custodian.name;
    let subject = format!("share {number} ({name})");
    let text = format!("not opened after writing: only {name} can");
    let hint = format!("let {name} run: coldvault verify --identity FILE PATH");
    session.terminal.say(&format!("{subject}: {text}; {hint}"));
    session.report.findings.push(Finding {
        code: "not-opened",
        severity: Severity::Note,
        subject,
        text,
        hint,
    });
}

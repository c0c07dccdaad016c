//! The other shares on the table, each proven, until they are enough.

use super::wishes::Wishes;
use super::{Args, which};
use crate::carrier;
use crate::commands::judging::{check_kind, judge_shares, say_what_was_compared};
use crate::commands::lead::{Lead, Meets};
use crate::commands::register::check_keys_agree;
use crate::commands::unlock::Unlocking;
use crate::commands::{Session, presented};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::label::Label;
use crate::quorum::{Judged, State};
use crate::report::Severity;
use crate::signature::VaultId;

/// What is needed, before anything is asked.
const BEGIN: [&str; 4] = [
    "This makes one share anew. It takes the shares of enough other custodians, one",
    "after another, and no vault copy. Each is checked as soon as it is there. Nothing",
    "is made before you have compared the vault's words with the paper.",
    "`stop` at any question ends it; where what you type is hidden, Ctrl-C does.",
];

/// Enough good shares besides the one of that number, and the genuine `vault.json` that commits to it.
///
/// # Errors
/// [`Error::NotEnoughShares`]; [`Error::Refused`] without a `vault.json`; [`Error::WrongKind`]; [`Error::WrongWords`].
pub(super) fn gather(
    (args, number, name): (&Args, u8, &Label),
    wishes: &Wishes,
    mut unlocking: Unlocking,
    session: &mut Session,
) -> Result<Judged> {
    let mut meeting = Meeting { number, name };
    let mut presented = presented::gather(&args.from, session)?;
    if session.terminal.leads_on() {
        let begin = if args.from.is_empty() {
            &BEGIN[..]
        } else {
            &[]
        };
        let mut lead = Lead::new(begin, presented, wishes.expect, unlocking).without(number);
        let judged = lead.gather(&mut meeting, session)?;
        settle(&judged, number, wishes, session)?;
        lead.compare(&judged, session)?;
        return Ok(judged);
    }
    for (from, error) in presented.paper.unreadable() {
        presented.table.add_unreadable(from, error.to_string());
    }
    // What cannot be is said before anybody types a passphrase.
    let so_far = presented.table.again();
    if let Ok(judged) = so_far.judge(wishes.expect, &mut Vec::new()) {
        meeting.judged(&judged)?;
        meeting.hears_of(judged.public_key.vault_id(), session)?;
    }
    unlocking.open_all(&mut presented.table, wishes.expect, session)?;
    drop(unlocking);
    let judged = judge_shares(presented.table, wishes.expect, &mut Vec::new(), session)?;
    if !judged.is_enough_without(number) {
        say_own(&judged, number, session);
        return Err(Error::NotEnoughShares {
            have: judged.others(number),
            need: judged.need(),
        });
    }
    settle(&judged, number, wishes, session)?;
    say_what_was_compared(wishes.expect.is_some(), session);
    Ok(judged)
}

/// Which share is to be made, and for whom: refused as soon as the vault is known, before enough shares are.
struct Meeting<'a> {
    number: u8,
    name: &'a Label,
}

impl Meeting<'_> {
    fn hears_of(&self, vault: VaultId, session: &Session) -> Result<()> {
        which::check_entered((vault, self.number), self.name, session)
    }
}

impl Meets for Meeting<'_> {
    fn meets(&mut self, vault: VaultId, _: Kind, session: &mut Session) -> Result<()> {
        self.hears_of(vault, session)
    }

    fn judged(&mut self, judged: &Judged) -> Result<()> {
        which::check_number(judged, self.number)
    }
}

/// The right material, and what it is shown as.
fn settle(judged: &Judged, number: u8, wishes: &Wishes, session: &mut Session) -> Result<()> {
    let Some(manifest) = &judged.manifest else {
        return Err(Error::Refused {
            what: "no genuine vault.json is there: nothing says which share is the right one"
                .into(),
            hint: "give any carrier of the vault too, with --from".into(),
        });
    };
    if !check_keys_agree(manifest, session) {
        return Err(Error::Refused {
            what: "the register says something else of this vault's shares".into(),
            hint: "find out which of the two is right before a share is made".into(),
        });
    }
    say_own(judged, number, session);
    check_kind(wishes.practises, judged, session)?;
    let terminal = &mut session.terminal;
    terminal.say("A share of this vault is to be made; compare it with the paper:");
    let lines = carrier::describe(manifest);
    lines
        .iter()
        .for_each(|line| terminal.say(&format!("  {line}")));
    Ok(())
}

/// A share that is said to be gone, and is on the table.
fn say_own(judged: &Judged, number: u8, session: &mut Session) {
    let is_own = |state: &State| matches!(state, State::Good | State::GoodButRelabelled);
    let mut verdicts = judged.verdicts.iter();
    if verdicts.any(|one| one.number == Some(number) && is_own(&one.state)) {
        let subject = format!("share {number}");
        let text = "is here itself: it does not count among those it is made of";
        let hint = "for one more copy of it there is: coldvault copy";
        session.find(Severity::Note, "own-share", &subject, text, hint);
    }
}

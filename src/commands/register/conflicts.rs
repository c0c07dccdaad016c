//! What entries say differently of one vault, named; and what a merge would change.
//!
//! Whoever can write a register can give a share another check key or another custodian. What counts is
//! `crate::register`'s business.

use std::path::Path;

use crate::carrier::printable;
use crate::commands::Session;
use crate::commands::noting;
use crate::manifest::Manifest;
use crate::register::{CarrierRef, Conflict, Entry, Event, Register, ShareState, State};
use crate::report::Severity;
use crate::signature::VaultId;

/// Names every entry that contradicts an earlier one, and answers whether there is none.
pub(in crate::commands) fn vaults_agree(
    state: &State,
    register: &Path,
    session: &mut Session,
) -> bool {
    for one in &state.conflicts {
        let subject = format!("line {}", one.line);
        name(one, &subject, register, session);
    }
    state.conflicts.is_empty()
}

fn name(one: &Conflict, subject: &str, register: &Path, session: &mut Session) {
    let of = match one.share {
        Some(number) => format!("share {number} of vault {}", one.vault),
        None => format!("vault {}", one.vault),
    };
    let text = format!(
        "another {} of {of} than an earlier entry has: the first counts",
        one.what
    );
    let hint = format!(
        "a vault never changes, so one of the two was made up; rely on no receipt until a carrier told which: {}",
        noting::register_command("rebuild --from PATH", &register.with_extension("new.json"))
    );
    session.find(Severity::Error, "vault-conflict", subject, &text, &hint);
}

/// Holds a genuine `vault.json` against the register that is open: both must have the same check keys.
pub(in crate::commands) fn check_keys_agree(manifest: &Manifest, session: &mut Session) -> bool {
    let state = session.register().map(Register::state).unwrap_or_default();
    let known = state.vaults.iter();
    let known = known
        .filter(|vault| vault.key == manifest.public_key)
        .flat_map(|vault| &vault.shares);
    let is_other = |share: &&ShareState| {
        let own = manifest.share(share.number).map(|share| share.check_key);
        share.check_key.is_some_and(|key| own != Some(key))
    };
    let others: Vec<String> = known
        .filter(is_other)
        .map(|share| share.number.to_string())
        .collect();
    if others.is_empty() {
        return true;
    }
    let subject = session.register_path().map(|path| format!("{path:?}"));
    let text = format!(
        "it has other check keys than the vault's own vault.json (share {}): it was changed",
        others.join(", ")
    );
    let hint = "rely on no receipt in it; look who wrote it: coldvault register show --entries, and hold it against the head on paper";
    let subject = subject.unwrap_or_default();
    session.find(Severity::Error, "vault-conflict", &subject, &text, hint);
    false
}

/// Whether a carrier is what the register has for its id. Where it is not, that is said, and nothing is to be entered of it.
pub(in crate::commands) fn is_as_entered(
    vault: VaultId,
    carrier: &CarrierRef,
    at: &Path,
    session: &mut Session,
) -> bool {
    let state = session.register().map(Register::state).unwrap_or_default();
    if !state
        .vault(vault)
        .is_some_and(|known| known.contradicts(carrier))
    {
        return true;
    }
    let subject = format!("{at:?}");
    let text = "its id is that of another carrier in the register: nothing is entered of it";
    let hint = "somebody changed carrier.json, or made a copy by hand: set it aside, and look for the carrier that had this id";
    session.find(Severity::Warning, "carrier-id", &subject, text, hint);
    false
}

/// Two registers, and what they come to together.
pub(super) struct Merging<'r> {
    theirs: &'r Register,
    both: Register,
    before: State,
    after: State,
}

impl<'r> Merging<'r> {
    pub(super) fn of(mine: &Register, theirs: &'r Register) -> Self {
        let both = mine.clone().merge(theirs.clone());
        Self {
            theirs,
            before: mine.state(),
            after: both.state(),
            both,
        }
    }

    /// Names what contradicts, if there is more of it than there was.
    pub(super) fn contradicts(&self, files: (&Path, &Path), session: &mut Session) -> bool {
        if self.after.conflicts.len() <= self.before.conflicts.len() {
            return false;
        }
        let (mine, other) = files;
        for one in &self.after.conflicts {
            let entry = self.both.entries().find(|entry| entry.line == one.line);
            let in_theirs = entry.and_then(|entry| self.theirs.entry(entry.digest));
            let (file, line) = match in_theirs {
                Some(entry) => (other, entry.line),
                None => (mine, one.line),
            };
            name(one, &format!("{file:?}, line {line}"), mine, session);
        }
        true
    }

    /// Names the shares that have another custodian now: it may be so, and somebody has to look.
    pub(super) fn name_custodians(&self, new: &[&Entry], session: &mut Session) {
        for vault in &self.after.vaults {
            let Some(before) = self.before.vault(vault.id) else {
                continue;
            };
            for (old, share) in before.shares.iter().zip(&vault.shares) {
                let (Some(was), Some(is)) = (&old.custodian, &share.custodian) else {
                    continue;
                };
                if was == is {
                    continue;
                }
                let by = new.iter().rev().find(|entry| says(entry, share));
                let by = by.and_then(|entry| entry.stamp.by.as_deref());
                let text = format!(
                    "share {}: {}, now {}: entered by {}",
                    share.number,
                    printable(was),
                    printable(is),
                    by.map_or("nobody who is named".into(), printable)
                );
                let subject = format!("vault {}", vault.id);
                let hint = "ask both of them whether the share changed hands";
                session.find(
                    Severity::Warning,
                    "custodian-changed",
                    &subject,
                    &text,
                    hint,
                );
            }
        }
    }
}

/// Whether the entry gives the share this custodian.
fn says(entry: &Entry, share: &ShareState) -> bool {
    let all = match &entry.event {
        Some(Event::Sealed(all) | Event::BrokenOff(all)) => all,
        Some(Event::Found(found)) => &found.seen,
        _ => return false,
    };
    let mut lines = all.shares.iter();
    lines.any(|line| line.number == share.number && line.custodian == share.custodian)
}

//! The register held against a head on paper, the head to be put there, and two registers made one.

use std::path::Path;

use super::conflicts::{Merging, vaults_agree};
use super::proofs::proofs_hold;
use super::{FileArgs, coldvault, entered};
use crate::carrier::printable;
use crate::commands::Session;
use crate::commands::noting::{self, Begins};
use crate::error::{Error, Exit, Result};
use crate::register::{self, Against, Entry, Register};
use crate::report::Severity;

/// The most new entries that a merge names.
const MOST_NAMED: usize = 100;

/// Says whether anything was changed, as far as that can be known.
///
/// # Errors
/// [`Error::Register`] when the head is not there.
pub(super) fn verify(
    (file, register): (&FileArgs, &Register),
    head: Option<&str>,
    session: &mut Session,
) -> Result<Exit> {
    let count = register.entries().count();
    let entries = plural(count, "entry", "entries");
    separate(register, session);
    let state = register.state();
    let agree = vaults_agree(&state, &file.file, session);
    let exit = match proofs_hold(&state, &file.file, session) && agree {
        true => Exit::Done,
        false => Exit::Material,
    };
    let Some(head) = head else {
        let line = format!("{entries}: consistent, not proven unchanged");
        session.terminal.result(&line)?;
        session.terminal.say(
            "An edit of the last entries, or of all of them together, would look the same. The head on paper proves it:",
        );
        session.terminal.say("give it with --head.");
        return Ok(exit);
    };
    match register.against(register::head_from_text(head)?) {
        Against::HeldBy {
            before,
            after,
            beside,
        } => {
            let held = plural(before + 1, "entry", "entries");
            session
                .terminal
                .result(&format!("{held}: unchanged up to that head"))?;
            if after > 0 {
                let line = format!(
                    "{} came after it, consistent",
                    plural(after, "entry", "entries")
                );
                session.terminal.result(&line)?;
            }
            if beside > 0 {
                let text = format!(
                    "{} know nothing of that head: it does not vouch for them",
                    plural(beside, "entry", "entries")
                );
                let hint = format!("look at them: {}", coldvault("show --entries", file));
                session.find(Severity::Error, "beside-head", "", &text, &hint);
                return Ok(Exit::Material);
            }
            Ok(exit)
        }
        Against::NotHere => Err(Error::Register {
            line: count + 1,
            what:
                "no entry has this digest: the last entry is another one, or entries were removed"
                    .into(),
        }),
    }
}

/// Prints the head.
///
/// # Errors
/// [`Error::Refused`] where there are several, or none; [`Error::System`].
pub(super) fn show_head(
    file: &FileArgs,
    register: &Register,
    session: &mut Session,
) -> Result<Exit> {
    let heads = register.heads();
    let [head] = heads.as_slice() else {
        let (what, hint) = match heads.is_empty() {
            true => (
                "the register is empty",
                "it gets a head with its first entry".to_owned(),
            ),
            false => (
                "the register went on separately, and has more than one head",
                format!(
                    "bring it together first: {}, or enter a note: {}",
                    coldvault("merge OTHER", file),
                    coldvault("note TEXT", file)
                ),
            ),
        };
        return Err(Error::Refused {
            what: what.into(),
            hint,
        });
    };
    let count = plural(register.entries().count(), "entry", "entries");
    let last = register.entry(*head).map(|entry| entry.stamp.when());
    let date = last.map_or(String::new(), |when| format!(", the last of {when}"));
    let lines = [format!("Head of the register: {count}{date}")];
    let hex = head.hex();
    let (first, second) = hex.split_at_checked(32).unwrap_or((&hex, ""));
    let digits = [format!("  {first}"), format!("  {second}")];
    let words = register::head_lines(*head);
    let words = words.iter().map(|line| format!("  {line}"));
    for line in lines.into_iter().chain(digits).chain(words) {
        session.terminal.result(&line)?;
    }
    session.terminal.say(
        "Write it on paper, with the date, and have it signed by somebody who does not keep the register.",
    );
    Ok(Exit::Done)
}

/// Takes over what another register has.
///
/// # Errors
/// As [`Session::note`]; what reading the other one answers.
pub(super) fn merge(file: &FileArgs, other: &Path, session: &mut Session) -> Result<Exit> {
    let mine = file.open(Begins::Never, session)?;
    let theirs = noting::read_register(other)?;
    let new = theirs.entries();
    let new: Vec<&Entry> = new
        .filter(|entry| mine.entry(entry.digest).is_none())
        .collect();
    if new.is_empty() && mine.heads().len() < 2 {
        let line = "Nothing to merge: every entry of the other register is here.";
        session.terminal.result(line)?;
        return Ok(Exit::Done);
    }
    let only_mine = mine
        .entries()
        .filter(|entry| theirs.entry(entry.digest).is_none())
        .count();
    let merging = Merging::of(&mine, &theirs);
    if merging.contradicts((&file.file, other), session) {
        session
            .terminal
            .result("Nothing was merged: the registers contradict each other.")?;
        return Ok(Exit::Material);
    }
    session.merge_register(&theirs)?;
    name_new(&new, session)?;
    merging.name_custodians(&new, session);
    let (new, mine) = (
        plural(new.len(), "entry", "entries"),
        plural(only_mine, "entry", "entries"),
    );
    entered(
        &format!("{new} of the other register; {mine} it did not have"),
        session,
    )
}

/// What a merge took over: somebody must look whether all of it happened.
fn name_new(new: &[&Entry], session: &mut Session) -> Result<()> {
    for entry in new.iter().take(MOST_NAMED) {
        let by = entry.stamp.by.as_deref();
        let by = by.map_or(String::new(), |by| format!(" by {}", printable(by)));
        let (date, word) = (entry.stamp.when().date(), printable(&entry.word));
        let line = format!("    {date}  {word}{by}");
        session.terminal.result(&line)?;
    }
    match new.len().saturating_sub(MOST_NAMED) {
        0 => Ok(()),
        more => session.terminal.result(&format!("    and {more} more")),
    }
}

/// Says that a register has several ends.
pub(super) fn separate(register: &Register, session: &mut Session) {
    let heads = register.heads().len();
    if heads > 1 {
        let text = format!("it went on separately and has {heads} heads");
        let hint = "the next entry brings them together; the head on paper vouches for one of them";
        session.find(Severity::Warning, "heads", "", &text, hint);
    }
}

/// "1 entry", "2 entries".
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

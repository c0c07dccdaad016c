//! A code that a scanner types, with Enter at its end, where a line of a share is asked for.

use super::numbers;
use crate::carrier;
use crate::code::{Taken, VaultState};
use crate::commands::scanned::{Paper, holds_code, state_of};
use crate::quorum::BareShare;
use crate::terminal::Terminal;

/// What such codes are called.
const FROM: &str = "typed";
/// No line of a share is as long as this; every code is longer.
const LONGEST_LINE: usize = 120;

/// What became of a line.
pub(super) enum Coded {
    /// It is no code.
    No,
    /// It is one, and something is whole now.
    Whole,
    /// It is one, or was one; what is still missing was said.
    Asked,
}

/// Takes a line if it is a code, and says what came of it.
pub(super) fn take(line: &str, paper: &mut Paper, terminal: &mut Terminal) -> Coded {
    if !holds_code(line) {
        if line.len() < LONGEST_LINE {
            return Coded::No;
        }
        terminal
            .say("That is no line of a share. If a scanner typed it: the keyboard layout changes");
        terminal.say(
            "what it types. Set a US layout (\"setxkbmap us\", on a console \"loadkeys us\"),",
        );
        terminal.say("then scan the code again.");
        return Coded::Asked;
    }
    let before = whole(paper);
    match paper.take_line(line, FROM) {
        Taken::New => {}
        Taken::Again => {
            terminal.say("This code was read before; it counts once.");
            return Coded::Asked;
        }
        Taken::Bad(why) => {
            terminal.say(&format!("The code is not used: {why}."));
            terminal.say("  What to do: scan it again, or its twin.");
            return Coded::Asked;
        }
        Taken::Newer => {
            terminal.say("The code is of a later coldvault: use that one.");
            return Coded::Asked;
        }
        Taken::Foreign => {
            terminal.say("That is no code of coldvault.");
            return Coded::Asked;
        }
    }
    if whole(paper) > before {
        say_what_is_whole(line, paper, terminal);
        return Coded::Whole;
    }
    say_what_is_missing(line, paper, terminal);
    Coded::Asked
}

/// How many shares and vault sheets are whole.
fn whole(paper: &Paper) -> usize {
    let shares = paper.shares();
    let vaults = paper.vaults();
    let complete = vaults
        .iter()
        .filter(|vault| matches!(vault.state, VaultState::Complete(_)));
    shares.iter().filter(|share| share.share.is_ok()).count() + complete.count()
}

/// Whether the line is a code of a vault sheet.
fn is_of_vault(line: &str) -> bool {
    line.to_ascii_uppercase().contains("CV1/V/")
}

fn say_what_is_whole(line: &str, paper: &Paper, terminal: &mut Terminal) {
    if is_of_vault(line) {
        terminal.say("The vault sheet is whole: enough of its codes are read.");
        return;
    }
    let shares = paper.shares().into_iter().rev();
    let Some(share) = shares.filter_map(|sheet| sheet.share.ok()).next() else {
        return;
    };
    let facts = &share.facts;
    let name = carrier::share_name(facts.number, &facts.custodian);
    let k = facts.k;
    terminal.say(&format!(
        "The code is right: {name}, {k} shares needed. Compare with the sheet:"
    ));
    let lines = carrier::describe_id(facts.public_key.vault_id(), Some(facts.kind));
    lines
        .iter()
        .for_each(|line| terminal.say(&format!("  {line}")));
}

fn say_what_is_missing(line: &str, paper: &Paper, terminal: &mut Terminal) {
    if is_of_vault(line) {
        let broken = paper.vaults().into_iter().rev();
        let mut broken = broken.filter(|vault| !matches!(vault.state, VaultState::Complete(_)));
        if let Some(vault) = broken.next() {
            terminal.say("That is a code of a vault sheet, not of a share. It is kept:");
            terminal.say(&format!("  {}", state_of(&vault)));
        }
        return;
    }
    let mut shares = paper.shares().into_iter().rev();
    if let Some(sheet) = shares.find(|sheet| sheet.share.is_err()) {
        let mut have: Vec<u8> = sheet.read.iter().map(|(_, number)| *number).collect();
        have.sort_unstable();
        have.dedup();
        let (have, of) = (have.len(), sheet.of);
        terminal.say(&format!(
            "The code is right: {have} of the {of} of this share. Scan the next one."
        ));
        return;
    }
    terminal.say("The code is right; its share was read before.");
}

/// Whether the last share that came as a code makes as many as its vault needs, and if not, says how many there are.
pub(super) fn is_enough(shares: &[BareShare], paper: &Paper) -> bool {
    let last = paper.shares().into_iter().rev().find_map(|s| s.share.ok());
    last.is_some_and(|share| {
        let have = numbers(shares, paper, share.facts.public_key.vault_id()).len();
        have >= usize::from(share.facts.k)
    })
}

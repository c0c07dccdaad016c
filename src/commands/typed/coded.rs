//! A code that a scanner types, with Enter at its end, where a line of a share is asked for.

use super::numbers;
use crate::carrier;
use crate::code::{Origin, SheetShare, SheetVault, Taken, Touched, looks_like_ours};
use crate::commands::scanned::Paper;
use crate::quorum::BareShare;
use crate::terminal::Terminal;

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
    if !looks_like_ours(line) {
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
    match paper.take_line(line, &Origin::Typed) {
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
        say_what_is_whole(paper, terminal);
        return Coded::Whole;
    }
    say_what_is_missing(paper, terminal);
    Coded::Asked
}

/// How many shares and vault sheets are whole.
fn whole(paper: &Paper) -> usize {
    let (shares, vaults) = (paper.shares(), paper.vaults());
    let shares = shares.iter().filter(|share| share.share.is_ok());
    shares.count() + vaults.iter().filter(|vault| vault.is_whole()).count()
}

/// What the last code was of.
enum Sheet {
    Share(SheetShare),
    Vault(SheetVault),
}

fn touched(paper: &Paper) -> Option<Sheet> {
    match paper.touched()? {
        Touched::Share(at) => paper.shares().into_iter().nth(at).map(Sheet::Share),
        Touched::Vault(at) => paper.vaults().into_iter().nth(at).map(Sheet::Vault),
    }
}

fn say_what_is_whole(paper: &Paper, terminal: &mut Terminal) {
    let share = match touched(paper) {
        Some(Sheet::Share(SheetShare {
            share: Ok(share), ..
        })) => share,
        Some(Sheet::Vault(_)) => {
            terminal.say("The vault sheet is whole: enough of its codes are read.");
            return;
        }
        _ => return,
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

fn say_what_is_missing(paper: &Paper, terminal: &mut Terminal) {
    match touched(paper) {
        Some(Sheet::Vault(vault)) if vault.is_whole() => {
            terminal.say("The code is right; its vault sheet was whole before.");
        }
        Some(Sheet::Vault(vault)) => {
            terminal.say("That is a code of a vault sheet, not of a share. It is kept:");
            terminal.say(&format!("  {}", vault.line()));
        }
        Some(Sheet::Share(sheet)) if sheet.share.is_err() => {
            let mut have: Vec<u8> = sheet.read.iter().map(|(_, number)| *number).collect();
            have.sort_unstable();
            have.dedup();
            let (have, of) = (have.len(), sheet.of);
            terminal.say(&format!(
                "The code is right: {have} of the {of} of this share. Scan the next one."
            ));
        }
        _ => terminal.say("The code is right; its share was read before."),
    }
}

/// Whether the share that the last code made whole makes as many as its vault needs.
pub(super) fn is_enough(shares: &[BareShare], paper: &Paper) -> bool {
    let Some(Sheet::Share(SheetShare {
        share: Ok(share), ..
    })) = touched(paper)
    else {
        return false;
    };
    let have = numbers(shares, paper, share.facts.public_key.vault_id()).len();
    have >= usize::from(share.facts.k)
}

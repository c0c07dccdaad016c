//! The short story, on one screen: what the words mean, what a ceremony looks like, where the rest is written.

use crate::commands::Session;
use crate::error::{Exit, Result};

const STORY: [&str; 22] = [
    "coldvault keeps the keys of a node where no single person can reach them.",
    "",
    "  vault      the node's files, encrypted; worth nothing without its shares",
    "  share      a part of the key; any K of the N shares open the vault, fewer",
    "             say nothing at all. K and N are chosen, for example 3 of 5",
    "  custodian  a person who keeps one share, and knows nobody else's",
    "  carrier    a medium or printed sheet: a vault or share copy; two or more each",
    "  words      16 words that are the vault's name: on paper and on every screen.",
    "             Compare them; what does not agree is another vault, or forged",
    "",
    "A ceremony, on a machine without a network:",
    "  practise   the whole way there and back, before anything real",
    "  seal       people and media come one after another; all is read back; the",
    "             words go on paper; every carrier leaves with its custodian",
    "  check      each year: any carrier alone, without the others",
    "  restore    a vault copy and K custodians; every share is proven first",
    "",
    "Every option is in coldvault COMMAND --help, and everything else in docs/:",
    "  usage.md          how to use it",
    "  threat-model.md   against whom and what it protects, and what it does not",
    "  recovery.md       the way back without coldvault; RECOVERY.txt on carriers",
    "",
];

/// Shows it until Enter is pressed.
///
/// # Errors
/// [`crate::error::Error::Interrupted`]; [`crate::error::Error::System`].
pub(super) fn run(session: &mut Session) -> Result<Exit> {
    STORY.iter().for_each(|line| session.terminal.say(line));
    session.terminal.ask("Press Enter to go on:")?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_and_its_question_fit_one_plain_screen() {
        assert!(STORY.len() < 24);
        assert!(STORY.iter().all(|line| line.len() < 80 && line.is_ascii()));
    }
}

//! The questions for a vault copy and for a share, and what came of each answer.

use std::path::PathBuf;

use super::strangers::is_all;
use super::{Lead, Meets, say_all};
use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::insert::{Inserted, say_what_is_there};
use crate::commands::typed::{self, Given, Typed};
use crate::error::Result;
use crate::report::shown;

const SHARE: [&str; 3] = [
    "Insert the medium of a custodian and mount it; it is noticed. Or type the",
    "path of a directory, a share file or a scan, or press Enter to look for it.",
    "`typed` for a sheet without a scan of it; `stop` to stop.",
];

impl Lead {
    /// Asks for a vault copy until there is one, or one of `words` is typed.
    pub(super) fn vault(
        &mut self,
        text: &[&str],
        words: &[&'static str],
        meets: &mut dyn Meets,
        session: &mut Session,
    ) -> Result<()> {
        say_all(text, session);
        let before = self.presented.vaults.len();
        loop {
            let aside = self.trail.aside.len();
            match self.ask("Vault copy:", words, session)? {
                Inserted::Word("typed") => self.typed(meets, session)?,
                Inserted::Word(_) => return Ok(()),
                Inserted::Places(places) => self.look(&places, meets, session)?,
            }
            if self.presented.vaults.len() > before {
                return Ok(());
            }
            // A share that came instead is taken all the same.
            self.standing(meets, session)?;
            if self.trail.aside.len() > aside {
                continue;
            }
            let line = match self.presented.paper.broken_vault() {
                Some(_) => {
                    "The vault sheet is not whole yet: give another scan, or another vault copy."
                }
                None => "A vault copy is not there yet: a share is no part of it.",
            };
            session.terminal.say(line);
        }
    }

    /// Asks for one medium with a share.
    pub(super) fn share(
        &mut self,
        line: &str,
        meets: &mut dyn Meets,
        session: &mut Session,
    ) -> Result<()> {
        session.terminal.say(line);
        self.turn(meets, session)?;
        if !self.explained {
            say_all(&SHARE, session);
            self.explained = true;
        }
        self.trail.asks(session);
        match self.ask("Next share:", &["help", "typed", "-"], session)? {
            Inserted::Word("help") => self.explained = false,
            Inserted::Word(_) => self.typed(meets, session)?,
            Inserted::Places(places) => self.look(&places, meets, session)?,
        }
        Ok(())
    }

    /// A share from paper.
    fn typed(&mut self, meets: &mut dyn Meets, session: &mut Session) -> Result<()> {
        let (paper, right) = (&mut self.presented.paper, &mut self.keyboard_is_right);
        let given = match typed::one_share(paper, right, session)? {
            Typed::Lines(share) => vec![Given::Lines(share)],
            Typed::Code => Vec::new(),
            Typed::Nothing => {
                session.terminal.say("Nothing of this share is kept.");
                Vec::new()
            }
        };
        self.presented.typed(given, session);
        self.take_strangers(meets, session).map(drop)
    }

    pub(super) fn ask(
        &mut self,
        question: &str,
        words: &[&'static str],
        session: &mut Session,
    ) -> Result<Inserted> {
        self.asked = true;
        self.inserting.ask(question, words, session)
    }

    /// Reads everything there at once, so that the medium may go; a vault copy stays.
    pub(super) fn look(
        &mut self,
        places: &[PathBuf],
        meets: &mut dyn Meets,
        session: &mut Session,
    ) -> Result<()> {
        for place in places {
            let before = self.presented.vaults.len();
            let came = self.presented.look(place, session)?;
            let known = shown(place);
            let gone = self.take_strangers(meets, session)?;
            if is_all(gone, came) {
                if self.inserting.release(place, session) {
                    let line = format!("Unmounted {known}. You may remove it now.");
                    session.terminal.say(&line);
                }
                continue;
            }
            let newest = self.presented.vaults.get(before..).unwrap_or_default();
            let is_paper = newest
                .iter()
                .all(|vault| matches!(vault, VaultAt::Paper(_)));
            let line = match (came.shares, came.vaults, came.codes) {
                (0, 0, 0) if place.is_file() => {
                    "Nothing new is in that file. Try another one.".into()
                }
                (0, 0, 0) => {
                    say_what_is_there(place, session);
                    "That is no medium of coldvault, or it cannot be read. Try another one.".into()
                }
                (0, 0, codes) => format!("{codes} new codes are kept; more are needed."),
                (_, 0, _) if self.inserting.release(place, session) => {
                    format!("Read {known}, and unmounted it. You may remove it now.")
                }
                (_, 0, _) => format!("Read {known}. You may remove it now."),
                _ if is_paper => format!("The vault copy from {known} is read."),
                _ => format!("The vault copy at {known} is here. Leave it plugged in."),
            };
            session.terminal.say(&line);
        }
        Ok(())
    }
}

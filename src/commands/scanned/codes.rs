//! What came of the codes of one page, one file or one text.

use super::AGAIN;
use crate::code::Taken;
use crate::commands::Session;
use crate::report::Severity;

/// What came of one file or one text, code by code.
#[derive(Default)]
pub(in crate::commands) struct Codes {
    /// Codes of coldvault, those that were there before too.
    pub(super) ours: usize,
    pub(super) foreign: usize,
    /// Those that cannot be used, and why.
    pub(super) bad: Vec<String>,
}

impl Codes {
    /// Whether one of coldvault's is among them.
    pub(in crate::commands) fn is_of_use(&self) -> bool {
        self.ours > 0
    }

    /// Counts one text.
    pub(in crate::commands) fn count(&mut self, taken: Taken) {
        match taken {
            Taken::New | Taken::Again => self.ours += 1,
            Taken::Foreign => self.foreign += 1,
            Taken::Bad(why) => self.bad.push(why),
            Taken::Newer => self
                .bad
                .push("it is of a later coldvault: use that one".into()),
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.ours += other.ours;
        self.foreign += other.foreign;
        self.bad.extend(other.bad);
    }

    /// Says what cannot be used.
    pub(in crate::commands) fn say(&self, from: &str, session: &mut Session) {
        for why in &self.bad {
            let text = format!("a code is not used: {why}");
            session.find(Severity::Warning, "code", from, &text, AGAIN);
        }
        let text = match self.foreign {
            0 => return,
            1 => "1 code of other software, not used".to_owned(),
            count => format!("{count} codes of other software, not used"),
        };
        session.find(Severity::Note, "foreign-code", from, &text, "");
    }
}

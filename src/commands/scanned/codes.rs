//! What came of the codes of one page, one file or one text.

use super::AGAIN;
use crate::code::Taken;
use crate::commands::Session;
use crate::report::Severity;

/// What to do about codes of a later coldvault.
const LATER: &str = "use the coldvault that printed them, or a later one";

/// What came of one file or one text, code by code.
#[derive(Default)]
pub(in crate::commands) struct Codes {
    /// Codes of coldvault, those that were there before too.
    pub(super) ours: usize,
    pub(super) foreign: usize,
    /// Those that cannot be used, and why.
    pub(super) bad: Vec<String>,
    /// Those of a later coldvault.
    pub(super) later: usize,
    /// Pages that were not looked at, or not in full.
    pub(super) unseen: usize,
}

impl Codes {
    /// Whether one of coldvault's is among them, and no page was left out.
    pub(in crate::commands) fn is_good(&self) -> bool {
        self.ours > 0 && self.unseen == 0
    }

    /// Whether there are some that look like coldvault's, and none of them can be used.
    pub(in crate::commands) fn are_all_bad(&self) -> bool {
        self.ours == 0 && (self.later > 0 || !self.bad.is_empty())
    }

    /// Counts one text.
    pub(in crate::commands) fn count(&mut self, taken: Taken) {
        match taken {
            Taken::New | Taken::Again => self.ours += 1,
            Taken::Foreign => self.foreign += 1,
            Taken::Bad(why) => self.bad.push(why),
            Taken::Newer => self.later += 1,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.ours += other.ours;
        self.foreign += other.foreign;
        self.bad.extend(other.bad);
        self.later += other.later;
        self.unseen += other.unseen;
    }

    /// What to do where none can be used.
    pub(super) fn hint(&self) -> &'static str {
        match self.bad.is_empty() {
            true => LATER,
            false => AGAIN,
        }
    }

    /// Says what cannot be used.
    pub(in crate::commands) fn say(&self, from: &str, session: &mut Session) {
        for why in &self.bad {
            let text = format!("a code is not used: {why}");
            session.find(Severity::Warning, "code", from, &text, AGAIN);
        }
        if self.later > 0 {
            let text = format!("codes of a later coldvault, not used: {}", self.later);
            session.find(Severity::Warning, "code", from, &text, LATER);
        }
        let text = match self.foreign {
            0 => return,
            1 => "1 code of other software, not used".to_owned(),
            count => format!("{count} codes of other software, not used"),
        };
        session.find(Severity::Note, "foreign-code", from, &text, "");
    }
}

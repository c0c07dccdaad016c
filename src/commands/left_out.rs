//! What was not kept when the vault was sealed: one thing a line, and what the scope left out as a number.
//!
//! Knows what the inventory says; no file.

use crate::commands::Session;
use crate::commands::presented::written;
use crate::entry::Why;
use crate::report::{Finding, Severity};

/// The most things that are remembered by name.
const MOST_NAMED: usize = 100;
const HINT: &str = "it was not kept when the vault was sealed";

/// What was left out. A directory stands for all that is in it.
#[derive(Default)]
pub(super) struct LeftOut {
    named: Vec<(Vec<u8>, Why)>,
    /// How many the scope left out.
    by_scope: u64,
}

impl LeftOut {
    /// Remembers something by its place below the target.
    pub(super) fn add(&mut self, place: Vec<u8>, why: Why) {
        self.by_scope += u64::from(why == Why::Scope);
        if self.named.len() < MOST_NAMED {
            self.named.push((place, why));
        }
    }

    /// Whether this was left out, or a directory that it lies in.
    pub(super) fn holds(&self, place: &[u8]) -> bool {
        self.named.iter().any(|(out, _)| {
            let rest = place.strip_prefix(out.as_slice());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        })
    }

    /// Says it. Scripts get every line.
    pub(super) fn tell(&self, session: &mut Session) {
        for (place, why) in &self.named {
            let text = format!("{} was not kept: {}", written(place), words(*why));
            match why {
                Why::Scope => session.report.findings.push(Finding {
                    code: "skipped",
                    severity: Severity::Note,
                    subject: String::new(),
                    text,
                    hint: HINT.into(),
                }),
                _ => session.find(Severity::Note, "skipped", "", &text, HINT),
            }
        }
        if let Some(text) = self.scope_line() {
            session.terminal.say(&text);
        }
    }

    fn scope_line(&self) -> Option<String> {
        match self.by_scope {
            0 => None,
            1 => Some("1 file or directory was not in the scope (keys) of this vault.".into()),
            count => Some(format!(
                "{count} files and directories were not in the scope (keys) of this vault."
            )),
        }
    }
}

/// For people; [`Why::as_str`] is for scripts.
fn words(why: Why) -> &'static str {
    match why {
        Why::Socket => "a socket",
        Why::Fifo => "a pipe",
        Why::Device => "a device",
        Why::Loop => "a link that leads to itself",
        Why::Dangling => "a link to nothing",
        Why::Outside => "a link to the outside, not followed",
        Why::Volatile => "a lock or a process id, of no use to another start",
        Why::Excluded => "left out at the sealing",
        Why::Scope => "not in the scope of the vault",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_scope_left_out_is_one_number_and_holds_what_lies_in_it() {
        let mut left = LeftOut::default();
        assert_eq!(left.scope_line(), None);
        left.add(b"node/pipe".to_vec(), Why::Fifo);
        left.add(b"node/artemis".to_vec(), Why::Scope);
        left.add(b"node/a.mv.db".to_vec(), Why::Scope);
        assert!(left.scope_line().unwrap().starts_with("2 files and"));
        assert!(left.holds(b"node/artemis/x") && left.holds(b"node/a.mv.db"));
        assert!(!left.holds(b"node/artemis2") && !left.holds(b"node"));
    }
}

//! What to do about a share that was read: one line for the person who holds the medium.

use crate::commands::Session;
use crate::quorum::{State, Verdict};
use crate::share::{Closed, Flaw};

/// What is done with a carrier that nobody here wants.
pub(super) const AWAY: &str = "Put it back where it came from.";

/// "2 of 3 good shares so far."
pub(super) fn progress(have: usize, need: Option<usize>) -> String {
    need.map_or_else(
        || format!("{have} good shares so far; how many are needed is not known yet."),
        |need| format!("{have} of {need} good shares so far."),
    )
}

/// Nothing for a good one.
pub(super) fn advise(verdict: &Verdict, session: &mut Session) {
    let named = match (verdict.number, &verdict.custodian) {
        (Some(number), Some(custodian)) => format!("share {number} ({custodian})"),
        (Some(number), None) => format!("share {number}"),
        _ => "that share".to_owned(),
    };
    let line = match &verdict.state {
        State::Good
        | State::GoodButRelabelled
        | State::NotOpened(Flaw::Closed(Closed::NotNeeded, _)) => return,
        State::Duplicate => format!("{named} was read before: bring another custodian's."),
        State::OtherVault(_) => AWAY.to_owned(),
        State::NotOpened(_) | State::SetAside(_) => {
            format!("Bring the other copy of {named}, or the share of another custodian.")
        }
    };
    session.terminal.say(&line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_are_there_and_needed_is_said_as_far_as_it_is_known() {
        assert_eq!(progress(2, Some(3)), "2 of 3 good shares so far.");
        assert!(progress(0, None).contains("not known yet"));
    }
}

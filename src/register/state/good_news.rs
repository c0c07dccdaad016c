//! Which entries say that something was done: of a day to come they are not believed.
//!
//! Knows events, and no state.

use crate::register::event::Event;
use crate::register::kinds::{Action, Condition, Outcome};

/// What says that something was done, so that nothing more needs to be.
pub(super) fn is_good_news(event: &Event) -> bool {
    match event {
        Event::Checked(checked) => checked.outcome == Condition::Whole,
        Event::Drilled(drilled) => drilled.outcome != Outcome::Fail,
        Event::Custodian(moved) => matches!(
            moved.action,
            Action::Returned | Action::Reachable | Action::Add | Action::Cleared
        ),
        Event::Receipt(_)
        | Event::Claimed(_)
        | Event::Confirmed(_)
        | Event::Destroyed(_)
        | Event::Superseded(_)
        | Event::Retired(_) => true,
        _ => false,
    }
}

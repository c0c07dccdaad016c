//! Where an entry stands among the others, and on which day they are asked for. Must not know what entries say.

use crate::time::Time;

/// Where an entry stands.
#[derive(Clone, Copy)]
pub(super) struct At {
    /// What it says of when it was.
    pub(super) when: Time,
    /// Which one it is, counted from 1 in the order in which they count.
    pub(super) place: usize,
    /// Its line in the file.
    pub(super) line: usize,
    /// The day that is asked for, where one is.
    pub(super) day: Option<Time>,
}

impl At {
    /// Whether that is after the day that is asked for.
    pub(super) fn is_to_come(self, when: Time) -> bool {
        self.day.is_some_and(|day| when.days_since(day) > 0)
    }
}

//! D5, the worst case: what makes it one, as far as only people know it.
//!
//! Knows the questions; what a machine can see of a worst case is `crate::drill`'s business.

use crate::commands::Session;
use crate::drill::{self, Criterion};
use crate::error::Result;

use super::asking::yes_or_no;

/// The name, what is wanted, and the question (ceremony.md, section 4.1, D5).
const CASES: [(&str, &str, &str); 3] = [
    (
        "other machine",
        "the machine is another one than that of the sealing",
        "Is this another machine than that of the sealing?",
    ),
    (
        "lost site",
        "one site is taken as lost, and nothing of it was used",
        "Is one site taken as lost, and nothing here from it?",
    ),
    (
        "other lead",
        "somebody else leads than usually",
        "Does somebody else lead this drill than usually?",
    ),
];

/// Asks, where anybody is there to be asked.
///
/// # Errors
/// As [`yes_or_no`].
pub(super) fn ask(asks: bool, session: &mut Session) -> Result<Vec<Criterion>> {
    let one = |(name, wanted, question): (&str, &str, &str)| {
        let question = format!("{question} Type y or n (press Enter: not said):");
        let answer = match asks {
            true => yes_or_no(&question, session)?,
            false => None,
        };
        Ok(drill::said(name, wanted, answer))
    };
    CASES.into_iter().map(one).collect()
}

//! The clock on the wall, for the record: two people read it before any key exists.

use super::Plan;
use crate::commands::Session;
use crate::commands::wall_clock::{self, Reading};
use crate::error::Result;
use crate::host::machine::cannot_be_right;
use crate::kind::Kind;
use crate::report::Severity;

/// Takes what was `given`, or asks: in production on a terminal, whatever the machine's clock shows, because a clock that
/// is a year wrong looks like any other. A rule that was set aside is not asked about, unless the clock cannot be right.
///
/// # Errors
/// [`crate::error::Error::Usage`] for what is no time; what asking answers.
pub(super) fn look(plan: &mut Plan, given: &[String], session: &mut Session) -> Result<()> {
    let is_wrong = cannot_be_right(session.clock());
    let mut readings = Vec::new();
    for text in given {
        readings.push(Reading::now(wall_clock::parse(text)?, session));
    }
    let is_asked = is_wrong || plan.is_strict("host");
    if readings.is_empty() && plan.kind == Kind::Production && is_asked {
        readings = wall_clock::ask(session, is_wrong, true)?;
    }
    plan.wall_clock = wall_clock::record(&readings)?;
    match plan.wall_clock {
        Some(wall) => wall_clock::tell(wall, session),
        None if is_wrong => {
            let text = "this machine's clock cannot be right, and nobody read another one: the dates on the carriers will be wrong";
            let hint =
                "set it (date -u -s 'YYYY-MM-DD HH:MM'), or say what the wall shows: --wall-clock";
            session.find(Severity::Warning, "clock", "", text, hint);
        }
        None => {}
    }
    Ok(())
}

//! What is wrong with a carrier that was checked, and the verdict on it.

use std::path::Path;

use super::holds;
use crate::carrier::{Age, Checked, Problem};
use crate::commands::Session;
use crate::error::Result;
use crate::media::ReadBack;
use crate::report::Severity;
use crate::signature::VaultId;
use crate::terminal::size;

pub(super) fn show_problem(problem: &Problem, session: &mut Session) {
    let (severity, hint) = match problem.is_damage {
        true => (
            Severity::Error,
            "set this carrier aside and use another copy",
        ),
        false => (Severity::Note, ""),
    };
    let subject = format!("{:?}", problem.path);
    session.find(severity, "carrier", &subject, &problem.what, hint);
}

/// The verdict on what is whole, and of another vault than the one that was expected.
pub(super) const NOT_EXPECTED: &str = "whole, but NOT the vault that was expected";

/// What is of another vault than the one that was expected: not damaged by that.
pub(super) fn show_other_vault(
    path: &Path,
    found: VaultId,
    expected: VaultId,
    session: &mut Session,
) {
    let slip = found.slip(&expected);
    let slip = slip.map_or_else(String::new, |slip| format!("; they differ only in {slip}"));
    let text = format!("it is of vault {found}, and you expected {expected}{slip}");
    let hint = "compare again with the paper: a mistyped digit or word looks like this";
    let subject = format!("{path:?}");
    session.find(Severity::Error, "other-vault", &subject, &text, hint);
}

/// Where what was checked came from.
fn how(how: ReadBack) -> &'static str {
    match how {
        ReadBack::Direct => "from the device",
        ReadBack::Dropped => "after the page cache was dropped",
        ReadBack::Driver => "through a driver, which may have a cache of its own",
    }
}

/// How old the carrier is, and what is due. Never a reason not to rely on one that is whole.
pub(super) fn show_age(path: &Path, age: &Age, session: &mut Session) -> Result<()> {
    for (begin, line) in ["age", ""].iter().zip(age.lines()) {
        session.terminal.result(&format!("    {begin:<9}{line}"))?;
    }
    if let Some(text) = age.warning() {
        let subject = format!("{path:?}");
        let hint = "check the clock; replace what is too old with: coldvault copy FROM TO";
        session.find(Severity::Warning, "medium-age", &subject, &text, hint);
    }
    Ok(())
}

/// The verdict, last, so that it is what stays on the screen.
pub(super) fn conclusion(
    checked: &Checked,
    expect: Option<VaultId>,
    is_registered: bool,
) -> Vec<String> {
    let whole = checked.is_whole();
    let genuine = match (expect, whole) {
        _ if whole && checked.other_vault.is_some() => "consistent with the vault above",
        (Some(_), true) => "genuine: it is the vault that was expected",
        (None, true) if is_registered => "genuine: it is a vault of the register",
        (_, true) => "consistent with this vault: compare id or words with the paper",
        (_, false) => "damaged or edited",
    };
    let read = (checked.bytes > 0).then(|| {
        let (size, how) = (size(checked.bytes), how(checked.how));
        format!("    checked  {size} read {how}:")
    });
    // Without sums no file was read in full.
    let begin = if read.is_some() { "" } else { "checked" };
    let genuine = format!("    {begin:<9}{genuine}");
    let verdict = match whole {
        true if checked.other_vault.is_some() => NOT_EXPECTED,
        true => "whole",
        false => "NOT WHOLE: do not rely on it",
    };
    let mut lines = vec![format!("{}: {verdict}", holds(checked))];
    if checked.manifest.is_some() {
        lines.splice(0..0, read.into_iter().chain([genuine]));
    }
    lines
}

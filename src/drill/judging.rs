//! What a drill comes to, by its criteria and findings and by nothing else.

use super::{Criterion, Finding, Outcome};

/// The outcome: a criterion without which the drill fails, any other that is not met or a finding that is open, or
/// nothing of both (ceremony.md, section 4.4).
///
/// What was not looked at neither passes nor fails.
pub fn judge(criteria: &[Criterion], findings: &[Finding]) -> Outcome {
    let missed = |criterion: &&Criterion| criterion.met == Some(false);
    if criteria.iter().filter(missed).any(|missed| missed.must) {
        return Outcome::Fail;
    }
    let is_open = criteria.iter().any(|criterion| missed(&criterion));
    match is_open || findings.iter().any(Finding::is_open) {
        true => Outcome::Findings,
        false => Outcome::Pass,
    }
}

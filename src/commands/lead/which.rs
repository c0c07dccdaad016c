//! When carriers of several vaults are on the table: which of them is meant. Only the paper knows.

use crate::carrier;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::quorum::Table;
use crate::signature::VaultId;
use crate::terminal::is_stop;

/// The most vaults that can be chosen from: planted ones must not hide the real one, nor fill the screen for ever.
const MOST: usize = 32;

/// Asks when there is more than one.
///
/// # Errors
/// [`Error::WrongWords`] when it is none of them; [`Error::Stopped`], [`Error::Interrupted`].
pub(super) fn choose(
    vaults: &[(VaultId, Kind)],
    table: &Table,
    session: &mut Session,
) -> Result<Option<VaultId>> {
    if vaults.len() < 2 {
        return Ok(None);
    }
    list(vaults, |id| table.about(id))
        .iter()
        .for_each(|line| session.terminal.say(line));
    loop {
        let question = "Which one is on the paper? Type its number, or `none`:";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if answer.eq_ignore_ascii_case("none") {
            return Err(Error::WrongWords);
        }
        let number: Option<usize> = answer.parse().ok();
        let chosen = number
            .and_then(|number| number.checked_sub(1))
            .and_then(|place| vaults.iter().take(MOST).nth(place));
        if let Some((id, _)) = chosen {
            return Ok(Some(*id));
        }
    }
}

fn list(vaults: &[(VaultId, Kind)], about: impl Fn(VaultId) -> Option<String>) -> Vec<String> {
    let mut lines = vec![format!(
        "These carriers are of {} vaults. Compare the words with the paper:",
        vaults.len()
    )];
    for (number, (id, kind)) in (1..).zip(vaults.iter().take(MOST)) {
        lines.push(format!("{number}:"));
        let known = about(*id).map(|known| format!("label    {known}"));
        let about = carrier::describe_id(*id, Some(*kind)).into_iter();
        lines.extend(about.chain(known).map(|line| format!("  {line}")));
    }
    match vaults.len().saturating_sub(MOST) {
        0 => {}
        more => lines.push(format!("{more} more are not shown: somebody planted them.")),
    }
    if vaults.len() > 2 {
        lines.push("If it scrolls away, or is not there: `stop`, and start again with".into());
        lines.push("  --expect and the id or the words on the paper".into());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vault_is_listed_and_those_beyond_the_most_are_counted() {
        let vaults = |count: u8| -> Vec<(VaultId, Kind)> {
            let ids = (0..count).map(|byte| (VaultId([byte; 16]), Kind::Production));
            ids.collect()
        };
        let some = list(&vaults(5), |_| None).join("\n");
        assert!(
            some.contains("5 vaults") && some.contains("\n5:\n"),
            "{some}"
        );
        assert!(some.contains("--expect") && !some.contains("not shown"));
        let many = list(&vaults(40), |_| None).join("\n");
        assert!(
            many.contains("\n32:\n") && many.contains("8 more"),
            "{many}"
        );
        assert!(
            list(&vaults(40), |_| None)
                .iter()
                .all(|line| line.len() < 80)
        );
    }
}

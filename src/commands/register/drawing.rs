//! Words that the office draws for custodians to sign, and the shares that they are for. Must not know what becomes of
//! them: receipts over them are proven elsewhere.

use super::{FileArgs, coldvault};
use crate::commands::Session;
use crate::commands::noting::Begins;
use crate::error::{Error, Exit, Result};
use crate::label::Label;
use crate::receipt::CHALLENGE_WORDS;
use crate::register::{Challenged, Event, Life, State, VaultState};
use crate::signature::VaultId;
use crate::{key, words};

/// Draws words and enters them.
///
/// # Errors
/// [`Error::BadLabel`]; as [`Session::note`].
pub(super) fn challenge(
    file: &FileArgs,
    for_whom: Option<&str>,
    session: &mut Session,
) -> Result<Exit> {
    let for_whom = for_whom.map(Label::new).transpose()?;
    let state = file.open(Begins::Never, session)?.state();
    if let Some(name) = for_whom
        .as_ref()
        .filter(|name| state.custodian(name.as_str()).is_none())
    {
        return Err(Error::Usage {
            what: format!("{name} is not a custodian in the register"),
            hint: format!("see who is: {}", coldvault("show", file)),
        });
    }
    let shares = shares_of(for_whom.as_ref().map(Label::as_str), &state);
    if shares.is_empty() {
        return Err(Error::Usage {
            what: "the register has no share of a vault in use that the words could be for".into(),
            hint: format!("see whose there are: {}", coldvault("show", file)),
        });
    }
    let mut random = [0; CHALLENGE_WORDS];
    key::random(&mut random)?;
    let whom = for_whom
        .as_ref()
        .map_or("every custodian".to_owned(), Label::to_string);
    let mut lines = vec![format!("Words for {whom}:")];
    lines.extend(words::lines(&random).iter().map(|line| format!("  {line}")));
    lines.extend(shares.iter().map(are_for));
    session.note(&[Event::Challenged(Challenged {
        challenge: words::words(&random).join(" "),
        for_whom: for_whom.as_ref().map(Label::to_string),
        shares,
    })])?;
    for line in lines {
        session.terminal.result(&line)?;
    }
    let today = session.stamp().when().date();
    for line in [
        "On the custodian's own offline machine:",
        "  coldvault verify --challenge \"WORDS\" --receipt FILE PATH",
        &format!("A receipt counts as of today, {today}, whenever it comes; one for each share."),
    ] {
        session.terminal.say(line);
    }
    Ok(Exit::Done)
}

/// The shares that words are for: of vaults that are in use, all or those of one custodian.
fn shares_of(whom: Option<&str>, state: &State) -> Vec<(VaultId, Vec<u8>)> {
    let goes_on = |vault: &&VaultState| matches!(vault.life, Life::Live | Life::Unfinished);
    let vaults = state.vaults.iter().filter(goes_on);
    let shares = vaults.map(|vault| {
        let theirs = vault
            .shares
            .iter()
            .filter(|share| whom.is_none() || share.custodian.as_deref() == whom);
        (vault.id, theirs.map(|share| share.number).collect())
    });
    shares
        .filter(|(_, numbers): &(_, Vec<u8>)| !numbers.is_empty())
        .collect()
}

fn are_for((vault, numbers): &(VaultId, Vec<u8>)) -> String {
    match numbers.as_slice() {
        [one] => format!("for share {one} of vault {vault}"),
        several => {
            let several: Vec<String> = several.iter().map(u8::to_string).collect();
            format!("for shares {} of vault {vault}", several.join(", "))
        }
    }
}

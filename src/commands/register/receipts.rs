//! Custodians' checks, made alone: words drawn for them, receipts proven, claims entered as claims.

use std::io::Read;
use std::path::Path;

use super::{FileArgs, OfVault, entered};
use crate::carrier;
use crate::commands::Session;
use crate::commands::noting::Begins;
use crate::error::{Error, Exit, Result};
use crate::label::Label;
use crate::media;
use crate::receipt::{self, CHALLENGE_WORDS, PHONE_WORDS, ReadReceipt};
use crate::register::{Challenged, Claimed, Event, Receipted, Register, State};
use crate::signature::PublicKey;
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
            hint: "see who is: coldvault register show".into(),
        });
    }
    let mut random = [0; CHALLENGE_WORDS];
    key::random(&mut random)?;
    let challenge = words::words(&random).join(" ");
    session.note(&[Event::Challenged(Challenged {
        challenge: challenge.clone(),
        for_whom: for_whom.as_ref().map(Label::to_string),
    })])?;
    let whom = for_whom.map_or("every custodian".to_owned(), |name| name.to_string());
    session.terminal.result(&format!("Words for {whom}:"))?;
    for line in words::lines(&random) {
        session.terminal.result(&format!("  {line}"))?;
    }
    session
        .terminal
        .say("On the custodian's own offline machine:");
    session
        .terminal
        .say("  coldvault verify --challenge \"WORDS\" --receipt FILE PATH");
    Ok(Exit::Done)
}

/// Proves a receipt and enters it.
///
/// # Errors
/// [`Error::Damaged`] for one that was edited, or is of another share; [`Error::Refused`] for other words than were drawn,
/// and for one that was entered before; as [`Session::note`].
pub(super) fn add(
    file: &FileArgs,
    carrier: Option<&Path>,
    path: &Path,
    session: &mut Session,
) -> Result<Exit> {
    let register = file.open(Begins::Never, session)?;
    let state = register.state();
    let damaged = |what: String| Error::Damaged {
        path: path.to_owned(),
        what,
    };
    let read =
        ReadReceipt::from_bytes(&bytes(path)?).map_err(|error| damaged(error.to_string()))?;
    let claims = &read.claims;
    let id = claims.public_key.vault_id();
    let Some(vault) = state
        .vaults
        .iter()
        .find(|vault| vault.key == claims.public_key)
    else {
        return Err(damaged(format!(
            "it is of vault {id}, which is not in the register"
        )));
    };
    let share = vault
        .shares
        .iter()
        .find(|share| share.number == claims.number);
    let known = match carrier {
        Some(carrier) => check_key(carrier, claims.public_key, claims.number)?,
        None => share
            .and_then(|share| share.check_key)
            .ok_or_else(|| Error::Usage {
                what: format!("the register has no check key of share {}", claims.number),
                hint: "prove it against a carrier's vault.json: --vault PATH".into(),
            })?,
    };
    if !read.is_signed(&known) {
        let text = format!(
            "edited, or not made with share {} of vault {id}: its signature does not hold",
            claims.number
        );
        return Err(damaged(text));
    }
    let custodian = share.and_then(|share| share.custodian.clone());
    check_challenge(&claims.challenge, custodian.as_deref(), &state)?;
    check_new(&read, &register)?;
    session.note(&[Event::Receipt(Receipted {
        vault: id,
        number: claims.number,
        challenge: claims.challenge.clone(),
        receipt: read.text(),
    })])?;
    let whose = custodian.map_or(String::new(), |name| format!(" ({name})"));
    let text = format!(
        "share {}{whose} of vault {id} was there, proven",
        claims.number
    );
    entered(&text, session)
}

/// The words must be the newest that were drawn for this custodian: older ones may have been answered long ago.
fn check_challenge(words: &str, custodian: Option<&str>, state: &State) -> Result<()> {
    let refused = |what: &str| Error::Refused {
        what: what.into(),
        hint: "ask for a receipt over new words: coldvault register challenge".into(),
    };
    let mut drawn = state.challenges.iter();
    let Some(meant) = drawn.find(|challenge| challenge.text == words) else {
        return Err(refused("its words were never drawn here"));
    };
    let is_for = |whom: Option<&str>| whom.is_none() || whom == custodian;
    if !is_for(meant.for_whom.as_deref()) {
        return Err(refused("its words were drawn for another custodian"));
    }
    // They stand in the order of the register: a clock that was ahead does not make words the newest.
    let mut drawn = state.challenges.iter().rev();
    let newest = drawn.find(|one| is_for(one.for_whom.as_deref()));
    match newest.is_some_and(|newest| newest.text != meant.text) {
        true => Err(refused(
            "newer words were drawn since: it may be of long ago",
        )),
        false => Ok(()),
    }
}

fn check_new(read: &ReadReceipt, register: &Register) -> Result<()> {
    let text = read.text();
    let is_it = |event: &Event| matches!(event, Event::Receipt(known) if known.receipt == text);
    match register
        .entries()
        .any(|entry| entry.event.as_ref().is_some_and(is_it))
    {
        false => Ok(()),
        true => Err(Error::Refused {
            what: "this receipt was entered before".into(),
            hint: "ask for a new one over new words: coldvault register challenge".into(),
        }),
    }
}

/// The check key that a genuine `vault.json` of this very vault has.
fn check_key(place: &Path, key: PublicKey, number: u8) -> Result<PublicKey> {
    for path in carrier::find(place)?.paths {
        let manifest = carrier::read(&path).ok().and_then(|read| read.manifest);
        let proven = manifest.and_then(|manifest| manifest.prove(&key).ok());
        if let Some(share) = proven.as_ref().and_then(|manifest| manifest.share(number)) {
            return Ok(share.check_key);
        }
    }
    Err(Error::Damaged {
        path: place.to_owned(),
        what: format!("it has no genuine vault.json of vault {}", key.vault_id()),
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = receipt::MAX_BYTES as u64 + 1;
    let file = media::open_ordinary(path)?;
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", path))?;
    Ok(bytes)
}

/// Enters what somebody said over the phone.
///
/// # Errors
/// [`Error::Usage`]; as [`Session::note`].
pub(super) fn claim(
    file: &FileArgs,
    vault: &OfVault,
    (number, typed): (u8, &str),
    session: &mut Session,
) -> Result<Exit> {
    let words = receipt::normalised(typed, PHONE_WORDS)?;
    let state = file.open(Begins::Never, session)?.state();
    let vault = vault.of(&state)?;
    let Some(share) = vault.shares.iter().find(|share| share.number == number) else {
        return Err(Error::Usage {
            what: format!("vault {} has no share {number}", vault.id),
            hint: format!("its shares are numbered 1 to {}", vault.n),
        });
    };
    let custodian = share.custodian.as_deref();
    let drawn = state.challenges.iter().rev();
    let mut drawn =
        drawn.filter(|one| one.for_whom.is_none() || one.for_whom.as_deref() == custodian);
    session.note(&[Event::Claimed(Claimed {
        vault: vault.id,
        number,
        words,
        challenge: drawn.next().map(|challenge| challenge.text.clone()),
    })])?;
    let text = format!("share {number} is said to be whole: a claim, and no proof");
    entered(&text, session)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Challenge;
    use crate::time::Time;

    #[test]
    fn older_words_are_refused_though_the_clock_was_set_back_since() {
        let drawn = |text: &str, at: i64| Challenge {
            text: text.into(),
            for_whom: None,
            at: Time::from_unix(at),
        };
        let mut state = State {
            challenges: vec![drawn("old", 2_000_000_000), drawn("new", 1_700_000_000)],
            ..State::default()
        };
        assert!(check_challenge("old", Some("legal"), &state).is_err());
        assert!(check_challenge("new", Some("legal"), &state).is_ok());
        let for_audit = Challenge {
            for_whom: Some("audit".into()),
            ..drawn("other", 1_800_000_000)
        };
        state.challenges.push(for_audit);
        assert!(check_challenge("new", Some("legal"), &state).is_ok());
        assert!(check_challenge("other", Some("legal"), &state).is_err());
        assert!(check_challenge("never", Some("legal"), &state).is_err());
    }
}

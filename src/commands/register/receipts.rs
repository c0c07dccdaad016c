//! Custodians' checks, made alone: receipts proven, claims entered as claims.

use std::path::Path;

use super::{FileArgs, OfVault, coldvault, entered};
use crate::carrier;
use crate::commands::Session;
use crate::commands::noting::{self, Begins};
use crate::error::{Error, Exit, Result};
use crate::manifest::Manifest;
use crate::media;
use crate::receipt::{self, PHONE_WORDS, ReadReceipt, Receipt};
use crate::register::{Claimed, Entry, Event, Flaw, Receipted, Register, Sealing, State};
use crate::signature::{PublicKey, VaultId};
use crate::time::Time;

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
    let bytes = media::read_ordinary(path, receipt::MAX_BYTES)?;
    let read = ReadReceipt::from_bytes(&bytes).map_err(|error| damaged(error.to_string()))?;
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
    let own = share.and_then(|share| share.check_key);
    let shown = carrier
        .map(|carrier| manifest_at(carrier, claims.public_key))
        .transpose()?;
    let signer = signer(claims.number, own, shown.as_ref(), path)?;
    if !read.is_signed(&signer) {
        let text = format!(
            "edited, or not made with share {} of vault {id}: its signature does not hold",
            claims.number
        );
        return Err(damaged(text));
    }
    let custodian = share.and_then(|share| share.custodian.clone());
    let whose = custodian
        .as_ref()
        .map_or(String::new(), |name| format!(" ({name})"));
    let of = (id, claims.number, custodian.as_deref());
    let drawn = check_challenge(&claims.challenge, of, &state, file)?;
    check_new(claims, &register, &state, file)?;
    // Without the check key the register could not tell afterwards that the receipt is proven.
    let learnt = shown.filter(|_| own.is_none()).map(found);
    let receipt = Event::Receipt(Receipted {
        vault: id,
        number: claims.number,
        challenge: claims.challenge.clone(),
        receipt: read.text(),
    });
    let events: Vec<Event> = learnt.into_iter().chain([receipt]).collect();
    session.note(&events)?;
    let text = format!(
        "share {}{whose} of vault {id} was there, proven as of {}, when its words were drawn",
        claims.number,
        drawn.date()
    );
    entered(&text, session)
}

/// The check key that a receipt must be signed with: the register's, or that of a genuine `vault.json`, which is the same.
fn signer(
    number: u8,
    own: Option<PublicKey>,
    shown: Option<&Manifest>,
    receipt: &Path,
) -> Result<PublicKey> {
    let shown = shown.map(|manifest| manifest.share(number).map(|share| share.check_key));
    match (own, shown) {
        (Some(own), Some(Some(shown))) if own != shown => Err(Error::Damaged {
            path: receipt.to_owned(),
            what: format!(
                "the register has another check key of share {number} than the vault's own vault.json: it was changed"
            ),
        }),
        (_, Some(Some(key))) | (Some(key), _) => Ok(key),
        _ => Err(Error::Usage {
            what: format!("the register has no check key of share {number}"),
            hint: "prove it against a carrier's vault.json: --vault PATH".into(),
        }),
    }
}

/// What the register is told of a vault whose check keys it lacks.
fn found(manifest: Manifest) -> Event {
    let seen = Sealing {
        shares: noting::share_lines(&manifest, |_| None),
        ..super::rebuild::empty(noting::facts_of(&manifest, None))
    };
    Event::Found(seen.into())
}

/// The words must be the newest that were drawn for this share: older ones may have been answered long ago. Answers when
/// they were drawn.
fn check_challenge(
    words: &str,
    (vault, number, custodian): (VaultId, u8, Option<&str>),
    state: &State,
    file: &FileArgs,
) -> Result<Time> {
    let refused = |what: &str| Error::Refused {
        what: what.into(),
        hint: format!(
            "ask for a receipt over new words: {}",
            coldvault("challenge", file)
        ),
    };
    let meant = match state.drawn(words) {
        Ok(meant) => meant,
        Err(Flaw::DrawnTwice) => {
            return Err(refused(
                "its words were drawn more than once: it may be as old as the first time",
            ));
        }
        Err(_) => {
            return Err(refused(
                "its words were never drawn here: nobody knows since when they were known",
            ));
        }
    };
    if !meant.is_for(vault, number, custodian) {
        return Err(refused(
            "its words were drawn for another custodian, or for other shares",
        ));
    }
    let newest = state.newest_words(vault, number, custodian);
    match newest.is_some_and(|newest| newest.text != meant.text) {
        true => Err(refused(
            "newer words were drawn since: it may be of long ago",
        )),
        false => Ok(meant.at),
    }
}

/// Words are answered once by each share. One that proves nothing, written in by somebody, does not stand in the way.
fn check_new(claims: &Receipt, register: &Register, state: &State, file: &FileArgs) -> Result<()> {
    let counts = |line: usize| state.unproven.iter().all(|one| one.line != line);
    let is_it = |entry: &Entry| {
        matches!(&entry.event, Some(Event::Receipt(known))
            if known.vault == claims.public_key.vault_id()
                && known.number == claims.number
                && known.challenge == claims.challenge)
            && counts(entry.line)
    };
    match register.entries().any(is_it) {
        false => Ok(()),
        true => Err(Error::Refused {
            what: format!(
                "a receipt of share {} over these words was entered before",
                claims.number
            ),
            hint: format!(
                "ask for a new one over new words: {}",
                coldvault("challenge", file)
            ),
        }),
    }
}

/// A genuine `vault.json` of this very vault.
fn manifest_at(place: &Path, key: PublicKey) -> Result<Manifest> {
    for path in carrier::find(place)?.paths {
        let manifest = carrier::read(&path).ok().and_then(|read| read.manifest);
        if let Some(proven) = manifest.and_then(|manifest| manifest.prove(&key).ok()) {
            return Ok(proven);
        }
    }
    Err(Error::Damaged {
        path: place.to_owned(),
        what: format!("it has no genuine vault.json of vault {}", key.vault_id()),
    })
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
    let drawn = state.newest_words(vault.id, number, custodian);
    session.note(&[Event::Claimed(Claimed {
        vault: vault.id,
        number,
        words,
        challenge: drawn.map(|challenge| challenge.text.clone()),
    })])?;
    let text = format!("share {number} is said to be whole: a claim, and no proof");
    entered(&text, session)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Challenge;

    #[test]
    fn older_words_are_refused_though_the_clock_was_set_back_since() {
        let drawn = |text: &str, at: i64| Challenge {
            text: text.into(),
            for_whom: None,
            shares: Vec::new(),
            at: Time::from_unix(at),
            drawn_in: 1,
        };
        let file = FileArgs::at("register.json");
        let check = |state: &State, words: &str, number: u8| {
            let of = (VaultId([1; 16]), number, Some("legal"));
            check_challenge(words, of, state, &file)
        };
        let mut state = State {
            challenges: vec![drawn("old", 2_000_000_000), drawn("new", 1_700_000_000)],
            ..State::default()
        };
        assert!(check(&state, "old", 1).is_err());
        assert_eq!(check(&state, "new", 1).unwrap(), state.challenges[1].at);
        let for_audit = Challenge {
            for_whom: Some("audit".into()),
            ..drawn("other", 1_800_000_000)
        };
        state.challenges.push(for_audit);
        assert!(check(&state, "new", 1).is_ok());
        assert!(check(&state, "other", 1).is_err());
        assert!(check(&state, "never", 1).is_err());
        // Newer words for other shares do not outdate these.
        let for_two = Challenge {
            shares: vec![(VaultId([1; 16]), vec![2])],
            ..drawn("two", 1_900_000_000)
        };
        state.challenges.push(for_two);
        assert!(check(&state, "new", 1).is_ok());
        assert!(check(&state, "two", 1).is_err());
        assert!(check(&state, "two", 2).is_ok());
        assert!(check(&state, "new", 2).is_err());
    }

    #[test]
    fn words_that_are_drawn_twice_make_no_receipt_fresh_and_outdate_none() {
        let drawn = |text: &str, at: i64| Challenge {
            text: text.into(),
            for_whom: None,
            shares: Vec::new(),
            at: Time::from_unix(at),
            drawn_in: 1,
        };
        let state = State {
            challenges: vec![drawn("old", 1), drawn("new", 2), drawn("old", 3)],
            ..State::default()
        };
        let file = FileArgs::at("register.json");
        let check = |words: &str| {
            let of = (VaultId([1; 16]), 1, Some("legal"));
            check_challenge(words, of, &state, &file)
        };
        let refused = check("old").unwrap_err().to_string();
        assert!(refused.contains("drawn more than once"), "{refused}");
        assert_eq!(check("new").unwrap(), Time::from_unix(2));
    }
}

//! Which of the carriers that a register knows a person means.

use data_encoding::HEXLOWER;

use crate::commands::noting::Which;
use crate::due::never_seen;
use crate::error::{Error, Result};
use crate::register::{CarrierRef, MediumKind, Role, VaultState};

/// The carriers that are meant, of those that were not destroyed.
///
/// # Errors
/// [`Error::Usage`] where there is none, and where two carriers say of themselves that they are the one that is named: a
/// forged one does.
pub(super) fn known(which: &Which, vault: &VaultState) -> Result<Vec<CarrierRef>> {
    let found = which.of(vault);
    match (which, found.as_slice()) {
        (_, []) => Err(Error::Usage {
            what: format!("the register knows no carrier {which}"),
            hint: "see which it knows: coldvault register show --register FILE".into(),
        }),
        (Which::Of(_, Some(_)), [_, _, ..]) => {
            let each = found.iter().map(|one| described(one, vault));
            Err(Error::Usage {
                what: format!("{which} may be: {}", each.collect::<Vec<_>>().join("; or ")),
                hint:
                    "name the one that is meant by its id, or by the directory where it is mounted"
                        .into(),
            })
        }
        _ => Ok(found),
    }
}

/// The same; or the copies that their neighbours say were made, and that nobody entered.
///
/// # Errors
/// As [`known`].
pub(in crate::commands) fn known_or_made(
    which: &Which,
    vault: &VaultState,
) -> Result<Vec<CarrierRef>> {
    let known = known(which, vault);
    let (Which::Of(role, copy), Err(_)) = (which, &known) else {
        return known;
    };
    let unseen = never_seen(vault).into_iter();
    let unseen =
        unseen.filter(|(of, number)| of == role && copy.is_none_or(|copy| copy == *number));
    let unseen: Vec<CarrierRef> = unseen
        .map(|(role, copy)| never_entered(role, copy))
        .collect();
    match unseen.is_empty() {
        false => Ok(unseen),
        true => known,
    }
}

/// A copy that must have been made, and that nobody entered.
pub(in crate::commands) fn never_entered(role: Role, copy: u8) -> CarrierRef {
    CarrierRef {
        carrier_id: None,
        role,
        copy: Some(copy),
    }
}

/// What tells a carrier from another one of the same name.
fn described(carrier: &CarrierRef, vault: &VaultState) -> String {
    let id = carrier
        .carrier_id
        .map_or("the sheet".to_owned(), |id| HEXLOWER.encode(&id));
    let known = vault.carrier(carrier, MediumKind::Unknown);
    match known.map(|known| (&known.failed, known.checked)) {
        Some((Some((day, what)), _)) => format!("{id} (BAD on {}: {what})", day.date()),
        Some((None, Some(day))) => format!("{id} (read on {})", day.date()),
        _ => format!("{id} (never read)"),
    }
}

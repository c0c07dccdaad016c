//! Which carrier a person means, and where it is kept.

use std::fmt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use crate::carrier;
use crate::error::{Error, Result};
use crate::register::{CarrierRef, CarrierState, Role, VaultState};

/// A carrier as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Which {
    /// By its id.
    Id([u8; 16]),
    /// By what it is of, and which copy; without a number all of them.
    Of(Role, Option<u8>),
    /// By where it is mounted.
    At(PathBuf),
}

/// Where a carrier is kept.
pub(in crate::commands) struct Site {
    /// Which.
    pub(in crate::commands) which: Which,
    /// Where.
    pub(in crate::commands) place: String,
}

impl Site {
    /// Reads `CARRIER=PLACE`.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub(in crate::commands) fn parse(given: &str) -> Result<Self> {
        let (which, place) = given.split_once('=').ok_or_else(|| usage(given))?;
        Ok(Self {
            which: Which::parse(which.trim()).ok_or_else(|| usage(given))?,
            place: super::text("the place", place)?,
        })
    }
}

fn usage(given: &str) -> Error {
    Error::Usage {
        what: format!("{given:?} does not say which carrier is where"),
        hint: "write for example \"vault 1=safe, Bern\" or \"share 2/1=bank, box 12\"".into(),
    }
}

impl Which {
    /// `vault 1`, `share 2`, `share 2/1`, 32 hexadecimal digits, or a directory.
    pub(in crate::commands) fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("vault ") {
            return Some(Self::Of(Role::Vault, Some(rest.trim().parse().ok()?)));
        }
        if let Some(rest) = text.strip_prefix("share ") {
            let (number, copy) = match rest.split_once('/') {
                Some((number, copy)) => (number, Some(copy.trim().parse().ok()?)),
                None => (rest, None),
            };
            let number = number.trim().parse().ok()?;
            return Some(Self::Of(Role::Share(number), copy));
        }
        match HEXLOWER.decode(text.as_bytes()) {
            Ok(bytes) if bytes.len() == 16 => Some(Self::Id(bytes.try_into().ok()?)),
            _ if text.is_empty() => None,
            _ if text == "vault" => Some(Self::Of(Role::Vault, None)),
            _ => Some(Self::At(PathBuf::from(text))),
        }
    }

    /// The carriers of a vault that are meant.
    pub(in crate::commands) fn of(&self, vault: &VaultState) -> Vec<CarrierRef> {
        let ids = match self {
            Self::At(path) => ids_at(path),
            Self::Id(id) => vec![*id],
            Self::Of(..) => Vec::new(),
        };
        let meant = |known: &&CarrierState| match self {
            Self::Of(role, copy) => {
                known.role == *role && copy.is_none_or(|copy| copy == known.copy)
            }
            Self::Id(_) | Self::At(_) => known.carrier_id.is_some_and(|id| ids.contains(&id)),
        };
        let found = vault.carriers.iter().filter(|known| !known.destroyed);
        found.filter(meant).map(reference).collect()
    }
}

/// How entries name a carrier that the register knows.
pub(in crate::commands) fn reference(known: &CarrierState) -> CarrierRef {
    CarrierRef {
        carrier_id: known.carrier_id,
        role: known.role,
        copy: Some(known.copy).filter(|copy| *copy > 0),
    }
}

/// The ids of the carriers at a place; none where nothing can be read.
fn ids_at(path: &Path) -> Vec<[u8; 16]> {
    let found = carrier::find(path).map_or_else(|_| Vec::new(), |found| found.paths);
    let facts = found.iter().filter_map(|path| carrier::read_facts(path));
    facts.map(|facts| facts.carrier_id).collect()
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => f.write_str(&HEXLOWER.encode(id)),
            Self::Of(role, None) => write!(f, "{role}"),
            Self::Of(Role::Vault, Some(copy)) => write!(f, "vault {copy}"),
            Self::Of(role, Some(copy)) => write!(f, "{role}/{copy}"),
            Self::At(path) => write!(f, "{path:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_is_named_in_five_ways() {
        for (text, which) in [
            ("vault 1", Which::Of(Role::Vault, Some(1))),
            ("vault", Which::Of(Role::Vault, None)),
            ("share 2", Which::Of(Role::Share(2), None)),
            ("share 2/1", Which::Of(Role::Share(2), Some(1))),
            (&"ab".repeat(16), Which::Id([0xab; 16])),
            ("/media/A", Which::At("/media/A".into())),
        ] {
            assert_eq!(Which::parse(text), Some(which), "{text}");
        }
        for text in ["", "vault x", "share ", "share 300", "share 1/x"] {
            assert_eq!(Which::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_site_is_a_carrier_and_a_place() {
        let site = Site::parse("share 2/1=bank = box 12").unwrap();
        assert_eq!(site.place, "bank = box 12");
        for wrong in ["share 2", "=x", "share 2=", "share 2=\u{202e}x"] {
            assert!(
                matches!(Site::parse(wrong), Err(Error::Usage { .. })),
                "{wrong}"
            );
        }
    }
}

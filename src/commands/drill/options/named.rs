//! How people name a carrier, and which one of a list is meant.

use data_encoding::HEXLOWER;

use crate::drill::CarrierUse;

/// A carrier as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands::drill) enum Named {
    /// By its id.
    Id([u8; 16]),
    /// A vault copy, by its number.
    Vault(Option<u8>),
    /// A share, by its number, and which copy of it.
    Share(u8, Option<u8>),
}

impl Named {
    /// `vault 1`, `share 2`, `share 2/1`, or 32 hexadecimal digits.
    pub(in crate::commands::drill) fn parse(text: &str) -> Option<Self> {
        if text == "vault" {
            return Some(Self::Vault(None));
        }
        if let Some(rest) = text.strip_prefix("vault ") {
            return Some(Self::Vault(Some(rest.trim().parse().ok()?)));
        }
        if let Some(rest) = text.strip_prefix("share ") {
            let (number, copy) = match rest.split_once('/') {
                Some((number, copy)) => (number, Some(copy.trim().parse().ok()?)),
                None => (rest, None),
            };
            return Some(Self::Share(number.trim().parse().ok()?, copy));
        }
        let id = HEXLOWER.decode(text.as_bytes()).ok()?;
        id.try_into().ok().map(Self::Id)
    }

    /// Places in a list of what is meant. A sheet does not say which copy it is: where no carrier of the list is that copy,
    /// the only one of it that has no number is meant.
    pub(in crate::commands::drill) fn among(&self, all: &[CarrierUse]) -> Vec<usize> {
        let places = |is: &dyn Fn(&CarrierUse) -> bool| -> Vec<usize> {
            let all = all.iter().enumerate().filter(|(_, one)| is(one));
            all.map(|(place, _)| place).collect()
        };
        let exact = places(&|one| self.is(one));
        let any = match self {
            Self::Vault(Some(_)) => Self::Vault(None),
            Self::Share(number, Some(_)) => Self::Share(*number, None),
            _ => return exact,
        };
        match exact.is_empty() {
            true => {
                let mut left = places(&|one| one.copy.is_none() && any.is(one));
                left.truncate(if left.len() == 1 { 1 } else { 0 });
                left
            }
            false => exact,
        }
    }

    fn is(&self, one: &CarrierUse) -> bool {
        let is_copy = |copy: &Option<u8>| copy.is_none() || *copy == one.copy;
        match self {
            Self::Id(id) => one.carrier_id.as_ref() == Some(id),
            Self::Vault(copy) => one.role == "vault" && is_copy(copy),
            Self::Share(number, copy) => {
                one.role == "share" && one.number == Some(*number) && is_copy(copy)
            }
        }
    }

    /// A carrier of which nothing is known but how it is called.
    pub(in crate::commands::drill) fn alone(&self) -> CarrierUse {
        let (role, number, copy) = match self {
            Self::Share(number, copy) => ("share", Some(*number), *copy),
            Self::Vault(copy) => ("vault", None, *copy),
            Self::Id(_) => ("unknown", None, None),
        };
        CarrierUse {
            carrier_id: match self {
                Self::Id(id) => Some(*id),
                _ => None,
            },
            role: role.into(),
            number,
            copy,
            outcome: "not read".into(),
            ..CarrierUse::default()
        }
    }
}

/// Gives each carrier what was said of it first. Answers what was said of none.
pub(in crate::commands::drill) fn enter<'s, T>(
    said: &'s [(Named, T)],
    all: &mut [CarrierUse],
    give: impl Fn(&T, &mut CarrierUse),
) -> Vec<&'s T> {
    let mut is_given = vec![false; all.len()];
    let mut left = Vec::new();
    for (named, what) in said {
        let meant = named.among(all);
        let mut is_of_any = false;
        let places = all.iter_mut().zip(&mut is_given).enumerate();
        for (_, (one, given)) in places.filter(|(place, _)| meant.contains(place)) {
            if !std::mem::replace(given, true) {
                give(what, one);
                is_of_any = true;
            }
        }
        if !is_of_any {
            left.push(what);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_are_named_as_in_the_register() {
        for (text, named) in [
            ("vault", Named::Vault(None)),
            ("vault 1", Named::Vault(Some(1))),
            ("share 2", Named::Share(2, None)),
            ("share 2/1", Named::Share(2, Some(1))),
            (&"ab".repeat(16), Named::Id([0xab; 16])),
        ] {
            assert_eq!(Named::parse(text), Some(named), "{text}");
        }
        for text in ["", "vault x", "share", "share 300", "abab", "/media/A"] {
            assert_eq!(Named::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_names_no_carrier_or_one_that_was_named_is_left() {
        let one = |text: &str| Named::parse(text).unwrap();
        let mut all =
            ["vault 1", "share 1/1", "share 1/2", "share 2"].map(|text| one(text).alone());
        let said = ["share 2/1", "share 1", "share 1/2", "vault 9", "share 2"];
        let said = said.map(|text| (one(text), text));
        let left = enter(&said, &mut all, |text, one| {
            one.bag_found = Some((*text).to_owned());
        });
        // The last one of them: share 2/1 is its only sheet.
        assert_eq!(left, [&"share 1/2", &"vault 9", &"share 2"]);
        let found = all.map(|one| one.bag_found.unwrap_or_default());
        assert_eq!(found, ["", "share 1", "share 1", "share 2/1"]);
        let two = ["share 2", "share 2"].map(|text| one(text).alone());
        assert!(one("share 2/1").among(&two).is_empty());
    }
}

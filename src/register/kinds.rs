//! The few words that entries of a register choose from, each as a type, to text and back.
//!
//! Knows words and no entries.

/// An enumeration with one word for each value, in files and for people.
macro_rules! worded {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $value,)+
        }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// Its word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// The inverse of `as_str`.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

worded! {
    /// What a drill goes through: the ladder of `docs/drill.md`, from a look at a bag to a restore from paper alone.
    DrillKind {
        /// Seals and places: nothing is opened.
        D0 = "D0",
        /// Every custodian's share, checked alone.
        D1 = "D1",
        /// Every vault copy, read in full and not decrypted.
        D2 = "D2",
        /// The whole way back, with rehearsal material.
        D3 = "D3",
        /// The whole way back, with the real quorum.
        D4 = "D4",
        /// As D4 from paper only, with exactly k shares.
        D5 = "D5",
        /// What a compromise would mean, at a table.
        D6 = "D6",
    }
}

impl DrillKind {
    /// Whether it joins shares to a key.
    pub fn needs_quorum(self) -> bool {
        matches!(self, Self::D3 | Self::D4 | Self::D5)
    }
}

worded! {
    /// How a drill ended, by criteria written before it.
    Outcome {
        /// All criteria met.
        Pass = "pass",
        /// The way back works; something is to be mended.
        Findings = "findings",
        /// The way back does not work.
        Fail = "fail",
    }
}

worded! {
    /// What a check found a copy to be.
    Condition {
        /// Every byte as it was sealed.
        Whole = "whole",
        /// Read, and not as it was sealed.
        Damaged = "damaged",
        /// Could not be read.
        Unreadable = "unreadable",
    }
}

worded! {
    /// What a copy lies on.
    MediumKind {
        /// A stick, a disk, a card: what is plugged in.
        Removable = "removable",
        /// A printed sheet.
        Paper = "paper",
        /// Not known.
        Unknown = "unknown",
    }
}

worded! {
    /// What happened to a custodian.
    Action {
        /// Known from now on.
        Add = "add",
        /// Keeps the share somewhere else.
        Move = "move",
        /// Left, with the share.
        Leave = "leave",
        /// Cannot be reached.
        Unreachable = "unreachable",
        /// Can be reached again.
        Reachable = "reachable",
        /// Left, and gave the share back.
        Returned = "returned",
        /// Somebody else may know the share; the person stays who it is.
        Suspect = "suspect",
        /// Looked into: nobody else knows the share.
        Cleared = "cleared",
    }
}

worded! {
    /// Why a share was made anew.
    Cause {
        /// There is evidence that the copies before are gone.
        Destroyed = "destroyed",
        /// Nobody knows where they are.
        Lost = "lost",
        /// A bag was open, or its number is wrong.
        Bag = "bag",
        /// Somebody else keeps it from now on.
        HandedOver = "handed-over",
    }
}

impl Cause {
    /// Whether somebody else may have the copies before.
    pub fn exposes(self) -> bool {
        matches!(self, Self::Lost | Self::Bag)
    }
}

worded! {
    /// What falls due after so many months.
    Interval {
        /// Drill: seals and places.
        D0 = "D0",
        /// Drill: every custodian's share.
        D1 = "D1",
        /// Drill: every vault copy.
        D2 = "D2",
        /// Drill: with rehearsal material.
        D3 = "D3",
        /// Drill: with the real quorum.
        D4 = "D4",
        /// Drill: from paper only.
        D5 = "D5",
        /// Drill: compromise.
        D6 = "D6",
        /// A full read of each copy on a medium.
        MediaCheck = "media-check",
        /// A full read of each sheet.
        PaperCheck = "paper-check",
        /// A new medium for each copy.
        MediaReplace = "media-replace",
        /// New shares, with a new key.
        Refresh = "refresh",
    }
}

impl Interval {
    /// The months that hold where no policy says otherwise.
    pub fn default_months(self) -> u16 {
        match self {
            Self::D0 | Self::D1 | Self::D3 | Self::D4 | Self::D6 | Self::PaperCheck => 12,
            Self::D2 | Self::MediaCheck => 6,
            Self::D5 | Self::Refresh => 24,
            Self::MediaReplace => 60,
        }
    }

    /// The interval of a kind of drill.
    pub fn of_drill(kind: DrillKind) -> Self {
        match kind {
            DrillKind::D0 => Self::D0,
            DrillKind::D1 => Self::D1,
            DrillKind::D2 => Self::D2,
            DrillKind::D3 => Self::D3,
            DrillKind::D4 => Self::D4,
            DrillKind::D5 => Self::D5,
            DrillKind::D6 => Self::D6,
        }
    }
}

/// What a copy is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The vault.
    Vault,
    /// The share of this number.
    Share(u8),
}

impl Role {
    /// Its word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::Share(_) => "share",
        }
    }

    /// The number of the share.
    pub fn number(self) -> Option<u8> {
        match self {
            Self::Vault => None,
            Self::Share(number) => Some(number),
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Vault => f.write_str("vault"),
            Self::Share(number) => write!(f, "share {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_gives_its_value_back_and_no_other_does() {
        for kind in DrillKind::ALL {
            assert_eq!(DrillKind::parse(kind.as_str()), Some(*kind));
            assert_eq!(Interval::of_drill(*kind).as_str(), kind.as_str());
        }
        for interval in Interval::ALL {
            assert_eq!(Interval::parse(interval.as_str()), Some(*interval));
        }
        assert_eq!(DrillKind::parse("d4"), None);
        assert_eq!(Outcome::parse("passed"), None);
    }

    #[test]
    fn three_kinds_of_drill_join_shares() {
        let joining: Vec<_> = DrillKind::ALL
            .iter()
            .filter(|kind| kind.needs_quorum())
            .collect();
        assert_eq!(joining, [&DrillKind::D3, &DrillKind::D4, &DrillKind::D5]);
    }
}

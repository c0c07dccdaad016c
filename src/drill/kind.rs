//! The words for kinds of drill and for their outcomes.
//!
//! Plain values; what a kind asks for is not known here.

/// A drill of the ladder (ceremony.md, section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DrillKind {
    /// Seal and place: looked at, not opened.
    D0,
    /// Share check: every share is read and proven alone.
    D1,
    /// Copy check: every vault copy is read in full.
    D2,
    /// A whole restore of rehearsal material.
    D3,
    /// A whole restore of the real vault, in memory.
    D4,
    /// The worst case: paper only, exactly the shares needed.
    D5,
    /// A compromise talked through at the table.
    D6,
}

impl DrillKind {
    /// All of them, in the order of the ladder.
    pub const ALL: [Self; 7] = [
        Self::D0,
        Self::D1,
        Self::D2,
        Self::D3,
        Self::D4,
        Self::D5,
        Self::D6,
    ];

    /// "D0" to "D6".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::D0 => "D0",
            Self::D1 => "D1",
            Self::D2 => "D2",
            Self::D3 => "D3",
            Self::D4 => "D4",
            Self::D5 => "D5",
            Self::D6 => "D6",
        }
    }

    /// The inverse of [`DrillKind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a drill comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that was wanted was found.
    Pass,
    /// The way back works, and something is to be mended.
    Findings,
    /// The way back does not work as it must.
    Fail,
}

impl Outcome {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Findings => "findings",
            Self::Fail => "fail",
        }
    }

    /// The inverse of [`Outcome::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pass, Self::Findings, Self::Fail]
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

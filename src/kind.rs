//! Production or rehearsal: what a vault, a share and a code are marked with.
//!
//! A plain value; it is part of the vault's identity, so that changing the mark changes the vault id.

/// What the material is for. A rehearsal proves the procedure and protects nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Protects real keys.
    Production,
    /// Practice material; every output says so.
    Rehearsal,
}

impl Kind {
    /// The word in files and on paper.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Rehearsal => "rehearsal",
        }
    }

    /// The inverse of [`Kind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Production, Self::Rehearsal]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    /// The byte in everything that is hashed or signed.
    pub fn byte(self) -> u8 {
        match self {
            Self::Production => 1,
            Self::Rehearsal => 2,
        }
    }

    /// The inverse of [`Kind::byte`].
    pub fn from_byte(byte: u8) -> Option<Self> {
        [Self::Production, Self::Rehearsal]
            .into_iter()
            .find(|kind| kind.byte() == byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_kind_gives_the_kind_back() {
        for kind in [Kind::Production, Kind::Rehearsal] {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("Production"), None);
    }

    #[test]
    fn the_byte_of_a_kind_gives_the_kind_back() {
        for kind in [Kind::Production, Kind::Rehearsal] {
            assert_eq!(Kind::from_byte(kind.byte()), Some(kind));
        }
        assert_eq!([0, 3].map(Kind::from_byte), [None; 2]);
    }
}

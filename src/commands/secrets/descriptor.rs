//! The value of `--secret-fd`, which may be the secret itself by mistake.
//!
//! Knows numbers only; what is open under one is the business of the file above.

use std::convert::Infallible;

/// What was given as the number of a descriptor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Descriptor {
    /// A number, open or not.
    Number(u32),
    /// Anything else. It may be the passphrase itself, so it is neither kept nor repeated.
    NoNumber,
}

impl Descriptor {
    /// Never fails, because the words for a wrong value would repeat it.
    pub(super) fn parse(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or(Self::NoNumber, Self::Number))
    }
}

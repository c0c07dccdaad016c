//! What is wrong with a share, without a word of its secret.

use std::fmt;

use crate::signature::VaultId;

/// What is wrong with a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It names another vault.
    OtherVault(VaultId),
    /// Its number, threshold or kind is not what vault.json says.
    Edited(&'static str),
    /// Its secret part is not the one that was made for this number.
    Forged,
    /// Its signature does not hold, and no vault.json is there to prove it otherwise.
    Unsigned,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherVault(id) => write!(f, "it is a share of another vault, {id}"),
            Self::Edited(what) => write!(
                f,
                "edited or damaged: its {what} is not the one in vault.json"
            ),
            Self::Forged => write!(
                f,
                "forged or damaged: not the share that was made under this number"
            ),
            Self::Unsigned => write!(
                f,
                "forged or damaged: the vault's signature on it does not hold"
            ),
        }
    }
}

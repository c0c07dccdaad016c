//! What is wrong with a share, without a word of its secret.

use std::fmt;

use crate::cipher::Lock;
use crate::signature::VaultId;

/// How far opening a protected share got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Nobody was asked: it was not needed.
    NotNeeded,
    /// Nothing was given that could open it.
    NotGiven,
    /// What was given did not open it.
    Refused,
}

/// What is wrong with a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It names another vault.
    OtherVault(VaultId),
    /// Its number, threshold or kind is not what vault.json says.
    Edited(&'static str),
    /// Its secret part is not the one that was made for this number.
    Forged,
    /// It is protected, and still closed; otherwise genuine.
    Closed(Closed, Lock),
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
            Self::Closed(Closed::NotNeeded, _) => {
                write!(f, "protected, and left closed: it was not needed")
            }
            Self::Closed(Closed::NotGiven, Lock::Passphrase) => {
                write!(f, "protected: its passphrase was not given")
            }
            Self::Closed(Closed::NotGiven, Lock::Recipient) => {
                write!(f, "protected: its custodian's own age key was not given")
            }
            Self::Closed(Closed::Refused, _) => write!(
                f,
                "protected: what was given does not open it; that is wrong, or this copy is damaged"
            ),
            Self::Unsigned => write!(
                f,
                "forged or damaged: the vault's signature on it does not hold"
            ),
        }
    }
}

//! What became of one share that was presented.

use std::fmt;
use std::path::PathBuf;

use crate::label::Label;
use crate::share::Flaw;

/// One share that was presented, and what it was found to be.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Where it was read.
    pub from: PathBuf,
    /// Its number, as far as it could be read.
    pub number: Option<u8>,
    /// Whose it says it is.
    pub custodian: Option<Label>,
    /// What it is.
    pub state: State,
}

/// What a share was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Proven.
    Good,
    /// Its secret part is proven by vault.json, but the custodian's name on it is not the signed one.
    GoodButRelabelled,
    /// Proven, but this number was read before.
    Duplicate,
    /// Protected, genuine as far as that can be seen, and not opened, with the reason.
    NotOpened(Flaw),
    /// Not used, with the reason.
    SetAside(String),
    /// Not used, because it is of another vault: which.
    OtherVault(String),
}

impl State {
    /// The word in `--json`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::GoodButRelabelled => "relabelled",
            Self::Duplicate => "duplicate",
            Self::NotOpened(_) => "not opened",
            Self::SetAside(_) | Self::OtherVault(_) => "set aside",
        }
    }

    /// The reason, where there is one to give.
    pub fn reason(&self) -> Option<String> {
        let why = match self {
            Self::Good => return None,
            Self::GoodButRelabelled => {
                "the custodian's name on it was altered; its secret part is genuine"
            }
            Self::Duplicate => "this share was read before",
            Self::NotOpened(flaw) => return Some(flaw.to_string()),
            Self::SetAside(why) | Self::OtherVault(why) => why,
        };
        Some(why.to_owned())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => write!(f, "share {number}")?,
            None => write!(f, "a share")?,
        }
        if let Some(custodian) = &self.custodian {
            write!(f, " ({custodian})")?;
        }
        write!(f, ", {:?}: {}", self.from, self.state.as_str())?;
        self.state
            .reason()
            .map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

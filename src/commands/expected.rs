//! The vault id that a person took from the paper.

use crate::error::{Error, Result};
use crate::signature::VaultId;

/// The id that `--expect` names.
///
/// # Errors
/// [`Error::Usage`] when it is neither digits nor words: what is wrong with it, without repeating it.
pub(super) fn expected(text: &str) -> Result<VaultId> {
    VaultId::parse(text).map_err(|error| Error::Usage {
        what: format!("--expect: {error}"),
        hint: format!("{}; words in quotes, as one argument", error.hint()),
    })
}

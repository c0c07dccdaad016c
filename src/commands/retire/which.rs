//! Which vault of the register is meant.

use crate::error::{Error, Result};
use crate::label::Label;
use crate::register::{Life, State, VaultState};
use crate::signature::VaultId;

/// The one of that id or those words, or else the only one of that label that is not retired. Of several of one label none
/// is chosen: no number that a vault gives itself says which may be destroyed.
///
/// # Errors
/// [`Error::Usage`].
pub(super) fn vault<'s>(given: &str, state: &'s State) -> Result<&'s VaultState> {
    let by_id = VaultId::parse(given).ok().and_then(|id| state.vault(id));
    if let Some(found) = by_id {
        return Ok(found);
    }
    let label = Label::new(given).map_or(String::new(), |label| label.to_string());
    let labelled = state.vaults.iter().filter(|vault| vault.label == label);
    let labelled: Vec<&VaultState> = labelled.collect();
    let mut used = labelled.clone();
    used.retain(|vault| vault.life != Life::Retired);
    match (used.as_slice(), labelled.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one),
        (_, []) => Err(Error::Usage {
            what: format!("the register has no vault {given:?}"),
            hint: "see which it has: coldvault register show --register FILE".into(),
        }),
        (_, all) => {
            let each = all.iter().map(|vault| {
                let (id, generation) = (vault.id, vault.generation);
                format!(
                    "{id} (generation {generation}, sealed {})",
                    vault.created.date()
                )
            });
            Err(Error::Usage {
                what: format!(
                    "{} vaults of the register are called {given:?}: {}",
                    all.len(),
                    each.collect::<Vec<_>>().join("; ")
                ),
                hint: "say which is meant, by its id or its words".into(),
            })
        }
    }
}

//! Which shares and which vault copy the next drill should use: those longest untested, so that in as many drills as it
//! takes every share has been used.

use super::shares::{can_be_brought, is_whole};
use crate::register::{CarrierState, Role, ShareState, State, VaultState};

/// What to fetch for a drill.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Numbers of the shares, the one longest unused first; fewer than are needed where not enough can be reached.
    pub shares: Vec<u8>,
    /// The vault copy that was longest not read.
    pub copy: Option<CarrierState>,
}

/// The k shares that were longest not used in a drill and can be brought, and the vault copy that was
/// longest not read.
pub fn suggest(vault: &VaultState, state: &State) -> Suggestion {
    let can = |share: &&ShareState| can_be_brought(vault, share, state);
    let mut shares: Vec<&ShareState> = vault.shares.iter().filter(can).collect();
    // One that was never used comes first.
    shares.sort_by_key(|share| (share.drilled, share.number));
    let usable = |carrier: &&CarrierState| carrier.role == Role::Vault && is_whole(carrier);
    let read = |carrier: &&CarrierState| (carrier.checked.max(carrier.drilled), carrier.copy);
    let copy = vault.carriers.iter().filter(usable).min_by_key(read);
    let k = usize::from(vault.k);
    Suggestion {
        shares: shares.iter().take(k).map(|share| share.number).collect(),
        copy: copy.cloned(),
    }
}

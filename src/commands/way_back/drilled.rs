//! Everything that was seen on the way, as plain facts: what a report is made of. No secret is in it.

use crate::commands::lead::Trail;
use crate::drill::{
    CarrierUse, Files, Phase, ShareUse, Staleness, StartupUse, StoreUse, VaultFacts,
};

/// Everything that was seen.
#[derive(Default)]
pub(in crate::commands) struct Drilled {
    /// The vault; `None` where no genuine `vault.json` said what it is.
    pub(in crate::commands) vault: Option<VaultFacts>,
    /// Whether the vault's words agree with the paper; `None` where neither people nor the program compared them.
    pub(in crate::commands) agree: Option<bool>,
    /// Whether a quorum was there that nobody joined.
    pub(in crate::commands) is_enough: bool,
    /// The shares, in the order in which they came.
    pub(in crate::commands) shares: Vec<ShareUse>,
    /// The carriers of shares, and every vault copy that was read.
    pub(in crate::commands) carriers: Vec<CarrierUse>,
    /// Numbers of the shares that were joined: no more than were needed.
    pub(in crate::commands) joined: Vec<u8>,
    /// What the inventory has, all of which came back; `None` where no copy came out whole.
    pub(in crate::commands) files: Option<Files>,
    /// Keystores that came back.
    pub(in crate::commands) stores: Vec<StoreUse>,
    /// What the nodes check when they start.
    pub(in crate::commands) startup: Vec<StartupUse>,
    /// How far the vault is behind, where it was held against the live node.
    pub(in crate::commands) staleness: Option<Staleness>,
    /// How long each part took.
    pub(in crate::commands) phases: Vec<Phase>,
    /// How many things were found that are to be mended: keystores that do not open, keys that are not good, checks that
    /// fail, copies that are damaged, a vault that is behind, files that were not looked at.
    pub(in crate::commands) found: u64,
}

impl Drilled {
    /// What is known as soon as the shares were looked at.
    pub(super) fn of(trail: &Trail) -> Self {
        let carriers = trail.used.iter().filter_map(|used| used.carrier.clone());
        let carriers = carriers.chain(trail.aside.iter().cloned());
        Self {
            shares: trail.used.iter().map(|used| used.share.clone()).collect(),
            carriers: carriers.collect(),
            ..Self::default()
        }
    }
}

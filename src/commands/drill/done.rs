//! What a drill did, before people are asked about it: the plain facts that a report is made of.

use crate::drill::{
    CarrierUse, Criterion, Files, Phase, ShareUse, Staleness, StartupUse, StoreUse, VaultFacts,
};

/// Everything that was seen.
#[derive(Default)]
pub(super) struct Done {
    pub(super) vault: Option<VaultFacts>,
    pub(super) shares: Vec<ShareUse>,
    /// Numbers of the shares that were joined; `None` where none were to be.
    pub(super) joined: Option<Vec<u8>>,
    pub(super) carriers: Vec<CarrierUse>,
    pub(super) files: Option<Files>,
    pub(super) stores: Vec<StoreUse>,
    pub(super) startup: Vec<StartupUse>,
    pub(super) staleness: Option<Staleness>,
    pub(super) phases: Vec<Phase>,
    /// What people answered, or did, that nothing of the above says.
    pub(super) answers: Vec<Criterion>,
    pub(super) disposal: String,
}

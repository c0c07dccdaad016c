//! What a drill did, before people are asked about it: the plain facts that a report is made of.

use crate::drill::{
    CarrierUse, Criterion, Files, Phase, ShareUse, Staleness, StartupUse, StoreUse, VaultFacts,
};
use crate::manifest::Manifest;
use crate::digest::Digest;

/// Everything that was seen.
#[derive(Default)]
pub(super) struct Done {
    pub(super) vault: Option<VaultFacts>,
    pub(super) shares: Vec<ShareUse>,
    pub(super) carriers: Vec<CarrierUse>,
    pub(super) files: Option<Files>,
    pub(super) stores: Vec<StoreUse>,
    pub(super) startup: Vec<StartupUse>,
    pub(super) staleness: Option<Staleness>,
    pub(super) phases: Vec<Phase>,
    /// Questions and what was answered to them.
    pub(super) answers: Vec<Criterion>,
    pub(super) disposal: String,
}

/// The facts of a vault whose `vault.json` is proven; its bytes, where they are at hand.
pub(super) fn vault_facts(manifest: &Manifest, bytes: Option<&[u8]>) -> VaultFacts {
    VaultFacts {
        public_key: manifest.public_key,
        label: Some(manifest.label.to_string()),
        kind: manifest.kind,
        k: manifest.k,
        n: manifest.n(),
        created: Some(manifest.created),
        manifest_sha256: bytes.map(Digest::of),
    }
}

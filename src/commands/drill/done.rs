//! What a drill did, before people are asked about it: the plain facts that a report is made of.

use crate::digest::Digest;
use crate::drill::{
    CarrierUse, Criterion, Files, Phase, ShareUse, Staleness, StartupUse, StoreUse, VaultFacts,
};
use crate::manifest::Manifest;
use crate::quorum::Judged;

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

/// The facts of a vault whose `vault.json` is proven; its bytes, where they are at hand.
pub(in crate::commands) fn vault_facts(manifest: &Manifest, bytes: Option<&[u8]>) -> VaultFacts {
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

/// The facts of the vault that shares name: of its `vault.json`, or what the shares say of it themselves.
pub(in crate::commands) fn judged_facts(judged: &Judged) -> Option<VaultFacts> {
    if let Some(manifest) = &judged.manifest {
        return Some(vault_facts(manifest, None));
    }
    Some(VaultFacts {
        public_key: judged.public_key,
        label: None,
        kind: judged.kind()?,
        k: judged.need().and_then(|need| u8::try_from(need).ok())?,
        n: 0,
        created: None,
        manifest_sha256: None,
    })
}

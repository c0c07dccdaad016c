//! What can be said of a vault so that a person tells it from another: its label, the day it was sealed, its kind.

use super::Table;
use crate::kind::Kind;
use crate::manifest::{Manifest, ReadManifest};
use crate::share::Flaw;
use crate::signature::VaultId;

/// Vaults that a genuine `vault.json` on the table describes.
pub(super) struct Known(Vec<Manifest>);

impl Known {
    /// Why a share of vault `id` is not used; `kind` is what the share itself says.
    pub(super) fn other(&self, id: VaultId, kind: Kind) -> String {
        format!("{}: {}", Flaw::OtherVault(id), self.described(id, kind))
    }

    /// What is known of it, and else the kind that something of it says.
    pub(super) fn described(&self, id: VaultId, kind: Kind) -> String {
        self.about(id).unwrap_or_else(|| word(kind).to_owned())
    }

    /// "\"Bank-A\", sealed 2026-11-23, production".
    fn about(&self, id: VaultId) -> Option<String> {
        let mut known = self.0.iter();
        let known = known.find(|manifest| manifest.public_key.vault_id() == id)?;
        let (label, day) = (known.label.as_str(), known.created.date());
        Some(format!("{label:?}, sealed {day}, {}", word(known.kind)))
    }
}

impl Table {
    /// Label, day and kind of a vault, if a genuine `vault.json` of it is on the table.
    pub fn about(&self, id: VaultId) -> Option<String> {
        self.known().about(id)
    }

    pub(super) fn known(&self) -> Known {
        let genuine = |read: &ReadManifest| read.prove(&read.claimed_key()?).ok();
        Known(self.manifests.iter().filter_map(genuine).collect())
    }
}

/// As it is said everywhere: practice material is not overlooked.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Production => "production",
        Kind::Rehearsal => "REHEARSAL",
    }
}

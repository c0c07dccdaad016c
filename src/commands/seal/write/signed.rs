//! What a sealing signs: the shares with their custodians' names, and `vault.json`.

use super::copies::Copy;
use crate::carrier;
use crate::commands::seal::{Plan, tool};
use crate::digest::Digest;
use crate::frames;
use crate::label::Label;
use crate::manifest::{Carrier, FixedFile, Manifest, PayloadPart};
use crate::payload::Summary;
use crate::shamir::Point;
use crate::share::{Facts, Share};
use crate::signature::{Identity, PublicKey};
use crate::time::Time;

/// The points with the custodians' names, signed.
pub(super) fn bind(plan: &Plan, points: Vec<Point>, identity: &Identity) -> Vec<Share> {
    let facts = |number: u8, custodian: &Label| Facts {
        public_key: identity.public_key(),
        kind: plan.kind,
        k: plan.k,
        n: plan.custodians.len() as u8,
        number,
        custodian: custodian.clone(),
    };
    let bound = points.into_iter().zip(&plan.custodians);
    bound
        .map(|(point, c)| Share::bind(facts(point.number, &c.name), point.y, identity))
        .collect()
}

/// The public facts of the vault.
pub(super) fn manifest(
    (plan, copies): (&Plan, &[Copy]),
    (public_key, shares): (PublicKey, &[Share]),
    (parts, summary): (Vec<PayloadPart>, &Summary),
    now: Time,
) -> Manifest {
    let recovery = FixedFile {
        on: Carrier::All,
        name: carrier::RECOVERY.into(),
        sha256: Digest::of(carrier::RECOVERY_TEXT.as_bytes()),
    };
    let readme = |copy: &Copy| FixedFile {
        on: copy.on(),
        name: carrier::README.into(),
        sha256: Digest::of(&copy.readme),
    };
    // a sheet has no files
    let media = copies.iter().filter(|copy| copy.sheet().is_none());
    Manifest {
        public_key,
        requires: summary.features.clone(),
        kind: plan.kind,
        label: plan.label.clone(),
        created: now,
        tool: concat!("coldvault ", env!("CARGO_PKG_VERSION")).into(),
        k: plan.k,
        shares: shares.iter().map(Share::public_facts).collect(),
        payload: parts,
        // Rounded up as the payload is: the exact size would undo the padding.
        plain_bytes: frames::padding(summary.plain_bytes),
        members: frames::padding(summary.members),
        generation: plan
            .previous
            .map_or(1, |before| before.generation.saturating_add(1)),
        previous: plan.previous.map(|before| before.key),
        files: std::iter::once(recovery)
            .chain(tool::fixed(plan))
            .chain(media.map(readme))
            .collect(),
    }
}

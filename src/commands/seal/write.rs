//! The writing order: payload to the vault media that are there, under its unfinished name; every share copy, one after
//! another; only then the final names of the vault copies, and further vault copies from the first. A vault copy with its
//! final name means that every share was read back.
//!
//! Nothing stays open on a medium while another one is asked for, so that each can be taken out.

mod copies;
mod more;
mod path;
mod payload;
mod shares;
mod vaults;
mod watched;

use std::path::PathBuf;

use super::desk::Desk;
use super::places::listed;
use super::protect::Protections;
use super::table::Mark;
use super::{Plan, Thing};
use crate::carrier::{self, Common};
use crate::commands::Session;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::frames;
use crate::key::VaultKey;
use crate::label::Label;
use crate::manifest::{Carrier, FixedFile, Manifest, PayloadPart, ReadManifest};
use crate::payload::Summary;
use crate::report::Severity;
use crate::shamir::Point;
use crate::share::{Facts, Share};
use crate::signature::{Identity, PublicKey};

use copies::{Copy, Written, make_copy, take_back};
use shares::ShareFile;
use vaults::Begun;

pub(in crate::commands) use copies::how;

/// A sealing that was carried out.
pub struct Sealed {
    /// Its public facts.
    pub manifest: Manifest,
    /// The vault copies' folders.
    pub vaults: Vec<PathBuf>,
    /// The share copies' folders, with the share's number.
    pub shares: Vec<(u8, PathBuf)>,
}

/// Writes everything. On any failure what was written is taken back as far as it can be reached, and the rest is named.
///
/// # Errors
/// Whatever stopped it.
pub(super) fn write(
    plan: &Plan,
    mark: Mark,
    (key, points, protections): (VaultKey, Vec<Point>, Protections),
    bytes: u64,
    session: &mut Session,
) -> Result<Sealed> {
    let identity = key.identity(plan.kind);
    let copies = copies(plan, mark, &identity, session)?;
    let mut writing = Writing {
        plan,
        public_key: identity.public_key(),
        desk: Desk::new(plan, identity.public_key().vault_id()),
        session,
        copies,
        begun: Vec::new(),
        written: Vec::new(),
        is_sealed: false,
    };
    let outcome = writing.all((key, identity), points, protections, bytes);
    if let Err(Error::Refused { .. }) = &outcome {
        writing.tell_missing();
    }
    let Writing {
        begun,
        written,
        is_sealed,
        ..
    } = writing;
    if outcome.is_err() && !is_sealed {
        take_back(begun.into_iter().map(Written::from).chain(written), session);
    }
    outcome
}

/// Every copy that is to be written, the vault's first.
fn copies(plan: &Plan, mark: Mark, identity: &Identity, session: &Session) -> Result<Vec<Copy>> {
    let mut copies = Vec::new();
    for thing in plan.things() {
        for (to, copy) in plan.destinations(thing).iter().zip(1..) {
            let text = mark.on(plan, thing, copy);
            copies.push(make_copy(
                plan,
                identity.public_key(),
                session.now,
                (thing, copy),
                to,
                text,
            )?);
        }
    }
    Ok(copies)
}

struct Writing<'a> {
    plan: &'a Plan,
    public_key: PublicKey,
    desk: Desk<'a>,
    session: &'a mut Session,
    copies: Vec<Copy>,
    /// Vault copies with their payload, not finished.
    begun: Vec<Begun>,
    /// Folders that are finished.
    written: Vec<Written>,
    /// Whether a vault copy has its final name: from then on nothing is taken back.
    is_sealed: bool,
}

impl<'a> Writing<'a> {
    fn common<'m>(&self, manifest: &'m ReadManifest) -> Common<'m>
    where
        'a: 'm,
    {
        Common {
            manifest,
            public_key: self.public_key,
            tool: self.plan.tool.as_ref(),
        }
    }
}

impl Writing<'_> {
    /// While media are asked for after the first, neither the key, the identity nor a passphrase is in memory any more.
    fn all(
        &mut self,
        (key, identity): (VaultKey, Identity),
        points: Vec<Point>,
        protections: Protections,
        bytes: u64,
    ) -> Result<Sealed> {
        let (parts, summary) = self.begin_vaults(&key, bytes)?;
        drop(key);
        let shares = self.bind(points, &identity);
        let manifest = self.manifest(&shares, parts, &summary);
        let signed = manifest.sign(&identity);
        if signed.prove(&self.public_key).as_ref() != Ok(&manifest) {
            return Err(Error::SelfTest {
                what: "vault.json does not read back as it was written",
            });
        }
        drop(identity);
        let files = ShareFile::all(shares, protections)?;
        self.write_shares(&files, &signed)?;
        drop(files);
        self.finish_vaults(&signed)?;
        self.more_vaults(&manifest, &signed)?;
        self.tell();
        Ok(self.sealed(manifest))
    }

    fn bind(&self, points: Vec<Point>, identity: &Identity) -> Vec<Share> {
        let facts = |number: u8, custodian: &Label| Facts {
            public_key: self.public_key,
            kind: self.plan.kind,
            k: self.plan.k,
            n: self.plan.custodians.len() as u8,
            number,
            custodian: custodian.clone(),
        };
        let bound = points.into_iter().zip(&self.plan.custodians);
        bound
            .map(|(point, c)| Share::bind(facts(point.number, &c.name), point.y, identity))
            .collect()
    }

    fn manifest(&self, shares: &[Share], parts: Vec<PayloadPart>, summary: &Summary) -> Manifest {
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
        Manifest {
            public_key: self.public_key,
            kind: self.plan.kind,
            label: self.plan.label.clone(),
            created: self.session.now,
            tool: concat!("coldvault ", env!("CARGO_PKG_VERSION")).into(),
            k: self.plan.k,
            shares: shares.iter().map(Share::public_facts).collect(),
            payload: parts,
            // Rounded up as the payload is: the exact size would undo the padding.
            plain_bytes: frames::padding(summary.plain_bytes),
            members: frames::padding(summary.members),
            generation: 1,
            previous: None,
            files: std::iter::once(recovery)
                .chain(super::tool::fixed(self.plan))
                .chain(self.copies.iter().map(readme))
                .collect(),
        }
    }

    /// The table: vault copies first, each thing's copies in their order.
    fn tell(&mut self) {
        self.written.sort_by_key(|written| written.order());
        let lines = self.written.iter().map(|written| written.line.clone());
        self.session.report.carriers.extend(lines);
    }

    /// What a sealing that was stopped lacks.
    fn tell_missing(&mut self) {
        let there = |copy: &&Copy| {
            let written = self.written.iter().any(|written| written.is(copy));
            written
                || self.begun.iter().any(|begun| {
                    self.copies
                        .get(begun.index)
                        .is_some_and(|c| c.on() == copy.on())
                })
        };
        let open = self.copies.iter().filter(|copy| !there(copy));
        let missing: Vec<String> = open.map(|copy| copy.holds.clone()).collect();
        if !missing.is_empty() && !self.is_sealed {
            let text = format!("not written: {}", listed(&missing));
            self.session.find(Severity::Error, "missing", "", &text, "");
        }
    }

    fn sealed(&mut self, manifest: Manifest) -> Sealed {
        let mut sealed = Sealed {
            manifest,
            vaults: Vec::new(),
            shares: Vec::new(),
        };
        for written in &self.written {
            match written.thing {
                Thing::Vault => sealed.vaults.push(written.path.clone()),
                Thing::Share(number) => sealed.shares.push((number, written.path.clone())),
            }
        }
        sealed
    }
}

/// Whether an error says that a medium is bad or gone, and not that the node cannot be read.
fn is_about(error: &Error, dir: &std::path::Path) -> bool {
    match error {
        Error::Io { path, .. }
        | Error::ReadBack(path)
        | Error::Exists(path)
        | Error::Changed(path) => path.starts_with(dir),
        _ => false,
    }
}

//! The writing order: payload to every vault medium under its unfinished name, every share copy, and only then the final
//! names of the vault copies. A vault copy with its final name means that every share was read back.

mod copies;
mod path;
mod share_files;
mod watched;

use std::path::PathBuf;
use std::sync::Arc;

use super::Plan;
use super::protect::Protections;
use crate::carrier::{self, Common, FinishedPart, PayloadFiles, Role};
use crate::commands::Session;
use crate::digest::Digest;
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::frames;
use crate::host::interrupt;
use crate::key::VaultKey;
use crate::label::Label;
use crate::manifest::{Carrier, FixedFile, Manifest, ReadManifest};
use crate::media::NewFolder;
use crate::payload::{CEREMONY, NOTE, PayloadWriter, Root, Summary};
use crate::shamir::Point;
use crate::share::{Facts, Share};
use crate::signature::Identity;

use copies::{Copy, line, make_copy, take_back};
use path::check_path;
use watched::{Progress, Watched};

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
    key: VaultKey,
    (points, protections): (Vec<Point>, &Protections),
    bytes: u64,
    session: &mut Session,
) -> Result<Sealed> {
    let identity = key.identity(plan.kind);
    let mut writing = Writing::new(plan, &identity, session)?;
    let outcome = writing.all(&key, points, protections, bytes);
    let Writing { folders, .. } = writing;
    if outcome.is_err() {
        take_back(folders, session);
    }
    outcome
}

struct Writing<'a> {
    plan: &'a Plan,
    identity: &'a Identity,
    session: &'a mut Session,
    vaults: Vec<Copy<'a>>,
    shares: Vec<Copy<'a>>,
    folders: Vec<Arc<NewFolder>>,
}

impl<'a> Writing<'a> {
    fn new(plan: &'a Plan, identity: &'a Identity, session: &'a mut Session) -> Result<Self> {
        let public_key = identity.public_key();
        let copies = |role: Role, custodian: Option<&'a Label>, to: &'a [PathBuf]| {
            let one = |(dir, copy): (&'a PathBuf, u8)| {
                make_copy(
                    plan,
                    public_key,
                    session.now,
                    (role, custodian),
                    dir,
                    (copy, to.len() as u8),
                )
            };
            to.iter().zip(1..).map(one).collect::<Result<Vec<_>>>()
        };
        let vaults = copies(Role::Vault, None, &plan.vault_to)?;
        let mut shares = Vec::new();
        for (custodian, number) in plan.custodians.iter().zip(1..) {
            shares.extend(copies(
                Role::Share(number),
                Some(&custodian.name),
                &custodian.to,
            )?);
        }
        Ok(Self {
            plan,
            identity,
            session,
            vaults,
            shares,
            folders: Vec::new(),
        })
    }

    fn all(
        &mut self,
        key: &VaultKey,
        points: Vec<Point>,
        protections: &Protections,
        bytes: u64,
    ) -> Result<Sealed> {
        let (folders, files, summary) = self.payload(key, bytes)?;
        self.session
            .terminal
            .say("Reading back the vault copies ...");
        let parts = files.read_back()?;
        let shares = self.bind(points);
        let manifest = self.manifest(&shares, &parts, &summary);
        let signed = manifest.sign(self.identity);
        if signed.prove(&self.identity.public_key()).as_ref() != Ok(&manifest) {
            return Err(Error::SelfTest {
                what: "vault.json does not read back as it was written",
            });
        }
        let share_folders = self.write_shares(&shares, protections, &signed)?;
        let vaults = self.finish_vaults(&folders, parts, &signed)?;
        Ok(Sealed {
            manifest,
            vaults,
            shares: share_folders,
        })
    }

    /// Streams the nodes into the payload on every vault medium.
    fn payload(
        &mut self,
        key: &VaultKey,
        bytes: u64,
    ) -> Result<(Vec<Arc<NewFolder>>, PayloadFiles, Summary)> {
        let id = self.identity.public_key().vault_id();
        for copy in &self.vaults {
            self.folders.push(Arc::new(NewFolder::create(
                copy.dir,
                &copy.role.folder(id),
            )?));
        }
        let folders = self.folders.clone();
        let output = PayloadFiles::create(folders.clone())?;
        let mut writer = PayloadWriter::new(key, output)
            .map_err(|e| Error::unwrap_io(e, "begin the payload"))?;
        let now = self.session.now;
        writer.add_bytes(CEREMONY, &self.plan.ceremony(now).to_bytes(), now.unix())?;
        if let Some(note) = &self.plan.note {
            writer.add_bytes(&format!("{NOTE}/{}", note.name()), &note.bytes, now.unix())?;
        }
        let mut progress = Progress {
            terminal: &mut self.session.terminal,
            done: 0,
            all: bytes,
        };
        let names = self.plan.ceremony(now).nodes;
        for (index, (node, restored)) in self.plan.nodes.iter().zip(&names).enumerate() {
            node.read(&mut |entry: Entry, content| {
                interrupt::check()?;
                check_path(&restored.name, &entry.path)?;
                match content {
                    Some(content) => {
                        let mut content = Watched {
                            inner: content,
                            progress: &mut progress,
                        };
                        writer.add(Root::Node(index), &entry, Some(&mut content))
                    }
                    None => writer.add(Root::Node(index), &entry, None),
                }
            })?;
        }
        let (files, summary) = writer.finish()?;
        Ok((folders, files, summary))
    }

    fn bind(&self, points: Vec<Point>) -> Vec<Share> {
        let facts = |number: u8, custodian: &Label| Facts {
            public_key: self.identity.public_key(),
            kind: self.plan.kind,
            k: self.plan.k,
            n: self.plan.custodians.len() as u8,
            number,
            custodian: custodian.clone(),
        };
        let bound = points.into_iter().zip(&self.plan.custodians);
        bound
            .map(|(point, c)| Share::bind(facts(point.number, &c.name), point.y, self.identity))
            .collect()
    }

    fn manifest(&self, shares: &[Share], parts: &[FinishedPart], summary: &Summary) -> Manifest {
        let recovery = Digest::of(carrier::RECOVERY_TEXT.as_bytes());
        let recovery = FixedFile {
            on: Carrier::All,
            name: carrier::RECOVERY.into(),
            sha256: recovery,
        };
        let readme = |copy: &Copy<'_>| FixedFile {
            on: copy.on(),
            name: carrier::README.into(),
            sha256: Digest::of(&copy.readme),
        };
        Manifest {
            public_key: self.identity.public_key(),
            kind: self.plan.kind,
            label: self.plan.label.clone(),
            created: self.session.now,
            tool: concat!("coldvault ", env!("CARGO_PKG_VERSION")).into(),
            k: self.plan.k,
            shares: shares.iter().map(Share::public_facts).collect(),
            payload: parts.iter().map(|part| part.facts.clone()).collect(),
            // Rounded up as the payload is: the exact size would undo the padding.
            plain_bytes: frames::padding(summary.plain_bytes),
            members: frames::padding(summary.members),
            generation: 1,
            previous: None,
            files: std::iter::once(recovery)
                .chain(self.vaults.iter().chain(&self.shares).map(readme))
                .collect(),
        }
    }

    /// Now that every share was read back, the vault copies get their final names.
    fn finish_vaults(
        &mut self,
        folders: &[Arc<NewFolder>],
        parts: Vec<FinishedPart>,
        manifest: &ReadManifest,
    ) -> Result<Vec<PathBuf>> {
        interrupt::check()?;
        for part in parts {
            for file in part.files {
                file.finish_as(&part.facts.name)?;
            }
        }
        let common = Common {
            manifest,
            public_key: self.identity.public_key(),
        };
        let mut lines = Vec::new();
        for (copy, folder) in self.vaults.iter().zip(folders) {
            self.session
                .terminal
                .say(&format!("Finishing {} ...", copy.holds()));
            carrier::finish_folder(folder, &common, &copy.readme, &copy.facts)?;
            lines.push(line(copy, folder));
        }
        self.session.report.carriers.splice(0..0, lines);
        Ok(folders
            .iter()
            .map(|folder| folder.path().to_owned())
            .collect())
    }
}

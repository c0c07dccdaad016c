//! The vault copies, one after another: each has to come out whole, and the first that does is looked at.

use std::path::Path;

use crate::carrier::{PayloadReader, VaultAt};
use crate::commands::judging::{bounds, is_about_copy, judged_facts, vault_facts};
use crate::commands::lead::{Trail, place_of};
use crate::commands::looking::{self, Back};
use crate::commands::{Session, starting, wall_clock};
use crate::drill::{CarrierUse, Files, VaultFacts};
use crate::error::{Error, Result};
use crate::inventory::Totals;
use crate::key::VaultKey;
use crate::payload;
use crate::quorum::Judged;
use crate::report::{Severity, shown};
use crate::signature::Identity;
use crate::terminal::size;

use super::streaming::{Kept, PLACE, Streaming};
use super::{Clock, Drill, Drilled, WayArgs, against, came_back};

/// What to do about a copy that is damaged.
const ASIDE: &str = "set this copy aside; make a new one from another";

/// The vault that a quorum opened, and what was seen of its copies.
pub(super) struct Copies {
    key: VaultKey,
    identity: Identity,
    judged: Judged,
    drilled: Drilled,
    /// Whether a live node is to be held against the inventory.
    is_compared: bool,
    /// The copy that came out whole.
    opened: Option<(VaultAt, Kept)>,
    /// Those that were read by now.
    read: Vec<VaultAt>,
}

impl Copies {
    /// Joins the shares, and lets go of them. `is_compared` is whether the vault's words were compared with the paper.
    ///
    /// # Errors
    /// [`Error::NotEnoughShares`].
    pub(super) fn new(
        mut judged: Judged,
        trail: &Trail,
        is_compared: bool,
        args: &WayArgs,
    ) -> Result<Self> {
        let missing = Error::NotEnoughShares {
            have: judged.have(),
            need: judged.need(),
        };
        let kind = judged.kind().ok_or(missing)?;
        let key = judged.quorum()?.join()?;
        let joined = judged.joined();
        judged.forget_shares();
        let identity = key.identity(kind);
        let drilled = Drilled {
            joined,
            agree: is_compared.then_some(true),
            ..Drilled::of(trail)
        };
        Ok(Self {
            key,
            identity,
            judged,
            drilled,
            opened: None,
            is_compared: !args.against.is_empty(),
            read: Vec::new(),
        })
    }

    /// Whether another vault copy could help.
    pub(super) fn is_about_them(&self, error: &Error, vaults: &[VaultAt]) -> bool {
        let mut vaults = vaults.iter();
        matches!(error, Error::NoVaultCopy { .. })
            || vaults.any(|vault| is_about_copy(error, vault.place()))
    }

    /// Reads one copy after another until one comes out whole, and keeps of that what is to be looked at.
    ///
    /// # Errors
    /// What is wrong with the only one; [`Error::NoVaultCopy`]; [`Error::Interrupted`].
    pub(super) fn first(&mut self, vaults: &[VaultAt], session: &mut Session) -> Result<()> {
        let mut only = None;
        for vault in vaults {
            if self.read.contains(vault) {
                continue;
            }
            let mut kept = Kept::new(self.is_compared);
            match self.read(vault, Some(&mut kept), session)? {
                Ok(totals) => {
                    self.drilled.files = Some(Files {
                        count: totals.files,
                        bytes: totals.bytes,
                        matched: totals.files,
                    });
                    self.opened = Some((vault.clone(), kept));
                    return Ok(());
                }
                Err(error) => only = only.or(Some(error)),
            }
        }
        match (vaults, only) {
            ([_], Some(error)) => Err(error),
            _ => Err(Error::NoVaultCopy { seen: vaults.len() }),
        }
    }

    /// Looks at what came back, if a copy came out whole; reads all other copies, and files. Nothing is left of any of it.
    ///
    /// # Errors
    /// What `drill` answers; [`Error::Interrupted`].
    pub(super) fn finish(
        mut self,
        args: &WayArgs,
        vaults: Vec<VaultAt>,
        mut clock: Clock,
        session: &mut Session,
        drill: &mut dyn Drill,
    ) -> Result<Drilled> {
        match self.opened.take() {
            Some((vault, kept)) => {
                clock.end("vault opened", session);
                self.drilled.vault = self.vault(&vault);
                self.look(kept, args, session)?;
                clock.end("checked", session);
            }
            None => {
                clock.end("no copy opened", session);
                self.drilled.vault = judged_facts(&self.judged);
            }
        }
        let left: Vec<VaultAt> = vaults
            .into_iter()
            .filter(|vault| !self.read.contains(vault))
            .collect();
        if !left.is_empty() {
            for vault in &left {
                // What is wrong with it was said.
                let _ = self.read(vault, None, session)?;
            }
            clock.end("other copies", session);
        }
        self.drilled.phases = clock.phases;
        let Self {
            key,
            identity,
            drilled,
            ..
        } = self;
        // People are asked before the report is signed: what opens the vault does not wait for them.
        drop(key);
        drill.file(&drilled, Some(&identity), session)?;
        Ok(drilled)
    }

    /// Reads one copy from its beginning to its end. The inner error is about this copy alone, and was said.
    fn read(
        &mut self,
        vault: &VaultAt,
        kept: Option<&mut Kept>,
        session: &mut Session,
    ) -> Result<std::result::Result<Totals, Error>> {
        let begun = session.terminal.age();
        let manifest = self.judged.manifest.as_ref();
        let all = manifest.map_or(0, |manifest| manifest.plain_bytes);
        let bytes = manifest.map_or(0, |manifest| {
            manifest.payload.iter().map(|part| part.bytes).sum()
        });
        let limits = bounds(&self.judged);
        let mut streaming = Streaming::new(kept, &mut session.terminal, all);
        let read = PayloadReader::open(vault, manifest).and_then(|input| {
            payload::unpack(&self.key, input, vault.place(), limits, &mut streaming)
        });
        let seconds = (session.terminal.age() - begun).as_secs();
        let (outcome, bytes, read) = match read {
            Ok(totals) => ("whole", bytes, Ok(totals)),
            Err(error) if is_about_copy(&error, vault.place()) => {
                self.drilled.found += 1;
                let text = error.to_string();
                session.find(Severity::Warning, "copy", "", &text, ASIDE);
                ("damaged", 0, Err(error))
            }
            Err(error) => return Err(error),
        };
        if read.is_ok() {
            let place = shown(vault.place());
            let line = format!("{place}: whole, all of it decrypted and as its inventory says.");
            session.terminal.say(&line);
        }
        self.read.push(vault.clone());
        self.drilled.carriers.push(CarrierUse {
            role: "vault".into(),
            bytes,
            seconds,
            outcome: outcome.into(),
            ..place_of(vault)
        });
        Ok(read)
    }

    fn vault(&self, copy: &VaultAt) -> Option<VaultFacts> {
        let Some(manifest) = &self.judged.manifest else {
            return judged_facts(&self.judged);
        };
        let read = copy.manifest();
        let genuine = read.filter(|read| read.prove(&self.judged.public_key).is_ok());
        let bytes = genuine.as_ref().map(|read| read.bytes.as_slice());
        Some(vault_facts(manifest, bytes))
    }

    /// Makes the look that a restore makes, and holds the inventory against the live node.
    fn look(&mut self, mut kept: Kept, args: &WayArgs, session: &mut Session) -> Result<()> {
        let Files { count, bytes, .. } = self.drilled.files.unwrap_or_default();
        let files = if count == 1 {
            "1 file".to_owned()
        } else {
            format!("{count} files")
        };
        session.terminal.result(&format!(
            "Opened: {files}{}, {}. Everything in the archive agrees with its inventory.",
            kept.notes.counted(),
            size(bytes)
        ))?;
        if let Some(wall) = kept.wall_clock {
            wall_clock::tell_restored(wall, session);
        }
        let passwords = starting::passwords_of(&kept.notes, session);
        kept.left_out.tell(session);
        let back = Back::all(Path::new(PLACE), &kept.nodes);
        let looked = looking::look(&kept.holding.finish(), &back, &passwords)?;
        for line in starting::tell(&looked, &kept.left_out, "The", session) {
            session.terminal.result(&line)?;
        }
        came_back::note(&looked, &mut self.drilled, session)?;
        drop((looked, passwords));
        if let Some(sealed) = &mut kept.sealed {
            let created = self.judged.manifest.as_ref().map(|one| one.created);
            let (found, staleness) =
                against::compare(&args.against, &kept.nodes, sealed, created, session)?;
            self.drilled.found += found;
            self.drilled.staleness = staleness;
        }
        Ok(())
    }
}
